#include "core/distributions/threshold.hpp"

namespace relia {

void threshold_z(double u, std::span<const double> theta, Term& z) noexcept {
  const double inverse = std::exp(-theta[1]), xi = theta[2], r = (u - theta[0]) * inverse, x = xi * r;
  z.reset(3);
  if (!(x > -1.0)) {
    z.f = xi > 0.0 ? -kInfinity : kInfinity;
    return;
  }
  // phi(x) = ln(1+x)/x and two derivatives, by series near 0.
  double phi, phi1, phi2;
  const double q = 1.0 / (1.0 + x);
  if (std::fabs(x) < 0.2) {
    phi = phi1 = phi2 = 0.0;
    for (int n = 26; n >= 0; --n) phi = phi * -x + 1.0 / (n + 1.0);
    // sum_n (-x)^n/(n+1), differentiated term by term.
    for (int n = 26; n >= 1; --n) phi1 = phi1 * -x - n / (n + 1.0);
    for (int n = 26; n >= 2; --n) phi2 = phi2 * -x + n * (n - 1.0) / (n + 1.0);
  } else {
    phi = std::log1p(x) / x;
    phi1 = (q - phi) / x;
    phi2 = (-q * q - 2.0 * phi1) / x;
  }
  z.f = r * phi;
  const double z_r = q, z_rr = -xi * q * q, z_rx = -r * q * q;
  z.d(0) = -z_r * inverse;
  z.d(1) = -r * z_r;
  z.d(2) = r * r * phi1;
  z.dd(0, 0) = z_rr * inverse * inverse;
  z.dd(1, 0) = (z_r + r * z_rr) * inverse;
  z.dd(1, 1) = r * z_r + r * r * z_rr;
  z.dd(2, 0) = -z_rx * inverse;
  z.dd(2, 1) = -r * z_rx;
  z.dd(2, 2) = r * r * r * phi2;
}

}  // namespace relia
