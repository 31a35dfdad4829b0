#include "core/distributions/gamma.hpp"

#include <array>
#include <cmath>

#include "core/distributions/log_gamma_density.hpp"
#include "core/distributions/shape_distribution.hpp"

namespace relia {
namespace {

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept
      : mu_(theta[0]), log_sigma_(-0.5 * theta[1]), inverse_(std::exp(0.5 * theta[1])), density_(1.0 / inverse_) {}

  void log_pdf(double u, Term& out) const override {
    const double z = (u - mu_) * inverse_;
    Term t;
    to_location_scale_shape(density_.log_pdf(z), z, inverse_, t);
    t.f -= log_sigma_;
    t.d(1) -= 1.0;
    reduce(t, out);
  }
  void log_sf(double u, Term& out) const override { tail(u, true, out); }
  void log_cdf(double u, Term& out) const override { tail(u, false, out); }

 private:
  void tail(double u, bool upper, Term& out) const {
    const double z = (u - mu_) * inverse_;
    Term t;
    to_location_scale_shape(log_tail(density_, z, upper), z, inverse_, t);
    reduce(t, out);
  }
  /// From (mu, log sigma, lambda) to (ln mean, ln shape): log sigma = -b/2, lambda = e^(-b/2), b = ln shape.
  void reduce(const Term& t, Term& out) const noexcept {
    const double l = density_.lambda(), a = -0.5, b = -0.5 * l;
    out.reset(2, t.f);
    out.d(0) = t.d(0);
    out.d(1) = a * t.d(1) + b * t.d(2);
    out.dd(0, 0) = t.dd(0, 0);
    out.dd(1, 0) = a * t.dd(1, 0) + b * t.dd(2, 0);
    out.dd(1, 1) = a * a * t.dd(1, 1) + 2.0 * a * b * t.dd(2, 1) + b * b * t.dd(2, 2) + 0.25 * l * t.d(2);
  }

  double mu_, log_sigma_, inverse_;
  LogGammaDensity density_;
};

}  // namespace

std::unique_ptr<BoundLaw> Gamma::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void Gamma::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(2, theta[1]);
  eta[0].d(1) = 1.0;
  eta[1].reset(2, std::log(axis.scale) + theta[0] - theta[1]);
  eta[1].d(0) = 1.0;
  eta[1].d(1) = -1.0;
}

bool Gamma::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[0] + eta[1] - std::log(axis.scale);
  theta[1] = eta[0];
  return true;
}

bool Gamma::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  out.reset(2, std::log(axis.scale) + theta[0]);
  out.d(0) = 1.0;
  return true;
}

std::vector<std::vector<double>> Gamma::starts(const PlotSummary& p) const {
  // ln T spreads about 1.7/sqrt(shape) between the plotted levels; then a grid around it for odd samples.
  const double guess = -2.0 * std::log(p.spread / 1.7);
  std::vector<std::vector<double>> out;
  for (const double offset : {0.0, -1.5, 1.5, -4.0, 4.0, 8.0}) {
    const double b = guess + offset;
    const std::array<double, 2> standard = {0.0, b};
    const double middle = quantile(standard, std::log1p(-p.p_middle), std::log(p.p_middle));
    out.push_back({p.middle - middle, b});
  }
  return out;
}

}  // namespace relia
