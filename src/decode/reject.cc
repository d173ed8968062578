#include "decode/reject.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace paw {
namespace {

constexpr std::array<std::string_view, 12> kRejectNames = {"oos",         "ood",          "outofscope",  "outofdomain",  "noneoftheabove",
                                                           "noneofthese", "nomatch",      "unsupported", "notsupported", "notcovered",
                                                           "nointent",    "unknownintent"};

// ASCII letters in lower case, everything else left out.
std::string Letters(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') letters += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80) letters += c;
  }
  return letters;
}

double Share(std::int64_t part, std::int64_t whole) { return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole); }

}  // namespace

std::optional<std::string> FindRejectLabel(std::span<const std::string> labels) {
  std::optional<std::string> found;
  for (const std::string& label : labels) {
    if (std::find(kRejectNames.begin(), kRejectNames.end(), Letters(label)) == kRejectNames.end()) continue;
    if (found) return std::nullopt;
    found = label;
  }
  return found;
}

RejectShares SharesAt(std::span<const RejectRow> rows, double below) {
  std::int64_t rejects = 0, others = 0, recalled = 0, right = 0;
  for (const RejectRow& row : rows) {
    const bool rejected = row.answered || row.probability < below;
    (row.expected ? rejects : others) += 1;
    if (row.expected && rejected) ++recalled;
    if (!row.expected && !rejected && row.right) ++right;
  }
  return {Share(right, others), Share(recalled, rejects)};
}

std::optional<RejectFit> FitReject(std::span<const RejectRow> rows) {
  RejectFit fit;
  for (const RejectRow& row : rows) ++(row.expected ? fit.reject_rows : fit.other_rows);
  if (std::min(fit.reject_rows, fit.other_rows) < kRejectRowsMin) return std::nullopt;
  fit.before = fit.after = SharesAt(rows, 0);
  // Between two neighbouring probabilities nothing changes: every candidate lies midway. One pass, from the least sure row upwards.
  std::vector<RejectRow> sorted(rows.begin(), rows.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.probability < b.probability; });
  double gained = 0, best = 0;  // change of the sum of both shares
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const RejectRow& row = sorted[i];
    if (row.expected && !row.answered) gained += 1.0 / static_cast<double>(fit.reject_rows);
    if (!row.expected && row.right) gained -= 1.0 / static_cast<double>(fit.other_rows);
    const double next = i + 1 < sorted.size() ? sorted[i + 1].probability : 1.0;
    if (gained <= best || next == row.probability) continue;
    best = gained;
    fit.below = 0.5 * (row.probability + next);
  }
  fit.after = SharesAt(rows, fit.below);
  return fit;
}

}  // namespace paw
