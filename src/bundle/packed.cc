#include "bundle/packed.h"

#include <array>
#include <utility>

#include "base/limits.h"
#include "bundle/members.h"
#include "bundle/zip.h"

namespace paw {
namespace {

constexpr std::array<AllowedMember, 4> kAllowedMembers = {{
    {kCoefficientsName, kCoefficientsBytesMax, true},
    {kMetaName, kMetaBytesMax, true},
    {kTemplateName, kTemplateBytesMax, true},
    {kPseudoProgramName, kPseudoProgramBytesMax, false},
}};

Status CheckPacked(const PackedProgram& packed, std::string_view what) {
  const auto& paw = packed.bundle.manifest.paw;
  if (!paw || !paw->members.contains(std::string(kAdapterName))) {
    return Refused(std::string(what) + ": found no digest of the adapter in meta.json, expected the one that the coefficients give");
  }
  return CheckTexts(packed.bundle, what);
}

}  // namespace

Result<PackedProgram> ReadPacked(std::span<const std::byte> archive, std::string_view what) {
  Members members = PAW_TRY(ReadMembers(archive, kAllowedMembers, what));
  PackedProgram packed;
  PAW_TRY(TakeTexts(members, packed.bundle, what));
  packed.coefficients = std::move(members[kCoefficientsName]);
  PAW_TRY(CheckPacked(packed, what));
  return packed;
}

Result<std::vector<std::byte>> WritePacked(const PackedProgram& packed) {
  PAW_TRY(CheckPacked(packed, "packing a program"));
  const Bundle& bundle = packed.bundle;
  const std::string meta = PAW_TRY(WriteManifest(bundle.manifest));
  const auto bytes_of = [](const std::string& text) { return std::as_bytes(std::span(text)); };
  std::vector<std::pair<std::string_view, std::span<const std::byte>>> members = {
      {kCoefficientsName, packed.coefficients}, {kMetaName, bytes_of(meta)}, {kTemplateName, bytes_of(bundle.prompt_template)}};
  if (bundle.pseudo_program) members.emplace_back(kPseudoProgramName, bytes_of(*bundle.pseudo_program));
  return WriteZip(members);
}

Result<Bundle> Unpacked(PackedProgram packed, std::vector<std::byte> adapter_gguf, std::string_view what) {
  packed.bundle.adapter_gguf = std::move(adapter_gguf);
  if (DigestsOf(packed.bundle) != packed.bundle.manifest.paw->members) {
    return Refused(std::string(what) + ": found members whose SHA-256 differ from those in meta.json, expected the same");
  }
  return std::move(packed.bundle);
}

}  // namespace paw
