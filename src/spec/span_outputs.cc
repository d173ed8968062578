#include "spec/span_outputs.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "base/word_cuts.h"
#include "spec/label_text.h"
#include "spec/sentences.h"

namespace paw {
namespace {

constexpr std::size_t kAbsentBytesMax = 32;
constexpr std::size_t kAbsentMax = 8;
constexpr std::size_t kAbsentWordsMax = 3;
constexpr std::string_view kIf = " if ";
constexpr std::size_t kBodyBytesMax = 8000;  // a longer spec is no extraction, and would cost time
constexpr std::size_t kPlaceholderBytesMin = 4;
constexpr std::size_t kDistinctMin = 3;  // of many rows

// Words by which people say that there is nothing.
constexpr auto kAbsentWords = std::to_array<std::string_view>({"none", "n/a", "null", "unknown", "missing", "absent", "invalid", "empty",
                                                               "nothing", "not found", "no match", "no answer", "nil", "not_found"});
constexpr auto kConditions = std::to_array<std::string_view>(
    {" if ", "otherwise", "when ", "else", "unless ", "without one", "there is no", " not ", "n't", " no ", " or ", "missing", "absent"});
constexpr auto kAnswering =
    std::to_array<std::string_view>({"return", "answer", "output", "say", "write", "reply", "print", "give", "use"});
// A function with one of these answers with what stands in its input.
constexpr auto kCopying = std::to_array<std::string_view>({"extract the ", "extract a ", "exactly as written", "as written",
                                                           "exactly as it ", "as it appears", "as it stands", "word for word", "verbatim",
                                                           "copied exactly", "copy the ", "pull the ", "pick out the ", "without changes"});
// With one of these it does not, or not always: what is changed, counted, listed, or written in another form.
constexpr auto kChanging = std::to_array<std::string_view>({"replace", "convert", "normal", "translat", "summar", "rewrite", "shorten",
                                                            "mask", "remove", "correct", "repair", "fix ", "unchanged", "append"});
constexpr auto kMaking =
    std::to_array<std::string_view>({"prefix", "insert", "swap", "reverse", "abbreviat", "becomes", "calculate", "count", "how many",
                                     "number of", "the sum", "difference", "rounded", "instruction"});
constexpr auto kListing = std::to_array<std::string_view>({"list", "all the", "every", "each", "sorted", "in order", "in this order",
                                                           "joined", "separated", "values", "and its ", "and their ", " both ", " & "});
constexpr auto kShaping = std::to_array<std::string_view>({"format", "notation", " form ", "lower case", "lowercase", "lower-case",
                                                           "upper case", "uppercase", "capital", "title case", "json", "csv", "key"});
constexpr auto kWriting = std::to_array<std::string_view>({"yyyy", "hh:", "iso ", "24-hour", "12-hour", "24 hours", "am/pm", "in seconds",
                                                           "in minutes", "as a number", "integer", "followed by a", "between the", "'; '"});
constexpr auto kNaming = std::to_array<std::string_view>(
    {"letter", "index", "position", "initial", "option", "line numbers", "yes or no", "true or false", "=", "<", ">", "|", "{", "["});

bool HasAny(std::string_view lower, std::span<const std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [lower](std::string_view phrase) { return lower.find(phrase) != std::string_view::npos; });
}

class AbsentReader {
 public:
  void Read(std::string_view sentence) {
    const std::string lower = LowerAscii(sentence);
    if (!HasAny(lower, kConditions)) return;
    for (const std::string_view word : kAbsentWords) {
      for (std::size_t at = FindWord(lower, word); at != std::string_view::npos; at = FindWord(lower, word, at + 1)) {
        if (!IsPronoun(lower, at, word)) Add(sentence.substr(at, word.size()));
      }
    }
    for (std::size_t at = lower.find(kIf); at != std::string::npos; at = lower.find(kIf, at + 1)) AddBefore(sentence.substr(0, at));
    for (std::size_t at = 0; at < sentence.size();) {
      const std::size_t end = QuotedEnd(sentence, at);
      if (end > at) Add(InsideQuotes(sentence.substr(at, end - at)));
      at = std::max(end, at + 1);
    }
  }
  std::vector<std::string> Take() { return std::move(answers_); }

 private:
  // "if there is none, ...", "if the value is missing", "none of these": said of the input.
  static bool IsPronoun(std::string_view lower, std::size_t at, std::string_view word) {
    const std::string_view before = lower.substr(0, at), behind = lower.substr(at + word.size());
    return before.ends_with("there is ") || before.ends_with("there are ") || before.ends_with("if ") || before.ends_with(" is ") ||
           before.ends_with(" has ") || before.ends_with(" are ") || behind.starts_with(" of ");
  }

  // What ends here: "..., or N/A", "Return none", "0".
  void AddBefore(std::string_view text) {
    for (const std::string_view mark : {", ", "; ", ": ", ". ", " or ", " and ", "("}) {
      if (const std::size_t at = text.rfind(mark); at != std::string_view::npos) text.remove_prefix(at + mark.size());
    }
    for (const std::string_view word : {"or ", "and "}) {
      if (text.starts_with(word)) text.remove_prefix(word.size());
    }
    const std::size_t blank = text.find(' ');
    if (blank != std::string_view::npos && HasAny(LowerAscii(text.substr(0, blank)), kAnswering)) text.remove_prefix(blank + 1);
    if (CountOf(text, " ") < kAbsentWordsMax) Add(text);
  }

  void Add(std::string_view answer) {
    answer = Trim(answer);
    if (answer.empty() || answer.size() > kAbsentBytesMax || answers_.size() == kAbsentMax) return;
    if (std::find(answers_.begin(), answers_.end(), answer) == answers_.end()) answers_.emplace_back(answer);
  }

  std::vector<std::string> answers_;
};

// NAME and TEXT of "in the form NAME: TEXT".
bool HasPlaceholder(std::string_view body, const std::vector<std::string>& absent) {
  for (std::size_t at = 0; at < body.size();) {
    std::size_t end = at;
    while (end < body.size() && body[end] >= 'A' && body[end] <= 'Z') ++end;
    const std::string_view word = body.substr(at, end - at);
    const bool answer =
        std::any_of(absent.begin(), absent.end(), [word](const std::string& text) { return text.find(word) != std::string::npos; });
    if (word.size() >= kPlaceholderBytesMin && !answer) return true;
    at = end + 1;
  }
  return false;
}

bool SaysThatItCopies(std::string_view body, const std::vector<std::string>& absent) {
  const std::string lower = LowerAscii(body);
  if (!HasAny(lower, kCopying) || HasPlaceholder(body, absent) || lower.find("...") != std::string::npos) return false;
  return !HasAny(lower, kChanging) && !HasAny(lower, kMaking) && !HasAny(lower, kListing) && !HasAny(lower, kShaping) &&
         !HasAny(lower, kWriting) && !HasAny(lower, kNaming);
}

// What the examples show, in the light of the answers that the spec names.
struct Evidence {
  std::vector<std::string> alternatives;  // the spec's, then those that are not in it
  std::vector<const Example*> unnamed;    // outputs outside of their inputs that the spec does not name, the first row of each
  std::size_t spans = 0;                  // rows whose output stands in its input
  std::size_t distinct = 0;               // outputs among them
  std::size_t whole = 0;                  // of them, rows whose output is the whole input
};

Evidence Weigh(const Spec& spec, std::span<const Example> examples) {
  Evidence evidence;
  std::vector<std::string>& alternatives = evidence.alternatives = AbsentAnswers(spec.body);
  std::set<std::string_view> outputs;
  for (const Example& example : examples) {
    const bool stands = StandsIn(example.output, example.input);
    if (std::find(alternatives.begin(), alternatives.end(), example.output) != alternatives.end()) continue;
    if (stands) {
      ++evidence.spans;
      outputs.insert(example.output);
      evidence.whole += Trim(example.input) == example.output ? 1 : 0;
    } else {
      alternatives.push_back(example.output);
      evidence.unnamed.push_back(&example);
    }
  }
  evidence.distinct = outputs.size();
  return evidence;
}

}  // namespace

std::vector<std::string> AbsentAnswers(std::string_view body) {
  AbsentReader reader;
  if (body.size() > kBodyBytesMax) return {};
  for (const std::string_view line : SplitLines(body)) {
    for (const std::string_view sentence : SentencesOf(line)) reader.Read(sentence);
  }
  return reader.Take();
}

std::optional<std::vector<std::string>> SpanAlternatives(const Spec& spec, std::span<const Example> examples) {
  Evidence evidence = Weigh(spec, examples);
  if (evidence.unnamed.size() > 1) return std::nullopt;
  const bool by_rows = evidence.spans >= kSpanRowsMin && evidence.distinct >= kDistinctMin && 2 * evidence.whole < evidence.spans;
  const bool settled = !evidence.alternatives.empty() || !HasAny(LowerAscii(spec.body), kConditions);
  const bool by_words = settled && (examples.empty() || evidence.spans > 0) && SaysThatItCopies(spec.body, evidence.alternatives);
  if (!by_rows && !by_words) return std::nullopt;
  return std::move(evidence.alternatives);
}

Result<std::vector<std::string>> CheckSpans(const Spec& spec, std::span<const Example> examples) {
  Evidence evidence = Weigh(spec, examples);
  if (evidence.unnamed.size() <= 1) return std::move(evidence.alternatives);
  const Example& example = *evidence.unnamed[1];
  return Refused("checking the examples: found the output " + Quoted(example.output, 60) + " at " + WhereOf(example) +
                 ", which does not stand in its input, expected whole words of it (--outputs span), or one answer for inputs without any");
}

}  // namespace paw
