// Reports for people: a Markdown table, and a plot of curves as SVG that is legible on its own (axes, ticks, legend).
//
// Thread rule: pure functions; equal values give equal bytes. Errors: none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eval/metrics.h"
#include "eval/test_run.h"

namespace paw {

// Columns are padded; a column whose cells are all numbers is right-aligned. `|` and line ends in cells are escaped.
std::string MarkdownTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

// Text as one line of Markdown: what would be markup is shown, line ends are blanks. `|` is left to MarkdownTable.
std::string EscapedMarkdown(std::string_view text);
// The same as a code span.
std::string MarkdownCode(std::string_view text);

// Text as it stands inside an element or a quoted attribute of SVG and HTML.
std::string EscapedXml(std::string_view text);

// "92.0" for 0.92 and "92.0 (90.1-93.4)" with an interval: per cent, one digit.
std::string PerCent(double share);
std::string PerCent(double share, const Interval& interval);

struct PlotSeries {
  std::string name;
  std::vector<double> x, y;  // same length; drawn as a line through the points in order, with marks when there are few
};

struct PlotOptions {
  std::string title = {};
  std::string x_label = {};
  std::string y_label = {};
  bool x_logarithmic = false;   // points at x <= 0 are left out
  double y_from = 0, y_to = 0;  // equal: from the data
};

// At most 8 series are told apart by colour and dash.
std::string PlotSvg(const std::vector<PlotSeries>& series, const PlotOptions& options);

// Accuracy of the answers given against the share of rows answered.
PlotSeries AbstainSeries(const std::string& name, const TestReport& report);

}  // namespace paw
