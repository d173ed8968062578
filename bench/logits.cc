// paw_bench_logits: how far an engine's logits are from those of the fp32 reference.
//
//   paw_bench_logits BASE.gguf [--rows 20] [--words 40] [--rank 64]
//
// Every row is a text of random words with a random adapter (Q4_0; rank 0: none); its error is the length of the difference over that of the
// reference's logits about their mean, over all of its tokens. One line of JSON an engine: the median and the largest error of the rows,
// and in how many of all places the engine's best token is the reference's.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "bench/random_adapter.h"
#include "bench/random_text.h"
#include "runtime/program.h"

namespace paw {
namespace {

class Engine {
 public:
  Status Open(const std::string& path, EngineKind kind, int rank) {
    base_ = PAW_TRY(BaseModel::Open(path, kind, 0, "", ""));
    if (rank > 0) adapter_ = PAW_TRY(base_->lm().AddAdapter(RandomAdapter(base_->lm().shape(), rank, 1)));
    context_ = PAW_TRY(base_->lm().NewContext({0, 2048}));
    return Ok();
  }
  const BaseModel& base() const { return *base_; }

  // (tokens, vocabulary)
  Result<std::vector<float>> Logits(const std::vector<TokenId>& tokens) {
    ForwardRow row;
    row.sequence = PAW_TRY(context_->NewSequence());
    row.adapter = adapter_;
    row.tokens = tokens;
    row.logits = LogitsAt::kAll;
    std::vector<RowOutput> outputs = PAW_TRY(context_->Forward({&row, 1}));
    context_->Drop(row.sequence);
    return std::move(outputs[0].logits);
  }

 private:
  std::shared_ptr<BaseModel> base_;
  AdapterId adapter_ = kNoAdapter;
  std::unique_ptr<Context> context_;
};

struct Errors {
  std::vector<double> rows;
  std::size_t same_best = 0, places = 0;

  void Add(const std::vector<float>& found, const std::vector<float>& expected, std::size_t vocabulary) {
    double difference = 0, length = 0;
    for (std::size_t at = 0; at < expected.size(); at += vocabulary) {
      const float *e = expected.data() + at, *f = found.data() + at;
      double mean = 0;
      for (std::size_t i = 0; i < vocabulary; ++i) mean += e[i];
      mean /= static_cast<double>(vocabulary);
      for (std::size_t i = 0; i < vocabulary; ++i) {
        difference += std::pow(f[i] - e[i], 2);
        length += std::pow(e[i] - mean, 2);
      }
      ++places;
      if (std::max_element(e, e + vocabulary) - e == std::max_element(f, f + vocabulary) - f) ++same_best;
    }
    rows.push_back(std::sqrt(difference / length));
  }

  Json Line(const char* name) const {
    std::vector<double> sorted = rows;
    std::sort(sorted.begin(), sorted.end());
    return {{"name", std::string("logits_error_") + name},
            {"median", sorted[sorted.size() / 2]},
            {"largest", sorted.back()},
            {"same_best", same_best},
            {"places", places}};
  }
};

Status Main(const Options& options) {
  const std::string& path = options.at("0");
  const int rank = std::stoi(options.at("rank"));
  Engine reference, native, llamacpp;
  PAW_TRY(reference.Open(path, EngineKind::kReference, rank));
  PAW_TRY(native.Open(path, EngineKind::kNative, rank));
  PAW_TRY(llamacpp.Open(path, EngineKind::kLlamaCpp, rank));
  const auto vocabulary = static_cast<std::size_t>(reference.base().lm().shape().vocabulary);
  Random random(1, "logits error");
  Errors of_native, of_llamacpp;
  for (int i = 0; i < std::stoi(options.at("rows")); ++i) {
    const std::vector<TokenId> tokens =
        PAW_TRY(reference.base().tokenizer().Encode(RandomText(std::stoi(options.at("words")), random), SpecialTokens::kPlain));
    const std::vector<float> expected = PAW_TRY(reference.Logits(tokens));
    of_native.Add(PAW_TRY(native.Logits(tokens)), expected, vocabulary);
    of_llamacpp.Add(PAW_TRY(llamacpp.Logits(tokens)), expected, vocabulary);
  }
  std::printf("%s\n%s\n", WriteJson(of_native.Line("native")).c_str(), WriteJson(of_llamacpp.Line("llamacpp")).c_str());
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1, {{"rows", "20"}, {"words", "40"}, {"rank", "64"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_logits BASE.gguf [--rows N] [--words N] [--rank N]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_logits: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
