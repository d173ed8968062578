// What `paw compile` shows while it works: a bar on a terminal, a few lines elsewhere, one JSON object an event on stderr with --json.
//
// Thread rule: one thread. Non-goal: the summary at the end, which is compile_command.cc's.
#pragma once

#include <string>

#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "compiler/compiler.h"

namespace paw::cli {

// {"event": "progress", "stage", "seconds"} with step, steps, loss, held_out and note where there are such.
nlohmann::json EventJson(const CompileEvent& event);

class CompileView {
 public:
  explicit CompileView(const Context& context) : context_(context), bar_(context.ShowProgress()) {}
  void OnEvent(const CompileEvent& event);
  void Finish() { bar_.Clear(); }

 private:
  void Draw(const CompileEvent& event);
  void PrintLine(const CompileEvent& event);

  const Context& context_;
  ProgressBar bar_;
  std::string stage_;
  double stage_started_ = 0;  // seconds at the first event of the stage
  std::int64_t first_step_ = 0;
  std::optional<double> held_out_;
  double last_line_ = -1e9;  // seconds at the last line printed, where there is no terminal
};

}  // namespace paw::cli
