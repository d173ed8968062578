#include "eval/fuzzy_report.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "eval/report.h"

namespace paw {
namespace {

constexpr std::size_t kFamiliesShown = 12;  // at each end

using Points = std::vector<const FuzzyPoint*>;
using KeyOf = std::function<std::string(const FuzzyPoint&)>;

void AddRow(FuzzyTable& table, const std::string& name, const Points& points, std::uint64_t seed) {
  const FuzzyScore exact = ScoreOf(points, FuzzyMetric::kExact, seed), normal = ScoreOf(points, FuzzyMetric::kNormalised, seed);
  table.rows.push_back({name, std::to_string(exact.specs), std::to_string(exact.pairs), PerCent(exact.mean, exact.interval),
                        PerCent(normal.mean, normal.interval), PerCent(MeanOf(points, FuzzyMetric::kSimilarity))});
  table.scores.push_back(normal);
}

FuzzyTable TableOf(const std::string& what) { return {{what, "specs", "pairs", "exact match", "normalised", "edit similarity"}, {}, {}}; }

std::map<std::string, Points> GroupsOf(const Points& points, const KeyOf& key) {
  std::map<std::string, Points> groups;
  for (const FuzzyPoint* point : points) groups[key(*point)].push_back(point);
  return groups;
}

FuzzyTable FamilyTable(const Points& points, std::uint64_t seed) {
  FuzzyTable table = TableOf("family");
  const auto groups = GroupsOf(points, [](const FuzzyPoint& p) { return p.family; });
  if (groups.size() < 2) return table;
  std::vector<std::pair<double, const std::string*>> order;
  for (const auto& [name, group] : groups) order.emplace_back(MeanOf(group, FuzzyMetric::kNormalised), &name);
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [score, name] : order) AddRow(table, *name, groups.at(*name), seed);
  return table;
}

// Systems in the order in which they first appear.
std::vector<std::pair<std::string, Points>> BySystem(std::span<const FuzzyPoint> points) {
  std::vector<std::pair<std::string, Points>> systems;
  for (const FuzzyPoint& point : points) {
    const auto found = std::find_if(systems.begin(), systems.end(), [&](const auto& system) { return system.first == point.run.system; });
    (found == systems.end() ? systems.emplace_back(point.run.system, Points()) : *found).second.push_back(&point);
  }
  return systems;
}

std::string Signed(const FuzzyScore& score) {
  if (score.specs == 0) return "no spec in common";
  char text[64];
  std::snprintf(text, sizeof text, "%+.1f (%+.1f to %+.1f)", 100 * score.mean, 100 * score.interval.low, 100 * score.interval.high);
  return text + std::string(" over ") + std::to_string(score.specs) + (score.specs == 1 ? " spec" : " specs");
}

FuzzyTable Overview(const std::vector<std::pair<std::string, Points>>& systems, std::uint64_t seed) {
  FuzzyTable table = TableOf("system");
  for (const auto& [name, points] : systems) AddRow(table, name, points, seed);
  if (systems.size() < 2) return table;
  table.header.push_back("the first minus this one (normalised, paired)");
  for (std::size_t i = 0; i < systems.size(); ++i) {
    table.rows[i].push_back(i == 0 ? "" : Signed(DifferenceOf(systems[0].second, systems[i].second, FuzzyMetric::kNormalised, seed)));
  }
  return table;
}

// "b has base 12ab and outputs free, where a has base 34cd and outputs corpus"; empty where only their mappers differ.
std::string DifferentSettings(const FuzzyRun& first, const FuzzyRun& other) {
  std::map<std::string, std::pair<std::string, std::string>> both;
  for (const auto& [key, value] : first.settings) both[key].first = value;
  for (const auto& [key, value] : other.settings) both[key].second = value;
  both.erase("mapper");
  std::string mine, theirs;
  for (const auto& [key, values] : both) {
    if (values.first == values.second) continue;
    const auto shown = [&name = key](const std::string& value) {
      return Printable(name) + " " + (value.empty() ? "unknown" : Printable(value));
    };
    mine += (mine.empty() ? "" : ", ") + shown(values.first);
    theirs += (theirs.empty() ? "" : ", ") + shown(values.second);
  }
  return mine.empty() ? "" : other.system + " has " + theirs + ", where " + first.system + " has " + mine;
}

std::string NoiseOf(const FuzzyPoint& point) { return point.noise.empty() ? "none" : point.noise; }

struct Grouping {
  const char* what;
  KeyOf key;
};

const std::vector<Grouping>& Groupings() {
  static const std::vector<Grouping> groupings = {
      {"area", [](const FuzzyPoint& p) { return p.area; }},
      {"difficulty", [](const FuzzyPoint& p) { return p.difficulty; }},
      {"examples in the spec", [](const FuzzyPoint& p) { return std::string(p.examples > 0 ? "some" : "none"); }},
      {"output", [](const FuzzyPoint& p) { return p.kind; }},
      {"wording", [](const FuzzyPoint& p) { return p.style; }},
      {"noise", NoiseOf}};
  return groupings;
}

std::string Percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f%%", 100 * std::clamp(share, 0.0, 1.0));
  return text;
}

constexpr std::string_view kStyle =
    "<style>:root{color-scheme:light dark;--bar:#4c78a8;--line:#8888}body{font:15px/1.45 system-ui,sans-serif;max-width:64rem;margin:2rem "
    "auto;padding:0 1rem}table{border-collapse:collapse;margin:1rem 0 2rem;width:100%}th,td{padding:.25rem .6rem;text-align:right;"
    "border-bottom:1px solid var(--line)}th:first-child,td:first-child{text-align:left}td.bar{width:30%;min-width:8rem}"
    ".track{position:relative;height:.9rem;background:#8882;border-radius:2px}.fill{position:absolute;inset:0 auto 0 "
    "0;background:var(--bar);"
    "border-radius:2px}.range{position:absolute;top:45%;height:10%;background:currentColor}code{font-size:.9em;overflow-wrap:anywhere}"
    "svg{max-width:100%;height:auto}</style>";

std::string TableHtml(const FuzzyTable& table) {
  std::string html = "<table><tr>";
  for (const std::string& cell : table.header) html += "<th>" + EscapedXml(cell) + "</th>";
  html += "<th>normalised, 95 %</th></tr>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    html += "<tr>";
    for (const std::string& cell : table.rows[r]) html += "<td>" + EscapedXml(cell) + "</td>";
    const FuzzyScore& score = table.scores[r];
    html += "<td class=\"bar\"><div class=\"track\"><div class=\"fill\" style=\"width:" + Percent(score.mean) +
            "\"></div><div class=\"range\" style=\"left:" + Percent(score.interval.low) +
            ";width:" + Percent(score.interval.high - score.interval.low) + "\"></div></div></td></tr>\n";
  }
  return html + "</table>\n";
}

// Score by strength along an axis. The clean point is of those specs that have versions on it, so that all points are of the same specs.
PlotSeries NoiseCurve(const std::map<std::string, Points>& groups, const std::string& axis) {
  PlotSeries curve{axis, {}, {}};
  std::set<std::string> ids;
  for (const char* strength : {"/light", "/medium", "/heavy"}) {
    const auto at = groups.find(axis + strength);
    if (at == groups.end()) continue;
    for (const FuzzyPoint* point : at->second) ids.insert(point->id);
  }
  double x = 0;
  for (const char* strength : {"", "/light", "/medium", "/heavy"}) {
    Points group;
    if (const auto at = groups.find(*strength == '\0' ? "none" : axis + strength); at != groups.end()) group = at->second;
    std::erase_if(group, [&ids](const FuzzyPoint* point) { return !ids.contains(point->id); });
    if (!group.empty()) {
      curve.x.push_back(x);
      curve.y.push_back(100 * MeanOf(group, FuzzyMetric::kNormalised));
    }
    ++x;
  }
  return curve;
}

// One curve an axis that has a light strength; empty without such points.
std::string NoiseCurves(const Points& points) {
  const auto groups = GroupsOf(points, NoiseOf);
  constexpr std::string_view kLight = "/light";
  std::vector<PlotSeries> series;
  for (const auto& [name, group] : groups) {
    if (name.ends_with(kLight)) series.push_back(NoiseCurve(groups, name.substr(0, name.size() - kLight.size())));
  }
  if (series.empty()) return "";
  PlotOptions options;
  options.title = "Noise in the spec";
  options.x_label = "0 clean, 1 light, 2 medium, 3 heavy";
  options.y_label = "normalised exact match, %";
  return PlotSvg(series, options);
}

FuzzySystem SystemOf(const std::string& name, const Points& points, std::uint64_t seed) {
  FuzzySystem system;
  system.name = name;
  system.remarks = RemarksOn(points);
  for (const FuzzyPoint* point : points) {
    const std::string& command = point->run.command;
    if (std::find(system.commands.begin(), system.commands.end(), command) == system.commands.end()) system.commands.push_back(command);
  }
  for (const Grouping& grouping : Groupings()) {
    const auto groups = GroupsOf(points, grouping.key);
    if (groups.size() < 2) continue;
    FuzzyTable& table = system.groups.emplace_back(TableOf(grouping.what));
    for (const auto& [key, group] : groups) AddRow(table, key, group, seed);
  }
  system.families = FamilyTable(points, seed);
  system.noise_svg = NoiseCurves(points);
  return system;
}

// The families at both ends.
FuzzyTable Ends(FuzzyTable table) {
  if (table.rows.size() <= 2 * kFamiliesShown) return table;
  table.header.front() += " (lowest and highest)";
  table.rows.erase(table.rows.begin() + kFamiliesShown, table.rows.end() - kFamiliesShown);
  return table;
}

// The first column of our tables holds names of all kinds.
std::string Markdown(FuzzyTable table) {
  for (std::vector<std::string>& row : table.rows) row.front() = EscapedMarkdown(row.front());
  return MarkdownTable(table.header, table.rows);
}

std::string LeftOut(const FuzzyReport& report) {
  if (report.left_out == 0) return "";
  return std::to_string(report.left_out) + (report.left_out == 1 ? " point" : " points") + " of other specs left out";
}

}  // namespace

std::vector<std::string> RemarksOn(std::span<const FuzzyPoint* const> points) {
  std::size_t refused = 0, failed = 0, pairs = 0;
  const FuzzyPoint *first_refused = nullptr, *first_failed = nullptr;
  for (const FuzzyPoint* point : points) {
    if (!point->problem.empty() && refused++ == 0) first_refused = point;
    if (point->failed > 0 && failed == 0) first_failed = point;
    failed += point->failed;
    pairs += point->exact.size();
  }
  std::vector<std::string> remarks;
  if (refused > 0) {
    remarks.push_back(std::to_string(refused) + " of " + std::to_string(points.size()) +
                      " specs could not be run and count as wrong; the first, " + Quoted(first_refused->id) + ": " +
                      Printable(first_refused->problem));
  }
  if (failed > 0) {
    remarks.push_back(std::to_string(failed) + " of " + std::to_string(pairs) + " answers failed and count as wrong; the first, of " +
                      Quoted(first_failed->id) + ": " + Printable(first_failed->failure));
  }
  return remarks;
}

FuzzyReport MakeFuzzyReport(std::span<const FuzzyPoint> points, std::uint64_t seed) {
  const auto systems = BySystem(points);
  FuzzyReport report;
  report.overview = Overview(systems, seed);
  for (const auto& [name, mine] : systems) {
    const std::string difference = DifferentSettings(systems.front().second.front()->run, mine.front()->run);
    if (!difference.empty()) report.differences.push_back(difference);
    report.systems.push_back(SystemOf(name, mine, seed));
  }
  return report;
}

std::string FuzzyMarkdown(const FuzzyReport& report) {
  std::string text = Markdown(report.overview) + "\n";
  for (const std::string& difference : report.differences) text += "* " + EscapedMarkdown(difference) + "\n";
  for (const FuzzySystem& system : report.systems) {
    const std::string name = "* " + EscapedMarkdown(system.name) + ": ";
    for (const std::string& command : system.commands) text += name + MarkdownCode(command) + "\n";
    for (const std::string& remark : system.remarks) text += name + EscapedMarkdown(remark) + "\n";
  }
  if (const std::string left_out = LeftOut(report); !left_out.empty()) text += "* " + left_out + "\n";
  text += "\n";
  for (const FuzzySystem& system : report.systems) {
    if (report.systems.size() > 1) text += "### " + EscapedMarkdown(system.name) + "\n\n";
    for (const FuzzyTable& table : system.groups) text += Markdown(table) + "\n";
    const FuzzyTable families = Ends(system.families);
    if (!families.rows.empty()) text += Markdown(families) + "\n";
  }
  return text;
}

std::string FuzzyHtml(const FuzzyReport& report, std::string_view title) {
  const std::string name = EscapedXml(title);
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" + name +
      "</title>" + std::string(kStyle) + "<h1>" + name + "</h1>\n" + TableHtml(report.overview);
  for (const std::string& difference : report.differences) html += "<p>" + EscapedXml(difference) + "</p>\n";
  if (const std::string left_out = LeftOut(report); !left_out.empty()) html += "<p>" + left_out + "</p>\n";
  for (const FuzzySystem& system : report.systems) {
    html += "<h2>" + EscapedXml(system.name) + "</h2>\n";
    for (const std::string& command : system.commands) html += "<p><code>" + EscapedXml(command) + "</code></p>\n";
    for (const std::string& remark : system.remarks) html += "<p>" + EscapedXml(remark) + "</p>\n";
    for (const FuzzyTable& table : system.groups) html += TableHtml(table);
    html += system.noise_svg;
    if (!system.families.rows.empty()) html += "<details><summary>Every family</summary>\n" + TableHtml(system.families) + "</details>\n";
  }
  return html + "</html>\n";
}

}  // namespace paw
