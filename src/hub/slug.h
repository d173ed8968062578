// SlugReference: how people name a program: "triage", "me/triage", "triage@v3", or its id.
//
// Thread rule: pure functions. Errors: kUsage with what was found and what was expected.
// Source: the official rule ^[a-z0-9][a-z0-9-]*[a-z0-9]$, 2 to 50 characters; ids are 16 to 64 hex digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "paw/status.h"

namespace paw::hub {

struct SlugReference {
  std::string id;    // a program id; then nothing else
  std::string user;  // empty: not said
  std::string slug;
  std::optional<std::int64_t> version;  // of "@vN"
};

// `what` names it in the message: "a slug".
Status CheckSlug(std::string_view text, std::string_view what);
Result<SlugReference> ParseReference(std::string_view text);

}  // namespace paw::hub
