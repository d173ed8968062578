// Encoding: what the LoRA compiler read of a spec and its pseudo-program: hidden states at the prefix positions, one layer of the
// compiler for each layer of the interpreter.
//
// Thread rule: a plain value; share const ones. Owner: the holder of the value owns the numbers. Source: paper section 2.3.
#pragma once

#include <cstdint>
#include <vector>

namespace paw {

struct Encoding {
  std::int32_t layers = 0;     // of the interpreter
  std::int32_t positions = 0;  // prefix tokens; 64 as published
  std::int32_t hidden = 0;     // width of the compiler
  std::vector<float> states;   // (layers, positions, hidden)
};

}  // namespace paw
