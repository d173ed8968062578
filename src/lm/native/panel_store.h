// PanelStore: the memory of a model's quantised panels, in one piece: made here, or mapped from the packed file of an earlier run.
//
// A packed file is what packing made, behind a header: bytes of the file, of the model's digest and of the layout. It is published by rename
// and read by mapping, so a start reads what it needs and processes share the pages. It is a cache of one's own machine: a file that is
// absent, of another length, layout or model is made again, and one that cannot be written is done without.
//
// Thread rule: one thread. Owner: the panels live as long as the store. Errors: none; see above.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "fs/fs.h"
#include "kernels/buffer.h"

namespace paw::native {

class PanelStore {
 public:
  // Memory for `bytes` of panels (each piece counted by PieceBytes); `path` and `sha256` of the model, both or neither.
  PanelStore(Fs& fs, std::string path, std::string sha256, std::size_t bytes);

  // What Take needs for a piece of so many bytes.
  static std::size_t PieceBytes(std::size_t bytes) { return (bytes + 63) / 64 * 64; }
  // The pieces hold their numbers already.
  bool filled() const { return mapping_.bytes().data() != nullptr; }
  // The next piece; pieces are taken in the same order every time. Written only where the store is not filled.
  std::uint8_t* Take(std::size_t bytes);
  // Keeps what was packed for the next run.
  void Publish(Fs& fs) const;

 private:
  std::string Header() const;
  bool Open(Fs& fs);

  std::string path_, sha256_;
  std::size_t bytes_;
  std::size_t taken_ = 0;
  Mapping mapping_;
  Buffer<std::uint8_t> made_;
};

}  // namespace paw::native
