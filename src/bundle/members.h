// Members: the parts of a program's archive, read strictly, and the texts that every kind of archive has. Their names are theirs everywhere;
// the rest is for bundle/ alone.
//
// Thread rule: pure functions. Errors: kRefused with the archive, the member and the reason.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::string_view kAdapterName = "adapter.gguf";
inline constexpr std::string_view kCoefficientsName = "coefficients.bin";
inline constexpr std::string_view kMetaName = "meta.json";
inline constexpr std::string_view kTemplateName = "prompt_template.txt";
inline constexpr std::string_view kPseudoProgramName = "pseudo_program.txt";

struct AllowedMember {
  std::string_view name;
  std::size_t bytes_max;
  bool required;
};
using Members = std::map<std::string_view, std::vector<std::byte>>;  // keyed by AllowedMember::name

// All names are checked before any data is inflated.
Result<Members> ReadMembers(std::span<const std::byte> archive, std::span<const AllowedMember> allowed, std::string_view what);

// meta.json, prompt_template.txt and pseudo_program.txt of `members` into `bundle`; CheckTexts is not called.
Status TakeTexts(const Members& members, Bundle& bundle, std::string_view what);
Status CheckTexts(const Bundle& bundle, std::string_view what);

// SHA-256 of every member but meta.json, by name: what paw.members states.
std::map<std::string, std::string> DigestsOf(const Bundle& bundle);

}  // namespace paw
