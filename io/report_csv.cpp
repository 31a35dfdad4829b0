// One row a number: what a spreadsheet or a data frame takes without a parser.

#include "io/report_csv.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <relia/io/report.hpp>

#include "io/report_numbers.hpp"

namespace relia::io {

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

namespace {

using Place = CsvPlace;

class Rows {
 public:
  explicit Rows(std::string& out) : out_(out) {}

  void add(const Place& at,
           std::string_view quantity,
           std::string_view name,
           double argument,
           double given,
           const Quantity& value) {
    add(at, quantity, name, argument, given, value, at.status);
  }

  void add(const Place& at,
           std::string_view quantity,
           std::string_view name,
           double argument,
           double given,
           const Quantity& value,
           std::string_view status) {
    const std::vector<std::string> cells = {at.group,
                                            at.distribution,
                                            at.rank,
                                            at.mode,
                                            std::string(quantity),
                                            std::string(name),
                                            shortest(argument),
                                            shortest(given),
                                            shortest(value.estimate),
                                            shortest(value.std_error),
                                            shortest(value.lower),
                                            shortest(value.upper),
                                            std::string(status)};
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out_ += ',';
      out_ += csv_cell(cells[i]);
    }
    out_ += '\n';
  }

 private:
  std::string& out_;
};

void add_number(Rows& rows, const Place& at, std::string_view name, double value) {
  Quantity quantity;
  quantity.estimate = value;
  rows.add(at, "fit", name, kAbsent, kAbsent, quantity);
}

void add_parameters(Rows& rows,
                    const Place& at,
                    const std::vector<NamedQuantity>& parameters,
                    std::string_view quantity) {
  for (const NamedQuantity& p : parameters) rows.add(at, quantity, p.name, kAbsent, kAbsent, p.value);
}

void add_metrics(Rows& rows, const Place& at, const LifeMetrics& metrics) {
  rows.add(at, "mean", "mean", kAbsent, kAbsent, metrics.mean);
  for (const auto& q : metrics.quantiles) rows.add(at, "quantile", q.name, q.p, kAbsent, q.value);
  for (const auto& r : metrics.reliable_life) rows.add(at, "reliable_life", "", r.reliability, kAbsent, r.value);
  const auto at_times = [&](std::string_view quantity, const std::vector<AtTimeResult>& list) {
    for (const AtTimeResult& r : list) rows.add(at, quantity, "", r.time, r.given, r.value);
  };
  at_times("reliability", metrics.reliability);
  at_times("failure_probability", metrics.failure_probability);
  at_times("hazard", metrics.hazard);
  at_times("conditional", metrics.conditional);
  for (const auto& q : metrics.residual_quantiles) rows.add(at, "residual_quantile", q.name, q.p, q.given, q.value);
}

void add_model(Rows& rows, const std::string& group, const ModelResult& model) {
  Place at{.group = group,
           .distribution = model.distribution,
           .rank = model.rank > 0 ? std::to_string(model.rank) : std::string(),
           .mode = {},
           .status = to_string(model.convergence.status)};
  add_parameters(rows, at, model.parameters, "parameter");
  add_parameters(rows, at, model.derived, "derived");
  add_number(rows, at, "log_likelihood", model.log_likelihood);
  add_number(rows, at, "aic", model.aic);
  add_number(rows, at, "aicc", model.aicc);
  add_number(rows, at, "bic", model.bic);
  add_number(rows, at, "anderson_darling", model.anderson_darling);
  if (model.method != "mle") {
    add_number(rows, at, "correlation", model.correlation);
    add_number(rows, at, "r_squared", model.r_squared);
  }
  add_metrics(rows, at, model.metrics);
  for (const ModeResult& mode : model.modes) {
    at.mode = mode.mode;
    at.status = to_string(mode.convergence.status);
    add_parameters(rows, at, mode.parameters, "parameter");
    add_number(rows, at, "log_likelihood", mode.log_likelihood);
    add_metrics(rows, at, mode.metrics);
  }
}

void add_requirement(Rows& rows, const std::string& group, const RequirementResult& r) {
  Quantity value;
  value.estimate = r.estimate;
  // The side that counts is the one the comparison asks for.
  (r.expression.find(">=") != std::string::npos ? value.lower : value.upper) = r.bound;
  rows.add({.group = group, .distribution = {}, .rank = {}, .mode = {}, .status = {}}, "requirement", r.expression,
           r.confidence, kAbsent, value, r.met ? "met" : "not met");
}

}  // namespace

void add_csv_row(std::string& out,
                 const CsvPlace& at,
                 std::string_view quantity,
                 std::string_view name,
                 double argument,
                 const Quantity& value) {
  Rows(out).add(at, quantity, name, argument, kAbsent, value);
}

std::string csv_header() {
  return "group,distribution,rank,mode,quantity,name,argument,given,estimate,std_error,lower,upper,status\n";
}

std::string render_csv(const FitReport& report) {
  std::string out;
  Rows rows(out);
  for (const ModelResult& model : report.models) add_model(rows, report.group, model);
  for (const RequirementResult& r : report.requirements) add_requirement(rows, report.group, r);
  return out;
}

}  // namespace relia::io
