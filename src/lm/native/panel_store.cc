#include "lm/native/panel_store.h"

#include <cstring>
#include <span>
#include <utility>

#include "fs/path.h"
#include "kernels/kernels.h"

namespace paw::native {
namespace {

constexpr std::size_t kHeaderBytes = 4096;
constexpr int kLayout = 1;  // changes with quant.h's panels and the order of the matrices

}  // namespace

PanelStore::PanelStore(Fs& fs, std::string path, std::string sha256, std::size_t bytes)
    : path_(std::move(path)), sha256_(std::move(sha256)), bytes_(bytes) {
  if (!Open(fs)) made_.Reserve(bytes_);
}

std::string PanelStore::Header() const {
  std::string header = "paw panels, layout " + std::to_string(kLayout) + ", " + std::to_string(kPanel) + " columns, " +
                       std::to_string(bytes_) + " bytes of " + sha256_ + "\n";
  header.resize(kHeaderBytes);
  return header;
}

bool PanelStore::Open(Fs& fs) {
  if (path_.empty() || sha256_.empty()) return false;
  auto mapping = fs.Map(path_);
  if (!mapping.ok() || mapping->bytes().size() != kHeaderBytes + bytes_) return false;
  if (std::memcmp(mapping->bytes().data(), Header().data(), kHeaderBytes) != 0) return false;
  mapping_ = *std::move(mapping);
  mapping_.Hint(mapping_.bytes(), Mapping::Access::kSoon);
  return true;
}

std::uint8_t* PanelStore::Take(std::size_t bytes) {
  const std::size_t at = taken_;
  taken_ += PieceBytes(bytes);
  if (!filled()) return made_.get() + at;
  // A filled store is not written to.
  return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(mapping_.bytes().data()) + kHeaderBytes + at);
}

void PanelStore::Publish(Fs& fs) const {
  if (path_.empty() || sha256_.empty() || filled()) return;
  (void)fs.RemoveStaleTemporaries(ParentOf(path_));  // of a start that was killed here
  auto publication = fs.BeginPublication(path_);
  if (!publication.ok()) return;
  const std::string header = Header();
  if (!publication->Write(std::as_bytes(std::span(header))).ok()) return;
  if (!publication->Write(std::as_bytes(std::span(made_.get(), bytes_))).ok()) return;
  (void)publication->Commit();
}

}  // namespace paw::native
