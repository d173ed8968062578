#include "compiler/spec_compiler.h"

#include "adapter/adapter.h"
#include "base/text.h"
#include "compiler/draft.h"
#include "compiler/rows.h"
#include "encode/spec_features.h"

namespace paw {
namespace {

// Null where the metadata has no such key.
const std::string* MetadataOf(const std::map<std::string, std::string>& metadata, const char* key) {
  const auto found = metadata.find(key);
  return found == metadata.end() ? nullptr : &found->second;
}

// Whether the mapper begins from the features that encode/spec_features.h gives today.
Status CheckReadsFeatures(const Mapper& mapper, const std::string& what) {
  if (mapper.shape().bases == 0) return Ok();
  if (mapper.shape().feature_layers.empty()) {
    return Refused("opening " + what + ": found a mapper that reads a LoRA compiler's states, expected one with \"feature_layers\"");
  }
  const std::string* prefix = MetadataOf(mapper.metadata(), "prefix_text");
  if (prefix == nullptr || *prefix == kPrefixText) return Ok();
  return Refused("opening " + what + ": metadata \"prefix_text\": found " + Quoted(*prefix) + ", expected " + Quoted(kPrefixText) +
                 ", whose states this version reads");
}

}  // namespace

Result<std::string> PromptLayoutOf(const MapperFile& file) {
  const std::string* layout = MetadataOf(file.metadata, "layout");
  if (layout == nullptr) return std::string("spec");
  if (*layout == "spec" || *layout == "chat") return *layout;
  return Refused("opening " + file.what + ": metadata \"layout\": found " + Quoted(*layout) + ", expected spec or chat");
}

Result<Mapper> OpenSpecMapper(MapperFile file, const ModelShape& interpreter, ThreadPool& pool) {
  const std::string what = file.what;
  Mapper mapper = PAW_TRY(Mapper::Open(std::move(file), interpreter, pool));
  PAW_TRY(CheckReadsFeatures(mapper, what));
  return mapper;
}

Result<std::vector<float>> SpecCoefficients(const Mapper& mapper, const BaseModel& interpreter, std::string_view spec, ThreadPool& pool) {
  if (mapper.shape().bases == 0) return std::vector<float>();
  const auto features =
      PAW_TRY(SpecFeatures(interpreter.lm(), interpreter.tokenizer(), {&spec, 1}, mapper.shape().feature_layers, pool.threads()));
  return mapper.CoefficientsOf(features.front(), pool);
}

Result<std::unique_ptr<SpecCompiler>> SpecCompiler::Open(std::shared_ptr<BaseModel> base, MapperFile file, int threads) {
  ThreadPool pool(threads);
  std::string layout = PAW_TRY(PromptLayoutOf(file));
  Mapper mapper = PAW_TRY(OpenSpecMapper(std::move(file), base->lm().shape(), pool));
  return std::unique_ptr<SpecCompiler>(new SpecCompiler(std::move(base), std::move(mapper), std::move(layout), threads));
}

Result<LoraWeights> SpecCompiler::Map(std::string_view spec) const {
  return mapper_.Mix(PAW_TRY(SpecCoefficients(mapper_, *base_, spec, pool_)), pool_);
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
