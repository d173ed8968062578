// Theme: what the specs of a corpus may be about. Seven areas, thirty themes: those of docs/corpus.md, by the names that tools/corpus uses.
//
// Thread rule: constants and pure functions. Errors: kUsage for a name that is no area.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "paw/status.h"

namespace paw {

struct Theme {
  std::string_view area;   // "core", "search", "classification", "code", "safety", "agentic", "repair"
  std::string_view name;   // "log monitoring"
  std::string_view about;  // what a language model is told of it
};

std::span<const Theme> AllThemes();

// The themes of these areas, in the order of the table; all of them for none.
Result<std::vector<Theme>> ThemesOf(std::span<const std::string> areas);

// "synth_log_monitoring": the family of its specs in a corpus.
std::string FamilyOf(const Theme& theme);

// Whether its specs are never trained on: one theme in ten, by the digest of its name, so that it is the same in every corpus.
bool IsHeldOut(const Theme& theme);

}  // namespace paw
