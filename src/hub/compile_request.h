// CompileRequest: what a client asks to have compiled. From its JSON, back to JSON for the queue, and to the key under which the same
// request is known again.
//
// Thread rule: plain values, pure functions. Errors: kUsage and kRefused name the field, what was found, what was expected.
// Source: the official REST table (facts of docs/rest_api.md); examples and budget are ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/workspace.h"
#include "base/json.h"
#include "compiler/compiler.h"
#include "hub/catalog.h"
#include "spec/examples.h"

namespace paw::hub {

// The one that trains on examples alone.
inline constexpr std::string_view kTrainCompiler = "paw-ft-smollm2-135m";

struct CompileRequest {
  std::string spec;      // 10 to 16,000 characters
  std::string compiler;  // empty: the default
  std::vector<Example> examples;
  CompileBudget budget;
  std::uint64_t seed = 1;
  std::optional<std::string> reject_label;
  OutputsAsked outputs = OutputsAsked::kAuto;
  Listing listing;
  std::string slug;
  // The queue of those that take minutes, apart from that of those that take seconds.
  bool trains() const { return !examples.empty() || compiler == kTrainCompiler; }
};

Result<CompileRequest> ParseCompileRequest(const Json& body);
Json ToJson(const CompileRequest& request);
// SHA-256 over all that the program's bytes depend on: not over name, tags, slug, privacy.
std::string KeyOf(const CompileRequest& request);

// Which compiler a name means: one of ours, or an official name that stands for one of them here. kUsage for any other.
Result<std::string> CompilerNamed(Workspace& workspace, const std::string& name);
// {"compilers": [...]}, the official shape.
Result<Json> ListCompilers(Workspace& workspace);

}  // namespace paw::hub
