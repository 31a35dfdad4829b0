// Special functions of Boost.Math under one policy: no promotion to long double, NaN or infinity instead of
// exceptions. Everything else that needs them goes through here, so the heavy headers stay in one place.

#pragma once

namespace relia {

[[nodiscard]] double log_gamma(double x) noexcept;
[[nodiscard]] double digamma(double x) noexcept;
[[nodiscard]] double trigamma(double x) noexcept;
/// Quantile of the chi-squared law with `dof` degrees of freedom at lower-tail probability p.
[[nodiscard]] double chi_squared_quantile(double p, double dof) noexcept;
/// Quantile of the standard normal law.
[[nodiscard]] double normal_quantile(double p) noexcept;
/// e^x E1(x), the scaled exponential integral, for 0 < x <= 1.
[[nodiscard]] double scaled_expint(double x) noexcept;
/// Regularised incomplete gamma functions P(a, x) and Q(a, x).
[[nodiscard]] double gamma_p(double a, double x) noexcept;
[[nodiscard]] double gamma_q(double a, double x) noexcept;

}  // namespace relia
