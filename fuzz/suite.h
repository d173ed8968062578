// Suite: what one fuzz run does with a mutant. paw_fuzz.cc drives it and holds it to the limits.
//
// Thread rule: one thread. Errors: Try returns kFailed when a promise broke (an error without the right code, two readers that
// disagree, an accepted adapter that an engine refuses); a crash or a hang is for the driver to see.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "fuzz/mutate.h"
#include "paw/status.h"

namespace paw::fuzz {

enum class Verdict : std::uint8_t { kAccepted, kRefused };

class Suite {
 public:
  virtual ~Suite() = default;
  // Mutant `index` of this run's seed.
  virtual Bytes Make(Random& random) = 0;
  virtual Result<Verdict> Try(const Bytes& mutant) = 0;
  virtual std::uint64_t peak_bytes_max() const = 0;  // memory of the whole process
};

// gguf: model and adapter files through File::Open, ReadModelShape, Tokenizer::Open, CheckAdapter and ReadAdapter.
Result<std::unique_ptr<Suite>> MakeGgufSuite();
// bundle: .paw archives through ReadBundle, and what is accepted through WriteBundle and back.
Result<std::unique_ptr<Suite>> MakeBundleSuite();
// run: adapters made and mutated; what the validator accepts must load and compute one token in every engine.
Result<std::unique_ptr<Suite>> MakeRunSuite();
// model: mutated base models; what an engine opens it must run for one token.
Result<std::unique_ptr<Suite>> MakeModelSuite();

// safetensors: a Hugging Face folder with one file damaged, through Checkpoint and WeightSource.
Result<std::unique_ptr<Suite>> MakeSafetensorsSuite();
// tokenizer: tokenizer.json through ReadTokenizerJson and Tokenizer, and texts through what is accepted.
Result<std::unique_ptr<Suite>> MakeTokenizerSuite();
// manifest: meta.json through ReadManifest and back.
Result<std::unique_ptr<Suite>> MakeManifestSuite();
// schema: JSON Schemas through JsonSchema, and walks under what is accepted.
Result<std::unique_ptr<Suite>> MakeSchemaSuite();
// mapper: mapper checkpoints through Mapper, coefficients and packed programs through their readers and back.
Result<std::unique_ptr<Suite>> MakeMapperSuite();
// hub: HTTP requests through the parser, the router and the handlers of `paw serve`.
Result<std::unique_ptr<Suite>> MakeHubSuite();

// The rules of an error: kRefused or, for a well-formed file that we do not run, kUnimplemented; one printable line. kFailed when they
// are broken.
Status CheckRefusal(const Status& status);

// Adapters for the toy base, one a storage format, and the least one.
std::vector<Sample> AdapterSamples();

}  // namespace paw::fuzz
