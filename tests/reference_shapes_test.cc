// What tells the shapes of the reference engine apart beyond the numbers of reference_test.cc: which tensors a file must have and must
// not have, which projections an adapter may change, and where the learned positions end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lm/reference/reference.h"
#include "tests/engine_helpers.h"

namespace paw {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A change of one fixture's GGUF.
struct Change {
  std::string drop;                  // a tensor left out
  std::string add;                   // a tensor of ones put in, in place of one of that name
  std::vector<std::int64_t> add_ne;  // its dimensions, the contiguous one first
  std::string architecture;          // where not empty: the name in general.architecture and in front of its keys
};

void CopyKeys(const gguf::File& file, const std::string& architecture, gguf::Writer& writer) {
  const std::string own = file.String("general.architecture").value_or("");
  for (const auto& [key, value] : file.values()) {
    std::string name = key;
    if (!architecture.empty() && name.starts_with(own + ".")) name = architecture + name.substr(own.size());
    if (name == "general.architecture") {
      writer.SetString(name, architecture.empty() ? own : architecture);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      writer.SetString(name, *text);
    } else if (const auto* whole = std::get_if<std::uint64_t>(&value)) {
      writer.SetU32(name, static_cast<std::uint32_t>(*whole));
    } else if (const auto* number = std::get_if<double>(&value)) {
      writer.SetF32(name, static_cast<float>(*number));
    } else {
      ADD_FAILURE() << "key " << key << " of a type that this copy does not know";
    }
  }
}

// The fixture with the change, as a file.
std::string Changed(const std::string& fixture, const Change& change) {
  const std::vector<std::byte> bytes = ReadFixtureBytes(fixture + ".gguf");
  const auto file = gguf::File::Open(bytes, fixture);
  if (!file.ok()) {
    ADD_FAILURE() << file.message();
    return {};
  }
  gguf::Writer writer;
  CopyKeys(*file, change.architecture, writer);
  for (const gguf::Tensor& tensor : file->tensors()) {
    if (tensor.name == change.drop || tensor.name == change.add) continue;
    EXPECT_TRUE(writer.AddTensor(tensor.name, tensor.dtype, tensor.ne, tensor.data).ok());
  }
  if (!change.add.empty()) {
    std::size_t count = 1;
    for (const std::int64_t dimension : change.add_ne) count *= static_cast<std::size_t>(dimension);
    const std::vector<float> ones(count, 1.0f);
    EXPECT_TRUE(writer.AddTensor(change.add, DType::kF32, change.add_ne, std::span<const float>(ones)).ok());
  }
  return WriteTemporary("changed_" + fixture + ".gguf", writer.Finish());
}

struct Refusal {
  std::string fixture;
  Change change;
  Code code;
  std::string found;  // in the message
  std::string expected;
};

TEST(ReferenceShapes, AnUnchangedCopyOpens) {
  for (const std::string fixture : {"tiny_b", "tiny_qwen3_a", "tiny_gpt2_a"}) EXPECT_TRUE(OpenReference(Changed(fixture, {}), {}).ok());
}

TEST(ReferenceShapes, FilesOfAnotherShapeAreRefused) {
  const std::vector<Refusal> refusals = {
      {"tiny_qwen3_a", {"blk.1.attn_q_norm.weight", {}, {}, {}}, Code::kRefused, "no tensor blk.1.attn_q_norm.weight", "one"},
      {"tiny_qwen3_a", {"blk.2.attn_k_norm.weight", {}, {}, {}}, Code::kRefused, "no tensor blk.2.attn_k_norm.weight", "one"},
      {"tiny_qwen3_a", {{}, "blk.0.attn_q_norm.weight", {72}, {}}, Code::kRefused, "shape (72)", "(12)"},
      {"tiny_qwen3_a", {{}, "blk.0.attn_q.weight", {32, 32}, {}}, Code::kRefused, "shape (32, 32)", "(32, 72)"},
      {"tiny_qwen3_a", {{}, "blk.0.attn_q.bias", {72}, {}}, Code::kUnimplemented, "36 tensors", "35 of the plain qwen3 shape"},
      {"tiny_qwen3_a", {{}, "rope_freqs.weight", {6}, {}}, Code::kUnimplemented, "36 tensors", "35 of the plain qwen3 shape"},
      {"tiny_qwen3_a", {{}, {}, {}, "llama"}, Code::kUnimplemented, "35 tensors", "29 of the plain llama shape"},
      {"tiny_qwen3_a", {{}, {}, {}, "qwen2"}, Code::kUnimplemented, "architecture qwen2", "llama, qwen3 or gpt2"},
      {"tiny_gpt2_a", {"output_norm.bias", {}, {}, {}}, Code::kRefused, "no tensor output_norm.bias", "one"},
      {"tiny_gpt2_a", {"blk.0.ffn_norm.bias", {}, {}, {}}, Code::kRefused, "no tensor blk.0.ffn_norm.bias", "one"},
      {"tiny_gpt2_a", {"blk.2.attn_qkv.bias", {}, {}, {}}, Code::kRefused, "no tensor blk.2.attn_qkv.bias", "one"},
      {"tiny_gpt2_a", {"position_embd.weight", {}, {}, {}}, Code::kRefused, "no tensor position_embd.weight", "one"},
      {"tiny_gpt2_a", {{}, "position_embd.weight", {36, 63}, {}}, Code::kRefused, "shape (36, 63)", "(36, 64)"},
      {"tiny_gpt2_a", {{}, "blk.0.ffn_gate.weight", {36, 80}, {}}, Code::kUnimplemented, "41 tensors", "40 of the plain gpt2 shape"},
      {"tiny_gpt2_a", {{}, {}, {}, "qwen3"}, Code::kRefused, "attention.layer_norm_rms_epsilon", ""},
      {"tiny_b", {{}, "blk.0.attn_q_norm.weight", {16}, {}}, Code::kUnimplemented, "tensors", "of the plain llama shape"},
  };
  for (const Refusal& refusal : refusals) {
    const auto opened = OpenReference(Changed(refusal.fixture, refusal.change), {});
    EXPECT_EQ(opened.code(), refusal.code) << opened.message();
    EXPECT_THAT(opened.message(), AllOf(HasSubstr(refusal.found), HasSubstr(refusal.expected)));
  }
}

// One pair of numbers around a projection that the architecture lacks.
TEST(ReferenceShapes, AdaptersOfAnotherShapesProjectionsAreRefused) {
  const std::vector<std::pair<std::string, Projection>> cases = {{"tiny_qwen3_a", Projection::kQkv},
                                                                 {"tiny_gpt2_a", Projection::kQ},
                                                                 {"tiny_gpt2_a", Projection::kGate},
                                                                 {"tiny_b", Projection::kQkv}};
  for (const auto& [fixture, projection] : cases) {
    const auto model = Must(OpenReference(FixturePath(fixture + ".gguf"), {}));
    ASSERT_NE(model, nullptr);
    const ModelShape& shape = model->shape();
    gguf::Writer writer;
    writer.SetString("general.architecture", shape.architecture);
    writer.SetString("general.type", "adapter");
    writer.SetString("adapter.type", "lora");
    writer.SetF32("adapter.lora.alpha", 1.0f);
    const std::string name = std::string("blk.0.") + ProjectionName(projection) + ".weight.lora_";
    const std::vector<float> ones(static_cast<std::size_t>(shape.width), 1.0f);
    const std::int64_t a_ne[] = {shape.width, 1};
    const std::int64_t b_ne[] = {1, shape.width};
    EXPECT_TRUE(writer.AddTensor(name + "a", DType::kF32, a_ne, std::span<const float>(ones)).ok());
    EXPECT_TRUE(writer.AddTensor(name + "b", DType::kF32, b_ne, std::span<const float>(ones)).ok());
    EXPECT_EQ(model->AddAdapter(writer.Finish()).code(), Code::kRefused) << fixture << " " << name;
  }
}

// tiny_gpt2_b has 32 learned positions: the 32nd is used, the 33rd is refused.
TEST(ReferenceShapes, LearnedPositionsEnd) {
  const auto model = Must(OpenReference(FixturePath("tiny_gpt2_b.gguf"), {}));
  ASSERT_NE(model, nullptr);
  ASSERT_EQ(model->shape().context_max, 32);
  const std::unique_ptr<Context> context = Must(model->NewContext({0, 2048}));
  const std::vector<TokenId> tokens = SomeTokens(33, model->shape().vocabulary, 3);
  ForwardRow row = AllLogits(std::span(tokens).first(31), kNoAdapter);
  row.sequence = Must(context->NewSequence());
  ASSERT_TRUE(context->Forward({&row, 1}).ok());
  const std::vector<std::int32_t> siblings = {-1, -1};
  const std::vector<std::int32_t> chain = {-1, 0};
  row.tokens = std::span(tokens).last(2);
  row.parents = siblings;
  EXPECT_TRUE(context->Forward({&row, 1}).ok()) << "two tokens that share the last position";
  row.parents = chain;
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kFailed);
  row.parents = {};
  EXPECT_EQ(context->Forward({&row, 1}).code(), Code::kFailed);
  EXPECT_EQ(Must(context->Length(row.sequence)), 31);

  const auto trainable = Must(OpenReferenceTrainable(model));
  const LoraWeights adapter = SeededLora(model->shape(), 2, 2.0f, 0.1f, 0.1f);
  LoraWeights gradient = ZerosLike(adapter);
  const auto code_of = [&](std::size_t prefix) {
    const TrainRow train_row{std::span(tokens).first(2), {}, -1};
    const TrainGroup group{&adapter, &gradient, std::span(tokens).first(prefix), {&train_row, 1}};
    return trainable->ForwardBackward({&group, 1}, 1.0f).code();
  };
  EXPECT_EQ(code_of(30), Code::kOk);
  EXPECT_EQ(code_of(31), Code::kFailed);
}

// A token that sees only itself is the same wherever it stands in the row; behind others, at another position, it is not.
TEST(ReferenceShapes, PositionsMatter) {
  for (const std::string fixture : {"tiny_qwen3_a", "tiny_gpt2_a"}) {
    const auto model = Must(OpenReference(FixturePath(fixture + ".gguf"), {}));
    ASSERT_NE(model, nullptr);
    const std::vector<TokenId> tokens = {5, 9, 5, 9};
    const std::vector<std::int32_t> roots = {-1, -1, -1, -1};
    ForwardRow row = AllLogits(tokens, kNoAdapter);
    row.parents = roots;
    const std::vector<float> same = ForwardOnce(*model, row).logits;
    const auto vocabulary = static_cast<std::ptrdiff_t>(model->shape().vocabulary);
    const std::vector<float> first(same.begin(), same.begin() + vocabulary);
    EXPECT_EQ(first, std::vector<float>(same.begin() + 2 * vocabulary, same.begin() + 3 * vocabulary)) << "both are roots at position 0";
    row.parents = {};
    const std::vector<float> chain = ForwardOnce(*model, row).logits;
    EXPECT_GT(Difference({chain.begin() + 2 * vocabulary, chain.begin() + 3 * vocabulary}, first), 0.01) << fixture;
  }
}

}  // namespace
}  // namespace paw
