// OpenLlamaCpp: llama.cpp behind lm.h. The fall-back engine, the one with back-ends beyond the CPU, and the baseline of speed figures.
//
// The file is validated by gguf::File and ReadModelShape, an adapter by CheckAdapter, before llama.cpp sees a byte; its tokenizer is
// not loaded at all (ours is lm/tokenizer.h). Its log is silenced. Rows of one call run grouped by adapter, because an adapter is a
// property of a whole llama_context. A tree runs in one batch: one llama.cpp sequence a leaf, a token belonging to all leaves below it.
//
// Limits: 224 live sequences a context (llama.cpp has 256 ids; the rest serve trees). Numbers of a row may differ in their last bits
// with the batch it is in (different kernels by row count); the native engine promises more.
//
// Thread rule: as lm.h. Errors: kNotFound, kRefused (bad file), kFailed (llama.cpp could not load or compute it), kUnavailable (memory).
#pragma once

#include <memory>
#include <string>

#include "lm/lm.h"

namespace paw {

Result<std::shared_ptr<LanguageModel>> OpenLlamaCpp(const std::string& gguf_path, const ModelOptions& options);

}  // namespace paw
