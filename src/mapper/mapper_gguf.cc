#include "mapper/mapper_gguf.h"

#include <algorithm>
#include <cstdio>

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

using Shape = std::vector<std::int64_t>;

// The middle dimension of A is the rank, the last one of B is.
bool IsA(std::string_view name) { return name.substr(0, 2) == "A_"; }
bool IsB(std::string_view name) { return name.substr(0, 2) == "B_"; }

// The shape that a tensor of this name has in a mapper, from its dimensions in the file.
Result<Shape> ShapeOf(std::string_view name, std::span<const std::int64_t> ne, std::int64_t rank, const std::string& where) {
  if (ne.size() == 1) return Shape{ne[0]};
  if (ne.size() != 2) return Refused(where + ": found " + std::to_string(ne.size()) + " dimensions, expected 1 or 2");
  const std::int64_t rest = ne[0], first = ne[1];
  if (!IsA(name) && !IsB(name)) return Shape{first, rest};
  if (rest % rank != 0) {
    return Refused(where + ": found rows of " + std::to_string(rest) + " numbers, expected a multiple of the rank " + std::to_string(rank));
  }
  return IsA(name) ? Shape{first, rank, rest / rank} : Shape{first, rest / rank, rank};
}

// The dimensions in the file of such a tensor; kRefused where ShapeOf would not make the same shape of them again.
Result<Shape> DimensionsOf(std::string_view name, const Shape& shape, std::int64_t rank, const std::string& where) {
  Shape ne = {1};
  if (shape.size() == 1) ne = shape;
  if (shape.size() > 1) {
    ne = {1, shape[0]};
    for (std::size_t i = 1; i < shape.size(); ++i) ne[0] *= shape[i];
  }
  const Result<Shape> back = ShapeOf(name, ne, rank, where);
  if (back.ok() && *back == shape) return ne;
  return Refused(where + ": found shape " + safetensors::ShapeText(shape) + ", expected " +
                 (IsA(name)   ? "(n, rank " + std::to_string(rank) + ", inputs)"
                  : IsB(name) ? "(n, outputs, rank " + std::to_string(rank) + ")"
                              : "1 or 2 dimensions"));
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

std::string NumberText(float number) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(number));
  return text;
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
    Shape shape = PAW_TRY(ShapeOf(tensor.name, tensor.ne, rank, "reading " + mapper.what + ": tensor " + Quoted(tensor.name)));
    mapper.tensors[tensor.name] = {tensor.name, tensor.dtype, std::move(shape), tensor.data};
  }
  return mapper;
}

Result<std::vector<std::byte>> WriteMapperGguf(const MapperFile& file, DType dtype, float coefficient_scale) {
  gguf::Writer writer;
  Json metadata(file.metadata);
  if (coefficient_scale != 1.0f) metadata["coefficient_scale"] = NumberText(coefficient_scale);
  writer.SetString(kArchitecture, kOurs);
  writer.SetString("general.type", "mapper");
  writer.SetString(kMetadata, WriteJson(metadata));
  std::int64_t rank = 1;
  for (const auto& [name, tensor] : file.tensors) {
    if (IsA(name) && tensor.shape.size() > 1) rank = std::max<std::int64_t>(tensor.shape[tensor.shape.size() - 2], 1);
  }
  writer.SetU32(kRank, static_cast<std::uint32_t>(rank));
  for (const auto& [name, tensor] : file.tensors) {
    const std::string where = "writing a mapper: tensor " + Quoted(name);
    const Shape ne = PAW_TRY(DimensionsOf(name, tensor.shape, rank, where));
    const DType stored = ne.size() < 2 ? DType::kF32 : dtype;
    if (ne[0] % BlockWeights(stored) != 0) {
      return Refused(where + ": found rows of " + std::to_string(ne[0]) + " numbers, expected a multiple of " +
                     std::to_string(BlockWeights(stored)));
    }
    std::vector<float> numbers = PAW_TRY(safetensors::ReadFloats(tensor, file.what));
    if (name.starts_with("coeff_head.")) {
      for (float& number : numbers) number *= coefficient_scale;
    }
    PAW_TRY(writer.AddTensor(name, stored, ne, std::span<const float>(numbers)));
  }
  return writer.Finish();
}

}  // namespace paw
