// Checked arithmetic on sizes: every sum, product and conversion of a number that came from a file or a network goes through here.
//
//   std::optional<std::uint64_t> bytes = CheckedMul<std::uint64_t>(rows, width);
//   std::uint64_t end = PAW_TRY(OrRefused(CheckedAdd(offset, *bytes), "reading x.gguf: end of tensor a"));
//
// Thread rule: pure functions. Errors: nullopt on overflow; OrRefused turns that into kRefused.
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "paw/status.h"

namespace paw {

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedAdd(T a, T b) {
  T sum{};
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedSub(T a, T b) {
  T difference{};
  if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
  return difference;
}

template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedMul(T a, T b) {
  T product{};
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// a * b + c: the offset of an element.
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedMulAdd(T a, T b, T c) {
  const std::optional<T> product = CheckedMul(a, b);
  return product ? CheckedAdd(*product, c) : std::nullopt;
}

// `n` rounded up to a multiple of `multiple` (> 0); nullopt on overflow, for a negative n or a multiple below one.
template <std::integral T>
[[nodiscard]] constexpr std::optional<T> CheckedRoundUp(T n, T multiple) {
  if (n < 0 || multiple < 1) return std::nullopt;
  const T rest = static_cast<T>(n % multiple);
  return rest == 0 ? std::optional<T>(n) : CheckedAdd<T>(n, static_cast<T>(multiple - rest));
}

// The same number in another integer type; nullopt when it does not fit.
template <std::integral To, std::integral From>
[[nodiscard]] constexpr std::optional<To> CheckedCast(From from) {
  if (!std::in_range<To>(from)) return std::nullopt;
  return static_cast<To>(from);
}

// nullopt becomes kRefused: "<what>: found a number that overflows 64 bits, expected a size that fits".
template <typename T>
Result<T> OrRefused(std::optional<T> value, std::string_view what) {
  if (value) return *std::move(value);
  return Refused(std::string(what) + ": found a size that overflows its type, expected one that fits");
}

}  // namespace paw
