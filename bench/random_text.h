// RandomText: words of everyday messages in random order, about 1.4 tokens each.
#pragma once

#include <iterator>
#include <string>

#include "base/random.h"

namespace paw {

inline std::string RandomText(int words, Random& random) {
  constexpr const char* kSome[] = {"order",  "has",   "not",    "arrived", "yet",  "the",   "invoice", "says",
                                   "twelve", "boxes", "please", "call",    "back", "today", "parcel",  "left",
                                   "depot",  "at",    "noon",   "my",      "card", "was",   "charged", "twice"};
  std::string text;
  for (int i = 0; i < words; ++i) text += std::string(i == 0 ? "" : " ") + kSome[random.Below(std::size(kSome))];
  return text;
}

}  // namespace paw
