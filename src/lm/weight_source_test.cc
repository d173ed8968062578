#include "lm/weight_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "fs/memory_fs.h"
#include "lm/hf_checkpoint.h"
#include "tests/fixture.h"

namespace paw {
namespace {

using testing::HasSubstr;

// The checkpoint of tests/fixtures/compiler in memory, its texts to be changed before Open.
class HfFolder {
 public:
  HfFolder() {
    for (const char* name : {"config.json", "model.safetensors.index.json", "model-00001-of-00003.safetensors",
                             "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"}) {
      const std::vector<std::byte> bytes = ReadFixtureBytes(std::string("compiler/") + name);
      files_[name] = std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
  }

  // In place of `from`, which must be there, `to`.
  HfFolder& Replace(const std::string& file, const std::string& from, const std::string& to) {
    std::string& text = files_.at(file);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return *this;
  }

  Result<std::shared_ptr<const WeightSource>> Open() {
    EXPECT_TRUE(fs_.MakeFolder("/model").ok());
    for (const auto& [name, text] : files_) EXPECT_TRUE(fs_.PublishFile("/model/" + name, text).ok());
    return WeightSource::Open(fs_, "/model");
  }

 private:
  MemoryFs fs_;
  std::map<std::string, std::string> files_;
};

TEST(WeightSource, ReadsACheckpointInShards) {
  const auto source = HfFolder().Open();
  ASSERT_TRUE(source.ok()) << source.message();
  const ModelShape& shape = (*source)->shape();
  EXPECT_EQ(shape.architecture, "qwen3");
  EXPECT_EQ(shape.layers, 5);
  EXPECT_EQ(shape.width, 32);
  EXPECT_EQ(shape.head_width, 8);
  EXPECT_EQ(shape.context_max, 262'144);
  EXPECT_EQ(shape.rope_base, 5e6f);
  EXPECT_EQ(shape.norm_epsilon, 1e-6f);
  EXPECT_TRUE(shape.tied_output);
  EXPECT_EQ((*source)->tensors().size(), 5u * 11 + 2);
  TensorTaker tensors(**source);
  const auto query = tensors.Take("blk.4.attn_q.weight", {32, 32});
  ASSERT_TRUE(query.ok()) << query.message();
  EXPECT_EQ((*query)->data.size(), 32u * 32 * 4);
  EXPECT_EQ(tensors.TakeFloats("blk.0.attn_q_norm.weight", {8})->size(), 8u);
}

TEST(WeightSource, TheTensorsOfAGgufAreThoseOfTheFile) {
  const std::vector<std::byte> bytes = ReadFixtureBytes("tiny_qwen3_a.gguf");
  MemoryFs fs;
  ASSERT_TRUE(fs.PublishFile("/m.gguf", bytes).ok());
  const auto source = WeightSource::Open(fs, "/m.gguf");
  ASSERT_TRUE(source.ok()) << source.message();
  const auto file = gguf::File::Open(bytes, "m");
  ASSERT_EQ((*source)->tensors().size(), file->tensors().size());
  for (const gguf::Tensor& tensor : file->tensors()) EXPECT_EQ((*source)->tensors().at(tensor.name).ne, tensor.ne);
  EXPECT_EQ(WeightSource::Open(fs, "/absent").code(), Code::kNotFound);
}

TEST(WeightSource, WhatIsTakenMustBeThereAndOfTheShape) {
  const auto source = HfFolder().Open();
  ASSERT_TRUE(source.ok());
  TensorTaker tensors(**source);
  EXPECT_THAT(tensors.Take("blk.5.attn_q.weight", {32, 32}).message(), HasSubstr("found no tensor blk.5.attn_q.weight"));
  EXPECT_THAT(tensors.Take("blk.0.attn_k.weight", {32, 32}).message(), HasSubstr("found shape (32, 16), expected (32, 32)"));
  const Status left = tensors.ExpectAllTaken();
  EXPECT_EQ(left.code(), Code::kUnimplemented);
  EXPECT_THAT(left.message(), HasSubstr("found 57 tensors, expected the 0"));
}

struct Change {
  std::string file, from, to;
  Code code;
  std::string message;
};

TEST(WeightSource, RefusesWhatAPlainQwen3DoesNotHave) {
  const std::string config = "config.json";
  const std::vector<Change> changes = {
      {config, R"("model_type": "qwen3")", R"("model_type": "llama")", Code::kUnimplemented, "found llama, expected qwen3"},
      {config, R"("attention_bias": false)", R"("attention_bias": true)", Code::kUnimplemented, "attention_bias: found true"},
      {config, R"("use_sliding_window": false)", R"("use_sliding_window": true)", Code::kUnimplemented, "use_sliding_window"},
      {config, R"("rope_type": "default")", R"("rope_type": "yarn")", Code::kUnimplemented, "found yarn"},
      {config, R"("vocab_size": 1272)", R"("vocab_size": 1272, "rope_scaling": {"factor": 2})", Code::kUnimplemented, "rope_scaling"},
      {config, R"("num_hidden_layers": 5)", R"("num_hidden_layers": 4)", Code::kUnimplemented, "model.layers.4."},
      {config, R"("num_hidden_layers": 5)", R"("num_hidden_layers": 0)", Code::kRefused, "found 0, expected 1 to"},
      {config, R"("num_hidden_layers": 5)", R"("num_hidden_layers": "5")", Code::kRefused, "num_hidden_layers"},
      {config, R"("num_key_value_heads": 2)", R"("num_key_value_heads": 3)", Code::kRefused, "4 heads of width 8 on 3 key heads"},
      {config, R"("head_dim": 8)", R"("head_dim": 7)", Code::kRefused, "width 7"},
      {config, R"("rms_norm_eps": 1e-06)", R"("rms_norm_eps": 2)", Code::kRefused, "rms_norm_eps"},
      {config, R"("rope_theta": 5000000.0)", R"("rope_theta": 0.5)", Code::kRefused, "rope_theta"},
      {config, "{", "[", Code::kRefused, config},
  };
  for (const Change& change : changes) {
    const auto source = HfFolder().Replace(change.file, change.from, change.to).Open();
    EXPECT_EQ(source.code(), change.code) << change.to;
    EXPECT_THAT(source.message(), HasSubstr(change.message)) << change.to;
  }
}

TEST(HfCheckpoint, NamesAreGgufs) {
  ModelShape shape;
  shape.architecture = "qwen3";
  shape.layers = 12;
  const auto name = [&shape](std::string_view hf) { return GgufNameOf(hf, shape, "m").value_or("?"); };
  EXPECT_EQ(name("model.embed_tokens.weight"), "token_embd.weight");
  EXPECT_EQ(name("embed_tokens.weight"), "token_embd.weight");
  EXPECT_EQ(name("model.layers.11.mlp.down_proj.weight"), "blk.11.ffn_down.weight");
  EXPECT_EQ(name("layers.0.self_attn.k_norm.weight"), "blk.0.attn_k_norm.weight");
  EXPECT_EQ(name("lm_head.weight"), "") << "tied";
  shape.tied_output = false;
  EXPECT_EQ(name("lm_head.weight"), "output.weight");
  for (const char* unknown : {"model.layers.12.mlp.down_proj.weight", "model.layers.-1.mlp.down_proj.weight", "model.layers.1",
                              "model.layers.1x.mlp.down_proj.weight", "model.layers.1.self_attn.q_proj.bias", "", "model."}) {
    EXPECT_EQ(name(unknown), "?") << unknown;
  }
}

// An index and one shard that has the final norm twice, under both of its names.
TEST(WeightSource, ATensorUnderTwoNamesIsRefused) {
  const std::vector<float> numbers(32, 1.0f);
  const auto data = std::as_bytes(std::span(numbers));
  const std::vector<safetensors::Tensor> tensors = {{"model.norm.weight", DType::kF32, {32}, data},
                                                    {"norm.weight", DType::kF32, {32}, data}};
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolder("/model").ok());
  ASSERT_TRUE(fs.PublishFile("/model/config.json", ReadFixtureBytes("compiler/config.json")).ok());
  ASSERT_TRUE(fs.PublishFile("/model/model.safetensors", *safetensors::Write(tensors, {})).ok());
  const auto source = WeightSource::Open(fs, "/model");
  EXPECT_EQ(source.code(), Code::kRefused);
  EXPECT_THAT(source.message(), HasSubstr("with and without \"model.\""));
}

}  // namespace
}  // namespace paw
