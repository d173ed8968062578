#include "lm/reference/feed.h"

#include <cmath>

namespace paw::reference {

namespace {

float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

constexpr float kGeluRoot = 0.79788456080286536f;  // sqrt(2 / pi)
constexpr float kGeluCube = 0.044715f;

float GeluTanh(float x) { return std::tanh(kGeluRoot * (x + kGeluCube * x * x * x)); }

float Gelu(float x) { return 0.5f * x * (1.0f + GeluTanh(x)); }

float GeluSlope(float x) {
  const float t = GeluTanh(x);
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * kGeluRoot * (1.0f + 3.0f * kGeluCube * x * x);
}

}  // namespace

Matrix FeedForward(const LayerContext& context, LayerActivations& act) {
  const ModelShape& shape = context.weights->shape;
  const bool gated = shape.HasProjection(Projection::kGate);
  if (gated) act.gate = context.Project(Projection::kGate, act.feed_input);
  act.up = context.Project(Projection::kUp, act.feed_input);
  act.active = Matrix(act.feed_input.rows, shape.ff_width);
  for (std::size_t i = 0; i < act.active.values.size(); ++i) {
    const float up = act.up.values[i];
    act.active.values[i] = gated ? act.gate.values[i] * Sigmoid(act.gate.values[i]) * up : Gelu(up);
  }
  return context.Project(Projection::kDown, act.active);
}

Matrix FeedBackward(const LayerContext& context, const LayerActivations& act, const Matrix& d_output, LoraWeights* gradient) {
  const ModelShape& shape = context.weights->shape;
  const bool gated = shape.HasProjection(Projection::kGate);
  const int n = d_output.rows;
  Matrix d_active(n, shape.ff_width);
  context.ProjectBackward(Projection::kDown, act.active, d_output, gradient, d_active);
  Matrix d_gate(n, shape.ff_width);
  Matrix d_up(n, shape.ff_width);
  for (std::size_t i = 0; i < d_active.values.size(); ++i) {
    if (gated) {
      const float gate = act.gate.values[i];
      const float sigmoid = Sigmoid(gate);
      d_up.values[i] = d_active.values[i] * gate * sigmoid;
      d_gate.values[i] = d_active.values[i] * act.up.values[i] * sigmoid * (1.0f + gate * (1.0f - sigmoid));
    } else {
      d_up.values[i] = d_active.values[i] * GeluSlope(act.up.values[i]);
    }
  }
  Matrix d_feed_input(n, shape.width);
  if (gated) context.ProjectBackward(Projection::kGate, act.feed_input, d_gate, gradient, d_feed_input);
  context.ProjectBackward(Projection::kUp, act.feed_input, d_up, gradient, d_feed_input);
  return d_feed_input;
}

}  // namespace paw::reference
