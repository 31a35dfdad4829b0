// One row a number with its bounds.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/io/nonparametric_report.hpp>

#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

/// Which series of the points are the common columns, and what the others are called.
struct Layout {
  const char* record;
  const char* argument;
  const char* estimate;
  const char *std_error, *lower, *upper;                  ///< nullptr: the method has none
  std::vector<std::pair<const char*, const char*>> rest;  ///< column name, series
};

Layout layout_of(const std::string& method) {
  if (method == "kaplan-meier") {
    return {"survival",
            "time",
            "survival",
            "std_error",
            "lower",
            "upper",
            {{"at_risk", "at_risk"}, {"failures", "failures"}}};
  }
  if (method == "turnbull") {
    return {"survival",
            "upper",
            "survival",
            "std_error",
            "survival_lower",
            "survival_upper",
            {{"interval_lower", "lower"}, {"interval_upper", "upper"}, {"mass", "mass"}, {"unique", "unique"}}};
  }
  if (method == "ranks") {
    return {"median_rank",
            "time",
            "median_rank",
            nullptr,
            "lower",
            "upper",
            {{"adjusted_rank", "adjusted_rank"}, {"benard", "benard"}}};
  }
  if (method == "life-table") {
    return {"survival",
            "upper",
            "survival",
            "std_error",
            "survival_lower",
            "survival_upper",
            {{"interval_lower", "lower"},
             {"interval_upper", "upper"},
             {"at_risk", "at_risk"},
             {"withdrawn", "withdrawn"},
             {"failures", "failures"},
             {"exposed", "exposed"},
             {"conditional_failure_probability", "conditional_failure_probability"},
             {"hazard", "hazard"},
             {"hazard_std_error", "hazard_std_error"},
             {"density", "density"},
             {"density_std_error", "density_std_error"}}};
  }
  return {"cumulative_hazard",
          "time",
          "cumulative_hazard",
          "std_error",
          "lower",
          "upper",
          {{"at_risk", "at_risk"},
           {"failures", "failures"},
           {"survival", "survival"},
           {"survival_lower", "survival_lower"},
           {"survival_upper", "survival_upper"}}};
}

}  // namespace

std::string csv_header(const std::string& method) {
  std::string out = "group,record,name,argument,estimate,std_error,lower,upper";
  for (const auto& [name, series] : layout_of(method).rest) out += ',' + std::string(name);
  return out + '\n';
}

std::string render_csv(const NonparametricReport& report) {
  const Layout layout = layout_of(report.method);
  const std::string group = cell(report.group) + ',';
  std::string out;
  const auto series = [&](const char* name) { return name == nullptr ? nullptr : report.find(name); };
  std::vector<const PointSeries*> columns = {series(layout.argument), series(layout.estimate), series(layout.std_error),
                                             series(layout.lower), series(layout.upper)};
  for (const auto& [name, key] : layout.rest) columns.push_back(series(key));
  const std::size_t n = report.points.empty() ? 0 : report.points.front().values.size();
  for (std::size_t i = 0; i < n; ++i) {
    out += group;
    out += layout.record;
    out += ',';
    for (const PointSeries* column : columns) {
      out += ',';
      if (column != nullptr) out += shortest(column->values[i]);
    }
    out += '\n';
  }
  const std::string blanks(layout.rest.size(), ',');
  const auto row = [&](const char* record, const std::string& name, double argument, const Quantity& q) {
    out += group + record + ',' + name + ',' + shortest(argument) + ',' + shortest(q.estimate) + ',' +
           shortest(q.std_error) + ',' + shortest(q.lower) + ',' + shortest(q.upper) + blanks + '\n';
  };
  for (const auto& q : report.quantiles) row("quantile", q.quantile.name, q.quantile.p, q.quantile.value);
  for (const auto& r : report.reliability) row("reliability", "", r.time, r.value);
  for (const auto& r : report.failure_probability) row("failure_probability", "", r.time, r.value);
  if (report.has_restricted_mean) row("restricted_mean", "", report.tau, report.restricted_mean);
  return out;
}

}  // namespace relia::io
