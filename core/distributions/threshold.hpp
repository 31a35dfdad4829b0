// Three-parameter forms: a location-scale law of ln(t - threshold).
//
//   z = (ln(t - threshold) - mu)/sigma
//
// Worked in theta = (m, ln s, xi) with m = threshold + e^mu, s = sigma e^mu, xi = sigma:
//
//   z = ln(1 + xi r)/xi,  r = (u - m)/s
//
// where threshold -> -infinity is the ordinary point xi = 0 (the location-scale law of t itself) and continues
// smoothly to xi < 0, a life with an upper end, which is not of this family. So the ridge along which the usual
// coordinates run away is short here, and a maximum at xi <= 0 tells that the threshold has run to -infinity.
//
// Source   the generalized extreme-value form of Jenkinson (1955), Q. J. R. Met. Soc. 81, applied to any kernel.
// Checked  tests/laws; the certified problems.

#pragma once

#include <array>
#include <cmath>

#include "core/distributions/distribution.hpp"
#include "core/kernels/taylor.hpp"

namespace relia {

/// z(u; m, ln s, xi) with derivatives; z is -inf or +inf outside the support.
void threshold_z(double u, std::span<const double> theta, Term& z) noexcept;

template <StandardKernel K>
class ThresholdLaw final : public BoundLaw {
 public:
  explicit ThresholdLaw(std::span<const double> theta) noexcept : theta_{theta[0], theta[1], theta[2]} {}

  void log_pdf(double u, Term& out) const override {
    Term z;
    threshold_z(u, theta_, z);
    if (outside(z, out, -kInfinity, -kInfinity)) return;
    out = z;
    const Taylor2 t = K::log_pdf(z.f);
    const double xi = theta_[2];
    // log f = log k(z) - ln s - xi z
    out.compose(t.f - theta_[1] - xi * z.f, t.d1 - xi, t.d2);
    out.d(1) -= 1.0;
    out.d(2) -= z.f;
    for (int i = 0; i < 3; ++i) out.dd(2, i) -= (i == 2 ? 2.0 : 1.0) * z.d(i);
  }
  void log_sf(double u, Term& out) const override {
    threshold_z(u, theta_, out);
    if (!outside(out, out, 0.0, -kInfinity)) apply(K::log_sf(out.f), out);
  }
  void log_cdf(double u, Term& out) const override {
    threshold_z(u, theta_, out);
    if (!outside(out, out, -kInfinity, 0.0)) apply(K::log_cdf(out.f), out);
  }

 private:
  static void apply(Taylor2 t, Term& out) noexcept { out.compose(t.f, t.d1, t.d2); }
  static bool outside(const Term& z, Term& out, double below, double above) noexcept {
    if (std::isfinite(z.f)) return false;
    out.reset(3, z.f < 0.0 ? below : above);
    return true;
  }
  std::array<double, 3> theta_;
};

/// Which names the parameters have: (shape, scale, threshold) or (mu, sigma, threshold).
template <StandardKernel K, bool ShapeScale>
class ThresholdDistribution : public Distribution {
 public:
  [[nodiscard]] bool log_axis() const override { return false; }
  [[nodiscard]] bool positive() const override { return true; }
  [[nodiscard]] int size() const override { return 3; }
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    if (ShapeScale)
      return {{"shape", BoundScale::log}, {"scale", BoundScale::log}, {"threshold", BoundScale::identity}};
    return {{"mu", BoundScale::identity}, {"sigma", BoundScale::log}, {"threshold", BoundScale::identity}};
  }
  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override {
    return std::make_unique<ThresholdLaw<K>>(theta);
  }
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override {
    const double xi = theta[2], ratio = std::exp(theta[1]) / xi;  // e^mu = s/xi
    Term log_xi(3, std::log(xi));
    log_xi.d(2) = 1.0 / xi;
    log_xi.dd(2, 2) = -1.0 / (xi * xi);
    Term log_scale(3, theta[1] + std::log(axis.scale));
    log_scale.d(1) = 1.0;
    log_scale.add(-1.0, log_xi);
    if (ShapeScale) {
      eta[0].reset(3);
      eta[0].add(-1.0, log_xi);
      eta[1] = log_scale;
    } else {
      eta[0] = log_scale;
      eta[1] = log_xi;
    }
    Term& g = eta[2];
    const double c = axis.scale;
    g.reset(3, axis.shift + c * (theta[0] - ratio));
    g.d(0) = c;
    g.d(1) = -c * ratio;
    g.d(2) = c * ratio / xi;
    g.dd(1, 1) = -c * ratio;
    g.dd(2, 1) = c * ratio / xi;
    g.dd(2, 2) = -2.0 * c * ratio / (xi * xi);
  }
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override {
    const double log_xi = ShapeScale ? -eta[0] : eta[1], mu = (ShapeScale ? eta[1] : eta[0]) - std::log(axis.scale);
    theta[0] = (eta[2] - axis.shift) / axis.scale + std::exp(mu);
    theta[1] = mu + log_xi;
    theta[2] = std::exp(log_xi);
    return true;
  }
  [[nodiscard]] double quantile(std::span<const double> theta, double log_sf, double log_cdf) const override {
    const double z = standard(log_sf, log_cdf), x = theta[2] * z;
    const double r = std::fabs(x) < 1e-300 ? z : std::expm1(x) / theta[2];
    return theta[0] + std::exp(theta[1]) * r;
  }
  bool mean(const Axis& axis, std::span<const double> theta, Term& out) const override {
    double m = 0, m1 = 0, m2 = 0;
    if (!standard_mean(theta[2], m, m1, m2)) return false;
    // E[T] = threshold + e^mu M(sigma), ln E taken at the end; e^mu = s/xi.
    const double s = std::exp(theta[1]), xi = theta[2], a = s / xi, c = axis.scale;
    // value = shift + c [m0 + a (M - 1)]
    const double k = m - 1.0, value = axis.shift + c * (theta[0] + a * k);
    if (!(value > 0.0)) return false;
    out.reset(3, value);
    out.d(0) = c;
    out.d(1) = c * a * k;
    out.d(2) = c * a * (m1 - k / xi);
    out.dd(1, 1) = c * a * k;
    out.dd(2, 1) = c * a * (m1 - k / xi);
    out.dd(2, 2) = c * a * (m2 - 2.0 * m1 / xi + 2.0 * k / (xi * xi));
    out.compose(std::log(value), 1.0 / value, -1.0 / (value * value));
    return true;
  }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 ? std::exp(theta[1]) : 1.0;
  }
  /// Below 1e-9 rounding decides the sign of xi: the threshold is at minus infinity.
  [[nodiscard]] bool regular(std::span<const double> theta) const override { return theta[2] > 1e-9; }
  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& p) const override {
    const double low = standard(std::log1p(-p.p_low), std::log(p.p_low));
    const double middle = standard(std::log1p(-p.p_middle), std::log(p.p_middle));
    const double high = standard(std::log1p(-p.p_high), std::log(p.p_high));
    std::vector<std::vector<double>> out;
    std::vector<double> thresholds;
    for (const double gap : {0.5, 0.1, 2.0, 0.02, 8.0, 0.003, 40.0}) thresholds.push_back(p.first - gap * p.spread);
    // log L bends sharply where the threshold passes an entry age or a lower end: maxima hide close by.
    for (const double end : p.ends) {
      for (const double gap : {0.01, 1e-4, 1e-7}) thresholds.push_back(end - gap * p.spread);
    }
    for (std::size_t k = 0; k < thresholds.size(); ++k) {
      const double t0 = thresholds[k], least = std::fmax(1e-3 * p.spread, p.first - t0);
      const double near = std::fmax(p.low - t0, 0.5 * least), far = std::fmax(p.high - t0, 2.0 * near);
      const double xi = std::log(far / near) / (high > low ? high - low : 1.0);
      const double mu = std::log(std::fmax(p.middle - t0, near)) - xi * middle;
      if (!(xi > 0.0) || !std::isfinite(mu)) continue;
      out.push_back({t0 + std::exp(mu), mu + std::log(xi), xi});
      // Close below an end the law may also be very skew.
      if (k >= 7) out.push_back({t0 + std::exp(mu), mu + std::log(2.0 * xi + 1.5), 2.0 * xi + 1.5});
    }
    return out;
  }

 protected:
  /// E[e^{sigma z}] with two derivatives in sigma; false: does not exist.
  [[nodiscard]] virtual bool standard_mean(double sigma, double& m, double& m1, double& m2) const = 0;

 private:
  static double standard(double log_sf, double log_cdf) noexcept {
    return log_cdf < log_sf ? K::quantile_log_cdf(log_cdf) : K::quantile_log_sf(log_sf);
  }
};

}  // namespace relia
