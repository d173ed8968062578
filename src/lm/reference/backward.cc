#include "lm/reference/backward.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "lm/reference/embedding.h"
#include "lm/reference/layer.h"

namespace paw::reference {

namespace {

// -log softmax(logits restricted to ids)[wanted]; adds factor * its gradient to d_logits. Empty ids = all of them.
double AddCrossEntropy(const std::vector<float>& logits, std::span<const TokenId> ids, TokenId wanted, float factor,
                       std::vector<float>& d_logits) {
  const std::size_t count = ids.empty() ? logits.size() : ids.size();
  const auto id_at = [&](std::size_t i) { return ids.empty() ? i : static_cast<std::size_t>(ids[i]); };
  float peak = logits[id_at(0)];
  for (std::size_t i = 1; i < count; ++i) peak = std::max(peak, logits[id_at(i)]);
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::exp(static_cast<double>(logits[id_at(i)] - peak));
  for (std::size_t i = 0; i < count; ++i) {
    const double probability = std::exp(static_cast<double>(logits[id_at(i)] - peak)) / sum;
    d_logits[id_at(i)] += factor * static_cast<float>(probability);
  }
  d_logits[static_cast<std::size_t>(wanted)] -= factor;
  return std::log(sum) - static_cast<double>(logits[static_cast<std::size_t>(wanted)] - peak);
}

// The loss at the targets; d_normalised (n, width) becomes the gradient of the normalised hidden states.
RowLoss OutputLoss(const Weights& weights, const Matrix& normalised, int first, std::span<const TrainTarget> targets, float loss_scale,
                   Matrix& d_normalised) {
  const int width = weights.shape.width;
  RowLoss loss;
  for (const TrainTarget& target : targets) {
    Matrix hidden(1, width);
    AddScaled(1.0f, normalised.row(first + target.position), width, hidden.row(0));
    const Matrix logits = Multiply(hidden, weights.output(), weights.shape.vocabulary);  // (1, vocabulary)
    Matrix d_logits(1, weights.shape.vocabulary);
    const double plain = AddCrossEntropy(logits.values, {}, target.token, loss_scale * target.weight, d_logits.values);
    loss.token_loss += plain;
    loss.loss += static_cast<double>(target.weight) * plain;
    if (target.branch_weight != 0) {
      const float factor = loss_scale * target.branch_weight;
      const double branch = AddCrossEntropy(logits.values, target.branch, target.token, factor, d_logits.values);
      loss.loss += static_cast<double>(target.branch_weight) * branch;
    }
    Matrix d_hidden(1, width);
    AddInputGradient(1.0f, d_logits, weights.output(), d_hidden);
    AddScaled(1.0f, d_hidden.row(0), width, d_normalised.row(first + target.position));
  }
  return loss;
}

}  // namespace

RowLoss ForwardBackwardRow(const Weights& weights, const LoraWeights& adapter, const Matrix& input, int first,
                           std::span<const TrainTarget> targets, float loss_scale, LoraWeights* gradient, Matrix* d_input) {
  const ModelShape& shape = weights.shape;
  const RowPlaces places = PlacesOf(0, input.rows, {});
  const KeyValues no_past;
  std::vector<LayerActivations> activations(static_cast<std::size_t>(shape.layers));
  Matrix x = input;  // (n, width)
  AddPositions(weights, places, x);
  for (int l = 0; l < shape.layers; ++l) {
    x = LayerForward({&weights, l, &adapter, &places}, x, no_past, activations[static_cast<std::size_t>(l)]);
  }
  const Matrix normalised = Normalise(x, weights.output_norm, shape.norm_epsilon);
  Matrix d_normalised(input.rows, shape.width);
  const RowLoss loss = OutputLoss(weights, normalised, first, targets, loss_scale, d_normalised);

  Matrix d_x(input.rows, shape.width);
  NormaliseBackward(x, weights.output_norm, shape.norm_epsilon, d_normalised, d_x);
  const int lowest = d_input != nullptr ? 0 : adapter.LowestAdaptedLayer();
  for (int l = shape.layers - 1; l >= lowest; --l) {
    d_x = LayerBackward({&weights, l, &adapter, &places}, no_past, activations[static_cast<std::size_t>(l)], d_x, gradient);
  }
  if (d_input != nullptr) *d_input = std::move(d_x);
  return loss;
}

}  // namespace paw::reference
