// The shapes of a mapper's tensors in GGUF. Numbers and metadata: tools/train_mapper/generator_test.cc.
#include "mapper/mapper_gguf.h"

#include <gmock/gmock.h>

#include <memory>

#include "mapper/mapper_test_support.h"

namespace paw {
namespace {

using testing::HasSubstr;

class MapperGgufShapes : public testing::Test {
 protected:
  Result<std::vector<std::byte>> Write() const { return WriteMapperGguf(MapperFileOf(checkpoint_.Open()), DType::kF32); }

  void Add(const std::string& name, std::vector<std::int64_t> shape) {
    Random random(5, name);
    checkpoint_.Add(name, std::move(shape), random);
  }

  TestCheckpoint checkpoint_ = RandomMapper(SmallQwen3(), 16, 5, 4);
};

TEST_F(MapperGgufShapes, ComeBackAsTheyWere) {
  Add("A_shared_q_proj", {3, 4, 20});
  Add("B_shared_q_proj", {3, 24, 4});
  const MapperFile file = MapperFileOf(checkpoint_.Open());
  const auto bytes = std::make_shared<std::vector<std::byte>>(*Write());
  const auto read = ReadMapperGguf(bytes, *bytes, "m.gguf");
  ASSERT_TRUE(read.ok()) << read.message();
  ASSERT_EQ(read->tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) EXPECT_EQ(read->tensors.at(name).shape, tensor.shape) << name;
}

TEST_F(MapperGgufShapes, AScaleIsOnTheHeadAloneAndIsNoted) {
  const MapperFile file = MapperFileOf(checkpoint_.Open());
  const auto bytes = std::make_shared<std::vector<std::byte>>(*WriteMapperGguf(file, DType::kF32, 0.5f));
  const auto read = ReadMapperGguf(bytes, *bytes, "m.gguf");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_EQ(read->metadata.at("coefficient_scale"), "0.5");
  for (const auto& [name, tensor] : file.tensors) {
    const std::vector<float> before = *safetensors::ReadFloats(tensor, "before");
    const std::vector<float> after = *safetensors::ReadFloats(read->tensors.at(name), "after");
    const float scale = name.starts_with("coeff_head.") ? 0.5f : 1.0f;
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(after[i], before[i] * scale) << name;
  }
}

TEST_F(MapperGgufShapes, OfBasesThatEachLayerHasForItselfAreRefused) {
  Add("A_bases_q_proj", {3, 5, 4, 20});
  EXPECT_EQ(Write().message(), "writing a mapper: tensor \"A_bases_q_proj\": found shape (3, 5, 4, 20), expected (n, rank 4, inputs)");
}

TEST_F(MapperGgufShapes, OfAnotherRankOrOfNoTensorOfAMapperAreRefused) {
  Add("B_bases_q_proj", {5, 8, 12});
  EXPECT_THAT(Write().message(), HasSubstr("found shape (5, 8, 12), expected (n, outputs, rank 4)"));
  checkpoint_ = RandomMapper(SmallQwen3(), 16, 5, 4);
  Add("trunk.2.weight", {4, 4, 4});
  EXPECT_THAT(Write().message(), HasSubstr("found shape (4, 4, 4), expected 1 or 2 dimensions"));
}

}  // namespace
}  // namespace paw
