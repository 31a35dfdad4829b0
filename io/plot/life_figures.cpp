#include "io/plot/life_figures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

// Ages that a life function is drawn over: all of the data, and on to where nine in ten have failed when that is not
// far beyond them.
struct Ages {
  double from = 0.0, to = 1.0;
};

Ages ages_of(const std::vector<FitPicture>& populations) {
  double last = kAbsent, b90 = kAbsent, first = 0.0;
  for (const FitPicture& picture : populations) {
    if (!(last >= picture.data.largest)) last = picture.data.largest;
    for (const double t : picture.data.time) first = std::min(first, t);
    for (const std::size_t m : drawn_models(picture)) {
      for (const QuantileResult& q : picture.curves[m].fine) {
        if (q.p <= 0.96 && !(b90 >= q.value.estimate)) b90 = q.value.estimate;
        if (q.p >= 0.001 && q.value.estimate < 0.0) first = std::min(first, q.value.estimate);
      }
    }
  }
  double to = std::isnan(last) ? b90 : std::isnan(b90) ? last : std::max(last, std::min(b90, 3.0 * last));
  if (!(to > first)) to = first + 1.0;
  return {first, to * (to > 0.0 ? 1.02 : 0.98)};
}

using Value = std::function<double(double p)>;

class LifeFunction {
 public:
  LifeFunction(const std::vector<FitPicture>& populations, Language language)
      : populations_(populations), language_(language), w_(plot_words(language)), ages_(ages_of(populations)) {
    const FitReport& report = *populations.front().report;
    figure_.subtitle = populations.size() == 1 ? population_label(report) : source_label(report);
    figure_.x = linear_axis(age_label(report, language), ages_.from, ages_.to);
  }

  // A function of the failure probability alone: survival, F, cumulative hazard.
  Figure of_probability(const char* id, const char* title, const char* label, bool whole_unit, const Value& value) {
    figure_.id = id;
    figure_.title = title;
    double top = 1.0;
    if (!whole_unit) {
      top = 0.0;
      each([&](const FitPicture& picture, std::size_t m, int, std::size_t) {
        for (const QuantileResult& q : picture.curves[m].fine) {
          if (q.value.estimate <= ages_.to) top = std::max(top, value(q.p));
        }
      });
      for (const FitPicture& picture : populations_) {
        for (const double s : picture.data.survival) {
          if (s > 0.0) top = std::max(top, std::min(value(1.0 - s), 1.6 * std::max(top, 1e-12)));
        }
      }
      top = top > 0.0 ? 1.08 * top : 1.0;
    }
    figure_.y = linear_axis(label, 0.0, whole_unit ? 1.0 : top);
    std::vector<Mark> bands, lines;
    each([&](const FitPicture& picture, std::size_t m, int colour, std::size_t which) {
      Mark line = model_line(picture, m, colour, which);
      if (ages_.from == 0.0 && !picture.curves[m].fine.empty() && picture.curves[m].fine.front().value.estimate > 0.0) {
        line.x.push_back(0.0);
        line.y.push_back(value(0.0));
      }
      for (const QuantileResult& q : picture.curves[m].fine) {
        if (!std::isfinite(q.value.estimate)) continue;
        line.x.push_back(q.value.estimate);
        line.y.push_back(value(q.p));
      }
      if (line.x.size() > 1) lines.push_back(std::move(line));
      if (drawn() > 4) return;
      BandEdges edges;
      const std::string name = prefix(picture, m) + bounds_label(*picture.report, picture.report->models[m], language_);
      const ModelCurves& curves = picture.curves[m];
      for (const AtTimeResult& f : curves.failure_bounded) {
        edges.at.push_back(f.time);
        edges.lower.push_back(value(bound_or_infinite(f.value.lower, f.value.lower_reason, 0.0)));
        edges.upper.push_back(value(bound_or_infinite(f.value.upper, f.value.upper_reason, 1.0)));
      }
      if (!edges.at.empty()) return add_band(bands, edges, false, 0.0, 2.0 * figure_.y.high, colour, name);
      for (const QuantileResult& q : curves.bounded) {
        edges.at.push_back(value(q.p));
        edges.lower.push_back(bound_or_infinite(q.value.lower, q.value.lower_reason, -HUGE_VAL));
        edges.upper.push_back(bound_or_infinite(q.value.upper, q.value.upper_reason, HUGE_VAL));
      }
      const double wide = ages_.to - ages_.from;
      if (!edges.at.empty()) add_band(bands, edges, true, ages_.from - wide, ages_.to + wide, colour, name);
    });
    take_over(bands), take_over(lines);
    put_steps(value);
    put_goodness();
    return std::move(figure_);
  }

  // A function of age: hazard, density.
  Figure of_age(const char* id,
                const char* title,
                const char* label,
                std::vector<AtTimeResult> ModelCurves::*bounded,
                const std::function<double(const ModelCurves&, std::size_t)>& value) {
    figure_.id = id;
    figure_.title = title;
    const std::string& unit = populations_.front().report->source.time_unit;
    std::vector<Mark> bands, lines;
    double top = 0.0;
    // Infinite or steep beginnings do not set the scale.
    const double settled = ages_.from + 0.03 * (ages_.to - ages_.from);
    each([&](const FitPicture& picture, std::size_t m, int colour, std::size_t which) {
      const ModelCurves& curves = picture.curves[m];
      Mark line = model_line(picture, m, colour, which);
      for (std::size_t i = 0; i < curves.hazard.size(); ++i) {
        const double v = value(curves, i), t = curves.hazard[i].time;
        if (!std::isfinite(v)) continue;
        line.x.push_back(t);
        line.y.push_back(v);
        if (t >= settled && t <= ages_.to) top = std::max(top, v);
      }
      if (line.x.size() > 1) lines.push_back(std::move(line));
    });
    if (drawn() <= 4) {
      const double estimate_top = top;
      each([&](const FitPicture& picture, std::size_t m, int colour, std::size_t) {
        BandEdges edges;
        edges = age_edges(picture.curves[m], picture.curves[m].*bounded, value);
        for (std::size_t i = 0; i < edges.at.size(); ++i) {
          if (edges.at[i] >= settled && edges.at[i] <= ages_.to && std::isfinite(edges.upper[i])) {
            top = std::max(top, std::min(edges.upper[i], 3.0 * estimate_top));
          }
        }
        if (!edges.at.empty()) {
          add_band(bands, edges, false, 0.0, 1e3 * top, colour,
                   prefix(picture, m) + bounds_label(*picture.report, picture.report->models[m], language_));
        }
      });
    }
    figure_.y = linear_axis(unit.empty() ? std::string(label) : filled(w_.per_unit, {label, unit}), 0.0,
                            top > 0.0 ? 1.06 * top : 1.0);
    take_over(bands), take_over(lines);
    put_goodness();
    return std::move(figure_);
  }

 private:
  // Bounds made at some ages, drawn at all: their distance from the estimate as a ratio is smooth in between, which the
  // curve itself need not be.
  static BandEdges age_edges(const ModelCurves& curves,
                             const std::vector<AtTimeResult>& bounded,
                             const std::function<double(const ModelCurves&, std::size_t)>& value) {
    BandEdges out;
    for (const AtTimeResult& b : bounded) {
      out.at.push_back(b.time);
      out.lower.push_back(bound_or_infinite(b.value.lower, b.value.lower_reason, 0.0));
      out.upper.push_back(bound_or_infinite(b.value.upper, b.value.upper_reason, HUGE_VAL));
    }
    if (bounded.size() < 2 || !(bounded.front().time > 0.0)) return out;
    const auto ratios = [&](const std::vector<double>& edge) {
      std::vector<double> logs;
      for (std::size_t i = 0; i < edge.size(); ++i) logs.push_back(std::log(edge[i] / bounded[i].value.estimate));
      return logs;
    };
    const std::vector<double> below = ratios(out.lower), above = ratios(out.upper);
    const auto known = [](const std::vector<double>& v) {
      return std::all_of(v.begin(), v.end(), [](double x) { return std::isfinite(x); });
    };
    const auto asked = [](const std::vector<double>& v) {
      return std::any_of(v.begin(), v.end(), [](double x) { return !std::isnan(x); });
    };
    if ((asked(below) && !known(below)) || (asked(above) && !known(above))) return out;
    const auto age = [&](std::size_t k) { return std::log(bounded[k].time); };
    const auto slope = [&](const std::vector<double>& v, std::size_t k) {
      const std::size_t a = k == 0 ? 0 : k - 1, b = std::min(k + 1, v.size() - 1);
      return (v[b] - v[a]) / (age(b) - age(a));
    };
    const auto between = [&](const std::vector<double>& v, std::size_t k, double s) {  // Hermite's cubic
      const double h = age(k + 1) - age(k), rest = 1.0 - s;
      return v[k] * rest * rest * (1.0 + 2.0 * s) + v[k + 1] * s * s * (3.0 - 2.0 * s) +
             h * s * rest * (rest * slope(v, k) - s * slope(v, k + 1));
    };
    BandEdges fine;
    for (std::size_t i = 0, k = 0; i < curves.hazard.size(); ++i) {
      const double t = curves.hazard[i].time, estimate = value(curves, i);
      if (t < bounded.front().time || t > bounded.back().time || !std::isfinite(estimate)) continue;
      while (k + 2 < bounded.size() && bounded[k + 1].time < t) ++k;
      const double share = (std::log(t) - age(k)) / (age(k + 1) - age(k));
      fine.at.push_back(t);
      fine.lower.push_back(estimate * std::exp(between(below, k, share)));
      fine.upper.push_back(estimate * std::exp(between(above, k, share)));
    }
    return fine.at.size() > 1 ? fine : out;
  }

  void each(const std::function<void(const FitPicture&, std::size_t m, int colour, std::size_t which)>& visit) const {
    int colour = 0;
    std::size_t which = 0;
    for (const FitPicture& picture : populations_) {
      const std::vector<std::size_t> models = drawn_models(picture);
      if (models.empty()) ++colour;
      for (const std::size_t m : models) visit(picture, m, ++colour, which++);
    }
  }

  [[nodiscard]] std::size_t drawn() const {
    std::size_t n = 0;
    for (const FitPicture& picture : populations_) n += drawn_models(picture).size();
    return n;
  }

  [[nodiscard]] std::string prefix(const FitPicture& picture) const {
    return populations_.size() > 1 ? population_label(*picture.report) + ", " : std::string();
  }

  // With the model's name, when there are several of one population.
  [[nodiscard]] std::string prefix(const FitPicture& picture, std::size_t m) const {
    return drawn_models(picture).size() < 2
               ? prefix(picture)
               : prefix(picture) + distribution_title(picture.report->models[m], language_) + words(language_).colon;
  }

  [[nodiscard]] Mark model_line(const FitPicture& picture, std::size_t m, int colour, std::size_t which) const {
    Mark line;
    line.colour = colour;
    line.dash = dash_of(which);
    line.label = prefix(picture) + curve_label(picture.report->models[m], language_);
    return line;
  }

  void put_steps(const Value& value) {
    int colour = 0;
    for (const FitPicture& picture : populations_) {
      ++colour;
      const PlottedData& data = picture.data;
      if (data.step_time.empty()) continue;
      Mark steps;
      steps.colour = populations_.size() > 1 ? colour : 0;
      steps.width = 1.2;
      double before = value(0.0);
      steps.x.push_back(ages_.from);
      steps.y.push_back(before);
      for (std::size_t i = 0; i < data.step_time.size(); ++i) {
        const double after = value(1.0 - data.survival[i]);
        steps.x.push_back(data.step_time[i]);
        steps.y.push_back(before);
        if (!std::isfinite(after)) break;
        steps.x.push_back(data.step_time[i]);
        steps.y.push_back(after);
        before = after;
      }
      if (std::isfinite(before) && data.largest > steps.x.back()) {
        steps.x.push_back(data.largest);
        steps.y.push_back(before);
      }
      steps.label =
          prefix(picture) + (data.method == PlottedData::Method::turnbull ? w_.steps_turnbull : w_.steps_kaplan_meier);
      figure_.marks.push_back(std::move(steps));
    }
  }

  void put_goodness() {
    each([&](const FitPicture& picture, std::size_t m, int, std::size_t) {
      const std::string g = goodness_label(picture.report->models[m], language_);
      if (!g.empty() && drawn() == 1) figure_.notes.push_back(g);
    });
  }

  void take_over(std::vector<Mark>& marks) {
    for (Mark& m : marks) figure_.marks.push_back(std::move(m));
  }

  const std::vector<FitPicture>& populations_;
  Language language_;
  const PlotWords& w_;
  Ages ages_;
  Figure figure_;
};

// ln t -> ln H of the fitted model, for ages between its points.
double cumulative_hazard_at(const ModelCurves& curves, double t) {
  const std::vector<QuantileResult>& fine = curves.fine;
  const auto place = [](const QuantileResult& q) { return q.value.estimate; };
  const auto right = std::find_if(fine.begin(), fine.end(), [&](const QuantileResult& q) { return place(q) >= t; });
  if (right == fine.begin() || right == fine.end()) return kAbsent;
  const auto left = right - 1;
  const double a = place(*left), b = place(*right);
  const bool log = a > 0.0;
  const double share = log ? std::log(t / a) / std::log(b / a) : (t - a) / (b - a);
  const double h_a = std::log(-std::log1p(-left->p)), h_b = std::log(-std::log1p(-right->p));
  return std::exp(h_a + share * (h_b - h_a));
}

}  // namespace

Figure survival_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  return LifeFunction(populations, language)
      .of_probability("survival", w.survival_title, w.reliability, true, [](double p) { return 1.0 - p; });
}

Figure cdf_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  return LifeFunction(populations, language)
      .of_probability("cdf", w.cdf_title, w.failure_probability, true, [](double p) { return p; });
}

Figure cumulative_hazard_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  return LifeFunction(populations, language)
      .of_probability("cumulative-hazard", w.cumulative_title, w.cumulative_hazard, false,
                      [](double p) { return -std::log1p(-p); });
}

Figure pdf_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  return LifeFunction(populations, language)
      .of_age("pdf", w.pdf_title, w.density, &ModelCurves::density_bounded, [](const ModelCurves& c, std::size_t i) {
        return c.hazard[i].value.estimate * c.reliability[i].value.estimate;
      });
}

Figure hazard_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  return LifeFunction(populations, language)
      .of_age("hazard", w.hazard_title, w.hazard, &ModelCurves::hazard_bounded,
              [](const ModelCurves& c, std::size_t i) { return c.hazard[i].value.estimate; });
}

Figure event_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  const FitReport& report = *populations.front().report;
  Figure out;
  out.id = "events";
  out.title = w.events_title;
  out.subtitle = populations.size() == 1 ? population_label(report) : source_label(report);
  double top = 0.0, first = 0.0, last = 1.0;
  std::size_t shown = 0, records = 0;
  for (const FitPicture& picture : populations) {
    if (picture.data.largest > last || shown == 0) last = std::max(picture.data.largest, 1e-300);
    for (const PlottedData::Event& e : picture.data.events) first = std::min(first, e.lower);
    shown += picture.data.events.size();
    records += picture.data.records;
  }
  Mark observed, between, failed, alive;
  std::vector<Mark> names;
  observed.kind = between.kind = Mark::Kind::span;
  failed.kind = alive.kind = Mark::Kind::points;
  between.colour = failed.colour = 2;
  alive.colour = 1;
  alive.symbol = 1;
  observed.label = w.entered;
  between.label = w.failed_between;
  failed.label = w.failed_at;
  alive.label = w.alive_at;
  const double reach = first + 1.08 * (last - first);
  for (const FitPicture& picture : populations) {
    if (populations.size() > 1 && !picture.data.events.empty()) {  // below its shortest lives, where there is room
      Mark name;
      name.kind = Mark::Kind::guide;
      name.y = {top + 0.5};
      name.label = population_label(*picture.report);
      names.push_back(std::move(name));
    }
    for (const PlottedData::Event& e : picture.data.events) {
      top += 1.0;
      const bool suspended = std::isinf(e.upper), exact = e.lower == e.upper;
      const std::string count = e.count == 1.0 ? std::string() : fmt::format(" ×{:g}", e.count);
      observed.x.push_back(std::max(e.entry, first));
      observed.x2.push_back(e.lower);
      observed.y.push_back(top);
      if (suspended || exact) {
        Mark& mark = suspended ? alive : failed;
        mark.x.push_back(e.lower);
        mark.y.push_back(top);
        mark.notes.push_back(readable(e.lower, 6) + count);
      } else {
        between.x.push_back(e.lower);
        between.x2.push_back(e.upper);
        between.y.push_back(top);
        between.notes.push_back(fmt::format("{} – {}{}", readable(e.lower, 6), readable(e.upper, 6), count));
      }
    }
  }
  out.x = linear_axis(age_label(report, language), first, reach);
  out.y = linear_axis(w.units_axis, 0.0, top + 1.0);
  for (Mark& name : names) out.marks.push_back(std::move(name));
  for (Mark* mark : {&observed, &between, &alive, &failed}) {
    if (!mark->x.empty()) out.marks.push_back(std::move(*mark));
  }
  if (shown < records) out.notes.push_back(filled(w.shown_of, {std::to_string(shown), std::to_string(records)}));
  return out;
}

Figure residual_figure(const std::vector<FitPicture>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  Figure out;
  out.id = "residuals";
  out.title = w.residual_title;
  const FitReport& report = *populations.front().report;
  out.subtitle = populations.size() == 1 ? population_label(report) : source_label(report);
  double low = kAbsent, high = kAbsent;
  int colour = 0;
  std::size_t which = 0;
  for (const FitPicture& picture : populations) {
    for (const std::size_t m : drawn_models(picture)) {
      Mark points;
      points.kind = Mark::Kind::points;
      points.colour = ++colour;
      points.symbol = static_cast<int>(which++ % 6);
      points.label = (populations.size() > 1 ? population_label(*picture.report) + ", " : std::string()) +
                     curve_label(picture.report->models[m], language);
      for (std::size_t i = 0; i < picture.data.time.size(); ++i) {
        const double x = cumulative_hazard_at(picture.curves[m], picture.data.time[i]);
        const double y = -std::log1p(-picture.data.probability[i]);
        if (!(x > 0.0) || !(y > 0.0) || !std::isfinite(y)) continue;
        points.x.push_back(std::log(x));
        points.y.push_back(std::log(y));
        for (const double v : {x, y}) {
          if (!(low <= v)) low = v;
          if (!(high >= v)) high = v;
        }
      }
      if (!points.x.empty()) out.marks.push_back(std::move(points));
    }
  }
  if (std::isnan(low)) throw UsageError("there is no estimate with failures to draw residuals of");
  low /= 1.3, high *= 1.3;
  out.x = log_axis(w.residual_x, low, high);
  out.y = log_axis(w.residual_y, low, high);
  Mark diagonal;
  diagonal.x = diagonal.y = {std::log(low), std::log(high)};
  diagonal.dash = Mark::Dash::dashed;
  diagonal.width = 1.2;
  diagonal.label = w.residual_line;
  out.marks.insert(out.marks.begin(), std::move(diagonal));
  return out;
}

}  // namespace relia::io
