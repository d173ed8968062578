// SpecCompiler: our own compiler of a base. A mapper (tools/train_mapper) reads the spec through the base itself and gives the LoRA; there
// is no second model and no language model that writes a pseudo-program.
//
//   spec text ─▶ SpecFeatures (encode/) ─▶ coefficients ─▶ LoRA (mapper/)          prompt: the spec text as it is, layout "spec"
//
// Thread rule: const after Open; Map uses the threads it was opened with, one call at a time. Owner: shares the base and the mapper's bytes.
// Errors: kRefused for a mapper of another interpreter or one that reads an Encoding; what encode/ and mapper/ say.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "kernels/thread_pool.h"
#include "mapper/mapper.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "spec/outputs.h"
#include "tensor/dtype.h"

namespace paw {

// A mapper file by its bytes: safetensors (a training checkpoint) or GGUF (as shipped).
Result<MapperFile> OpenMapperFile(const std::string& path);

// Whether the mapper begins from features of the interpreter; kRefused otherwise. `what` names it.
Status CheckReadsByInterpreter(const MapperShape& mapper, std::string_view what);
// The coefficients (layers, modules, bases, 2) for a prompt's text.
Result<std::vector<float>> CoefficientsByInterpreter(const Mapper& mapper, const BaseModel& interpreter, std::string_view prompt_text,
                                                     ThreadPool& pool);

// A mapper and its base, opened once for many specs.
class SpecCompiler {
 public:
  static Result<std::unique_ptr<SpecCompiler>> Open(std::shared_ptr<BaseModel> base, MapperFile file, int threads);

  const Mapper& mapper() const { return mapper_; }
  Result<LoraWeights> Map(std::string_view prompt_text) const;

 private:
  SpecCompiler(std::shared_ptr<BaseModel> base, Mapper mapper, int threads)
      : base_(std::move(base)), mapper_(std::move(mapper)), pool_(threads) {}

  std::shared_ptr<BaseModel> base_;
  Mapper mapper_;
  mutable ThreadPool pool_;
};

// A program in memory. For measurements; `paw compile` writes more.
struct SpecBundleOptions {
  std::string spec;             // in the manifest, and in the prompt where the layout shows it
  std::string layout = "spec";  // compiler/rows.h
  DType dtype = DType::kQ4_0;   // of the adapter
  int threads = 0;
};
// `lora` null: none; outputs as `contract` says.
Result<Bundle> MakeSpecBundle(const BaseModel& base, const SpecBundleOptions& options, const OutputContract& contract,
                              const LoraWeights* lora);

}  // namespace paw
