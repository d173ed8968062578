#include "tools/train_mapper/parameters.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace paw {
namespace {

constexpr float kBasesB = 0.02f;
constexpr float kHeadStart = 0.02f;  // times 1/sqrt(width)

using Group = Parameter::Group;

std::size_t Count(const std::vector<std::int64_t>& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

void Add(Parameters& parameters, std::string name, Group group, std::vector<std::int64_t> shape) {
  const std::size_t count = Count(shape);
  parameters.all.push_back({std::move(name), group, std::move(shape), std::vector<float>(count)});
}

void AddHalves(Parameters& parameters, const char* kind, Group group, std::int64_t first) {
  const ParameterLayout& layout = parameters.layout;
  for (std::size_t half = 0; half < layout.halves(); ++half) {
    const Projection projection = layout.projection(half);
    const std::string name =
        std::string(half % 2 == 0 ? "A_" : "B_") + kind + "_" + std::string(MapperModules(layout.interpreter)[half / 2].name);
    if (half % 2 == 0) {
      Add(parameters, name, group, {first, layout.rank, layout.interpreter.InputsOf(projection)});
    } else {
      Add(parameters, name, group, {first, layout.interpreter.OutputsOf(projection), layout.rank});
    }
  }
}

void Uniform(std::vector<float>& numbers, float bound, std::uint64_t seed, const std::string& name) {
  Random random(seed, name);
  for (float& number : numbers) number = random.Uniform(-bound, bound);
}

float RootOf(std::int32_t inputs) { return 1.0f / std::sqrt(static_cast<float>(inputs)); }

}  // namespace

std::size_t ParameterLayout::elements(std::size_t half) const {
  const Projection p = projection(half);
  return static_cast<std::size_t>(rank) * static_cast<std::size_t>(half % 2 == 0 ? interpreter.InputsOf(p) : interpreter.OutputsOf(p));
}

Parameters StartParameters(const ParameterLayout& layout, std::uint64_t seed) {
  Parameters parameters;
  parameters.layout = layout;
  const auto coefficients = static_cast<std::int64_t>(layout.coefficients());
  if (layout.bases > 0) {
    Add(parameters, "trunk.0.weight", Group::kTrunk, {layout.width, layout.features});
    Add(parameters, "trunk.0.bias", Group::kTrunk, {layout.width});
    Add(parameters, "coeff_head.weight", Group::kHead, {coefficients, layout.width});
    Add(parameters, "coeff_head.bias", Group::kHead, {coefficients});
    AddHalves(parameters, "bases", Group::kBases, layout.bases);
    Uniform(parameters.trunk_weight(), RootOf(layout.features), seed, "trunk");
    Uniform(parameters.head_weight(), kHeadStart * RootOf(layout.width), seed, "head");
  }
  AddHalves(parameters, "shared", Group::kShared, layout.interpreter.layers);
  for (Parameter& parameter : parameters.all) {
    const bool is_a = parameter.name.front() == 'A';
    if (parameter.group == Group::kBases) {
      Uniform(parameter.numbers, is_a ? RootOf(static_cast<std::int32_t>(parameter.shape.back())) : kBasesB, seed, parameter.name);
    } else if (parameter.group == Group::kShared && is_a) {
      Uniform(parameter.numbers, RootOf(static_cast<std::int32_t>(parameter.shape.back())), seed, parameter.name);
    }
  }
  return parameters;
}

Parameters ZerosLike(const Parameters& other) {
  Parameters zeros = other;
  SetZero(zeros);
  return zeros;
}

void SetZero(Parameters& parameters) {
  for (Parameter& parameter : parameters.all) std::fill(parameter.numbers.begin(), parameter.numbers.end(), 0.0f);
}

}  // namespace paw
