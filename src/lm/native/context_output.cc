// NativeContext, what it hands out: hidden states and logits.
#include <algorithm>
#include <cstring>

#include "lm/native/context.h"

namespace paw::native {
namespace {

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

}  // namespace

void NativeContext::KeepHidden(int layer, const Piece& piece, std::vector<Job>& jobs, const float* h) {
  const ModelShape& shape = weights_->shape;
  for (const Part& part : piece.parts) {
    Job& job = jobs[static_cast<std::size_t>(part.row)];
    for (std::size_t i = 0; i < job.row->hidden_layers.size(); ++i) {
      if (job.row->hidden_layers[i] != layer) continue;
      const int kept = HiddenTokensOf(job);
      const int from = std::max(job.tokens - kept - part.first, 0);  // of the part: the first token whose states are wanted
      if (from >= part.count) continue;
      float* out = job.output.hidden.data() + i * Size(kept, shape.width) + Size(part.first + from - (job.tokens - kept), shape.width);
      const float* in = h + Size(part.at + from, shape.width);
      if (layer < shape.layers) {
        std::memcpy(out, in, Size(part.count - from, shape.width) * sizeof(float));
        continue;
      }
      for (int t = 0; t < part.count - from; ++t) {
        block_.NormRow(in + Size(t, shape.width), weights_->output_norm, out + Size(t, shape.width));
      }
    }
  }
}

void NativeContext::ComputeLogits(const Piece& piece, std::vector<Job>& jobs, const float* h) {
  const ModelShape& shape = weights_->shape;
  struct Wanted {
    Job* job;
    int token;  // in the piece
    int row;    // of the job's logits
  };
  std::vector<Wanted> wanted;
  for (const Part& part : piece.parts) {
    Job& job = jobs[static_cast<std::size_t>(part.row)];
    if (job.row->logits == LogitsAt::kNone) continue;
    const bool all = job.row->logits == LogitsAt::kAll;
    for (int t = all ? 0 : part.count - 1; t < part.count; ++t) {
      if (all || part.first + t == job.tokens - 1) wanted.push_back({&job, part.at + t, all ? part.first + t : 0});
    }
  }
  if (wanted.empty()) return;
  const auto width = static_cast<std::size_t>(shape.width);
  float* rows_wanted = wanted_.Reserve(wanted.size() * width);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    std::memcpy(rows_wanted + i * width, h + static_cast<std::size_t>(wanted[i].token) * width, width * sizeof(float));
  }
  projections_->TakeNorm(rows_wanted, weights_->output_norm, static_cast<int>(wanted.size()));
  // Neighbours that want the whole vocabulary, or the same ids, go through one product.
  constexpr std::size_t kRowsMax = 128;
  for (std::size_t i = 0; i < wanted.size();) {
    const std::span<const TokenId> ids = wanted[i].job->row->logit_ids;
    std::size_t end = i + 1;
    while (end < wanted.size() && end - i < kRowsMax &&
           std::equal(ids.begin(), ids.end(), wanted[end].job->row->logit_ids.begin(), wanted[end].job->row->logit_ids.end())) {
      ++end;
    }
    const int rows = static_cast<int>(end - i);
    const std::size_t columns = ids.empty() ? static_cast<std::size_t>(shape.vocabulary) : ids.size();
    float* logits = logits_.Reserve(static_cast<std::size_t>(rows) * columns);
    projections_->Logits(static_cast<int>(i), rows, ids, logits);
    for (std::size_t r = i; r < end; ++r) {
      std::memcpy(wanted[r].job->output.logits.data() + static_cast<std::size_t>(wanted[r].row) * columns, logits + (r - i) * columns,
                  columns * sizeof(float));
    }
    i = end;
  }
}

}  // namespace paw::native
