#include <cmath>
#include <string>

#include "base/limits.h"
#include "fuzz/suite.h"
#include "fuzz/toy_base.h"
#include "gguf/gguf.h"
#include "lm/adapter_check.h"
#include "lm/tokenizer.h"

namespace paw::fuzz {
namespace {

class GgufSuite : public Suite {
 public:
  GgufSuite(ModelShape shape, std::vector<Sample> samples) : shape_(std::move(shape)), samples_(std::move(samples)) {}

  Bytes Make(Random& random) override { return Mutate(samples_[random.Below(samples_.size())], samples_, random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    const Status checked = CheckAdapter(mutant, shape_, "mutant");
    const Result<LoraWeights> read = ReadAdapter(mutant, shape_, "mutant");
    if (checked.ok() != read.ok() || checked.message() != read.message()) {
      return Failed("two verdicts on one adapter: \"" + checked.message() + "\" and \"" + read.message() + "\"");
    }
    if (read.ok()) {
      PAW_TRY(CheckWeights(*read));
      return Verdict::kAccepted;
    }
    PAW_TRY(CheckRefusal(checked));
    return TryModel(mutant);
  }

  std::uint64_t peak_bytes_max() const override { return 256 * kMiB; }

 private:
  // What the validator promises about every adapter that it lets through.
  Status CheckWeights(const LoraWeights& lora) const {
    if (!(lora.alpha > 0.0f) || !std::isfinite(lora.alpha) || lora.rank < 1 || lora.rank > kAdapterRankMax) {
      return Failed("an accepted adapter of rank " + std::to_string(lora.rank) + " and alpha " + std::to_string(lora.alpha));
    }
    for (const LoraPair& pair : lora.pairs) {
      if (pair.a.empty() != pair.b.empty()) return Failed("an accepted adapter with half a pair");
      for (const float value : pair.a) {
        if (!std::isfinite(value)) return Failed("an accepted adapter with an infinite number");
      }
      for (const float value : pair.b) {
        if (!std::isfinite(value)) return Failed("an accepted adapter with an infinite number");
      }
    }
    return Ok();
  }

  Result<Verdict> TryModel(const Bytes& mutant) const {
    const Result<gguf::File> file = gguf::File::Open(mutant, "mutant");
    if (!file.ok()) {
      PAW_TRY(CheckRefusal(file.status()));
      return Verdict::kRefused;
    }
    const Result<ModelShape> shape = ReadModelShape(*file);
    if (!shape.ok()) PAW_TRY(CheckRefusal(shape.status()));
    const Result<Tokenizer> tokenizer = Tokenizer::Open(*file);
    if (!tokenizer.ok()) PAW_TRY(CheckRefusal(tokenizer.status()));
    if (tokenizer.ok()) {
      const auto tokens = tokenizer->Encode("<|im_start|>user\nurgent later 12!<|im_end|>", SpecialTokens::kParse);
      if (!tokens.ok()) PAW_TRY(CheckRefusal(tokens.status()));
    }
    return shape.ok() && tokenizer.ok() ? Verdict::kAccepted : Verdict::kRefused;
  }

  ModelShape shape_;
  std::vector<Sample> samples_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeGgufSuite() {
  std::vector<Sample> samples = AdapterSamples();
  gguf::ToyModelOptions options = ToyBaseOptions();
  options.layers = 1;
  samples.push_back(GgufSample("toy model F32", gguf::MakeToyModelGguf(options)));
  options.dtype = DType::kQ4_0;
  samples.push_back(GgufSample("toy model Q4_0", gguf::MakeToyModelGguf(options)));
  ModelShape shape = PAW_TRY(ToyBaseShape());
  return std::unique_ptr<Suite>(std::make_unique<GgufSuite>(std::move(shape), std::move(samples)));
}

}  // namespace paw::fuzz
