#include "teacher/journal.h"

#include <gtest/gtest.h>

#include "fs/fault_fs.h"
#include "fs/memory_fs.h"

namespace paw {
namespace {

TeacherReply Answer(const std::string& text) { return {10, text, ""}; }

TEST(TeacherJournal, KeepsRepliesInTheirOrder) {
  MemoryFs fs;
  {
    const auto journal = TeacherJournal::Open(fs, "/cache", "key");
    ASSERT_TRUE(journal.ok()) << journal.message();
    ASSERT_TRUE(*(*journal)->Append(3, TeacherStep::kPairs, {7, std::nullopt, "no text"}));
    ASSERT_TRUE(*(*journal)->Append(3, TeacherStep::kPairs, Answer("second")));
    EXPECT_FALSE((*journal)->full());
  }
  const auto journal = TeacherJournal::Open(fs, "/cache", "key");
  ASSERT_TRUE(journal.ok()) << journal.message();
  EXPECT_EQ((*journal)->tokens(), 17);
  EXPECT_EQ((*journal)->Find(3, TeacherStep::kPairs, 0)->problem, "no text");
  EXPECT_EQ((*journal)->Find(3, TeacherStep::kPairs, 1)->text, "second");
  EXPECT_FALSE((*journal)->Find(3, TeacherStep::kPairs, 2));
  EXPECT_FALSE((*journal)->Find(3, TeacherStep::kOutputs, 0));
}

TEST(TeacherJournal, NeverGrowsBeyondWhatItWouldReadAgain) {
  MemoryFs fs;
  constexpr std::size_t kBytes = 300;
  std::size_t kept = 0;
  {
    const auto journal = TeacherJournal::Open(fs, "/cache", "key", kBytes);
    ASSERT_TRUE(journal.ok()) << journal.message();
    EXPECT_FALSE((*journal)->full());
    while (*(*journal)->Append(0, TeacherStep::kPairs, Answer(std::string(50, 'x')))) {
      ASSERT_LT(++kept, kBytes);
      EXPECT_EQ((*journal)->full(), kept == 3) << "no room for another one like it: " << kept;
    }
    EXPECT_EQ(kept, 3u);
    EXPECT_TRUE((*journal)->full());
  }
  const auto again = TeacherJournal::Open(fs, "/cache", "key", kBytes);
  ASSERT_TRUE(again.ok()) << again.message();
  EXPECT_TRUE((*again)->Find(0, TeacherStep::kPairs, kept - 1));
  EXPECT_FALSE((*again)->Find(0, TeacherStep::kPairs, kept));
  EXPECT_TRUE((*again)->full()) << "what was there counts";
  EXPECT_FALSE(*(*again)->Append(0, TeacherStep::kPairs, Answer(std::string(50, 'x'))));
}

TEST(TeacherJournal, IsFullOnceAReplyWasLost) {
  MemoryFs fs;
  const auto journal = TeacherJournal::Open(fs, "/cache", "key", 1000);
  ASSERT_TRUE(journal.ok()) << journal.message();
  EXPECT_FALSE(*(*journal)->Append(0, TeacherStep::kPairs, Answer(std::string(2000, 'x'))));
  EXPECT_TRUE((*journal)->full());
  EXPECT_EQ((*journal)->tokens(), 0) << "it is not there";
}

TEST(TeacherJournal, ATornLineIsTheLast) {
  for (const FaultKind kind : {FaultKind::kFull, FaultKind::kError}) {
    int failures = 0;
    for (int at = 1;; ++at) {
      MemoryFs fs;
      FaultFs faulty(&fs, kind, at);
      std::size_t kept = 0;
      {
        const auto journal = TeacherJournal::Open(faulty, "/cache", "key");
        Status first;
        for (int i = 0; journal.ok() && i < 4; ++i) {
          const Status status = (*journal)->Append(0, TeacherStep::kPairs, Answer("text " + std::to_string(i))).status();
          if (first.ok()) {
            first = status;
          } else {
            EXPECT_EQ(status.message(), first.message()) << "nothing is written after it";
          }
          kept += status.ok() ? 1 : 0;
        }
        failures += first.ok() ? 0 : 1;
      }
      const auto again = TeacherJournal::Open(fs, "/cache", "key");
      ASSERT_TRUE(again.ok()) << again.message();
      for (std::size_t i = 0; i < kept; ++i) {
        EXPECT_EQ((*again)->Find(0, TeacherStep::kPairs, i)->text, "text " + std::to_string(i)) << at;
      }
      if (!faulty.reached()) break;
    }
    EXPECT_EQ(failures, 8) << "each of four lines is written and synced";
  }
}

}  // namespace
}  // namespace paw
