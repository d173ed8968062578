#include "lm/native/panel_store.h"

#include <gtest/gtest.h>

#include <cstring>

#include "fs/memory_fs.h"
#include "lm/native/native_test_helpers.h"

namespace paw::native {
namespace {

constexpr char kPath[] = "/model.panels";
const std::string kDigest(64, 'a');
constexpr std::size_t kBytes = 256;  // PieceBytes of 100 and of 128

void Fill(PanelStore& store) {
  std::memset(store.Take(100), 1, 100);
  std::memset(store.Take(128), 2, 128);
}

// A store that finds what another one has published.
bool Finds(Fs& fs, const std::string& digest = kDigest, std::size_t bytes = kBytes) {
  PanelStore store(fs, kPath, digest, bytes);
  if (!store.filled()) return false;
  const std::uint8_t* first = store.Take(100);
  const std::uint8_t* second = store.Take(128);
  return first[0] == 1 && first[99] == 1 && second[0] == 2 && second[127] == 2;
}

TEST(PanelStore, WhatWasPackedOnceIsMappedNextTime) {
  MemoryFs fs;
  EXPECT_FALSE(Finds(fs));
  PanelStore store(fs, kPath, kDigest, kBytes);
  ASSERT_FALSE(store.filled());
  Fill(store);
  store.Publish(fs);
  EXPECT_TRUE(Finds(fs));
  EXPECT_FALSE(Finds(fs, std::string(64, 'b'))) << "of another model";
  EXPECT_FALSE(Finds(fs, kDigest, kBytes + 64)) << "of another layout";
}

TEST(PanelStore, ADamagedFileIsMadeAgain) {
  MemoryFs fs;
  PanelStore store(fs, kPath, kDigest, kBytes);
  Fill(store);
  store.Publish(fs);
  std::vector<std::byte> bytes = *fs.Read(kPath, 1 << 20);
  ASSERT_GT(bytes.size(), kBytes);
  const std::vector<std::byte> cut(bytes.begin(), bytes.end() - 1);
  ASSERT_TRUE(fs.PublishFile(kPath, cut).ok());
  EXPECT_FALSE(Finds(fs)) << "cut short";
  bytes[3] ^= std::byte{1};
  ASSERT_TRUE(fs.PublishFile(kPath, bytes).ok());
  EXPECT_FALSE(Finds(fs)) << "another header";
}

TEST(PanelStore, WithoutAPlaceOrADigestNothingIsKept) {
  MemoryFs fs;
  for (const auto& [path, digest] : {std::pair<std::string, std::string>{"", kDigest}, {kPath, ""}}) {
    PanelStore store(fs, path, digest, kBytes);
    Fill(store);
    store.Publish(fs);
  }
  EXPECT_FALSE(fs.Exists(kPath));
}

TEST(NativePacked, AModelFromItsPackedFileHasTheSameBits) {
  const std::string path = ToyPath(ToyOf("qwen3_q8_0")), packed = path + ".panels";
  std::vector<std::vector<float>> logits;
  for (int start = 0; start < 2; ++start) {
    const auto model = Must(OpenNative(path, {.threads = 1, .packed_path = packed, .sha256 = kDigest}));
    ASSERT_NE(model, nullptr);
    auto context = Must(model->NewContext({1, 512}));
    logits.push_back(AllLogits(*context, Must(context->NewSequence()), RandomTokens(20, model->shape().vocabulary, 5)));
    EXPECT_EQ(::access(packed.c_str(), F_OK), 0) << "kept for the next start";
  }
  EXPECT_TRUE(SameBits(logits[0], logits[1]));
  // The second start read it: with other numbers in the file, other logits come out.
  {
    std::fstream file(packed, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 + 64 * 40);
    const std::string zeros(4096, '\0');
    file.write(zeros.data(), static_cast<std::streamsize>(zeros.size()));
  }
  const auto model = Must(OpenNative(path, {.threads = 1, .packed_path = packed, .sha256 = kDigest}));
  auto context = Must(model->NewContext({1, 512}));
  EXPECT_FALSE(SameBits(AllLogits(*context, Must(context->NewSequence()), RandomTokens(20, model->shape().vocabulary, 5)), logits[0]));
  ::unlink(path.c_str());
  ::unlink(packed.c_str());
}

}  // namespace
}  // namespace paw::native
