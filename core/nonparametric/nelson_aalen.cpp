#include "core/nonparametric/nelson_aalen.hpp"

#include <cmath>
#include <utility>

namespace relia {
namespace {

template <class Increment>
CumulativeHazard accumulate(const RiskTable& risk, Increment&& increment) {
  CumulativeHazard out;
  out.hazard.resize(risk.size());
  out.variance.resize(risk.size());
  long double hazard = 0, variance = 0;
  for (std::size_t i = 0; i < risk.size(); ++i) {
    const auto [h, v] =
        increment(static_cast<long double>(risk.failures[i]), static_cast<long double>(risk.at_risk[i]));
    hazard += h;
    variance += v;
    out.hazard[i] = static_cast<double>(hazard);
    out.variance[i] = static_cast<double>(variance);
  }
  return out;
}

/// sum of 1/k and of 1/k^2 for whole k from a + 1 to b.
std::pair<long double, long double> harmonic_tail(long double a, long double b) {
  // One by one up to 64 terms or while k is small, then Euler and Maclaurin: at k > 64 the first term left
  // out is below 1e-19 of the sum.
  long double one = 0, two = 0;
  while (a < b && (a < 64 || b - a <= 64)) {
    a += 1;
    one += 1 / a;
    two += 1 / (a * a);
  }
  if (a == b) return {one, two};
  const auto tail = [](long double x) {  // of 1/k: sum - log, from the expansion of digamma(x + 1) - log x
    const long double r = 1 / (x * x);
    return 1 / (2 * x) - r * (1 / 12.0L - r * (1 / 120.0L - r * (1 / 252.0L - r * (1 / 240.0L))));
  };
  const auto tail_squares = [](long double x) {  // trigamma(x + 1) - 1/x = -1/(2x^2) + 1/(6x^3) - …
    const long double r = 1 / (x * x);
    return -r / 2 + r / x * (1 / 6.0L - r * (1 / 30.0L - r * (1 / 42.0L - r * (1 / 30.0L))));
  };
  one += std::log1p((b - a) / a) + tail(b) - tail(a);
  two += (b - a) / a / b + tail_squares(a) - tail_squares(b);
  return {one, two};
}

}  // namespace

CumulativeHazard nelson_aalen(const RiskTable& risk) {
  return accumulate(risk, [](long double d, long double n) { return std::pair(d / n, d / n / n); });
}

CumulativeHazard fleming_harrington(const RiskTable& risk) {
  return accumulate(risk, [](long double d, long double n) { return harmonic_tail(n - d, n); });
}

}  // namespace relia
