#include "tools/train_mapper/programs.h"

#include <algorithm>
#include <cstdio>
#include <vector>

#include "adapter/adapter.h"
#include "base/sha256.h"
#include "compiler/spec_compiler.h"
#include "eval/fuzzy.h"
#include "eval/test_run.h"
#include "fs/posix_fs.h"
#include "mapper/mapper_gguf.h"
#include "runtime/program.h"

namespace paw {
namespace {

constexpr std::int32_t kAnswerTokensMax = 120;

class ProgramCheck final : public AnswerCheck {
 public:
  ProgramCheck(std::shared_ptr<BaseModel> base, std::string prompt, std::int32_t threads)
      : base_(std::move(base)), prompt_(std::move(prompt)), threads_(threads) {}

  Result<double> ShareRight(const std::string& path, std::span<const CorpusSpec* const> specs, std::size_t pairs) override {
    const auto compiler = PAW_TRY(SpecCompiler::Open(base_, PAW_TRY(OpenMapperFile(path)), threads_));
    double right = 0, all = 0;
    for (const CorpusSpec* spec : specs) {
      std::vector<TestCase> cases;
      for (std::size_t p = 0; p < std::min(pairs, spec->pairs.size()); ++p) cases.push_back({spec->pairs[p].input, spec->pairs[p].output});
      right += PAW_TRY(Right(*compiler, *spec, cases));
      all += static_cast<double>(cases.size());
    }
    return all == 0 ? 0 : right / all;
  }

 private:
  Result<double> Right(const SpecCompiler& compiler, const CorpusSpec& spec, const std::vector<TestCase>& cases) const {
    OutputContract contract;
    contract.kind = spec.kind == OutputKind::kLabel ? OutputKind::kLabel : OutputKind::kText;
    contract.labels = spec.labels;
    const LoraWeights lora = PAW_TRY(compiler.Map(spec.spec));
    Bundle bundle = PAW_TRY(MakeSpecBundle(*base_, {spec.spec, prompt_, DType::kQ4_0, threads_}, contract, &lora));
    const auto program = PAW_TRY(Program::Open(std::move(bundle), base_));
    Session session = PAW_TRY(program->NewSession(threads_));
    TestOptions options;
    options.run.output_tokens_max = kAnswerTokensMax;
    const CaseAnswers answers = PAW_TRY(AnswerCases(session, cases, options));
    double right = 0;
    for (std::size_t p = 0; p < cases.size(); ++p) right += answers[p].ok() && NormalisedEqual(cases[p].output, answers[p]->output) ? 1 : 0;
    return right;
  }

  std::shared_ptr<BaseModel> base_;
  std::string prompt_;
  std::int32_t threads_;
};

}  // namespace

Result<std::unique_ptr<AnswerCheck>> OpenAnswerCheck(const std::string& base_path, const std::string& prompt, std::int32_t threads) {
  auto base = PAW_TRY(BaseModel::Open(base_path, EngineKind::kNative, threads));
  return std::unique_ptr<AnswerCheck>(std::make_unique<ProgramCheck>(std::move(base), prompt, threads));
}

Status QuantiseMapper(const std::string& from, const std::string& to, const std::string& type, float coefficient_scale) {
  const DType dtype = PAW_TRY(ParseAdapterType(type));
  const std::vector<std::byte> bytes = PAW_TRY(WriteMapperGguf(PAW_TRY(OpenMapperFile(from)), dtype, coefficient_scale));
  PAW_TRY(PosixFs().PublishFile(to, bytes));
  std::fprintf(stderr, "%s: %zu bytes, SHA-256 %s\n", to.c_str(), bytes.size(), Sha256Hex(bytes).c_str());
  return Ok();
}

}  // namespace paw
