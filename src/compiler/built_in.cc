#include "compiler/built_in.h"

#include <cstddef>
#include <span>

#include "base/sha256.h"
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
namespace {

#ifdef PAW_BUILT_IN_MAPPER
constexpr char kSha256[] = PAW_BUILT_IN_MAPPER_SHA256;
std::span<const std::byte> Bytes() { return {paw_built_in_mapper_begin, paw_built_in_mapper_end}; }
#else
constexpr char kSha256[] = "";
std::span<const std::byte> Bytes() { return {}; }
#endif

Status CheckThere() { return Bytes().empty() ? NotFound("opening the built-in compiler: found none in this build, expected one") : Ok(); }

}  // namespace

const CompilerProfile* BuiltInCompiler() {
  static const CompilerProfile profile = [] {
    const BaseProfile& base = *FindBuiltInProfile(kDefaultProfile);
    CompilerProfile built_in;
    built_in.name = kBuiltInCompiler;
    built_in.kind = CompilerKind::kBuiltIn;
    built_in.interpreter = base.sha256;
    built_in.interpreter_name = base.name;
    built_in.files.push_back({"smollm2-135m.gguf", Bytes().size(), kSha256, 0, 0});
    return built_in;
  }();
  return Bytes().empty() ? nullptr : &profile;
}

Result<MapperFile> BuiltInMapper() {
  PAW_TRY(CheckThere());
  return ReadMapperGguf(nullptr, Bytes(), "the built-in compiler");
}

Status VerifyBuiltInCompiler() {
  PAW_TRY(CheckThere());
  const std::string found = Sha256Hex(Bytes());
  if (found == kSha256) return Ok();
  return Refused("verifying the compiler " + std::string(kBuiltInCompiler) + ": found SHA-256 " + found + ", expected " + kSha256 +
                 " as it was built in: this copy of paw is damaged");
}

}  // namespace paw
