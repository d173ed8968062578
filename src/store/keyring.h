// Keyring: whose signatures this machine knows. Three files in the configuration folder:
//
//   paw_signing_key.json   {"format":1, "algorithm":"ed25519", "seed", "public"}   this user's own key, mode 0600, made at its first use
//   paw_trusted.json       {"format":1, "keys":{key: name}}                        publishers whose programs are taken as theirs
//   paw_seen.json          {"format":1, "seen":{name on a hub: key}}               the key that each name had when it was first pulled
//
// The last is trust on first use: a name that was signed by one key is not taken over silently by another, or by an unsigned program.
// Whoever can write to the folder decides; it is the user's own.
//
// Thread rule: may be used from many threads and processes at once (a lock file). Owner: the Fs must outlive it.
// Errors: kRefused (a malformed file; a program that Judge turns down), kUsage (no key, no folder), kNotFound (nobody to forget).
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "bundle/signature.h"
#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct TrustPolicy {
  bool require_signature = false;  // valid, and by a key that is trusted or one's own
  bool accept_new_key = false;     // another key than the one seen first is taken, and becomes that
};

// A program that may be taken, and what there is to say about it.
struct TrustVerdict {
  SignatureFacts signature;
  bool trusted = false;     // by a trusted key or one's own
  std::string trusted_as;   // the name that the user gave that key; "you" for one's own
  bool first_seen = false;  // the name on the hub is seen for the first time, or with a new key that was accepted
};

// "signed by Ada (key 3ccd99ac1d2e), trusted", "signed by an unknown publisher ...", "not signed", "signature INVALID: ..."
std::string SignatureText(const SignatureFacts& signature, const std::string& trusted_as);

class Keyring {
 public:
  Keyring(Fs& fs, std::string folder) : fs_(fs), folder_(std::move(folder)) {}

  // The user's own key; made where there is none yet.
  Result<SigningKey> OwnKey();
  // Its public half, "" where there is none yet.
  Result<std::string> OwnPublicKey();

  Result<std::map<std::string, std::string>> Trusted();  // key -> name
  Status Trust(const std::string& key, const std::string& name);
  // By the key, its first 8 or more digits, or the name. The key.
  Result<std::string> Forget(const std::string& key_or_name);

  // "you", the name of a trusted key, its digits where it has none, or "" for a key that is not trusted.
  Result<std::string> TrustedAs(const std::string& key);

  // Whether a program may be taken under `name` ("https://hub/user/slug"; "": under none). kRefused with the reason where it may not.
  Result<TrustVerdict> Judge(const Bundle& bundle, const std::string& name, const TrustPolicy& policy);
  // Once it was taken: the key under which `name` was seen. Nothing for an unsigned program.
  Status Remember(const std::string& name, const TrustVerdict& verdict);

 private:
  std::string Below(const char* file) const;
  Status CheckFolder() const;
  Result<std::string> ReadFile(const char* file);
  Result<Json> ReadMap(const char* file, const char* key);
  Status ChangeMap(const char* file, const char* key, const std::function<Result<bool>(Json& map)>& change);
  Result<std::unique_ptr<HeldLock>> Lock();

  Fs& fs_;
  std::string folder_;
};

}  // namespace paw
