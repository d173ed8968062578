// PAW_EMBED: the bytes of a file among the constants of the program, and their two ends as symbols.
//
//   PAW_EMBED(mapper, "/path/of/the/file")          at file scope, once a name
//   std::span<const std::byte> bytes = PAW_EMBEDDED(mapper);
//
// Thread rule: constants. Owner: the bytes live as long as the process; they begin at a multiple of 64.
#pragma once

#include <cstddef>
#include <span>

#define PAW_EMBED(name, path)                           \
  asm(".pushsection .rodata\n"                          \
      ".balign 64\n"                                    \
      ".global paw_built_in_" #name                     \
      "_begin\n"                                        \
      "paw_built_in_" #name                             \
      "_begin:\n"                                       \
      ".incbin \"" path                                 \
      "\"\n"                                            \
      ".global paw_built_in_" #name                     \
      "_end\n"                                          \
      "paw_built_in_" #name                             \
      "_end:\n"                                         \
      ".byte 0\n"                                       \
      ".popsection\n");                                 \
  extern "C" {                                          \
  extern const std::byte paw_built_in_##name##_begin[]; \
  extern const std::byte paw_built_in_##name##_end[];   \
  }

#define PAW_EMBEDDED(name) \
  std::span<const std::byte> { paw_built_in_##name##_begin, paw_built_in_##name##_end }
