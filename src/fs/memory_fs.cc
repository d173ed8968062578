#include "fs/memory_fs.h"

#include "base/text.h"
#include "fs/path.h"

namespace paw {

struct MemoryFs::Node {
  bool folder = false;
  std::uint64_t inode = 0;
  double modified_seconds = 0;
  std::vector<std::byte> bytes;
  std::vector<std::byte> durable_bytes;
  std::map<std::string, std::shared_ptr<Node>> names;
  std::map<std::string, std::shared_ptr<Node>> durable_names;
  bool exclusive = false;  // locked
  int shared = 0;
};

namespace {

Status Missing(std::string_view doing, const std::string& path) {
  return NotFound(std::string(doing) + " " + Printable(path, kPathBytesMax) + ": No such file or directory");
}

Status Wrong(std::string_view doing, const std::string& path, std::string_view reason) {
  return Failed(std::string(doing) + " " + Printable(path, kPathBytesMax) + ": " + std::string(reason));
}

void CrashNode(MemoryFs::Node& node, CrashKind kind) {
  node.exclusive = false;
  node.shared = 0;
  if (kind != CrashKind::kKeepsBytes) node.bytes = node.durable_bytes;
  if (kind != CrashKind::kKeepsNames) node.names = node.durable_names;
  for (auto& [name, child] : node.names) CrashNode(*child, kind);
}

}  // namespace

class MemoryFile : public WritableFile {
 public:
  MemoryFile(MemoryFs* fs, std::shared_ptr<MemoryFs::Node> node, bool locks)
      : fs_(fs), node_(std::move(node)), boot_(fs->boot_), locks_(locks) {}
  using WritableFile::Write;

  ~MemoryFile() override {
    const std::scoped_lock hold(fs_->mutex_);
    if (locks_ && boot_ == fs_->boot_) node_->exclusive = false;
  }

  Status Write(std::span<const std::byte> bytes) override {
    const std::scoped_lock hold(fs_->mutex_);
    if (boot_ != fs_->boot_) return Failed("writing: found a file handle from before the crash");
    node_->bytes.insert(node_->bytes.end(), bytes.begin(), bytes.end());
    node_->modified_seconds = fs_->seconds_;
    return Ok();
  }

  Status Sync() override {
    const std::scoped_lock hold(fs_->mutex_);
    if (boot_ == fs_->boot_) node_->durable_bytes = node_->bytes;
    return Ok();
  }

 private:
  MemoryFs* fs_;
  std::shared_ptr<MemoryFs::Node> node_;
  std::uint64_t boot_;
  bool locks_;
};

class MemoryLock : public HeldLock {
 public:
  MemoryLock(MemoryFs* fs, std::shared_ptr<MemoryFs::Node> node, LockMode mode)
      : fs_(fs), node_(std::move(node)), boot_(fs->boot_), mode_(mode) {}

  ~MemoryLock() override {
    const std::scoped_lock hold(fs_->mutex_);
    if (boot_ != fs_->boot_) return;
    if (mode_ == LockMode::kExclusive) node_->exclusive = false;
    if (mode_ == LockMode::kShared) --node_->shared;
  }

 private:
  MemoryFs* fs_;
  std::shared_ptr<MemoryFs::Node> node_;
  std::uint64_t boot_;
  LockMode mode_;
};

MemoryFs::MemoryFs() : root_(std::make_shared<Node>()) { root_->folder = true; }
MemoryFs::~MemoryFs() = default;

void MemoryFs::Crash(CrashKind kind) {
  const std::scoped_lock hold(mutex_);
  ++boot_;
  CrashNode(*root_, kind);
}

std::shared_ptr<MemoryFs::Node> MemoryFs::Find(const std::string& path) {
  std::shared_ptr<Node> node = root_;
  for (const std::string_view part : Split(path, '/')) {
    if (part.empty() || part == ".") continue;
    const auto found = node->names.find(std::string(part));
    if (found == node->names.end()) return nullptr;
    node = found->second;
  }
  return node;
}

std::shared_ptr<MemoryFs::Node> MemoryFs::FindParent(const std::string& path) {
  std::shared_ptr<Node> parent = Find(ParentOf(path));
  return parent != nullptr && parent->folder ? parent : nullptr;
}

Result<FileFacts> MemoryFs::Stat(const std::string& path) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing("looking at", path);
  return FileFacts{.kind = node->folder ? FileKind::kFolder : FileKind::kFile,
                   .bytes = node->bytes.size(),
                   .modified_ns = static_cast<std::int64_t>(node->modified_seconds * 1e9),
                   .inode = node->inode};
}

Result<std::vector<FolderEntry>> MemoryFs::List(const std::string& folder) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> node = Find(folder);
  if (node == nullptr || !node->folder) return Missing("listing", folder);
  std::vector<FolderEntry> entries;
  for (const auto& [name, child] : node->names) entries.push_back({name, child->folder ? FileKind::kFolder : FileKind::kFile});
  return entries;
}

Result<std::vector<std::byte>> MemoryFs::Read(const std::string& path, std::size_t bytes_max) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> node = Find(path);
  if (node == nullptr) return Missing("reading", path);
  if (node->folder) return Wrong("reading", path, "Is a directory");
  if (node->bytes.size() > bytes_max) {
    return Refused("reading " + path + ": found " + std::to_string(node->bytes.size()) + " bytes, expected at most " +
                   std::to_string(bytes_max));
  }
  return node->bytes;
}

Result<Mapping> MemoryFs::Map(const std::string& path) {
  auto bytes = std::make_shared<const std::vector<std::byte>>(PAW_TRY(Read(path, SIZE_MAX)));
  const std::span<const std::byte> view(*bytes);
  return Mapping(std::move(bytes), view);
}

Result<std::unique_ptr<WritableFile>> MemoryFs::Create(const std::string& path) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(path);
  if (parent == nullptr) return Missing("creating", path);
  if (parent->names.contains(NameOf(path))) return Wrong("creating", path, "File exists");
  auto node = std::make_shared<Node>();
  node->inode = ++counter_;
  node->modified_seconds = seconds_;
  node->exclusive = true;
  parent->names[NameOf(path)] = node;
  return std::unique_ptr<WritableFile>(std::make_unique<MemoryFile>(this, std::move(node), /*locks=*/true));
}

Result<std::unique_ptr<WritableFile>> MemoryFs::CreatePrivate(const std::string& path) { return Create(path); }

Result<std::unique_ptr<WritableFile>> MemoryFs::Append(const std::string& path, std::uint64_t keep_bytes) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(path);
  if (parent == nullptr) return Missing("appending to", path);
  std::shared_ptr<Node>& node = parent->names[NameOf(path)];
  if (node == nullptr) {
    node = std::make_shared<Node>();
    node->inode = ++counter_;
  }
  if (node->folder) return Wrong("appending to", path, "Is a directory");
  if (node->bytes.size() < keep_bytes) return Wrong("appending to", path, "found fewer bytes than expected");
  node->bytes.resize(keep_bytes);
  return std::unique_ptr<WritableFile>(std::make_unique<MemoryFile>(this, node, /*locks=*/false));
}

Status MemoryFs::Rename(const std::string& from, const std::string& to) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> old_parent = FindParent(from);
  const std::shared_ptr<Node> new_parent = FindParent(to);
  const std::shared_ptr<Node> node = Find(from);
  if (node == nullptr || old_parent == nullptr || new_parent == nullptr) return Missing("renaming a temporary to", to);
  const std::shared_ptr<Node> target = Find(to);
  if (target != nullptr && (target->folder != node->folder || !target->names.empty())) {
    return Wrong("renaming a temporary to", to, "Directory not empty");
  }
  old_parent->names.erase(NameOf(from));
  new_parent->names[NameOf(to)] = node;
  return Ok();
}

Status MemoryFs::MakeFolder(const std::string& folder) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(folder);
  if (parent == nullptr) return Missing("making the folder", folder);
  std::shared_ptr<Node>& node = parent->names[NameOf(folder)];
  if (node != nullptr) return node->folder ? Ok() : Wrong("making the folder", folder, "File exists");
  node = std::make_shared<Node>();
  node->folder = true;
  node->inode = ++counter_;
  return Ok();
}

Status MemoryFs::RemoveFile(const std::string& path) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(path);
  const std::shared_ptr<Node> node = Find(path);
  if (parent == nullptr || node == nullptr) return Missing("removing", path);
  if (node->folder) return Wrong("removing", path, "Is a directory");
  parent->names.erase(NameOf(path));
  return Ok();
}

Status MemoryFs::RemoveFolder(const std::string& folder) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(folder);
  const std::shared_ptr<Node> node = Find(folder);
  if (parent == nullptr || node == nullptr || !node->folder) return Missing("removing the folder", folder);
  if (!node->names.empty()) return Wrong("removing the folder", folder, "Directory not empty");
  parent->names.erase(NameOf(folder));
  return Ok();
}

Result<bool> MemoryFs::RemoveFileIfUnlocked(const std::string& path) {
  {
    const std::scoped_lock hold(mutex_);
    const std::shared_ptr<Node> node = Find(path);
    if (node != nullptr && (node->exclusive || node->shared > 0)) return false;
  }
  PAW_TRY(RemoveFile(path));
  return true;
}

Status MemoryFs::SyncFolder(const std::string& folder) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> node = Find(folder);
  if (node == nullptr || !node->folder) return Missing("syncing", folder);
  node->durable_names = node->names;
  return Ok();
}

Result<std::unique_ptr<HeldLock>> MemoryFs::TryLock(const std::string& path, LockMode mode) {
  const std::scoped_lock hold(mutex_);
  const std::shared_ptr<Node> parent = FindParent(path);
  if (parent == nullptr) return Missing("locking", path);
  std::shared_ptr<Node>& node = parent->names[NameOf(path)];
  if (node == nullptr) {
    node = std::make_shared<Node>();
    node->inode = ++counter_;
  }
  if (node->exclusive || (mode == LockMode::kExclusive && node->shared > 0)) return std::unique_ptr<HeldLock>();
  if (mode == LockMode::kExclusive) node->exclusive = true;
  if (mode == LockMode::kShared) ++node->shared;
  return std::unique_ptr<HeldLock>(std::make_unique<MemoryLock>(this, node, mode));
}

double MemoryFs::WallSeconds() { return SteadySeconds(); }

double MemoryFs::SteadySeconds() {
  const std::scoped_lock hold(mutex_);
  return seconds_;
}

void MemoryFs::SleepSeconds(double seconds) {
  const std::scoped_lock hold(mutex_);
  seconds_ += seconds;
}

std::uint64_t MemoryFs::UniqueNumber() {
  const std::scoped_lock hold(mutex_);
  return ++counter_;
}

}  // namespace paw
