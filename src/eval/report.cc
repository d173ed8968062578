#include "eval/report.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "base/text.h"

namespace paw {
namespace {

std::string Format(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

bool LooksNumeric(std::string_view cell) {
  return cell.empty() || cell == "-" || cell.find_first_not_of("0123456789.,-+%() xkM/") == std::string_view::npos;
}

// Characters of UTF-8 text: bytes that do not continue one.
std::size_t CharactersIn(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// Ticks at round numbers, about five of them, inside [from, to].
std::vector<double> Ticks(double from, double to) {
  const double raw = (to - from) / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  double step = power;
  for (double factor : {1.0, 2.0, 5.0, 10.0}) {
    step = factor * power;
    if (step >= raw) break;
  }
  std::vector<double> ticks;
  for (double k = std::ceil(from / step - 1e-9); k * step <= to + step * 1e-9; ++k) ticks.push_back(k * step + 0.0);
  return ticks;
}

std::vector<double> LogTicks(double from, double to) {
  std::vector<double> ticks;
  for (double k = std::floor(from); k <= to; ++k) {
    for (double factor : {1.0, 2.0, 5.0}) {
      const double at = k + std::log10(factor);
      const bool shown = factor == 1.0 || to - from < 2.5;
      if (shown && at >= from - 1e-9 && at <= to + 1e-9) ticks.push_back(at);
    }
  }
  return ticks;
}

struct Range {
  double from = 1e300, to = -1e300;
  void Take(double value) {
    from = std::min(from, value);
    to = std::max(to, value);
  }
  void Widen() {
    if (from > to) *this = {0, 1};
    if (to - from < 1e-12) {
      from -= 0.5;
      to += 0.5;
    }
  }
};

constexpr double kWidth = 720, kHeight = 440, kLeft = 70, kRight = 20, kTop = 44, kBottom = 58;
constexpr std::array<const char*, 8> kColours = {"#1f5fa8", "#c4451c", "#2c8a4b", "#8a4fa3", "#a88400", "#17828c", "#b0305f", "#555555"};
constexpr std::array<const char*, 4> kDashes = {"none", "7 4", "2 3", "9 3 2 3"};

class Plot {
 public:
  Plot(const std::vector<PlotSeries>& series, const PlotOptions& options) : series_(series), options_(options) {
    for (const PlotSeries& one : series) {
      for (std::size_t i = 0; i < one.x.size(); ++i) {
        if (!Shown(one.x[i], one.y[i])) continue;
        x_.Take(ScaleX(one.x[i]));
        y_.Take(one.y[i]);
      }
    }
    x_.Widen();
    y_.Widen();
    const double margin = 0.04 * (y_.to - y_.from);
    y_ = {y_.from - margin, y_.to + margin};
    if (options.y_from < options.y_to) y_ = {options.y_from, options.y_to};
  }

  std::string Draw() {
    out_ =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"440\" viewBox=\"0 0 720 440\" "
        "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"720\" height=\"440\" fill=\"#ffffff\"/>\n";
    Text(kWidth / 2, 24, "middle", options_.title, " font-size=\"16\" font-weight=\"bold\"");
    Axes();
    for (std::size_t i = 0; i < series_.size(); ++i) Curve(i);
    Legend();
    return out_ + "</svg>\n";
  }

 private:
  bool Shown(double x, double y) const { return std::isfinite(x) && std::isfinite(y) && (!options_.x_logarithmic || x > 0); }
  double ScaleX(double x) const { return options_.x_logarithmic ? std::log10(x) : x; }
  double AtX(double scaled) const { return kLeft + (scaled - x_.from) / (x_.to - x_.from) * (kWidth - kLeft - kRight); }
  double AtY(double y) const { return kHeight - kBottom - (y - y_.from) / (y_.to - y_.from) * (kHeight - kTop - kBottom); }

  void Text(double x, double y, const char* anchor, std::string_view text, const char* more = "") {
    out_ += "<text x=\"" + Format("%.1f", x) + "\" y=\"" + Format("%.1f", y) + "\" text-anchor=\"" + anchor + "\" fill=\"#222222\"" + more +
            ">" + EscapedXml(text) + "</text>\n";
  }
  void Line(double x1, double y1, double x2, double y2, const char* colour) {
    out_ += "<line x1=\"" + Format("%.1f", x1) + "\" y1=\"" + Format("%.1f", y1) + "\" x2=\"" + Format("%.1f", x2) + "\" y2=\"" +
            Format("%.1f", y2) + "\" stroke=\"" + colour + "\"/>\n";
  }
  void Axes() {
    const double bottom = kHeight - kBottom;
    for (double tick : Ticks(y_.from, y_.to)) {
      Line(kLeft, AtY(tick), kWidth - kRight, AtY(tick), "#e2e2e2");
      Text(kLeft - 8, AtY(tick) + 4, "end", Format("%.6g", tick));
    }
    for (double tick : options_.x_logarithmic ? LogTicks(x_.from, x_.to) : Ticks(x_.from, x_.to)) {
      Line(AtX(tick), bottom, AtX(tick), bottom + 5, "#444444");
      Text(AtX(tick), bottom + 20, "middle", Format("%.6g", options_.x_logarithmic ? std::pow(10, tick) : tick));
    }
    Line(kLeft, bottom, kWidth - kRight, bottom, "#444444");
    Line(kLeft, kTop, kLeft, bottom, "#444444");
    Text((kLeft + kWidth - kRight) / 2, kHeight - 14, "middle", options_.x_label);
    Text(18, (kTop + bottom) / 2, "middle", options_.y_label,
         (" transform=\"rotate(-90 18 " + Format("%.1f", (kTop + bottom) / 2) + ")\"").c_str());
  }
  std::string Style(std::size_t index) const {
    return std::string("stroke=\"") + kColours[index % kColours.size()] + "\" stroke-dasharray=\"" + kDashes[index % kDashes.size()] + "\"";
  }
  void Curve(std::size_t index) {
    const PlotSeries& one = series_[index];
    std::string points, marks;
    for (std::size_t i = 0; i < one.x.size(); ++i) {
      if (!Shown(one.x[i], one.y[i])) continue;
      const std::string x = Format("%.1f", AtX(ScaleX(one.x[i])));
      const std::string y = Format("%.1f", AtY(std::clamp(one.y[i], y_.from, y_.to)));
      points += (points.empty() ? "" : " ") + x + "," + y;
      if (one.x.size() <= 40) {
        marks += "<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3\" fill=\"" + kColours[index % kColours.size()] + "\"/>\n";
      }
    }
    out_ += "<polyline fill=\"none\" stroke-width=\"2\" " + Style(index) + " points=\"" + points + "\"/>\n" + marks;
  }
  // In the lower corner that the curves leave: left under falling ones (accuracy by coverage), right under rising ones (learning).
  void Legend() {
    if (series_.size() < 2 && (series_.empty() || series_[0].name.empty())) return;
    std::size_t widest = 0;
    for (const PlotSeries& one : series_) widest = std::max(widest, CharactersIn(one.name));
    const double width = 52 + 7.5 * static_cast<double>(widest);
    const double height = 12 + 18 * static_cast<double>(series_.size());
    double fall = 0;
    for (const PlotSeries& one : series_) {
      if (!one.y.empty()) fall += one.y.front() - one.y.back();
    }
    const double left = fall > 0 ? kLeft + 8 : kWidth - kRight - width - 8;
    const double top = kHeight - kBottom - height - 8;
    out_ += "<rect x=\"" + Format("%.1f", left) + "\" y=\"" + Format("%.1f", top) + "\" width=\"" + Format("%.1f", width) + "\" height=\"" +
            Format("%.1f", height) + "\" fill=\"#ffffff\" fill-opacity=\"0.85\" stroke=\"#cccccc\"/>\n";
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const double y = top + 18 + 18 * static_cast<double>(i);
      out_ += "<polyline fill=\"none\" stroke-width=\"2\" " + Style(i) + " points=\"" + Format("%.1f", left + 8) + "," +
              Format("%.1f", y - 4) + " " + Format("%.1f", left + 36) + "," + Format("%.1f", y - 4) + "\"/>\n";
      Text(left + 42, y, "start", series_[i].name);
    }
  }

  const std::vector<PlotSeries>& series_;
  const PlotOptions& options_;
  Range x_, y_;
  std::string out_;
};

}  // namespace

std::string MarkdownTable(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> cells = {header};
  cells.insert(cells.end(), rows.begin(), rows.end());
  std::vector<std::size_t> widths(header.size(), 3);
  std::vector<bool> numeric(header.size(), !rows.empty());
  for (std::size_t r = 0; r < cells.size(); ++r) {
    cells[r].resize(header.size());
    for (std::size_t c = 0; c < header.size(); ++c) {
      cells[r][c] = ReplaceAll(ReplaceAll(cells[r][c], "\n", " "), "|", "\\|");
      widths[c] = std::max(widths[c], CharactersIn(cells[r][c]));
      if (r > 0 && !LooksNumeric(cells[r][c])) numeric[c] = false;
    }
  }
  std::string out;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    for (std::size_t c = 0; c < header.size(); ++c) {
      const std::string blanks(widths[c] - CharactersIn(cells[r][c]), ' ');
      out += "| " + (numeric[c] ? blanks + cells[r][c] : cells[r][c] + blanks) + " ";
    }
    out += "|\n";
    if (r > 0) continue;
    for (std::size_t c = 0; c < header.size(); ++c) out += "|" + std::string(widths[c] + 1, '-') + (numeric[c] ? ":" : "-");
    out += "|\n";
  }
  return out;
}

std::string EscapedMarkdown(std::string_view text) {
  const auto in_word = [text](std::size_t at) { return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0; };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool inside = text[i] == '_' && i > 0 && in_word(i - 1) && in_word(i + 1);  // an_identifier is not emphasis
    if (!inside && std::string_view("\\`*_[]<>&~#$").find(text[i]) != std::string_view::npos) out += '\\';
    out += text[i] == '\n' ? ' ' : text[i];
  }
  return out;
}

std::string MarkdownCode(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) longest = std::max(longest, run = c == '`' ? run + 1 : 0);
  const std::string line = ReplaceAll(text, "\n", " "), fence(longest + 1, '`');
  return longest == 0 ? fence + line + fence : fence + " " + line + " " + fence;
}

std::string EscapedXml(std::string_view text) {
  return ReplaceAll(ReplaceAll(ReplaceAll(ReplaceAll(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;");
}

std::string PerCent(double share) { return Format("%.1f", 100 * share); }

std::string PerCent(double share, const Interval& interval) {
  return PerCent(share) + " (" + PerCent(interval.low) + "-" + PerCent(interval.high) + ")";
}

std::string PlotSvg(const std::vector<PlotSeries>& series, const PlotOptions& options) { return Plot(series, options).Draw(); }

PlotSeries AbstainSeries(const std::string& name, const TestReport& report) {
  PlotSeries series;
  series.name = name;
  for (const AbstainPoint& point : report.abstain_curve) {
    // The first few answers say nothing yet: one wrong among three is not an accuracy.
    if (point.coverage * static_cast<double>(report.scored.size()) < 20) continue;
    series.x.push_back(point.coverage);
    series.y.push_back(point.accuracy);
  }
  return series;
}

}  // namespace paw
