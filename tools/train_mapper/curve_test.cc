#include "tools/train_mapper/curve.h"

#include <gmock/gmock.h>

#include "fs/memory_fs.h"

namespace paw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LossCurve, RunsOfAChainAddTheirTokensAndAStepCountsOnce) {
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolders("/one").ok() && fs.MakeFolders("/two").ok());
  ASSERT_TRUE(fs.PublishFile("/one/metrics.jsonl",
                             "{\"begin\":0}\n"
                             "{\"step\":1,\"tokens\":1000000}\n"
                             "{\"step\":2,\"tokens\":1000000,\"valid\":9.0,\"families_valid\":9.5}\n"
                             "{\"begin\":1}\n"
                             "{\"step\":2,\"tokens\":2000000,\"valid\":2.0,\"families_valid\":2.5}\n")
                  .ok());
  ASSERT_TRUE(fs.PublishFile("/two/metrics.jsonl", "{\"step\":1,\"tokens\":500000,\"valid\":1.5,\"families_valid\":2.25}\n").ok());
  const auto lines = ReadLossCurve(fs, *ParseRunChain("mapper=/one,/two"));
  ASSERT_TRUE(lines.ok()) << lines.message();
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_THAT((*lines)[0].x, ElementsAre(3.0, 3.5));
  EXPECT_THAT((*lines)[0].y, ElementsAre(2.0, 1.5));
  EXPECT_THAT((*lines)[1].y, ElementsAre(2.5, 2.25));
  const std::vector<RunChain> chains = {*ParseRunChain("mapper=/one,/two")};
  const auto svg = DrawLossCurves(fs, chains);
  ASSERT_TRUE(svg.ok()) << svg.message();
  EXPECT_THAT(*svg, HasSubstr("mapper, unseen families"));
}

TEST(LossCurve, RefusesWhatIsNoRun) {
  MemoryFs fs;
  ASSERT_TRUE(fs.MakeFolders("/run").ok());
  ASSERT_TRUE(fs.PublishFile("/run/metrics.jsonl", "{\"step\":1,\"tokens\":5}\n{\"loss\":1}\n").ok());
  EXPECT_THAT(ReadLossCurve(fs, *ParseRunChain("x=/run")).message(), HasSubstr("line 2: found no step with its tokens"));
  for (const char* text : {"", "run", "=run", "x=", "x=a,,b"}) EXPECT_THAT(ParseRunChain(text).message(), HasSubstr("NAME=FOLDER")) << text;
}

}  // namespace
}  // namespace paw
