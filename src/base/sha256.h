// SHA-256 (FIPS 180-4) through OpenSSL, which uses the chip's instructions for it: one-shot, streaming, and hex.
// No memory for its state is std::bad_alloc, as for the standard containers.
//
// Thread rule: functions are pure; a Sha256Stream belongs to one thread at a time. Errors: none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace paw {

using Sha256Digest = std::array<std::uint8_t, 32>;

class Sha256Stream {
 public:
  Sha256Stream();
  void Update(std::span<const std::byte> bytes);
  void Update(std::string_view text);
  // Once; the stream is spent afterwards.
  Sha256Digest Finish();
  std::string FinishHex();

 private:
  struct Free {
    void operator()(void* state) const;
  };
  std::unique_ptr<void, Free> state_;  // EVP_MD_CTX
};

Sha256Digest Sha256(std::span<const std::byte> bytes);
std::string Sha256Hex(std::span<const std::byte> bytes);  // 64 lower-case hex digits
std::string Sha256Hex(std::string_view text);
std::string HexOf(std::span<const std::uint8_t> bytes);

// Whether `text` is lower-case hex digits only, min_length to max_length of them.
bool IsHex(std::string_view text, std::size_t min_length, std::size_t max_length);
inline bool IsSha256Hex(std::string_view text) { return IsHex(text, 64, 64); }

}  // namespace paw
