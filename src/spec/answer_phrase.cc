#include "spec/answer_phrase.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/text.h"
#include "spec/label_text.h"
#include "spec/sentences.h"

namespace paw {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kAnswerBytesMax = 32;
constexpr std::size_t kSentenceBytesMax = 600;  // bounds the time that a hostile spec can cost
constexpr std::size_t kSentencesMax = 500;
constexpr std::size_t kAnswersMax = 64;
constexpr std::size_t kVerbsMax = 6;  // of one kind in a sentence

// The last two add answers to those that other verbs name.
constexpr std::array<std::string_view, 16> kAnswerVerbs = {"answer", "answers", "reply", "respond", "return", "returns",
                                                           "output", "outputs", "say",   "print",   "report", "give",
                                                           "emit",   "yield",   "use",   "write"};
constexpr std::size_t kNamingVerbs = 14;
constexpr std::array<std::string_view, 12> kSortVerbs = {"classify", "label", "mark", "tag",  "categorize", "categorise",
                                                         "rate",     "grade", "flag", "sort", "judge",      "call"};
constexpr std::array<std::string_view, 14> kOneOf = {"one word",  "one label", "one category", "one class", "one team",
                                                     "one topic", "one tag",   "one value",    "one type",  "one group",
                                                     "one kind",  "one level", "one letter",   "one status"};
// Between a verb and the first answer.
constexpr std::array<std::string_view, 11> kFillers = {"only ",   "just ", "exactly ", "either ", "with ", "strictly ",
                                                       "simply ", "by ",   "back ",    "as ",     "me "};
// Words of descriptions, not of answers.
constexpr std::array<std::string_view, 64> kDescribing = {
    "the",    "a",       "an",      "its",   "it",     "their", "them",  "his",  "her",   "your",  "of",    "for",     "if",
    "when",   "to",      "in",      "on",    "by",     "with",  "as",    "only", "each",  "every", "all",   "any",     "first",
    "last",   "number",  "numbers", "text",  "value",  "name",  "names", "word", "words", "line",  "lines", "input",   "output",
    "json",   "list",    "one",     "two",   "is",     "are",   "be",    "that", "this",  "so",    "then",  "nothing", "same",
    "answer", "letters", "digits",  "label", "format", "order", "both",  "what", "which", "how",   "but",   "it's"};
// What may follow the last answer.
constexpr std::array<std::string_view, 10> kTails = {". ",   " for ", " depending ",  " based ", " according ",
                                                     " by ", " only", " accordingly", " (",      " and nothing else"};
// Words by which a sentence speaks of what is left.
constexpr std::array<std::string_view, 12> kOthers = {"otherwise", "else",      "all other", "any other", "every other", "other cases",
                                                      "others",    "exception", "except",    "neither",   "nothing",     "none of"};
constexpr std::array<std::string_view, 4> kCases = {" if ", " for ", " when ", " unless "};

bool IsAnswer(std::string_view text) {
  if (text.empty() || text.size() > kAnswerBytesMax || CountOf(text, " ") > 1 || text.find_first_of(":=;()\"") != kNone) return false;
  const std::string lower = LowerAscii(text);
  const std::vector<std::string_view> words = Split(lower, ' ');
  return std::none_of(words.begin(), words.end(), [](std::string_view word) {
    return word.empty() || std::find(kDescribing.begin(), kDescribing.end(), word) != kDescribing.end();
  });
}

std::string_view WithoutStop(std::string_view text) {
  text = Trim(text);
  if (text.ends_with('.') || text.ends_with('!') || text.ends_with('?')) text.remove_suffix(1);
  return Trim(text);
}

// A quoted or a bare answer.
std::string Bare(std::string_view item) {
  item = Trim(item);
  return std::string(QuotedEnd(item, 0) == item.size() && !item.empty() ? InsideQuotes(item) : item);
}

LabelSet Checked(LabelSet labels) {
  for (std::string& label : labels) label = Bare(label);
  if (labels.size() < 2 || !std::all_of(labels.begin(), labels.end(), [](const std::string& label) { return IsAnswer(label); })) return {};
  LabelSet sorted = labels;
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() ? labels : LabelSet();
}

LabelSet AlternativesWithTail(std::string_view text) {
  if (LabelSet labels = ShortAlternatives(text); !labels.empty()) return labels;
  const std::size_t last = text.rfind(" or ");
  if (last == kNone) return {};
  for (const std::string_view tail : kTails) {
    const std::size_t at = text.find(tail, last + 4);
    if (at == kNone) continue;
    if (LabelSet labels = ShortAlternatives(text.substr(0, at)); !labels.empty()) return labels;
  }
  return {};
}

// "say X" -> "X"
std::string_view WithoutVerb(std::string_view text) {
  text = Trim(text);
  const std::size_t blank = text.find(' ');
  const std::string first = LowerAscii(text.substr(0, blank));
  const bool verb = blank != kNone && std::find(kAnswerVerbs.begin(), kAnswerVerbs.end(), first) != kAnswerVerbs.end();
  return verb ? Trim(text.substr(blank)) : text;
}

// "X if ..." -> X
std::optional<std::string> AnswerOfCase(std::string_view piece) {
  std::size_t cut = kNone;
  for (const std::string_view word : kCases) cut = std::min(cut, piece.find(word));
  if (cut == kNone) return std::nullopt;
  std::string answer = Bare(WithoutVerb(piece.substr(0, cut)));
  return IsAnswer(answer) ? std::optional(answer) : std::nullopt;
}

// "X for ... and Y for ...": without commas, so that there are two cases.
LabelSet TwoCases(std::string_view text, const std::string& first) {
  LabelSet labels = {first};
  for (std::size_t at = text.find(" and "); at != kNone; at = text.find(" and ", at + 5)) {
    if (const auto second = AnswerOfCase(WithoutVerb(text.substr(at + 5)))) labels.push_back(*second);
  }
  return labels.size() == 2 ? Checked(labels) : LabelSet();
}

// "X if ..., otherwise Y". A comma before that may begin a third case, so there is none.
LabelSet Cases(std::string_view text) {
  const std::optional<std::string> first = AnswerOfCase(text);
  if (!first) return {};
  const std::size_t comma = text.find_first_of(",;");
  if (comma == kNone) return TwoCases(text, *first);
  std::string_view rest = Trim(text.substr(comma + 1));
  for (const std::string_view lead : {"and ", "or "}) {
    if (rest.starts_with(lead)) rest.remove_prefix(lead.size());
  }
  for (const std::string_view other : {"otherwise ", "else "}) {
    if (!rest.starts_with(other)) continue;
    return Checked({*first, Bare(WithoutVerb(rest.substr(other.size())))});
  }
  return {};
}

std::string_view WithoutFillers(std::string_view text) {
  for (bool found = true; found;) {
    found = false;
    text = Trim(text);
    const std::string lower = LowerAscii(text.substr(0, 12));
    for (const std::string_view filler : kFillers) {
      if (!lower.starts_with(filler)) continue;
      text.remove_prefix(filler.size());
      found = true;
      break;
    }
  }
  return text;
}

// What one sentence says of the answer.
struct Named {
  LabelSet list;          // two or more
  LabelSet alone;         // "return X" and no more
  bool last = false;      // "alone" is for all other cases
  bool fallback = false;  // "alone" is for the cases that a list leaves
  bool doubt = false;     // it speaks of the other cases, and what they give was not understood
};

// `text` begins after a verb of answering.
LabelSet ListAfterVerb(std::string_view text) {
  text = WithoutFillers(text);
  if (LabelSet labels = AlternativesWithTail(text); !labels.empty()) return labels;
  return Cases(text);
}

LabelSet ListAfterOneOf(std::string_view sentence, const std::string& lower) {
  for (const std::string_view phrase : kOneOf) {
    const std::size_t at = FindWord(lower, phrase);
    if (at == kNone || !std::string_view(lower).substr(at + phrase.size()).starts_with(": ")) continue;
    const std::string_view list = sentence.substr(at + phrase.size() + 2);
    if (LabelSet labels = ShortAlternatives(list); !labels.empty()) return labels;
    LabelSet items;
    for (const std::string_view item : Split(list, ',')) items.emplace_back(Trim(item));
    if (LabelSet labels = Checked(items); !labels.empty()) return labels;
  }
  return {};
}

LabelSet ListAfterSorting(std::string_view sentence, const std::string& lower) {
  for (const std::string_view verb : kSortVerbs) {
    const std::size_t at = FindWord(lower, verb);
    if (at == kNone) continue;
    for (const std::string_view word : {" as ", " into ", " with "}) {
      const std::size_t list = lower.find(word, at);
      if (list == kNone) continue;
      if (LabelSet labels = AlternativesWithTail(WithoutFillers(sentence.substr(list + word.size()))); !labels.empty()) return labels;
    }
  }
  return {};
}

// "If there is none, return UNKNOWN", "Return BLOCK in all other cases": one answer after a verb. `more`: another case follows it, so that
// this is a part of what the sentence names.
LabelSet AloneAfterVerb(std::string_view text, bool* more) {
  text = WithoutFillers(text);
  std::size_t end = text.find_first_of(",;(.");
  for (const std::string_view word : {" if ", " for ", " when ", " unless ", " in all ", " in any ", " otherwise", " instead"}) {
    end = std::min(end, text.find(word));
  }
  const std::string answer = Bare(text.substr(0, end));
  if (!IsAnswer(answer)) return {};
  for (std::size_t comma = text.find(", "); comma != kNone; comma = text.find(", ", comma + 2)) {
    std::string_view next = text.substr(comma + 2);
    if (next.starts_with("and ")) next.remove_prefix(4);
    *more = *more || AnswerOfCase(WithoutVerb(next.substr(0, next.find(", "))));
  }
  return {answer};
}

// "need an answer today", "the output"
bool IsNoun(std::string_view lower, std::size_t at) {
  const std::string_view before = Trim(lower.substr(0, at));
  for (const std::string_view word : {"a", "an", "the", "no", "your", "its", "each", "every", "this", "one", "of", "to"}) {
    if (before.ends_with(word) && FindWord(before, word, before.size() - word.size()) != kNone) return true;
  }
  return false;
}

// A clause about the other cases in which none of the answers stands.
bool LeavesCases(std::string_view sentence, const std::string& lower, const Named& named) {
  for (const std::string_view word : kOthers) {
    const std::size_t at = FindWord(lower, word);
    if (at == kNone) continue;
    const std::size_t before = lower.find_last_of(",;:", at), begin = before == kNone ? 0 : before + 1;
    const std::string_view clause = sentence.substr(begin, sentence.find_first_of(",;:", at) - begin);
    const auto stands = [&](const std::string& label) { return clause.find(label) != kNone && label != word; };
    if (std::none_of(named.list.begin(), named.list.end(), stands) && std::none_of(named.alone.begin(), named.alone.end(), stands))
      return true;
  }
  return false;
}

Named ReadSentence(std::string_view sentence) {
  sentence = WithoutStop(sentence);
  const std::string lower = LowerAscii(sentence);
  const bool others = std::any_of(kOthers.begin(), kOthers.end(), [&](std::string_view word) { return FindWord(lower, word) != kNone; });
  bool more = false;
  Named named;
  named.list = ListAfterOneOf(sentence, lower);
  if (named.list.empty()) named.list = ListAfterSorting(sentence, lower);
  for (std::size_t v = 0; v < kAnswerVerbs.size(); ++v) {
    const std::string_view verb = kAnswerVerbs[v];
    std::size_t times = 0;
    for (std::size_t at = FindWord(lower, verb); at != kNone && times++ < kVerbsMax; at = FindWord(lower, verb, at + 1)) {
      const std::size_t after = at + verb.size();
      if (after >= sentence.size() || sentence[after] != ' ' || IsNoun(lower, at)) continue;
      const std::string_view rest = sentence.substr(after);
      const LabelSet list = ListAfterVerb(rest), alone = list.empty() ? AloneAfterVerb(rest, &more) : LabelSet();
      LabelSet& to = v < kNamingVerbs ? named.list : named.alone;
      to.insert(to.end(), list.begin(), list.end());
      named.alone.insert(named.alone.end(), alone.begin(), alone.end());
      named.last = named.last || (others && v < kNamingVerbs && !alone.empty());
    }
  }
  named.fallback = named.last || lower.starts_with("if ");
  named.doubt = (more && named.list.empty()) || LeavesCases(sentence, lower, named);
  return named;
}

std::vector<Named> ReadSentences(std::string_view body) {
  std::vector<Named> read;
  for (const std::string_view line : Split(body, '\n')) {
    for (const std::string_view sentence : SentencesOf(line)) {
      if (sentence.size() <= kSentenceBytesMax && read.size() < kSentencesMax) read.push_back(ReadSentence(sentence));
    }
  }
  return read;
}

}  // namespace

LabelSet ShortAlternatives(std::string_view text) {
  LabelSet items;
  const std::size_t last = std::max(text.rfind(" or ") + 1, text.rfind(" OR ") + 1);  // 0: none
  if (last == 0) {
    if (text.find(' ') == kNone && text.find('/') != kNone) {
      for (const std::string_view item : Split(text, '/')) items.emplace_back(item);
    }
    return Checked(items);
  }
  std::string_view head = Trim(text.substr(0, last - 1));
  if (head.ends_with(',')) head.remove_suffix(1);
  for (const std::string_view item : Split(head, ',')) {
    const std::size_t inner = item.find(" or ");  // "a or b or c"
    items.emplace_back(Trim(item.substr(0, inner)));
    if (inner != kNone) items.emplace_back(Trim(item.substr(inner + 4)));
  }
  items.emplace_back(Trim(text.substr(last + 3)));
  return Checked(items);
}

LabelSet FallbacksNamed(std::string_view body) {
  LabelSet labels;
  for (const Named& named : ReadSentences(body)) {
    if (named.fallback && !named.doubt && named.list.empty() && named.alone.size() == 1) labels.push_back(named.alone[0]);
  }
  return labels;
}

LabelSet AnswersNamed(std::string_view body) {
  LabelSet labels;
  bool list = false;
  for (const Named& named : ReadSentences(body)) {
    if (named.doubt) return {};
    list = list || !named.list.empty() || (named.last && !labels.empty());
    for (const LabelSet* part : {&named.list, &named.alone}) {
      for (const std::string& label : *part) {
        if (labels.size() < kAnswersMax && std::find(labels.begin(), labels.end(), label) == labels.end()) labels.push_back(label);
      }
    }
  }
  return list && labels.size() >= 2 ? labels : LabelSet();
}

}  // namespace paw
