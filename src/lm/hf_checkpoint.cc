#include "lm/hf_checkpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <span>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

struct Name {
  std::string_view hf, gguf;
  bool transposed = false;
};

// Names outside and inside the layers, and what stands before them.
struct Names {
  std::string_view prefix;  // may be missing
  std::string_view layers;  // before the number of a layer
  std::span<const Name> outside, inside;
};

constexpr std::array<Name, 2> kQwen3Outside = {{
    {"embed_tokens.weight", "token_embd.weight"},
    {"norm.weight", "output_norm.weight"},
}};
constexpr std::array<Name, 11> kQwen3Inside = {{
    {"input_layernorm.weight", "attn_norm.weight"},
    {"post_attention_layernorm.weight", "ffn_norm.weight"},
    {"self_attn.q_norm.weight", "attn_q_norm.weight"},
    {"self_attn.k_norm.weight", "attn_k_norm.weight"},
    {"self_attn.q_proj.weight", "attn_q.weight"},
    {"self_attn.k_proj.weight", "attn_k.weight"},
    {"self_attn.v_proj.weight", "attn_v.weight"},
    {"self_attn.o_proj.weight", "attn_output.weight"},
    {"mlp.gate_proj.weight", "ffn_gate.weight"},
    {"mlp.up_proj.weight", "ffn_up.weight"},
    {"mlp.down_proj.weight", "ffn_down.weight"},
}};
constexpr Names kQwen3Names = {"model.", "layers.", kQwen3Outside, kQwen3Inside};

constexpr std::array<Name, 4> kGpt2Outside = {{
    {"wte.weight", "token_embd.weight"},
    {"wpe.weight", "position_embd.weight"},
    {"ln_f.weight", "output_norm.weight"},
    {"ln_f.bias", "output_norm.bias"},
}};
constexpr std::array<Name, 14> kGpt2Inside = {{
    {"ln_1.weight", "attn_norm.weight"},
    {"ln_1.bias", "attn_norm.bias"},
    {"ln_2.weight", "ffn_norm.weight"},
    {"ln_2.bias", "ffn_norm.bias"},
    {"attn.c_attn.weight", "attn_qkv.weight", true},
    {"attn.c_attn.bias", "attn_qkv.bias"},
    {"attn.c_proj.weight", "attn_output.weight", true},
    {"attn.c_proj.bias", "attn_output.bias"},
    {"mlp.c_fc.weight", "ffn_up.weight", true},
    {"mlp.c_fc.bias", "ffn_up.bias"},
    {"mlp.c_proj.weight", "ffn_down.weight", true},
    {"mlp.c_proj.bias", "ffn_down.bias"},
    {"attn.bias", ""},  // the causal mask, which older checkpoints hold
    {"attn.masked_bias", ""},
}};
constexpr Names kGpt2Names = {"transformer.", "h.", kGpt2Outside, kGpt2Inside};

Result<std::int32_t> IntIn(const Json& config, const char* key, std::int64_t high, const std::string& what) {
  const std::int64_t value = PAW_TRY(GetInt(config, key, what));
  if (value < 1 || value > high) {
    return Refused(what + ": " + key + ": found " + std::to_string(value) + ", expected 1 to " + std::to_string(high));
  }
  return static_cast<std::int32_t>(value);
}

// Switches that a plain model has off. transformers writes them as null or false, or leaves them out.
Status ExpectOff(const Json& config, std::initializer_list<const char*> keys, const std::string& what) {
  for (const char* key : keys) {
    const Json* value = FindMember(config, key);
    if (value == nullptr || *value == false) continue;
    return Unimplemented(what + ": " + key + ": found " + Printable(WriteJson(*value), 60) + ", expected none");
  }
  return Ok();
}

// transformers 5 has the base inside rope_parameters, earlier ones beside the other keys.
Result<float> RopeBase(const Json& config, const std::string& what) {
  const Json* parameters = FindMember(config, "rope_parameters");
  if (parameters != nullptr) {
    const std::string type = PAW_TRY(FindString(*parameters, "rope_type", what)).value_or("default");
    if (type != "default") return Unimplemented(what + ": rope_type: found " + Quoted(type, 40) + ", expected default");
  }
  const double base = PAW_TRY(GetDouble(parameters != nullptr ? *parameters : config, "rope_theta", what));
  if (!(base >= 1.0 && base <= 1e12)) return Refused(what + ": rope_theta: found " + std::to_string(base) + ", expected 1 to 1e12");
  return static_cast<float>(base);
}

Result<float> Epsilon(const Json& config, const char* key, const std::string& what) {
  const double epsilon = PAW_TRY(GetDouble(config, key, what));
  if (!(epsilon > 0.0 && epsilon < 1.0)) {
    return Refused(what + ": " + key + ": found " + std::to_string(epsilon) + ", expected between 0 and 1");
  }
  return static_cast<float>(epsilon);
}

Result<ModelShape> ReadQwen3(const Json& config, const std::string& what) {
  PAW_TRY(ExpectOff(config, {"attention_bias", "use_sliding_window", "rope_scaling"}, what));
  ModelShape shape;
  shape.architecture = "qwen3";
  shape.layers = PAW_TRY(IntIn(config, "num_hidden_layers", kLayersMax, what));
  shape.width = PAW_TRY(IntIn(config, "hidden_size", kWidthMax, what));
  shape.ff_width = PAW_TRY(IntIn(config, "intermediate_size", 8 * std::int64_t{kWidthMax}, what));
  shape.heads = PAW_TRY(IntIn(config, "num_attention_heads", kHeadsMax, what));
  shape.kv_heads = PAW_TRY(IntIn(config, "num_key_value_heads", kHeadsMax, what));
  shape.head_width = PAW_TRY(IntIn(config, "head_dim", kWidthMax, what));
  if (shape.heads % shape.kv_heads != 0 || shape.head_width % 2 != 0 || std::int64_t{shape.heads} * shape.head_width > kWidthMax) {
    return Refused(what + ": found " + std::to_string(shape.heads) + " heads of width " + std::to_string(shape.head_width) + " on " +
                   std::to_string(shape.kv_heads) + " key heads, expected a multiple, even, at most " + std::to_string(kWidthMax) +
                   " wide in all");
  }
  shape.context_max = PAW_TRY(IntIn(config, "max_position_embeddings", kContextTokensMax, what));
  shape.rope_base = PAW_TRY(RopeBase(config, what));
  shape.norm_epsilon = PAW_TRY(Epsilon(config, "rms_norm_eps", what));
  shape.tied_output = PAW_TRY(FindBool(config, "tie_word_embeddings", what)).value_or(false);
  return shape;
}

Result<ModelShape> ReadGpt2(const Json& config, const std::string& what) {
  PAW_TRY(ExpectOff(config, {"scale_attn_by_inverse_layer_idx", "add_cross_attention"}, what));
  if (!PAW_TRY(FindBool(config, "scale_attn_weights", what)).value_or(true)) {
    return Unimplemented(what + ": scale_attn_weights: found false, expected true");
  }
  const std::string activation = PAW_TRY(FindString(config, "activation_function", what)).value_or("gelu_new");
  if (activation != "gelu_new" && activation != "gelu_pytorch_tanh") {
    return Unimplemented(what + ": activation_function: found " + Quoted(activation, 40) + ", expected gelu_new");
  }
  ModelShape shape;
  shape.architecture = "gpt2";
  shape.layers = PAW_TRY(IntIn(config, "n_layer", kLayersMax, what));
  shape.width = PAW_TRY(IntIn(config, "n_embd", kWidthMax, what));
  shape.ff_width = 4 * shape.width;
  if (FindMember(config, "n_inner") != nullptr) shape.ff_width = PAW_TRY(IntIn(config, "n_inner", 8 * std::int64_t{kWidthMax}, what));
  shape.heads = shape.kv_heads = PAW_TRY(IntIn(config, "n_head", kHeadsMax, what));
  if (shape.width % shape.heads != 0) {
    return Refused(what + ": n_head: found " + std::to_string(shape.heads) + ", expected a divisor of " + std::to_string(shape.width));
  }
  shape.head_width = shape.width / shape.heads;
  shape.context_max = PAW_TRY(IntIn(config, "n_positions", kContextTokensMax, what));
  shape.norm_epsilon = PAW_TRY(Epsilon(config, "layer_norm_epsilon", what));
  shape.tied_output = PAW_TRY(FindBool(config, "tie_word_embeddings", what)).value_or(true);
  return shape;
}

// The name among `names`; null when it is not there.
const Name* Find(std::span<const Name> names, std::string_view hf) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Name& name) { return name.hf == hf; });
  return found == names.end() ? nullptr : &*found;
}

}  // namespace

Result<ModelShape> ReadHfShape(Fs& fs, const std::string& folder) {
  const std::string what = folder + "/config.json";
  const Json config = PAW_TRY(ParseJson(PAW_TRY(fs.ReadText(what, kJsonBytesMax)), what));
  const std::string type = PAW_TRY(GetString(config, "model_type", what));
  if (type != "qwen3" && type != "gpt2") {
    return Unimplemented(what + ": model_type: found " + Quoted(type, 40) + ", expected qwen3 or gpt2; convert others to GGUF");
  }
  ModelShape shape = PAW_TRY(type == "gpt2" ? ReadGpt2(config, what) : ReadQwen3(config, what));
  shape.vocabulary = PAW_TRY(IntIn(config, "vocab_size", kVocabularyMax, what));
  return shape;
}

Result<GgufPlace> GgufPlaceOf(std::string_view name, const ModelShape& shape, std::string_view what) {
  const auto unknown = [&]() -> Result<GgufPlace> {
    return Unimplemented("reading " + std::string(what) + ": found the tensor " + Quoted(name, 80) + ", expected those of a plain " +
                         shape.architecture);
  };
  const Names& names = shape.architecture == "gpt2" ? kGpt2Names : kQwen3Names;
  if (name == "lm_head.weight") return GgufPlace{shape.tied_output ? "" : "output.weight"};
  std::string_view rest = name;
  if (rest.starts_with(names.prefix)) rest.remove_prefix(names.prefix.size());
  if (const Name* found = Find(names.outside, rest)) return GgufPlace{std::string(found->gguf)};
  if (!rest.starts_with(names.layers)) return unknown();
  rest.remove_prefix(names.layers.size());
  std::int32_t layer = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != '.' || layer < 0 || layer >= shape.layers) return unknown();
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  const Name* found = Find(names.inside, rest);
  if (found == nullptr) return unknown();
  if (found->gguf.empty()) return GgufPlace{};
  return GgufPlace{"blk." + std::to_string(layer) + "." + std::string(found->gguf), found->transposed};
}

}  // namespace paw
