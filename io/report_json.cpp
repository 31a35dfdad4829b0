// The schema "relia.fit/1". Keys stand in the order of the manual; NaN and infinities become null.

#include "io/report_json.hpp"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <relia/io/report.hpp>

#include "io/report_reasons.hpp"

namespace relia::io {
namespace {

void put_reason(Json& out, const char* key, const std::string& reason) {
  if (!reason.empty()) out[key] = reason;
}

}  // namespace

Json with_quantity(Json out, const Quantity& q) {
  out["estimate"] = q.estimate;
  out["std_error"] = q.std_error;
  out["lower"] = q.lower;
  out["upper"] = q.upper;
  put_reason(out, "reason", q.reason);
  put_reason(out, "lower_reason", q.lower_reason);
  put_reason(out, "upper_reason", q.upper_reason);
  const Digits& d = q.digits;
  if (std::isfinite(d.estimate) || std::isfinite(d.std_error) || std::isfinite(d.lower) || std::isfinite(d.upper)) {
    out["digits"] = {{"estimate", d.estimate}, {"std_error", d.std_error}, {"lower", d.lower}, {"upper", d.upper}};
  }
  return out;
}

namespace {

template <class T, class F>
Json list_of(const std::vector<T>& items, F&& one) {
  Json out = Json::array();
  for (const T& item : items) out.push_back(one(item));
  return out;
}

}  // namespace

Json parameter_object(const NamedQuantity& p) {
  Json out = with_quantity({{"name", p.name}}, p.value);
  if (p.fixed) out["fixed"] = true;
  return out;
}

namespace {

Json quantile(const QuantileResult& q) {
  return with_quantity({{"p", q.p}, {"name", q.name}}, q.value);
}

Json residual_quantile(const QuantileResult& q) {
  return with_quantity({{"given", q.given}, {"p", q.p}, {"name", q.name}}, q.value);
}

Json at_time(const AtTimeResult& r) {
  return with_quantity({{"time", r.time}}, r.value);
}

Json conditional(const AtTimeResult& r) {
  return with_quantity({{"given", r.given}, {"time", r.time}}, r.value);
}

Json reliable_life(const ReliableLifeResult& r) {
  return with_quantity({{"reliability", r.reliability}}, r.value);
}

void put_metrics(Json& out, const LifeMetrics& m) {
  out["mean"] = with_quantity(Json::object(), m.mean);
  out["quantiles"] = list_of(m.quantiles, quantile);
  out["reliability"] = list_of(m.reliability, at_time);
  out["failure_probability"] = list_of(m.failure_probability, at_time);
  out["hazard"] = list_of(m.hazard, at_time);
  if (!m.conditional.empty()) out["conditional"] = list_of(m.conditional, conditional);
  if (!m.residual_quantiles.empty()) out["residual_quantiles"] = list_of(m.residual_quantiles, residual_quantile);
  if (!m.reliable_life.empty()) out["reliable_life"] = list_of(m.reliable_life, reliable_life);
}

Json covariance(const std::vector<std::vector<double>>& matrix) {
  if (matrix.empty()) return nullptr;
  return list_of(matrix, [](const std::vector<double>& row) { return Json(row); });
}

}  // namespace

Json convergence_object(const Convergence& c) {
  Json out = {{"status", to_string(c.status)}, {"iterations", c.iterations}, {"gradient_norm", c.gradient_norm}};
  put_reason(out, "reason", c.reason);
  put_reason(out, "advice", c.advice);
  return out;
}

void put_counts(Json& out, const LifeCounts& counts) {
  out["n"] = counts.n;
  out["failures"] = counts.failures;
  out["right_censored"] = counts.right_censored;
  out["left_censored"] = counts.left_censored;
  out["interval_censored"] = counts.interval_censored;
  out["truncated"] = counts.truncated;
  out["rows"] = counts.rows;
}

namespace {

Json mode(const ModeResult& m) {
  Json out = {{"mode", m.mode}};
  Json counts = Json::object();
  put_counts(counts, m.data);
  out["data"] = std::move(counts);
  out["parameters"] = list_of(m.parameters, parameter_object);
  out["covariance"] = covariance(m.covariance);
  out["log_likelihood"] = m.log_likelihood;
  put_metrics(out, m.metrics);
  out["convergence"] = convergence_object(m.convergence);
  return out;
}

Json model(const ModelResult& m) {
  Json out = {{"distribution", m.distribution}};
  if (!m.modifier.empty()) out["modifier"] = m.modifier;
  if (m.components > 1) out["components"] = m.components;
  out["method"] = m.method;
  if (!m.ranks.empty()) out["ranks"] = m.ranks;
  out["solver"] = m.solver;
  out["bounds"] = m.bounds.empty() ? Json(nullptr) : Json(m.bounds);
  out["rank"] = m.rank > 0 ? Json(m.rank) : Json(nullptr);
  out["free_parameters"] = m.free_parameters;
  out["parameters"] = list_of(m.parameters, parameter_object);
  if (!m.derived.empty()) out["derived"] = list_of(m.derived, parameter_object);
  out["covariance"] = covariance(m.covariance);
  out["log_likelihood"] = m.log_likelihood;
  out["aic"] = m.aic;
  out["aicc"] = m.aicc;
  out["bic"] = m.bic;
  out["anderson_darling"] = m.anderson_darling;
  if (m.anderson_darling_adjusted == m.anderson_darling_adjusted) {
    out["anderson_darling_adjusted"] = m.anderson_darling_adjusted;
  }
  if (m.method != "mle") {
    out["correlation"] = m.correlation;
    out["r_squared"] = m.r_squared;
  }
  if (m.modifier == "mode") {
    out["modes"] = list_of(m.modes, mode);
    Json system = Json::object();
    put_metrics(system, m.metrics);
    out["system"] = std::move(system);
  } else {
    put_metrics(out, m.metrics);
  }
  out["convergence"] = convergence_object(m.convergence);
  if (const Resampling& r = m.resampling; !r.kind.empty()) {
    out["bootstrap"] = {{"method", r.kind},           {"interval", r.interval}, {"seed", r.seed},
                        {"replicates", r.replicates}, {"failed", r.failed},     {"exact", r.exact}};
  }
  if (const Certification& c = m.certification; !c.status.empty()) {
    Json digits = {{"log_likelihood", c.log_likelihood}, {"least", c.least}};
    Json certificate = {{"status", c.status}, {"digits", std::move(digits)}};
    put_reason(certificate, "reason", c.reason);
    out["certificate"] = std::move(certificate);
  }
  if (!m.warnings.empty()) out["warnings"] = m.warnings;
  return out;
}

Json requirement(const RequirementResult& r) {
  Json out = {{"expr", r.expression},
              {"confidence", r.confidence},
              {"estimate", r.estimate},
              {"bound", r.bound},
              {"met", r.met}};
  put_reason(out, "reason", r.reason);
  return out;
}

Json data(const FitReport& report) {
  Json out = {{"source", report.source.name}, {"sha256", report.source.sha256}};
  put_counts(out, report.data);
  out["time_unit"] = report.source.time_unit.empty() ? Json(nullptr) : Json(report.source.time_unit);
  return out;
}

}  // namespace

Json fit_object(const FitReport& report) {
  Json out = {{"schema", "relia.fit/1"}};
  if (!report.group_column.empty()) {
    out["by"] = report.group_column;
    out["group"] = report.group;
  }
  out["data"] = data(report);
  out["confidence"] = report.confidence;
  out["bounds"] = report.bounds;
  if (report.bounds == "wald") out["wald_scale"] = report.wald_scale;
  out["sides"] = report.sides;
  out["criterion"] = report.criterion;
  out["models"] = list_of(report.models, model);
  out["requirements"] = list_of(report.requirements, requirement);
  out["warnings"] = all_warnings(report);
  return out;
}

std::string dumped(const Json& value, bool one_line) {
  // A name that is not UTF-8 (a file's, say) must not keep the numbers from being printed.
  return value.dump(one_line ? -1 : 2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string render_json(const FitReport& report, bool one_line) {
  if (!one_line) return dumped(fit_object(report), false);
  std::string out;
  append_json_line(out, report);
  return out;
}

}  // namespace relia::io
