#include "tools/train_mapper/checkpoint.h"

#include "base/text.h"
#include "mapper/mapper_file.h"
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

// trunk(W, b) of standardised features as one of the features themselves: W[o, i] *= scale[i], b[o] -= sum over i of W[o, i] mean[i]
void Fold(const Standardisation& standard, Parameters& parameters) {
  const std::size_t features = standard.mean.size();
  for (std::size_t o = 0; o < parameters.trunk_bias().size(); ++o) {
    double shift = 0;
    for (std::size_t i = 0; i < features; ++i) {
      float& weight = parameters.trunk_weight()[o * features + i];
      weight *= standard.scale[i];
      shift += static_cast<double>(weight) * static_cast<double>(standard.mean[i]);
    }
    parameters.trunk_bias()[o] -= static_cast<float>(shift);
  }
}

void Unfold(const Standardisation& standard, Parameters& parameters) {
  const std::size_t features = standard.mean.size();
  for (std::size_t o = 0; o < parameters.trunk_bias().size(); ++o) {
    double shift = 0;
    for (std::size_t i = 0; i < features; ++i) {
      float& weight = parameters.trunk_weight()[o * features + i];
      shift += static_cast<double>(weight) * static_cast<double>(standard.mean[i]);
      weight /= standard.scale[i];
    }
    parameters.trunk_bias()[o] += static_cast<float>(shift);
  }
}

std::vector<std::int64_t> Line(const std::vector<float>& numbers) { return {static_cast<std::int64_t>(numbers.size())}; }

}  // namespace

Status WriteMapper(Fs& fs, const std::string& path, const Parameters& parameters, const Standardisation& standard,
                   const std::map<std::string, std::string>& metadata) {
  Parameters folded = parameters;
  if (folded.mapped()) Fold(standard, folded);
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
  state.steps = PAW_TRY(ParseInt(steps->second, "steps in the metadata of " + path));
  if (state.steps < 0) return Refused("reading " + path + ": found " + steps->second + " steps, expected 0 or more");
  standard.mean = PAW_TRY(safetensors::ReadFloats(*PAW_TRY(file.Get("standard.mean", Line(standard.mean))), path));
  standard.scale = PAW_TRY(safetensors::ReadFloats(*PAW_TRY(file.Get("standard.scale", Line(standard.scale))), path));
  return Ok();
}

Status TakeParameters(Fs& fs, const std::string& path, const Standardisation& standard, Parameters& parameters) {
  const MapperFile file = PAW_TRY(ReadMapperFile(std::make_shared<const Mapping>(PAW_TRY(fs.Map(path))), path));
  std::size_t taken = 0;
  bool trunk = false;
  for (Parameter& parameter : parameters.all) {
    const auto found = file.tensors.find(parameter.name);
    if (found == file.tensors.end() || found->second.shape != parameter.shape) continue;
    parameter.numbers = PAW_TRY(safetensors::ReadFloats(found->second, path));
    trunk = trunk || (parameters.mapped() && &parameter.numbers == &parameters.trunk_weight());
    ++taken;
  }
  if (taken == 0) return Refused("beginning from " + path + ": found no tensor of this mapper's names and shapes, expected one or more");
  if (trunk) Unfold(standard, parameters);
  return Ok();
}

}  // namespace paw
