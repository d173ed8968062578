// The small part of ZIP that programs and wheels use, read strictly and written deterministically.
//
// ScanZip proves the whole layout against the actual bytes before anything is inflated: local headers and data contiguous from byte
// 0, then the central directory, then the end record, then nothing. Local = central in every shared field. Refused: gaps, overlaps,
// anything before, between or after; zip64, encryption, data descriptors, extra fields, comments, several disks; methods other than
// stored and deflate; folders, links and devices; a name twice. Source: PKWARE APPNOTE 6.3.
//
// Thread rule: pure functions. Owner: members view the archive's bytes, which must outlive them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "paw/status.h"

namespace paw {

struct ZipMember {
  std::string name;  // raw bytes from the file: show it through Printable only
  std::span<const std::byte> packed;
  std::uint64_t bytes = 0;  // as declared; ReadZipMember holds the data to it
  std::uint32_t crc32 = 0;
  bool deflated = false;
};

struct ZipLimits {
  std::size_t archive_bytes_max = 0;
  std::size_t members_max = 0;
  std::uint64_t expanded_bytes_max = 0;  // of all members together
  std::uint64_t ratio_max = 0;           // expanded : packed, of each deflated member
};

// `what` names the archive in messages.
Result<std::vector<ZipMember>> ScanZip(std::span<const std::byte> archive, const ZipLimits& limits, std::string_view what);

// Inflates in pieces of at most 1 MiB. Refused when the data is not exactly `bytes` long, its CRC differs, or packed bytes are left.
using ByteSink = std::function<Status(std::span<const std::byte>)>;
Status StreamZipMember(const ZipMember& member, const ByteSink& sink, std::string_view what);
Result<std::vector<std::byte>> ReadZipMember(const ZipMember& member, std::uint64_t bytes_max, std::string_view what);

// An archive of stored members in the order given, regular files of mode 644 dated 1980-01-01: the same bytes for the same members.
// kUsage when it would outgrow what ZIP without zip64 can hold.
Result<std::vector<std::byte>> WriteZip(const std::vector<std::pair<std::string_view, std::span<const std::byte>>>& members);

}  // namespace paw
