// Hub: `paw serve`. Publishes, versions, searches, compiles and runs programs over HTTP; one process, one folder.
//
//   socket ─▶ Server ─▶ Hub::Handle: who asks, may they, which route ─▶ handler (site.h) ─▶ Catalog, CompileJobs, Inference
//
// State: <data>/hub.db (SQLite) and <data>/programs/ (bundles by digest). The bases are those of the workspace.
// Thread rule: Handle from any thread. Owner: the caller owns the workspace, which outlives the hub. Errors: what opening the parts says.
// Source: the official REST table (docs/rest_api.md says route by route what is official and what is ours).
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "hub/router.h"
#include "hub/server.h"
#include "hub/site.h"

namespace paw::hub {

class Hub : public Service {
 public:
  // `compile`: null = the compiler of this machine.
  static Result<std::unique_ptr<Hub>> Open(Workspace& workspace, HubOptions options, LogFn log, CompileFn compile = nullptr);
  ~Hub() override;

  std::variant<std::size_t, Response> BodyLimit(Request& head) override;
  Response Handle(Request& request) override;
  Response Refuse(int status, const std::string& code, const std::string& message) override;

  // Before the server stops: who waits for a compile is told so, and what compiles goes back into the queue.
  void BeginStop();

  Site& site() { return site_; }
  // What opening found of an earlier life.
  const Catalog::SweepReport& swept() const { return swept_; }

 private:
  Hub() = default;
  Result<std::variant<Caller, HubError>> WhoAsks(const Request& request) const;
  std::optional<HubError> CheckHostAndOrigin(const Request& request) const;
  std::optional<HubError> Admit(Request& request) const;
  std::variant<Router::Match, HubError> FindRoute(const Request& request) const;
  Response Answered(const Route& route, Request& request) const;
  void Dress(const Request& request, Response& response) const;

  Site site_;
  Router router_;
  std::vector<std::string> hosts_;  // allowed names in Host, lower case, without port
  Catalog::SweepReport swept_;
};

}  // namespace paw::hub
