#include "tools/train_mapper/torch/mapper_torch.h"

#include <cmath>
#include <cstring>

namespace paw {
namespace {

std::vector<at::Tensor> UploadAll(const Parameters& parameters, const TorchBase& base) {
  std::vector<at::Tensor> tensors;
  for (const Parameter& parameter : parameters.all) tensors.push_back(base.Upload(parameter.numbers).view(parameter.shape));
  return tensors;
}

// (specs, layers, modules, bases, 2)
at::Tensor Coefficients(const TorchParameters& parameters, const at::Tensor& features) {
  const ParameterLayout& layout = parameters.layout;
  const at::Tensor z = at::gelu(at::linear(features, parameters.all[0], parameters.all[1]));
  const at::Tensor c = at::linear(z, parameters.all[2], parameters.all[3]);
  return c.view({c.size(0), layout.interpreter.layers, static_cast<std::int64_t>(layout.halves() / 2), layout.bases, 2});
}

// One half of every layer: (specs, layers, elements) or, where there is no mapper, (layers, elements).
at::Tensor Mix(const TorchParameters& parameters, const at::Tensor& coefficients, std::size_t half) {
  const auto elements = static_cast<std::int64_t>(parameters.layout.elements(half));
  const std::int64_t layers = parameters.layout.interpreter.layers;
  const at::Tensor shared = parameters.shared(half).view({layers, elements});
  if (!parameters.mapped()) return shared;
  const at::Tensor factors = coefficients.select(4, static_cast<std::int64_t>(half % 2)).select(2, static_cast<std::int64_t>(half / 2));
  const at::Tensor flat = factors.reshape({-1, parameters.layout.bases});  // (specs * layers, bases)
  return at::matmul(flat, parameters.bases(half).view({-1, elements})).view({-1, layers, elements}) + shared;
}

}  // namespace

TorchParameters TorchParameters::Of(const Parameters& parameters, const TorchBase& base) {
  TorchParameters out;
  out.layout = parameters.layout;
  out.all = UploadAll(parameters, base);
  for (at::Tensor& tensor : out.all) tensor.set_requires_grad(true);
  for (const Parameter& parameter : parameters.all) out.groups.push_back(parameter.group);
  return out;
}

void TorchParameters::ClearGradients() {
  for (at::Tensor& tensor : all) tensor.mutable_grad() = at::Tensor();
}

TorchLora MakeLora(const TorchParameters& parameters, const at::Tensor& features, at::ScalarType dtype) {
  const ParameterLayout& layout = parameters.layout;
  TorchLora lora;
  lora.layers.resize(layout.layers());
  lora.scale = static_cast<double>(layout.alpha) / layout.rank;
  const at::Tensor coefficients = parameters.mapped() ? Coefficients(parameters, features) : at::Tensor();
  for (std::size_t half = 0; half < layout.halves(); ++half) {
    const Projection projection = layout.projection(half);
    const bool is_a = half % 2 == 0;
    const std::int64_t rows = is_a ? layout.rank : layout.interpreter.OutputsOf(projection);
    const std::int64_t columns = is_a ? layout.interpreter.InputsOf(projection) : layout.rank;
    const at::Tensor mixed = Mix(parameters, coefficients, half).to(is_a ? dtype : at::kFloat).unflatten(-1, {rows, columns});
    // unbind: its way back is one stack, where a select a layer would fill the whole with zeros each time.
    const std::vector<at::Tensor> parts = mixed.unbind(mixed.dim() - 3);
    for (std::size_t l = 0; l < parts.size(); ++l) {
      TorchLora::Pair& pair = lora.layers[l][static_cast<std::size_t>(projection)];
      (is_a ? pair.a : pair.b) = parts[l];
    }
  }
  return lora;
}

OptimiserOnDevice::OptimiserOnDevice(const OptimiserOptions& options, const OptimiserState& state, const TorchBase& base)
    : options_(options), steps_(state.steps), first_(UploadAll(state.first, base)), second_(UploadAll(state.second, base)) {}

double OptimiserOnDevice::Step(TorchParameters& parameters, const Rates& rates) {
  const c10::NoGradGuard no_gradients;
  at::Tensor square = at::zeros({}, parameters.all[0].options().dtype(at::kDouble).requires_grad(false));
  for (std::size_t i = 0; i < parameters.all.size(); ++i) {
    const at::Tensor& gradient = parameters.all[i].grad();
    if (rates.Of(parameters.groups[i]) > 0 && gradient.defined()) square += gradient.square().sum(at::kDouble);
  }
  const double norm = std::sqrt(square.item<double>());
  const auto factor = static_cast<double>(ClipFactor(norm, options_.clip_norm));
  ++steps_;
  for (std::size_t i = 0; i < parameters.all.size(); ++i) {
    const float rate = rates.Of(parameters.groups[i]);
    if (rate <= 0 || !parameters.all[i].grad().defined()) continue;
    const AdamWFactors f = FactorsAt(options_.adamw, steps_, static_cast<double>(rate));
    const at::Tensor scaled = parameters.all[i].grad() * factor;
    first_[i].lerp_(scaled, f.beta1_rest);
    second_[i].mul_(f.beta2).addcmul_(scaled, scaled, f.beta2_rest);
    parameters.all[i].addcdiv_(first_[i], second_[i].sqrt().div_(f.second_root).add_(f.epsilon), -f.rate);
  }
  return norm;
}

void OptimiserOnDevice::Give(OptimiserState& state) const {
  state.steps = steps_;
  for (std::size_t i = 0; i < first_.size(); ++i) {
    Download(first_[i], state.first.all[i].numbers);
    Download(second_[i], state.second.all[i].numbers);
  }
}

void Download(const at::Tensor& from, std::vector<float>& to) {
  const at::Tensor host = from.detach().to(at::kCPU, at::kFloat).contiguous();
  std::memcpy(to.data(), host.data_ptr<float>(), to.size() * sizeof(float));
}

}  // namespace paw
