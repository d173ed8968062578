// The engines as the fuzz suites use them: opened on a file, one context, one token at a time.
//
// Thread rule: one thread. Owner: an Engine keeps its model and context; a TemporaryFile removes its file.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "fuzz/mutate.h"
#include "lm/lm.h"
#include "paw/status.h"

namespace paw::fuzz {

struct Engine {
  std::shared_ptr<LanguageModel> model;
  std::unique_ptr<Context> context;
};

extern const std::array<ModelOpener, 3> kOpeners;  // reference, native, llamacpp

Result<Engine> OpenEngine(ModelOpener open, const std::string& gguf_path);

// Token 1 in a new sequence; kFailed when the logits are not one a vocabulary entry.
Status ComputeOneToken(Engine& engine, AdapterId adapter);

class TemporaryFile {
 public:
  TemporaryFile() = default;
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile();
  // A new file each time, so that no engine still reads the one before.
  Status Write(const Bytes& bytes);
  const std::string& path() const { return path_; }

 private:
  void Remove();
  std::string path_;
};

}  // namespace paw::fuzz
