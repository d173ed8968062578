#include "gguf/gguf.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "base/checked.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw::gguf {
namespace {

constexpr std::uint32_t kVersion = 3;
constexpr std::uint64_t kAlignmentDefault = 32;
constexpr std::uint64_t kAlignmentMin = 8;
constexpr std::uint64_t kAlignmentMax = 64 * kKiB;
constexpr std::string_view kAlignmentKey = "general.alignment";
// The least bytes that a key with a value, and a tensor's description, can take: counts beyond the file are refused before any loop.
constexpr std::uint64_t kKeyBytesMin = 8 + 1 + 4 + 1;
constexpr std::uint64_t kTensorBytesMin = 8 + 1 + 4 + 8 + 4 + 8;

constexpr std::array<std::string_view, 13> kTypeNames = {"u8",   "i8",     "u16",   "i16", "u32", "i32", "f32",
                                                         "bool", "string", "array", "u64", "i64", "f64"};
constexpr std::array<std::uint64_t, 13> kTypeBytes = {1, 1, 2, 2, 4, 4, 4, 1, 8, 0, 8, 8, 8};  // of a string: its length field

// Names and keys are shown in messages and compared with ours: printable ASCII without the space.
bool IsName(std::string_view text) {
  for (const char c : text) {
    if (c < 0x21 || c > 0x7e) return false;
  }
  return !text.empty();
}

}  // namespace

std::string_view ValueTypeName(ValueType type) {
  const auto index = static_cast<std::size_t>(type);
  return index < kTypeNames.size() ? kTypeNames[index] : "unknown";
}

// One pass over the bytes; every read is checked against what is left.
class Parser {
 public:
  Parser(std::span<const std::byte> bytes, std::string_view what) : bytes_(bytes) { file_.what_ = std::string(what); }

  Result<File> Run() {
    PAW_TRY(ReadHeader());
    for (std::uint64_t i = 0; i < key_count_; ++i) PAW_TRY(ReadKey());
    PAW_TRY(ReadAlignment());
    for (std::uint64_t i = 0; i < tensor_count_; ++i) PAW_TRY(ReadTensorDescription());
    PAW_TRY(PlaceTensors());
    return std::move(file_);
  }

 private:
  Status Bad(std::string_view field, std::string_view found, std::string_view expected) const {
    return Refused("reading " + file_.what_ + ": " + std::string(field) + ": found " + std::string(found) + ", expected " +
                   std::string(expected));
  }

  Status BadNumber(std::string_view field, std::uint64_t found, std::string_view expected) const {
    return Bad(field, std::to_string(found), expected);
  }

  std::uint64_t left() const { return bytes_.size() - at_; }

  template <typename T>
  Result<T> Read(std::string_view field) {
    if (left() < sizeof(T)) return Bad(field, std::to_string(left()) + " bytes before the end", std::to_string(sizeof(T)) + " bytes");
    T value;
    std::memcpy(&value, bytes_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  // A view into the bytes; nothing is allocated for a length that is only claimed.
  Result<std::string_view> ReadString(std::string_view field, std::uint64_t bytes_max) {
    const std::uint64_t length = PAW_TRY(Read<std::uint64_t>(field));
    if (length > bytes_max) return Bad(field, "a string of " + std::to_string(length) + " bytes", "at most " + std::to_string(bytes_max));
    if (length > left()) {
      return Bad(field, "a string of " + std::to_string(length) + " bytes", "at most the " + std::to_string(left()) + " left");
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes_.data()) + at_, length);
    at_ += length;
    return text;
  }

  Status ReadHeader() {
    if (bytes_.size() > kGgufFileBytesMax) return BadNumber("size", bytes_.size(), "at most " + std::to_string(kGgufFileBytesMax));
    const std::uint32_t magic = PAW_TRY(Read<std::uint32_t>("magic"));
    if (std::memcmp(&magic, "GGUF", 4) != 0) return Bad("magic", "other bytes", "\"GGUF\"");
    const std::uint32_t version = PAW_TRY(Read<std::uint32_t>("version"));
    if (version != kVersion) return BadNumber("version", version, "3");
    tensor_count_ = PAW_TRY(Read<std::uint64_t>("tensor count"));
    key_count_ = PAW_TRY(Read<std::uint64_t>("key count"));
    PAW_TRY(CheckCount("key count", key_count_, kGgufKeysMax, kKeyBytesMin));
    return CheckCount("tensor count", tensor_count_, kGgufTensorsMax, kTensorBytesMin);
  }

  Status CheckCount(std::string_view field, std::uint64_t count, std::uint64_t count_max, std::uint64_t bytes_each) const {
    if (count > count_max) return BadNumber(field, count, "at most " + std::to_string(count_max));
    if (count > left() / bytes_each) return BadNumber(field, count, "what fits into " + std::to_string(left()) + " bytes");
    return Ok();
  }

  Status ReadKey() {
    const std::string_view raw = PAW_TRY(ReadString("a key", kGgufKeyBytesMax));
    if (!IsName(raw)) return Bad("a key", Quoted(raw), "printable ASCII");
    std::string key(raw);
    if (file_.values_.contains(key)) return Bad("key " + key, "a second one", "each key once");
    const auto type = static_cast<ValueType>(PAW_TRY(Read<std::uint32_t>("type of key " + key)));
    Value value = type == ValueType::kArray ? PAW_TRY(ReadArray(key)) : PAW_TRY(ReadScalar(key, type));
    if (at_ > kGgufMetadataBytesMax) return BadNumber("metadata up to key " + key, at_, "at most " + std::to_string(kGgufMetadataBytesMax));
    file_.types_.emplace(key, type);
    file_.values_.emplace(std::move(key), std::move(value));
    return Ok();
  }

  Result<Value> ReadScalar(const std::string& key, ValueType type) {
    switch (type) {
      case ValueType::kU8:
        return Value(std::uint64_t{PAW_TRY(Read<std::uint8_t>(key))});
      case ValueType::kU16:
        return Value(std::uint64_t{PAW_TRY(Read<std::uint16_t>(key))});
      case ValueType::kU32:
        return Value(std::uint64_t{PAW_TRY(Read<std::uint32_t>(key))});
      case ValueType::kU64:
        return Value(PAW_TRY(Read<std::uint64_t>(key)));
      case ValueType::kI8:
        return Value(std::int64_t{PAW_TRY(Read<std::int8_t>(key))});
      case ValueType::kI16:
        return Value(std::int64_t{PAW_TRY(Read<std::int16_t>(key))});
      case ValueType::kI32:
        return Value(std::int64_t{PAW_TRY(Read<std::int32_t>(key))});
      case ValueType::kI64:
        return Value(PAW_TRY(Read<std::int64_t>(key)));
      case ValueType::kF32:
        return FiniteValue(key, PAW_TRY(Read<float>(key)));
      case ValueType::kF64:
        return FiniteValue(key, PAW_TRY(Read<double>(key)));
      case ValueType::kBool: {
        const std::uint8_t byte = PAW_TRY(Read<std::uint8_t>(key));
        if (byte > 1) return BadNumber("key " + key, byte, "a boolean of 0 or 1");
        return Value(byte == 1);
      }
      case ValueType::kString: {
        const std::string_view text = PAW_TRY(ReadString("key " + key, kGgufStringBytesMax));
        PAW_TRY(CheckText(text, kGgufStringBytesMax, "reading " + file_.what_ + ": key " + key));
        return Value(std::string(text));
      }
      default:
        return BadNumber("type of key " + key, static_cast<std::uint32_t>(type), "0 to 12");
    }
  }

  Result<Value> FiniteValue(const std::string& key, double number) const {
    if (!std::isfinite(number)) return Bad("key " + key, std::to_string(number), "a finite number");
    return Value(number);
  }

  Result<Value> ReadArray(const std::string& key) {
    const auto type = static_cast<ValueType>(PAW_TRY(Read<std::uint32_t>("item type of key " + key)));
    const std::uint64_t count = PAW_TRY(Read<std::uint64_t>("item count of key " + key));
    if (type > ValueType::kF64 || type == ValueType::kArray) {
      return Bad("item type of key " + key, std::to_string(static_cast<std::uint32_t>(type)), "numbers, booleans or strings");
    }
    PAW_TRY(CheckCount("item count of key " + key, count, kGgufArrayItemsMax, kTypeBytes[static_cast<std::size_t>(type)]));
    file_.item_types_.emplace(key, type);
    switch (type) {
      case ValueType::kU8:
        return ReadNumbers<std::uint8_t, std::int64_t>(key, count);
      case ValueType::kI8:
        return ReadNumbers<std::int8_t, std::int64_t>(key, count);
      case ValueType::kU16:
        return ReadNumbers<std::uint16_t, std::int64_t>(key, count);
      case ValueType::kI16:
        return ReadNumbers<std::int16_t, std::int64_t>(key, count);
      case ValueType::kU32:
        return ReadNumbers<std::uint32_t, std::int64_t>(key, count);
      case ValueType::kI32:
        return ReadNumbers<std::int32_t, std::int64_t>(key, count);
      case ValueType::kBool:
        return ReadNumbers<std::uint8_t, std::int64_t>(key, count);
      case ValueType::kU64:
        return ReadNumbers<std::uint64_t, std::int64_t>(key, count);
      case ValueType::kI64:
        return ReadNumbers<std::int64_t, std::int64_t>(key, count);
      case ValueType::kF32:
        return ReadNumbers<float, double>(key, count);
      case ValueType::kF64:
        return ReadNumbers<double, double>(key, count);
      default:
        return ReadStrings(key, count);
    }
  }

  template <typename Stored, typename Wide>
  Result<Value> ReadNumbers(const std::string& key, std::uint64_t count) {
    std::vector<Wide> numbers(count);  // at most eight times the bytes that are really there
    for (std::uint64_t i = 0; i < count; ++i) {
      Stored stored;
      std::memcpy(&stored, bytes_.data() + at_ + i * sizeof(Stored), sizeof(Stored));
      if constexpr (std::is_integral_v<Wide>) {
        if (!std::in_range<Wide>(stored)) return Bad("key " + key, std::to_string(stored), "numbers below 2^63");
      }
      numbers[i] = static_cast<Wide>(stored);  // NOLINT(bugprone-signed-char-misuse): an i8 array holds signed numbers
    }
    at_ += count * sizeof(Stored);
    return Value(std::move(numbers));
  }

  // Items may be any bytes: a vocabulary may hold pieces of characters.
  Result<Value> ReadStrings(const std::string& key, std::uint64_t count) {
    std::vector<std::string> strings;
    strings.reserve(count);
    const std::string field = "key " + key;
    for (std::uint64_t i = 0; i < count; ++i) strings.emplace_back(PAW_TRY(ReadString(field, kGgufStringBytesMax)));
    return Value(std::move(strings));
  }

  Status ReadAlignment() {
    file_.alignment_ = kAlignmentDefault;
    const std::optional<ValueType> type = file_.TypeOf(kAlignmentKey);
    if (!type) return Ok();
    if (*type != ValueType::kU32) return Bad("key general.alignment", ValueTypeName(*type), "u32");
    const std::uint64_t alignment = std::get<std::uint64_t>(file_.values_.find(kAlignmentKey)->second);
    if (alignment < kAlignmentMin || alignment > kAlignmentMax || (alignment & (alignment - 1)) != 0) {
      return BadNumber("key general.alignment", alignment, "a power of two from 8 to 65536");
    }
    file_.alignment_ = alignment;
    return Ok();
  }

  Status ReadTensorDescription() {
    const std::string_view raw = PAW_TRY(ReadString("a tensor name", kGgufNameBytesMax));
    if (!IsName(raw)) return Bad("a tensor name", Quoted(raw), "printable ASCII");
    Tensor tensor;
    tensor.name = std::string(raw);
    const std::string field = "tensor " + tensor.name;
    if (!file_.tensor_index_.emplace(tensor.name, file_.tensors_.size()).second) return Bad(field, "a second one", "each name once");
    const std::uint32_t dimensions = PAW_TRY(Read<std::uint32_t>(field));
    if (dimensions < 1 || dimensions > kGgufDimensionsMax) return BadNumber(field + ": dimensions", dimensions, "1 to 4");
    std::int64_t weights = 1;
    for (std::uint32_t d = 0; d < dimensions; ++d) {
      const std::uint64_t ne = PAW_TRY(Read<std::uint64_t>(field));
      if (ne < 1 || ne > kGgufDimensionMax) return BadNumber(field + ": a dimension", ne, "1 to " + std::to_string(kGgufDimensionMax));
      tensor.ne.push_back(static_cast<std::int64_t>(ne));
      weights = PAW_TRY(OrRefused(CheckedMul(weights, tensor.ne.back()), "reading " + file_.what_ + ": " + field));
    }
    const std::uint32_t type = PAW_TRY(Read<std::uint32_t>(field));
    if (!IsKnownDType(type)) return Bad(field, "ggml type " + std::to_string(type), "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q8_0 or Q6_K");
    tensor.dtype = static_cast<DType>(type);
    if (tensor.ne[0] % BlockWeights(tensor.dtype) != 0) {
      return BadNumber(field + ": row length", static_cast<std::uint64_t>(tensor.ne[0]),
                       "a multiple of " + std::to_string(BlockWeights(tensor.dtype)));
    }
    offsets_.push_back(PAW_TRY(Read<std::uint64_t>(field)));
    sizes_.push_back(static_cast<std::uint64_t>(PAW_TRY(BytesOf(tensor.dtype, weights))));
    file_.tensors_.push_back(std::move(tensor));
    return Ok();
  }

  // The padding up to the next multiple of the alignment must be there and be zero: nothing can hide in it.
  Status SkipPadding(std::string_view after) {
    const std::uint64_t rest = at_ % file_.alignment_;
    const std::uint64_t padding = rest == 0 ? 0 : file_.alignment_ - rest;
    if (padding > left()) return Bad("padding after " + std::string(after), std::to_string(left()) + " bytes", std::to_string(padding));
    for (std::uint64_t i = 0; i < padding; ++i) {
      if (bytes_[at_ + i] != std::byte{0}) return Bad("padding after " + std::string(after), "other bytes", "zeros");
    }
    at_ += padding;
    return Ok();
  }

  Status PlaceTensors() {
    PAW_TRY(SkipPadding("the metadata"));
    const std::uint64_t start = at_;
    for (std::size_t i = 0; i < file_.tensors_.size(); ++i) {
      Tensor& tensor = file_.tensors_[i];
      const std::string field = "tensor " + tensor.name;
      if (offsets_[i] != at_ - start) return BadNumber(field + ": offset", offsets_[i], std::to_string(at_ - start));
      if (sizes_[i] > left()) return Bad(field, std::to_string(left()) + " bytes of data", std::to_string(sizes_[i]));
      tensor.data = bytes_.subspan(at_, sizes_[i]);
      at_ += sizes_[i];
      PAW_TRY(SkipPadding(field));
    }
    if (left() != 0) return BadNumber("bytes after the last tensor", left(), "0");
    return Ok();
  }

  std::span<const std::byte> bytes_;
  std::uint64_t at_ = 0;
  std::uint64_t key_count_ = 0;
  std::uint64_t tensor_count_ = 0;
  std::vector<std::uint64_t> offsets_;  // (tensors) as claimed
  std::vector<std::uint64_t> sizes_;    // (tensors) bytes, computed
  File file_;
};

Result<File> File::Open(std::span<const std::byte> bytes, std::string_view what) { return Parser(bytes, what).Run(); }

namespace {

Status Absent(const std::string& what, std::string_view key, std::string_view expected) {
  return Refused("reading " + what + ": key " + Printable(key) + ": found none, expected " + std::string(expected));
}

Status OtherType(const std::string& what, std::string_view key, ValueType found, std::string_view expected) {
  return Refused("reading " + what + ": key " + Printable(key) + ": found type " + std::string(ValueTypeName(found)) + ", expected " +
                 std::string(expected));
}

// The value of a key when it has the wanted alternative, else null.
template <typename T>
const T* Get(const std::map<std::string, Value, std::less<>>& values, std::string_view key) {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

const Tensor* File::Find(std::string_view tensor_name) const {
  const auto found = tensor_index_.find(tensor_name);
  return found == tensor_index_.end() ? nullptr : &tensors_[found->second];
}

bool File::Has(std::string_view key) const { return values_.find(key) != values_.end(); }

std::optional<ValueType> File::TypeOf(std::string_view key) const {
  const auto found = types_.find(key);
  return found == types_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ValueType> File::ItemTypeOf(std::string_view key) const {
  const auto found = item_types_.find(key);
  return found == item_types_.end() ? std::nullopt : std::optional(found->second);
}

Result<std::int64_t> File::Int(std::string_view key) const {
  if (!Has(key)) return Absent(what_, key, "an integer");
  if (const auto* number = Get<std::int64_t>(values_, key)) return *number;
  const auto* number = Get<std::uint64_t>(values_, key);
  if (number == nullptr) return OtherType(what_, key, *TypeOf(key), "an integer");
  if (!std::in_range<std::int64_t>(*number)) return OtherType(what_, key, *TypeOf(key), "an integer below 2^63");
  return static_cast<std::int64_t>(*number);
}

Result<double> File::Float(std::string_view key) const {
  if (!Has(key)) return Absent(what_, key, "a float");
  const auto* number = Get<double>(values_, key);
  if (number == nullptr) return OtherType(what_, key, *TypeOf(key), "a float");
  return *number;
}

Result<bool> File::Bool(std::string_view key) const {
  if (!Has(key)) return Absent(what_, key, "a boolean");
  const auto* flag = Get<bool>(values_, key);
  if (flag == nullptr) return OtherType(what_, key, *TypeOf(key), "a boolean");
  return *flag;
}

Result<std::string> File::String(std::string_view key) const {
  if (!Has(key)) return Absent(what_, key, "a string");
  const auto* text = Get<std::string>(values_, key);
  if (text == nullptr) return OtherType(what_, key, *TypeOf(key), "a string");
  return *text;
}

const std::vector<std::string>* File::Strings(std::string_view key) const { return Get<std::vector<std::string>>(values_, key); }

const std::vector<std::int64_t>* File::Ints(std::string_view key) const { return Get<std::vector<std::int64_t>>(values_, key); }

const std::vector<double>* File::Floats(std::string_view key) const { return Get<std::vector<double>>(values_, key); }

}  // namespace paw::gguf
