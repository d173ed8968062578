#include "bundle/bundle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/zip.h"
#include "gguf/gguf.h"
#include "prompt/template.h"

namespace paw {
namespace {

constexpr std::string_view kAdapterName = "adapter.gguf";
constexpr std::string_view kMetaName = "meta.json";
constexpr std::string_view kTemplateName = "prompt_template.txt";
constexpr std::string_view kPseudoProgramName = "pseudo_program.txt";

struct AllowedMember {
  std::string_view name;
  std::size_t bytes_max;
  bool required;
};
constexpr std::array<AllowedMember, kArchiveMembersMax> kAllowedMembers = {{
    {kAdapterName, kArchiveExpandedBytesMax, true},
    {kMetaName, kMetaBytesMax, true},
    {kTemplateName, kTemplateBytesMax, true},
    {kPseudoProgramName, kPseudoProgramBytesMax, false},
}};

using Members = std::map<std::string_view, std::vector<std::byte>>;

Result<Members> ReadMembers(std::span<const std::byte> archive, std::string_view what) {
  constexpr std::string_view kOldMagic = "PAW\x02";  // the format before bundles were ZIP archives
  if (archive.size() >= kOldMagic.size() && std::memcmp(archive.data(), kOldMagic.data(), kOldMagic.size()) == 0) {
    return Refused(std::string(what) + ": found the old .paw format 2, expected a ZIP bundle of version 3 or 4");
  }
  const ZipLimits limits = {.archive_bytes_max = kArchiveBytesMax,
                            .members_max = kArchiveMembersMax,
                            .expanded_bytes_max = kArchiveExpandedBytesMax,
                            .ratio_max = kCompressionRatioMax};
  const std::vector<ZipMember> found = PAW_TRY(ScanZip(archive, limits, what));
  // All names before any data: nothing of an archive with a wrong member is inflated.
  for (const ZipMember& member : found) {
    const auto is_it = [&](const AllowedMember& allowed) { return allowed.name == member.name; };
    if (std::none_of(kAllowedMembers.begin(), kAllowedMembers.end(), is_it)) {
      return Refused(std::string(what) + ": found the member " + Quoted(member.name) +
                     ", expected only adapter.gguf, meta.json, prompt_template.txt and pseudo_program.txt");
    }
  }
  Members members;
  for (const AllowedMember& allowed : kAllowedMembers) {
    const auto member = std::find_if(found.begin(), found.end(), [&](const ZipMember& m) { return m.name == allowed.name; });
    if (member != found.end()) {
      members[allowed.name] = PAW_TRY(ReadZipMember(*member, allowed.bytes_max, what));
    } else if (allowed.required) {
      return Refused(std::string(what) + ": found no member " + std::string(allowed.name) + ", expected one");
    }
  }
  return members;
}

std::string TextOf(const std::vector<std::byte>& bytes) { return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()); }

// What holds for a bundle's value, read or about to be written, apart from its manifest.
Status CheckValue(const Bundle& bundle, std::string_view what) {
  const std::string adapter_what = std::string(what) + ": " + std::string(kAdapterName);
  if (bundle.adapter_gguf.size() < kAdapterBytesMin) {
    return Refused(adapter_what + ": found " + std::to_string(bundle.adapter_gguf.size()) + " bytes, expected at least " +
                   std::to_string(kAdapterBytesMin));
  }
  PAW_TRY(gguf::File::Open(bundle.adapter_gguf, adapter_what));
  if (bundle.prompt_template.size() > kTemplateBytesMax) {
    return Refused(std::string(what) + ": prompt_template.txt: found " + std::to_string(bundle.prompt_template.size()) +
                   " bytes, expected at most " + std::to_string(kTemplateBytesMax));
  }
  const Result<PromptTemplate> prompt = PromptTemplate::Parse(bundle.prompt_template);
  if (!prompt.ok()) return prompt.status().WithContext(std::string(what) + ": " + std::string(kTemplateName));
  if (bundle.pseudo_program) {
    PAW_TRY(CheckText(*bundle.pseudo_program, kPseudoProgramBytesMax, std::string(what) + ": " + std::string(kPseudoProgramName)));
  }
  return Ok();
}

std::map<std::string, std::string> DigestsOf(const Bundle& bundle) {
  std::map<std::string, std::string> digests;
  digests[std::string(kAdapterName)] = Sha256Hex(bundle.adapter_gguf);
  digests[std::string(kTemplateName)] = Sha256Hex(bundle.prompt_template);
  if (bundle.pseudo_program) digests[std::string(kPseudoProgramName)] = Sha256Hex(*bundle.pseudo_program);
  return digests;
}

}  // namespace

Result<Bundle> ReadBundle(std::span<const std::byte> archive, std::string_view what) {
  Members members = PAW_TRY(ReadMembers(archive, what));
  Bundle bundle;
  bundle.manifest = PAW_TRY(ReadManifest(TextOf(members[kMetaName]), std::string(what) + ": " + std::string(kMetaName)));
  bundle.adapter_gguf = std::move(members[kAdapterName]);
  bundle.prompt_template = TextOf(members[kTemplateName]);
  if (members.contains(kPseudoProgramName)) bundle.pseudo_program = TextOf(members[kPseudoProgramName]);
  PAW_TRY(CheckValue(bundle, what));
  if (bundle.manifest.paw && bundle.manifest.paw->members != DigestsOf(bundle)) {
    return Refused(std::string(what) + ": found members whose SHA-256 differ from those in meta.json, expected the same");
  }
  return bundle;
}

Result<std::vector<std::byte>> WriteBundle(const Bundle& bundle) {
  constexpr std::string_view kWhat = "writing a bundle";
  PAW_TRY(CheckValue(bundle, kWhat));
  Manifest manifest = bundle.manifest;
  if (manifest.paw) manifest.paw->members = DigestsOf(bundle);
  const std::string meta = PAW_TRY(WriteManifest(manifest));
  const auto bytes_of = [](const std::string& text) { return std::as_bytes(std::span(text)); };
  std::vector<std::pair<std::string_view, std::span<const std::byte>>> members = {
      {kAdapterName, bundle.adapter_gguf}, {kMetaName, bytes_of(meta)}, {kTemplateName, bytes_of(bundle.prompt_template)}};
  if (bundle.pseudo_program) members.emplace_back(kPseudoProgramName, bytes_of(*bundle.pseudo_program));
  std::vector<std::byte> archive = PAW_TRY(WriteZip(members));
  if (archive.size() > kArchiveBytesMax) {
    return Refused(std::string(kWhat) + ": found " + std::to_string(archive.size()) + " bytes, expected at most " +
                   std::to_string(kArchiveBytesMax));
  }
  return archive;
}

}  // namespace paw
