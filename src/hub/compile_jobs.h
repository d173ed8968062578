// CompileJobs: the queue of compiles. A job is a row before its client hears of it, so that a server that was stopped or killed goes on
// with it: what ran begins again, and after three such starts it has failed, with that reason.
//
//   Submit ─▶ queued ─▶ compiling ─▶ ready | failed | cancelled
//
// Two lanes, each one job at a time: compiles from the spec alone (seconds), and those that train (minutes). The same request twice, by
// whomever, is compiled once: the second waits for the first and takes its program.
//
// Thread rule: from any thread; two threads of its own. Owner: the Hub; the destructor cancels what runs and puts it back into the queue.
// Errors: kNotFound for a job that is not the caller's, kUnavailable where the caller has too many waiting.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "compiler/compiler.h"
#include "hub/catalog.h"
#include "hub/compile_request.h"
#include "hub/database.h"
#include "hub/exchange.h"

namespace paw::hub {

using CompileFn = std::function<Result<CompileReport>(const CompileRequest&, const CancelFlag*,
                                                      const std::function<void(const CompileEvent&)>& on_event)>;
// The real one: the compiler of this machine.
CompileFn CompileHere(Workspace& workspace, int threads);

struct JobEvents {
  std::vector<std::pair<std::int64_t, Json>> events;  // number, fields; numbers count up from 1
  bool ended = false;
};

struct JobCounts {
  std::int64_t queued = 0, compiling = 0;
};

class CompileJobs {
 public:
  CompileJobs(Database& database, Catalog& catalog, Fs& clock, CompileFn compile);
  ~CompileJobs();

  // Takes up what an earlier server left and begins to work.
  Status Start();
  // What runs is cancelled and goes back into the queue; who waits is let go. Jobs are still taken.
  void BeginStop();
  // The job's id.
  Result<std::string> Submit(const Caller& caller, const CompileRequest& request);
  // Nullopt: this request was not compiled here yet.
  Result<std::optional<std::string>> CachedProgram(const CompileRequest& request);

  Result<Json> View(const Caller& caller, const std::string& id);
  Result<Json> List(const Caller& caller, std::int64_t page, std::int64_t per_page);
  // Until it has ended or `seconds` are over; true: it has ended.
  bool WaitForEnd(const std::string& id, double seconds);
  // What happened after event number `after`; waits up to `seconds` for the first.
  Result<JobEvents> Events(const Caller& caller, const std::string& id, std::int64_t after, double seconds);
  // A queued job, or with `running` also one that is being compiled. False: it has begun, or ended.
  Result<bool> Cancel(const Caller& caller, const std::string& id, bool running);
  Result<JobCounts> counts();
  double EstimatedSeconds(const CompileRequest& request);

 private:
  // What a job under way says of itself; nothing of it is kept when it has ended.
  struct Live {
    std::string request_key;
    std::vector<std::pair<std::int64_t, Json>> events;
    std::int64_t last = 0;
    Json latest;
    double percent = 0;
    CancelFlag cancel;
    bool cancelled = false;
  };
  struct Picked {
    std::string id, key;
    Caller caller;
    CompileRequest request;
    std::int64_t attempts = 0;
    double created_at = 0;
  };

  void Work(int lane);
  void Wake();
  Result<std::optional<Picked>> Pick(int lane);
  void Run(Picked job);
  Result<Json> Finish(const Picked& job, const CompileReport* report, const std::string& program_id);
  void End(const std::string& id, const char* status, const Json& result, const std::string& error);
  void OnEvent(Live& live, const CompileEvent& event);
  Result<Json> ViewRow(const Row& row);
  std::shared_ptr<Live> LiveOf(const std::string& id, const std::string& key);

  Database& database_;
  Catalog& catalog_;
  Fs& clock_;
  CompileFn compile_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::map<std::string, std::shared_ptr<Live>> live_;  // by job id; guarded by mutex_, and so are its values but `cancel`
  double mean_seconds_[2] = {4, 180};                  // of a lane's jobs, running; guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace paw::hub
