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
  std::vector<double> right;
  for (const RejectRow& row : rows) {
    ++(row.expected ? fit.reject_rows : fit.other_rows);
    if (!row.expected && row.right) right.push_back(row.probability);
  }
  if (static_cast<std::int64_t>(right.size()) < kRejectRowsMin) return std::nullopt;
  // As many as may be given up lie below this one.
  const auto first_kept = right.begin() + static_cast<std::ptrdiff_t>(kRejectGivenUp * static_cast<double>(right.size()));
  std::nth_element(right.begin(), first_kept, right.end());
  fit.below = *first_kept;
  fit.before = SharesAt(rows, 0);
  fit.after = SharesAt(rows, fit.below);
  return fit;
}

}  // namespace paw
