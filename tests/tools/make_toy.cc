// make_toy OUT.gguf [SEED [interpreter]]: writes the toy base model of the tests (gguf/toy_model.h). Other seeds are other bases.
// `interpreter`: of the shape that the mapper of tests/fixtures/compiler writes adapters for (scripts/make_compiler_fixture.py).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "gguf/toy_model.h"

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: make_toy OUT.gguf [SEED [interpreter]]\n"), 2;
  paw::gguf::ToyModelOptions options;
  if (argc > 2) options.seed = std::strtoull(argv[2], nullptr, 10);
  if (argc > 3) {
    options.architecture = "qwen3";
    options.layers = 2;
    options.width = 48;
    options.heads = 3;
    options.kv_heads = 1;
    options.head_width = 10;
    options.ff_width = 40;
  }
  const std::vector<std::byte> bytes = paw::gguf::MakeToyModelGguf(options);
  std::FILE* file = std::fopen(argv[1], "wb");
  if (file == nullptr) return std::perror(argv[1]), 1;
  const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (std::fclose(file) != 0 || !written) return std::perror(argv[1]), 1;
  return 0;
}
