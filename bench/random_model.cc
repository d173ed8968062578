// paw_bench_model: a GGUF of the true shape of a published model with random weights, for measurements of time and memory.
//
//   paw_bench_model qwen3-0.6b[-q4_0|-q6_k]|qwen3-4b|gpt2|toy OUT.gguf
//
// qwen3-0.6b and gpt2 (the official interpreters) in Q8_0 or the type named, qwen3-4b (the writer of pseudo-programs) in Q4_0. The
// vocabulary has the true size; its texts are the toy model's, so that a text is about one token a byte. toy is a llama of 4 layers and
// a small vocabulary in Q4_0, for runs under a sanitizer.
#include <cstdio>
#include <map>
#include <string>

#include "fs/posix_fs.h"
#include "gguf/toy_model.h"

namespace paw {
namespace {

gguf::ToyModelOptions Qwen3(int layers, int width, int heads, int ff_width, DType dtype) {
  gguf::ToyModelOptions options;
  options.architecture = "qwen3";
  options.layers = layers, options.width = width, options.heads = heads, options.kv_heads = 8, options.head_width = 128;
  options.ff_width = ff_width, options.vocabulary = 151'936, options.context_max = 40'960, options.dtype = dtype;
  return options;
}

gguf::ToyModelOptions Gpt2() {
  gguf::ToyModelOptions options;
  options.architecture = "gpt2";
  options.layers = 12, options.width = 768, options.heads = 12, options.ff_width = 3072;
  options.vocabulary = 50'257, options.context_max = 2048, options.dtype = DType::kQ8_0;
  return options;
}

gguf::ToyModelOptions Toy() {
  gguf::ToyModelOptions options;
  options.dtype = DType::kQ4_0;
  return options;
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const std::map<std::string, paw::gguf::ToyModelOptions> shapes = {{"qwen3-0.6b", paw::Qwen3(28, 1024, 16, 3072, paw::DType::kQ8_0)},
                                                                    {"qwen3-0.6b-q4_0", paw::Qwen3(28, 1024, 16, 3072, paw::DType::kQ4_0)},
                                                                    {"qwen3-0.6b-q6_k", paw::Qwen3(28, 1024, 16, 3072, paw::DType::kQ6_K)},
                                                                    {"qwen3-4b", paw::Qwen3(36, 2560, 32, 9728, paw::DType::kQ4_0)},
                                                                    {"gpt2", paw::Gpt2()},
                                                                    {"toy", paw::Toy()}};
  if (argc != 3 || !shapes.contains(argv[1])) {
    std::fprintf(stderr, "usage: paw_bench_model qwen3-0.6b[-q4_0|-q6_k]|qwen3-4b|gpt2|toy OUT.gguf\n");
    return 2;
  }
  const auto bytes = paw::gguf::MakeToyModelGguf(shapes.at(argv[1]));
  const paw::Status status = paw::PosixFs().PublishFile(argv[2], bytes);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_model: %s\n", status.message().c_str());
  return paw::ExitCodeOf(status.code());
}
