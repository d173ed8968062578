// The compiler that paw ships: the mapper for the default base, inside the library (compilers/smollm2-135m.gguf of the source tree).
// docs/training.md says how it was trained.
//
// Thread rule: pure functions. Owner: the bytes live as long as the process.
#pragma once

#include <string_view>

#include "mapper/weights.h"
#include "paw/status.h"
#include "store/compilers.h"

namespace paw {

inline constexpr std::string_view kBuiltInCompiler = "paw-smollm2-135m";

// The compiler for the base of that digest; null where this build has none.
const CompilerProfile* BuiltInCompiler(std::string_view base_sha256);

// Its mapper. kNotFound in a build without one.
Result<MapperFile> BuiltInMapper();

}  // namespace paw
