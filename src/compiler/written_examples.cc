#include "compiler/written_examples.h"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "decode/guided.h"
#include "spec/label_words.h"
#include "spec/split.h"

namespace paw {
namespace {

constexpr std::int32_t kContextTokens = 2048;
constexpr std::int32_t kLineTokensMax = 48;
constexpr std::size_t kSubjectBytesMax = 600;
constexpr std::size_t kShownPairs = 8;  // of the spec's own
constexpr std::size_t kShownBytesOfPair = 300;
constexpr std::size_t kTextBytesMin = 4, kTextBytesMax = 300;

// One line of at most so many bytes, cut at a blank.
std::string OneLine(const std::string& text) {
  std::string line = ReplaceAll(ReplaceAll(text, "\r", " "), "\n", " ");
  if (line.size() <= kShownBytesOfPair) return line;
  const std::size_t blank = line.rfind(' ', kShownBytesOfPair);
  line.resize(blank == std::string::npos ? 0 : blank);
  return line;
}

// What the base reads before a text: with the label, and (the background of the push) without any.
class Prompts {
 public:
  Prompts(const Spec& spec, const LabelSet& labels) : body_(spec.body) {
    const std::string subject = SubjectOf(spec.body, labels, kSubjectBytesMax);
    with_ = without_ = subject.empty() ? "" : subject + "\n\n";
    std::size_t shown = 0;
    for (const Example& example : spec.examples) {
      const std::string input = OneLine(example.input);
      if (shown == kShownPairs || input.empty()) continue;
      with_ += Heading(example.output) + " " + input + "\n\n";
      without_ += "Text: " + input + "\n\n";
      ++shown;
    }
  }
  const std::string& with() const { return with_; }
  const std::string& without() const { return without_; }

  std::string Heading(const std::string& label) const {
    const std::string meaning = LabelMeaning(body_, label);
    return "Label: " + LabelWords(label) + (meaning.empty() ? "" : " (" + meaning + ")") + "\nText:";
  }

 private:
  const std::string& body_;
  std::string with_, without_;
};

// The rows so far, each text with the label that it fits best.
class Rows {
 public:
  explicit Rows(std::span<const Example> known) {
    for (const Example& example : known) known_.insert(Key(example.input));
  }

  void AddWritten(const std::string& label, std::string text, double fit) {
    if (text.size() >= kTextBytesMin && text.size() <= kTextBytesMax) Add(label, std::move(text), fit);
  }

  void Add(const std::string& label, std::string text, double fit) {
    const std::string key = Key(text);
    if (key.empty() || known_.contains(key)) return;
    const auto [found, is_new] = at_.try_emplace(key, rows_.size());
    if (is_new) {
      rows_.push_back({label, std::move(text), fit});
    } else if (Row& old = rows_[found->second]; fit > old.fit) {
      old = {label, std::move(text), fit};
    }
  }

  std::vector<Example> Take() {
    std::vector<Example> examples;
    for (Row& row : rows_) {
      Example& example = examples.emplace_back();
      example.input = std::move(row.text);
      example.output = std::move(row.label);
    }
    return examples;
  }

 private:
  struct Row {
    std::string label, text;
    double fit = 0;
  };

  static std::string Key(std::string_view text) {
    std::string key = CollapsedInput(text);
    key.erase(key.find_last_not_of(".?! ") + 1);
    return key;
  }

  std::unordered_set<std::string> known_;
  std::unordered_map<std::string, std::size_t> at_;  // key -> index into rows_
  std::vector<Row> rows_;
};

class Writer {
 public:
  Writer(const BaseModel& base, const WriteExamplesOptions& options, const StageHooks& hooks)
      : base_(base), options_(options), hooks_(hooks) {}

  Status Open(const Prompts& prompts) {
    context_ = PAW_TRY(base_.lm().NewContext({hooks_.threads, kContextTokens}));
    with_ = PAW_TRY(Evaluate(prompts.with()));
    without_ = PAW_TRY(Evaluate(prompts.without()));
    bare_heading_ = PAW_TRY(Encode("Text:"));
    return Ok();
  }

  Result<std::vector<GuidedLine>> Write(const std::string& heading, std::size_t number) {
    const std::vector<TokenId> tokens = PAW_TRY(Encode(heading));
    GuidedOptions guided;
    guided.samples = options_.per_label;
    guided.tokens_max = kLineTokensMax;
    guided.seed = options_.seed + number;
    guided.cancel = hooks_.cancel;
    return SampleGuided(*context_, base_.tokenizer(), {with_, tokens}, {without_, bare_heading_}, guided);
  }

 private:
  Result<std::vector<TokenId>> Encode(const std::string& text) const { return base_.tokenizer().Encode(text, SpecialTokens::kPlain); }
  Result<SequenceId> Evaluate(const std::string& text) { return context_->EvaluatePrefix(kNoAdapter, PAW_TRY(Encode(text))); }

  const BaseModel& base_;
  const WriteExamplesOptions& options_;
  const StageHooks& hooks_;
  std::unique_ptr<Context> context_;
  SequenceId with_ = -1, without_ = -1;
  std::vector<TokenId> bare_heading_;
};

}  // namespace

Result<std::vector<Example>> WriteExamples(const BaseModel& base, const Spec& spec, const LabelSet& labels, std::span<const Example> known,
                                           const WriteExamplesOptions& options, const StageHooks& hooks) {
  const Prompts prompts(spec, labels);
  Writer writer(base, options, hooks);
  PAW_TRY(writer.Open(prompts));
  Rows rows(known);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != options.reject_label) {
      rows.Add(labels[i], LabelWords(labels[i]), 0);
      for (GuidedLine& line : PAW_TRY(writer.Write(prompts.Heading(labels[i]), i)))
        rows.AddWritten(labels[i], std::move(line.text), line.fit);
    }
    if (hooks.progress) hooks.progress("write", static_cast<std::int64_t>(i + 1), static_cast<std::int64_t>(labels.size()));
  }
  return rows.Take();
}

}  // namespace paw
