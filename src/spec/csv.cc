#include "spec/csv.h"

#include "base/limits.h"

namespace paw {
namespace {

constexpr std::size_t kFieldsMax = 1024;

}  // namespace

Status CsvReader::Error(std::int64_t line, const std::string& found_and_expected) const {
  return Refused(what_ + ", line " + std::to_string(line) + ": " + found_and_expected);
}

Status CsvReader::ReadQuotedField(std::string* field) {
  const std::int64_t opened = line_;
  ++at_;
  for (;;) {
    if (at_ == bytes_.size()) return Error(opened, "found a quoted field that never ends, expected a closing \"");
    if (field->size() > kRowBytesMax) {
      return Error(opened, "found a field over " + std::to_string(kRowBytesMax) + " bytes, expected at most that (is a quote missing?)");
    }
    const char c = bytes_[at_++];
    if (c == '\n') ++line_;
    if (c != '"') {
      field->push_back(c);
    } else if (at_ < bytes_.size() && bytes_[at_] == '"') {
      field->push_back('"');
      ++at_;
    } else {
      break;
    }
  }
  if (at_ < bytes_.size() && bytes_[at_] != separator_ && bytes_[at_] != '\n' && bytes_[at_] != '\r') {
    return Error(line_, "found text after a closing quote, expected a separator or the end of the line");
  }
  return Ok();
}

Status CsvReader::ReadField(std::string* field) {
  if (at_ < bytes_.size() && bytes_[at_] == '"') return ReadQuotedField(field);
  const std::size_t begin = at_;
  while (at_ < bytes_.size() && bytes_[at_] != separator_ && bytes_[at_] != '\n') ++at_;
  std::size_t end = at_;
  const bool at_line_end = at_ == bytes_.size() || bytes_[at_] == '\n';
  if (at_line_end && end > begin && bytes_[end - 1] == '\r') --end;
  if (end - begin > kRowBytesMax) {
    return Error(line_, "found a field of " + std::to_string(end - begin) + " bytes, expected at most " + std::to_string(kRowBytesMax));
  }
  field->assign(bytes_.substr(begin, end - begin));
  return Ok();
}

Result<bool> CsvReader::Next(CsvRecord* record) {
  record->fields.clear();
  record->line = line_;
  if (at_ == bytes_.size()) return false;
  for (;;) {
    if (record->fields.size() == kFieldsMax) {
      return Error(line_, "found more than " + std::to_string(kFieldsMax) + " fields, expected at most that many");
    }
    record->fields.emplace_back();
    PAW_TRY(ReadField(&record->fields.back()));
    if (at_ < bytes_.size() && bytes_[at_] == '\r' && (at_ + 1 == bytes_.size() || bytes_[at_ + 1] == '\n')) ++at_;
    if (at_ == bytes_.size()) return true;
    if (bytes_[at_] == '\n') {
      ++at_;
      ++line_;
      return true;
    }
    if (bytes_[at_] != separator_) return Error(line_, "found a lone carriage return after a field, expected a separator or a line end");
    ++at_;
  }
}

}  // namespace paw
