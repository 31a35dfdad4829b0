// Life against stress on the axis of the relation.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/io/pictures.hpp>

#include "io/plot/axes.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

// The coordinate in which the relation is a straight line of ln life, rising with stress.
class StressAxis {
 public:
  StressAxis(std::string relation, std::string unit) : relation_(std::move(relation)), unit_(std::move(unit)) {}

  [[nodiscard]] double place(double v) const {
    if (relation_ == "arrhenius" || relation_ == "eyring") return -1.0 / kelvin(v);
    if (relation_ == "power" || relation_ == "log") return std::log(v);
    if (relation_ == "reciprocal") return -1.0 / v;
    return v;
  }

  [[nodiscard]] Axis axis(const std::string& label, double low, double high) const {
    const double margin = 0.06 * (high - low);
    if (relation_ == "power" || relation_ == "log") {
      const double factor = std::pow(high / low, 0.06);
      return log_axis(label, low / factor, high * factor);
    }
    double from = low - margin, to = high + margin;
    if (relation_ == "reciprocal" && from <= 0.0) from = 0.5 * low;
    Axis out = linear_axis(label, from, to);
    if (relation_ != "arrhenius" && relation_ != "eyring" && relation_ != "reciprocal") return out;
    // Round values of the stress itself, at unequal distances.
    out.scale = Axis::Scale::table;
    for (Tick& t : out.ticks) t.at = place(t.at);
    for (int i = 0; i <= 200; ++i) {
      const double v = from + (to - from) * i / 200.0;
      out.table.emplace_back(place(v), v);
    }
    out.low = place(from), out.high = place(to);
    return out;
  }

 private:
  [[nodiscard]] double kelvin(double v) const {
    if (unit_ == "celsius") return v + 273.15;
    if (unit_ == "fahrenheit") return (v - 32.0) / 1.8 + 273.15;
    return v;
  }

  std::string relation_, unit_;
};

std::string unit_sign(const std::string& unit) {
  if (unit == "celsius") return "°C";
  if (unit == "fahrenheit") return "°F";
  if (unit == "kelvin") return "K";
  return unit;
}

}  // namespace

Figure life_stress_figure(const LifeStressPicture& picture, const FitReport& report, Language language) {
  const PlotWords& w = plot_words(language);
  const ModelResult& model = report.models.front();
  Figure out;
  out.id = "life-stress";
  out.title = filled(w.life_stress_title, {picture.column});
  out.subtitle = population_label(report);
  const StressAxis stress(picture.relation, picture.unit);
  double low = kAbsent, high = kAbsent, shortest_life = kAbsent, longest = kAbsent;
  const auto cover = [](double& least, double& most, double v) {
    if (!std::isfinite(v)) return;
    if (!(least <= v)) least = v;
    if (!(most >= v)) most = v;
  };
  bool positive = true;
  for (const LifeStressPicture::Line& l : picture.lines) {
    for (const double s : l.stress) cover(low, high, s);
    for (const Quantity& q : l.life) {
      cover(shortest_life, longest, q.estimate);
      positive = positive && !(q.estimate <= 0.0);
    }
  }
  for (const LifeStressPicture::Point& p : picture.points) {
    cover(low, high, p.stress);
    if (p.life > 0.0) cover(shortest_life, longest, p.life);
  }
  if (low == high) low -= 1.0, high += 1.0;
  const std::string sign = unit_sign(picture.unit);
  out.x = stress.axis(fmt::format("{}{}, {}", picture.column, sign.empty() ? "" : " (" + sign + ')',
                                  named_in_language(picture.relation, language)),
                      low, high);
  const std::string unit = report.source.time_unit;
  const std::string life = unit.empty() ? std::string(w.life) : filled(w.time_unit, {unit});
  out.y = positive ? log_axis(life, shortest_life / 1.5, longest * 2.0) : linear_axis(life, shortest_life, longest);
  const auto place_life = [&](double t) { return positive ? std::log(t) : t; };
  const double tall = out.y.high - out.y.low;
  std::vector<Mark> lines;
  for (std::size_t k = 0; k < picture.lines.size(); ++k) {
    const LifeStressPicture::Line& l = picture.lines[k];
    Mark line;
    const bool grouped = !picture.groups.empty();
    const std::size_t place = grouped ? k % (picture.lines.size() / picture.groups.size()) : k;
    line.colour = static_cast<int>(grouped ? l.group : k) + 1;
    line.dash = place == 0 ? Mark::Dash::solid : place == 1 ? Mark::Dash::dashed : Mark::Dash::dotted;
    line.label = (grouped ? picture.groups[l.group] + words(language).colon : std::string()) + l.name +
                 words(language).clause_comma + filled(words(language).failed_fraction, {readable(100.0 * l.p)});
    BandEdges edges;
    for (std::size_t i = 0; i < l.stress.size(); ++i) {
      if (!std::isfinite(l.life[i].estimate)) continue;
      line.x.push_back(stress.place(l.stress[i]));
      line.y.push_back(place_life(l.life[i].estimate));
      const auto edge = [&](double v) { return std::isfinite(v) ? place_life(v) : v; };
      edges.at.push_back(line.x.back());
      edges.lower.push_back(edge(bound_or_infinite(l.life[i].lower, l.life[i].lower_reason, -HUGE_VAL)));
      edges.upper.push_back(edge(bound_or_infinite(l.life[i].upper, l.life[i].upper_reason, HUGE_VAL)));
    }
    if (place == 0) {
      add_band(out.marks, edges, false, out.y.low - tall, out.y.high + tall, line.colour,
               (grouped ? picture.groups[l.group] + words(language).colon : std::string()) + l.name +
                   words(language).colon + bounds_label(report, model, language));
    }
    lines.push_back(std::move(line));
  }
  for (Mark& line : lines) out.marks.push_back(std::move(line));
  constexpr int kFilled[] = {0, 2, 3, 4, 5};
  for (std::size_t g = 0; g < std::max<std::size_t>(1, picture.groups.size()); ++g) {
    Mark failed, suspended;
    failed.kind = suspended.kind = Mark::Kind::points;
    failed.symbol = kFilled[g % std::size(kFilled)];
    suspended.symbol = 1;
    suspended.emphasis = false;
    std::string prefix;
    if (!picture.groups.empty()) {
      failed.colour = suspended.colour = static_cast<int>(g) + 1;
      prefix = picture.groups[g] + words(language).colon;
    }
    failed.label = prefix + w.failed_at;
    suspended.label = prefix + w.alive_at;
    for (const LifeStressPicture::Point& p : picture.points) {
      if (p.group != g || (positive && !(p.life > 0.0))) continue;
      Mark& mark = p.failed ? failed : suspended;
      mark.x.push_back(stress.place(p.stress));
      mark.y.push_back(place_life(p.life));
      mark.notes.push_back(fmt::format("{} = {}: {}", picture.column, readable(p.stress, 5), readable(p.life, 5)));
    }
    for (Mark* mark : {&suspended, &failed}) {
      if (!mark->x.empty()) out.marks.push_back(std::move(*mark));
    }
  }
  if (std::isfinite(picture.use)) {
    Mark use;
    use.kind = Mark::Kind::guide;
    use.x = {stress.place(picture.use)};
    use.label = filled(w.use, {readable(picture.use) + (sign.empty() ? "" : ' ' + sign)});
    out.marks.push_back(std::move(use));
  }
  out.notes.push_back(model_label(model, language));
  if (!picture.others.empty()) out.notes.push_back(filled(w.held_at, {picture.others}));
  if (picture.own_shapes) out.notes.push_back(w.own_shapes);
  if (picture.profiled) out.notes.push_back(w.profiled);
  if (picture.modes) out.notes.push_back(w.series);
  return out;
}

}  // namespace relia::io
