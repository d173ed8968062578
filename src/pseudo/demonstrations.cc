#include "pseudo/demonstrations.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace paw {
namespace {

constexpr std::size_t kRowsALabel = 3;
constexpr std::size_t kSpreadRows = 12;

std::size_t MedianInputBytes(std::span<const Example> examples, const std::vector<std::size_t>& rows) {
  std::vector<std::size_t> bytes;
  for (const std::size_t row : rows) bytes.push_back(examples[row].input.size());
  std::nth_element(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), bytes.end());
  return bytes[bytes.size() / 2];
}

// Rows at or below the median length, the nearest to it first; longer rows after them, shortest first.
void SortByTypicalLength(std::span<const Example> examples, std::size_t median, std::vector<std::size_t>* rows) {
  const auto key = [&](std::size_t row) {
    const std::size_t bytes = examples[row].input.size();
    return bytes <= median ? std::pair(0, median - bytes) : std::pair(1, bytes - median);
  };
  std::stable_sort(rows->begin(), rows->end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
}

std::vector<std::size_t> CoverLabels(std::span<const Example> examples, const std::vector<std::size_t>& rows, std::size_t median) {
  std::map<std::string, std::vector<std::size_t>> rows_of;
  for (const std::size_t row : rows) rows_of[examples[row].output].push_back(row);
  std::vector<std::vector<std::size_t>*> groups;
  for (auto& [label, members] : rows_of) {
    groups.push_back(&members);
    SortByTypicalLength(examples, median, &members);
  }
  std::stable_sort(groups.begin(), groups.end(), [](const auto* a, const auto* b) { return a->size() > b->size(); });
  std::vector<std::size_t> chosen;
  for (std::size_t round = 0; round < kRowsALabel; ++round) {
    for (const auto* members : groups) {
      if (round < members->size()) chosen.push_back((*members)[round]);
    }
  }
  return chosen;
}

// The answer of a row that has nothing to give: "[]", "{}", the literal beside JSON, else the output that comes back most often.
std::string EmptyAnswer(std::span<const Example> examples, const std::vector<std::size_t>& rows, const OutputContract& contract) {
  std::map<std::string, std::size_t> counts;
  for (const std::size_t row : rows) ++counts[examples[row].output];
  if (contract.json_literal && counts.contains(*contract.json_literal)) return *contract.json_literal;
  for (const char* empty : {"[]", "{}"}) {
    if (counts.contains(empty)) return empty;
  }
  const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return most->second > 1 ? most->first : std::string();
}

std::vector<std::size_t> SpreadOverLengths(std::span<const Example> examples, std::vector<std::size_t> rows,
                                           const std::string& empty_answer) {
  const auto shorter_input = [&](std::size_t a, std::size_t b) { return examples[a].input.size() < examples[b].input.size(); };
  std::stable_sort(rows.begin(), rows.end(), shorter_input);
  std::vector<std::size_t> chosen;
  const auto is_empty_answer = [&](std::size_t row) { return examples[row].output == empty_answer; };
  const std::vector<std::size_t> shorter(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>((rows.size() + 1) / 2));
  std::size_t empty_answers = 0;
  for (std::size_t i = 0; i < kSpreadRows; ++i) {
    // From the middle of the lengths outwards: 1/2, 1/4, 3/4, 1/8, ... of the shorter half (van der Corput).
    double place = 0;
    double step = 0.5;
    for (std::size_t bits = i + 1; bits > 0; bits /= 2, step /= 2) place += (bits % 2) * step;
    const std::size_t row = shorter[static_cast<std::size_t>(place * static_cast<double>(shorter.size()))];
    if (std::find(chosen.begin(), chosen.end(), row) != chosen.end()) continue;
    if (is_empty_answer(row)) {
      if (empty_answers > 0) continue;
      ++empty_answers;
    }
    chosen.push_back(row);
  }
  if (empty_answers == 0) {
    const auto found = std::find_if(rows.begin(), rows.end(), is_empty_answer);
    if (found != rows.end()) chosen.insert(chosen.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, chosen.size())), *found);
  }
  for (const std::size_t row : rows) {
    if (std::find(chosen.begin(), chosen.end(), row) == chosen.end() && chosen.size() < 2 * kSpreadRows) chosen.push_back(row);
  }
  return chosen;
}

}  // namespace

std::vector<std::size_t> ChooseDemonstrations(std::span<const Example> examples, const OutputContract& contract,
                                              const std::function<bool(const Example&)>& may_show) {
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    if (may_show(examples[i])) rows.push_back(i);
  }
  if (rows.empty()) return {};
  if (contract.kind == OutputKind::kLabel) return CoverLabels(examples, rows, MedianInputBytes(examples, rows));
  const std::string empty_answer = EmptyAnswer(examples, rows, contract);
  return SpreadOverLengths(examples, std::move(rows), empty_answer);
}

}  // namespace paw
