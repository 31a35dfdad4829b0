#include "solvers/model_fit.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <relia/error.hpp>

#include "core/distributions/exponential.hpp"
#include "core/distributions/weibull.hpp"
#include "core/numeric/special.hpp"

namespace relia {
namespace {

/// Reliability at a fixed age as z = (u - mu)/sigma, for Wald bounds as Weibull++ and Minitab make them.
///
/// q = z; c = (u - mu)/sigma - q; R = S(z) of the kernel falls in z, so F rises.
class StandardizedProbability final : public Target {
 public:
  StandardizedProbability(const Distribution& distribution, const SingleView& view, double u, bool failure)
      : distribution_(distribution), view_(view), u_(u), failure_(failure) {}
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    Jet z(0);
    view_.standardized(phi, u_, z);
    return z.f;
  }
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override {
    view_.standardized(phi, u_, out.c);
    out.c.f -= q;
    out.c_q = -1.0;
    out.c_phi_q = Eigen::VectorXd::Zero(phi.size());
  }
  [[nodiscard]] double reported(double q) const override {
    const std::array<double, 2> standard = {0.0, 0.0};
    const auto law = distribution_.bind({standard.data(), static_cast<std::size_t>(distribution_.size())});
    Term t;
    failure_ ? law->log_cdf(q, t) : law->log_sf(q, t);
    return std::exp(t.f);
  }
  [[nodiscard]] double slope(double) const override { return failure_ ? 1.0 : -1.0; }
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::identity; }

 private:
  const Distribution& distribution_;
  const SingleView& view_;
  double u_;
  bool failure_;
};

double shape_if_only_scale_free(const ModelFit& fit) {
  if (dynamic_cast<const Exponential*>(fit.distribution.get()) != nullptr) return fit.space->is_fixed(0) ? kNaN : 1.0;
  if (dynamic_cast<const Weibull*>(fit.distribution.get()) != nullptr && fit.space->is_fixed(0) &&
      !fit.space->is_fixed(1)) {
    return std::exp(fit.space->fixed()[0]);
  }
  return kNaN;
}

}  // namespace

Sides parse_sides(const std::string& sides) {
  return sides == "lower" ? Sides::lower : sides == "upper" ? Sides::upper : Sides::two;
}

WaldScale parse_wald_scale(const std::string& scale) {
  if (scale == "z") return WaldScale::z;
  if (scale == "logit") return WaldScale::logit;
  if (scale == "log") return WaldScale::log;
  return scale == "plain" ? WaldScale::plain : WaldScale::automatic;
}

Objective ModelFit::objective() const {
  return [this](const Eigen::VectorXd& phi) {
    if (space->identity()) return likelihood->evaluate({phi.data(), static_cast<std::size_t>(phi.size())});
    const std::vector<double> theta = space->theta(phi);
    return space->pull(likelihood->evaluate(theta), theta);
  };
}

std::optional<std::vector<double>> fixed_values(const Distribution& distribution,
                                                const std::vector<std::pair<std::string, double>>& fixed) {
  const std::vector<ParameterInfo> parameters = distribution.parameters();
  std::vector<double> out(parameters.size(), kNaN);
  for (const auto& [name, value] : fixed) {
    bool found = false;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (parameters[i].name != name) continue;
      found = true;
      out[i] = to_scale(parameters[i].scale, value);
      if (!std::isfinite(out[i])) {
        throw UsageError("--fix " + name + ": " +
                         (parameters[i].scale == BoundScale::log     ? "takes a positive number"
                          : parameters[i].scale == BoundScale::logit ? "takes a number between 0 and 1"
                                                                     : "takes a number"));
      }
    }
    if (!found) return std::nullopt;
  }
  return out;
}

std::unique_ptr<ModelFit> fit_model(std::shared_ptr<const Distribution> distribution,
                                    std::shared_ptr<const Sample> sample,
                                    std::vector<double> fixed,
                                    Engine engine,
                                    int threads) {
  auto fit = std::make_unique<ModelFit>();
  fit->distribution = std::move(distribution);
  fit->sample = std::move(sample);
  fit->likelihood = std::make_unique<Likelihood>(*fit->distribution, *fit->sample, threads);
  fit->space = std::make_unique<Space>(*fit->distribution, fit->sample->axis, std::move(fixed));
  fit->estimate = estimate_mle(*fit->likelihood, *fit->space, engine);
  return fit;
}

ExactEnds exact_scale(
    const LifeTable& table, double shape, double confidence, Sides sides, const std::string& termination) {
  return exact_scale(TableBlocks(table), count_by_kind(table), {}, shape, confidence, sides, termination);
}

ExactEnds exact_scale(const RowBlocks& rows,
                      const LifeCounts& counts,
                      const Workers& workers,
                      double shape,
                      double confidence,
                      Sides sides,
                      const std::string& termination) {
  ExactEnds out;
  if (counts.left_censored + counts.interval_censored > 0) {
    out.reason = "exact bounds need exact or right-censored rows";
    return out;
  }
  if (counts.truncated > 0 && counts.failures > 0) {
    out.reason = "exact bounds need rows without truncation";
    return out;
  }
  Pool<LifeTable> pool;
  const auto parts = [&](auto fill) {
    return block_parts(rows.blocks(), 1, workers, [&](std::size_t block, std::span<double> part) {
      const Pool<LifeTable>::Loan scratch(pool);
      part[0] = fill(rows.block(block, *scratch));
    });
  };
  // sum of count (t^shape - entry^shape), scaled by the largest age so that no power overflows.
  double top = 0.0, sum = 0.0;
  bool windowed = false;
  for (const double highest : parts([](const RowView& view) {
         double highest = 0.0;
         for (std::size_t i = 0; i < view.rows(); ++i) {
           highest = std::fmax(highest, std::isinf(view.exit_at(i)) ? view.lower[i] : kInfinity);
         }
         return highest;
       })) {
    windowed = windowed || std::isinf(highest);
    top = std::fmax(top, highest);
  }
  if (windowed) {
    out.reason = "exact bounds need rows without truncation";
    return out;
  }
  for (const double part : parts([&](const RowView& view) {
         double s = 0.0;
         for (std::size_t i = 0; i < view.rows(); ++i) {
           s += view.count_at(i) * (std::pow(view.lower[i] / top, shape) - std::pow(view.entry_at(i) / top, shape));
         }
         return s;
       })) {
    sum += part;
  }
  const auto r = static_cast<double>(counts.failures);
  const double level = sides == Sides::two ? 0.5 + 0.5 * confidence : confidence;
  const auto log_scale = [&](double chi2) { return std::log(top) + std::log(2.0 * sum / chi2) / shape; };
  if (sum > 0.0) {
    out.lower = log_scale(chi_squared_quantile(level, termination == "failure" && r > 0 ? 2.0 * r : 2.0 * r + 2.0));
    if (r > 0.0) out.upper = log_scale(chi_squared_quantile(1.0 - level, 2.0 * r));
  }
  return out;
}

BoundContext bound_context(const ModelFit& fit, const LifeTable& table, const FitOptions& options) {
  return bound_context(fit, TableBlocks(table), count_by_kind(table), options);
}

BoundContext bound_context(const ModelFit& fit,
                           const RowBlocks& rows,
                           const LifeCounts& counts,
                           const FitOptions& options) {
  BoundContext c;
  c.sides = parse_sides(options.sides);
  c.wald_scale = parse_wald_scale(options.wald_scale);
  c.confidence = options.confidence;
  c.method = options.bounds == "none"        ? BoundMethod::none
             : options.bounds == "wald"      ? BoundMethod::wald
             : options.bounds == "lr"        ? BoundMethod::lr
             : options.bounds == "bootstrap" ? BoundMethod::bootstrap
                                             : BoundMethod::exact;
  c.objective = fit.objective();
  c.phi = fit.estimate.phi;
  c.at = fit.estimate.at;
  c.covariance = fit.estimate.covariance;
  c.has_estimate = fit.estimate.usable();
  c.held = options.fixed;
  c.no_errors_reason = "standard errors and likelihood-ratio bounds do not exist at a boundary";
  const double shape = shape_if_only_scale_free(fit);
  const bool no_failure = fit.sample->failed == 0.0 && !std::isnan(shape);
  if (no_failure && c.method != BoundMethod::none) c.method = BoundMethod::exact;
  if (c.method == BoundMethod::exact) {
    if (std::isnan(shape)) {
      c.exact_reason = "exact bounds exist only when the scale alone is free (exponential, or --fix shape=...)";
      return c;
    }
    const ExactEnds ends =
        exact_scale(rows, counts, fit.sample->workers, shape, c.confidence, c.sides, options.termination);
    c.exact_reason = ends.reason;
    // phi is theta = ln(scale/c) without fixed parameters, ln scale with them.
    const double offset = fit.space->identity() ? std::log(fit.sample->axis.scale) : 0.0;
    c.exact_lower = ends.lower - offset;
    c.exact_upper = ends.upper - offset;
  }
  return c;
}

void describe_parameters(const ModelFit& fit,
                         const BoundContext& context,
                         std::vector<NamedQuantity>& parameters,
                         std::vector<std::vector<double>>& covariance,
                         std::vector<NamedQuantity>* derived) {
  const Distribution& d = *fit.distribution;
  const Axis& axis = fit.sample->axis;
  const std::vector<ParameterInfo> info = d.parameters();
  std::vector<Eigen::VectorXd> gradients(info.size());
  for (std::size_t i = 0; i < info.size(); ++i) {
    NamedQuantity p;
    p.name = info[i].name;
    if (fit.space->is_fixed(i)) {
      p.fixed = true;
      p.value.estimate = from_scale(info[i].scale, fit.space->fixed()[i]);
      // As it was given: there and back through the scale of its bounds the last digit moves.
      for (const auto& [name, value] : context.held) {
        if (name == p.name) p.value.estimate = value;
      }
    } else {
      const auto target = parameter_target(d, axis, *fit.space, i);
      if (context.has_estimate && context.covariance.size() == 0) {
        // On a boundary a coordinate may be infinite: read the parameter itself.
        std::vector<Term> eta(info.size());
        d.describe(axis, fit.estimate.theta, eta);
        p.value.estimate = from_scale(info[i].scale, eta[i].f);
        if (context.method != BoundMethod::none) {
          if (context.sides != Sides::upper) p.value.lower_reason = context.no_errors_reason;
          if (context.sides != Sides::lower) p.value.upper_reason = context.no_errors_reason;
        }
      } else {
        p.value = make_quantity(*target, context);
      }
      if (context.has_estimate && context.covariance.size() > 0) {
        const double q = target->value(context.phi);
        Constraint c;
        target->constraint(context.phi, q, c);
        gradients[i] = c.c.g * target->slope(q);
      }
    }
    parameters.push_back(std::move(p));
  }
  if (context.has_estimate && (context.covariance.size() > 0 || context.phi.size() == 0)) {
    covariance.assign(info.size(), std::vector<double>(info.size(), 0.0));
    for (std::size_t i = 0; i < info.size(); ++i) {
      for (std::size_t j = 0; j < info.size(); ++j) {
        if (gradients[i].size() == 0 || gradients[j].size() == 0) continue;
        covariance[i][j] = gradients[i].dot(context.covariance * gradients[j]);
      }
    }
  }
  if (derived != nullptr && dynamic_cast<const Exponential*>(&d) != nullptr) {
    const Quantity& s = parameters.front().value;
    NamedQuantity rate;
    rate.name = "rate";
    rate.fixed = parameters.front().fixed;
    rate.value.estimate = 1.0 / s.estimate;
    rate.value.std_error = s.std_error / (s.estimate * s.estimate);
    rate.value.lower = 1.0 / s.upper;
    rate.value.upper = 1.0 / s.lower;
    rate.value.reason = s.reason;
    rate.value.lower_reason = s.upper_reason;
    rate.value.upper_reason = s.lower_reason;
    derived->push_back(std::move(rate));
  }
}

std::string life_name(double p) {
  // 100 p to 12 digits, so that 0.07 is B7 and not B7.000000000000001.
  std::array<char, 40> text{};
  double percent = 100.0 * p;
  const auto rounded = std::to_chars(text.data(), text.data() + text.size(), percent, std::chars_format::general, 12);
  std::from_chars(text.data(), rounded.ptr, percent);
  const auto shortest = std::to_chars(text.data(), text.data() + text.size(), percent);
  return std::string("B").append(text.data(), shortest.ptr);
}

LifeMetrics life_metrics(const LifeView& view,
                         const BoundContext& context,
                         const FitOptions& options,
                         const Distribution* location_scale) {
  LifeMetrics m;
  m.mean = make_quantity(*mean_target(view), context);
  if (!std::isfinite(m.mean.estimate) && context.has_estimate)
    m.mean.reason = "the mean does not exist for these parameters";
  for (const double p : options.quantiles) {
    const double log_sf = std::log1p(-p), log_cdf = std::log(p);
    QuantileResult q;
    q.p = p;
    q.name = life_name(p);
    q.value = make_quantity(*quantile_target(view, log_sf, log_cdf), context);
    if (!std::isfinite(q.value.estimate) && context.has_estimate) {
      q.value.reason = "the failure probability never gets there";
    }
    m.quantiles.push_back(std::move(q));
  }
  for (const double r : options.reliable_life) {
    ReliableLifeResult l;
    l.reliability = r;
    l.value = make_quantity(*quantile_target(view, std::log(r), std::log1p(-r)), context);
    if (!std::isfinite(l.value.estimate) && context.has_estimate) {
      l.value.reason = "the reliability never falls that far";
    }
    m.reliable_life.push_back(std::move(l));
  }
  const auto* single = dynamic_cast<const SingleView*>(&view);
  for (const double t : options.at) {
    std::unique_ptr<Target> z_r, z_f;
    if (location_scale != nullptr && single != nullptr && context.wald_scale == WaldScale::z) {
      z_r = std::make_unique<StandardizedProbability>(*location_scale, *single, view.axis().to_u(t), false);
      z_f = std::make_unique<StandardizedProbability>(*location_scale, *single, view.axis().to_u(t), true);
    }
    m.reliability.push_back({t, make_quantity(*reliability_target(view, t, false), context, z_r.get()), kAbsent});
    m.failure_probability.push_back(
        {t, make_quantity(*reliability_target(view, t, true), context, z_f.get()), kAbsent});
    m.hazard.push_back({t, make_quantity(*hazard_target(view, t), context), kAbsent});
  }
  for (const double given : options.given) {
    for (const double t : options.at) {
      m.conditional.push_back({t, make_quantity(*conditional_target(view, given, t), context), given});
    }
    for (const double p : options.quantiles) {
      m.residual_quantiles.push_back(
          {p, life_name(p), make_quantity(*residual_target(view, given, p), context), given});
    }
  }
  return m;
}

std::unique_ptr<Target> requirement_target(const Requirement& r, const LifeView& view) {
  switch (r.kind) {
    case Requirement::Kind::reliability: return reliability_target(view, r.argument, false);
    case Requirement::Kind::failure_probability: return reliability_target(view, r.argument, true);
    case Requirement::Kind::hazard: return hazard_target(view, r.argument);
    case Requirement::Kind::life_quantile: return quantile_target(view, std::log1p(-r.argument), std::log(r.argument));
    case Requirement::Kind::mean: return mean_target(view);
    case Requirement::Kind::parameter: return nullptr;
  }
  return nullptr;
}

}  // namespace relia
