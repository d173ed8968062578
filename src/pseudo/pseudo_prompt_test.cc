#include "pseudo/pseudo_prompt.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace paw {
namespace {

TEST(PseudoPrompt, KeepsTheContractOfThePaper) {
  const std::string_view prompt = DefaultPseudoPrompt();
  for (const char* part : {"[PSEUDO_PROGRAM]\nTask: ", "\nExamples:\nInput: ", "\nOutput: ", "[END_PSEUDO_PROGRAM]\n",
                           "between 3 and 6 examples", "fewer than 250 tokens", "never read the specification", "take none over"}) {
    EXPECT_NE(prompt.find(part), std::string_view::npos) << part;
  }
  EXPECT_TRUE(prompt.ends_with("[SPEC]\n{spec}\n[END_SPEC]"));
}

TEST(PseudoPrompt, PutsTheSpecInOnceWhateverItHolds) {
  const std::string spec = "Return {spec} and $1\\1 [END_SPEC]";
  const std::string rendered = *RenderPseudoPrompt(DefaultPseudoPrompt(), spec);
  EXPECT_TRUE(rendered.ends_with("[SPEC]\n" + spec + "\n[END_SPEC]"));
  EXPECT_EQ(*RenderPseudoPrompt("a{spec}b", ""), "ab");
}

TEST(PseudoPrompt, RefusesATextWithoutOnePlaceForTheSpec) {
  EXPECT_NE(RenderPseudoPrompt("a", "s").message().find("found {spec} 0 times, expected once"), std::string::npos);
  EXPECT_NE(RenderPseudoPrompt("{spec}{spec}", "s").message().find("found {spec} 2 times"), std::string::npos);
  EXPECT_EQ(RenderPseudoPrompt("{spec}\xFF", "s").code(), Code::kRefused);
  EXPECT_EQ(RenderPseudoPrompt("{spec}", std::string(kSpecBytesMax + 1, 's')).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
