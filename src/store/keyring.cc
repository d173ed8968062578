#include "store/keyring.h"

#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr const char* kOwnFile = "paw_signing_key.json";
constexpr const char* kTrustedFile = "paw_trusted.json";
constexpr const char* kSeenFile = "paw_seen.json";
constexpr const char* kLockFile = "paw_keyring.lock";
constexpr double kLockSeconds = 10;
constexpr std::size_t kShownDigits = 12;
constexpr std::size_t kPrefixDigitsMin = 8;
constexpr std::int64_t kFormat = 1;

Result<Json> ReadFormat(const std::string& text, const std::string& what) {
  Json file = PAW_TRY(ParseJson(text, what, kTrustFileBytesMax));
  const std::int64_t format = PAW_TRY(GetInt(file, "format", what));
  if (format == kFormat) return file;
  return Refused(what + ": found format " + std::to_string(format) + ", expected " + std::to_string(kFormat));
}

Result<SigningKey> ReadOwnKey(const std::string& text, const std::string& what) {
  const Json file = PAW_TRY(ReadFormat(text, what));
  const std::string seed = PAW_TRY(GetString(file, "seed", what));
  const std::string expected = PAW_TRY(GetString(file, "public", what));
  Result<SigningKey> key = SigningKey::FromSeed(seed);
  if (key.ok() && key->public_hex() == expected) return key;
  return Refused(what + ": found a seed that does not belong to the public key beside it, expected a pair");
}

std::string ShownKey(const std::string& key) { return key.substr(0, kShownDigits); }

Status CheckName(const std::string& name) {
  if (name.size() <= kPublisherBytesMax && IsUtf8(name) && Printable(name) == name) return Ok();
  return Usage("trusting a key: found the name " + Quoted(name) + ", expected a line of at most " + std::to_string(kPublisherBytesMax) +
               " bytes");
}

}  // namespace

std::string SignatureText(const SignatureFacts& signature, const std::string& trusted_as) {
  switch (signature.state) {
    case SignatureState::kNone:
      return "not signed";
    case SignatureState::kInvalid:
      return "signature INVALID: " + signature.problem;
    case SignatureState::kValid:
      break;
  }
  const std::string by = signature.publisher.empty() ? "" : " calling itself " + Quoted(signature.publisher);
  const std::string key = "key " + ShownKey(signature.key);
  if (trusted_as.empty()) return "signed by " + key + by + ", which is not trusted (`paw trust add " + signature.key + "`)";
  return "signed by " + Printable(trusted_as) + " (" + key + "), trusted";
}

std::string Keyring::Below(const char* file) const { return JoinPath(folder_, file); }

// Without a folder there are no files: none of the working folder's is taken for them.
Result<std::string> Keyring::ReadFile(const char* file) {
  if (folder_.empty()) return NotFound(std::string("reading ") + file + ": found no HOME in the environment");
  return fs_.ReadText(Below(file), kTrustFileBytesMax);
}

Status Keyring::CheckFolder() const {
  return folder_.empty() ? Usage("keeping keys: found no HOME in the environment, expected one") : Ok();
}

Result<std::unique_ptr<HeldLock>> Keyring::Lock() {
  PAW_TRY(CheckFolder());
  PAW_TRY(fs_.MakeFolders(folder_));
  return fs_.Lock(Below(kLockFile), LockMode::kExclusive, kLockSeconds);
}

Result<SigningKey> Keyring::OwnKey() {
  const std::unique_ptr<HeldLock> lock = PAW_TRY(Lock());
  const std::string path = Below(kOwnFile);
  const Result<std::string> text = ReadFile(kOwnFile);
  if (text.ok()) return ReadOwnKey(*text, "reading " + Printable(path, kPathBytesMax));
  if (text.code() != Code::kNotFound) return text.status();
  SigningKey key = PAW_TRY(SigningKey::Make());
  PAW_TRY(fs_.PublishPrivateFile(
      path,
      WriteJsonIndented({{"format", kFormat}, {"algorithm", kSignatureAlgorithm}, {"seed", key.SeedHex()}, {"public", key.public_hex()}})));
  return key;
}

Result<std::string> Keyring::OwnPublicKey() {
  const std::string path = Below(kOwnFile);
  const Result<std::string> text = ReadFile(kOwnFile);
  if (text.code() == Code::kNotFound) return std::string();
  if (!text.ok()) return text.status();
  const SigningKey key = PAW_TRY(ReadOwnKey(*text, "reading " + Printable(path, kPathBytesMax)));
  return key.public_hex();
}

// The one map of a file, from texts to texts; an empty one where there is no file.
Result<Json> Keyring::ReadMap(const char* file, const char* key) {
  const std::string path = Below(file);
  const Result<std::string> text = ReadFile(file);
  if (text.code() == Code::kNotFound) return Json::object();
  if (!text.ok()) return text.status();
  const std::string what = "reading " + Printable(path, kPathBytesMax);
  const Json object = PAW_TRY(ReadFormat(*text, what));
  const Json* map = PAW_TRY(GetObject(object, key, what));
  for (const auto& [name, value] : map->items()) {
    if (!value.is_string())
      return Refused(what + ": key " + Quoted(name) + ": found " + std::string(JsonTypeName(value)) + ", expected a text");
  }
  return *map;
}

Status Keyring::ChangeMap(const char* file, const char* key, const std::function<Result<bool>(Json& map)>& change) {
  const std::unique_ptr<HeldLock> lock = PAW_TRY(Lock());
  Json map = PAW_TRY(ReadMap(file, key));
  const bool changed = PAW_TRY(change(map));
  if (!changed) return Ok();
  const std::string text = WriteJsonIndented({{"format", kFormat}, {key, map}});
  if (text.size() > kTrustFileBytesMax) {
    return Unavailable("writing " + Below(file) + ": found " + std::to_string(text.size()) + " bytes, expected at most " +
                       std::to_string(kTrustFileBytesMax));
  }
  return fs_.PublishFile(Below(file), text);
}

Result<std::map<std::string, std::string>> Keyring::Trusted() {
  const Json keys = PAW_TRY(ReadMap(kTrustedFile, "keys"));
  return keys.get<std::map<std::string, std::string>>();
}

Status Keyring::Trust(const std::string& key, const std::string& name) {
  if (!IsPublicKeyHex(key)) {
    return Usage("trusting a key: found " + Quoted(key) + ", expected 64 hex digits (0 to 9, a to f), as `paw info` shows them");
  }
  PAW_TRY(CheckName(name));
  return ChangeMap(kTrustedFile, "keys", [&](Json& keys) -> Result<bool> {
    keys[key] = name;
    return true;
  });
}

Result<std::string> Keyring::Forget(const std::string& key_or_name) {
  std::string forgotten;
  const Status status = ChangeMap(kTrustedFile, "keys", [&](Json& keys) -> Result<bool> {
    const bool by_digits = IsHex(key_or_name, kPrefixDigitsMin, 64);
    for (const auto& [key, name] : keys.items()) {
      if (name != key_or_name && !(by_digits && key.starts_with(key_or_name))) continue;
      if (!forgotten.empty())
        return Usage("forgetting " + Quoted(key_or_name) + ": found two such keys, expected one; give all its digits");
      forgotten = key;
    }
    if (forgotten.empty()) {
      return NotFound("forgetting " + Quoted(key_or_name) + ": found no such key or name; `paw trust list` shows them");
    }
    keys.erase(forgotten);
    return true;
  });
  if (!status.ok()) return status;
  return forgotten;
}

Result<std::string> Keyring::TrustedAs(const std::string& key) {
  if (key.empty()) return std::string();
  const std::string own = PAW_TRY(OwnPublicKey());
  if (key == own) return std::string("you");
  const std::map<std::string, std::string> trusted = PAW_TRY(Trusted());
  const auto found = trusted.find(key);
  if (found == trusted.end()) return std::string();
  return found->second.empty() ? ShownKey(key) : found->second;
}

Result<TrustVerdict> Keyring::Judge(const Bundle& bundle, const std::string& name, const TrustPolicy& policy) {
  TrustVerdict verdict;
  verdict.signature = CheckSignature(bundle);
  const std::string what = "taking program " + bundle.manifest.program_id + (name.empty() ? "" : " from " + Printable(name));
  if (verdict.signature.state == SignatureState::kInvalid) {
    return Refused(what + ": " + verdict.signature.problem);
  }
  verdict.trusted_as = PAW_TRY(TrustedAs(verdict.signature.key));
  verdict.trusted = !verdict.trusted_as.empty();
  if (policy.require_signature && !verdict.trusted) {
    return Refused(what + ": found it " + SignatureText(verdict.signature, "") + ", expected the signature of a trusted key");
  }
  if (name.empty()) return verdict;
  PAW_TRY(CheckFolder());
  const Json seen = PAW_TRY(ReadMap(kSeenFile, "seen"));
  const Json* before = FindMember(seen, name);
  verdict.first_seen = !verdict.signature.key.empty() && (before == nullptr || *before != verdict.signature.key);
  if (before == nullptr || *before == verdict.signature.key || policy.accept_new_key) return verdict;
  return Refused(what + ": found it " + SignatureText(verdict.signature, verdict.trusted_as) + ", expected key " +
                 ShownKey(before->get<std::string>()) + " as when this name was first pulled; --accept-new-key takes it all the same");
}

Status Keyring::Remember(const std::string& name, const TrustVerdict& verdict) {
  if (name.empty() || !verdict.first_seen) return Ok();
  return ChangeMap(kSeenFile, "seen", [&](Json& seen) -> Result<bool> {
    seen[name] = verdict.signature.key;
    return true;
  });
}

}  // namespace paw
