#include "bundle/bundle.h"

#include <array>
#include <map>

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/members.h"
#include "bundle/zip.h"
#include "fs/path.h"
#include "gguf/gguf.h"

namespace paw {
namespace {

constexpr std::array<AllowedMember, 4> kAllowedMembers = {{
    {kAdapterName, kArchiveExpandedBytesMax, true},
    {kMetaName, kMetaBytesMax, true},
    {kTemplateName, kTemplateBytesMax, true},
    {kPseudoProgramName, kPseudoProgramBytesMax, false},
}};

// What holds for a bundle's value, read or about to be written, apart from its manifest.
Status CheckValue(const Bundle& bundle, std::string_view what) {
  const std::string adapter_what = std::string(what) + ": " + std::string(kAdapterName);
  if (bundle.adapter_gguf.size() < kAdapterBytesMin) {
    return Refused(adapter_what + ": found " + std::to_string(bundle.adapter_gguf.size()) + " bytes, expected at least " +
                   std::to_string(kAdapterBytesMin));
  }
  PAW_TRY(gguf::File::Open(bundle.adapter_gguf, adapter_what));
  return CheckTexts(bundle, what);
}

// The value of the members: each checked, then together.
Result<Bundle> FromMembers(Members members, std::string_view what) {
  Bundle bundle;
  PAW_TRY(TakeTexts(members, bundle, what));
  bundle.adapter_gguf = std::move(members[kAdapterName]);
  PAW_TRY(CheckValue(bundle, what));
  if (bundle.manifest.paw && bundle.manifest.paw->members != DigestsOf(bundle)) {
    return Refused(std::string(what) + ": found members whose SHA-256 differ from those in meta.json, expected the same");
  }
  return bundle;
}

}  // namespace

Result<Bundle> ReadBundle(std::span<const std::byte> archive, std::string_view what) {
  Members members = PAW_TRY(ReadMembers(archive, kAllowedMembers, what));
  return FromMembers(std::move(members), what);
}

Result<Bundle> ReadBundleFolder(Fs& fs, const std::string& folder) {
  const std::string what = "reading the program in " + Printable(folder, kPathBytesMax);
  Members members;
  for (const AllowedMember& allowed : kAllowedMembers) {
    Result<std::vector<std::byte>> bytes = fs.Read(JoinPath(folder, allowed.name), allowed.bytes_max);
    if (bytes.ok()) {
      members[allowed.name] = std::move(bytes).value();
    } else if (allowed.required || bytes.code() != Code::kNotFound) {
      return bytes.status().WithContext(what);
    }
  }
  return FromMembers(std::move(members), what);
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
