// The compiler that paw ships for the default base, inside the library: the mapper (compilers/smollm2-135m.gguf of the source tree) and
// the reader of answer sets beside it (compilers/smollm2-135m.reader.paw). compilers/README.md says how they were trained.
//
// Thread rule: pure functions. Owner: the bytes live as long as the process. Errors: kNotFound in a build without the file, kRefused for
// bytes that are not what was built in.
#pragma once

#include <string>
#include <string_view>

#include "bundle/bundle.h"
#include "mapper/weights.h"
#include "paw/status.h"
#include "store/compilers.h"

namespace paw {

// Its name; no other compiler can be called so, whether this build has it or not.
inline constexpr std::string_view kBuiltInCompiler = "paw-smollm2-135m";

// Null where this build has none.
const CompilerProfile* BuiltInCompiler();

Result<MapperFile> BuiltInMapper();

// The program that reads which labels a spec states (answer_set.h), for the base of BuiltInCompiler().
Result<Bundle> BuiltInReader();
// The first digits of its SHA-256; empty where this build has none.
std::string BuiltInReaderFingerprint();

// Holds the bytes in memory to the digests that they had when they were built in.
Status VerifyBuiltInCompiler();

}  // namespace paw
