#include "lm/train_check.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace paw {
namespace {

constexpr std::int32_t kRankMax = 1024;

Status Bad(const std::string& what) { return Usage("training on a batch: " + what); }

Status CheckTokens(const ModelShape& shape, std::span<const TokenId> tokens) {
  for (const TokenId id : tokens) {
    if (id < 0 || id >= shape.vocabulary) {
      return Refused("training on a batch: found token id " + std::to_string(id) + ", expected 0 to " +
                     std::to_string(shape.vocabulary - 1));
    }
  }
  return Ok();
}

Status CheckLora(const ModelShape& shape, const TrainGroup& group) {
  const LoraWeights& lora = *group.adapter;
  const std::size_t pairs = static_cast<std::size_t>(shape.layers) * kProjectionCount;
  if (lora.layers != shape.layers || lora.pairs.size() != pairs || group.gradient->pairs.size() != pairs) {
    return Bad("found an adapter or gradient of " + std::to_string(lora.layers) + " layers, expected " + std::to_string(shape.layers));
  }
  for (std::size_t i = 0; i < pairs; ++i) {
    const auto p = static_cast<Projection>(i % kProjectionCount);
    const LoraPair& pair = lora.pairs[i];
    if (pair.present() && (lora.rank < 1 || lora.rank > kRankMax)) {
      return Bad("found rank " + std::to_string(lora.rank) + ", expected 1 to " + std::to_string(kRankMax));
    }
    const auto rank = static_cast<std::size_t>(pair.present() ? lora.rank : 0);
    if (pair.a.size() != rank * static_cast<std::size_t>(shape.InputsOf(p)) ||
        pair.b.size() != rank * static_cast<std::size_t>(shape.OutputsOf(p))) {
      return Bad("found a pair of another size in layer " + std::to_string(i / kProjectionCount) + ", expected rank " +
                 std::to_string(lora.rank));
    }
    if (group.gradient->pairs[i].a.size() != pair.a.size() || group.gradient->pairs[i].b.size() != pair.b.size()) {
      return Bad("found a gradient of another layout than its adapter");
    }
  }
  return Ok();
}

Status CheckTargets(const ModelShape& shape, const TrainRow& row) {
  std::int32_t previous = 0;
  for (const TrainTarget& target : row.targets) {
    if (target.position < previous || target.position >= static_cast<std::int32_t>(row.tokens.size())) {
      return Bad("found a target at position " + std::to_string(target.position) + ", expected " + std::to_string(previous) +
                 " or more and less than " + std::to_string(row.tokens.size()));
    }
    previous = target.position;
    PAW_TRY(CheckTokens(shape, {&target.token, 1}));
    PAW_TRY(CheckTokens(shape, target.branch));
    if (target.branch_weight != 0 && std::find(target.branch.begin(), target.branch.end(), target.token) == target.branch.end()) {
      return Bad("found a branch without its target token " + std::to_string(target.token));
    }
  }
  return Ok();
}

}  // namespace

Status CheckTrainGroups(const ModelShape& shape, std::span<const TrainGroup> groups) {
  for (const TrainGroup& group : groups) {
    if (group.adapter == nullptr || group.gradient == nullptr) return Bad("found a group without adapter or gradient");
    PAW_TRY(CheckLora(shape, group));
    PAW_TRY(CheckTokens(shape, group.prefix));
    for (const TrainRow& row : group.rows) {
      if (row.tokens.empty()) return Bad("found a row without tokens");
      const std::size_t length = group.prefix.size() + row.tokens.size();
      if (length > static_cast<std::size_t>(shape.context_max)) {
        return Failed("training on a batch: found a row of " + std::to_string(length) + " tokens, expected at most " +
                      std::to_string(shape.context_max));
      }
      PAW_TRY(CheckTokens(shape, row.tokens));
      PAW_TRY(CheckTargets(shape, row));
    }
  }
  return Ok();
}

}  // namespace paw
