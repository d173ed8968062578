// A mapper's file in either of its containers: safetensors (a training checkpoint), or GGUF (as it is shipped).
//
// Thread rule: pure functions of the bytes. Owner: a MapperFile shares them. Errors: kRefused for a malformed file; what it holds is checked
// by ReadMapperWeights.
#pragma once

#include <memory>
#include <string>

#include "fs/fs.h"
#include "mapper/weights.h"
#include "paw/status.h"

namespace paw {

// `what` names the file in messages.
Result<MapperFile> ReadMapperFile(std::shared_ptr<const Mapping> file, const std::string& what);
Result<MapperFile> OpenMapperFile(const std::string& path);

}  // namespace paw
