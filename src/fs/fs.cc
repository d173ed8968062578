#include "fs/fs.h"

#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "fs/path.h"

namespace paw {
namespace {

constexpr int kTreeDepthMax = 64;
constexpr int kNameTriesMax = 16;
constexpr double kLockPollSeconds = 0.02;

Status RemoveTreeBelow(Fs& fs, const std::string& path, FileKind kind, int depth) {
  if (kind != FileKind::kFolder) return fs.RemoveFile(path);
  if (depth > kTreeDepthMax) {
    return Failed("removing " + Printable(path, kPathBytesMax) + ": found folders deeper than " + std::to_string(kTreeDepthMax));
  }
  for (const FolderEntry& entry : PAW_TRY(fs.List(path))) {
    PAW_TRY(RemoveTreeBelow(fs, JoinPath(path, entry.name), entry.kind, depth + 1));
  }
  return fs.RemoveFolder(path);
}

// A rename onto a device, a pipe or a folder would replace or miss it.
Status CheckPublishTarget(Fs& fs, const std::string& path) {
  const Result<FileFacts> facts = fs.Stat(path);
  if (!facts.ok()) return facts.code() == Code::kNotFound ? Ok() : facts.status();
  if (facts->kind == FileKind::kFile) return Ok();
  return Usage("writing " + Printable(path, kPathBytesMax) + ": found a " +
               (facts->kind == FileKind::kFolder ? "folder" : "device or pipe") + ", expected a file or nothing");
}

}  // namespace

Result<std::string> Fs::ReadText(const std::string& path, std::size_t bytes_max) {
  const std::vector<std::byte> bytes = PAW_TRY(Read(path, bytes_max));
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status Fs::MakeFolders(const std::string& folder) {
  const Result<FileFacts> facts = Stat(folder);
  if (facts.ok()) {
    if (facts->kind == FileKind::kFolder) return Ok();
    return Failed("making the folder " + Printable(folder, kPathBytesMax) + ": found something else of that name");
  }
  if (facts.code() != Code::kNotFound) return facts.status();
  const std::string parent = ParentOf(folder);
  if (parent != folder) PAW_TRY(MakeFolders(parent));
  PAW_TRY(MakeFolder(folder));
  return SyncFolder(parent);
}

Status Fs::RemoveTree(const std::string& path) {
  for (const std::string parent = ParentOf(path); const FolderEntry& entry : PAW_TRY(List(parent))) {
    if (entry.name != NameOf(path)) continue;
    PAW_TRY(RemoveTreeBelow(*this, path, entry.kind, 0));
    return SyncFolder(parent);
  }
  return Ok();
}

std::string Fs::TemporaryBeside(const std::string& path) {
  char number[24];
  std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(UniqueNumber()));
  return JoinPath(ParentOf(path), std::string(kTemporaryPrefix) + number);
}

Result<Publication> Fs::BeginPublication(const std::string& path) { return BeginPublication(path, Access::kUsual); }

Result<Publication> Fs::BeginPublication(const std::string& path, Access access) {
  PAW_TRY(CheckPublishTarget(*this, path));
  for (int attempt = 1;; ++attempt) {
    const std::string temporary = TemporaryBeside(path);
    Result<std::unique_ptr<WritableFile>> file = access == Access::kPrivate ? CreatePrivate(temporary) : Create(temporary);
    if (file.ok()) return Publication(this, path, temporary, std::move(file).value());
    // A name that is taken, or taken away by a clean-up in the moment before it was locked: another name.
    if (file.code() != Code::kFailed || attempt == kNameTriesMax) {
      return file.status().WithContext("writing " + Printable(path, kPathBytesMax));
    }
  }
}

Status Fs::PublishFile(const std::string& path, std::span<const std::byte> bytes) {
  Publication publication = PAW_TRY(BeginPublication(path));
  PAW_TRY(publication.Write(bytes));
  return publication.Commit();
}

Status Fs::PublishPrivateFile(const std::string& path, std::string_view text) {
  Publication publication = PAW_TRY(BeginPublication(path, Access::kPrivate));
  PAW_TRY(publication.Write(std::as_bytes(std::span(text))));
  return publication.Commit();
}

Status Publication::Write(std::span<const std::byte> bytes) {
  synced_ = false;
  return file_->Write(bytes);
}

Status Publication::Sync() {
  PAW_TRY(file_->Sync());
  synced_ = true;
  return Ok();
}

Status Publication::Commit() {
  if (!synced_) PAW_TRY(Sync());
  PAW_TRY(fs_->Rename(temporary_, path_));
  file_.reset();
  return fs_->SyncFolder(ParentOf(path_));
}

Publication::~Publication() {
  if (file_ == nullptr) return;
  (void)fs_->RemoveFile(temporary_);  // best effort: RemoveStaleTemporaries takes what stays
}

Status Fs::PublishFolder(const std::string& folder, const std::vector<std::pair<std::string, std::string>>& files) {
  const std::string temporary = TemporaryBeside(folder);
  const auto write_all = [&]() -> Status {
    // The lock tells a clean-up that the writer of this folder lives.
    const std::unique_ptr<HeldLock> lock = PAW_TRY(Lock(temporary + ".lock", LockMode::kExclusive, 0));
    PAW_TRY(MakeFolder(temporary));
    for (const auto& [name, text] : files) {
      const std::unique_ptr<WritableFile> file = PAW_TRY(Create(JoinPath(temporary, name)));
      PAW_TRY(file->Write(text));
      PAW_TRY(file->Sync());
    }
    PAW_TRY(SyncFolder(temporary));
    PAW_TRY(Rename(temporary, folder));
    return SyncFolder(ParentOf(folder));
  };
  Status status = write_all();
  (void)RemoveTree(temporary);
  (void)RemoveFileIfUnlocked(temporary + ".lock");
  return status;
}

Result<int> Fs::RemoveStaleTemporaries(const std::string& folder) {
  int removed = 0;
  for (const FolderEntry& entry : PAW_TRY(List(folder))) {
    if (!entry.name.starts_with(kTemporaryPrefix)) continue;
    const std::string path = JoinPath(folder, entry.name);
    if (entry.kind == FileKind::kFolder) {
      const std::unique_ptr<HeldLock> lock = PAW_TRY(TryLock(path + ".lock", LockMode::kExclusive));
      if (lock == nullptr) continue;
      PAW_TRY(RemoveTree(path));
      PAW_TRY(RemoveFile(path + ".lock"));
      ++removed;
    } else if (entry.kind == FileKind::kFile) {
      const Result<bool> gone = RemoveFileIfUnlocked(path);
      if (gone.ok() ? *gone : gone.code() == Code::kNotFound) ++removed;
      if (!gone.ok() && gone.code() != Code::kNotFound) return gone.status();
    }
  }
  return removed;
}

Result<std::unique_ptr<HeldLock>> Fs::Lock(const std::string& path, LockMode mode, double wait_seconds, const CancelFlag* cancel) {
  const double start = SteadySeconds();
  for (;;) {
    std::unique_ptr<HeldLock> lock = PAW_TRY(TryLock(path, mode));
    if (lock != nullptr) return lock;
    PAW_TRY(CheckCancelled(cancel, "waiting for the lock " + Printable(path, kPathBytesMax)));
    if (wait_seconds >= 0 && SteadySeconds() - start >= wait_seconds) {
      return Unavailable("waiting for the lock " + Printable(path, kPathBytesMax) + ": found it held by another process");
    }
    SleepSeconds(kLockPollSeconds);
  }
}

Result<LineLog> Fs::OpenLineLog(const std::string& path) {
  LineLog log;
  const Result<FileFacts> facts = Stat(path);
  if (!facts.ok() && facts.code() != Code::kNotFound) return facts.status();
  if (facts.ok()) {
    const Mapping mapping = PAW_TRY(Map(path));
    const std::string_view text = mapping.text();
    log.lines = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    log.bytes = text.rfind('\n') == std::string_view::npos ? 0 : text.rfind('\n') + 1;
  }
  log.file = PAW_TRY(Append(path, log.bytes));
  if (!facts.ok()) PAW_TRY(SyncFolder(ParentOf(path)));
  return log;
}

}  // namespace paw
