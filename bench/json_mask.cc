// paw_bench_json_mask: microseconds of one token mask while JSON documents of several kinds are written, token by token.
//
//   paw_bench_json_mask BASE.gguf [--vocabulary 0] [--repeat 20]
//
// Each document is cut as the base's tokenizer cuts it; before each token the whole set of allowed tokens is computed, which a decoder
// needs only where the model's free choice is forbidden. --vocabulary N fills the vocabulary up to N tokens with pairs of tokens of the
// base joined (Qwen3 has 151,936). Prints a line a document: masks, mean, 99th percentile and worst. A mask's time is the least of
// --repeat, so that other work on the machine does not count.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "bench/options.h"
#include "decode/schema_rules.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/tokenizer_bpe.h"

namespace paw {
namespace {

struct Document {
  const char* name;
  const char* schema;  // empty: any JSON
  const char* text;
};

constexpr const char* kContact =
    R"({"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},"email":{"type":"string","maxLength":60},
        "kind":{"enum":["customer","supplier","employee","other"]},"tags":{"type":"array","items":{"type":"string"}},"active":{"type":"boolean"},
        "address":{"anyOf":[{"type":"object","properties":{"city":{"type":"string"},"zip":{"type":"string"}},"required":["city"],"additionalProperties":false},
        {"type":"null"}]}},"required":["name","kind"],"additionalProperties":false})";
constexpr const char* kContactText =
    R"({"name": "Ada \"the first\" Lovelace", "age": 36, "email": "ada@example.org", "kind": "customer", "tags": ["mathematics", "engines"], )"
    R"("active": true, "address": {"city": "Malmö", "zip": "211 20"}})";
constexpr Document kDocuments[] = {
    {"any JSON", "", kContactText},
    {"object of a schema", kContact, kContactText},
    {"long text in a string", R"({"type":"object","properties":{"text":{"type":"string"}}})",
     R"({"text":"The parcel left the depot at noon.\nIt was \"signed for\" by nobody, C:\\temp says so, and caf\u00e9s were closed; 3 < 4, a/b & [c]."})"},
    {"string of at most 200", R"({"type":"array","items":{"type":"string","minLength":3,"maxLength":200}})",
     R"(["The parcel left the depot at noon and came back in the evening", "short \"one\"", "abc"])"},
    {"keys of any name", R"({"type":"object","additionalProperties":{"type":"number"}})",
     R"({"alpha": 1.5, "beta gamma": -2e10, "\"q\"": 0.125})"},
    {"numbers", R"({"type":"array","items":{"type":"integer","minimum":-1000,"maximum":1000000}})", "[1, 22, 333, -999, 1000000, 0]"},
};

Result<Vocabulary> VocabularyOf(const std::string& path, std::size_t tokens) {
  const Mapping file = PAW_TRY(PosixFs().Map(path));
  const gguf::File gguf = PAW_TRY(gguf::File::Open(file.bytes(), path));
  Vocabulary vocabulary;
  vocabulary.pre = PAW_TRY(gguf.String("tokenizer.ggml.pre"));
  vocabulary.tokens = *gguf.Strings("tokenizer.ggml.tokens");
  vocabulary.merges = *gguf.Strings("tokenizer.ggml.merges");
  for (const std::int64_t type : *gguf.Ints("tokenizer.ggml.token_type")) vocabulary.types.push_back(static_cast<TokenType>(type));
  vocabulary.eos = static_cast<TokenId>(PAW_TRY(gguf.Int("tokenizer.ggml.eos_token_id")));
  Random random(1);
  const std::size_t given = vocabulary.tokens.size();
  std::set<std::string> known(vocabulary.tokens.begin(), vocabulary.tokens.end());
  while (vocabulary.tokens.size() < tokens) {
    const std::size_t a = random.Below(given), b = random.Below(given);
    if (vocabulary.types[a] != TokenType::kNormal || vocabulary.types[b] != TokenType::kNormal) continue;
    if (!known.insert(vocabulary.tokens[a] + vocabulary.tokens[b]).second) continue;
    vocabulary.tokens.push_back(vocabulary.tokens[a] + vocabulary.tokens[b]);
    vocabulary.types.push_back(TokenType::kNormal);
  }
  return vocabulary;
}

double MicrosecondsOf(const OutputRules& rules, const TokenTrie& trie, TokenMask& mask, int repeat) {
  double least = 1e9;
  for (int i = 0; i < repeat; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    mask.Clear();
    rules.AddAllowed(trie, mask);
    least = std::min(least, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
  }
  return least;
}

Status Main(const Options& options) {
  const int repeat = std::stoi(options.at("repeat"));
  const Tokenizer tokenizer = PAW_TRY(Tokenizer::Create(PAW_TRY(VocabularyOf(options.at("0"), std::stoul(options.at("vocabulary"))))));
  const auto begin = std::chrono::steady_clock::now();
  const TokenTrie trie = TokenTrie::Build(tokenizer);
  const double build = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  std::printf("%d tokens, %zu of them plain, %zu nodes of the others; built in %.0f ms\n", tokenizer.vocabulary(),
              trie.plain().tokens.size(), trie.others().node_count(), build);
  std::printf("%-24s %6s %9s %9s %9s\n", "microseconds a mask", "masks", "mean", "p99", "worst");
  TokenMask mask(tokenizer.vocabulary());
  for (const Document& document : kDocuments) {
    std::unique_ptr<OutputRules> rules;
    if (*document.schema == '\0') {
      rules = std::make_unique<JsonRules>(JsonRules::Options{});
    } else {
      rules = std::make_unique<SchemaRules>(PAW_TRY(JsonSchema::Parse(document.schema, document.name)));
    }
    std::vector<double> times;
    double sum = 0;
    for (const TokenId token : PAW_TRY(tokenizer.Encode(document.text, SpecialTokens::kPlain))) {
      times.push_back(MicrosecondsOf(*rules, trie, mask, repeat));
      sum += times.back();
      if (!mask.Has(token))
        return Failed(std::string(document.name) + ": found the token " + Quoted(tokenizer.PieceOf(token)) +
                      " not allowed, expected it to be");
      rules->Advance(tokenizer.PieceOf(token));
    }
    std::sort(times.begin(), times.end());
    std::printf("%-24s %6zu %9.1f %9.1f %9.1f\n", document.name, times.size(), sum / static_cast<double>(times.size()),
                times[times.size() * 99 / 100], times.back());
  }
  return Ok();
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1, {{"vocabulary", "0"}, {"repeat", "20"}});
  if (!options) {
    std::fprintf(stderr, "usage: paw_bench_json_mask BASE.gguf [--vocabulary N] [--repeat N]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_json_mask: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
