// Results made earlier, from the JSON of relia itself. A key that is missing where a result needs it, or of another
// type, is the file's fault and told as such.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>
#include <relia/io/page.hpp>

#include "core/registry.hpp"

namespace relia::io {
namespace {

using Json = nlohmann::ordered_json;

double number(const Json& o, const char* key) {
  const auto it = o.find(key);
  return it == o.end() || it->is_null() ? kAbsent : it->get<double>();
}

std::string text(const Json& o, const char* key) {
  const auto it = o.find(key);
  return it == o.end() || !it->is_string() ? std::string() : it->get<std::string>();
}

std::uint64_t whole(const Json& o, const char* key) {
  const auto it = o.find(key);
  return it == o.end() || it->is_null() ? 0 : it->get<std::uint64_t>();
}

const Json& list(const Json& o, const char* key) {
  static const Json kNone = Json::array();
  const auto it = o.find(key);
  return it == o.end() || !it->is_array() ? kNone : *it;
}

Quantity quantity(const Json& o) {
  Quantity q;
  q.estimate = number(o, "estimate"), q.std_error = number(o, "std_error");
  q.lower = number(o, "lower"), q.upper = number(o, "upper");
  q.reason = text(o, "reason"), q.lower_reason = text(o, "lower_reason"), q.upper_reason = text(o, "upper_reason");
  return q;
}

std::vector<AtTimeResult> at_times(const Json& o, const char* key) {
  std::vector<AtTimeResult> out;
  for (const Json& r : list(o, key)) {
    out.push_back({.time = number(r, "time"), .value = quantity(r), .given = number(r, "given")});
  }
  return out;
}

std::vector<QuantileResult> quantiles(const Json& o, const char* key) {
  std::vector<QuantileResult> out;
  for (const Json& q : list(o, key)) {
    out.push_back({.p = number(q, "p"), .name = text(q, "name"), .value = quantity(q), .given = number(q, "given")});
  }
  return out;
}

LifeMetrics metrics(const Json& o) {
  LifeMetrics m;
  if (const auto mean = o.find("mean"); mean != o.end() && mean->is_object()) m.mean = quantity(*mean);
  m.quantiles = quantiles(o, "quantiles");
  m.reliability = at_times(o, "reliability");
  m.failure_probability = at_times(o, "failure_probability");
  m.hazard = at_times(o, "hazard");
  m.conditional = at_times(o, "conditional");
  m.residual_quantiles = quantiles(o, "residual_quantiles");
  for (const Json& r : list(o, "reliable_life")) {
    m.reliable_life.push_back({.reliability = number(r, "reliability"), .value = quantity(r)});
  }
  return m;
}

Convergence convergence(const Json& o) {
  Convergence out;
  const std::string status = text(o, "status");
  for (const FitStatus s : {FitStatus::converged, FitStatus::boundary, FitStatus::unbounded, FitStatus::flat,
                            FitStatus::iteration_limit, FitStatus::closed_form, FitStatus::bad_data}) {
    if (status == to_string(s)) out.status = s;
  }
  out.reason = text(o, "reason"), out.advice = text(o, "advice");
  return out;
}

std::vector<NamedQuantity> parameters(const Json& o, const char* key) {
  std::vector<NamedQuantity> out;
  for (const Json& p : list(o, key)) {
    out.push_back({.name = text(p, "name"), .value = quantity(p), .fixed = p.value("fixed", false)});
  }
  return out;
}

LifeCounts counts(const Json& o) {
  return {.n = whole(o, "n"),
          .failures = whole(o, "failures"),
          .right_censored = whole(o, "right_censored"),
          .left_censored = whole(o, "left_censored"),
          .interval_censored = whole(o, "interval_censored"),
          .truncated = whole(o, "truncated"),
          .rows = whole(o, "rows")};
}

ModelResult model(const Json& o) {
  ModelResult m;
  m.distribution = o.at("distribution").get<std::string>();
  const auto known = find_distribution(m.distribution);
  m.title = known ? known->title() : m.distribution;
  m.modifier = text(o, "modifier");
  m.method = text(o, "method"), m.ranks = text(o, "ranks"), m.bounds = text(o, "bounds"), m.solver = text(o, "solver");
  m.rank = static_cast<int>(whole(o, "rank"));
  m.free_parameters = static_cast<int>(whole(o, "free_parameters"));
  m.components = static_cast<int>(std::max<std::uint64_t>(1, whole(o, "components")));
  m.parameters = parameters(o, "parameters");
  m.derived = parameters(o, "derived");
  m.log_likelihood = number(o, "log_likelihood");
  m.aic = number(o, "aic"), m.aicc = number(o, "aicc"), m.bic = number(o, "bic");
  m.anderson_darling = number(o, "anderson_darling");
  m.anderson_darling_adjusted = number(o, "anderson_darling_adjusted");
  m.correlation = number(o, "correlation"), m.r_squared = number(o, "r_squared");
  const auto use = o.find("use"), system = o.find("system");
  m.metrics = metrics(use != o.end() ? *use : system != o.end() ? *system : o);
  for (const Json& mode : list(o, "modes")) {
    ModeResult one;
    one.mode = text(mode, "mode");
    one.data = counts(mode.at("data"));
    one.parameters = parameters(mode, "parameters");
    one.log_likelihood = number(mode, "log_likelihood");
    one.metrics = metrics(mode);
    one.convergence = convergence(mode.at("convergence"));
    m.modes.push_back(std::move(one));
  }
  m.convergence = convergence(o.at("convergence"));
  return m;
}

std::vector<std::string> warnings(const Json& o) {
  std::vector<std::string> out;
  for (const Json& w : list(o, "warnings")) out.push_back(w.get<std::string>());
  return out;
}

template <class Report>
void put_source(Report& out, const Json& o) {
  const Json& data = o.at("data");
  out.source = {.name = text(data, "source"), .sha256 = text(data, "sha256"), .time_unit = text(data, "time_unit")};
  out.data = counts(data);
  out.confidence = o.at("confidence").get<double>();
  out.bounds = text(o, "bounds"), out.sides = text(o, "sides");
  out.group_column = text(o, "by"), out.group = text(o, "group");
  out.warnings = warnings(o);
}

FitReport fit_report(const Json& o) {
  FitReport out;
  put_source(out, o);
  out.criterion = text(o, "criterion");
  for (const Json& m : o.at("models")) out.models.push_back(model(m));
  // Of all candidates only the first carries bounds, which is how the list was asked for.
  const auto has_bounds = [](const ModelResult& m) { return m.bounds != "none" && !m.bounds.empty(); };
  out.selection = out.models.size() < 2                                                              ? "one"
                  : out.models.size() > 2 && has_bounds(out.models[0]) && !has_bounds(out.models[1]) ? "best"
                                                                                                     : "list";
  for (const Json& r : list(o, "requirements")) {
    out.requirements.push_back({.expression = text(r, "expr"),
                                .confidence = number(r, "confidence"),
                                .estimate = number(r, "estimate"),
                                .bound = number(r, "bound"),
                                .met = r.at("met").get<bool>(),
                                .reason = text(r, "reason")});
  }
  return out;
}

NonparametricReport nonparametric_report(const Json& o) {
  NonparametricReport out;
  put_source(out, o);
  out.method = o.at("method").get<std::string>();
  out.transform = text(o, "transform");
  if (const auto band = o.find("band"); band != o.end() && band->is_object()) out.band = text(*band, "kind");
  for (const Json& point : o.at("points")) {
    for (const auto& [key, value] : point.items()) {
      auto series = std::find_if(out.points.begin(), out.points.end(),
                                 [&key = key](const PointSeries& s) { return s.name == key; });
      if (series == out.points.end()) {
        out.points.push_back({.name = key,
                              .values = {},
                              .kind = value.is_boolean() ? PointSeries::Kind::truth : PointSeries::Kind::number});
        series = out.points.end() - 1;
      }
      series->values.push_back(value.is_null()      ? kAbsent
                               : value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0)
                                                    : value.get<double>());
    }
  }
  for (const QuantileResult& q : quantiles(o, "quantiles")) out.quantiles.push_back({.quantile = q});
  for (const PointSeries& s : out.points) {
    if (s.name == "time" || s.name == "upper") {
      for (const double t : s.values) {
        if (!(out.last_time >= t)) out.last_time = t;
      }
    }
  }
  out.convergence = convergence(o.at("convergence"));
  return out;
}

std::string settings(const Json& object) {
  std::string out;
  for (const auto& [name, value] : object.items()) out += fmt::format(", {} {}", name, value.dump());
  return out;
}

CoverageStudy coverage_study(const Json& o) {
  CoverageStudy out;
  const Json &truth = o.at("truth"), &plan = o.at("plan");
  out.life = truth.at("distribution").get<std::string>();
  if (const std::string modifier = text(truth, "modifier"); !modifier.empty()) out.life += ", " + modifier;
  if (const std::uint64_t parts = whole(truth, "components"); parts > 1)
    out.life += fmt::format(", mixture of {}", parts);
  out.life += settings(truth.at("parameters"));
  if (const auto fixed = o.find("fixed"); fixed != o.end()) out.life += "; --fix" + settings(*fixed).substr(1);
  out.plan = text(plan, "in_words");
  out.sides = text(o, "sides");
  out.seed = fmt::format("{}", whole(o, "seed"));
  out.confidence = o.at("confidence").get<double>();
  out.n = number(plan, "n");
  out.replicates = number(o, "replicates");
  out.mean_failures = number(o, "mean_failures");
  out.without_estimate = number(o, "without_estimate");
  for (const auto& [status, count] : o.at("without_estimate_by_status").items()) {
    out.why.emplace_back(status, count.get<double>());
  }
  const auto share = [](const Json& row, const char* key, double& value, double& error) {
    value = number(row.at(key), "estimate"), error = number(row.at(key), "std_error");
  };
  for (const Json& row : o.at("results")) {
    CoverageStudy::Row& r = out.rows.emplace_back();
    r.target = row.at("target").get<std::string>(), r.kind = row.at("bounds").get<std::string>();
    r.truth = number(row, "truth");
    share(row, "coverage", r.coverage, r.coverage_error);
    share(row, "missed_below", r.below, r.below_error);
    share(row, "missed_above", r.above, r.above_error);
    share(row, "mean_width", r.mean_width, r.mean_width_error);
    r.median_width = number(row, "median_width");
    r.without_lower = number(row, "without_lower"), r.without_upper = number(row, "without_upper");
  }
  for (const Json& sentence : list(o, "advice")) out.advice.push_back(sentence.get<std::string>());
  Json rest = plan;
  rest.erase("n"), rest.erase("in_words");
  out.design = fmt::format("{} {} {} {}", out.life, rest.dump(), out.confidence, out.sides);
  return out;
}

EarlierResult result(const std::string& file, std::string_view json) {
  const Json o = Json::parse(json);
  EarlierResult out;
  out.file = file;
  out.schema = o.at("schema").get<std::string>();
  out.json = o.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (out.schema == "relia.fit/1" || out.schema == "relia.alt/1") {
    out.fit = fit_report(o);
  } else if (out.schema == "relia.nonparametric/1") {
    out.nonparametric = nonparametric_report(o);
  } else if (out.schema == "relia.coverage/1") {
    out.coverage = coverage_study(o);
  } else {
    throw std::invalid_argument(fmt::format("no page is made of schema '{}'", out.schema));
  }
  return out;
}

[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& what) {
  DataErrors errors;
  errors.add({file, line, "", "not a result of relia in JSON: " + what});
  throw BadData(std::move(errors));
}

}  // namespace

std::vector<EarlierResult> read_results(const std::string& file, const std::string& content) {
  std::vector<EarlierResult> out;
  try {
    if (Json::accept(content)) return {result(file, content)};
  } catch (const std::exception& e) {
    refuse(file, 1, e.what());
  }
  std::size_t line = 0;
  for (std::size_t from = 0; from < content.size();) {
    const std::size_t end = std::min(content.find('\n', from), content.size());
    const std::string_view one = std::string_view(content).substr(from, end - from);
    ++line;
    from = end + 1;
    if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      out.push_back(result(file, one));
    } catch (const std::exception& e) {
      refuse(file, line, e.what());
    }
  }
  if (out.empty()) refuse(file, 1, "the file is empty");
  return out;
}

}  // namespace relia::io
