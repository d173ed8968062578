#include "tools/train_mapper/torch/base_torch.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace paw {
namespace {

#if TORCH_VERSION_MAJOR >= 2
constexpr bool kFusedAttention = true;
#else
constexpr bool kFusedAttention = false;
#endif

// y = x / sqrt(mean(x^2) + epsilon) * weight as `dtype`. Written out, because autograd would keep each of its steps.
class Norm : public torch::autograd::Function<Norm> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& weight, double epsilon,
                            std::int64_t dtype) {
    const at::Tensor inverse = x.square().mean(-1, true).add_(epsilon).rsqrt_();
    context->save_for_backward({x, weight, inverse});
    return x.mul(inverse).mul_(weight).to(static_cast<at::ScalarType>(dtype));
  }

  // With s = weight * d_y:  d_x = inverse * s - x * inverse^3 * mean(s x)
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &weight = saved[1], &inverse = saved[2];
    const at::Tensor s = gradients[0].to(at::kFloat).mul(weight);
    const at::Tensor along = s.mul(x).mean(-1, true).mul_(inverse.pow(3));
    return {s.mul(inverse).addcmul_(x, along, -1), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

// silu(gate) * up of fp32 numbers as `dtype`; what the way back needs is kept as `dtype` too.
class Gated : public torch::autograd::Function<Gated> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& gate, const at::Tensor& up, std::int64_t dtype) {
    const auto type = static_cast<at::ScalarType>(dtype);
    context->save_for_backward({gate.to(type), up.to(type)});
    return at::silu(gate).mul_(up).to(type);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context, torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor gate = saved[0].to(at::kFloat), up = saved[1].to(at::kFloat), d = gradients[0].to(at::kFloat);
    return {at::silu_backward(d.mul(up), gate), at::silu(gate).mul_(d), at::Tensor()};
  }
};

// Each pair of neighbours of a head as a complex number, turned by its angle. x (specs, length, heads, head_width) fp32.
at::Tensor Rotate(const at::Tensor& x, const at::Tensor& rotation, at::ScalarType dtype) {
  std::vector<std::int64_t> pairs = x.sizes().vec();
  pairs.back() /= 2;
  pairs.push_back(2);
  const at::Tensor turned = at::view_as_complex(x.reshape(pairs)) * rotation;
  return at::view_as_real(turned).flatten(-2).to(dtype);
}

// All (specs, heads, length, head_width).
at::Tensor Attention(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values, const at::Tensor& mask) {
#if TORCH_VERSION_MAJOR >= 2
  return at::scaled_dot_product_attention(queries, keys, values, mask);
#else
  const double scale = 1.0 / std::sqrt(static_cast<double>(queries.size(-1)));
  const at::Tensor scores = at::matmul(queries, keys.transpose(-1, -2)).to(at::kFloat).mul(scale) + mask;
  return at::matmul(at::softmax(scores, -1).to(values.scalar_type()), values);
#endif
}

// (context, head_width / 2): the angle position * base^(-2i / head_width) of each pair, taken in fp64 as the reference does.
at::Tensor RotationTable(const ModelShape& shape) {
  const std::int64_t half = shape.head_width / 2;
  const at::Tensor positions = at::arange(shape.context_max, at::kDouble).unsqueeze(1);
  const at::Tensor exponents = at::arange(half, at::kDouble).mul_(-2.0 / shape.head_width);
  const at::Tensor angles = positions * at::pow(static_cast<double>(shape.rope_base), exponents).unsqueeze(0);
  return at::complex(angles.cos().to(at::kFloat), angles.sin().to(at::kFloat));
}

template <class Number>
at::Tensor Copy(const std::vector<Number>& numbers, at::ScalarType dtype, const at::Device& device) {
  at::Tensor view =
      at::from_blob(const_cast<Number*>(numbers.data()), {static_cast<std::int64_t>(numbers.size())}, at::TensorOptions(dtype));
  return device.is_cpu() ? view.clone() : view.to(device);
}

Status CheckBase(const WeightSource& source) {
  if (source.shape().architecture != "llama") {
    return Unimplemented("opening " + source.what() + " on torch: found architecture " + source.shape().architecture + ", expected llama");
  }
  return Ok();
}

Result<at::Device> DeviceOf(const std::string& name) {
  if (name == "cpu") return at::Device(at::kCPU);
  if (name != "cuda") return Usage("choosing the device: found \"" + name + "\", expected cuda or cpu");
  if (!at::globalContext().hasCUDA())
    return Usage("choosing the device: found no CUDA device that this torch can use, expected one for cuda");
  return at::Device(at::kCUDA, 0);
}

// Settings of the process.
void SetUpTorch(const TorchOptions& options) {
  at::Context& context = at::globalContext();
  context.setFloat32MatmulPrecision(options.precision == TorchPrecision::kFp32 ? "highest" : "high");
  context.setAllowBF16ReductionCuBLAS(false);  // sums of bf16 products stay fp32
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  context.setSDPUseCuDNN(false);  // it plans anew for every length
#endif
  if (options.device == "cpu" && options.threads > 0) at::set_num_threads(options.threads);
}

}  // namespace

std::string FirstLineOf(const std::exception& error) {
  const auto* own = dynamic_cast<const c10::Error*>(&error);
  const std::string all = own == nullptr ? error.what() : own->what_without_backtrace();
  return all.substr(0, all.find('\n'));
}

Result<std::shared_ptr<const TorchBase>> TorchBase::Open(const WeightSource& source, const TorchOptions& options) {
  PAW_TRY(CheckBase(source));
  const at::Device device = PAW_TRY(DeviceOf(options.device));
  const std::shared_ptr<TorchBase> base(new TorchBase(source.shape(), device));
  base->dtype_ = options.precision == TorchPrecision::kBf16 ? at::kBFloat16 : at::kFloat;
  base->tokens_max_ = options.tokens_max;
  SetUpTorch(options);
  PAW_TRY(base->Load(source));
  return std::shared_ptr<const TorchBase>(base);
}

Result<at::Tensor> TorchBase::Take(TensorTaker& tensors, const std::string& name, const std::vector<std::int64_t>& sizes,
                                   at::ScalarType dtype) const {
  const std::vector<float> numbers = PAW_TRY(tensors.TakeFloats(name, {sizes.rbegin(), sizes.rend()}));
  return Upload(numbers).view(sizes).to(dtype);
}

Status TorchBase::Load(const WeightSource& source) {
  TensorTaker tensors(source);
  const std::int64_t width = shape_.width, vocabulary = shape_.vocabulary;
  output_ = PAW_TRY(Take(tensors, "token_embd.weight", {vocabulary, width}, at::kFloat));
  embedding_ = output_.to(dtype_);
  if (!shape_.tied_output) output_ = PAW_TRY(Take(tensors, "output.weight", {vocabulary, width}, at::kFloat));
  output_norm_ = PAW_TRY(Take(tensors, "output_norm.weight", {width}, at::kFloat));
  for (std::int32_t l = 0; l < shape_.layers; ++l) {
    const std::string block = "blk." + std::to_string(l) + ".";
    Layer& layer = layers_.emplace_back();
    layer.attention_norm = PAW_TRY(Take(tensors, block + "attn_norm.weight", {width}, at::kFloat));
    layer.feed_norm = PAW_TRY(Take(tensors, block + "ffn_norm.weight", {width}, at::kFloat));
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto p = static_cast<Projection>(i);
      if (!shape_.HasProjection(p)) continue;
      layer.projections[static_cast<std::size_t>(i)] =
          PAW_TRY(Take(tensors, block + ProjectionName(p) + ".weight", {shape_.OutputsOf(p), shape_.InputsOf(p)}, at::kFloat));
    }
    layer.wide_values = layer.projections[static_cast<std::size_t>(Projection::kV)];
    for (at::Tensor& projection : layer.projections) {
      if (projection.defined()) projection = projection.to(dtype_);
    }
  }
  PAW_TRY(tensors.ExpectAllTaken());
  rotation_ = RotationTable(shape_).to(device_);
  return Ok();
}

at::Tensor TorchBase::Upload(const std::vector<std::int64_t>& numbers) const { return Copy(numbers, at::kLong, device_); }
at::Tensor TorchBase::Upload(const std::vector<float>& numbers) const { return Copy(numbers, at::kFloat, device_); }
at::Tensor TorchBase::Upload(const std::vector<std::uint8_t>& numbers) const { return Copy(numbers, at::kByte, device_); }

TorchBatch TorchBase::Upload(const PackedBatch& packed) const {
  const std::int64_t specs = packed.count(), length = packed.length;
  TorchBatch batch;
  batch.tokens = Upload(packed.tokens).view({specs, length});
  batch.rotation = rotation_.index_select(0, Upload(packed.positions)).view({specs, length, 1, shape_.head_width / 2});
  const at::Tensor segments = Upload(packed.segments).view({specs, length});
  const at::Tensor from = segments.unsqueeze(2), to = segments.unsqueeze(1), order = at::arange(length, segments.options());
  const at::Tensor visible = (to.eq(0) | to.eq(from)) & order.unsqueeze(0).le(order.unsqueeze(1));  // (specs, length, length)
  const auto floats = segments.options().dtype(kFusedAttention ? dtype_ : at::kFloat);
  batch.mask =
      at::zeros({specs, length, length}, floats).masked_fill_(visible.logical_not(), -std::numeric_limits<double>::infinity()).unsqueeze(1);
  return batch;
}

at::Tensor TorchBase::Project(const Place& place, Projection projection, const at::Tensor& x) const {
  const auto at = static_cast<std::size_t>(projection);
  // (specs, length, outputs)
  const at::Tensor y = projection == Projection::kV ? at::linear(x.to(at::kFloat), place.layer.wide_values)
                                                    : at::linear(x, place.layer.projections[at]).to(at::kFloat);
  if (place.lora == nullptr) return y;
  const TorchLora::Pair& pair = (*place.lora)[at];
  const at::Tensor low = at::matmul(x, pair.a.transpose(-1, -2)).to(at::kFloat);  // (specs, length, rank)
  if (pair.b.dim() == 3) return at::baddbmm(y, low, pair.b.transpose(1, 2), 1, place.scale);
  return at::addmm(y.flatten(0, 1), low.flatten(0, 1), pair.b.t(), 1, place.scale).view(y.sizes());
}

at::Tensor TorchBase::Attend(const Place& place, const TorchBatch& batch, const at::Tensor& x) const {
  const std::int64_t specs = x.size(0), length = x.size(1), head = shape_.head_width;
  const at::Tensor queries = Rotate(Project(place, Projection::kQ, x).view({specs, length, shape_.heads, head}), batch.rotation, dtype_);
  at::Tensor keys = Rotate(Project(place, Projection::kK, x).view({specs, length, shape_.kv_heads, head}), batch.rotation, dtype_);
  at::Tensor values = Project(place, Projection::kV, x).to(dtype_).view({specs, length, shape_.kv_heads, head});
  const std::int64_t shared_by = shape_.heads / shape_.kv_heads;
  if (shared_by > 1) {  // the fused attention takes a mask or grouped heads, not both
    keys = keys.unsqueeze(3).expand({-1, -1, -1, shared_by, -1}).flatten(2, 3);
    values = values.unsqueeze(3).expand({-1, -1, -1, shared_by, -1}).flatten(2, 3);
  }
  const at::Tensor mask = batch.mask.expand({-1, shape_.heads, -1, -1});
  const at::Tensor attended = Attention(queries.transpose(1, 2), keys.transpose(1, 2), values.transpose(1, 2), mask);
  return Project(place, Projection::kOutput, attended.transpose(1, 2).reshape({specs, length, shape_.query_width()}));
}

at::Tensor TorchBase::Feed(const Place& place, const at::Tensor& x) const {
  const at::Tensor active =
      Gated::apply(Project(place, Projection::kGate, x), Project(place, Projection::kUp, x), static_cast<std::int64_t>(dtype_));
  return Project(place, Projection::kDown, active);
}

at::Tensor TorchBase::Forward(const TorchBatch& batch, const TorchLora* lora, const std::vector<std::int32_t>& layers,
                              std::vector<at::Tensor>* hidden) const {
  const std::int64_t specs = batch.tokens.size(0), length = batch.tokens.size(1), dtype = static_cast<std::int64_t>(dtype_);
  const std::int32_t last = hidden == nullptr || layers.empty() ? shape_.layers : *std::max_element(layers.begin(), layers.end());
  std::vector<at::Tensor> after;  // each block computed
  at::Tensor x = embedding_.index_select(0, batch.tokens.flatten()).view({specs, length, shape_.width}).to(at::kFloat);
  for (std::int32_t l = 0; l < shape_.layers && l <= last; ++l) {
    const auto at = static_cast<std::size_t>(l);
    const Place place{layers_[at], lora == nullptr ? nullptr : &lora->layers[at], lora == nullptr ? 0.0 : lora->scale};
    x = x + Attend(place, batch, Norm::apply(x, place.layer.attention_norm, shape_.norm_epsilon, dtype));
    x = x + Feed(place, Norm::apply(x, place.layer.feed_norm, shape_.norm_epsilon, dtype));
    if (hidden != nullptr) after.push_back(x);
  }
  if (hidden != nullptr) {
    for (const std::int32_t layer : layers) {
      hidden->push_back(layer == shape_.layers ? FinalNorm(x) : after[static_cast<std::size_t>(layer)]);
    }
  }
  return x;
}

at::Tensor TorchBase::FinalNorm(const at::Tensor& x) const {
  return Norm::apply(x, output_norm_, static_cast<double>(shape_.norm_epsilon), static_cast<std::int64_t>(at::kFloat));
}

}  // namespace paw
