#include "lm/native/train_batch.h"

#include <algorithm>

namespace paw::native {
namespace {

class Builder {
 public:
  explicit Builder(std::span<const TrainGroup> groups) : groups_(groups) {}

  TrainBatch Build(std::span<const RowPick> rows) {
    for (std::size_t i = 0; i < rows.size();) {
      const int group = rows[i].group;
      const int first_token = static_cast<int>(batch_.tokens.size());
      const int first_active = static_cast<int>(batch_.active_tokens.size());
      const int prefix = AddPrefix(group);
      for (; i < rows.size() && rows[i].group == group; ++i) {
        AddRow(group, prefix, groups_[static_cast<std::size_t>(group)].rows[static_cast<std::size_t>(rows[i].row)]);
      }
      batch_.groups.push_back(group);
      batch_.all.spans.push_back({first_token, static_cast<int>(batch_.tokens.size()) - first_token, nullptr});
      batch_.active.spans.push_back({first_active, static_cast<int>(batch_.active_tokens.size()) - first_active, nullptr});
    }
    batch_.all.count = static_cast<int>(batch_.tokens.size());
    batch_.active.count = static_cast<int>(batch_.active_tokens.size());
    return std::move(batch_);
  }

 private:
  int AddPrefix(int group) {
    const std::span<const TokenId> tokens = groups_[static_cast<std::size_t>(group)].prefix;
    if (tokens.empty()) return -1;
    TrainSequence sequence;
    sequence.group = group;
    Append(tokens, sequence);
    return static_cast<int>(batch_.sequences.size()) - 1;
  }

  void AddRow(int group, int prefix, const TrainRow& row) {
    TrainSequence sequence;
    sequence.group = group;
    sequence.row = &row;
    sequence.prefix = prefix;
    if (prefix >= 0) {
      sequence.prefix_count = batch_.sequences[static_cast<std::size_t>(prefix)].count;
      sequence.partial_first = batch_.partial_tokens;
      batch_.partial_tokens += static_cast<std::size_t>(sequence.prefix_count);
    }
    Append(row.tokens, sequence);
  }

  void Append(std::span<const TokenId> tokens, TrainSequence sequence) {
    sequence.first = static_cast<int>(batch_.tokens.size());
    sequence.count = static_cast<int>(tokens.size());
    sequence.active_first = static_cast<int>(batch_.active_tokens.size());
    batch_.tokens.insert(batch_.tokens.end(), tokens.begin(), tokens.end());
    for (int t = 0; t < sequence.count; ++t) {
      batch_.all.positions.push_back(sequence.prefix_count + t);
      batch_.all.visible.push_back(sequence.prefix_count + t + 1);
    }
    batch_.position_max = std::max(batch_.position_max, sequence.prefix_count + sequence.count);
    if (sequence.row != nullptr) AddTargets(sequence);
    sequence.active_count = static_cast<int>(batch_.active_tokens.size()) - sequence.active_first;
    batch_.sequences.push_back(sequence);
  }

  void AddTargets(const TrainSequence& sequence) {
    for (const TrainTarget& target : sequence.row->targets) {
      const int token = sequence.first + target.position;
      if (batch_.active_tokens.empty() || batch_.active_tokens.back() != token) {
        batch_.active_tokens.push_back(token);
        batch_.active.positions.push_back(sequence.prefix_count + target.position);
        batch_.active.visible.push_back(sequence.prefix_count + target.position + 1);
      }
      batch_.targets.push_back({static_cast<int>(batch_.active_tokens.size()) - 1, &target});
    }
  }

  std::span<const TrainGroup> groups_;
  TrainBatch batch_;
};

}  // namespace

TrainBatch MakeBatch(std::span<const TrainGroup> groups, std::span<const RowPick> rows) { return Builder(groups).Build(rows); }

std::vector<std::vector<RowPick>> CutIntoChunks(std::span<const TrainGroup> groups, int tokens_max) {
  std::vector<std::vector<RowPick>> chunks;
  std::size_t tokens = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t r = 0; r < groups[g].rows.size(); ++r) {
      const std::size_t more = groups[g].rows[r].tokens.size();
      if (chunks.empty() || tokens + more > static_cast<std::size_t>(tokens_max)) {
        chunks.emplace_back();
        tokens = 0;
      }
      chunks.back().push_back({static_cast<int>(g), static_cast<int>(r)});
      tokens += more;
    }
  }
  return chunks;
}

}  // namespace paw::native
