#include "lm/native/context.h"
#include "lm/row_check.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <string>

namespace paw::native {
namespace {

// Tokens of one pass through the layers. Products are at full speed from about 200 on; 512 bound the memory to some 20 MB at width 576.
constexpr int kPieceTokensMax = 512;
// Streamed layers are packed once a pass, so that a whole prompt of the LoRA compiler goes in one.
constexpr int kStreamedPieceTokensMax = 2048;

std::size_t Size(int rows, int columns) { return static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns); }

}  // namespace

NativeContext::NativeContext(std::shared_ptr<const Weights> weights, std::shared_ptr<const AdapterTable> adapters,
                             const ContextOptions& options)
    : weights_(std::move(weights)),
      adapters_(std::move(adapters)),
      context_max_(weights_->positions.empty() ? options.context_max : std::min(options.context_max, weights_->shape.context_max)),
      pool_(options.threads),
      block_(*weights_, pool_),
      projections_(weights_->quant == nullptr ? MakeBf16Projections(*weights_, block_) : MakeQuantProjections(*weights_, block_)),
      pages_(weights_->shape),
      rope_(weights_->shape) {
  scratch_.resize(static_cast<std::size_t>(pool_.threads()));
}

Result<SequenceId> NativeContext::NewSequence() {
  sequences_.emplace(next_, KeySequence{});
  return next_++;
}

Result<SequenceId> NativeContext::Fork(SequenceId parent) {
  const auto found = sequences_.find(parent);
  if (found == sequences_.end()) return Usage("forking sequence " + std::to_string(parent) + ": found none of that name");
  KeySequence copy = found->second;
  sequences_.emplace(next_, std::move(copy));
  return next_++;
}

Result<std::int32_t> NativeContext::Length(SequenceId sequence) const {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("measuring sequence " + std::to_string(sequence) + ": found none of that name");
  return found->second.length;
}

Status NativeContext::Truncate(SequenceId sequence, std::int32_t length) {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("truncating sequence " + std::to_string(sequence) + ": found none of that name");
  PAW_TRY(CheckTruncate(sequence, found->second.length, length));
  pages_.Truncate(found->second, length);
  return Ok();
}

Result<std::vector<std::byte>> NativeContext::Save(SequenceId sequence) const {
  const auto found = sequences_.find(sequence);
  if (found == sequences_.end()) return Usage("saving sequence " + std::to_string(sequence) + ": found none of that name");
  return pages_.Save(found->second);
}

Result<SequenceId> NativeContext::Restore(std::span<const std::byte> saved) {
  KeySequence sequence = PAW_TRY(pages_.Restore(saved));
  if (sequence.length > context_max_) {
    return Refused("restoring a sequence: found " + std::to_string(sequence.length) + " tokens, expected at most " +
                   std::to_string(context_max_));
  }
  sequences_.emplace(next_, std::move(sequence));
  return next_++;
}

Result<NativeContext::Job> NativeContext::CheckRow(const ForwardRow& row) {
  const auto found = sequences_.find(row.sequence);
  if (found == sequences_.end()) return BadRow(row, Code::kUsage, "found no such sequence");
  const std::size_t tokens =
      row.tokens.empty() ? row.embeddings.size() / static_cast<std::size_t>(weights_->shape.width) : row.tokens.size();
  if (tokens > (std::size_t{1} << 24)) return BadRow(row, Code::kFailed, "found " + std::to_string(tokens) + " tokens, expected fewer");
  if (weights_->streamed() && row.logits != LogitsAt::kNone) {
    return BadRow(row, Code::kUnimplemented, "found logits asked of a streamed model, expected hidden states alone");
  }
  Job job;
  job.row = &row;
  job.tokens = static_cast<int>(tokens);
  job.keys = &found->second;
  PAW_TRY(CheckRowContents(row, static_cast<std::size_t>(job.tokens), weights_->shape));
  int depth = job.tokens;  // of a chain; a tree needs as many positions as its longest branch
  if (!row.parents.empty()) {
    depth = 0;
    for (const std::int32_t parent : row.parents) {
      job.depths.push_back(parent < 0 ? 0 : job.depths[static_cast<std::size_t>(parent)] + 1);
      depth = std::max(depth, job.depths.back() + 1);
    }
  }
  if (depth > context_max_ - job.keys->length) {
    return BadRow(row, Code::kFailed,
                  "found " + std::to_string(depth) + " tokens after " + std::to_string(job.keys->length) + ", expected at most " +
                      std::to_string(context_max_) + " in all");
  }
  if (row.adapter != kNoAdapter) {
    job.lora = adapters_->Find(row.adapter);
    if (job.lora == nullptr) return BadRow(row, Code::kRefused, "found no adapter " + std::to_string(row.adapter));
  }
  return job;
}

std::vector<NativeContext::Piece> NativeContext::Cut(const std::vector<Job>& jobs) const {
  const int tokens_max = weights_->streamed() ? kStreamedPieceTokensMax : kPieceTokensMax;
  std::vector<int> order(jobs.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  // Rows under one adapter together: their products share a span. std::less orders pointers; the order changes no number.
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return std::less<>()(jobs[static_cast<std::size_t>(a)].lora.get(), jobs[static_cast<std::size_t>(b)].lora.get());
  });
  std::vector<Piece> pieces(1);
  for (const int r : order) {
    const Job& job = jobs[static_cast<std::size_t>(r)];
    const bool tree = !job.depths.empty();
    for (int first = 0; first < job.tokens;) {
      if (pieces.back().tokens > 0 && (pieces.back().tokens >= tokens_max || (tree && pieces.back().tokens + job.tokens > tokens_max))) {
        pieces.emplace_back();
      }
      Piece& piece = pieces.back();
      const int count = tree ? job.tokens : std::min(job.tokens - first, tokens_max - piece.tokens);
      piece.parts.push_back({r, first, count, piece.tokens, job.keys, tree});
      Span span = {piece.tokens, 0};
      if (job.lora != nullptr) (weights_->quant == nullptr ? void(span.lora = &job.lora->bf16) : void(span.quant = &job.lora->quant));
      if (piece.spans.empty() || !piece.spans.back().SameAdapter(span)) piece.spans.push_back(span);
      piece.spans.back().count += count;
      piece.tokens += count;
      first += count;
    }
  }
  return pieces;
}

Result<std::vector<RowOutput>> NativeContext::Forward(std::span<const ForwardRow> rows) {
  std::vector<Job> jobs;
  std::set<SequenceId> named;
  int longest = 0;
  for (const ForwardRow& row : rows) {
    jobs.push_back(PAW_TRY(CheckRow(row)));
    if (!named.insert(row.sequence).second) return BadRow(row, Code::kUsage, "found two rows of it in one call, expected one");
    longest = std::max(longest, jobs.back().keys->length + jobs.back().tokens);
  }
  if (jobs.empty()) return std::vector<RowOutput>();
  rope_.Reserve(longest);
  for (Job& job : jobs) {
    job.output.hidden.resize(job.row->hidden_layers.size() * Size(HiddenTokensOf(job), weights_->shape.width));
    const std::size_t ids = job.row->logit_ids.empty() ? static_cast<std::size_t>(weights_->shape.vocabulary) : job.row->logit_ids.size();
    const std::size_t logit_rows = job.row->logits == LogitsAt::kAll    ? static_cast<std::size_t>(job.tokens)
                                   : job.row->logits == LogitsAt::kLast ? 1
                                                                        : 0;
    job.output.logits.resize(logit_rows * ids);
    if (job.depths.empty()) pages_.MakeRoom(*job.keys, job.tokens);
  }
  for (Piece& piece : Cut(jobs)) RunPiece(piece, jobs);
  std::vector<RowOutput> outputs;
  for (Job& job : jobs) outputs.push_back(std::move(job.output));
  return outputs;
}

void NativeContext::FillInput(const Piece& piece, const std::vector<Job>& jobs, float* h) {
  const int width = weights_->shape.width;
  for (const Part& part : piece.parts) {
    const ForwardRow& row = *jobs[static_cast<std::size_t>(part.row)].row;
    if (row.tokens.empty()) {
      std::memcpy(h + Size(part.at, width), row.embeddings.data() + Size(part.first, width), Size(part.count, width) * sizeof(float));
      continue;
    }
    pool_.RunRanges(part.count, 16, [&](int first, int last, int) {
      for (int t = first; t < last; ++t)
        EmbedToken(*weights_, row.tokens[static_cast<std::size_t>(part.first + t)], h + Size(part.at + t, width));
    });
  }
}

void NativeContext::RunPiece(Piece& piece, std::vector<Job>& jobs) {
  const ModelShape& shape = weights_->shape;
  for (const Part& part : piece.parts) {
    const Job& job = jobs[static_cast<std::size_t>(part.row)];
    for (int t = 0; t < part.count; ++t) {
      piece.positions.push_back(part.keys->length + (part.tree ? job.depths[static_cast<std::size_t>(part.first + t)] : t));
    }
  }
  float* h = h_.Reserve(Size(piece.tokens, shape.width));
  FillInput(piece, jobs, h);
  block_.AddPositions(piece.positions, h);
  for (int layer = 0; layer < shape.layers; ++layer) {
    RunLayer(layer, piece, jobs, h);
    KeepHidden(layer, piece, jobs, h);
  }
  KeepHidden(shape.layers, piece, jobs, h);
  ComputeLogits(piece, jobs, h);
  for (const Part& part : piece.parts) {
    if (!part.tree) part.keys->length += part.count;
  }
}

HeadRows NativeContext::ProjectHeads(int layer, const Piece& piece) {
  const ModelShape& shape = weights_->shape;
  const int tokens = piece.tokens, query_width = shape.query_width(), kv_width = shape.kv_width();
  const auto ldq = static_cast<std::size_t>(query_width), ldkv = static_cast<std::size_t>(kv_width);
  if (shape.HasProjection(Projection::kQkv)) {
    const int columns = shape.OutputsOf(Projection::kQkv);
    Bf16* qkv = qkv_.Reserve(Size(tokens, columns));
    const ProjectionOut wanted = {Projection::kQkv, GemmOutput().ToBf16(qkv, static_cast<std::size_t>(columns))};
    projections_->Project(layer, piece.spans, {&wanted, 1});
    return HeadRows::InOne(shape, qkv);
  }
  const LayerWeights& weights = weights_->layers[static_cast<std::size_t>(layer)];
  float* q32 = q32_.Reserve(Size(tokens, query_width));
  float* k32 = k32_.Reserve(Size(tokens, kv_width));
  Bf16* v = v_.Reserve(Size(tokens, kv_width));
  const ProjectionOut wanted[3] = {{Projection::kQ, GemmOutput().ToF32(q32, ldq)},
                                   {Projection::kK, GemmOutput().ToF32(k32, ldkv)},
                                   {Projection::kV, GemmOutput().ToBf16(v, ldkv)}};
  projections_->Project(layer, piece.spans, wanted);
  Bf16* q = q_.Reserve(Size(tokens, query_width));
  Bf16* k = k_.Reserve(Size(tokens, kv_width));
  block_.ShapeHeads(q32, weights.query_norm, rope_, piece.positions, query_width, nullptr, q);
  block_.ShapeHeads(k32, weights.key_norm, rope_, piece.positions, kv_width, nullptr, k);
  return {q, k, v, ldq, ldkv};
}

void NativeContext::RunFeed(int layer, const Piece& piece, float* h) {
  const ModelShape& shape = weights_->shape;
  const int tokens = piece.tokens;
  const auto width = static_cast<std::size_t>(shape.width), ff_width = static_cast<std::size_t>(shape.ff_width);
  float* gate = shape.HasProjection(Projection::kGate) ? gate_.Reserve(Size(tokens, shape.ff_width)) : nullptr;
  float* up = up_.Reserve(Size(tokens, shape.ff_width));
  std::array<ProjectionOut, 2> inner;
  std::size_t count = 0;
  if (gate != nullptr) inner[count++] = {Projection::kGate, GemmOutput().ToF32(gate, ff_width)};
  inner[count++] = {Projection::kUp, GemmOutput().ToF32(up, ff_width)};
  projections_->Project(layer, piece.spans, std::span(inner).first(count));
  projections_->TakeActivation(gate, up, tokens);
  const ProjectionOut down = {Projection::kDown, GemmOutput().ToResidual(h, h, width)};
  projections_->Project(layer, piece.spans, {&down, 1});
}

void NativeContext::RunLayer(int layer, const Piece& piece, const std::vector<Job>& jobs, float* h) {
  const ModelShape& shape = weights_->shape;
  const LayerWeights& weights = weights_->layers[static_cast<std::size_t>(layer)];
  projections_->TakeNorm(h, weights.attention_norm, piece.tokens);
  heads_ = ProjectHeads(layer, piece);
  StoreKeys(layer, piece);
  float* attended = attended_.Reserve(Size(piece.tokens, shape.query_width()));
  Attend(layer, piece, jobs);
  projections_->Take(attended, piece.tokens, shape.query_width());
  const ProjectionOut output = {Projection::kOutput, GemmOutput().ToResidual(h, h, static_cast<std::size_t>(shape.width))};
  projections_->Project(layer, piece.spans, {&output, 1});
  projections_->TakeNorm(h, weights.feed_norm, piece.tokens);
  RunFeed(layer, piece, h);
}

// The keys and values of chains go into their sequences' pages; a tree's stay in heads_.
void NativeContext::StoreKeys(int layer, const Piece& piece) {
  const int head_width = weights_->shape.head_width;
  pool_.Run(static_cast<int>(piece.parts.size()), [&](int task, int) {
    const Part& part = piece.parts[static_cast<std::size_t>(task)];
    if (part.tree) return;
    for (int t = 0; t < part.count; ++t) {
      const int position = part.keys->length + t;
      KeyPage& page = *part.keys->pages[static_cast<std::size_t>(position / kPanel)];
      for (int kv_head = 0; kv_head < weights_->shape.kv_heads; ++kv_head) {
        const std::size_t from = static_cast<std::size_t>(part.at + t) * heads_.ldkv + Size(kv_head, head_width);
        PutKey(pages_.head(), heads_.k + from, position % kPanel, pages_.Keys(page, layer, kv_head));
        PutValue(pages_.head(), heads_.v + from, position % kPanel, pages_.Values(page, layer, kv_head));
      }
    }
  });
}

void NativeContext::Attend(int layer, const Piece& piece, const std::vector<Job>& jobs) {
  const ModelShape& shape = weights_->shape;
  const auto query_width = static_cast<std::size_t>(shape.query_width());
  // A long part is cut into blocks of queries, so that one long row keeps every thread busy.
  constexpr int kQueries = 4 * kTileRows;
  struct Task {
    const Part* part;
    int first, count;
  };
  std::vector<Task> tasks;
  for (const Part& part : piece.parts) {
    const int block = part.tree ? part.count : kQueries;
    for (int first = 0; first < part.count; first += block) tasks.push_back({&part, first, std::min(block, part.count - first)});
  }
  pool_.Run(static_cast<int>(tasks.size()) * shape.kv_heads, [&](int index, int thread) {
    const Task& task = tasks[static_cast<std::size_t>(index / shape.kv_heads)];
    const int kv_head = index % shape.kv_heads;
    const Part& part = *task.part;
    if (part.tree) {
      AttendTree(layer, kv_head, part, jobs[static_cast<std::size_t>(part.row)], thread);
      return;
    }
    ThreadScratch& scratch = scratch_[static_cast<std::size_t>(thread)];
    scratch.visible.clear();
    for (int t = 0; t < task.count; ++t) scratch.visible.push_back(part.keys->length + task.first + t + 1);
    scratch.k_list.clear();
    scratch.v_list.clear();
    for (int page = 0; page * kPanel < scratch.visible.back(); ++page) {
      scratch.k_list.push_back(pages_.Keys(*part.keys->pages[static_cast<std::size_t>(page)], layer, kv_head));
      scratch.v_list.push_back(pages_.Values(*part.keys->pages[static_cast<std::size_t>(page)], layer, kv_head));
    }
    const auto row = static_cast<std::size_t>(part.at + task.first);
    const std::size_t column = Size(kv_head, pages_.head().heads * shape.head_width);
    AttentionQueries queries;
    queries.count = task.count;
    queries.q = heads_.q + row * heads_.ldq + column;
    queries.ldq = heads_.ldq;
    queries.visible = scratch.visible;
    queries.out_f32 = attended_.get() + row * query_width + column;
    queries.ldo = query_width;
    AttendForward(block_.kernels(), pages_.head(), queries, scratch.k_list.data(), scratch.v_list.data(), scratch.attention);
  });
}

// Each token sees the sequence and its own ancestors. Its last pages are built as if the branch were a chain, so its bits are the chain's.
void NativeContext::AttendTree(int layer, int kv_head, const Part& part, const Job& job, int thread) {
  const ModelShape& shape = weights_->shape;
  const AttentionShape& head = pages_.head();
  ThreadScratch& scratch = scratch_[static_cast<std::size_t>(thread)];
  const auto query_width = static_cast<std::size_t>(shape.query_width());
  const int length = part.keys->length;
  const int whole = length / kPanel;  // pages that no branch reaches into
  const int depth_max = *std::max_element(job.depths.begin(), job.depths.end());
  const int own = (length % kPanel + depth_max + 1 + kPanel - 1) / kPanel;
  const std::size_t key_size = head.page_key_size(), value_size = head.page_value_size();
  Bf16* own_pages = scratch.pages.Reserve(static_cast<std::size_t>(own) * (key_size + value_size));
  scratch.k_list.clear();
  scratch.v_list.clear();
  for (int page = 0; page < whole; ++page) {
    scratch.k_list.push_back(pages_.Keys(*part.keys->pages[static_cast<std::size_t>(page)], layer, kv_head));
    scratch.v_list.push_back(pages_.Values(*part.keys->pages[static_cast<std::size_t>(page)], layer, kv_head));
  }
  for (int page = 0; page < own; ++page) {
    scratch.k_list.push_back(own_pages + static_cast<std::size_t>(page) * (key_size + value_size));
    scratch.v_list.push_back(scratch.k_list.back() + key_size);
  }
  const std::size_t kv_column = Size(kv_head, shape.head_width);
  for (int t = 0; t < part.count; ++t) {
    std::memset(own_pages, 0, static_cast<std::size_t>(own) * (key_size + value_size) * sizeof(Bf16));
    if (length % kPanel != 0) {
      std::memcpy(own_pages, pages_.Keys(*part.keys->pages.back(), layer, kv_head), (key_size + value_size) * sizeof(Bf16));
    }
    for (int ancestor = t; ancestor >= 0; ancestor = job.row->parents[static_cast<std::size_t>(ancestor)]) {
      const int position = length % kPanel + job.depths[static_cast<std::size_t>(ancestor)];
      Bf16* page = own_pages + static_cast<std::size_t>(position / kPanel) * (key_size + value_size);
      const std::size_t from = static_cast<std::size_t>(part.at + ancestor) * heads_.ldkv + kv_column;
      PutKey(head, heads_.k + from, position % kPanel, page);
      PutValue(head, heads_.v + from, position % kPanel, page + key_size);
    }
    const int visible = length + job.depths[static_cast<std::size_t>(t)] + 1;
    const auto row = static_cast<std::size_t>(part.at + t);
    const std::size_t column = Size(kv_head, head.heads * shape.head_width);
    AttentionQueries queries;
    queries.count = 1;
    queries.q = heads_.q + row * heads_.ldq + column;
    queries.ldq = heads_.ldq;
    queries.visible = {&visible, 1};
    queries.out_f32 = attended_.get() + row * query_width + column;
    queries.ldo = query_width;
    AttendForward(block_.kernels(), head, queries, scratch.k_list.data(), scratch.v_list.data(), scratch.attention);
  }
}

}  // namespace paw::native
