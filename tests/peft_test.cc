// PEFT folders that peft itself wrote, against what peft computes with them (scripts/make_peft_fixtures.py), through the reference engine.
#include <gtest/gtest.h>

#include "adapter/adapter.h"
#include "adapter/peft.h"
#include "base/text.h"
#include "lm/reference/reference.h"
#include "tensor/safetensors.h"
#include "tests/engine_helpers.h"

namespace paw {
namespace {

struct Case {
  const char* folder;
  const char* base;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.folder; }

class PeftFolder : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    model_ = Must(OpenReference(FixturePath(std::string(GetParam().base) + ".gguf"), {}));
    ASSERT_NE(model_, nullptr);
    config_text_ = TextOf(ReadFixtureBytes(Name("adapter_config.json")));
    config_ = Must(ReadPeftConfig(config_text_, "reading adapter_config.json"));
    tensors_ = ReadFixtureBytes(Name("adapter_model.safetensors"));
    weights_ = Must(ReadPeft(config_, tensors_, model_->shape(), "reading adapter_model.safetensors"));
    expected_bytes_ = ReadFixtureBytes(Name("expected.safetensors"));
    const safetensors::File expected = Must(safetensors::File::Open(expected_bytes_, "expected"));
    ASSERT_NE(expected.Find("logits"), nullptr);
    expected_ = Must(safetensors::ReadFloats(*expected.Find("logits"), "expected"));
    for (const std::string_view word : Split(expected.metadata().at("tokens"), ' ')) {
      tokens_.push_back(static_cast<TokenId>(Must(ParseInt(word, "a token"))));
    }
  }

  static std::string TextOf(const std::vector<std::byte>& bytes) { return std::string(paw::TextOf(bytes)); }
  static std::string Name(const char* file) { return std::string("peft/") + GetParam().folder + "/" + file; }

  // The largest difference of a logit to peft's, over the largest logit.
  double DistanceAs(DType dtype) {
    const Adapter adapter = Must(ExportAdapter(weights_, model_->shape(), dtype));
    return Difference(ForwardOnce(*model_, AllLogits(tokens_, Must(model_->AddAdapter(adapter.gguf)))).logits, expected_);
  }

  std::shared_ptr<LanguageModel> model_;
  std::string config_text_;
  PeftConfig config_;
  std::vector<std::byte> tensors_, expected_bytes_;
  LoraWeights weights_;
  std::vector<float> expected_;
  std::vector<TokenId> tokens_;
};

TEST_P(PeftFolder, LogitsArePefts) {
  EXPECT_GT(Difference(ForwardOnce(*model_, AllLogits(tokens_, kNoAdapter)).logits, expected_), 0.1) << "the adapter should matter";
  EXPECT_LT(DistanceAs(DType::kF32), 1e-4) << "fp32 sums in another order";
  EXPECT_LT(DistanceAs(DType::kF16), 2e-3) << "A and B rounded to 11 bits; seen 7e-4";
  EXPECT_LT(DistanceAs(DType::kQ8_0), 0.03) << "8 bits a number, 32 to a scale";
}

TEST_P(PeftFolder, WhatIsWrittenIsTheSameFolder) {
  const PeftFiles files = Must(WritePeft(weights_, model_->shape(), DType::kF32, config_.base_model));
  const safetensors::File ours = Must(safetensors::File::Open(files.tensors, "ours"));
  const safetensors::File theirs = Must(safetensors::File::Open(tensors_, "theirs"));
  EXPECT_EQ(files.count, theirs.tensors().size());
  for (const safetensors::Tensor& tensor : theirs.tensors()) {
    const safetensors::Tensor* same = ours.Find(tensor.name);
    ASSERT_NE(same, nullptr) << tensor.name;
    EXPECT_EQ(same->shape, tensor.shape) << tensor.name;
    EXPECT_EQ(Must(safetensors::ReadFloats(*same, "ours")), Must(safetensors::ReadFloats(tensor, "theirs"))) << tensor.name;
  }
  const PeftConfig config = Must(ReadPeftConfig(files.config, "ours"));
  EXPECT_EQ(config.rank, config_.rank);
  EXPECT_EQ(config.alpha, config_.alpha) << "rslora's scale is folded in";
  const LoraWeights back = Must(ReadPeft(config, files.tensors, model_->shape(), "ours"));
  EXPECT_EQ(Flat(back), Flat(weights_));
}

INSTANTIATE_TEST_SUITE_P(All, PeftFolder,
                         testing::Values(Case{"llama", "tiny_b"}, Case{"llama_one_layer", "tiny_a"}, Case{"qwen3_rslora", "tiny_qwen3_a"},
                                         Case{"gpt2", "tiny_gpt2_a"}),
                         [](const auto& each) { return std::string(each.param.folder); });

}  // namespace
}  // namespace paw
