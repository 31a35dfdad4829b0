#include "core/distributions/birnbaum_saunders.hpp"

#include <cmath>

#include "core/kernels/gaussian.hpp"

namespace relia {
namespace {

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept
      : mu_(theta[0]), log_shape_(theta[1]), inverse_(std::exp(-theta[1])) {}

  void log_pdf(double u, Term& out) const override {
    const double h = 0.5 * (u - mu_);
    chain(h, Gaussian::log_pdf(2.0 * std::sinh(h) * inverse_), out);
    // dx/du = cosh(h)/shape; ln cosh written so that large |h| does not overflow.
    const double a = std::fabs(h), t = std::tanh(h);
    out.f += a + std::log1p(std::exp(-2.0 * a)) - kLn2 - log_shape_;
    out.d(0) -= 0.5 * t;
    out.dd(0, 0) += 0.25 * (1.0 - t * t);
    out.d(1) -= 1.0;
  }
  void log_sf(double u, Term& out) const override {
    const double h = 0.5 * (u - mu_);
    chain(h, Gaussian::log_sf(2.0 * std::sinh(h) * inverse_), out);
  }
  void log_cdf(double u, Term& out) const override {
    const double h = 0.5 * (u - mu_);
    chain(h, Gaussian::log_cdf(2.0 * std::sinh(h) * inverse_), out);
  }

 private:
  void chain(double h, Taylor2 t, Term& out) const noexcept {
    const double x = 2.0 * std::sinh(h) * inverse_, x0 = -std::cosh(h) * inverse_;
    out.reset(2, t.f);
    out.d(0) = t.d1 * x0;
    out.d(1) = -t.d1 * x;
    out.dd(0, 0) = t.d2 * x0 * x0 + t.d1 * 0.25 * x;
    out.dd(1, 0) = -t.d2 * x0 * x - t.d1 * x0;
    out.dd(1, 1) = t.d2 * x * x + t.d1 * x;
  }

  double mu_, log_shape_, inverse_;
};

}  // namespace

std::unique_ptr<BoundLaw> BirnbaumSaunders::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void BirnbaumSaunders::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(2, theta[1]);
  eta[0].d(1) = 1.0;
  eta[1].reset(2, std::log(axis.scale) + theta[0]);
  eta[1].d(0) = 1.0;
}

bool BirnbaumSaunders::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[1] - std::log(axis.scale);
  theta[1] = eta[0];
  return true;
}

bool BirnbaumSaunders::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  const double a = 0.5 * std::exp(2.0 * theta[1]), r = a / (1.0 + a);
  out.reset(2, std::log(axis.scale) + theta[0] + std::log1p(a));
  out.d(0) = 1.0;
  out.d(1) = 2.0 * r;
  out.dd(1, 1) = 4.0 * r * (1.0 - r);
  return true;
}

std::vector<std::vector<double>> BirnbaumSaunders::starts(const PlotSummary& p) const {
  // From two plotted points: x_high - x_low = [2 sinh(h_high) - 2 sinh(h_low)]/shape.
  const double z_low = Gaussian::quantile_log_cdf(std::log(p.p_low)),
               z_high = -Gaussian::quantile_log_cdf(std::log1p(-p.p_high));
  const double rise = 2.0 * std::sinh(0.5 * (p.high - p.middle)) - 2.0 * std::sinh(0.5 * (p.low - p.middle));
  const double slope = std::fabs(rise / (z_high > z_low ? z_high - z_low : 1.0));
  const double guess = std::log(slope > 0.0 ? slope : p.spread);
  std::vector<std::vector<double>> out;
  for (const double offset : {0.0, -1.0, 1.0, -3.0, 3.0}) {
    const double b = guess + offset, z = Gaussian::quantile_log_cdf(std::log(p.p_middle));
    out.push_back({p.middle - 2.0 * std::asinh(0.5 * z * std::exp(b)), b});
  }
  return out;
}

}  // namespace relia
