// TinyBundle: a valid bundle of two kilobytes with every field filled in, for the tests of bundle/ and store/.
//
// Its adapter has the structure of one and fits no base. Thread rule: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bundle/bundle.h"
#include "gguf/writer.h"

namespace paw {

inline std::vector<std::byte> TinyAdapter() {
  gguf::Writer writer;
  writer.SetString("general.architecture", "llama");
  writer.SetString("general.type", "adapter");
  writer.SetString("adapter.type", "lora");
  writer.SetF32("adapter.lora.alpha", 16.0f);
  std::vector<float> numbers(16 * 8);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i % 13) - 6.0f;
  const std::array<std::int64_t, 2> a = {16, 8}, b = {8, 16};
  (void)writer.AddTensor("blk.0.attn_q.weight.lora_a", DType::kF32, a, std::span<const float>(numbers));
  (void)writer.AddTensor("blk.0.attn_q.weight.lora_b", DType::kF32, b, std::span<const float>(numbers));
  return writer.Finish();
}

inline Bundle TinyBundle() {
  Bundle bundle;
  bundle.manifest = ManifestFor(*FindBuiltInProfile(kDefaultProfile));
  bundle.manifest.program_id = "0123456789abcdef0123";
  bundle.manifest.spec = "Say \"now\" or \"later\" \xE2\x82\xAC";
  bundle.manifest.lora_rank = 8;
  bundle.manifest.created_at = *CreatedAt(std::nullopt);
  bundle.manifest.other["a_future_key"] = {1, "two"};
  PawRecord& paw = *bundle.manifest.paw;
  paw.labels = {"now", "later"};
  paw.output_kind = OutputKind::kLabel;
  paw.training = {{"steps", 120}, {"seed", 1}, {"learning_rate", 0.002}};
  paw.held_out = HeldOut{.metric = "exact", .n = 40, .score = 0.9, .ci95_low = 0.77, .ci95_high = 0.96, .other = {{"macro_f1", 0.89}}};
  paw.calibration = Calibration{.temperature = 1.25, .offsets = {}, .engine_id = "native", .engine_version = "1", .other = Json::object()};
  paw.other["signature"] = nullptr;
  bundle.adapter_gguf = TinyAdapter();
  bundle.prompt_template = "[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]";
  bundle.pseudo_program = "Task: now or later.\n";
  return bundle;
}

}  // namespace paw
