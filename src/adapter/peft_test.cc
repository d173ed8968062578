#include "adapter/peft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "tensor/safetensors.h"

namespace paw {
namespace {

using testing::HasSubstr;

ModelShape Shape(const std::string& architecture) {
  ModelShape shape;
  shape.architecture = architecture;
  shape.layers = 2;
  shape.width = 16;
  shape.ff_width = 24;
  shape.heads = 2;
  shape.kv_heads = architecture == "gpt2" ? 2 : 1;
  shape.head_width = 8;
  shape.vocabulary = 300;
  return shape;
}

LoraWeights SomeWeights(const ModelShape& shape, std::int32_t rank, std::int32_t first_layer = 0) {
  LoraWeights weights = MakeLora(shape, rank, 6.0f, first_layer, 3);
  float next = 0.25f;
  for (LoraPair& pair : weights.pairs) {
    for (float& number : pair.b) number = next += 0.125f;
  }
  return weights;
}

Json Config() {
  return {{"peft_type", "LORA"}, {"base_model_name_or_path", "x/y"}, {"r", 4}, {"lora_alpha", 6},
          {"bias", "none"},      {"task_type", "CAUSAL_LM"}};
}

std::string RefusalOf(const Json& config) {
  const Result<PeftConfig> read = ReadPeftConfig(WriteJson(config), "reading d/adapter_config.json");
  if (read.ok()) return "accepted";
  EXPECT_EQ(read.code(), Code::kRefused);
  EXPECT_THAT(read.message(), HasSubstr("d/adapter_config.json"));
  EXPECT_EQ(read.message().find('\n'), std::string::npos);
  return read.message();
}

TEST(PeftConfig, ReadsWhatPeftWrites) {
  Json json = Config();
  json["target_modules"] = {"q_proj", "mlp.up_proj"};
  json["lora_dropout"] = 0.1;
  json["inference_mode"] = true;
  json["peft_version"] = "0.21.2";
  json["rank_pattern"] = Json::object();
  json["modules_to_save"] = nullptr;
  json["use_dora"] = false;
  json["some_later_key"] = Json::array();
  const Result<PeftConfig> config = ReadPeftConfig(WriteJson(json), "x");
  ASSERT_TRUE(config.ok()) << config.message();
  EXPECT_EQ(config->base_model, "x/y");
  EXPECT_EQ(config->rank, 4);
  EXPECT_EQ(config->alpha, 6.0f);
  EXPECT_TRUE(config->Targets("model.layers.1.self_attn.q_proj", 1));
  EXPECT_TRUE(config->Targets("model.layers.1.mlp.up_proj", 1));
  EXPECT_FALSE(config->Targets("model.layers.1.self_attn.v_proj", 1));
  EXPECT_FALSE(config->Targets("model.layers.1.self_attn.my_q_proj", 1));
}

TEST(PeftConfig, TheScaleOfRsloraIsFoldedIn) {
  Json json = Config();
  json["r"] = 16;
  json["use_rslora"] = true;
  const Result<PeftConfig> config = ReadPeftConfig(WriteJson(json), "x");
  ASSERT_TRUE(config.ok()) << config.message();
  EXPECT_FLOAT_EQ(config->alpha / 16.0f, 6.0f / std::sqrt(16.0f));
}

TEST(PeftConfig, RefusesEverythingButPlainLora) {
  EXPECT_EQ(RefusalOf(Config()), "accepted");
  EXPECT_THAT(RefusalOf(Json::array()), HasSubstr("adapter_config.json"));
  const auto with = [](const char* key, const Json& value) {
    Json config = Config();
    config[key] = value;
    return RefusalOf(config);
  };
  EXPECT_THAT(with("peft_type", "IA3"), HasSubstr("found \"IA3\", expected \"LORA\""));
  EXPECT_THAT(with("peft_type", 3), HasSubstr("peft_type"));
  EXPECT_THAT(with("task_type", "SEQ_CLS"), HasSubstr("expected \"CAUSAL_LM\""));
  EXPECT_THAT(with("bias", "lora_only"), HasSubstr("expected \"none\""));
  EXPECT_THAT(with("use_dora", true), HasSubstr("\"use_dora\": found \"true\", expected it absent or empty"));
  EXPECT_THAT(with("lora_bias", true), HasSubstr("lora_bias"));
  EXPECT_THAT(with("rank_pattern", {{"q_proj", 8}}), HasSubstr("rank_pattern"));
  EXPECT_THAT(with("alpha_pattern", {{"q_proj", 8}}), HasSubstr("alpha_pattern"));
  EXPECT_THAT(with("modules_to_save", {"lm_head"}), HasSubstr("modules_to_save"));
  EXPECT_THAT(with("layer_replication", {{0, 1}}), HasSubstr("layer_replication"));
  EXPECT_THAT(with("some_later_key", 7), HasSubstr("some_later_key"));
  EXPECT_THAT(with("init_lora_weights", "pissa_niter_16"), HasSubstr("change the base itself"));
  EXPECT_EQ(with("init_lora_weights", "gaussian"), "accepted");
  EXPECT_EQ(with("init_lora_weights", false), "accepted");
  EXPECT_EQ(with("task_type", nullptr), "accepted");
  EXPECT_EQ(with("fan_in_fan_out", true), "accepted");
  EXPECT_THAT(with("fan_in_fan_out", "yes"), HasSubstr("fan_in_fan_out"));
  for (const Json& rank : {Json(0), Json(-1), Json(257), Json(4.5), Json(1e30), Json("4"), Json(nullptr)}) {
    EXPECT_THAT(with("r", rank), HasSubstr("\"r\"")) << rank;
  }
  for (const Json& alpha : {Json(0), Json(-1), Json(1e300), Json("4")}) EXPECT_THAT(with("lora_alpha", alpha), HasSubstr("lora_alpha"));
  EXPECT_THAT(with("target_modules", Json::array()), HasSubstr("target_modules"));
  EXPECT_THAT(with("target_modules", {1}), HasSubstr("target_modules"));
  EXPECT_THAT(with("layers_to_transform", {"a"}), HasSubstr("layers_to_transform"));
  EXPECT_THAT(with("layers_pattern", {"a", "b"}), HasSubstr("layers_pattern"));
  EXPECT_EQ(ReadPeftConfig("{", "x").code(), Code::kRefused);
  EXPECT_EQ(ReadPeftConfig(std::string(kPeftConfigBytesMax + 1, ' '), "x").code(), Code::kRefused);
}

TEST(Peft, WhatIsWrittenIsReadBack) {
  for (const char* architecture : {"llama", "qwen3", "gpt2"}) {
    const ModelShape shape = Shape(architecture);
    for (const std::int32_t first_layer : {0, 1}) {
      const LoraWeights weights = SomeWeights(shape, 4, first_layer);
      const Result<PeftFiles> files = WritePeft(weights, shape, DType::kF32, "x/y");
      ASSERT_TRUE(files.ok()) << files.message();
      EXPECT_EQ(files->tensors, WritePeft(weights, shape, DType::kF32, "x/y")->tensors);
      const Result<PeftConfig> config = ReadPeftConfig(files->config, "x");
      ASSERT_TRUE(config.ok()) << config.message();
      const Result<LoraWeights> read = ReadPeft(*config, files->tensors, shape, "x");
      ASSERT_TRUE(read.ok()) << read.message();
      EXPECT_EQ(read->rank, 4);
      EXPECT_EQ(read->alpha, 6.0f);
      for (std::size_t i = 0; i < weights.pairs.size(); ++i) {
        EXPECT_EQ(read->pairs[i].a, weights.pairs[i].a) << architecture << " " << i;
        EXPECT_EQ(read->pairs[i].b, weights.pairs[i].b) << architecture << " " << i;
      }
    }
  }
}

TEST(Peft, NamesAreTransformers) {
  EXPECT_EQ(PeftModulePath(Shape("llama"), 1, Projection::kOutput), "model.layers.1.self_attn.o_proj");
  EXPECT_EQ(PeftModulePath(Shape("qwen3"), 0, Projection::kDown), "model.layers.0.mlp.down_proj");
  EXPECT_EQ(PeftModulePath(Shape("gpt2"), 1, Projection::kQkv), "transformer.h.1.attn.c_attn");
  EXPECT_EQ(PeftModulePath(Shape("gpt2"), 1, Projection::kQ), "");
  EXPECT_EQ(PeftModulePath(Shape("mamba"), 1, Projection::kQ), "");
  const auto targets = [](const char* architecture, std::int32_t first_layer) {
    const ModelShape shape = Shape(architecture);
    const Json config = *ParseJson(WritePeft(SomeWeights(shape, 2, first_layer), shape, DType::kBF16, "x")->config, "x");
    return config.at("target_modules").get<std::vector<std::string>>();
  };
  EXPECT_EQ(targets("qwen3", 0), (std::vector<std::string>{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}));
  EXPECT_EQ(targets("gpt2", 0), (std::vector<std::string>{"attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj"}));
  EXPECT_EQ(targets("gpt2", 1).front(), "transformer.h.1.attn.c_attn") << "one layer only: whole paths";
}

// Row 2i + s of a head in llama's GGUF files is row s * head_width / 2 + i of transformers; in the other architectures rows stand alike.
TEST(Peft, OnlyLlamasQueriesAndKeysHaveARowOrderOfTheirOwn) {
  for (const char* architecture : {"llama", "qwen3"}) {
    const ModelShape shape = Shape(architecture);
    LoraWeights weights = SomeWeights(shape, 1);
    const Result<PeftFiles> files = WritePeft(weights, shape, DType::kF32, "x");
    ASSERT_TRUE(files.ok()) << files.message();
    const Result<safetensors::File> file = safetensors::File::Open(files->tensors, "x");
    ASSERT_TRUE(file.ok()) << file.message();
    const auto b = [&](const char* name) {
      const std::string whole = std::string("base_model.model.model.layers.0.self_attn.") + name + ".lora_B.weight";
      return *safetensors::ReadFloats(*file->Find(whole), "x");
    };
    std::vector<float> expected = weights.pair(0, Projection::kQ).b;  // 2 heads of 8 rows
    if (std::string(architecture) == "llama") {
      const std::vector<float> rows = expected;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        expected[row / 8 * 8 + row % 2 * 4 + row % 8 / 2] = rows[row];
      }
    }
    EXPECT_EQ(b("q_proj"), expected) << architecture;
    EXPECT_EQ(b("v_proj"), weights.pair(0, Projection::kV).b);
    EXPECT_EQ(b("o_proj"), weights.pair(0, Projection::kOutput).b);
  }
}

// A folder of qwen3 in memory, to be spoilt.
class PeftTensors : public testing::Test {
 protected:
  void SetUp() override {
    config_ = *ReadPeftConfig(WriteJson(Config()), "x");
    const PeftFiles files = *WritePeft(SomeWeights(shape_, 4), shape_, DType::kF32, "x");
    const safetensors::File file = *safetensors::File::Open(files.tensors, "x");
    for (const safetensors::Tensor& tensor : file.tensors()) tensors_[tensor.name] = {tensor.shape, *safetensors::ReadFloats(tensor, "x")};
  }

  std::string RefusalOfTensors() {
    std::vector<safetensors::Tensor> list;
    for (const auto& [name, tensor] : tensors_) {
      list.push_back({name, DType::kF32, tensor.first, std::as_bytes(std::span(tensor.second))});
    }
    const Result<LoraWeights> read = ReadPeft(config_, *safetensors::Write(list, {}), shape_, "reading d/adapter_model.safetensors");
    if (read.ok()) return "accepted";
    EXPECT_EQ(read.code(), Code::kRefused);
    EXPECT_THAT(read.message(), HasSubstr("d/adapter_model.safetensors"));
    EXPECT_EQ(read.message().find('\n'), std::string::npos);
    return read.message();
  }

  static std::string Name(const char* module, const char* half) {
    return std::string("base_model.model.model.layers.1.") + module + ".lora_" + half + ".weight";
  }

  const ModelShape shape_ = Shape("qwen3");
  PeftConfig config_;
  std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>> tensors_;
};

TEST_F(PeftTensors, AsTheyAre) { EXPECT_EQ(RefusalOfTensors(), "accepted"); }

TEST_F(PeftTensors, OneIsMissing) {
  tensors_.erase(Name("mlp.up_proj", "B"));
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found no tensor \"" + Name("mlp.up_proj", "B") + "\", expected (24, 4)"));
}

TEST_F(PeftTensors, APairIsMissingThatTheConfigurationNames) {
  config_.targets = {"up_proj", "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "down_proj"};
  EXPECT_EQ(RefusalOfTensors(), "accepted");
  tensors_.erase(Name("mlp.up_proj", "A"));
  tensors_.erase(Name("mlp.up_proj", "B"));
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("module \"model.layers.1.mlp.up_proj\": found no tensors, expected a pair"));
  config_.targets.reset();
  EXPECT_EQ(RefusalOfTensors(), "accepted") << "the tensors alone decide";
  config_.all_linear = true;
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("expected a pair"));
}

TEST_F(PeftTensors, APairIsThereThatTheConfigurationDoesNotName) {
  config_.targets = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "down_proj"};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found tensors, expected none"));
}

TEST_F(PeftTensors, LayersAreChosen) {
  config_.all_linear = true;
  config_.layers = {1};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("model.layers.0.self_attn.q_proj\": found tensors, expected none"));
  std::erase_if(tensors_, [](const auto& tensor) { return tensor.first.find("layers.0.") != std::string::npos; });
  EXPECT_EQ(RefusalOfTensors(), "accepted");
  config_.layers_name = "layers";
  EXPECT_EQ(RefusalOfTensors(), "accepted");
  config_.layers_name = "h";
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found layers_pattern \"h\", expected \"layers\""));
  config_.layers_name.clear();
  config_.layers = {2};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found layer 2 in layers_to_transform, expected 0 to 1"));
}

TEST_F(PeftTensors, AModuleThatTheBaseHasNot) {
  config_.targets = {"q_proj", "c_attn"};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found target module \"c_attn\", expected a module of the base"));
  config_.targets.reset();
  tensors_["base_model.model.lm_head.lora_A.weight"] = {{4, 16}, std::vector<float>(64)};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found tensor \"base_model.model.lm_head.lora_A.weight\""));
}

TEST_F(PeftTensors, LayersAndNamesThatAreNotTheBases) {
  const auto pair = tensors_.at(Name("mlp.up_proj", "A"));
  for (const char* name :
       {"base_model.model.model.layers.2.mlp.up_proj.lora_A.weight", "base_model.model.model.layers.01.mlp.up_proj.lora_A.weight",
        "base_model.model.model.layers.1.mlp.up_proj.lora_A.default.weight", "model.layers.1.mlp.up_proj.lora_A.weight",
        "base_model.model.model.layers.1.mlp.up_proj.lora_magnitude_vector.weight"}) {
    tensors_[name] = pair;
    EXPECT_THAT(RefusalOfTensors(), HasSubstr(std::string("found tensor \"") + name)) << name;
    tensors_.erase(name);
  }
}

TEST_F(PeftTensors, OtherShapes) {
  tensors_[Name("mlp.up_proj", "B")].first = {4, 24};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found shape (4, 24), expected (24, 4)"));
  tensors_[Name("mlp.up_proj", "B")].first = {96};
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found shape (96), expected (24, 4)"));
  tensors_[Name("mlp.up_proj", "B")].first = {24, 4};
  config_.rank = 8;
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("expected (8, 16)"));
}

TEST_F(PeftTensors, NumbersThatAreNotFinite) {
  for (const float number : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    tensors_[Name("self_attn.v_proj", "A")].second[5] = number;
    EXPECT_THAT(RefusalOfTensors(), HasSubstr("not finite"));
  }
}

TEST_F(PeftTensors, NoneAtAll) {
  tensors_.clear();
  EXPECT_THAT(RefusalOfTensors(), HasSubstr("found no tensor, expected at least one pair"));
}

TEST(Peft, WhatCannotBeStoredIsRefused) {
  const ModelShape shape = Shape("qwen3");
  LoraWeights weights = SomeWeights(shape, 4);
  weights.pair(0, Projection::kUp).b[3] = 1e6f;
  EXPECT_EQ(WritePeft(weights, shape, DType::kF16, "x").code(), Code::kRefused);
  EXPECT_TRUE(WritePeft(weights, shape, DType::kBF16, "x").ok());
  EXPECT_EQ(WritePeft(weights, Shape("mamba"), DType::kF32, "x").code(), Code::kUnimplemented);
  EXPECT_EQ(ReadPeft(PeftConfig(), {}, Shape("mamba"), "x").code(), Code::kUnimplemented);
}

}  // namespace
}  // namespace paw
