// paw: compile a natural-language function specification into a small local program, and run it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "kernels/kernels.h"
#include "paw/paw.h"

namespace paw::cli {
namespace {

constexpr const char* kAbout =
    "paw compiles a function that you describe in words, with examples where you have them, into a small program that runs on this\n"
    "machine, offline, and always gives the same answer.";

constexpr const char* kFooter =
    "Examples:\n"
    "  paw base pull                                    fetch the base model, once\n"
    "  paw compile --spec-file spec.txt --examples train.jsonl --name triage\n"
    "  paw run triage \"The site is down for every customer\"\n"
    "  paw test triage --cases test.jsonl --min-accuracy 0.9\n"
    "  paw publish triage --slug triage                 share it;  paw pull USER/triage  fetches it\n"
    "\n"
    "Exit codes: 0 done, 1 failed or not found, 2 wrong usage, 3 refused input, 130 interrupted.\n"
    "Environment: PAW_CACHE_DIR, PAW_OFFLINE, PAW_QUIET, PAW_API_URL, PAW_API_KEY. `paw COMMAND --help` says more.";

// The official rule: exactly 1, true or yes. Read here and not from the configuration, because every command obeys it.
bool QuietByEnvironment() {
  const char* value = std::getenv("PAW_QUIET");
  const std::string_view text = value == nullptr ? "" : value;
  return text == "1" || text == "true" || text == "yes";
}

int WrongUsage(const CLI::App& app, const Context& context, const CLI::ParseError& error) {
  std::string command = "paw";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    command += " " + at->get_name();
  }
  std::string what = error.what();
  for (char& c : what) c = c == '\n' ? ' ' : c;
  return context.Fail(Usage(what + " (see `" + command + " --help`)"));
}

int Main(int argc, char** argv) {
  Context context;
  CancelFlag cancel;
  context.cancel = &cancel;
  InstallSignals(cancel);
  context.quiet = QuietByEnvironment();
  if (argc > 0 && std::strchr(argv[0], '/') != nullptr) context.paw = argv[0];

  CLI::App app(kAbout, "paw");
  app.footer(kFooter);
  app.set_version_flag("--version", "paw " + std::string(Version()), "print the version");
  app.require_subcommand(0, 1);
  app.formatter(ManFormatter());
  AddGlobalOptions(app, context);
  AddHubAddressOptions(app, context);
  AddCompileCommand(app, context);
  AddRunCommand(app, context);
  AddTestCommand(app, context);
  AddProgramCommands(app, context);
  AddPackCommands(app, context);
  AddPeftCommands(app, context);
  AddShareCommands(app, context);
  AddHubCommands(app, context);
  AddTrustCommand(app, context);
  AddBaseCommand(app, context);
  AddCompilerCommand(app, context);
  AddServeCommand(app, context);
  AddMcpCommand(app, context);
  AddBenchCommand(app, context);
  AddCorpusCommand(app, context);
  AddDoctorCommand(app, context);
  AddCompletionsCommand(app, context);
  AddVersionCommand(app, context);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  } catch (const CLI::CallForVersion&) {
    std::printf("paw %s\n", std::string(Version()).c_str());
    return 0;
  } catch (const CLI::ParseError& error) {
    for (int i = 1; i < argc; ++i) context.json = context.json || std::strcmp(argv[i], "--json") == 0;
    return WrongUsage(app, context, error);
  }
  if (!context.action) {
    std::fputs(app.help().c_str(), stdout);
    return 0;
  }
  if (const Status kernels = CheckKernelsAsked(); !kernels.ok()) return context.Fail(kernels);
  return context.Finish(context.action());
}

}  // namespace
}  // namespace paw::cli

// The libraries below throw nothing; what may still come out is an allocation that failed.
int main(int argc, char** argv) {
  try {
    return paw::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "paw: out of memory or a fault of paw itself: %s\n", paw::cli::Harmless(error.what(), false).c_str());
    return 1;
  }
}
