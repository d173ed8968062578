#include "apps/paw/command.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include "apps/paw/terminal.h"

namespace paw::cli {
namespace {

CancelFlag* g_flag = nullptr;            // set once, before the handlers are installed
std::atomic<int> g_cancellable{0};       // how many scopes poll the flag
std::atomic<bool> g_interrupted{false};  // a first signal has come

// Async-signal-safe: lock-free atomics, write and _exit only.
void OnInterrupt(int) {
  const bool again = g_interrupted.exchange(true);
  if (g_flag != nullptr) g_flag->Cancel();
  if (again || g_cancellable.load() == 0) {
    constexpr char kNewLine[] = "\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, kNewLine, 1);
    _exit(130);
  }
}

class SpacedFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    if (const std::size_t usage = text.find("\nUsage:"); usage != std::string::npos) text.insert(usage, "\n");
    for (std::size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at)) text.erase(at, 1);
    return text;
  }

  // "--max-tokens N [512]": a short kind of value and the default; ranges and what excludes what are told when they are broken.
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0) return "";
    std::string kind = option->get_type_name();
    kind.resize(std::min(kind.size(), kind.find(':')));
    if (kind == "INT" || kind == "UINT") kind = "N";
    if (kind == "FLOAT") kind = "X";
    std::string text = kind.empty() ? "" : " " + kind;
    if (!option->get_default_str().empty()) text += " [" + option->get_default_str() + "]";
    return text + (option->get_required() ? " (required)" : "");
  }
};

}  // namespace

std::shared_ptr<CLI::Formatter> ManFormatter() {
  auto formatter = std::make_shared<SpacedFormatter>();
  formatter->column_width(34);
  return formatter;
}

void InstallSignals(CancelFlag& flag) {
  g_flag = &flag;
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

CancellableScope::CancellableScope() { g_cancellable.fetch_add(1); }
CancellableScope::~CancellableScope() { g_cancellable.fetch_sub(1); }

void Context::PrintJson(const nlohmann::json& value) const {
  const std::string line = WriteJson(value);
  std::fwrite(line.data(), 1, line.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void Context::Say(std::string_view line) const {
  if (quiet) return;
  std::fprintf(stderr, "%s\n", Harmless(line, true).c_str());
}

void Context::Warn(std::string_view line) const { std::fprintf(stderr, "paw: warning: %s\n", Harmless(line, false).c_str()); }

int Context::Fail(const Status& status) const { return Fail(status, nlohmann::json::object()); }

int Context::Fail(const Status& status, nlohmann::json keys) const {
  std::fprintf(stderr, "paw: %s\n", Harmless(status.message(), false).c_str());
  if (json) {
    keys["error"] = status.message();
    keys["code"] = std::string(CodeName(status.code()));
    PrintJson(keys);
  }
  return ExitCodeOf(status.code());
}

int Context::Finish(int exit_code) const {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  struct pollfd out = {STDOUT_FILENO, 0, 0};
  const bool reader_gone = poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
  if (reader_gone) return exit_code;
  const Status status = Unavailable("writing the standard output: found a full disk or another error, expected all of the answer to fit");
  std::fprintf(stderr, "paw: %s\n", status.message().c_str());
  return exit_code != 0 ? exit_code : ExitCodeOf(status.code());
}

bool Context::ShowProgress() const { return !quiet && !json && StderrIsTerminal(); }

Result<std::string> ReadStdin(std::size_t bytes_max) {
  std::string text;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("reading the standard input: the system reports error " + std::to_string(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      return Refused("reading the standard input: found more than " + std::to_string(bytes_max) + " bytes, expected at most that");
    }
  }
}

void AddGlobalOptions(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "machine-readable output, one JSON object a line")->group("Global options");
  app.add_flag("-q,--quiet", context.quiet, "no progress and no summary (also PAW_QUIET=1)")->group("Global options");
  app.add_option("--cache-dir", context.cache_dir, "where programs and bases are kept (also PAW_CACHE_DIR)")
      ->group("Global options")
      ->type_name("DIR");
}

void AddHubAddressOptions(CLI::App& app, Context& context) {
  app.add_option("--api-url", context.api_url, "the hub (also PAW_API_URL)")->group("Global options")->type_name("URL");
  app.add_option("--api-key", context.api_key, "your key there (also PAW_API_KEY, `paw login`)")->group("Global options")->type_name("KEY");
}

void AddOfficialCacheOption(CLI::App& command, Context& context) {
  command.add_flag("--official-cache{default}", context.official_cache,
                   "also look in the official SDK's cache folder, which is only read (=DIR: another folder than its default)");
}

std::optional<std::string> OfficialCacheOf(const Context& context) {
  if (context.official_cache.empty()) return std::nullopt;
  return context.official_cache == "default" ? "" : context.official_cache;
}

CLI::App* AddCommand(CLI::App& parent, Context& context, const std::string& name, const std::string& description,
                     const std::string& footer) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->footer(footer);
  AddGlobalOptions(*command, context);
  return command;
}

}  // namespace paw::cli
