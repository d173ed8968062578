// paw info, list, rm, alias, verify: the programs of the store.
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "apps/paw/hub_session.h"
#include "apps/paw/run_tests.h"
#include "apps/paw/signature_view.h"
#include "apps/paw/terminal.h"
#include "fs/path.h"
#include "fs/posix_fs.h"

namespace paw::cli {
namespace {

Json OrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

// The official keys of `info` that a local program has, and ours.
Json ManifestJson(const Manifest& manifest) {
  Json json = {{"id", manifest.program_id},
               {"program_id", manifest.program_id},
               {"spec", manifest.spec},
               {"interpreter", manifest.interpreter},
               {"runtime_id", OrNull(manifest.runtime_id)},
               {"compiler_snapshot", manifest.compiler_snapshot},
               {"compiler_fingerprint", manifest.compiler_fingerprint},
               {"compiler_kind", OrNull(manifest.compiler_kind)},
               {"pseudo_program_strategy", OrNull(manifest.pseudo_program_strategy)},
               {"created_at", manifest.created_at},
               {"lora_rank", manifest.lora_rank},
               {"lora_alpha", manifest.lora_alpha},
               {"public", false}};
  if (!manifest.paw) return json;
  const PawRecord& record = *manifest.paw;
  json["labels"] = record.labels;
  json["output_kind"] = std::string(OutputKindName(record.output_kind));
  json["base"] = {{"sha256", record.base.sha256}, {"file", record.base.file}, {"bytes", record.base.bytes}};
  json["training"] = record.training;
  json["held_out"] = nullptr;
  if (const auto& score = record.held_out) {
    json["held_out"] = {{"metric", score->metric}, {"n", score->n}, {"score", score->score}, {"ci95", {score->ci95_low, score->ci95_high}}};
  }
  json["calibration"] = nullptr;
  if (const auto& calibration = record.calibration) {
    json["calibration"] = {
        {"temperature", calibration->temperature}, {"engine_id", calibration->engine_id}, {"engine_version", calibration->engine_version}};
  }
  if (const auto& reject = record.reject) json["reject"] = {{"label", reject->label}, {"below", reject->below}};
  return json;
}

std::vector<std::string> AliasesOf(const std::map<std::string, std::string>& all, const std::string& digest) {
  std::vector<std::string> names;
  for (const auto& [name, target] : all) {
    if (!digest.empty() && target == digest) names.push_back(name);
  }
  return names;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string OutputText(const PawRecord& record) {
  std::string text(OutputKindName(record.output_kind));
  const Json* span = FindMember(record.other, "span");
  const Json* alternatives = span == nullptr ? nullptr : FindMember(*span, "alternatives");
  if (alternatives == nullptr || !alternatives->is_array()) return text;
  text += ", whole words of the input";
  for (const Json& alternative : *alternatives) {
    if (alternative.is_string()) text += " or " + Shorten(alternative.get<std::string>(), 40);
  }
  return text;
}

void PrintInfo(const Manifest& manifest, const Json& json, const SignatureView& signature, const std::vector<std::string>& aliases) {
  std::string text = "Program:      " + manifest.program_id + "\n";
  if (!aliases.empty()) text += "Aliases:      " + Joined(aliases) + "\n";
  text += "Spec:         " + Shorten(manifest.spec, 100) + "\n";
  text += "Interpreter:  " + manifest.interpreter + "\n";
  text +=
      "Compiler:     " + manifest.compiler_snapshot + (manifest.compiler_kind.empty() ? "" : " (" + manifest.compiler_kind + ")") + "\n";
  if (const auto& record = manifest.paw) {
    text += "Output:       " + OutputText(*record) + "\n";
    if (!record->labels.empty())
      text += "Labels:       " + std::to_string(record->labels.size()) + ": " + Shorten(Joined(record->labels), 200) + "\n";
    if (const auto& reject = record->reject) {
      char below[32];
      std::snprintf(below, sizeof below, "%.3f", reject->below);
      text += "Reject:       " + Shorten(reject->label, 60) + " where the best label has a probability below " + below + "\n";
    }
    if (const auto& score = record->held_out) {
      text += "Held-out:     " + score->metric + " " + PercentWithInterval(score->score, {score->ci95_low, score->ci95_high}) + " on " +
              std::to_string(score->n) + " examples\n";
    } else {
      text += "Held-out:     quality unmeasured\n";
    }
    text += "Base:         " + record->base.file + " (sha256 " + record->base.sha256.substr(0, 12) + ")\n";
  }
  text += "Signature:    " + signature.Text() + "\n";
  if (json.contains("digest") && json["digest"].is_string()) text += "Digest:       " + json["digest"].get<std::string>() + "\n";
  text += "File:         " + json["path"].get<std::string>() + ", " + HumanBytes(json["bytes"].get<double>()) + "\n";
  std::fputs(Harmless(text, true).c_str(), stdout);
}

int Info(Context& context, const std::string& reference) {
  const auto work = [&]() -> Status {
    auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline, OfficialCacheOf(context)}));
    const FoundProgram found = PAW_TRY(workspace->Find(reference));
    const Manifest& manifest = found.bundle.manifest;
    const std::vector<std::string> aliases = AliasesOf(PAW_TRY(workspace->store().Aliases()), found.digest);
    Json json = ManifestJson(manifest);
    json["aliases"] = aliases;
    const SignatureView signature = PAW_TRY(ViewSignature(found.bundle));
    json["signature"] = signature.Json();
    json["digest"] = OrNull(found.digest);
    json["path"] = found.path;
    const FileFacts facts = PAW_TRY(PosixFs().Stat(found.path));
    json["bytes"] = facts.kind == FileKind::kFile ? facts.bytes : found.bundle.adapter_gguf.size();
    if (context.json) {
      context.PrintJson(json);
    } else {
      PrintInfo(manifest, json, signature, aliases);
    }
    if (signature.facts.state == SignatureState::kInvalid) context.Warn(reference + ": " + signature.Text());
    return Ok();
  };
  const Status status = work();
  if (status.ok()) return 0;
  if (context.json && status.code() == Code::kNotFound) {  // the official object
    std::fprintf(stderr, "paw: %s\n", Harmless(status.message(), false).c_str());
    context.PrintJson({{"error", "not_found"}, {"program", reference}});
    return ExitCodeOf(Code::kNotFound);
  }
  return context.Fail(status, {{"program", reference}});
}

// The programs of the store, then those of the official cache where it was asked for.
Result<std::vector<ProgramEntry>> EntriesOf(const Context& context) {
  auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline, OfficialCacheOf(context)}));
  std::vector<ProgramEntry> entries = PAW_TRY(workspace->store().List());
  if (const OfficialCache* official = workspace->official_cache(); official != nullptr) {
    std::vector<ProgramEntry> more = PAW_TRY(official->List());
    std::move(more.begin(), more.end(), std::back_inserter(entries));
  }
  return entries;
}

int List(Context& context, bool names_only) {
  const auto entries = EntriesOf(context);
  if (!entries.ok()) return context.Fail(entries.status());
  Json programs = Json::array();
  std::string text;
  for (const ProgramEntry& entry : *entries) {
    const std::string id = entry.manifest ? entry.manifest->program_id : "";
    if (names_only) {
      for (const std::string& alias : entry.aliases) text += alias + "\n";
      if (entry.aliases.empty()) text += (id.empty() ? entry.digest.empty() ? entry.path : entry.digest : id) + "\n";
      continue;
    }
    Json json = {{"id", OrNull(id)},         {"digest", OrNull(entry.digest)},
                 {"aliases", entry.aliases}, {"bytes", entry.bytes},
                 {"path", entry.path},       {"error", entry.problem.ok() ? Json() : Json(entry.problem.message())}};
    if (entry.manifest) {
      json["spec"] = entry.manifest->spec;
      json["labels"] = entry.manifest->paw ? Json(entry.manifest->paw->labels) : Json::array();
    }
    programs.push_back(std::move(json));
    char size[32];
    std::snprintf(size, sizeof size, "%10s", HumanBytes(static_cast<double>(entry.bytes)).c_str());
    std::string name = entry.aliases.empty() ? "-" : Joined(entry.aliases);
    name.resize(std::max<std::size_t>(name.size(), 20), ' ');
    text += (id.empty() ? (entry.digest.empty() ? NameOf(entry.path) : entry.digest) : id).substr(0, 20) + "  " + name + size + "  " +
            (entry.manifest ? Shorten(entry.manifest->spec, 60) : "damaged: " + Shorten(entry.problem.message(), 60)) + "\n";
  }
  if (context.json) {
    context.PrintJson({{"programs", programs}});
  } else {
    std::fputs(Harmless(text, true).c_str(), stdout);
    if (entries->empty() && !names_only) context.Say("no programs yet: `paw compile` makes one");
  }
  return 0;
}

int Remove(Context& context, const std::vector<std::string>& references) {
  auto workspace = Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline});
  if (!workspace.ok()) return context.Fail(workspace.status());
  for (const std::string& reference : references) {
    if (const Status status = (*workspace)->store().Remove(reference); !status.ok()) return context.Fail(status, {{"program", reference}});
    if (!context.json) context.Say("removed " + reference);
  }
  if (context.json) context.PrintJson({{"removed", references}});
  return 0;
}

int Alias(Context& context, const std::string& first, const std::string& second, bool remove) {
  auto workspace = Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline});
  if (!workspace.ok()) return context.Fail(workspace.status());
  Store& store = (*workspace)->store();
  const Status status = remove ? store.RemoveAlias(first) : store.SetAlias(second, first);
  if (!status.ok()) return context.Fail(status);
  if (context.json) {
    context.PrintJson({{"alias", remove ? first : second}, {"program", remove ? Json() : Json(first)}});
  } else {
    context.Say(remove ? "alias " + first + " removed; its program is still there" : second + " now names " + first);
  }
  return 0;
}

// Every byte, and that nobody's signature is on other contents than it was made for.
Result<SignatureView> VerifyOne(Store& store, const std::string& reference) {
  const Bundle bundle = PAW_TRY(store.Read(reference));
  SignatureView signature = PAW_TRY(ViewSignature(bundle));
  if (signature.facts.state != SignatureState::kInvalid) return signature;
  return Refused("verifying " + reference + ": " + signature.facts.problem);
}

int Verify(Context& context, std::vector<std::string> references, bool all) {
  auto workspace = Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, context.offline});
  if (!workspace.ok()) return context.Fail(workspace.status());
  Store& store = (*workspace)->store();
  if (all || references.empty()) {
    const auto swept = store.Gc();
    if (!swept.ok()) return context.Fail(swept.status());
    if (swept->temporaries > 0) context.Say("removed " + std::to_string(swept->temporaries) + " leftovers of interrupted commands");
    const auto entries = store.List();
    if (!entries.ok()) return context.Fail(entries.status());
    for (const ProgramEntry& entry : *entries) references.push_back(entry.digest);
  }
  int exit_code = 0;
  Json results = Json::array();
  for (const std::string& reference : references) {
    const auto signature = VerifyOne(store, reference);
    results.push_back({{"program", reference},
                       {"ok", signature.ok()},
                       {"signature", signature.ok() ? Json(SignatureStateName(signature->facts.state)) : Json()},
                       {"error", signature.ok() ? Json() : Json(signature.message())}});
    if (!signature.ok()) {
      std::fprintf(stderr, "paw: %s\n", Harmless(signature.message(), false).c_str());
      exit_code = ExitCodeOf(signature.code());
    } else if (!context.json) {
      std::printf("ok  %s\n", Harmless(reference, false).c_str());
    }
  }
  if (context.json) context.PrintJson({{"verified", results}});
  return exit_code;
}

constexpr const char* kInfoFooter =
    "Examples:\n  paw info triage\n  paw info ./triage.paw --json\n  paw info --official-cache me/triage\n"
    "  paw info --remote ada/triage             (what the hub says of it)";
constexpr const char* kListFooter = "Examples:\n  paw list\n  paw list --json\n  paw list --names\n  paw list --official-cache";
constexpr const char* kRemoveFooter =
    "The base models stay (`paw base rm`). A file outside the store is yours to remove.\n\nExamples:\n  paw rm triage";
constexpr const char* kAliasFooter =
    "An alias begins with a letter or digit and holds letters, digits, dots, dashes and underscores.\n\n"
    "Examples:\n  paw alias 3f9a0c triage\n  paw alias ./triage.paw triage\n  paw alias --remove triage";
constexpr const char* kVerifyFooter =
    "Reads every byte again: the digest of the file, of its members, the adapter, the template, the signature. Without REF: all programs "
    "of the\n"
    "store, and what interrupted commands left is swept away.\n\n"
    "Examples:\n  paw verify\n  paw verify triage ./other.paw";

}  // namespace

void AddProgramCommands(CLI::App& app, Context& context) {
  struct Arguments {
    std::string first, second;
    HubArguments hub;
    std::vector<std::string> references;
    bool flag = false;
  };
  const auto make = [&](const char* name, const char* description, const char* footer) {
    return std::pair(AddCommand(app, context, name, description, footer), std::make_shared<Arguments>());
  };
  auto [info, info_arguments] = make("info", "what a program is", kInfoFooter);
  info->add_option("REF", info_arguments->first, "an alias, an id or a .paw file")->required()->type_name("");
  info->add_flag("--remote", info_arguments->flag, "ask the hub instead of the store");
  AddOfficialCacheOption(*info, context);
  AddHubOptions(*info, context, info_arguments->hub);
  info->callback([&context, a = info_arguments] {
    context.action = [&context, a] { return a->flag ? PrintHubInfo(context, a->hub, a->first) : Info(context, a->first); };
  });

  auto [list, list_arguments] = make("list", "the programs of the store", kListFooter);
  list->add_flag("--names", list_arguments->flag, "aliases and ids only, one a line");
  AddOfficialCacheOption(*list, context);
  list->callback([&context, a = list_arguments] { context.action = [&context, a] { return List(context, a->flag); }; });

  auto [alias, alias_arguments] = make("alias", "give a program a name", kAliasFooter);
  CLI::Option* target = alias->add_option("REF", alias_arguments->first, "the program")->required()->type_name("");
  CLI::Option* name = alias->add_option("NAME", alias_arguments->second, "its new alias")->type_name("");
  alias->add_flag("--remove", alias_arguments->flag, "remove the alias that stands in the place of REF");
  alias->callback([&context, target, name, a = alias_arguments] {
    if (target->count() > 0 && (name->count() > 0) == a->flag) throw CLI::ValidationError("expected REF NAME, or --remove NAME");
    context.action = [&context, a] { return Alias(context, a->first, a->second, a->flag); };
  });

  auto [remove, remove_arguments] = make("rm", "remove programs from the store", kRemoveFooter);
  remove->add_option("REF", remove_arguments->references, "aliases or ids")->required()->type_name("...");
  remove->callback([&context, a = remove_arguments] { context.action = [&context, a] { return Remove(context, a->references); }; });

  auto [verify, verify_arguments] = make("verify", "read programs again and check every digest", kVerifyFooter);
  verify->add_option("REF", verify_arguments->references, "aliases, ids or .paw files; none: all")->type_name("...");
  verify->add_flag("--all", verify_arguments->flag, "all programs of the store");
  verify->callback(
      [&context, a = verify_arguments] { context.action = [&context, a] { return Verify(context, a->references, a->flag); }; });
}

}  // namespace paw::cli
