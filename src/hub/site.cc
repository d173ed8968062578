#include "hub/site.h"

#include "base/text.h"

namespace paw::hub {

Result<Site::OpenProgram> Site::OpenFor(const Caller& caller, const std::string& reference) {
  OpenProgram open;
  open.resolved = PAW_TRY(catalog->Resolve(caller, reference));
  auto program = inference->Open(open.resolved.digest, catalog->PathOf(open.resolved.digest));
  // That it cannot be opened is no fault of who asks.
  if (program.code() == Code::kNotFound || program.code() == Code::kUsage) return Unavailable(program.status().message());
  if (program.code() == Code::kRefused) return Internal(program.status().message());
  open.program = PAW_TRY(std::move(program));
  return open;
}

Result<RunResult> Site::Call(const OpenProgram& open, const std::string& input, const RunOptions& run) {
  const double begin = fs->SteadySeconds();
  auto result = inference->Run(*open.program, input, run);
  const double seconds = fs->SteadySeconds() - begin;
  if (!result.ok()) {
    metrics.CountFailedCall(open.resolved.program_id);
    return result;
  }
  metrics.CountCall(open.resolved.program_id, seconds, result->tokens_in, result->tokens_out);
  catalog->CountCall(open.resolved.program_id);
  if (options.log_text && log) {
    log({{"time", IsoTime(fs->WallSeconds())}, {"program", open.resolved.program_id}, {"input", input}, {"output", result->output}});
  }
  return result;
}

Result<std::int64_t> NumberOf(const Request& request, const char* name, std::int64_t otherwise) {
  const std::string_view text = request.Query(name);
  if (text.empty()) return otherwise;
  return ParseInt(text, "query field \"" + std::string(name) + "\"");
}

}  // namespace paw::hub
