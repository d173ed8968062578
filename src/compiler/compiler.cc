#include "compiler/compiler.h"

#include <algorithm>
#include <utility>

#include "adapter/adapter.h"
#include "compiler/built_in.h"
#include "compiler/compilation.h"
#include "compiler/plan.h"
#include "compiler/written_examples.h"

namespace paw {

namespace {

constexpr char kRecord[] = "replaying: the training record";  // for messages

// Without a word about it, a spec with few examples is compiled by the compiler that paw ships.
bool UseBuiltInMapper(CompileOptions& options, std::size_t examples) {
  const bool own_prompt = !options.pseudo_text.empty() || FindMember(options.overrides, "tail") != nullptr;
  if (options.mapper || options.no_built_in_mapper || own_prompt || examples >= kExamplesForShortPrompt) return false;
  const CompilerProfile* built_in = BuiltInCompiler();
  if (built_in == nullptr || built_in->interpreter != options.base_sha256 || options.chat_style != ChatStyle::kChatMl) return false;
  options.mapper = MapperOptions{*built_in, "", nullptr};
  return true;
}

}  // namespace

Result<CompileReport> Compile(const std::string& spec_text, const std::vector<Example>& examples, const CompileOptions& options,
                              const std::function<void(const CompileEvent&)>& on_event) {
  CompileInputs inputs;
  inputs.spec_text = spec_text;
  inputs.examples = examples;
  inputs.options = options;
  inputs.budget_record = BudgetToJson(options.budget);
  inputs.mapper_by_default = UseBuiltInMapper(inputs.options, examples.size());
  inputs.ask_reader = !options.no_built_in_mapper;
  return Compilation(std::move(inputs), on_event).Run();
}

namespace {

// The base writes them again: they are not in the bundle.
Result<std::int32_t> WrittenExamplesOf(const Json& record) {
  const Json* written = FindMember(record, "written_examples");
  if (written == nullptr) return 0;
  const std::int64_t per_label = PAW_TRY(GetInt(*written, "per_label", kRecord));
  if (per_label >= 1 && per_label <= kWrittenExamplesMax) return static_cast<std::int32_t>(per_label);
  return Refused(std::string(kRecord) + ": key \"per_label\": found " + std::to_string(per_label) + ", expected 1 to " +
                 std::to_string(kWrittenExamplesMax));
}

// A program that a mapper made is replayed with the same mapper.
Status ChooseCompiler(const Manifest& manifest, CompileOptions& options) {
  const Json* mapper = FindMember(manifest.paw->training, "mapper");
  if (mapper == nullptr) {
    options.mapper.reset();  // made without one, or it was skipped: it is not asked again
    return Ok();
  }
  const std::string fingerprint = PAW_TRY(GetString(*mapper, "fingerprint", kRecord));
  if (options.mapper && options.mapper->profile.fingerprint() == fingerprint) return Ok();
  const CompilerProfile* built_in = BuiltInCompiler();
  if (built_in != nullptr && built_in->fingerprint() == fingerprint) {
    options.mapper = MapperOptions{*built_in, "", nullptr};
    return Ok();
  }
  return NotFound("replaying: found a program of the compiler " + manifest.compiler_snapshot + " with fingerprint " + fingerprint +
                  ", expected it among those of `paw compiler list`");
}

}  // namespace

Result<CompileReport> Replay(const Bundle& bundle, const std::vector<Example>& examples, const CompileOptions& options,
                             const std::function<void(const CompileEvent&)>& on_event) {
  if (!bundle.manifest.paw) return Usage("replaying: found a bundle without a training record, expected one made by paw compile");
  const Json& record = bundle.manifest.paw->training;
  CompileInputs inputs;
  inputs.spec_text = bundle.manifest.spec;
  inputs.examples = examples;
  inputs.options = options;
  inputs.options.seed = static_cast<std::uint64_t>(PAW_TRY(GetInt(record, "seed", kRecord)));
  inputs.options.overrides = *PAW_TRY(GetObject(record, "settings", kRecord));
  inputs.budget_record = *PAW_TRY(GetObject(record, "budget", kRecord));
  inputs.examples_digest = PAW_TRY(GetString(record, "data_digest", kRecord));
  if (const Json* teacher = FindMember(record, "teacher"); teacher != nullptr) {
    inputs.teacher_pairs = PAW_TRY(GetInt(*teacher, "pairs", kRecord));
  }
  inputs.options.reject_label = PAW_TRY(FindString(record, "reject_label", kRecord));
  if (const Json* skipped = FindMember(record, "mapper_skipped"); skipped != nullptr) inputs.mapper_skipped = *skipped;
  if (const Json* read = FindMember(record, "labels_read"); read != nullptr) inputs.labels_read = *read;
  inputs.options.outputs = PAW_TRY(ParseOutputsAsked(PAW_TRY(FindString(record, "outputs", kRecord)).value_or("auto")));
  inputs.options.written_examples = PAW_TRY(WrittenExamplesOf(record));
  inputs.options.adapter_type = PAW_TRY(AdapterTypeOf(record, kRecord));
  if (FindMember(record, "plan") != nullptr) {
    const Json* plan = PAW_TRY(GetObject(record, "plan", kRecord));
    inputs.plan = PAW_TRY(PlanFromJson(*plan));
  }
  if (bundle.manifest.pseudo_program_strategy != "template") {  // a language model's, or a user's: not written again
    inputs.options.pseudo_text = bundle.pseudo_program.value_or("");
    inputs.options.raw_pseudo = true;
    inputs.pseudo_strategy = bundle.manifest.pseudo_program_strategy;
  }
  PAW_TRY(ChooseCompiler(bundle.manifest, inputs.options));
  return Compilation(std::move(inputs), on_event).Run();
}

}  // namespace paw
