#include "adapter/peft.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "tensor/safetensors.h"

namespace paw {
namespace {

constexpr std::string_view kPrefix = "base_model.model.";
constexpr std::string_view kA = ".lora_A.weight";
constexpr std::string_view kB = ".lora_B.weight";

struct Module {
  Projection projection;
  std::string_view name;  // inside its layer
};

constexpr std::array<Module, 7> kLlamaModules = {{{Projection::kQ, "self_attn.q_proj"},
                                                  {Projection::kK, "self_attn.k_proj"},
                                                  {Projection::kV, "self_attn.v_proj"},
                                                  {Projection::kOutput, "self_attn.o_proj"},
                                                  {Projection::kGate, "mlp.gate_proj"},
                                                  {Projection::kUp, "mlp.up_proj"},
                                                  {Projection::kDown, "mlp.down_proj"}}};
constexpr std::array<Module, 4> kGpt2Modules = {{{Projection::kQkv, "attn.c_attn"},
                                                 {Projection::kOutput, "attn.c_proj"},
                                                 {Projection::kUp, "mlp.c_fc"},
                                                 {Projection::kDown, "mlp.c_proj"}}};

struct Naming {
  std::string_view stem;  // in front of a layer's number
  std::string_view list;  // the last word of the stem: what layers_pattern may name
  std::span<const Module> modules;
};

std::optional<Naming> NamingOf(const ModelShape& shape) {
  if (shape.architecture == "gpt2") return Naming{"transformer.h.", "h", kGpt2Modules};
  if (shape.architecture == "llama" || shape.architecture == "qwen3") return Naming{"model.layers.", "layers", kLlamaModules};
  return std::nullopt;
}

std::string PathOf(const Naming& naming, std::int32_t layer, const Module& module) {
  return std::string(naming.stem) + std::to_string(layer) + "." + std::string(module.name);
}

Status UnknownArchitecture(std::string_view what, const ModelShape& shape) {
  return Unimplemented(std::string(what) + ": found a base of architecture " + Quoted(shape.architecture) +
                       ", expected llama, qwen3 or gpt2");
}

class Reader {
 public:
  Reader(const PeftConfig& config, const ModelShape& shape, const Naming& naming, std::string_view what)
      : config_(config), shape_(shape), naming_(naming), what_(what) {}

  Result<LoraWeights> Run(const safetensors::File& file) {
    PAW_TRY(CheckTargets());
    LoraWeights weights;
    weights.rank = config_.rank;
    weights.alpha = config_.alpha;
    weights.layers = shape_.layers;
    weights.pairs.resize(static_cast<std::size_t>(shape_.layers) * kProjectionCount);
    for (std::int32_t layer = 0; layer < shape_.layers; ++layer) {
      for (const Module& module : naming_.modules) PAW_TRY(TakePair(file, layer, module, weights));
    }
    PAW_TRY(NothingLeft(file));
    if (taken_.empty()) return Refused(what_ + ": found no tensor, expected at least one pair");
    return weights;
  }

 private:
  bool TargetsTell() const { return config_.targets || config_.all_linear; }

  // Every target is a module of the base.
  Status CheckTargets() const {
    if (!config_.layers_name.empty() && config_.layers_name != naming_.list) {
      return Refused(what_ + ": found layers_pattern " + Quoted(config_.layers_name) + ", expected " + Quoted(naming_.list));
    }
    for (const std::int64_t layer : config_.layers.value_or(std::vector<std::int64_t>())) {
      if (layer < 0 || layer >= shape_.layers) {
        return Refused(what_ + ": found layer " + std::to_string(layer) + " in layers_to_transform, expected 0 to " +
                       std::to_string(shape_.layers - 1));
      }
    }
    for (const std::string& target : config_.targets.value_or(std::vector<std::string>())) {
      PeftConfig alone;
      alone.targets = {target};
      if (!AnyModule(alone)) {
        return Refused(what_ + ": found target module " + Quoted(target) + ", expected a module of the base, such as " +
                       PathOf(naming_, 0, naming_.modules.front()));
      }
    }
    return Ok();
  }

  bool AnyModule(const PeftConfig& config) const {
    for (std::int32_t layer = 0; layer < shape_.layers; ++layer) {
      for (const Module& module : naming_.modules) {
        if (config.Targets(PathOf(naming_, layer, module), layer)) return true;
      }
    }
    return false;
  }

  Status TakePair(const safetensors::File& file, std::int32_t layer, const Module& module, LoraWeights& weights) {
    const std::string path = PathOf(naming_, layer, module);
    const std::string name_a = std::string(kPrefix) + path + std::string(kA), name_b = std::string(kPrefix) + path + std::string(kB);
    const bool present = file.Find(name_a) != nullptr || file.Find(name_b) != nullptr;
    if (TargetsTell() && config_.Targets(path, layer) != present) {
      return Refused(what_ + ": module " + Quoted(path) + ": found " +
                     (present ? "tensors, expected none: " : "no tensors, expected a pair: ") +
                     "target_modules of adapter_config.json decides");
    }
    if (!present) return Ok();
    LoraPair& pair = weights.pair(layer, module.projection);
    pair.a = PAW_TRY(Take(file, name_a, {config_.rank, shape_.InputsOf(module.projection)}));
    pair.b = PAW_TRY(Take(file, name_b, {shape_.OutputsOf(module.projection), config_.rank}));
    if (HasOwnRowOrder(shape_, module.projection)) pair.b = RowsFromHf(pair.b, config_.rank, shape_.head_width);
    return Ok();
  }

  Result<std::vector<float>> Take(const safetensors::File& file, const std::string& name, const std::vector<std::int64_t>& shape) {
    const safetensors::Tensor* tensor = file.Find(name);
    const std::string expected = ", expected " + safetensors::ShapeText(shape);
    if (tensor == nullptr) return Refused(what_ + ": found no tensor " + Quoted(name) + expected);
    if (tensor->shape != shape) {
      return Refused(what_ + ": tensor " + Quoted(name) + ": found shape " + safetensors::ShapeText(tensor->shape) + expected);
    }
    taken_.insert(tensor);
    Result<std::vector<float>> numbers = safetensors::ReadFloats(*tensor, what_);
    if (!numbers.ok()) return Refused(what_ + ": tensor " + Quoted(name) + ": found a number that is not finite, expected finite ones");
    return numbers;
  }

  Status NothingLeft(const safetensors::File& file) const {
    for (const safetensors::Tensor& tensor : file.tensors()) {
      if (taken_.count(&tensor) == 0) {
        return Refused(what_ + ": found tensor " + Quoted(tensor.name) +
                       ", expected only lora_A and lora_B of the base's projections, such as " + std::string(kPrefix) +
                       PathOf(naming_, 0, naming_.modules.front()) + std::string(kA));
      }
    }
    return Ok();
  }

  const PeftConfig& config_;
  const ModelShape& shape_;
  const Naming naming_;
  std::string what_;
  std::set<const safetensors::Tensor*> taken_;
};

// The short names where every layer has the same projections, else each module by its whole path.
std::vector<std::string> TargetsOf(const LoraWeights& weights, const Naming& naming) {
  std::vector<std::string> names, paths;
  bool uniform = true;
  for (const Module& module : naming.modules) {
    const bool first = weights.pair(0, module.projection).present();
    for (std::int32_t layer = 0; layer < weights.layers; ++layer) {
      const bool present = weights.pair(layer, module.projection).present();
      uniform = uniform && present == first;
      if (present) paths.push_back(PathOf(naming, layer, module));
    }
    // gpt2 has two c_proj in a layer: there the name keeps its parent.
    const std::string_view name = naming.list == "h" ? module.name : module.name.substr(module.name.find('.') + 1);
    if (first) names.emplace_back(name);
  }
  return uniform ? names : paths;
}

}  // namespace

std::string PeftModulePath(const ModelShape& shape, std::int32_t layer, Projection projection) {
  const std::optional<Naming> naming = NamingOf(shape);
  if (!naming) return "";
  for (const Module& module : naming->modules) {
    if (module.projection == projection) return PathOf(*naming, layer, module);
  }
  return "";
}

Result<LoraWeights> ReadPeft(const PeftConfig& config, std::span<const std::byte> file, const ModelShape& shape, std::string_view what) {
  const std::optional<Naming> naming = NamingOf(shape);
  if (!naming) return UnknownArchitecture(what, shape);
  const safetensors::File opened = PAW_TRY(safetensors::File::Open(file, what));
  return Reader(config, shape, *naming, what).Run(opened);
}

Result<PeftFiles> WritePeft(const LoraWeights& weights, const ModelShape& shape, DType dtype, const std::string& base_model) {
  constexpr std::string_view kWhat = "writing a PEFT folder";
  const std::optional<Naming> naming = NamingOf(shape);
  if (!naming) return UnknownArchitecture(kWhat, shape);
  struct Stored {
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
  };
  std::map<std::string, Stored> stored;  // by name
  const auto store = [&](const std::string& name, std::int64_t rows, std::int64_t columns, const std::vector<float>& numbers) -> Status {
    std::vector<std::byte> bytes(static_cast<std::size_t>(PAW_TRY(BytesOf(dtype, rows * columns))));
    const Status status = Quantize(dtype, numbers, bytes);
    if (!status.ok()) return status.WithContext(std::string(kWhat) + ": tensor " + name);
    stored[name] = Stored{{rows, columns}, std::move(bytes)};
    return Ok();
  };
  for (std::int32_t layer = 0; layer < weights.layers; ++layer) {
    for (const Module& module : naming->modules) {
      const LoraPair& pair = weights.pair(layer, module.projection);
      if (!pair.present()) continue;
      const std::string stem = std::string(kPrefix) + PathOf(*naming, layer, module);
      const bool permuted = HasOwnRowOrder(shape, module.projection);
      PAW_TRY(store(stem + std::string(kA), weights.rank, shape.InputsOf(module.projection), pair.a));
      PAW_TRY(store(stem + std::string(kB), shape.OutputsOf(module.projection), weights.rank,
                    permuted ? RowsToHf(pair.b, weights.rank, shape.head_width) : pair.b));
    }
  }
  std::vector<safetensors::Tensor> tensors;
  tensors.reserve(stored.size());
  for (const auto& [name, tensor] : stored) tensors.push_back({name, dtype, tensor.shape, tensor.bytes});
  PeftConfig config;
  config.base_model = base_model;
  config.rank = weights.rank;
  config.alpha = weights.alpha;
  config.targets = TargetsOf(weights, *naming);
  config.fan_in_fan_out = shape.architecture == "gpt2";
  PeftFiles files;
  files.config = WritePeftConfig(config);
  files.tensors = PAW_TRY(safetensors::Write(tensors, {{"format", "pt"}}));
  files.count = tensors.size();
  return files;
}

}  // namespace paw
