#include "tensor/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <limits>

#include "fs/memory_fs.h"

namespace paw::safetensors {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::byte>;

// A file by hand, so that a test can claim anything in its header.
Bytes Raw(std::string_view header, std::size_t data_bytes) {
  Bytes bytes(8 + header.size() + data_bytes, std::byte{0});
  const std::uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string RefusalOf(const Bytes& bytes) {
  const Result<File> file = File::Open(bytes, "x.safetensors");
  if (file.ok()) return "accepted";
  EXPECT_EQ(file.code(), Code::kRefused);
  EXPECT_THAT(file.message(), HasSubstr("reading x.safetensors"));
  return file.message();
}

Tensor Floats(std::string name, std::vector<std::int64_t> shape, const std::vector<float>& numbers) {
  return {std::move(name), DType::kF32, std::move(shape), std::as_bytes(std::span(numbers))};
}

TEST(Safetensors, WhatIsWrittenIsReadBack) {
  const std::vector<float> a = {1, 2, 3, 4, 5, 6}, b = {-0.5f};
  const std::vector<std::uint16_t> c = {FloatToBf16(1.5f), FloatToBf16(-2.0f)};
  const std::vector<Tensor> tensors = {Floats("z.first", {2, 3}, a),
                                       Floats("scalar", {}, b),
                                       {"half", DType::kBF16, {2}, std::as_bytes(std::span(c))},
                                       Floats("none", {0, 4}, {})};
  const auto bytes = Write(tensors, {{"format", "paw"}});
  ASSERT_TRUE(bytes.ok()) << bytes.message();
  EXPECT_EQ(*bytes, *Write(tensors, {{"format", "paw"}}));
  const auto file = File::Open(*bytes, "x");
  ASSERT_TRUE(file.ok()) << file.message();
  EXPECT_EQ(file->metadata().at("format"), "paw");
  ASSERT_EQ(file->tensors().size(), 4u);
  EXPECT_EQ(file->Find("z.first")->shape, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(*ReadFloats(*file->Find("z.first"), "x"), a);
  EXPECT_EQ(*ReadFloats(*file->Find("scalar"), "x"), b);
  EXPECT_EQ(*ReadFloats(*file->Find("half"), "x"), (std::vector<float>{1.5f, -2.0f}));
  EXPECT_EQ(file->Find("none")->count(), 0);
  EXPECT_EQ(file->Find("absent"), nullptr);
}

TEST(Safetensors, RefusesHostileFiles) {
  const std::string good = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  EXPECT_EQ(RefusalOf(Raw(good, 8)), "accepted");
  EXPECT_EQ(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   )", 8)), "accepted") << "padded with blanks";
  EXPECT_THAT(RefusalOf({}), HasSubstr("found 0 bytes"));
  EXPECT_THAT(RefusalOf(Raw(good, 7)), HasSubstr("to end within 7"));
  EXPECT_THAT(RefusalOf(Raw(good, 9)), HasSubstr("found 9 bytes of data, expected 8"));
  Bytes long_header = Raw(good, 8);
  long_header[5] = std::byte{1};
  EXPECT_THAT(RefusalOf(long_header), HasSubstr("found a header of"));
  EXPECT_THAT(RefusalOf(Raw("[1]", 0)), HasSubstr("begins with {"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"I8","shape":[8],"data_offsets":[0,8]}})", 8)), HasSubstr("expected F32, F16 or BF16"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})", 8)), HasSubstr("expected as much as shape (3)"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[-2,-1],"data_offsets":[0,8]}})", 8)),
              HasSubstr("expected as much as shape (-2, -1)"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})", 8)),
              HasSubstr("expected as much"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}})", 8)), HasSubstr("9 dimensions"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}})", 8)), HasSubstr("no whole number"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}})", 8)), HasSubstr("not two whole numbers"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})", 12)), HasSubstr("expected it to begin at 0"));
  EXPECT_THAT(
      RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", 8)),
      HasSubstr("expected it to begin at 8"));
  EXPECT_THAT(
      RefusalOf(Raw(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}})", 8)),
      HasSubstr("\"a\""));
  EXPECT_THAT(RefusalOf(Raw(R"({"__metadata__":{"a":1}})", 0)), HasSubstr("expected a text"));
  EXPECT_THAT(RefusalOf(Raw(R"({"a":7})", 0)), HasSubstr("tensor \"a\""));
}

TEST(Safetensors, ReadsFiniteNumbersOnly) {
  const std::vector<float> numbers = {1, std::numeric_limits<float>::infinity()};
  const auto read = ReadFloats(Floats("w", {2}, numbers), "x");
  EXPECT_EQ(read.code(), Code::kRefused);
  EXPECT_THAT(read.message(), HasSubstr("not finite at 1"));
}

TEST(Safetensors, RefusesToWriteWhatCannotBeRead) {
  const std::vector<float> a = {1, 2};
  const std::vector<Tensor> twice = {Floats("a", {2}, a), Floats("a", {2}, a)};
  EXPECT_EQ(Write(twice, {}).code(), Code::kRefused);
  const std::vector<Tensor> wrong = {Floats("a", {3}, a)};
  EXPECT_EQ(Write(wrong, {}).code(), Code::kRefused);
}

class CheckpointTest : public testing::Test {
 protected:
  void Put(const std::string& path, const std::vector<Tensor>& tensors) {
    ASSERT_TRUE(fs_.PublishFile(path, *Write(tensors, {{"file", path}})).ok());
  }
  void PutIndex(const std::string& map) {
    ASSERT_TRUE(fs_.PublishFile("/m/model.safetensors.index.json", R"({"metadata":{},"weight_map":)" + map + "}").ok());
  }
  void SetUp() override { ASSERT_TRUE(fs_.MakeFolders("/m").ok()); }

  MemoryFs fs_;
  std::vector<float> numbers_ = {1, 2};
};

TEST_F(CheckpointTest, OneFileOrAFolderOfShards) {
  Put("/m/model.safetensors", {Floats("a", {2}, numbers_)});
  EXPECT_TRUE(Checkpoint::Open(fs_, "/m/model.safetensors").ok());
  EXPECT_NE(Checkpoint::Open(fs_, "/m")->Find("a"), nullptr);
  Put("/m/one.safetensors", {Floats("a", {2}, numbers_)});
  Put("/m/two.safetensors", {Floats("b", {1, 2}, numbers_)});
  PutIndex(R"({"a":"one.safetensors","b":"two.safetensors"})");
  const auto both = Checkpoint::Open(fs_, "/m");
  ASSERT_TRUE(both.ok()) << both.message();
  EXPECT_EQ(both->tensors().size(), 2u);
  EXPECT_EQ(both->metadata().at("file"), "/m/one.safetensors") << "of the first shard by name";
  const std::array<std::int64_t, 2> shape = {1, 2}, wrong = {2, 1};
  EXPECT_TRUE(both->Get("b", shape).ok());
  EXPECT_THAT(both->Get("b", wrong).message(), HasSubstr("found shape (1, 2), expected (2, 1)"));
  EXPECT_THAT(both->Get("c", shape).message(), HasSubstr("found no tensor \"c\""));
}

TEST_F(CheckpointTest, RefusesAnIndexThatLies) {
  EXPECT_EQ(Checkpoint::Open(fs_, "/m").code(), Code::kNotFound);
  EXPECT_EQ(Checkpoint::Open(fs_, "/nowhere").code(), Code::kNotFound);
  Put("/m/one.safetensors", {Floats("a", {2}, numbers_)});
  for (const char* shard : {"../one.safetensors", "/m/one.safetensors", "sub/one.safetensors", "..", ".one.safetensors", "one.bin", ""}) {
    PutIndex(std::string(R"({"a":")") + shard + "\"}");
    EXPECT_EQ(Checkpoint::Open(fs_, "/m").code(), Code::kRefused) << shard;
  }
  PutIndex(R"({"a":3})");
  EXPECT_EQ(Checkpoint::Open(fs_, "/m").code(), Code::kRefused);
  PutIndex(R"({"a":"one.safetensors","b":"one.safetensors"})");
  EXPECT_THAT(Checkpoint::Open(fs_, "/m").message(), HasSubstr("in the index and not in one.safetensors"));
  PutIndex(R"({"a":"absent.safetensors"})");
  EXPECT_EQ(Checkpoint::Open(fs_, "/m").code(), Code::kNotFound);
  Put("/m/two.safetensors", {Floats("a", {2}, numbers_)});
  PutIndex(R"({"a":"one.safetensors","b":"two.safetensors"})");
  EXPECT_THAT(Checkpoint::Open(fs_, "/m").message(), HasSubstr("that another shard has too"));
}

}  // namespace
}  // namespace paw::safetensors
