#include "compiler/draft.h"

namespace paw {

BaseProfile ProfileOf(const BaseNames& base) {
  if (const BaseProfile* known = FindBuiltInProfile(base.sha256); known != nullptr) return *known;
  BaseProfile profile;
  profile.name = profile.interpreter = profile.runtime_id = profile.display_name = base.name;
  profile.file = base.file;
  profile.bytes = base.bytes;
  profile.sha256 = base.sha256;
  return profile;
}

void RecordOutputs(const OutputContract& contract, PawRecord& record) {
  record.output_kind = contract.kind;
  record.labels = contract.labels;
  if (contract.span_alternatives) record.other["span"]["alternatives"] = *contract.span_alternatives;
  if (contract.kind != OutputKind::kJson) return;
  Json& json = record.other["json"];
  json["containers_only"] = true;
  if (contract.json_compact) json["compact"] = true;
  json["alternatives"] = contract.json_literal ? Json::array({*contract.json_literal}) : Json::array();
}

Bundle DraftBundle(const BaseProfile& base, const std::string& spec, const OutputContract& contract, const PromptTemplate& prompt) {
  Bundle draft;
  draft.manifest = ManifestFor(base);
  draft.manifest.spec = spec;
  RecordOutputs(contract, *draft.manifest.paw);
  draft.prompt_template = prompt.text();
  return draft;
}

}  // namespace paw
