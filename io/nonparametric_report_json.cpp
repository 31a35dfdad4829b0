// The schema "relia.nonparametric/1". The points are written by hand: a curve may have ten million of them.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/io/nonparametric_report.hpp>

#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

using Json = nlohmann::ordered_json;

void put_reason(Json& out, const char* key, const std::string& reason) {
  if (!reason.empty()) out[key] = reason;
}

Json with_quantity(Json out, const Quantity& q) {
  out["estimate"] = q.estimate;
  out["std_error"] = q.std_error;
  out["lower"] = q.lower;
  out["upper"] = q.upper;
  put_reason(out, "reason", q.reason);
  put_reason(out, "lower_reason", q.lower_reason);
  put_reason(out, "upper_reason", q.upper_reason);
  return out;
}

Json quantile(const NonparametricQuantile& q, bool intervals) {
  Json out = with_quantity({{"p", q.quantile.p}, {"name", q.quantile.name}}, q.quantile.value);
  if (intervals) {
    out["interval_lower"] = q.interval_lower;
    out["interval_upper"] = q.interval_upper;
  }
  return out;
}

Json at_times(const std::vector<AtTimeResult>& list) {
  Json out = Json::array();
  for (const AtTimeResult& r : list) out.push_back(with_quantity({{"time", r.time}}, r.value));
  return out;
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

Json data(const NonparametricReport& report) {
  const LifeCounts& c = report.data;
  return {{"source", report.source.name},
          {"sha256", report.source.sha256},
          {"n", c.n},
          {"failures", c.failures},
          {"right_censored", c.right_censored},
          {"left_censored", c.left_censored},
          {"interval_censored", c.interval_censored},
          {"truncated", c.truncated},
          {"rows", c.rows},
          {"time_unit", text_or_null(report.source.time_unit)}};
}

Json before_points(const NonparametricReport& report) {
  Json out = {{"schema", "relia.nonparametric/1"}};
  if (!report.group_column.empty()) {
    out["by"] = report.group_column;
    out["group"] = report.group;
  }
  out["data"] = data(report);
  out["method"] = report.method;
  out["transform"] = text_or_null(report.transform);
  out["confidence"] = report.confidence;
  out["bounds"] = report.bounds;
  out["sides"] = report.sides;
  if (!report.band.empty()) {
    Json band = {{"kind", report.band}};
    if (report.band != "pointwise") {
      band["from"] = report.band_from;
      band["to"] = report.band_to;
      band["critical_value"] = report.critical_value;
    }
    out["band"] = std::move(band);
  }
  if (report.method == "turnbull") out["log_likelihood"] = report.log_likelihood;
  return out;
}

Json after_points(const NonparametricReport& report) {
  Json out = Json::object();
  Json quantiles = Json::array();
  for (const auto& q : report.quantiles) quantiles.push_back(quantile(q, report.method == "turnbull"));
  out["quantiles"] = std::move(quantiles);
  out["reliability"] = at_times(report.reliability);
  out["failure_probability"] = at_times(report.failure_probability);
  if (report.has_restricted_mean) {
    out["restricted_mean"] = with_quantity({{"tau", report.tau}}, report.restricted_mean);
  }
  Json convergence = {{"status", to_string(report.convergence.status)},
                      {"iterations", report.convergence.iterations},
                      {"gradient_norm", report.convergence.gradient_norm}};
  put_reason(convergence, "reason", report.convergence.reason);
  put_reason(convergence, "advice", report.convergence.advice);
  out["convergence"] = std::move(convergence);
  out["warnings"] = all_warnings(report);
  return out;
}

void append_points(const NonparametricReport& report, bool one_line, std::string& out) {
  out += one_line ? "\"points\":[" : "  \"points\": [";
  const std::size_t n = report.points.empty() ? 0 : report.points.front().values.size();
  std::vector<std::string> keys;
  for (std::size_t k = 0; k < report.points.size(); ++k) {
    keys.push_back(fmt::format("{}\"{}\":{}",
                               k == 0     ? ""
                               : one_line ? ","
                                          : ", ",
                               report.points[k].name, one_line ? "" : " "));
  }
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) out += ',';
    out += one_line ? "{" : "\n    {";
    for (std::size_t k = 0; k < report.points.size(); ++k) {
      out += keys[k];
      const double x = report.points[k].values[i];
      if (report.points[k].kind == PointSeries::Kind::truth) {
        out += x != 0.0 ? "true" : "false";
      } else {
        out += std::isfinite(x) ? shortest(x) : "null";
      }
    }
    out += '}';
  }
  out += one_line || n == 0 ? "]" : "\n  ]";
}

}  // namespace

std::string render_json(const NonparametricReport& report, bool one_line) {
  const auto dump = [&](const Json& json) {
    // A name that is not UTF-8 (a file's, say) must not keep the numbers from being printed.
    return json.dump(one_line ? -1 : 2, ' ', false, Json::error_handler_t::replace);
  };
  const std::string head = dump(before_points(report)), tail = dump(after_points(report));
  std::string out = head.substr(0, head.rfind('}'));
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  out += one_line ? "," : ",\n";
  append_points(report, one_line, out);
  out += ',';
  out += tail.substr(1);  // without its opening brace
  return out + '\n';
}

std::vector<std::string> all_warnings(const NonparametricReport& report) {
  std::vector<std::string> out = report.warnings;
  if (!carries_estimates(report.convergence.status)) {
    out.push_back("no estimate: " + report.convergence.reason + "; " + report.convergence.advice);
    return out;
  }
  std::vector<std::pair<std::string, std::string>> missing;  // "no upper bound: reason", names
  const auto note = [&](const std::string& name, const char* what, const std::string& reason) {
    if (reason.empty()) return;
    const std::string key = fmt::format("{}: {}", what, reason);
    const auto it = std::find_if(missing.begin(), missing.end(), [&](const auto& m) { return m.first == key; });
    if (it == missing.end()) {
      missing.emplace_back(key, name);
    } else {
      it->second += ", " + name;
    }
  };
  const auto note_all = [&](const std::string& name, const Quantity& q) {
    note(name, "no estimate", q.reason);
    note(name, "no lower bound", q.lower_reason);
    note(name, "no upper bound", q.upper_reason);
  };
  for (const auto& q : report.quantiles) note_all(q.quantile.name, q.quantile.value);
  for (const auto& r : report.reliability) note_all(fmt::format("R({})", readable(r.time)), r.value);
  for (const auto& r : report.failure_probability) note_all(fmt::format("F({})", readable(r.time)), r.value);
  if (report.has_restricted_mean) note_all("restricted mean", report.restricted_mean);
  for (const auto& [reason, names] : missing) out.push_back(fmt::format("{}: {}", names, reason));

  const PointSeries* const s = report.find("survival");
  const bool bounded = report.bounds == "wald" || report.bounds == "lr";
  if (bounded && s != nullptr) {
    const auto is = [&](double v) { return std::find(s->values.begin(), s->values.end(), v) != s->values.end(); };
    if (is(0.0)) out.emplace_back("points where the survival estimate is 0 have no standard error and no bounds");
    if (is(1.0)) out.emplace_back("points where the survival estimate is 1 have no bounds");
  }
  return out;
}

}  // namespace relia::io
