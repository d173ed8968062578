// TorchBase: the frozen llama-shape base on a device of torch, forward with a LoRA for each spec; torch's autograd is its way back.
//
//   x = embedding[tokens]                                                    (specs, length, width) fp32
//   a layer:  x += output(attention(norm(x)));  x += down(silu(gate(n)) * up(n)), n = norm(x)
//   a projection:  y = W x + alpha / rank * B (A x)       W frozen; A (specs, rank, inputs), B (specs, outputs, rank)
//                  W x is rounded to bf16 before B (A x) is added, the sum is not: a small change would fall between two numbers of bf16
//                  and be lost. What adds it is fp32 until a sum over fp32 terms, a rotation or a product makes the next bf16 number;
//                  the values, which go into attention as they are, get a W x of fp32.
//   rotation: adjacent numbers of a head, as llama's GGUF files store them
//
// Thread rule: immutable after Open; torch decides the rest. Errors: Open's are step_torch.h's; the other functions throw as torch does,
// and Guarded turns that into a Status at the edge. Source of the order of operations: lm/reference/layer.h.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <array>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "lm/shape.h"
#include "lm/weight_source.h"
#include "tools/train_mapper/torch/batch_torch.h"
#include "tools/train_mapper/torch/step_torch.h"

namespace paw {

// The first line of what went wrong: torch adds the stack below it.
std::string FirstLineOf(const std::exception& error);

// work() gives a Result; what it throws becomes kFailed.
template <class Work>
auto Guarded(const char* doing, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    return Failed(std::string(doing) + " on torch: " + FirstLineOf(error));
  }
}

// (layers, kProjectionCount) each; undefined where the shape has none. Without the first dimension where all specs share one.
struct TorchLora {
  struct Pair {
    at::Tensor a;  // (specs, rank, inputs) or (rank, inputs) of the base's dtype
    at::Tensor b;  // (specs, outputs, rank) or (outputs, rank) fp32
  };
  std::vector<std::array<Pair, kProjectionCount>> layers;
  double scale = 1;  // alpha / rank
};

// A PackedBatch on the device.
struct TorchBatch {
  at::Tensor tokens;    // (specs, length) int64
  at::Tensor rotation;  // (specs, length, 1, head_width / 2) complex: cosine and sine of position and pair
  at::Tensor mask;      // (specs, 1, length, length) 0 where a token looks, -inf elsewhere
};

class TorchBase {
 public:
  static Result<std::shared_ptr<const TorchBase>> Open(const WeightSource& source, const TorchOptions& options);

  const ModelShape& shape() const { return shape_; }
  const at::Device& device() const { return device_; }
  at::ScalarType dtype() const { return dtype_; }
  std::int64_t tokens_max() const { return tokens_max_; }

  TorchBatch Upload(const PackedBatch& packed) const;
  // The residual stream after all blocks (specs, length, width) fp32. `lora` may be null. Where `hidden` is not null it gets the stream
  // after each of `layers` (block 0 is the first; shape().layers: after the final norm), and nothing is computed beyond the last of them.
  at::Tensor Forward(const TorchBatch& batch, const TorchLora* lora, const std::vector<std::int32_t>& layers = {},
                     std::vector<at::Tensor>* hidden = nullptr) const;
  at::Tensor FinalNorm(const at::Tensor& x) const;      // fp32 -> fp32
  const at::Tensor& output() const { return output_; }  // (vocabulary, width) fp32

  // A vector's numbers on the device.
  at::Tensor Upload(const std::vector<std::int64_t>& numbers) const;
  at::Tensor Upload(const std::vector<float>& numbers) const;
  at::Tensor Upload(const std::vector<std::uint8_t>& numbers) const;

 private:
  struct Layer {
    at::Tensor attention_norm, feed_norm;                  // (width) fp32
    std::array<at::Tensor, kProjectionCount> projections;  // (outputs, inputs) of dtype
    at::Tensor wide_values;                                // (kv_width, width) fp32
  };
  // What one layer computes with.
  struct Place {
    const Layer& layer;
    const std::array<TorchLora::Pair, kProjectionCount>* lora;
    double scale;
  };
  TorchBase(ModelShape shape, const at::Device& device) : shape_(std::move(shape)), device_(device) {}
  Status Load(const WeightSource& source);
  Result<at::Tensor> Take(TensorTaker& tensors, const std::string& name, const std::vector<std::int64_t>& sizes,
                          at::ScalarType dtype) const;

  // Of x of dtype; fp32.
  at::Tensor Project(const Place& place, Projection projection, const at::Tensor& x) const;
  at::Tensor Attend(const Place& place, const TorchBatch& batch, const at::Tensor& x) const;
  at::Tensor Feed(const Place& place, const at::Tensor& x) const;

  ModelShape shape_;
  at::Device device_;
  at::ScalarType dtype_ = at::kFloat;
  std::int64_t tokens_max_ = 0;
  at::Tensor embedding_;    // (vocabulary, width) of dtype
  at::Tensor output_;       // (vocabulary, width) fp32
  at::Tensor output_norm_;  // (width) fp32
  at::Tensor rotation_;     // (context_max, head_width / 2) complex
  std::vector<Layer> layers_;
};

}  // namespace paw
