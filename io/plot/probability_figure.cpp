#include "io/plot/probability_figure.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

struct PaperChoice {
  Paper paper;
  bool log_time;
};

// Where the distribution is a straight line; with a modifier, the paper of the distribution it modifies.
PaperChoice paper_of(std::string_view name) {
  if (name.starts_with("exponential")) return {Paper::exponential, false};
  if (name == "gumbel") return {Paper::weibull, false};
  if (name == "gumbel-max") return {Paper::largest, false};
  if (name == "frechet") return {Paper::largest, true};
  if (name == "normal") return {Paper::normal, false};
  if (name.starts_with("lognormal")) return {Paper::normal, true};
  if (name == "logistic") return {Paper::logistic, false};
  if (name.starts_with("loglogistic")) return {Paper::logistic, true};
  if (name.starts_with("weibull")) return {Paper::weibull, true};
  return {Paper::quantile, true};  // gamma, gengamma, birnbaum-saunders, inverse-gaussian, gompertz
}

double threshold_of(const ModelResult& model) {
  for (const NamedQuantity& p : model.parameters) {
    if (p.name == "threshold" && std::isfinite(p.value.estimate)) return p.value.estimate;
  }
  return kAbsent;
}

class ProbabilityPlot {
 public:
  ProbabilityPlot(const std::vector<FitPicture>& populations, Language language)
      : populations_(populations), language_(language), w_(plot_words(language)), paper_(Paper::weibull) {}

  Figure take() {
    choose_paper();
    choose_range();
    std::vector<Mark> bands, lines, points;
    const bool many_populations = populations_.size() > 1;
    std::size_t drawn = 0, banded = 0;
    for (const FitPicture& picture : populations_) {
      for (const std::size_t m : drawn_models(picture)) {
        ++drawn;
        if (!picture.curves[m].bounded.empty() || !picture.curves[m].failure_bounded.empty()) ++banded;
      }
    }
    int colour = 0;
    std::size_t which = 0;
    for (std::size_t k = 0; k < populations_.size(); ++k) {
      const FitPicture& picture = populations_[k];
      const std::vector<std::size_t> models = drawn_models(picture);
      const std::string prefix = many_populations ? population_label(*picture.report) + ", " : std::string();
      const int own = ++colour;
      put_points(points, picture, models.size() > 1 ? 0 : own, k, prefix);
      for (std::size_t m = 0; m < models.size(); ++m) {
        if (m > 0) ++colour;
        put_line(lines, points, picture, models[m], colour, which++, prefix);
        const std::string of =
            models.size() < 2
                ? prefix
                : prefix + distribution_title(picture.report->models[models[m]], language_) + words(language_).colon;
        if (banded <= 4) put_bounds(bands, picture, models[m], colour, drawn > 1 ? of : std::string());
        if (const std::string g = goodness_label(picture.report->models[models[m]], language_); !g.empty()) {
          figure_.notes.push_back(
              (models.size() > 1
                   ? distribution_title(picture.report->models[models[m]], language_) + words(language_).colon
                   : prefix) +
              g);
        }
      }
    }
    for (auto* list : {&bands, &lines, &points}) {
      for (Mark& mark : *list) figure_.marks.push_back(std::move(mark));
    }
    put_guides();
    put_paper_note();
    return std::move(figure_);
  }

 private:
  void choose_paper() {
    const FitPicture* first = nullptr;
    for (const FitPicture& picture : populations_) {
      const std::vector<std::size_t> models = drawn_models(picture);
      if (first == nullptr && !models.empty()) first = &picture, model_ = &picture.report->models[models.front()];
    }
    figure_.id = "probability";
    const FitReport& report = *populations_.front().report;
    if (model_ == nullptr) {
      if (populations_.front().data.time.empty()) {
        throw UsageError("there is no failure and no estimate to draw on a probability plot");
      }
      log_time_ = populations_.front().data.time.front() > 0.0;
      figure_.title = filled(w_.probability_title, {""});
    } else {
      const PaperChoice choice = paper_of(model_->distribution);
      log_time_ = choice.log_time;
      for (const FitPicture& picture : populations_) {
        if (!picture.data.time.empty() && !(picture.data.time.front() > 0.0)) log_time_ = false;
      }
      if (choice.paper == Paper::quantile) {
        std::vector<std::pair<double, double>> pairs;
        const ModelCurves& curves = first->curves[static_cast<std::size_t>(model_ - first->report->models.data())];
        for (const QuantileResult& q : curves.fine) {
          const double at = place_time(q.value.estimate);
          if (std::isfinite(at) && (pairs.empty() || at > pairs.back().second)) pairs.emplace_back(q.p, at);
        }
        if (pairs.size() > 2) paper_ = Probability(std::move(pairs));
      } else {
        paper_ = Probability(choice.paper);
      }
      threshold_ = populations_.size() == 1 && drawn_models(*first).size() == 1 ? threshold_of(*model_) : kAbsent;
      figure_.title = filled(w_.probability_title, {distribution_title(*model_, language_)});
    }
    if (populations_.size() == 1) figure_.subtitle = population_label(report);
    const bool one_source = std::all_of(populations_.begin(), populations_.end(), [&](const FitPicture& f) {
      return f.report->source.name == report.source.name;
    });
    if (populations_.size() > 1 && one_source) figure_.subtitle = source_label(report);
  }

  [[nodiscard]] double place_time(double t) const { return log_time_ ? std::log(t) : t; }

  // Both axes: all of the data, and the fitted line from the lowest to the highest percentage where it is not
  // orders of magnitude beyond them.
  void choose_range() {
    double low = 0.01, high = 0.99, from = kAbsent, to = kAbsent;
    const auto cover = [&](double t) {
      if (!std::isfinite(t) || (log_time_ && !(t > 0.0))) return;
      if (!(from <= t)) from = t;
      if (!(to >= t)) to = t;
    };
    for (const FitPicture& picture : populations_) {
      low = std::min(low, picture.grid.low), high = std::max(high, picture.grid.high);
      for (const double t : picture.data.time) {
        cover(t);
        if (!std::isnan(threshold_)) cover(t - threshold_);
      }
      cover(picture.data.first_suspended), cover(picture.data.last_suspended);
    }
    if (paper_.paper() == Paper::exponential) {
      // Both axes are proportional to age there: three times as far as the data, not to 99 % whatever they are.
      double last = 0.0;
      for (const FitPicture& picture : populations_) {
        for (const double p : picture.data.probability) last = std::max(last, p);
      }
      if (last > 0.0) high = std::max(std::min(high, 1.0 - std::pow(1.0 - last, 3.0)), 1.5 * low);
      low = 0.0;  // the line goes through the origin, or through the threshold
    }
    high = std::min(high, levelled());
    const double data_from = from, data_to = to;
    for (const FitPicture& picture : populations_) {
      for (const std::size_t m : drawn_models(picture)) {
        for (const QuantileResult& q : picture.curves[m].fine) {
          if (q.p < 0.999 * low || q.p > 1.0 - 0.999 * (1.0 - high)) continue;
          double t = q.value.estimate - (std::isnan(threshold_) ? 0.0 : threshold_);
          const std::vector<AtTimeResult>& bounded = picture.curves[m].failure_bounded;
          if (!bounded.empty() && t > bounded.back().time) continue;
          if (log_time_ && !std::isnan(data_from)) t = std::min(std::max(t, data_from / 1e4), data_to * 1e4);
          cover(t);
        }
      }
    }
    if (!log_time_ && from > 0.0 && model_ != nullptr && model_->distribution.starts_with("exponential")) from = 0.0;
    if (std::isnan(from)) from = 1.0, to = 10.0;
    if (from == to) from = log_time_ ? from / 2.0 : from - 1.0, to = log_time_ ? to * 2.0 : to + 1.0;
    const std::string label = age_label(*populations_.front().report, language_);
    if (log_time_) {
      const double margin = std::pow(to / from, 0.03);
      figure_.x = log_axis(label, from / margin, to * margin);
    } else {
      const double margin = 0.03 * (to - from);
      figure_.x = linear_axis(label, from == 0.0 ? 0.0 : from - margin, to + margin);
    }
    figure_.y = paper_.axis(w_.failed_percent, low, high);
  }

  // Curves that level off need no paper to 99 %: as far as their band reaches.
  [[nodiscard]] double levelled() const {
    double top = 0.0;
    for (const FitPicture& picture : populations_) {
      for (const std::size_t m : drawn_models(picture)) {
        const std::vector<AtTimeResult>& bounded = picture.curves[m].failure_bounded;
        if (bounded.empty()) return 1.0;
        for (const AtTimeResult& f : bounded) {
          for (const double p : {f.value.estimate, f.value.upper}) top = p < 1.0 ? std::max(top, p) : top;
        }
      }
      for (const double p : picture.data.probability) top = std::max(top, p);
    }
    for (const double high : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 0.9}) {
      if (top > 0.0 && 1.2 * top < high) return high;
    }
    return 1.0;
  }

  void put_points(
      std::vector<Mark>& out, const FitPicture& picture, int colour, std::size_t k, const std::string& prefix) {
    const PlottedData& data = picture.data;
    const FitReport& report = *picture.report;
    const LifeCounts& counts = report.data;
    const std::string unit = report.source.time_unit.empty() ? "" : ' ' + report.source.time_unit;
    Mark points, bars;
    points.kind = Mark::Kind::points;
    points.colour = bars.colour = colour;
    points.symbol = k == 0 ? 0 : static_cast<int>(k % 5) + 1;
    bars.kind = Mark::Kind::span;
    const bool turnbull = data.method == PlottedData::Method::turnbull;
    for (std::size_t i = 0; i < data.time.size(); ++i) {
      const double y = paper_.place(data.probability[i]);
      const std::string percent = readable(100.0 * data.probability[i], 4);
      if (!data.lower.empty() && data.lower[i] < data.time[i]) {
        const double left = log_time_ && !(data.lower[i] > 0.0) ? figure_.x.low : place_time(data.lower[i]);
        bars.x.push_back(std::max(left, figure_.x.low));
        bars.x2.push_back(place_time(data.time[i]));
        bars.y.push_back(y);
        bars.notes.push_back(
            filled(w_.note_interval, {readable(data.lower[i], 5), readable(data.time[i], 5), unit, percent}));
        continue;
      }
      const double t = std::isnan(threshold_) ? data.time[i] : data.time[i] - threshold_;
      if (log_time_ && !(t > 0.0)) continue;
      points.x.push_back(place_time(t));
      points.y.push_back(y);
      points.notes.push_back(filled(w_.note_point, {readable(data.time[i], 5), unit, percent}));
    }
    if (!points.x.empty()) {
      const char* const words_of = turnbull                                           ? w_.failures_turnbull
                                   : data.method == PlottedData::Method::kaplan_meier ? w_.failures_kaplan_meier
                                                                                      : w_.failures_ranks;
      points.label = prefix + filled(words_of, {std::to_string(counts.failures)});
      if (!std::isnan(threshold_)) {
        points.label += words(language_).clause_comma + filled(w_.adjusted, {readable(threshold_, 5)});
      }
      out.push_back(points);
    }
    if (!bars.x.empty()) {
      std::vector<std::string> kinds;
      if (counts.interval_censored > 0) {
        kinds.push_back(filled(w_.intervals, {std::to_string(counts.interval_censored)}));
      }
      if (counts.left_censored > 0) {
        kinds.push_back(filled(w_.left_censored, {std::to_string(counts.left_censored)}));
      }
      kinds.emplace_back(w_.turnbull_middle);
      bars.label = prefix + fmt::format("{}", fmt::join(kinds, words(language_).clause_comma));
      out.push_back(std::move(bars));
    }
    if (!std::isnan(threshold_) && !points.x.empty()) {
      Mark raw;
      raw.kind = Mark::Kind::points;
      raw.symbol = 1;
      raw.emphasis = false;
      raw.label = w_.unadjusted;
      for (std::size_t i = 0; i < data.time.size(); ++i) {
        if (log_time_ && !(data.time[i] > 0.0)) continue;
        raw.x.push_back(place_time(data.time[i]));
        raw.y.push_back(paper_.place(data.probability[i]));
      }
      out.insert(out.begin(), std::move(raw));
    }
    if (!data.suspended.empty()) {
      Mark rug;
      rug.kind = Mark::Kind::rug;
      rug.colour = colour;
      rug.label = prefix + filled(w_.suspensions, {std::to_string(counts.right_censored)});
      for (const double t : data.suspended) {
        const double shifted = std::isnan(threshold_) ? t : t - threshold_;
        if (log_time_ && !(shifted > 0.0)) continue;
        rug.x.push_back(place_time(shifted));
      }
      out.push_back(std::move(rug));
    }
    if (data.points_before_thinning > data.time.size()) {
      figure_.notes.push_back(
          filled(w_.thinned, {std::to_string(data.time.size()), std::to_string(data.points_before_thinning)}));
    }
  }

  // The line of a model, and with competing modes those of the modes with their points.
  void put_line(std::vector<Mark>& out,
                std::vector<Mark>& mode_points,
                const FitPicture& picture,
                std::size_t m,
                int colour,
                std::size_t which,
                const std::string& prefix) {
    Mark line, raw;
    line.colour = raw.colour = colour;
    line.dash = dash_of(which);
    line.label = prefix + curve_label(picture.report->models[m], language_);
    raw.dash = Mark::Dash::dotted;
    raw.width = 1.5;
    for (const QuantileResult& q : picture.curves[m].fine) {
      const double y = paper_.place(q.p), t = q.value.estimate;
      const double shifted = std::isnan(threshold_) ? t : t - threshold_;
      if (!std::isfinite(t) || y < figure_.y.low - 1e-9 || y > figure_.y.high + 1e-9) continue;
      if (!log_time_ || shifted > 0.0) {
        line.x.push_back(place_time(shifted));
        line.y.push_back(y);
      }
      if (!std::isnan(threshold_) && (!log_time_ || t > 0.0)) {
        raw.x.push_back(place_time(t));
        raw.y.push_back(y);
      }
    }
    // Where F levels off, ages say where the line goes on.
    for (const AtTimeResult& f : picture.curves[m].failure_bounded) {
      const double x = place_time(f.time);
      if (line.x.empty() || x <= line.x.back() || !(f.value.estimate > 0.0) || !(f.value.estimate < 1.0)) continue;
      line.x.push_back(x);
      line.y.push_back(paper_.place(f.value.estimate));
    }
    if (raw.x.size() > 1) out.push_back(std::move(raw));
    if (line.x.size() > 1) out.push_back(std::move(line));
    int mode_colour = colour;
    for (const ModelCurves::Mode& mode : picture.curves[m].modes) {
      Mark one;
      one.colour = ++mode_colour;
      one.dash = dash_of(static_cast<std::size_t>(mode_colour - colour));
      one.width = 1.5;
      one.label = prefix + filled(w_.mode, {mode.mode});
      for (const ModeResult& fitted : picture.report->models[m].modes) {
        if (fitted.mode == mode.mode)
          one.label += words(language_).colon + parameters_label(fitted.parameters, language_);
      }
      put_mode_points(mode_points, mode, one.colour, mode_colour - colour, prefix);
      for (const QuantileResult& q : mode.fine) {
        const double y = paper_.place(q.p), t = q.value.estimate;
        if (!std::isfinite(t) || (log_time_ && !(t > 0.0)) || y < figure_.y.low - 1e-9) continue;
        if (y > figure_.y.high + 1e-9) continue;
        one.x.push_back(place_time(t));
        one.y.push_back(y);
      }
      if (one.x.size() > 1) out.push_back(std::move(one));
    }
  }

  // What happened of one mode, at the ranks it has with the others as suspensions.
  void put_mode_points(
      std::vector<Mark>& out, const ModelCurves::Mode& mode, int colour, int which, const std::string& prefix) const {
    Mark points;
    points.kind = Mark::Kind::points;
    points.colour = colour;
    points.symbol = 1 + which % 5;
    points.emphasis = false;
    const std::string name = prefix + filled(w_.mode, {mode.mode});
    for (std::size_t i = 0; i < mode.data.time.size(); ++i) {
      const double t = mode.data.time[i];
      if (log_time_ && !(t > 0.0)) continue;
      points.x.push_back(place_time(t));
      points.y.push_back(paper_.place(mode.data.probability[i]));
      points.notes.push_back(
          name + words(language_).colon +
          filled(w_.note_point, {readable(t, 5), "", readable(100.0 * mode.data.probability[i], 4)}));
    }
    points.label = name + words(language_).clause_comma +
                   filled(w_.failures_ranks, {std::to_string(mode.data.points_before_thinning)});
    if (!points.x.empty()) out.push_back(std::move(points));
  }

  void put_bounds(
      std::vector<Mark>& out, const FitPicture& picture, std::size_t m, int colour, const std::string& prefix) {
    const ModelResult& model = picture.report->models[m];
    BandEdges edges;
    std::string label = bounds_label(*picture.report, model, language_);
    if (!prefix.empty()) label = prefix + label;
    const ModelCurves& curves = picture.curves[m];
    if (!curves.failure_bounded.empty()) {
      const auto place_failure = [&](double p) {
        return std::isnan(p) ? p : p <= 0.0 ? -HUGE_VAL : p >= 1.0 ? HUGE_VAL : paper_.place(p);
      };
      for (const AtTimeResult& f : curves.failure_bounded) {
        edges.at.push_back(place_time(f.time));
        edges.lower.push_back(place_failure(bound_or_infinite(f.value.lower, f.value.lower_reason, 0.0)));
        edges.upper.push_back(place_failure(bound_or_infinite(f.value.upper, f.value.upper_reason, 1.0)));
      }
      const double tall = figure_.y.high - figure_.y.low;
      add_band(out, edges, false, figure_.y.low - tall, figure_.y.high + tall, colour, label);
      return;
    }
    // Bounds hold for the life itself, so a threshold moves them with the line it belongs to.
    const double shift = std::isnan(threshold_) ? 0.0 : threshold_;
    const auto place = [&](double t) {
      if (std::isinf(t)) return t;
      const double moved = t - shift;
      return log_time_ && !(moved > 0.0) ? -HUGE_VAL : place_time(moved);
    };
    for (const QuantileResult& q : curves.bounded) {
      edges.at.push_back(paper_.place(q.p));
      const double lower = bound_or_infinite(q.value.lower, q.value.lower_reason, -HUGE_VAL);
      const double upper = bound_or_infinite(q.value.upper, q.value.upper_reason, HUGE_VAL);
      edges.lower.push_back(std::isnan(lower) ? lower : place(lower));
      edges.upper.push_back(std::isnan(upper) ? upper : place(upper));
    }
    if (edges.at.empty()) return;
    if (model.distribution == "exponential") {  // at age 0 nothing has failed, whatever the rate
      edges.at.insert(edges.at.begin(), 0.0);
      for (auto* edge : {&edges.lower, &edges.upper}) {
        const bool known = std::any_of(edge->begin(), edge->end(), [](double v) { return !std::isnan(v); });
        edge->insert(edge->begin(), known ? 0.0 : kAbsent);
      }
    }
    const double wide = figure_.x.high - figure_.x.low;
    add_band(out, edges, true, figure_.x.low - wide, figure_.x.high + wide, colour, label);
  }

  void put_guides() {
    if (paper_.paper() != Paper::weibull) return;
    Mark guide;
    guide.kind = Mark::Kind::guide;
    guide.y = {0.0};
    figure_.marks.push_back(std::move(guide));
  }

  void put_paper_note() {
    if (model_ != nullptr && populations_.size() == 1 && drawn_models(populations_.front()).size() > 1) {
      figure_.notes.push_back(filled(w_.mixed_paper, {distribution_title(*model_, language_)}));
    }
  }

  const std::vector<FitPicture>& populations_;
  Language language_;
  const PlotWords& w_;
  Probability paper_;
  bool log_time_ = true;
  const ModelResult* model_ = nullptr;  ///< the first one, which chose the paper
  double threshold_ = kAbsent;
  Figure figure_;
};

}  // namespace

Figure probability_figure(const std::vector<FitPicture>& populations, Language language) {
  return ProbabilityPlot(populations, language).take();
}

}  // namespace relia::io
