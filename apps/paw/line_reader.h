// Lines of a stream, of bounded length, without waiting for the end of it: `paw run REF -` answers a line when it has come.
//
// Thread rule: one thread. Errors: kRefused for a line over the limit, kFailed when the stream cannot be read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "paw/status.h"

namespace paw::cli {

class LineReader {
 public:
  // `descriptor` stays the caller's.
  LineReader(int descriptor, std::size_t line_bytes_max) : descriptor_(descriptor), line_bytes_max_(line_bytes_max) {}

  // The next line without its end ("\n" or "\r\n"); nothing at the end of the stream. A last line may lack its end.
  Result<std::optional<std::string>> Next();
  // Whether Next() would return without waiting for the other side.
  bool Ready();

 private:
  std::optional<std::string> TakeLine();
  Status Fill();

  int descriptor_;
  std::size_t line_bytes_max_;
  std::string buffer_;
  std::size_t at_ = 0;        // start of what has not been taken
  std::size_t searched_ = 0;  // no line end before this
  bool ended_ = false;
};

}  // namespace paw::cli
