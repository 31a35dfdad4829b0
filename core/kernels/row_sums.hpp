// The inner loop of every fit of a location-scale law: sums over the rows of one kind, several rows side by side.
//
//   z = (u - mu)/sigma;  t(z) = log f (exact), log S (right-censored) or log F (left-censored) of the standard law
//   sums of c, c t, c t', c z t', c t'', c z t'', c z^2 t''
//
// are all that log L, gradient and Hessian in (mu, log sigma) need. Compiled plain and for SSE4, AVX2 and AVX-512
// (Highway) and chosen on the first call. Rows go into eight lanes whatever the width of the registers, and the lanes
// are added in a fixed order, so the sums depend on neither; instruction sets differ by the rounding that fused
// products save.
//
// Accuracy  backward stable: t and t' are those of a z within 4 ulp, to 4 ulp, and t'' to 8.
// Checked   tests/core/row_sums_test.cpp, for each instruction set of the machine (500-digit values; the laws row by
// row).

#pragma once

#include <span>
#include <vector>

namespace relia {

enum class StandardLaw { smallest_extreme, normal, logistic };
enum class RowKind { exact, right, left };

struct RowSums {
  double count = 0, f = 0, d1 = 0, z_d1 = 0, d2 = 0, z_d2 = 0, zz_d2 = 0;
};

/// @param u      ages on the law's axis
/// @param count  one a row, or empty: all one
/// @param mirror sums of the law of -Z at -z: the largest extreme value from the smallest
[[nodiscard]] RowSums row_sums(StandardLaw law,
                               RowKind kind,
                               std::span<const double> u,
                               std::span<const double> count,
                               double mu,
                               double inverse_sigma,
                               bool mirror = false) noexcept;

/// The same sums for t = log(F(z_b) - F(z_a)) of rows failed between a and b: with g = dt/dz and H = d2t/dz2 of the two
/// ends, d1 = g_a + g_b, z_d1 = z_a g_a + z_b g_b, d2 = H_aa + 2 H_ab + H_bb, z_d2 and zz_d2 = z' H 1 and z' H z. They
/// come from closed forms in (z_a, h = z_b - z_a) or, for the normal law, from the tail's ratio and for narrow
/// intervals from Gauss-Legendre over the middle, so that nothing cancels however narrow or far out an interval is.
///
/// Accuracy  f to 8 ulp of itself plus what 4 ulp of z_a, z_b and h make of it; d1, z_d1, d2, z_d2, zz_d2 to 64 ulp of
/// the
///           larger of themselves and what their arguments' ulps make of them.
/// Checked   as above, against 60 digits from h = 1e-12 to 1e3.
/// @param width b - a, better than the difference of the two where they are near
[[nodiscard]] RowSums interval_sums(StandardLaw law,
                                    std::span<const double> a,
                                    std::span<const double> b,
                                    std::span<const double> width,
                                    std::span<const double> count,
                                    double mu,
                                    double inverse_sigma,
                                    bool mirror = false) noexcept;

enum class InstructionSet { baseline, sse4, avx2, avx512 };
/// Those this machine has, the best, which is used, last.
[[nodiscard]] std::vector<InstructionSet> instruction_sets();
/// For tests and benchmarks; does nothing where the machine lacks it.
void use_instruction_set(InstructionSet set);

}  // namespace relia
