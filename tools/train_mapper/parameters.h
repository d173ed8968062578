// Parameters: the trainable numbers of a mapper by name, as they stand in its checkpoint (mapper/weights.h), and their layout.
//
//   trunk.0.{weight,bias}       (width, features), (width)
//   coeff_head.{weight,bias}    (layers * modules * bases * 2, width), (layers * modules * bases * 2)
//   A_bases_<m>, B_bases_<m>    (bases, rank, inputs), (bases, outputs, rank)
//   A_shared_<m>, B_shared_<m>  (layers, rank, inputs), (layers, outputs, rank)      a fixed LoRA with coefficient 1
//
// With no bases there are the shared tensors alone: one LoRA for every spec, the strongest control and the start of the mapper.
//
// Thread rule: plain values. Owner: the holder of the value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lm/shape.h"
#include "mapper/weights.h"

namespace paw {

struct Parameter {
  enum class Group : std::uint8_t { kTrunk, kHead, kBases, kShared };
  std::string name;
  Group group = Group::kTrunk;
  std::vector<std::int64_t> shape;
  std::vector<float> numbers;
};

// Half 2 * m is A of module m, half 2 * m + 1 its B; modules in sorted name order.
struct ParameterLayout {
  ModelShape interpreter;
  std::int32_t features = 0;  // numbers that the encoder gives for a spec
  std::int32_t width = 0;     // of the trunk
  std::int32_t bases = 0;
  std::int32_t rank = 16;
  float alpha = 16.0f;

  std::size_t layers() const { return static_cast<std::size_t>(interpreter.layers); }
  std::size_t halves() const { return 2 * MapperModules(interpreter).size(); }
  Projection projection(std::size_t half) const { return MapperModules(interpreter)[half / 2].projection; }
  // Numbers of one layer's A or B.
  std::size_t elements(std::size_t half) const;
  // (layers, modules, bases, 2)
  std::size_t coefficients() const { return layers() * halves() * static_cast<std::size_t>(bases); }
};

struct Parameters {
  ParameterLayout layout;
  std::vector<Parameter> all;  // trunk weight and bias, head weight and bias, bases by half, shared by half

  bool mapped() const { return layout.bases > 0; }
  std::vector<float>& trunk_weight() { return all[0].numbers; }
  std::vector<float>& trunk_bias() { return all[1].numbers; }
  std::vector<float>& head_weight() { return all[2].numbers; }
  std::vector<float>& head_bias() { return all[3].numbers; }
  std::vector<float>& bases(std::size_t half) { return all[4 + half].numbers; }
  std::vector<float>& shared(std::size_t half) { return all[(mapped() ? 4 + layout.halves() : 0) + half].numbers; }
  const std::vector<float>& trunk_weight() const { return all[0].numbers; }
  const std::vector<float>& trunk_bias() const { return all[1].numbers; }
  const std::vector<float>& head_weight() const { return all[2].numbers; }
  const std::vector<float>& head_bias() const { return all[3].numbers; }
  const std::vector<float>& bases(std::size_t half) const { return all[4 + half].numbers; }
  const std::vector<float>& shared(std::size_t half) const { return all[(mapped() ? 4 + layout.halves() : 0) + half].numbers; }
};

// The start. Shared: A uniform in +-1/sqrt(inputs), B zero, as a LoRA begins. Trunk: uniform in +-1/sqrt(inputs). Bases: A as the shared
// one, B uniform in +-kBasesB; the head is small and its bias zero, so that the mapper begins as the shared LoRA alone. Generated A and B
// both zero would have no gradient: the shared term, or the bases' own size, is what keeps the start alive.
Parameters StartParameters(const ParameterLayout& layout, std::uint64_t seed);

// Same layout, every number zero: gradients, moments.
Parameters ZerosLike(const Parameters& other);
void SetZero(Parameters& parameters);

}  // namespace paw
