#include "tools/train_mapper/programs.h"

#include <cstdio>
#include <vector>

#include "adapter/adapter.h"
#include "base/sha256.h"
#include "compiler/measure_spec.h"
#include "compiler/spec_compiler.h"
#include "eval/fuzzy.h"
#include "fs/posix_fs.h"
#include "mapper/mapper_gguf.h"
#include "runtime/program.h"

namespace paw {
namespace {

class ProgramCheck final : public AnswerCheck {
 public:
  ProgramCheck(std::shared_ptr<BaseModel> base, std::int32_t threads) : base_(std::move(base)), threads_(threads) {}

  Result<double> ShareRight(const std::string& path, std::span<const CorpusSpec* const> specs, std::size_t pairs) override {
    const auto compiler = PAW_TRY(SpecCompiler::Open(base_, PAW_TRY(OpenMapperFile(path)), threads_));
    MeasureOptions options;
    options.pairs_max = pairs;
    options.threads = threads_;
    std::vector<FuzzyPoint> points;
    for (const CorpusSpec* spec : specs) points.push_back(PAW_TRY(MeasureSpec(base_, compiler.get(), *spec, options)));
    std::vector<const FuzzyPoint*> all;
    for (const FuzzyPoint& point : points) all.push_back(&point);
    return MeanOf(all, FuzzyMetric::kNormalised);
  }

 private:
  std::shared_ptr<BaseModel> base_;
  std::int32_t threads_;
};

}  // namespace

Result<std::unique_ptr<AnswerCheck>> OpenAnswerCheck(const std::string& base_path, std::int32_t threads) {
  auto base = PAW_TRY(BaseModel::Open(base_path, EngineKind::kNative, threads));
  return std::unique_ptr<AnswerCheck>(std::make_unique<ProgramCheck>(std::move(base), threads));
}

Status QuantiseMapper(const std::string& from, const std::string& to, const std::string& type, float coefficient_scale) {
  const DType dtype = PAW_TRY(ParseAdapterType(type));
  const std::vector<std::byte> bytes = PAW_TRY(WriteMapperGguf(PAW_TRY(OpenMapperFile(from)), dtype, coefficient_scale));
  PAW_TRY(PosixFs().PublishFile(to, bytes));
  std::fprintf(stderr, "%s: %zu bytes, SHA-256 %s\n", to.c_str(), bytes.size(), Sha256Hex(bytes).c_str());
  return Ok();
}

}  // namespace paw
