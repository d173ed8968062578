// Fs: the only door to files, locks and the clock. posix_fs.h is the real one; memory_fs.h and fault_fs.h are for tests.
//
// Publish protocol (facts: LevelDB, SQLite): write to a temporary name in the same folder, fsync, rename, fsync the folder. A reader
// sees the old file or the new one, whole, whatever is killed or fails, and after PublishFile returned ok a power loss keeps the new
// one. A temporary is locked by its writer while that lives; RemoveStaleTemporaries removes exactly those whose writer is gone.
//
// Thread rule: an Fs may be used from many threads; a file, lock or publication belongs to one at a time.
// Owner: handles must not outlive their Fs. Errors: kNotFound (no such path), kUnavailable (full disk, no permission, busy lock),
// kRefused (larger than the limit given), kFailed (the rest); the message names the path and the system's reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/interrupt.h"
#include "base/limits.h"
#include "paw/status.h"

namespace paw {

enum class FileKind : std::uint8_t { kFile, kFolder, kLink, kOther };

struct FileFacts {
  FileKind kind = FileKind::kOther;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;  // since 1970
  std::uint64_t inode = 0;
};

struct FolderEntry {
  std::string name;
  FileKind kind = FileKind::kOther;  // of the entry itself: links are not followed
};

// A file open for writing. Destruction closes it; what was not synced may be lost by a power cut.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  virtual Status Write(std::span<const std::byte> bytes) = 0;  // all of them or an error
  virtual Status Sync() = 0;
  Status Write(std::string_view text) { return Write(std::as_bytes(std::span(text))); }
};

// The bytes of a whole file, read-only. They stay valid while the Mapping lives. A posix one is a memory map: another process that
// shortens the file makes reads fault, so map only files that are published by rename (as all of ours are).
class Mapping {
 public:
  enum class Access : std::uint8_t {
    kSoon,  // read ahead
    kDone,  // may leave this process's memory; reading it again is right, only slower
  };
  using HintFn = void (*)(std::span<const std::byte> part, Access access);

  Mapping() = default;
  Mapping(std::shared_ptr<const void> owner, std::span<const std::byte> bytes, HintFn hint = nullptr)
      : owner_(std::move(owner)), bytes_(bytes), hint_(hint) {}
  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }
  // `part` lies in bytes(). Changes no byte, and does nothing where the bytes are no map of a file.
  void Hint(std::span<const std::byte> part, Access access) const {
    if (hint_ != nullptr && !part.empty()) hint_(part, access);
  }

 private:
  std::shared_ptr<const void> owner_;
  std::span<const std::byte> bytes_;
  HintFn hint_ = nullptr;
};

// Holds an advisory lock until destroyed. Locks save work; nothing in paw relies on them for correctness.
class HeldLock {
 public:
  virtual ~HeldLock() = default;
};

enum class LockMode : std::uint8_t { kShared, kExclusive };

// What OpenLineLog found and opened.
struct LineLog {
  std::unique_ptr<WritableFile> file;  // appends
  std::uint64_t lines = 0;             // whole lines that were there
  std::uint64_t bytes = 0;             // and their bytes, line ends counted
};

class Publication;

class Fs {
 public:
  virtual ~Fs() = default;

  // Primitives: each is one step that can fail. FaultFs counts these.
  virtual Result<FileFacts> Stat(const std::string& path) = 0;                   // follows links
  virtual Result<std::vector<FolderEntry>> List(const std::string& folder) = 0;  // sorted by name
  virtual Result<std::vector<std::byte>> Read(const std::string& path, std::size_t bytes_max) = 0;
  virtual Result<Mapping> Map(const std::string& path) = 0;
  // A new file, kFailed when there is one; locked by this handle until it is closed.
  virtual Result<std::unique_ptr<WritableFile>> Create(const std::string& path) = 0;
  // The same, for the eyes of its owner alone (mode 0600), whatever the umask.
  virtual Result<std::unique_ptr<WritableFile>> CreatePrivate(const std::string& path) = 0;
  // A file, made if absent, cut to its first keep_bytes bytes, open at its end.
  virtual Result<std::unique_ptr<WritableFile>> Append(const std::string& path, std::uint64_t keep_bytes) = 0;
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status MakeFolder(const std::string& folder) = 0;  // ok when it is there already
  virtual Status RemoveFile(const std::string& path) = 0;
  virtual Status RemoveFolder(const std::string& folder) = 0;              // empty ones only
  virtual Result<bool> RemoveFileIfUnlocked(const std::string& path) = 0;  // false: its writer lives
  virtual Status SyncFolder(const std::string& folder) = 0;
  // Null when another holds it. The lock file is made if absent and never removed.
  virtual Result<std::unique_ptr<HeldLock>> TryLock(const std::string& path, LockMode mode) = 0;
  virtual double WallSeconds() = 0;    // since 1970
  virtual double SteadySeconds() = 0;  // since some start; never goes back
  virtual void SleepSeconds(double seconds) = 0;
  virtual std::uint64_t UniqueNumber() = 0;  // not given out before, by any process, in all likelihood

  // Built on the primitives.
  bool Exists(const std::string& path) { return Stat(path).ok(); }
  Result<std::string> ReadText(const std::string& path, std::size_t bytes_max);
  Status MakeFolders(const std::string& folder);  // with parents
  Status RemoveTree(const std::string& path);     // links are removed, not followed; ok when there is nothing

  Status PublishFile(const std::string& path, std::span<const std::byte> bytes);
  Status PublishFile(const std::string& path, std::string_view text) { return PublishFile(path, std::as_bytes(std::span(text))); }
  // The same for a secret: only its owner may read it, at no moment anybody else.
  Status PublishPrivateFile(const std::string& path, std::string_view text);
  // The same for a file that is written piece by piece.
  Result<Publication> BeginPublication(const std::string& path);
  // A folder of files that appears whole; kFailed when `folder` is there and not empty.
  Status PublishFolder(const std::string& folder, const std::vector<std::pair<std::string, std::string>>& files);
  // Removes what writers that are gone have left in this folder (not below it). The number removed.
  Result<int> RemoveStaleTemporaries(const std::string& folder);

  // Waits for a lock up to wait_seconds (< 0: for ever), looking at `cancel` meanwhile; kUnavailable when it stays held.
  Result<std::unique_ptr<HeldLock>> Lock(const std::string& path, LockMode mode, double wait_seconds, const CancelFlag* cancel = nullptr);

  // A log of lines that survives being killed: a last line without its end is cut off, then lines are appended.
  Result<LineLog> OpenLineLog(const std::string& path);

  static constexpr std::string_view kTemporaryPrefix = ".paw-tmp-";

 private:
  enum class Access : std::uint8_t { kUsual, kPrivate };

  std::string TemporaryBeside(const std::string& path);
  Result<Publication> BeginPublication(const std::string& path, Access access);
};

// A file being written under a temporary name. Destroyed without Commit, it removes the temporary.
class Publication {
 public:
  Publication(Publication&&) = default;
  Publication& operator=(Publication&&) = delete;
  ~Publication();

  Status Write(std::span<const std::byte> bytes);
  // What was written is on the disk under the temporary name. Optional: of files that belong together all are synced before the first Commit,
  // so that a full disk shows before it.
  Status Sync();
  const std::string& temporary_path() const { return temporary_; }
  // Syncs, where that is still to be done, and renames; the file is there, durably, when this is ok. After an error it may be there.
  Status Commit();

 private:
  friend class Fs;
  Publication(Fs* fs, std::string path, std::string temporary, std::unique_ptr<WritableFile> file)
      : fs_(fs), path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

  Fs* fs_;
  std::string path_;
  std::string temporary_;
  std::unique_ptr<WritableFile> file_;  // null once renamed or moved from
  bool synced_ = false;                 // all that was written
};

}  // namespace paw
