// SpecCompiler: our own compiler of a base. A mapper (tools/train_mapper) reads the spec through the base itself and gives the LoRA; there
// is no second model and no language model that writes a pseudo-program.
//
//   spec text ─▶ SpecFeatures (encode/) ─▶ coefficients ─▶ LoRA (mapper/)          prompt: PromptLayoutOf, mostly the spec text as it is
//
// A mapper of no bases is a fixed LoRA: it reads nothing and has no coefficients, and is a compiler all the same.
//
// Thread rule: const after Open; Map uses the threads it was opened with, one call at a time. Owner: shares the base and the mapper's bytes.
// Errors: kRefused for a mapper of another interpreter, one that reads an Encoding, one that was trained on other words than kPrefixText or
// behind an unknown prompt; what encode/ and mapper/ say.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "fs/fs.h"
#include "kernels/thread_pool.h"
#include "mapper/mapper.h"
#include "mapper/mapper_file.h"
#include "paw/status.h"
#include "runtime/program.h"
#include "spec/outputs.h"
#include "tensor/dtype.h"

namespace paw {

// The prompt that the mapper's programs were trained behind (LayoutTemplate of compiler/rows.h): metadata "layout", "spec" where there is
// none. kRefused for any other than spec and chat.
Result<std::string> PromptLayoutOf(const MapperFile& file);

// A mapper that reads the spec through `interpreter`.
Result<Mapper> OpenSpecMapper(MapperFile file, const ModelShape& interpreter, ThreadPool& pool);
// Its coefficients (layers, modules, bases, 2) for a spec.
Result<std::vector<float>> SpecCoefficients(const Mapper& mapper, const BaseModel& interpreter, std::string_view spec, ThreadPool& pool);

// A mapper and its base, opened once for many specs.
class SpecCompiler {
 public:
  static Result<std::unique_ptr<SpecCompiler>> Open(std::shared_ptr<BaseModel> base, MapperFile file, int threads);

  const std::string& layout() const { return layout_; }  // PromptLayoutOf its file
  Result<LoraWeights> Map(std::string_view spec) const;

 private:
  SpecCompiler(std::shared_ptr<BaseModel> base, Mapper mapper, std::string layout, int threads)
      : base_(std::move(base)), mapper_(std::move(mapper)), layout_(std::move(layout)), pool_(threads) {}

  std::shared_ptr<BaseModel> base_;
  Mapper mapper_;
  std::string layout_;
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
