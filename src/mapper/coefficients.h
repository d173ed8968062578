// CoefficientForm: a mapper program as the few numbers in which it differs from every other one of the same compiler, and its bytes.
// Whoever has the compiler's mapper expands it to exactly the LoRA that was mapped, on any machine. Of a fixed LoRA (a mapper of no
// bases) there are none: which mapper it was says all.
//
// Layout (little endian), 25,088 numbers take 100,472 bytes for Qwen3-0.6B:
//   "PAWCOEFF" | u32 version = 1 | u32 layers | u32 modules | u32 bases | sha256 of the mapper's file | sha256 of the interpreter's file
//   fp32 coefficients (layers, modules, bases, 2), A then B | sha256 of all bytes before
//
// Thread rule: pure functions on plain values. Owner: a CoefficientForm owns its numbers. Errors: kRefused for bytes that are not exactly
// such a file, and for a mapper or an interpreter other than the one it was made with; found and expected are named.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "mapper/mapper.h"
#include "paw/status.h"

namespace paw {

struct CoefficientForm {
  Sha256Digest mapper{};       // of the mapper checkpoint
  Sha256Digest interpreter{};  // of the interpreter's file
  std::int32_t layers = 0;
  std::int32_t modules = 0;
  std::int32_t bases = 0;           // 0: a fixed LoRA
  std::vector<float> coefficients;  // (layers, modules, bases, 2)
};

Result<std::vector<std::byte>> WriteCoefficients(const CoefficientForm& form);

// `what` names the bytes in error messages.
Result<CoefficientForm> ReadCoefficients(std::span<const std::byte> bytes, std::string_view what);

// What Mapper::Mix makes of the coefficients. `mapper_digest` and `interpreter_digest` are those of `mapper`'s own files.
Result<LoraWeights> Expand(const CoefficientForm& form, const Mapper& mapper, const Sha256Digest& mapper_digest,
                           const Sha256Digest& interpreter_digest, ThreadPool& pool, std::string_view what);

}  // namespace paw
