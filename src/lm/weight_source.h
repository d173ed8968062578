// WeightSource: the tensors of a model under GGUF's names, whichever files they lie in, and the shape that they make.
//
//   a .gguf file   as llama.cpp's converter writes it
//   a folder       config.json and model.safetensors (or shards and their index) as Hugging Face stores a checkpoint: qwen3,
//                  gpt2
//
// TensorTaker is how an engine reads one: by name and shape, and none left over, because a tensor that an engine has no place for (a
// bias, rotary factors) would be left out of its sums silently.
//
// Thread rule: a WeightSource is immutable after Open; a TensorTaker belongs to one thread. Owner: a source holds the mapped files, and
// the bytes of its tensors stay valid while it lives. Errors: kRefused for a malformed file or a tensor that is absent or of another
// shape, kUnimplemented for an architecture that this form cannot hold, kNotFound for a path that is absent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fs/fs.h"
#include "lm/shape.h"
#include "paw/status.h"
#include "tensor/dtype.h"
#include "tensor/safetensors.h"

namespace paw {

// ne as GGUF has it: the contiguous dimension first, so W (outputs, inputs) has ne = {inputs, outputs}.
struct StoredTensor {
  DType dtype = DType::kF32;
  std::vector<std::int64_t> ne;
  std::span<const std::byte> data;
  bool transposed = false;  // the bytes are those of (inputs, outputs): gpt2's Conv1D in a Hugging Face folder, never in blocks
};

class WeightSource {
 public:
  static Result<std::shared_ptr<const WeightSource>> Open(Fs& fs, const std::string& path);

  const ModelShape& shape() const { return shape_; }
  const std::string& what() const { return what_; }  // the path, for messages
  const std::map<std::string, StoredTensor, std::less<>>& tensors() const { return tensors_; }

  // The bytes will be read soon, or will not be read again for long: keeps the memory of a pass over a large model small.
  void Hint(std::span<const std::byte> bytes, Mapping::Access access) const;

 private:
  Status OpenGguf(Fs& fs);
  Status OpenFolder(Fs& fs);

  std::string what_;
  ModelShape shape_;
  Mapping gguf_;
  std::unique_ptr<safetensors::Checkpoint> checkpoint_;
  std::map<std::string, StoredTensor, std::less<>> tensors_;
};

class TensorTaker {
 public:
  explicit TensorTaker(const WeightSource& source) : source_(source) {}

  // Dimensions of 1 at the end do not count.
  Result<const StoredTensor*> Take(std::string_view name, std::vector<std::int64_t> ne);
  // The same as fp32 numbers.
  Result<std::vector<float>> TakeFloats(std::string_view name, const std::vector<std::int64_t>& ne);
  Status ExpectAllTaken() const;

 private:
  const WeightSource& source_;
  std::size_t taken_ = 0;
};

}  // namespace paw
