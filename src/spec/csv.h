// CsvReader: RFC 4180 records one at a time; commas or tabs. Quoted fields may hold separators, line ends and doubled quotes.
//
// Thread rule: one reader belongs to one thread. Owner: the bytes must outlive the reader. Errors: kRefused with the line number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

struct CsvRecord {
  std::vector<std::string> fields;
  std::int64_t line = 0;  // where the record begins, from 1
};

class CsvReader {
 public:
  CsvReader(std::string_view bytes, char separator, std::string what) : bytes_(bytes), separator_(separator), what_(std::move(what)) {}

  // The next record; false at the end. A field over kRowBytesMax and text after a closing quote are refused.
  Result<bool> Next(CsvRecord* record);

 private:
  Status ReadField(std::string* field);
  Status ReadQuotedField(std::string* field);
  Status Error(std::int64_t line, const std::string& found_and_expected) const;

  std::string_view bytes_;
  char separator_;
  std::string what_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace paw
