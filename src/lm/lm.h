// LanguageModel and Context: the one narrow door to a frozen language model. Engines: reference/ (oracle), native/, llamacpp/.
//
// A LanguageModel is immutable weights plus the adapters registered with it; share one per base between all callers.
// A Context holds sequences (their KV caches) and computes. Rows of one Forward call are independent: a row's numbers do not
// depend on the other rows of the call, nor (native, reference) on the number of threads or on how a chain is cut into calls.
//
// Thread rule: LanguageModel is safe for concurrent use. A Context belongs to one thread at a time.
// Errors: kRefused for a bad adapter or token id, kFailed when a sequence would outgrow the context; nothing is appended then.
// Non-goals: sampling, templates, tokenisation, scheduling. Those live in decode/, prompt/, lm/tokenizer.h and runtime/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lm/shape.h"
#include "paw/status.h"

namespace paw {

using SequenceId = std::int32_t;
using AdapterId = std::int32_t;
inline constexpr AdapterId kNoAdapter = -1;

enum class LogitsAt : std::uint8_t { kNone, kLast, kAll };

// One row of a batch: tokens appended to one sequence under one adapter.
struct ForwardRow {
  SequenceId sequence = -1;
  AdapterId adapter = kNoAdapter;
  std::span<const TokenId> tokens;        // (n)  exactly one of tokens and embeddings is non-empty
  std::span<const float> embeddings;      // (n, width) fp32, in place of the token embedding
  std::span<const std::int32_t> parents;  // (n)  empty = a chain. Else a tree: the parent of token i is an earlier index of this
                                          //      row or -1 (the end of the sequence). A tree is scored and not kept.
  LogitsAt logits = LogitsAt::kLast;
  std::span<const TokenId> logit_ids;           // which vocabulary rows; empty = all
  std::span<const std::int32_t> hidden_layers;  // states after these blocks, from 0 (layers = after the final norm)
  std::int32_t hidden_last = 0;                 // of so many tokens at the end of the row; 0 = of all
};

struct RowOutput {
  std::vector<float> logits;  // (1 or n, logit_ids or vocabulary); empty for kNone
  std::vector<float> hidden;  // (hidden_layers, n or hidden_last, width)
};

struct ContextOptions {
  std::int32_t threads = 0;         // 0 = the engine's best for this machine
  std::int32_t context_max = 2048;  // tokens of one sequence
};

class Context {
 public:
  virtual ~Context() = default;
  // An empty sequence. Ids are never reused within a Context.
  virtual Result<SequenceId> NewSequence() = 0;
  // A sequence that begins as a copy of `parent` and shares its KV cache.
  virtual Result<SequenceId> Fork(SequenceId parent) = 0;
  virtual void Drop(SequenceId sequence) = 0;
  virtual Result<std::int32_t> Length(SequenceId sequence) const = 0;
  // A sequence that holds these tokens (maybe none) under this adapter, to fork from; it is not appended to and not dropped.
  virtual Result<SequenceId> EvaluatePrefix(AdapterId adapter, std::span<const TokenId> tokens) {
    const SequenceId sequence = PAW_TRY(NewSequence());
    if (tokens.empty()) return sequence;
    ForwardRow row;
    row.sequence = sequence;
    row.adapter = adapter;
    row.tokens = tokens;
    row.logits = LogitsAt::kNone;
    if (auto outputs = Forward({&row, 1}); !outputs.ok()) {
      Drop(sequence);
      return outputs.status();
    }
    return sequence;
  }
  // Forgets all but the first `length` tokens of the sequence, as if they had never been computed; forks of it keep theirs.
  // kUsage where it has fewer.
  virtual Status Truncate(SequenceId sequence, std::int32_t length) = 0;
  // What has been computed of a sequence, for Restore in a context of the same model on the same engine, version and instruction set.
  // kUnimplemented where an engine does not keep it in a form of its own.
  virtual Result<std::vector<std::byte>> Save(SequenceId sequence) const;
  // A new sequence from the bytes of Save; it continues as the saved one would, bit for bit. kRefused for bytes of another size; that they
  // are those that Save gave is the caller's promise.
  virtual Result<SequenceId> Restore(std::span<const std::byte> saved);
  // Computes all rows; no two rows of a call may name the same sequence. Outputs come in the order of the rows.
  virtual Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) = 0;
};

inline Result<std::vector<std::byte>> Context::Save(SequenceId /*sequence*/) const {
  return Unimplemented("saving a sequence: this engine does not");
}

inline Result<SequenceId> Context::Restore(std::span<const std::byte> /*saved*/) {
  return Unimplemented("restoring a sequence: this engine does not");
}

class LanguageModel {
 public:
  virtual ~LanguageModel() = default;
  virtual const ModelShape& shape() const = 0;
  // "native", "llamacpp", "reference"; and a version that changes whenever the engine's numbers may.
  virtual std::string engine_id() const = 0;
  virtual std::string engine_version() const = 0;
  // Registers the adapter in these GGUF bytes (validated here, whatever the caller did). The bytes may go afterwards.
  virtual Result<AdapterId> AddAdapter(std::span<const std::byte> adapter_gguf) = 0;
  virtual void RemoveAdapter(AdapterId adapter) = 0;
  // The memory of a registered one; 0 for an id that is none.
  virtual std::size_t AdapterBytes(AdapterId adapter) const = 0;
  virtual Result<std::unique_ptr<Context>> NewContext(const ContextOptions& options) const = 0;
};

struct ModelOptions {
  std::int32_t threads = 0;  // used while loading; 0 = all cores
  // Where an engine may keep what it made of the weights for the next start, and the file's digest; both or neither.
  std::string packed_path = {};
  std::string sha256 = {};
};

// One opener an engine, each in its own folder: OpenReference, OpenNative, OpenLlamaCpp.
using ModelOpener = Result<std::shared_ptr<LanguageModel>> (*)(const std::string& gguf_path, const ModelOptions& options);

}  // namespace paw
