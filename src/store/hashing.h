// HashWithProgress: SHA-256 of many bytes, with a progress bar and a way out. Inside store/ only.
//
// Thread rule: a pure function but for the callbacks. Errors: kInterrupted on cancel.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/sha256.h"
#include "store/store.h"

namespace paw {

inline constexpr std::size_t kHashPieceBytes = 4 * kMiB;

inline Result<std::string> HashWithProgress(std::span<const std::byte> bytes, std::string_view stage, const JobOptions& job) {
  Sha256Stream stream;
  for (std::size_t at = 0; at < bytes.size(); at += kHashPieceBytes) {
    PAW_TRY(CheckCancelled(job.cancel, stage));
    stream.Update(bytes.subspan(at, std::min(kHashPieceBytes, bytes.size() - at)));
    Report(job.progress, stage, static_cast<double>(std::min(at + kHashPieceBytes, bytes.size())), static_cast<double>(bytes.size()));
  }
  return stream.FinishHex();
}

}  // namespace paw
