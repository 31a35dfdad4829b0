#include "core/nonparametric/step_bounds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

namespace relia {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double clamp01(double x) noexcept {
  return std::clamp(x, 0.0, 1.0);
}
double log_survival(double s, double f) noexcept {
  return f < 0.5 ? std::log1p(-f) : std::log(s);
}

}  // namespace

SurvivalBounds transformed_bounds(Transform transform, double s, double f, double half) noexcept {
  SurvivalBounds out{kNone, kNone, kNone, kNone};
  if (!(s > 0.0) || !(f > 0.0) || !std::isfinite(half)) return out;
  switch (transform) {
    case Transform::log_log: {
      const double log_s = log_survival(s, f), e = half / -log_s;
      const double low = log_s * std::exp(e), high = log_s * std::exp(-e);
      out = {std::exp(low), std::exp(high), -std::expm1(low), -std::expm1(high)};
      break;
    }
    case Transform::logit: {
      const double e = half / f;
      const double low = f / s * std::exp(e), high = f / s * std::exp(-e);  // odds of failure
      out = {1 / (1 + low), 1 / (1 + high), std::isinf(low) ? 1.0 : low / (1 + low), high / (1 + high)};
      break;
    }
    case Transform::log: {
      const double log_s = log_survival(s, f);
      const double low = log_s - half, high = std::min(log_s + half, 0.0);
      out = {std::exp(low), std::exp(high), -std::expm1(low), -std::expm1(high)};
      break;
    }
    case Transform::plain: out = {s - s * half, s + s * half, f + s * half, f - s * half}; break;
    case Transform::arcsine: {
      const double angle = std::atan2(std::sqrt(s), std::sqrt(f)), e = half / 2 * std::sqrt(s / f);
      const double low = std::max(0.0, angle - e), high = std::min(std::numbers::pi / 2, angle + e);
      const auto square = [](double x) { return x * x; };
      out = {square(std::sin(low)), square(std::sin(high)), square(std::cos(low)), square(std::cos(high))};
      if (high >= std::numbers::pi / 2) out.upper = 1.0, out.failure_at_upper = 0.0;
      break;
    }
  }
  return {clamp01(out.lower), clamp01(out.upper), clamp01(out.failure_at_lower), clamp01(out.failure_at_upper)};
}

namespace {

// With n_i at risk, m_i = n_i - d_i surviving and a Lagrange multiplier u the constrained estimate is
//   S(u) = prod (1 - d_i / (n_i + u)),  u > -min m_i,
// and twice the drop of the log-likelihood
//   g(u) = 2 sum [n_i log(1 + u/n_i) - m_i log(1 + u/m_i)].
// Both are sums over all failure times so far. Where |u| <= m_i / 10 they are power series in u whose
// coefficients Q_j = sum (m_i^(1-j) - n_i^(1-j)) are prefix sums; only the few rows with a small risk set
// are summed one by one.
constexpr int kPowers = 20;  // 0.1^20 is far below the rounding of the leading term
constexpr std::size_t kBlock = 8;
constexpr double kRatio = 10;

struct Prefix {
  std::array<long double, kPowers + 1> q{};                ///< Q_2 … Q_kPowers; q[j] for power j
  double least = std::numeric_limits<double>::infinity();  ///< smallest m_i so far
};

class ConstrainedLikelihood {
 public:
  ConstrainedLikelihood(const RiskTable& risk, const KaplanMeier& estimate) : risk_(risk), estimate_(estimate) {
    const std::size_t rows = risk.size();
    prefix_.resize(rows / kBlock + 1);
    Prefix running;
    for (std::size_t i = 0; i < rows; ++i) {
      if (i % kBlock == 0) prefix_[i / kBlock] = running;
      const double n = risk.at_risk[i], m = n - risk.failures[i];
      if (m <= 0) {
        usable_ = i;
        break;
      }
      running.least = std::min(running.least, m);
      // m^(1-j) - n^(1-j) = m^(1-j) (1 - (m/n)^(j-1)), without cancellation
      const double log_ratio = std::log1p(-risk.failures[i] / n);
      double power = 1;
      for (int j = 2; j <= kPowers; ++j) {
        power /= m;
        running.q[static_cast<std::size_t>(j)] += static_cast<long double>(-power * std::expm1((j - 1) * log_ratio));
      }
      least_.push_back(running.least);
      usable_ = i + 1;
    }
    if (rows % kBlock == 0 && usable_ == rows) prefix_[rows / kBlock] = running;
  }

  [[nodiscard]] std::size_t usable() const noexcept { return usable_; }
  [[nodiscard]] double least(std::size_t last) const noexcept { return least_[last]; }

  struct Value {
    double drop, slope, log_survival;
  };
  /// g(u), g'(u) and log S(u) over rows 0 … last.
  [[nodiscard]] Value at(double u, std::size_t last) const {
    // the longest prefix of whole blocks whose risk sets are all large against u
    const auto blocks = static_cast<std::ptrdiff_t>((last + 1) / kBlock);
    const auto end = std::partition_point(prefix_.begin() + 1, prefix_.begin() + 1 + blocks,
                                          [u](const Prefix& p) { return p.least >= kRatio * std::fabs(u); });
    const auto whole = static_cast<std::size_t>(end - prefix_.begin()) - 1;
    long double g = 0, dg = 0, log_s = 0;
    const std::size_t first = whole * kBlock;
    if (first > 0) {
      const auto& q = prefix_[whole].q;
      const auto v = static_cast<long double>(u);
      long double power = v;  // u^(j-1)
      for (int j = 2; j <= kPowers; ++j, power *= -v) {
        const long double term = power * q[static_cast<std::size_t>(j)];  // (-1)^j u^(j-1) Q_j
        g += term * v / j;
        dg += term;
        log_s += term / (j - 1);
        if (std::fabs(term) < 1e-20L * std::fabs(dg)) break;
      }
      log_s += static_cast<long double>(
          relia::log_survival(estimate_.survival[first - 1], estimate_.failure_probability[first - 1]));
    }
    for (std::size_t i = first; i <= last; ++i) {
      const double d = risk_.failures[i], n = risk_.at_risk[i], m = n - d;
      g += static_cast<long double>(n * log1p_minus(u / n) - m * log1p_minus(u / m));
      dg += static_cast<long double>(u * d / ((n + u) * (m + u)));
      log_s += static_cast<long double>(std::log1p(-d / (n + u)));
    }
    return {static_cast<double>(2 * g), static_cast<double>(2 * dg), static_cast<double>(log_s)};
  }

  /// log S at the multiplier of sign `side` where g = z^2.
  [[nodiscard]] double solve(double z, int side, std::size_t last) const {
    const double floor = -least_[last];
    double inner = 0, outer = side > 0 ? std::numeric_limits<double>::infinity() : floor;  // brackets the root
    double u = side * z / std::sqrt(estimate_.greenwood[last]);
    if (u <= floor) u = 0.9 * floor;
    Value v{};
    for (int step = 0; step < 200; ++step) {
      v = at(u, last);
      const double root = std::sqrt(std::max(v.drop, 0.0));
      (root < z ? inner : outer) = u;
      // Newton on sqrt(g), which is nearly a straight line through 0
      double next = u - (root - z) * 2 * root / v.slope;
      const bool inside = side > 0 ? next > inner && next < outer : next < inner && next > outer;
      if (!inside) next = std::isinf(outer) ? 2 * u : (inner + outer) / 2;
      const double move = std::fabs(next - u);
      if (move <= 1e-15 * std::fabs(u) || next == u) break;
      u = next;
      if (inside && move <= 1e-9 * std::fabs(u)) {  // quadratic: this step is the last that counts
        v = at(u, last);
        break;
      }
    }
    return v.log_survival;
  }

 private:
  /// log(1 + u) - u
  static double log1p_minus(double u) noexcept {
    if (std::fabs(u) > 0.1) return std::log1p(u) - u;
    double sum = 0, power = u;
    for (int j = 2; j < 24; ++j) {
      power *= -u;
      const double term = power / j;
      sum += term;
      if (std::fabs(term) < 1e-18 * std::fabs(sum)) break;
    }
    return sum;
  }

  const RiskTable& risk_;
  const KaplanMeier& estimate_;
  std::vector<Prefix> prefix_;  ///< [b]: over rows before b * kBlock
  std::vector<double> least_;
  std::size_t usable_ = 0;
};

}  // namespace

LikelihoodBounds likelihood_bounds(const RiskTable& risk, const KaplanMeier& estimate, double z) {
  LikelihoodBounds out;
  out.lower.assign(risk.size(), kNone);
  out.upper.assign(risk.size(), kNone);
  const ConstrainedLikelihood likelihood(risk, estimate);
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, likelihood.usable(), 256), [&](const auto& range) {
    for (std::size_t k = range.begin(); k < range.end(); ++k) {
      out.lower[k] = clamp01(std::exp(likelihood.solve(z, -1, k)));
      out.upper[k] = clamp01(std::exp(likelihood.solve(z, +1, k)));
    }
  });
  return out;
}

}  // namespace relia
