// The two vocabularies of location-scale lives: (mu, sigma) as they stand, or (shape, scale) = (1/sigma, e^mu).

#pragma once

#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "core/distributions/location_scale.hpp"

namespace relia {

/// Parameters mu and sigma of u's own scale: of ln t on the log axis, of t on the line.
template <StandardKernel K>
class MuSigmaDistribution : public LocationScaleDistribution<K> {
 public:
  [[nodiscard]] std::vector<ParameterInfo> parameters() const override {
    return {{"mu", BoundScale::identity}, {"sigma", BoundScale::log}};
  }
  void describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const override {
    eta[0].reset(2, axis.log ? std::log(axis.scale) + theta[0] : axis.shift + axis.scale * theta[0]);
    eta[0].d(0) = axis.log ? 1.0 : axis.scale;
    eta[1].reset(2, theta[1] + (axis.log ? 0.0 : std::log(axis.scale)));
    eta[1].d(1) = 1.0;
  }
  [[nodiscard]] bool locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const override {
    theta[0] = axis.log ? eta[0] - std::log(axis.scale) : (eta[0] - axis.shift) / axis.scale;
    theta[1] = eta[1] - (axis.log ? 0.0 : std::log(axis.scale));
    return true;
  }
};

/// A mean of the form mu + m(sigma) on u, as it stands on the line or as a logarithm on the log axis:
/// fills the derivatives from m, m' and m'' in sigma.
inline void location_scale_mean(
    const Axis& axis, std::span<const double> theta, double m, double m1, double m2, Term& out) noexcept {
  const double sigma = std::exp(theta[1]), unit = axis.log ? 1.0 : axis.scale;
  out.reset(2, axis.log ? std::log(axis.scale) + theta[0] + m : axis.shift + axis.scale * (theta[0] + m));
  out.d(0) = unit;
  out.d(1) = unit * sigma * m1;
  out.dd(1, 1) = unit * (sigma * m1 + sigma * sigma * m2);
}

}  // namespace relia
