// Signature: who vouches for a program. Ed25519 (RFC 8032) over its contents, kept in meta.json:
//
//   paw.signature {algorithm "ed25519", key (64 hex digits), publisher, signature (128 hex digits)}
//
// The signed text is "paw signature 1", a line end, and the canonical JSON {"members": {name: sha256}, "meta": {...}}: the digests of the
// members as they are, and meta.json without paw.signature.signature itself and without runtime.local_sdk.base_model.url. That address is
// a place, not content: the digest beside it says which bytes lie there, and a hub puts its own place there. Canonical JSON is what
// WriteManifest and WriteJson make of it: keys sorted, no white space, numbers in their shortest form; keys that a manifest's reader does not
// keep are not part of it. The key and the name of the publisher are signed too; a name proves nothing by itself, a key does.
//
// A signature says whose key signed, not whether that key deserves trust: store/keyring.h keeps what this machine knows of keys.
//
// Thread rule: plain values and pure functions. Errors: kUsage (what cannot be signed, or is no key). Source: RFC 8032; libsodium.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "paw/status.h"

namespace paw {

inline constexpr std::string_view kSignatureAlgorithm = "ed25519";
inline constexpr std::size_t kPublisherBytesMax = 100;

// 64 lower-case hex digits.
bool IsPublicKeyHex(std::string_view text);

class SigningKey {
 public:
  // A new one from the system's random numbers.
  static Result<SigningKey> Make();
  // From its secret, 64 hex digits: the seed of RFC 8032.
  static Result<SigningKey> FromSeed(std::string_view seed_hex);

  const std::string& public_hex() const { return public_hex_; }
  std::string SeedHex() const;                    // the secret
  std::string Sign(std::string_view text) const;  // 128 hex digits; the same for the same text

 private:
  SigningKey() = default;

  std::array<std::uint8_t, 64> secret_ = {};  // the seed, then the public key
  std::string public_hex_;
};

// False too for what is no key or no signature.
bool VerifySignature(std::string_view text, std::string_view public_hex, std::string_view signature_hex);

enum class SignatureState : std::uint8_t { kNone, kValid, kInvalid };
// "none", "valid", "invalid"
std::string_view SignatureStateName(SignatureState state);

struct SignatureFacts {
  SignatureState state = SignatureState::kNone;
  std::string key;        // hex, of a valid one
  std::string publisher;  // what it calls itself; of a valid one
  std::string problem;    // of an invalid one: what was found and what was expected
};

SignatureFacts CheckSignature(const Bundle& bundle);

// Puts the signature into the manifest, in the place of one that is there. kUsage for a program without paw's own record (an official
// one), and for a publisher that is no short line of text; "" is one without a name.
Status SignBundle(const SigningKey& key, const std::string& publisher, Bundle& bundle);

}  // namespace paw
