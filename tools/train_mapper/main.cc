// paw_train_mapper: trains the mapper of a base on a corpus (tools/corpus). `--help` says how; docs/training.md says what was done.
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/sha256.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/native/native.h"
#include "tools/train_mapper/curve.h"
#include "tools/train_mapper/programs.h"
#include "tools/train_mapper/run.h"
#if PAW_TORCH
#include "tools/train_mapper/torch/step_torch.h"
#endif

namespace paw {
namespace {

CancelFlag g_cancel;

void OnSignal(int) { g_cancel.Cancel(); }

void Show(const StepReport& report) {
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const double rate = report.seconds > 0 ? static_cast<double>(report.tokens) / report.seconds : 0;
  std::fprintf(stderr, "%sstep %lld/%lld  loss %.3f (%.3f)  norm %.2f  %.0f tokens/s  %.0f s", terminal ? "\r" : "",
               static_cast<long long>(report.step), static_cast<long long>(report.steps), report.smooth_loss, report.loss, report.norm,
               rate, report.seconds);
  if (report.valid) std::fprintf(stderr, "  valid %.4f  unseen families %.4f", *report.valid, *report.families_valid);
  if (report.exact) std::fprintf(stderr, "  right %.1f %%  %.1f %%", 100 * *report.exact, 100 * *report.families_exact);
  if (!terminal || report.valid) std::fputc('\n', stderr);
}

struct BackendChoice {
  std::string backend = "cpu", device = "cuda";
  std::int64_t tokens_max = 65536;  // of one pass on the device
  std::string precision = "bf16";
};

// Also notes the file's digest, which is part of what a run is.
Result<Tokenizer> OpenTokenizer(const std::string& base_path, RunSettings& settings) {
  const Mapping file = PAW_TRY(PosixFs().Map(base_path));
  settings.base_sha256 = Sha256Hex(file.bytes());
  const gguf::File gguf = PAW_TRY(gguf::File::Open(file.bytes(), "base model " + base_path));
  return Tokenizer::Open(gguf);
}

Result<RunParts> OpenHost(const std::string& base_path, const Tokenizer& tokenizer, RunSettings& settings, ThreadPool& pool) {
  const auto base = PAW_TRY(OpenNative(base_path, {.threads = settings.threads}));
  settings.layout.interpreter = base->shape();
  TrainOptions options;
  options.threads = settings.threads;
  options.activation_cache_bytes_max = 0;
  auto trainable = PAW_TRY(OpenNativeTrainable(base, options));
  return RunParts{OpenHostTrainer(OpenCpuStep(std::move(trainable), settings.threads), pool),
                  OpenHostFeatures(base, tokenizer, settings.feature_layers, settings.threads), nullptr};
}

#if PAW_TORCH
Result<RunParts> OpenOnTorch(const std::string& base_path, const Tokenizer& tokenizer, const BackendChoice& choice, RunSettings& settings) {
  TorchOptions options;
  options.device = choice.device;
  options.precision = choice.precision == "bf16"   ? TorchPrecision::kBf16
                      : choice.precision == "tf32" ? TorchPrecision::kTf32
                                                   : TorchPrecision::kFp32;
  options.tokens_max = choice.tokens_max;
  options.threads = settings.threads;
  const auto base = PAW_TRY(OpenTorchBase(PosixFs(), base_path, options));
  settings.layout.interpreter = ShapeOf(*base);
  return RunParts{OpenTorchTrainer(base), OpenTorchFeatures(base, tokenizer, settings.feature_layers), nullptr};
}
#else
Result<RunParts> OpenOnTorch(const std::string&, const Tokenizer&, const BackendChoice&, RunSettings&) {
  return Usage("choosing the back-end: found torch, expected cpu: this program was built without -DPAW_TORCH=ON (docs/training_gpu.md)");
}
#endif

Status Train(const std::string& base_path, const BackendChoice& choice, RunSettings settings) {
  if (settings.threads == 0) settings.threads = static_cast<std::int32_t>(std::thread::hardware_concurrency());
  const Tokenizer tokenizer = PAW_TRY(OpenTokenizer(base_path, settings));
  ThreadPool pool(settings.threads);
  const bool host = choice.backend == "cpu";
  RunParts parts = PAW_TRY(host ? OpenHost(base_path, tokenizer, settings, pool) : OpenOnTorch(base_path, tokenizer, choice, settings));
  const ModelShape& shape = settings.layout.interpreter;
  if (shape.vocabulary != tokenizer.vocabulary()) {
    return Refused("opening base model " + base_path + ": found " + std::to_string(tokenizer.vocabulary()) +
                   " tokens in the tokenizer, expected " + std::to_string(shape.vocabulary) + " as in the embedding");
  }
  settings.layout.features = static_cast<std::int32_t>(settings.feature_layers.size()) * shape.width;
  if (settings.validation_answers > 0) parts.answers = PAW_TRY(OpenAnswerCheck(base_path, settings.threads));
  TrainingRun run(PosixFs(), settings, tokenizer, std::move(parts));
  return run.Run(Show, &g_cancel);
}

Status DrawCurve(const std::vector<std::string>& texts, const std::string& to) {
  std::vector<RunChain> chains;
  for (const std::string& text : texts) chains.push_back(PAW_TRY(ParseRunChain(text)));
  return PosixFs().PublishFile(to, PAW_TRY(DrawLossCurves(PosixFs(), chains)));
}

struct Arguments {
  std::string base, from, to, type = "q8_0", plot;
  std::vector<std::string> chains;
  float coefficient_scale = 1.0f;
  RunSettings run;
  BackendChoice choice;
};

CLI::App* AddTrain(CLI::App& app, Arguments& a) {
  CLI::App* command = app.add_subcommand("train", "train on a corpus; the same command again goes on where a stopped run was");
  RunSettings& settings = a.run;
  settings.layout.width = 256;
  settings.layout.bases = 32;
  settings.feature_layers = {8, 16, 24, 30};
  command->add_option("base", a.base, "the base model, GGUF")->required();
  command->add_option("--corpus", settings.corpus, "a folder that tools/corpus/build.py made")->required();
  command->add_option("--out", settings.out, "where checkpoints and the log go")->required();
  command->add_option("--from", settings.from,
                      "begin from the tensors of this mapper that fit: a mapper.safetensors, or one as it is shipped (GGUF)");
  command->add_option("--bases", settings.layout.bases, "matrices mixed into an A or B; 0: one fixed LoRA")->check(CLI::Range(0, 256));
  command->add_option("--rank", settings.layout.rank, "of the LoRA")->check(CLI::Range(2, 128));
  command->add_option("--alpha", settings.layout.alpha, "of the LoRA");
  command->add_option("--width", settings.layout.width, "of the trunk")->check(CLI::Range(8, 4096));
  command->add_option("--feature-layers", settings.feature_layers, "layers of the encoder whose states are read")->delimiter(',');
  command->add_option("--prompt", settings.prompt, "what the interpreter reads before the input: spec, or chat (nothing)")
      ->check(CLI::IsMember({"spec", "chat"}));
  command->add_option("--steps", settings.steps)->check(CLI::Range(1, 10'000'000));
  command->add_option("--specs-per-step", settings.specs_per_step)->check(CLI::Range(1, 1024));
  command->add_option("--rows-per-spec", settings.rows_per_spec)->check(CLI::Range(1, 64));
  command->add_option("--rate-trunk", settings.rates.trunk, "peak rate; 0 leaves the group as it is");
  command->add_option("--rate-head", settings.rates.head);
  command->add_option("--rate-bases", settings.rates.bases);
  command->add_option("--rate-shared", settings.rates.shared);
  command->add_option("--warmup-steps", settings.warmup_steps);
  command->add_option("--branch-share", settings.branch_share, "share of the loss on the branches of closed label sets")
      ->check(CLI::Range(0.0f, 0.95f));
  command->add_option("--first-spec", settings.first_spec, "skip so many specs of the shuffled order");
  command->add_option("--validate-every", settings.validate_every)->check(CLI::Range(1, 1'000'000));
  command->add_option("--validation-specs", settings.validation_specs)->check(CLI::Range(1, 100'000));
  command->add_option("--validation-answers", settings.validation_answers, "of those, run so many as programs")
      ->check(CLI::Range(0, 100'000));
  command->add_option("--checkpoint-every", settings.checkpoint_every)->check(CLI::Range(1, 1'000'000));
  command->add_option("--seed", settings.seed);
  command->add_option("--threads", settings.threads);
  command->add_option("--backend", a.choice.backend, "cpu, or torch where it was built in (docs/training_gpu.md)")
      ->check(CLI::IsMember({"cpu", "torch"}));
  command->add_option("--device", a.choice.device, "of the back-end torch: cuda or cpu")->check(CLI::IsMember({"cuda", "cpu"}));
  command->add_option("--device-tokens", a.choice.tokens_max, "torch: tokens of one pass; its memory grows with them")
      ->check(CLI::Range(1024, 1 << 24));
  command->add_option("--precision", a.choice.precision, "torch: of the interpreter's products")
      ->check(CLI::IsMember({"bf16", "tf32", "fp32"}));
  return command;
}

int Main(int argc, char** argv) {
  CLI::App app("paw_train_mapper: train the mapper that turns a spec into the LoRA of a base", "paw_train_mapper");
  app.footer(
      "Examples:\n"
      "  python3 tools/corpus/build.py --out corpus\n"
      "  paw_train_mapper train BASE.gguf --corpus corpus --out fixed --bases 0 --steps 1000     one fixed LoRA, the control\n"
      "  paw_train_mapper train BASE.gguf --corpus corpus --out run --from fixed/mapper.safetensors --steps 2000\n"
      "  paw_train_mapper quantise run/mapper.safetensors compilers/smollm2-135m.gguf            as it is shipped\n"
      "  paw_train_mapper curve mapper=fixed,run fixed=fixed,longer --out curve.svg");
  app.require_subcommand(1);
  Arguments arguments;
  const CLI::App* train = AddTrain(app, arguments);
  CLI::App* quantise = app.add_subcommand("quantise", "write a checkpoint as GGUF with its large tensors in another number format");
  quantise->add_option("from", arguments.from, "mapper.safetensors")->required();
  quantise->add_option("to", arguments.to, "the GGUF to write")->required();
  quantise->add_option("--type", arguments.type, "q8_0, q5_0, q4_0 or f16")->capture_default_str();
  quantise
      ->add_option("--coefficient-scale", arguments.coefficient_scale, "of the mixture beside the shared LoRA: below 1 for unlike specs")
      ->check(CLI::Range(0.0f, 2.0f))
      ->capture_default_str();
  CLI::App* curve = app.add_subcommand("curve", "draw the validation losses of runs over the tokens they were trained on");
  curve->add_option("chains", arguments.chains, "NAME=FOLDER[,FOLDER...]: runs, each begun from the one before")->required();
  curve->add_option("--out", arguments.plot, "the SVG to write")->required();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGINT, OnSignal);
  std::signal(SIGTERM, OnSignal);
  const Status status = train->parsed()   ? Train(arguments.base, arguments.choice, arguments.run)
                        : curve->parsed() ? DrawCurve(arguments.chains, arguments.plot)
                                          : QuantiseMapper(arguments.from, arguments.to, arguments.type, arguments.coefficient_scale);
  if (status.ok()) return 0;
  std::fprintf(stderr, "paw_train_mapper: %s\n", status.message().c_str());
  return ExitCodeOf(status.code());
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) { return paw::Main(argc, argv); }
