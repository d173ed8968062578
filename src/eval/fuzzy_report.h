// FuzzyReport: tables of points, and what they look like as Markdown for a repository and as one HTML page to look at.
//
// For each system: all, by area, difficulty, examples in the spec, output kind, wording and noise, and the families by their score.
// Several systems among the points: one table of all of them and their paired differences to the first, with the number of specs that
// both have and the settings in which they differ beside the mapper.
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
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<FuzzyScore> scores;  // normalised exact match, one a row: the bars of the page
};

struct FuzzySystem {
  std::string name;
  std::vector<std::string> commands;  // that measured its points, each once
  std::vector<std::string> remarks;   // RemarksOn its points
  std::vector<FuzzyTable> groups;     // one a grouping that parts the points
  FuzzyTable families;                // all, the lowest score first; no rows where there is one alone
  std::string noise_svg;              // score by strength of the noise; empty where no axis has a light one
};

struct FuzzyReport {
  FuzzyTable overview;                   // a row a system
  std::vector<std::string> differences;  // sentences: what else differs between the first system and another
  std::size_t left_out = 0;              // points of other specs that the file had; the caller's to set
  std::vector<FuzzySystem> systems;
};

// Systems in the order in which they first appear.
FuzzyReport MakeFuzzyReport(std::span<const FuzzyPoint> points, std::uint64_t seed);

// Of the families the lowest and the highest. Names and commands are escaped.
std::string FuzzyMarkdown(const FuzzyReport& report);

// A page that needs nothing beside itself: tables with bars and their intervals, the noise curves, every family. Light and dark.
std::string FuzzyHtml(const FuzzyReport& report, std::string_view title);

// What the scores alone do not show, a sentence each; none where all went well:
//   3 of 110 specs could not be run and count as wrong; the first, "x/1": reading the spec: ...
//   7 of 440 answers failed and count as wrong; the first, of "x/2": ...
std::vector<std::string> RemarksOn(std::span<const FuzzyPoint* const> points);

}  // namespace paw
