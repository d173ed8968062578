#include "spec/outputs.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "spec/span_outputs.h"

namespace paw {
namespace {

constexpr std::size_t kDeducedLabelBytesMax = 64;
constexpr std::size_t kLiteralBytesMax = 64;
constexpr std::size_t kLabelsShown = 8;

constexpr std::array<std::string_view, 3> kAskedNames = {"auto", "text", "span"};

// Ways of asking for JSON without white space.
constexpr auto kCompactPhrases =
    std::to_array<std::string_view>({"compact", "minified", "minify", "no whitespace", "no white space", "without whitespace",
                                     "without white space", "without spaces", "no spaces"});

struct OutputCounts {
  std::vector<std::string> order;                     // distinct outputs by first appearance
  std::unordered_map<std::string, std::size_t> rows;  // how often each comes
};

OutputCounts CountOutputs(std::span<const Example> examples) {
  OutputCounts counts;
  for (const Example& example : examples) {
    if (++counts.rows[example.output] == 1) counts.order.push_back(example.output);
  }
  return counts;
}

std::string Shown(const LabelSet& labels) {
  LabelSet first(labels.begin(), labels.begin() + static_cast<std::ptrdiff_t>(std::min(labels.size(), kLabelsShown)));
  return Join(first, ", ") + (labels.size() > kLabelsShown ? ", ..." : "");
}

std::size_t RowsInside(const LabelSet& labels, const OutputCounts& counts) {
  std::size_t rows = 0;
  for (const std::string& label : labels) {
    const auto found = counts.rows.find(label);
    if (found != counts.rows.end()) rows += found->second;
  }
  return rows;
}

OutputContract Closed(const LabelSet& labels, const OutputCounts& counts) {
  OutputContract contract;
  contract.kind = OutputKind::kLabel;
  contract.labels = labels;
  if (counts.order.empty()) return contract;
  const std::string of_all = " of " + std::to_string(labels.size()) + " labels ";
  LabelSet unseen;
  std::size_t rare = 0;
  for (const std::string& label : labels) {
    const auto found = counts.rows.find(label);
    if (found == counts.rows.end()) unseen.push_back(label);
    if (found != counts.rows.end() && found->second == 1) ++rare;
  }
  if (!unseen.empty()) {
    contract.warnings.push_back(std::to_string(unseen.size()) + of_all + "have no example: " + Shown(unseen));
  }
  if (rare > 0) contract.warnings.push_back(std::to_string(rare) + of_all + "have one example only");
  return contract;
}

// A declaration that all examples keep to; or the error of the row that does not keep to one that most rows keep to.
Result<std::optional<LabelSet>> SettleDeclared(const Spec& spec, std::span<const Example> examples, const OutputCounts& counts) {
  for (const LabelDeclaration& declaration : spec.declarations) {
    for (const LabelSet& reading : declaration.readings) {
      const bool agrees = RowsInside(reading, counts) == examples.size();
      if (agrees && (declaration.strong || !examples.empty())) return std::optional<LabelSet>(reading);
    }
  }
  for (const LabelDeclaration& declaration : spec.declarations) {
    const LabelSet& labels = declaration.readings.front();
    if (!declaration.binding || 2 * RowsInside(labels, counts) < examples.size()) continue;
    const std::unordered_set<std::string> known(labels.begin(), labels.end());
    for (const Example& example : examples) {
      if (known.contains(example.output)) continue;
      return Refused("checking the examples: found the output " + Quoted(example.output, 60) + " at " + WhereOf(example) +
                     ", expected one of the " + std::to_string(labels.size()) + " labels that the spec declares (" + Shown(labels) + ")");
    }
  }
  return std::optional<LabelSet>();
}

// JSON: containers, at most one literal beside them, and no malformed row.
Result<std::optional<OutputContract>> AsJson(std::span<const Example> examples) {
  std::size_t containers = 0;
  std::size_t scalars = 0;
  std::vector<const Example*> others;
  std::unordered_set<std::string_view> other_texts;
  for (const Example& example : examples) {
    const Result<Json> parsed = ParseJson(example.output, "an output");
    if (!parsed.ok()) {
      others.push_back(&example);
      other_texts.insert(example.output);
    } else if (parsed->is_object() || parsed->is_array()) {
      ++containers;
    } else {
      ++scalars;
    }
  }
  std::optional<OutputContract> contract;
  if (containers == 0 || scalars > containers) return contract;
  if (other_texts.size() <= 1) {
    contract.emplace();
    contract->kind = OutputKind::kJson;
    if (!others.empty()) {
      // A teacher's rows do not make a literal of the user's, seen once in a few rows, a mistake.
      const auto own = std::count_if(examples.begin(), examples.end(), [](const Example& row) { return row.teacher.empty(); });
      const std::size_t weighed = others.front()->teacher.empty() ? static_cast<std::size_t>(own) : examples.size();
      const bool is_literal = others.size() > 1 || weighed < kClosedRowsMin;
      const std::string& text = others.front()->output;
      if (!is_literal || text.size() > kLiteralBytesMax || text[0] == '{' || text[0] == '[') {
        return Refused("checking the examples: found an output that is not JSON at " + WhereOf(*others.front()) + " (" + Quoted(text, 60) +
                       "), expected JSON as in the other rows");
      }
      contract->json_literal = text;
    }
    return contract;
  }
  // A few malformed rows among many good ones are mistakes; many different ones are text.
  if (others.size() * 50 <= examples.size()) {
    return Refused("checking the examples: found " + std::to_string(others.size()) + " outputs that are not JSON, the first at " +
                   WhereOf(*others.front()) + " (" + Quoted(others.front()->output, 60) + "), expected JSON as in the other rows");
  }
  return contract;
}

// Outputs that are few, short and keep coming back. The share of outputs seen once estimates the chance that the next one is new
// (Good-Turing): 2 % is the most a closed set may have, or a single rare label in a small set.
bool LooksClosed(const OutputCounts& counts, std::size_t rows) {
  const std::size_t distinct = counts.order.size();
  if (rows < kClosedRowsMin || distinct < 2 || distinct > kLabelsMax || 2 * distinct > rows) return false;
  std::size_t once = 0;
  for (const auto& [output, count] : counts.rows) {
    if (output.size() > kDeducedLabelBytesMax || output.find('\n') != std::string::npos) return false;
    once += count == 1 ? 1 : 0;
  }
  return once <= std::max(rows / 50, static_cast<std::size_t>(4 * distinct <= rows ? 1 : 0));
}

Result<OutputContract> Deduced(const Spec& spec, std::span<const Example> examples) {
  const OutputCounts counts = CountOutputs(examples);
  std::optional<LabelSet> declared = PAW_TRY(SettleDeclared(spec, examples, counts));
  if (declared && declared->size() > kLabelsMax) {
    return Refused("reading the labels: found " + std::to_string(declared->size()) + ", expected at most " + std::to_string(kLabelsMax));
  }
  if (declared) return Closed(*declared, counts);
  OutputContract contract;
  contract.kind = spec.output_kind == OutputKind::kLabel ? OutputKind::kText : spec.output_kind;
  if (examples.empty()) return contract;
  if (std::optional<OutputContract> json = PAW_TRY(AsJson(examples)); json) return *std::move(json);
  const bool unused = std::any_of(spec.declarations.begin(), spec.declarations.end(), [](const LabelDeclaration& d) { return d.binding; });
  if (counts.order.size() == 1 && examples.size() >= kClosedRowsMin) {
    return Refused("checking the examples: found the one output " + Quoted(counts.order[0], 60) + " in all " +
                   std::to_string(examples.size()) + " rows, expected at least two different outputs");
  }
  contract = OutputContract();
  if (LooksClosed(counts, examples.size())) {
    LabelSet labels = counts.order;
    std::sort(labels.begin(), labels.end());
    contract = Closed(labels, counts);
  }
  if (unused) contract.warnings.push_back("the labels that the spec seems to declare are not used: the examples' outputs are others");
  return contract;
}

bool HasBlankBetweenTokens(std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '"') in_string = !in_string;
    if (in_string && json[i] == '\\') ++i;
    if (!in_string && (json[i] == ' ' || json[i] == '\n' || json[i] == '\t' || json[i] == '\r')) return true;
  }
  return false;
}

// The spec asks for it, and no example has it otherwise.
bool IsCompact(const Spec& spec, std::span<const Example> examples) {
  const std::string lower = LowerAscii(spec.body);
  const bool asked = std::any_of(kCompactPhrases.begin(), kCompactPhrases.end(),
                                 [&lower](std::string_view phrase) { return lower.find(phrase) != std::string::npos; });
  return asked &&
         std::none_of(examples.begin(), examples.end(), [](const Example& example) { return HasBlankBetweenTokens(example.output); });
}

}  // namespace

std::string_view OutputsAskedName(OutputsAsked asked) { return kAskedNames[static_cast<std::size_t>(asked)]; }

Result<OutputsAsked> ParseOutputsAsked(std::string_view name) {
  for (std::size_t i = 0; i < kAskedNames.size(); ++i) {
    if (kAskedNames[i] == name) return static_cast<OutputsAsked>(i);
  }
  return Usage("reading what the outputs are: found " + Quoted(name, 40) + ", expected auto, text or span");
}

Result<OutputContract> DeduceOutputs(const Spec& spec, std::span<const Example> examples, OutputsAsked asked) {
  OutputContract contract;
  if (asked == OutputsAsked::kText) return contract;
  if (asked == OutputsAsked::kSpan) {
    contract.span_alternatives = PAW_TRY(CheckSpans(spec, examples));
    return contract;
  }
  contract = PAW_TRY(Deduced(spec, examples));
  if (contract.kind == OutputKind::kText) contract.span_alternatives = SpanAlternatives(spec, examples);
  if (contract.span_alternatives) {
    const std::vector<std::string>& others = *contract.span_alternatives;
    contract.warnings.push_back("answers are whole words of the input" + (others.empty() ? "" : ", or " + Join(others, ", ")) +
                                "; where that is wrong, --outputs text leaves them open");
  }
  if (contract.kind == OutputKind::kJson) contract.json_compact = IsCompact(spec, examples);
  return contract;
}

}  // namespace paw
