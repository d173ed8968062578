#include "lm/reference/attention.h"

#include <algorithm>
#include <cmath>

namespace paw::reference {

namespace {

// The queries (n, query_width), keys and values (n, kv_width) of a row's own tokens, or their gradients.
struct Heads {
  Matrix queries;
  Matrix keys;
  Matrix values;
};

// Moves `count` columns between two matrices of as many rows.
void CopyColumns(const Matrix& from, int from_column, int count, Matrix& to, int to_column) {
  for (int t = 0; t < from.rows; ++t) std::copy_n(from.row(t) + from_column, count, to.row(t) + to_column);
}

Heads ProjectHeads(const LayerContext& context, const Matrix& x) {
  const ModelShape& shape = context.weights->shape;
  if (!shape.HasProjection(Projection::kQkv)) {
    return {context.Project(Projection::kQ, x), context.Project(Projection::kK, x), context.Project(Projection::kV, x)};
  }
  const Matrix all = context.Project(Projection::kQkv, x);  // (n, query_width + 2 kv_width): queries, keys, values
  Heads heads{Matrix(x.rows, shape.query_width()), Matrix(x.rows, shape.kv_width()), Matrix(x.rows, shape.kv_width())};
  CopyColumns(all, 0, shape.query_width(), heads.queries, 0);
  CopyColumns(all, shape.query_width(), shape.kv_width(), heads.keys, 0);
  CopyColumns(all, shape.query_width() + shape.kv_width(), shape.kv_width(), heads.values, 0);
  return heads;
}

Matrix ProjectHeadsBackward(const LayerContext& context, const Matrix& x, const Heads& d, LoraWeights* gradient) {
  const ModelShape& shape = context.weights->shape;
  Matrix d_x(x.rows, shape.width);
  if (!shape.HasProjection(Projection::kQkv)) {
    context.ProjectBackward(Projection::kQ, x, d.queries, gradient, d_x);
    context.ProjectBackward(Projection::kK, x, d.keys, gradient, d_x);
    context.ProjectBackward(Projection::kV, x, d.values, gradient, d_x);
    return d_x;
  }
  Matrix d_all(x.rows, shape.OutputsOf(Projection::kQkv));
  CopyColumns(d.queries, 0, shape.query_width(), d_all, 0);
  CopyColumns(d.keys, 0, shape.kv_width(), d_all, shape.query_width());
  CopyColumns(d.values, 0, shape.kv_width(), d_all, shape.query_width() + shape.kv_width());
  context.ProjectBackward(Projection::kQkv, x, d_all, gradient, d_x);
  return d_x;
}

void RotateRows(const LayerContext& context, int direction, Matrix& rows) {
  const ModelShape& shape = context.weights->shape;
  for (int t = 0; t < rows.rows; ++t) {
    Rotate(rows.row(t), rows.columns / shape.head_width, shape.head_width, shape.rotation(), shape.rope_base,
           context.places->positions[static_cast<std::size_t>(t)], direction);
  }
}

// The key or value of one kv head: from the past or from the row's own matrix.
const float* KeyAt(const std::vector<float>& past, int past_length, const Matrix& own, int index, int kv_head, int head_width) {
  const float* row = index < past_length ? past.data() + static_cast<std::size_t>(index) * static_cast<std::size_t>(own.columns)
                                         : own.row(index - past_length);
  return row + kv_head * head_width;
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

// The gradients of the rotated queries and keys and of the values.
Heads AttendBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act, const Matrix& d_attended) {
  const ModelShape& shape = context.weights->shape;
  const RowPlaces& places = *context.places;
  const float scale = 1.0f / std::sqrt(static_cast<float>(shape.head_width));
  const int heads_per_kv = shape.heads / shape.kv_heads;
  const int n = act.queries.rows;
  Heads d{Matrix(n, shape.query_width()), Matrix(n, shape.kv_width()), Matrix(n, shape.kv_width())};
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

void AttentionForward(const LayerContext& context, const KeyValues& past, LayerActivations& act) {
  const ModelShape& shape = context.weights->shape;
  const LayerWeights& layer = context.layer_weights();
  Heads heads = ProjectHeads(context, act.attention_input);
  act.values = std::move(heads.values);
  if (shape.head_norms()) {
    act.queries = Normalise(heads.queries, layer.query_norm, shape.norm_epsilon);
    act.keys = Normalise(heads.keys, layer.key_norm, shape.norm_epsilon);
    act.plain_queries = std::move(heads.queries);
    act.plain_keys = std::move(heads.keys);
  } else {
    act.queries = std::move(heads.queries);
    act.keys = std::move(heads.keys);
  }
  RotateRows(context, 1, act.queries);
  RotateRows(context, 1, act.keys);
  Attend(context, past, act);
}

Matrix AttentionBackward(const LayerContext& context, const KeyValues& past, const LayerActivations& act, const Matrix& d_attended,
                         LoraWeights* gradient) {
  const ModelShape& shape = context.weights->shape;
  const LayerWeights& layer = context.layer_weights();
  Heads d = AttendBackward(context, past, act, d_attended);
  RotateRows(context, -1, d.queries);
  RotateRows(context, -1, d.keys);
  if (shape.head_norms()) {
    Matrix d_queries(d.queries.rows, d.queries.columns);
    Matrix d_keys(d.keys.rows, d.keys.columns);
    NormaliseBackward(act.plain_queries, layer.query_norm, shape.norm_epsilon, d.queries, d_queries);
    NormaliseBackward(act.plain_keys, layer.key_norm, shape.norm_epsilon, d.keys, d_keys);
    d.queries = std::move(d_queries);
    d.keys = std::move(d_keys);
  }
  return ProjectHeadsBackward(context, act.attention_input, d, gradient);
}

}  // namespace paw::reference
