#include "lm/llamacpp/context.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "lm/row_check.h"

namespace paw::llamacpp {

namespace {

constexpr std::uint32_t kCellsStep = 256;  // llama.cpp pads its pool to this
constexpr std::int64_t kSmallWeights = 400'000'000;
constexpr std::int64_t kTinyWeights = 20'000'000;

std::int32_t CoresOf(std::int32_t asked) {
  if (asked > 0) return asked;
  return static_cast<std::int32_t>(std::max(1u, std::thread::hardware_concurrency()));
}

// The block number of "l_out-7"; -1 for any other name.
std::int32_t BlockOf(const char* name) {
  constexpr const char kPrefix[] = "l_out-";
  if (std::strncmp(name, kPrefix, sizeof(kPrefix) - 1) != 0) return -1;
  std::int32_t block = 0;
  for (const char* c = name + sizeof(kPrefix) - 1; *c != '\0'; ++c) {
    if (*c < '0' || *c > '9' || block > 1'000'000) return -1;
    block = block * 10 + (*c - '0');
  }
  return block;
}

}  // namespace

LlamaCppContext::LlamaCppContext(std::shared_ptr<Engine> engine, std::shared_ptr<const AdapterTable> adapters,
                                 const ContextOptions& options)
    : engine_(std::move(engine)),
      adapters_(std::move(adapters)),
      context_max_(std::min(options.context_max, engine_->shape.context_max)),
      threads_(options.threads) {
  capture_.layer_count = engine_->shape.layers;
}

LlamaCppContext::~LlamaCppContext() {
  const std::shared_lock lock(engine_->adapters_mutex);
  context_.reset();
}

Status LlamaCppContext::Start() {
  cells_ = static_cast<std::uint32_t>(std::max(context_max_, 512));
  cells_ = (cells_ + kCellsStep - 1) / kCellsStep * kCellsStep;
  context_.reset(PAW_TRY(Make(cells_)));
  return Ok();
}

Result<llama_context*> LlamaCppContext::Make(std::uint32_t cells) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = cells;
  params.n_batch = kBatchTokens;
  params.n_ubatch = kBatchTokens;
  params.n_seq_max = kSlots;
  params.n_outputs_max = kBatchTokens;
  params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;  // the official runtime's choice: other sums would give other answers
  params.kv_unified = true;
  params.no_perf = true;
  params.cb_eval = &LlamaCppContext::Observe;
  params.cb_eval_user_data = &capture_;
  // One token at a time, a second core gains little on a small base and loses much when that core is busy (design: engine facts).
  const auto weights = static_cast<std::int64_t>(llama_model_n_params(engine_->model));
  const std::int32_t cores = CoresOf(threads_);
  params.n_threads = threads_ == 0 && weights < kSmallWeights ? 1 : cores;
  params.n_threads_batch = threads_ == 0 && weights < kTinyWeights ? 1 : cores;
  llama_context* made = nullptr;
  try {
    const std::shared_lock lock(engine_->adapters_mutex);
    made = llama_init_from_model(engine_->model, params);
  } catch (const std::exception& error) {
    return Unavailable("making a llama.cpp context of " + std::to_string(cells) + " cells: " + error.what());
  }
  if (made == nullptr) return Unavailable("making a llama.cpp context of " + std::to_string(cells) + " cells: it was not given the memory");
  return made;
}

Status LlamaCppContext::Grow() {
  const std::uint64_t cell_bytes = std::uint64_t{4} * static_cast<std::uint64_t>(engine_->shape.layers) *
                                   static_cast<std::uint64_t>(engine_->shape.kv_width());  // keys and values, two bytes each
  const std::uint32_t cells = cells_ * 2;
  if (cells * cell_bytes > kCacheBytesMax) {
    return Failed("computing a batch: found " + std::to_string(cells_) + " cache cells in use and more needed, expected at most " +
                  std::to_string(kCacheBytesMax / cell_bytes) + "; drop sequences");
  }
  std::unique_ptr<llama_context, FreeContext> larger(PAW_TRY(Make(cells)));
  try {
    std::vector<std::uint8_t> state(llama_state_get_size(context_.get()));
    const std::size_t bytes = llama_state_get_data(context_.get(), state.data(), state.size());
    if (bytes == 0 || llama_state_set_data(larger.get(), state.data(), bytes) == 0) {
      return Failed("growing a llama.cpp context to " + std::to_string(cells) + " cells: its state could not be moved");
    }
  } catch (const std::exception& error) {
    return Unavailable("growing a llama.cpp context to " + std::to_string(cells) + " cells: " + error.what());
  }
  std::shared_ptr<Adapter> adapter = adapter_;
  {
    const std::shared_lock lock(engine_->adapters_mutex);
    context_ = std::move(larger);
  }
  cells_ = cells;
  adapter_.reset();
  UseAdapter(std::move(adapter));
  return Ok();
}

void LlamaCppContext::UseAdapter(std::shared_ptr<Adapter> adapter) {
  if (adapter == adapter_) return;
  llama_adapter_lora* handle = adapter == nullptr ? nullptr : adapter->handle();
  float scale = 1.0f;
  {
    const std::shared_lock lock(engine_->adapters_mutex);
    llama_set_adapters_lora(context_.get(), &handle, handle == nullptr ? 0 : 1, &scale);
  }
  adapter_ = std::move(adapter);  // the one before is let go only now
}

Result<SequenceId> LlamaCppContext::NewSequence() {
  const auto free_slot = std::find(slot_used_.begin(), slot_used_.end(), false);
  if (free_slot == slot_used_.end()) {
    return Failed("making a sequence: found " + std::to_string(kSequencesMax) +
                  " alive in this context, which is the most that the llamacpp engine holds; expected some to be dropped first");
  }
  *free_slot = true;
  sequences_.emplace(next_, Sequence{static_cast<llama_seq_id>(free_slot - slot_used_.begin()), 0});
  return next_++;
}

Result<SequenceId> LlamaCppContext::Fork(SequenceId parent) {
  const auto found = sequences_.find(parent);
  if (found == sequences_.end()) return Usage("forking sequence " + std::to_string(parent) + ": found none of that name");
  const Sequence from = found->second;
  const SequenceId made = PAW_TRY(NewSequence());
  Sequence& sequence = sequences_.at(made);
  sequence.length = from.length;
  llama_memory_seq_cp(memory(), from.slot, sequence.slot, -1, -1);
  return made;
}

void LlamaCppContext::Drop(SequenceId sequence) {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return;
  llama_memory_seq_rm(memory(), found->second.slot, -1, -1);
  slot_used_[static_cast<std::size_t>(found->second.slot)] = false;
  sequences_.erase(found);
}

Result<std::int32_t> LlamaCppContext::Length(SequenceId sequence) const {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("measuring sequence " + std::to_string(sequence) + ": found none of that name");
  return found->second.length;
}

Status LlamaCppContext::Truncate(SequenceId sequence, std::int32_t length) {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("truncating sequence " + std::to_string(sequence) + ": found none of that name");
  PAW_TRY(CheckTruncate(sequence, found->second.length, length));
  llama_memory_seq_rm(memory(), found->second.slot, length, -1);
  found->second.length = length;
  return Ok();
}

std::size_t LlamaCppContext::TokensOf(const ForwardRow& row) const {
  return row.tokens.empty() ? row.embeddings.size() / static_cast<std::size_t>(engine_->shape.width) : row.tokens.size();
}

Result<std::vector<RowOutput>> LlamaCppContext::Forward(std::span<const ForwardRow> rows) {
  std::map<SequenceId, std::size_t> named;
  std::map<std::tuple<AdapterId, bool, bool>, std::vector<std::size_t>> groups;
  std::map<AdapterId, std::shared_ptr<Adapter>> adapters;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const ForwardRow& row = rows[r];
    PAW_TRY(CheckRow(row));
    const std::string where = "computing a row of sequence " + std::to_string(row.sequence);
    if (!named.emplace(row.sequence, r).second) return Usage(where + ": found two rows of it in one call, expected one");
    std::shared_ptr<Adapter>& adapter = adapters[row.adapter];
    if (row.adapter != kNoAdapter && adapter == nullptr) adapter = adapters_->Find(row.adapter);
    if (row.adapter != kNoAdapter && adapter == nullptr) {
      return Refused(where + ": found no adapter " + std::to_string(row.adapter));
    }
    groups[{row.adapter, row.tokens.empty(), !row.hidden_layers.empty()}].push_back(r);
  }
  std::vector<RowOutput> outputs(rows.size());
  Status status;
  for (const auto& [key, chosen] : groups) {
    UseAdapter(adapters[std::get<0>(key)]);
    status = RunGroup(rows, chosen, outputs);
    if (!status.ok()) break;
  }
  for (const ForwardRow& row : rows) {
    if (!row.parents.empty()) continue;
    Sequence& sequence = sequences_.at(row.sequence);
    if (status.ok()) {
      sequence.length += static_cast<std::int32_t>(TokensOf(row));
    } else {
      llama_memory_seq_rm(memory(), sequence.slot, sequence.length, -1);  // as it was before the call
    }
  }
  if (!status.ok()) return status;
  return outputs;
}

bool LlamaCppContext::Observe(ggml_tensor* tensor, bool ask, void* self) {
  auto& capture = *static_cast<Capture*>(self);
  if (capture.layers.empty()) return !ask;
  const std::int32_t layer = std::strcmp(tensor->name, "result_norm") == 0 ? capture.layer_count : BlockOf(tensor->name);
  const auto wanted = capture.layers.find(layer);
  if (wanted == capture.layers.end()) return !ask;
  if (ask) return true;
  if (tensor->type != GGML_TYPE_F32 || static_cast<std::size_t>(tensor->ne[1]) != capture.tokens || !ggml_is_contiguous(tensor)) {
    capture.failed = true;
    return true;
  }
  wanted->second.resize(static_cast<std::size_t>(ggml_nelements(tensor)));
  ggml_backend_tensor_get(tensor, wanted->second.data(), 0, ggml_nbytes(tensor));
  return true;
}

}  // namespace paw::llamacpp
