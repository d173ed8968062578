#include "lm/tokenizer_nfc.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace paw {
namespace {

constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
constexpr unsigned char kFirstLeadByte = 0xCC;  // of U+0300; every text of lower characters is in form C

utf8proc_propval_t MarkClass(utf8proc_int32_t point) { return utf8proc_get_property(point)->combining_class; }

Status LibraryError(utf8proc_ssize_t error) {
  return Internal(std::string("normalising text: found utf8proc's error \"") + utf8proc_errmsg(error) + "\", expected none");
}

// Appends the canonical decomposition of every character.
Status Decompose(std::string_view text, std::vector<utf8proc_int32_t>* points) {
  points->reserve(text.size());
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto end = static_cast<utf8proc_ssize_t>(text.size());
  int boundary = UTF8PROC_BOUNDCLASS_START;
  for (utf8proc_ssize_t at = 0; at < end;) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t read = utf8proc_iterate(bytes + at, end - at, &point);
    if (read <= 0) return LibraryError(read);
    at += read;
    std::array<utf8proc_int32_t, 8> parts = {};  // a canonical decomposition has four at most
    const utf8proc_ssize_t count = utf8proc_decompose_char(point, parts.data(), parts.size(), kCompose, &boundary);
    if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return LibraryError(count);
    points->insert(points->end(), parts.begin(), parts.begin() + count);
  }
  return Ok();
}

// Puts the marks of each run in the order of their classes; marks of one class keep theirs.
void OrderMarks(std::vector<utf8proc_int32_t>* points) {
  for (auto begin = points->begin(); begin != points->end();) {
    const auto end = std::find_if(begin, points->end(), [](utf8proc_int32_t point) { return MarkClass(point) == 0; });
    std::stable_sort(begin, end, [](utf8proc_int32_t a, utf8proc_int32_t b) { return MarkClass(a) < MarkClass(b); });
    begin = end == points->end() ? end : end + 1;
  }
}

}  // namespace

Result<std::string> NormaliseNfc(std::string_view text) {
  if (std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= kFirstLeadByte; })) {
    return std::string(text);
  }
  std::vector<utf8proc_int32_t> points;
  PAW_TRY(Decompose(text, &points));
  OrderMarks(&points);
  const utf8proc_ssize_t composed = utf8proc_normalize_utf32(points.data(), static_cast<utf8proc_ssize_t>(points.size()), kCompose);
  if (composed < 0) return LibraryError(composed);
  std::string normal;
  normal.reserve(text.size());
  for (utf8proc_ssize_t i = 0; i < composed; ++i) {
    std::array<utf8proc_uint8_t, 4> bytes = {};
    const utf8proc_ssize_t count = utf8proc_encode_char(points[static_cast<std::size_t>(i)], bytes.data());
    normal.append(bytes.begin(), bytes.begin() + count);
  }
  return normal;
}

}  // namespace paw
