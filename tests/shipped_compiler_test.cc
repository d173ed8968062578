// The compiler that paw ships, end to end on the real base (PAW_TEST_BASE): the everyday specs of examples/everyday.jsonl become programs, and
// what they answer is exactly what stands in compilers/smollm2-135m.gate.json for this machine's kernels; a spec's examples even its labels.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/json.h"
#include "base/sha256.h"
#include "compiler/built_in.h"
#include "compiler/compiler.h"
#include "eval/corpus_file.h"
#include "fs/posix_fs.h"
#include "kernels/kernels.h"
#include "runtime/program.h"

namespace paw {
namespace {

constexpr char kEveryday[] = PAW_SOURCE_DIR "/examples/everyday.jsonl";
constexpr char kGate[] = PAW_SOURCE_DIR "/compilers/smollm2-135m.gate.json";

CompileOptions OptionsFor(const BaseModel& base, const std::string& path) {
  CompileOptions options;
  options.base_path = path;
  options.base_sha256 = base.sha256();
  options.base_name = "smollm2-135m";
  options.base_file = "base.gguf";
  options.base_bytes = PosixFs().Stat(path)->bytes;
  return options;
}

// How many of the spec's pairs its program answers exactly.
Result<int> RightAnswers(const CorpusSpec& spec, const CompileOptions& options, const std::shared_ptr<BaseModel>& base) {
  const CompileReport report = PAW_TRY(Compile(spec.spec, {}, options, {}));
  const auto program = PAW_TRY(Program::Open(report.bundle, base));
  Session session = PAW_TRY(program->NewSession(0));
  int right = 0;
  for (const CorpusPair& pair : spec.pairs) {
    const auto answer = session.Run(pair.input, {});
    if (answer.ok() && answer->output == pair.output) ++right;
  }
  return right;
}

TEST(ShippedCompiler, AnswersTheEverydaySpecsAsRecorded) {
  const char* path = std::getenv("PAW_TEST_BASE");
  if (path == nullptr) GTEST_SKIP() << "PAW_TEST_BASE is not set";
  ASSERT_NE(BuiltInCompiler(), nullptr) << "compilers/smollm2-135m.gguf is not built in";
  const auto text = PosixFs().ReadText(kGate, 1 << 16);
  ASSERT_TRUE(text.ok()) << text.message();
  const Json gate = *ParseJson(*text, kGate);
  ASSERT_EQ(gate.at("compiler"), BuiltInCompiler()->fingerprint()) << "the record is of another compiler";
  ASSERT_EQ(gate.at("reader"), BuiltInReaderFingerprint()) << "the record is of another reader";
  const std::string kernels = BestKernels().name;
  const auto base = BaseModel::Open(path, EngineKind::kNative, 0);
  ASSERT_TRUE(base.ok()) << base.message();
  const auto specs = ReadCorpus(PosixFs(), kEveryday, 100);
  ASSERT_TRUE(specs.ok()) << specs.message();
  Json found = Json::object();
  for (const CorpusSpec& spec : *specs) {
    const Result<int> right = RightAnswers(spec, OptionsFor(**base, path), *base);
    ASSERT_TRUE(right.ok()) << spec.id << ": " << right.message();
    found[spec.id] = *right;
  }
  if (!gate.at("right").contains(kernels)) GTEST_SKIP() << "nothing is recorded for the kernels " << kernels << "; found " << found;
  EXPECT_EQ(found, gate.at("right").at(kernels));
}

TEST(ShippedCompiler, TakesOffTheLeanThatTheSpecsExamplesShow) {
  const char* path = std::getenv("PAW_TEST_BASE");
  if (path == nullptr) GTEST_SKIP() << "PAW_TEST_BASE is not set";
  const auto base = BaseModel::Open(path, EngineKind::kNative, 0);
  ASSERT_TRUE(base.ok()) << base.message();
  const std::string spec =
      "Say whether two names are of one person. Return ONLY one of: same, other\n\nInput: Ann Lee / A. Lee\nOutput: same\n\n"
      "Input: Ann Lee / Tom Lee\nOutput: other\n\nInput: J. Smith / John Smith\nOutput: same";
  EXPECT_FALSE(Compile(spec, {}, OptionsFor(**base, path), {})->bundle.manifest.paw->calibration) << "one example of other";
  const auto report = Compile(spec + "\n\nInput: Eva Roy / Max Roy\nOutput: other", {}, OptionsFor(**base, path), {});
  ASSERT_TRUE(report.ok()) << report.message();
  ASSERT_TRUE(report->bundle.manifest.paw->calibration);
  EXPECT_EQ(report->bundle.manifest.paw->calibration->other.at("examples"), 4);
  const auto again = Replay(report->bundle, {}, OptionsFor(**base, path), {});
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_EQ(again->bundle.manifest.paw->calibration, report->bundle.manifest.paw->calibration);
  EXPECT_EQ(again->program_id, report->program_id);
}

}  // namespace
}  // namespace paw
