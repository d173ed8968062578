#include "decode/draft.h"

#include <gtest/gtest.h>

namespace paw {
namespace {

std::vector<TokenId> Propose(const std::vector<TokenId>& prompt, const std::vector<TokenId>& answer, std::size_t most) {
  PromptLookup lookup(prompt);
  for (const TokenId token : answer) lookup.Append(token);
  const auto guess = lookup.Propose(most);
  return {guess.begin(), guess.end()};
}

TEST(PromptLookup, WhatFollowedTheLastPlace) {
  using Tokens = std::vector<TokenId>;
  EXPECT_EQ(Propose({1, 2, 3, 4, 5, 6}, {1, 2, 3}, 2), (Tokens{4, 5}));
  EXPECT_EQ(Propose({1, 2, 3, 4, 1, 2, 3, 7, 8}, {1, 2, 3}, 9), (Tokens{7, 8, 1, 2, 3}));  // the later place; up to the end of the answer
  EXPECT_EQ(Propose({9, 2, 3, 4, 7, 2, 3, 5}, {9, 2, 3}, 1), (Tokens{4}));                 // three tokens before two
  EXPECT_EQ(Propose({9, 2, 3, 4, 7, 2, 3, 5}, {6, 2, 3}, 1), (Tokens{5}));                 // else two
  EXPECT_EQ(Propose({1, 2, 3}, {3}, 4), Tokens());                                         // one is too few
  EXPECT_EQ(Propose({1, 2, 3}, {}, 4), Tokens());
  EXPECT_EQ(Propose({1, 2, 3, 4}, {2, 3}, 0), Tokens());
  EXPECT_EQ(Propose({5}, {1, 2, 8, 1, 2}, 2), (Tokens{8, 1}));  // the answer so far
  EXPECT_EQ(Propose({5}, {7, 7, 7, 7}, 3), (Tokens{7}));
  EXPECT_EQ(Propose({1, 2, 3}, {2, 4}, 3), Tokens());
}

TEST(DraftPace, GrowsWhileRightAndPausesWhileWrong) {
  DraftPace pace(12);
  EXPECT_EQ(pace.Next(), 4u);
  pace.Report(4, 4);
  EXPECT_EQ(pace.Next(), 8u);
  pace.Report(8, 8);
  EXPECT_EQ(pace.Next(), 12u);
  pace.Report(12, 3);
  EXPECT_EQ(pace.Next(), 4u);
  std::size_t guessed = 0;
  for (int step = 0; step < 400; ++step) {
    const std::size_t length = pace.Next();
    guessed += length;
    pace.Report(length, 0);
  }
  EXPECT_LT(guessed, 70u);  // of 400 steps that would not have needed one
  EXPECT_GT(guessed, 20u);
  std::size_t length = 0;
  while ((length = pace.Next()) == 0) {
  }
  pace.Report(length, length);
  EXPECT_GT(pace.Next(), length);
}

}  // namespace
}  // namespace paw
