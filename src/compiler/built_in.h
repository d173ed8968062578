// The compiler that paw ships: the mapper for the default base, inside the library (compilers/smollm2-135m.gguf of the source tree).
// docs/training.md says how it was trained.
//
// Thread rule: pure functions. Owner: the bytes live as long as the process. Errors: kNotFound in a build without one, kRefused for bytes
// that are not what was built in.
#pragma once

#include <string_view>

#include "mapper/weights.h"
#include "paw/status.h"
#include "store/compilers.h"

namespace paw {

// Its name; no other compiler can be called so, whether this build has it or not.
inline constexpr std::string_view kBuiltInCompiler = "paw-smollm2-135m";

// Null where this build has none.
const CompilerProfile* BuiltInCompiler();

Result<MapperFile> BuiltInMapper();

// Holds the bytes in memory to the digest that they had when they were built in.
Status VerifyBuiltInCompiler();

}  // namespace paw
