// The inner loop of Weibull, exponential and Gumbel (minimum) fits: five sums over rows with one vector
// exponential a row.
//
//   z = (u - mu)/sigma, w = e^z:   sum c, sum c z, sum c w, sum c z w, sum c z^2 w
//
// are all that log L, gradient and Hessian need of exact failures (log f = z - w) and survivors (log S = -w).
// Compiled for several instruction sets and chosen at load time; the order of additions (eight lanes) is the
// same in all of them.
//
// Accuracy  the exponential is within 2 ulp on [-708, 709], 0 below and infinite above.
// Checked   tests/core/extreme_batch_test.cpp (against std::exp), tests/laws (against the row by row law).

#pragma once

#include <span>

namespace relia {

struct ExtremeSums {
  double count = 0, z = 0, w = 0, zw = 0, zzw = 0;
};

/// @param count one a row, or empty: all one
[[nodiscard]] ExtremeSums extreme_sums(std::span<const double> u,
                                       std::span<const double> count,
                                       double mu,
                                       double inverse_sigma) noexcept;

/// exp(x[i]) into out[i]; the same exponential, for tests and benchmarks.
void vector_exp(std::span<const double> x, std::span<double> out) noexcept;

}  // namespace relia
