#include <utility>

#include "base/limits.h"
#include "fuzz/engines.h"
#include "fuzz/suite.h"
#include "fuzz/toy_base.h"
#include "gguf/gguf.h"

namespace paw::fuzz {
namespace {

constexpr int kTriesMax = 50;  // mutants drawn until the reader accepts one

class ModelSuite : public Suite {
 public:
  explicit ModelSuite(std::vector<Sample> samples) : samples_(std::move(samples)) {}

  Bytes Make(Random& random) override {
    Bytes mutant;
    for (int i = 0; i < kTriesMax; ++i) {
      mutant = Mutate(samples_[random.Below(samples_.size())], samples_, random);
      if (gguf::File::Open(mutant, "mutant").ok()) break;
    }
    return mutant;
  }

  // An engine may refuse a model in any way that is a Status; what it opens it must run.
  Result<Verdict> Try(const Bytes& mutant) override {
    PAW_TRY(file_.Write(mutant));
    int opened = 0;
    for (const ModelOpener open : kOpeners) {
      Result<Engine> engine = OpenEngine(open, file_.path());
      if (!engine.ok()) continue;
      ++opened;
      const Status status = ComputeOneToken(*engine, kNoAdapter);
      if (!status.ok()) return Failed("the engine " + engine->model->engine_id() + " on a model that it opened: " + status.message());
    }
    return opened > 0 ? Verdict::kAccepted : Verdict::kRefused;
  }

  std::uint64_t peak_bytes_max() const override { return 1 * kGiB; }

 private:
  std::vector<Sample> samples_;
  TemporaryFile file_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeModelSuite() {
  std::vector<Sample> samples;
  gguf::ToyModelOptions options = ToyBaseOptions();
  options.layers = 1;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kQ8_0, DType::kQ4_0}) {
    options.dtype = dtype;
    samples.push_back(GgufSample("toy model " + std::string(DTypeName(dtype)), gguf::MakeToyModelGguf(options)));
  }
  options.architecture = "gpt2";
  options.context_max = 64;
  options.dtype = DType::kF32;
  samples.push_back(GgufSample("toy model gpt2", gguf::MakeToyModelGguf(options)));
  return std::unique_ptr<Suite>(std::make_unique<ModelSuite>(std::move(samples)));
}

}  // namespace paw::fuzz
