#include "fs/posix_fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/text.h"

namespace paw {
namespace {

constexpr std::size_t kIoBytesMax = 1 * kGiB;  // one read(2) or write(2); Linux does at most 2^31 - 4096

std::string Shown(const std::string& path) { return Printable(path, kPathBytesMax); }

Status FromErrno(std::string_view doing, const std::string& path, int error) {
  char buffer[128];
  const char* reason = strerror_r(error, buffer, sizeof buffer);  // the GNU one: returns the text
  std::string message = std::string(doing) + " " + Shown(path) + ": " + reason;
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return NotFound(std::move(message));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EACCES:
    case EPERM:
    case EROFS:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return Unavailable(std::move(message));
    default:
      return Failed(std::move(message));
  }
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// Mapping::Hint of a mapped file. Whole pages only: the neighbours' bytes on the first and last page are left alone.
void Advise(std::span<const std::byte> part, Mapping::Access access) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(part.data()), end = begin + part.size();
  const bool soon = access == Mapping::Access::kSoon;
  const std::uintptr_t first = (soon ? begin : begin + page - 1) / page * page;
  const std::uintptr_t last = (soon ? end + page - 1 : end) / page * page;
  if (first >= last) return;
  // A mapping begins on a page, so `first` lies inside it even where it comes before `part`.
  auto* at = const_cast<std::byte*>(part.data()) + static_cast<std::ptrdiff_t>(first - begin);
  madvise(at, last - first, soon ? MADV_WILLNEED : MADV_DONTNEED);  // advice: failing costs time alone
}

constexpr mode_t kUsualMode = 0666;  // less what the umask takes
constexpr mode_t kPrivateMode = 0600;

Result<Descriptor> OpenPath(std::string_view doing, const std::string& path, int flags, mode_t mode = kUsualMode) {
  for (;;) {
    const int fd = open(path.c_str(), flags | O_CLOEXEC, mode);
    if (fd >= 0) return Descriptor(fd);
    if (errno != EINTR) return FromErrno(doing, path, errno);
  }
}

// 0 or the errno. A file system without flock counts as locked by us: locks only save work.
int Flock(int fd, int operation) {
  while (flock(fd, operation) != 0) {
    if (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS) return 0;
    if (errno != EINTR) return errno;
  }
  return 0;
}

Status SyncDescriptor(int fd, const std::string& path) {
  while (fsync(fd) != 0) {
    if (errno == EINVAL || errno == EROFS) return Ok();  // pipes and special files cannot be synced
    if (errno != EINTR) return FromErrno("syncing", path, errno);
  }
  return Ok();
}

FileKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return FileKind::kFile;
  if (S_ISDIR(mode)) return FileKind::kFolder;
  if (S_ISLNK(mode)) return FileKind::kLink;
  return FileKind::kOther;
}

FileFacts FactsOf(const struct stat& found) {
  return {.kind = KindOf(found.st_mode),
          .bytes = static_cast<std::uint64_t>(std::max<off_t>(found.st_size, 0)),
          .modified_ns = static_cast<std::int64_t>(found.st_mtim.tv_sec) * 1'000'000'000 + found.st_mtim.tv_nsec,
          .inode = static_cast<std::uint64_t>(found.st_ino)};
}

class PosixFile : public WritableFile {
 public:
  PosixFile(Descriptor descriptor, std::string path) : descriptor_(std::move(descriptor)), path_(std::move(path)) {}
  using WritableFile::Write;

  Status Write(std::span<const std::byte> bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_.get(), bytes.data(), std::min(bytes.size(), kIoBytesMax));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return FromErrno("writing", path_, errno);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return Ok();
  }

  Status Sync() override { return SyncDescriptor(descriptor_.get(), path_); }

 private:
  Descriptor descriptor_;
  std::string path_;
};

class PosixLock : public HeldLock {
 public:
  explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  Descriptor descriptor_;  // closing it releases the lock
};

class RealFs : public Fs {
 public:
  Result<FileFacts> Stat(const std::string& path) override {
    struct stat found;
    if (stat(path.c_str(), &found) != 0) return FromErrno("looking at", path, errno);
    return FactsOf(found);
  }

  Result<std::vector<FolderEntry>> List(const std::string& folder) override {
    const Descriptor descriptor = PAW_TRY(OpenPath("listing", folder, O_RDONLY | O_DIRECTORY));
    DIR* stream = fdopendir(dup(descriptor.get()));
    if (stream == nullptr) return FromErrno("listing", folder, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> closer(stream, closedir);
    std::vector<FolderEntry> entries;
    for (;;) {
      errno = 0;
      const dirent* entry = readdir(stream);
      if (entry == nullptr && errno != 0) return FromErrno("listing", folder, errno);
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      struct stat found;
      if (fstatat(descriptor.get(), entry->d_name, &found, AT_SYMLINK_NOFOLLOW) != 0) continue;  // gone meanwhile
      entries.push_back({name, KindOf(found.st_mode)});
    }
    std::sort(entries.begin(), entries.end(), [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
    return entries;
  }

  Result<std::vector<std::byte>> Read(const std::string& path, std::size_t bytes_max) override {
    const Descriptor descriptor = PAW_TRY(OpenPath("reading", path, O_RDONLY));
    struct stat found;
    if (fstat(descriptor.get(), &found) != 0) return FromErrno("reading", path, errno);
    const std::size_t size = static_cast<std::size_t>(std::max<off_t>(found.st_size, 0));
    if (S_ISREG(found.st_mode) && size > bytes_max) return TooLarge(path, std::to_string(size), bytes_max);
    std::vector<std::byte> bytes;
    std::size_t filled = 0;
    // One byte of room beyond the end finds the end; a pipe, or a file that grows, is read in steps up to the limit.
    std::size_t room = S_ISREG(found.st_mode) ? size + 1 : 64 * kKiB;
    for (;;) {
      if (filled == bytes.size()) bytes.resize(std::min(filled + room, bytes_max + 1));
      const ssize_t got = read(descriptor.get(), bytes.data() + filled, std::min(bytes.size() - filled, kIoBytesMax));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return FromErrno("reading", path, errno);
      if (got == 0) break;
      filled += static_cast<std::size_t>(got);
      if (filled > bytes_max) return TooLarge(path, "more than " + std::to_string(bytes_max), bytes_max);
      room = std::max<std::size_t>(filled, 64 * kKiB);
    }
    bytes.resize(filled);
    return bytes;
  }

  Result<Mapping> Map(const std::string& path) override {
    const Descriptor descriptor = PAW_TRY(OpenPath("mapping", path, O_RDONLY));
    struct stat found;
    if (fstat(descriptor.get(), &found) != 0) return FromErrno("mapping", path, errno);
    if (!S_ISREG(found.st_mode)) return Failed("mapping " + Shown(path) + ": found no regular file, expected one");
    const std::size_t size = static_cast<std::size_t>(found.st_size);
    if (size == 0) return Mapping();
    void* start = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (start == MAP_FAILED) return FromErrno("mapping", path, errno);
    return Mapping(std::shared_ptr<const void>(start, [size](const void* p) { munmap(const_cast<void*>(p), size); }),
                   {static_cast<const std::byte*>(start), size}, Advise);
  }

  Result<std::unique_ptr<WritableFile>> Create(const std::string& path) override { return CreateWithMode(path, kUsualMode); }
  Result<std::unique_ptr<WritableFile>> CreatePrivate(const std::string& path) override { return CreateWithMode(path, kPrivateMode); }

  Result<std::unique_ptr<WritableFile>> Append(const std::string& path, std::uint64_t keep_bytes) override {
    Descriptor descriptor = PAW_TRY(OpenPath("appending to", path, O_WRONLY | O_CREAT | O_APPEND));
    struct stat found;
    if (fstat(descriptor.get(), &found) != 0) return FromErrno("appending to", path, errno);
    if (static_cast<std::uint64_t>(found.st_size) < keep_bytes) {
      return Failed("appending to " + Shown(path) + ": found " + std::to_string(found.st_size) + " bytes, expected at least " +
                    std::to_string(keep_bytes));
    }
    while (S_ISREG(found.st_mode) && ftruncate(descriptor.get(), static_cast<off_t>(keep_bytes)) != 0) {
      if (errno != EINTR) return FromErrno("cutting", path, errno);
    }
    return std::unique_ptr<WritableFile>(std::make_unique<PosixFile>(std::move(descriptor), path));
  }

  Status Rename(const std::string& from, const std::string& to) override {
    return rename(from.c_str(), to.c_str()) == 0 ? Ok() : FromErrno("renaming a temporary to", to, errno);
  }

  Status MakeFolder(const std::string& folder) override {
    if (mkdir(folder.c_str(), 0777) == 0) return Ok();
    const int error = errno;
    struct stat found;
    if (error == EEXIST && stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return Ok();
    return FromErrno("making the folder", folder, error);
  }

  Status RemoveFile(const std::string& path) override { return unlink(path.c_str()) == 0 ? Ok() : FromErrno("removing", path, errno); }

  Status RemoveFolder(const std::string& folder) override {
    return rmdir(folder.c_str()) == 0 ? Ok() : FromErrno("removing the folder", folder, errno);
  }

  Result<bool> RemoveFileIfUnlocked(const std::string& path) override {
    const Descriptor descriptor = PAW_TRY(OpenPath("removing", path, O_RDONLY | O_NOFOLLOW));
    const int error = Flock(descriptor.get(), LOCK_EX | LOCK_NB);
    if (error == EWOULDBLOCK) return false;
    if (error != 0) return FromErrno("locking", path, error);
    PAW_TRY(RemoveFile(path));
    return true;
  }

  Status SyncFolder(const std::string& folder) override {
    const Descriptor descriptor = PAW_TRY(OpenPath("syncing", folder, O_RDONLY | O_DIRECTORY));
    return SyncDescriptor(descriptor.get(), folder);
  }

  Result<std::unique_ptr<HeldLock>> TryLock(const std::string& path, LockMode mode) override {
    Descriptor descriptor = PAW_TRY(OpenPath("locking", path, O_RDWR | O_CREAT));
    const int error = Flock(descriptor.get(), (mode == LockMode::kShared ? LOCK_SH : LOCK_EX) | LOCK_NB);
    if (error == EWOULDBLOCK) return std::unique_ptr<HeldLock>();
    if (error != 0) return FromErrno("locking", path, error);
    return std::unique_ptr<HeldLock>(std::make_unique<PosixLock>(std::move(descriptor)));
  }

  double WallSeconds() override { return SecondsOf(CLOCK_REALTIME); }
  double SteadySeconds() override { return SecondsOf(CLOCK_MONOTONIC); }

  void SleepSeconds(double seconds) override {
    const auto whole = static_cast<time_t>(seconds);
    const timespec pause{whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
    nanosleep(&pause, nullptr);
  }

  std::uint64_t UniqueNumber() override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const auto nanoseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(now.tv_nsec);
    // Odd multipliers keep (time, process, count) apart; Create() refuses a name that exists all the same.
    return nanoseconds * 0x9E3779B97F4A7C15u + static_cast<std::uint64_t>(getpid()) * 0xBF58476D1CE4E5B9u + counter_.fetch_add(1);
  }

 private:
  static Result<std::unique_ptr<WritableFile>> CreateWithMode(const std::string& path, mode_t mode) {
    Descriptor descriptor = PAW_TRY(OpenPath("creating", path, O_WRONLY | O_CREAT | O_EXCL, mode));
    struct stat found;
    if (Flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0 || fstat(descriptor.get(), &found) != 0 || found.st_nlink == 0) {
      return Failed("creating " + Shown(path) + ": found it taken away by a clean-up");
    }
    return std::unique_ptr<WritableFile>(std::make_unique<PosixFile>(std::move(descriptor), path));
  }

  static Status TooLarge(const std::string& path, const std::string& found, std::size_t bytes_max) {
    return Refused("reading " + Shown(path) + ": found " + found + " bytes, expected at most " + std::to_string(bytes_max));
  }

  static double SecondsOf(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }

  std::atomic<std::uint64_t> counter_{0};
};

}  // namespace

Fs& PosixFs() {
  static RealFs fs;
  return fs;
}

Result<std::string> AbsolutePath(const std::string& path) {
  char* found = realpath(path.c_str(), nullptr);
  if (found == nullptr) return FromErrno("finding", path, errno);
  std::string absolute = found;
  std::free(found);  // NOLINT: realpath's own
  return absolute;
}

}  // namespace paw
