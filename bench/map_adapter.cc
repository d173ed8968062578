// paw_bench_map: the time from an encoding to an adapter at the true shape of the published Qwen3-0.6B mapper, random weights.
//
//   paw_bench_map FILE.safetensors [--threads 2] [--runs 5]
//   paw_bench_map FILE.safetensors --coefficients 100 [--threads 2]
//
// The second form draws that many sets of coefficients and packs, reads and expands each on every instruction set of this machine: all
// must give the same adapter. Exit 1 where one does not.
// FILE is written first when there is none: 163,081,216 fp32 numbers, 652 MB (hidden 2560, 28 layers, 7 modules, 64 bases, rank 64). Every
// run opens it anew, from the page cache after the first. Each line is the best of the runs: milliseconds that passed, and of processor
// time on all threads together, which other programs on the machine disturb less.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "adapter/adapter.h"
#include "base/random.h"
#include "base/sha256.h"
#include "bench/options.h"
#include "fs/posix_fs.h"
#include "mapper/coefficients.h"
#include "mapper/mapper.h"

namespace paw {
namespace {

constexpr int kHidden = 2560, kBases = 64, kRank = 64, kPositions = 64;

ModelShape Qwen3Shape() {
  ModelShape shape;
  shape.architecture = "qwen3";
  shape.layers = 28, shape.width = 1024, shape.ff_width = 3072;
  shape.heads = 16, shape.kv_heads = 8, shape.head_width = 128;
  return shape;
}

// The best times of each step, in the order in which the steps ended first.
class Times {
 public:
  template <class Body>
  auto Measure(const std::string& name, Body body) {
    const std::clock_t cpu_begin = std::clock();
    const auto begin = std::chrono::steady_clock::now();
    auto result = body();
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    const double cpu_ms = 1e3 * static_cast<double>(std::clock() - cpu_begin) / CLOCKS_PER_SEC;
    const auto found = std::find_if(best_.begin(), best_.end(), [&](const Best& best) { return best.name == name; });
    if (found == best_.end()) {
      best_.push_back({name, ms, cpu_ms});
    } else {
      found->ms = std::min(found->ms, ms);
      found->cpu_ms = std::min(found->cpu_ms, cpu_ms);
    }
    return result;
  }
  void Print() const {
    for (const Best& best : best_) std::printf("%-26s %8.1f ms %8.1f ms of processor time\n", best.name.c_str(), best.ms, best.cpu_ms);
  }

 private:
  struct Best {
    std::string name;
    double ms, cpu_ms;
  };
  std::vector<Best> best_;
};

Status WriteRandomMapper(const ModelShape& shape, const std::string& path) {
  const std::int64_t coefficients = std::int64_t{shape.layers} * static_cast<std::int64_t>(MapperModules(shape).size()) * kBases * 2;
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> shapes = {{"trunk.0.weight", {kHidden, kHidden}},
                                                                           {"trunk.0.bias", {kHidden}},
                                                                           {"coeff_head.weight", {coefficients, kHidden}},
                                                                           {"coeff_head.bias", {coefficients}}};
  for (const MapperModule& module : MapperModules(shape)) {
    shapes.push_back({"A_bases_" + std::string(module.name), {kBases, kRank, shape.InputsOf(module.projection)}});
    shapes.push_back({"B_bases_" + std::string(module.name), {kBases, shape.OutputsOf(module.projection), kRank}});
  }
  std::vector<safetensors::Tensor> tensors;
  std::size_t total = 0;
  for (const auto& [name, dimensions] : shapes) {
    tensors.push_back({name, DType::kF32, dimensions, {}});
    total += static_cast<std::size_t>(tensors.back().count());
  }
  std::vector<float> numbers(total);
  Random random(1);
  for (float& number : numbers) number = random.Uniform(-0.02f, 0.02f);
  std::size_t at = 0;
  for (safetensors::Tensor& tensor : tensors) {
    tensor.data = std::as_bytes(std::span(numbers).subspan(at, static_cast<std::size_t>(tensor.count())));
    at += static_cast<std::size_t>(tensor.count());
  }
  return PosixFs().PublishFile(path, PAW_TRY(safetensors::Write(tensors, {{"row_order", "hf"}})));
}

// The bytes of the adapter.
Result<std::size_t> Run(const std::string& path, const ModelShape& shape, const Encoding& encoding, int threads, Times& times) {
  ThreadPool pool(threads);
  auto opened = times.Measure("Checkpoint::Open", [&] { return safetensors::Checkpoint::Open(PosixFs(), path); });
  auto checkpoint = std::make_shared<safetensors::Checkpoint>(PAW_TRY(std::move(opened)));
  const Mapper mapper = PAW_TRY(times.Measure("Mapper::Open, all checks", [&] { return Mapper::Open(checkpoint, shape, pool); }));
  const std::vector<float> pooled = PAW_TRY(times.Measure("Pool", [&] { return mapper.Pool(encoding, pool); }));
  const std::vector<float> z = PAW_TRY(times.Measure("Trunk", [&] { return mapper.Trunk(pooled, pool); }));
  const std::vector<float> coefficients = PAW_TRY(times.Measure("Coefficients", [&] { return mapper.Coefficients(z, pool); }));
  const LoraWeights lora = PAW_TRY(times.Measure("Mix", [&] { return mapper.Mix(coefficients, pool); }));
  ExportOptions options;
  options.spread = false;
  options.threads = threads;
  const Adapter adapter = PAW_TRY(times.Measure("ExportAdapter, Q4_0", [&] { return ExportAdapter(lora, shape, options); }));
  return adapter.gguf.size();
}

Result<std::string> AdapterDigest(const Mapper& mapper, const CoefficientForm& form, const ModelShape& shape, ThreadPool& pool,
                                  int threads) {
  const LoraWeights lora = PAW_TRY(Expand(form, mapper, form.mapper, form.interpreter, pool, "the packed program"));
  ExportOptions options;
  options.spread = false;
  options.threads = threads;
  return Sha256Hex(PAW_TRY(ExportAdapter(lora, shape, options)).gguf);
}

// Coefficients as large as a trained head gives them.
CoefficientForm DrawnForm(const MapperShape& mapper, std::uint64_t seed) {
  CoefficientForm form{{}, {}, mapper.layers, mapper.modules, mapper.bases, {}};
  form.coefficients.resize(static_cast<std::size_t>(mapper.layers * mapper.modules * mapper.bases * 2));
  Random random(seed);
  for (float& number : form.coefficients) number = random.Uniform(-1.0f, 1.0f);
  return form;
}

Status ExpandEverywhere(const std::string& path, const ModelShape& shape, int count, int threads) {
  ThreadPool pool(threads);
  auto checkpoint = std::make_shared<safetensors::Checkpoint>(PAW_TRY(safetensors::Checkpoint::Open(PosixFs(), path)));
  std::size_t bytes = 0;
  int equal = 0;
  for (int i = 0; i < count; ++i) {
    std::vector<std::string> digests;
    for (const Kernels* kernels : AllKernels()) {
      const Mapper mapper = PAW_TRY(Mapper::Open(checkpoint, shape, pool, *kernels));
      const std::vector<std::byte> file = PAW_TRY(WriteCoefficients(DrawnForm(mapper.shape(), static_cast<std::uint64_t>(i))));
      bytes = file.size();
      const CoefficientForm form = PAW_TRY(ReadCoefficients(file, "the packed program"));
      digests.push_back(PAW_TRY(AdapterDigest(mapper, form, shape, pool, threads)));
    }
    const bool same = std::count(digests.begin(), digests.end(), digests.front()) == static_cast<std::ptrdiff_t>(digests.size());
    equal += same ? 1 : 0;
    if ((i + 1) % 10 == 0) std::fprintf(stderr, "%d of %d\n", i + 1, count);
  }
  std::string names;
  for (const Kernels* kernels : AllKernels()) names += std::string(names.empty() ? "" : ", ") + kernels->name;
  std::printf("coefficients of %zu bytes: the same adapter on %s: %d of %d\n", bytes, names.c_str(), equal, count);
  return equal == count ? Ok() : Failed("expanding coefficients: found adapters that differ, expected none");
}

Status Main(const std::string& path, int threads, int runs, int coefficients) {
  const ModelShape shape = Qwen3Shape();
  if (!PosixFs().Exists(path)) PAW_TRY(WriteRandomMapper(shape, path));
  if (coefficients > 0) return ExpandEverywhere(path, shape, coefficients, threads);
  Encoding encoding{shape.layers, kPositions, kHidden, {}};
  encoding.states.resize(static_cast<std::size_t>(shape.layers) * kPositions * kHidden);
  Random random(2);
  for (float& state : encoding.states) state = random.Uniform(-1.0f, 1.0f);
  Times times;
  std::size_t bytes = 0;
  for (int run = 0; run < runs; ++run) {
    bytes = PAW_TRY(times.Measure("all of a run", [&] { return Run(path, shape, encoding, threads, times); }));
  }
  std::printf("%s, %d threads, adapter of %zu bytes\n", BestKernels().name, threads, bytes);
  times.Print();
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1, {{"threads", "2"}, {"runs", "5"}, {"coefficients", "0"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_map FILE.safetensors [--threads N] [--runs N | --coefficients N]\n");
    return 2;
  }
  const paw::Status status = paw::Main(options->at("0"), std::stoi(options->at("threads")), std::stoi(options->at("runs")),
                                       std::stoi(options->at("coefficients")));
  if (!status.ok()) std::fprintf(stderr, "paw_bench_map: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
