// paw serve: the hub and inference server, its users, its backup.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/terminal.h"
#include "base/text.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "hub/hub.h"
#include "hub/server.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "A hub of one's own: compile, publish, version, search and run programs over HTTP. The official SDK and CLI work with it unchanged\n"
    "(PAW_API_URL), OpenAI's clients too (the model is a program), and a browser shows its page. One process, one folder; no TLS: put a\n"
    "proxy before it for other machines.\n"
    "\n"
    "Signing in needs a key: `paw serve user add NAME` prints one, once. Without a key a visitor may search, run and compile (public\n"
    "programs, fewer an hour); --require-key ends that.\n"
    "\n"
    "SIGINT and SIGTERM stop it in an orderly way: what is being answered is answered, a compile goes on at the next start.\n"
    "\n"
    "Examples:\n"
    "  paw serve\n"
    "  paw serve user add ana\n"
    "  paw serve --host 0.0.0.0 --port 8765 --public-url http://build-server:8765 --require-key\n"
    "  PAW_API_URL=http://127.0.0.1:8765 paw search urgent\n"
    "  paw serve backup /backups/paw-monday";

struct Arguments {
  std::string data, host = "127.0.0.1", public_url, name, folder;
  std::uint16_t port = 8765;
  int threads = 0, compile_threads = 0, workers = 64;
  std::int64_t compiles = 60, anonymous_compiles = 20;
  double call_seconds = 30, key_days = 0;
  bool require_key = false, log_text = false, no_log = false, verify = false;
  std::vector<std::string> allowed_hosts;
};

Result<std::string> DataFolder(const Arguments& arguments) {
  if (!arguments.data.empty()) return arguments.data;
  if (const char* folder = std::getenv("PAW_SERVE_DATA"); folder != nullptr && *folder != '\0') return std::string(folder);
  if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder == '/') return JoinPath(folder, "paw/hub");
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return JoinPath(home, ".local/share/paw/hub");
  return Usage("serve: found neither --data nor HOME, expected one of them");
}

// The tables alone, for the commands beside a running server.
Result<std::unique_ptr<hub::Database>> OpenTables(const Arguments& arguments) {
  const std::string folder = PAW_TRY(DataFolder(arguments));
  umask(077);  // keys' digests and private programs are nobody else's
  PAW_TRY(PosixFs().MakeFolders(folder));
  return hub::Database::Open(JoinPath(folder, "hub.db"));
}

// SIGINT and SIGTERM reach a thread that may do anything, unlike a handler.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGUSR2);                   // from Join
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);  // before the first thread: all inherit it
  }
  void CallWhenCome(std::function<void()> stop) {
    thread_ = std::thread([this, stop = std::move(stop)] {
      int signal = 0;
      sigwait(&set_, &signal);
      stop();
    });
  }
  // Once nothing is left to stop.
  void Join() {
    pthread_kill(thread_.native_handle(), SIGUSR2);
    thread_.join();
  }

 private:
  sigset_t set_{};
  std::thread thread_;
};

hub::LogFn LogTo(bool none) {
  if (none) return nullptr;
  const auto mutex = std::make_shared<std::mutex>();
  return [mutex](const Json& line) {
    const std::string text = WriteJson(line) + "\n";
    const std::lock_guard lock(*mutex);
    std::fwrite(text.data(), 1, text.size(), stderr);
  };
}

// Each connection is a descriptor: as many as the system gives, less what the rest of the process opens.
std::size_t ConnectionsMax() {
  constexpr rlim_t kOthers = 256, kMost = 16384;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(std::min(kMost, std::max<rlim_t>(limit.rlim_cur, 2 * kOthers) - kOthers));
}

// As this machine reaches it.
std::string LocalUrl(const std::string& host, std::uint16_t port) {
  const bool anywhere = host == "0.0.0.0" || host == "::";
  const std::string name = anywhere ? "127.0.0.1" : host.find(':') == std::string::npos ? host : "[" + host + "]";
  return "http://" + name + ":" + std::to_string(port);
}

int Serve(Context& context, const Arguments& arguments) {
  // A server's memory stays flat. Blocks the size of a bundle go back to the system when they are freed; by itself glibc learns to keep them.
  // Two arenas: with one for each of many threads, what one thread frees lies idle while another asks the system for more.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  mallopt(M_ARENA_MAX, 2);
  StopSignals signals;
  const auto work = [&]() -> Status {
    hub::HubOptions options;
    options.data_dir = PAW_TRY(DataFolder(arguments));
    umask(077);
    PAW_TRY(PosixFs().MakeFolders(options.data_dir));
    const auto lock = PAW_TRY(PosixFs().TryLock(JoinPath(options.data_dir, "hub.lock"), LockMode::kExclusive));
    if (lock == nullptr) return Unavailable("serving " + options.data_dir + ": found another paw serve at it, expected none");
    options.public_url = arguments.public_url;
    while (options.public_url.ends_with('/')) options.public_url.pop_back();
    options.allowed_hosts = arguments.allowed_hosts;
    options.require_key = arguments.require_key;
    options.compiles_per_hour = arguments.compiles;
    options.anonymous_compiles_per_hour = arguments.anonymous_compiles;
    options.call_seconds = arguments.call_seconds;
    options.compile_threads = arguments.compile_threads;
    options.log_text = arguments.log_text;
    options.verify = arguments.verify;
    auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, arguments.threads, true}));
    auto site = PAW_TRY(hub::Hub::Open(*workspace, options, LogTo(arguments.no_log)));
    for (const std::string& id : site->swept().missing)
      context.Warn("program " + id + ": found its file missing or damaged; its clients get an error");
    hub::ServerOptions server_options;
    server_options.address = arguments.host;
    server_options.port = arguments.port;
    server_options.workers = arguments.workers;
    server_options.connections_max = ConnectionsMax();
    auto server = PAW_TRY(hub::Server::Open(*site, server_options));
    if (options.public_url.empty()) site->site().options.public_url = LocalUrl(arguments.host, server->port());
    const std::string& url = site->site().options.public_url;
    site->site().server_counts = [&server] { return server->counts(); };
    if (!workspace->store().FindBase("smollm2-135m").ok())
      context.Warn("the default base is not here: `paw base pull` fetches it; until then compiling and running fail");
    context.Say("paw serve: " + url + " (data in " + options.data_dir + "); Ctrl-C stops it");
    if (context.json) context.PrintJson({{"url", url}, {"port", server->port()}, {"data", options.data_dir}});
    signals.CallWhenCome([&] {
      site->BeginStop();
      server->Stop();
    });
    server->Run();
    signals.Join();
    context.Say("paw serve: stopped");
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

int AddUser(Context& context, const Arguments& arguments, bool exists) {
  const auto work = [&]() -> Status {
    const auto tables = PAW_TRY(OpenTables(arguments));
    hub::Accounts accounts(*tables, PosixFs());
    const hub::User user = PAW_TRY(exists ? accounts.FindUser(arguments.name) : accounts.AddUser(arguments.name));
    const hub::NewKey made = PAW_TRY(accounts.AddKey(user.id, arguments.key_days > 0 ? std::optional(arguments.key_days) : std::nullopt));
    if (context.json) {
      context.PrintJson({{"user", user.name}, {"key", made.key}});
    } else {
      std::printf("%s\n", made.key.c_str());
      context.Say("the key of " + user.name + ", shown this once; `paw login` keeps it on the user's machine");
    }
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

int ListUsers(Context& context, const Arguments& arguments) {
  const auto work = [&]() -> Status {
    const auto tables = PAW_TRY(OpenTables(arguments));
    Json list = Json::array();
    for (const hub::User& user : PAW_TRY(hub::Accounts(*tables, PosixFs()).Users())) {
      list.push_back({{"name", user.name}, {"keys", user.keys}, {"created_at", hub::IsoTime(user.created_at)}});
      if (!context.json)
        std::printf("%-30s %3lld keys  since %s\n", user.name.c_str(), static_cast<long long>(user.keys),
                    hub::IsoTime(user.created_at).c_str());
    }
    if (context.json) context.PrintJson({{"users", list}});
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

int ChangeUser(Context& context, const Arguments& arguments, bool remove) {
  const auto work = [&]() -> Status {
    const auto tables = PAW_TRY(OpenTables(arguments));
    hub::Accounts accounts(*tables, PosixFs());
    const hub::User user = PAW_TRY(accounts.FindUser(arguments.name));
    PAW_TRY(remove ? accounts.RemoveUser(user.name) : accounts.RevokeKeys(user.id));
    context.Say(remove ? user.name + " removed; their programs stay for those who use them"
                       : "the keys of " + user.name + " are at an end");
    if (context.json) context.PrintJson({{"user", user.name}, {remove ? "removed" : "revoked", true}});
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

// The tables first, then the bundles that they name: a bundle that comes later is named by nobody, one that goes meanwhile is copied or gone
// with its row in the next backup.
int BackUp(Context& context, const Arguments& arguments) {
  const auto work = [&]() -> Status {
    Fs& fs = PosixFs();
    const std::string from = PAW_TRY(DataFolder(arguments));
    if (fs.Exists(arguments.folder)) return Usage("backing up to " + arguments.folder + ": found it there already, expected a new folder");
    const auto tables = PAW_TRY(OpenTables(arguments));
    // It has its name when it is whole.
    const std::string partial = arguments.folder + ".partial";
    PAW_TRY(fs.RemoveTree(partial));
    PAW_TRY(fs.MakeFolders(JoinPath(partial, "programs")));
    PAW_TRY(tables->BackUpTo(JoinPath(partial, "hub.db")));
    std::int64_t count = 0;
    {
      const auto copy = PAW_TRY(hub::Database::Open(JoinPath(partial, "hub.db")));
      for (const hub::Row& row : PAW_TRY(copy->Query("SELECT digest FROM programs"))) {
        const std::string name = "programs/" + row.Text(0) + ".paw";
        const auto bytes = fs.Map(JoinPath(from, name));
        if (bytes.code() == Code::kNotFound) continue;  // deleted meanwhile; the copy says so at its start
        PAW_TRY(bytes);
        PAW_TRY(fs.PublishFile(JoinPath(partial, name), bytes->bytes()));
        ++count;
      }
    }
    PAW_TRY(fs.Rename(partial, arguments.folder));
    context.Say("backed up " + std::to_string(count) + " programs to " + arguments.folder + "; `paw serve --data " + arguments.folder +
                "` runs it");
    if (context.json) context.PrintJson({{"folder", arguments.folder}, {"programs", count}});
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

void AddUserCommands(CLI::App& serve, Context& context, const std::shared_ptr<Arguments>& arguments) {
  CLI::App* user = AddCommand(serve, context, "user", "the accounts of a hub",
                              "Examples:\n  paw serve user add ana\n  paw serve user key ana --days 90\n  paw serve user list");
  user->require_subcommand(1)->fallthrough();  // --data may stand after any of them
  const auto add = [&](const char* name, const char* description, const std::function<int()>& action) {
    CLI::App* command = AddCommand(*user, context, name, description, "");
    command->fallthrough()->callback([&context, action] { context.action = action; });
    return command;
  };
  const auto named = [&](CLI::App* command) {
    command->add_option("NAME", arguments->name, "the account's name")->required()->type_name("");
  };
  CLI::App* made = add("add", "a new account and its key", [&context, arguments] { return AddUser(context, *arguments, false); });
  CLI::App* key = add("key", "one more key", [&context, arguments] { return AddUser(context, *arguments, true); });
  for (CLI::App* one : {made, key}) {
    named(one);
    one->add_option("--days", arguments->key_days, "the key ends after so many days; 0: never")->check(CLI::Range(0.0, 36500.0));
  }
  named(add("revoke", "all keys of an account end", [&context, arguments] { return ChangeUser(context, *arguments, false); }));
  named(add("rm", "the account goes, its programs stay", [&context, arguments] { return ChangeUser(context, *arguments, true); }));
  add("list", "all accounts", [&context, arguments] { return ListUsers(context, *arguments); });
}

}  // namespace

void AddServeCommand(CLI::App& app, Context& context) {
  CLI::App* serve = AddCommand(app, context, "serve", "a hub and inference server", kFooter);
  auto arguments = std::make_shared<Arguments>();
  Arguments& a = *arguments;
  serve->add_option("--data", a.data, "where it keeps everything (also PAW_SERVE_DATA) [~/.local/share/paw/hub]")->type_name("DIR");
  serve->add_option("--host", a.host, "the address to listen on")->capture_default_str()->type_name("ADDRESS");
  serve->add_option("--port", a.port, "the port; 0: any that is free")->capture_default_str();
  serve->add_option("--public-url", a.public_url, "as clients reach it [http://HOST:PORT]")->type_name("URL");
  serve->add_option("--allow-host", a.allowed_hosts, "one more name in Host that is this server's; may be repeated")->type_name("NAME");
  serve->add_flag("--require-key", a.require_key, "nothing for visitors without a key");
  serve->add_option("--compiles-per-hour", a.compiles, "of an account; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  serve->add_option("--visitor-compiles-per-hour", a.anonymous_compiles, "of an address without a key; 0: no limit")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  serve->add_option("--call-seconds", a.call_seconds, "a call's deadline")->capture_default_str()->check(CLI::Range(0.1, 3600.0));
  serve->add_option("--workers", a.workers, "requests answered at once")->capture_default_str()->check(CLI::Range(1, 1024));
  serve->add_option("--threads", a.threads, "of the engine; 0: all cores")->capture_default_str()->check(CLI::Range(0, 1024));
  serve->add_option("--compile-threads", a.compile_threads, "of a compile; 0: half the cores")
      ->capture_default_str()
      ->check(CLI::Range(0, 1024));
  serve->add_flag("--verify", a.verify, "read every program and check its digest before the first request");
  serve->add_flag("--log-text", a.log_text, "inputs and outputs in the log, too");
  serve->add_flag("--no-log", a.no_log, "no JSON line a request on stderr");
  serve->callback([&context, arguments, serve] {
    if (serve->get_subcommands().empty()) context.action = [&context, arguments] { return Serve(context, *arguments); };
  });
  AddUserCommands(*serve, context, arguments);
  CLI::App* backup =
      AddCommand(*serve, context, "backup", "a whole copy, while it runs", "Examples:\n  paw serve backup /backups/paw-monday");
  backup->add_option("FOLDER", a.folder, "a new folder")->required()->type_name("");
  backup->fallthrough()->callback(
      [&context, arguments] { context.action = [&context, arguments] { return BackUp(context, *arguments); }; });
}

}  // namespace paw::cli
