#include "mapper/coefficients.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <string>

#include "base/limits.h"

namespace paw {
namespace {

constexpr std::string_view kMagic = "PAWCOEFF";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kDigestBytes = sizeof(Sha256Digest);
constexpr std::size_t kHeaderBytes = kMagic.size() + 4 * sizeof(std::uint32_t) + 2 * kDigestBytes;

std::size_t BytesOf(std::size_t numbers) { return kHeaderBytes + numbers * sizeof(float) + kDigestBytes; }

// (layers, modules, bases, 2); nothing when one is beyond the limits.
std::optional<std::size_t> CountOf(std::int64_t layers, std::int64_t modules, std::int64_t bases) {
  const auto within = [](std::int64_t n, std::int64_t least, std::int64_t most) { return n >= least && n <= most; };
  if (!within(layers, 1, kLayersMax) || !within(modules, 1, kProjectionCount) || !within(bases, 0, kMapperBasesMax)) return std::nullopt;
  return static_cast<std::size_t>(layers * modules * bases * 2);
}

std::string SizeText(std::int64_t layers, std::int64_t modules, std::int64_t bases) {
  return "(" + std::to_string(layers) + " layers, " + std::to_string(modules) + " modules, " + std::to_string(bases) + " bases)";
}

std::size_t FirstNotFinite(std::span<const float> numbers) {
  const auto at = std::find_if(numbers.begin(), numbers.end(), [](float number) { return !std::isfinite(number); });
  return static_cast<std::size_t>(at - numbers.begin());
}

template <typename T>
void Take(std::span<const std::byte>& bytes, T& out) {
  std::memcpy(&out, bytes.data(), sizeof(T));
  bytes = bytes.subspan(sizeof(T));
}

void Put(std::vector<std::byte>& bytes, const void* from, std::size_t count) {
  const auto* begin = static_cast<const std::byte*>(from);
  bytes.insert(bytes.end(), begin, begin + count);
}

}  // namespace

Result<std::vector<std::byte>> WriteCoefficients(const CoefficientForm& form) {
  const std::optional<std::size_t> count = CountOf(form.layers, form.modules, form.bases);
  if (form.coefficients.size() != count) {
    return Refused("writing coefficients: found " + std::to_string(form.coefficients.size()) + " numbers for " +
                   SizeText(form.layers, form.modules, form.bases) + ", expected layers * modules * bases * 2 within the limits");
  }
  if (const std::size_t place = FirstNotFinite(form.coefficients); place < form.coefficients.size()) {
    return Refused("writing coefficients: found a number that is not finite at " + std::to_string(place) + ", expected finite ones");
  }
  std::vector<std::byte> bytes;
  bytes.reserve(BytesOf(*count));
  Put(bytes, kMagic.data(), kMagic.size());
  for (const std::uint32_t number : {kVersion, static_cast<std::uint32_t>(form.layers), static_cast<std::uint32_t>(form.modules),
                                     static_cast<std::uint32_t>(form.bases)}) {
    Put(bytes, &number, sizeof number);
  }
  Put(bytes, form.mapper.data(), kDigestBytes);
  Put(bytes, form.interpreter.data(), kDigestBytes);
  Put(bytes, form.coefficients.data(), *count * sizeof(float));
  const Sha256Digest digest = Sha256(bytes);
  Put(bytes, digest.data(), kDigestBytes);
  return bytes;
}

Result<CoefficientForm> ReadCoefficients(std::span<const std::byte> bytes, std::string_view name) {
  const std::string what = "reading " + std::string(name);
  if (bytes.size() < kHeaderBytes + kDigestBytes || std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0) {
    return Refused(what + ": found " + std::to_string(bytes.size()) + " bytes that are no coefficients, expected a file that begins with " +
                   std::string(kMagic));
  }
  std::span<const std::byte> rest = bytes.subspan(kMagic.size());
  std::uint32_t version = 0, layers = 0, modules = 0, bases = 0;
  Take(rest, version);
  if (version != kVersion) {
    return Refused(what + ": found version " + std::to_string(version) + ", expected " + std::to_string(kVersion));
  }
  Take(rest, layers);
  Take(rest, modules);
  Take(rest, bases);
  const std::optional<std::size_t> count = CountOf(layers, modules, bases);
  if (!count || bytes.size() != BytesOf(*count)) {
    return Refused(what + ": found " + std::to_string(bytes.size()) + " bytes for " + SizeText(layers, modules, bases) + ", expected " +
                   (count ? std::to_string(BytesOf(*count)) : "fewer of each"));
  }
  const Sha256Digest digest = Sha256(bytes.first(bytes.size() - kDigestBytes));
  if (std::memcmp(digest.data(), bytes.last(kDigestBytes).data(), kDigestBytes) != 0) {
    return Refused(what + ": found bytes of another sha256 than the one at the end, expected " + HexOf(digest));
  }
  CoefficientForm form;
  form.layers = static_cast<std::int32_t>(layers);
  form.modules = static_cast<std::int32_t>(modules);
  form.bases = static_cast<std::int32_t>(bases);
  Take(rest, form.mapper);
  Take(rest, form.interpreter);
  form.coefficients.resize(*count);
  for (float& coefficient : form.coefficients) Take(rest, coefficient);
  if (const std::size_t place = FirstNotFinite(form.coefficients); place < *count) {
    return Refused(what + ": found a number that is not finite at " + std::to_string(place) + ", expected finite ones");
  }
  return form;
}

Result<LoraWeights> Expand(const CoefficientForm& form, const Mapper& mapper, const Sha256Digest& mapper_digest,
                           const Sha256Digest& interpreter_digest, ThreadPool& pool, std::string_view name) {
  const std::string what = "expanding " + std::string(name);
  const MapperShape& shape = mapper.shape();
  if (form.mapper != mapper_digest) {
    return Refused(what + ": found coefficients for the mapper " + HexOf(form.mapper) + ", expected " + HexOf(mapper_digest));
  }
  if (form.interpreter != interpreter_digest) {
    return Refused(what + ": found coefficients for the interpreter " + HexOf(form.interpreter) + ", expected " +
                   HexOf(interpreter_digest));
  }
  if (form.layers != shape.layers || form.modules != shape.modules || form.bases != shape.bases) {
    return Refused(what + ": found " + SizeText(form.layers, form.modules, form.bases) + ", expected " +
                   SizeText(shape.layers, shape.modules, shape.bases));
  }
  return mapper.Mix(form.coefficients, pool);
}

}  // namespace paw
