// Examples: the input/output pairs a program is compiled from and tested on; read from JSONL, CSV or TSV, then checked as a set.
//
//   ExampleSet set = PAW_TRY(ReadExamples(bytes, "tickets.jsonl"));
//
// JSONL: one object a line with texts "input" and "output"; other members are ignored, blank lines skipped. CSV and TSV: a header with
// columns input and output, RFC 4180 quotes. A byte order mark at the start is skipped. Outputs are kept exactly as they stand.
//
// A row that a teacher made (teacher/) says so for as long as it lives: in memory (Example::teacher), in a file (the JSONL member
// "paw_teacher") and in the digest. So what may be held out (split.h) does not depend on how the rows came together.
//
// Thread rule: plain values and pure functions. Errors: kRefused with the line number of the row; nothing is half-read.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

struct Example {
  std::string input;
  std::string output;
  std::int32_t line = 0;  // where it begins in its file (or in the spec), from 1
  bool in_spec = false;   // taken from the Input:/Output: pairs of the spec
  std::string teacher{};  // the language model that made it; empty: the user's own
  bool asked = false;     // that model was asked just now: `line` is the number of its pair, from 1

  bool operator==(const Example& other) const { return input == other.input && output == other.output; }
};

struct ExampleSet {
  std::vector<Example> rows;  // in the order of the file, each (input, output) once
  std::int64_t duplicates_dropped = 0;
};

enum class ExampleFormat : std::uint8_t { kJsonl, kCsv, kTsv };

// By the ending of the name: .jsonl .ndjson .json, .csv, .tsv .tab; kUsage for any other.
Result<ExampleFormat> FormatOf(std::string_view file_name);

// The rows as they stand, in order, repeated and contradicting ones too. `name` as below.
Result<std::vector<Example>> ReadExampleRows(std::string_view bytes, std::string_view name);
// Reads and checks. `name` decides the format and names the file in messages.
Result<ExampleSet> ReadExamples(std::string_view bytes, std::string_view name);

// The set-wide checks alone: drops repeated rows, refuses contradictions (one input, two outputs) with all their lines (the first
// few spelled out, the rest counted). Rows from the spec come first when both are given.
Result<ExampleSet> CheckExamples(std::vector<Example> rows, std::string_view name);

// The rows as JSONL: ReadExamples gives them back, with their teachers.
std::string WriteExamples(std::span<const Example> rows);

// SHA-256 over the rows in order, each text with its length before it: the order matters, because it decides the order of training.
// A teacher's row has the teacher's name as a third text.
std::string DigestOf(std::span<const Example> rows);

// "line 12" (whoever made the row of a file), "line 12 of the spec", or "pair 12 of the teacher" for one that was asked for just now.
std::string WhereOf(const Example& row);

}  // namespace paw
