// gguf::Writer: builds a GGUF version 3 file in memory. Keys and tensors stand in the order of the calls; equal calls give equal bytes.
//
// Thread rule: one Writer belongs to one thread. Owner: the Writer copies what it is given.
// Errors: AddTensor refuses data that does not fit its shape (kInternal) or numbers that cannot be stored (kRefused). Setting a key or
// adding a tensor a second time is a bug of the caller: the file then fails gguf::File::Open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/gguf.h"
#include "paw/status.h"
#include "tensor/dtype.h"

namespace paw::gguf {

class Writer {
 public:
  void SetString(std::string_view key, std::string_view value);
  void SetU32(std::string_view key, std::uint32_t value);
  void SetF32(std::string_view key, float value);
  void SetBool(std::string_view key, bool value);
  void SetStrings(std::string_view key, std::span<const std::string> values);
  void SetI32s(std::string_view key, std::span<const std::int32_t> values);

  // ne[0] is the contiguous dimension; `data` holds exactly the bytes of the tensor.
  Status AddTensor(std::string_view name, DType dtype, std::span<const std::int64_t> ne, std::span<const std::byte> data);
  // The same from fp32, stored as `dtype`.
  Status AddTensor(std::string_view name, DType dtype, std::span<const std::int64_t> ne, std::span<const float> weights);

  // The whole file. The Writer is spent afterwards.
  std::vector<std::byte> Finish();

 private:
  void BeginKey(std::string_view key, ValueType type);

  std::uint64_t keys_ = 0;
  std::uint64_t tensors_ = 0;
  std::vector<std::byte> key_bytes_;
  std::vector<std::byte> tensor_bytes_;  // descriptions
  std::vector<std::byte> data_;
};

}  // namespace paw::gguf
