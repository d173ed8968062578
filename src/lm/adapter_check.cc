#include "lm/adapter_check.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/text.h"
#include "gguf/gguf.h"

namespace paw {
namespace {

using gguf::ValueType;

constexpr std::int64_t kChunkWeights = 8192;  // numbers proved finite at a time; a multiple of every block

struct KeyRule {
  std::string_view key;
  ValueType type;
};

// Keys beyond the four that matter: llama.cpp's converters write some of them, none has an effect.
constexpr std::array<KeyRule, 22> kKeyRules = {{
    {"general.architecture", ValueType::kString},
    {"general.type", ValueType::kString},
    {"adapter.type", ValueType::kString},
    {"adapter.lora.alpha", ValueType::kF32},
    {"general.alignment", ValueType::kU32},
    {"general.file_type", ValueType::kU32},
    {"general.quantization_version", ValueType::kU32},
    {"general.base_model.count", ValueType::kU32},
    {"general.base_model.0.name", ValueType::kString},
    {"general.base_model.0.organization", ValueType::kString},
    {"general.base_model.0.version", ValueType::kString},
    {"general.base_model.0.repo_url", ValueType::kString},
    {"general.name", ValueType::kString},
    {"general.author", ValueType::kString},
    {"general.version", ValueType::kString},
    {"general.organization", ValueType::kString},
    {"general.basename", ValueType::kString},
    {"general.finetune", ValueType::kString},
    {"general.description", ValueType::kString},
    {"general.size_label", ValueType::kString},
    {"general.license", ValueType::kString},
    {"general.url", ValueType::kString},
}};

bool IsPrintable(std::string_view text) {
  // Printable doubles backslashes and escapes all that a terminal should not see.
  return Printable(text, 8 * text.size() + 8) == ReplaceAll(text, "\\", "\\\\");
}

struct Slot {
  std::int32_t layer = 0;
  Projection projection = Projection::kQ;
  bool is_a = false;
};

// "blk.N.<projection>.weight.lora_a": N in plain decimal below `layers`; nullopt for any other name.
std::optional<Slot> SlotOf(std::string_view name, std::int32_t layers) {
  constexpr std::string_view kBlock = "blk.";
  if (!name.starts_with(kBlock)) return std::nullopt;
  name.remove_prefix(kBlock.size());
  Slot slot;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), slot.layer);
  const auto digits = static_cast<std::size_t>(end - name.data());
  if (error != std::errc() || slot.layer < 0 || slot.layer >= layers || name.substr(0, digits) != std::to_string(slot.layer)) {
    return std::nullopt;
  }
  name.remove_prefix(digits);
  for (int i = 0; i < kProjectionCount; ++i) {
    slot.projection = static_cast<Projection>(i);
    const std::string stem = "." + std::string(ProjectionName(slot.projection)) + ".weight.lora_";
    if (name == stem + "a" || name == stem + "b") {
      slot.is_a = name.back() == 'a';
      return slot;
    }
  }
  return std::nullopt;
}

bool IsAdapterDType(DType dtype) {
  switch (dtype) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ5_0:
    case DType::kQ4_0:
      return true;
    default:
      return false;
  }
}

bool AllFinite(std::span<const float> numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](float number) { return std::isfinite(number); });
}

class Checker {
 public:
  Checker(const ModelShape& shape, std::string_view what) : shape_(shape), what_(what) {}

  Status Run(const gguf::File& file) {
    PAW_TRY(CheckKeys(file));
    PAW_TRY(CheckTensors(file));
    return CheckNumbers(file);
  }

  float alpha() const { return alpha_; }
  std::int32_t rank() const { return rank_; }

 private:
  Status Bad(const std::string& field, std::string_view found, std::string_view expected) const {
    return Refused("reading " + what_ + ": " + field + ": found " + std::string(found) + ", expected " + std::string(expected));
  }

  Status CheckKeys(const gguf::File& file) {
    if (file.values().size() > kAdapterKeysMax) {
      return Bad("keys", std::to_string(file.values().size()), "at most " + std::to_string(kAdapterKeysMax));
    }
    for (const auto& [key, value] : file.values()) {
      const auto rule = std::find_if(kKeyRules.begin(), kKeyRules.end(), [&key = key](const KeyRule& r) { return r.key == key; });
      if (rule == kKeyRules.end()) return Bad("key " + key, "it", "only the keys of an adapter");
      const ValueType type = file.TypeOf(key).value_or(ValueType::kArray);
      if (type != rule->type) return Bad("key " + key, "type " + std::string(ValueTypeName(type)), ValueTypeName(rule->type));
      if (const auto* text = std::get_if<std::string>(&value)) {
        if (text->size() > kAdapterStringBytesMax) {
          return Bad("key " + key, std::to_string(text->size()) + " bytes", "at most " + std::to_string(kAdapterStringBytesMax));
        }
        if (!IsPrintable(*text)) return Bad("key " + key, Quoted(*text), "printable text");
      }
    }
    if (file.alignment() != 32) return Bad("key general.alignment", std::to_string(file.alignment()), "32");
    PAW_TRY(Expect(file, "general.architecture", shape_.architecture));
    PAW_TRY(Expect(file, "general.type", "adapter"));
    PAW_TRY(Expect(file, "adapter.type", "lora"));
    const double alpha = PAW_TRY(file.Float("adapter.lora.alpha"));
    if (!(alpha > 0.0)) return Bad("key adapter.lora.alpha", std::to_string(alpha), "a finite number above 0");
    alpha_ = static_cast<float>(alpha);
    return Ok();
  }

  Status Expect(const gguf::File& file, std::string_view key, std::string_view expected) const {
    const std::string found = PAW_TRY(file.String(key));
    if (found != expected) return Bad("key " + std::string(key), Quoted(found), Quoted(expected));
    return Ok();
  }

  Status CheckTensors(const gguf::File& file) {
    if (file.tensors().empty()) return Bad("tensors", "none", "at least one pair");
    if (file.tensors().size() > kAdapterTensorsMax) {
      return Bad("tensors", std::to_string(file.tensors().size()), "at most " + std::to_string(kAdapterTensorsMax));
    }
    for (const gguf::Tensor& tensor : file.tensors()) PAW_TRY(CheckTensor(file, tensor));
    return Ok();
  }

  Status CheckTensor(const gguf::File& file, const gguf::Tensor& tensor) {
    const std::string field = "tensor " + tensor.name;
    const std::optional<Slot> slot = SlotOf(tensor.name, shape_.layers);
    if (!slot || !shape_.HasProjection(slot->projection)) {
      return Bad(field, "it", "blk.N.<projection>.weight.lora_a or .lora_b with N below " + std::to_string(shape_.layers));
    }
    if (!IsAdapterDType(tensor.dtype)) return Bad(field, DTypeName(tensor.dtype), "F32, F16, BF16, Q8_0, Q5_0 or Q4_0");
    if (tensor.ne.size() != 2) return Bad(field, std::to_string(tensor.ne.size()) + " dimensions", "2");
    std::string partner = tensor.name;
    partner.back() = slot->is_a ? 'b' : 'a';
    if (file.Find(partner) == nullptr) return Bad(field, "it alone", "its partner " + partner);
    const std::int64_t rank = tensor.ne[slot->is_a ? 1 : 0];
    const std::int64_t side = tensor.ne[slot->is_a ? 0 : 1];
    const std::int32_t base_side = slot->is_a ? shape_.InputsOf(slot->projection) : shape_.OutputsOf(slot->projection);
    if (side != base_side) return Bad(field, "width " + std::to_string(side), std::to_string(base_side) + " as in the base");
    if (rank > kAdapterRankMax) return Bad(field, "rank " + std::to_string(rank), "at most " + std::to_string(kAdapterRankMax));
    if (rank_ != 0 && rank != rank_) return Bad(field, "rank " + std::to_string(rank), std::to_string(rank_) + " as in the others");
    rank_ = static_cast<std::int32_t>(rank);
    return Ok();
  }

  Status CheckNumbers(const gguf::File& file) const {
    std::vector<float> chunk(kChunkWeights);
    for (const gguf::Tensor& tensor : file.tensors()) {
      const std::int64_t weights = tensor.ne[0] * tensor.ne[1];
      const std::int64_t chunk_bytes = kChunkWeights / BlockWeights(tensor.dtype) * BlockBytes(tensor.dtype);
      for (std::int64_t at = 0, byte = 0; at < weights; at += kChunkWeights, byte += chunk_bytes) {
        const std::span<float> numbers(chunk.data(), static_cast<std::size_t>(std::min(kChunkWeights, weights - at)));
        Dequantize(tensor.dtype, tensor.data.subspan(static_cast<std::size_t>(byte)), numbers);
        if (!AllFinite(numbers)) return Bad("tensor " + tensor.name, "an infinite number or a NaN", "finite numbers");
      }
    }
    return Ok();
  }

  const ModelShape& shape_;
  std::string what_;
  float alpha_ = 0.0f;
  std::int32_t rank_ = 0;
};

}  // namespace

Status CheckAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what) {
  const gguf::File file = PAW_TRY(gguf::File::Open(gguf_bytes, what));
  return Checker(shape, what).Run(file);
}

Result<StoredLora> ReadStoredAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what) {
  const gguf::File file = PAW_TRY(gguf::File::Open(gguf_bytes, what));
  Checker checker(shape, what);
  PAW_TRY(checker.Run(file));
  StoredLora lora;
  lora.rank = checker.rank();
  lora.alpha = checker.alpha();
  lora.layers = shape.layers;
  lora.pairs.resize(static_cast<std::size_t>(shape.layers) * kProjectionCount);
  for (const gguf::Tensor& tensor : file.tensors()) {
    const std::optional<Slot> slot = SlotOf(tensor.name, shape.layers);
    if (!slot) return Internal("reading " + std::string(what) + ": tensor " + tensor.name + " passed the check without a place");
    StoredPair& pair = lora.pairs[static_cast<std::size_t>(slot->layer) * kProjectionCount + static_cast<std::size_t>(slot->projection)];
    (slot->is_a ? pair.a : pair.b) = {tensor.dtype, tensor.ne[1], tensor.ne[0], tensor.data};
  }
  return lora;
}

Result<LoraWeights> ReadAdapter(std::span<const std::byte> gguf_bytes, const ModelShape& shape, std::string_view what) {
  const StoredLora stored = PAW_TRY(ReadStoredAdapter(gguf_bytes, shape, what));
  LoraWeights lora;
  lora.rank = stored.rank;
  lora.alpha = stored.alpha;
  lora.layers = stored.layers;
  lora.pairs.resize(stored.pairs.size());
  const auto numbers = [](const StoredMatrix& matrix) {
    std::vector<float> weights(static_cast<std::size_t>(matrix.rows * matrix.columns));
    if (!weights.empty()) Dequantize(matrix.dtype, matrix.data, weights);
    return weights;
  };
  for (std::size_t i = 0; i < stored.pairs.size(); ++i) lora.pairs[i] = {numbers(stored.pairs[i].a), numbers(stored.pairs[i].b)};
  return lora;
}

}  // namespace paw
