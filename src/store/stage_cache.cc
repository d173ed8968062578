#include "store/stage_cache.h"

#include <algorithm>

#include "base/limits.h"
#include "base/sha256.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr std::size_t kDigestBytes = sizeof(Sha256Digest);

}  // namespace

StageCache::StageCache(Fs& fs, const std::string& root) : fs_(fs), folder_(JoinPath(root, "stages")) {}

std::string StageCache::Key(std::span<const std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(std::to_string(part.size())).append(" ").append(part);
  return Sha256Hex(text);
}

std::optional<std::vector<std::byte>> StageCache::Get(const std::string& key) {
  const auto bytes = fs_.Read(JoinPath(folder_, key), kStageBytesMax);
  if (!bytes.ok() || bytes->size() < kDigestBytes) return std::nullopt;
  const std::span<const std::byte> value = std::span(*bytes).subspan(kDigestBytes);
  const Sha256Digest digest = Sha256(value);
  if (!std::equal(digest.begin(), digest.end(), reinterpret_cast<const std::uint8_t*>(bytes->data()))) return std::nullopt;
  return std::vector<std::byte>(value.begin(), value.end());
}

Status StageCache::Put(const std::string& key, std::span<const std::byte> value) {
  PAW_TRY(fs_.MakeFolders(folder_));
  const Sha256Digest digest = Sha256(value);
  std::vector<std::byte> bytes(kDigestBytes);
  std::copy(digest.begin(), digest.end(), reinterpret_cast<std::uint8_t*>(bytes.data()));
  bytes.insert(bytes.end(), value.begin(), value.end());
  return fs_.PublishFile(JoinPath(folder_, key), bytes);
}

}  // namespace paw
