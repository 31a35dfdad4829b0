#include "solvers/resample_draw.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <relia/error.hpp>

#include "core/numeric/special.hpp"

namespace relia {
namespace {

/// Up to this shape a gamma variate is a sum of exponentials, beyond it the inverse of its distribution function.
constexpr double kSummed = 8.0;
constexpr double kMostUnits = 2e7;

std::string number(double v) {
  std::string out = std::to_string(v);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

}  // namespace

void draw_weights(std::span<const double> units, double n, RandomStream& random, std::span<double> weight) {
  double sum = 0.0;
  for (std::size_t i = 0; i < weight.size(); ++i) {
    const double c = units[i];
    double g = 0.0;
    if (c <= kSummed) {
      for (double k = 0.0; k < c; k += 1.0) g += random.exponential();
    } else {
      g = 0.5 * chi_squared_quantile(random.uniform(), 2.0 * c);
    }
    weight[i] = g;
    sum += g;
  }
  const double scale = n / sum;
  for (double& w : weight) w *= scale;
}

CaseDraw::CaseDraw(std::span<const double> units) {
  double n = 0.0;
  bool single = true;
  for (const double c : units) {
    n += c;
    single = single && c == 1.0;
  }
  if (n > kMostUnits) {
    throw UsageError("--bootstrap cases draws unit by unit and takes at most 20 million units, the data have " +
                     number(n) + "; use --bootstrap weights");
  }
  n_ = static_cast<std::uint64_t>(n);
  if (single) return;
  row_.reserve(n_);
  for (std::size_t i = 0; i < units.size(); ++i) {
    row_.insert(row_.end(), static_cast<std::size_t>(units[i]), static_cast<std::uint32_t>(i));
  }
}

void CaseDraw::draw(RandomStream& random, std::span<double> weight) const {
  std::fill(weight.begin(), weight.end(), 0.0);
  for (std::uint64_t k = 0; k < n_; ++k) {
    const std::uint64_t unit = random.below(n_);
    weight[row_.empty() ? unit : row_[unit]] += 1.0;
  }
}

ShownPlan shown_plan(const LifeTable& table, const BootstrapOptions& options) {
  const LifeCounts counts = count_by_kind(table);
  if (counts.left_censored + counts.interval_censored + counts.truncated > 0) {
    throw UsageError(
        "--bootstrap parametric needs a test whose plan is known: exact or right-censored rows without truncation; use "
        "--bootstrap weights");
  }
  ShownPlan plan{static_cast<std::size_t>(counts.n), static_cast<std::size_t>(counts.failures), options.censor_at};
  double first_suspension = INFINITY, last_suspension = -INFINITY, last_failure = -INFINITY;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    if (table.lower[i] == table.upper[i]) {
      last_failure = std::fmax(last_failure, table.lower[i]);
    } else {
      first_suspension = std::fmin(first_suspension, table.lower[i]);
      last_suspension = std::fmax(last_suspension, table.lower[i]);
    }
  }
  if (!std::isnan(options.censor_at)) {
    if (last_failure > options.censor_at) {
      throw UsageError("--censor-at " + number(options.censor_at) + ": a unit failed later, at " +
                       number(last_failure));
    }
    if (counts.right_censored > 0 && (first_suspension != options.censor_at || last_suspension != options.censor_at)) {
      throw UsageError("--censor-at " + number(options.censor_at) + ": a unit was taken off the test at another age, " +
                       number(first_suspension != options.censor_at ? first_suspension : last_suspension) +
                       "; use --bootstrap weights");
    }
    return plan;
  }
  if (counts.right_censored == 0) return plan;
  if (first_suspension == last_suspension && first_suspension == last_failure) return plan;
  throw UsageError(
      first_suspension == last_suspension
          ? "--bootstrap parametric needs the plan of the test: if it ended for every unit at age " +
                number(first_suspension) + ", give --censor-at " + number(first_suspension)
          : std::string("--bootstrap parametric needs the plan of the test, and units were taken off it at several "
                        "ages; use --bootstrap weights"));
}

}  // namespace relia
