// The computing half of LlamaCppContext: rows become items, items become batches of kBatchTokens, batches become outputs.
#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "lm/llamacpp/context.h"
#include "lm/row_check.h"

namespace paw::llamacpp {

namespace {

// llama_batch views these.
struct BatchArrays {
  std::vector<llama_token> tokens;
  std::vector<float> embeddings;  // (n, width)
  std::vector<llama_pos> positions;
  std::vector<std::int32_t> slot_counts;
  std::vector<llama_seq_id*> slots;
  std::vector<std::int8_t> wants_output;

  llama_batch View() {
    llama_batch batch{};
    batch.n_tokens = static_cast<std::int32_t>(positions.size());
    batch.token = tokens.empty() ? nullptr : tokens.data();
    batch.embd = embeddings.empty() ? nullptr : embeddings.data();
    batch.pos = positions.data();
    batch.n_seq_id = slot_counts.data();
    batch.seq_id = slots.data();
    batch.logits = wants_output.data();
    return batch;
  }
};

bool WantsLogits(const ForwardRow& row, std::size_t index, std::size_t tokens) {
  return row.logits == LogitsAt::kAll || (row.logits == LogitsAt::kLast && index + 1 == tokens);
}

}  // namespace

Status LlamaCppContext::CheckRow(const ForwardRow& row) const {
  const auto found = sequences_.find(row.sequence);
  if (found == sequences_.end()) return BadRow(row, Code::kUsage, "found no such sequence");
  const std::size_t tokens = TokensOf(row);
  PAW_TRY(CheckRowContents(row, tokens, engine_->shape));
  std::size_t positions = tokens;
  if (!row.parents.empty()) {
    const std::vector<std::int32_t> depths = TreeDepths(row.parents);
    positions = static_cast<std::size_t>(*std::max_element(depths.begin(), depths.end()));
  }
  if (positions <= static_cast<std::size_t>(context_max_ - found->second.length)) return Ok();
  return BadRow(row, Code::kFailed,
                "found " + std::to_string(positions) + " tokens after " + std::to_string(found->second.length) + ", expected at most " +
                    std::to_string(context_max_) + " in all");
}

Status LlamaCppContext::RunGroup(std::span<const ForwardRow> rows, std::span<const std::size_t> chosen, std::vector<RowOutput>& outputs) {
  const auto width = static_cast<std::size_t>(engine_->shape.width);
  std::vector<Item> items;
  for (const std::size_t r : chosen) {
    const ForwardRow& row = rows[r];
    const std::size_t tokens = TokensOf(row);
    const std::size_t logit_rows = row.logits == LogitsAt::kAll ? tokens : row.logits == LogitsAt::kLast ? 1 : 0;
    const std::size_t logits = row.logit_ids.empty() ? static_cast<std::size_t>(engine_->shape.vocabulary) : row.logit_ids.size();
    outputs[r].logits.resize(logit_rows * logits);
    outputs[r].hidden.resize(row.hidden_layers.size() * HiddenTokens(row, tokens) * width);
    if (!row.parents.empty()) {
      PAW_TRY(RunTree(rows, r, outputs));
      continue;
    }
    const Sequence& sequence = sequences_.at(row.sequence);
    for (std::size_t i = 0; i < tokens; ++i) {
      const auto index = static_cast<std::int32_t>(i);
      items.push_back({r, index, sequence.length + index, {sequence.slot}});
    }
  }
  return RunItems(rows, items, outputs);
}

Status LlamaCppContext::RunTree(std::span<const ForwardRow> rows, std::size_t row, std::vector<RowOutput>& outputs) {
  const Sequence& sequence = sequences_.at(rows[row].sequence);
  for (const TreePass& pass : PlanTree(rows[row].parents, kTreeSlots)) {
    std::vector<Item> items;
    for (const TreeToken& token : pass.tokens) {
      Item item{row, token.index, sequence.length + token.depth, {}};
      for (const std::int32_t leaf : token.leaves) item.slots.push_back(kSequencesMax + leaf);
      items.push_back(std::move(item));
    }
    for (std::int32_t leaf = 0; leaf < pass.leaves; ++leaf) {
      llama_memory_seq_cp(memory(), sequence.slot, kSequencesMax + leaf, -1, -1);
    }
    const Status status = RunItems(rows, items, outputs);
    for (std::int32_t leaf = 0; leaf < pass.leaves; ++leaf) llama_memory_seq_rm(memory(), kSequencesMax + leaf, -1, -1);
    PAW_TRY(status);
  }
  return Ok();
}

Status LlamaCppContext::RunItems(std::span<const ForwardRow> rows, std::span<const Item> items, std::vector<RowOutput>& outputs) {
  while (!items.empty()) {
    const std::size_t count = std::min(items.size(), static_cast<std::size_t>(kBatchTokens));
    PAW_TRY(RunBatch(rows, items.first(count), outputs));
    items = items.subspan(count);
  }
  return Ok();
}

Status LlamaCppContext::RunBatch(std::span<const ForwardRow> rows, std::span<const Item> items, std::vector<RowOutput>& outputs) {
  const auto width = static_cast<std::size_t>(engine_->shape.width);
  BatchArrays arrays;
  std::vector<std::vector<llama_seq_id>> slots;
  slots.reserve(items.size());
  capture_.layers.clear();
  capture_.failed = false;
  capture_.tokens = items.size();
  for (const Item& item : items) {
    const ForwardRow& row = rows[item.row];
    const auto index = static_cast<std::size_t>(item.index);
    if (row.tokens.empty()) {
      const auto numbers = row.embeddings.subspan(index * width, width);
      arrays.embeddings.insert(arrays.embeddings.end(), numbers.begin(), numbers.end());
    } else {
      arrays.tokens.push_back(row.tokens[index]);
    }
    arrays.positions.push_back(item.position);
    slots.push_back(item.slots);
    arrays.slot_counts.push_back(static_cast<std::int32_t>(item.slots.size()));
    arrays.slots.push_back(slots.back().data());
    // The last block runs at output tokens only, so hidden states ask for all of them (RunGroup keeps such rows apart).
    const bool output = !row.hidden_layers.empty() || WantsLogits(row, index, TokensOf(row));
    arrays.wants_output.push_back(output ? 1 : 0);
    for (const std::int32_t layer : row.hidden_layers) capture_.layers[layer];
  }
  PAW_TRY(Decode(arrays.View()));
  if (capture_.failed) return Unimplemented("reading hidden states: found a layout of llama.cpp's that this engine does not know");
  for (std::size_t i = 0; i < items.size(); ++i) {
    TakeOutputs(rows[items[i].row], items[i], static_cast<std::int32_t>(i), outputs[items[i].row]);
  }
  return Ok();
}

Status LlamaCppContext::Decode(const llama_batch& batch) {
  for (;;) {
    int code = 0;
    try {
      const std::shared_lock lock(engine_->adapters_mutex);
      code = llama_decode(context_.get(), batch);
    } catch (const std::exception& error) {
      return Unavailable("computing a batch of " + std::to_string(batch.n_tokens) + " tokens with llama.cpp: " + error.what());
    }
    if (code == 0) return Ok();
    if (code != 1) {
      return Failed("computing a batch of " + std::to_string(batch.n_tokens) + " tokens with llama.cpp: it ended with code " +
                    std::to_string(code));
    }
    PAW_TRY(Grow());  // no room for the batch; nothing was computed
  }
}

void LlamaCppContext::TakeOutputs(const ForwardRow& row, const Item& item, std::int32_t place, RowOutput& output) {
  const std::size_t tokens = TokensOf(row);
  const auto index = static_cast<std::size_t>(item.index);
  const auto width = static_cast<std::size_t>(engine_->shape.width);
  if (WantsLogits(row, index, tokens)) {
    const float* from = llama_get_logits_ith(context_.get(), place);
    const std::size_t count = row.logit_ids.empty() ? static_cast<std::size_t>(engine_->shape.vocabulary) : row.logit_ids.size();
    float* to = output.logits.data() + (row.logits == LogitsAt::kAll ? index * count : 0);
    for (std::size_t k = 0; k < count; ++k) to[k] = from[row.logit_ids.empty() ? k : static_cast<std::size_t>(row.logit_ids[k])];
  }
  const std::size_t kept = HiddenTokens(row, tokens), first = tokens - kept;
  for (std::size_t k = 0; index >= first && k < row.hidden_layers.size(); ++k) {
    const std::vector<float>& seen = capture_.layers[row.hidden_layers[k]];
    const auto from = seen.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(place) * width);
    std::copy_n(from, width, output.hidden.begin() + static_cast<std::ptrdiff_t>((k * kept + index - first) * width));
  }
}

}  // namespace paw::llamacpp
