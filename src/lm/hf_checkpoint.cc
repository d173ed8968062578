#include "lm/hf_checkpoint.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/json.h"
#include "base/limits.h"

namespace paw {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kLayerNames = {{
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

Result<std::int32_t> IntIn(const Json& config, const char* key, std::int64_t high, const std::string& what) {
  const std::int64_t value = PAW_TRY(GetInt(config, key, what));
  if (value < 1 || value > high) {
    return Refused(what + ": " + key + ": found " + std::to_string(value) + ", expected 1 to " + std::to_string(high));
  }
  return static_cast<std::int32_t>(value);
}

// Switches that a plain qwen3 has off. transformers writes them as null or false, or leaves them out.
Status ExpectOff(const Json& config, const std::string& what) {
  for (const char* key : {"attention_bias", "use_sliding_window", "rope_scaling"}) {
    const Json* value = FindMember(config, key);
    if (value == nullptr || *value == false) continue;
    return Unimplemented(what + ": " + key + ": found " + WriteJson(*value).substr(0, 60) + ", expected none");
  }
  return Ok();
}

// transformers 5 has the base inside rope_parameters, earlier ones beside the other keys.
Result<float> RopeBase(const Json& config, const std::string& what) {
  const Json* parameters = FindMember(config, "rope_parameters");
  if (parameters != nullptr) {
    const std::string type = PAW_TRY(FindString(*parameters, "rope_type", what)).value_or("default");
    if (type != "default") return Unimplemented(what + ": rope_type: found " + type.substr(0, 40) + ", expected default");
  }
  const double base = PAW_TRY(GetDouble(parameters != nullptr ? *parameters : config, "rope_theta", what));
  if (!(base >= 1.0 && base <= 1e12)) return Refused(what + ": rope_theta: found " + std::to_string(base) + ", expected 1 to 1e12");
  return static_cast<float>(base);
}

}  // namespace

Result<ModelShape> ReadHfShape(Fs& fs, const std::string& folder) {
  const std::string what = folder + "/config.json";
  const Json config = PAW_TRY(ParseJson(PAW_TRY(fs.ReadText(what, kJsonBytesMax)), what));
  ModelShape shape;
  shape.architecture = PAW_TRY(GetString(config, "model_type", what));
  if (shape.architecture != "qwen3") {
    return Unimplemented(what + ": model_type: found " + shape.architecture.substr(0, 40) + ", expected qwen3; convert others to GGUF");
  }
  PAW_TRY(ExpectOff(config, what));
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
  shape.vocabulary = PAW_TRY(IntIn(config, "vocab_size", kVocabularyMax, what));
  shape.context_max = PAW_TRY(IntIn(config, "max_position_embeddings", kContextTokensMax, what));
  shape.rope_base = PAW_TRY(RopeBase(config, what));
  const double epsilon = PAW_TRY(GetDouble(config, "rms_norm_eps", what));
  if (!(epsilon > 0.0 && epsilon < 1.0)) {
    return Refused(what + ": rms_norm_eps: found " + std::to_string(epsilon) + ", expected between 0 and 1");
  }
  shape.norm_epsilon = static_cast<float>(epsilon);
  shape.tied_output = PAW_TRY(FindBool(config, "tie_word_embeddings", what)).value_or(false);
  return shape;
}

Result<std::string> GgufNameOf(std::string_view name, const ModelShape& shape, std::string_view what) {
  const auto unknown = [&]() -> Result<std::string> {
    return Unimplemented("reading " + std::string(what) + ": found the tensor " + std::string(name.substr(0, 80)) +
                         ", expected those of a plain " + shape.architecture);
  };
  if (name == "lm_head.weight") return std::string(shape.tied_output ? "" : "output.weight");
  std::string_view rest = name;
  if (rest.starts_with("model.")) rest.remove_prefix(6);
  if (rest == "embed_tokens.weight") return std::string("token_embd.weight");
  if (rest == "norm.weight") return std::string("output_norm.weight");
  constexpr std::string_view kLayers = "layers.";
  if (!rest.starts_with(kLayers)) return unknown();
  rest.remove_prefix(kLayers.size());
  std::int32_t layer = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), layer);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != '.' || layer < 0 || layer >= shape.layers) return unknown();
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  for (const auto& [hf, gguf] : kLayerNames) {
    if (rest == hf) return "blk." + std::to_string(layer) + "." + std::string(gguf);
  }
  return unknown();
}

}  // namespace paw
