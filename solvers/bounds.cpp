#include "solvers/bounds.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/special.hpp"
#include "solvers/bootstrap.hpp"

namespace relia {
namespace {

void set_bound(double value, bool upper, const std::string& why, Quantity& out) {
  (upper ? out.upper : out.lower) = std::isfinite(value) ? value : kAbsent;
  if (!std::isfinite(value)) (upper ? out.upper_reason : out.lower_reason) = why;
}

bool wanted(Sides sides, bool upper) {
  return sides == Sides::two || (upper ? sides == Sides::upper : sides == Sides::lower);
}

BoundScale scale_of(const Target& target, WaldScale asked) {
  const BoundScale natural = target.wald_scale();
  switch (asked) {
    case WaldScale::plain: return BoundScale::identity;
    case WaldScale::log: return natural == BoundScale::logit ? BoundScale::log : natural;
    case WaldScale::automatic:
    case WaldScale::logit:
    case WaldScale::z: return natural;
  }
  return natural;
}

/// Wald bounds eta +- z se on `scale`, printed through it.
void wald(double eta, double se, BoundScale scale, const BoundContext& context, Quantity& out) {
  const double width = bound_z(context.confidence, context.sides) * se;
  for (const bool upper : {false, true}) {
    if (!wanted(context.sides, upper)) continue;
    set_bound(from_scale(scale, eta + (upper ? width : -width)), upper,
              std::isfinite(eta) ? "the bound runs to infinity" : "a bound on the log scale needs a positive estimate",
              out);
  }
}

void exact(const Target& target, const BoundContext& context, Quantity& out) {
  if (!context.exact_reason.empty()) {
    if (wanted(context.sides, false)) out.lower_reason = context.exact_reason;
    if (wanted(context.sides, true)) out.upper_reason = context.exact_reason;
    return;
  }
  // Every quantity is monotone in the one free parameter: it rises with it when dq/dphi = -c_phi/c_q > 0.
  const auto at = [&](double phi) {
    if (!std::isfinite(phi)) return kAbsent;
    return target.reported(target.value(Eigen::VectorXd::Constant(1, phi)));
  };
  double ends[2] = {at(context.exact_lower), at(context.exact_upper)};
  const Eigen::VectorXd probe =
      Eigen::VectorXd::Constant(1, std::isfinite(context.exact_lower) ? context.exact_lower : context.exact_upper);
  Constraint c;
  target.constraint(probe, target.value(probe), c);
  if (c.c.g[0] / c.c_q > 0.0) std::swap(ends[0], ends[1]);
  for (const bool upper : {false, true}) {
    if (wanted(context.sides, upper)) set_bound(ends[upper ? 1 : 0], upper, "no failure bounds it on this side", out);
  }
}

}  // namespace

double bound_z(double confidence, Sides sides) {
  return normal_quantile(sides == Sides::two ? 0.5 + 0.5 * confidence : confidence);
}

Quantity make_quantity(const Target& target, const BoundContext& context, const Target* z_scale) {
  Quantity out;
  double q = kAbsent, se_q = kAbsent;
  if (context.has_estimate) {
    q = target.value(context.phi);
    out.estimate = std::isnan(q) ? kAbsent : target.reported(q);
    if (!std::isfinite(out.estimate)) {
      out.estimate = kAbsent;
      out.reason = "the quantity does not exist at the estimate";
      return out;
    }
    if (std::isinf(q)) {
      // A probability of exactly 0 or 1: the age lies outside the range of the fitted life.
      if (context.method != BoundMethod::none) {
        if (wanted(context.sides, false)) out.lower_reason = "the age lies outside the range of the fitted life";
        if (wanted(context.sides, true)) out.upper_reason = "the age lies outside the range of the fitted life";
      }
      return out;
    }
    if (context.covariance.size() > 0) {
      Constraint c;
      target.constraint(context.phi, q, c);
      const double variance = c.c.g.dot(context.covariance * c.c.g);
      se_q = std::sqrt(std::fmax(variance, 0.0)) / std::fabs(c.c_q);
      out.std_error = std::isfinite(se_q) ? std::fabs(target.slope(q)) * se_q : kAbsent;
    }
  } else {
    out.reason = "no unit failed, so there is no estimate";
  }
  if (context.method == BoundMethod::none) return out;
  if (context.method == BoundMethod::exact) {
    exact(target, context, out);
    return out;
  }
  if (context.method == BoundMethod::bootstrap && context.phi.size() > 0) {
    bootstrap_bounds(target, context, q, out);
    return out;
  }
  if (context.covariance.size() == 0 && context.phi.size() > 0) {
    if (wanted(context.sides, false)) out.lower_reason = context.no_errors_reason;
    if (wanted(context.sides, true)) out.upper_reason = context.no_errors_reason;
    return out;
  }
  if (context.phi.size() == 0) {
    // Everything is held: nothing is uncertain as far as this analysis goes.
    out.lower_reason = out.upper_reason = "every parameter is held";
    return out;
  }
  if (context.method == BoundMethod::wald) {
    if (z_scale != nullptr && context.wald_scale == WaldScale::z) {
      // The quantity as z = (u - mu)/sigma: symmetric there, mapped back monotonically.
      const double z0 = z_scale->value(context.phi);
      Constraint c;
      z_scale->constraint(context.phi, z0, c);
      const double se = std::sqrt(std::fmax(0.0, c.c.g.dot(context.covariance * c.c.g))) / std::fabs(c.c_q);
      const double width = bound_z(context.confidence, context.sides) * se;
      const bool falls = z_scale->slope(z0) < 0.0;
      for (const bool upper : {false, true}) {
        if (!wanted(context.sides, upper)) continue;
        set_bound(z_scale->reported(z0 + (upper != falls ? width : -width)), upper, "the bound runs to infinity", out);
      }
      return out;
    }
    // On its own scale q and its standard error are exact; elsewhere they come from the printed quantity.
    const BoundScale scale = scale_of(target, context.wald_scale);
    const double x = out.estimate;
    if (scale == BoundScale::identity) {
      wald(x, out.std_error, scale, context, out);
    } else if (scale == BoundScale::log) {
      wald(to_scale(scale, x), out.std_error / x, scale, context, out);
    } else {
      wald(q, se_q, scale, context, out);
    }
    return out;
  }
  const double z = bound_z(context.confidence, context.sides);
  for (const bool upper : {false, true}) {
    if (!wanted(context.sides, upper)) continue;
    const double side = upper ? 1.0 : -1.0;
    ProfileBound b = profile_bound(context.objective, context.phi, context.at, context.covariance, target, side, z);
    if (context.ends != nullptr) {
      b = furthest_bound(std::move(b), *context.ends, context.objective, context.at, target, side, z);
      if (!std::isnan(b.q)) context.ends->push_back(b.phi);
    }
    if (std::isnan(b.q)) {
      (upper ? out.upper_reason : out.lower_reason) = b.reason;
    } else {
      set_bound(target.reported(b.q), upper, "the bound runs to infinity", out);
    }
  }
  return out;
}

}  // namespace relia
