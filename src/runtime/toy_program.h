// A toy base on the reference engine and programs on it, for the tests of runtime/ and eval/.
//
// Thread rule: one test. Owner: the test. The files lie in GoogleTest's temporary folder.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "adapter/adapter.h"
#include "base/random.h"
#include "base/sha256.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "gguf/toy_model.h"
#include "lm/reference/reference.h"
#include "runtime/program.h"

namespace paw {

inline std::shared_ptr<BaseModel> ToyBase(std::uint64_t seed = 1, ModelOpener open = OpenReference,
                                          EngineKind engine = EngineKind::kReference) {
  gguf::ToyModelOptions options;
  options.layers = 2;
  options.width = 32;
  options.heads = 2;
  options.kv_heads = 1;
  options.ff_width = 64;
  options.context_max = 512;
  options.seed = seed;
  const std::vector<std::byte> bytes = gguf::MakeToyModelGguf(options);
  // The process's number keeps tests that run at once apart.
  const std::string path = testing::TempDir() + "toy_base_" + std::to_string(::getpid()) + "_" + std::to_string(seed) + ".gguf";
  EXPECT_TRUE(PosixFs().PublishFile(path, bytes).ok());
  auto lm = open(path, {});
  EXPECT_TRUE(lm.ok()) << lm.message();
  auto file = gguf::File::Open(bytes, "toy base");
  EXPECT_TRUE(file.ok()) << file.message();
  auto tokenizer = Tokenizer::Open(*file);
  EXPECT_TRUE(tokenizer.ok()) << tokenizer.message();
  EXPECT_TRUE(PosixFs().RemoveFile(path).ok());
  return BaseModel::Of(std::move(lm).value(), std::move(tokenizer).value(), engine, Sha256Hex(bytes));
}

// A bundle for the toy base, with a random adapter.
inline Bundle ToyBundle(const BaseModel& base, OutputKind kind, const std::vector<std::string>& labels = {}, std::uint64_t seed = 1) {
  LoraWeights weights = MakeLora(base.lm().shape(), 4, 16.0f, 0, seed);
  Random random(seed, "B");
  for (LoraPair& pair : weights.pairs) {
    for (float& value : pair.b) value = random.Uniform(-0.2f, 0.2f);
  }
  auto adapter = ExportAdapter(weights, base.lm().shape());
  EXPECT_TRUE(adapter.ok()) << adapter.message();
  Bundle bundle;
  bundle.adapter_gguf = std::move(adapter->gguf);
  bundle.prompt_template = "<|im_start|>user\nSort it.\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]<|im_end|>\n<|im_start|>assistant\n";
  bundle.manifest.program_id = "00112233445566778899";
  bundle.manifest.interpreter = "toy";
  bundle.manifest.paw.emplace();
  bundle.manifest.paw->base.sha256 = base.sha256();
  bundle.manifest.paw->output_kind = kind;
  bundle.manifest.paw->labels = labels;
  return bundle;
}

inline std::shared_ptr<const Program> OpenToy(Bundle bundle, std::shared_ptr<BaseModel> base) {
  auto program = Program::Open(std::move(bundle), std::move(base));
  EXPECT_TRUE(program.ok()) << program.message();
  return std::move(program).value();
}

inline Session OpenSession(const Program& program) {
  auto session = program.NewSession(1);
  EXPECT_TRUE(session.ok()) << session.message();
  return std::move(session).value();
}

}  // namespace paw
