#include "tensor/safetensors.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <set>

#include "base/checked.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "fs/path.h"

namespace paw::safetensors {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;
constexpr std::string_view kMetadataKey = "__metadata__";
constexpr std::string_view kSingleFile = "model.safetensors";
constexpr std::string_view kIndexFile = "model.safetensors.index.json";

struct NamedDType {
  std::string_view name;
  DType dtype;
};
constexpr NamedDType kDTypes[] = {{"F32", DType::kF32}, {"F16", DType::kF16}, {"BF16", DType::kBF16}};

std::optional<DType> DTypeOf(std::string_view name) {
  for (const NamedDType& known : kDTypes) {
    if (known.name == name) return known.dtype;
  }
  return std::nullopt;
}

std::optional<std::string_view> NameOfDType(DType dtype) {
  for (const NamedDType& known : kDTypes) {
    if (known.dtype == dtype) return known.name;
  }
  return std::nullopt;
}

// Numbers of a shape; nullopt on overflow or a dimension below 0.
std::optional<std::int64_t> CountOfShape(std::span<const std::int64_t> shape) {
  std::int64_t count = 1;
  for (const std::int64_t n : shape) {
    const auto product = n < 0 ? std::nullopt : CheckedMul(count, n);
    if (!product) return std::nullopt;
    count = *product;
  }
  return count;
}

// One entry of the header. `begin` and `end` are offsets into the data.
struct Entry {
  Tensor tensor;
  std::uint64_t begin = 0, end = 0;
};

Result<Entry> ReadEntry(const std::string& name, const Json& value, const std::string& what) {
  const std::string where = what + ": tensor " + Quoted(name);
  Entry entry;
  entry.tensor.name = name;
  const std::string dtype_name = PAW_TRY(GetString(value, "dtype", where));
  const auto dtype = DTypeOf(dtype_name);
  if (!dtype) return Refused(where + ": found dtype " + Quoted(dtype_name) + ", expected F32, F16 or BF16");
  entry.tensor.dtype = *dtype;
  const Json* shape = PAW_TRY(GetArray(value, "shape", where));
  if (shape->size() > kTensorDimensionsMax) {
    return Refused(where + ": found " + std::to_string(shape->size()) + " dimensions, expected at most " +
                   std::to_string(kTensorDimensionsMax));
  }
  for (const Json& n : *shape) {
    if (!n.is_number_integer()) return Refused(where + ": found a dimension that is no whole number");
    entry.tensor.shape.push_back(n.get<std::int64_t>());
  }
  const Json* offsets = PAW_TRY(GetArray(value, "data_offsets", where));
  if (offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() || !(*offsets)[1].is_number_unsigned()) {
    return Refused(where + ": found data_offsets that are not two whole numbers");
  }
  entry.begin = (*offsets)[0].get<std::uint64_t>();
  entry.end = (*offsets)[1].get<std::uint64_t>();
  const auto count = CountOfShape(entry.tensor.shape);
  const auto bytes = count ? CheckedMul<std::int64_t>(*count, BlockBytes(*dtype)) : std::nullopt;
  const auto wanted = bytes ? CheckedAdd(entry.begin, static_cast<std::uint64_t>(*bytes)) : std::nullopt;
  if (!wanted || *wanted != entry.end) {
    return Refused(where + ": found data from " + std::to_string(entry.begin) + " to " + std::to_string(entry.end) +
                   ", expected as much as shape " + ShapeText(entry.tensor.shape) + " of " + dtype_name + " takes");
  }
  return entry;
}

Result<std::map<std::string, std::string>> ReadMetadata(const Json& value, const std::string& what) {
  std::map<std::string, std::string> metadata;
  if (!value.is_object())
    return Refused(what + ": key \"__metadata__\": found " + std::string(JsonTypeName(value)) + ", expected an object");
  for (const auto& [key, text] : value.items()) {
    if (!text.is_string())
      return Refused(what + ": metadata " + Quoted(key) + ": found " + std::string(JsonTypeName(text)) + ", expected a text");
    metadata[key] = text.get<std::string>();
  }
  return metadata;
}

}  // namespace

std::string ShapeText(std::span<const std::int64_t> shape) {
  std::vector<std::string> parts;
  for (const std::int64_t n : shape) parts.push_back(std::to_string(n));
  return "(" + Join(parts, ", ") + ")";
}

std::int64_t Tensor::count() const { return CountOfShape(shape).value_or(0); }

Result<File> File::Open(std::span<const std::byte> bytes, std::string_view name) {
  const std::string what = "reading " + std::string(name);
  if (bytes.size() < kLengthBytes) {
    return Refused(what + ": found " + std::to_string(bytes.size()) + " bytes, expected a safetensors file of at least 8");
  }
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), kLengthBytes);
  if (header_bytes > kSafetensorsHeaderBytesMax || header_bytes > bytes.size() - kLengthBytes) {
    return Refused(what + ": found a header of " + std::to_string(header_bytes) + " bytes, expected at most " +
                   std::to_string(std::min<std::uint64_t>(kSafetensorsHeaderBytesMax, bytes.size() - kLengthBytes)));
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, header_bytes);
  if (text.empty() || text.front() != '{') return Refused(what + ": found no header that begins with {, expected a safetensors file");
  const Json header = PAW_TRY(ParseJson(text, what, kSafetensorsHeaderBytesMax));
  if (!header.is_object()) return Refused(what + ": found a header that is no object");
  if (header.size() > kSafetensorsTensorsMax) {
    return Refused(what + ": found " + std::to_string(header.size()) + " tensors, expected at most " +
                   std::to_string(kSafetensorsTensorsMax));
  }
  File file;
  std::vector<Entry> entries;
  for (const auto& [key, value] : header.items()) {
    if (key == kMetadataKey) {
      file.metadata_ = PAW_TRY(ReadMetadata(value, what));
    } else {
      entries.push_back(PAW_TRY(ReadEntry(key, value, what)));
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  const std::span<const std::byte> data = bytes.subspan(kLengthBytes + header_bytes);
  std::uint64_t end = 0;
  for (Entry& entry : entries) {
    if (entry.begin != end || entry.end > data.size()) {
      return Refused(what + ": tensor " + Quoted(entry.tensor.name) + ": found data from " + std::to_string(entry.begin) + " to " +
                     std::to_string(entry.end) + ", expected it to begin at " + std::to_string(end) + " and to end within " +
                     std::to_string(data.size()));
    }
    end = entry.end;
    entry.tensor.data = data.subspan(entry.begin, entry.end - entry.begin);
    file.index_[entry.tensor.name] = file.tensors_.size();
    file.tensors_.push_back(std::move(entry.tensor));
  }
  if (end != data.size()) {
    return Refused(what + ": found " + std::to_string(data.size()) + " bytes of data, expected " + std::to_string(end));
  }
  return file;
}

const Tensor* File::Find(std::string_view name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

Status Checkpoint::Add(Fs& fs, const std::string& path) {
  mappings_.push_back(PAW_TRY(fs.Map(path)));
  files_.push_back(std::make_unique<File>(PAW_TRY(File::Open(mappings_.back().bytes(), path))));
  for (const Tensor& tensor : files_.back()->tensors()) {
    if (!tensors_.emplace(tensor.name, &tensor).second) {
      return Refused("reading " + path + ": found tensor " + Quoted(tensor.name) + " that another shard has too, expected each once");
    }
  }
  return Ok();
}

Result<Checkpoint> Checkpoint::Open(Fs& fs, const std::string& path) {
  Checkpoint checkpoint;
  checkpoint.what_ = path;
  const FileFacts facts = PAW_TRY(fs.Stat(path));
  if (facts.kind != FileKind::kFolder) {
    PAW_TRY(checkpoint.Add(fs, path));
    return checkpoint;
  }
  const std::string index_path = JoinPath(path, kIndexFile);
  if (!fs.Exists(index_path)) {
    const std::string single = JoinPath(path, kSingleFile);
    if (!fs.Exists(single)) {
      return NotFound("reading the checkpoint " + path + ": found neither " + std::string(kSingleFile) + " nor " + std::string(kIndexFile));
    }
    PAW_TRY(checkpoint.Add(fs, single));
    return checkpoint;
  }
  const std::string what = "reading " + index_path;
  const Json index = PAW_TRY(ParseJson(PAW_TRY(fs.ReadText(index_path, kSafetensorsHeaderBytesMax)), what, kSafetensorsHeaderBytesMax));
  const Json* map = PAW_TRY(GetObject(index, "weight_map", what));
  std::set<std::string> shards;
  for (const auto& [tensor, file] : map->items()) {
    const std::string shard = file.is_string() ? file.get<std::string>() : "";
    if (shard.empty() || shard.find_first_of("/\\") != std::string::npos || shard.front() == '.' || !shard.ends_with(".safetensors")) {
      return Refused(what + ": tensor " + Quoted(tensor) + ": found shard " +
                     (file.is_string() ? Quoted(shard) : std::string(JsonTypeName(file))) +
                     ", expected the name of a .safetensors file in the same folder");
    }
    shards.insert(shard);
    if (shards.size() > kSafetensorsShardsMax) {
      return Refused(what + ": found more than " + std::to_string(kSafetensorsShardsMax) + " shards");
    }
  }
  for (const std::string& shard : shards) PAW_TRY(checkpoint.Add(fs, JoinPath(path, shard)));
  for (const auto& [tensor, file] : map->items()) {
    if (checkpoint.Find(tensor) == nullptr) {
      return Refused(what + ": found tensor " + Quoted(tensor) + " in the index and not in " + file.get<std::string>());
    }
  }
  return checkpoint;
}

const Tensor* Checkpoint::Find(std::string_view name) const {
  const auto found = tensors_.find(name);
  return found == tensors_.end() ? nullptr : found->second;
}

Result<const Tensor*> Checkpoint::Get(std::string_view name, std::span<const std::int64_t> shape) const {
  const Tensor* tensor = Find(name);
  if (tensor == nullptr)
    return Refused("reading " + what_ + ": found no tensor " + Quoted(name) + ", expected one of shape " + ShapeText(shape));
  if (!std::equal(shape.begin(), shape.end(), tensor->shape.begin(), tensor->shape.end())) {
    return Refused("reading " + what_ + ": tensor " + Quoted(name) + ": found shape " + ShapeText(tensor->shape) + ", expected " +
                   ShapeText(shape));
  }
  return tensor;
}

void Checkpoint::Hint(std::span<const std::byte> data, Mapping::Access access) const {
  for (const Mapping& mapping : mappings_) {
    const std::span<const std::byte> bytes = mapping.bytes();
    if (data.data() >= bytes.data() && data.data() < bytes.data() + bytes.size()) mapping.Hint(data, access);
  }
}

Result<std::vector<float>> ReadFloats(const Tensor& tensor, std::string_view what) {
  std::vector<float> numbers(static_cast<std::size_t>(tensor.count()));
  Dequantize(tensor.dtype, tensor.data, numbers);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!std::isfinite(numbers[i])) {
      return Refused("reading " + std::string(what) + ": tensor " + Quoted(tensor.name) + ": found a number that is not finite at " +
                     std::to_string(i));
    }
  }
  return numbers;
}

Result<std::vector<std::byte>> Write(std::span<const Tensor> tensors, const std::map<std::string, std::string>& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[std::string(kMetadataKey)] = metadata;
  std::size_t offset = 0;
  for (const Tensor& tensor : tensors) {
    const std::string where = "writing tensor " + Quoted(tensor.name);
    const auto dtype = NameOfDType(tensor.dtype);
    if (!dtype) return Refused(where + ": found dtype " + std::string(DTypeName(tensor.dtype)) + ", expected F32, F16 or BF16");
    if (tensor.name == kMetadataKey || header.contains(tensor.name)) return Refused(where + ": found the name twice");
    const auto count = CountOfShape(tensor.shape);
    if (!count || static_cast<std::size_t>(*count * BlockBytes(tensor.dtype)) != tensor.data.size()) {
      return Refused(where + ": found " + std::to_string(tensor.data.size()) + " bytes for shape " + ShapeText(tensor.shape));
    }
    header[tensor.name] = {{"dtype", *dtype}, {"shape", tensor.shape}, {"data_offsets", {offset, offset + tensor.data.size()}}};
    offset += tensor.data.size();
  }
  std::string text = WriteJson(header);
  text.append((kAlignment - text.size() % kAlignment) % kAlignment, ' ');
  std::vector<std::byte> bytes(kLengthBytes + text.size() + offset);
  const std::uint64_t length = text.size();
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::byte* to = bytes.data() + kLengthBytes + text.size();
  for (const Tensor& tensor : tensors) {
    if (!tensor.data.empty()) std::memcpy(to, tensor.data.data(), tensor.data.size());
    to += tensor.data.size();
  }
  return bytes;
}

}  // namespace paw::safetensors
