#include "io/plot/figure_parts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <utility>

#include <fmt/args.h>
#include <fmt/format.h>

#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_words.hpp"

namespace relia::io {

std::string filled(const char* pattern, const std::vector<std::string>& arguments) {
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const std::string& a : arguments) store.push_back(a);
  return fmt::vformat(pattern, store);
}

std::string age_label(const FitReport& report, Language language) {
  const PlotWords& w = plot_words(language);
  return report.source.time_unit.empty() ? std::string(w.time) : filled(w.time_unit, {report.source.time_unit});
}

std::string parameter_label(const std::string& name, Language language) {
  if (language == Language::english) return name;
  constexpr std::pair<const char*, const char*> kNames[] = {
      {"shape", "形状参数"},     {"scale", "尺度参数"},
      {"threshold", "位置参数"}, {"rate", "失效率"},
      {"growth", "增长率"},      {"mean", "平均寿命"},
      {"intercept", "截距"},     {"activation_energy_ev", "激活能（eV）"}};
  const std::size_t end = name.find_last_not_of("0123456789") + 1;
  for (const auto& [key, title] : kNames) {
    if (name.substr(0, end) == key) return title + name.substr(end);
  }
  return name;
}

std::string parameters_label(const std::vector<NamedQuantity>& parameters, Language language) {
  std::vector<std::string> parts;
  for (const NamedQuantity& p : parameters) {
    if (std::isfinite(p.value.estimate))
      parts.push_back(parameter_label(p.name, language) + ' ' + readable(p.value.estimate, 4));
  }
  return fmt::format("{}", fmt::join(parts, words(language).clause_comma));
}

Mark::Dash dash_of(std::size_t which) {
  return which == 0 ? Mark::Dash::solid : which % 2 == 1 ? Mark::Dash::dashed : Mark::Dash::dotted;
}

std::string model_label(const ModelResult& model, Language language) {
  const Words& w = words(language);
  std::string out = distribution_title(model, language);
  const std::string parameters = parameters_label(model.parameters, language);
  if (!parameters.empty()) out += w.colon + parameters;
  const char* const method = model.method == "mle"     ? "MLE"
                             : model.method == "rrx"   ? "RRX"
                             : model.method == "rry"   ? "RRY"
                             : model.method == "truth" ? plot_words(language).truth
                                                       : model.method.c_str();
  return out + fmt::format(" ({})", method);
}

std::string curve_label(const ModelResult& model, Language language) {
  const std::string label = model_label(model, language);
  return model.modifier == "mode" ? plot_words(language).system + (words(language).colon + label) : label;
}

std::string bounds_label(const FitReport& report, const ModelResult& model, Language language) {
  const PlotWords& w = plot_words(language);
  const char* const how = model.bounds == "wald"        ? w.how_wald
                          : model.bounds == "exact"     ? w.how_exact
                          : model.bounds == "bootstrap" ? w.how_bootstrap
                                                        : w.how_lr;
  const char* const sides = report.sides == "lower"   ? w.bounds_lower
                            : report.sides == "upper" ? w.bounds_upper
                                                      : w.bounds_two;
  return filled(sides, {readable(100.0 * report.confidence), how});
}

std::string goodness_label(const ModelResult& model, Language language) {
  const PlotWords& w = plot_words(language);
  const Words& words_of_report = words(language);
  std::vector<std::string> parts;
  const auto add = [&](const char* name, double value, int digits) {
    if (std::isfinite(value)) parts.push_back(filled(w.goodness, {name, readable(value, digits)}));
  };
  if (model.method == "mle") add(words_of_report.log_likelihood, model.log_likelihood, 6);
  if (model.method == "mle") add("AICc", model.aicc, 6);
  if (model.method == "truth") return {};
  if (model.method != "mle") add(words_of_report.r_squared, model.r_squared, 4);
  add(words_of_report.anderson_darling, model.anderson_darling, 4);
  return fmt::format("{}", fmt::join(parts, words_of_report.clause_comma));
}

std::string population_label(const FitReport& report) {
  if (!report.group_column.empty()) return fmt::format("{} = {}", report.group_column, report.group);
  return source_label(report);
}

std::string source_label(const FitReport& report) {
  const std::size_t slash = report.source.name.rfind('/');
  return slash == std::string::npos ? report.source.name : report.source.name.substr(slash + 1);
}

std::vector<std::size_t> drawn_models(const FitPicture& picture) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < picture.report->models.size() && i < picture.curves.size(); ++i) {
    if (is_answer(*picture.report, picture.report->models[i]) &&
        (!picture.curves[i].fine.empty() || !picture.curves[i].bounded.empty())) {
      out.push_back(i);
    }
  }
  return out;
}

double bound_or_infinite(double bound, const std::string& reason, double infinite) {
  if (!std::isnan(bound)) return bound;
  // A side that holds everything is a bound too; one that could not be made is none.
  constexpr std::array kEndless{"runs to infinity", "does not fall far enough", "no failure bounds it"};
  const bool endless = std::any_of(kEndless.begin(), kEndless.end(),
                                   [&](const char* words) { return reason.find(words) != std::string::npos; });
  return endless ? infinite : kAbsent;
}

void add_band(std::vector<Mark>& marks,
              const BandEdges& edges,
              bool along_y,
              double low,
              double high,
              int colour,
              const std::string& label) {
  const auto inside = [&](double v) { return std::min(std::max(v, low), high); };
  const auto some = [](const std::vector<double>& v) {
    return std::any_of(v.begin(), v.end(), [](double x) { return !std::isnan(x); });
  };
  const bool has_lower = some(edges.lower), has_upper = some(edges.upper);
  std::string next_label = label;
  const auto put = [&](Mark mark) {
    mark.colour = colour;
    mark.label = std::exchange(next_label, std::string());
    if (along_y) mark.x.swap(mark.y);
    marks.push_back(std::move(mark));
  };
  if (!has_lower || !has_upper) {  // one side: a line
    const std::vector<double>& only = has_lower ? edges.lower : edges.upper;
    Mark line;
    line.kind = Mark::Kind::line;
    line.dash = Mark::Dash::dashed;
    line.width = 1.5;
    for (std::size_t i = 0; i < only.size(); ++i) {
      if (!std::isfinite(only[i])) continue;
      line.x.push_back(edges.at[i]);
      line.y.push_back(only[i]);
    }
    if (line.x.size() > 1) put(std::move(line));
    return;
  }
  // An area for every run of places where both edges are known.
  for (std::size_t from = 0; from < edges.at.size();) {
    if (std::isnan(edges.lower[from]) || std::isnan(edges.upper[from])) {
      ++from;
      continue;
    }
    std::size_t to = from;
    while (to < edges.at.size() && !std::isnan(edges.lower[to]) && !std::isnan(edges.upper[to])) ++to;
    if (to - from > 1) {
      Mark area;
      area.kind = Mark::Kind::area;
      for (std::size_t i = from; i < to; ++i) {
        area.x.push_back(edges.at[i]);
        area.y.push_back(inside(edges.lower[i]));
      }
      for (std::size_t i = to; i-- > from;) {
        area.x.push_back(edges.at[i]);
        area.y.push_back(inside(edges.upper[i]));
      }
      put(std::move(area));
    }
    from = to;
  }
}

}  // namespace relia::io
