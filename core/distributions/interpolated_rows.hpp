// Sums and values of a law over many ages, from its values at a few.
//
// The log functions of a law and their derivatives in theta are analytic in the age. On a panel of a length over which
// they are smooth they are their Chebyshev interpolant on 20 nodes to the last digits, so the sum over the rows of a
// panel needs the law at the nodes only, weighted by the rows' Chebyshev moments. That pays for laws whose tails are
// integrals, or whose density takes several exponentials.
//
// Accuracy  the last coefficients of every component must have fallen to 1e-13 of the largest value on the panel, which
//           leaves some 1e-15 to the first one left out; where they have not, and on panels with few rows, every row is
//           computed by itself.
// Source    Trefethen (2013), Approximation Theory and Approximation Practice, chapters 3, 8 and 19.
// Checked   tests/core/interpolated_rows_test.cpp (against the plain sums), tests/laws.

#pragma once

#include <cstddef>
#include <span>

#include "core/distributions/distribution.hpp"

namespace relia {

/// Fewer rows than these are summed one by one.
inline constexpr std::size_t kInterpolatedRows = 1024;

/// sum += sign * sum_i count_i * term_i for exact, right- or left-censored rows at finite ages.
/// @param length of a panel, on the axis
void add_interpolated(const BoundLaw& law, const Rows& rows, double length, Term& sum);

/// log F and log S at many ages; the smaller one says both.
void tails_interpolated(
    const BoundLaw& law, std::span<const double> u, double length, std::span<double> log_f, std::span<double> log_s);

}  // namespace relia
