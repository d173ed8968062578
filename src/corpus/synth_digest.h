// CorpusDigest: the number that decides on which side of a split a thing lies; tools/corpus/specs.py's digest(), so that both agree.
//
// Thread rule: a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "base/sha256.h"

namespace paw {

// The first 8 bytes, big-endian, of the SHA-256 of the parts with the byte 1F between them.
inline std::uint64_t CorpusDigest(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part).append(1, '\x1f');
  text.pop_back();
  const Sha256Digest digest = Sha256(std::as_bytes(std::span(text)));
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < 8; ++i) number = number << 8 | digest[i];
  return number;
}

}  // namespace paw
