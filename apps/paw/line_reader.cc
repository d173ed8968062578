#include "apps/paw/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace paw::cli {

std::optional<std::string> LineReader::TakeLine() {
  const std::size_t end = buffer_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    if (!ended_ || at_ == buffer_.size()) return std::nullopt;
    std::string last = buffer_.substr(at_);
    at_ = buffer_.size();
    return last;
  }
  std::size_t bytes = end - at_;
  if (bytes > 0 && buffer_[end - 1] == '\r') --bytes;
  std::string line = buffer_.substr(at_, bytes);
  at_ = searched_ = end + 1;
  return line;
}

Status LineReader::Fill() {
  buffer_.erase(0, at_);
  searched_ -= at_;
  at_ = 0;
  char chunk[1 << 16];
  for (;;) {
    const ssize_t got = read(descriptor_, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed(std::string("reading the standard input: ") + std::strerror(errno));
    if (got == 0) ended_ = true;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return Ok();
  }
}

Result<std::optional<std::string>> LineReader::Next() {
  for (;;) {
    if (auto line = TakeLine()) return line;
    if (ended_) return std::optional<std::string>();
    if (buffer_.size() - at_ > line_bytes_max_) {
      return Refused("reading the standard input: found a line of more than " + std::to_string(line_bytes_max_) +
                     " bytes, expected at most that");
    }
    PAW_TRY(Fill());
  }
}

bool LineReader::Ready() {
  if (ended_ || buffer_.find('\n', at_) != std::string::npos) return true;
  pollfd wait{descriptor_, POLLIN, 0};
  return poll(&wait, 1, 0) > 0;
}

}  // namespace paw::cli
