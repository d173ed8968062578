#include "train/sampler.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace paw {

Sampler::Sampler(std::vector<std::int32_t> label_of, const Options& options)
    : label_of_(std::move(label_of)), options_(options), random_(options.seed, "sampler") {}

// How often each row stands in an epoch: label counts n become n^(1 - balance), rescaled so that the epoch keeps its length.
std::vector<std::int32_t> Sampler::Balanced() {
  const std::size_t rows = label_of_.size();
  std::map<std::int32_t, double> count;
  for (std::int32_t label : label_of_) count[label] += 1;
  double wanted_total = 0;
  for (const auto& [label, n] : count) wanted_total += std::pow(n, 1.0 - options_.class_balance);
  std::vector<std::int32_t> chosen;
  chosen.reserve(rows + rows / 8);
  for (std::size_t row = 0; row < rows; ++row) {
    const double n = count[label_of_[row]];
    const double copies = std::pow(n, 1.0 - options_.class_balance) / wanted_total * static_cast<double>(rows) / n;
    const double whole = std::floor(copies);
    const int times = static_cast<int>(whole) + (random_.Double() < copies - whole ? 1 : 0);
    for (int i = 0; i < times; ++i) chosen.push_back(static_cast<std::int32_t>(row));
  }
  if (chosen.empty()) chosen.push_back(0);
  return chosen;
}

void Sampler::BeginEpoch() {
  ++epoch_;
  next_ = 0;
  const bool balance = options_.class_balance > 0 && !label_of_.empty() && label_of_[0] >= 0;
  if (balance) {
    order_ = Balanced();
  } else {
    order_.resize(label_of_.size());
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::int32_t>(i);
  }
  random_.Shuffle(order_);
  // Spread the labels: the k-th of n rows of a label belongs near (k + u) / n of the epoch.
  std::map<std::int32_t, std::int32_t> total, seen;
  for (std::int32_t row : order_) ++total[label_of_[row]];
  std::vector<std::pair<double, std::int32_t>> placed;
  placed.reserve(order_.size());
  for (std::int32_t row : order_) {
    const std::int32_t label = label_of_[row];
    placed.emplace_back((seen[label]++ + random_.Double()) / total[label], row);
  }
  std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < placed.size(); ++i) order_[i] = placed[i].second;
}

std::vector<std::int32_t> Sampler::NextStep(std::int32_t rows_per_step) {
  std::vector<std::int32_t> rows;
  rows.reserve(static_cast<std::size_t>(rows_per_step));
  while (static_cast<std::int32_t>(rows.size()) < rows_per_step) {
    if (epoch_ < 0 || next_ >= order_.size()) BeginEpoch();
    rows.push_back(order_[next_++]);
  }
  return rows;
}

}  // namespace paw
