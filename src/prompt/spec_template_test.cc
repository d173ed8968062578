#include <gtest/gtest.h>

#include "prompt/template.h"

namespace paw {
namespace {

TEST(SpecTemplates, HoldTheTextAndTheInputInOneTurn) {
  EXPECT_EQ(RenderSpecTemplate("Sort it.", ChatStyle::kChatMl)->text(),
            "<|im_start|>user\nSort it.\n\nInput:\n{INPUT_PLACEHOLDER}<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(RenderSpecTemplate("Sort it.", ChatStyle::kPlain)->text(), "Sort it.\n\nInput:\n{INPUT_PLACEHOLDER}\nOutput:");
  EXPECT_EQ(RenderSpecTemplate("say {INPUT_PLACEHOLDER}", ChatStyle::kChatMl).code(), Code::kRefused);
}

}  // namespace
}  // namespace paw
