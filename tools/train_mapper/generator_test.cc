// The generator against the mapper that runs programs, and its gradients against differences of the loss.
#include "tools/train_mapper/generator.h"

#include <gmock/gmock.h>

#include <cmath>

#include "base/random.h"
#include "fs/memory_fs.h"
#include "mapper/mapper.h"
#include "mapper/mapper_gguf.h"
#include "tools/train_mapper/checkpoint.h"

namespace paw {
namespace {

ModelShape SmallLlama() {
  ModelShape shape;
  shape.architecture = "llama";
  shape.layers = 3;
  shape.width = 36;
  shape.heads = 3;
  shape.kv_heads = 1;
  shape.head_width = 12;
  shape.ff_width = 52;
  return shape;
}

ParameterLayout SmallLayout(std::int32_t bases) {
  ParameterLayout layout;
  layout.interpreter = SmallLlama();
  layout.features = 2 * 36;
  layout.width = 20;
  layout.bases = bases;
  layout.rank = 8;
  return layout;
}

std::vector<float> RandomNumbers(std::size_t count, std::uint64_t seed) {
  Random random(seed, "numbers");
  std::vector<float> numbers(count);
  for (float& number : numbers) number = random.Uniform(-1.0f, 1.0f);
  return numbers;
}

// Every parameter drawn, so that no gradient is zero by the start.
Parameters RandomParameters(std::int32_t bases) {
  Parameters parameters = StartParameters(SmallLayout(bases), 5);
  Random random(9, "parameters");
  for (Parameter& parameter : parameters.all) {
    for (float& number : parameter.numbers) number = random.Uniform(-0.3f, 0.3f);
  }
  return parameters;
}

// The sum of every number of the LoRAs times a fixed weight: its gradient with respect to a LoRA is that weight.
double WeightedSum(const std::vector<LoraWeights>& loras, const std::vector<LoraWeights>& weights) {
  double sum = 0;
  for (std::size_t s = 0; s < loras.size(); ++s) {
    for (std::size_t p = 0; p < loras[s].pairs.size(); ++p) {
      for (std::size_t i = 0; i < loras[s].pairs[p].a.size(); ++i)
        sum += static_cast<double>(loras[s].pairs[p].a[i]) * weights[s].pairs[p].a[i];
      for (std::size_t i = 0; i < loras[s].pairs[p].b.size(); ++i)
        sum += static_cast<double>(loras[s].pairs[p].b[i]) * weights[s].pairs[p].b[i];
    }
  }
  return sum;
}

std::vector<LoraWeights> RandomLike(const std::vector<LoraWeights>& loras) {
  std::vector<LoraWeights> weights = loras;
  std::uint64_t seed = 100;
  for (LoraWeights& lora : weights) {
    for (LoraPair& pair : lora.pairs) {
      pair.a = RandomNumbers(pair.a.size(), ++seed);
      pair.b = RandomNumbers(pair.b.size(), ++seed);
    }
  }
  return weights;
}

TEST(Generator, GivesTheLoraThatTheMapperGivesFromItsCheckpoint) {
  ThreadPool pool(2);
  MemoryFs fs;
  const Parameters parameters = RandomParameters(5);
  const Standardisation standard{RandomNumbers(72, 1), RandomNumbers(72, 2)};
  ASSERT_TRUE(
      WriteMapper(fs, "/m.safetensors", parameters, standard, {{"lora_alpha", "16"}, {"row_order", "gguf"}, {"feature_layers", "1,3"}})
          .ok());
  auto checkpoint = std::make_shared<safetensors::Checkpoint>(*safetensors::Checkpoint::Open(fs, "/m.safetensors"));
  const auto mapper = Mapper::Open(checkpoint, SmallLlama(), pool);
  ASSERT_TRUE(mapper.ok()) << mapper.message();
  const std::vector<float> features = RandomNumbers(72, 3);
  const LoraWeights expected = *mapper->Mix(*mapper->CoefficientsOf(features, pool), pool);
  std::vector<float> x = features;
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = (x[i] - standard.mean[i]) * standard.scale[i];
  Generator generator(pool);
  std::vector<LoraWeights> found;
  generator.Forward(parameters, x, 1, found);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].rank, expected.rank);
  for (std::size_t p = 0; p < expected.pairs.size(); ++p) {
    ASSERT_EQ(found[0].pairs[p].a.size(), expected.pairs[p].a.size());
    for (std::size_t i = 0; i < expected.pairs[p].a.size(); ++i) ASSERT_NEAR(found[0].pairs[p].a[i], expected.pairs[p].a[i], 2e-5) << p;
    for (std::size_t i = 0; i < expected.pairs[p].b.size(); ++i) ASSERT_NEAR(found[0].pairs[p].b[i], expected.pairs[p].b[i], 2e-5) << p;
  }
}

TEST(Generator, GradientsAreTheDifferencesOfTheLoss) {
  ThreadPool pool(2);
  for (const std::int32_t bases : {3, 37}) {  // less than a panel of the kernels, and more than one
    Parameters parameters = RandomParameters(bases);
    const std::vector<float> x = RandomNumbers(std::size_t{4} * 72, 7);
    Generator generator(pool);
    std::vector<LoraWeights> loras;
    generator.Forward(parameters, x, 4, loras);
    const std::vector<LoraWeights> weights = RandomLike(loras);
    Parameters gradient = ZerosLike(parameters);
    generator.Backward(parameters, weights, gradient);
    for (std::size_t p = 0; p < parameters.all.size(); ++p) {
      Random random(p, "places");
      for (int trial = 0; trial < 6; ++trial) {
        const std::size_t at = random.Below(parameters.all[p].numbers.size());
        float& number = parameters.all[p].numbers[at];
        const float kept = number;
        constexpr float kStep = 1e-2f;
        number = kept + kStep;
        generator.Forward(parameters, x, 4, loras);
        const double above = WeightedSum(loras, weights);
        number = kept - kStep;
        generator.Forward(parameters, x, 4, loras);
        const double below = WeightedSum(loras, weights);
        number = kept;
        const double expected = (above - below) / (2 * kStep), found = gradient.all[p].numbers[at];
        EXPECT_NEAR(found, expected, 0.02 * std::abs(expected) + 5e-3) << bases << " bases, " << parameters.all[p].name << " at " << at;
      }
    }
  }
}

TEST(Generator, DoesNotDependOnTheNumberOfThreads) {
  const Parameters parameters = RandomParameters(6);
  const std::vector<float> x = RandomNumbers(std::size_t{2} * 72, 7);
  std::vector<Parameters> gradients;
  for (const int threads : {1, 2}) {
    ThreadPool pool(threads);
    Generator generator(pool);
    std::vector<LoraWeights> loras;
    generator.Forward(parameters, x, 2, loras);
    gradients.push_back(ZerosLike(parameters));
    generator.Backward(parameters, RandomLike(loras), gradients.back());
  }
  for (std::size_t p = 0; p < parameters.all.size(); ++p) EXPECT_EQ(gradients[0].all[p].numbers, gradients[1].all[p].numbers);
}

TEST(Generator, WithoutBasesThereIsOneLoraForAllSpecs) {
  ThreadPool pool(1);
  const Parameters parameters = RandomParameters(0);
  Generator generator(pool);
  std::vector<LoraWeights> loras;
  generator.Forward(parameters, {}, 7, loras);
  ASSERT_EQ(loras.size(), 1u);
  Parameters gradient = ZerosLike(parameters);
  const std::vector<LoraWeights> weights = RandomLike(loras);
  generator.Backward(parameters, weights, gradient);
  EXPECT_EQ(std::vector<float>(gradient.shared(0).begin(), gradient.shared(0).begin() + 10),
            std::vector<float>(weights[0].pair(0, Projection::kDown).a.begin(), weights[0].pair(0, Projection::kDown).a.begin() + 10));
}

TEST(MapperGguf, HoldsAMapperWithinItsNumberFormat) {
  ThreadPool pool(1);
  MemoryFs fs;
  ParameterLayout layout = SmallLayout(4);
  layout.interpreter.width = layout.features = 64;
  layout.interpreter.ff_width = 96;
  layout.interpreter.heads = 4;
  layout.interpreter.head_width = 16;
  layout.width = 32;
  const Parameters parameters = StartParameters(layout, 3);
  const Standardisation standard{std::vector<float>(64, 0.0f), std::vector<float>(64, 1.0f)};
  ASSERT_TRUE(WriteMapper(fs, "/m.safetensors", parameters, standard, {{"row_order", "gguf"}, {"feature_layers", "2"}}).ok());
  const MapperFile exact = MapperFileOf(std::make_shared<safetensors::Checkpoint>(*safetensors::Checkpoint::Open(fs, "/m.safetensors")));
  const auto bytes = std::make_shared<std::vector<std::byte>>(*WriteMapperGguf(exact, DType::kQ8_0));
  const auto read = ReadMapperGguf(bytes, *bytes, "m.gguf");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->metadata, exact.metadata);
  const auto small = Mapper::Open(*read, layout.interpreter, pool), large = Mapper::Open(exact, layout.interpreter, pool);
  ASSERT_TRUE(small.ok()) << small.message();
  const std::vector<float> features = RandomNumbers(64, 3);
  const LoraWeights a = *small->Mix(*small->CoefficientsOf(features, pool), pool),
                    b = *large->Mix(*large->CoefficientsOf(features, pool), pool);
  for (std::size_t i = 0; i < a.pairs[0].a.size(); ++i) ASSERT_NEAR(a.pairs[0].a[i], b.pairs[0].a[i], 2e-3);
}

TEST(MapperGguf, RefusesWhatIsNone) {
  const auto refused = [](const std::vector<std::byte>& bytes) { return ReadMapperGguf(nullptr, bytes, "m.gguf").message(); };
  EXPECT_THAT(refused({}), testing::HasSubstr("m.gguf"));
  MemoryFs fs;
  const Parameters parameters = RandomParameters(3);
  const Standardisation standard{std::vector<float>(72), std::vector<float>(72)};
  ASSERT_TRUE(WriteMapper(fs, "/m.safetensors", parameters, standard, {}).ok());
  const MapperFile file = MapperFileOf(std::make_shared<safetensors::Checkpoint>(*safetensors::Checkpoint::Open(fs, "/m.safetensors")));
  EXPECT_THAT(WriteMapperGguf(file, DType::kQ8_0).message(), testing::HasSubstr("expected a multiple of 32"));
  std::vector<std::byte> bytes = *WriteMapperGguf(file, DType::kF16);
  ASSERT_TRUE(ReadMapperGguf(nullptr, bytes, "m.gguf").ok());
  bytes.resize(bytes.size() - 1);
  EXPECT_THAT(refused(bytes), testing::HasSubstr("m.gguf"));
}

}  // namespace
}  // namespace paw
