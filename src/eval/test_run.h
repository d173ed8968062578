// RunTest: runs a program on cases whose right answers are known and reports how good it is, with intervals and the failures.
//
// Answers come through Session::RunBatch, as `paw run` gives them. A row that fails (too long, not UTF-8) counts as wrong, and an
// abstention too; both are counted beside.
// Thread rule: one session, one thread. Errors: kUsage for no cases or a metric that needs labels without any; kInterrupted on cancel.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "base/json.h"
#include "base/progress.h"
#include "decode/calibration.h"
#include "eval/metrics.h"
#include "paw/status.h"
#include "runtime/program.h"

namespace paw {

struct TestCase {
  std::string input;
  std::string output;
  Json acceptable = nullptr;  // a list of texts that are right too, or an object of acceptable tool calls; null = `output` alone
};

struct TestOptions {
  Metric metric = Metric::kExact;
  RunOptions run = {};
  std::size_t failures_max = 1000;
  std::size_t confusions_max = 20;
  std::size_t rows_per_batch = 256;
  std::uint64_t seed = 1;         // of the bootstrap
  std::string reject_label = {};  // fills TestReport::reject
  const CancelFlag* cancel = nullptr;
  ProgressFn progress = {};  // stage "test"
};

struct TestFailure {
  std::size_t row = 0;  // index of the case
  std::string input, expected, got;
  std::optional<double> probability;  // of `got`
  std::string error;                  // the message of a row that failed
};

// A closed set with a label for "none of these": both kinds of rows apart.
struct RejectReport {
  std::string label;
  std::int64_t rows = 0, recalled = 0;            // rows of that label; those that were answered with it
  std::int64_t other_rows = 0, other_right = 0;   // all other rows
  std::optional<double> other_calibration_error;  // of the answers to them
};

struct TestReport {
  Metric metric = Metric::kExact;
  std::int64_t rows = 0;
  std::int64_t right = 0;
  std::int64_t failed_rows = 0;
  std::int64_t abstained = 0;
  double accuracy = 0;
  Interval accuracy_interval;
  std::optional<double> macro_f1;  // closed sets
  std::optional<Interval> macro_f1_interval;
  double score = 0;  // under `metric`
  Interval score_interval;
  std::vector<TestFailure> failures;
  std::vector<Confusion> confusions;  // closed sets
  std::vector<std::string> answers;   // by row; empty where failed or abstained
  std::vector<bool> row_right;        // by row
  std::vector<ScoredAnswer> scored;   // rows that have a probability
  std::optional<RejectReport> reject;
  std::optional<double> calibration_error;  // ECE, 15 bins of equal mass
  std::optional<double> brier;
  std::vector<AbstainPoint> abstain_curve;
  double seconds = 0;
  std::int64_t tokens_in = 0;
};

using CaseAnswers = std::vector<Result<RunResult>>;

// The two halves of RunTest, for those who do something to the answers in between. AnswerCases: one answer a case, in order.
Result<CaseAnswers> AnswerCases(Session& session, std::span<const TestCase> cases, const TestOptions& options);
Result<TestReport> ReportOn(const std::vector<std::string>& labels, std::span<const TestCase> cases, const CaseAnswers& answers,
                            const TestOptions& options);

Result<TestReport> RunTest(Session& session, const std::vector<std::string>& labels, std::span<const TestCase> cases,
                           const TestOptions& options);

// The report without failures and answers, for --json and held-out records.
Json ReportJson(const TestReport& report);

// Whether an answer is right under a metric (macro_f1: exact).
bool IsRight(Metric metric, const TestCase& expected, std::string_view got);

}  // namespace paw
