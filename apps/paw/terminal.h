// The terminal: is there one, how wide, what may be written on it, and the progress bar.
//
// Text that comes from a file, a model or a user is never sent to a terminal raw: escape sequences in it could move the cursor, set the
// title or hide other text. Harmless() defuses it; pipes and files get the exact bytes.
//
// Thread rule: one thread draws. Errors: none; a write that fails is the reader's loss (SIGPIPE is ignored).
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace paw::cli {

bool StdoutIsTerminal();
bool StderrIsTerminal();
std::size_t TerminalWidth();  // columns of stderr; 80 when unknown

// Control characters, DEL, C1 controls, bidirectional overrides and bytes that are not UTF-8 come out as \x1b, \u{202e}, ...
// Newline and tab stay when `keep_lines`, else they come out as \n and \t.
std::string Harmless(std::string_view text, bool keep_lines);

// Harmless on a terminal, the bytes themselves elsewhere.
std::string ForStdout(std::string_view text);

// The first `columns` characters of one line of text, with "..." where it was cut. Harmless.
std::string Shorten(std::string_view text, std::size_t columns);

// "1.4 s", "3 min 20 s", "2 h 5 min"
std::string HumanSeconds(double seconds);
// "10.5 MB"
std::string HumanBytes(double bytes);

// One line at the bottom of the terminal that is drawn over itself; draws nothing when it is not enabled.
class ProgressBar {
 public:
  explicit ProgressBar(bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  // `done` of `total` (0: unknown) of what `label` says; `detail` stands at the right. Redrawn at most ten times a second.
  void Update(std::string_view label, double done, double total, std::string_view detail);
  // Removes the bar, so that a line can be printed.
  void Clear();

 private:
  bool enabled_;
  bool drawn_ = false;
  std::string label_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace paw::cli
