#include "corpus/themes.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "corpus/synth_digest.h"

namespace paw {
namespace {

constexpr std::uint64_t kHeldOutPercent = 10;

constexpr std::array<Theme, 30> kThemes = {{
    {"core", "core text processing", "taking parts out of text, rewriting it, counting, sorting, normalising names, dates and amounts"},
    {"core", "core text classification", "topic, tone, language, intent or kind of a text, with labels that the specification defines"},
    {"core", "filtering, diffs, cron and resumes",
     "picking records out of a list, reading diffs, schedules of recurring jobs, and resumes"},
    {"core", "custom NLP", "entities, spans and relations of kinds that the specification defines, tagging, splitting of sentences"},
    {"core", "authorship and style", "who may have written a text and how: register, habits, machine or person, changes of style"},
    {"search", "fuzzy matching", "whether two spellings, names, addresses or products are the same, or which of several is meant"},
    {"search", "semantic search", "how well a passage answers a query, better words for a query, the part of a page that answers"},
    {"search", "smart search pipeline", "key words of a query, their weights, filters in it, reordering of results"},
    {"search", "matching, transcripts and translation",
     "matching things of two lists by meaning, cleaning up speech that was written down, translating narrow kinds of text"},
    {"search", "HTML understanding",
     "what a piece of a web page is for: advertisement, navigation, body, price, author; text out of markup"},
    {"search", "intent HTML and deduplication", "which element of a page serves a wish; whether two texts say the same"},
    {"classification", "custom classification",
     "decisions by criteria that the specification sets out, with exceptions and an order of rules"},
    {"classification", "log monitoring",
     "lines of logs: how urgent, what they mean, whether something is out of the ordinary, when to alert"},
    {"classification", "file and code semantics",
     "what a file is from its path or first lines, what a piece of code does, kinds of commits"},
    {"classification", "grounded questions and spec-based classification",
     "questions that a given passage answers or does not, and classes that a given set of rules defines"},
    {"code", "natural-language commands", "a wish in words into one command line, its flags, or a query of a tool"},
    {"code", "DSL and code cleanup", "words into a small formal language, removing comments or noise from code, reading build errors"},
    {"code", "auto-completion", "how a text, command or list goes on, from what stands before it and around it"},
    {"code", "pseudo-program execution", "following a short procedure by hand: its result, a trace of it, the state after some steps"},
    {"safety", "constraint satisfaction",
     "whether conditions hold together: logic, types, orders of dependencies, contracts between parts"},
    {"safety", "operation safety and secrets", "how risky a command or change is, whether a text holds a secret, what must be blacked out"},
    {"safety", "output masking and token reduction", "shortening long output of tools to what matters, hiding what must not be shown"},
    {"safety", "chemistry and domain commonsense",
     "formulas and reactions in notation, and everyday sense of a trade: durations, sizes, prices"},
    {"safety", "domain knowledge and counterfactuals", "well-settled knowledge of a field, and what would follow if a fact were otherwise"},
    {"agentic", "tool use", "which of the tools on offer a request calls for, with which arguments, or none"},
    {"agentic", "agent watchdog", "whether a running job is done, stuck, waiting for an answer or failing, from what it last printed"},
    {"agentic", "agent tools and streaming",
     "small judgements that an agent needs while text arrives: relevance, when to interrupt, routing"},
    {"agentic", "intent to navigation", "a wish in words into a place of an application: its page, menu path or setting"},
    {"repair", "format repair", "broken JSON, XML, CSV, YAML, SQL or dates made well-formed without changing what they say"},
    {"repair", "constraint validation",
     "whether a value keeps rules put in words, which rule it breaks, rules in words into a formal form"},
}};

}  // namespace

std::span<const Theme> AllThemes() { return kThemes; }

Result<std::vector<Theme>> ThemesOf(std::span<const std::string> areas) {
  for (const std::string& area : areas) {
    if (std::none_of(kThemes.begin(), kThemes.end(), [&](const Theme& theme) { return theme.area == area; })) {
      return Usage("choosing themes: found the area " + Quoted(area) +
                   ", expected core, search, classification, code, safety, agentic or repair");
    }
  }
  std::vector<Theme> themes;
  std::copy_if(kThemes.begin(), kThemes.end(), std::back_inserter(themes),
               [&](const Theme& theme) { return areas.empty() || std::find(areas.begin(), areas.end(), theme.area) != areas.end(); });
  return themes;
}

std::string FamilyOf(const Theme& theme) {
  std::string name = "synth_";
  for (const char c : LowerAscii(theme.name)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      name += c;
    } else if (name.back() != '_') {
      name += '_';
    }
  }
  return name;
}

bool IsHeldOut(const Theme& theme) { return CorpusDigest({"theme", theme.name}) % 100 < kHeldOutPercent; }

}  // namespace paw
