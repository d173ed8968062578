// The list half of label_list.h: from "a, b, or c" to its readings.
#include <algorithm>
#include <set>

#include "base/limits.h"
#include "base/text.h"
#include "spec/label_list.h"
#include "spec/label_text.h"

namespace paw {
namespace {

constexpr std::size_t kListedLabelBytesMax = 120;  // longer "labels" are sentences
constexpr std::size_t kListedLabelWordsMax = 8;

// Splits outside quotes and brackets.
std::vector<std::string> SplitOutside(std::string_view list, char separator) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (std::size_t at = 0; at < list.size();) {
    if (const std::size_t end = QuotedEnd(list, at); end > at) {
      parts.back() += list.substr(at, end - at);
      at = end;
      continue;
    }
    const char c = list[at++];
    if (c == '(') ++depth;
    if (c == ')') depth = std::max(0, depth - 1);
    if (c == separator && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// "or x" and "and x" lose the word; "x or y" outside quotes is two items.
bool SplitConjunction(const std::string& item, std::string* left, std::string* right) {
  for (const std::string_view word : {" or ", " and ", " OR ", " AND "}) {
    for (std::size_t at = 0; at < item.size(); ++at) {
      if (const std::size_t end = QuotedEnd(item, at); end > at) {
        at = end - 1;
        continue;
      }
      if (item.compare(at, word.size(), word) != 0) continue;
      *left = Trim(std::string_view(item).substr(0, at));
      *right = Trim(std::string_view(item).substr(at + word.size()));
      return true;
    }
  }
  return false;
}

// Takes off "or ", "and " and a number "2) " at the start of an item.
std::string WithoutLead(std::string_view item) {
  item = Trim(item);
  const std::string lower = LowerAscii(item.substr(0, 4));
  if (lower.starts_with("or ")) item.remove_prefix(3);
  if (lower == "and ") item.remove_prefix(4);
  item = Trim(item);
  const std::size_t digits = item.find_first_not_of("0123456789");
  if (digits != std::string_view::npos && digits > 0 && item.substr(digits).starts_with(") ")) item.remove_prefix(digits + 2);
  return std::string(Trim(item));
}

// A label from an item: what stands between quotes at its start, or the item without a last full stop.
std::string LabelOfItem(std::string_view item, bool without_brackets) {
  item = Trim(item);
  while (item.starts_with("**")) item.remove_prefix(2);
  if (const std::size_t end = QuotedEnd(item, 0); end > 0) return std::string(InsideQuotes(item.substr(0, end)));
  if (const std::size_t bold = item.find("**"); bold != std::string_view::npos) item = item.substr(0, bold);
  if (item.ends_with('.')) item.remove_suffix(1);
  if (without_brackets) {
    if (const std::size_t bracket = item.find(" ("); bracket != std::string_view::npos && bracket > 0) item = item.substr(0, bracket);
  }
  return std::string(Trim(item));
}

}  // namespace

bool IsPlausibleLabelSet(const LabelSet& labels) {
  if (labels.size() < 2 || labels.size() > kLabelsMax) return false;
  return std::all_of(labels.begin(), labels.end(), [](const std::string& label) {
    return !label.empty() && label.size() <= kListedLabelBytesMax && CountOf(label, " ") < kListedLabelWordsMax &&
           label.find('\n') == std::string::npos;
  });
}

void AddReading(const std::vector<std::string>& items, bool without_brackets, std::vector<LabelSet>* readings) {
  LabelSet labels;
  std::set<std::string> seen;
  for (const std::string& item : items) {
    std::string label = LabelOfItem(item, without_brackets);
    if (seen.insert(label).second) labels.push_back(std::move(label));
  }
  if (!IsPlausibleLabelSet(labels)) return;
  if (std::find(readings->begin(), readings->end(), labels) == readings->end()) readings->push_back(std::move(labels));
}

std::vector<LabelSet> ReadingsOfList(std::string_view list) {
  std::vector<std::string> items;
  for (const char separator : {';', '|', ','}) {
    items = SplitOutside(list, separator);
    if (items.size() > 1) break;
  }
  if (items.size() == 1 && (list.find(' ') == std::string_view::npos || list.find(" / ") != std::string_view::npos)) {
    items = SplitOutside(list, '/');  // "yes/no", "urgent / normal"
  }
  while (!items.empty() && Trim(items.back()).empty()) items.pop_back();
  if (items.empty()) return {};
  for (std::string& item : items) item = WithoutLead(item);
  // "1 = food, 2 = tools": the labels and what they mean.
  if (std::all_of(items.begin(), items.end(), [](const std::string& item) { return item.find(" = ") != std::string::npos; })) {
    for (std::string& item : items) item.resize(item.find(" = "));
  }

  std::vector<std::vector<std::string>> choices;
  std::string left;
  std::string right;
  if (SplitConjunction(items.back(), &left, &right)) {
    std::vector<std::string> split(items.begin(), items.end() - 1);
    while (true) {  // "a or b or c" has no comma at all
      split.push_back(left);
      const std::string rest = right;
      if (!SplitConjunction(rest, &left, &right)) {
        split.push_back(rest);
        break;
      }
    }
    choices.push_back(std::move(split));
  }
  choices.push_back(items);

  std::vector<LabelSet> readings;
  for (const bool without_brackets : {true, false}) {
    for (const auto& choice : choices) AddReading(choice, without_brackets, &readings);
  }
  // The last reading: the sentence goes on after the last label ("..., and negative based on its content").
  std::vector<std::string> cut = choices.front();
  if (const std::size_t blank = cut.back().find(' '); blank != std::string::npos) cut.back().resize(blank);
  AddReading(cut, true, &readings);
  return readings;
}

}  // namespace paw
