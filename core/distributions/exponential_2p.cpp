#include "core/distributions/exponential_2p.hpp"

#include <cmath>

namespace relia {
namespace {

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept
      : log_scale_(theta[0]), inverse_(std::exp(-theta[0])), threshold_(theta[1]) {}

  void log_pdf(double u, Term& out) const override {
    if (u < threshold_) return out.reset(2, -kInfinity);
    hazard(u, out);
    out.compose(-out.f - log_scale_, -1.0, 0.0);
    out.d(0) -= 1.0;
  }
  void log_sf(double u, Term& out) const override {
    if (u < threshold_) return out.reset(2, 0.0);
    hazard(u, out);
    out.compose(-out.f, -1.0, 0.0);
  }
  void log_cdf(double u, Term& out) const override {
    if (u <= threshold_) return out.reset(2, -kInfinity);
    hazard(u, out);
    const double h = out.f, r = 1.0 / std::expm1(h);
    out.compose(log1mexp(-h), r, -r * (1.0 + r));
  }

 private:
  /// Cumulative hazard (u - threshold)/scale.
  void hazard(double u, Term& out) const noexcept {
    out.reset(2, (u - threshold_) * inverse_);
    out.d(0) = -out.f;
    out.d(1) = -inverse_;
    out.dd(0, 0) = out.f;
    out.dd(1, 0) = inverse_;
  }
  double log_scale_, inverse_, threshold_;
};

}  // namespace

std::unique_ptr<BoundLaw> Exponential2p::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void Exponential2p::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(2, std::log(axis.scale) + theta[0]);
  eta[0].d(0) = 1.0;
  eta[1].reset(2, axis.shift + axis.scale * theta[1]);
  eta[1].d(1) = axis.scale;
}

bool Exponential2p::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[0] - std::log(axis.scale);
  theta[1] = (eta[1] - axis.shift) / axis.scale;
  return true;
}

bool Exponential2p::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  const double s = axis.scale * std::exp(theta[0]), value = axis.shift + axis.scale * theta[1] + s;
  if (!(value > 0.0)) return false;
  out.reset(2, value);
  out.d(0) = out.dd(0, 0) = s;
  out.d(1) = axis.scale;
  out.compose(std::log(value), 1.0 / value, -1.0 / (value * value));
  return true;
}

double Exponential2p::quantile(std::span<const double> theta, double log_sf, double log_cdf) const {
  return theta[1] + std::exp(theta[0]) * -(log_cdf < log_sf ? log1mexp(log_cdf) : log_sf);
}

std::vector<std::vector<double>> Exponential2p::starts(const PlotSummary& p) const {
  std::vector<std::vector<double>> out;
  std::vector<double> thresholds;
  for (const double gap : {0.01, 0.1, 0.5, 1.0, 3.0}) thresholds.push_back(p.first - gap * p.spread);
  for (const double end : p.ends) {
    for (const double gap : {0.01, -0.01}) thresholds.push_back(end + gap * p.spread);
  }
  for (const double t0 : thresholds) {
    if (!(t0 < p.first)) continue;
    const double h = -std::log1p(-p.p_middle);
    out.push_back({std::log(std::fmax(p.middle - t0, 1e-6 * p.spread) / h), t0});
  }
  return out;
}

}  // namespace relia
