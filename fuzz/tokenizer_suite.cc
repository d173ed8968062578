// tokenizer: tokenizer.json through ReadTokenizerJson, Tokenizer::Create, and texts to tokens and back to text.
#include <array>
#include <string>
#include <utility>

#include "fs/path.h"
#include "fs/posix_fs.h"
#include "fuzz/json_mutate.h"
#include "fuzz/suite.h"
#include "lm/tokenizer.h"
#include "lm/tokenizer_json.h"

namespace paw::fuzz {
namespace {

constexpr std::size_t kSampleBytesMax = 16 * kMiB;
constexpr std::array<std::string_view, 4> kTexts = {"", "Sort these 12 words, don't stop!",
                                                    "<|im_start|>user\n caf\xC3\xA9 \xE4\xB8\x96<|im_end|>", "\xF0\x9F\xA6\x8A\t\r\n   x"};

class TokenizerSuite : public Suite {
 public:
  explicit TokenizerSuite(std::vector<Sample> samples) : samples_(std::move(samples)) {}

  Bytes Make(Random& random) override { return MutateJsonText(samples_[random.Below(samples_.size())], random); }

  Result<Verdict> Try(const Bytes& mutant) override {
    const std::string_view text(reinterpret_cast<const char*>(mutant.data()), mutant.size());
    Result<Vocabulary> vocabulary = ReadTokenizerJson(text, "<|im_end|>", "mutant");
    const Result<Tokenizer> tokenizer =
        vocabulary.ok() ? Tokenizer::Create(*std::move(vocabulary)) : Result<Tokenizer>(vocabulary.status());
    if (!tokenizer.ok()) {
      PAW_TRY(CheckRefusal(tokenizer.status()));
      return Verdict::kRefused;
    }
    for (const std::string_view sample : kTexts) {
      const Result<std::vector<TokenId>> ids = tokenizer->Encode(sample, SpecialTokens::kParse);
      if (!ids.ok()) return Failed("a tokenizer that was made and cannot encode: " + ids.message());
      for (const TokenId id : *ids) {
        if (id < 0 || id >= tokenizer->vocabulary()) return Failed("a token out of the vocabulary: " + std::to_string(id));
      }
      (void)tokenizer->Decode(*ids);  // hidden tokens and NFC may change the text, so that only coming through is asked
    }
    return Verdict::kAccepted;
  }

  std::uint64_t peak_bytes_max() const override { return 512 * kMiB; }

 private:
  std::vector<Sample> samples_;
};

}  // namespace

Result<std::unique_ptr<Suite>> MakeTokenizerSuite() {
  const std::string path = JoinPath(PAW_SOURCE_DIR, "tests/fixtures/compiler/tokenizer.json");
  std::vector<Sample> samples = {{"qwen", PAW_TRY(PosixFs().Read(path, kSampleBytesMax)), 0, {}}};
  // The same as GPT-2 has it: its own pattern, no normaliser.
  const std::string_view text(reinterpret_cast<const char*>(samples[0].bytes.data()), samples[0].bytes.size());
  Json gpt2 = PAW_TRY(ParseJson(text, path, kSampleBytesMax));
  gpt2["normalizer"] = nullptr;
  gpt2["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}};
  samples.push_back({"gpt2", BytesOfText(WriteJson(gpt2)), 0, {}});
  return std::unique_ptr<Suite>(std::make_unique<TokenizerSuite>(std::move(samples)));
}

}  // namespace paw::fuzz
