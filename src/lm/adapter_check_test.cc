#include "lm/adapter_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/random.h"
#include "gguf/gguf.h"
#include "gguf/writer.h"

namespace paw {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

ModelShape Shape() {
  ModelShape shape;
  shape.architecture = "llama";
  shape.layers = 4;
  shape.width = 64;
  shape.ff_width = 96;
  shape.heads = 4;
  shape.kv_heads = 2;
  shape.head_width = 16;
  shape.vocabulary = 300;
  return shape;
}

struct TensorPlan {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> ne;
};

// What goes into the file; each test bends one thing of a good plan.
struct Plan {
  std::function<void(gguf::Writer&)> keys = [](gguf::Writer& writer) {
    writer.SetString("general.architecture", "llama");
    writer.SetString("general.type", "adapter");
    writer.SetString("adapter.type", "lora");
    writer.SetF32("adapter.lora.alpha", 16.0f);
  };
  std::vector<TensorPlan> tensors = {{"blk.0.attn_q.weight.lora_a", DType::kF32, {64, 8}},
                                     {"blk.0.attn_q.weight.lora_b", DType::kF32, {8, 64}},
                                     {"blk.3.ffn_down.weight.lora_a", DType::kF16, {96, 8}},
                                     {"blk.3.ffn_down.weight.lora_b", DType::kF16, {8, 64}}};
};

Bytes Build(const Plan& plan) {
  gguf::Writer writer;
  plan.keys(writer);
  Random random(7);
  for (const TensorPlan& tensor : plan.tensors) {
    std::int64_t weights = 1;
    for (const std::int64_t n : tensor.ne) weights *= n;
    if (tensor.dtype == DType::kQ6_K || tensor.dtype == DType::kQ4_1) {
      const Bytes zeros(static_cast<std::size_t>(*BytesOf(tensor.dtype, weights)));
      EXPECT_TRUE(writer.AddTensor(tensor.name, tensor.dtype, tensor.ne, std::span<const std::byte>(zeros)).ok());
      continue;
    }
    std::vector<float> numbers(static_cast<std::size_t>(weights));
    for (float& number : numbers) number = random.Uniform(-1.0f, 1.0f);
    EXPECT_TRUE(writer.AddTensor(tensor.name, tensor.dtype, tensor.ne, std::span<const float>(numbers)).ok());
  }
  return writer.Finish();
}

// Both functions must agree.
std::string RefusalOf(const Bytes& bytes) {
  const Status checked = CheckAdapter(bytes, Shape(), "adapter.gguf of x.paw");
  const Result<LoraWeights> read = ReadAdapter(bytes, Shape(), "adapter.gguf of x.paw");
  EXPECT_EQ(checked.message(), read.message());
  if (checked.ok()) return "accepted";
  EXPECT_EQ(checked.code(), Code::kRefused);
  EXPECT_THAT(checked.message(), HasSubstr("reading adapter.gguf of x.paw: "));
  return checked.message();
}

std::string RefusalWithKeys(const std::function<void(gguf::Writer&)>& keys) {
  Plan plan;
  plan.keys = keys;
  return RefusalOf(Build(plan));
}

// The good keys with one more.
std::string RefusalWithKey(const std::function<void(gguf::Writer&)>& more) {
  const auto good = Plan().keys;
  return RefusalWithKeys([&](gguf::Writer& writer) {
    good(writer);
    more(writer);
  });
}

TEST(AdapterCheck, AGoodAdapterIsReadNumberForNumber) {
  const Bytes bytes = Build(Plan());
  const Result<LoraWeights> lora = ReadAdapter(bytes, Shape(), "good");
  ASSERT_TRUE(lora.ok()) << lora.message();
  EXPECT_EQ(lora->rank, 8);
  EXPECT_EQ(lora->alpha, 16.0f);
  EXPECT_EQ(lora->layers, 4);
  EXPECT_EQ(lora->LowestAdaptedLayer(), 0);
  EXPECT_FALSE(lora->pair(0, Projection::kK).present());
  const LoraPair& pair = lora->pair(0, Projection::kQ);
  const Result<gguf::File> file = gguf::File::Open(bytes, "good");
  ASSERT_TRUE(file.ok());
  ASSERT_EQ(pair.b.size(), 512u);
  EXPECT_EQ(std::memcmp(pair.b.data(), file->Find("blk.0.attn_q.weight.lora_b")->data.data(), 512 * sizeof(float)), 0);
  EXPECT_EQ(lora->pair(3, Projection::kDown).a.size(), 96u * 8u);
}

TEST(AdapterCheck, EveryAllowedFormatIsRead) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0}) {
    Plan plan;
    plan.tensors = {{"blk.1.attn_v.weight.lora_a", dtype, {64, 32}}, {"blk.1.attn_v.weight.lora_b", dtype, {32, 32}}};
    EXPECT_EQ(RefusalOf(Build(plan)), "accepted") << DTypeName(dtype);
  }
}

TEST(AdapterCheck, KeysThatCrashLlamaCppAreRefused) {
  EXPECT_THAT(RefusalWithKeys([](gguf::Writer& writer) {
                writer.SetString("general.architecture", "llama");
                writer.SetU32("general.type", 1);
                writer.SetString("adapter.type", "lora");
                writer.SetF32("adapter.lora.alpha", 16.0f);
              }),
              HasSubstr("key general.type: found type u32, expected string"));
  EXPECT_THAT(RefusalWithKeys([](gguf::Writer& writer) {
                writer.SetString("general.architecture", "llama");
                writer.SetString("general.type", "adapter");
                writer.SetString("adapter.type", "lora");
                writer.SetString("adapter.lora.alpha", "16");
              }),
              HasSubstr("key adapter.lora.alpha: found type string, expected f32"));
}

TEST(AdapterCheck, AbsentAndWrongKeysAreRefused) {
  EXPECT_THAT(RefusalWithKeys([](gguf::Writer&) {}), HasSubstr("key general.architecture: found none"));
  for (const float alpha : {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    EXPECT_THAT(RefusalWithKeys([alpha](gguf::Writer& writer) {
                  writer.SetString("general.architecture", "llama");
                  writer.SetString("general.type", "adapter");
                  writer.SetString("adapter.type", "lora");
                  writer.SetF32("adapter.lora.alpha", alpha);
                }),
                HasSubstr("key adapter.lora.alpha: found "));
  }
  EXPECT_THAT(RefusalWithKeys([](gguf::Writer& writer) {
                writer.SetString("general.architecture", "qwen3");
                writer.SetString("general.type", "adapter");
                writer.SetString("adapter.type", "lora");
                writer.SetF32("adapter.lora.alpha", 16.0f);
              }),
              HasSubstr("key general.architecture: found \"qwen3\", expected \"llama\""));
  EXPECT_THAT(RefusalWithKeys([](gguf::Writer& writer) {
                writer.SetString("general.architecture", "llama");
                writer.SetString("general.type", "model");
                writer.SetString("adapter.type", "lora");
                writer.SetF32("adapter.lora.alpha", 16.0f);
              }),
              HasSubstr("key general.type: found \"model\""));
}

TEST(AdapterCheck, OnlyListedKeysPass) {
  EXPECT_EQ(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("general.name", "C:\\caf\xc3\xa9 triage"); }), "accepted");
  EXPECT_EQ(RefusalWithKey([](gguf::Writer& writer) { writer.SetU32("general.alignment", 32); }), "accepted");
  EXPECT_NE(RefusalWithKey([](gguf::Writer& writer) { writer.SetU32("general.alignment", 64); }), "accepted");
  EXPECT_NE(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("general.file_type", "2"); }), "accepted");
  EXPECT_THAT(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("tokenizer.chat_template", "{{ x }}"); }),
              HasSubstr("key tokenizer.chat_template: found it"));
  EXPECT_NE(RefusalWithKey([](gguf::Writer& writer) { writer.SetI32s("adapter.alora.invocation_tokens", std::array{1}); }), "accepted");
  EXPECT_THAT(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("general.name", "\x1b[2J"); }), HasSubstr("printable text"));
  EXPECT_THAT(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("general.name", "two\nlines"); }), HasSubstr("printable text"));
  EXPECT_NE(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("\x1b[2J", "x"); }), "accepted");
  EXPECT_NE(RefusalWithKey([](gguf::Writer& writer) { writer.SetString("general.name", std::string(65 * 1024, 'x')); }), "accepted");
  EXPECT_THAT(RefusalWithKey([](gguf::Writer& writer) {
                for (int i = 0; i < 61; ++i) writer.SetString("general.k" + std::to_string(i), "x");
              }),
              HasSubstr("keys: found 65, expected at most 64"));
}

std::string RefusalWithTensors(const std::vector<TensorPlan>& tensors) {
  Plan plan;
  plan.tensors = tensors;
  return RefusalOf(Build(plan));
}

TEST(AdapterCheck, NamesOutsideTheBaseAreRefused) {
  const std::vector<TensorPlan> none;
  EXPECT_THAT(RefusalWithTensors(none), HasSubstr("tensors: found none"));
  for (const std::string stem :
       {"blk.4.attn_q.weight", "blk.-1.attn_q.weight", "blk.00.attn_q.weight", "blk.+1.attn_q.weight", "blk.99999999999.attn_q.weight",
        "blk..attn_q.weight", "blk.0.attn_qkv.weight", "token_embd.weight", "blk.0.attn_q.bias", "blk.0.attn_norm.weight", "x"}) {
    EXPECT_THAT(RefusalWithTensors({{stem + ".lora_a", DType::kF32, {64, 8}}, {stem + ".lora_b", DType::kF32, {8, 64}}}),
                HasSubstr("expected blk.N.<projection>"))
        << stem;
  }
  EXPECT_NE(RefusalWithTensors({{"blk.0.attn_norm.weight", DType::kF32, {64}}}), "accepted");
  EXPECT_NE(RefusalWithTensors({{"blk.0.attn_q.weight.lora_c", DType::kF32, {64, 8}}}), "accepted");
  EXPECT_THAT(RefusalWithTensors({{"blk.0.attn_q.weight.lora_a", DType::kF32, {64, 8}}}),
              HasSubstr("found it alone, expected its partner blk.0.attn_q.weight.lora_b"));
}

TEST(AdapterCheck, ShapesOutsideTheBaseAreRefused) {
  const auto pair = [](std::vector<std::int64_t> a, std::vector<std::int64_t> b, DType dtype = DType::kF32) {
    return RefusalWithTensors({{"blk.0.attn_q.weight.lora_a", dtype, std::move(a)}, {"blk.0.attn_q.weight.lora_b", dtype, std::move(b)}});
  };
  EXPECT_EQ(pair({64, 8}, {8, 64}), "accepted");
  EXPECT_THAT(pair({64, 8, 7}, {8, 64}), HasSubstr("found 3 dimensions, expected 2"));
  EXPECT_THAT(pair({512}, {8, 64}), HasSubstr("found 1 dimensions, expected 2"));
  EXPECT_THAT(pair({64, 8}, {4, 64}), HasSubstr("found rank 4, expected 8 as in the others"));
  EXPECT_THAT(pair({96, 8}, {8, 64}), HasSubstr("found width 96, expected 64 as in the base"));
  EXPECT_THAT(pair({64, 8}, {8, 65}), HasSubstr("found width 65, expected 64 as in the base"));
  EXPECT_THAT(pair({64, 257}, {257, 64}), HasSubstr("found rank 257, expected at most 256"));
  EXPECT_EQ(pair({64, 256}, {256, 64}), "accepted");
  EXPECT_THAT(pair({64, 32}, {32, 64}, DType::kQ4_1), HasSubstr("found Q4_1"));
  EXPECT_THAT(RefusalWithTensors({{"blk.0.attn_q.weight.lora_a", DType::kF32, {64, 8}},
                                  {"blk.0.attn_q.weight.lora_b", DType::kF32, {8, 64}},
                                  {"blk.1.attn_q.weight.lora_a", DType::kF32, {64, 4}},
                                  {"blk.1.attn_q.weight.lora_b", DType::kF32, {4, 64}}}),
              HasSubstr("found rank 4, expected 8"));
}

TEST(AdapterCheck, InfiniteNumbersAndScalesAreRefused) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16, DType::kQ8_0, DType::kQ5_0, DType::kQ4_0}) {
    Plan plan;
    plan.tensors = {{"blk.1.attn_v.weight.lora_a", dtype, {64, 256}}, {"blk.1.attn_v.weight.lora_b", dtype, {256, 32}}};
    Bytes bytes = Build(plan);
    // The scale (or number) at the end of lora_a: in its last block, past the first chunk.
    const Result<gguf::File> file = gguf::File::Open(bytes, "good");
    ASSERT_TRUE(file.ok());
    const gguf::Tensor& tensor = file->tensors()[0];
    const auto at = tensor.data.data() + tensor.data.size() - BlockBytes(dtype) - bytes.data();
    const std::uint32_t infinite = dtype == DType::kF32 ? 0x7f800000u : dtype == DType::kBF16 ? 0x7f80u : 0x7c00u;
    std::memcpy(bytes.data() + at, &infinite, dtype == DType::kF32 ? 4 : 2);
    EXPECT_THAT(RefusalOf(bytes), HasSubstr("blk.1.attn_v.weight.lora_a: found an infinite number")) << DTypeName(dtype);
  }
}

TEST(AdapterCheck, TruncatedLongerAndHollowFilesAreRefused) {
  const Bytes good = Build(Plan());
  for (std::size_t size = 0; size < good.size(); size += 13) {
    EXPECT_NE(RefusalOf(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))), "accepted") << size;
  }
  Bytes polyglot = good;
  for (const char c : std::string("PK\x05\x06")) polyglot.push_back(static_cast<std::byte>(c));
  EXPECT_THAT(RefusalOf(polyglot), HasSubstr("bytes after the last tensor: found 4"));
}

TEST(AdapterCheck, NoSingleByteChangeCrashes) {
  const Bytes good = Build(Plan());
  for (std::size_t at = 0; at < 700; ++at) {
    for (const unsigned change : {0x01u, 0x80u, 0xffu}) {
      Bytes bytes = good;
      bytes[at] ^= static_cast<std::byte>(change);
      RefusalOf(bytes);
    }
  }
}

}  // namespace
}  // namespace paw
