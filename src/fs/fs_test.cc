#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "fs/fault_fs.h"
#include "fs/memory_fs.h"
#include "fs/path.h"
#include "fs/posix_fs.h"

namespace paw {
namespace {

constexpr CrashKind kCrashKinds[] = {CrashKind::kLosesAll, CrashKind::kKeepsNames, CrashKind::kKeepsBytes};

std::string NewFolder() {
  std::string name = testing::TempDir() + "paw-fs-XXXXXX";
  return mkdtemp(name.data());
}

std::vector<std::string> NamesIn(Fs& fs, const std::string& folder) {
  std::vector<std::string> names;
  const auto entries = fs.List(folder);
  if (entries.ok()) {
    for (const FolderEntry& entry : *entries) names.push_back(entry.name);
  }
  return names;
}

TEST(Path, JoinsAndTakesApart) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
  EXPECT_EQ(ParentOf("/a/b"), "/a");
  EXPECT_EQ(ParentOf("/a"), "/");
  EXPECT_EQ(ParentOf("a"), ".");
  EXPECT_EQ(ParentOf("a/b/"), "a");
  EXPECT_EQ(NameOf("/a/b.paw"), "b.paw");
  EXPECT_EQ(NameOf("a/"), "a");
  EXPECT_EQ(NameOf("/"), "/");
}

// Both kinds of Fs obey the same rules; each test below runs on both.
class AnyFs : public testing::TestWithParam<bool> {
 protected:
  AnyFs() : fs_(GetParam() ? PosixFs() : memory_), root_(GetParam() ? NewFolder() : "/root") { (void)fs_.MakeFolders(root_); }
  ~AnyFs() override { (void)fs_.RemoveTree(root_); }
  std::string At(const std::string& name) const { return JoinPath(root_, name); }

  MemoryFs memory_;
  Fs& fs_;
  std::string root_;
};

INSTANTIATE_TEST_SUITE_P(Fs, AnyFs, testing::Bool(), [](const auto& instance) { return instance.param ? "Posix" : "Memory"; });

TEST_P(AnyFs, PublishesAndReadsBack) {
  ASSERT_TRUE(fs_.PublishFile(At("x"), "old").ok());
  ASSERT_TRUE(fs_.PublishFile(At("x"), "newer").ok());
  EXPECT_EQ(*fs_.ReadText(At("x"), 5), "newer");
  EXPECT_EQ(fs_.ReadText(At("x"), 4).code(), Code::kRefused);
  EXPECT_EQ(fs_.Map(At("x"))->text(), "newer");
  EXPECT_EQ(fs_.Stat(At("x"))->bytes, 5u);
  EXPECT_EQ(NamesIn(fs_, root_), std::vector<std::string>{"x"});
  ASSERT_TRUE(fs_.PublishFile(At("empty"), "").ok());
  EXPECT_EQ(*fs_.ReadText(At("empty"), 0), "");
  EXPECT_TRUE(fs_.Map(At("empty"))->bytes().empty());
}

TEST_P(AnyFs, MissingThingsAreNotFound) {
  EXPECT_EQ(fs_.Stat(At("gone")).code(), Code::kNotFound);
  EXPECT_EQ(fs_.Read(At("gone"), 1).code(), Code::kNotFound);
  EXPECT_EQ(fs_.Map(At("gone")).code(), Code::kNotFound);
  EXPECT_EQ(fs_.List(At("gone")).code(), Code::kNotFound);
  EXPECT_EQ(fs_.RemoveFile(At("gone")).code(), Code::kNotFound);
  EXPECT_EQ(fs_.PublishFile(At("gone/x"), "y").code(), Code::kNotFound);
  EXPECT_TRUE(fs_.RemoveTree(At("gone")).ok());
}

TEST_P(AnyFs, AFolderIsNoPublishTarget) {
  ASSERT_TRUE(fs_.MakeFolder(At("folder")).ok());
  EXPECT_EQ(fs_.PublishFile(At("folder"), "x").code(), Code::kUsage);
  EXPECT_FALSE(fs_.Read(At("folder"), 10).ok());
  EXPECT_TRUE(fs_.MakeFolder(At("folder")).ok());
}

TEST_P(AnyFs, APublicationLeftAloneLeavesNothing) {
  {
    Publication publication = std::move(fs_.BeginPublication(At("x"))).value();
    ASSERT_TRUE(publication.Write(std::as_bytes(std::span("abc", 3))).ok());
    EXPECT_EQ(NamesIn(fs_, root_).size(), 1u);
    // Its writer lives, so a clean-up leaves it.
    EXPECT_EQ(*fs_.RemoveStaleTemporaries(root_), 0);
    EXPECT_EQ(NamesIn(fs_, root_).size(), 1u);
  }
  EXPECT_TRUE(NamesIn(fs_, root_).empty());
}

// What is written after Sync is synced by Commit.
TEST(Publication, SyncedEarlyIsSyncedAgainWhereMoreWasWritten) {
  MemoryFs disk;
  ASSERT_TRUE(disk.MakeFolders("/folder").ok());
  FaultFs counted(&disk, FaultKind::kError, 1 << 30);
  {
    Publication publication = std::move(counted.BeginPublication("/folder/x")).value();
    ASSERT_TRUE(publication.Write(std::as_bytes(std::span("abc", 3))).ok());
    ASSERT_TRUE(publication.Sync().ok());
    ASSERT_TRUE(publication.Write(std::as_bytes(std::span("def", 3))).ok());
    ASSERT_TRUE(publication.Sync().ok());
    const int before = counted.calls();
    ASSERT_TRUE(publication.Commit().ok());
    EXPECT_EQ(counted.calls() - before, 2) << "a rename and the folder's sync";
  }
  {
    Publication publication = std::move(counted.BeginPublication("/folder/y")).value();
    ASSERT_TRUE(publication.Sync().ok());
    ASSERT_TRUE(publication.Write(std::as_bytes(std::span("abc", 3))).ok());
    ASSERT_TRUE(publication.Commit().ok());
  }
  disk.Crash(CrashKind::kLosesAll);
  EXPECT_EQ(*disk.ReadText("/folder/x", 10), "abcdef");
  EXPECT_EQ(*disk.ReadText("/folder/y", 10), "abc");
}

TEST_P(AnyFs, FoldersArePublishedWholeAndOnce) {
  ASSERT_TRUE(fs_.PublishFolder(At("stages"), {{"a.txt", "A"}, {"b.txt", "B"}}).ok());
  EXPECT_EQ(NamesIn(fs_, At("stages")), (std::vector<std::string>{"a.txt", "b.txt"}));
  EXPECT_FALSE(fs_.PublishFolder(At("stages"), {{"c.txt", "C"}}).ok());
  EXPECT_EQ(NamesIn(fs_, root_), std::vector<std::string>{"stages"});
  ASSERT_TRUE(fs_.RemoveTree(At("stages")).ok());
  EXPECT_TRUE(NamesIn(fs_, root_).empty());
}

TEST_P(AnyFs, LocksExcludeAndAreReleased) {
  {
    const auto held = fs_.Lock(At("l"), LockMode::kExclusive, 0);
    ASSERT_TRUE(held.ok());
    EXPECT_EQ(fs_.Lock(At("l"), LockMode::kShared, 0.03).code(), Code::kUnavailable);
    CancelFlag cancel;
    cancel.Cancel();
    EXPECT_EQ(fs_.Lock(At("l"), LockMode::kShared, -1, &cancel).code(), Code::kInterrupted);
  }
  const auto first = fs_.Lock(At("l"), LockMode::kShared, 0);
  const auto second = fs_.Lock(At("l"), LockMode::kShared, 0);
  EXPECT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(fs_.Lock(At("l"), LockMode::kExclusive, 0).code(), Code::kUnavailable);
}

TEST_P(AnyFs, ALineLogLosesOnlyItsUnfinishedLine) {
  {
    const LineLog log = std::move(fs_.OpenLineLog(At("log"))).value();
    EXPECT_EQ(log.lines, 0u);
    ASSERT_TRUE(log.file->Write("one\ntwo\nthr").ok());
    ASSERT_TRUE(log.file->Sync().ok());
  }
  const LineLog log = std::move(fs_.OpenLineLog(At("log"))).value();
  EXPECT_EQ(log.lines, 2u);
  EXPECT_EQ(log.bytes, 8u);
  ASSERT_TRUE(log.file->Write("three\n").ok());
  EXPECT_EQ(*fs_.ReadText(At("log"), 100), "one\ntwo\nthree\n");
}

TEST_P(AnyFs, UniqueNumbersDiffer) { EXPECT_NE(fs_.UniqueNumber(), fs_.UniqueNumber()); }

// For every N: whatever fails, the file is the old one or the new one, whole; nothing else stays after a clean-up; and what was
// reported as done survives a power cut.
TEST(Fault, PublishSurvivesEveryFailure) {
  for (const FaultKind kind : {FaultKind::kError, FaultKind::kDoneButError, FaultKind::kFull, FaultKind::kStop}) {
    for (const CrashKind crash : kCrashKinds) {
      int fail_at = 1;
      for (bool reached = true; reached; ++fail_at) {
        ASSERT_LT(fail_at, 100);
        MemoryFs disk;
        ASSERT_TRUE(disk.MakeFolders("/store").ok());
        ASSERT_TRUE(disk.PublishFile("/store/x", "the old content").ok());
        FaultFs faulty(&disk, kind, fail_at);
        const Status status = faulty.PublishFile("/store/x", "the new content");
        reached = faulty.reached();
        EXPECT_TRUE(status.ok() || reached) << status.message();
        if (kind == FaultKind::kStop) {
          disk.Crash(crash);
        } else {
          const std::string seen = disk.ReadText("/store/x", 100).value_or("(absent)");
          EXPECT_TRUE(seen == "the old content" || seen == "the new content") << seen;
          disk.Crash(crash);
        }
        ASSERT_TRUE(disk.RemoveStaleTemporaries("/store").ok());
        const std::string seen = disk.ReadText("/store/x", 100).value_or("(absent)");
        EXPECT_TRUE(seen == "the new content" || (!status.ok() && seen == "the old content")) << seen;
        EXPECT_EQ(NamesIn(disk, "/store"), std::vector<std::string>{"x"});
      }
      EXPECT_GT(fail_at, 6);  // at least: look, create, write, sync, rename, sync the folder
    }
  }
}

TEST(Fault, AFirstPublishIsWholeOrAbsent) {
  for (const CrashKind crash : kCrashKinds) {
    int fail_at = 1;
    for (bool reached = true; reached; ++fail_at) {
      MemoryFs disk;
      ASSERT_TRUE(disk.MakeFolders("/store").ok());
      FaultFs faulty(&disk, FaultKind::kStop, fail_at);
      const Status status = faulty.PublishFile("/store/x", "content");
      reached = faulty.reached();
      disk.Crash(crash);
      ASSERT_TRUE(disk.RemoveStaleTemporaries("/store").ok());
      const auto text = disk.ReadText("/store/x", 100);
      EXPECT_TRUE(text.ok() ? *text == "content" : !status.ok() && text.code() == Code::kNotFound);
    }
  }
}

TEST(Fault, AFolderIsWholeOrAbsent) {
  for (const FaultKind kind : {FaultKind::kError, FaultKind::kFull, FaultKind::kStop}) {
    for (const CrashKind crash : kCrashKinds) {
      int fail_at = 1;
      for (bool reached = true; reached; ++fail_at) {
        MemoryFs disk;
        ASSERT_TRUE(disk.MakeFolders("/store").ok());
        FaultFs faulty(&disk, kind, fail_at);
        const Status status = faulty.PublishFolder("/store/x", {{"a", "A"}, {"b", "B"}});
        reached = faulty.reached();
        disk.Crash(crash);
        ASSERT_TRUE(disk.RemoveStaleTemporaries("/store").ok());
        const bool there = disk.Exists("/store/x");
        EXPECT_TRUE(there || !status.ok());
        EXPECT_EQ(NamesIn(disk, "/store").size(), there ? 1u : 0u);
        if (there) {
          EXPECT_EQ(*disk.ReadText("/store/x/a", 9) + *disk.ReadText("/store/x/b", 9), "AB");
        }
      }
    }
  }
}

TEST(MemoryFs, LosesExactlyWhatWasNotSynced) {
  MemoryFs disk;
  ASSERT_TRUE(disk.MakeFolders("/a").ok());
  {
    const auto file = disk.Create("/a/x");
    ASSERT_TRUE((*file)->Write("kept").ok());
    ASSERT_TRUE((*file)->Sync().ok());
    ASSERT_TRUE((*file)->Write(" lost").ok());
  }
  ASSERT_TRUE(disk.SyncFolder("/a").ok());
  ASSERT_TRUE(disk.PublishFile("/a/y", "y").ok());
  ASSERT_TRUE(disk.RemoveFile("/a/y").ok());
  disk.Crash(CrashKind::kLosesAll);
  EXPECT_EQ(*disk.ReadText("/a/x", 100), "kept");
  EXPECT_EQ(*disk.ReadText("/a/y", 100), "y");
}

class PosixOnly : public testing::Test {
 protected:
  PosixOnly() : root_(NewFolder()) {}
  ~PosixOnly() override { (void)PosixFs().RemoveTree(root_); }
  std::string At(const std::string& name) const { return JoinPath(root_, name); }
  std::string root_;
};

TEST_F(PosixOnly, DevicesAreNotReplaced) {
  EXPECT_EQ(PosixFs().PublishFile("/dev/null", "x").code(), Code::kUsage);
  EXPECT_EQ(PosixFs().Stat("/dev/null")->kind, FileKind::kOther);
  EXPECT_EQ(PosixFs().Read("/dev/zero", 100).code(), Code::kRefused);
  EXPECT_EQ(PosixFs().ReadText("/dev/null", 100).value_or("?"), "");
}

TEST_F(PosixOnly, AFullDiskIsUnavailable) {
  const auto full = PosixFs().Append("/dev/full", 0);
  ASSERT_TRUE(full.ok());
  EXPECT_EQ((*full)->Write("x").code(), Code::kUnavailable);
}

TEST_F(PosixOnly, RemovingATreeLeavesWhatALinkPointsTo) {
  ASSERT_TRUE(PosixFs().MakeFolders(At("keep")).ok());
  ASSERT_TRUE(PosixFs().PublishFile(At("keep/x"), "x").ok());
  ASSERT_TRUE(PosixFs().MakeFolders(At("tree/deep")).ok());
  ASSERT_EQ(symlink(At("keep").c_str(), At("tree/deep/link").c_str()), 0);
  ASSERT_TRUE(PosixFs().RemoveTree(At("tree")).ok());
  EXPECT_TRUE(PosixFs().Exists(At("keep/x")));
  EXPECT_FALSE(PosixFs().Exists(At("tree")));
}

// A file size limit cuts a write short, as a full disk does.
TEST_F(PosixOnly, AShortWriteLeavesTheOldFile) {
  ASSERT_TRUE(PosixFs().PublishFile(At("x"), "old").ok());
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    _exit(PosixFs().PublishFile(At("x"), std::string(5000, 'n')).code() == Code::kUnavailable ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*PosixFs().ReadText(At("x"), 100), "old");
  EXPECT_EQ(NamesIn(PosixFs(), root_), std::vector<std::string>{"x"});
}

// kill -9 at many moments of a writer that publishes all the time.
TEST_F(PosixOnly, KillsLeaveWholeFiles) {
  const std::string even(70'000, 'a'), odd(90'000, 'b');
  ASSERT_TRUE(PosixFs().PublishFile(At("x"), even).ok());
  for (int round = 0; round < 8; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      for (int i = 0;; ++i) (void)PosixFs().PublishFile(At("x"), i % 2 == 0 ? odd : even);
    }
    usleep(static_cast<useconds_t>(1000 + round * 1700));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const std::string seen = *PosixFs().ReadText(At("x"), 100'000);
    EXPECT_TRUE(seen == even || seen == odd);
    ASSERT_TRUE(PosixFs().RemoveStaleTemporaries(root_).ok());
    EXPECT_EQ(NamesIn(PosixFs(), root_), std::vector<std::string>{"x"});
  }
}

}  // namespace
}  // namespace paw
