#include "spec/pairs.h"

#include <array>
#include <optional>

#include "base/text.h"

namespace paw {
namespace {

constexpr std::string_view kInputMarker = "input:";
constexpr std::string_view kOutputMarker = "output:";

bool HasMarker(std::string_view line, std::string_view marker) {
  return line.size() >= marker.size() && LowerAscii(line.substr(0, marker.size())) == marker;
}

bool IsHeading(std::string_view line) {
  constexpr std::array<std::string_view, 5> kHeadings = {"examples:", "example:", "examples", "for example:", "some examples:"};
  std::string lower = LowerAscii(Trim(line));
  while (lower.starts_with('#') || lower.starts_with(' ')) lower.erase(0, 1);
  for (const std::string_view heading : kHeadings) {
    if (lower == heading) return true;
  }
  return false;
}

struct Lines {
  std::vector<std::string_view> all;

  std::string Range(std::size_t begin, std::size_t end) const {
    std::string text;
    for (std::size_t i = begin; i < end; ++i) {
      if (i > begin) text += '\n';
      text += all[i];
    }
    return text;
  }
};

// The first line at or after `from` with the marker, before `end`.
std::optional<std::size_t> NextMarker(const Lines& lines, std::size_t from, std::size_t end, std::string_view marker) {
  for (std::size_t i = from; i < end; ++i) {
    if (HasMarker(lines.all[i], marker)) return i;
  }
  return std::nullopt;
}

// Pairs in lines [begin, size); what is no pair is appended to `rest`.
std::vector<Example> PairsFrom(const Lines& lines, std::size_t begin, std::string* rest) {
  std::vector<Example> examples;
  const std::size_t size = lines.all.size();
  std::size_t at = begin;
  while (at < size) {
    const std::optional<std::size_t> input = NextMarker(lines, at, size, kInputMarker);
    const std::optional<std::size_t> output = input ? NextMarker(lines, *input + 1, size, kOutputMarker) : std::nullopt;
    if (!output) break;
    if (*input > at) rest->append("\n").append(lines.Range(at, *input));
    const std::optional<std::size_t> next = NextMarker(lines, *output + 1, size, kInputMarker);
    std::size_t end = next.value_or(size);
    if (!next) {
      for (end = *output + 1; end < size && !Trim(lines.all[end]).empty();) ++end;
    }
    std::string input_text = lines.Range(*input, *output).substr(kInputMarker.size());
    std::string output_text = lines.Range(*output, end).substr(kOutputMarker.size());
    examples.push_back({std::string(Trim(input_text)), std::string(Trim(output_text)), static_cast<std::int32_t>(*input + 1), true});
    at = end;
  }
  if (at < size) rest->append("\n").append(lines.Range(at, size));
  return examples;
}

}  // namespace

ExtractedPairs ExtractPairs(std::string_view text) {
  const Lines lines{Split(text, '\n')};
  std::size_t heading = lines.all.size();
  for (std::size_t i = 0; i < lines.all.size(); ++i) {
    if (!IsHeading(lines.all[i]) || !NextMarker(lines, i + 1, lines.all.size(), kInputMarker)) continue;
    heading = i;
    break;
  }
  ExtractedPairs found;
  if (heading < lines.all.size()) {
    std::string rest = lines.Range(0, heading);
    found.examples = PairsFrom(lines, heading + 1, &rest);
    if (!found.examples.empty()) found.body = Trim(rest);
  } else {
    std::string rest;
    found.examples = PairsFrom(lines, 0, &rest);
    if (found.examples.size() < 2) found.examples.clear();
    if (!found.examples.empty()) found.body = Trim(rest);
  }
  if (found.examples.empty()) found.body = text;
  while (!found.examples.empty() && found.body.find("\n\n\n") != std::string::npos) found.body = ReplaceAll(found.body, "\n\n\n", "\n\n");
  return found;
}

}  // namespace paw
