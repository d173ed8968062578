#include "mapper/mapper_gguf.h"

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "gguf/gguf.h"
#include "gguf/writer.h"

namespace paw {
namespace {

constexpr char kRank[] = "paw.mapper.rank";
constexpr char kMetadata[] = "paw.mapper.metadata";
constexpr char kArchitecture[] = "general.architecture";
constexpr char kOurs[] = "paw-mapper";

// The middle dimension of A is the rank, the last one of B is.
bool IsA(std::string_view name) { return name.substr(0, 2) == "A_"; }
bool IsB(std::string_view name) { return name.substr(0, 2) == "B_"; }

Result<std::vector<std::int64_t>> ShapeOf(const gguf::Tensor& tensor, std::int64_t rank, const std::string& where) {
  if (tensor.ne.size() == 1) return std::vector<std::int64_t>{tensor.ne[0]};
  if (tensor.ne.size() != 2) {
    return Refused(where + ": found " + std::to_string(tensor.ne.size()) + " dimensions, expected 1 or 2");
  }
  const std::int64_t rest = tensor.ne[0], first = tensor.ne[1];
  if (!IsA(tensor.name) && !IsB(tensor.name)) return std::vector<std::int64_t>{first, rest};
  if (rest % rank != 0) {
    return Refused(where + ": found rows of " + std::to_string(rest) + " numbers, expected a multiple of the rank " + std::to_string(rank));
  }
  return IsA(tensor.name) ? std::vector<std::int64_t>{first, rank, rest / rank} : std::vector<std::int64_t>{first, rest / rank, rank};
}

Result<std::map<std::string, std::string>> ReadMetadata(const gguf::File& file, const std::string& what) {
  const Json json = PAW_TRY(ParseJson(PAW_TRY(file.String(kMetadata)), what + ", " + kMetadata));
  std::map<std::string, std::string> metadata;
  if (!json.is_object())
    return Refused("reading " + what + ", " + kMetadata + ": found " + std::string(JsonTypeName(json)) + ", expected object");
  for (const auto& [key, value] : json.items()) {
    if (!value.is_string()) {
      return Refused("reading " + what + ", " + kMetadata + ": found " + std::string(JsonTypeName(value)) + " under " + Quoted(key) +
                     ", expected a text");
    }
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

}  // namespace

Result<MapperFile> ReadMapperGguf(std::shared_ptr<const void> owner, std::span<const std::byte> bytes, std::string_view what) {
  const gguf::File file = PAW_TRY(gguf::File::Open(bytes, what));
  const std::string architecture = PAW_TRY(file.String(kArchitecture));
  if (architecture != kOurs) {
    return Refused("reading " + std::string(what) + ": found architecture " + Quoted(architecture) + ", expected " + kOurs);
  }
  const std::int64_t rank = PAW_TRY(file.Int(kRank));
  if (rank < 1 || rank > kAdapterRankMax) {
    return Refused("reading " + std::string(what) + ": found rank " + std::to_string(rank) + ", expected 1 to " +
                   std::to_string(kAdapterRankMax));
  }
  MapperFile mapper;
  mapper.what = what;
  mapper.owner = std::move(owner);
  mapper.metadata = PAW_TRY(ReadMetadata(file, mapper.what));
  for (const gguf::Tensor& tensor : file.tensors()) {
    std::vector<std::int64_t> shape = PAW_TRY(ShapeOf(tensor, rank, "reading " + mapper.what + ": tensor " + Quoted(tensor.name)));
    mapper.tensors[tensor.name] = {tensor.name, tensor.dtype, std::move(shape), tensor.data};
  }
  return mapper;
}

Result<std::vector<std::byte>> WriteMapperGguf(const MapperFile& file, DType dtype) {
  gguf::Writer writer;
  writer.SetString(kArchitecture, kOurs);
  writer.SetString("general.type", "mapper");
  writer.SetString(kMetadata, WriteJson(Json(file.metadata)));
  std::int64_t rank = 1;
  for (const auto& [name, tensor] : file.tensors) {
    if (IsA(name) && tensor.shape.size() == 3) rank = tensor.shape[1];
  }
  writer.SetU32(kRank, static_cast<std::uint32_t>(rank));
  for (const auto& [name, tensor] : file.tensors) {
    const std::vector<float> numbers = PAW_TRY(safetensors::ReadFloats(tensor, file.what));
    const std::int64_t first = tensor.shape.empty() ? 1 : tensor.shape[0];
    if (tensor.shape.size() < 2) {
      PAW_TRY(writer.AddTensor(name, DType::kF32, {{first}}, std::span<const float>(numbers)));
      continue;
    }
    const std::int64_t ne[2] = {tensor.count() / first, first};
    if (ne[0] % BlockWeights(dtype) != 0) {
      return Refused("writing a mapper: tensor " + Quoted(name) + ": found rows of " + std::to_string(ne[0]) +
                     " numbers, expected a multiple of " + std::to_string(BlockWeights(dtype)));
    }
    PAW_TRY(writer.AddTensor(name, dtype, ne, std::span<const float>(numbers)));
  }
  return writer.Finish();
}

}  // namespace paw
