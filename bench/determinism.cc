// paw_bench_determinism: whether a row has the same bits whatever it is computed with.
//
//   paw_bench_determinism BASE.gguf [--rows 200] [--programs 16] [--rank 64] [--repeats 5] [--threads 1,2,3,4,8] [--panels FILE]
//
// Every row has random tokens (20 to 80) and one of the programs (random adapters, Q4_0); its bits are all logits of its last token and of
// three greedy steps behind it. One digest over all rows for each number of threads, each way of putting rows together (alone, 4 and 16 of one
// program, 16 of many programs) and each repeat. Prints a line a way and the number of different digests at the end; exit 1 unless it is one.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "base/sha256.h"
#include "bench/options.h"
#include "bench/random_adapter.h"
#include "lm/native/native.h"

namespace paw {
namespace {

constexpr int kSteps = 3, kRowTokensMin = 20, kRowTokensMax = 80;

// How rows are put together.
struct Way {
  const char* name;
  std::size_t rows;
  bool mixed;  // of many programs
};
constexpr Way kWays[] = {
    {"alone", 1, false}, {"4 of one program", 4, false}, {"16 of one program", 16, false}, {"16 of many programs", 16, true}};

struct Row {
  AdapterId adapter = kNoAdapter;
  std::vector<TokenId> tokens;
};

class Bench {
 public:
  Status Open(const Options& options) {
    ModelOptions opening;
    opening.packed_path = options.at("panels");
    model_ = PAW_TRY(OpenNative(options.at("0"), opening));
    Random random(1, "determinism");
    std::vector<AdapterId> adapters;
    for (int i = 0; i < std::stoi(options.at("programs")); ++i) {
      const auto bytes = RandomAdapter(model_->shape(), std::stoi(options.at("rank")), static_cast<std::uint64_t>(i + 1));
      adapters.push_back(PAW_TRY(model_->AddAdapter(bytes)));
    }
    const auto vocabulary = static_cast<std::uint64_t>(model_->shape().vocabulary);
    for (std::size_t i = 0; i < std::stoul(options.at("rows")); ++i) {
      Row row;
      row.adapter = adapters[i % adapters.size()];
      row.tokens.resize(kRowTokensMin + random.Below(kRowTokensMax - kRowTokensMin + 1));
      for (TokenId& token : row.tokens) token = static_cast<TokenId>(random.Below(vocabulary));
      rows_.push_back(std::move(row));
    }
    return Ok();
  }

  // The digest over the bits of all rows.
  Result<std::string> Digest(const Way& way, int threads) const {
    const auto context = PAW_TRY(model_->NewContext({threads, 512}));
    std::vector<std::size_t> order(rows_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    if (!way.mixed) {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rows_[a].adapter < rows_[b].adapter; });
    }
    std::vector<std::string> digests(rows_.size());
    for (std::size_t first = 0; first < order.size();) {
      std::size_t last = first + 1;
      while (last < order.size() && last - first < way.rows && (way.mixed || rows_[order[last]].adapter == rows_[order[first]].adapter))
        ++last;
      PAW_TRY(Compute(*context, std::span(order).subspan(first, last - first), digests));
      first = last;
    }
    Sha256Stream all;
    for (const std::string& digest : digests) all.Update(digest);
    return all.FinishHex();
  }

 private:
  Status Compute(Context& context, std::span<const std::size_t> batch, std::vector<std::string>& digests) const {
    std::vector<ForwardRow> rows(batch.size());
    std::vector<Sha256Stream> bits(batch.size());
    std::vector<TokenId> next(batch.size());
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Row& row = rows_[batch[i]];
      rows[i].sequence = PAW_TRY(context.NewSequence()), rows[i].adapter = row.adapter, rows[i].tokens = row.tokens;
    }
    for (int step = 0; step <= kSteps; ++step) {
      const std::vector<RowOutput> outputs = PAW_TRY(context.Forward(rows));
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const std::vector<float>& logits = outputs[i].logits;
        bits[i].Update(std::as_bytes(std::span(logits)));
        next[i] = static_cast<TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
        rows[i].tokens = {&next[i], 1};
      }
    }
    for (std::size_t i = 0; i < batch.size(); ++i) {
      digests[batch[i]] = bits[i].FinishHex();
      context.Drop(rows[i].sequence);
    }
    return Ok();
  }

  std::shared_ptr<LanguageModel> model_;
  std::vector<Row> rows_;
};

Status Main(const Options& options) {
  Bench bench;
  PAW_TRY(bench.Open(options));
  std::vector<int> threads;
  std::istringstream list(options.at("threads"));
  for (std::string word; std::getline(list, word, ',');) threads.push_back(std::stoi(word));
  const int repeats = std::stoi(options.at("repeats"));
  std::set<std::string> digests;
  for (const int count : threads) {
    for (const Way& way : kWays) {
      const auto begin = std::chrono::steady_clock::now();
      std::set<std::string> found;
      for (int repeat = 0; repeat < repeats; ++repeat) found.insert(PAW_TRY(bench.Digest(way, count)));
      digests.insert(found.begin(), found.end());
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      std::printf("%d threads, rows %s, %d times: %zu digest%s, %s (%.0f s)\n", count, way.name, repeats, found.size(),
                  found.size() == 1 ? "" : "s", found.begin()->substr(0, 16).c_str(), seconds);
      std::fflush(stdout);
    }
  }
  const Json line = {{"name", "determinism"},
                     {"rows", std::stoi(options.at("rows"))},
                     {"ways", threads.size() * std::size(kWays)},
                     {"repeats", repeats},
                     {"digests", digests.size()}};
  std::printf("%s\n", WriteJson(line).c_str());
  return digests.size() == 1 ? Ok()
                             : Failed("computing rows in many ways: found " + std::to_string(digests.size()) + " digests, expected one");
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(
      argc, argv, 1, {{"rows", "200"}, {"programs", "16"}, {"rank", "64"}, {"repeats", "5"}, {"threads", "1,2,3,4,8"}, {"panels", ""}});
  if (!options) {
    std::fprintf(
        stderr,
        "usage: paw_bench_determinism BASE.gguf [--rows N] [--programs N] [--rank N] [--repeats N] [--threads N,N] [--panels FILE]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_determinism: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
