#include "compiler/spec_compiler.h"

#include <algorithm>

#include "adapter/adapter.h"
#include "compiler/compiler.h"
#include "compiler/rows.h"
#include "encode/spec_features.h"
#include "fs/posix_fs.h"
#include "mapper/mapper_gguf.h"

namespace paw {

Result<MapperFile> OpenMapperFile(const std::string& path) {
  if (!path.ends_with(".gguf")) {
    return MapperFileOf(std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(PosixFs(), path))));
  }
  auto mapping = std::make_shared<const Mapping>(PAW_TRY(PosixFs().Map(path)));
  return ReadMapperGguf(mapping, mapping->bytes(), path);
}

Result<MapperFile> BuiltInMapper(std::string_view base_sha256) {
  return NotFound("looking for a compiler of base " + std::string(base_sha256.substr(0, 12)) + ": found none in this build, expected --mapper FILE");
}

std::string SpecPromptText(const Spec& spec, std::span<const Example> examples) {
  std::string text = spec.body;
  for (const Example& example : examples.first(std::min(examples.size(), kSpecExamplesMax))) {
    text.append("\n\nInput: ").append(example.input).append("\nOutput: ").append(example.output);
  }
  return text;
}

Result<std::unique_ptr<SpecCompiler>> SpecCompiler::Open(std::shared_ptr<BaseModel> base, MapperFile file, int threads) {
  ThreadPool pool(threads);
  const std::string what = file.what;
  Mapper mapper = PAW_TRY(Mapper::Open(std::move(file), base->lm().shape(), pool));
  if (mapper.shape().bases > 0 && mapper.shape().feature_layers.empty()) {
    return Refused("opening " + what + ": found a mapper that reads a LoRA compiler's states, expected one with \"feature_layers\"");
  }
  return std::unique_ptr<SpecCompiler>(new SpecCompiler(std::move(base), std::move(mapper), threads));
}

Result<std::vector<float>> SpecCompiler::Coefficients(std::string_view prompt_text) const {
  std::vector<std::vector<float>> features(1);
  if (mapper_.shape().bases > 0) {
    features = PAW_TRY(SpecFeatures(base_->lm(), base_->tokenizer(), {&prompt_text, 1}, mapper_.shape().feature_layers, pool_.threads()));
  }
  return mapper_.CoefficientsOf(features.front(), pool_);
}

Result<LoraWeights> SpecCompiler::Mix(std::span<const float> coefficients) const { return mapper_.Mix(coefficients, pool_); }

Result<LoraWeights> SpecCompiler::Map(std::string_view prompt_text) const { return Mix(PAW_TRY(Coefficients(prompt_text))); }

Result<Bundle> MakeSpecBundle(const BaseModel& base, const std::string& spec_text, const std::string& prompt_text,
                              const OutputContract& contract, const LoraWeights* lora, DType dtype, int threads) {
  BaseProfile profile;
  const BaseProfile* known = FindBuiltInProfile(base.sha256());
  if (known != nullptr) profile = *known;
  profile.sha256 = base.sha256();
  Bundle bundle;
  bundle.manifest = ManifestFor(profile);
  bundle.manifest.spec = spec_text;
  RecordOutputs(contract, *bundle.manifest.paw);
  bundle.prompt_template = PAW_TRY(LayoutTemplate("spec", prompt_text, ChatStyle::kChatMl)).text();
  LoraWeights none;
  none.rank = 32;
  none.layers = base.lm().shape().layers;
  none.pairs.resize(static_cast<std::size_t>(none.layers) * kProjectionCount);
  ExportOptions options;
  options.dtype = dtype;
  options.threads = threads;
  options.spread = false;
  Adapter adapter = PAW_TRY(ExportAdapter(lora == nullptr ? none : *lora, base.lm().shape(), options));
  bundle.manifest.lora_rank = adapter.rank;
  bundle.manifest.lora_alpha = adapter.alpha;
  bundle.adapter_gguf = std::move(adapter.gguf);
  return bundle;
}

}  // namespace paw
