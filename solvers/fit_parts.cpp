#include "solvers/fit_parts.hpp"

#include <algorithm>
#include <cmath>

#include <relia/error.hpp>

namespace relia {

void refuse_zero_failures(const LifeTable& table, const std::vector<std::shared_ptr<const Distribution>>& chosen) {
  if (std::none_of(chosen.begin(), chosen.end(), [](const auto& d) { return d->positive(); })) return;
  DataErrors errors;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) > 0.0 && table.lower[i] == 0.0 && table.upper[i] == 0.0) {
      errors.add({table.provenance.name, line_of(table, i), "lower",
                  "a failure at time 0 has no place in a life on the positive axis; treat units dead on arrival apart, "
                  "or give the interval in which they failed (lower empty, upper the first inspection)"});
    }
  }
  if (!errors.empty()) throw BadData(std::move(errors));
}

void set_criteria(ModelResult& m, double n) {
  const double k = m.free_parameters, l = m.log_likelihood;
  m.aic = 2.0 * k - 2.0 * l;
  m.aicc = n - k - 1.0 > 0.0 ? m.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0) : kAbsent;
  m.bic = k * std::log(n) - 2.0 * l;
}

void describe_data(const LifeTable& table, FitReport& report) {
  report.source = table.provenance;
  report.data = count_by_kind(table);
  double last = 0.0, first_failure = kInfinity, last_failure = 0.0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    last = std::fmax(last, table.lower[i]);
    if (std::isfinite(table.upper[i])) {
      last = std::fmax(last, table.upper[i]);
      first_failure = std::fmin(first_failure, table.upper[i]);
      last_failure = std::fmax(last_failure, table.upper[i]);
    }
  }
  report.last_time = last;
  report.first_failure = std::isfinite(first_failure) ? first_failure : kAbsent;
  report.last_failure = std::isfinite(first_failure) ? last_failure : kAbsent;
}

}  // namespace relia
