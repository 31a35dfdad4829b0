// What a standard kernel returns: a log-probability of the standardized variable z and two derivatives.

#pragma once

#include <concepts>

namespace relia {

struct Taylor2 {
  double f, d1, d2;
};

/// A standard (location 0, scale 1) law of z on the whole line. log_sf and log_cdf are each accurate in
/// their own tail; log_pdf_value is log_pdf without derivatives.
template <class K>
concept StandardKernel = requires(double z) {
  { K::log_pdf(z) }
  noexcept->std::same_as<Taylor2>;
  { K::log_sf(z) }
  noexcept->std::same_as<Taylor2>;
  { K::log_cdf(z) }
  noexcept->std::same_as<Taylor2>;
  { K::quantile_log_sf(z) }
  noexcept->std::same_as<double>;
  { K::quantile_log_cdf(z) }
  noexcept->std::same_as<double>;
};

/// The law of -Z: tails swap, odd derivatives change sign.
template <class K>
struct Mirrored {
  static Taylor2 turn(Taylor2 t) noexcept { return {t.f, -t.d1, t.d2}; }
  static Taylor2 log_pdf(double z) noexcept { return turn(K::log_pdf(-z)); }
  static Taylor2 log_sf(double z) noexcept { return turn(K::log_cdf(-z)); }
  static Taylor2 log_cdf(double z) noexcept { return turn(K::log_sf(-z)); }
  static double quantile_log_sf(double l) noexcept { return -K::quantile_log_cdf(l); }
  static double quantile_log_cdf(double l) noexcept { return -K::quantile_log_sf(l); }
};

}  // namespace relia
