#include "bench/chip.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

#include "bench/peak.h"
#include "kernels/thread_pool.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace paw {
namespace {

constexpr int kTries = 12;

double SecondsOf(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

std::atomic<std::int64_t> kept_result;  // so that no loop is left out

#if defined(__x86_64__)
constexpr int kRounds = 400000, kChains = 10;  // independent sums: enough to hide what one product takes

// The bytes multiplied in all.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) std::int64_t MultiplyVnni() {
  __m512i sums[kChains];
  for (auto& sum : sums) sum = _mm512_setzero_si512();
  __m512i x = _mm512_set1_epi8(3), w = _mm512_set1_epi8(5);
  for (int round = 0; round < kRounds; ++round) {
    asm volatile("" : "+v"(x), "+v"(w));
    for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, x, w);
  }
  std::int32_t kept[16];
  for (auto& sum : sums) {
    _mm512_storeu_si512(kept, sum);
    kept_result += kept[0];
  }
  return std::int64_t{kRounds} * kChains * 64;
}

__attribute__((target("avx2"))) std::int64_t MultiplyAvx2() {
  __m256i sums[kChains];
  for (auto& sum : sums) sum = _mm256_setzero_si256();
  __m256i x = _mm256_set1_epi8(3), w = _mm256_set1_epi8(5), ones = _mm256_set1_epi16(1);
  for (int round = 0; round < kRounds; ++round) {
    asm volatile("" : "+x"(x), "+x"(w));
    for (auto& sum : sums) sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), ones));
  }
  for (auto& sum : sums) kept_result += _mm256_extract_epi32(sum, 0);
  return std::int64_t{kRounds} * kChains * 32;
}
#endif

double MeasureInt8(ThreadPool& pool) {
  std::int64_t (*multiply)() = nullptr;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"))
    multiply = MultiplyVnni;
  else if (__builtin_cpu_supports("avx2"))
    multiply = MultiplyAvx2;
#endif
  if (multiply == nullptr) return 0;
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    std::atomic<std::int64_t> bytes = 0;
    const double seconds = SecondsOf([&] { pool.Run(pool.threads(), [&](int, int) { bytes += multiply(); }); });
    best = std::max(best, 2 * static_cast<double>(bytes) / seconds / 1e9);
  }
  return best;
}

double MeasureBandwidth(ThreadPool& pool) {
  constexpr std::size_t kNumbers = std::size_t{1} << 25;  // 256 MiB
  const std::vector<std::uint64_t> memory(kNumbers, 1);
  const std::size_t share = kNumbers / static_cast<std::size_t>(pool.threads());
  double best = 0;
  for (int i = 0; i < kTries; ++i) {
    const double seconds = SecondsOf([&] {
      pool.Run(pool.threads(), [&](int task, int) {
        const auto first = memory.begin() + static_cast<std::ptrdiff_t>(share) * task;
        kept_result += static_cast<std::int64_t>(std::accumulate(first, first + static_cast<std::ptrdiff_t>(share), std::uint64_t{0}));
      });
    });
    best = std::max(best, static_cast<double>(kNumbers * sizeof(std::uint64_t)) / seconds / 1e9);
  }
  return best;
}

}  // namespace

ChipLimits MeasureChip(int threads) {
  ThreadPool pool(threads);
  return {MeasureInt8(pool), MeasurePeak(threads), MeasureBandwidth(pool)};
}

}  // namespace paw
