#include "mapper/weights.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr MapperModule kLlamaModules[] = {{"down_proj", Projection::kDown}, {"gate_proj", Projection::kGate}, {"k_proj", Projection::kK},
                                          {"o_proj", Projection::kOutput},  {"q_proj", Projection::kQ},       {"up_proj", Projection::kUp},
                                          {"v_proj", Projection::kV}};
constexpr MapperModule kGpt2Modules[] = {
    {"attn_c_proj", Projection::kOutput}, {"c_attn", Projection::kQkv}, {"c_fc", Projection::kUp}, {"mlp_c_proj", Projection::kDown}};

constexpr std::size_t kBlockNumbers = std::size_t{1} << 18;  // of a tensor that one task looks through

// The place of the first number that is not finite; numbers.size() when all are.
std::size_t FirstNotFinite(std::span<const float> numbers, ThreadPool& pool) {
  std::atomic<std::size_t> first = numbers.size();
  pool.Run(static_cast<int>((numbers.size() + kBlockNumbers - 1) / kBlockNumbers), [&](int task, int) {
    const std::size_t begin = static_cast<std::size_t>(task) * kBlockNumbers;
    const std::span<const float> block = numbers.subspan(begin, std::min(kBlockNumbers, numbers.size() - begin));
    constexpr std::uint32_t kExponent = 0x7f800000u;
    std::uint32_t found = 0;
    for (const float number : block) found |= static_cast<std::uint32_t>((std::bit_cast<std::uint32_t>(number) & kExponent) == kExponent);
    if (found == 0) return;
    const auto at = std::find_if(block.begin(), block.end(), [](float number) { return !std::isfinite(number); });
    const std::size_t place = begin + static_cast<std::size_t>(at - block.begin());
    std::size_t seen = first.load();
    while (place < seen && !first.compare_exchange_weak(seen, place)) {
    }
  });
  return first.load();
}

// Takes tensors out of the checkpoint by name and remembers which, so that one left over is seen.
class Reader {
 public:
  Reader(const MapperFile& file, ThreadPool& pool) : file_(file), pool_(pool) {}

  std::int64_t parameters() const { return parameters_; }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  std::string Where(std::string_view name) const { return "reading " + file_.what + ": tensor " + Quoted(name); }

  // The shape of a tensor of `dimensions` dimensions; `expected` describes it.
  Result<std::vector<std::int64_t>> ShapeOf(const std::string& name, std::initializer_list<std::size_t> dimensions,
                                            const std::string& expected) const {
    const safetensors::Tensor* tensor = Find(name);
    if (tensor == nullptr) return Refused(Where(name) + ": found none, expected one of shape " + expected);
    if (std::find(dimensions.begin(), dimensions.end(), tensor->shape.size()) == dimensions.end()) {
      return Refused(Where(name) + ": found shape " + safetensors::ShapeText(tensor->shape) + ", expected " + expected);
    }
    return tensor->shape;
  }

  Result<MapperTensor> Take(const std::string& name, const std::vector<std::int64_t>& shape) {
    const safetensors::Tensor* tensor = Find(name);
    if (tensor == nullptr || tensor->shape != shape) {
      return Refused(Where(name) + ": found " + (tensor == nullptr ? "none" : "shape " + safetensors::ShapeText(tensor->shape)) +
                     ", expected " + safetensors::ShapeText(shape));
    }
    taken_.insert(name);
    parameters_ += tensor->count();
    MapperTensor out;
    const void* data = tensor->data.data();
    if (tensor->dtype != DType::kF32 || reinterpret_cast<std::uintptr_t>(data) % alignof(float) != 0) {
      out.widened = PAW_TRY(safetensors::ReadFloats(*tensor, file_.what));
      out.numbers = out.widened;
      return out;
    }
    out.numbers = {static_cast<const float*>(data), static_cast<std::size_t>(tensor->count())};
    const std::size_t place = FirstNotFinite(out.numbers, pool_);
    if (place < out.numbers.size()) {
      return Refused(Where(name) + ": found a number that is not finite at " + std::to_string(place) + ", expected finite ones");
    }
    return out;
  }

  Status NothingLeft() const {
    for (const auto& [name, tensor] : file_.tensors) {
      if (taken_.count(name) == 0) {
        return Refused(Where(name) + ": found one of shape " + safetensors::ShapeText(tensor.shape) +
                       ", expected no tensor beyond those of a mapper for this interpreter");
      }
    }
    return Ok();
  }

 private:
  const safetensors::Tensor* Find(std::string_view name) const {
    const auto found = file_.tensors.find(name);
    return found == file_.tensors.end() ? nullptr : &found->second;
  }

  const MapperFile& file_;
  ThreadPool& pool_;
  std::set<std::string, std::less<>> taken_;
  std::int64_t parameters_ = 0;
};

Result<std::int32_t> Within(const Reader& reader, const std::string& name, const char* what, std::int64_t found, std::int64_t most) {
  if (found < 1 || found > most) {
    return Refused(reader.Where(name) + ": found " + std::to_string(found) + " " + what + ", expected 1 to " + std::to_string(most));
  }
  return static_cast<std::int32_t>(found);
}

Result<MapperLinear> TakeLinear(Reader& reader, const std::string& stem, std::int64_t outputs, std::int64_t inputs) {
  MapperLinear linear;
  linear.weight = PAW_TRY(reader.Take(stem + ".weight", {outputs, inputs}));
  linear.bias = PAW_TRY(reader.Take(stem + ".bias", {outputs}));
  return linear;
}

Status ReadTrunk(Reader& reader, MapperWeights& weights) {
  MapperShape& shape = weights.shape;
  for (std::size_t layer = 0; layer == 0 || reader.Has("trunk." + std::to_string(2 * layer) + ".weight"); ++layer) {
    const std::string stem = "trunk." + std::to_string(2 * layer), name = stem + ".weight";
    if (layer == kMapperTrunkLayersMax) {
      return Refused(reader.Where(name) + ": found a trunk of more than " + std::to_string(kMapperTrunkLayersMax) + " layers");
    }
    const std::vector<std::int64_t> found = PAW_TRY(reader.ShapeOf(name, {2}, "(width, hidden)"));
    const std::int32_t width = PAW_TRY(Within(reader, name, "outputs", found[0], kWidthMax));
    if (layer == 0) shape.hidden = PAW_TRY(Within(reader, name, "inputs", found[1], kWidthMax));
    const std::int32_t inputs = layer == 0 ? shape.hidden : shape.trunk.back();
    weights.trunk.push_back(PAW_TRY(TakeLinear(reader, stem, width, inputs)));
    shape.trunk.push_back(width);
  }
  shape.input_norm = reader.Has("input_norm.weight") || reader.Has("input_norm.bias");
  if (!shape.input_norm) return Ok();
  weights.norm_weight = PAW_TRY(reader.Take("input_norm.weight", {shape.hidden}));
  weights.norm_bias = PAW_TRY(reader.Take("input_norm.bias", {shape.hidden}));
  return Ok();
}

Status ReadBases(Reader& reader, const ModelShape& interpreter, std::span<const MapperModule> modules, MapperWeights& weights) {
  MapperShape& shape = weights.shape;
  const std::string first = "A_bases_" + std::string(modules[0].name);
  const std::vector<std::int64_t> found = PAW_TRY(reader.ShapeOf(first, {3, 4}, "(bases, rank, inputs)"));
  shape.layer_bases = found.size() == 4;
  shape.bases = PAW_TRY(Within(reader, first, "bases", found[found.size() - 3], kMapperBasesMax));
  shape.rank = PAW_TRY(Within(reader, first, "as rank", found[found.size() - 2], kAdapterRankMax));
  const auto shape_of = [&](std::int64_t rows, std::int64_t columns) {
    std::vector<std::int64_t> expected = {shape.bases, rows, columns};
    if (shape.layer_bases) expected.insert(expected.begin(), shape.layers);
    return expected;
  };
  for (const MapperModule& module : modules) {
    const std::string name(module.name);
    const std::int32_t inputs = interpreter.InputsOf(module.projection), outputs = interpreter.OutputsOf(module.projection);
    weights.bases.push_back(PAW_TRY(reader.Take("A_bases_" + name, shape_of(shape.rank, inputs))));
    weights.bases.push_back(PAW_TRY(reader.Take("B_bases_" + name, shape_of(outputs, shape.rank))));
  }
  return Ok();
}

// One LoRA a layer, under every mixture; the rank when there are no bases to tell it.
Status ReadShared(Reader& reader, const ModelShape& interpreter, std::span<const MapperModule> modules, MapperWeights& weights) {
  MapperShape& shape = weights.shape;
  const std::string first = "A_shared_" + std::string(modules[0].name);
  shape.shared = reader.Has(first);
  if (!shape.shared) return Ok();
  if (shape.rank == 0) {
    const std::vector<std::int64_t> found = PAW_TRY(reader.ShapeOf(first, {3}, "(layers, rank, inputs)"));
    shape.rank = PAW_TRY(Within(reader, first, "as rank", found[1], kAdapterRankMax));
  }
  for (const MapperModule& module : modules) {
    const std::string name(module.name);
    const std::int32_t inputs = interpreter.InputsOf(module.projection), outputs = interpreter.OutputsOf(module.projection);
    weights.shared.push_back(PAW_TRY(reader.Take("A_shared_" + name, {shape.layers, shape.rank, inputs})));
    weights.shared.push_back(PAW_TRY(reader.Take("B_shared_" + name, {shape.layers, outputs, shape.rank})));
  }
  return Ok();
}

Status ReadFeatureLayers(const MapperFile& file, const ModelShape& interpreter, MapperShape& shape) {
  const auto found = file.metadata.find("feature_layers");
  if (found == file.metadata.end()) return Ok();
  const auto refuse = [&] {
    return Refused("reading " + file.what + ": metadata \"feature_layers\": found " + Quoted(found->second) +
                   ", expected layers from 1 to " + std::to_string(interpreter.layers) + ", ascending, with commas between");
  };
  std::string_view rest = found->second;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const Result<std::int64_t> layer = ParseInt(rest.substr(0, end), "feature_layers");
    const std::int64_t before = shape.feature_layers.empty() ? 0 : shape.feature_layers.back();
    if (!layer.ok() || *layer <= before || *layer > interpreter.layers) return refuse();
    shape.feature_layers.push_back(static_cast<std::int32_t>(*layer));
    rest.remove_prefix(std::min(rest.size(), end + 1));
  }
  return shape.feature_layers.empty() ? refuse() : Ok();
}

Status ReadMetadata(const MapperFile& file, const ModelShape& interpreter, MapperShape& shape) {
  const std::map<std::string, std::string>& metadata = file.metadata;
  const std::string what = "reading " + file.what + ": metadata ";
  if (const auto alpha = metadata.find("lora_alpha"); alpha != metadata.end()) {
    const Result<double> value = ParseDouble(alpha->second, "lora_alpha");
    shape.alpha = value.ok() ? static_cast<float>(*value) : 0.0f;
    if (!(shape.alpha > 0.0f) || !std::isfinite(shape.alpha)) {
      return Refused(what + "\"lora_alpha\": found " + Quoted(alpha->second) + ", expected a number above 0");
    }
  }
  const auto order = metadata.find("row_order");
  const bool needed = interpreter.rotation() == Rotation::kPairs;
  if (order == metadata.end()) {
    if (needed) return Refused(what + "\"row_order\": found none, expected hf or gguf for a " + interpreter.architecture + " interpreter");
  } else if (order->second != "hf" && order->second != "gguf") {
    return Refused(what + "\"row_order\": found " + Quoted(order->second) + ", expected hf or gguf");
  } else if (needed && order->second == "hf") {
    shape.row_order = RowOrder::kHf;
  }
  return Ok();
}

}  // namespace

std::span<const MapperModule> MapperModules(const ModelShape& interpreter) {
  if (interpreter.architecture == "gpt2") return kGpt2Modules;
  if (interpreter.architecture == "qwen3" || interpreter.architecture == "llama") return kLlamaModules;
  return {};
}

MapperFile MapperFileOf(std::shared_ptr<const safetensors::Checkpoint> checkpoint) {
  MapperFile file;
  file.what = checkpoint->what();
  for (const auto& [name, tensor] : checkpoint->tensors()) file.tensors.emplace(name, *tensor);
  file.metadata = checkpoint->metadata();
  file.owner = std::move(checkpoint);
  return file;
}

Result<MapperWeights> ReadMapperWeights(MapperFile file, const ModelShape& interpreter, ThreadPool& pool) {
  const std::span<const MapperModule> modules = MapperModules(interpreter);
  if (modules.empty()) {
    return Refused("reading " + file.what + ": found an interpreter of architecture " + Quoted(interpreter.architecture) +
                   ", expected qwen3, llama or gpt2");
  }
  MapperWeights weights;
  weights.file = std::move(file);
  MapperShape& shape = weights.shape;
  shape.layers = interpreter.layers;
  shape.modules = static_cast<std::int32_t>(modules.size());
  Reader reader(weights.file, pool);
  PAW_TRY(ReadMetadata(weights.file, interpreter, shape));
  PAW_TRY(ReadFeatureLayers(weights.file, interpreter, shape));
  const bool fixed = !reader.Has("trunk.0.weight") && reader.Has("A_shared_" + std::string(modules[0].name));
  if (!fixed) {
    PAW_TRY(ReadTrunk(reader, weights));
    PAW_TRY(ReadBases(reader, interpreter, modules, weights));
    weights.head = PAW_TRY(TakeLinear(reader, "coeff_head", static_cast<std::int64_t>(shape.coefficients()), shape.trunk.back()));
  }
  PAW_TRY(ReadShared(reader, interpreter, modules, weights));
  PAW_TRY(reader.NothingLeft());
  if (!fixed && !shape.feature_layers.empty() &&
      static_cast<std::int64_t>(shape.feature_layers.size()) * interpreter.width != shape.hidden) {
    return Refused(reader.Where("trunk.0.weight") + ": found " + std::to_string(shape.hidden) + " inputs, expected " +
                   std::to_string(shape.feature_layers.size()) + " layers of " + std::to_string(interpreter.width));
  }
  shape.parameters = reader.parameters();
  return weights;
}

}  // namespace paw
