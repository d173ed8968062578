#include "store/prefix_cache.h"

#include <gtest/gtest.h>

#include <vector>

#include "fs/memory_fs.h"
#include "store/stage_cache.h"

namespace paw {
namespace {

std::vector<std::byte> Value(std::size_t size, std::uint8_t fill) { return std::vector<std::byte>(size, std::byte{fill}); }

std::string KeyOf(std::string_view name) { return StageCache::Key({&name, 1}); }

TEST(PrefixCache, GivesBackWhatWasPut) {
  MemoryFs fs;
  PrefixCache cache(fs, "/root");
  EXPECT_FALSE(cache.Get(KeyOf("a")));
  ASSERT_TRUE(cache.Put(KeyOf("a"), Value(1000, 7)).ok());
  ASSERT_TRUE(cache.Put(KeyOf("b"), {}).ok());
  const auto a = cache.Get(KeyOf("a"));
  ASSERT_TRUE(a);
  EXPECT_EQ(std::vector<std::byte>(a->bytes.begin(), a->bytes.end()), Value(1000, 7));
  const auto b = cache.Get(KeyOf("b"));
  ASSERT_TRUE(b);
  EXPECT_TRUE(b->bytes.empty());
  EXPECT_FALSE(cache.Get(KeyOf("c")));
}

TEST(PrefixCache, ADamagedValueCountsAsAbsent) {
  MemoryFs fs;
  PrefixCache cache(fs, "/root");
  ASSERT_TRUE(cache.Put(KeyOf("a"), Value(100, 7)).ok());
  const std::string path = "/root/prefixes/" + KeyOf("a");
  const auto good = fs.Read(path, 1000);
  ASSERT_TRUE(good.ok());
  for (std::size_t at = 0; at < good->size(); ++at) {
    auto bad = *good;
    bad[at] ^= std::byte{0x10};
    ASSERT_TRUE(fs.PublishFile(path, bad).ok());
    EXPECT_FALSE(cache.Get(KeyOf("a"))) << "byte " << at;
  }
  for (const std::size_t left : {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{99}}) {
    ASSERT_TRUE(fs.PublishFile(path, std::span(*good).first(left)).ok());
    EXPECT_FALSE(cache.Get(KeyOf("a"))) << left << " bytes";
  }
}

TEST(PrefixCache, TheOldestGoWhenThereIsNoRoom) {
  MemoryFs fs;
  PrefixCache cache(fs, "/root", 3000);
  for (const char* name : {"a", "b", "c", "d"}) {
    ASSERT_TRUE(cache.Put(KeyOf(name), Value(900, 1)).ok());
    fs.SleepSeconds(1);
  }
  EXPECT_FALSE(cache.Get(KeyOf("a")));
  EXPECT_TRUE(cache.Get(KeyOf("b")));
  EXPECT_TRUE(cache.Get(KeyOf("d")));
  ASSERT_TRUE(cache.Put(KeyOf("large"), Value(2900, 1)).ok());
  EXPECT_FALSE(cache.Get(KeyOf("d")));
  EXPECT_TRUE(cache.Get(KeyOf("large")));
}

}  // namespace
}  // namespace paw
