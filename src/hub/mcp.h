// Mcp: the Model Context Protocol over a set of programs: each program a tool, and tools that compile, test, search and run by name.
//
//   message (JSON-RPC 2.0) ─▶ McpServer ─▶ McpBackend (a hub, or the store of this machine)
//
// Speaks the stateless revision 2026-07-28 (server/discover; _meta in every request) and the handshake of those before it (initialize). What
// carries the messages is not its concern: lines on stdio (`paw mcp`) or POST /mcp.
//
// Thread rule: const; a backend that many call at once must bear it. Owner: the caller owns the backend. Errors: a malformed message is a
// JSON-RPC error, a tool that failed is a result with isError.
// Source: modelcontextprotocol/modelcontextprotocol, docs/specification/2026-07-28 and 2025-11-25.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "paw/status.h"

namespace paw::hub {

struct McpProgram {
  std::string reference;  // what Run takes
  std::string slug;       // the tool's name is made from it
  std::string title, spec;
  std::vector<std::string> labels;
};

struct McpCase {
  std::string input, expected;
};

// What the tools do.
class McpBackend {
 public:
  virtual ~McpBackend() = default;
  virtual Result<std::vector<McpProgram>> Programs() = 0;
  virtual Result<Json> Run(const std::string& reference, const std::string& input) = 0;  // {"output", "probability"}
  virtual Result<Json> Compile(const Json& arguments) = 0;
  virtual Result<Json> CompileStatus(const std::string& job) = 0;
  virtual Result<Json> Search(const std::string& words) = 0;
};

class McpServer {
 public:
  McpServer(McpBackend& backend, std::string version) : backend_(backend), version_(std::move(version)) {}

  struct Reply {
    std::optional<Json> message;  // nothing for a notification
    int http_status = 200;
  };
  // What HTTP says beside the message; empty: nothing.
  struct Headers {
    std::string version;  // MCP-Protocol-Version
    std::string method;   // Mcp-Method
    std::string name;     // Mcp-Name
  };
  Reply Handle(const Json& message, const Headers& headers = {}) const;
  // For what is no JSON.
  static Json ParseError();

 private:
  Reply Dispatch(const Json& id, const std::string& method, const Json& params, bool modern) const;
  Reply List(const Json& id, const Json& params, bool modern) const;
  Reply Call(const Json& id, const Json& params, bool modern) const;
  Result<Json> Test(const Json& arguments) const;
  Result<std::optional<Json>> CallTool(const std::string& name, const Json& arguments) const;
  Reply Done(const Json& id, Json result, bool modern) const;

  McpBackend& backend_;
  std::string version_;
};

}  // namespace paw::hub
