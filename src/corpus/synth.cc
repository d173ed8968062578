#include "corpus/synth.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/limits.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/text.h"
#include "corpus/spec_question.h"
#include "spec/split.h"
#include "teacher/prompts.h"
#include "teacher/questions.h"
#include "teacher/reading.h"

namespace paw {
namespace {

constexpr std::int64_t kWaveCalls = 4;        // under way before their specs are looked at
constexpr std::int64_t kBarrenCallsMax = 12;  // in a row without a spec that is kept
constexpr std::int64_t kUnreadMax = 12;       // questions in a row without an answer that can be read
constexpr const char* kWhat = "asking for a corpus";

using Reasons = std::map<std::string, std::int64_t>;

struct SpecsAnswer {
  SpecCall call;
  AnsweredSpecs specs;
  Outcome outcome = Outcome::kAnswered;
};

struct PairsAnswer {
  SynthSpec spec;
  std::vector<CorpusPair> pairs;
  Reasons dropped;
  Outcome outcome = Outcome::kAnswered;
  std::string reason;  // why the spec is dropped; empty: it is not
};

Status CheckCounts(const SynthOptions& options) {
  PAW_TRY(CheckTeacherOptions(options.teacher));
  if (options.specs >= 1 && options.specs <= kSynthSpecsMax && options.teacher.pairs >= kSynthPairsMin &&
      options.teacher.pairs <= kSynthPairsMax) {
    return Ok();
  }
  return Usage(std::string(kWhat) + ": found " + std::to_string(options.specs) + " specs of " + std::to_string(options.teacher.pairs) +
               " pairs, expected 1 to " + std::to_string(kSynthSpecsMax) + " of " + std::to_string(kSynthPairsMin) + " to " +
               std::to_string(kSynthPairsMax));
}

Result<Endpoint> OpenEndpoint(Fs& fs, Http& http, const TeacherOptions& teacher) {
  return Endpoint::Open(http, fs, {teacher.url, teacher.key, teacher.seconds_max, teacher.cancel});
}

Json SettingsOf(const TeacherOptions& teacher, const std::vector<Theme>& themes, const std::string& url) {
  std::vector<std::string> areas;  // of the themes, which stand together by area
  for (const Theme& theme : themes) {
    if (areas.empty() || areas.back() != theme.area) areas.emplace_back(theme.area);
  }
  return {{"url", url},
          {"model", teacher.model},
          {"check_model", teacher.check_model},
          {"areas", areas},
          {"pairs", teacher.pairs},
          {"prompts", std::string(kSynthPromptVersion) + "/" + std::string(kTeacherPromptVersion)},
          {"seed", teacher.seed}};
}

// Everything that the questions and the reading of the answers depend on.
std::string KeyOf(const Json& settings, const std::vector<Theme>& themes) {
  Json names = Json::array();
  for (const Theme& theme : themes) names.push_back(std::string(theme.name) + ": " + std::string(theme.about));
  return Sha256Hex(WriteJson({{"settings", settings}, {"themes", names}}));
}

class Synthesis {
 public:
  Synthesis(const SynthOptions& options, std::vector<Theme> themes, const Endpoint& endpoint, TeacherJournal& journal,
            const std::function<void(const SynthEvent&)>& on_event)
      : options_(options),
        teacher_(options.teacher),
        themes_(std::move(themes)),
        journal_(journal),
        on_event_(on_event),
        questions_(endpoint, journal, {teacher_.tokens_max, teacher_.seed, teacher_.cancel}, [this](const std::string& note) {
          const std::scoped_lock hold(mutex_);
          Emit(nullptr, note);
        }) {
    Random(teacher_.seed, "synth themes").Shuffle(themes_);
    progress_.wanted = options.specs;
  }

  Result<SynthReport> Run() {
    const Status asked = AskForAll();
    if (asked.ok()) return Report();
    if (journal_.tokens() == 0) return asked;
    return Status(asked.code(), asked.message() + "; every reply before is kept, and the same command goes on from there");
  }

 private:
  Status AskForAll() {
    const std::int64_t calls_max = 4 * ((options_.specs + kSpecsPerCall - 1) / kSpecsPerCall) + 2 * Themes();
    while (progress_.kept < options_.specs && !stopped_ && unread_ < kUnreadMax) {
      if (!pending_.empty()) {
        PAW_TRY(AskForPairs());
      } else if (barren_calls_ < kBarrenCallsMax && progress_.calls < calls_max) {
        PAW_TRY(AskForMoreSpecs());
      } else {
        break;
      }
    }
    return Ok();
  }

  std::int64_t Themes() const { return static_cast<std::int64_t>(themes_.size()); }
  std::int64_t Missing() const { return options_.specs - progress_.kept; }

  // As many calls of the round as specs are missing. How many that is changes no question.
  Status AskForMoreSpecs() {
    const std::int64_t first = progress_.calls;
    if (first % Themes() == 0) known_before_round_ = known_;
    const std::int64_t calls = std::min({(Missing() + kSpecsPerCall - 1) / kSpecsPerCall, Themes() - first % Themes(), kWaveCalls});
    return InOrder(
        static_cast<std::size_t>(calls), teacher_.parallel, mutex_,
        [&](std::size_t i) { return AnswerCall(first + static_cast<std::int64_t>(i)); },
        [this](SpecsAnswer answer) { MergeSpecs(std::move(answer)); }, [this] { questions_.Stop(); });
  }

  Result<SpecsAnswer> AnswerCall(std::int64_t number) {
    const std::int64_t round = number / Themes();
    const std::int64_t turn = number % Themes();
    SpecsAnswer answer;
    answer.call = MakeSpecCall(number, themes_[static_cast<std::size_t>(turn)], (round + turn) % 2 == 1, teacher_.seed);
    const auto found = known_before_round_.find(std::string(answer.call.theme.name));
    std::span<const std::string> known;
    if (found != known_before_round_.end()) known = found->second;
    const auto ask = [&](int attempt) { return AskForSpecs(answer.call, teacher_.model, known, teacher_.seed, attempt); };
    const auto read = [&answer](std::string_view text) {
      answer.specs = PAW_TRY(ReadSpecs(text, answer.call.with_examples));
      return Ok();
    };
    answer.outcome = PAW_TRY(questions_.Ask(number, TeacherStep::kSpecs, ask, read));
    return answer;
  }

  // Under the lock.
  void MergeSpecs(SpecsAnswer answer) {
    stopped_ = stopped_ || answer.outcome == Outcome::kStopped;
    if (answer.outcome == Outcome::kStopped) return;
    ++progress_.calls;
    ++barren_calls_;
    CountUnread(answer.outcome);
    if (answer.specs.malformed > 0) progress_.dropped_specs["malformed"] += answer.specs.malformed;
    for (SynthSpec& spec : answer.specs.specs) {
      spec.style = answer.call.style;
      spec.theme = answer.call.theme;
      spec.number += answer.call.number * static_cast<std::int64_t>(kSpecsPerAnswerMax);
      std::string reason = WhySpecRefused(spec);
      if (reason.empty() && !wordings_.insert(WordingKey(spec.wording)).second) reason = "twice";
      if (!reason.empty()) {
        ++progress_.dropped_specs[reason];
        continue;
      }
      known_[std::string(spec.theme.name)].push_back(spec.wording);
      pending_.push_back(std::move(spec));
    }
    Emit(nullptr, "");
  }

  // Under the lock.
  void CountUnread(Outcome outcome) {
    unread_ = outcome == Outcome::kGivenUp ? unread_ + 1 : 0;
    given_up_ += outcome == Outcome::kGivenUp ? 1 : 0;
  }

  // No more specs than are missing, so that no pair is paid for without need.
  Status AskForPairs() {
    const auto count = std::min(pending_.size(), static_cast<std::size_t>(Missing()));
    std::vector<SynthSpec> specs(std::make_move_iterator(pending_.begin()),
                                 std::make_move_iterator(pending_.begin() + static_cast<std::ptrdiff_t>(count)));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
    return InOrder(
        count, teacher_.parallel, mutex_, [&](std::size_t i) { return AnswerSpec(std::move(specs[i])); },
        [this](PairsAnswer answer) { MergePairs(std::move(answer)); }, [this] { questions_.Stop(); });
  }

  Result<PairsAnswer> AnswerSpec(SynthSpec spec) {
    PairsAnswer answer;
    answer.spec = std::move(spec);
    const TeacherTask task = PAW_TRY(TaskOf(answer.spec, teacher_.seed));
    const std::int64_t number = answer.spec.number;
    AnsweredPairs pairs;
    const auto ask = [&](int attempt) { return AskForVariedPairs(task, teacher_.model, number, teacher_.pairs, attempt); };
    const auto read = [&pairs](std::string_view text) {
      pairs = PAW_TRY(ReadPairs(text));
      return Ok();
    };
    answer.outcome = PAW_TRY(questions_.Ask(number, TeacherStep::kPairs, ask, read));
    if (answer.outcome != Outcome::kAnswered) return answer;
    std::vector<Example> usable = Usable(task, pairs, answer.dropped);
    if (static_cast<std::int64_t>(usable.size()) < kSynthPairsMin) {
      answer.reason = "too few pairs";
      return answer;
    }
    PAW_TRY(KeepAgreed(task, usable, answer));
    return answer;
  }

  // Those that keep to the spec and are short enough, each input once, none that the spec shows; no more than were asked for.
  std::vector<Example> Usable(const TeacherTask& task, AnsweredPairs& pairs, Reasons& dropped) const {
    if (pairs.malformed > 0) dropped["malformed"] += pairs.malformed;
    std::unordered_set<std::string> seen;
    for (const Example& example : task.own) seen.insert(CollapsedInput(example.input));
    std::vector<Example> usable;
    for (Example& pair : pairs.pairs) {
      if (static_cast<std::int64_t>(usable.size()) == teacher_.pairs) break;
      pair.input = std::string(Trim(pair.input));
      std::string reason = WhyRefused(task, pair.input, pair.output);
      if (reason.empty() && pair.input.size() + pair.output.size() > kSynthPairBytesMax) reason = "too long";
      if (reason.empty() && !seen.insert(CollapsedInput(pair.input)).second) reason = "twice";
      if (reason.empty()) {
        usable.push_back(std::move(pair));
      } else {
        ++dropped[reason];
      }
    }
    return usable;
  }

  // Only the pairs whose output comes out again where the input stands alone.
  Status KeepAgreed(const TeacherTask& task, const std::vector<Example>& pairs, PairsAnswer& answer) {
    const std::string& model = teacher_.check_model.empty() ? teacher_.model : teacher_.check_model;
    std::map<std::size_t, std::string> outputs;
    const auto ask = [&](int attempt) { return AskForOutputs(task, model, answer.spec.number, pairs, attempt); };
    const auto read = [&](std::string_view text) {
      outputs = PAW_TRY(ReadOutputs(text, pairs.size()));
      return Ok();
    };
    answer.outcome = PAW_TRY(questions_.Ask(answer.spec.number, TeacherStep::kOutputs, ask, read));
    for (const std::size_t i : AgreedPairs(task, pairs, outputs, answer.dropped)) answer.pairs.push_back({pairs[i].input, pairs[i].output});
    if (static_cast<std::int64_t>(answer.pairs.size()) < kSynthPairsMin) answer.reason = "too few pairs agreed on";
    return Ok();
  }

  // Under the lock.
  void MergePairs(PairsAnswer answer) {
    stopped_ = stopped_ || answer.outcome == Outcome::kStopped;
    if (answer.outcome == Outcome::kStopped) return;
    CountUnread(answer.outcome);
    if (answer.outcome == Outcome::kGivenUp) answer.reason = "no answer that could be read";
    if (answer.reason.empty()) LeaveInOneSplit(answer);
    for (const auto& [reason, count] : answer.dropped) progress_.dropped_pairs[reason] += count;
    if (!answer.reason.empty()) {
      ++progress_.dropped_specs[answer.reason];
      Emit(nullptr, "");
      return;
    }
    rows_.push_back(RowOf(answer.spec, answer.pairs));
    ++progress_.kept;
    progress_.pairs += static_cast<std::int64_t>(answer.pairs.size());
    barren_calls_ = 0;
    Emit(&rows_.back(), "");
  }

  // An input belongs to the split of the first spec that has it.
  void LeaveInOneSplit(PairsAnswer& answer) {
    const std::string_view split = SplitOf(answer.spec);
    const auto elsewhere = [&](const std::string& input) {
      const auto found = split_of_input_.find(CollapsedInput(input));
      return found != split_of_input_.end() && found->second != split;
    };
    for (const Example& example : answer.spec.examples) {
      if (elsewhere(example.input)) answer.reason = "an example of another split";
    }
    answer.dropped["of another split"] +=
        static_cast<std::int64_t>(std::erase_if(answer.pairs, [&](const CorpusPair& pair) { return elsewhere(pair.input); }));
    if (answer.dropped["of another split"] == 0) answer.dropped.erase("of another split");
    if (answer.reason.empty() && static_cast<std::int64_t>(answer.pairs.size()) < kSynthPairsMin) answer.reason = "too few pairs";
    if (!answer.reason.empty()) return;
    for (const Example& example : answer.spec.examples) split_of_input_.emplace(CollapsedInput(example.input), split);
    for (const CorpusPair& pair : answer.pairs) split_of_input_.emplace(CollapsedInput(pair.input), split);
  }

  // Under the lock.
  void Emit(const SynthRow* row, const std::string& note) {
    CountRequests();
    if (on_event_) on_event_({progress_, row, note});
  }

  void CountRequests() {
    progress_.tokens = journal_.tokens();
    progress_.asked = questions_.asked();
  }

  Result<SynthReport> Report() {
    CountRequests();
    std::string why = "after " + SynthCounts(progress_);
    if (stopped_) {
      why = questions_.WhyStopped() + ", " + why;
    } else if (barren_calls_ >= kBarrenCallsMax) {
      why = "the last calls brought nothing new, " + why;
    }
    if (const std::string problem = questions_.last_problem(); given_up_ > 0 && !problem.empty()) {
      why += "; " + std::to_string(given_up_) + " questions were given up, no answer could be read (" + problem + ")";
    }
    const std::string found = std::string(kWhat) + ": found " + std::to_string(progress_.kept) + " usable specs, expected ";
    if (rows_.empty()) {
      return Failed(found + "at least one: " + why + "; the replies are in " + Printable(journal_.path(), kPathBytesMax));
    }
    SynthReport report;
    if (Missing() > 0) report.warnings.push_back(found + std::to_string(options_.specs) + ": " + why);
    report.rows = std::move(rows_);
    report.progress = progress_;
    report.journal = journal_.path();
    return report;
  }

  const SynthOptions& options_;
  const TeacherOptions& teacher_;
  std::vector<Theme> themes_;  // in the order of their turns
  TeacherJournal& journal_;
  const std::function<void(const SynthEvent&)>& on_event_;
  Questions questions_;
  std::map<std::string, std::vector<std::string>> known_before_round_;  // wordings by theme

  std::mutex mutex_;  // guards what follows while requests are under way
  bool stopped_ = false;
  std::int64_t given_up_ = 0;      // questions whose answer could not be read
  std::int64_t unread_ = 0;        // of these, the last ones in a row
  std::int64_t barren_calls_ = 0;  // since a spec was kept
  std::map<std::string, std::vector<std::string>> known_;
  std::unordered_set<std::string> wordings_;
  std::deque<SynthSpec> pending_;  // specs whose pairs are not asked for yet
  std::unordered_map<std::string, std::string_view> split_of_input_;
  std::vector<SynthRow> rows_;
  SynthProgress progress_;
};

std::string Dropped(const Reasons& dropped, const char* what) {
  const std::string text = DroppedText(dropped);
  const std::size_t words = text.find(" dropped");
  return text.empty() ? "" : ", " + text.substr(0, words) + " " + what + text.substr(words);
}

}  // namespace

std::string SynthCounts(const SynthProgress& progress) {
  return std::to_string(progress.calls) + (progress.calls == 1 ? " call" : " calls") + Dropped(progress.dropped_specs, "specs") +
         Dropped(progress.dropped_pairs, "pairs") + "; " + std::to_string(progress.asked) + " requests, " +
         std::to_string(progress.tokens) + " tokens";
}

Result<Json> SynthSettings(Fs& fs, Http& http, const SynthOptions& options) {
  PAW_TRY(CheckCounts(options));
  const std::vector<Theme> themes = PAW_TRY(ThemesOf(options.areas));
  const Endpoint endpoint = PAW_TRY(OpenEndpoint(fs, http, options.teacher));
  return SettingsOf(options.teacher, themes, endpoint.url());
}

Result<SynthReport> Synthesise(Fs& fs, Http& http, const SynthOptions& options, const std::function<void(const SynthEvent&)>& on_event) {
  const Json settings = PAW_TRY(SynthSettings(fs, http, options));
  std::vector<Theme> themes = PAW_TRY(ThemesOf(options.areas));
  const Endpoint endpoint = PAW_TRY(OpenEndpoint(fs, http, options.teacher));
  const std::unique_ptr<TeacherJournal> journal = PAW_TRY(TeacherJournal::Open(fs, options.teacher.root, KeyOf(settings, themes)));
  SynthReport report = PAW_TRY(Synthesis(options, std::move(themes), endpoint, *journal, on_event).Run());
  if (std::string warning = endpoint.KeyWarning(); !warning.empty()) report.warnings.push_back(std::move(warning));
  return report;
}

}  // namespace paw
