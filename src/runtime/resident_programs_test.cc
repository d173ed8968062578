#include "runtime/resident_programs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "lm/native/native.h"
#include "runtime/toy_program.h"

namespace paw {
namespace {

class Residents : public testing::Test {
 protected:
  std::shared_ptr<ResidentProgram> Handle(const std::shared_ptr<ResidentPrograms>& set, std::uint64_t seed) {
    return std::make_shared<ResidentProgram>(set, [this, seed] {
      ++opened_;
      return Program::Open(ToyBundle(*base_, OutputKind::kText, {}, seed), base_);
    });
  }
  std::uint64_t OneSize() { return OpenToy(ToyBundle(*base_, OutputKind::kText, {}, 1), base_)->adapter_bytes(); }

  const std::shared_ptr<BaseModel> base_ = ToyBase(1, OpenNative, EngineKind::kNative);
  std::atomic<int> opened_ = 0;
};

TEST_F(Residents, TheLongestUnusedIsClosedAndOpenedAgain) {
  const std::uint64_t size = OneSize();
  ASSERT_GT(size, 0u);
  const auto set = std::make_shared<ResidentPrograms>(2 * size);
  const auto a = Handle(set, 1), b = Handle(set, 2), c = Handle(set, 3);
  ASSERT_TRUE(a->Take().ok() && b->Take().ok() && a->Take().ok());
  EXPECT_EQ(opened_, 2);
  ASSERT_TRUE(c->Take().ok());  // b goes
  EXPECT_EQ(set->counts().open, 2);
  EXPECT_EQ(set->counts().bytes, 2 * size);
  ASSERT_TRUE(a->Take().ok());
  EXPECT_EQ(opened_, 3);
  ASSERT_TRUE(b->Take().ok());  // c goes
  EXPECT_EQ(opened_, 4);
  EXPECT_EQ(set->counts().opened, 4);
}

TEST_F(Residents, AProgramInUseIsNotClosed) {
  const auto set = std::make_shared<ResidentPrograms>(1);
  const auto a = Handle(set, 1), b = Handle(set, 2);
  const auto held = a->Take();
  ASSERT_TRUE(held.ok());
  { ASSERT_TRUE(b->Take().ok()); }
  EXPECT_EQ(set->counts().open, 2) << "both are in use when b is opened";
  const auto again = a->Take();
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *held);
  EXPECT_EQ(opened_, 2);
}

TEST_F(Residents, AHandleThatGoesLeavesNothing) {
  const auto set = std::make_shared<ResidentPrograms>(1 << 30);
  {
    const auto a = Handle(set, 1);
    ASSERT_TRUE(a->Take().ok());
    EXPECT_EQ(set->counts().open, 1);
  }
  EXPECT_EQ(set->counts().open, 0);
  EXPECT_EQ(set->counts().bytes, 0u);
}

TEST_F(Residents, AProgramThatCannotBeOpenedIsAskedForAgain) {
  const auto set = std::make_shared<ResidentPrograms>(1 << 30);
  int tries = 0;
  ResidentProgram handle(set, [&]() -> Result<std::shared_ptr<const Program>> {
    if (++tries == 1) return Unavailable("opening: found no memory");
    return Program::Open(ToyBundle(*base_, OutputKind::kText, {}, 1), base_);
  });
  EXPECT_EQ(handle.Take().code(), Code::kUnavailable);
  EXPECT_TRUE(handle.Take().ok());
}

TEST_F(Residents, ManyThreadsGetTheirOwnProgramsAnswers) {
  const std::uint64_t size = OneSize();
  const auto set = std::make_shared<ResidentPrograms>(2 * size);
  std::vector<std::shared_ptr<ResidentProgram>> handles;
  std::vector<std::string> expected;
  RunOptions options;
  options.output_tokens_max = 6;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    handles.push_back(Handle(set, seed));
    Session session = OpenSession(*OpenToy(ToyBundle(*base_, OutputKind::kText, {}, seed), base_));
    expected.push_back(session.Run("a message", options)->output);
  }
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 30; ++i) {
        const std::size_t at = (t * 7 + i) % handles.size();
        const auto program = handles[at]->Take();
        if (!program.ok()) {
          ++wrong;
          continue;
        }
        auto session = (*program)->NewSession(1);
        const auto answer = session.ok() ? session->Run("a message", options) : Result<RunResult>(session.status());
        if (!answer.ok() || answer->output != expected[at]) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace paw
