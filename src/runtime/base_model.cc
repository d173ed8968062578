#include <optional>
#include <utility>

#include "base/sha256.h"
#include "base/text.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/llamacpp/llamacpp.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"
#include "runtime/program.h"

namespace paw {
namespace {

ModelOpener OpenerOf(EngineKind engine) {
  switch (engine) {
    case EngineKind::kNative:
      return OpenNative;
    case EngineKind::kLlamaCpp:
      return OpenLlamaCpp;
    case EngineKind::kReference:
      break;
  }
  return OpenReference;
}

}  // namespace

Result<EngineKind> ParseEngine(std::string_view name) {
  if (name == "native") return EngineKind::kNative;
  if (name == "llamacpp") return EngineKind::kLlamaCpp;
  if (name == "reference") return EngineKind::kReference;
  return Usage("choosing the engine: found " + Quoted(name) + ", expected native, llamacpp or reference");
}

Result<std::shared_ptr<BaseModel>> BaseModel::Open(const std::string& gguf_path, EngineKind engine, int threads,
                                                   const std::string& known_sha256, const std::string& packed_path) {
  std::string sha256 = known_sha256;
  std::optional<Tokenizer> tokenizer;
  {
    const Mapping file = PAW_TRY(PosixFs().Map(gguf_path));
    const std::string what = "base model " + gguf_path;
    const gguf::File gguf = PAW_TRY(gguf::File::Open(file.bytes(), what));
    tokenizer = PAW_TRY(Tokenizer::Open(gguf));
    if (sha256.empty()) sha256 = Sha256Hex(file.bytes());
  }
  std::shared_ptr<LanguageModel> lm = PAW_TRY(OpenerOf(engine)(gguf_path, {threads, packed_path, sha256}));
  if (lm->shape().vocabulary != tokenizer->vocabulary()) {
    return Refused("opening base model " + gguf_path + ": found " + std::to_string(tokenizer->vocabulary()) +
                   " tokens in the tokenizer, expected " + std::to_string(lm->shape().vocabulary) + " as in the embedding");
  }
  return Of(std::move(lm), *std::move(tokenizer), engine, std::move(sha256));
}

std::shared_ptr<BaseModel> BaseModel::Of(std::shared_ptr<LanguageModel> lm, Tokenizer tokenizer, EngineKind engine, std::string sha256) {
  std::shared_ptr<BaseModel> base(new BaseModel());
  base->lm_ = std::move(lm);
  base->tokenizer_ = std::make_shared<const Tokenizer>(std::move(tokenizer));
  base->trie_ = std::make_unique<const LazyTokenTrie>(*base->tokenizer_);
  base->engine_ = engine;
  base->sha256_ = std::move(sha256);
  return base;
}

}  // namespace paw
