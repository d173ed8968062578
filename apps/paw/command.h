// What every command of the CLI shares: the global options, the way a result or an error is printed, the exit codes.
//
// A command is one function AddX(app, context) that declares its options and sets context.action; main() parses, then runs the action.
// The action returns the exit code: 0 done, 1 failed, 2 wrong usage, 3 refused input, 130 interrupted (paw/status.h).
// stdout carries results only; progress, warnings and errors go to stderr. With --json an error is also one object on stdout.
//
// Thread rule: one thread; the signal handler touches the cancel flag only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/interrupt.h"
#include "base/json.h"
#include "paw/status.h"

namespace paw::cli {

// Option defaults that more than one command states.
constexpr int kMaxTokensDefault = 512;

struct Context {
  std::string paw = "paw";  // how this program was called: for commands that a user can copy
  bool json = false;
  bool quiet = false;          // no progress, no summary on stderr (PAW_QUIET, --quiet)
  bool offline = false;        // --offline; PAW_OFFLINE is the configuration's
  std::string cache_dir;       // --cache-dir; empty: PAW_CACHE_DIR, then the default
  std::string api_url;         // --api-url; empty: the configuration's
  std::string api_key;         // --api-key; empty: the configuration's; never printed
  std::string official_cache;  // --official-cache[=DIR]: "default" or a folder; empty: not asked for
  CancelFlag* cancel = nullptr;
  std::function<int()> action;  // what the parsed command does

  // One JSON object on a line of stdout.
  void PrintJson(const nlohmann::json& value) const;
  // A line on stderr that --quiet silences.
  void Say(std::string_view line) const;
  // "paw: warning: ..." on stderr, --quiet or not.
  void Warn(std::string_view line) const;
  // Prints the error (one line on stderr; with --json also an object on stdout) and returns the exit code.
  int Fail(const Status& status) const;
  // The same with keys of the command's own beside "error" and "code".
  int Fail(const Status& status, nlohmann::json keys) const;
  // The exit code once all of stdout is out: `exit_code`, or that of an error where it could not be written. A reader that has gone
  // (`paw ... | head`) is no error.
  int Finish(int exit_code) const;
  // True when a progress bar may be drawn.
  bool ShowProgress() const;
};

// Help pages with room between their parts. Sub-commands inherit it from the root.
std::shared_ptr<CLI::Formatter> ManFormatter();
// Makes a sub-command with the help footer and the global options (they may stand before or after it).
CLI::App* AddCommand(CLI::App& parent, Context& context, const std::string& name, const std::string& description,
                     const std::string& footer);
// --official-cache[=DIR], for the commands that read programs, and what it says.
void AddOfficialCacheOption(CLI::App& command, Context& context);
std::optional<std::string> OfficialCacheOf(const Context& context);
// The global options, on the root and on each command.
void AddGlobalOptions(CLI::App& app, Context& context);
// --api-url and --api-key: on the root, as officially, and on the commands that speak to a hub.
void AddHubAddressOptions(CLI::App& app, Context& context);

// The whole standard input, at most `bytes_max` (else kRefused).
Result<std::string> ReadStdin(std::size_t bytes_max);

// First Ctrl-C (or SIGTERM) sets the flag, the second leaves at once with 130. SIGPIPE is ignored. While no command polls the flag
// (`CancellableScope`), the first one leaves at once too: there is nothing half-written to tidy.
void InstallSignals(CancelFlag& flag);
class CancellableScope {
 public:
  CancellableScope();
  ~CancellableScope();
  CancellableScope(const CancellableScope&) = delete;
  CancellableScope& operator=(const CancellableScope&) = delete;
};

void AddCompileCommand(CLI::App& app, Context& context);
void AddRunCommand(CLI::App& app, Context& context);
void AddTestCommand(CLI::App& app, Context& context);
void AddProgramCommands(CLI::App& app, Context& context);  // info, list, rm, alias, verify
void AddPackCommands(CLI::App& app, Context& context);     // pack, unpack
void AddPeftCommands(CLI::App& app, Context& context);     // export peft, import peft
void AddShareCommands(CLI::App& app, Context& context);    // publish, pull
void AddHubCommands(CLI::App& app, Context& context);      // login, search, versions, rename
void AddTrustCommand(CLI::App& app, Context& context);
void AddBaseCommand(CLI::App& app, Context& context);
void AddCompilerCommand(CLI::App& app, Context& context);
void AddMcpCommand(CLI::App& app, Context& context);
void AddServeCommand(CLI::App& app, Context& context);  // and its user, backup
void AddBenchCommand(CLI::App& app, Context& context);
void AddBenchFuzzyCommand(CLI::App& bench, Context& context);
void AddBenchAnswerSetsCommand(CLI::App& bench, Context& context);
void AddCorpusCommand(CLI::App& app, Context& context);
void AddDoctorCommand(CLI::App& app, Context& context);
void AddCompletionsCommand(CLI::App& app, Context& context);
void AddVersionCommand(CLI::App& app, Context& context);

}  // namespace paw::cli
