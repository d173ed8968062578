#include "gguf/toy_model.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "gguf/writer.h"

namespace paw::gguf {
namespace {

constexpr std::array<std::string_view, 3> kSpecials = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
constexpr std::int32_t kTypeNormal = 1;
constexpr std::int32_t kTypeControl = 3;

// Words whose pieces become tokens, left to right: enough for labels and templates to be a few tokens long. "_" is a space.
constexpr std::array<std::string_view, 24> kWords = {"_the", "_and",  "_to",    "user",  "system", "assistant", "yes",   "no",
                                                     "true", "false", "urgent", "later", "_is",    "_in",       "Input", "Output",
                                                     "Task", "label", "_of",    "ing",   "spam",   "_a",        "ham",   "END"};

// GPT-2's byte-to-unicode alphabet (Radford et al. 2019, encoder.py): printable bytes stand for themselves, the others for U+0100 on.
std::array<std::string, 256> ByteAlphabet() {
  std::array<std::string, 256> alphabet;
  std::uint32_t next = 0x100;
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    const bool itself = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    const std::uint32_t point = itself ? byte : next++;
    if (point < 0x80) {
      alphabet[byte] = std::string(1, static_cast<char>(point));
    } else {
      alphabet[byte] = {static_cast<char>(0xc0 | (point >> 6)), static_cast<char>(0x80 | (point & 0x3f))};
    }
  }
  return alphabet;
}

struct Vocabulary {
  std::vector<std::string> tokens;
  std::vector<std::int32_t> types;
  std::vector<std::string> merges;
};

Vocabulary MakeVocabulary(std::int32_t tokens_min) {
  const std::array<std::string, 256> alphabet = ByteAlphabet();
  Vocabulary vocabulary;
  for (const std::string_view special : kSpecials) vocabulary.tokens.emplace_back(special);
  vocabulary.types.assign(kSpecials.size(), kTypeControl);
  for (const std::string& letter : alphabet) vocabulary.tokens.push_back(letter);
  std::set<std::string> known(vocabulary.tokens.begin(), vocabulary.tokens.end());
  for (const std::string_view word : kWords) {
    std::string piece;
    for (const char c : word) {
      const std::string& letter = alphabet[c == '_' ? static_cast<unsigned char>(' ') : static_cast<unsigned char>(c)];
      std::string longer = piece;
      longer += letter;
      if (!piece.empty() && known.insert(longer).second) {
        vocabulary.merges.push_back(std::string(piece).append(" ").append(letter));
        vocabulary.tokens.push_back(longer);
      }
      piece = std::move(longer);
    }
  }
  while (vocabulary.tokens.size() < static_cast<std::size_t>(std::max(tokens_min, 0))) {
    vocabulary.tokens.push_back("<|no text " + std::to_string(vocabulary.tokens.size()) + "|>");
  }
  vocabulary.types.resize(vocabulary.tokens.size(), kTypeNormal);
  return vocabulary;
}

bool IsGpt2(const ToyModelOptions& options) { return options.architecture == "gpt2"; }

std::int32_t HeadWidth(const ToyModelOptions& options) {
  return options.head_width == 0 ? options.width / options.heads : options.head_width;
}

void SetKeys(Writer& writer, const ToyModelOptions& options, const Vocabulary& vocabulary) {
  const auto u32 = [](std::int32_t number) { return static_cast<std::uint32_t>(number); };
  const std::string prefix = options.architecture + ".";
  writer.SetString("general.architecture", options.architecture);
  writer.SetString("general.type", "model");
  writer.SetString("general.name", "toy");
  writer.SetU32(prefix + "block_count", u32(options.layers));
  writer.SetU32(prefix + "context_length", u32(options.context_max));
  writer.SetU32(prefix + "embedding_length", u32(options.width));
  writer.SetU32(prefix + "feed_forward_length", u32(options.ff_width));
  writer.SetU32(prefix + "attention.head_count", u32(options.heads));
  if (IsGpt2(options)) {
    writer.SetF32(prefix + "attention.layer_norm_epsilon", 1e-5f);
  } else {
    writer.SetU32(prefix + "attention.head_count_kv", u32(options.kv_heads));
    writer.SetF32(prefix + "rope.freq_base", 10000.0f);
    writer.SetF32(prefix + "attention.layer_norm_rms_epsilon", 1e-5f);
    writer.SetU32(prefix + "vocab_size", static_cast<std::uint32_t>(vocabulary.tokens.size()));
    writer.SetU32(prefix + "rope.dimension_count", u32(HeadWidth(options)));
    if (options.head_width != 0) {
      writer.SetU32(prefix + "attention.key_length", u32(options.head_width));
      writer.SetU32(prefix + "attention.value_length", u32(options.head_width));
    }
  }
  writer.SetBool("tokenizer.ggml.add_space_prefix", false);
  writer.SetBool("tokenizer.ggml.add_bos_token", false);
  writer.SetString("tokenizer.ggml.model", "gpt2");
  writer.SetString("tokenizer.ggml.pre", IsGpt2(options) ? "gpt-2" : "smollm");
  writer.SetStrings("tokenizer.ggml.tokens", vocabulary.tokens);
  writer.SetI32s("tokenizer.ggml.token_type", vocabulary.types);
  writer.SetStrings("tokenizer.ggml.merges", vocabulary.merges);
  writer.SetU32("tokenizer.ggml.bos_token_id", 1);
  writer.SetU32("tokenizer.ggml.eos_token_id", 2);
  writer.SetU32("tokenizer.ggml.unknown_token_id", 0);
  writer.SetU32("tokenizer.ggml.padding_token_id", 2);
  writer.SetU32("general.quantization_version", 2);
}

// Draws and adds the tensors; the first failure sticks.
class TensorMaker {
 public:
  TensorMaker(Writer& writer, const ToyModelOptions& options) : writer_(writer), options_(options), random_(options.seed, "toy model") {}

  // (outputs, inputs), uniform with the variance of 1/inputs.
  void Matrix(const std::string& name, std::int64_t inputs, std::int64_t outputs) {
    const float bound = options_.weight_scale * std::sqrt(3.0f / static_cast<float>(inputs));
    if (options_.dtype == DType::kQ4_1 || options_.dtype == DType::kQ6_K) {
      Blocks(name, inputs, outputs, bound);
      return;
    }
    std::vector<float> weights(static_cast<std::size_t>(inputs * outputs));
    for (float& weight : weights) weight = random_.Uniform(-bound, bound);
    const std::array<std::int64_t, 3> ne = {inputs, outputs, 1};
    Add(name, options_.dtype, std::span(ne).first(options_.trailing_one && name.starts_with("blk.") ? 3 : 2), weights);
  }

  void Norm(const std::string& name, std::int64_t width) { Row(name, width, 0.8f, 1.2f); }
  void Bias(const std::string& name, std::int64_t width) { Row(name, width, -0.2f, 0.2f); }

  // (positions, width), always F32, as llama.cpp keeps them.
  void Positions(const std::string& name, std::int64_t width, std::int64_t positions) {
    std::vector<float> rows(static_cast<std::size_t>(width * positions));
    for (float& number : rows) number = random_.Uniform(-0.5f, 0.5f);
    Add(name, DType::kF32, std::array<std::int64_t, 2>{width, positions}, rows);
  }

  bool ok() const { return status_.ok(); }

 private:
  // Blocks of random codes between about -bound and bound, for types that paw reads and does not write.
  void Blocks(const std::string& name, std::int64_t inputs, std::int64_t outputs, float bound) {
    const bool super = options_.dtype == DType::kQ6_K;
    if (inputs % BlockWeights(options_.dtype) != 0) {
      if (status_.ok()) status_ = Usage("making a toy model: found " + std::to_string(inputs) + " inputs, expected whole blocks");
      return;
    }
    const auto block_bytes = static_cast<std::size_t>(BlockBytes(options_.dtype));
    const auto blocks = static_cast<std::size_t>(inputs * outputs / BlockWeights(options_.dtype));
    std::vector<std::byte> bytes(blocks * block_bytes);
    const auto put_half = [&](std::size_t at, float number) {
      const std::uint16_t half = FloatToHalf(number);
      std::memcpy(bytes.data() + at, &half, 2);
    };
    for (std::size_t b = 0; b < blocks; ++b) {
      const std::size_t at = b * block_bytes;
      for (std::size_t i = 0; i < block_bytes; i += 8) {
        const std::uint64_t bits = random_.Next();
        std::memcpy(bytes.data() + at + i, &bits, std::min<std::size_t>(8, block_bytes - i));
      }
      if (super) {
        for (std::size_t i = 192; i < 208; ++i) bytes[at + i] = static_cast<std::byte>(64);  // scales of 16 weights
        put_half(at + 208, bound / (64.0f * 32.0f));
      } else {
        put_half(at, 2.0f * bound / 15.0f);
        put_half(at + 2, -bound);
      }
    }
    if (status_.ok()) {
      status_ = writer_.AddTensor(name, options_.dtype, std::array<std::int64_t, 2>{inputs, outputs}, std::span<const std::byte>(bytes));
    }
  }

  void Row(const std::string& name, std::int64_t width, float low, float high) {
    std::vector<float> numbers(static_cast<std::size_t>(width));
    for (float& number : numbers) number = random_.Uniform(low, high);
    Add(name, DType::kF32, std::array<std::int64_t, 1>{width}, numbers);
  }

  void Add(const std::string& name, DType dtype, std::span<const std::int64_t> ne, const std::vector<float>& weights) {
    if (status_.ok()) status_ = writer_.AddTensor(name, dtype, ne, std::span<const float>(weights));
  }

  Writer& writer_;
  const ToyModelOptions& options_;
  Random random_;
  Status status_;
};

// One block of llama or qwen3.
void MakeGatedBlock(TensorMaker& maker, const ToyModelOptions& options, const std::string& block) {
  const std::int64_t width = options.width;
  const std::int64_t head_width = HeadWidth(options), query_width = head_width * options.heads, kv_width = head_width * options.kv_heads;
  maker.Norm(block + "attn_norm.weight", width);
  maker.Matrix(block + "ffn_down.weight", options.ff_width, width);
  maker.Matrix(block + "ffn_gate.weight", width, options.ff_width);
  maker.Matrix(block + "ffn_up.weight", width, options.ff_width);
  maker.Norm(block + "ffn_norm.weight", width);
  maker.Matrix(block + "attn_k.weight", width, kv_width);
  maker.Matrix(block + "attn_output.weight", query_width, width);
  maker.Matrix(block + "attn_q.weight", width, query_width);
  maker.Matrix(block + "attn_v.weight", width, kv_width);
  if (options.architecture == "qwen3") {
    maker.Norm(block + "attn_q_norm.weight", head_width);
    maker.Norm(block + "attn_k_norm.weight", head_width);
  }
}

void MakeGpt2Block(TensorMaker& maker, const ToyModelOptions& options, const std::string& block) {
  const std::int64_t width = options.width, ff_width = options.ff_width;
  for (const char* norm : {"attn_norm", "ffn_norm"}) {
    maker.Norm(block + norm + ".weight", width);
    maker.Bias(block + norm + ".bias", width);
  }
  const auto linear = [&](const char* name, std::int64_t inputs, std::int64_t outputs) {
    maker.Matrix(block + name + ".weight", inputs, outputs);
    maker.Bias(block + name + ".bias", outputs);
  };
  linear("attn_qkv", width, 3 * width);
  linear("attn_output", width, width);
  linear("ffn_up", width, ff_width);
  linear("ffn_down", ff_width, width);
}

}  // namespace

std::vector<std::string> ToyTokens() { return MakeVocabulary(0).tokens; }

std::vector<std::byte> MakeToyModelGguf(const ToyModelOptions& options) {
  const Vocabulary vocabulary = MakeVocabulary(options.vocabulary);
  Writer writer;
  SetKeys(writer, options, vocabulary);
  TensorMaker maker(writer, options);
  const std::int64_t width = options.width;
  maker.Matrix("token_embd.weight", width, static_cast<std::int64_t>(vocabulary.tokens.size()));
  if (IsGpt2(options)) maker.Positions("position_embd.weight", width, options.context_max);
  for (std::int32_t layer = 0; layer < options.layers; ++layer) {
    const std::string block = "blk." + std::to_string(layer) + ".";
    IsGpt2(options) ? MakeGpt2Block(maker, options, block) : MakeGatedBlock(maker, options, block);
  }
  maker.Norm("output_norm.weight", width);
  if (IsGpt2(options)) maker.Bias("output_norm.bias", width);
  return maker.ok() ? writer.Finish() : std::vector<std::byte>();
}

}  // namespace paw::gguf
