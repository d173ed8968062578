// Site: what the handlers of a hub share, and the list of their parts. Each part adds its routes; none knows another.
//
// Thread rule: handlers run on many threads at once; everything here may be used from all of them. Owner: the Hub.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "hub/accounts.h"
#include "hub/catalog.h"
#include "hub/compile_jobs.h"
#include "hub/database.h"
#include "hub/inference.h"
#include "hub/metrics.h"
#include "hub/question_programs.h"
#include "hub/rate_limit.h"
#include "hub/router.h"
#include "hub/server.h"
#include "store/store.h"

namespace paw::hub {

struct HubOptions {
  std::string data_dir;                    // hub.db and programs/
  std::string public_url;                  // as clients reach it: "http://127.0.0.1:8765", no slash at the end
  std::vector<std::string> allowed_hosts;  // names in Host beside those of this machine and of public_url
  bool require_key = false;                // nothing for those who are not signed in, but the page and /health
  std::int64_t compiles_per_hour = 60;     // of an account; 0: no limit
  std::int64_t anonymous_compiles_per_hour = 20;
  double call_seconds = 30;  // a call's deadline
  int compile_threads = 0;   // 0: half the cores, at least one: calls go on beside a compile
  bool log_text = false;     // inputs and outputs of calls in the log
  bool verify = false;       // every bundle is read and held to its digest before the first request
};

using LogFn = std::function<void(const Json& line)>;

struct Site {
  HubOptions options;
  Workspace* workspace = nullptr;
  Fs* fs = nullptr;
  std::unique_ptr<Database> database;
  std::unique_ptr<Database> account_database;  // the same file: who asks is looked up beside a write that waits for the disk
  std::unique_ptr<Store> store;                // the bundles, under options.data_dir
  std::unique_ptr<Accounts> accounts;
  std::unique_ptr<Catalog> catalog;
  std::unique_ptr<Inference> inference;
  std::unique_ptr<CompileJobs> jobs;
  std::unique_ptr<QuestionPrograms> questions;
  Metrics metrics;
  RateLimit compile_limit;
  LogFn log;
  std::function<ServerCounts()> server_counts;  // where a server runs
  double started_at = 0;
  std::string version;  // of paw

  // The program that a reference leads to, for this caller, open.
  struct OpenProgram {
    ResolvedSlug resolved;
    std::shared_ptr<const Program> program;
  };
  Result<OpenProgram> OpenFor(const Caller& caller, const std::string& reference);
  // One call, counted and logged.
  Result<RunResult> Call(const OpenProgram& open, const std::string& input, const RunOptions& run);
};

// How many handlers wait or stream for long: each holds a worker, and the rest must go on.
class Place {
 public:
  Place(std::atomic<int>& taken, int most) : taken_(taken), ok_(taken.fetch_add(1) < most) {}
  ~Place() { taken_.fetch_sub(1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool ok() const { return ok_; }

 private:
  std::atomic<int>& taken_;
  bool ok_;
};

// A whole number of the query; `otherwise` where there is none.
Result<std::int64_t> NumberOf(const Request& request, const char* name, std::int64_t otherwise);

void AddAccountRoutes(Router& router, Site& site);    // auth/*
void AddCompileRoutes(Router& router, Site& site);    // compile*
void AddProgramRoutes(Router& router, Site& site);    // programs*
void AddBundleRoutes(Router& router, Site& site);     // publish, download, assets
void AddImportRoutes(Router& router, Site& site);     // program-imports
void AddModelRoutes(Router& router, Site& site);      // models/*, base-models, health, metrics
void AddRunRoutes(Router& router, Site& site);        // infer, bulk
void AddOpenAiRoutes(Router& router, Site& site);     // /v1/chat/completions, completions, models
void AddSystemOneRoutes(Router& router, Site& site);  // /v1/systemone
void AddMcpRoutes(Router& router, Site& site);        // /mcp
void AddPageRoutes(Router& router, Site& site);       // the web page

}  // namespace paw::hub
