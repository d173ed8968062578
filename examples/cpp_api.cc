// The C++ API in one page: compile a program, load it, ask it one thing and many things.
//
//   cpp_api [BASE [STEPS]]       BASE: a base's name or a GGUF file; without it the default base (`paw base pull`)
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "paw/paw.h"

namespace {

constexpr const char* kSpec =
    "Say how urgent a message to the help desk is. Return one of: urgent, normal.\n\n"
    "Input: Production is down for all customers\nOutput: urgent\n\n"
    "Input: Please renew my badge some time this month\nOutput: normal\n";

paw::Status Demo(const std::string& base, std::int64_t steps) {
  paw::LibraryOptions options;
  options.base = base;
  paw::Library library = PAW_TRY(paw::Library::Open(options));

  paw::CompileRequest request;
  request.spec = kSpec;
  request.examples = {{"The payment page answers with error 500", "urgent"},
                      {"Where do I find the holiday calendar?", "normal"},
                      {"Nobody in the office can log in", "urgent"},
                      {"The coffee machine blinks", "normal"}};
  request.steps = steps;
  request.effort = "quick";
  request.on_progress = [](const paw::CompileProgress& now) {
    if (now.steps > 0 && now.step == now.steps) std::printf("%s: done after %.1f s\n", now.stage.c_str(), now.seconds);
  };
  const paw::Compiled compiled = PAW_TRY(library.Compile(request));
  std::printf("program %s at %s\n", compiled.program_id.c_str(), compiled.path.c_str());
  if (!compiled.held_out) std::printf("quality unmeasured: too few examples\n");

  const paw::Function urgency = PAW_TRY(library.Load(compiled.program_id));
  paw::CallOptions call;
  call.probabilities = true;
  const paw::Answer answer = PAW_TRY(urgency.Call("The database has lost its disk", call));
  std::printf("answer: %s\n", answer.output.c_str());
  for (const paw::LabelChance& label : answer.labels) std::printf("  %.3f %s\n", label.probability, label.label.c_str());

  const std::vector<std::string> inputs = {"My chair squeaks", "Our site is down"};
  for (const paw::Result<paw::Answer>& one : urgency.CallBatch(inputs)) {
    std::printf("batch: %s\n", one.ok() ? one->output.c_str() : one.message().c_str());
  }
  return paw::Ok();
}

}  // namespace

int main(int argc, char** argv) {
  const paw::Status status = Demo(argc > 1 ? argv[1] : "", argc > 2 ? std::atoll(argv[2]) : 0);
  if (status.ok()) return 0;
  std::fprintf(stderr, "cpp_api: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
