// True coverage of bounds against the size of the test.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/pictures.hpp>

#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/plot/plan_words.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {

Figure coverage_figure(const CoveragePicture& picture, Language language) {
  const PlotWords& w = plot_words(language);
  Figure out;
  out.id = "coverage";
  out.title = filled(w.coverage_title, {readable(100.0 * picture.confidence), picture.target});
  out.subtitle = plan_in_language(picture.plan, language);
  double least = 100.0 * picture.confidence, most = least, low = kAbsent, high = kAbsent;
  int colour = 0;
  for (const CoveragePicture::Kind& kind : picture.kinds) {
    ++colour;
    Mark line, points;
    line.colour = points.colour = colour;
    line.dash = colour == 1 ? Mark::Dash::solid : colour % 2 == 0 ? Mark::Dash::dashed : Mark::Dash::dotted;
    line.label = kind.name;
    points.kind = Mark::Kind::points;
    points.symbol = (colour - 1) % 6;
    Mark errors;
    for (std::size_t i = 0; i < kind.n.size(); ++i) {
      if (!std::isfinite(kind.coverage[i])) continue;
      const double x = std::log(kind.n[i]), y = 100.0 * kind.coverage[i], error = 200.0 * kind.error[i];
      line.x.push_back(x), line.y.push_back(y);
      points.x.push_back(x), points.y.push_back(y);
      points.notes.push_back(fmt::format("{}, n = {:g}: {} %", kind.name, kind.n[i], readable(y, 4)));
      least = std::min(least, y - error), most = std::max(most, y + error);
      if (!(low <= kind.n[i])) low = kind.n[i];
      if (!(high >= kind.n[i])) high = kind.n[i];
      Mark bar;
      bar.colour = colour;
      bar.width = 1.2;
      bar.x = {x, x};
      bar.y = {y - error, y + error};
      out.marks.push_back(std::move(bar));
    }
    if (line.x.empty()) continue;
    out.marks.push_back(std::move(line));
    out.marks.push_back(std::move(points));
  }
  if (std::isnan(low)) throw UsageError("no simulated test has an estimate, so there is nothing to draw");
  out.x = log_axis(w.units_in_test, low / 1.15, high * 1.15);
  for (Tick& t : out.x.ticks) t.label.clear();
  for (const CoveragePicture::Kind& kind : picture.kinds) {
    for (const double n : kind.n) {
      const bool there = std::any_of(out.x.ticks.begin(), out.x.ticks.end(),
                                     [&](const Tick& t) { return t.level < 0 && std::abs(t.at - std::log(n)) < 1e-9; });
      if (!there) out.x.ticks.push_back({std::log(n), readable(n), -1});
    }
  }
  std::sort(out.x.ticks.begin(), out.x.ticks.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
  out.y = linear_axis(w.coverage_percent, least - 1.0, std::min(100.2, most + 1.0));
  Mark asked;
  asked.kind = Mark::Kind::guide;
  asked.y = {100.0 * picture.confidence};
  out.marks.push_back(std::move(asked));
  out.notes.push_back(filled(w.asked_for, {readable(100.0 * picture.confidence)}));
  out.notes.push_back(filled(w.coverage_errors, {std::to_string(picture.replicates)}));
  return out;
}

}  // namespace relia::io
