#include "tools/train_mapper/torch/batch_torch.h"

#include <algorithm>
#include <numeric>
#include <string>

namespace paw {
namespace {

constexpr std::int64_t kLengthMultiple = 16;

std::int64_t Size(std::size_t count) { return static_cast<std::int64_t>(count); }

std::int64_t Rounded(std::int64_t length) { return (length + kLengthMultiple - 1) / kLengthMultiple * kLengthMultiple; }

std::int64_t LengthOf(const BatchSpec& spec) {
  std::int64_t length = Size(spec.spec->prefix.size());
  for (const std::size_t row : spec.rows) length += Size(spec.spec->rows[row].tokens.size());
  return length;
}

Status CheckTokens(const ModelShape& shape, std::span<const TokenId> tokens) {
  for (const TokenId id : tokens) {
    if (id < 0 || id >= shape.vocabulary) {
      return Refused("training on a batch: found token id " + std::to_string(id) + ", expected 0 to " +
                     std::to_string(shape.vocabulary - 1));
    }
  }
  return Ok();
}

Status CheckSpec(const ModelShape& shape, const BatchSpec& spec) {
  PAW_TRY(CheckTokens(shape, spec.spec->prefix));
  for (const std::size_t r : spec.rows) {
    const SpecRow& row = spec.spec->rows[r];
    PAW_TRY(CheckTokens(shape, row.tokens));
    PAW_TRY(CheckTokens(shape, row.output));
    for (const auto& allowed : row.branches) PAW_TRY(CheckTokens(shape, allowed));
    const std::size_t length = spec.spec->prefix.size() + row.tokens.size();
    if (length > static_cast<std::size_t>(shape.context_max)) {
      return Failed("training on a batch: found a row of " + std::to_string(length) + " tokens, expected at most " +
                    std::to_string(shape.context_max));
    }
  }
  return Ok();
}

void Shape(PackedBatch& packed, std::int64_t length) {
  packed.length = Rounded(std::max<std::int64_t>(length, 1));
  const auto size = static_cast<std::size_t>(packed.count() * packed.length);
  packed.tokens.assign(size, 0);
  packed.positions.assign(size, 0);
  packed.segments.assign(size, -1);
}

// Puts tokens at `at` of the arrays, their positions from `position` on. Returns where the next ones go.
std::int64_t Put(PackedBatch& packed, std::int64_t at, std::span<const TokenId> tokens, std::int64_t position, std::int64_t segment) {
  for (const TokenId token : tokens) {
    const auto i = static_cast<std::size_t>(at++);
    packed.tokens[i] = token;
    packed.positions[i] = position++;
    packed.segments[i] = segment;
  }
  packed.used += Size(tokens.size());
  return at;
}

// The ids stay ragged here; WidenBranches makes the rectangle.
void PutTargets(PackedBatch& packed, std::int64_t at, std::span<const TrainTarget> targets, std::vector<std::vector<std::int64_t>>& ids) {
  for (const TrainTarget& target : targets) {
    if (target.branch_weight != 0) {
      packed.branches.targets.push_back(Size(packed.places.size()));
      packed.branches.weights.push_back(target.branch_weight);
      ids.emplace_back(target.branch.begin(), target.branch.end());
    }
    packed.places.push_back(at + target.position);
    packed.target_tokens.push_back(target.token);
    packed.weights.push_back(target.weight);
  }
}

void WidenBranches(PackedBatch& packed, const std::vector<std::vector<std::int64_t>>& ids) {
  PackedBranches& branches = packed.branches;
  for (const auto& row : ids) branches.widest = std::max(branches.widest, Size(row.size()));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::int64_t own = packed.target_tokens[static_cast<std::size_t>(branches.targets[i])];
    for (std::int64_t k = 0; k < branches.widest; ++k) {
      const bool meant = k < Size(ids[i].size());
      branches.ids.push_back(meant ? ids[i][static_cast<std::size_t>(k)] : own);
      branches.counts.push_back(meant ? 1 : 0);
    }
  }
}

PackedBatch PackSome(std::span<const BatchSpec> batch, std::span<const std::size_t> chosen, std::size_t rows, float branch_share) {
  PackedBatch packed;
  std::int64_t longest = 0;
  for (const std::size_t s : chosen) {
    packed.specs.push_back(Size(s));
    longest = std::max(longest, LengthOf(batch[s]));
  }
  Shape(packed, longest);
  std::vector<std::vector<std::int64_t>> ids;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const BatchSpec& spec = batch[chosen[i]];
    const std::int64_t prefix = Size(spec.spec->prefix.size());
    std::int64_t at = Put(packed, Size(i) * packed.length, spec.spec->prefix, 0, 0);
    for (std::size_t r = 0; r < spec.rows.size(); ++r) {
      const SpecRow& row = spec.spec->rows[spec.rows[r]];
      PutTargets(packed, at, TargetsOf(row, rows, branch_share), ids);
      at = Put(packed, at, row.tokens, prefix, Size(r) + 1);
    }
  }
  WidenBranches(packed, ids);
  return packed;
}

}  // namespace

Result<std::vector<PackedBatch>> PackSpecs(const ModelShape& shape, std::span<const BatchSpec> batch, float branch_share,
                                           std::int64_t tokens_max) {
  std::size_t rows = 0;
  for (const BatchSpec& spec : batch) {
    PAW_TRY(CheckSpec(shape, spec));
    rows += spec.rows.size();
  }
  if (rows == 0) return Usage("training on a batch: found no row, expected one or more");
  std::vector<std::int64_t> lengths;
  for (const BatchSpec& spec : batch) lengths.push_back(Rounded(LengthOf(spec)));
  std::vector<std::size_t> order(batch.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
  std::erase_if(order, [&](std::size_t s) { return batch[s].rows.empty(); });
  std::vector<PackedBatch> passes;
  for (std::size_t first = 0; first < order.size();) {
    const std::int64_t fit = std::max<std::int64_t>(1, tokens_max / lengths[order[first]]);
    const std::size_t count = std::min(order.size() - first, static_cast<std::size_t>(fit));
    passes.push_back(PackSome(batch, std::span(order).subspan(first, count), rows, branch_share));
    first += count;
  }
  return passes;
}

Result<PackedBatch> PackPrompts(const ModelShape& shape, std::span<const std::vector<TokenId>> prompts) {
  PackedBatch packed;
  std::int64_t longest = 0;
  for (const std::vector<TokenId>& prompt : prompts) {
    PAW_TRY(CheckTokens(shape, prompt));
    if (prompt.size() > static_cast<std::size_t>(shape.context_max)) {
      return Refused("encoding a spec: found " + std::to_string(prompt.size()) + " tokens, expected at most the " +
                     std::to_string(shape.context_max) + " of the base's context");
    }
    packed.specs.push_back(packed.count());
    longest = std::max(longest, Size(prompt.size()));
  }
  Shape(packed, longest);
  for (std::size_t i = 0; i < prompts.size(); ++i) Put(packed, Size(i) * packed.length, prompts[i], 0, 0);
  return packed;
}

}  // namespace paw
