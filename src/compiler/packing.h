// Packing: a program that a mapper made alone becomes its coefficients and comes back byte for byte (bundle/packed.h).
//
// Pack runs the mapper's stages again on the program's own spec and pseudo-program (the stage cache has them where the program was
// compiled), exports them, and holds the result to the adapter in the bundle: what cannot be given back is not packed.
// Unpack needs the same compiler, of which only the mapper is read.
//
// Thread rule: one call uses the machine's cores. Errors: kRefused for a program that was trained, that another compiler made or whose
// adapter does not come out again; what opening the compiler says.
#pragma once

#include "bundle/packed.h"
#include "compiler/mapper_stages.h"
#include "paw/status.h"

namespace paw {

Result<PackedProgram> Pack(const Bundle& bundle, const MapperOptions& compiler, const Interpreter& interpreter, const StageHooks& hooks);
Result<Bundle> Unpack(PackedProgram packed, const CompilerProfile& compiler, const Interpreter& interpreter, const StageHooks& hooks);

// The fingerprint of the compiler that made the program; kRefused for one that no mapper made, or that was trained afterwards.
Result<std::string> FingerprintOfMapped(const Manifest& manifest);

}  // namespace paw
