// Answers through a shared engine against sessions of one's own, byte for byte; who waits, who fails, who is refused.
#include "runtime/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "fs/fault_fs.h"
#include "fs/memory_fs.h"
#include "lm/native/native.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

std::shared_ptr<BaseModel> NativeBase() { return ToyBase(1, OpenNative, EngineKind::kNative); }

std::shared_ptr<Scheduler> OpenScheduler(const std::shared_ptr<BaseModel>& base, const SchedulerOptions& options) {
  auto scheduler = Scheduler::Open(base->lm(), base, options);
  EXPECT_TRUE(scheduler.ok()) << scheduler.message();
  return *scheduler;
}

SchedulerOptions SmallSteps(int step_tokens) {
  SchedulerOptions options;
  options.threads = 1;
  options.context_max = 512;
  options.step_tokens = step_tokens;
  return options;
}

Session SessionOf(const Program& program, Scheduler& scheduler, const CallerOptions& caller = {}) {
  auto session = program.NewSession(scheduler, caller);
  EXPECT_TRUE(session.ok()) << session.message();
  return std::move(session).value();
}

std::vector<std::string> Inputs(int count) {
  std::vector<std::string> inputs;
  for (int i = 0; i < count; ++i) inputs.push_back("row " + std::to_string(i) + std::string(static_cast<std::size_t>(i * 7 % 60), 'x'));
  return inputs;
}

std::vector<std::shared_ptr<const Program>> ToyPrograms(const std::shared_ptr<BaseModel>& base) {
  std::vector<std::shared_ptr<const Program>> programs;
  programs.push_back(OpenToy(ToyBundle(*base, OutputKind::kLabel, {"yes", "no", "later", "urgent spam"}, 1), base));
  programs.push_back(OpenToy(ToyBundle(*base, OutputKind::kLabel, {"spam", "ham"}, 2), base));
  programs.push_back(OpenToy(ToyBundle(*base, OutputKind::kText, {}, 3), base));
  programs.push_back(OpenToy(ToyBundle(*base, OutputKind::kJson, {}, 4), base));
  return programs;
}

RunOptions Asked(int i) {
  RunOptions options;
  options.output_tokens_max = 8;
  options.probabilities = i % 2 == 0;
  return options;
}

// What a row says, every number and error in it.
std::string Said(const Result<RunResult>& result) {
  if (!result.ok()) return result.message();
  std::string text = result->output + "|" + std::to_string(result->tokens_in) + "|" + std::to_string(result->tokens_out);
  for (const LabelProbability& label : result->labels) text += "|" + label.label + "=" + std::to_string(label.probability);
  return text;
}

std::vector<std::string> SaidOf(Session& session, const std::vector<std::string>& inputs, int i) {
  std::vector<std::string> said;
  for (const auto& result : session.RunBatch(inputs, Asked(i))) said.push_back(Said(result));
  return said;
}

TEST(Scheduler, AnswersAreThoseOfASessionOfOnesOwn) {
  const auto base = NativeBase();
  const auto programs = ToyPrograms(base);
  const std::vector<std::string> inputs = Inputs(9);
  for (const int step_tokens : {1, 7, 64, 512}) {
    const auto scheduler = OpenScheduler(base, SmallSteps(step_tokens));
    for (std::size_t p = 0; p < programs.size(); ++p) {
      Session own = OpenSession(*programs[p]);
      Session shared = SessionOf(*programs[p], *scheduler);
      EXPECT_EQ(SaidOf(shared, inputs, static_cast<int>(p)), SaidOf(own, inputs, static_cast<int>(p)))
          << "program " << p << ", steps of " << step_tokens;
    }
    EXPECT_EQ(scheduler->counts().prefixes, static_cast<std::int64_t>(programs.size()));
  }
}

TEST(Scheduler, ManyCallersOfManyProgramsGetTheirOwnAnswers) {
  const auto base = NativeBase();
  const auto programs = ToyPrograms(base);
  const std::vector<std::string> inputs = Inputs(6);
  std::vector<std::vector<std::string>> expected;
  for (std::size_t p = 0; p < programs.size(); ++p) {
    Session own = OpenSession(*programs[p]);
    expected.push_back(SaidOf(own, inputs, static_cast<int>(p)));
  }
  const auto scheduler = OpenScheduler(base, SmallSteps(96));
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (std::size_t c = 0; c < 12; ++c) {
    callers.emplace_back([&, c] {
      const std::size_t p = c % programs.size();
      for (int round = 0; round < 5; ++round) {
        auto session = programs[p]->NewSession(*scheduler);
        if (!session.ok() || SaidOf(*session, inputs, static_cast<int>(p)) != expected[p]) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
  const SchedulerCounts counts = scheduler->counts();
  EXPECT_EQ(counts.prefixes, static_cast<std::int64_t>(programs.size())) << "a program's prompt is evaluated once for all callers";
  EXPECT_EQ(counts.waiting, 0);
  EXPECT_GT(counts.rows, counts.steps) << "rows of several callers share steps";
}

// Forks of a sequence before and after it grew, as a context of one's own gives them.
TEST(Scheduler, SequencesForkAndGrowAsInAContextOfOnesOwn) {
  const auto base = NativeBase();
  const auto scheduler = OpenScheduler(base, SmallSteps(3));
  const auto logits = [](Context& context) {
    std::vector<std::vector<float>> all;
    const std::vector<TokenId> tokens = {5, 9, 12, 40, 41, 42, 7};
    const auto add = [&](SequenceId sequence, std::size_t first, std::size_t count) {
      ForwardRow row;
      row.sequence = sequence;
      row.tokens = std::span(tokens).subspan(first, count);
      row.logits = LogitsAt::kAll;
      auto outputs = context.Forward({&row, 1});
      EXPECT_TRUE(outputs.ok()) << outputs.message();
      if (outputs.ok()) all.push_back(outputs->front().logits);
    };
    const SequenceId a = *context.NewSequence();
    add(a, 0, 4);
    const SequenceId before = *context.Fork(a);
    add(a, 4, 3);
    const SequenceId after = *context.Fork(a);
    context.Drop(a);
    add(before, 2, 2);
    add(after, 0, 1);
    EXPECT_TRUE(context.Truncate(after, 3).ok());
    EXPECT_EQ(*context.Length(after), 3);
    add(after, 1, 5);
    EXPECT_FALSE(context.Truncate(after, 9).ok());
    EXPECT_EQ(*context.Length(before), 6);
    EXPECT_EQ(*context.Length(after), 8);
    EXPECT_FALSE(context.Length(a).ok());
    EXPECT_FALSE(context.Fork(a).ok());
    return all;
  };
  const auto own = base->lm().NewContext({1, 512});
  const auto shared = scheduler->NewContext({});
  ASSERT_TRUE(own.ok() && shared.ok());
  EXPECT_EQ(logits(**shared), logits(**own));
}

TEST(Scheduler, OnlyTheRowAtFaultFails) {
  const auto base = NativeBase();
  SchedulerOptions options = SmallSteps(512);
  options.context_max = 40;
  const auto scheduler = OpenScheduler(base, options);
  const auto good = *scheduler->NewContext({}), bad = *scheduler->NewContext({});
  const std::vector<TokenId> few(10, 5), many(60, 5);
  std::atomic<int> good_ok = 0, bad_failed = 0;
  const auto run = [](Context& context, std::span<const TokenId> tokens) {
    ForwardRow row;
    row.sequence = *context.NewSequence();
    row.tokens = tokens;
    return context.Forward({&row, 1}).code();
  };
  std::thread other([&] {
    for (int i = 0; i < 50; ++i) good_ok += run(*good, few) == Code::kOk ? 1 : 0;
  });
  for (int i = 0; i < 50; ++i) bad_failed += run(*bad, many) == Code::kFailed ? 1 : 0;
  other.join();
  EXPECT_EQ(good_ok, 50);
  EXPECT_EQ(bad_failed, 50);
  ForwardRow nothing;
  nothing.sequence = *good->NewSequence();
  EXPECT_EQ(good->Forward({&nothing, 1}).code(), Code::kUsage) << "a row without tokens";
  // Of a call with a row at fault nothing stays, also not what was computed before.
  ForwardRow rows[2];
  rows[0].sequence = *good->NewSequence();
  rows[0].tokens = few;
  rows[1].sequence = *good->NewSequence();
  rows[1].tokens = many;
  EXPECT_EQ(good->Forward(rows).code(), Code::kFailed);
  EXPECT_EQ(*good->Length(rows[0].sequence), 0);
  rows[0].logits = LogitsAt::kLast;
  const auto again = good->Forward({rows, 1});
  const auto alone = base->lm().NewContext({1, 40});
  rows[0].sequence = *(*alone)->NewSequence();
  const auto expected = (*alone)->Forward({rows, 1});
  ASSERT_TRUE(again.ok() && expected.ok());
  EXPECT_EQ(again->front().logits, expected->front().logits);
  ForwardRow unknown;
  unknown.sequence = 99;
  unknown.tokens = few;
  EXPECT_EQ(good->Forward({&unknown, 1}).code(), Code::kUsage);
}

// Prompts evaluated by one scheduler are read back by the next one, to the same answers; a damaged one is evaluated again.
TEST(Scheduler, PrefixesAreReadBackFromTheCache) {
  const auto base = NativeBase();
  const auto programs = ToyPrograms(base);
  const std::vector<std::string> inputs = Inputs(4);
  MemoryFs fs;
  SchedulerOptions options = SmallSteps(64);
  options.prefix_cache = std::make_shared<PrefixCache>(fs, "/cache");
  options.prefix_cache_model = "toy";
  options.cached_prefix_tokens_max = 0;
  const auto answers = [&](SchedulerCounts& counts) {
    const auto scheduler = OpenScheduler(base, options);
    std::vector<std::vector<std::string>> said;
    for (int round = 0; round < 2; ++round) {
      for (std::size_t p = 0; p < programs.size(); ++p) {
        Session session = SessionOf(*programs[p], *scheduler);
        said.push_back(SaidOf(session, inputs, static_cast<int>(p)));
      }
    }
    counts = scheduler->counts();
    return said;
  };
  SchedulerCounts first, second, third;
  const auto expected = answers(first);
  const auto count = static_cast<std::int64_t>(programs.size());
  EXPECT_EQ(first.prefixes, count);
  EXPECT_EQ(first.prefixes_read, count) << "the second round finds none in memory";
  EXPECT_EQ(answers(second), expected);
  EXPECT_EQ(second.prefixes, 0);
  EXPECT_EQ(second.prefixes_read, 2 * count);
  const auto files = fs.List("/cache/prefixes");
  ASSERT_TRUE(files.ok());
  EXPECT_EQ(files->size(), programs.size());
  for (const FolderEntry& file : *files) {
    const std::string path = "/cache/prefixes/" + file.name;
    auto bytes = fs.Read(path, 1 << 24);
    ASSERT_TRUE(bytes.ok());
    bytes->back() ^= std::byte{1};
    ASSERT_TRUE(fs.PublishFile(path, *bytes).ok());
  }
  EXPECT_EQ(answers(third), expected);
  EXPECT_EQ(third.prefixes, count);
}

TEST(Scheduler, APrefixCacheThatCannotBeWrittenCostsNoAnswer) {
  const auto base = NativeBase();
  const auto programs = ToyPrograms(base);
  const std::vector<std::string> inputs = Inputs(2);
  MemoryFs memory;
  FaultFs fs(&memory, FaultKind::kStop, 1);
  SchedulerOptions options = SmallSteps(64);
  options.prefix_cache = std::make_shared<PrefixCache>(fs, "/cache");
  options.cached_prefix_tokens_max = 0;
  const auto scheduler = OpenScheduler(base, options);
  for (int round = 0; round < 2; ++round) {
    for (std::size_t p = 0; p < programs.size(); ++p) {
      Session own = OpenSession(*programs[p]), shared = SessionOf(*programs[p], *scheduler);
      EXPECT_EQ(SaidOf(shared, inputs, static_cast<int>(p)), SaidOf(own, inputs, static_cast<int>(p)));
    }
  }
  EXPECT_EQ(scheduler->counts().prefixes, static_cast<std::int64_t>(programs.size())) << "they stay in memory then";
}

// A caller whose long call is under way, and one that waits behind it.
class SchedulerQueue : public testing::Test {
 protected:
  void SetUp() override {
    base_ = NativeBase();
    SchedulerOptions options = SmallSteps(1);
    options.callers_max = 2;
    scheduler_ = OpenScheduler(base_, options);
    long_ = *scheduler_->NewContext({});
    caller_ = std::thread([&] {
      const std::vector<TokenId> tokens(500, 5);
      for (int i = 0; i < 40 && !stop_; ++i) {
        ForwardRow row;
        row.sequence = *long_->NewSequence();
        row.tokens = tokens;
        EXPECT_TRUE(long_->Forward({&row, 1}).ok());
        long_->Drop(row.sequence);
      }
    });
    while (scheduler_->counts().steps < 5) std::this_thread::yield();
  }
  void TearDown() override {
    stop_ = true;
    caller_.join();
  }
  Status RunOne(const CallerOptions& options) {
    const auto context = PAW_TRY(scheduler_->NewContext(options));
    const std::vector<TokenId> tokens(400, 6);
    ForwardRow row;
    row.sequence = PAW_TRY(context->NewSequence());
    row.tokens = tokens;
    return context->Forward({&row, 1}).status();
  }

  std::shared_ptr<BaseModel> base_;
  std::shared_ptr<Scheduler> scheduler_;
  std::unique_ptr<Context> long_;
  std::thread caller_;
  std::atomic<bool> stop_ = false;
};

TEST_F(SchedulerQueue, ACallPastItsDeadlineLeavesTheQueue) {
  CallerOptions options;
  options.deadline_seconds = 0.0;
  EXPECT_EQ(RunOne(options).code(), Code::kUnavailable);
  EXPECT_TRUE(RunOne({}).ok()) << "the others go on";
}

TEST_F(SchedulerQueue, ACancelledCallLeavesTheQueue) {
  CancelFlag cancel;
  cancel.Cancel();
  CallerOptions options;
  options.cancel = &cancel;
  EXPECT_EQ(RunOne(options).code(), Code::kInterrupted);
}

TEST_F(SchedulerQueue, ACallerTooManyIsRefused) {
  const auto second = scheduler_->NewContext({});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(scheduler_->NewContext({}).code(), Code::kUnavailable);
}

// A prefix of no tokens, asked for while another computes, is a sequence like any other.
TEST_F(SchedulerQueue, AnEmptyPrefixIsASequence) {
  const auto context = *scheduler_->NewContext({});
  const SequenceId prefix = *context->EvaluatePrefix(kNoAdapter, {});
  const TokenId token = 5;
  ForwardRow row;
  row.sequence = *context->Fork(prefix);
  row.tokens = {&token, 1};
  const auto outputs = context->Forward({&row, 1});
  EXPECT_TRUE(outputs.ok()) << outputs.message();
}

// A context whose first step waits for the test, and that writes down the first token of each.
class GatedContext final : public Context {
 public:
  struct Gate {
    std::atomic<bool> reached = false, open = false;
    std::vector<TokenId> steps;  // written by whoever computes; read when nobody does
  };
  GatedContext(std::unique_ptr<Context> inner, Gate& gate) : inner_(std::move(inner)), gate_(gate) {}
  Result<SequenceId> NewSequence() override { return inner_->NewSequence(); }
  Result<SequenceId> Fork(SequenceId parent) override { return inner_->Fork(parent); }
  void Drop(SequenceId sequence) override { inner_->Drop(sequence); }
  Result<std::int32_t> Length(SequenceId sequence) const override { return inner_->Length(sequence); }
  Status Truncate(SequenceId sequence, std::int32_t length) override { return inner_->Truncate(sequence, length); }
  Result<std::vector<RowOutput>> Forward(std::span<const ForwardRow> rows) override {
    gate_.reached = true;
    gate_.reached.notify_all();
    gate_.open.wait(false);
    if (!rows.empty()) gate_.steps.push_back(rows.front().tokens.front());
    return inner_->Forward(rows);
  }

 private:
  std::unique_ptr<Context> inner_;
  Gate& gate_;
};

class GatedModel final : public LanguageModel {
 public:
  GatedModel(LanguageModel& inner, GatedContext::Gate& gate) : inner_(inner), gate_(gate) {}
  const ModelShape& shape() const override { return inner_.shape(); }
  std::string engine_id() const override { return inner_.engine_id(); }
  std::string engine_version() const override { return inner_.engine_version(); }
  Result<AdapterId> AddAdapter(std::span<const std::byte> adapter) override { return inner_.AddAdapter(adapter); }
  void RemoveAdapter(AdapterId adapter) override { inner_.RemoveAdapter(adapter); }
  std::size_t AdapterBytes(AdapterId adapter) const override { return inner_.AdapterBytes(adapter); }
  Result<std::unique_ptr<Context>> NewContext(const ContextOptions& options) const override {
    return std::unique_ptr<Context>(std::make_unique<GatedContext>(PAW_TRY(inner_.NewContext(options)), gate_));
  }

 private:
  LanguageModel& inner_;
  GatedContext::Gate& gate_;
};

// Of one group 500 tokens wait, of another a single row: its turn comes at once, not at the end.
TEST(Scheduler, AGroupsManyRowsDoNotHoldBackAnothersSingleOne) {
  const auto base = NativeBase();
  GatedContext::Gate gate;
  const GatedModel model(base->lm(), gate);
  const auto scheduler = *Scheduler::Open(model, base, SmallSteps(1));
  const auto call = [&](std::int64_t group, std::size_t count, TokenId token) {
    const auto context = *scheduler->NewContext({.group = group});
    const std::vector<TokenId> tokens(count, token);
    ForwardRow row;
    row.sequence = *context->NewSequence();
    row.tokens = tokens;
    EXPECT_TRUE(context->Forward({&row, 1}).ok());
  };
  std::thread many([&] { call(1, 500, 5); });
  gate.reached.wait(false);
  std::thread single([&] { call(7, 1, 6); });
  while (scheduler->counts().waiting < 2) std::this_thread::yield();
  gate.open = true;
  gate.open.notify_all();
  many.join();
  single.join();
  const auto turn = std::find(gate.steps.begin(), gate.steps.end(), 6) - gate.steps.begin();
  EXPECT_LE(turn, 2) << "steps of one token; the first was taken before the row came";
  EXPECT_EQ(gate.steps.size(), 501u);
}

}  // namespace
}  // namespace paw
