#include "runtime/program.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "bundle/runtime_manifest.h"
#include "prompt/label_tokens.h"
#include "runtime/parts.h"

namespace paw {
namespace {

// Contexts grow with what is in them; this bounds what one input may ask for (the bases were trained for at least this much).
constexpr std::int32_t kSessionContextMax = 8192;

Status CheckBase(const Manifest& manifest, const BaseModel& base) {
  const Result<BaseReference> required = RequiredBase(manifest);
  if (required.code() == Code::kNotFound) return Ok();  // an official program of an unknown interpreter: its adapter's shapes decide
  if (!required.ok()) return required.status();
  if (required->sha256.empty() || required->sha256 == base.sha256()) return Ok();
  return Refused("opening program " + Printable(manifest.program_id) + ": found base " +
                 (base.sha256().empty() ? "of unknown digest" : base.sha256()) + ", expected " + required->sha256 +
                 (required->file.empty() ? "" : " (" + Printable(required->file) + ")"));
}

Result<JsonRules::Options> ReadJsonContract(const PawRecord& record) {
  JsonRules::Options options;
  const Json* contract = FindMember(record.other, "json");
  if (contract == nullptr) return options;
  const std::string what = "meta.json \"json\"";
  options.containers_only = PAW_TRY(FindBool(*contract, "containers_only", what)).value_or(false);
  options.compact = PAW_TRY(FindBool(*contract, "compact", what)).value_or(false);
  if (FindMember(*contract, "alternatives") != nullptr) options.alternatives = PAW_TRY(GetStrings(*contract, "alternatives", what));
  return options;
}

Result<std::optional<SpanRules::Options>> ReadSpanContract(const PawRecord& record) {
  const Json* contract = FindMember(record.other, "span");
  if (contract == nullptr || record.output_kind != OutputKind::kText) return std::optional<SpanRules::Options>();
  SpanRules::Options options;
  options.alternatives = PAW_TRY(GetStrings(*contract, "alternatives", "meta.json \"span\""));
  return std::optional(std::move(options));
}

std::string DigestOf(const Bundle& bundle, const std::vector<std::string>& labels) {
  Json identity = {{"adapter", Sha256Hex(bundle.adapter_gguf)}, {"template", Sha256Hex(bundle.prompt_template)}, {"labels", labels}};
  if (bundle.manifest.paw) {
    identity["output_kind"] = OutputKindName(bundle.manifest.paw->output_kind);
    const auto& calibration = bundle.manifest.paw->calibration;
    identity["temperature"] = calibration ? calibration->temperature : 1.0;
    if (calibration && !calibration->offsets.empty()) identity["offsets"] = calibration->offsets;
    for (const char* rules : {"json", "span"}) {
      if (const Json* contract = FindMember(bundle.manifest.paw->other, rules)) identity[rules] = *contract;
    }
    if (const auto& reject = bundle.manifest.paw->reject) identity["reject"] = {{"label", reject->label}, {"below", reject->below}};
  }
  return Sha256Hex(WriteJson(identity));
}

}  // namespace

Status Program::CheckRuns(const Manifest& manifest) {
  if (manifest.runtime_manifest_version != kImageRuntime) return Ok();
  return Refused("opening program " + Printable(manifest.program_id) +
                 ": found a program that reads images (runtime manifest 2), expected one of text (1)");
}

Result<std::shared_ptr<const Program>> Program::Open(Bundle bundle, std::shared_ptr<BaseModel> base) {
  PAW_TRY(CheckRuns(bundle.manifest));
  const std::string context = "opening program " + Printable(bundle.manifest.program_id);
  PAW_TRY(CheckBase(bundle.manifest, *base));
  const Tokenizer& tokenizer = base->tokenizer();
  const PromptTemplate prompt = PAW_TRY(PromptTemplate::Parse(bundle.prompt_template));
  PreparedTemplate rows = PAW_TRY(PreparedTemplate::Create(tokenizer, prompt));
  PreparedTemplate official_rows = PAW_TRY(PreparedTemplate::Create(tokenizer, prompt, Compat::kOfficial));
  auto parts = std::make_shared<Parts>(std::move(base), std::move(rows), std::move(official_rows));
  parts->context_max = std::min(parts->base->lm().shape().context_max, kSessionContextMax);
  if (const std::optional<PawRecord>& record = bundle.manifest.paw) {
    if (record->output_kind == OutputKind::kJson) parts->json = PAW_TRY(ReadJsonContract(*record));
    parts->span = PAW_TRY(ReadSpanContract(*record));
    if (record->output_kind == OutputKind::kLabel) parts->labels = record->labels;
    if (record->calibration) {
      parts->temperature = record->calibration->temperature;
      parts->offsets = record->calibration->offsets;
    }
    if (!parts->labels.empty()) parts->reject = record->reject;
  }
  if (!parts->labels.empty()) {
    auto trie = BuildLabelTrie(tokenizer, parts->labels);
    if (!trie.ok()) return trie.status().WithContext(context);
    auto shared = std::make_shared<const LabelTrie>(std::move(trie).value());
    for (std::size_t i = 0; i < shared->label_count(); ++i) {
      parts->label_tokens_max = std::max<std::size_t>(parts->label_tokens_max, shared->depth(shared->leaf(i)));
    }
    if (!parts->offsets.empty() && parts->offsets.size() != shared->edge_count()) {
      return Refused(context + ": found " + std::to_string(parts->offsets.size()) + " offsets in its calibration, expected " +
                     std::to_string(shared->edge_count()) + ", one an edge of the labels' tree");
    }
    parts->search.emplace(std::move(shared));
  } else if (!parts->offsets.empty()) {
    return Refused(context + ": found offsets in its calibration and no labels, expected labels");
  }
  parts->digest = DigestOf(bundle, parts->labels);
  parts->manifest = std::move(bundle.manifest);
  if (!bundle.adapter_gguf.empty()) {
    auto adapter = parts->base->lm().AddAdapter(bundle.adapter_gguf);
    if (!adapter.ok()) return adapter.status().WithContext(context);
    parts->adapter = *adapter;
  }
  std::shared_ptr<Program> program(new Program());
  program->parts_ = std::move(parts);
  return std::shared_ptr<const Program>(std::move(program));
}

Program::~Program() = default;

void ApplyReject(const RejectThreshold& reject, RunResult& result) {
  if (!result.probability || *result.probability >= reject.below || result.output == reject.label) return;
  result.output = reject.label;
  result.probability = 1 - *result.probability;
  result.rejected = true;
}

const Manifest& Program::manifest() const { return parts_->manifest; }
const std::shared_ptr<BaseModel>& Program::base() const { return parts_->base; }
const std::string& Program::digest() const { return parts_->digest; }
std::size_t Program::adapter_bytes() const { return parts_->base->lm().AdapterBytes(parts_->adapter); }
std::string Program::engine() const { return parts_->base->lm().engine_id() + " " + parts_->base->lm().engine_version(); }
const std::vector<std::string>& Program::labels() const { return parts_->labels; }

bool Program::calibration_stale() const {
  const auto& record = parts_->manifest.paw;
  if (!record || !record->calibration) return false;
  const LanguageModel& lm = parts_->base->lm();
  return record->calibration->engine_id != lm.engine_id() || record->calibration->engine_version != lm.engine_version();
}

}  // namespace paw
