// Calibration: makes P(answer) mean what it says, and the figures that show whether it does.
//
// One number, a temperature, divides every branch logit (label_search.h). Dividing inside the branches, rather than sharpening the
// finished distribution over all labels, keeps the probabilities a distribution AND keeps P(answer) a product over the answer's own path,
// so that best-first search reports calibrated probabilities at no cost. The negative log-likelihood of held-out labels is convex in
// 1/temperature; the fit is a golden-section search with a fixed number of steps (deterministic), with a weak prior log T ~ N(0, 1) that
// keeps a handful of rows from driving it to an end. Guo et al. 2017, "On Calibration of Modern Neural Networks".
//
// Thread rule: pure functions. Errors: FitTemperature refuses no rows and labels out of range.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "decode/label_trie.h"
#include "paw/status.h"

namespace paw {

inline constexpr double kTemperatureMin = 0.1;
inline constexpr double kTemperatureMax = 10.0;

struct CalibrationRow {
  std::vector<float> branch_logits;  // (edges of the trie): logits of the children at the branching nodes on the label's path
  std::int32_t label = -1;           // what the row should have given
};

Result<double> FitTemperature(const LabelTrie& trie, std::span<const CalibrationRow> rows);
// Mean of -log P(label).
double MeanNegativeLogLikelihood(const LabelTrie& trie, std::span<const CalibrationRow> rows, double temperature);

// One answer as it was given.
struct ScoredAnswer {
  double probability = 0;  // reported P(answer)
  bool right = false;
};

// Mean over bins of equal mass of |accuracy - mean probability|, weighted by rows. 0 for no answers. Rows of equal probability may be
// split between bins in the order given.
double ExpectedCalibrationError(std::span<const ScoredAnswer> answers, int bins = 15);
// Mean of (probability - right)^2.
double BrierScore(std::span<const ScoredAnswer> answers);

// What is left when answers below a threshold are withheld.
struct AbstainPoint {
  double threshold = 0;  // answers of at least this probability are given
  double coverage = 0;   // share of rows answered
  double accuracy = 0;   // among them
};
// One point for every distinct probability, coverage ascending.
std::vector<AbstainPoint> AbstainCurve(std::span<const ScoredAnswer> answers);
// The point of highest coverage whose accuracy is at least `accuracy`; coverage 0 when there is none.
AbstainPoint AbstainAt(std::span<const AbstainPoint> curve, double accuracy);

}  // namespace paw
