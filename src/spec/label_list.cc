#include "spec/label_list.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/limits.h"
#include "base/text.h"
#include "spec/answer_phrase.h"
#include "spec/label_text.h"
#include "spec/sentences.h"

namespace paw {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

constexpr std::array<std::string_view, 32> kAnswerWords = {
    "return", "returns", "answer", "answers", "output",     "outputs",    "respond",    "reply",    "classify", "label",   "labels",
    "choose", "pick",    "select", "assign",  "categorize", "categorise", "categories", "category", "intents",  "predict", "print",
    "say",    "write",   "give",   "emit",    "produce",    "route",      "sort",       "tag",      "map",      "group"};
constexpr std::array<std::string_view, 7> kLabelNouns = {"labels", "categories", "classes", "intents", "tags", "options", "topics"};

// What may stand between two quoted labels.
constexpr std::array<std::string_view, 8> kJoiners = {",", "/", "|", ";", "or", "and", ", or", ", and"};
constexpr std::size_t kAnnouncedWordsMax = 4;
constexpr std::size_t kDeclarationsMax = 16;  // a spec has one or two; the bound keeps a hostile one from costing quadratic time

bool HasAnswerWord(std::string_view lower) {
  return std::any_of(kAnswerWords.begin(), kAnswerWords.end(), [&](std::string_view word) { return FindWord(lower, word) != kNone; });
}

struct Bullet {
  std::string_view item;  // after the mark
  bool is_bullet = false;
};

// "- x", "* x", "1. x", "2) x" (and the bullet character).
Bullet ReadBullet(std::string_view line) {
  line = Trim(line);
  for (const std::string_view mark : {"- ", "* ", "+ ", "\xE2\x80\xA2 "}) {
    if (line.starts_with(mark)) return {Trim(line.substr(mark.size())), true};
  }
  std::size_t digits = 0;
  while (digits < line.size() && std::isdigit(static_cast<unsigned char>(line[digits])) != 0) ++digits;
  if (digits > 0 && digits <= 4 && digits + 1 < line.size() && (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ') {
    return {Trim(line.substr(digits + 1)), true};
  }
  return {line, false};
}

// "billing: invoices and refunds" -> "billing": what stands before an explanation.
std::string_view BeforeExplanation(std::string_view item) {
  if (QuotedEnd(item, 0) > 0 || item.starts_with("**")) return item;
  std::size_t cut = item.size();
  for (const std::string_view sign : {": ", " - ", " \xE2\x80\x93 ", " \xE2\x80\x94 ", " = ", " -> ", " \xE2\x86\x92 "}) {
    cut = std::min(cut, item.find(sign));
  }
  return Trim(item.substr(0, cut));
}

// "1 = Create a program" -> "1".
std::optional<std::string> KeyOfLine(std::string_view line) {
  line = ReadBullet(line).item;
  const std::size_t equals = line.find('=');
  if (equals == kNone || equals == 0 || Trim(line.substr(equals + 1)).empty()) return std::nullopt;
  const std::string_view key = Trim(line.substr(0, equals));
  if (key.empty() || key.size() > 24 || key.find(' ') != kNone) return std::nullopt;
  return std::string(InsideQuotes(key));
}

class Finder {
 public:
  explicit Finder(std::string_view body) : body_(body), lines_(Split(body, '\n')) {}

  std::vector<LabelDeclaration> Find() {
    for (std::size_t i = 0; i < lines_.size() && !full(); ++i) ReadLine(i);
    ReadKeyLines();
    AddFallbacks();
    if (std::none_of(found_.begin(), found_.end(), [](const LabelDeclaration& one) { return one.strong; })) ReadNamedAnswers();
    return std::move(found_);
  }

 private:
  // Announced labels of many words are descriptions as often as labels: then the examples have to agree.
  void AddAnnounced(std::vector<LabelSet> readings, bool strong) {
    const auto is_short = [](const std::string& label) { return CountOf(label, " ") < kAnnouncedWordsMax; };
    const bool all = !readings.empty() && std::all_of(readings[0].begin(), readings[0].end(), is_short);
    Add(std::move(readings), strong && all);
  }

  void Add(std::vector<LabelSet> readings, bool strong) {
    if (!readings.empty()) found_.push_back({std::move(readings), strong, strong});
  }

  bool full() const { return found_.size() >= kDeclarationsMax; }

  void ReadLine(std::size_t line) {
    if (LowerAscii(Trim(lines_[line])).starts_with("input:")) return;  // describes the format of inputs
    for (const std::string_view sentence : SentencesOf(lines_[line])) {
      if (!full()) ReadSentence(sentence, line);
    }
  }

  void ReadSentence(std::string_view sentence, std::size_t line) {
    const std::string lower = LowerAscii(sentence);
    const std::size_t before = found_.size();
    if (const std::size_t cue = FindWord(lower, "one of"); cue != kNone) {
      ReadAfterCue(sentence, cue + 6, line, HasAnswerWord(lower));
    } else if (const std::size_t noun = FindNoun(lower); noun != kNone) {
      ReadAfterCue(sentence, noun, line, true);
    }
    if (found_.size() == before) ReadQuotedAlternatives(sentence, lower);
    if (found_.size() == before) ReadBareAlternatives(sentence, lower);
    if (const std::size_t colon = sentence.find(": "); found_.size() == before && colon != kNone) AddInlineList(sentence.substr(colon + 2));
  }

  // The end of a word for labels that a colon or "are" follows in this sentence.
  static std::size_t FindNoun(std::string_view lower) {
    for (const std::string_view noun : kLabelNouns) {
      const std::size_t at = FindWord(lower, noun);
      if (at == kNone) continue;
      const std::size_t end = at + noun.size();
      if (lower.find(':', end) != kNone) return end;
      if (lower.substr(end).starts_with(" are ")) return end + 4;
    }
    return kNone;
  }

  void ReadAfterCue(std::string_view sentence, std::size_t cue, std::size_t line, bool strong) {
    const std::size_t colon = sentence.find(':', cue);
    if (colon != kNone) {
      // "one of keep, fix or drop: fix when ...": the colon explains what is named already.
      if (LabelSet labels = ShortAlternatives(Trim(sentence.substr(cue, colon - cue))); !labels.empty()) {
        Add({std::move(labels)}, strong);
        return;
      }
      std::string list(Trim(sentence.substr(colon + 1)));
      if (list.empty()) {
        Add(ReadingsOfLines(line + 1), strong);
        return;
      }
      // A list that breaks off at a comma goes on in the next line.
      for (std::size_t next = line + 1; list.ends_with(',') && next < lines_.size(); ++next) list.append(" ").append(Trim(lines_[next]));
      if (std::vector<LabelSet> readings = ReadingsOfList(FirstSentence(list)); !readings.empty()) {
        AddAnnounced(std::move(readings), strong);
        return;
      }
    }
    if (const Run run = QuotedRun(sentence, cue); !run.items.empty()) {
      AddRun(run, strong);
    } else if (colon == kNone) {
      AddInlineList(sentence.substr(cue));
    }
  }

  static std::string FirstSentence(const std::string& list) {
    const std::vector<std::string_view> sentences = SentencesOf(list);
    return sentences.empty() ? std::string() : std::string(sentences.front());
  }

  // "one of positive, negative or neutral": no colon and no quotes, so only short items, and examples must agree.
  void AddInlineList(std::string_view list) {
    std::vector<LabelSet> kept;
    for (LabelSet& reading : ReadingsOfList(list)) {
      const bool is_short = std::all_of(reading.begin(), reading.end(), [](const std::string& label) {
        return CountOf(label, " ") <= 2 && !LowerAscii(label).starts_with("the ");
      });
      if (is_short) kept.push_back(std::move(reading));
    }
    Add(std::move(kept), false);
  }

  std::vector<LabelSet> ReadingsOfLines(std::size_t first) const {
    while (first < lines_.size() && Trim(lines_[first]).empty()) ++first;
    if (first >= lines_.size()) return {};
    std::vector<std::string> keys;
    std::vector<std::string> whole;
    const bool bullets = ReadBullet(lines_[first]).is_bullet;
    if (!bullets && Trim(lines_[first]).find(',') != kNone) {
      std::string list;
      for (std::size_t i = first; i < lines_.size() && !Trim(lines_[i]).empty(); ++i) list.append(Trim(lines_[i])).append(" ");
      return ReadingsOfList(FirstSentence(list));
    }
    for (std::size_t i = first; i < lines_.size() && keys.size() <= kLabelsMax; ++i) {
      const Bullet bullet = ReadBullet(lines_[i]);
      if (bullet.item.empty() || bullet.is_bullet != bullets) break;
      keys.emplace_back(BeforeExplanation(bullet.item));
      whole.emplace_back(bullet.item);
    }
    std::vector<LabelSet> readings;
    AddReading(keys, true, &readings);
    AddReading(keys, false, &readings);
    AddReading(whole, false, &readings);
    return readings;
  }

  struct Run {
    LabelSet items;
    std::size_t begin = kNone;
    bool ends_in_or = false;
  };

  // The first two or more quoted texts with nothing but commas, slashes, "or" and "and" between them.
  static Run QuotedRun(std::string_view sentence, std::size_t from) {
    Run run;
    std::size_t previous_end = 0;
    for (std::size_t at = from; at < sentence.size(); ++at) {
      const std::size_t end = QuotedEnd(sentence, at);
      if (end == at) continue;
      const std::string gap = run.items.empty() ? "" : LowerAscii(Trim(sentence.substr(previous_end, at - previous_end)));
      const bool joins = std::find(kJoiners.begin(), kJoiners.end(), gap) != kJoiners.end();
      if (!run.items.empty() && !joins) {
        if (run.items.size() >= 2) break;
        run = Run();
      }
      if (run.items.empty()) run.begin = at;
      run.items.emplace_back(InsideQuotes(sentence.substr(at, end - at)));
      run.ends_in_or = gap.ends_with("or") || gap == "/" || gap == "|";
      previous_end = end;
      at = end - 1;
    }
    if (run.items.size() < 2) run.items.clear();
    return run;
  }

  void AddRun(const Run& run, bool strong) {
    std::vector<LabelSet> readings;
    AddReading(run.items, false, &readings);
    Add(std::move(readings), strong);
  }

  void ReadQuotedAlternatives(std::string_view sentence, std::string_view lower) {
    const Run run = QuotedRun(sentence, 0);
    if (run.items.empty() || !run.ends_in_or) return;
    const std::string_view lead = lower.substr(0, run.begin);
    if (!HasAnswerWord(lead)) return;
    for (const std::string_view word : {"e.g.", "such as", "like", "example", "including", "words", "contains", "mentions", "if", "when"}) {
      if (FindWord(lead, word) != kNone || (word == "e.g." && lead.find(word) != kNone)) return;
    }
    AddRun(run, true);
  }

  // "answer yes or no", "respond with only POS or NEG", "either spam or ham".
  void ReadBareAlternatives(std::string_view sentence, const std::string& lower) {
    for (const std::string_view verb : {"either", "answer", "return", "reply", "respond", "output", "say", "print", "label"}) {
      const std::size_t at = FindWord(lower, verb);
      if (at == kNone) continue;
      std::string_view rest = Trim(sentence.substr(at + verb.size()));
      bool only = false;
      for (const std::string_view filler : {"with ", "only ", "ONLY ", "just ", "exactly "}) {
        if (!rest.starts_with(filler)) continue;
        rest = Trim(rest.substr(filler.size()));
        only = only || filler != "with ";
      }
      const std::size_t stop = rest.find_first_of(".,;:(");
      const std::vector<std::string_view> words = Split(Trim(rest.substr(0, stop)), ' ');
      if (words.size() < 3 || LowerAscii(words[1]) != "or") continue;
      std::vector<LabelSet> readings;
      AddReading({std::string(words[0]), std::string(words[2])}, false, &readings);
      Add(std::move(readings), only && words.size() == 3);
      return;
    }
  }

  // "Return one of: a, b. If neither fits, return c.": the likeliest reading has all three.
  void AddFallbacks() {
    const LabelSet fallbacks = FallbacksNamed(body_);
    for (LabelDeclaration& declaration : found_) {
      LabelSet all = declaration.readings.front();
      for (const std::string& label : fallbacks) {
        if (std::find(all.begin(), all.end(), label) == all.end()) all.push_back(label);
      }
      if (all.size() > declaration.readings.front().size()) {
        declaration.readings.insert(declaration.readings.begin(), std::move(all));
      }
    }
  }

  // Examples that disagree are right: nothing announced these answers as the only ones.
  void ReadNamedAnswers() {
    if (LabelSet labels = AnswersNamed(body_); !labels.empty()) found_.push_back({{std::move(labels)}, true, false});
  }

  // Two or more lines "1 = meaning" in a row.
  void ReadKeyLines() {
    bool asks_for_key = false;
    for (const std::string_view line : lines_) {
      const std::string lower = LowerAscii(line);
      for (const std::string_view key : {"number", "letter", "digit", "code", "key", "label"}) {
        asks_for_key = asks_for_key || (FindWord(lower, key) != kNone && HasAnswerWord(lower) && FindWord(lower, "only") != kNone);
      }
    }
    for (std::size_t i = 0; i < lines_.size();) {
      LabelSet keys;
      for (; i < lines_.size(); ++i) {
        const std::optional<std::string> key = KeyOfLine(lines_[i]);
        if (!key) break;
        keys.push_back(*key);
      }
      std::vector<LabelSet> readings;
      AddReading(keys, false, &readings);
      Add(std::move(readings), asks_for_key);
      if (keys.empty()) ++i;
    }
  }

  std::string_view body_;
  std::vector<std::string_view> lines_;
  std::vector<LabelDeclaration> found_;
};

}  // namespace

std::vector<LabelDeclaration> DeclaredLabels(std::string_view body) { return Finder(body).Find(); }

}  // namespace paw
