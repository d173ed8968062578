// paw mcp: the programs of this machine as tools of the Model Context Protocol, over stdin and stdout.
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "api/workspace.h"
#include "apps/paw/command.h"
#include "apps/paw/line_reader.h"
#include "base/text.h"
#include "compiler/compiler.h"
#include "hub/compile_request.h"
#include "hub/mcp.h"
#include "paw/paw.h"

namespace paw::cli {
namespace {

constexpr const char* kFooter =
    "One JSON-RPC message a line, as agents start it. Each program of the store that has an alias is a tool with its specification as the\n"
    "description; paw_search, paw_run, paw_compile and paw_test are there beside them. Nothing leaves this machine. A hub has the same at\n"
    "POST /mcp. docs/agents.md is the guide.\n"
    "\n"
    "Examples:\n"
    "  paw mcp\n"
    "  claude mcp add paw -- paw mcp";

class StoreBackend : public hub::McpBackend {
 public:
  explicit StoreBackend(Workspace& workspace) : workspace_(workspace) {}

  Result<std::vector<hub::McpProgram>> Programs() override {
    std::vector<hub::McpProgram> programs;
    for (const ProgramEntry& entry : PAW_TRY(workspace_.store().List())) {
      if (!entry.manifest || entry.aliases.empty()) continue;
      const std::string& alias = entry.aliases.front();
      programs.push_back(
          {alias, alias, "", entry.manifest->spec, entry.manifest->paw ? entry.manifest->paw->labels : std::vector<std::string>()});
    }
    return programs;
  }

  Result<Json> Run(const std::string& reference, const std::string& input) override {
    std::shared_ptr<ResidentProgram>& known = open_[reference];
    if (known == nullptr) {
      auto loaded = workspace_.LoadResident(reference);
      if (!loaded.ok()) {
        open_.erase(reference);
        return loaded.status();
      }
      known = *loaded;
    }
    const std::shared_ptr<const Program> program = PAW_TRY(known->Take());
    const auto scheduler = PAW_TRY(workspace_.SchedulerOf(program->base()));
    Session session = PAW_TRY(scheduler == nullptr ? program->NewSession() : program->NewSession(*scheduler));
    const RunResult result = PAW_TRY(session.Run(input, {}));
    return Json{{"output", result.output}, {"probability", result.probability ? Json(*result.probability) : Json()}};
  }

  Result<Json> Compile(const Json& arguments) override {
    const hub::CompileRequest request = PAW_TRY(hub::ParseCompileRequest(arguments));
    CompileOptions options;
    options.budget = request.budget;
    options.seed = request.seed;
    options.reject_label = request.reject_label;
    options.outputs = request.outputs;
    PAW_TRY(workspace_.CheckNames(request.slug, ""));
    PAW_TRY(workspace_.ChooseBase(nullptr, "", options));
    const CompileReport report = PAW_TRY(paw::Compile(request.spec, request.examples, options, [](const CompileEvent&) {}));
    const PublishedProgram published = PAW_TRY(workspace_.Publish(report.bundle, request.slug, ""));
    open_.erase(request.slug);  // the name may have led elsewhere
    Json result = {{"status", "ready"},
                   {"program_id", report.bundle.manifest.program_id},
                   {"slug", request.slug.empty() ? Json() : Json(request.slug)},
                   {"digest", published.digest},
                   {"warnings", report.warnings},
                   {"held_out", nullptr}};
    if (const auto& record = report.bundle.manifest.paw; record && record->held_out) {
      result["held_out"] = {{"metric", record->held_out->metric},
                            {"n", record->held_out->n},
                            {"score", record->held_out->score},
                            {"ci95", {record->held_out->ci95_low, record->held_out->ci95_high}}};
    }
    return result;
  }

  Result<Json> CompileStatus(const std::string& job) override {
    return NotFound("finding the compile " + Quoted(job, 60) + ": found none: a compile here is done when paw_compile answers");
  }

  Result<Json> Search(const std::string& words) override {
    Json found = Json::array();
    for (const hub::McpProgram& program : PAW_TRY(Programs())) {
      const std::string text = LowerAscii(program.reference + " " + program.spec);
      bool all = true;
      for (const std::string_view word : Split(LowerAscii(words), ' ')) all = all && text.find(word) != std::string::npos;
      if (all) found.push_back({{"program", program.reference}, {"spec", program.spec}, {"labels", program.labels}});
    }
    return Json{{"programs", found}};
  }

 private:
  Workspace& workspace_;
  std::map<std::string, std::shared_ptr<ResidentProgram>> open_;
};

int Mcp(Context& context) {
  const auto work = [&]() -> Status {
    auto workspace = PAW_TRY(Workspace::Open({context.cache_dir, "", EngineKind::kNative, 0, true}));
    StoreBackend backend(*workspace);
    const hub::McpServer server(backend, std::string(Version()));
    LineReader reader(STDIN_FILENO, kJsonBytesMax);
    while (const auto line = PAW_TRY(reader.Next())) {
      if (Trim(*line).empty()) continue;
      const auto message = ParseJson(*line, "a message");
      const auto reply = message.ok() ? server.Handle(*message).message : std::optional(hub::McpServer::ParseError());
      if (reply) context.PrintJson(*reply);
    }
    return Ok();
  };
  const Status status = work();
  return status.ok() ? 0 : context.Fail(status);
}

}  // namespace

void AddMcpCommand(CLI::App& app, Context& context) {
  CLI::App* command = AddCommand(app, context, "mcp", "programs as tools for agents, over stdio", kFooter);
  command->callback([&context] { context.action = [&context] { return Mcp(context); }; });
}

}  // namespace paw::cli
