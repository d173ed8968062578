#include "apps/paw/remote_run.h"

#include <unistd.h>

#include <cstdio>
#include <memory>

#include "apps/paw/line_reader.h"
#include "apps/paw/run_output.h"
#include "base/limits.h"

namespace paw::cli {
namespace {

class RemoteCommand {
 public:
  RemoteCommand(Context& context, RemoteRun run) : context_(context), run_(std::move(run)) { subject_.program = run_.call.program; }

  int Run() {
    auto session = HubSession::Open(context_, run_.hub);
    if (!session.ok()) return Refuse(session.status());
    const CancellableScope cancellable;
    return run_.lines ? RunLines((*session)->hub()) : RunOne((*session)->hub());
  }

 private:
  // The official keys stand in an error too.
  int Refuse(const Status& status) const { return context_.Fail(status, {{"program", run_.call.program}}); }

  void Print(const RunResult& result) const {
    if (context_.json) {
      context_.PrintJson(AnswerJson(subject_, run_.call.input, result));
      return;
    }
    const std::string text = AnswerText(result, run_.print_probabilities) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }

  int RunOne(const HubClient& hub) const {
    const auto result = hub.Infer(run_.call);
    if (!result.ok()) return Refuse(result.status());
    Print(*result);
    if (result->abstained) context_.Say("paw: no answer: the most probable one is below the --abstain bar");
    return 0;
  }

  int RunLines(const HubClient& hub) {
    LineReader reader(STDIN_FILENO, kInputBytesMax);
    int exit_code = 0;
    for (std::size_t number = 1;; ++number) {
      auto line = reader.Next();
      if (!line.ok()) return context_.Fail(line.status());
      if (!line->has_value() || std::ferror(stdout) != 0) return exit_code;
      run_.call.input = std::move(**line);
      const auto result = hub.Infer(run_.call);
      if (result.ok()) {
        Print(*result);
        continue;
      }
      if (!context_.json) std::fputc('\n', stdout);
      exit_code = context_.Fail(result.status().WithContext("line " + std::to_string(number)));
      if (result.code() == Code::kInterrupted) return exit_code;
    }
  }

  Context& context_;
  RemoteRun run_;
  RunSubject subject_;
};

}  // namespace

int RunRemotely(Context& context, RemoteRun run) { return RemoteCommand(context, std::move(run)).Run(); }

}  // namespace paw::cli
