#include "compiler/built_in.h"

#include <cstddef>
#include <span>

#include "bundle/profile.h"
#include "mapper/mapper_gguf.h"

#ifdef PAW_BUILT_IN_MAPPER
// The file's bytes among the constants of the program.
asm(".pushsection .rodata\n"
    ".balign 64\n"
    ".global paw_built_in_mapper_begin\n"
    "paw_built_in_mapper_begin:\n"
    ".incbin \"" PAW_BUILT_IN_MAPPER
    "\"\n"
    ".global paw_built_in_mapper_end\n"
    "paw_built_in_mapper_end:\n"
    ".byte 0\n"
    ".popsection\n");
extern "C" {
extern const std::byte paw_built_in_mapper_begin[];
extern const std::byte paw_built_in_mapper_end[];
}
#endif

namespace paw {

#ifdef PAW_BUILT_IN_MAPPER

const CompilerProfile* BuiltInCompiler(std::string_view base_sha256) {
  static const CompilerProfile profile = [] {
    const BaseProfile& base = *FindBuiltInProfile(kDefaultProfile);
    CompilerProfile built_in;
    built_in.name = kBuiltInCompiler;
    built_in.interpreter = base.sha256;
    built_in.interpreter_name = base.name;
    const auto bytes = static_cast<std::uint64_t>(paw_built_in_mapper_end - paw_built_in_mapper_begin);
    built_in.files.push_back({"smollm2-135m.gguf", bytes, PAW_BUILT_IN_MAPPER_SHA256, 0, 0});
    return built_in;
  }();
  return base_sha256 == profile.interpreter ? &profile : nullptr;
}

Result<MapperFile> BuiltInMapper() {
  return ReadMapperGguf(nullptr, std::span(paw_built_in_mapper_begin, paw_built_in_mapper_end), "the built-in compiler");
}

#else

const CompilerProfile* BuiltInCompiler(std::string_view) { return nullptr; }

Result<MapperFile> BuiltInMapper() { return NotFound("opening the built-in compiler: found none in this build, expected one"); }

#endif

}  // namespace paw
