#include "hub/mcp.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "eval/metrics.h"

namespace paw::hub {
namespace {

constexpr std::string_view kModern = "2026-07-28";
constexpr std::string_view kLegacy[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr int kParseError = -32700, kInvalidRequest = -32600, kMethodNotFound = -32601, kInvalidParams = -32602, kInternalError = -32603;
constexpr int kHeaderMismatch = -32020, kUnsupportedVersion = -32022;
constexpr std::size_t kToolNameMax = 64;  // clients put a prefix before it
constexpr std::size_t kDescriptionMax = 1024;
constexpr std::size_t kPerPage = 50;
constexpr std::size_t kTestCasesMax = 500;
constexpr const char* kMetaVersion = "io.modelcontextprotocol/protocolVersion";
constexpr const char* kMetaServer = "io.modelcontextprotocol/serverInfo";
constexpr const char* kInstructions =
    "Programs are small functions from text to text that run on this machine and give the same answer every time. Search for one first; "
    "compile "
    "one from a specification in words with examples (\"Return ONLY one of: ...\"), test it on cases, then call it as often as you like.";

Json Text(const char* description) { return {{"type", "string"}, {"description", description}}; }

Json Schema(Json properties, std::vector<std::string> required) {
  return {{"type", "object"}, {"properties", std::move(properties)}, {"required", std::move(required)}, {"additionalProperties", false}};
}

Json Tool(const std::string& name, const std::string& title, const std::string& description, Json input, bool reads_only) {
  return {{"name", name},
          {"title", title},
          {"description", description},
          {"inputSchema", std::move(input)},
          {"annotations", {{"readOnlyHint", reads_only}, {"destructiveHint", false}, {"idempotentHint", true}, {"openWorldHint", false}}}};
}

std::vector<Json> FixedTools() {
  const Json examples = {{"type", "array"},
                         {"description", "pairs that show the task; from about forty on a part is held out and the quality is measured"},
                         {"items", Schema({{"input", Text("an input")}, {"output", Text("its right output")}}, {"input", "output"})}};
  const Json cases = {{"type", "array"},
                      {"items", Schema({{"input", Text("an input")}, {"expected", Text("its right output")}}, {"input", "expected"})}};
  return {
      Tool("paw_search", "Search programs", "Finds programs by words of their specification, name or tags.",
           Schema({{"query", Text("words")}}, {"query"}), true),
      Tool("paw_run", "Run a program", "Runs a program by its name or id on one input.",
           Schema({{"program", Text("a slug or an id")}, {"input", Text("the input")}}, {"program", "input"}), true),
      Tool("paw_compile", "Compile a program",
           "Makes a program from a specification in words and, where there are any, examples. Seconds without examples, minutes with them.",
           Schema({{"spec", Text("what to do and what to return, 10 to 16000 characters; name the answers: \"Return ONLY one of: a, b.\"")},
                   {"slug", Text("a name for it: a-z, 0-9 and -")},
                   {"examples", examples},
                   {"effort", {{"type", "string"}, {"enum", {"quick", "normal", "thorough"}}}}},
                  {"spec"}),
           false),
      Tool("paw_compile_status", "How a compile is doing", "The state of a compile that was still under way.",
           Schema({{"job", Text("the job's id")}}, {"job"}), true),
      Tool("paw_test", "Test a program",
           "Runs a program on cases with known answers: the share that is right with its 95 % interval, and what was wrong.",
           Schema({{"program", Text("a slug or an id")}, {"cases", cases}}, {"program", "cases"}), true)};
}

// [A-Za-z0-9_-] only, different from those before.
std::string ToolName(const std::string& slug, std::set<std::string>& taken) {
  std::string plain;
  for (const char c : slug) plain += std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' ? c : '_';
  plain = "run_" + plain.substr(0, kToolNameMax - 8);
  std::string name = plain;
  for (int n = 2; !taken.insert(name).second; ++n) name = plain + "_" + std::to_string(n);
  return name;
}

struct ProgramTool {
  std::string name;
  McpProgram program;
};

std::vector<ProgramTool> ProgramTools(std::vector<McpProgram> programs) {
  std::set<std::string> taken;
  std::vector<ProgramTool> tools;
  for (McpProgram& program : programs) {
    std::string name = ToolName(program.slug, taken);
    tools.push_back({std::move(name), std::move(program)});
  }
  return tools;
}

Json ToolOf(const ProgramTool& one) {
  std::string description = one.program.spec.substr(0, kDescriptionMax);
  while (!IsUtf8(description)) description.pop_back();  // a character cut in two
  Json output = {{"type", "string"}};
  if (!one.program.labels.empty()) output["enum"] = one.program.labels;
  Json tool = Tool(one.name, one.program.title.empty() ? one.program.slug : one.program.title, description,
                   Schema({{"input", Text("the text to give to the program")}}, {"input"}), true);
  tool["outputSchema"] = {
      {"type", "object"}, {"properties", {{"output", output}, {"probability", {{"type", {"number", "null"}}}}}}, {"required", {"output"}}};
  return tool;
}

McpServer::Reply Error(const Json& id, int code, const std::string& message, int http_status, Json data = nullptr) {
  Json error = {{"code", code}, {"message", message}};
  if (!data.is_null()) error["data"] = std::move(data);
  return {Json{{"jsonrpc", "2.0"}, {"id", id}, {"error", error}}, http_status};
}

Json SupportedVersions() {
  Json versions = {kModern};
  for (const std::string_view one : kLegacy) versions.push_back(one);
  return versions;
}

}  // namespace

Json McpServer::ParseError() { return *Error(nullptr, kParseError, "found no JSON, expected one JSON-RPC 2.0 message", 400).message; }

McpServer::Reply McpServer::Handle(const Json& message, const Headers& headers) const {
  if (!message.is_object()) return Error(nullptr, kInvalidRequest, "found no object, expected one JSON-RPC 2.0 message (no batch)", 400);
  const Json* id_member = FindMember(message, "id");
  const Json id = id_member == nullptr ? Json() : *id_member;
  const auto method = FindString(message, "method", "the message");
  const auto version = FindString(message, "jsonrpc", "the message");
  const bool good_id = id.is_null() || id.is_string() || id.is_number_integer();
  if (!version.ok() || *version != "2.0" || !method.ok() || !good_id) {
    return Error(good_id ? id : Json(), kInvalidRequest,
                 "found no JSON-RPC 2.0 message, expected jsonrpc, method and an id of text or a whole number", 400);
  }
  if (!*method || !message.contains("id")) return {std::nullopt, 202};  // a notification, or a reply to what was never asked
  const Json* params = FindMember(message, "params");
  if (params != nullptr && !params->is_object()) return Error(id, kInvalidParams, "found params of another type, expected an object", 400);
  const Json none = Json::object();
  const Json& given = params == nullptr ? none : *params;
  const Json* meta = FindMember(given, "_meta");
  const Json* asked = meta == nullptr ? nullptr : FindMember(*meta, kMetaVersion);
  const bool modern = asked != nullptr || headers.version == kModern || **method == "server/discover";
  if (modern) {
    if (asked == nullptr || !asked->is_string()) {
      return Error(id, kInvalidParams, std::string("found no ") + kMetaVersion + " in _meta, expected one", 400);
    }
    if (*asked != kModern) {
      return Error(id, kUnsupportedVersion, "found a protocol version that is not spoken here", 400,
                   {{"supported", SupportedVersions()}, {"requested", *asked}});
    }
    // A proxy may route by the headers, so they must say what the message says.
    const std::string name = given.value("name", Json()).is_string() ? given["name"].get<std::string>() : "";
    if ((!headers.version.empty() && headers.version != kModern) || (!headers.method.empty() && headers.method != **method) ||
        (!headers.name.empty() && headers.name != name)) {
      return Error(id, kHeaderMismatch, "found headers that do not say what the message says, expected the same version, method and name",
                   400);
    }
  }
  return Dispatch(id, **method, given, modern);
}

McpServer::Reply McpServer::Done(const Json& id, Json result, bool modern) const {
  if (modern) {
    result["resultType"] = "complete";
    result["_meta"] = {{kMetaServer, {{"name", "paw"}, {"version", version_}}}};
  }
  return {Json{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}}, 200};
}

McpServer::Reply McpServer::Dispatch(const Json& id, const std::string& method, const Json& params, bool modern) const {
  const Json capabilities = {{"tools", {{"listChanged", false}}}};
  if (method == "server/discover") {
    return Done(id,
                {{"supportedVersions", SupportedVersions()},
                 {"capabilities", {{"tools", Json::object()}}},
                 {"instructions", kInstructions},
                 {"ttlMs", 60000},
                 {"cacheScope", "private"}},
                modern);
  }
  if (method == "initialize" && !modern) {
    const auto wanted = FindString(params, "protocolVersion", "initialize");
    const bool known = wanted.ok() && *wanted && std::ranges::find(kLegacy, **wanted) != std::end(kLegacy);
    return Done(id,
                {{"protocolVersion", known ? **wanted : std::string(kLegacy[0])},
                 {"capabilities", capabilities},
                 {"serverInfo", {{"name", "paw"}, {"title", "paw"}, {"version", version_}}},
                 {"instructions", kInstructions}},
                modern);
  }
  if (method == "ping" && !modern) return Done(id, Json::object(), modern);
  if (method == "tools/list") return List(id, params, modern);
  if (method == "tools/call") return Call(id, params, modern);
  return Error(id, kMethodNotFound, "found the method " + Quoted(method, 60) + ", expected one of tools/list, tools/call",
               modern ? 404 : 200);
}

McpServer::Reply McpServer::List(const Json& id, const Json& params, bool modern) const {
  auto programs = backend_.Programs();
  if (!programs.ok()) return Error(id, kInternalError, programs.status().message(), 200);
  std::vector<Json> tools = FixedTools();
  for (const ProgramTool& one : ProgramTools(std::move(*programs))) tools.push_back(ToolOf(one));
  std::size_t from = 0;
  if (const Json* cursor = FindMember(params, "cursor"); cursor != nullptr) {
    const auto number =
        cursor->is_string() ? ParseInt(cursor->get<std::string>(), "a cursor") : Result<std::int64_t>(Usage("a cursor: found no text"));
    if (!number.ok() || *number < 0 || static_cast<std::size_t>(*number) > tools.size())
      return Error(id, kInvalidParams, "found a cursor that was not given out", modern ? 400 : 200);
    from = static_cast<std::size_t>(*number);
  }
  const std::size_t to = std::min(tools.size(), from + kPerPage);
  Json result = {{"tools", Json(std::vector<Json>(tools.begin() + static_cast<std::ptrdiff_t>(from),
                                                  tools.begin() + static_cast<std::ptrdiff_t>(to)))}};
  if (to < tools.size()) result["nextCursor"] = std::to_string(to);
  if (modern) {
    result["ttlMs"] = 5000;
    result["cacheScope"] = "private";
  }
  return Done(id, std::move(result), modern);
}

Result<Json> McpServer::Test(const Json& arguments) const {
  const std::string program = PAW_TRY(GetString(arguments, "program", "the arguments"));
  const Json& cases = *PAW_TRY(GetArray(arguments, "cases", "the arguments"));
  if (cases.empty() || cases.size() > kTestCasesMax)
    return Usage("cases: found " + std::to_string(cases.size()) + ", expected 1 to " + std::to_string(kTestCasesMax));
  std::int64_t right = 0;
  Json wrong = Json::array();
  for (const Json& one : cases) {
    const std::string input = PAW_TRY(GetString(one, "input", "a case"));
    const std::string expected = PAW_TRY(GetString(one, "expected", "a case"));
    const auto answer = backend_.Run(program, input);
    if (answer.code() == Code::kNotFound) return answer.status();
    const std::string got = answer.ok() ? answer->value("output", "") : answer.status().message();
    if (answer.ok() && (ExactEqual(expected, got) || JsonEqual(expected, got))) {
      ++right;
    } else {
      wrong.push_back({{"input", input}, {"expected", expected}, {"output", got}});
    }
  }
  const auto n = static_cast<std::int64_t>(cases.size());
  const Interval interval = WilsonInterval(right, n);
  return Json{{"cases", n},
              {"right", right},
              {"accuracy", static_cast<double>(right) / static_cast<double>(n)},
              {"ci95", {interval.low, interval.high}},
              {"wrong", wrong}};
}

// Nullopt: there is no such tool.
Result<std::optional<Json>> McpServer::CallTool(const std::string& name, const Json& arguments) const {
  constexpr const char* kWhat = "the arguments";
  if (name == "paw_search") return std::optional(PAW_TRY(backend_.Search(PAW_TRY(GetString(arguments, "query", kWhat)))));
  if (name == "paw_run") {
    const std::string program = PAW_TRY(GetString(arguments, "program", kWhat));
    return std::optional(PAW_TRY(backend_.Run(program, PAW_TRY(GetString(arguments, "input", kWhat)))));
  }
  if (name == "paw_compile") return std::optional(PAW_TRY(backend_.Compile(arguments)));
  if (name == "paw_compile_status") return std::optional(PAW_TRY(backend_.CompileStatus(PAW_TRY(GetString(arguments, "job", kWhat)))));
  if (name == "paw_test") return std::optional(PAW_TRY(Test(arguments)));
  for (const ProgramTool& one : ProgramTools(PAW_TRY(backend_.Programs()))) {
    if (one.name == name) return std::optional(PAW_TRY(backend_.Run(one.program.reference, PAW_TRY(GetString(arguments, "input", kWhat)))));
  }
  return std::optional<Json>();
}

McpServer::Reply McpServer::Call(const Json& id, const Json& params, bool modern) const {
  const auto name = GetString(params, "name", "tools/call");
  if (!name.ok()) return Error(id, kInvalidParams, name.status().message(), modern ? 400 : 200);
  const Json* given = FindMember(params, "arguments");
  if (given != nullptr && !given->is_object())
    return Error(id, kInvalidParams, "arguments: found another type, expected an object", modern ? 400 : 200);
  const auto result = CallTool(*name, given == nullptr ? Json::object() : *given);
  if (result.ok() && !*result)
    return Error(id, kInvalidParams, "found the tool " + Quoted(*name, 80) + ", expected one of tools/list", modern ? 400 : 200);
  Json reply = {{"isError", !result.ok()}};
  const std::string text = result.ok() ? WriteJson(**result) : result.status().message();
  reply["content"] = {{{"type", "text"}, {"text", text}}};
  if (result.ok()) reply["structuredContent"] = **result;
  return Done(id, std::move(reply), modern);
}

}  // namespace paw::hub
