// safetensors::File: a strict reader of one safetensors file; Checkpoint: one or more of them as one set of tensors; Write: the writer.
//
// Layout (little endian): u64 header bytes | JSON header {"name": {"dtype", "shape", "data_offsets": [begin, end]}, "__metadata__": {}}
// padded with blanks | tensor data. Open() proves the whole structure against the actual byte count: header length, JSON (no key
// twice), dtypes, shapes (checked arithmetic), offsets that cover the data exactly, without gap or overlap. F32, F16 and BF16 are read.
//
// Thread rule: immutable after Open. Owner: a File does not own its bytes; a Checkpoint owns its mappings.
// Errors: kRefused for a malformed file, with its name, what was found and what was expected; kNotFound for a file that is absent.
// Source: the format's own description (huggingface/safetensors README) and its validator (src/tensor.rs).
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
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw::safetensors {

struct Tensor {
  std::string name;
  DType dtype = DType::kF32;        // kF32, kF16 or kBF16
  std::vector<std::int64_t> shape;  // row-major, the last dimension is contiguous; empty = one number
  std::span<const std::byte> data;  // exactly the bytes of the tensor

  std::int64_t count() const;  // numbers
};

std::string ShapeText(std::span<const std::int64_t> shape);  // "(2, 3)"

class File {
 public:
  // `what` names the bytes in error messages.
  static Result<File> Open(std::span<const std::byte> bytes, std::string_view what);

  const Tensor* Find(std::string_view name) const;                 // null when absent
  const std::vector<Tensor>& tensors() const { return tensors_; }  // by place in the file
  const std::map<std::string, std::string>& metadata() const { return metadata_; }

 private:
  std::vector<Tensor> tensors_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::map<std::string, std::string> metadata_;
};

// A model as Hugging Face stores it: one file, or a folder with model.safetensors or with model.safetensors.index.json and its shards.
class Checkpoint {
 public:
  // `path`: a .safetensors file or a folder. Every tensor that the index names must be in the shard it names, and none twice; shards lie
  // in the folder itself.
  static Result<Checkpoint> Open(Fs& fs, const std::string& path);

  const Tensor* Find(std::string_view name) const;  // null when absent
  // kRefused when it is absent or of another shape.
  Result<const Tensor*> Get(std::string_view name, std::span<const std::int64_t> shape) const;
  const std::map<std::string, const Tensor*, std::less<>>& tensors() const { return tensors_; }
  const std::string& what() const { return what_; }
  const std::map<std::string, std::string>& metadata() const { return files_.front()->metadata(); }  // of the first shard by name
  void Hint(std::span<const std::byte> data, Mapping::Access access) const;                          // Mapping::Hint, for a tensor's bytes

 private:
  Status Add(Fs& fs, const std::string& path);

  std::string what_;
  std::vector<Mapping> mappings_;
  std::vector<std::unique_ptr<File>> files_;
  std::map<std::string, const Tensor*, std::less<>> tensors_;
};

// The numbers of a tensor as fp32. kRefused when one is not finite.
Result<std::vector<float>> ReadFloats(const Tensor& tensor, std::string_view what);

// The bytes of a file; equal arguments give equal bytes. Tensors in the order given, the data begins at a multiple of 8. kRefused for a
// name twice, data that does not fit its shape, or a dtype that the format lacks.
Result<std::vector<std::byte>> Write(std::span<const Tensor> tensors, const std::map<std::string, std::string>& metadata);

}  // namespace paw::safetensors
