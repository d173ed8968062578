#include "lm/reference/layer.h"

#include "lm/reference/attention.h"
#include "lm/reference/feed.h"

namespace paw::reference {

Matrix LayerContext::Project(Projection p, const Matrix& x) const {
  Matrix y = reference::Project(x, layer_weights().projection(p), weights->shape.OutputsOf(p), pair(p), scale());
  AddToRows(layer_weights().bias(p), y);
  return y;
}

void LayerContext::ProjectBackward(Projection p, const Matrix& x, const Matrix& d_y, LoraWeights* gradient, Matrix& d_x) const {
  LoraPair* d_pair = gradient == nullptr ? nullptr : &gradient->pair(layer, p);
  reference::ProjectBackward(x, layer_weights().projection(p), pair(p), scale(), d_y, d_x, d_pair);
}

RowPlaces PlacesOf(int past, int tokens, std::span<const std::int32_t> parents) {
  RowPlaces places;
  places.past = past;
  for (int t = 0; t < tokens; ++t) {
    const int parent = parents.empty() ? t - 1 : parents[static_cast<std::size_t>(t)];
    std::vector<int> visible;
    if (parent < 0) {
      for (int j = 0; j < past; ++j) visible.push_back(j);
      places.positions.push_back(past);
    } else {
      visible = places.visible[static_cast<std::size_t>(parent)];
      places.positions.push_back(places.positions[static_cast<std::size_t>(parent)] + 1);
    }
    visible.push_back(past + t);
    places.visible.push_back(std::move(visible));
  }
  return places;
}

Matrix LayerForward(const LayerContext& context, const Matrix& input, const KeyValues& past, LayerActivations& act) {
  const float epsilon = context.weights->shape.norm_epsilon;
  act.input = input;
  act.attention_input = Normalise(input, context.layer_weights().attention_norm, epsilon);
  AttentionForward(context, past, act);
  act.middle = context.Project(Projection::kOutput, act.attended);
  Add(input, act.middle);
  act.feed_input = Normalise(act.middle, context.layer_weights().feed_norm, epsilon);
  Matrix output = FeedForward(context, act);
  Add(act.middle, output);
  return output;
}

Matrix LayerBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act, const Matrix& d_output,
                     LoraWeights* gradient) {
  const ModelShape& shape = context.weights->shape;
  const LayerWeights& layer = context.layer_weights();
  const Matrix d_feed_input = FeedBackward(context, act, d_output, gradient);
  Matrix d_middle = d_output;
  NormaliseBackward(act.middle, layer.feed_norm, shape.norm_epsilon, d_feed_input, d_middle);

  Matrix d_attended(d_output.rows, shape.query_width());
  context.ProjectBackward(Projection::kOutput, act.attended, d_middle, gradient, d_attended);
  const Matrix d_attention_input = AttentionBackward(context, past, act, d_attended, gradient);
  Matrix d_input = d_middle;
  NormaliseBackward(act.input, layer.attention_norm, shape.norm_epsilon, d_attention_input, d_input);
  return d_input;
}

}  // namespace paw::reference
