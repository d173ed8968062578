// The manual at the top of paw/paw.h, compiled: every line of code in it stands here, and a test holds the two together.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "paw/paw.h"

namespace {

namespace shortest {
int main() {
  auto library = paw::Library::Open({});
  if (!library.ok()) return std::fprintf(stderr, "%s\n", library.message().c_str()), 1;
  auto triage = library->Load("triage");  // an alias, a program id, or the path of a .paw file
  if (!triage.ok()) return std::fprintf(stderr, "%s\n", triage.message().c_str()), 1;
  auto answer = triage->Call("The site is down for every customer");
  if (!answer.ok()) return std::fprintf(stderr, "%s\n", answer.message().c_str()), 1;
  std::printf("%s\n", answer->output.c_str());
  return 0;
}
}  // namespace shortest

paw::Result<std::string> Label(const paw::Function& function, const std::string& text) {
  paw::Answer answer = PAW_TRY(function.Call(text));
  return answer.output;
}

void Call(const paw::Function& function, const std::vector<std::string>& inputs) {
  paw::CallOptions options;
  options.probabilities = true;
  auto answer = function.Call("my card was charged twice", options);
  options.json_schema = R"({"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false})";
  for (const paw::LabelChance& label : answer->labels) std::printf("%.3f %s\n", label.probability, label.label.c_str());
  std::vector<paw::Result<paw::Answer>> answers = function.CallBatch(inputs);
  for (const auto& one : answers) std::puts(one.ok() ? one->output.c_str() : one.message().c_str());
}

void Compile(const paw::Library& library) {
  paw::CompileRequest request;
  request.spec = "Classify the message. Return one of: urgent, normal.\n\nInput: Site is down\nOutput: urgent";
  request.examples = {{"Please renew my badge", "normal"}, {"Production is down", "urgent"}};
  request.minutes = 5;  // or .steps, or .effort = "quick", "normal", "thorough"
  request.alias = "triage";
  request.on_progress = [](const paw::CompileProgress& now) { std::printf("%s %.0f s\n", now.stage.c_str(), now.seconds); };
  std::atomic<bool> stop{false};
  request.cancel = &stop;  // later: stop = true  ->  Compile returns kInterrupted
  auto compiled = library.Compile(request);
  if (compiled.ok()) std::printf("%s %s\n", compiled->program_id.c_str(), compiled->path.c_str());
}

std::string ReadSource(const std::string& path) {
  std::ifstream file(std::string(PAW_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Code stands three blanks after the slashes and has a character that prose does not end in.
std::vector<std::string> CodeLines(const std::string& header) {
  std::vector<std::string> lines;
  std::istringstream in(header);
  for (std::string line; std::getline(in, line) && line != "#pragma once";) {
    if (!line.starts_with("//   ")) continue;
    line.erase(0, line.find_first_not_of(' ', 2));
    if (std::string(";{").find(line.back()) != std::string::npos || line.find("; ") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

TEST(Manual, ItsCodeCompiles) {
  const std::string here = ReadSource("src/api/manual_test.cc");
  const std::vector<std::string> lines = CodeLines(ReadSource("include/paw/paw.h"));
  EXPECT_GT(lines.size(), 20U);
  for (const std::string& line : lines)
    EXPECT_NE(here.find(line), std::string::npos) << "the manual has a line that nothing compiles: " << line;
}

// Used, so that they are compiled; they need a base to run, which examples/cpp_api.cc has.
[[maybe_unused]] const void* const kCompiled[] = {reinterpret_cast<const void*>(&shortest::main), reinterpret_cast<const void*>(&Label),
                                                  reinterpret_cast<const void*>(&Call), reinterpret_cast<const void*>(&Compile)};

}  // namespace
