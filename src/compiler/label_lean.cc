#include "compiler/label_lean.h"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/rows.h"
#include "decode/label_prior.h"
#include "decode/label_search.h"
#include "prompt/label_tokens.h"
#include "pseudo/form.h"

namespace paw {
namespace {

const std::vector<std::string>& TextsOfNoTask() {
  static const std::vector<std::string> texts = {
      "The meeting is moved to Thursday at three.",
      "thanks, see you tomorrow",
      "2026-03-04 12:00:01 INFO worker 3: job 1182 done in 40 ms",
      "Please find the report attached.",
      "blue cotton shirt, size L",
      "How do I change my password?",
      "{\"id\": 17, \"name\": \"Mara\", \"active\": true}",
      "The train from Lyon arrives at 18:40.",
      "I have waited for two weeks and nothing has happened.",
      "git commit -m \"update the readme\"",
      "Water boils at 100 degrees.",
      "Great work, everyone liked it!",
      "Invoice 4471, due on 12 May, total 250.00 EUR",
      "no",
      "He opened the window because the room was warm.",
      "SELECT name FROM users WHERE id = 5;",
      "Call me back when you have a minute.",
      "The new phone is lighter, but the battery lasts less.",
      "Anna Berg, 12 Mill Road, Leeds",
      "Error: file not found",
      "What a lovely day by the sea.",
      "order 5 boxes of paper",
      "The committee will decide next week.",
      "a, b, c",
  };
  return texts;
}

// Fewer of a label would leave prompts that show none of it: what is seen there is the absence, not the lean.
constexpr std::size_t kLabelExamplesMin = 2;
// Each costs the evaluation of a prompt: enough for a lean, a matter of seconds.
constexpr std::size_t kLeanExamplesMax = 16;
constexpr std::array<double, 3> kShares = {0, 0.5, 1};

using LabelExamples = std::vector<const Example*>;  // of one label

// As many of every label as there is room for; none at all where a label has too few.
std::vector<LabelExamples> ExamplesOfAll(const std::vector<std::string>& labels, const std::vector<Example>& examples) {
  if (labels.empty() || kLabelExamplesMin * labels.size() > kLeanExamplesMax) return {};
  const std::size_t most = kLeanExamplesMax / labels.size();
  std::vector<LabelExamples> by_label;
  for (const std::string& label : labels) {
    LabelExamples& of_label = by_label.emplace_back();
    for (const Example& example : examples) {
      if (example.output == label && of_label.size() < most) of_label.push_back(&example);
    }
    if (of_label.size() < kLabelExamplesMin) return {};
  }
  return by_label;
}

Result<std::vector<double>> OffsetsOf(const std::shared_ptr<BaseModel>& base, const Bundle& bundle, const std::vector<std::string>& inputs,
                                      double share, int threads) {
  const std::shared_ptr<const Program> program = PAW_TRY(Program::Open(bundle, base));
  Session session = PAW_TRY(program->NewSession(threads));
  return session.FitOffsets(inputs, share);
}

// The same program behind a prompt that does not know the input.
Result<Bundle> WithoutInput(const BaseModel& base, const Spec& spec, const LeanPrompt& prompt, const std::string& input, Bundle bundle) {
  const Tokenizer& tokenizer = base.tokenizer();
  const auto find_special = [&tokenizer](std::string_view text) { return tokenizer.FindSpecial(text); };
  const std::string text = WithoutMarkers(TextWithoutInput(spec, input), find_special);
  bundle.prompt_template = PAW_TRY(LayoutTemplate(prompt.layout, text, prompt.style)).text();
  return bundle;
}

// An example as the program sees it that does not know it.
struct UnknownExample {
  std::size_t label = 0;        // its own
  double weight = 0;            // every label counts the same; they sum to 1
  std::vector<float> thoughts;  // (edges of the trie) log softmax at branching nodes
};

Result<std::vector<UnknownExample>> ReadUnknown(const std::shared_ptr<BaseModel>& base, const Spec& spec, const LeanPrompt& prompt,
                                                const StageHooks& hooks, const std::vector<LabelExamples>& by_label, const Bundle& bundle) {
  std::int64_t total = 0;
  for (const LabelExamples& examples : by_label) total += static_cast<std::int64_t>(examples.size());
  std::vector<UnknownExample> read;
  for (std::size_t label = 0; label < by_label.size(); ++label) {
    for (const Example* example : by_label[label]) {
      PAW_TRY(CheckCancelled(hooks.cancel, "evening the labels"));
      const Bundle without = PAW_TRY(WithoutInput(*base, spec, prompt, example->input, bundle));
      const std::vector<double> offsets = PAW_TRY(OffsetsOf(base, without, {example->input}, 1.0, hooks.threads));
      UnknownExample& unknown = read.emplace_back();
      unknown.label = label;
      unknown.weight = 1.0 / static_cast<double>(by_label.size() * by_label[label].size());
      for (const double offset : offsets) unknown.thoughts.push_back(static_cast<float>(-offset));
      if (hooks.progress) hooks.progress("even", static_cast<std::int64_t>(read.size()), total);
    }
  }
  return read;
}

std::vector<double> OffsetsAt(double share, const LabelTrie& trie, const std::vector<UnknownExample>& examples) {
  std::vector<double> offsets(trie.edge_count(), 0.0);
  for (const UnknownExample& example : examples) {
    const std::vector<double> own = PriorOffsets(trie, {&example.thoughts, 1}, share * example.weight);
    for (std::size_t edge = 0; edge < offsets.size(); ++edge) offsets[edge] += own[edge];
  }
  return offsets;
}

// Mean log P of the examples' own labels.
double LikelihoodAt(const std::vector<double>& offsets, const LabelSearch& search, const std::vector<UnknownExample>& examples) {
  double sum = 0;
  for (const UnknownExample& example : examples) {
    sum += example.weight * search.Distribution(example.thoughts, 1.0, offsets)[example.label];
  }
  return sum;
}

// The share of the lean without which the examples' labels are likeliest; the smallest of equals.
Result<Calibration> LeanOnExamples(const std::shared_ptr<BaseModel>& base, const Spec& spec, const LeanPrompt& prompt,
                                   const StageHooks& hooks, const std::vector<LabelExamples>& by_label, const Bundle& bundle) {
  const auto trie = std::make_shared<const LabelTrie>(PAW_TRY(BuildLabelTrie(base->tokenizer(), bundle.manifest.paw->labels)));
  const LabelSearch search(trie);
  const std::vector<UnknownExample> examples = PAW_TRY(ReadUnknown(base, spec, prompt, hooks, by_label, bundle));
  Calibration calibration;
  double likeliest = -std::numeric_limits<double>::infinity();
  for (const double share : kShares) {
    std::vector<double> offsets = OffsetsAt(share, *trie, examples);
    const double likelihood = LikelihoodAt(offsets, search, examples);
    if (!(likelihood > likeliest)) continue;
    likeliest = likelihood;
    calibration.offsets = std::move(offsets);
    calibration.other["share"] = share;
  }
  calibration.other["examples"] = examples.size();
  return calibration;
}

}  // namespace

Status EvenLabels(const std::shared_ptr<BaseModel>& base, const Spec& spec, const LeanPrompt& prompt, const StageHooks& hooks,
                  Bundle& bundle) {
  if (!bundle.manifest.paw || bundle.manifest.paw->output_kind != OutputKind::kLabel) return Ok();
  Calibration calibration;
  if (spec.examples.empty()) {
    calibration.offsets = PAW_TRY(OffsetsOf(base, bundle, TextsOfNoTask(), kPriorShare, hooks.threads));
  } else {
    const std::vector<LabelExamples> by_label = ExamplesOfAll(bundle.manifest.paw->labels, spec.examples);
    if (by_label.empty()) return Ok();
    calibration = PAW_TRY(LeanOnExamples(base, spec, prompt, hooks, by_label, bundle));
  }
  calibration.engine_id = base->lm().engine_id();
  calibration.engine_version = base->lm().engine_version();
  bundle.manifest.paw->calibration = std::move(calibration);
  return Ok();
}

}  // namespace paw
