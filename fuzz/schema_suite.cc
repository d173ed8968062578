// schema: JSON Schemas through JsonSchema, and drawn walks under what is accepted: none ends in a place without a way on, and every
// document that comes out is JSON.
#include <string>
#include <utility>

#include "decode/schema_rules.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"

namespace paw::fuzz {
namespace {

constexpr const char* kSchemas[] = {
    R"({"type":"object","properties":{"a":{"type":"string","minLength":1,"maxLength":9},"b":{"type":["integer","null"],"minimum":-5,"maximum":70},
        "c":{"enum":["x","xy",3,null]}},"required":["b","z"],"additionalProperties":{"type":"number"}})",
    R"({"$defs":{"t":{"anyOf":[{"type":"null"},{"type":"array","items":{"$ref":"#/$defs/t"},"minItems":1,"maxItems":3},{"type":"boolean"}]}},"$ref":"#/$defs/t"})",
    R"({"anyOf":[{"type":"object","properties":{"k":{"const":"cat"},"n":{"$ref":"#"}},"required":["k"]},{"type":"array","items":{}},{"type":"string"}]})",
};
constexpr std::size_t kWalkBytes = 60;

class SchemaSuite : public Suite {
 public:
  explicit SchemaSuite(std::vector<Sample> samples) : samples_(std::move(samples)) {}

  Bytes Make(Random& random) override { return MutateJsonText(samples_[random.Below(samples_.size())], random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    const std::string_view text(reinterpret_cast<const char*>(mutant.data()), mutant.size());
    const auto schema = JsonSchema::Parse(text, "mutant");
    if (!schema.ok()) {
      PAW_TRY(CheckRefusal(schema.status()));
      return Verdict::kRefused;
    }
    Random random(mutant.size());
    SchemaRules rules(*schema);
    std::string answer;
    while (answer.size() < kWalkBytes && !rules.MustEnd()) {
      std::string allowed;
      for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (rules.Allows({&c, 1})) allowed += c;
      }
      if (allowed.empty()) return Failed("a walk of " + std::to_string(answer.size()) + " bytes without a way on");
      answer += allowed[random.Below(allowed.size())];
      rules.Advance(std::string_view(answer).substr(answer.size() - 1));
      const std::string expected = rules.Expected(kWalkBytes);
      if (!expected.empty() && !rules.Allows(expected)) return Failed("an expected text that is not allowed");
    }
    if (rules.IsComplete() && !ParseJson(answer, "answer").ok()) return Failed("a document that is not JSON: " + answer);
    return Verdict::kAccepted;
  }

  std::uint64_t peak_bytes_max() const override { return 256 * kMiB; }

 private:
  std::vector<Sample> samples_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeSchemaSuite() {
  std::vector<Sample> samples;
  for (const char* schema : kSchemas) samples.push_back({"schema", BytesOfText(schema), 0, {}});
  return std::unique_ptr<Suite>(std::make_unique<SchemaSuite>(std::move(samples)));
}

}  // namespace paw::fuzz
