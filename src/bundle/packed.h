// PackedProgram: a mapper program for sending and storing, its adapter as the numbers in which it differs from every other one of its
// compiler (mapper/coefficients.h). A hundred kilobytes where the adapter has 22 megabytes; whoever has the compiler gets it back whole.
//
// The file (.pawc) is an archive like a .paw with coefficients.bin in the place of adapter.gguf. meta.json is the program's own: the
// digests of the members, of the adapter that must come out too, stand there under paw.members.
//
// Thread rule: plain values and pure functions. Errors: kRefused; the message names the archive, the member and the reason.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/bundle.h"
#include "paw/status.h"

namespace paw {

struct PackedProgram {
  Bundle bundle;                        // without its adapter
  std::vector<std::byte> coefficients;  // as WriteCoefficients made them
};

Result<PackedProgram> ReadPacked(std::span<const std::byte> archive, std::string_view what);
Result<std::vector<std::byte>> WritePacked(const PackedProgram& packed);

// The program again: `adapter_gguf` is what the coefficients gave. kRefused when a member's digest is not the one in meta.json.
Result<Bundle> Unpacked(PackedProgram packed, std::vector<std::byte> adapter_gguf, std::string_view what);

}  // namespace paw
