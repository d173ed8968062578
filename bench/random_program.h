// RandomProgram: a label program with a random adapter, for measurements that need many programs and no right answers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bundle/bundle.h"
#include "runtime/program.h"

namespace paw {

// `adapter`: its bytes. Its prompt names `number`, so no two numbers share a prefix.
inline Bundle RandomProgram(const BaseModel& base, std::vector<std::byte> adapter, int number, std::vector<std::string> labels) {
  Bundle bundle;
  bundle.adapter_gguf = std::move(adapter);
  bundle.prompt_template = "<|im_start|>user\nProgram " + std::to_string(number) +
                           ": sort the message.\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]<|im_end|>\n<|im_start|>assistant\n";
  bundle.manifest.program_id = "random-" + std::to_string(number);
  bundle.manifest.paw.emplace();
  bundle.manifest.paw->base.sha256 = base.sha256();
  bundle.manifest.paw->output_kind = OutputKind::kLabel;
  bundle.manifest.paw->labels = std::move(labels);
  return bundle;
}

}  // namespace paw
