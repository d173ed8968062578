#include <algorithm>
#include <set>
#include <string>

#include "lm/reference/embedding.h"
#include "lm/reference/model.h"
#include "lm/row_check.h"

namespace paw::reference {

namespace {

std::size_t TokensOf(const ForwardRow& row, int width) {
  return row.tokens.empty() ? row.embeddings.size() / static_cast<std::size_t>(width) : row.tokens.size();
}

Matrix InputOf(const Weights& weights, const ForwardRow& row) {
  if (!row.tokens.empty()) return Embed(weights, row.tokens);
  Matrix input(static_cast<int>(TokensOf(row, weights.shape.width)), weights.shape.width);
  input.values.assign(row.embeddings.begin(), row.embeddings.end());
  return input;
}

void AppendLogits(const Weights& weights, const ForwardRow& row, const float* hidden, std::vector<float>& logits) {
  const int width = weights.shape.width;
  const auto logit_of = [&](TokenId id) {
    return Dot(weights.output().data() + static_cast<std::size_t>(id) * static_cast<std::size_t>(width), hidden, width);
  };
  if (row.logit_ids.empty()) {
    for (TokenId id = 0; id < weights.shape.vocabulary; ++id) logits.push_back(logit_of(id));
  } else {
    for (const TokenId id : row.logit_ids) logits.push_back(logit_of(id));
  }
}

}  // namespace

Result<SequenceId> ReferenceContext::NewSequence() {
  Sequence sequence;
  sequence.layers.resize(static_cast<std::size_t>(weights_->shape.layers));
  sequences_.emplace(next_, std::move(sequence));
  return next_++;
}

Result<SequenceId> ReferenceContext::Fork(SequenceId parent) {
  const auto found = sequences_.find(parent);
  if (found == sequences_.end()) return Usage("forking sequence " + std::to_string(parent) + ": found none of that name");
  Sequence copy = found->second;
  sequences_.emplace(next_, std::move(copy));
  return next_++;
}

Result<std::int32_t> ReferenceContext::Length(SequenceId sequence) const {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("measuring sequence " + std::to_string(sequence) + ": found none of that name");
  return found->second.length;
}

Status ReferenceContext::Truncate(SequenceId sequence, std::int32_t length) {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("truncating sequence " + std::to_string(sequence) + ": found none of that name");
  PAW_TRY(CheckTruncate(sequence, found->second.length, length));
  const std::size_t numbers = static_cast<std::size_t>(length) * static_cast<std::size_t>(weights_->shape.kv_width());
  for (KeyValues& layer : found->second.layers) {
    layer.keys.resize(numbers);
    layer.values.resize(numbers);
  }
  found->second.length = length;
  return Ok();
}

Status ReferenceContext::CheckRow(const ForwardRow& row) const {
  const auto found = sequences_.find(row.sequence);
  if (found == sequences_.end()) return BadRow(row, Code::kUsage, "found no such sequence");
  const std::size_t tokens = TokensOf(row, weights_->shape.width);
  PAW_TRY(CheckRowContents(row, tokens, weights_->shape));
  const std::size_t free_positions = static_cast<std::size_t>(context_max_ - found->second.length);
  std::size_t depth = tokens;  // of a chain; a tree needs as many positions as its longest branch
  if (!row.parents.empty()) {
    std::vector<std::size_t> depths(tokens);
    depth = 0;
    for (std::size_t t = 0; t < tokens; ++t) {
      depths[t] = row.parents[t] < 0 ? 1 : depths[static_cast<std::size_t>(row.parents[t])] + 1;
      depth = std::max(depth, depths[t]);
    }
  }
  if (depth > free_positions) {
    return BadRow(row, Code::kFailed,
                  "found " + std::to_string(depth) + " tokens after " + std::to_string(found->second.length) + ", expected at most " +
                      std::to_string(context_max_) + " in all");
  }
  return Ok();
}

Result<std::vector<RowOutput>> ReferenceContext::Forward(std::span<const ForwardRow> rows) {
  std::set<SequenceId> named;
  std::vector<std::shared_ptr<const LoraWeights>> adapters;
  for (const ForwardRow& row : rows) {
    PAW_TRY(CheckRow(row));
    if (!named.insert(row.sequence).second) return BadRow(row, Code::kUsage, "found two rows of it in one call, expected one");
    adapters.push_back(row.adapter == kNoAdapter ? nullptr : adapters_->Find(row.adapter));
    if (row.adapter != kNoAdapter && adapters.back() == nullptr) {
      return BadRow(row, Code::kRefused, "found no adapter " + std::to_string(row.adapter));
    }
  }
  std::vector<RowOutput> outputs;
  for (std::size_t r = 0; r < rows.size(); ++r) outputs.push_back(ForwardOne(rows[r], adapters[r].get()));
  return outputs;
}

RowOutput ReferenceContext::ForwardOne(const ForwardRow& row, const LoraWeights* adapter) {
  const ModelShape& shape = weights_->shape;
  Sequence& sequence = sequences_.at(row.sequence);
  Matrix x = InputOf(*weights_, row);  // (n, width)
  const RowPlaces places = PlacesOf(sequence.length, x.rows, row.parents);
  AddPositions(*weights_, places, x);
  const bool keep = row.parents.empty();
  std::vector<Matrix> hidden;  // (layers + 1) of (n, width)
  for (int l = 0; l < shape.layers; ++l) {
    KeyValues& past = sequence.layers[static_cast<std::size_t>(l)];
    LayerActivations activations;
    x = LayerForward({weights_.get(), l, adapter, &places}, x, past, activations);
    if (keep) {
      past.keys.insert(past.keys.end(), activations.keys.values.begin(), activations.keys.values.end());
      past.values.insert(past.values.end(), activations.values.values.begin(), activations.values.values.end());
    }
    if (!row.hidden_layers.empty()) hidden.push_back(x);
  }
  if (keep) sequence.length += x.rows;
  const Matrix normalised = Normalise(x, weights_->output_norm, shape.norm_epsilon);
  if (!row.hidden_layers.empty()) hidden.push_back(normalised);

  RowOutput output;
  for (const std::int32_t layer : row.hidden_layers) {
    const std::vector<float>& values = hidden[static_cast<std::size_t>(layer)].values;
    const std::size_t wanted = HiddenTokens(row, static_cast<std::size_t>(x.rows)) * static_cast<std::size_t>(shape.width);
    output.hidden.insert(output.hidden.end(), values.end() - static_cast<std::ptrdiff_t>(wanted), values.end());
  }
  if (row.logits == LogitsAt::kAll) {
    for (int t = 0; t < x.rows; ++t) AppendLogits(*weights_, row, normalised.row(t), output.logits);
  } else if (row.logits == LogitsAt::kLast) {
    AppendLogits(*weights_, row, normalised.row(x.rows - 1), output.logits);
  }
  return output;
}

}  // namespace paw::reference
