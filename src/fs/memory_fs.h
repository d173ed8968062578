// MemoryFs: files in memory with the durability rules of a disk, for tests.
//
// It keeps two states: what programs see, and what a power cut would leave. WritableFile::Sync makes a file's bytes durable,
// SyncFolder a folder's names. Crash() goes back to the durable state and releases every lock, as a restart would.
// The clock is virtual: SleepSeconds moves it. No links, no permissions; "/" and "." exist.
//
// Thread rule: safe from many threads (one mutex).
#pragma once

#include <map>
#include <mutex>

#include "fs/fs.h"

namespace paw {

// What a power cut takes. Disks may write names and bytes in either order, so all three must be survived.
enum class CrashKind : std::uint8_t { kLosesAll, kKeepsNames, kKeepsBytes };

class MemoryFs : public Fs {
 public:
  MemoryFs();
  ~MemoryFs() override;

  void Crash(CrashKind kind);

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
  double WallSeconds() override;
  double SteadySeconds() override;
  void SleepSeconds(double seconds) override;
  std::uint64_t UniqueNumber() override;

  struct Node;  // a file or folder; in memory_fs.cc

 private:
  friend class MemoryFile;
  friend class MemoryLock;
  std::shared_ptr<Node> Find(const std::string& path);
  // The folder that holds (or would hold) path; null when absent.
  std::shared_ptr<Node> FindParent(const std::string& path);

  std::mutex mutex_;
  std::shared_ptr<Node> root_;
  double seconds_ = 1'000'000'000.0;
  std::uint64_t counter_ = 0;
  std::uint64_t boot_ = 0;  // Crash() counts it up: handles from before are dead
};

}  // namespace paw
