#include "store/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/text.h"
#include "fs/posix_fs.h"

extern char** environ;

namespace paw {
namespace {

constexpr double kPollSeconds = 0.1;
constexpr std::size_t kLinesShown = 3;

std::string ErrnoText(int error) {
  char buffer[128];
  return strerror_r(error, buffer, sizeof buffer);
}

// The last lines that say something, on one line.
std::string LastLines(const std::string& output_path) {
  const Result<std::string> text = PosixFs().ReadText(output_path, 16 * kMiB);
  if (!text.ok()) return "(no output)";
  std::vector<std::string> lines;
  for (const std::string_view line : SplitLines(*text)) {
    if (!Trim(line).empty()) lines.push_back(Printable(Trim(line)));
  }
  if (lines.empty()) return "(no output)";
  if (lines.size() > kLinesShown) lines.erase(lines.begin(), lines.end() - kLinesShown);
  return Join(lines, " | ");
}

class SpawnSettings {
 public:
  explicit SpawnSettings(const std::string& output_path) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, output_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    posix_spawn_file_actions_adddup2(&actions_, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes_);
    // A group of its own: cancelling reaches the child's children, and a Ctrl-C at the terminal reaches us alone.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  const posix_spawn_file_actions_t* actions() const { return &actions_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

Status RunProcess(const std::vector<std::string>& argv, const std::string& output_path, const CancelFlag* cancel,
                  const std::function<void()>& while_waiting) {
  if (argv.empty()) return Usage("running a program: found an empty command");
  const std::string doing = "running " + Printable(Join(argv, " "));
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  const SpawnSettings settings(output_path);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0].c_str(), settings.actions(), settings.attributes(), arguments.data(), environ);
  if (error != 0) return Failed(doing + ": " + ErrnoText(error));
  int state = 0;
  for (;;) {
    const pid_t ended = waitpid(child, &state, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return Failed(doing + ": " + ErrnoText(errno));
    if (cancel != nullptr && cancel->cancelled()) {
      kill(-child, SIGKILL);
      while (waitpid(child, &state, 0) < 0 && errno == EINTR) {
      }
      return Interrupted(doing + ": interrupted");
    }
    if (while_waiting) while_waiting();
    PosixFs().SleepSeconds(kPollSeconds);
  }
  if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return Ok();
  const std::string how =
      WIFEXITED(state) ? "exit status " + std::to_string(WEXITSTATUS(state)) : "signal " + std::to_string(WTERMSIG(state));
  return Failed(doing + ": found " + how + ", expected 0; it said: " + LastLines(output_path));
}

}  // namespace paw
