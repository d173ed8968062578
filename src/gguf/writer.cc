#include "gguf/writer.h"

#include <cstring>
#include <string>
#include <type_traits>

#include "base/checked.h"

namespace paw::gguf {
namespace {

constexpr std::size_t kAlignment = 32;

using Bytes = std::vector<std::byte>;

void Append(Bytes& bytes, std::span<const std::byte> more) {
  const std::size_t before = bytes.size();
  bytes.resize(before + more.size());
  if (!more.empty()) std::memcpy(bytes.data() + before, more.data(), more.size());
}

template <typename T>
void AppendNumber(Bytes& bytes, T number) {
  static_assert(std::is_arithmetic_v<T>);
  Append(bytes, std::as_bytes(std::span<const T, 1>(&number, 1)));
}

void AppendString(Bytes& bytes, std::string_view text) {
  AppendNumber<std::uint64_t>(bytes, text.size());
  Append(bytes, std::as_bytes(std::span(text.data(), text.size())));
}

void Pad(Bytes& bytes) { bytes.resize((bytes.size() + kAlignment - 1) / kAlignment * kAlignment); }

Result<std::int64_t> WeightsOf(std::string_view name, std::span<const std::int64_t> ne) {
  std::int64_t weights = 1;
  for (const std::int64_t n : ne) weights = PAW_TRY(OrRefused(CheckedMul(weights, n), "writing tensor " + std::string(name)));
  return weights;
}

}  // namespace

void Writer::BeginKey(std::string_view key, ValueType type) {
  AppendString(key_bytes_, key);
  AppendNumber(key_bytes_, static_cast<std::uint32_t>(type));
  ++keys_;
}

void Writer::SetString(std::string_view key, std::string_view value) {
  BeginKey(key, ValueType::kString);
  AppendString(key_bytes_, value);
}

void Writer::SetU32(std::string_view key, std::uint32_t value) {
  BeginKey(key, ValueType::kU32);
  AppendNumber(key_bytes_, value);
}

void Writer::SetF32(std::string_view key, float value) {
  BeginKey(key, ValueType::kF32);
  AppendNumber(key_bytes_, value);
}

void Writer::SetBool(std::string_view key, bool value) {
  BeginKey(key, ValueType::kBool);
  AppendNumber<std::uint8_t>(key_bytes_, value ? 1 : 0);
}

void Writer::SetStrings(std::string_view key, std::span<const std::string> values) {
  BeginKey(key, ValueType::kArray);
  AppendNumber(key_bytes_, static_cast<std::uint32_t>(ValueType::kString));
  AppendNumber<std::uint64_t>(key_bytes_, values.size());
  for (const std::string& value : values) AppendString(key_bytes_, value);
}

void Writer::SetI32s(std::string_view key, std::span<const std::int32_t> values) {
  BeginKey(key, ValueType::kArray);
  AppendNumber(key_bytes_, static_cast<std::uint32_t>(ValueType::kI32));
  AppendNumber<std::uint64_t>(key_bytes_, values.size());
  Append(key_bytes_, std::as_bytes(values));
}

Status Writer::AddTensor(std::string_view name, DType dtype, std::span<const std::int64_t> ne, std::span<const std::byte> data) {
  const std::int64_t weights = PAW_TRY(WeightsOf(name, ne));
  const std::int64_t bytes = PAW_TRY(BytesOf(dtype, weights));
  if (ne.empty() || ne[0] % BlockWeights(dtype) != 0 || static_cast<std::size_t>(bytes) != data.size()) {
    return Internal("writing tensor " + std::string(name) + ": found " + std::to_string(data.size()) + " bytes in rows of " +
                    std::to_string(ne.empty() ? 0 : ne[0]) + ", expected " + std::to_string(bytes) + " in whole blocks");
  }
  AppendString(tensor_bytes_, name);
  AppendNumber(tensor_bytes_, static_cast<std::uint32_t>(ne.size()));
  for (const std::int64_t n : ne) AppendNumber(tensor_bytes_, static_cast<std::uint64_t>(n));
  AppendNumber(tensor_bytes_, static_cast<std::uint32_t>(dtype));
  AppendNumber<std::uint64_t>(tensor_bytes_, data_.size());
  ++tensors_;
  Append(data_, data);
  Pad(data_);
  return Ok();
}

Status Writer::AddTensor(std::string_view name, DType dtype, std::span<const std::int64_t> ne, std::span<const float> weights) {
  const std::int64_t bytes = PAW_TRY(BytesOf(dtype, static_cast<std::int64_t>(weights.size())));
  Bytes stored(static_cast<std::size_t>(bytes));
  const Status status = Quantize(dtype, weights, stored);
  if (!status.ok()) return status.WithContext("writing tensor " + std::string(name));
  return AddTensor(name, dtype, ne, std::span<const std::byte>(stored));
}

std::vector<std::byte> Writer::Finish() {
  Bytes file;
  file.reserve(24 + key_bytes_.size() + tensor_bytes_.size() + kAlignment + data_.size());
  Append(file, std::as_bytes(std::span("GGUF", 4)));
  AppendNumber<std::uint32_t>(file, 3);
  AppendNumber(file, tensors_);
  AppendNumber(file, keys_);
  Append(file, key_bytes_);
  Append(file, tensor_bytes_);
  Pad(file);
  Append(file, data_);
  return file;
}

}  // namespace paw::gguf
