#include "base/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <new>

namespace paw {

namespace {

EVP_MD_CTX* Context(void* state) { return static_cast<EVP_MD_CTX*>(state); }

}  // namespace

void Sha256Stream::Free::operator()(void* state) const { EVP_MD_CTX_free(Context(state)); }

Sha256Stream::Sha256Stream() : state_(EVP_MD_CTX_new()) {
  if (state_ == nullptr || EVP_DigestInit_ex(Context(state_.get()), EVP_sha256(), nullptr) != 1) throw std::bad_alloc();
}

// An open SHA-256 context takes any bytes while there is memory.
void Sha256Stream::Update(std::span<const std::byte> bytes) {
  if (EVP_DigestUpdate(Context(state_.get()), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

void Sha256Stream::Update(std::string_view text) { Update(std::as_bytes(std::span(text))); }

Sha256Digest Sha256Stream::Finish() {
  Sha256Digest digest;
  if (EVP_DigestFinal_ex(Context(state_.get()), digest.data(), nullptr) != 1) throw std::bad_alloc();
  return digest;
}

std::string Sha256Stream::FinishHex() { return HexOf(Finish()); }

Sha256Digest Sha256(std::span<const std::byte> bytes) {
  Sha256Stream stream;
  stream.Update(bytes);
  return stream.Finish();
}

std::string Sha256Hex(std::span<const std::byte> bytes) { return HexOf(Sha256(bytes)); }

std::string Sha256Hex(std::string_view text) { return Sha256Hex(std::as_bytes(std::span(text))); }

std::string HexOf(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

bool IsHex(std::string_view text, std::size_t min_length, std::size_t max_length) {
  if (text.size() < min_length || text.size() > max_length) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace paw
