// Contours and profiles of the likelihood.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "core/numeric/special.hpp"
#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/plot/life_figures.hpp"
#include "io/report_numbers.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

struct Range {
  double low = kAbsent, high = kAbsent;
  void cover(double v) {
    if (!std::isfinite(v)) return;
    if (!(low <= v)) low = v;
    if (!(high >= v)) high = v;
  }
};

// Logarithmic where a positive parameter spans more than a factor of four.
struct Placed {
  Axis axis;
  bool log = false;
  [[nodiscard]] double operator()(double v) const { return log ? std::log(v) : v; }
};

Placed parameter_axis(const std::string& name, Range range) {
  Placed out;
  out.log = range.low > 0.0 && range.high > 4.0 * range.low;
  if (out.log) {
    const double margin = std::pow(range.high / range.low, 0.05);
    out.axis = log_axis(name, range.low / margin, range.high * margin);
  } else {
    const double margin = 0.05 * (range.high - range.low);
    out.axis = linear_axis(name, range.low - margin, range.high + margin);
  }
  return out;
}

// A contour as the lines to draw: one that comes back to its beginning, or, where the region goes on beyond what was
// followed, the runs between.
struct Pieces {
  std::vector<std::vector<std::size_t>> runs;
  bool closed = true;
};

Pieces pieces_of(const ModelCurves::Contour& contour) {
  Pieces out;
  const std::size_t n = contour.x.size();
  std::size_t start = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (!std::isfinite(contour.x[i])) out.closed = false, start = i;
  }
  std::vector<std::size_t> run;
  for (std::size_t k = 0; k <= n; ++k) {
    const std::size_t i = (start + k) % n;
    if (std::isfinite(contour.x[i])) {
      run.push_back(i);
    } else if (!run.empty()) {
      out.runs.push_back(std::exchange(run, {}));
    }
  }
  if (!run.empty()) out.runs.push_back(std::move(run));
  return out;
}

const ModelCurves::Profile* profile_of(const ModelCurves& curves, const std::string& parameter) {
  for (const ModelCurves::Profile& p : curves.profiles) {
    if (p.parameter == parameter) return &p;
  }
  return nullptr;
}

}  // namespace

Figure contour_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  Figure out;
  out.id = "contour";
  out.title = w.contour_title;
  const FitReport& report = *populations.front().report;
  out.subtitle = populations.size() == 1 ? population_label(report) : source_label(report);
  Range x, y;
  const ModelCurves* first = nullptr;
  struct Drawn {
    const FitPicture* picture;
    std::size_t model;
  };
  std::vector<Drawn> drawn;
  for (const FitPicture& picture : populations) {
    for (const std::size_t m : drawn_models(picture)) {
      const ModelCurves& curves = picture.curves[m];
      if (curves.contours.empty()) continue;
      // Models with other parameters have no place on these axes.
      if (first != nullptr && (curves.contour_x != first->contour_x || curves.contour_y != first->contour_y ||
                               picture.report->models[m].distribution !=
                                   drawn.front().picture->report->models[drawn.front().model].distribution)) {
        continue;
      }
      if (first == nullptr) first = &curves;
      drawn.push_back({&picture, m});
      for (const ModelCurves::Contour& c : curves.contours) {
        for (const double v : c.x) x.cover(v);
        for (const double v : c.y) y.cover(v);
      }
    }
  }
  if (first == nullptr)
    throw UsageError("likelihood contours need a maximum-likelihood model with two free parameters");
  const Placed px = parameter_axis(parameter_label(first->contour_x, language), x),
               py = parameter_axis(parameter_label(first->contour_y, language), y);
  out.x = px.axis, out.y = py.axis;
  int colour = 0;
  for (const Drawn& d : drawn) {
    ++colour;
    const ModelCurves& curves = d.picture->curves[d.model];
    const ModelResult& model = d.picture->report->models[d.model];
    const std::string prefix = drawn.size() > 1 ? population_label(*d.picture->report) + ", " : std::string();
    std::vector<std::string> open;
    for (const ModelCurves::Contour& c : curves.contours) {
      const bool outer = c.level == curves.contours.back().level;
      const auto [pieces, closed] = pieces_of(c);
      if (!closed) open.push_back(readable(100.0 * c.level));
      bool first_piece = true;
      for (const std::vector<std::size_t>& piece : pieces) {
        Mark line;
        line.colour = colour;
        line.width = outer ? 2.2 : 1.1;
        line.dash = dash_of(static_cast<std::size_t>(colour - 1));
        for (const std::size_t i : piece) {
          line.x.push_back(px(c.x[i]));
          line.y.push_back(py(c.y[i]));
        }
        if (outer && first_piece) {
          std::vector<std::string> levels;
          for (const ModelCurves::Contour& each : curves.contours) levels.push_back(readable(100.0 * each.level));
          line.label = prefix + filled(w.level, {fmt::format("{}", fmt::join(levels, ", "))});
        }
        first_piece = false;
        out.marks.push_back(std::move(line));
      }
    }
    if (!open.empty()) out.notes.push_back(prefix + filled(w.open_region, {fmt::format("{}", fmt::join(open, ", "))}));
    Mark point;
    point.kind = Mark::Kind::points;
    point.colour = colour;
    point.symbol = (colour - 1) % 5;
    for (const NamedQuantity& p : model.parameters) {
      if (p.name == curves.contour_x) point.x.push_back(px(p.value.estimate));
      if (p.name == curves.contour_y) point.y.push_back(py(p.value.estimate));
    }
    point.label = prefix + w.maximum + words(language).colon + model_label(model, language);
    point.notes.push_back(point.label);
    out.marks.push_back(std::move(point));
  }
  return out;
}

std::vector<std::string> profiled_parameters(const std::vector<FitPicture>& populations) {
  std::vector<std::string> out;
  for (const FitPicture& picture : populations) {
    for (const std::size_t m : drawn_models(picture)) {
      for (const ModelCurves::Profile& p : picture.curves[m].profiles) {
        if (std::find(out.begin(), out.end(), p.parameter) == out.end()) out.push_back(p.parameter);
      }
    }
  }
  return out;
}

Figure profile_figure(const std::vector<FitPicture>& populations, const std::string& parameter, Language language) {
  const PlotWords& w = plot_words(language);
  const std::vector<std::string> known = profiled_parameters(populations);
  if (known.empty()) throw UsageError("a profile likelihood needs a maximum-likelihood model with a free parameter");
  const std::string name = parameter.empty() ? known.front() : parameter;
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw UsageError(fmt::format("--plot-kind profile={}: free parameters are {}", name, fmt::join(known, ", ")));
  }
  Figure out;
  out.id = "profile-" + name;
  const std::string said = parameter_label(name, language);
  out.title = filled(w.profile_title, {said});
  const FitReport& report = *populations.front().report;
  out.subtitle = populations.size() == 1 ? population_label(report) : source_label(report);
  Range x;
  for (const FitPicture& picture : populations) {
    for (const std::size_t m : drawn_models(picture)) {
      if (const ModelCurves::Profile* const p = profile_of(picture.curves[m], name); p != nullptr) {
        for (const double v : p->value) x.cover(v);
      }
    }
  }
  const Placed px = parameter_axis(said, x);
  out.x = px.axis;
  out.y = linear_axis(w.profile_y, 0.0, 1.05);
  int colour = 0;
  for (const FitPicture& picture : populations) {
    for (const std::size_t m : drawn_models(picture)) {
      ++colour;
      const ModelCurves::Profile* const p = profile_of(picture.curves[m], name);
      if (p == nullptr) continue;
      Mark line, ends;
      line.colour = ends.colour = colour;
      line.dash = dash_of(static_cast<std::size_t>(colour - 1));
      line.label = (populations.size() > 1 ? population_label(*picture.report) + ", " : std::string()) +
                   model_label(picture.report->models[m], language);
      for (std::size_t i = 0; i < p->value.size(); ++i) {
        line.x.push_back(px(p->value[i]));
        line.y.push_back(p->relative[i]);
      }
      out.marks.push_back(std::move(line));
      ends.kind = Mark::Kind::points;
      ends.symbol = (colour - 1) % 5;
      const double one_sided =
          picture.report->sides == "two" ? 0.5 * (1.0 + picture.report->confidence) : picture.report->confidence;
      const double z = normal_quantile(one_sided);
      const auto add = [&](double v, double level) {
        if (!std::isfinite(v)) return;
        ends.x.push_back(px(v));
        ends.y.push_back(level);
        ends.notes.push_back(fmt::format("{} = {}", said, readable(v)));
      };
      add(p->estimate, 1.0);
      if (picture.report->models[m].bounds == "lr") {
        add(p->lower, std::exp(-0.5 * z * z));
        add(p->upper, std::exp(-0.5 * z * z));
        if (colour == 1) {
          Mark guide;
          guide.kind = Mark::Kind::guide;
          guide.y = {std::exp(-0.5 * z * z)};
          guide.label = filled(w.profile_limit, {readable(100.0 * picture.report->confidence)});
          out.marks.insert(out.marks.begin(), std::move(guide));
        }
      }
      out.marks.push_back(std::move(ends));
    }
  }
  return out;
}

}  // namespace relia::io
