// Random: the one source of drawn numbers. xoshiro256** (Blackman and Vigna 2018) seeded through splitmix64, written out here so that
// a seed gives the same numbers on every machine and standard library (std::shuffle and std distributions promise no such thing).
//
// A use that must not disturb another gets its own stream: Random(seed, "batches"), Random(seed, "initial A").
// Thread rule: one Random belongs to one thread. Not for secrets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace paw {

class Random {
 public:
  explicit Random(std::uint64_t seed, std::string_view stream = "") {
    std::uint64_t state = seed;
    for (const char c : stream) state = SplitMix(state ^ static_cast<unsigned char>(c));
    for (std::uint64_t& word : state_) {
      word = SplitMix(state);
      state += kGolden;
    }
  }

  // 64 uniform bits.
  std::uint64_t Next() {
    const std::uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  // Uniform in [0, bound), without bias (Lemire 2019, by rejection); 0 for bound 0.
  std::uint64_t Below(std::uint64_t bound) {
    if (bound == 0) return 0;
    const std::uint64_t threshold = (0 - bound) % bound;
    for (;;) {
      const unsigned __int128 product = static_cast<unsigned __int128>(Next()) * bound;
      if (static_cast<std::uint64_t>(product) >= threshold) return static_cast<std::uint64_t>(product >> 64);
    }
  }

  // Uniform in [0, 1): 24 bits, exact in float.
  float Float() { return static_cast<float>(Next() >> 40) * 0x1.0p-24f; }
  // Uniform in [0, 1): 53 bits, exact in double.
  double Double() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  // Uniform in [low, high).
  float Uniform(float low, float high) { return low + (high - low) * Float(); }

  template <typename T>
  void Shuffle(std::span<T> items) {
    for (std::size_t left = items.size(); left > 1; --left) std::swap(items[left - 1], items[Below(left)]);
  }
  template <typename T>
  void Shuffle(std::vector<T>& items) {
    Shuffle(std::span<T>(items));
  }

 private:
  static constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15u;
  static std::uint64_t Rotate(std::uint64_t x, int bits) { return x << bits | x >> (64 - bits); }
  static std::uint64_t SplitMix(std::uint64_t x) {
    x += kGolden;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
  }
  std::array<std::uint64_t, 4> state_{};
};

}  // namespace paw
