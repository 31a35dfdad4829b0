// Standard logistic law, the kernel of logistic and loglogistic lives.
//
//   F(z) = 1/(1 + e^-z),  f = F (1 - F)
//
// Source   Meeker & Escobar (1998), section 4.8.
// Checked  tests/laws, tests/core/kernels_test.cpp.

#pragma once

#include <cmath>

#include "core/kernels/taylor.hpp"
#include "core/numeric/log_math.hpp"

namespace relia {

struct Logistic {
  struct Parts {
    double s, c, log_s, log_c;  ///< survival and distribution function with their logarithms
  };
  static Parts parts(double z) noexcept {
    const double e = std::exp(-std::fabs(z)), l = std::log1p(e), big = 1.0 / (1.0 + e), small = e * big;
    return z >= 0.0 ? Parts{small, big, -z - l, -l} : Parts{big, small, -l, z - l};
  }
  static Taylor2 log_pdf(double z) noexcept {
    const Parts p = parts(z);
    return {p.log_s + p.log_c, p.s - p.c, -2.0 * p.s * p.c};
  }
  static Taylor2 log_sf(double z) noexcept {
    const Parts p = parts(z);
    return {p.log_s, -p.c, -p.s * p.c};
  }
  static Taylor2 log_cdf(double z) noexcept {
    const Parts p = parts(z);
    return {p.log_c, p.s, -p.s * p.c};
  }
  static double quantile_log_sf(double log_s) noexcept { return log1mexp(log_s) - log_s; }
  static double quantile_log_cdf(double log_f) noexcept { return log_f - log1mexp(log_f); }
};

}  // namespace relia
