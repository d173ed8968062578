// PrefixCache: evaluated beginnings of programs' rows (keys and values, as Context::Save gives them), so that a process that starts, or a
// program that was not used for a while, need not evaluate its prompt again.
//
//   <root>/prefixes/<key>   16 bytes of XXH3-128 of the rest, then the value
//
// A key is the digest of all that the value depends on (StageCache::Key). A value that is damaged counts as absent. Files appear by
// rename; beyond `bytes_max` in all, the oldest go.
//
// Thread rule: may be used from many threads and processes at once. Owner: the Fs must outlive it. Errors: Put says what writing says; its
// caller goes on without.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

struct CachedPrefix {
  Mapping file;                      // holds `bytes`
  std::span<const std::byte> bytes;  // the value
};

class PrefixCache {
 public:
  static constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;

  PrefixCache(Fs& fs, const std::string& root, std::uint64_t bytes_max = kBytesMax);

  std::optional<CachedPrefix> Get(const std::string& key);
  Status Put(const std::string& key, std::span<const std::byte> value);

 private:
  Status MakeRoom(std::uint64_t bytes);

  Fs& fs_;
  std::string folder_;
  std::uint64_t bytes_max_;
};

}  // namespace paw
