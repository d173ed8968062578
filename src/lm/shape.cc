#include "lm/shape.h"

#include <string>
#include <string_view>

#include "base/limits.h"
#include "gguf/gguf.h"

namespace paw {
namespace {

// Four times the width is the custom; no model in use goes beyond eight.
constexpr std::int64_t kFeedForwardMax = 8 * std::int64_t{kWidthMax};

Status Bad(const gguf::File& file, const std::string& what, const std::string& found, const std::string& expected) {
  return Refused("reading the shape of " + file.what() + ": " + what + ": found " + found + ", expected " + expected);
}

Result<std::int32_t> IntIn(const gguf::File& file, const std::string& key, std::int64_t low, std::int64_t high) {
  const std::int64_t value = PAW_TRY(file.Int(key));
  if (value < low || value > high) {
    return Bad(file, key, std::to_string(value), std::to_string(low) + " to " + std::to_string(high));
  }
  return static_cast<std::int32_t>(value);
}

// A key that a file may leave out.
Result<std::int32_t> IntInOr(const gguf::File& file, const std::string& key, std::int64_t low, std::int64_t high, std::int32_t other) {
  if (!file.Has(key)) return other;
  return IntIn(file, key, low, high);
}

// The number of rows of the token embedding, which must agree with the width and with the token list where there is one.
Status ReadVocabulary(const gguf::File& file, ModelShape& shape) {
  const gguf::Tensor* embedding = file.Find("token_embd.weight");
  if (embedding == nullptr) return Bad(file, "tensor token_embd.weight", "none", "one");
  if (embedding->ne.size() < 2 || embedding->ne[0] != shape.width || embedding->ne[1] < 1 || embedding->ne[1] > kVocabularyMax) {
    return Bad(file, "tensor token_embd.weight", "another shape", "(" + std::to_string(shape.width) + ", vocabulary)");
  }
  shape.vocabulary = static_cast<std::int32_t>(embedding->ne[1]);
  if (const auto* tokens = file.Strings("tokenizer.ggml.tokens"); tokens != nullptr) {
    if (static_cast<std::int64_t>(tokens->size()) != shape.vocabulary) {
      return Bad(file, "tokenizer.ggml.tokens", std::to_string(tokens->size()) + " tokens",
                 std::to_string(shape.vocabulary) + ", the rows of token_embd.weight");
    }
  }
  shape.tied_output = file.Find("output.weight") == nullptr;
  return Ok();
}

Status ReadHeads(const gguf::File& file, const std::string& prefix, ModelShape& shape) {
  shape.heads = PAW_TRY(IntIn(file, prefix + "attention.head_count", 1, kHeadsMax));
  shape.kv_heads = PAW_TRY(IntInOr(file, prefix + "attention.head_count_kv", 1, kHeadsMax, shape.heads));
  if (shape.heads % shape.kv_heads != 0) {
    return Bad(file, prefix + "attention.head_count_kv", std::to_string(shape.kv_heads), "a divisor of " + std::to_string(shape.heads));
  }
  if (file.Has(prefix + "attention.key_length")) {
    shape.head_width = PAW_TRY(IntIn(file, prefix + "attention.key_length", 1, kWidthMax));
  } else if (shape.width % shape.heads != 0) {
    return Bad(file, prefix + "attention.head_count", std::to_string(shape.heads), "a divisor of " + std::to_string(shape.width));
  } else {
    shape.head_width = shape.width / shape.heads;
  }
  if (static_cast<std::int64_t>(shape.heads) * shape.head_width > kWidthMax) {
    return Bad(file, prefix + "attention.head_count", "a query width above " + std::to_string(kWidthMax), "less");
  }
  return Ok();
}

Status ReadPositions(const gguf::File& file, const std::string& prefix, ModelShape& shape) {
  shape.context_max = PAW_TRY(IntIn(file, prefix + "context_length", 1, kContextTokensMax));
  if (shape.architecture == "gpt2") return Ok();
  const std::int32_t rotated = PAW_TRY(IntInOr(file, prefix + "rope.dimension_count", 1, kWidthMax, shape.head_width));
  if (rotated != shape.head_width || rotated % 2 != 0) {
    return Bad(file, prefix + "rope.dimension_count", std::to_string(rotated), "the even head width " + std::to_string(shape.head_width));
  }
  if (file.Has(prefix + "rope.freq_base")) {
    const double base = PAW_TRY(file.Float(prefix + "rope.freq_base"));
    if (!(base >= 1.0 && base <= 1e12)) return Bad(file, prefix + "rope.freq_base", std::to_string(base), "1 to 1e12");
    shape.rope_base = static_cast<float>(base);
  }
  return Ok();
}

}  // namespace

const char* ProjectionName(Projection projection) {
  switch (projection) {
    case Projection::kQ:
      return "attn_q";
    case Projection::kK:
      return "attn_k";
    case Projection::kV:
      return "attn_v";
    case Projection::kOutput:
      return "attn_output";
    case Projection::kGate:
      return "ffn_gate";
    case Projection::kUp:
      return "ffn_up";
    case Projection::kDown:
      return "ffn_down";
    case Projection::kQkv:
      return "attn_qkv";
  }
  return "";
}

Rotation ModelShape::rotation() const {
  if (architecture == "gpt2") return Rotation::kNone;
  return architecture == "qwen3" ? Rotation::kHalves : Rotation::kPairs;
}

bool ModelShape::HasProjection(Projection p) const {
  switch (p) {
    case Projection::kOutput:
    case Projection::kUp:
    case Projection::kDown:
      return true;
    case Projection::kQkv:
      return architecture == "gpt2";
    default:
      return architecture != "gpt2";
  }
}

std::int32_t ModelShape::InputsOf(Projection p) const {
  if (!HasProjection(p)) return 0;
  if (p == Projection::kOutput) return query_width();
  return p == Projection::kDown ? ff_width : width;
}

std::int32_t ModelShape::OutputsOf(Projection p) const {
  if (!HasProjection(p)) return 0;
  switch (p) {
    case Projection::kQ:
      return query_width();
    case Projection::kK:
    case Projection::kV:
      return kv_width();
    case Projection::kGate:
    case Projection::kUp:
      return ff_width;
    case Projection::kOutput:
    case Projection::kDown:
      return width;
    case Projection::kQkv:
      return query_width() + 2 * kv_width();
  }
  return width;
}

Result<ModelShape> ReadModelShape(const gguf::File& file) {
  ModelShape shape;
  shape.architecture = PAW_TRY(file.String("general.architecture"));
  if (shape.architecture.empty() || shape.architecture.size() > 64) {
    return Bad(file, "general.architecture", std::to_string(shape.architecture.size()) + " characters", "1 to 64");
  }
  const std::string prefix = shape.architecture + ".";
  shape.layers = PAW_TRY(IntIn(file, prefix + "block_count", 1, kLayersMax));
  shape.width = PAW_TRY(IntIn(file, prefix + "embedding_length", 1, kWidthMax));
  shape.ff_width = PAW_TRY(IntIn(file, prefix + "feed_forward_length", 1, kFeedForwardMax));
  PAW_TRY(ReadHeads(file, prefix, shape));
  PAW_TRY(ReadPositions(file, prefix, shape));
  const char* epsilon_key = shape.architecture == "gpt2" ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
  const double epsilon = PAW_TRY(file.Float(prefix + epsilon_key));
  if (!(epsilon > 0.0 && epsilon < 1.0)) return Bad(file, prefix + epsilon_key, std::to_string(epsilon), "between 0 and 1");
  shape.norm_epsilon = static_cast<float>(epsilon);
  PAW_TRY(ReadVocabulary(file, shape));
  return shape;
}

}  // namespace paw
