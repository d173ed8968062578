#include "spec/split.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <map>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "base/random.h"

namespace paw {
namespace {

using Group = std::vector<std::size_t>;  // rows with the same collapsed input

// Which rows may be held out: the user's own where these are enough (an input that a teacher wrote too stays for training), else all.
std::vector<bool> MayBeHeldOut(std::span<const Example> rows) {
  std::vector<bool> may(rows.size(), true);
  const auto own = std::count_if(rows.begin(), rows.end(), [](const Example& row) { return row.teacher.empty(); });
  if (static_cast<std::size_t>(own) == rows.size() || static_cast<std::size_t>(own) < kHeldOutRowsMin) return may;
  std::unordered_set<std::string> taught;
  for (const Example& row : rows) {
    if (!row.teacher.empty()) taught.insert(CollapsedInput(row.input));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) may[i] = !taught.contains(CollapsedInput(rows[i].input));
  return may;
}

// Groups of one stratum, shuffled by the seed. Strata are sorted by name, so that nothing depends on hashing.
std::map<std::string, std::vector<Group>> ShuffledStrata(std::span<const Example> rows, const std::vector<bool>& may, std::uint64_t seed,
                                                         bool stratify) {
  std::unordered_map<std::string, std::size_t> group_of;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!may[i]) continue;
    const auto [found, is_new] = group_of.try_emplace(CollapsedInput(rows[i].input), groups.size());
    if (is_new) groups.emplace_back();
    groups[found->second].push_back(i);
  }
  std::map<std::string, std::vector<Group>> strata;
  for (Group& group : groups) strata[stratify ? rows[group.front()].output : std::string()].push_back(std::move(group));
  Random random(seed, "held-out rows");
  for (auto& [output, members] : strata) random.Shuffle(members);
  return strata;
}

std::size_t RowsIn(const std::vector<Group>& groups) {
  std::size_t rows = 0;
  for (const Group& group : groups) rows += group.size();
  return rows;
}

}  // namespace

std::size_t HeldOutRowsFor(std::size_t rows) {
  if (rows < kHeldOutRowsMin) return 0;
  return std::clamp(rows / (rows < 400 ? 5 : 10), std::min<std::size_t>(rows / 5, 40), std::size_t{1000});
}

std::string CollapsedInput(std::string_view input) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE);
  const utf8proc_ssize_t bytes =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(input.data()), static_cast<utf8proc_ssize_t>(input.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  const std::string_view folded =
      bytes >= 0 ? std::string_view(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(bytes)) : input;
  std::string collapsed;
  bool pending_blank = false;
  for (const char c : folded) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f') {
      pending_blank = !collapsed.empty();
      continue;
    }
    if (pending_blank) collapsed += ' ';
    pending_blank = false;
    collapsed += c;
  }
  return collapsed;
}

ExampleSplit SplitExamples(std::span<const Example> rows, std::uint64_t seed, const SplitOptions& options) {
  ExampleSplit split;
  const std::vector<bool> may = MayBeHeldOut(rows);
  const auto candidates = static_cast<std::size_t>(std::count(may.begin(), may.end(), true));
  const std::size_t wanted = options.held_out_rows > 0 ? options.held_out_rows : HeldOutRowsFor(candidates);
  std::vector<bool> held_out(rows.size(), false);
  if (candidates >= kHeldOutRowsMin && wanted > 0) {
    const double share = std::min(0.5, static_cast<double>(wanted) / static_cast<double>(candidates));
    double owed = 0;  // rows still to hold out, carried from stratum to stratum so that the total comes out right
    for (const auto& [output, groups] : ShuffledStrata(rows, may, seed, options.stratify)) {
      owed += share * static_cast<double>(RowsIn(groups));
      // The last group always stays: a label never loses its only rows to the test.
      for (std::size_t g = 0; g + 1 < groups.size() && owed >= 0.5 * static_cast<double>(groups[g].size()); ++g) {
        for (const std::size_t row : groups[g]) held_out[row] = true;
        owed -= static_cast<double>(groups[g].size());
      }
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) (held_out[i] ? split.held_out : split.train).push_back(i);
  return split;
}

ExampleSplit SplitForCompile(const Spec& spec, const OutputContract& contract, std::span<const Example> rows, std::uint64_t seed) {
  std::vector<Example> own;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(own), [](const Example& row) { return row.teacher.empty(); });
  SplitOptions options;
  options.stratify = contract.kind == OutputKind::kLabel;
  if (own.size() >= kHeldOutRowsMin && own.size() < rows.size()) {
    const auto own_contract = DeduceOutputs(spec, own);
    options.stratify = own_contract.ok() && own_contract->kind == OutputKind::kLabel;
  }
  return SplitExamples(rows, seed, options);
}

}  // namespace paw
