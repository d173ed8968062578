#include "lm/reference/layer.h"

#include <algorithm>
#include <cmath>

namespace paw::reference {

namespace {

// The key or value of one kv head: from the past or from the row's own matrix.
const float* KeyAt(const std::vector<float>& past, int past_length, const Matrix& own, int index, int kv_head, int head_width) {
  const float* row = index < past_length ? past.data() + static_cast<std::size_t>(index) * static_cast<std::size_t>(own.columns)
                                         : own.row(index - past_length);
  return row + kv_head * head_width;
}

float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

Matrix ProjectBy(const LayerContext& context, Projection p, const Matrix& x) {
  return Project(x, context.layer_weights().projection(p), context.weights->shape.OutputsOf(p), context.pair(p), context.scale());
}

void ProjectByBackward(const LayerContext& context, Projection p, const Matrix& x, const Matrix& d_y, LoraWeights* gradient, Matrix& d_x) {
  LoraPair* d_pair = gradient == nullptr ? nullptr : &gradient->pair(context.layer, p);
  ProjectBackward(x, context.layer_weights().projection(p), context.pair(p), context.scale(), d_y, d_x, d_pair);
}

void RotateRows(const LayerContext& context, int heads, int direction, Matrix& rows) {
  const ModelShape& shape = context.weights->shape;
  for (int t = 0; t < rows.rows; ++t) {
    Rotate(rows.row(t), heads, shape.head_width, shape.rope_base, context.places->positions[static_cast<std::size_t>(t)], direction);
  }
}

void Softmax(std::vector<float>& scores) {
  const float peak = *std::max_element(scores.begin(), scores.end());
  float sum = 0;
  for (float& score : scores) {
    score = std::exp(score - peak);
    sum += score;
  }
  for (float& score : scores) score /= sum;
}

// Softmax attention of every token over the keys that it sees.
void Attend(const LayerContext& context, const KeyValues& past, LayerActivations& act) {
  const ModelShape& shape = context.weights->shape;
  const RowPlaces& places = *context.places;
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_width));
  const int heads_per_kv = shape.heads / shape.kv_heads;
  const int n = act.queries.rows;
  act.attended = Matrix(n, shape.query_width());
  act.probabilities.assign(static_cast<std::size_t>(n) * static_cast<std::size_t>(shape.heads), {});
  for (int t = 0; t < n; ++t) {
    const std::vector<int>& visible = places.visible[static_cast<std::size_t>(t)];
    for (int h = 0; h < shape.heads; ++h) {
      const int kv_head = h / heads_per_kv;
      const float* query = act.queries.row(t) + h * shape.head_width;
      std::vector<float>& probabilities = act.probabilities[static_cast<std::size_t>(t * shape.heads + h)];
      for (const int j : visible) {
        const float* key = KeyAt(past.keys, places.past, act.keys, j, kv_head, shape.head_width);
        probabilities.push_back(Dot(query, key, shape.head_width) * scale);
      }
      Softmax(probabilities);
      float* out = act.attended.row(t) + h * shape.head_width;
      for (std::size_t v = 0; v < visible.size(); ++v) {
        const float* value = KeyAt(past.values, places.past, act.values, visible[v], kv_head, shape.head_width);
        AddScaled(probabilities[v], value, shape.head_width, out);
      }
    }
  }
}

struct AttentionGradients {
  Matrix queries;  // (n, query_width) rotated
  Matrix keys;     // (n, kv_width) rotated
  Matrix values;   // (n, kv_width)
};

AttentionGradients AttendBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act,
                                  const Matrix& d_attended) {
  const ModelShape& shape = context.weights->shape;
  const RowPlaces& places = *context.places;
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_width));
  const int heads_per_kv = shape.heads / shape.kv_heads;
  const int n = act.queries.rows;
  AttentionGradients d{Matrix(n, shape.query_width()), Matrix(n, shape.kv_width()), Matrix(n, shape.kv_width())};
  for (int t = 0; t < n; ++t) {
    const std::vector<int>& visible = places.visible[static_cast<std::size_t>(t)];
    for (int h = 0; h < shape.heads; ++h) {
      const int kv_head = h / heads_per_kv;
      const float* query = act.queries.row(t) + h * shape.head_width;
      const float* d_out = d_attended.row(t) + h * shape.head_width;
      const std::vector<float>& probabilities = act.probabilities[static_cast<std::size_t>(t * shape.heads + h)];
      std::vector<float> d_probabilities(visible.size());
      float mean = 0;
      for (std::size_t v = 0; v < visible.size(); ++v) {
        const float* value = KeyAt(past.values, places.past, act.values, visible[v], kv_head, shape.head_width);
        d_probabilities[v] = Dot(d_out, value, shape.head_width);
        mean += probabilities[v] * d_probabilities[v];
      }
      for (std::size_t v = 0; v < visible.size(); ++v) {
        const float* key = KeyAt(past.keys, places.past, act.keys, visible[v], kv_head, shape.head_width);
        const float d_score = probabilities[v] * (d_probabilities[v] - mean) * scale;
        AddScaled(d_score, key, shape.head_width, d.queries.row(t) + h * shape.head_width);
        const int own = visible[v] - places.past;
        if (own < 0) continue;
        AddScaled(d_score, query, shape.head_width, d.keys.row(own) + kv_head * shape.head_width);
        AddScaled(probabilities[v], d_out, shape.head_width, d.values.row(own) + kv_head * shape.head_width);
      }
    }
  }
  return d;
}

}  // namespace

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
  const ModelShape& shape = context.weights->shape;
  const LayerWeights& layer = context.layer_weights();
  act.input = input;
  act.attention_input = RmsNorm(input, layer.attention_norm, shape.norm_epsilon);
  act.queries = ProjectBy(context, Projection::kQ, act.attention_input);
  act.keys = ProjectBy(context, Projection::kK, act.attention_input);
  act.values = ProjectBy(context, Projection::kV, act.attention_input);
  RotateRows(context, shape.heads, 1, act.queries);
  RotateRows(context, shape.kv_heads, 1, act.keys);
  Attend(context, past, act);
  act.middle = ProjectBy(context, Projection::kOutput, act.attended);
  Add(input, act.middle);

  act.feed_input = RmsNorm(act.middle, layer.feed_norm, shape.norm_epsilon);
  act.gate = ProjectBy(context, Projection::kGate, act.feed_input);
  act.up = ProjectBy(context, Projection::kUp, act.feed_input);
  act.gated = Matrix(input.rows, shape.ff_width);
  for (std::size_t i = 0; i < act.gated.values.size(); ++i) {
    act.gated.values[i] = act.gate.values[i] * Sigmoid(act.gate.values[i]) * act.up.values[i];
  }
  Matrix output = ProjectBy(context, Projection::kDown, act.gated);
  Add(act.middle, output);
  return output;
}

Matrix LayerBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act, const Matrix& d_output,
                     LoraWeights* gradient) {
  const ModelShape& shape = context.weights->shape;
  const LayerWeights& layer = context.layer_weights();
  const int n = d_output.rows;

  Matrix d_gated(n, shape.ff_width);
  ProjectByBackward(context, Projection::kDown, act.gated, d_output, gradient, d_gated);
  Matrix d_gate(n, shape.ff_width);
  Matrix d_up(n, shape.ff_width);
  for (std::size_t i = 0; i < d_gated.values.size(); ++i) {
    const float gate = act.gate.values[i];
    const float sigmoid = Sigmoid(gate);
    d_up.values[i] = d_gated.values[i] * gate * sigmoid;
    d_gate.values[i] = d_gated.values[i] * act.up.values[i] * sigmoid * (1.0f + gate * (1.0f - sigmoid));
  }
  Matrix d_feed_input(n, shape.width);
  ProjectByBackward(context, Projection::kGate, act.feed_input, d_gate, gradient, d_feed_input);
  ProjectByBackward(context, Projection::kUp, act.feed_input, d_up, gradient, d_feed_input);
  Matrix d_middle = d_output;
  RmsNormBackward(act.middle, layer.feed_norm, shape.norm_epsilon, d_feed_input, d_middle);

  Matrix d_attended(n, shape.query_width());
  ProjectByBackward(context, Projection::kOutput, act.attended, d_middle, gradient, d_attended);
  AttentionGradients d = AttendBackward(context, past, act, d_attended);
  RotateRows(context, shape.heads, -1, d.queries);
  RotateRows(context, shape.kv_heads, -1, d.keys);
  Matrix d_attention_input(n, shape.width);
  ProjectByBackward(context, Projection::kQ, act.attention_input, d.queries, gradient, d_attention_input);
  ProjectByBackward(context, Projection::kK, act.attention_input, d.keys, gradient, d_attention_input);
  ProjectByBackward(context, Projection::kV, act.attention_input, d.values, gradient, d_attention_input);
  Matrix d_input = d_middle;
  RmsNormBackward(act.input, layer.attention_norm, shape.norm_epsilon, d_attention_input, d_input);
  return d_input;
}

}  // namespace paw::reference
