// The normal law's inverse Mills ratio, 1/M(z) = phi(z)/S(z) = z + e(z), by one rational function for all z >= 0.
//
//   e(z) = P(z)/Q(z), degrees 10 and 11, e(0) = sqrt(2/pi), e -> 1/z
//
// All coefficients are positive, so nothing cancels, and e itself is what the second derivative of log S needs:
// d2 log S/dz2 = -(z + e) e.
//
// Coefficients: a least-squares rational fit of the relative error (Loeb's iteration, nodes of a Chebyshev set in
// (z - 4)/(z + 4)) in 60 digits; its error is 3.2e-17 everywhere.
// Accuracy  4 ulp.
// Checked   tests/core/kernels_test.cpp (50-digit values).

#pragma once

#include <array>

namespace relia {

inline constexpr std::array<double, 11> kMillsExcessTop = {
    0.7978845608028653739412145,     1.146950825108925108660993,       0.8324545940317562233686247,
    0.3936986346387745868237742,     0.1329513910567822034309486,      0.03331450822321485796297614,
    0.006260837429064062346855079,   0.0008723354081205973221484375,   0.00008662415201564103642700036,
    0.00000558559538325653111739329, 0.0000001807214093979759261186422};
inline constexpr std::array<double, 12> kMillsExcessBottom = {1.0,
                                                              1.892919260427332773254696,
                                                              1.768798756154558562980584,
                                                              1.064355087679119760160922,
                                                              0.4553282612911798864784752,
                                                              0.1449609104427393278027416,
                                                              0.03502566548607378951083509,
                                                              0.006433001404362161095306138,
                                                              0.0008835065988895607999807629,
                                                              0.00008698559483442571679284568,
                                                              0.000005585595383256551184512757,
                                                              0.0000001807214093979759203685175};
/// Beyond, e(z) = 1/z to the last bit.
inline constexpr double kMillsExcessEnd = 1e9;

/// e(z) for z >= 0.
inline double mills_excess(double z) noexcept {
  if (z > kMillsExcessEnd) return 1.0 / z;
  double p = kMillsExcessTop.back(), q = kMillsExcessBottom.back();
  for (std::size_t i = kMillsExcessTop.size() - 1; i-- > 0;) p = p * z + kMillsExcessTop[i];
  for (std::size_t i = kMillsExcessBottom.size() - 1; i-- > 0;) q = q * z + kMillsExcessBottom[i];
  return p / q;
}

}  // namespace relia
