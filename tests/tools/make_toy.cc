// make_toy OUT.gguf [SEED [KIND]]: writes the toy base model of the tests (gguf/toy_model.h). Other seeds are other bases.
// KIND: llama (the default) or gpt2; interpreter or gpt2-interpreter: of the shapes that the mappers of tests/fixtures/compiler and
// compiler_gpt2 write adapters for (scripts/make_compiler_fixture.py).
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "gguf/toy_model.h"

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: make_toy OUT.gguf [SEED [llama|gpt2|interpreter|gpt2-interpreter]]\n"), 2;
  paw::gguf::ToyModelOptions options;
  if (argc > 2) options.seed = std::strtoull(argv[2], nullptr, 10);
  const std::string_view kind = argc > 3 ? argv[3] : "llama";
  if (kind.starts_with("gpt2")) options.architecture = "gpt2";
  if (kind == "gpt2-interpreter") {
    options.layers = 2;
    options.width = 40;
    options.heads = 5;
    options.ff_width = 48;
  }
  if (kind == "interpreter") {
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
