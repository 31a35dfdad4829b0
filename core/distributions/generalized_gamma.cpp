#include "core/distributions/generalized_gamma.hpp"

#include <array>
#include <cmath>

#include "core/distributions/log_gamma_density.hpp"
#include "core/distributions/shape_distribution.hpp"

namespace relia {
namespace {

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept
      : mu_(theta[0]), log_sigma_(theta[1]), inverse_(std::exp(-theta[1])), density_(theta[2]) {}

  void log_pdf(double u, Term& out) const override {
    const double z = (u - mu_) * inverse_;
    to_location_scale_shape(density_.log_pdf(z), z, inverse_, out);
    out.f -= log_sigma_;
    out.d(1) -= 1.0;
  }
  void log_sf(double u, Term& out) const override { tail(u, true, out); }
  void log_cdf(double u, Term& out) const override { tail(u, false, out); }

 private:
  void tail(double u, bool upper, Term& out) const {
    const double z = (u - mu_) * inverse_;
    to_location_scale_shape(log_tail(density_, z, upper), z, inverse_, out);
  }

  double mu_, log_sigma_, inverse_;
  LogGammaDensity density_;
};

}  // namespace

std::unique_ptr<BoundLaw> GeneralizedGamma::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void GeneralizedGamma::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(3, std::log(axis.scale) + theta[0]);
  eta[1].reset(3, theta[1]);
  eta[2].reset(3, theta[2]);
  for (int i = 0; i < 3; ++i) eta[static_cast<std::size_t>(i)].d(i) = 1.0;
}

bool GeneralizedGamma::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[0] - std::log(axis.scale);
  theta[1] = eta[1];
  theta[2] = eta[2];
  return true;
}

// ln E[e^{sigma w}] = ln of the integral of exp(l(w; lambda) + sigma w); its derivatives are moments under that
// tilted density: d/d sigma = E[w], d/d lambda = E[l_lambda], second derivatives their covariances plus E[l_ll].
bool GeneralizedGamma::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  const double sigma = std::exp(theta[1]), lambda = theta[2];
  if (1.0 + lambda * sigma <= 0.0) return false;  // the tilted density has no maximum: the integral diverges
  const LogGammaDensity density(lambda);
  // Maximum of the exponent: (e^{lambda w} - 1)/lambda = sigma.
  const double mode = std::fabs(lambda * sigma) < 1e-8 ? sigma : std::log1p(lambda * sigma) / lambda;
  double total = 0, w1 = 0, w2 = 0, s1 = 0, s2 = 0, ws = 0;
  // Moments about the mode keep the covariances from cancelling.
  const double log_mean = integrate_line(
      mode, density.bend(), [&](double w) { return density.log_pdf(w).f + sigma * w; },
      [&](double w, double weight) {
        const ShapeJet l = density.log_pdf(w);
        const double d = w - mode;
        total += weight;
        w1 += weight * d;
        w2 += weight * d * d;
        s1 += weight * l.s;
        s2 += weight * (l.ss + l.s * l.s);
        ws += weight * d * l.s;
      });
  w1 /= total, w2 /= total, s1 /= total, s2 /= total, ws /= total;
  const double mean_w = mode + w1;
  out.reset(3, std::log(axis.scale) + theta[0] + log_mean);
  out.d(0) = 1.0;
  out.d(1) = sigma * mean_w;
  out.d(2) = s1;
  out.dd(1, 1) = sigma * mean_w + sigma * sigma * (w2 - w1 * w1);
  out.dd(2, 1) = sigma * (ws - w1 * s1);
  out.dd(2, 2) = s2 - s1 * s1;
  return true;
}

std::vector<std::vector<double>> GeneralizedGamma::starts(const PlotSummary& p) const {
  std::vector<std::vector<double>> out;
  for (const double lambda : {0.3, 1.0, 0.0, -0.5, 2.0, -1.0, 0.6, -2.0, 4.0, -4.0}) {
    const std::array<double, 3> standard = {0.0, 0.0, lambda};
    const double low = quantile(standard, std::log1p(-p.p_low), std::log(p.p_low));
    const double middle = quantile(standard, std::log1p(-p.p_middle), std::log(p.p_middle));
    const double high = quantile(standard, std::log1p(-p.p_high), std::log(p.p_high));
    const double sigma = p.spread / (high > low ? high - low : 1.0);
    out.push_back({p.middle - sigma * middle, std::log(sigma), lambda});
  }
  return out;
}

}  // namespace relia
