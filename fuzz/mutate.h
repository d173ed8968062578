// Mutator: seeded, deterministic damage to files. Mutant i of a seed depends on (seed, i) alone, so any one can be made again.
//
// It flips bits, sets bytes, cuts, extends, removes, repeats and moves ranges, splices in ranges of another file, and overwrites
// integers with the numbers that break arithmetic (0, -1, 2^31, 2^62 - 1, ...). Where a Sample marks fields, half of the integers hit
// are marked ones; where it marks a head, most of the rest of the damage falls there and not into bulk data.
//
// Thread rule: pure functions. Owner: results own their bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/random.h"

namespace paw::fuzz {

using Bytes = std::vector<std::byte>;

struct Field {
  std::size_t offset = 0;
  std::size_t bytes = 0;  // 1, 2, 4 or 8: a little-endian integer
};

// A well-formed file to start from.
struct Sample {
  std::string name;
  Bytes bytes;
  std::size_t head = 0;       // bytes of structure at its start; 0 = all of it
  std::vector<Field> fields;  // integers: counts, lengths, types, offsets
};

// One to six changes to `sample`; `others` lend ranges.
Bytes Mutate(const Sample& sample, std::span<const Sample> others, Random& random);

// The head and the fields of a well-formed GGUF file.
Sample GgufSample(std::string name, Bytes bytes);

// The fields of a well-formed ZIP file: every header is structure.
Sample ZipSample(std::string name, Bytes bytes);

}  // namespace paw::fuzz
