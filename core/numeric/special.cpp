#include "core/numeric/special.hpp"

#include <cmath>

#include <boost/math/policies/policy.hpp>
#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/expint.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <boost/math/special_functions/trigamma.hpp>

namespace relia {
namespace {

namespace bmp = boost::math::policies;
using Quiet = bmp::policy<bmp::domain_error<bmp::ignore_error>,
                          bmp::pole_error<bmp::ignore_error>,
                          bmp::overflow_error<bmp::ignore_error>,
                          bmp::underflow_error<bmp::ignore_error>,
                          bmp::evaluation_error<bmp::ignore_error>,
                          bmp::rounding_error<bmp::ignore_error>,
                          bmp::indeterminate_result_error<bmp::ignore_error>,
                          bmp::promote_double<false>>;
constexpr Quiet kQuiet{};

}  // namespace

double log_gamma(double x) noexcept {
  return boost::math::lgamma(x, kQuiet);
}
double digamma(double x) noexcept {
  return boost::math::digamma(x, kQuiet);
}
double trigamma(double x) noexcept {
  return boost::math::trigamma(x, kQuiet);
}
double chi_squared_quantile(double p, double dof) noexcept {
  return 2.0 * boost::math::gamma_p_inv(0.5 * dof, p, kQuiet);
}
double normal_quantile(double p) noexcept {
  return p < 0.5 ? -1.4142135623730950488 * boost::math::erfc_inv(2.0 * p, kQuiet)
                 : 1.4142135623730950488 * boost::math::erfc_inv(2.0 * (1.0 - p), kQuiet);
}
double scaled_expint(double x) noexcept {
  return std::exp(x) * boost::math::expint(1, x, kQuiet);
}
double gamma_p(double a, double x) noexcept {
  return boost::math::gamma_p(a, x, kQuiet);
}
double gamma_q(double a, double x) noexcept {
  return boost::math::gamma_q(a, x, kQuiet);
}

}  // namespace relia
