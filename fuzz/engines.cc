#include "fuzz/engines.h"

#include <unistd.h>

#include <cstdlib>
#include <span>
#include <vector>

#include "lm/llamacpp/llamacpp.h"
#include "lm/native/native.h"
#include "lm/reference/reference.h"

namespace paw::fuzz {

const std::array<ModelOpener, 3> kOpeners = {OpenReference, OpenNative, OpenLlamaCpp};

Result<Engine> OpenEngine(ModelOpener open, const std::string& gguf_path) {
  Engine engine;
  engine.model = PAW_TRY(open(gguf_path, ModelOptions{.threads = 1}));
  engine.context = PAW_TRY(engine.model->NewContext(ContextOptions{.threads = 1, .context_max = 64}));
  return engine;
}

Status ComputeOneToken(Engine& engine, AdapterId adapter) {
  const SequenceId sequence = PAW_TRY(engine.context->NewSequence());
  const TokenId token = 1;
  ForwardRow row;
  row.sequence = sequence;
  row.adapter = adapter;
  row.tokens = std::span<const TokenId>(&token, 1);
  const Result<std::vector<RowOutput>> outputs = engine.context->Forward(std::span<const ForwardRow>(&row, 1));
  engine.context->Drop(sequence);
  if (!outputs.ok()) return outputs.status();
  const auto vocabulary = static_cast<std::size_t>(engine.model->shape().vocabulary);
  if (outputs->size() != 1 || outputs->front().logits.size() != vocabulary) return Failed("found other outputs than asked for");
  return Ok();
}

TemporaryFile::~TemporaryFile() { Remove(); }

void TemporaryFile::Remove() {
  if (!path_.empty()) unlink(path_.c_str());
  path_.clear();
}

Status TemporaryFile::Write(const Bytes& bytes) {
  Remove();
  const char* folder = std::getenv("TMPDIR");
  path_ = std::string(folder != nullptr ? folder : "/tmp") + "/paw_fuzz_XXXXXX";
  const int file = mkstemp(path_.data());
  if (file < 0) return Unavailable("writing a model: no temporary file at " + path_);
  const bool whole = write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  return close(file) == 0 && whole ? Ok() : Unavailable("writing a model to " + path_ + ": the disk is full");
}

}  // namespace paw::fuzz
