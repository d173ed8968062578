#include "lm/weight_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "fs/memory_fs.h"
#include "fs/posix_fs.h"
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
      {config, R"("model_type": "qwen3")", R"("model_type": "llama")", Code::kUnimplemented, R"(found "llama", expected qwen3 or gpt2)"},
      {config, R"("attention_bias": false)", R"("attention_bias": true)", Code::kUnimplemented, "attention_bias: found true"},
      {config, R"("use_sliding_window": false)", R"("use_sliding_window": true)", Code::kUnimplemented, "use_sliding_window"},
      {config, R"("rope_type": "default")", R"("rope_type": "yarn")", Code::kUnimplemented, R"(found "yarn")"},
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
  const auto name = [&shape](std::string_view hf) { return GgufPlaceOf(hf, shape, "m").value_or(GgufPlace{"?"}).name; };
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

TEST(HfCheckpoint, NamesOfGpt2AreGgufsAndItsMatricesTransposed) {
  ModelShape shape;
  shape.architecture = "gpt2";
  shape.layers = 2;
  const auto place = [&shape](std::string_view hf) { return GgufPlaceOf(hf, shape, "m").value_or(GgufPlace{"?"}); };
  for (const auto& [hf, gguf] : std::map<std::string, std::string>{{"h.1.attn.c_attn.weight", "blk.1.attn_qkv.weight"},
                                                                   {"transformer.h.0.attn.c_proj.weight", "blk.0.attn_output.weight"},
                                                                   {"transformer.h.0.mlp.c_fc.weight", "blk.0.ffn_up.weight"},
                                                                   {"transformer.h.0.mlp.c_proj.weight", "blk.0.ffn_down.weight"}}) {
    EXPECT_EQ(place(hf).name, gguf);
    EXPECT_TRUE(place(hf).transposed) << hf;
  }
  EXPECT_EQ(place("transformer.h.1.mlp.c_proj.bias").name, "blk.1.ffn_down.bias");
  EXPECT_FALSE(place("transformer.h.1.mlp.c_proj.bias").transposed);
  EXPECT_EQ(place("wte.weight").name, "token_embd.weight");
  EXPECT_FALSE(place("wte.weight").transposed);
  EXPECT_EQ(place("transformer.wpe.weight").name, "position_embd.weight");
  EXPECT_EQ(place("transformer.h.1.attn.bias").name, "") << "a mask";
  EXPECT_EQ(place("lm_head.weight").name, "") << "tied";
  for (const char* unknown :
       {"transformer.h.2.ln_1.weight", "model.wte.weight", "h.0.crossattention.c_attn.weight", "h.0.attn.c_attn.lora"}) {
    EXPECT_EQ(place(unknown).name, "?") << unknown;
  }
}

// tests/fixtures/tiny_gpt2_b as save_pretrained wrote it: the tensors of tiny_gpt2_b.gguf to the bit.
TEST(WeightSource, AGpt2FolderHoldsTheNumbersOfItsGguf) {
  const auto folder = WeightSource::Open(PosixFs(), FixturePath("tiny_gpt2_b"));
  const auto file = WeightSource::Open(PosixFs(), FixturePath("tiny_gpt2_b.gguf"));
  ASSERT_TRUE(folder.ok()) << folder.message();
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ((*folder)->shape().context_max, (*file)->shape().context_max);
  EXPECT_EQ((*folder)->shape().ff_width, (*file)->shape().ff_width);
  EXPECT_EQ((*folder)->shape().norm_epsilon, (*file)->shape().norm_epsilon);
  EXPECT_EQ((*folder)->shape().tied_output, (*file)->shape().tied_output);
  ASSERT_EQ((*folder)->tensors().size(), (*file)->tensors().size());
  TensorTaker from_folder(**folder), from_file(**file);
  for (const auto& [name, tensor] : (*file)->tensors()) {
    EXPECT_EQ(from_folder.TakeFloats(name, tensor.ne).value_or({}), from_file.TakeFloats(name, tensor.ne).value_or({})) << name;
  }
}

// A model one number wide, whose matrices may be stored as a row.
TEST(WeightSource, AMatrixWithOneOutputMayBeARow) {
  const std::vector<float> numbers = {1.0f, 2.0f, 3.0f};
  const std::vector<safetensors::Tensor> tensors = {{"h.0.mlp.c_proj.weight", DType::kF32, {3}, std::as_bytes(std::span(numbers))}};
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolder("/model").ok());
  ASSERT_TRUE(fs.PublishFile("/model/config.json", std::string(R"({"model_type": "gpt2", "n_layer": 1, "n_embd": 1, "n_head": 1,
      "n_inner": 3, "n_positions": 4, "vocab_size": 5, "layer_norm_epsilon": 1e-5})"))
                  .ok());
  ASSERT_TRUE(fs.PublishFile("/model/model.safetensors", *safetensors::Write(tensors, {})).ok());
  const auto source = WeightSource::Open(fs, "/model");
  ASSERT_TRUE(source.ok()) << source.message();
  EXPECT_EQ(TensorTaker(**source).TakeFloats("blk.0.ffn_down.weight", {3, 1}).value_or({}), numbers);
}

TEST(WeightSource, RefusesWhatAPlainGpt2DoesNotHave) {
  const std::vector<std::byte> bytes = ReadFixtureBytes("tiny_gpt2_b/config.json");
  const std::string config(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::vector<std::array<std::string, 3>> changes = {
      {R"("activation_function": "gelu_new")", R"("activation_function": "relu")", R"(found "relu", expected gelu_new)"},
      {R"("scale_attn_weights": true)", R"("scale_attn_weights": false)", "scale_attn_weights: found false"},
      {R"("scale_attn_by_inverse_layer_idx": false)", R"("scale_attn_by_inverse_layer_idx": true)",
       "scale_attn_by_inverse_layer_idx: found true"},
      {R"("n_head": 5)", R"("n_head": 7)", "n_head: found 7, expected a divisor of 40"},
      {R"("n_positions": 32)", R"("n_positions": 0)", "n_positions: found 0"},
  };
  for (const auto& [from, to, message] : changes) {
    std::string changed = config;
    ASSERT_NE(changed.find(from), std::string::npos) << from;
    changed.replace(changed.find(from), from.size(), to);
    MemoryFs fs;
    ASSERT_TRUE(fs.MakeFolder("/model").ok());
    ASSERT_TRUE(fs.PublishFile("/model/config.json", changed).ok());
    EXPECT_THAT(ReadHfShape(fs, "/model").message(), HasSubstr(message)) << to;
  }
  std::string without = config;
  without.replace(without.find(R"("n_inner": 48)"), 13, R"("n_inner": null)");
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolder("/model").ok());
  ASSERT_TRUE(fs.PublishFile("/model/config.json", without).ok());
  EXPECT_EQ(ReadHfShape(fs, "/model").value_or({}).ff_width, 160) << "four times the width";
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
  EXPECT_THAT(source.message(), HasSubstr("output_norm.weight a second time as norm.weight"));
}

}  // namespace
}  // namespace paw
