#include "bundle/signature.h"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"
#include "bundle/members.h"

namespace paw {
namespace {

constexpr std::string_view kDomain = "paw signature 1\n";  // a signature of something else is none of a program
constexpr std::string_view kSignatureKey = "signature";

bool Ready() {
  static const bool ready = sodium_init() >= 0;  // once in a process
  return ready;
}

// `text` is hex of the length that `bytes` has.
void FromHex(std::string_view text, std::span<std::uint8_t> bytes) {
  const auto digit = [](char c) { return static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10); };
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
}

const unsigned char* BytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// The place that a hub may rewrite.
void ForgetBaseUrl(Json& meta) {
  Json* at = &meta;
  for (const char* key : {"runtime", "local_sdk", "base_model"}) {
    if (!at->is_object() || !at->contains(key)) return;
    at = &(*at)[key];
  }
  if (at->is_object()) at->erase("url");
}

// Of a bundle whose paw.signature is complete but for the signature itself, which is left out where it is there.
Result<std::string> SignedText(const Bundle& bundle) {
  Manifest manifest = bundle.manifest;
  manifest.paw->members = DigestsOf(bundle);
  manifest.paw->other[kSignatureKey].erase(kSignatureKey);
  const std::string text = PAW_TRY(WriteManifest(manifest));
  Json meta = PAW_TRY(ParseJson(text, "signing a program", kMetaBytesMax));
  ForgetBaseUrl(meta);
  return std::string(kDomain) + WriteJson({{"members", manifest.paw->members}, {"meta", std::move(meta)}});
}

SignatureFacts Invalid(std::string problem) { return {SignatureState::kInvalid, "", "", std::move(problem)}; }

}  // namespace

bool IsPublicKeyHex(std::string_view text) { return IsHex(text, 2 * crypto_sign_PUBLICKEYBYTES, 2 * crypto_sign_PUBLICKEYBYTES); }

Result<SigningKey> SigningKey::Make() {
  if (!Ready()) return Unavailable("making a signing key: found no source of random numbers");
  std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed;
  randombytes_buf(seed.data(), seed.size());
  Result<SigningKey> key = FromSeed(HexOf(seed));
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SigningKey> SigningKey::FromSeed(std::string_view seed_hex) {
  static_assert(crypto_sign_SECRETKEYBYTES == 64);
  std::array<std::uint8_t, crypto_sign_SEEDBYTES> seed;
  if (!IsHex(seed_hex, 2 * seed.size(), 2 * seed.size())) {
    return Usage("reading a signing key: found " + std::to_string(seed_hex.size()) + " characters, expected 64 hex digits");
  }
  if (!Ready()) return Unavailable("reading a signing key: found a cryptographic library that does not start");
  FromHex(seed_hex, seed);
  SigningKey key;
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> public_bytes;
  crypto_sign_seed_keypair(public_bytes.data(), key.secret_.data(), seed.data());
  sodium_memzero(seed.data(), seed.size());
  key.public_hex_ = HexOf(public_bytes);
  return key;
}

std::string SigningKey::SeedHex() const { return HexOf(std::span(secret_).first(crypto_sign_SEEDBYTES)); }

std::string SigningKey::Sign(std::string_view text) const {
  std::array<std::uint8_t, crypto_sign_BYTES> signature;
  crypto_sign_detached(signature.data(), nullptr, BytesOf(text), text.size(), secret_.data());
  return HexOf(signature);
}

bool VerifySignature(std::string_view text, std::string_view public_hex, std::string_view signature_hex) {
  std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES> key;
  std::array<std::uint8_t, crypto_sign_BYTES> signature;
  if (!IsPublicKeyHex(public_hex) || !IsHex(signature_hex, 2 * signature.size(), 2 * signature.size()) || !Ready()) return false;
  FromHex(public_hex, key);
  FromHex(signature_hex, signature);
  return crypto_sign_verify_detached(signature.data(), BytesOf(text), text.size(), key.data()) == 0;
}

std::string_view SignatureStateName(SignatureState state) {
  switch (state) {
    case SignatureState::kNone:
      return "none";
    case SignatureState::kValid:
      return "valid";
    case SignatureState::kInvalid:
      return "invalid";
  }
  return "invalid";
}

SignatureFacts CheckSignature(const Bundle& bundle) {
  if (!bundle.manifest.paw) return {};
  const Json* record = FindMember(bundle.manifest.paw->other, kSignatureKey);
  if (record == nullptr) return {};
  constexpr std::string_view kWhat = "paw.signature";
  const auto read = [&](std::string_view key) { return GetString(*record, key, kWhat); };
  const Result<std::string> algorithm = read("algorithm"), key = read("key"), publisher = read("publisher"),
                            signature = read(kSignatureKey);
  for (const auto* field : {&algorithm, &key, &publisher, &signature}) {
    if (!field->ok()) return Invalid(field->message());
  }
  if (*algorithm != kSignatureAlgorithm) return Invalid("found the algorithm " + Quoted(*algorithm) + ", expected \"ed25519\"");
  if (!CheckText(*publisher, kPublisherBytesMax, kWhat).ok()) return Invalid("found a publisher that is no short text, expected one");
  const Result<std::string> text = SignedText(bundle);
  if (!text.ok()) return Invalid(text.message());
  if (!VerifySignature(*text, *key, *signature)) {
    return Invalid("found a signature that is not of these contents by key " + Quoted(*key, 12) + ", expected a valid one");
  }
  return {SignatureState::kValid, *key, *publisher, ""};
}

Status SignBundle(const SigningKey& key, const std::string& publisher, Bundle& bundle) {
  if (!bundle.manifest.paw) {
    return Usage("signing program " + bundle.manifest.program_id + ": found none of paw's own records in it, expected one that paw made");
  }
  const bool one_line = CheckText(publisher, kPublisherBytesMax, "publisher").ok() && Printable(publisher) == publisher;
  if (!one_line) {
    return Usage("signing program " + bundle.manifest.program_id + ": found the publisher " + Quoted(publisher) +
                 ", expected a line of at most " + std::to_string(kPublisherBytesMax) + " bytes");
  }
  Json& record = bundle.manifest.paw->other[kSignatureKey];
  record = {{"algorithm", kSignatureAlgorithm}, {"key", key.public_hex()}, {"publisher", publisher}};
  const std::string text = PAW_TRY(SignedText(bundle));
  record[kSignatureKey] = key.Sign(text);
  return Ok();
}

}  // namespace paw
