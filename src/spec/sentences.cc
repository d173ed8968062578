#include "spec/sentences.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/text.h"

namespace paw {

std::vector<std::string_view> SentencesOf(std::string_view line) {
  std::vector<std::string_view> sentences;
  std::size_t begin = 0;
  for (std::size_t at = 0; at + 1 < line.size(); ++at) {
    if ((line[at] != '.' && line[at] != '?' && line[at] != '!') || line[at + 1] != ' ') continue;
    const std::string before = LowerAscii(line.substr(at >= 3 ? at - 3 : 0, std::min<std::size_t>(at, 3)));
    if (before.ends_with("e.g") || before.ends_with("i.e")) continue;
    const std::size_t next = line.find_first_not_of(' ', at + 1);
    if (next == std::string_view::npos || std::islower(static_cast<unsigned char>(line[next])) != 0) continue;
    sentences.push_back(line.substr(begin, at + 1 - begin));
    begin = next;
  }
  if (begin < line.size()) sentences.push_back(line.substr(begin));
  return sentences;
}

}  // namespace paw
