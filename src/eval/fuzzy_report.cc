#include "eval/fuzzy_report.h"

#include <algorithm>
#include <functional>
#include <map>

#include "base/text.h"
#include "eval/report.h"

namespace paw {
namespace {

constexpr std::size_t kFamiliesShown = 12;  // at each end

using Points = std::vector<const FuzzyPoint*>;
using KeyOf = std::function<std::string(const FuzzyPoint&)>;

void AddRow(FuzzyTable& table, const std::string& name, const Points& points, std::uint64_t seed) {
  const FuzzyScore exact = ScoreOf(points, FuzzyMetric::kExact, seed), normal = ScoreOf(points, FuzzyMetric::kNormalised, seed);
  const FuzzyScore similar = ScoreOf(points, FuzzyMetric::kSimilarity, seed);
  table.rows.push_back({name, std::to_string(exact.specs), std::to_string(exact.pairs), PerCent(exact.mean, exact.interval),
                        PerCent(normal.mean, normal.interval), PerCent(similar.mean)});
  table.scores.push_back(normal);
}

FuzzyTable TableOf(const std::string& system, const std::string& what) {
  return {system, {what, "specs", "pairs", "exact match", "normalised", "edit similarity"}, {}, {}};
}

std::map<std::string, Points> GroupsOf(const Points& points, const KeyOf& key) {
  std::map<std::string, Points> groups;
  for (const FuzzyPoint* point : points) groups[key(*point)].push_back(point);
  return groups;
}

// Families by their score, the lowest first.
std::vector<std::pair<std::string, Points>> FamiliesByScore(const Points& points, std::uint64_t seed) {
  std::vector<std::pair<double, std::pair<std::string, Points>>> order;
  for (auto& [name, group] : GroupsOf(points, [](const FuzzyPoint& p) { return p.family; })) {
    order.push_back({ScoreOf(group, FuzzyMetric::kNormalised, seed).mean, {name, group}});
  }
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::pair<std::string, Points>> families;
  for (auto& [score, family] : order) families.push_back(std::move(family));
  return families;
}

FuzzyTable FamilyTable(const std::string& system, const Points& points, bool all, std::uint64_t seed) {
  auto families = FamiliesByScore(points, seed);
  const bool cut = !all && families.size() > 2 * kFamiliesShown;
  if (cut) families.erase(families.begin() + kFamiliesShown, families.end() - kFamiliesShown);
  FuzzyTable table = TableOf(system, cut ? "family (lowest and highest)" : "family");
  for (const auto& [name, group] : families) AddRow(table, name, group, seed);
  return table;
}

// Systems in the order in which they first appear.
std::vector<std::pair<std::string, Points>> BySystem(std::span<const FuzzyPoint> points) {
  std::vector<std::pair<std::string, Points>> systems;
  for (const FuzzyPoint& point : points) {
    const auto found = std::find_if(systems.begin(), systems.end(), [&](const auto& system) { return system.first == point.system; });
    (found == systems.end() ? systems.emplace_back(point.system, Points()) : *found).second.push_back(&point);
  }
  return systems;
}

std::string Signed(const FuzzyScore& score) {
  char text[64];
  std::snprintf(text, sizeof text, "%+.1f (%+.1f to %+.1f)", 100 * score.mean, 100 * score.interval.low, 100 * score.interval.high);
  return text;
}

FuzzyTable SystemTable(const std::vector<std::pair<std::string, Points>>& systems, std::uint64_t seed) {
  FuzzyTable table = TableOf("", "system");
  for (const auto& [name, points] : systems) AddRow(table, name, points, seed);
  if (systems.size() < 2) return table;
  table.header.push_back("the first minus this one (normalised, paired)");
  for (std::size_t i = 0; i < systems.size(); ++i) {
    table.rows[i].push_back(i == 0 ? "" : Signed(DifferenceOf(systems[0].second, systems[i].second, FuzzyMetric::kNormalised, seed)));
  }
  return table;
}

struct Grouping {
  const char* what;
  KeyOf key;
};

const std::vector<Grouping>& Groupings() {
  static const std::vector<Grouping> groupings = {
      {"area", [](const FuzzyPoint& p) { return p.area; }},
      {"difficulty", [](const FuzzyPoint& p) { return p.difficulty; }},
      {"examples in the spec", [](const FuzzyPoint& p) { return std::string(p.examples > 0 ? "2 to 6" : "none"); }},
      {"output", [](const FuzzyPoint& p) { return p.kind; }},
      {"wording", [](const FuzzyPoint& p) { return p.style; }},
      {"noise", [](const FuzzyPoint& p) { return p.noise.empty() ? std::string("none") : p.noise; }}};
  return groupings;
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
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
  for (const std::string& cell : table.header) html += "<th>" + Escaped(cell) + "</th>";
  html += "<th>normalised, 95 %</th></tr>\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    html += "<tr>";
    for (const std::string& cell : table.rows[r]) html += "<td>" + Escaped(cell) + "</td>";
    const FuzzyScore& score = table.scores[r];
    html += "<td class=\"bar\"><div class=\"track\"><div class=\"fill\" style=\"width:" + Percent(score.mean) +
            "\"></div><div class=\"range\" style=\"left:" + Percent(score.interval.low) +
            ";width:" + Percent(score.interval.high - score.interval.low) + "\"></div></div></td></tr>\n";
  }
  return html + "</table>\n";
}

// Score by strength, one curve an axis that has all three; empty without such points.
std::string NoiseCurves(const Points& points, std::uint64_t seed) {
  const auto groups = GroupsOf(points, Groupings().back().key);
  const auto clean = groups.find("none");
  if (clean == groups.end()) return "";
  std::vector<PlotSeries> series;
  for (const auto& [name, group] : groups) {
    if (!name.ends_with("/light")) continue;
    const std::string axis = name.substr(0, name.size() - 6);
    PlotSeries curve{axis, {0}, {100 * ScoreOf(clean->second, FuzzyMetric::kNormalised, seed).mean}};
    double x = 1;
    for (const char* strength : {"/light", "/medium", "/heavy"}) {
      const auto at = groups.find(axis + strength);
      if (at != groups.end()) {
        curve.x.push_back(x);
        curve.y.push_back(100 * ScoreOf(at->second, FuzzyMetric::kNormalised, seed).mean);
      }
      ++x;
    }
    series.push_back(std::move(curve));
  }
  if (series.empty()) return "";
  PlotOptions options;
  options.title = "Noise in the spec";
  options.x_label = "0 clean, 1 light, 2 medium, 3 heavy";
  options.y_label = "normalised exact match, %";
  return PlotSvg(series, options);
}

}  // namespace

std::vector<FuzzyTable> FuzzyTables(std::span<const FuzzyPoint> points, std::uint64_t seed) {
  const auto systems = BySystem(points);
  std::vector<FuzzyTable> tables = {SystemTable(systems, seed)};
  for (const auto& [name, mine] : systems) {
    for (const Grouping& grouping : Groupings()) {
      const auto groups = GroupsOf(mine, grouping.key);
      if (groups.size() < 2) continue;
      FuzzyTable& table = tables.emplace_back(TableOf(name, grouping.what));
      for (const auto& [key, group] : groups) AddRow(table, key, group, seed);
    }
    tables.push_back(FamilyTable(name, mine, false, seed));
  }
  return tables;
}

std::string FuzzyMarkdown(std::span<const FuzzyPoint> points, std::uint64_t seed) {
  const std::vector<FuzzyTable> tables = FuzzyTables(points, seed);
  const bool several = tables.front().rows.size() > 1;
  std::string text, system;
  for (const FuzzyTable& table : tables) {
    if (several && table.system != system) text += "### " + (system = table.system) + "\n\n";
    text += MarkdownTable(table.header, table.rows) + "\n";
  }
  return text;
}

std::string FuzzyHtml(std::span<const FuzzyPoint> points, std::string_view title, std::string_view command, std::uint64_t seed) {
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>" +
      Escaped(title) + "</title>" + std::string(kStyle) + "<h1>" + Escaped(title) + "</h1><p><code>" + Escaped(command) + "</code></p>\n";
  std::string system;
  for (const FuzzyTable& table : FuzzyTables(points, seed)) {
    if (table.system != system) html += "<h2>" + Escaped(system = table.system) + "</h2>\n";
    if (!table.header.empty() && table.header.front().starts_with("family")) continue;  // whole, below
    html += TableHtml(table);
  }
  for (const auto& [name, mine] : BySystem(points)) {
    html += NoiseCurves(mine, seed);
    html += "<details><summary>" + Escaped(name) + ": every family</summary>\n" + TableHtml(FamilyTable(name, mine, true, seed)) +
            "</details>\n";
  }
  return html + "</html>\n";
}

}  // namespace paw
