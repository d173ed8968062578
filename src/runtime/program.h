// Program: a bundle with its base, ready to answer. The runtime side of the product.
//
//   BaseModel (one per base file, shared, const)  ->  Program (one per bundle)  ->  Run / RunBatch
//
// A closed-set program can only answer with one of its labels: P(label) is the product, over the branching nodes of the trie of
// label tokens, of the softmax over the allowed children (design section 5); the answer is the most probable label, found exactly.
// A program with a reject threshold answers with its reject label where the most probable label is less probable than the threshold.
// A JSON program answers with valid JSON, or with an answer agreed in the manifest: paw.other["json"] = {"containers_only": bool,
// "alternatives": ["NONE"]} (both optional). A JSON answer that does not end within output_tokens_max is an error, never a torso.
// RunOptions::schema holds the answer of any program with open outputs to a JSON Schema (decode/schema_rules.h).
// A text program answers with exactly the text decoded, well-formed UTF-8 without NUL.
//
// Thread rule: BaseModel and Program are const after Open and safe to share; a Session (KV state) belongs to one thread at a time.
// Errors: kRefused for a bundle of another base, an input that is not UTF-8 or holds NUL, an input too long (both numbers named).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/interrupt.h"
#include "base/progress.h"
#include "bundle/bundle.h"
#include "decode/json_schema.h"
#include "decode/label_prior.h"
#include "decode/token_trie.h"
#include "lm/lm.h"
#include "lm/tokenizer.h"
#include "paw/status.h"
#include "runtime/scheduler.h"

namespace paw {

enum class EngineKind : std::uint8_t { kNative, kLlamaCpp, kReference };
Result<EngineKind> ParseEngine(std::string_view name);

// A base model file opened by one engine, with its tokenizer.
class BaseModel {
 public:
  // `known_sha256`: the file's digest where the caller has it (the store remembers them); empty = computed here, once. `packed_path`: where
  // the engine may keep what it makes of the weights, for the next start (lm/native/panel_store.h); empty = nowhere.
  static Result<std::shared_ptr<BaseModel>> Open(const std::string& gguf_path, EngineKind engine, int threads,
                                                 const std::string& known_sha256 = {}, const std::string& packed_path = {});
  // From an engine that is open already (tests, engines of others).
  static std::shared_ptr<BaseModel> Of(std::shared_ptr<LanguageModel> lm, Tokenizer tokenizer, EngineKind engine, std::string sha256);
  LanguageModel& lm() const { return *lm_; }
  std::shared_ptr<LanguageModel> lm_shared() const { return lm_; }
  const Tokenizer& tokenizer() const { return *tokenizer_; }
  const LazyTokenTrie& trie() const { return *trie_; }
  EngineKind engine() const { return engine_; }
  const std::string& sha256() const { return sha256_; }

 private:
  BaseModel() = default;
  std::string sha256_;
  std::shared_ptr<LanguageModel> lm_;
  std::shared_ptr<const Tokenizer> tokenizer_;
  std::unique_ptr<const LazyTokenTrie> trie_;
  EngineKind engine_ = EngineKind::kNative;
};

struct RunOptions {
  std::int32_t output_tokens_max = 512;
  float temperature = 0.0f;  // 0 = greedy; above 0 needs a seed
  std::uint64_t seed = 0;
  bool probabilities = false;  // fill RunResult::labels
  bool compat = false;         // the official tokenisation and strip, free decoding: for comparisons only
  const CancelFlag* cancel = nullptr;
  bool free_decoding = false;                          // ignore the closed set / JSON automaton: what the official runtime would print
  std::optional<double> abstain_below = std::nullopt;  // no answer below this (calibrated) probability
  std::shared_ptr<const JsonSchema> schema = {};       // the answer is a document of it; for open outputs, not with compat or free_decoding
  bool text_probability = false;                       // fill RunResult::probability of open outputs too
};

struct LabelProbability {
  std::string label;
  double probability = 0;  // calibrated when the bundle has a calibration
};

struct RunResult {
  std::string output;
  bool abstained = false;
  bool rejected = false;  // the answer is the reject label because the most probable label fell below the threshold
  // Of the answer. Where `rejected`: that the most probable label is wrong. Of open outputs only when asked for: the product of what its
  // tokens have, among all that the model knows and at temperature 1.
  std::optional<double> probability;
  std::vector<LabelProbability> labels;  // all labels, most probable first, when asked for
  bool truncated = false;                // stopped at output_tokens_max or the end of the context; never for closed sets and JSON
  std::int32_t tokens_in = 0;            // tokens of the row, prefix included
  std::int32_t tokens_out = 0;           // tokens decoded (forced ones included)
  double milliseconds = 0;
};

// Makes the answer of a closed-set program the reject label where its probability is below the threshold. Session::Run does it for the
// program's own threshold.
void ApplyReject(const RejectThreshold& reject, RunResult& result);

// A temperature for Manifest::paw->calibration, and what it does to the rows it was fitted on.
struct CalibrationFit {
  double temperature = 1;
  std::int64_t rows = 0;
  double log_loss_before = 0, log_loss_after = 0;  // mean -log P(right label) at temperature 1 and at `temperature`
  std::string engine_id, engine_version;
};

class Program;

// KV state for running one program: holds the evaluated prompt prefix.
class Session {
 public:
  ~Session();
  Session(Session&&) noexcept;
  Result<RunResult> Run(std::string_view input, const RunOptions& options);
  // Rows in batches; results in order. An element may fail by itself (too long, not UTF-8): the others still answer.
  std::vector<Result<RunResult>> RunBatch(std::span<const std::string> inputs, const RunOptions& options);

  // Fits the temperature on held-out rows of a closed-set program, through this engine. The temperature of the program plays no part.
  // Only the logits on the right label's own path are needed: a row costs one evaluation.
  // kUsage for open outputs, kRefused for an output that is no label; a row that is too long is left out
  // (none left: temperature 1, 0 rows).
  Result<CalibrationFit> FitCalibration(std::span<const std::string> inputs, std::span<const std::string> outputs,
                                        const CancelFlag* cancel = nullptr);

  // What Manifest::paw->calibration takes off the branches of a closed-set program: the share of the lean that these inputs show
  // (decode/label_prior.h). The offsets of the program play no part. kUsage for open outputs; an input that is too long is left out.
  Result<std::vector<double>> FitOffsets(std::span<const std::string> inputs, double share = kPriorShare);

 private:
  friend class Program;
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Program {
 public:
  // Checks that the bundle was made for this base (digest where the bundle names one). An empty adapter_gguf runs the plain base.
  static Result<std::shared_ptr<const Program>> Open(Bundle bundle, std::shared_ptr<BaseModel> base);
  // kRefused for a program of another kind than paw runs: one that reads images.
  static Status CheckRuns(const Manifest& manifest);
  ~Program();
  Result<Session> NewSession(int threads = 0) const;
  // A session on an engine that others share (the scheduler's base is this program's). Callers of one program are one group, unless told
  // otherwise.
  Result<Session> NewSession(Scheduler& scheduler, CallerOptions caller = {}) const;
  const Manifest& manifest() const;
  const std::shared_ptr<BaseModel>& base() const;
  // SHA-256 over adapter, template and label set: two programs with the same one give the same answers on the same engine.
  const std::string& digest() const;
  std::size_t adapter_bytes() const;  // in memory
  // The engine that answers, with its version: "native 1".
  std::string engine() const;
  const std::vector<std::string>& labels() const;  // empty when the set is not closed
  // True when the calibration in the bundle was measured on another engine or version.
  bool calibration_stale() const;

 private:
  Program() = default;
  Result<Session> NewSession(std::unique_ptr<Context> context) const;
  friend class Session;
  struct Parts;
  std::shared_ptr<const Parts> parts_;
};

}  // namespace paw
