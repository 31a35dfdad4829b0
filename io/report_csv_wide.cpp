// One row a group: what a data frame of many populations takes without reshaping.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <relia/io/report.hpp>

#include "io/report_csv.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

/// Cells of one row, absent numbers empty.
class Row {
 public:
  explicit Row(std::string& out) : out_(out) {}
  ~Row() { out_ += '\n'; }
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  void text(std::string_view value) {
    separate();
    out_ += csv_cell(value);
  }
  void whole(std::uint64_t value) {
    separate();
    std::array<char, 24> digits{};
    out_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  void number(double value) {
    separate();
    if (!std::isfinite(value)) return;
    std::array<char, 32> digits{};
    out_.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
  }
  void quantity(const Quantity& q) {
    for (const double value : {q.estimate, q.std_error, q.lower, q.upper}) number(value);
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

/// Calls f(name, quantity) for every metric in the order of the columns.
template <class F>
void for_each_metric(const LifeMetrics& m, F&& f) {
  f([] { return std::string("mean"); }, m.mean);
  for (const auto& q : m.quantiles) f([&] { return q.name; }, q.value);
  for (const auto& r : m.reliable_life) f([&] { return fmt::format("life(R={})", shortest(r.reliability)); }, r.value);
  for (const auto& r : m.reliability) f([&] { return fmt::format("R({})", shortest(r.time)); }, r.value);
  for (const auto& r : m.failure_probability) f([&] { return fmt::format("F({})", shortest(r.time)); }, r.value);
  for (const auto& r : m.hazard) f([&] { return fmt::format("h({})", shortest(r.time)); }, r.value);
  for (const auto& r : m.conditional) {
    f([&] { return fmt::format("R({}|{})", shortest(r.time), shortest(r.given)); }, r.value);
  }
  for (const auto& q : m.residual_quantiles)
    f([&] { return fmt::format("{}|{}", q.name, shortest(q.given)); }, q.value);
}

const Quantity* find(const ModelResult& m, const std::string& name) {
  for (const auto* list : {&m.parameters, &m.derived}) {
    for (const NamedQuantity& p : *list) {
      if (p.name == name) return &p.value;
    }
  }
  return nullptr;
}

}  // namespace

WideCsv::WideCsv(const FitReport& outline) {
  for (const ModelResult& m : outline.models) {
    for (const auto* list : {&m.parameters, &m.derived}) {
      for (const NamedQuantity& p : *list) {
        if (std::find(parameters_.begin(), parameters_.end(), p.name) == parameters_.end())
          parameters_.push_back(p.name);
      }
    }
  }
  columns_ = {"group",         "distribution",      "rank",     "status", "n", "failures", "right_censored",
              "left_censored", "interval_censored", "truncated"};
  const auto quantity = [this](const std::string& name) {
    for (const char* part : {"", "_std_error", "_lower", "_upper"}) columns_.push_back(name + part);
  };
  for (const std::string& name : parameters_) quantity(name);
  for (const char* name : {"log_likelihood", "aic", "aicc", "bic", "anderson_darling"}) columns_.emplace_back(name);
  if (!outline.models.empty()) {
    for_each_metric(outline.models.front().metrics, [&](auto&& name, const Quantity&) { quantity(name()); });
  }
  for (const RequirementResult& r : outline.requirements) {
    columns_.push_back(r.expression);
    columns_.push_back(r.expression + " bound");
  }
  columns_.emplace_back("reason");
}

std::string WideCsv::header() const {
  std::string out;
  {
    Row row(out);
    for (const std::string& name : columns_) row.text(name);
  }
  return out;
}

void WideCsv::append(std::string& out, const FitReport& report) const {
  const bool first_only = report.selection == "best" || report.selection == "all";
  for (const ModelResult& m : report.models) {
    Row row(out);
    std::size_t cells = 10;
    row.text(report.group);
    row.text(m.distribution);
    m.rank > 0 ? row.whole(static_cast<std::uint64_t>(m.rank)) : row.text("");
    row.text(to_string(m.convergence.status));
    const LifeCounts& c = report.data;
    for (const std::uint64_t count :
         {c.n, c.failures, c.right_censored, c.left_censored, c.interval_censored, c.truncated}) {
      row.whole(count);
    }
    const Quantity absent;
    for (const std::string& name : parameters_) {
      const Quantity* const value = find(m, name);
      row.quantity(value == nullptr ? absent : *value);
    }
    for (const double x : {m.log_likelihood, m.aic, m.aicc, m.bic, m.anderson_darling}) row.number(x);
    cells += 4 * parameters_.size() + 5;
    for_each_metric(m.metrics, [&](auto&&, const Quantity& value) {
      row.quantity(value);
      cells += 4;
    });
    // A model without estimates has no metrics.
    const std::size_t rest = 2 * report.requirements.size() + 1;
    for (; cells + rest < columns_.size(); ++cells) row.text("");
    for (const RequirementResult& r : report.requirements) {
      row.text(r.met ? "met" : "not met");
      row.number(r.bound);
    }
    row.text(m.convergence.reason);
    if (first_only) return;
  }
}

}  // namespace relia::io
