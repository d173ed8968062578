// paw_bench_encode: one forward pass of the LoRA compiler at the true shape of the published one (Qwen3-4B), random bf16 weights.
//
//   paw_bench_encode FOLDER [--tokens 600] [--threads 2] [--runs 2] [--layers 36]
//
// FOLDER is filled first when it has no config.json: 8.0 GB in one shard a layer. The first run of a fresh folder may read from the disk,
// later ones from the page cache. Printed: seconds, the share of the machine's bf16 peak measured in this run, and the process's peak
// resident memory (mapped pages of the files count while they are there).
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "bench/peak.h"
#include "encode/encoder.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "lm/native/native.h"
#include "tensor/safetensors.h"

namespace paw {
namespace {

struct Named {
  std::string name;
  std::vector<std::int64_t> shape;
};

ModelShape CompilerShape(int layers) {
  ModelShape shape;
  shape.architecture = "qwen3";
  shape.layers = layers, shape.width = 2560, shape.ff_width = 9728;
  shape.heads = 32, shape.kv_heads = 8, shape.head_width = 128;
  shape.vocabulary = 151'733, shape.context_max = 262'144, shape.rope_base = 5e6f, shape.norm_epsilon = 1e-6f;
  return shape;
}

std::vector<Named> LayerTensors(const ModelShape& shape, int layer) {
  const std::string block = "model.layers." + std::to_string(layer) + ".";
  const std::int64_t width = shape.width, query = shape.query_width(), kv = shape.kv_width(), ff = shape.ff_width;
  return {{block + "input_layernorm.weight", {width}},
          {block + "post_attention_layernorm.weight", {width}},
          {block + "self_attn.q_norm.weight", {shape.head_width}},
          {block + "self_attn.k_norm.weight", {shape.head_width}},
          {block + "self_attn.q_proj.weight", {query, width}},
          {block + "self_attn.k_proj.weight", {kv, width}},
          {block + "self_attn.v_proj.weight", {kv, width}},
          {block + "self_attn.o_proj.weight", {width, query}},
          {block + "mlp.gate_proj.weight", {ff, width}},
          {block + "mlp.up_proj.weight", {ff, width}},
          {block + "mlp.down_proj.weight", {width, ff}}};
}

std::string ShardName(int shard) { return "model-" + std::to_string(shard) + ".safetensors"; }

// Numbers of about 1 / sqrt(width), so that activations stay of order one; norms near one.
Status WriteShard(const std::string& folder, int shard, const std::vector<Named>& named, Json& index) {
  std::vector<safetensors::Tensor> tensors;
  std::vector<std::vector<std::uint16_t>> data;
  Random random(static_cast<std::uint64_t>(shard) + 1, "weights");
  for (const Named& one : named) {
    tensors.push_back({one.name, DType::kBF16, one.shape, {}});
    std::vector<std::uint16_t>& numbers = data.emplace_back(static_cast<std::size_t>(tensors.back().count()));
    const bool norm = one.shape.size() == 1;
    for (std::uint16_t& number : numbers) number = FloatToBf16(norm ? 1.0f : random.Uniform(-0.03f, 0.03f));
    index["weight_map"][one.name] = ShardName(shard);
  }
  for (std::size_t i = 0; i < tensors.size(); ++i) tensors[i].data = std::as_bytes(std::span(data[i]));
  return PosixFs().PublishFile(JoinPath(folder, ShardName(shard)), PAW_TRY(safetensors::Write(tensors, {{"format", "pt"}})));
}

Status WriteFolder(const std::string& folder, const ModelShape& shape) {
  PAW_TRY(PosixFs().MakeFolders(folder));
  Json index = {{"weight_map", Json::object()}};
  for (int layer = 0; layer < shape.layers; ++layer) PAW_TRY(WriteShard(folder, layer, LayerTensors(shape, layer), index));
  PAW_TRY(WriteShard(folder, shape.layers,
                     {{"model.embed_tokens.weight", {shape.vocabulary, shape.width}}, {"model.norm.weight", {shape.width}}}, index));
  PAW_TRY(PosixFs().PublishFile(JoinPath(folder, "model.safetensors.index.json"), WriteJson(index)));
  const Json config = {{"model_type", "qwen3"},
                       {"num_hidden_layers", shape.layers},
                       {"hidden_size", shape.width},
                       {"intermediate_size", shape.ff_width},
                       {"num_attention_heads", shape.heads},
                       {"num_key_value_heads", shape.kv_heads},
                       {"head_dim", shape.head_width},
                       {"vocab_size", shape.vocabulary},
                       {"max_position_embeddings", shape.context_max},
                       {"rope_theta", shape.rope_base},
                       {"rms_norm_eps", 1e-6},
                       {"tie_word_embeddings", true}};
  return PosixFs().PublishFile(JoinPath(folder, "config.json"), WriteJson(config));
}

// Multiplications and additions of the projections; attention adds a few per cent that are not counted.
double Operations(const ModelShape& shape, double tokens) {
  double weights = 0;
  for (int p = 0; p < kProjectionCount; ++p) {
    weights += static_cast<double>(shape.InputsOf(static_cast<Projection>(p))) * shape.OutputsOf(static_cast<Projection>(p));
  }
  return 2 * weights * shape.layers * tokens;
}

double PeakGib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024.0 * 1024.0);
}

Status Main(const std::string& folder, int tokens, int threads, int runs, int layers) {
  const ModelShape shape = CompilerShape(layers);
  if (!PosixFs().Exists(JoinPath(folder, "config.json"))) {
    PAW_TRY(WriteFolder(folder, shape));
    std::printf("%s is written; run again to measure without its memory\n", folder.c_str());
    return Ok();
  }
  std::vector<TokenId> ids(static_cast<std::size_t>(tokens));
  Random random(7);
  for (TokenId& id : ids) id = static_cast<TokenId>(random.Uniform(0.0f, static_cast<float>(shape.vocabulary - 1)));
  EncodeOptions options;
  options.interpreter_layers = 28;
  options.threads = threads;
  double best = 1e30;
  for (int run = 0; run < runs; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    const auto model = PAW_TRY(OpenNativeStreamed(folder, {threads}));
    const Encoding encoding = PAW_TRY(EncodeTokens(*model, ids, options));
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    std::printf("run %d: %.2f s, %zu numbers\n", run + 1, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                encoding.states.size());
  }
  const double memory = PeakGib();
  const double rate = Operations(shape, tokens) / best / 1e9, peak = MeasurePeak(threads);
  std::printf(
      "%d tokens, %d layers, %d threads: %.2f s, %.0f GFLOP/s, %.0f %% of the measured bf16 peak of %.0f GFLOP/s, %.2f GiB at most\n",
      tokens, layers, threads, best, rate, 100 * rate / peak, peak, memory);
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1, {{"tokens", "600"}, {"threads", "2"}, {"runs", "2"}, {"layers", "36"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_encode FOLDER [--tokens N] [--threads N] [--runs N] [--layers N]\n");
    return 2;
  }
  const auto number = [&](const char* name) { return std::stoi(options->at(name)); };
  const paw::Status status = paw::Main(options->at("0"), number("tokens"), number("threads"), number("runs"), number("layers"));
  if (!status.ok()) std::fprintf(stderr, "paw_bench_encode: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
