#include "prompt/template.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

TEST(PromptTemplate, SplitsAtTheOnePlaceholder) {
  const Result<PromptTemplate> parsed = PromptTemplate::Parse("head {INPUT_PLACEHOLDER} tail");
  ASSERT_TRUE(parsed.ok()) << parsed.message();
  EXPECT_EQ(parsed->head(), "head ");
  EXPECT_EQ(parsed->tail(), " tail");
  const PromptTemplate copy = *parsed;  // views must not point into the original
  EXPECT_EQ(copy.tail(), " tail");
}

TEST(PromptTemplate, RefusesAnyOtherNumberOfPlaceholdersAndBadText) {
  EXPECT_EQ(PromptTemplate::Parse("no place").code(), Code::kRefused);
  const Result<PromptTemplate> twice = PromptTemplate::Parse("{INPUT_PLACEHOLDER}{INPUT_PLACEHOLDER}");
  EXPECT_EQ(twice.code(), Code::kRefused);
  EXPECT_NE(twice.message().find("2 times"), std::string::npos) << twice.message();
  EXPECT_EQ(PromptTemplate::Parse("\xFF{INPUT_PLACEHOLDER}").code(), Code::kRefused);
  EXPECT_EQ(PromptTemplate::Parse(std::string("\0{INPUT_PLACEHOLDER}", 20)).code(), Code::kRefused);
}

TEST(RenderTemplate, HasTheOfficialForms) {
  const char* program = "[PSEUDO_PROGRAM]\nTask: t\n[END_PSEUDO_PROGRAM]";
  EXPECT_EQ(RenderTemplate(program, ChatStyle::kPlain)->text(),
            "[PSEUDO_PROGRAM]\nTask: t\n[END_PSEUDO_PROGRAM]\n\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]");
  EXPECT_EQ(RenderTemplate(program, ChatStyle::kQwen3)->text(),
            "<|im_start|>user\n[PSEUDO_PROGRAM]\nTask: t\n[END_PSEUDO_PROGRAM]\n\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]<|im_end|>\n"
            "<|im_start|>assistant\n<think>\n\n</think>\n\n");
  EXPECT_EQ(RenderTemplate("", ChatStyle::kChatMl)->text(),
            "<|im_start|>user\n[INPUT]\n{INPUT_PLACEHOLDER}\n[END_INPUT]<|im_end|>\n<|im_start|>assistant\n");
}

TEST(RenderTemplate, RefusesAPseudoProgramThatHoldsThePlaceholder) {
  EXPECT_EQ(RenderTemplate("Task: {INPUT_PLACEHOLDER}", ChatStyle::kChatMl).code(), Code::kRefused);
}

TEST(ChatStyle, NamesReadBack) {
  for (const ChatStyle style : {ChatStyle::kPlain, ChatStyle::kChatMl, ChatStyle::kQwen3}) {
    EXPECT_EQ(*ParseChatStyle(ChatStyleName(style)), style);
  }
  EXPECT_EQ(ParseChatStyle("jinja").code(), Code::kUsage);
}

TEST(ChatStyle, OnlyExactlyKnownBasesHaveOne) {
  EXPECT_EQ(KnownChatStyle("gpt2", ""), ChatStyle::kPlain);
  EXPECT_EQ(KnownChatStyle("llama", "{{ messages }}"), std::nullopt);
  EXPECT_EQ(KnownChatStyle("llama", ""), std::nullopt);
}

}  // namespace
}  // namespace paw
