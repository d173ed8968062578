#include "fs/fault_fs.h"

namespace paw {

FaultFs::Fate FaultFs::Next() {
  ++calls_;
  if (kind_ == FaultKind::kStop && calls_ >= fail_at_) return Fate::kFailBefore;
  if (calls_ != fail_at_) return Fate::kWork;
  if (kind_ == FaultKind::kDoneButError) return Fate::kFailAfter;
  return kind_ == FaultKind::kFull ? Fate::kHalf : Fate::kFailBefore;
}

Status FaultFs::Fault(std::string_view doing) const {
  const std::string call = std::string(doing) + " (call " + std::to_string(calls_) + "): ";
  return kind_ == FaultKind::kFull ? Unavailable(call + "No space left on device") : Failed(call + "Input/output error");
}

template <typename Call>
auto FaultFs::Guarded(std::string_view doing, Call call) -> decltype(call()) {
  switch (Next()) {
    case Fate::kWork:
      return call();
    case Fate::kFailAfter:
      (void)call();
      return Fault(doing);
    default:
      return Fault(doing);
  }
}

class FaultFile : public WritableFile {
 public:
  FaultFile(FaultFs* fs, std::unique_ptr<WritableFile> inner) : fs_(fs), inner_(std::move(inner)) {}
  using WritableFile::Write;

  Status Write(std::span<const std::byte> bytes) override {
    const FaultFs::Fate fate = fs_->Next();
    if (fate == FaultFs::Fate::kFailBefore) return fs_->Fault("writing");
    PAW_TRY(inner_->Write(fate == FaultFs::Fate::kHalf ? bytes.first(bytes.size() / 2) : bytes));
    return fate == FaultFs::Fate::kWork ? Ok() : fs_->Fault("writing");
  }

  Status Sync() override {
    return fs_->Guarded("syncing", [&] { return inner_->Sync(); });
  }

 private:
  FaultFs* fs_;
  std::unique_ptr<WritableFile> inner_;
};

Result<FileFacts> FaultFs::Stat(const std::string& path) {
  return Guarded("looking", [&] { return inner_->Stat(path); });
}

Result<std::vector<FolderEntry>> FaultFs::List(const std::string& folder) {
  return Guarded("listing", [&] { return inner_->List(folder); });
}

Result<std::vector<std::byte>> FaultFs::Read(const std::string& path, std::size_t bytes_max) {
  return Guarded("reading", [&] { return inner_->Read(path, bytes_max); });
}

Result<Mapping> FaultFs::Map(const std::string& path) {
  return Guarded("mapping", [&] { return inner_->Map(path); });
}

Result<std::unique_ptr<WritableFile>> FaultFs::Create(const std::string& path) {
  std::unique_ptr<WritableFile> file = PAW_TRY(Guarded("creating", [&] { return inner_->Create(path); }));
  return std::unique_ptr<WritableFile>(std::make_unique<FaultFile>(this, std::move(file)));
}

Result<std::unique_ptr<WritableFile>> FaultFs::CreatePrivate(const std::string& path) {
  std::unique_ptr<WritableFile> file = PAW_TRY(Guarded("creating", [&] { return inner_->CreatePrivate(path); }));
  return std::unique_ptr<WritableFile>(std::make_unique<FaultFile>(this, std::move(file)));
}

Result<std::unique_ptr<WritableFile>> FaultFs::Append(const std::string& path, std::uint64_t keep_bytes) {
  std::unique_ptr<WritableFile> file = PAW_TRY(Guarded("appending", [&] { return inner_->Append(path, keep_bytes); }));
  return std::unique_ptr<WritableFile>(std::make_unique<FaultFile>(this, std::move(file)));
}

Status FaultFs::Rename(const std::string& from, const std::string& to) {
  return Guarded("renaming", [&] { return inner_->Rename(from, to); });
}

Status FaultFs::MakeFolder(const std::string& folder) {
  return Guarded("making a folder", [&] { return inner_->MakeFolder(folder); });
}

Status FaultFs::RemoveFile(const std::string& path) {
  return Guarded("removing", [&] { return inner_->RemoveFile(path); });
}

Status FaultFs::RemoveFolder(const std::string& folder) {
  return Guarded("removing a folder", [&] { return inner_->RemoveFolder(folder); });
}

Result<bool> FaultFs::RemoveFileIfUnlocked(const std::string& path) {
  return Guarded("removing", [&] { return inner_->RemoveFileIfUnlocked(path); });
}

Status FaultFs::SyncFolder(const std::string& folder) {
  return Guarded("syncing a folder", [&] { return inner_->SyncFolder(folder); });
}

Result<std::unique_ptr<HeldLock>> FaultFs::TryLock(const std::string& path, LockMode mode) {
  return Guarded("locking", [&] { return inner_->TryLock(path, mode); });
}

}  // namespace paw
