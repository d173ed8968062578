#include "compiler/spec_compiler.h"

#include "adapter/adapter.h"
#include "compiler/draft.h"
#include "compiler/rows.h"
#include "encode/spec_features.h"
#include "fs/posix_fs.h"
#include "mapper/mapper_gguf.h"

namespace paw {

namespace {

constexpr std::string_view kGgufMagic = "GGUF";

}  // namespace

Result<MapperFile> OpenMapperFile(const std::string& path) {
  auto mapping = std::make_shared<const Mapping>(PAW_TRY(PosixFs().Map(path)));
  if (mapping->text().starts_with(kGgufMagic)) return ReadMapperGguf(mapping, mapping->bytes(), path);
  return MapperFileOf(std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(PosixFs(), path))));
}

Status CheckReadsByInterpreter(const MapperShape& mapper, std::string_view what) {
  if (mapper.bases == 0 || !mapper.feature_layers.empty()) return Ok();
  return Refused("opening the compiler " + std::string(what) +
                 ": found a mapper that reads a LoRA compiler's states, expected one with \"feature_layers\"");
}

Result<std::vector<float>> CoefficientsByInterpreter(const Mapper& mapper, const BaseModel& interpreter, std::string_view prompt_text,
                                                     ThreadPool& pool) {
  PAW_TRY(CheckReadsByInterpreter(mapper.shape(), "of this program"));
  if (mapper.shape().bases == 0) return std::vector<float>();
  const auto features =
      PAW_TRY(SpecFeatures(interpreter.lm(), interpreter.tokenizer(), {&prompt_text, 1}, mapper.shape().feature_layers, pool.threads()));
  return mapper.CoefficientsOf(features.front(), pool);
}

Result<std::unique_ptr<SpecCompiler>> SpecCompiler::Open(std::shared_ptr<BaseModel> base, MapperFile file, int threads) {
  ThreadPool pool(threads);
  const std::string what = file.what;
  Mapper mapper = PAW_TRY(Mapper::Open(std::move(file), base->lm().shape(), pool));
  PAW_TRY(CheckReadsByInterpreter(mapper.shape(), what));
  return std::unique_ptr<SpecCompiler>(new SpecCompiler(std::move(base), std::move(mapper), threads));
}

Result<LoraWeights> SpecCompiler::Map(std::string_view prompt_text) const {
  return mapper_.Mix(PAW_TRY(CoefficientsByInterpreter(mapper_, *base_, prompt_text, pool_)), pool_);
}

Result<Bundle> MakeSpecBundle(const BaseModel& base, const SpecBundleOptions& options, const OutputContract& contract,
                              const LoraWeights* lora) {
  const PromptTemplate prompt = PAW_TRY(LayoutTemplate(options.layout, options.spec, ChatStyle::kChatMl));
  Bundle bundle = DraftBundle(ProfileOf({base.sha256(), "", "", 0}), options.spec, contract, prompt);
  ExportOptions as;
  as.dtype = options.dtype;
  as.threads = options.threads;
  as.spread = false;
  Adapter adapter = PAW_TRY(ExportAdapter(lora == nullptr ? ZeroLora(base.lm().shape()) : *lora, base.lm().shape(), as));
  bundle.manifest.lora_rank = adapter.rank;
  bundle.manifest.lora_alpha = adapter.alpha;
  bundle.adapter_gguf = std::move(adapter.gguf);
  return bundle;
}

}  // namespace paw
