#include "bundle/zip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/limits.h"
#include "bundle/bundle.h"

namespace paw {
namespace {

using namespace std::string_literals;

// One member as a hostile writer would put it down: every field its own.
struct Entry {
  std::string name;
  std::string data;  // packed bytes
  std::uint32_t method = 0;
  std::uint32_t flags = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed_bytes = 0;
  std::uint32_t bytes = 0;
  std::uint32_t external = 0100644u << 16;
  std::string local_name;  // "" = name
  std::string local_extra, central_extra, comment;
  std::string gap_before;  // bytes before the local header
  std::int64_t offset_change = 0;
  std::uint32_t local_method = 0xFFFF;  // 0xFFFF = method
  std::uint32_t local_bytes = 0xFFFFFFFF;
};

struct Archive {
  std::string prefix, before_central, before_end, suffix, comment;
  std::uint32_t disk = 0;
  int count_change = 0, total_change = 0;
  std::int64_t central_start_change = 0;
  std::vector<Entry> entries;
};

void Put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint32_t Crc(const std::string& data) {
  return static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const unsigned char*>(data.data()), data.size()));
}

std::string Deflate(const std::string& data) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

Entry Stored(const std::string& name, const std::string& data) {
  Entry entry;
  entry.name = name;
  entry.data = data;
  entry.crc = Crc(data);
  entry.packed_bytes = entry.bytes = static_cast<std::uint32_t>(data.size());
  return entry;
}

Entry Deflated(const std::string& name, const std::string& data) {
  Entry entry = Stored(name, data);
  entry.data = Deflate(data);
  entry.method = 8;
  entry.packed_bytes = static_cast<std::uint32_t>(entry.data.size());
  return entry;
}

void PutShared(std::string& out, const Entry& e, std::uint32_t method, std::uint32_t bytes, std::size_t name, std::size_t extra) {
  Put(out, 20, 2);
  Put(out, e.flags, 2);
  Put(out, method, 2);
  Put(out, 0, 2);
  Put(out, 0x21, 2);
  Put(out, e.crc, 4);
  Put(out, e.packed_bytes, 4);
  Put(out, bytes, 4);
  Put(out, name, 2);
  Put(out, extra, 2);
}

std::string Write(const Archive& archive) {
  std::string out = archive.prefix, central;
  for (const Entry& e : archive.entries) {
    out += e.gap_before;
    const std::uint64_t offset = out.size() + static_cast<std::uint64_t>(e.offset_change);
    const std::string& local_name = e.local_name.empty() ? e.name : e.local_name;
    out += "PK\x03\x04";
    PutShared(out, e, e.local_method == 0xFFFF ? e.method : e.local_method, e.local_bytes == 0xFFFFFFFF ? e.bytes : e.local_bytes,
              local_name.size(), e.local_extra.size());
    out += local_name + e.local_extra + e.data;
    central += "PK\x01\x02";
    Put(central, 0x314, 2);
    PutShared(central, e, e.method, e.bytes, e.name.size(), e.central_extra.size());
    Put(central, e.comment.size(), 2);
    Put(central, 0, 2);
    Put(central, 0, 2);
    Put(central, e.external, 4);
    Put(central, offset, 4);
    central += e.name + e.central_extra + e.comment;
  }
  out += archive.before_central;
  const std::uint64_t start = out.size() + static_cast<std::uint64_t>(archive.central_start_change);
  out += central + archive.before_end + "PK\x05\x06";
  Put(out, archive.disk, 2);
  Put(out, archive.disk, 2);
  Put(out, archive.entries.size() + static_cast<std::uint64_t>(archive.count_change), 2);
  Put(out, archive.entries.size() + static_cast<std::uint64_t>(archive.count_change + archive.total_change), 2);
  Put(out, central.size(), 4);
  Put(out, start, 4);
  Put(out, archive.comment.size(), 2);
  return out + archive.comment + archive.suffix;
}

Archive Good() {
  Archive archive;
  archive.entries = {Stored("a.txt", "first"), Deflated("b.txt", "second second second second")};
  return archive;
}

constexpr ZipLimits kLimits = {.archive_bytes_max = 1 * kMiB, .members_max = 4, .expanded_bytes_max = 4 * kMiB, .ratio_max = 100};

// Scans and reads every member.
Status ReadAll(const std::string& bytes, std::vector<std::string>* contents = nullptr) {
  const std::vector<ZipMember> members = PAW_TRY(ScanZip(std::as_bytes(std::span(bytes)), kLimits, "x.zip"));
  for (const ZipMember& member : members) {
    const std::vector<std::byte> data = PAW_TRY(ReadZipMember(member, kMiB, "x.zip"));
    if (contents != nullptr) contents->emplace_back(reinterpret_cast<const char*>(data.data()), data.size());
  }
  return Ok();
}

TEST(Zip, ReadsStoredAndDeflated) {
  std::vector<std::string> contents;
  const Status status = ReadAll(Write(Good()), &contents);
  ASSERT_TRUE(status.ok()) << status.message();
  EXPECT_EQ(contents, (std::vector<std::string>{"first", "second second second second"}));
  EXPECT_TRUE(ReadAll(Write(Archive{})).ok()) << "an archive of nothing is an archive";
}

TEST(Zip, EveryHostileLayoutIsRefused) {
  const std::vector<std::pair<std::string, std::function<void(Archive&)>>> classes = {
      {"prefix junk", [](Archive& a) { a.prefix = "#!/bin/sh\n"; }},
      {"suffix junk", [](Archive& a) { a.suffix = "x"; }},
      {"end comment", [](Archive& a) { a.comment = "hello"; }},
      {"gap between members", [](Archive& a) { a.entries[1].gap_before = "gap"; }},
      {"junk before the central directory", [](Archive& a) { a.before_central = "junk"; }},
      {"junk before the end record", [](Archive& a) { a.before_end = "PK\x06\x06 zip64"; }},
      {"central directory start lies", [](Archive& a) { a.central_start_change = -1; }},
      {"overlap: two names for one member",
       [](Archive& a) {
         a.entries[1] = a.entries[0];
         a.entries[1].name = a.entries[1].local_name = "c.txt";
         a.entries[1].offset_change = -(30 + 5 + 5);
       }},
      {"offset outside", [](Archive& a) { a.entries[1].offset_change = 0x7FFFFFF0; }},
      {"a name twice", [](Archive& a) { a.entries[1].name = "a.txt"; }},
      {"empty name", [](Archive& a) { a.entries[0].name.clear(); }},
      {"name too long", [](Archive& a) { a.entries[0].name.assign(300, 'n'); }},
      {"local name differs", [](Archive& a) { a.entries[0].local_name = "b.tx_"; }},
      {"local method differs", [](Archive& a) { a.entries[1].local_method = 0; }},
      {"local size differs", [](Archive& a) { a.entries[0].local_bytes = 6; }},
      {"extra field in the central header", [](Archive& a) { a.entries[0].central_extra = "\x01\0\x04\0abcd"s; }},
      {"extra field in the local header", [](Archive& a) { a.entries[0].local_extra = "\x01\0\x04\0abcd"s; }},
      {"member comment", [](Archive& a) { a.entries[0].comment = "c"; }},
      {"encrypted", [](Archive& a) { a.entries[0].flags = 1; }},
      {"data descriptor", [](Archive& a) { a.entries[1].flags = 8; }},
      {"utf-8 flag", [](Archive& a) { a.entries[1].flags = 0x800; }},
      {"unknown method", [](Archive& a) { a.entries[1].method = 12; }},
      {"symlink", [](Archive& a) { a.entries[0].external = 0120777u << 16; }},
      {"device", [](Archive& a) { a.entries[0].external = 0020666u << 16; }},
      {"folder", [](Archive& a) { a.entries[0].external = 0040755u << 16; }},
      {"DOS folder", [](Archive& a) { a.entries[0].external = 0x10; }},
      {"CRC lies", [](Archive& a) { a.entries[0].crc ^= 1; }},
      {"CRC of deflated data lies", [](Archive& a) { a.entries[1].crc ^= 1; }},
      {"stored sizes differ", [](Archive& a) { a.entries[0].bytes += 1; }},
      {"declared size too small", [](Archive& a) { a.entries[1].bytes -= 1; }},
      {"declared size too large", [](Archive& a) { a.entries[1].bytes += 1; }},
      {"zip64 marker", [](Archive& a) { a.entries[1].bytes = 0xFFFFFFFF; }},
      {"packed size runs out of the file", [](Archive& a) { a.entries[1].packed_bytes = 0x7FFFFFFF; }},
      {"packed size runs into the central directory", [](Archive& a) { a.entries[1].packed_bytes += 10; }},
      {"bytes after the deflate stream",
       [](Archive& a) {
         a.entries[1].data += "hidden";
         a.entries[1].packed_bytes += 6;
       }},
      {"deflate stream cut off",
       [](Archive& a) {
         a.entries[1].data.pop_back();
         a.entries[1].packed_bytes -= 1;
       }},
      {"deflate garbage", [](Archive& a) { a.entries[1].data.assign(a.entries[1].data.size(), '\xFF'); }},
      {"bomb by ratio", [](Archive& a) { a.entries[1] = Deflated("b.txt", std::string(500'000, '\0')); }},
      {"bomb by total",
       [](Archive& a) {
         a.entries[0].bytes = a.entries[0].packed_bytes = 0x7FFFFFFF;
         a.entries[1].bytes = a.entries[1].packed_bytes = 0x7FFFFFFF;
       }},
      {"too many members",
       [](Archive& a) {
         for (int i = 0; i < 5; ++i) a.entries.push_back(Stored("m" + std::to_string(i), ""));
       }},
      {"count too small", [](Archive& a) { a.count_change = -1; }},
      {"count too large", [](Archive& a) { a.count_change = 1; }},
      {"two counts", [](Archive& a) { a.total_change = 1; }},
      {"several disks", [](Archive& a) { a.disk = 1; }},
  };
  EXPECT_GE(classes.size(), 25u);
  for (const auto& [name, change] : classes) {
    Archive archive = Good();
    change(archive);
    const Status status = ReadAll(Write(archive));
    EXPECT_EQ(status.code(), Code::kRefused) << name;
    EXPECT_EQ(status.message().find('\n'), std::string::npos) << name;
  }
}

TEST(Zip, EveryTruncationIsRefused) {
  const std::string bytes = Write(Good());
  for (std::size_t keep = 0; keep < bytes.size(); ++keep) EXPECT_EQ(ReadAll(bytes.substr(0, keep)).code(), Code::kRefused) << keep;
}

TEST(Zip, ReadsAMemberOfManyPieces) {
  std::string data;
  for (std::uint64_t i = 0; data.size() < 3 * kMiB; ++i) data += std::to_string(i * 7919 % 100'003);
  Archive archive;
  archive.entries = {Deflated("big", data)};
  const std::string bytes = Write(archive);
  const auto members = ScanZip(std::as_bytes(std::span(bytes)), {16 * kMiB, 4, 16 * kMiB, 100}, "x");
  ASSERT_TRUE(members.ok()) << members.message();
  EXPECT_EQ(ReadZipMember(members->at(0), kMiB, "x").code(), Code::kRefused) << "above the caller's limit";
  const auto read = ReadZipMember(members->at(0), 16 * kMiB, "x");
  ASSERT_TRUE(read.ok()) << read.message();
  EXPECT_TRUE(std::equal(read->begin(), read->end(), std::as_bytes(std::span(data)).begin(), std::as_bytes(std::span(data)).end()));
  // A sink's error stops the reading and comes back.
  const auto full = [](std::span<const std::byte>) { return Unavailable("full"); };
  EXPECT_EQ(StreamZipMember(members->at(0), full, "x").code(), Code::kUnavailable);
}

// The names that a bundle may have are four; each trick with a name is refused before anything is inflated.
TEST(Zip, BundleMemberNamesAreAnExactList) {
  for (const std::string& name : {"../meta.json"s, "/meta.json"s, "C:\\meta.json"s, "C:meta.json"s, "a\\meta.json"s, "meta.json\0.txt"s,
                                  "META.JSON"s, "meta.json "s, "./meta.json"s, "meta.json/"s, "m\xD0\xB5ta.json"s,
                                  "\xC1\xAD"
                                  "eta.json"s,
                                  "prefix_kv_cache.bin"s, "adapter_config.json"s, "con"s}) {
    Archive archive;
    archive.entries = {Stored("meta.json", "{}"), Stored(name, "x")};
    const std::string bytes = Write(archive);
    const auto bundle = ReadBundle(std::as_bytes(std::span(bytes)), "x.paw");
    EXPECT_EQ(bundle.code(), Code::kRefused) << name;
    EXPECT_NE(bundle.message().find("expected only adapter.gguf"), std::string::npos) << bundle.message();
  }
  Archive archive;
  archive.entries = {Stored("meta.json", "{}")};
  const std::string bytes = Write(archive);
  EXPECT_EQ(ReadBundle(std::as_bytes(std::span(bytes)), "x.paw").message(), "x.paw: found no member adapter.gguf, expected one");
}

}  // namespace
}  // namespace paw
