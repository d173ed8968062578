// The stages of a mapper compile that need the compiler's own models: the pseudo-program by its language model, the LoRA by its mapper.
//
//   AskProfile   spec                    -> the language model's text         (pseudo/lm_writer.h)
//   MapSpec      spec, pseudo-program    -> Encoding -> coefficients -> LoRA  (encode/, mapper/)
//                spec alone              -> features -> coefficients -> LoRA  where the interpreter itself is the encoder (spec_compiler.h)
//
// Each model is opened when its stage runs and closed after it, and the LoRA compiler's layers are streamed, so that the memory is that
// of the largest part. With a StageCache the text and the coefficients of the same inputs are not computed again.
//
// Thread rule: one call uses the machine's cores. Errors: what opening and running the parts say; kRefused for a compiler that does not
// fit the interpreter; nothing is cached after an error.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "lm/lora.h"
#include "lm/shape.h"
#include "mapper/coefficients.h"
#include "mapper/mapper.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "store/compilers.h"
#include "store/stage_cache.h"

namespace paw {

struct MapperOptions {
  CompilerProfile profile;
  std::string pseudo_prompt;          // another text for the language model, {spec} in it; empty = ours
  std::shared_ptr<StageCache> cache;  // null: every stage is run
};

// The base that the programs run on. A compiler with a LoRA compiler of its own needs its shape alone; one that reads by the interpreter
// needs the base itself.
struct Interpreter {
  ModelShape shape;
  std::string sha256;
  std::shared_ptr<const BaseModel> base = nullptr;  // null: not opened
};
Interpreter InterpreterOf(std::shared_ptr<const BaseModel> base);

struct StageHooks {
  int threads = 0;
  const CancelFlag* cancel = nullptr;
  std::function<void(std::string_view stage, std::int64_t done, std::int64_t total)> progress = {};
};

struct AskedText {
  std::string text;
  bool cached = false;
};

// The prompt that the compiler's programs stand behind (LayoutTemplate of compiler/rows.h), unless another is asked for.
Result<std::string> PromptLayoutOf(const CompilerProfile& profile);

// kUsage for a profile without a language model.
Result<AskedText> AskProfile(const MapperOptions& options, std::string_view spec, const StageHooks& hooks);

struct MappedProgram {
  LoraWeights lora;
  CoefficientForm coefficients;
  bool cached = false;
};

// `pseudo_program`: what a LoRA compiler reads beside the spec. One that reads by the interpreter reads the spec and nothing else, whatever
// stands in the prompt.
Result<MappedProgram> MapSpec(const MapperOptions& options, std::string_view spec, std::string_view pseudo_program,
                              const Interpreter& interpreter, const StageHooks& hooks);

// The LoRA that the coefficients stand for; of the compiler only its mapper is opened.
Result<LoraWeights> ExpandProgram(const CompilerProfile& profile, const CoefficientForm& form, const Interpreter& interpreter,
                                  const StageHooks& hooks);

// What `paw compiler add` shows: opens everything and holds it together, without reading all weights.
struct CompilerFacts {
  ModelShape compiler;  // the interpreter's own where that is the encoder
  MapperShape mapper;
  std::int32_t tokens = 0;  // of the tokenizer
  bool think_block = false;
};
Result<CompilerFacts> InspectCompiler(const CompilerProfile& profile, const ModelShape& interpreter, const StageHooks& hooks);

}  // namespace paw
