#include "tests/fuzz/fit_limits.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace relia::fuzz {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What log L comes to of an exponential life whose threshold runs to minus infinity and whose scale grows with it or
/// beyond.
double with_endless_threshold(const Target& target) {
  if (target.shape.components > 1 || target.shape.limited_failure || target.held[0] || target.held[1])
    return -kInfinity;
  const witness::Likelihood<double> likelihood(target.shape, target.rows);
  const double spread = std::max(target.high - target.low, 1e-6 * (1 + std::abs(target.high)));
  double highest = -kInfinity;
  for (const double times : {1e2, 1e3, 1e4, 1e5})
    for (double ratio = 1e-2; ratio < 1e7; ratio *= 2) {
      witness::Jet<double> jet;
      const std::vector<double> theta = {ratio * times * spread, target.low - times * spread};
      if (likelihood.evaluate(theta, jet) && std::isfinite(jet.value)) highest = std::max(highest, jet.value);
    }
  return highest;
}

}  // namespace

double gathered_height(const Case& c) {
  const std::string& law = c.options.distributions[0];
  if (!c.options.fixed.empty() || law == "exponential") return -kInfinity;
  double low = 0, high = kInfinity, exact = kAbsent;
  bool exact_differ = false;
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    const double lower = c.table.lower[i], upper = c.table.upper[i];
    if (lower != upper) {
      if (lower > c.table.entry[i]) low = std::max(low, lower);
      if (upper < c.table.exit[i]) high = std::min(high, upper);
      continue;
    }
    exact_differ = exact_differ || (std::isfinite(exact) && exact != lower);
    exact = lower;
  }
  if (!std::isfinite(exact)) {
    if (low != high) return low < high ? 0.0 : -kInfinity;
    // Rows that end at the one age that explains them all split like a coin: a fraction just below, the rest above.
    double below = 0, above = 0;
    for (std::size_t i = 0; i < c.table.rows(); ++i) {
      if (c.table.upper[i] == high && high < c.table.exit[i]) below += c.table.count_at(i);
      if (c.table.lower[i] == low && low > c.table.entry[i]) above += c.table.count_at(i);
    }
    return below * std::log(below / (below + above)) + above * std::log(above / (below + above));
  }
  return !exact_differ && low <= exact && exact <= high && law != "exponential-2p" ? kInfinity : -kInfinity;
}

double at_endless_spread(const Target& target) {
  using witness::Family;
  const Family f = target.shape.law.family;
  const bool line = witness::whole_line(f);
  if (f == Family::exponential && target.shape.law.threshold) return with_endless_threshold(target);
  const bool known =
      f == Family::weibull || f == Family::lognormal || f == Family::loglogistic || f == Family::frechet || line;
  if (!known || target.shape.components > 1 || target.shape.law.threshold || target.shape.limited_failure ||
      target.held[0] || target.held[1])
    return -kInfinity;
  const witness::Likelihood<double> likelihood(target.shape, target.rows);
  const double low = line ? target.low : std::log(target.low), high = line ? target.high : std::log(target.high);
  double highest = -kInfinity;
  for (const double times : {1e2, 1e3, 1e4, 1e5})
    for (double z = -12; z <= 12; z += 0.25) {
      const double sigma = times * std::max(high - low, 1e-6 * (1 + std::abs(high))),
                   mu = 0.5 * (low + high) - z * sigma;
      std::vector<double> theta = {mu, sigma};
      if (f == Family::weibull) theta = {1 / sigma, std::exp(mu)};
      witness::Jet<double> jet;
      if (likelihood.evaluate(theta, jet) && std::isfinite(jet.value)) highest = std::max(highest, jet.value);
    }
  return highest;
}

double one_component(const Target& target, int starts, std::mt19937_64& random) {
  const std::size_t size = target.shape.law_size();
  double highest = -kInfinity;
  for (std::size_t k = 0; k < target.shape.components; ++k) {
    Target one = target;
    one.shape.components = 1;
    const auto from = static_cast<std::ptrdiff_t>(target.shape.components - 1 + k * size);
    const auto to = from + static_cast<std::ptrdiff_t>(size);
    one.held = {target.held.begin() + from, target.held.begin() + to};
    one.values = {target.values.begin() + from, target.values.begin() + to};
    for (const Maximum& m : search(one, starts, random).maxima) highest = std::max(highest, m.log_likelihood);
  }
  return highest;
}

}  // namespace relia::fuzz
