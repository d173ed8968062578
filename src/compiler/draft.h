// Draft: a bundle before it has an adapter: the base that it runs on, what it answers with, its template. Compiles, measurements and
// imports begin from the same.
//
// Thread rule: pure functions. Owner: a draft owns its texts. Errors: none.
#pragma once

#include <cstdint>
#include <string>

#include "bundle/bundle.h"
#include "bundle/profile.h"
#include "prompt/template.h"
#include "spec/outputs.h"

namespace paw {

// A base and what the user calls it. The names do not matter for a built-in one, whose profile is known by its digest.
struct BaseNames {
  std::string sha256;
  std::string name;
  std::string file;
  std::uint64_t bytes = 0;
};
BaseProfile ProfileOf(const BaseNames& base);

// What a program answers with, as its manifest says it.
void RecordOutputs(const OutputContract& contract, PawRecord& record);

// Everything else of the manifest is as ManifestFor leaves it.
Bundle DraftBundle(const BaseProfile& base, const std::string& spec, const OutputContract& contract, const PromptTemplate& prompt);

}  // namespace paw
