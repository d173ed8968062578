#include "teacher/teacher.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "spec/split.h"
#include "teacher/endpoint.h"
#include "teacher/journal.h"
#include "teacher/prompts.h"
#include "teacher/questions.h"
#include "teacher/reading.h"
#include "teacher/task.h"

namespace paw {
namespace {

constexpr std::int64_t kBatchPairs = 20;
constexpr std::int64_t kRoundBatches = 4;      // all of which know the inputs of the rounds before
constexpr std::size_t kKnownOfTheUser = 1000;  // inputs of the user's that may be named as there already
constexpr int kEmptyWavesMax = 2;              // parts of rounds in a row, asked at once, without a new pair
constexpr const char* kWhat = "asking a teacher";

using Reasons = std::map<std::string, std::int64_t>;

// What the replies to one batch come to: a pure function of these and the task, whatever the other batches brought.
struct BatchAnswer {
  std::vector<Example> pairs;
  Reasons dropped;
  bool given_up = false;  // no answer could be read
  bool stopped = false;   // nothing more is asked: the token limit, or a full journal
};

// Everything that the questions and the reading of the answers depend on.
std::string KeyOf(const TeacherTask& task, const TeacherOptions& options, const std::string& url) {
  const OutputContract& contract = task.contract;
  const Json parts = {{"url", url},
                      {"model", options.model},
                      {"check_model", options.check_model},
                      {"spec", task.spec.text},
                      {"kind", OutputKindName(contract.kind)},
                      {"labels", contract.labels},
                      {"literal", contract.json_literal ? Json(*contract.json_literal) : Json()},
                      {"keys", task.json_keys},
                      {"examples", DigestOf(task.own)},
                      {"prompts", kTeacherPromptVersion},
                      {"seed", task.seed}};
  return Sha256Hex(WriteJson(parts));
}

class Asking {
 public:
  Asking(TeacherTask task, const TeacherOptions& options, const Endpoint& endpoint, TeacherJournal& journal,
         const std::function<void(const TeacherProgress&)>& on_event)
      : task_(std::move(task)),
        options_(options),
        journal_(journal),
        on_event_(on_event),
        questions_(endpoint, journal, {options.tokens_max, task_.seed, options.cancel}, [this](const std::string& note) {
          const std::scoped_lock hold(mutex_);
          Emit(note);
        }) {
    for (const Example& row : task_.own) own_.insert(CollapsedInput(row.input));
    taken_ = own_;
    for (const Example& row : task_.shown) {
      if (known_.size() < kKnownOfTheUser) known_.push_back(row.input);
    }
    teacher_ = options.model + (options.check_model.empty() ? "" : " checked by " + options.check_model);
    progress_.wanted = options.pairs;
  }

  Result<TeacherReport> Run() {
    const std::int64_t batches_max = 4 * ((options_.pairs + kBatchPairs - 1) / kBatchPairs) + 2 * kRoundBatches;
    int empty_waves = 0;
    while (progress_.kept < options_.pairs && !stopped_ && empty_waves < kEmptyWavesMax && progress_.batches < batches_max) {
      const std::int64_t before = progress_.kept;
      if (progress_.batches % kRoundBatches == 0) known_before_round_ = known_;
      const std::int64_t first = progress_.batches;
      PAW_TRY(InOrder(
          WaveBatches(), options_.parallel, mutex_, [&](std::size_t i) { return Answer(first + static_cast<std::int64_t>(i)); },
          [this](BatchAnswer answer) { Merge(answer); }, [this] { questions_.Stop(); }));
      empty_waves = progress_.kept == before ? empty_waves + 1 : 0;
    }
    return Report(empty_waves == kEmptyWavesMax);
  }

 private:
  // As many batches of the round as pairs are missing. How many that are changes no question.
  std::size_t WaveBatches() const {
    const std::int64_t missing = options_.pairs - progress_.kept;
    const std::int64_t left = kRoundBatches - progress_.batches % kRoundBatches;
    return static_cast<std::size_t>(std::min((missing + kBatchPairs - 1) / kBatchPairs, left));
  }

  // Under the lock.
  void Merge(BatchAnswer& answer) {
    stopped_ = stopped_ || answer.stopped;
    if (answer.stopped) return;
    ++progress_.batches;
    given_up_ += answer.given_up ? 1 : 0;
    for (const auto& [reason, count] : answer.dropped) progress_.dropped[reason] += count;
    for (Example& pair : answer.pairs) {
      if (progress_.kept == options_.pairs) break;
      if (!taken_.insert(CollapsedInput(pair.input)).second) {
        ++progress_.dropped["twice"];
        continue;
      }
      known_.push_back(pair.input);
      pair.teacher = teacher_;
      pair.asked = true;
      pair.line = static_cast<std::int32_t>(++progress_.kept);
      pairs_.push_back(std::move(pair));
    }
    Emit("");
  }

  // Under the lock.
  void Emit(const std::string& note) {
    if (!on_event_) return;
    progress_.tokens = journal_.tokens();
    progress_.asked = questions_.asked();
    progress_.note = note;
    on_event_(progress_);
    progress_.note.clear();
  }

  Result<BatchAnswer> Answer(std::int64_t batch) {
    BatchAnswer answer;
    AnsweredPairs pairs;
    const auto ask = [&](int attempt) { return AskForPairs(task_, options_.model, batch, kBatchPairs, known_before_round_, attempt); };
    const auto read = [&pairs](std::string_view text) {
      pairs = PAW_TRY(ReadPairs(text));
      return Ok();
    };
    if (!Answered(PAW_TRY(questions_.Ask(batch, TeacherStep::kPairs, ask, read)), answer)) return answer;
    if (pairs.malformed > 0) answer.dropped["malformed"] += pairs.malformed;
    std::unordered_set<std::string> seen = own_;
    for (Example& pair : pairs.pairs) {
      std::string reason = WhyRefused(task_, pair.input, pair.output);
      if (reason.empty() && !seen.insert(CollapsedInput(pair.input)).second) reason = "twice";
      if (reason.empty()) {
        answer.pairs.push_back(std::move(pair));
      } else {
        ++answer.dropped[reason];
      }
    }
    if (!options_.check_model.empty() && !answer.pairs.empty()) PAW_TRY(KeepAgreed(batch, answer));
    return answer;
  }

  static bool Answered(Outcome outcome, BatchAnswer& answer) {
    answer.given_up = answer.given_up || outcome == Outcome::kGivenUp;
    answer.stopped = answer.stopped || outcome == Outcome::kStopped;
    return outcome == Outcome::kAnswered;
  }

  // Only the pairs whose output the check model gives too.
  Status KeepAgreed(std::int64_t batch, BatchAnswer& answer) {
    const std::vector<Example> pairs = std::exchange(answer.pairs, {});
    std::map<std::size_t, std::string> outputs;
    const auto ask = [&](int attempt) { return AskForOutputs(task_, options_.check_model, batch, pairs, attempt); };
    const auto read = [&](std::string_view text) {
      outputs = PAW_TRY(ReadOutputs(text, pairs.size()));
      return Ok();
    };
    Answered(PAW_TRY(questions_.Ask(batch, TeacherStep::kOutputs, ask, read)), answer);
    for (const std::size_t i : AgreedPairs(task_, pairs, outputs, answer.dropped)) answer.pairs.push_back(pairs[i]);
    return Ok();
  }

  std::string Kept() const { return "the replies are in " + Printable(journal_.path(), kPathBytesMax); }

  // As compile will read them.
  Status Settle() {
    const Status settled = SettlePairs(task_, pairs_, progress_.dropped);
    if (!settled.ok()) return Failed(settled.message() + "; " + Kept());
    progress_.kept = static_cast<std::int64_t>(pairs_.size());
    for (std::size_t i = 0; i < pairs_.size(); ++i) pairs_[i].line = static_cast<std::int32_t>(i + 1);
    return Ok();
  }

  Result<TeacherReport> Report(bool nothing_new) {
    progress_.tokens = journal_.tokens();
    progress_.asked = questions_.asked();
    PAW_TRY(Settle());
    const std::string in_all =
        BatchesText(progress_.batches) + (progress_.dropped.empty() ? "" : " (" + DroppedText(progress_.dropped) + ")");
    std::string why = "after " + in_all;
    if (nothing_new) why = "the last rounds brought nothing new, " + why;
    if (stopped_) why = questions_.WhyStopped() + ", " + why;
    if (given_up_ > 0) {
      why += "; " + std::to_string(given_up_) + " of them were given up, no answer could be read (" + questions_.last_problem() + ")";
    }
    const std::string found = std::string(kWhat) + ": found " + std::to_string(progress_.kept) + " usable pairs, expected ";
    if (pairs_.empty()) return Failed(found + "at least one: " + why + "; " + Kept());
    TeacherReport report;
    if (progress_.kept < options_.pairs) report.warnings.push_back(found + std::to_string(options_.pairs) + ": " + why);
    report.pairs = std::move(pairs_);
    report.progress = progress_;
    report.journal = journal_.path();
    return report;
  }

  const TeacherTask task_;
  const TeacherOptions& options_;
  TeacherJournal& journal_;
  const std::function<void(const TeacherProgress&)>& on_event_;
  std::string teacher_;                  // for Example::teacher
  std::unordered_set<std::string> own_;  // collapsed inputs of the user's rows
  std::vector<std::string> known_before_round_;

  Questions questions_;
  std::mutex mutex_;  // guards what follows while a round is under way
  bool stopped_ = false;
  std::int64_t given_up_ = 0;
  std::vector<Example> pairs_;
  std::vector<std::string> known_;         // inputs that may be named in a question
  std::unordered_set<std::string> taken_;  // collapsed inputs of all rows
  TeacherProgress progress_;
};

}  // namespace

std::string BatchesText(std::int64_t batches) { return std::to_string(batches) + (batches == 1 ? " batch" : " batches"); }

std::string DroppedText(const std::map<std::string, std::int64_t>& dropped) {
  std::int64_t total = 0;
  std::string reasons;
  for (const auto& [reason, count] : dropped) {
    total += count;
    reasons += (reasons.empty() ? "" : ", ") + std::to_string(count) + " " + reason;
  }
  return total == 0 ? std::string() : std::to_string(total) + " dropped: " + reasons;
}

Status CheckTeacherOptions(const TeacherOptions& options) {
  for (const std::string* name : {&options.model, &options.check_model}) {
    PAW_TRY(CheckText(*name, kModelNameBytesMax / 4, std::string(kWhat) + ": the name of the model"));
  }
  if (options.model.empty()) return Usage(std::string(kWhat) + ": found no model, expected --teacher-model NAME");
  if (options.pairs < 1 || options.pairs > kTeacherPairsMax) {
    return Usage(std::string(kWhat) + ": found " + std::to_string(options.pairs) + " pairs, expected 1 to " +
                 std::to_string(kTeacherPairsMax));
  }
  if (options.parallel < 1 || options.parallel > kTeacherParallelMax || options.tokens_max < 0) {
    return Usage(std::string(kWhat) + ": found " + std::to_string(options.parallel) + " requests at once and a limit of " +
                 std::to_string(options.tokens_max) + " tokens, expected 1 to " + std::to_string(kTeacherParallelMax) + " and 0 or more");
  }
  return Ok();
}

Result<TeacherReport> AskTeacher(Fs& fs, Http& http, std::string_view spec_text, const std::vector<Example>& examples,
                                 const TeacherOptions& options, const std::function<void(const TeacherProgress&)>& on_event) {
  PAW_TRY(CheckTeacherOptions(options));
  TeacherTask task = PAW_TRY(MakeTeacherTask(spec_text, examples, options.seed));
  const Endpoint endpoint = PAW_TRY(Endpoint::Open(http, fs, {options.url, options.key, options.seconds_max, options.cancel}));
  const std::unique_ptr<TeacherJournal> journal = PAW_TRY(TeacherJournal::Open(fs, options.root, KeyOf(task, options, endpoint.url())));
  TeacherReport report = PAW_TRY(Asking(std::move(task), options, endpoint, *journal, on_event).Run());
  if (std::string warning = endpoint.KeyWarning(); !warning.empty()) report.warnings.push_back(std::move(warning));
  return report;
}

}  // namespace paw
