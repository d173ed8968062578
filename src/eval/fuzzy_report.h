// The report of `paw bench fuzzy`: tables of points, as Markdown for a repository and as one HTML page to look at.
//
// For each system: all, by area, difficulty, examples in the spec, output kind, wording and noise, and the families at both ends. Several
// systems among the points: one table of all of them and their paired differences to the first.
//
// Thread rule: pure functions; equal values give equal bytes. Errors: none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "eval/fuzzy.h"

namespace paw {

struct FuzzyTable {
  std::string system;  // empty: of all systems
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<FuzzyScore> scores;  // normalised exact match, one a row: the bars of the page
};

std::vector<FuzzyTable> FuzzyTables(std::span<const FuzzyPoint> points, std::uint64_t seed);

std::string FuzzyMarkdown(std::span<const FuzzyPoint> points, std::uint64_t seed);

// A page that needs nothing beside itself: tables with bars and their intervals, the noise curves, every family. Light and dark.
std::string FuzzyHtml(std::span<const FuzzyPoint> points, std::string_view title, std::string_view command, std::uint64_t seed);

}  // namespace paw
