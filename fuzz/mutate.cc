#include "fuzz/mutate.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace paw::fuzz {
namespace {

constexpr std::size_t kGrowthMax = 4096;  // bytes that one change may add
constexpr int kChangesMax = 6;

constexpr std::array<std::uint64_t, 20> kNumbers = {0,
                                                    1,
                                                    2,
                                                    7,
                                                    8,
                                                    12,
                                                    16,
                                                    30,
                                                    32,
                                                    255,
                                                    256,
                                                    65535,
                                                    0x7fffffff,
                                                    0x80000000,
                                                    0xffffffff,
                                                    std::uint64_t{1} << 40,
                                                    (std::uint64_t{1} << 62) - 1,
                                                    std::uint64_t{1} << 63,
                                                    ~std::uint64_t{0} - 31,
                                                    ~std::uint64_t{0}};

std::uint64_t Load(const Bytes& bytes, const Field& field) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data() + field.offset, field.bytes);
  return value;
}

// A place to damage: three times in four within the head.
std::size_t PlaceIn(const Bytes& bytes, std::size_t head, Random& random) {
  const std::size_t end = head > 0 && random.Below(4) != 0 ? std::min(head, bytes.size()) : bytes.size();
  return random.Below(end);
}

std::size_t LengthFrom(const Bytes& bytes, std::size_t start, Random& random) {
  const std::size_t longest = random.Below(4) == 0 ? kGrowthMax : 32;
  return std::min<std::size_t>(1 + random.Below(longest), bytes.size() - start);
}

void FlipBit(Bytes& bytes, std::size_t at, Random& random) { bytes[at] ^= static_cast<std::byte>(1u << random.Below(8)); }

void SetByte(Bytes& bytes, std::size_t at, Random& random) { bytes[at] = static_cast<std::byte>(random.Below(256)); }

void EditInteger(Bytes& bytes, const Sample& sample, std::size_t at, Random& random) {
  Field field{at, std::size_t{1} << random.Below(4)};
  if (!sample.fields.empty() && random.Below(2) == 0) field = sample.fields[random.Below(sample.fields.size())];
  if (field.offset > bytes.size() || field.bytes > bytes.size() - field.offset) return;
  std::uint64_t value = Load(bytes, field);
  switch (random.Below(4)) {
    case 0:
      value += 1 + random.Below(64);
      break;
    case 1:
      value -= 1 + random.Below(64);
      break;
    case 2:
      value = value * 2 + random.Below(2);
      break;
    default:
      value = kNumbers[random.Below(kNumbers.size())];
  }
  std::memcpy(bytes.data() + field.offset, &value, field.bytes);
}

void Remove(Bytes& bytes, std::size_t at, Random& random) {
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  bytes.erase(first, first + static_cast<std::ptrdiff_t>(LengthFrom(bytes, at, random)));
}

void Repeat(Bytes& bytes, std::size_t at, Random& random) {
  const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at);
  const Bytes range(first, first + static_cast<std::ptrdiff_t>(LengthFrom(bytes, at, random)));
  bytes.insert(first, range.begin(), range.end());
}

// A range of `from`, written over or inserted at `at`.
void Splice(Bytes& bytes, const Bytes& from, std::size_t at, Random& random) {
  if (from.empty()) return;
  const std::size_t start = random.Below(from.size());
  const std::size_t length = LengthFrom(from, start, random);
  const auto range = std::span(from).subspan(start, length);
  if (random.Below(2) == 0) {
    std::copy_n(range.begin(), std::min(length, bytes.size() - at), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  } else {
    bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), range.begin(), range.end());
  }
}

void Change(Bytes& bytes, const Sample& sample, std::span<const Sample> others, Random& random) {
  if (bytes.empty()) return;
  const std::size_t at = PlaceIn(bytes, sample.head, random);
  switch (random.Below(12)) {
    case 0:
    case 1:
      FlipBit(bytes, at, random);
      break;
    case 2:
    case 3:
      SetByte(bytes, at, random);
      break;
    case 4:
    case 5:
    case 6:
    case 7:
      EditInteger(bytes, sample, at, random);
      break;
    case 8:
      Remove(bytes, at, random);
      break;
    case 9:
      Repeat(bytes, at, random);
      break;
    case 10: {
      const Bytes& from = others.empty() ? sample.bytes : others[random.Below(others.size())].bytes;
      Splice(bytes, from, at, random);
      break;
    }
    default:
      if (random.Below(2) == 0) {
        bytes.resize(at);
      } else {
        bytes.resize(bytes.size() + 1 + random.Below(64));
      }
  }
}

// Walks a well-formed GGUF file and notes its integers. Only for samples of ours: nothing is checked.
class GgufWalk {
 public:
  explicit GgufWalk(Sample& sample) : sample_(sample) {}

  void Run() {
    Note(4);  // magic
    Note(4);
    const std::uint64_t tensors = Note(8);
    const std::uint64_t keys = Note(8);
    for (std::uint64_t i = 0; i < keys; ++i) {
      String();
      Value(static_cast<std::uint32_t>(Note(4)));
    }
    for (std::uint64_t i = 0; i < tensors; ++i) {
      String();
      const std::uint64_t dimensions = Note(4);
      for (std::uint64_t d = 0; d < dimensions; ++d) Note(8);
      Note(4);
      Note(8);
    }
    sample_.head = at_;
  }

 private:
  std::uint64_t Note(std::size_t bytes) {
    sample_.fields.push_back({at_, bytes});
    at_ += bytes;
    return Load(sample_.bytes, sample_.fields.back());
  }

  void String() {
    const std::uint64_t length = Note(8);
    at_ += length;
  }

  void Value(std::uint32_t type) {
    constexpr std::array<std::size_t, 13> kBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    if (type == 8) {
      String();
    } else if (type == 9) {
      const auto item = static_cast<std::uint32_t>(Note(4));
      const std::uint64_t count = Note(8);
      if (item != 8) at_ += count * kBytes[item];
      for (std::uint64_t i = 0; item == 8 && i < count; ++i) String();
    } else {
      Note(kBytes[type]);
    }
  }

  Sample& sample_;
  std::size_t at_ = 0;
};

void NoteFields(Sample& sample, std::size_t at, std::span<const std::size_t> widths) {
  for (const std::size_t width : widths) {
    sample.fields.push_back({at, width});
    at += width;
  }
}

}  // namespace

Bytes Mutate(const Sample& sample, std::span<const Sample> others, Random& random) {
  Bytes bytes = sample.bytes;
  const std::uint64_t changes = 1 + random.Below(random.Below(2) == 0 ? 1 : kChangesMax);
  for (std::uint64_t i = 0; i < changes; ++i) Change(bytes, sample, others, random);
  return bytes;
}

Sample GgufSample(std::string name, Bytes bytes) {
  Sample sample{std::move(name), std::move(bytes), 0, {}};
  GgufWalk(sample).Run();
  return sample;
}

Sample ZipSample(std::string name, Bytes bytes) {
  Sample sample{std::move(name), std::move(bytes), 0, {}};
  constexpr std::array<std::size_t, 11> kLocal = {4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2};
  constexpr std::array<std::size_t, 17> kCentral = {4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4};
  constexpr std::array<std::size_t, 8> kEnd = {4, 2, 2, 2, 2, 4, 4, 2};
  const std::string_view text(reinterpret_cast<const char*>(sample.bytes.data()), sample.bytes.size());
  for (std::size_t at = text.find("PK"); at != std::string_view::npos; at = text.find("PK", at + 2)) {
    const std::string_view mark = text.substr(at, 4);
    if (mark == "PK\x03\x04") NoteFields(sample, at, kLocal);
    if (mark == "PK\x01\x02") NoteFields(sample, at, kCentral);
    if (mark == "PK\x05\x06") NoteFields(sample, at, kEnd);
  }
  return sample;
}

}  // namespace paw::fuzz
