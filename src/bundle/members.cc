#include "bundle/members.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/runtime_manifest.h"
#include "bundle/zip.h"
#include "prompt/template.h"

namespace paw {
namespace {

std::string NamesOf(std::span<const AllowedMember> allowed) {
  std::string names;
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    names += (i == 0 ? "" : i + 1 == allowed.size() ? " and " : ", ") + std::string(allowed[i].name);
  }
  return names;
}

}  // namespace

Result<Members> ReadMembers(std::span<const std::byte> archive, std::span<const AllowedMember> allowed, std::string_view what) {
  constexpr std::string_view kOldMagic = "PAW\x02";  // the format before bundles were ZIP archives
  if (archive.size() >= kOldMagic.size() && std::memcmp(archive.data(), kOldMagic.data(), kOldMagic.size()) == 0) {
    return Refused(std::string(what) +
                   ": found the old binary .paw format (PAW 2, before adapters were GGUF), expected a ZIP bundle of version 3 or 4");
  }
  const ZipLimits limits = {.archive_bytes_max = kArchiveBytesMax,
                            .members_max = kArchiveMembersMax,
                            .expanded_bytes_max = kArchiveExpandedBytesMax,
                            .ratio_max = kCompressionRatioMax};
  const std::vector<ZipMember> found = PAW_TRY(ScanZip(archive, limits, what));
  for (const ZipMember& member : found) {
    if (std::none_of(allowed.begin(), allowed.end(), [&](const AllowedMember& a) { return a.name == member.name; })) {
      return Refused(std::string(what) + ": found the member " + Quoted(member.name) + ", expected only " + NamesOf(allowed));
    }
  }
  Members members;
  for (const AllowedMember& wanted : allowed) {
    const auto member = std::find_if(found.begin(), found.end(), [&](const ZipMember& m) { return m.name == wanted.name; });
    if (member != found.end()) {
      members[wanted.name] = PAW_TRY(ReadZipMember(*member, wanted.bytes_max, what));
    } else if (wanted.required) {
      return Refused(std::string(what) + ": found no member " + std::string(wanted.name) + ", expected one");
    }
  }
  return members;
}

Status TakeTexts(const Members& members, Bundle& bundle, std::string_view what) {
  bundle.manifest = PAW_TRY(ReadManifest(TextOf(members.at(kMetaName)), std::string(what) + ": " + std::string(kMetaName)));
  bundle.prompt_template = std::string(TextOf(members.at(kTemplateName)));
  const auto pseudo = members.find(kPseudoProgramName);
  if (pseudo != members.end()) bundle.pseudo_program = std::string(TextOf(pseudo->second));
  return Ok();
}

Status CheckTexts(const Bundle& bundle, std::string_view what) {
  if (bundle.prompt_template.size() > kTemplateBytesMax) {
    return Refused(std::string(what) + ": prompt_template.txt: found " + std::to_string(bundle.prompt_template.size()) +
                   " bytes, expected at most " + std::to_string(kTemplateBytesMax));
  }
  const Status prompt = bundle.manifest.runtime_manifest_version == kImageRuntime ? CheckNumberedTemplate(bundle.prompt_template)
                                                                                  : PromptTemplate::Parse(bundle.prompt_template).status();
  if (!prompt.ok()) return prompt.WithContext(std::string(what) + ": " + std::string(kTemplateName));
  if (!bundle.pseudo_program) return Ok();
  return CheckText(*bundle.pseudo_program, kPseudoProgramBytesMax, std::string(what) + ": " + std::string(kPseudoProgramName));
}

std::map<std::string, std::string> DigestsOf(const Bundle& bundle) {
  std::map<std::string, std::string> digests;
  digests[std::string(kAdapterName)] = Sha256Hex(bundle.adapter_gguf);
  digests[std::string(kTemplateName)] = Sha256Hex(bundle.prompt_template);
  if (bundle.pseudo_program) digests[std::string(kPseudoProgramName)] = Sha256Hex(*bundle.pseudo_program);
  return digests;
}

}  // namespace paw
