#include <array>
#include <string>
#include <utility>

#include "base/limits.h"
#include "fuzz/engines.h"
#include "fuzz/suite.h"
#include "fuzz/toy_base.h"
#include "gguf/writer.h"
#include "lm/adapter_check.h"

namespace paw::fuzz {
namespace {

constexpr int kTriesMax = 200;  // mutants drawn until the validator accepts one

// Numbers at the edges of what a format can hold.
float Extreme(Random& random) {
  constexpr std::array<float, 12> kEdges = {0.0f, -0.0f, 1.0f, -1.0f, 1e-8f, -1e-20f, 65504.0f, -65504.0f, 1e-45f, 1e4f, -3.4e4f, 6e-8f};
  return kEdges[random.Below(kEdges.size())];
}

// An adapter that the validator should accept, with all that it leaves free drawn at random: which pairs, the format of each tensor,
// the rank, alpha, the order of tensors and keys, and numbers up to the largest.
Bytes Draw(const ModelShape& shape, Random& random) {
  constexpr std::array<DType, 6> kFormats = {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0};
  constexpr std::array<std::int32_t, 8> kRanks = {1, 2, 3, 8, 31, 32, 64, 256};
  constexpr std::array<float, 6> kAlphas = {16.0f, 1e-30f, 3.0e38f, 1.0f, 1e-45f, 512.0f};
  const std::int32_t rank = kRanks[random.Below(kRanks.size())];
  const bool extreme = random.Below(2) == 0;
  gguf::Writer writer;
  writer.SetF32("adapter.lora.alpha", random.Below(2) == 0 ? 16.0f : kAlphas[random.Below(kAlphas.size())]);
  writer.SetString("adapter.type", "lora");
  if (random.Below(4) == 0) writer.SetString("general.name", std::string(random.Below(2000), 'n'));
  writer.SetString("general.type", "adapter");
  writer.SetString("general.architecture", shape.architecture);
  if (random.Below(4) == 0) writer.SetU32("general.alignment", 32);
  std::vector<std::pair<std::string, std::array<std::int64_t, 2>>> tensors;
  for (std::int32_t layer = 0; layer < shape.layers; ++layer) {
    for (int i = 0; i < kProjectionCount; ++i) {
      const auto projection = static_cast<Projection>(i);
      if (!shape.HasProjection(projection) || random.Below(3) != 0) continue;
      const std::string stem = "blk." + std::to_string(layer) + "." + ProjectionName(projection) + ".weight.lora_";
      tensors.push_back({stem + "a", {shape.InputsOf(projection), rank}});
      tensors.push_back({stem + "b", {rank, shape.OutputsOf(projection)}});
    }
  }
  random.Shuffle(tensors);
  for (const auto& [name, ne] : tensors) {
    DType dtype = kFormats[random.Below(kFormats.size())];
    if (ne[0] % BlockWeights(dtype) != 0) dtype = DType::kF16;
    std::vector<float> numbers(static_cast<std::size_t>(ne[0] * ne[1]));
    for (float& number : numbers) number = extreme && random.Below(8) == 0 ? Extreme(random) : random.Uniform(-1.0f, 1.0f);
    if (!writer.AddTensor(name, dtype, ne, std::span<const float>(numbers)).ok()) return {};
  }
  return writer.Finish();
}

class RunSuite : public Suite {
 public:
  RunSuite(ModelShape shape, std::vector<Engine> engines)
      : shape_(std::move(shape)), engines_(std::move(engines)), samples_(AdapterSamples()) {}

  // Half are drawn well-formed, half are mutants that the validator lets through.
  Bytes Make(Random& random) override {
    if (random.Below(2) == 0) return Draw(shape_, random);
    for (int i = 0; i < kTriesMax; ++i) {
      Bytes mutant = Mutate(samples_[random.Below(samples_.size())], samples_, random);
      if (CheckAdapter(mutant, shape_, "mutant").ok()) return mutant;
    }
    return {};
  }

  Result<Verdict> Try(const Bytes& mutant) override {
    const Status checked = CheckAdapter(mutant, shape_, "mutant");
    if (!checked.ok()) {
      PAW_TRY(CheckRefusal(checked));
      return Verdict::kRefused;
    }
    for (Engine& engine : engines_) {
      const Status status = RunOne(engine, mutant);
      if (!status.ok()) return Failed("the engine " + engine.model->engine_id() + " on an accepted adapter: " + status.message());
    }
    return Verdict::kAccepted;
  }

  std::uint64_t peak_bytes_max() const override { return 1 * kGiB; }

 private:
  static Status RunOne(Engine& engine, const Bytes& adapter_gguf) {
    const AdapterId adapter = PAW_TRY(engine.model->AddAdapter(adapter_gguf));
    Status status = ComputeOneToken(engine, adapter);
    engine.model->RemoveAdapter(adapter);
    return status;
  }

  ModelShape shape_;
  std::vector<Engine> engines_;
  std::vector<Sample> samples_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeRunSuite() {
  ModelShape shape = PAW_TRY(ToyBaseShape());
  TemporaryFile base;
  PAW_TRY(base.Write(gguf::MakeToyModelGguf(ToyBaseOptions())));
  std::vector<Engine> engines;
  engines.reserve(kOpeners.size());
  for (const ModelOpener open : kOpeners) engines.push_back(PAW_TRY(OpenEngine(open, base.path())));
  return std::unique_ptr<Suite>(std::make_unique<RunSuite>(std::move(shape), std::move(engines)));
}

}  // namespace paw::fuzz
