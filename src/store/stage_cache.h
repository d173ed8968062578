// StageCache: what a stage of a compile made of what it was given, so that the same stage is not run twice.
//
//   <root>/stages/<key>   the 32 bytes of SHA-256 of the rest, then the value
//
// A key is the digest of everything that the value depends on: the stage's name, the digests of its models, its texts and options. A
// value that is damaged counts as absent. Only stages that take long are kept: a language model's text, a mapper's coefficients.
//
// Thread rule: may be used from many threads and processes at once. Owner: the Fs must outlive it. Errors: Put says what writing says;
// a compile goes on without.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fs/fs.h"
#include "paw/status.h"

namespace paw {

class StageCache {
 public:
  StageCache(Fs& fs, const std::string& root);

  // The digest over the parts, each after its length.
  static std::string Key(std::span<const std::string_view> parts);

  std::optional<std::vector<std::byte>> Get(const std::string& key);
  Status Put(const std::string& key, std::span<const std::byte> value);

 private:
  Fs& fs_;
  std::string folder_;
};

}  // namespace paw
