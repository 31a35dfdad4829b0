// Steps with bands, and median ranks.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <relia/error.hpp>
#include <relia/io/pictures.hpp>

#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

constexpr std::size_t kMostSteps = 1500;

const std::vector<double>* series(const NonparametricReport& report, const char* name) {
  const PointSeries* const found = report.find(name);
  return found == nullptr ? nullptr : &found->values;
}

std::string label_of(const NonparametricReport& report) {
  if (!report.group_column.empty()) return report.group_column + " = " + report.group;
  const std::size_t slash = report.source.name.rfind('/');
  return slash == std::string::npos ? report.source.name : report.source.name.substr(slash + 1);
}

std::string method_name(const NonparametricReport& report, const PlotWords& w) {
  if (report.method == "kaplan-meier") return w.steps_kaplan_meier;
  if (report.method == "turnbull") return w.steps_turnbull;
  if (report.method == "nelson-aalen") return "Nelson-Aalen";
  if (report.method == "fleming-harrington") return "Fleming-Harrington";
  return w.steps_life_table;
}

class Steps {
 public:
  Steps(const std::vector<NonparametricReport>& populations, Language language)
      : populations_(populations),
        language_(language),
        w_(plot_words(language)),
        hazard_(populations.front().method == "nelson-aalen") {}

  Figure take() {
    const NonparametricReport& first = populations_.front();
    figure_.id = hazard_ ? "cumulative-hazard" : "survival";
    figure_.title = hazard_ ? w_.cumulative_title : w_.survival_title;
    if (populations_.size() == 1) figure_.subtitle = label_of(first);
    double last = 0.0, top = hazard_ ? 0.0 : 1.0;
    std::vector<Mark> bands;
    int colour = 0;
    for (const NonparametricReport& report : populations_) {
      ++colour;
      if (!carries_estimates(report.convergence.status)) continue;
      last = std::max(last, std::isfinite(report.last_time) ? report.last_time : 0.0);
      add(report, colour, bands, top);
    }
    if (figure_.marks.empty()) throw UsageError("there is no estimate to draw");
    for (Mark& m : bands) figure_.marks.insert(figure_.marks.begin(), std::move(m));
    const std::string& unit = first.source.time_unit;
    figure_.x = linear_axis(unit.empty() ? std::string(w_.time) : filled(w_.time_unit, {unit}), 0.0, 1.04 * last);
    figure_.y = linear_axis(hazard_ ? w_.cumulative_hazard : w_.reliability, 0.0, hazard_ ? 1.06 * top : 1.0);
    return std::move(figure_);
  }

 private:
  void add(const NonparametricReport& report, int colour, std::vector<Mark>& bands, double& top) {
    const std::vector<double>* const ends = series(report, report.find("time") != nullptr ? "time" : "upper");
    const std::vector<double>* const starts = report.find("time") != nullptr ? nullptr : series(report, "lower");
    const std::vector<double>* const values = series(report, hazard_ ? "cumulative_hazard" : "survival");
    const bool own = hazard_ || report.method == "kaplan-meier";
    const std::vector<double>* const lower = series(report, own ? "lower" : "survival_lower");
    const std::vector<double>* const upper = series(report, own ? "upper" : "survival_upper");
    if (ends == nullptr || values == nullptr) return;
    const std::string prefix = populations_.size() > 1 ? label_of(report) + ", " : std::string();
    Mark steps;
    steps.colour = colour;
    steps.width = 1.8;
    steps.label = prefix + method_name(report, w_);
    double before = hazard_ ? 0.0 : 1.0;
    steps.x.push_back(0.0);
    steps.y.push_back(before);
    BandEdges edges;
    const std::size_t stride = 1 + ends->size() / kMostSteps;
    for (std::size_t i = 0; i < ends->size();
         i += i + stride < ends->size() ? stride : std::max<std::size_t>(1, ends->size() - 1 - i)) {
      const double t = (*ends)[i], v = (*values)[i];
      if (!std::isfinite(t) || !std::isfinite(v)) break;
      const double start = starts == nullptr || !std::isfinite((*starts)[i]) ? t : (*starts)[i];
      steps.x.push_back(start);
      steps.y.push_back(before);
      steps.x.push_back(t);
      steps.y.push_back(v);
      if (!edges.at.empty()) {  // the bounds of the step before hold up to here
        edges.at.push_back(start);
        edges.lower.push_back(edges.lower.back());
        edges.upper.push_back(edges.upper.back());
      }
      edges.at.push_back(t);
      edges.lower.push_back(lower == nullptr ? kAbsent : (*lower)[i]);
      edges.upper.push_back(upper == nullptr ? kAbsent : (*upper)[i]);
      for (const double seen : {v, upper == nullptr ? kAbsent : (*upper)[i]}) {
        if (hazard_ && std::isfinite(seen)) top = std::max(top, seen);
      }
      before = v;
      if (i + 1 == ends->size()) break;
    }
    if (std::isfinite(report.last_time) && report.last_time > steps.x.back()) {
      steps.x.push_back(report.last_time);
      steps.y.push_back(before);
      if (!edges.at.empty()) {
        edges.at.push_back(report.last_time);
        edges.lower.push_back(edges.lower.back());
        edges.upper.push_back(edges.upper.back());
      }
    }
    const char* const sides = report.sides == "lower"   ? w_.bounds_lower
                              : report.sides == "upper" ? w_.bounds_upper
                                                        : w_.bounds_two;
    std::string how = report.bounds == "lr" ? w_.how_lr : report.method == "turnbull" ? w_.how_wald : "Greenwood";
    if (report.bounds != "lr" && !report.transform.empty())
      how += words(language_).clause_comma + named_in_language(report.transform, language_);
    if (!report.band.empty() && report.band != "pointwise")
      how += words(language_).clause_comma + named_in_language(report.band, language_);
    add_band(bands, edges, false, 0.0, HUGE_VAL, colour,
             prefix + filled(sides, {readable(100.0 * report.confidence), how}));
    figure_.marks.push_back(std::move(steps));
  }

  const std::vector<NonparametricReport>& populations_;
  Language language_;
  const PlotWords& w_;
  bool hazard_;
  Figure figure_;
};

Figure rank_figure(const std::vector<NonparametricReport>& populations, Language language) {
  const PlotWords& w = plot_words(language);
  Figure out;
  out.id = "probability";
  out.title = filled(w.probability_title, {language == Language::chinese ? "威布尔" : "Weibull"});
  if (populations.size() == 1) out.subtitle = label_of(populations.front());
  const Probability paper(Paper::weibull);
  double low = 0.01, high = 0.99, from = kAbsent, to = kAbsent;
  int colour = 0;
  std::vector<Mark> bands;
  for (const NonparametricReport& report : populations) {
    ++colour;
    const auto* const time = series(report, "time");
    const auto* const rank = series(report, "median_rank");
    if (time == nullptr || rank == nullptr || time->empty()) continue;
    Mark points;
    points.kind = Mark::Kind::points;
    points.colour = colour;
    points.symbol = colour == 1 ? 0 : (colour - 1) % 5 + 1;
    BandEdges edges;
    const std::size_t stride = 1 + time->size() / kMostSteps;
    const auto* const lower = series(report, "lower");
    const auto* const upper = series(report, "upper");
    const auto place = [&](const std::vector<double>* list, std::size_t i) {
      return list == nullptr || !((*list)[i] > 0.0 && (*list)[i] < 1.0) ? kAbsent : paper.place((*list)[i]);
    };
    for (std::size_t i = 0; i < time->size(); i += stride) {
      const double t = (*time)[i], p = (*rank)[i];
      points.x.push_back(std::log(t));
      points.y.push_back(paper.place(p));
      points.notes.push_back(filled(w.note_point, {readable(t, 5), "", readable(100.0 * p, 4)}));
      edges.at.push_back(std::log(t));
      edges.lower.push_back(place(lower, i));
      edges.upper.push_back(place(upper, i));
      if (!(from <= t)) from = t;
      if (!(to >= t)) to = t;
      low = std::min(low, p), high = std::max(high, p);
    }
    const std::string prefix = populations.size() > 1 ? label_of(report) + ", " : std::string();
    points.label = prefix + filled(w.failures_ranks, {std::to_string(report.data.failures)});
    const char* const sides = report.sides == "lower"   ? w.bounds_lower
                              : report.sides == "upper" ? w.bounds_upper
                                                        : w.bounds_two;
    add_band(bands, edges, false, -1e3, 1e3, colour,
             prefix + filled(sides, {readable(100.0 * report.confidence), "beta-binomial"}));
    out.marks.push_back(std::move(points));
  }
  if (std::isnan(from)) throw UsageError("there is no failure to draw");
  for (Mark& m : bands) out.marks.insert(out.marks.begin(), std::move(m));
  Mark guide;
  guide.kind = Mark::Kind::guide;
  guide.y = {0.0};
  out.marks.push_back(std::move(guide));
  const std::string& unit = populations.front().source.time_unit;
  const double margin = from == to ? 2.0 : std::pow(to / from, 0.05);
  out.x = log_axis(unit.empty() ? std::string(w.time) : filled(w.time_unit, {unit}), from / margin, to * margin);
  for (const double edge : {0.01, 0.005, 0.001, 1e-4, 1e-5}) {
    if (low < 0.01 && edge <= low) {
      low = edge;
      break;
    }
  }
  out.y = paper.axis(w.failed_percent, std::max(low, 1e-6),
                     high > 0.99 ? std::min(0.9999, 1.0 - 0.5 * (1.0 - high)) : 0.99);
  return out;
}

}  // namespace

Figure nonparametric_figure(const std::vector<NonparametricReport>& populations, Language language) {
  return populations.front().method == "ranks" ? rank_figure(populations, language)
                                               : Steps(populations, language).take();
}

}  // namespace relia::io
