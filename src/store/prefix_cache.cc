#include "store/prefix_cache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "fs/path.h"

namespace paw {
namespace {

using Checksum = std::array<std::byte, sizeof(XXH128_canonical_t)>;

Checksum ChecksumOf(std::span<const std::byte> bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Checksum checksum;
  std::memcpy(checksum.data(), &canonical, checksum.size());
  return checksum;
}

}  // namespace

PrefixCache::PrefixCache(Fs& fs, const std::string& root, std::uint64_t bytes_max)
    : fs_(fs), folder_(JoinPath(root, "prefixes")), bytes_max_(bytes_max) {}

std::optional<CachedPrefix> PrefixCache::Get(const std::string& key) {
  auto file = fs_.Map(JoinPath(folder_, key));
  if (!file.ok() || file->bytes().size() < sizeof(Checksum)) return std::nullopt;
  const std::span<const std::byte> value = file->bytes().subspan(sizeof(Checksum));
  const Checksum checksum = ChecksumOf(value);
  if (!std::equal(checksum.begin(), checksum.end(), file->bytes().begin())) return std::nullopt;
  return CachedPrefix{*std::move(file), value};
}

Status PrefixCache::Put(const std::string& key, std::span<const std::byte> value) {
  PAW_TRY(fs_.MakeFolders(folder_));
  PAW_TRY(MakeRoom(value.size() + sizeof(Checksum)));
  Publication file = PAW_TRY(fs_.BeginPublication(JoinPath(folder_, key)));
  PAW_TRY(file.Write(ChecksumOf(value)));
  PAW_TRY(file.Write(value));
  return file.Commit();
}

// The oldest files go until so many more bytes have room.
Status PrefixCache::MakeRoom(std::uint64_t bytes) {
  struct Kept {
    std::int64_t modified_ns = 0;
    std::uint64_t bytes = 0;
    std::string path;
  };
  const std::vector<FolderEntry> entries = PAW_TRY(fs_.List(folder_));
  std::vector<Kept> files;
  std::uint64_t sum = bytes;
  for (const FolderEntry& entry : entries) {
    if (entry.kind != FileKind::kFile) continue;
    std::string path = JoinPath(folder_, entry.name);
    const auto facts = fs_.Stat(path);
    if (!facts.ok()) continue;  // another process was here before
    sum += facts->bytes;
    files.push_back({facts->modified_ns, facts->bytes, std::move(path)});
  }
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.modified_ns < b.modified_ns; });
  for (const Kept& file : files) {
    if (sum <= bytes_max_) break;
    const auto removed = fs_.RemoveFileIfUnlocked(file.path);
    if (removed.ok() && *removed) sum -= file.bytes;
  }
  return Ok();
}

}  // namespace paw
