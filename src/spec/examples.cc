#include "spec/examples.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/json.h"
#include "base/limits.h"
#include "base/sha256.h"
#include "base/text.h"
#include "spec/csv.h"

namespace paw {
namespace {

constexpr std::size_t kContradictionsShown = 8;
constexpr const char* kTeacherKey = "paw_teacher";

std::string Place(std::string_view name, std::int64_t line) {
  return "reading examples from " + std::string(name) + ", line " + std::to_string(line);
}

Status CheckRow(const Example& row, std::string_view name) {
  const std::string place = Place(name, row.line);
  PAW_TRY(CheckText(row.input, kInputBytesMax, place + ", input"));
  PAW_TRY(CheckText(row.output, kOutputBytesMax, place + ", output"));
  PAW_TRY(CheckText(row.teacher, kModelNameBytesMax, place + ", " + kTeacherKey));
  if (Trim(row.output).empty()) return Refused(place + ": found an empty output, expected text");
  return Ok();
}

Status CheckCount(std::size_t rows, std::string_view name) {
  if (rows <= kExampleRowsMax) return Ok();
  return Refused("reading examples from " + std::string(name) + ": found more than " + std::to_string(kExampleRowsMax) +
                 " rows, expected at most that many");
}

Result<std::string> TextMember(const Json& object, const char* key, const std::string& place) {
  const Json* member = PAW_TRY(GetMember(object, key, place));
  if (member->is_string()) return member->get<std::string>();
  const bool nested = member->is_object() || member->is_array();
  return Refused(place + ": found " + std::string(JsonTypeName(*member)) + " under \"" + key + "\", expected a text" +
                 (nested ? " (write JSON as a text: \"{\\\"a\\\":1}\")" : ""));
}

Result<std::vector<Example>> ReadJsonl(std::string_view bytes, std::string_view name) {
  std::vector<Example> rows;
  std::int32_t number = 0;
  std::string_view line;
  while (TakeLine(bytes, line)) {
    ++number;
    if (Trim(line).empty()) continue;
    const std::string place = Place(name, number);
    const Json object = PAW_TRY(ParseJson(line, place, kRowBytesMax));
    Example row;
    row.input = PAW_TRY(TextMember(object, "input", place));
    row.output = PAW_TRY(TextMember(object, "output", place));
    row.line = number;
    row.teacher = PAW_TRY(FindString(object, kTeacherKey, place)).value_or("");
    PAW_TRY(CheckRow(row, name));
    rows.push_back(std::move(row));
    PAW_TRY(CheckCount(rows.size(), name));
  }
  return rows;
}

std::optional<std::size_t> ColumnOf(const CsvRecord& header, std::string_view title) {
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    if (LowerAscii(Trim(header.fields[i])) == title) return i;
  }
  return std::nullopt;
}

Result<std::vector<Example>> ReadCsvExamples(std::string_view bytes, char separator, std::string_view name) {
  CsvReader reader(bytes, separator, "reading examples from " + std::string(name));
  CsvRecord record;
  if (!PAW_TRY(reader.Next(&record))) return std::vector<Example>{};
  const std::optional<std::size_t> input = ColumnOf(record, "input");
  const std::optional<std::size_t> output = ColumnOf(record, "output");
  if (!input || !output) {
    return Refused(Place(name, record.line) + ": found the header " + Quoted(Join(record.fields, ", ")) +
                   ", expected columns input and output");
  }
  const std::size_t columns = record.fields.size();
  std::vector<Example> rows;
  while (PAW_TRY(reader.Next(&record))) {
    if (record.fields.size() == 1 && record.fields[0].empty()) continue;  // an empty line
    if (record.fields.size() != columns) {
      return Refused(Place(name, record.line) + ": found " + std::to_string(record.fields.size()) + " fields, expected " +
                     std::to_string(columns) + " as in the header");
    }
    Example row{std::move(record.fields[*input]), std::move(record.fields[*output]), static_cast<std::int32_t>(record.line), false};
    PAW_TRY(CheckRow(row, name));
    rows.push_back(std::move(row));
    PAW_TRY(CheckCount(rows.size(), name));
  }
  return rows;
}

// "lines 3 and 9, lines 4 and 12 and 3 more": the contradictions found, capped.
Status ContradictionError(const std::vector<std::pair<const Example*, const Example*>>& found, std::string_view name) {
  std::string places;
  for (std::size_t i = 0; i < std::min(found.size(), kContradictionsShown); ++i) {
    if (i > 0) places += "; ";
    places += WhereOf(*found[i].first) + " against " + WhereOf(*found[i].second);
  }
  if (found.size() > kContradictionsShown) places += "; and " + std::to_string(found.size() - kContradictionsShown) + " more";
  return Refused("reading examples from " + std::string(name) + ": found the same input with different outputs (" + places +
                 "), expected one output for each input");
}

}  // namespace

std::string WhereOf(const Example& row) {
  if (row.asked) return "pair " + std::to_string(row.line) + " of the teacher";
  return "line " + std::to_string(row.line) + (row.in_spec ? " of the spec" : "");
}

Result<ExampleFormat> FormatOf(std::string_view file_name) {
  const std::string lower = LowerAscii(file_name);
  for (const char* ending : {".jsonl", ".ndjson", ".json"}) {
    if (lower.ends_with(ending)) return ExampleFormat::kJsonl;
  }
  if (lower.ends_with(".csv")) return ExampleFormat::kCsv;
  if (lower.ends_with(".tsv") || lower.ends_with(".tab")) return ExampleFormat::kTsv;
  return Usage("choosing how to read " + Quoted(file_name) + ": found an unknown ending, expected .jsonl, .csv or .tsv");
}

Result<std::vector<Example>> ReadExampleRows(std::string_view bytes, std::string_view name) {
  const ExampleFormat format = PAW_TRY(FormatOf(name));
  if (bytes.size() > kExampleFileBytesMax) {
    return Refused("reading examples from " + std::string(name) + ": found " + std::to_string(bytes.size()) + " bytes, expected at most " +
                   std::to_string(kExampleFileBytesMax));
  }
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  std::vector<Example> rows = format == ExampleFormat::kJsonl
                                  ? PAW_TRY(ReadJsonl(bytes, name))
                                  : PAW_TRY(ReadCsvExamples(bytes, format == ExampleFormat::kCsv ? ',' : '\t', name));
  if (rows.empty()) return Refused("reading examples from " + std::string(name) + ": found no rows, expected at least one");
  return rows;
}

Result<ExampleSet> ReadExamples(std::string_view bytes, std::string_view name) {
  return CheckExamples(PAW_TRY(ReadExampleRows(bytes, name)), name);
}

Result<ExampleSet> CheckExamples(std::vector<Example> rows, std::string_view name) {
  std::stable_partition(rows.begin(), rows.end(), [](const Example& row) { return row.in_spec; });
  ExampleSet set;
  std::unordered_map<std::string_view, std::size_t> first_of;  // input -> the first row with it
  std::vector<bool> keep(rows.size(), false);
  std::vector<std::pair<const Example*, const Example*>> contradictions;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [place, is_new] = first_of.try_emplace(rows[i].input, i);
    if (is_new) {
      keep[i] = true;
    } else if (rows[place->second].output == rows[i].output) {
      ++set.duplicates_dropped;
    } else {
      contradictions.emplace_back(&rows[place->second], &rows[i]);
    }
  }
  if (!contradictions.empty()) return ContradictionError(contradictions, name);
  first_of.clear();  // its keys point into rows
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (keep[i]) set.rows.push_back(std::move(rows[i]));
  }
  return set;
}

std::string WriteExamples(std::span<const Example> rows) {
  std::string text;
  for (const Example& row : rows) {
    Json line = {{"input", row.input}, {"output", row.output}};
    if (!row.teacher.empty()) line[kTeacherKey] = row.teacher;
    text += WriteJson(line) + "\n";
  }
  return text;
}

std::string DigestOf(std::span<const Example> rows) {
  Sha256Stream stream;
  const auto add = [&stream](const std::string& text) {
    stream.Update(std::to_string(text.size()) + ":");
    stream.Update(text);
  };
  for (const Example& row : rows) {
    add(row.input);
    add(row.output);
    if (row.teacher.empty()) continue;
    stream.Update("teacher ");  // no length begins like this
    add(row.teacher);
  }
  return stream.FinishHex();
}

}  // namespace paw
