#include "hub/compile_request.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/sha256.h"
#include "base/text.h"
#include "compiler/built_in.h"

namespace paw::hub {
namespace {

constexpr std::size_t kSpecCharactersMin = 10, kSpecCharactersMax = 16'000;
constexpr std::size_t kExamplesMax = 100'000;
constexpr std::int64_t kStepsMax = 1'000'000;
constexpr double kMinutesMax = 1440;

struct OfficialName {
  std::string_view official, ours;
};
// What clients of the official service ask for, and what answers to it here.
constexpr std::array<OfficialName, 3> kOfficialNames = {
    {{"paw-4b-qwen3-0.6b", kBuiltInCompiler}, {"paw-4b-gpt2", kBuiltInCompiler}, {"paw-ft-bs48", kTrainCompiler}}};

std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

Status Field(const char* name, std::string found, const std::string& expected) {
  return Usage("field \"" + std::string(name) + "\": found " + std::move(found) + ", expected " + expected);
}

Result<std::vector<Example>> ParseExamples(const Json& list) {
  if (!list.is_array()) return Field("examples", std::string(JsonTypeName(list)), "a list of {\"input\", \"output\"}");
  if (list.size() > kExamplesMax)
    return Field("examples", std::to_string(list.size()) + " of them", "at most " + std::to_string(kExamplesMax));
  std::vector<Example> rows;
  rows.reserve(list.size());
  for (const Json& row : list) {
    const std::string what = "field \"examples\", row " + std::to_string(rows.size() + 1);
    std::string input = PAW_TRY(GetString(row, "input", what));
    std::string output = PAW_TRY(GetString(row, "output", what));
    rows.push_back({std::move(input), std::move(output), static_cast<std::int32_t>(rows.size() + 1), false});
  }
  ExampleSet set = PAW_TRY(CheckExamples(std::move(rows), "field \"examples\""));
  return std::move(set.rows);
}

Result<CompileBudget> ParseBudget(const Json& body) {
  CompileBudget budget;
  const auto steps = PAW_TRY(FindInt(body, "steps", "the request"));
  const auto minutes = PAW_TRY(FindDouble(body, "minutes", "the request"));
  const auto effort = PAW_TRY(FindString(body, "effort", "the request"));
  if (steps.has_value() + minutes.has_value() + effort.has_value() > 1) {
    return Field("steps", "more than one of steps, minutes and effort", "one of them");
  }
  if (steps) {
    if (*steps < 1 || *steps > kStepsMax) return Field("steps", std::to_string(*steps), "1 to " + std::to_string(kStepsMax));
    budget.kind = CompileBudget::Kind::kSteps;
    budget.steps = *steps;
  }
  if (minutes) {
    if (!(*minutes >= 0.05 && *minutes <= kMinutesMax)) return Field("minutes", std::to_string(*minutes), "0.05 to 1440");
    budget.kind = CompileBudget::Kind::kMinutes;
    budget.minutes = *minutes;
  }
  if (effort) {
    if (*effort != "quick" && *effort != "normal" && *effort != "thorough")
      return Field("effort", Quoted(*effort, 40), "quick, normal or thorough");
    budget.effort = *effort;
  }
  return budget;
}

Json BudgetJson(const CompileBudget& budget) {
  if (budget.kind == CompileBudget::Kind::kSteps) return {{"steps", budget.steps}};
  if (budget.kind == CompileBudget::Kind::kMinutes) return {{"minutes", budget.minutes}};
  return {{"effort", budget.effort}};
}

Json ExamplesJson(const std::vector<Example>& examples) {
  Json rows = Json::array();
  for (const Example& row : examples) rows.push_back({{"input", row.input}, {"output", row.output}});
  return rows;
}

// All that decides the bytes.
Json Essence(const CompileRequest& request) {
  Json essence = BudgetJson(request.budget);
  essence.update({{"spec", request.spec},
                  {"compiler", request.compiler},
                  {"examples", ExamplesJson(request.examples)},
                  {"seed", request.seed},
                  {"outputs", OutputsAskedName(request.outputs)}});
  if (request.reject_label) essence["reject_label"] = *request.reject_label;
  return essence;
}

}  // namespace

Result<CompileRequest> ParseCompileRequest(const Json& body) {
  if (!body.is_object()) return Usage("reading the request: found " + std::string(JsonTypeName(body)) + ", expected an object");
  constexpr const char* kWhat = "the request";
  CompileRequest request;
  request.spec = PAW_TRY(GetString(body, "spec", kWhat));
  const std::size_t characters = Characters(Trim(request.spec));
  if (characters < kSpecCharactersMin || characters > kSpecCharactersMax) {
    return Field("spec", std::to_string(characters) + " characters", "10 to 16000");
  }
  PAW_TRY(CheckText(request.spec, kSpecBytesMax, "field \"spec\""));
  request.compiler = PAW_TRY(FindString(body, "compiler", kWhat)).value_or("");
  if (const Json* examples = FindMember(body, "examples"); examples != nullptr) request.examples = PAW_TRY(ParseExamples(*examples));
  request.budget = PAW_TRY(ParseBudget(body));
  const std::int64_t seed = PAW_TRY(FindInt(body, "seed", kWhat)).value_or(1);
  if (seed < 0) return Field("seed", std::to_string(seed), "0 or more");
  request.seed = static_cast<std::uint64_t>(seed);
  request.reject_label = PAW_TRY(FindString(body, "reject_label", kWhat));
  const std::string outputs = PAW_TRY(FindString(body, "outputs", kWhat)).value_or("auto");
  const Result<OutputsAsked> asked = ParseOutputsAsked(outputs);
  if (!asked.ok()) return Field("outputs", Quoted(outputs, 40), "auto, text or span");
  request.outputs = *asked;
  request.listing.name = PAW_TRY(FindString(body, "name", kWhat)).value_or("");
  if (FindMember(body, "tags") != nullptr) request.listing.tags = PAW_TRY(GetStrings(body, "tags", kWhat));
  request.listing.is_public = PAW_TRY(FindBool(body, "public", kWhat)).value_or(true);
  request.listing.listed = !PAW_TRY(FindBool(body, "ephemeral", kWhat)).value_or(false);
  PAW_TRY(CheckListing(request.listing));
  request.slug = PAW_TRY(FindString(body, "slug", kWhat)).value_or("");
  if (!request.slug.empty()) PAW_TRY(CheckSlug(request.slug, "field \"slug\""));
  return request;
}

Json ToJson(const CompileRequest& request) {
  Json json = Essence(request);
  json.update({{"name", request.listing.name},
               {"tags", request.listing.tags},
               {"public", request.listing.is_public},
               {"ephemeral", !request.listing.listed}});
  if (!request.slug.empty()) json["slug"] = request.slug;
  return json;
}

std::string KeyOf(const CompileRequest& request) { return Sha256Hex(WriteJson(Essence(request))); }

Result<std::string> CompilerNamed(Workspace& workspace, const std::string& name) {
  if (name.empty()) return std::string(BuiltInCompiler() == nullptr ? kTrainCompiler : kBuiltInCompiler);
  for (const OfficialName& one : kOfficialNames) {
    if (name == one.official) return CompilerNamed(workspace, std::string(one.ours));
  }
  if (name == kTrainCompiler) return name;
  if (const auto found = workspace.FindCompiler(name); found.ok()) return name;
  return Usage("field \"compiler\": found " + Quoted(name, 80) + ", expected one of /api/v1/models/compilers (unknown compiler)");
}

Result<Json> ListCompilers(Workspace& workspace) {
  Json compilers = Json::array();
  const std::string first = PAW_TRY(CompilerNamed(workspace, ""));
  const auto add = [&](const std::string& name, const std::string& kind, const std::string& description, const std::string& snapshot) {
    Json aliases = Json::array();
    for (const OfficialName& one : kOfficialNames) {
      if (name == one.ours) aliases.push_back(one.official);
    }
    compilers.push_back({{"name", name},
                         {"description", description},
                         {"default", name == first},
                         {"compiler_kind", kind},
                         {"runtime_id", FindBuiltInProfile(kDefaultProfile)->runtime_id},
                         {"supports_local_sdk", true},
                         {"latest_snapshot", snapshot},
                         {"aliases", aliases}});
  };
  for (const CompilerProfile& profile : PAW_TRY(workspace.ListCompilers())) {
    add(profile.name, "mapper_lora", "reads the spec and makes the adapter in seconds; goes on to train where examples are given",
        profile.fingerprint());
  }
  add(std::string(kTrainCompiler), "finetune_lora", "trains the adapter on the examples of the spec and those given, in minutes",
      "paw-train-1");
  return Json{{"compilers", compilers}};
}

}  // namespace paw::hub
