#include "lm/tokenizer_split.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <cstdint>
#include <string>

#include "base/text.h"

namespace paw {
namespace {

// White space as llama.cpp's Unicode table has it.
#define PAW_SPACE R"(\t-\r \x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000})"

constexpr const char* kDigit = R"(\p{N})";
constexpr const char* kGpt2 = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{L}\p{N})" PAW_SPACE R"(]+|[)" PAW_SPACE
                              R"(]+(?![^)" PAW_SPACE R"(])|[)" PAW_SPACE R"(]+)";
constexpr const char* kQwen2 =
    R"('[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\p{L}\p{N})" PAW_SPACE
    R"(]+[\r\n]*|[)" PAW_SPACE R"(]*[\r\n]+|[)" PAW_SPACE R"(]+(?![^)" PAW_SPACE R"(])|[)" PAW_SPACE R"(]+)";

// Letters and numbers assigned in Unicode 15 and 16, which PCRE2 10.42 does not know.
#define PAW_LETTER                                                                                                                \
  R"(\p{L}\x{1C89}\x{1C8A}\x{A7CB}-\x{A7CD}\x{A7DA}-\x{A7DC}\x{105C0}-\x{105F3}\x{10D4A}-\x{10D65}\x{10D6F}-\x{10D85})"           \
  R"(\x{10EC2}-\x{10EC4}\x{1123F}\x{11240}\x{11380}-\x{11389}\x{1138B}\x{1138E}\x{11390}-\x{113B5}\x{113B7}\x{113D1}\x{113D3})"   \
  R"(\x{11BC0}-\x{11BE0}\x{11F02}\x{11F04}-\x{11F10}\x{11F12}-\x{11F33}\x{1342F}\x{13441}-\x{13446}\x{13460}-\x{143FA})"          \
  R"(\x{16100}-\x{1611D}\x{16D40}-\x{16D6C}\x{18CFF}\x{1B132}\x{1B155}\x{1DF25}-\x{1DF2A}\x{1E030}-\x{1E06D}\x{1E4D0}-\x{1E4EB})" \
  R"(\x{1E5D0}-\x{1E5ED}\x{1E5F0}\x{2B739}\x{2EBF0}-\x{2EE5D}\x{31350}-\x{323AF})"
#define PAW_NUMBER                                                                                                             \
  R"(\p{N}\x{10D40}-\x{10D49}\x{116D0}-\x{116E3}\x{11BF0}-\x{11BF9}\x{11F50}-\x{11F59}\x{16130}-\x{16139}\x{16D70}-\x{16D79})" \
  R"(\x{1CCF0}-\x{1CCF9}\x{1D2C0}-\x{1D2D3}\x{1E4F0}-\x{1E4F9}\x{1E5F1}-\x{1E5FA})"
constexpr const char* kHfGpt2 =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?[)" PAW_LETTER R"(]+| ?[)" PAW_NUMBER R"(]+| ?[^)" PAW_LETTER PAW_NUMBER PAW_SPACE R"(]+|[)" PAW_SPACE
    R"(]+(?![^)" PAW_SPACE R"(])|[)" PAW_SPACE R"(]+)";
constexpr const char* kHfQwen2 = R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n)" PAW_LETTER PAW_NUMBER R"(]?[)" PAW_LETTER R"(]+|[)" PAW_NUMBER
                                 R"(]| ?[^)" PAW_LETTER PAW_NUMBER PAW_SPACE R"(]+[\r\n]*|[)" PAW_SPACE R"(]*[\r\n]+|[)" PAW_SPACE
                                 R"(]+(?![^)" PAW_SPACE R"(])|[)" PAW_SPACE R"(]+)";
#undef PAW_NUMBER
#undef PAW_LETTER
#undef PAW_SPACE

struct KnownSplitter {
  std::string_view name;
  std::array<const char*, 2> patterns;
};
constexpr std::array<KnownSplitter, 6> kKnownSplitters = {{
    {"smollm", {kDigit, kGpt2}},
    {"gpt-2", {kGpt2, nullptr}},
    {"default", {kGpt2, nullptr}},
    {"qwen2", {kQwen2, nullptr}},
    {"hf-gpt2", {kHfGpt2, nullptr}},
    {"hf-qwen2", {kHfQwen2, nullptr}},
}};

// A bound on backtracking for one match. The patterns backtrack over one run of white space at most, so this is far from normal use.
constexpr std::uint32_t kMatchSteps = 1u << 26;

struct MatchDataDeleter {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};

}  // namespace

struct PreSplitter::Stage {
  pcre2_code* code = nullptr;
  pcre2_match_context* context = nullptr;

  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() {
    pcre2_match_context_free(context);
    pcre2_code_free(code);
  }

  Status Cut(std::string_view piece, pcre2_match_data* match, std::vector<std::string_view>* words) const {
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(piece.data());
    std::size_t end = 0;  // of what has been handed out
    while (end < piece.size()) {
      const int found = pcre2_match(code, subject, piece.size(), end, PCRE2_NO_UTF_CHECK, match, context);
      if (found == PCRE2_ERROR_NOMATCH) break;
      if (found < 0) {
        return Internal("splitting text into words: found PCRE2 error " + std::to_string(found) + ", expected a match or none");
      }
      const std::size_t* span = pcre2_get_ovector_pointer(match);
      if (span[1] <= span[0]) return Internal("splitting text into words: found an empty match, expected at least one character");
      if (span[0] > end) words->push_back(piece.substr(end, span[0] - end));
      words->push_back(piece.substr(span[0], span[1] - span[0]));
      end = span[1];
    }
    if (end < piece.size()) words->push_back(piece.substr(end));
    return Ok();
  }
};

Result<PreSplitter> PreSplitter::Create(std::string_view name) {
  for (const KnownSplitter& known : kKnownSplitters) {
    if (known.name != name) continue;
    PreSplitter splitter;
    for (const char* pattern : known.patterns) {
      if (pattern == nullptr) continue;
      auto stage = std::make_shared<Stage>();
      int error = 0;
      std::size_t at = 0;
      stage->code =
          pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern), PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP, &error, &at, nullptr);
      stage->context = pcre2_match_context_create(nullptr);
      if (stage->code == nullptr || stage->context == nullptr) {
        return Internal("compiling the word pattern " + std::string(name) + ": found PCRE2 error " + std::to_string(error) + " at " +
                        std::to_string(at) + ", expected none");
      }
      // Without JIT (an unsupported machine) the interpreter of PCRE2 gives the same answer more slowly.
      (void)pcre2_jit_compile(stage->code, PCRE2_JIT_COMPLETE);
      pcre2_set_match_limit(stage->context, kMatchSteps);
      splitter.stages_.push_back(std::move(stage));
    }
    return splitter;
  }
  return Unimplemented("choosing the word pattern of a tokenizer: found " + Quoted(name) +
                       ", expected one of smollm, gpt-2, default, qwen2, hf-gpt2, hf-qwen2");
}

Result<std::vector<std::string_view>> PreSplitter::Split(std::string_view text) const {
  std::unique_ptr<pcre2_match_data, MatchDataDeleter> match(pcre2_match_data_create(1, nullptr));
  if (match == nullptr) return Unavailable("splitting text into words: found no memory, expected 1 match record");
  std::vector<std::string_view> pieces = {text};
  std::vector<std::string_view> words;
  for (const auto& stage : stages_) {
    words.clear();
    for (const std::string_view piece : pieces) PAW_TRY(stage->Cut(piece, match.get(), &words));
    pieces.swap(words);
  }
  return pieces;
}

}  // namespace paw
