#include "tools/train_mapper/checkpoint.h"

#include <cstring>

#include "base/text.h"
#include "tensor/safetensors.h"

namespace paw {
namespace {

using safetensors::Tensor;

Tensor TensorOf(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<float>& numbers) {
  return {name, DType::kF32, shape, std::as_bytes(std::span(numbers))};
}

void AddAll(std::vector<Tensor>& tensors, const std::string& prefix, const Parameters& parameters) {
  for (const Parameter& parameter : parameters.all)
    tensors.push_back(TensorOf(prefix + parameter.name, parameter.shape, parameter.numbers));
}

Status Take(const safetensors::Checkpoint& from, const std::string& prefix, Parameters& to) {
  for (Parameter& parameter : to.all) {
    const Tensor* tensor = PAW_TRY(from.Get(prefix + parameter.name, parameter.shape));
    parameter.numbers = PAW_TRY(safetensors::ReadFloats(*tensor, from.what()));
  }
  return Ok();
}

std::vector<std::int64_t> Line(const std::vector<float>& numbers) { return {static_cast<std::int64_t>(numbers.size())}; }

}  // namespace

Status WriteMapper(Fs& fs, const std::string& path, const Parameters& parameters, const Standardisation& standard,
                   const std::map<std::string, std::string>& metadata) {
  Parameters folded = parameters;
  if (folded.mapped()) {
    const auto features = static_cast<std::size_t>(folded.layout.features);
    for (std::size_t o = 0; o < folded.trunk_bias().size(); ++o) {
      double shift = 0;
      for (std::size_t i = 0; i < features; ++i) {
        float& weight = folded.trunk_weight()[o * features + i];
        weight *= standard.scale[i];
        shift += static_cast<double>(weight) * static_cast<double>(standard.mean[i]);
      }
      folded.trunk_bias()[o] -= static_cast<float>(shift);
    }
  }
  std::vector<Tensor> tensors;
  AddAll(tensors, "", folded);
  return fs.PublishFile(path, PAW_TRY(safetensors::Write(tensors, metadata)));
}

Status WriteState(Fs& fs, const std::string& path, const Parameters& parameters, const OptimiserState& state,
                  const Standardisation& standard, const std::string& run) {
  std::vector<Tensor> tensors;
  AddAll(tensors, "", parameters);
  AddAll(tensors, "first.", state.first);
  AddAll(tensors, "second.", state.second);
  tensors.push_back(TensorOf("standard.mean", Line(standard.mean), standard.mean));
  tensors.push_back(TensorOf("standard.scale", Line(standard.scale), standard.scale));
  return fs.PublishFile(path, PAW_TRY(safetensors::Write(tensors, {{"run", run}, {"steps", std::to_string(state.steps)}})));
}

Status ReadState(Fs& fs, const std::string& path, const std::string& run, Parameters& parameters, OptimiserState& state,
                 Standardisation& standard) {
  const auto file = PAW_TRY(safetensors::Checkpoint::Open(fs, path));
  const auto& metadata = file.metadata();
  const auto found = metadata.find("run"), steps = metadata.find("steps");
  if (found == metadata.end() || steps == metadata.end())
    return Refused("reading " + path + ": found no run in it, expected a training state");
  if (found->second != run) {
    return Refused("resuming from " + path + ": found a run of other settings or another corpus (" + found->second + "), expected " + run +
                   "; another --out begins anew");
  }
  PAW_TRY(Take(file, "", parameters));
  PAW_TRY(Take(file, "first.", state.first));
  PAW_TRY(Take(file, "second.", state.second));
  state.steps = std::stoll(steps->second);
  standard.mean = PAW_TRY(safetensors::ReadFloats(*PAW_TRY(file.Get("standard.mean", Line(standard.mean))), path));
  standard.scale = PAW_TRY(safetensors::ReadFloats(*PAW_TRY(file.Get("standard.scale", Line(standard.scale))), path));
  return Ok();
}

Result<std::vector<std::string>> TakeParameters(Fs& fs, const std::string& path, Parameters& parameters) {
  const auto file = PAW_TRY(safetensors::Checkpoint::Open(fs, path));
  std::vector<std::string> taken;
  for (Parameter& parameter : parameters.all) {
    const Tensor* tensor = file.Find(parameter.name);
    if (tensor == nullptr || tensor->shape != parameter.shape) continue;
    parameter.numbers = PAW_TRY(safetensors::ReadFloats(*tensor, path));
    taken.push_back(parameter.name);
  }
  if (taken.empty()) return Refused("beginning from " + path + ": found no tensor of this mapper's names and shapes, expected one or more");
  return taken;
}

}  // namespace paw
