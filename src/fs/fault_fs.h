// FaultFs: an Fs in front of another that makes the Nth primitive call fail. For tests: run an operation for N = 1, 2, ... until it
// is no longer reached, and look at what each failure left behind.
//
// Thread rule: one thread. Owner: the inner Fs must outlive it. The clock calls do not count.
#pragma once

#include "fs/fs.h"

namespace paw {

enum class FaultKind : std::uint8_t {
  kError,         // the Nth call fails with an input/output error and does nothing
  kDoneButError,  // the Nth call does its work and then reports an error
  kFull,          // the Nth call, if it is a write, writes half of its bytes and fails: the disk is full; other calls fail doing nothing
  kStop,          // the Nth call and all after it fail doing nothing, as if the process had been killed just before
};

class FaultFs : public Fs {
 public:
  FaultFs(Fs* inner, FaultKind kind, int fail_at) : inner_(inner), kind_(kind), fail_at_(fail_at) {}

  int calls() const { return calls_; }
  bool reached() const { return calls_ >= fail_at_; }

  Result<FileFacts> Stat(const std::string& path) override;
  Result<std::vector<FolderEntry>> List(const std::string& folder) override;
  Result<std::vector<std::byte>> Read(const std::string& path, std::size_t bytes_max) override;
  Result<Mapping> Map(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> CreatePrivate(const std::string& path) override;
  Result<std::unique_ptr<WritableFile>> Append(const std::string& path, std::uint64_t keep_bytes) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status MakeFolder(const std::string& folder) override;
  Status RemoveFile(const std::string& path) override;
  Status RemoveFolder(const std::string& folder) override;
  Result<bool> RemoveFileIfUnlocked(const std::string& path) override;
  Status SyncFolder(const std::string& folder) override;
  Result<std::unique_ptr<HeldLock>> TryLock(const std::string& path, LockMode mode) override;
  double WallSeconds() override { return inner_->WallSeconds(); }
  double SteadySeconds() override { return inner_->SteadySeconds(); }
  void SleepSeconds(double seconds) override { inner_->SleepSeconds(seconds); }
  std::uint64_t UniqueNumber() override { return inner_->UniqueNumber(); }

 private:
  friend class FaultFile;
  enum class Fate : std::uint8_t { kWork, kFailBefore, kFailAfter, kHalf };
  Fate Next();
  Status Fault(std::string_view doing) const;
  template <typename Call>
  auto Guarded(std::string_view doing, Call call) -> decltype(call());

  Fs* inner_;
  FaultKind kind_;
  int fail_at_;
  int calls_ = 0;
};

}  // namespace paw
