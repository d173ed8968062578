// paw_bench_copy_draft: tokens a second of answers that copy their input, with drafts and without, and that the answers are the same.
//
//   paw_bench_copy_draft BASE.gguf [--adapter F.gguf] [--template F.txt] [--rows 12] [--batch 1] [--draft 12] [--tokens 96] [--seed 1]
//                        [--schema on] [--examples OUT.jsonl]
//
// The rows are records of made-up parcels as JSON with one thing broken: a missing quote, a trailing comma, single quotes or True for true.
// The task is to repair them, so that an answer is nearly its input. --adapter runs a program's LoRA and --template its prompt_template.txt;
// without them the base is shown two repairs and asked for a third. --schema on holds the answers to the records' JSON Schema. --examples writes such rows as training examples and ends.
// Rounds with drafts and without take turns, three of each; the medians are printed, and the answers' agreement.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/random.h"
#include "bench/options.h"
#include "decode/generate.h"
#include "decode/schema_rules.h"
#include "fs/posix_fs.h"
#include "gguf/gguf.h"
#include "lm/native/native.h"

namespace paw {
namespace {

struct Pair {
  std::string broken, whole;
};

// A record in one line, and the same with a fault.
Pair MakePair(Random& random) {
  static const std::vector<std::string> names = {"Ada Lindqvist", "Bo Fjellstad", "Chiara Neri",
                                                 "Dmitri Volkov", "Esi Mensah",   "Farid Haddad"};
  static const std::vector<std::string> streets = {"Harbour Street", "Mill Lane", "Station Road", "Orchard Avenue", "Castle Hill"};
  static const std::vector<std::string> states = {"in transit", "delivered", "at the depot", "returned to sender"};
  const auto pick = [&](const std::vector<std::string>& list) { return list[random.Below(list.size())]; };
  const std::string code = "PX-" + std::to_string(100000 + random.Below(900000));
  const std::string whole = "{\"code\": \"" + code + "\", \"to\": \"" + pick(names) + "\", \"street\": \"" + pick(streets) + " " +
                            std::to_string(1 + random.Below(120)) + "\", \"grams\": " + std::to_string(50 + random.Below(9000)) +
                            ", \"state\": \"" + pick(states) + "\", \"insured\": " + (random.Below(2) == 0 ? "true" : "false") + "}";
  std::string broken = whole;
  switch (random.Below(4)) {
    case 0:
      broken.insert(broken.size() - 1, ",");
      break;
    case 1:
      broken.erase(broken.rfind('"'), 1);
      break;
    case 2:
      std::replace(broken.begin(), broken.end(), '"', '\'');
      break;
    default:
      broken[broken.find(": t") == std::string::npos ? broken.find(": f") + 2 : broken.find(": t") + 2] -= 'a' - 'A';
  }
  return {broken, whole};
}

constexpr const char* kParcelSchema =
    R"({"type":"object","properties":{"code":{"type":"string"},"to":{"type":"string"},"street":{"type":"string"},"grams":{"type":"integer"},
        "state":{"enum":["in transit","delivered","at the depot","returned to sender"]},"insured":{"type":"boolean"}},
        "required":["code","to","street","grams","state","insured"],"additionalProperties":false})";
constexpr const char* kPlaceholder = "{INPUT_PLACEHOLDER}";

std::string PlainTemplate(Random& random) {
  std::string text = "Repair the broken JSON.\n\n";
  for (int i = 0; i < 2; ++i) {
    const Pair pair = MakePair(random);
    text += "Input: " + pair.broken + "\nOutput: " + pair.whole + "\n\n";
  }
  return text + "Input: " + kPlaceholder + "\nOutput: ";
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Round {
  std::vector<std::string> texts;
  std::int64_t tokens = 0, steps = 0;
  double seconds = 0;
};

struct Bench {
  std::unique_ptr<Context> context;
  const Tokenizer& tokenizer;
  AdapterId adapter = kNoAdapter;
  SequenceId prefix = -1;
  std::vector<std::vector<TokenId>> rows = {};
  std::size_t batch = 1;
  std::int32_t tokens_max = 96;
  std::shared_ptr<const JsonSchema> schema = {};  // null: any JSON

  Result<Round> Run(std::size_t draft_max) {
    const LazyTokenTrie trie(tokenizer);
    trie.Get();
    std::vector<std::unique_ptr<OutputRules>> rules;
    std::vector<GenerateRow> asked;
    for (const std::vector<TokenId>& row : rows) {
      rules.push_back(std::make_unique<JsonRules>(JsonRules::Options{.containers_only = true, .alternatives = {}}));
      if (schema) rules.back() = std::make_unique<SchemaRules>(schema);
      asked.push_back({prefix, adapter, row, rules.back().get()});
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto answers = PAW_TRY(
        Generate(*context, tokenizer, asked, {.tokens_max = tokens_max, .rows_at_once = batch, .draft_max = draft_max, .trie = &trie}));
    Round round;
    round.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    for (const Result<Generated>& answer : answers) {
      if (!answer.ok()) return answer.status();
      round.texts.push_back(answer->text);
      round.tokens += static_cast<std::int64_t>(answer->tokens.size());
      round.steps += answer->steps;
    }
    return round;
  }
};

Status WriteExamples(const std::string& path, Random& random) {
  std::ofstream file(path);
  for (int i = 0; i < 400; ++i) {
    const Pair pair = MakePair(random);
    file << WriteJson({{"input", pair.broken}, {"output", pair.whole}}) << "\n";
  }
  return Ok();
}

Status Main(const Options& options) {
  Random random(std::stoull(options.at("seed")));
  if (!options.at("examples").empty()) return WriteExamples(options.at("examples"), random);
  const Mapping file = PAW_TRY(PosixFs().Map(options.at("0")));
  const Tokenizer tokenizer = PAW_TRY(Tokenizer::Open(PAW_TRY(gguf::File::Open(file.bytes(), options.at("0")))));
  const std::shared_ptr<LanguageModel> model = PAW_TRY(OpenNative(options.at("0"), {}));
  Bench bench{.context = PAW_TRY(model->NewContext({})), .tokenizer = tokenizer};
  if (!options.at("adapter").empty()) {
    const std::string bytes = ReadAll(options.at("adapter"));
    bench.adapter = PAW_TRY(model->AddAdapter(std::as_bytes(std::span(bytes))));
  }
  const std::string text = options.at("template").empty() ? PlainTemplate(random) : ReadAll(options.at("template"));
  const std::size_t place = text.find(kPlaceholder);
  if (place == std::string::npos) return Refused("reading the template: found no " + std::string(kPlaceholder) + ", expected it");
  const std::vector<TokenId> head = PAW_TRY(tokenizer.Encode(text.substr(0, place), SpecialTokens::kParse));
  bench.prefix = PAW_TRY(bench.context->NewSequence());
  ForwardRow row;
  row.sequence = bench.prefix;
  row.adapter = bench.adapter;
  row.tokens = head;
  row.logits = LogitsAt::kNone;
  if (!head.empty()) PAW_TRY(bench.context->Forward({&row, 1}));
  std::vector<std::string> expected;
  for (int i = std::stoi(options.at("rows")); i > 0; --i) {
    const Pair pair = MakePair(random);
    expected.push_back(pair.whole);
    bench.rows.push_back(
        PAW_TRY(tokenizer.Encode(pair.broken + text.substr(place + std::string(kPlaceholder).size()), SpecialTokens::kParse)));
  }
  if (options.at("schema") == "on") bench.schema = PAW_TRY(JsonSchema::Parse(kParcelSchema, "the schema"));
  bench.batch = std::stoul(options.at("batch"));
  bench.tokens_max = std::stoi(options.at("tokens"));
  std::vector<Round> plain, drafted;
  for (int i = 0; i < 3; ++i) {
    plain.push_back(PAW_TRY(bench.Run(0)));
    drafted.push_back(PAW_TRY(bench.Run(std::stoul(options.at("draft")))));
  }
  const auto faster = [](const Round& a, const Round& b) { return a.seconds < b.seconds; };
  std::sort(plain.begin(), plain.end(), faster);
  std::sort(drafted.begin(), drafted.end(), faster);
  std::int64_t same = 0, right = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    same += plain[1].texts[i] == drafted[1].texts[i];
    right += plain[1].texts[i] == expected[i];
  }
  const double before = static_cast<double>(plain[1].tokens) / plain[1].seconds;
  const double after = static_cast<double>(drafted[1].tokens) / drafted[1].seconds;
  std::printf(
      "%zu rows, %zu at once: %.1f tokens/s without drafts, %.1f with (ratio %.2f); %.2f tokens a step; %lld of %zu answers the same, "
      "%lld right\n",
      expected.size(), bench.batch, before, after, after / before,
      static_cast<double>(drafted[1].tokens) / static_cast<double>(drafted[1].steps), static_cast<long long>(same), expected.size(),
      static_cast<long long>(right));
  return same == static_cast<std::int64_t>(expected.size()) ? Ok() : Failed("found answers that differ, expected the same ones");
}

}  // namespace
}  // namespace paw

int main(int argc, char** argv) {
  const auto options = paw::ReadOptions(argc, argv, 1,
                                        {{"adapter", ""},
                                         {"template", ""},
                                         {"rows", "12"},
                                         {"batch", "1"},
                                         {"draft", "12"},
                                         {"tokens", "96"},
                                         {"seed", "1"},
                                         {"examples", ""},
                                         {"schema", "off"}});
  if (!options) {
    std::fprintf(stderr,
                 "usage: paw_bench_copy_draft BASE.gguf [--adapter F] [--template F] [--rows N] [--batch N] [--draft N] [--tokens N] "
                 "[--seed N] [--schema on] [--examples OUT.jsonl]\n");
    return 2;
  }
  const paw::Status status = paw::Main(*options);
  if (!status.ok()) std::fprintf(stderr, "paw_bench_copy_draft: %s\n", status.message().c_str());
  return status.ok() ? 0 : 1;
}
