#include "hub/slug.h"

#include <algorithm>

#include "base/sha256.h"
#include "base/text.h"

namespace paw::hub {
namespace {

constexpr std::size_t kSlugBytesMin = 2, kSlugBytesMax = 50;
constexpr std::size_t kVersionDigitsMax = 9;
constexpr std::size_t kIdDigitsMin = 16, kIdDigitsMax = 64;

bool IsSlug(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return text.size() >= kSlugBytesMin && text.size() <= kSlugBytesMax && plain(text.front()) && plain(text.back()) &&
         std::ranges::all_of(text, [&](char c) { return plain(c) || c == '-'; });
}

}  // namespace

Status CheckSlug(std::string_view text, std::string_view what) {
  // An id would shadow a slug of its shape.
  if (IsSlug(text) && !IsHex(text, kIdDigitsMin, kIdDigitsMax)) return Ok();
  return Usage("naming: found " + Quoted(text, 60) + " as " + std::string(what) +
               ", expected 2 to 50 of a-z, 0-9 and -, a letter or digit at both ends, and not the shape of an id (16 to 64 hex digits)");
}

Result<SlugReference> ParseReference(std::string_view text) {
  SlugReference reference;
  if (IsHex(text, kIdDigitsMin, kIdDigitsMax)) {
    reference.id = text;
    return reference;
  }
  const Status bad = Usage("reading a reference: found " + Quoted(text, 120) + ", expected an id, SLUG, USER/SLUG or SLUG@vN");
  std::string_view rest = text;
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    const std::string_view digits = rest.substr(at + 1).substr(rest.substr(at + 1).starts_with("v") ? 1 : 0);
    if (digits.empty() || digits.size() > kVersionDigitsMax || digits.find_first_not_of("0123456789") != std::string_view::npos) return bad;
    reference.version = PAW_TRY(ParseInt(digits, "a version"));
    rest = rest.substr(0, at);
  }
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    reference.user = rest.substr(0, slash);
    if (!IsSlug(reference.user)) return bad;
    rest = rest.substr(slash + 1);
  }
  if (!IsSlug(rest)) return bad;
  reference.slug = rest;
  return reference;
}

}  // namespace paw::hub
