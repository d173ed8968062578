#include "bundle/zip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>

#include "base/checked.h"
#include "base/limits.h"
#include "base/text.h"

namespace paw {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kCentralBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kPieceBytes = 1 * kMiB;

constexpr std::uint32_t kMethodStored = 0;
constexpr std::uint32_t kMethodDeflate = 8;
constexpr std::uint32_t kUnixTypeMask = 0170000;
constexpr std::uint32_t kUnixRegular = 0100000;
constexpr std::uint32_t kDosAttributesOfFiles = 0x27;  // read-only, hidden, system, archive
constexpr std::uint32_t kDosDate1980 = 0x0021;         // 1980-01-01

// Little-endian fields at offsets that the caller has proved to lie inside.
std::uint32_t U16(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint32_t>(bytes[at]) | std::to_integer<std::uint32_t>(bytes[at + 1]) << 8;
}
std::uint32_t U32(std::span<const std::byte> bytes, std::size_t at) { return U16(bytes, at) | U16(bytes, at + 2) << 16; }

class Scanner {
 public:
  Scanner(std::span<const std::byte> archive, const ZipLimits& limits, std::string_view what)
      : archive_(archive), limits_(limits), what_(what) {}

  Result<std::vector<ZipMember>> Run() {
    PAW_TRY(ReadEnd());
    std::size_t central = central_start_;
    std::size_t local = 0;
    std::vector<ZipMember> members;
    for (std::size_t i = 0; i < member_count_; ++i) {
      members.push_back(PAW_TRY(ReadMember(central, local)));
    }
    if (local != central_start_) return Bad("found bytes between the last member and the central directory");
    if (central != archive_.size() - kEndBytes) return Bad("found bytes between the central directory and the end record");
    return members;
  }

 private:
  Status Bad(std::string_view found) const { return Refused(std::string(what_) + ": " + std::string(found)); }
  Status BadMember(std::string_view name, std::string_view found) const {
    return Refused(std::string(what_) + ": member " + Quoted(name) + ": " + std::string(found));
  }

  Status ReadEnd() {
    const std::size_t size = archive_.size();
    if (size > limits_.archive_bytes_max) {
      return Bad("found " + std::to_string(size) + " bytes, expected at most " + std::to_string(limits_.archive_bytes_max));
    }
    if (size < kEndBytes || U32(archive_, 0) != (size == kEndBytes ? kEndSignature : kLocalSignature)) {
      return Bad("found no ZIP archive, expected one that starts at the first byte");
    }
    const std::span<const std::byte> end = archive_.last(kEndBytes);
    if (U32(end, 0) != kEndSignature || U16(end, 20) != 0) return Bad("found no ZIP end record in the last 22 bytes, expected one there");
    if (U16(end, 4) != 0 || U16(end, 6) != 0) return Bad("found an archive of several disks, expected one");
    member_count_ = U16(end, 8);
    if (U16(end, 10) != member_count_) return Bad("found two different member counts in the end record");
    if (member_count_ > limits_.members_max) {
      return Bad("found " + std::to_string(member_count_) + " members, expected at most " + std::to_string(limits_.members_max));
    }
    const std::uint64_t central_bytes = U32(end, 12);
    const std::uint64_t central_start = U32(end, 16);
    if (central_start + central_bytes != size - kEndBytes) {
      return Bad("found a central directory that does not end where the end record starts");
    }
    central_start_ = static_cast<std::size_t>(central_start);
    return Ok();
  }

  // Reads the central header at `central` and the local header and data at `local`; moves both past them.
  Result<ZipMember> ReadMember(std::size_t& central, std::size_t& local) {
    const std::size_t central_end = archive_.size() - kEndBytes;
    if (central_end - central < kCentralBytes) return Bad("found a central directory that is cut off");
    const std::span<const std::byte> entry = archive_.subspan(central, kCentralBytes);
    if (U32(entry, 0) != kCentralSignature) return Bad("found something else than a central header in the central directory");
    const std::size_t name_bytes = U16(entry, 28);
    if (name_bytes == 0 || name_bytes > kNameBytesMax || name_bytes > central_end - central - kCentralBytes) {
      return Bad("found a member name of " + std::to_string(name_bytes) + " bytes, expected 1 to 255 inside the file");
    }
    ZipMember member;
    member.name = NameAt(central + kCentralBytes, name_bytes);
    PAW_TRY(CheckCentral(entry, member.name));
    PAW_TRY(CheckLocal(entry, local, member.name));
    if (U32(entry, 42) != local) return BadMember(member.name, "found a gap or an overlap before it, expected members one after the other");

    member.deflated = U16(entry, 10) == kMethodDeflate;
    member.crc32 = U32(entry, 16);
    member.bytes = U32(entry, 24);
    const std::size_t packed_bytes = U32(entry, 20);
    const std::size_t data = local + kLocalBytes + name_bytes;
    if (packed_bytes > central_start_ - data) return BadMember(member.name, "found data that runs into the central directory");
    member.packed = archive_.subspan(data, packed_bytes);
    PAW_TRY(CheckSizes(member));
    local = data + packed_bytes;
    central += kCentralBytes + name_bytes;
    return member;
  }

  // The fields that only the central header has, and those that must have one value.
  Status CheckCentral(std::span<const std::byte> entry, std::string_view name) {
    if (U16(entry, 6) != 10 && U16(entry, 6) != 20) return BadMember(name, "found a ZIP version other than 1.0 and 2.0");
    if (U16(entry, 8) != 0) return BadMember(name, "found flags (encryption, a data descriptor or an unusual name), expected none");
    if (U16(entry, 10) != kMethodStored && U16(entry, 10) != kMethodDeflate) {
      return BadMember(name, "found compression method " + std::to_string(U16(entry, 10)) + ", expected stored (0) or deflate (8)");
    }
    if (U16(entry, 30) != 0) return BadMember(name, "found extra fields, expected none");
    if (U16(entry, 32) != 0) return BadMember(name, "found a comment, expected none");
    if (U16(entry, 34) != 0) return BadMember(name, "found a disk number, expected 0");
    if (U16(entry, 36) > 1) return BadMember(name, "found unknown internal attributes");
    const std::uint32_t attributes = U32(entry, 38);
    const std::uint32_t type = (attributes >> 16) & kUnixTypeMask;
    if ((type != 0 && type != kUnixRegular) || (attributes & 0xFFFF & ~kDosAttributesOfFiles) != 0) {
      return BadMember(name, "found a folder, a link or a device, expected a regular file");
    }
    if (!names_.insert(std::string(name)).second) return BadMember(name, "found it twice");
    return Ok();
  }

  Status CheckLocal(std::span<const std::byte> entry, std::size_t local, std::string_view name) {
    if (local > central_start_ || central_start_ - local < kLocalBytes + name.size()) {
      return BadMember(name, "found no room for its local header");
    }
    const std::span<const std::byte> header = archive_.subspan(local, kLocalBytes);
    if (U32(header, 0) != kLocalSignature) return BadMember(name, "found no local header where its data should start");
    // version needed, flags, method, time, date, CRC, both sizes and the name length stand in both headers in this order.
    if (!std::ranges::equal(header.subspan(4, 24), entry.subspan(6, 24)) || NameAt(local + kLocalBytes, name.size()) != name) {
      return BadMember(name, "found a local header that differs from the central one");
    }
    if (U16(header, 28) != 0) return BadMember(name, "found extra fields in its local header, expected none");
    return Ok();
  }

  Status CheckSizes(const ZipMember& member) {
    constexpr std::uint64_t kZip64Marker = 0xFFFFFFFF;
    if (member.bytes == kZip64Marker) return BadMember(member.name, "found a zip64 size, expected a plain one");
    if (!member.deflated && member.bytes != member.packed.size()) {
      return BadMember(member.name, "found two different sizes for a stored member");
    }
    if (member.deflated && member.bytes > limits_.ratio_max * member.packed.size()) {
      return BadMember(member.name, "found a compression ratio above " + std::to_string(limits_.ratio_max));
    }
    expanded_ += member.bytes;
    if (expanded_ > limits_.expanded_bytes_max) {
      return Bad("found more than " + std::to_string(limits_.expanded_bytes_max) + " bytes of expanded members, expected at most that");
    }
    return Ok();
  }

  std::string NameAt(std::size_t at, std::size_t bytes) const {
    return std::string(reinterpret_cast<const char*>(archive_.data()) + at, bytes);
  }

  std::span<const std::byte> archive_;
  const ZipLimits& limits_;
  std::string_view what_;
  std::size_t member_count_ = 0;
  std::size_t central_start_ = 0;
  std::uint64_t expanded_ = 0;
  std::set<std::string> names_;
};

std::uint32_t Crc32(std::uint32_t crc, std::span<const std::byte> bytes) {
  return static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

Status BadData(const ZipMember& member, std::string_view what, std::string_view found) {
  return Refused(std::string(what) + ": member " + Quoted(member.name) + ": " + std::string(found));
}

struct InflateEnd {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

// Inflates all of member.packed, and nothing else, into the sink. Returns the CRC-32.
Result<std::uint32_t> Inflate(const ZipMember& member, const ByteSink& sink, std::string_view what) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return Unavailable(std::string(what) + ": found no memory to inflate");
  const std::unique_ptr<z_stream, InflateEnd> guard(&stream);
  std::vector<std::byte> piece(static_cast<std::size_t>(std::clamp<std::uint64_t>(member.bytes, 1, kPieceBytes)));
  std::span<const std::byte> left = member.packed;
  std::uint64_t done = 0;
  std::uint32_t crc = 0;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    if (stream.avail_in == 0) {
      const std::size_t given = std::min<std::size_t>(left.size(), std::numeric_limits<uInt>::max());
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(left.data()));
      stream.avail_in = static_cast<uInt>(given);
      left = left.subspan(given);
    }
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) return BadData(member, what, "found damaged deflate data");
    const std::span<const std::byte> got = std::span(piece).first(piece.size() - stream.avail_out);
    done += got.size();
    if (done > member.bytes) return BadData(member, what, "found more data than the declared " + std::to_string(member.bytes) + " bytes");
    crc = Crc32(crc, got);
    if (!got.empty()) PAW_TRY(sink(got));
  }
  if (!left.empty() || stream.avail_in != 0) return BadData(member, what, "found bytes after the end of its deflate data");
  if (done != member.bytes) {
    return BadData(member, what, "found " + std::to_string(done) + " bytes, expected the declared " + std::to_string(member.bytes));
  }
  return crc;
}

class Writer {
 public:
  void U16(std::uint32_t value) {
    bytes.push_back(static_cast<std::byte>(value & 0xFF));
    bytes.push_back(static_cast<std::byte>(value >> 8 & 0xFF));
  }
  void U32(std::uint32_t value) {
    U16(value & 0xFFFF);
    U16(value >> 16);
  }
  void Bytes(std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); }

  // What local and central headers share: version needed to the length of the extra fields.
  void Shared(std::string_view name, std::uint32_t crc, std::uint32_t size) {
    U16(20);
    U16(0);
    U16(kMethodStored);
    U16(0);  // midnight
    U16(kDosDate1980);
    U32(crc);
    U32(size);
    U32(size);
    U16(static_cast<std::uint32_t>(name.size()));
    U16(0);
  }

  std::vector<std::byte> bytes;
};

}  // namespace

Result<std::vector<ZipMember>> ScanZip(std::span<const std::byte> archive, const ZipLimits& limits, std::string_view what) {
  return Scanner(archive, limits, what).Run();
}

Status StreamZipMember(const ZipMember& member, const ByteSink& sink, std::string_view what) {
  std::uint32_t crc = 0;
  if (member.deflated) {
    crc = PAW_TRY(Inflate(member, sink, what));
  } else {
    crc = Crc32(0, member.packed);
    for (std::size_t at = 0; at < member.packed.size(); at += kPieceBytes) {
      PAW_TRY(sink(member.packed.subspan(at, std::min(kPieceBytes, member.packed.size() - at))));
    }
  }
  if (crc != member.crc32) return BadData(member, what, "found damaged data: its CRC-32 differs");
  return Ok();
}

Result<std::vector<std::byte>> ReadZipMember(const ZipMember& member, std::uint64_t bytes_max, std::string_view what) {
  if (member.bytes > bytes_max) {
    return BadData(member, what, "found " + std::to_string(member.bytes) + " bytes, expected at most " + std::to_string(bytes_max));
  }
  std::vector<std::byte> bytes;
  bytes.reserve(static_cast<std::size_t>(member.bytes));
  const auto append = [&](std::span<const std::byte> piece) {
    bytes.insert(bytes.end(), piece.begin(), piece.end());
    return Ok();
  };
  PAW_TRY(StreamZipMember(member, append, what));
  return bytes;
}

Result<std::vector<std::byte>> WriteZip(const std::vector<std::pair<std::string_view, std::span<const std::byte>>>& members) {
  Writer local, central;
  for (const auto& [name, data] : members) {
    const std::uint64_t end = std::uint64_t{local.bytes.size()} + kLocalBytes + name.size() + data.size();
    if (name.empty() || name.size() > kNameBytesMax || end > std::numeric_limits<std::uint32_t>::max() - kMiB) {
      return Usage("writing a ZIP archive: member " + Quoted(name) + ": found " + std::to_string(data.size()) +
                   " bytes, expected a named member and an archive below 4 GiB");
    }
    const std::uint32_t crc = Crc32(0, data);
    const auto size = static_cast<std::uint32_t>(data.size());
    const auto offset = static_cast<std::uint32_t>(local.bytes.size());
    local.U32(kLocalSignature);
    local.Shared(name, crc, size);
    local.Bytes(std::as_bytes(std::span(name)));
    local.Bytes(data);

    central.U32(kCentralSignature);
    central.U16(3 << 8 | 20);  // made by version 2.0 on Unix
    central.Shared(name, crc, size);
    central.U16(0);  // comment
    central.U16(0);  // disk
    central.U16(0);  // internal attributes
    central.U32((kUnixRegular | 0644) << 16);
    central.U32(offset);
    central.Bytes(std::as_bytes(std::span(name)));
  }
  const auto central_start = static_cast<std::uint32_t>(local.bytes.size());
  const auto central_bytes = static_cast<std::uint32_t>(central.bytes.size());
  local.Bytes(central.bytes);
  local.U32(kEndSignature);
  local.U16(0);
  local.U16(0);
  local.U16(static_cast<std::uint32_t>(members.size()));
  local.U16(static_cast<std::uint32_t>(members.size()));
  local.U32(central_bytes);
  local.U32(central_start);
  local.U16(0);
  return std::move(local.bytes);
}

}  // namespace paw
