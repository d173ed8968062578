// Reject threshold: when to fall back on the label that stands for "none of these" (out of scope).
//
// A program that was shown a few rows of that label forces a nearby label onto most others: what is out of scope has no form of its own.
// The rule: where the most probable label has a (calibrated) probability below `below`, the answer is the reject label. `below` is the
// highest threshold that gives up at most kRejectGivenUp of the right answers on held-out rows of the other labels. It does not look at
// the reject label's own held-out rows: they are as narrow a sample as those trained on, and on them no threshold seems needed
// (docs/adr/0006). The convention of out-of-distribution detection (a fixed share of in-distribution rows kept).
//
// Thread rule: pure functions. Errors: none; too few rows of either kind give no threshold.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace paw {

inline constexpr double kRejectGivenUp = 0.03;
// Fewer right answers to held-out rows of the other labels say too little.
inline constexpr std::int64_t kRejectRowsMin = 40;

// The label whose name can only mean "none of these": oos, out_of_scope, none_of_the_above, no_match, ... in any case and with any
// separator. Names that are often a class of their own (other, none, unknown) do not count. Nullopt when there is none, or several.
std::optional<std::string> FindRejectLabel(std::span<const std::string> labels);

// A held-out row as it was answered without a threshold.
struct RejectRow {
  double probability = 0;  // of the most probable label
  bool answered = false;   // the most probable label is the reject label
  bool expected = false;   // the row's own label is the reject label
  bool right = false;      // the most probable label is the row's own
};

struct RejectShares {
  double others_accuracy = 0;  // share of rows of other labels that are right
  double recall = 0;           // share of rows of the reject label that are answered with it
};

struct RejectFit {
  double below = 0;  // 0: the threshold changes nothing
  std::int64_t reject_rows = 0, other_rows = 0;
  RejectShares before, after;
};

std::optional<RejectFit> FitReject(std::span<const RejectRow> rows);
// What a threshold gives on rows. 0 for a kind of row that is missing.
RejectShares SharesAt(std::span<const RejectRow> rows, double below);

}  // namespace paw
