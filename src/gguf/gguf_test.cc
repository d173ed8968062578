#include "gguf/gguf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/limits.h"
#include "gguf/writer.h"

namespace paw::gguf {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

const std::array<float, 8> kNumbers = {1, 2, 3, 4, 5, 6, 7, 8};

// A file by hand, so that a test can claim anything in it.
struct Raw {
  Bytes bytes;
  template <typename T>
  Raw& Number(T number) {
    const auto view = std::as_bytes(std::span<const T, 1>(&number, 1));
    for (const std::byte b : view) bytes.push_back(b);
    return *this;
  }
  Raw& String(std::string_view text) {
    Number<std::uint64_t>(text.size());
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    return *this;
  }
  Raw& Header(std::uint64_t tensors, std::uint64_t keys) {
    return Number<std::uint32_t>(0x46554747).Number<std::uint32_t>(3).Number(tensors).Number(keys);
  }
  Raw& Tensor(std::string_view name, const std::vector<std::uint64_t>& ne, std::uint32_t type, std::uint64_t offset) {
    String(name).Number(static_cast<std::uint32_t>(ne.size()));
    for (const std::uint64_t n : ne) Number(n);
    return Number(type).Number(offset);
  }
  Raw& Pad(std::size_t alignment = 32) {
    while (bytes.size() % alignment != 0) bytes.push_back(std::byte{0});
    return *this;
  }
  Raw& Data(std::size_t count) {
    bytes.insert(bytes.end(), count, std::byte{1});
    return *this;
  }
};

std::string RefusalOf(const Bytes& bytes) {
  const Result<File> file = File::Open(bytes, "test.gguf");
  if (file.ok()) return "accepted";
  EXPECT_EQ(file.code(), Code::kRefused);
  EXPECT_THAT(file.message(), HasSubstr("reading test.gguf: "));
  EXPECT_EQ(file.message().find('\n'), std::string::npos);
  return file.message();
}

Bytes GoodFile() {
  Writer writer;
  writer.SetString("general.architecture", "llama");
  writer.SetU32("a.count", 7);
  writer.SetF32("a.number", 0.5f);
  writer.SetBool("a.flag", true);
  writer.SetStrings("a.words", std::vector<std::string>{"x", "", "yz"});
  writer.SetI32s("a.numbers", std::vector<std::int32_t>{-1, 0, 5});
  const std::array<std::int64_t, 2> ne = {4, 2};
  EXPECT_TRUE(writer.AddTensor("first.weight", DType::kF32, ne, std::span<const float>(kNumbers)).ok());
  EXPECT_TRUE(writer.AddTensor("second.weight", DType::kF16, std::array<std::int64_t, 1>{8}, std::span<const float>(kNumbers)).ok());
  return writer.Finish();
}

TEST(GgufFile, ReadsWhatTheWriterWrote) {
  const Bytes bytes = GoodFile();
  EXPECT_EQ(bytes, GoodFile());
  const Result<File> file = File::Open(bytes, "test.gguf");
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(*file->String("general.architecture"), "llama");
  EXPECT_EQ(*file->Int("a.count"), 7);
  EXPECT_EQ(*file->Float("a.number"), 0.5);
  EXPECT_TRUE(*file->Bool("a.flag"));
  EXPECT_EQ(*file->Strings("a.words"), (std::vector<std::string>{"x", "", "yz"}));
  EXPECT_EQ(*file->Ints("a.numbers"), (std::vector<std::int64_t>{-1, 0, 5}));
  EXPECT_EQ(file->TypeOf("a.count"), ValueType::kU32);
  EXPECT_EQ(file->ItemTypeOf("a.numbers"), ValueType::kI32);
  EXPECT_EQ(file->TypeOf("absent"), std::nullopt);
  ASSERT_EQ(file->tensors().size(), 2u);
  const Tensor* first = file->Find("first.weight");
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->ne, (std::vector<std::int64_t>{4, 2}));
  ASSERT_EQ(first->data.size(), 32u);
  EXPECT_EQ(std::memcmp(first->data.data(), kNumbers.data(), 32), 0);
  EXPECT_EQ(file->Find("second.weight")->data.size(), 16u);
  EXPECT_EQ(file->Find("third.weight"), nullptr);
}

TEST(GgufFile, GettersNameTheKeyAndBothTypes) {
  const Bytes bytes = GoodFile();
  const Result<File> file = File::Open(bytes, "test.gguf");
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->Int("a.flag").message(), "reading test.gguf: key a.flag: found type bool, expected an integer");
  EXPECT_EQ(file->String("nothing").message(), "reading test.gguf: key nothing: found none, expected a string");
  EXPECT_EQ(file->Float("a.count").code(), Code::kRefused);
  EXPECT_EQ(file->Bool("a.count").code(), Code::kRefused);
  EXPECT_EQ(file->Strings("a.numbers"), nullptr);
  EXPECT_EQ(file->Ints("a.words"), nullptr);
}

TEST(GgufFile, EveryTruncationAndEveryExtraByteIsRefused) {
  const Bytes good = GoodFile();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(RefusalOf(cut), "accepted") << size;
  }
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_THAT(RefusalOf(longer), HasSubstr("bytes after the last tensor: found 1, expected 0"));
}

TEST(GgufFile, PaddingMustBeZero) {
  Bytes bytes = GoodFile();
  bytes.back() = std::byte{'P'};
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("padding after tensor second.weight: found other bytes, expected zeros"));
}

TEST(GgufFile, ClaimedCountsAreRefusedBeforeAnyWork) {
  EXPECT_THAT(RefusalOf(Raw().Header(0, std::uint64_t{1} << 40).bytes), HasSubstr("key count: found 1099511627776"));
  EXPECT_THAT(RefusalOf(Raw().Header(1000, 0).bytes), HasSubstr("tensor count: found 1000, expected what fits into 0 bytes"));
  EXPECT_THAT(RefusalOf(Raw().Header(0, 2000).Data(100'000).bytes), HasSubstr("key count: found 2000, expected at most 1024"));
  EXPECT_THAT(RefusalOf(Raw().Header(0, 1).Number(~std::uint64_t{0}).Data(100).bytes), HasSubstr("a key: found a string of"));
  EXPECT_THAT(RefusalOf(Raw().Header(0, 1).String("k").Number<std::uint32_t>(8).Number<std::uint64_t>(1000).Data(10).bytes),
              HasSubstr("key k: found a string of 1000 bytes, expected at most the 10 left"));
  Raw array = Raw().Header(0, 1).String("k").Number<std::uint32_t>(9).Number<std::uint32_t>(10).Number<std::uint64_t>(9).Data(64);
  EXPECT_THAT(RefusalOf(array.bytes), HasSubstr("item count of key k: found 9, expected what fits into 64 bytes"));
}

TEST(GgufFile, OtherMagicAndVersionsAreRefused) {
  Bytes bytes = GoodFile();
  bytes[0] = std::byte{'g'};
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("magic"));
  bytes = GoodFile();
  bytes[4] = std::byte{2};
  EXPECT_THAT(RefusalOf(bytes), HasSubstr("version: found 2, expected 3"));
  EXPECT_THAT(RefusalOf({}), HasSubstr("magic: found 0 bytes before the end"));
}

TEST(GgufFile, HostileKeysAreRefused) {
  const auto key = [](std::string_view name) { return Raw().Header(0, 1).String(name).Number<std::uint32_t>(0).Data(1).Pad().bytes; };
  EXPECT_EQ(RefusalOf(key("k")), "accepted");
  EXPECT_THAT(RefusalOf(key("\x1b[2J")), HasSubstr("a key: found \"\\x1b[2J\", expected printable ASCII"));
  EXPECT_NE(RefusalOf(key("a b")), "accepted");
  EXPECT_NE(RefusalOf(key("")), "accepted");
  EXPECT_NE(RefusalOf(key(std::string(257, 'k'))), "accepted");
  Raw twice = Raw().Header(0, 2).String("k").Number<std::uint32_t>(0).Data(1).String("k").Number<std::uint32_t>(0).Data(1).Pad();
  EXPECT_THAT(RefusalOf(twice.bytes), HasSubstr("key k: found a second one"));
}

TEST(GgufFile, HostileValuesAreRefused) {
  const auto with_type = [](std::uint32_t type) { return Raw().Header(0, 1).String("k").Number(type); };
  EXPECT_THAT(RefusalOf(with_type(13).Data(32).Pad().bytes), HasSubstr("type of key k: found 13, expected 0 to 12"));
  EXPECT_THAT(RefusalOf(with_type(7).Number<std::uint8_t>(2).Pad().bytes), HasSubstr("expected a boolean of 0 or 1"));
  EXPECT_THAT(RefusalOf(with_type(6).Number(std::numeric_limits<float>::quiet_NaN()).Pad().bytes), HasSubstr("a finite number"));
  EXPECT_THAT(RefusalOf(with_type(12).Number(std::numeric_limits<double>::infinity()).Pad().bytes), HasSubstr("a finite number"));
  EXPECT_NE(RefusalOf(with_type(8).String(std::string("a\0b", 3)).Pad().bytes), "accepted");
  EXPECT_NE(RefusalOf(with_type(8).String("\xff").Pad().bytes), "accepted");
  EXPECT_THAT(RefusalOf(with_type(9).Number<std::uint32_t>(9).Number<std::uint64_t>(0).Pad().bytes), HasSubstr("item type of key k"));
  EXPECT_THAT(RefusalOf(with_type(9).Number<std::uint32_t>(10).Number<std::uint64_t>(1).Number(~std::uint64_t{0}).Pad().bytes),
              HasSubstr("numbers below 2^63"));
}

TEST(GgufFile, AlignmentIsAPowerOfTwoWithinReason) {
  const auto with = [](std::uint32_t alignment, std::size_t pad) {
    return RefusalOf(Raw().Header(0, 1).String("general.alignment").Number<std::uint32_t>(4).Number(alignment).Pad(pad).bytes);
  };
  EXPECT_EQ(with(64, 64), "accepted");
  EXPECT_NE(with(0, 32), "accepted");
  EXPECT_NE(with(24, 24), "accepted");
  EXPECT_NE(with(std::uint32_t{1} << 31, 32), "accepted");
  EXPECT_THAT(RefusalOf(Raw().Header(0, 1).String("general.alignment").Number<std::uint32_t>(10).Number<std::uint64_t>(32).Pad().bytes),
              HasSubstr("key general.alignment: found u64, expected u32"));
}

TEST(GgufFile, HostileShapesAreRefused) {
  const auto one = [](const std::vector<std::uint64_t>& ne, std::uint32_t type, std::size_t data) {
    return RefusalOf(Raw().Header(1, 0).Tensor("w", ne, type, 0).Pad().Data(data).Pad().bytes);
  };
  EXPECT_EQ(one({8}, 0, 32), "accepted");
  EXPECT_NE(one({(std::uint64_t{1} << 62) - 1}, 0, 0), "accepted");  // GGML_PAD wraps
  EXPECT_NE(one({0, 0, 5}, 0, 0), "accepted");
  EXPECT_NE(one({8, std::uint64_t{1} << 28}, 0, 0), "accepted");  // 8 GB claimed over no data
  EXPECT_NE(one({std::uint64_t{1} << 31, std::uint64_t{1} << 31, 4}, 0, 0), "accepted");
  EXPECT_NE(one({}, 0, 32), "accepted");
  EXPECT_NE(one({1, 1, 1, 1, 8}, 0, 32), "accepted");
  EXPECT_THAT(one({8}, 26, 32), HasSubstr("tensor w: found ggml type 26"));  // I32
  EXPECT_THAT(one({16, 2}, 2, 18), HasSubstr("row length: found 16, expected a multiple of 32"));
  EXPECT_THAT(one({9}, 0, 32), HasSubstr("tensor w: found 32 bytes of data, expected 36"));
}

TEST(GgufFile, HostileTensorTablesAreRefused) {
  EXPECT_THAT(RefusalOf(Raw().Header(2, 0).Tensor("w", {8}, 0, 0).Tensor("w", {8}, 0, 32).Pad().Data(64).bytes),
              HasSubstr("tensor w: found a second one"));
  EXPECT_THAT(RefusalOf(Raw().Header(2, 0).Tensor("w", {8}, 0, 0).Tensor("v", {8}, 0, 0).Pad().Data(32).bytes),
              HasSubstr("tensor v: offset: found 0, expected 32"));
  EXPECT_THAT(RefusalOf(Raw().Header(1, 0).Tensor("w", {8}, 0, 32).Pad().Data(64).bytes), HasSubstr("tensor w: offset: found 32"));
  EXPECT_NE(RefusalOf(Raw().Header(1, 0).Tensor(std::string(64, 'w'), {8}, 0, 0).Pad().Data(32).bytes), "accepted");
  EXPECT_NE(RefusalOf(Raw().Header(1, 0).Tensor("w\n", {8}, 0, 0).Pad().Data(32).bytes), "accepted");
}

TEST(GgufFile, LargeVocabulariesOpenInLinearTime) {
  std::vector<std::string> words(200'000);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = "token" + std::to_string(i);
  Writer writer;
  writer.SetStrings("tokenizer.ggml.tokens", words);
  const Bytes bytes = writer.Finish();
  const auto start = std::chrono::steady_clock::now();
  const Result<File> file = File::Open(bytes, "test.gguf");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(file->Strings("tokenizer.ggml.tokens")->back(), "token199999");
}

TEST(GgufWriter, RefusesDataThatDoesNotFit) {
  Writer writer;
  EXPECT_EQ(writer.AddTensor("w", DType::kF32, std::array<std::int64_t, 1>{9}, std::span<const float>(kNumbers)).code(), Code::kInternal);
  const std::vector<float> rows(64, 1.0f);
  EXPECT_EQ(writer.AddTensor("w", DType::kQ4_0, std::array<std::int64_t, 2>{16, 4}, std::span<const float>(rows)).code(), Code::kInternal);
  const std::vector<float> bad(1, std::numeric_limits<float>::quiet_NaN());
  EXPECT_EQ(writer.AddTensor("w", DType::kF16, std::array<std::int64_t, 1>{1}, std::span<const float>(bad)).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw::gguf
