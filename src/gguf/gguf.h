// gguf::File: a strict reader of GGUF version 3 (the writer is gguf/writer.h). The only code of ours that parses GGUF bytes.
//
// Open() proves the whole structure against the actual byte count in one pass, before any engine sees the bytes: magic, version,
// key and tensor counts, string lengths, types, alignment, shapes (checked arithmetic), offsets contiguous, zero padding, data ends
// at the end of the file. Every row of docs/formats.md "hostile files" is refused. Limits: base/limits.h.
//
// Layout (little endian): "GGUF" u32 version=3 u64 n_tensors u64 n_kv | n_kv x (string key, u32 type, value)
//   | n_tensors x (string name, u32 n_dims, u64 ne[n_dims], u32 type, u64 offset) | padding to alignment | tensor data.
//
// Thread rule: a File is immutable after Open. Owner: File does not own the bytes; they must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw::gguf {

// The value types of GGUF, by their numbers in a file.
enum class ValueType : std::uint32_t { kU8 = 0, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64, kI64, kF64 };

std::string_view ValueTypeName(ValueType type);

// Values as GGUF has them; arrays of strings and of numbers only. Numbers are widened: in a scalar unsigned to uint64, signed to
// int64, floats to double (finite); in an array integers and booleans to int64, floats to double.
using Value = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, std::vector<std::string>, std::vector<std::int64_t>,
                           std::vector<double>>;

struct Tensor {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> ne;     // ne[0] is the contiguous dimension: W (outputs, inputs) has ne = {inputs, outputs}
  std::span<const std::byte> data;  // exactly the bytes of the tensor
};

class File {
 public:
  // `what` names the bytes in error messages ("base model smollm2", "adapter.gguf of x.paw").
  static Result<File> Open(std::span<const std::byte> bytes, std::string_view what);

  const Tensor* Find(std::string_view tensor_name) const;  // null when absent
  const std::vector<Tensor>& tensors() const { return tensors_; }
  bool Has(std::string_view key) const;
  // The type in the file; null when the key is absent. The type of an array's items; null when the key is absent or no array.
  std::optional<ValueType> TypeOf(std::string_view key) const;
  std::optional<ValueType> ItemTypeOf(std::string_view key) const;
  std::uint64_t alignment() const { return alignment_; }
  // Typed getters: kRefused with the key, what was found and what was expected when absent or of another type.
  Result<std::int64_t> Int(std::string_view key) const;
  Result<double> Float(std::string_view key) const;
  Result<bool> Bool(std::string_view key) const;
  Result<std::string> String(std::string_view key) const;
  const std::vector<std::string>* Strings(std::string_view key) const;  // null when absent or another type
  const std::vector<std::int64_t>* Ints(std::string_view key) const;
  const std::vector<double>* Floats(std::string_view key) const;
  const std::map<std::string, Value, std::less<>>& values() const { return values_; }
  const std::string& what() const { return what_; }

 private:
  friend class Parser;
  std::string what_;
  std::uint64_t alignment_ = 32;
  std::map<std::string, Value, std::less<>> values_;
  std::map<std::string, ValueType, std::less<>> types_;
  std::map<std::string, ValueType, std::less<>> item_types_;  // of the arrays
  std::vector<Tensor> tensors_;
  std::map<std::string, std::size_t, std::less<>> tensor_index_;
};

}  // namespace paw::gguf
