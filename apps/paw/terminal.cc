#include "apps/paw/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace paw::cli {
namespace {

constexpr std::size_t kBarColumns = 16;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);

// The code point at `at` and its length in bytes; length 0 when the bytes are not UTF-8 (RFC 3629: no overlong form, no surrogate).
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint ReadCodePoint(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + bytes > text.size()) return {};
  std::uint32_t value = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[at + i]);
    if ((next & 0xc0) != 0x80) return {};
    value = value << 6 | (next & 0x3f);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  if (overlong || (value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) return {};
  return {value, bytes};
}

bool IsHarmful(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
         c == 0x200f || c == 0x2028 || c == 0x2029;
}

std::string Escaped(std::uint32_t c) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, c < 0x100 ? "\\x%02x" : "\\u{%04x}", c);
  return buffer;
}

}  // namespace

bool StdoutIsTerminal() { return isatty(STDOUT_FILENO) == 1; }

bool StderrIsTerminal() {
  const char* kind = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && (kind == nullptr || std::string_view(kind) != "dumb");
}

std::size_t TerminalWidth() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) return 80;
  return size.ws_col;
}

std::string Harmless(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = ReadCodePoint(text, at);
    if (point.bytes == 0) {
      out += Escaped(static_cast<unsigned char>(text[at]));
      ++at;
      continue;
    }
    if (point.value == '\n' || point.value == '\t') {
      out += keep_lines ? std::string(1, text[at]) : point.value == '\n' ? "\\n" : "\\t";
    } else if (IsHarmful(point.value)) {
      out += Escaped(point.value);
    } else {
      out += text.substr(at, point.bytes);
    }
    at += point.bytes;
  }
  return out;
}

std::string ForStdout(std::string_view text) { return StdoutIsTerminal() ? Harmless(text, true) : std::string(text); }

std::string Shorten(std::string_view text, std::size_t columns) {
  std::string line = Harmless(text.substr(0, columns * 4 + 4), false);  // four bytes a character at most
  std::size_t count = 0;
  std::size_t cut = 0;  // where the last character that leaves room for the dots ends
  for (std::size_t at = 0; at < line.size();) {
    at += std::max<std::size_t>(1, ReadCodePoint(line, at).bytes);
    if (++count + 3 <= columns) cut = at;
  }
  if (count <= columns && text.size() <= columns * 4 + 4) return line;
  return line.substr(0, cut) + "...";
}

std::string HumanSeconds(double seconds) {
  char buffer[64];
  if (seconds < 60) {
    std::snprintf(buffer, sizeof buffer, "%.1f s", seconds);
  } else if (seconds < 3600) {
    const int whole = static_cast<int>(std::lround(seconds));
    std::snprintf(buffer, sizeof buffer, "%d min %d s", whole / 60, whole % 60);
  } else {
    const int minutes = static_cast<int>(std::min(seconds, 1e8) / 60);
    std::snprintf(buffer, sizeof buffer, "%d h %d min", minutes / 60, minutes % 60);
  }
  return buffer;
}

std::string HumanBytes(double bytes) {
  char buffer[64];
  if (bytes < 1e3) {
    std::snprintf(buffer, sizeof buffer, "%.0f B", bytes);
  } else if (bytes < 1e6) {
    std::snprintf(buffer, sizeof buffer, "%.1f kB", bytes / 1e3);
  } else if (bytes < 1e9) {
    std::snprintf(buffer, sizeof buffer, "%.1f MB", bytes / 1e6);
  } else {
    std::snprintf(buffer, sizeof buffer, "%.1f GB", bytes / 1e9);
  }
  return buffer;
}

ProgressBar::ProgressBar(bool enabled) : enabled_(enabled) {}

ProgressBar::~ProgressBar() { Clear(); }

void ProgressBar::Update(std::string_view label, double done, double total, std::string_view detail) {
  if (!enabled_) return;
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && label == label_ && now - last_ < kRedrawEvery && done < total) return;
  last_ = now;
  label_ = label;
  std::string line = Harmless(label, false);
  if (total > 0) {
    const double share = std::clamp(done / total, 0.0, 1.0);
    const auto full = static_cast<std::size_t>(std::lround(share * kBarColumns));
    char percent[16];
    std::snprintf(percent, sizeof percent, " %3.0f%%", share * 100);
    line += " [" + std::string(full, '=') + std::string(kBarColumns - full, ' ') + "]" + percent;
  }
  if (!detail.empty()) line += "  " + Harmless(detail, false);
  line = Shorten(line, TerminalWidth() - 1);
  std::fprintf(stderr, "\r%s\x1b[K", line.c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::Clear() {
  if (!drawn_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace paw::cli
