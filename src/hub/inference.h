// Inference: the hub's programs, called by many at once. All calls go through the one scheduler of their base, so that rows of different
// programs share its steps; adapters stay open while they fit the workspace's memory budget.
//
// Thread rule: from any thread. Owner: the Hub. Errors: what opening and running say; kUnavailable past the deadline.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "runtime/program.h"

namespace paw::hub {

class Inference {
 public:
  Inference(Workspace& workspace, double deadline_seconds) : workspace_(workspace), deadline_seconds_(deadline_seconds) {}

  // `path`: the bundle's file, `digest`: its SHA-256.
  Result<std::shared_ptr<const Program>> Open(const std::string& digest, const std::string& path);
  Result<RunResult> Run(const Program& program, const std::string& input, const RunOptions& options);
  std::vector<Result<RunResult>> RunBatch(const Program& program, std::span<const std::string> inputs, const RunOptions& options);
  // A program that was removed: its adapter is closed when nobody uses it.
  void Forget(const std::string& digest);

 private:
  Result<Session> NewSession(const Program& program);

  Workspace& workspace_;
  const double deadline_seconds_;
  std::mutex mutex_;
  struct Known {
    std::shared_ptr<ResidentProgram> program;
    std::list<std::string>::iterator place;
  };
  std::map<std::string, Known> known_;
  std::list<std::string> order_;  // digests, the last used first
};

}  // namespace paw::hub
