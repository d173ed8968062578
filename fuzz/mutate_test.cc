#include "fuzz/mutate.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fuzz/suite.h"
#include "gguf/gguf.h"

namespace paw::fuzz {
namespace {

TEST(Mutate, TheSameSeedMakesTheSameMutant) {
  const std::vector<Sample> samples = AdapterSamples();
  ASSERT_EQ(samples.size(), 7u);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random one(seed);
    Random two(seed);
    EXPECT_EQ(Mutate(samples[0], samples, one), Mutate(samples[0], samples, two));
  }
}

TEST(Mutate, MutantsDifferFromTheSampleAndFromEachOther) {
  const std::vector<Sample> samples = AdapterSamples();
  std::set<std::string> mutants;
  int unchanged = 0;
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    const Bytes mutant = Mutate(samples[1], samples, random);
    unchanged += mutant == samples[1].bytes ? 1 : 0;
    mutants.emplace(reinterpret_cast<const char*>(mutant.data()), mutant.size());
  }
  EXPECT_GT(mutants.size(), 180u);
  EXPECT_LT(unchanged, 10);
}

TEST(Mutate, EmptyFilesStayEmpty) {
  Random random(1);
  EXPECT_TRUE(Mutate({}, {}, random).empty());
}

TEST(GgufSample, NotesTheIntegersOfTheFile) {
  for (const Sample& sample : AdapterSamples()) {
    const Result<gguf::File> file = gguf::File::Open(sample.bytes, sample.name);
    ASSERT_TRUE(file.ok()) << file.message();
    // Header 4; a string key has 3, the f32 key 3; a tensor 1 + 1 + 2 + 1 + 1.
    EXPECT_EQ(sample.fields.size(), 4u + 4u * 3u + file->tensors().size() * 6u) << sample.name;
    const std::size_t data = static_cast<std::size_t>(file->tensors()[0].data.data() - sample.bytes.data());
    EXPECT_LE(sample.head, data);
    EXPECT_GT(sample.head + 32, data);
  }
}

TEST(ZipSample, NotesEveryHeader) {
  Bytes bytes;
  for (const char c : std::string("PK\x05\x06") + std::string(18, '\0')) bytes.push_back(static_cast<std::byte>(c));
  EXPECT_EQ(ZipSample("empty", bytes).fields.size(), 8u);
}

TEST(CheckRefusal, HoldsErrorsToTheirRules) {
  EXPECT_TRUE(CheckRefusal(Refused("reading x: found 1, expected 2")).ok());
  EXPECT_FALSE(CheckRefusal(Internal("broken")).ok());
  EXPECT_FALSE(CheckRefusal(Refused("two\nlines")).ok());
  EXPECT_FALSE(CheckRefusal(Refused("\x1b[2J")).ok());
  EXPECT_FALSE(CheckRefusal(Refused("")).ok());
}

}  // namespace
}  // namespace paw::fuzz
