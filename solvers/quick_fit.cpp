#include "solvers/quick_fit.hpp"

#include <cmath>

#include "core/distributions/location_scale.hpp"
#include "core/kernels/row_sums.hpp"
#include "solvers/fit_parts.hpp"
#include "solvers/model_fit.hpp"

namespace relia {
namespace {

/// Where the maximum must lie for the quick fit to answer; what lies nearer to the edge of what data can say is the
/// general fit's to judge, whose own limits are a hundred times and more wider.
constexpr double kLeastDeterminant = 1e-8;  ///< of the information in units of its diagonal
constexpr double kLeastInformation = 1e-6;  ///< least eigenvalue of the information, in units of (sigma, 1)
constexpr double kSettled = 1e-20;          ///< decrement of log L at the end
constexpr double kLeastSigma = 1e-3;        ///< of the largest |u|, whose rounding is relative to it
constexpr double kLargestSigma = 1e3;       ///< of the same

void extreme_tails(double z, double& log_f, double& log_s) {
  log_s = -std::exp(z);
  log_f = log1mexp(log_s);
}
void largest_tails(double z, double& log_f, double& log_s) {
  extreme_tails(-z, log_s, log_f);
}
void normal_tails(double z, double& log_f, double& log_s) {
  log_f = Gaussian::log_cdf(z).f;
  log_s = Gaussian::log_sf(z).f;
}
void logistic_tails(double z, double& log_f, double& log_s) {
  const Logistic::Parts p = Logistic::parts(z);
  log_f = p.log_c;
  log_s = p.log_s;
}

using Tails = void (*)(double z, double& log_f, double& log_s);

/// The tails of a law that the quick fit knows, or null.
Tails tails_of(const Distribution& d) {
  if (dynamic_cast<const LocationScaleDistribution<SmallestExtreme>*>(&d) != nullptr) return extreme_tails;
  if (dynamic_cast<const LocationScaleDistribution<SmallestExtreme, true>*>(&d) != nullptr) return extreme_tails;
  if (dynamic_cast<const LocationScaleDistribution<LargestExtreme>*>(&d) != nullptr) return largest_tails;
  if (dynamic_cast<const LocationScaleDistribution<Gaussian>*>(&d) != nullptr) return normal_tails;
  if (dynamic_cast<const LocationScaleDistribution<Logistic>*>(&d) != nullptr) return logistic_tails;
  return nullptr;
}

bool finite(const QuickJet& j) {
  return std::isfinite(j.f) && std::isfinite(j.g0) && std::isfinite(j.g1) && std::isfinite(j.h00) &&
         std::isfinite(j.h01) && std::isfinite(j.h11);
}

bool jet_of(const Term& t, QuickJet& out) {
  out = {.f = t.f, .g0 = t.d(0), .g1 = 0.0, .h00 = t.dd(0, 0), .h01 = 0.0, .h11 = 0.0};
  if (t.n == 2) {
    out.g1 = t.d(1);
    out.h01 = t.dd(0, 1);
    out.h11 = t.dd(1, 1);
  }
  return finite(out);
}

/// A quantity of one law on one axis.
class OfLaw : public QuickQuantity {
 public:
  OfLaw(const Distribution& distribution, const Axis& axis, BoundScale scale)
      : distribution_(distribution), axis_(axis), scale_(scale) {}
  [[nodiscard]] double reported(double q) const override { return from_scale(scale_, q); }
  [[nodiscard]] double slope(double q) const override { return scale_slope(scale_, q); }

 protected:
  struct Theta {
    std::array<double, 2> values;
    std::size_t size;
    operator std::span<const double>() const noexcept { return {values.data(), size}; }
  };
  [[nodiscard]] Theta theta(double mu, double log_sigma) const {
    return {{mu, log_sigma}, static_cast<std::size_t>(distribution_.size())};
  }
  const Distribution& distribution_;
  const Axis& axis_;
  BoundScale scale_;
};

class ParameterOfLaw final : public OfLaw {
 public:
  ParameterOfLaw(const Distribution& distribution, const Axis& axis, BoundScale scale, std::size_t index)
      : OfLaw(distribution, axis, scale), index_(index) {}
  [[nodiscard]] bool at(double mu, double log_sigma, QuickJet& out) const override {
    std::array<Term, 2> eta;
    const Theta t = theta(mu, log_sigma);
    distribution_.describe(axis_, t, {eta.data(), t.size});
    return jet_of(eta[index_], out);
  }

 private:
  std::size_t index_;
};

class MeanOfLaw final : public OfLaw {
 public:
  using OfLaw::OfLaw;
  [[nodiscard]] bool at(double mu, double log_sigma, QuickJet& out) const override {
    Term t;
    return distribution_.mean(axis_, theta(mu, log_sigma), t) && jet_of(t, out);
  }
};

/// u = mu + sigma z, for a quantile z of the standard law.
class LifeOfLaw final : public OfLaw {
 public:
  LifeOfLaw(const Distribution& distribution, const Axis& axis, double z)
      : OfLaw(distribution, axis, axis.log ? BoundScale::log : BoundScale::identity), z_(z) {}
  [[nodiscard]] bool at(double mu, double log_sigma, QuickJet& out) const override {
    const double far = (distribution_.size() == 2 ? std::exp(log_sigma) : 1.0) * z_;
    out = {.f = mu + far, .g0 = 1.0, .g1 = 0.0, .h00 = 0.0, .h01 = 0.0, .h11 = 0.0};
    if (distribution_.size() == 2) out.g1 = out.h11 = far;
    return finite(out);
  }
  [[nodiscard]] double reported(double q) const override { return axis_.to_time(q); }
  [[nodiscard]] double slope(double q) const override { return axis_.log ? axis_.to_time(q) : axis_.scale; }

 private:
  double z_;
};

enum class AtTime { reliability, failure_probability, hazard };

class AtTimeOfLaw final : public OfLaw {
 public:
  AtTimeOfLaw(const Distribution& distribution, const Axis& axis, double time, AtTime what)
      : OfLaw(distribution, axis, what == AtTime::hazard ? BoundScale::log : BoundScale::logit),
        u_(axis.to_u(time)),
        log_slope_(axis.log_slope(time)),
        what_(what) {}
  [[nodiscard]] bool at(double mu, double log_sigma, QuickJet& out) const override {
    const std::unique_ptr<BoundLaw> law = distribution_.bind(theta(mu, log_sigma));
    Term a, b;
    law->log_sf(u_, b);
    if (what_ == AtTime::hazard) {
      law->log_pdf(u_, a);
      a.add(-1.0, b);
      a.f += log_slope_;
    } else {
      // logit R = log S - log F.
      law->log_cdf(u_, a);
      if (!std::isfinite(a.f) || !std::isfinite(b.f)) return false;
      if (what_ == AtTime::reliability) std::swap(a, b);
      a.add(-1.0, b);
    }
    return jet_of(a, out);
  }

 private:
  double u_, log_slope_;
  AtTime what_;
};

}  // namespace

struct QuickFitter::Law {
  const Distribution* distribution = nullptr;
  Tails tails = nullptr;  ///< null: not for this path
  std::vector<ParameterInfo> parameters;
  std::vector<double> z;                ///< of the lives asked for
  std::vector<double> reliable_life_z;  ///< of reliable lives
  QuickMaximum maximum;

  [[nodiscard]] bool two() const { return parameters.size() == 2; }
  [[nodiscard]] const PooledRows* pooled(const QuickSample& sample) const {
    return tails == extreme_tails ? sample.pooled() : nullptr;
  }
};

QuickFitter::QuickFitter(const FitOptions& options,
                         const std::vector<std::shared_ptr<const Distribution>>& distributions)
    : options_(options) {
  asked_ = options.bounds == "none"   ? BoundMethod::none
           : options.bounds == "wald" ? BoundMethod::wald
           : options.bounds == "lr"   ? BoundMethod::lr
                                      : BoundMethod::exact;
  allowed_ = options.method == "mle" && options.solver == "newton" && options.mixture == 1 &&
             !options.limited_failure && options.mode_column.empty() && options.fixed.empty() &&
             asked_ != BoundMethod::exact && (asked_ != BoundMethod::wald || options.wald_scale == "auto") &&
             options.given.empty();
  const Sides sides = parse_sides(options.sides);
  lower_ = sides != Sides::upper;
  upper_ = sides != Sides::lower;
  z_ = bound_z(options.confidence, sides);
  for (const double p : options.quantiles) lives_.push_back({p, life_name(p)});
  for (const auto& d : distributions) {
    Law law;
    law.distribution = d.get();
    if (allowed_) law.tails = tails_of(*d);
    if (law.tails != nullptr) {
      law.parameters = d->parameters();
      for (const double p : options.quantiles) {
        double z = 0.0;
        d->plot_quantile(std::log1p(-p), std::log(p), z);
        law.z.push_back(z);
      }
      for (const double r : options.reliable_life) {
        double z = 0.0;
        d->plot_quantile(std::log(r), std::log1p(-r), z);
        law.reliable_life_z.push_back(z);
      }
    }
    laws_.push_back(std::move(law));
  }
}

QuickFitter::~QuickFitter() = default;

void QuickFitter::begin(const LifeTable& table) {
  table_ = &table;
  for (Slot& slot : slots_) slot.tried = false;
}

QuickSample* QuickFitter::sample(bool log) {
  Slot& slot = slots_[log ? 1 : 0];
  if (!slot.tried) {
    slot.tried = true;
    slot.usable = slot.sample.assign(*table_, log);
  }
  return slot.usable ? &slot.sample : nullptr;
}

// sigma from the spread of the ages, mu from it as where log L is highest for that sigma if all rows are exact or
// right-censored.
bool QuickFitter::start(const Law& law, const QuickSample& sample, double& mu, double& log_sigma) const {
  const QuickSample::Moments m = sample.moments();
  const double censored = 1.0 - m.failed / m.all;
  double sigma = 1.0;
  const bool extreme = law.tails == extreme_tails;
  if (law.two()) {
    sigma = m.failed_deviation > 0.0 ? m.failed_deviation : m.all_deviation;
    if (law.tails == normal_tails || law.tails == logistic_tails) {
      sigma = std::fmax(m.failed_deviation, m.all_deviation) * (1.0 + censored);
      if (law.tails == logistic_tails) sigma *= 0.55;
    } else {
      // The standard deviation of the extreme-value law is pi/sqrt(6); that of its early part tends to one.
      sigma *= 0.78 + 0.22 * censored;
    }
    if (!(sigma > 0.0)) return false;
  }
  log_sigma = std::log(sigma);
  mu = extreme                      ? m.failed_mean + 0.5772 * sigma
       : law.tails == largest_tails ? m.failed_mean - 0.5772 * sigma
                                    : m.all_mean + 0.8 * censored * m.all_deviation;
  if (!extreme) return true;
  double w = 0.0;
  for (std::size_t s = 0; s < sample.rows().size; ++s) {
    const Rows& rows = sample.rows().list[s];
    w -= row_sums(StandardLaw::smallest_extreme, RowKind::right, rows.a, rows.count, m.failed_mean, 1.0 / sigma).d2;
  }
  const double closed = m.failed_mean + sigma * std::log(w / m.failed);
  if (std::isfinite(closed)) mu = closed;
  return std::isfinite(mu);
}

bool QuickFitter::estimate(std::size_t index, ModelResult& m) {
  Law& law = laws_[index];
  if (law.tails == nullptr) return false;
  QuickSample* const data = sample(law.distribution->log_axis());
  if (data == nullptr || !data->rows().maximum_exists(law.two()) || !data->identifiable(law.two())) return false;
  double mu = 0.0, log_sigma = 0.0;
  if (!start(law, *data, mu, log_sigma)) return false;
  const RefitPoint end = refit(*law.distribution, data->rows(), mu, log_sigma);
  if (!end.found) return false;

  QuickMaximum& top = law.maximum;
  top.mu = end.mu;
  top.log_sigma = law.two() ? end.log_sigma : 0.0;
  const double sigma = std::exp(top.log_sigma);
  if (law.two() && (sigma < kLeastSigma * data->reach() || sigma > kLargestSigma * data->reach())) return false;
  bounds_.begin(*law.distribution, data->rows(), law.pooled(*data), top, z_);
  int passes = end.passes;
  double gradient_norm = 0.0;
  for (int polish = 0;; ++polish) {
    const QuickJet& at = top.at;
    if (!bounds_.evaluate(top.mu, top.log_sigma, top.at) || !(at.h00 < 0.0)) return false;
    ++passes;
    double step0 = 0.0, step1 = 0.0;
    if (law.two()) {
      if (!(at.h11 < 0.0)) return false;
      // On coordinates of unit curvature.
      const double d0 = 1.0 / std::sqrt(-at.h00), d1 = 1.0 / std::sqrt(-at.h11), c = at.h01 * d0 * d1;
      const double determinant = (1.0 - c) * (1.0 + c);
      if (!(determinant > kLeastDeterminant)) return false;
      top.c00 = d0 * d0 / determinant;
      top.c11 = d1 * d1 / determinant;
      top.c01 = c * d0 * d1 / determinant;
      const double a = -at.h00 * sigma * sigma, b = -at.h01 * sigma, d = -at.h11, middle = 0.5 * (a + d);
      if (!((a * d - b * b) / (middle + std::hypot(0.5 * (a - d), b)) > kLeastInformation)) return false;
      gradient_norm = std::fmax(std::fabs(at.g0) * d0, std::fabs(at.g1) * d1);
      step0 = top.c00 * at.g0 + top.c01 * at.g1;
      step1 = top.c01 * at.g0 + top.c11 * at.g1;
    } else {
      if (!(-at.h00 > kLeastInformation)) return false;
      top.c00 = -1.0 / at.h00;
      top.c01 = top.c11 = 0.0;
      gradient_norm = std::fabs(at.g0) * std::sqrt(top.c00);
      step0 = top.c00 * at.g0;
    }
    if (at.g0 * step0 + at.g1 * step1 < kSettled * std::fmax(1.0, std::fabs(at.f))) break;
    if (polish == 3) return false;
    top.mu += step0;
    top.log_sigma += step1;
  }
  m.convergence = {FitStatus::converged, passes, gradient_norm, {}, {}};
  m.log_likelihood = top.at.f + data->log_jacobian();
  set_criteria(m, data->n());
  return std::isfinite(m.log_likelihood);
}

bool QuickFitter::finish(const Law& law, const QuickQuantity& quantity, BoundScale scale, Quantity& out) {
  const QuickMaximum& top = law.maximum;
  QuickJet c;
  if (!quantity.at(top.mu, top.log_sigma, c)) return false;
  out.estimate = quantity.reported(c.f);
  const double se = std::sqrt(top.c00 * c.g0 * c.g0 + 2.0 * top.c01 * c.g0 * c.g1 + top.c11 * c.g1 * c.g1);
  out.std_error = std::fabs(quantity.slope(c.f)) * se;
  if (!std::isfinite(out.estimate) || !std::isfinite(out.std_error) || !(se > 0.0)) return false;
  if (method_ == BoundMethod::none) return true;
  const auto wald = [&](double width) {
    if (scale == BoundScale::identity) return out.estimate + width * out.std_error;
    if (scale == BoundScale::logit) return from_scale(scale, c.f + width * se);
    return std::exp(std::log(out.estimate) + width * (out.std_error / out.estimate));
  };
  for (const bool upper : {false, true}) {
    if (!(upper ? upper_ : lower_)) continue;
    double value = 0.0;
    if (method_ == BoundMethod::wald) {
      value = wald(upper ? z_ : -z_);
    } else {
      double q = 0.0;
      if (!bounds_.bound(quantity, c, upper ? 1.0 : -1.0, q)) return false;
      value = quantity.reported(q);
    }
    if (!std::isfinite(value)) return false;
    (upper ? out.upper : out.lower) = value;
  }
  return true;
}

bool QuickFitter::parameters(const Law& law, const QuickSample& sample, ModelResult& m) {
  const std::size_t size = law.parameters.size();
  const QuickMaximum& top = law.maximum;
  std::array<double, 2> d0{}, d1{};
  m.parameters.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    const ParameterInfo& info = law.parameters[i];
    const ParameterOfLaw quantity(*law.distribution, sample.axis(), info.scale, i);
    NamedQuantity& p = m.parameters.emplace_back();
    p.name = info.name;
    if (!finish(law, quantity, info.scale, p.value)) return false;
    if (!std::isnormal(p.value.estimate) && !(info.scale == BoundScale::identity && p.value.estimate == 0.0)) {
      return false;
    }
    QuickJet c;
    if (!quantity.at(top.mu, top.log_sigma, c)) return false;
    const double slope = quantity.slope(c.f);
    d0[i] = c.g0 * slope;
    d1[i] = c.g1 * slope;
  }
  m.covariance.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    std::vector<double>& row = m.covariance.emplace_back(size);
    for (std::size_t j = 0; j < size; ++j) {
      row[j] = d0[i] * (top.c00 * d0[j] + top.c01 * d1[j]) + d1[i] * (top.c01 * d0[j] + top.c11 * d1[j]);
    }
  }
  if (law.two()) return true;
  const Quantity& s = m.parameters.front().value;
  NamedQuantity& rate = m.derived.emplace_back();
  rate.name = "rate";
  rate.value.estimate = 1.0 / s.estimate;
  rate.value.std_error = s.std_error / (s.estimate * s.estimate);
  rate.value.lower = 1.0 / s.upper;
  rate.value.upper = 1.0 / s.lower;
  return true;
}

bool QuickFitter::metrics(const Law& law, const QuickSample& sample, LifeMetrics& m) {
  const Distribution& d = *law.distribution;
  const Axis& axis = sample.axis();
  const BoundScale natural = axis.log ? BoundScale::log : BoundScale::identity;
  if (!finish(law, MeanOfLaw(d, axis, natural), natural, m.mean)) return false;
  m.quantiles.reserve(lives_.size());
  for (std::size_t i = 0; i < lives_.size(); ++i) {
    QuantileResult& q = m.quantiles.emplace_back();
    q.p = lives_[i].p;
    q.name = lives_[i].name;
    if (!finish(law, LifeOfLaw(d, axis, law.z[i]), natural, q.value)) return false;
  }
  for (std::size_t i = 0; i < options_.reliable_life.size(); ++i) {
    ReliableLifeResult& l = m.reliable_life.emplace_back();
    l.reliability = options_.reliable_life[i];
    if (!finish(law, LifeOfLaw(d, axis, law.reliable_life_z[i]), natural, l.value)) return false;
  }
  const auto at_time = [&](double time, AtTime what, BoundScale scale, std::vector<AtTimeResult>& list) {
    AtTimeResult& r = list.emplace_back();
    r.time = time;
    return finish(law, AtTimeOfLaw(d, axis, time, what), scale, r.value);
  };
  for (const double t : options_.at) {
    if (!at_time(t, AtTime::reliability, BoundScale::logit, m.reliability)) return false;
    if (!at_time(t, AtTime::failure_probability, BoundScale::logit, m.failure_probability)) return false;
    if (!at_time(t, AtTime::hazard, BoundScale::log, m.hazard)) return false;
  }
  return true;
}

namespace {

/// n times the integral of anderson_darling.hpp; the pieces' widths in F add up to F at the last age.
double anderson_darling(Tails tails, const QuickMaximum& top, QuickSample& sample) {
  const std::span<const QuickSample::Step> steps = sample.steps();
  if (steps.empty()) return kNaN;
  const double inverse = std::exp(-top.log_sigma);
  double sum = 0.0, c = 0.0, one_minus_c = 1.0, log_f = -kInfinity, log_s = 0.0;
  const auto piece = [&](double next_f, double next_s) {
    if (c > 0.0) sum += c * c * (next_f - log_f);
    if (one_minus_c > 0.0) sum -= one_minus_c * one_minus_c * (next_s - log_s);
    log_f = next_f;
    log_s = next_s;
  };
  double next_f = 0.0, next_s = 0.0;
  for (const QuickSample::Step& step : steps) {
    tails((step.u - top.mu) * inverse, next_f, next_s);
    piece(next_f, next_s);
    c = step.failed;
    one_minus_c = step.survived;
  }
  if (!sample.suspended()) {
    piece(0.0, -kInfinity);  // one_minus_c is 0 here
  } else if (sample.last() > steps.back().u) {
    tails((sample.last() - top.mu) * inverse, next_f, next_s);
    piece(next_f, next_s);
  }
  return sample.n() * (sum - std::exp(log_f));
}

}  // namespace

bool QuickFitter::describe(std::size_t index, bool with_bounds, ModelResult& m) {
  const Law& law = laws_[index];
  QuickSample& data = *sample(law.distribution->log_axis());
  method_ = with_bounds ? asked_ : BoundMethod::none;
  m.bounds = method_ == BoundMethod::none ? "none" : method_ == BoundMethod::wald ? "wald" : "lr";
  bounds_.begin(*law.distribution, data.rows(), law.pooled(data), law.maximum, z_);
  if (!parameters(law, data, m) || !metrics(law, data, m.metrics)) return false;
  m.anderson_darling = anderson_darling(law.tails, law.maximum, data);
  return true;
}

}  // namespace relia
