// Every life distribution that is a standard kernel of z = (u - mu)/sigma.
//
// theta = (mu, log sigma); with a fixed sigma = 1 (exponential) theta = (mu). The batch below is the inner
// loop of the program: one exponential a row for the extreme-value and logistic kernels, no virtual call,
// no allocation, no branch on the kind of data.

#pragma once

#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <type_traits>

#include "core/distributions/distribution.hpp"
#include "core/kernels/gaussian.hpp"
#include "core/kernels/logistic.hpp"
#include "core/kernels/row_sums.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "core/kernels/taylor.hpp"

namespace relia {

/// Sums over rows of count times f, f', z f', f'', z f'', z^2 f'': all that a two-parameter gradient and Hessian need.
struct LocationScaleSums {
  double f = 0, d1 = 0, z_d1 = 0, d2 = 0, z_d2 = 0, zz_d2 = 0;

  void add(double c, double z, Taylor2 t) noexcept {
    f += c * t.f;
    const double a = c * t.d1, b = c * t.d2, zb = z * b;
    d1 += a;
    z_d1 += z * a;
    d2 += b;
    z_d2 += zb;
    zz_d2 += z * zb;
  }
};

/// Adds the sums to a term in (mu, log sigma) or (mu), by dz/dmu = -1/sigma and dz/dlog sigma = -z.
inline void add_location_scale(double w, const LocationScaleSums& s, double inverse_sigma, Term& out) noexcept {
  out.f += w * s.f;
  out.d(0) -= w * s.d1 * inverse_sigma;
  out.dd(0, 0) += w * s.d2 * inverse_sigma * inverse_sigma;
  if (out.n > 1) {
    out.d(1) -= w * s.z_d1;
    out.dd(1, 0) += w * (s.z_d2 + s.d1) * inverse_sigma;
    out.dd(1, 1) += w * (s.zz_d2 + s.z_d1);
  }
}

template <StandardKernel K, bool FixedScale = false>
class LocationScaleLaw final : public BoundLaw {
 public:
  static constexpr int kSize = FixedScale ? 1 : 2;

  explicit LocationScaleLaw(std::span<const double> theta) noexcept
      : mu_(theta[0]), log_sigma_(FixedScale ? 0.0 : theta[1]), inverse_(FixedScale ? 1.0 : std::exp(-theta[1])) {}

  [[nodiscard]] double z(double u) const noexcept { return (u - mu_) * inverse_; }
  [[nodiscard]] double mu() const noexcept { return mu_; }
  [[nodiscard]] double inverse_sigma() const noexcept { return inverse_; }
  [[nodiscard]] double log_sigma() const noexcept { return log_sigma_; }

  void log_pdf(double u, Term& out) const override {
    term(u, K::log_pdf(z(u)), out);
    out.f -= log_sigma_;
    if constexpr (!FixedScale) out.d(1) -= 1.0;
  }
  void log_sf(double u, Term& out) const override { term(u, K::log_sf(z(u)), out); }
  void log_cdf(double u, Term& out) const override { term(u, K::log_cdf(z(u)), out); }

 private:
  void term(double u, Taylor2 t, Term& out) const noexcept {
    LocationScaleSums s;
    s.add(1.0, z(u), t);
    out.reset(kSize);
    add_location_scale(1.0, s, inverse_, out);
  }

  double mu_, log_sigma_, inverse_;
};

/// Shared part of the location-scale distributions; a distribution adds names, parameters and mean.
template <StandardKernel K, bool FixedScale = false>
class LocationScaleDistribution : public Distribution {
 public:
  using Kernel = K;

  [[nodiscard]] int size() const override { return FixedScale ? 1 : 2; }

  [[nodiscard]] std::unique_ptr<BoundLaw> bind(std::span<const double> theta) const override {
    return std::make_unique<LocationScaleLaw<K, FixedScale>>(theta);
  }

  void accumulate(const Rows& rows, std::span<const double> theta, Term& sum) const override {
    const LocationScaleLaw<K, FixedScale> law(theta);
    switch (rows.kind) {
      case Kind::exact: {
        const double counted = add_rows(rows, RowKind::exact, law, sum);
        sum.f -= rows.sign * counted * law.log_sigma();
        if constexpr (!FixedScale) sum.d(1) -= rows.sign * counted;
        return;
      }
      case Kind::right: add_rows(rows, RowKind::right, law, sum); return;
      case Kind::left: add_rows(rows, RowKind::left, law, sum); return;
      case Kind::interval: {
        const RowSums r =
            interval_sums(kLaw, rows.a, rows.b, rows.width, rows.count, law.mu(), law.inverse_sigma(), kMirror);
        add_location_scale(rows.sign, {r.f, r.d1, r.z_d1, r.d2, r.z_d2, r.zz_d2}, law.inverse_sigma(), sum);
        return;
      }
      case Kind::conditional: {
        Term t;
        for (std::size_t i = 0; i < rows.size(); ++i) {
          law.log_conditional(rows.a[i], rows.b[i], rows.width[i], rows.c[i], rows.d[i], rows.window[i], t);
          sum.add(rows.sign * rows.count_at(i), t);
        }
        return;
      }
    }
  }

  [[nodiscard]] double quantile(std::span<const double> theta, double log_sf, double log_cdf) const override {
    double z = 0.0;
    plot_quantile(log_sf, log_cdf, z);
    return theta[0] + (FixedScale ? 1.0 : std::exp(theta[1])) * z;
  }

  bool plot_quantile(double log_sf, double log_cdf, double& z) const override {
    z = log_cdf < log_sf ? K::quantile_log_cdf(log_cdf) : K::quantile_log_sf(log_sf);
    return true;
  }

  [[nodiscard]] bool concave() const override { return true; }
  [[nodiscard]] double unit(std::span<const double> theta, int i) const override {
    return i == 0 && !FixedScale ? std::exp(theta[1]) : 1.0;
  }

  [[nodiscard]] std::vector<std::vector<double>> starts(const PlotSummary& p) const override {
    double low = 0, middle = 0, high = 0;
    plot_quantile(std::log1p(-p.p_low), std::log(p.p_low), low);
    plot_quantile(std::log1p(-p.p_middle), std::log(p.p_middle), middle);
    plot_quantile(std::log1p(-p.p_high), std::log(p.p_high), high);
    if constexpr (FixedScale) return {{p.middle - middle}};
    const double sigma = p.spread / (high > low ? high - low : 1.0);
    return {{p.middle - sigma * middle, std::log(sigma)}};
  }

 private:
  static constexpr bool kMirror = std::is_same_v<K, LargestExtreme>;
  static constexpr StandardLaw kLaw = std::is_same_v<K, Gaussian>   ? StandardLaw::normal
                                      : std::is_same_v<K, Logistic> ? StandardLaw::logistic
                                                                    : StandardLaw::smallest_extreme;
  static_assert(kLaw != StandardLaw::smallest_extreme || kMirror || std::is_same_v<K, SmallestExtreme>);

  /// Adds one segment; returns the sum of counts.
  static double add_rows(const Rows& rows,
                         RowKind kind,
                         const LocationScaleLaw<K, FixedScale>& law,
                         Term& sum) noexcept {
    const RowSums r = row_sums(kLaw, kind, rows.a, rows.count, law.mu(), law.inverse_sigma(), kMirror);
    add_location_scale(rows.sign, {r.f, r.d1, r.z_d1, r.d2, r.z_d2, r.zz_d2}, law.inverse_sigma(), sum);
    return r.count;
  }
};

}  // namespace relia
