#include "solvers/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include <Eigen/LU>
#include <tbb/enumerable_thread_specific.h>

#include <relia/error.hpp>

#include "core/numeric/philox.hpp"
#include "core/numeric/special.hpp"
#include "core/sample/block_sums.hpp"
#include "solvers/refit.hpp"
#include "solvers/resample_draw.hpp"

namespace relia {
namespace {

/// More replicates without a maximum than this, and there is no bound.
constexpr double kMostFailed = 0.05;

/// Draws a sample and fits it; one a thread, as it owns the buffers.
class Resampler {
 public:
  virtual ~Resampler() = default;
  /// Writes phi (and, when asked for, the covariance) of replicate `k`; false: no maximum.
  virtual bool run(std::uint64_t k, double* phi, double* covariance) = 0;
};

/// Everything replicates have in common.
struct Setup {
  const ModelFit& fit;
  const LifeTable& table;
  const BootstrapOptions& options;
  std::vector<double> units;  ///< of each row of the sample, in the order of its segments
  std::optional<CaseDraw> cases;
  ShownPlan plan;
  bool covariance = false;
};

RandomPurpose purpose_of(const BootstrapOptions& o) {
  return o.kind == "weights" ? RandomPurpose::weight : o.kind == "cases" ? RandomPurpose::choice : RandomPurpose::life;
}

/// Location-scale families without held parameters: Newton on buffers that are made once.
class FastResampler final : public Resampler {
 public:
  explicit FastResampler(const Setup& s) : s_(s), d_(*s.fit.distribution) {
    const Estimate& e = s.fit.estimate;
    mu_ = e.theta[0];
    log_sigma_ = d_.size() == 2 ? e.theta[1] : 0.0;
    if (s.options.kind == "parametric") {
      z_.resize(s.plan.n);
      last_.resize(1);
      left_.resize(1);
      limit_ = std::isnan(s.plan.censor_at) ? kInfinity : s.fit.sample->axis.to_u(s.plan.censor_at);
      return;
    }
    weight_.resize(s.units.size());
    std::size_t from = 0;
    for (const Segment& segment : s.fit.sample->cells.front().segments) {
      Rows rows = segment.rows(0, segment.a.size());
      rows.count = std::span<const double>(weight_).subspan(from, segment.a.size());
      rows_.add(rows);
      from += segment.a.size();
    }
  }

  bool run(std::uint64_t k, double* phi, double* covariance) override {
    RandomStream random(s_.options.seed, purpose_of(s_.options), k);
    if (s_.options.kind == "weights") {
      draw_weights(s_.units, s_.fit.sample->n, random, weight_);
    } else if (s_.options.kind == "cases") {
      s_.cases->draw(random, weight_);
    } else {
      draw_test(random);
    }
    if (s_.options.kind != "weights" && !rows_.maximum_exists(d_.size() == 2)) return false;
    const RefitPoint p = refit(d_, rows_, mu_, log_sigma_);
    if (!p.found) return false;
    phi[0] = p.mu;
    if (d_.size() == 2) phi[1] = p.log_sigma;
    if (covariance == nullptr) return true;
    if (d_.size() == 1) {
      covariance[0] = 1.0 / p.i00;
      return true;
    }
    const double determinant = p.i00 * p.i11 - p.i01 * p.i01;
    covariance[0] = p.i11 / determinant;
    covariance[1] = covariance[2] = -p.i01 / determinant;
    covariance[3] = p.i00 / determinant;
    return determinant > 0.0;
  }

 private:
  void draw_test(RandomStream& random) {
    const double sigma = std::exp(log_sigma_);
    for (double& u : z_) {
      const double f = random.uniform();
      double z = 0.0;
      d_.plot_quantile(std::log1p(-f), std::log(f), z);
      u = mu_ + sigma * z;
    }
    std::size_t failures = z_.size();
    if (limit_ < kInfinity) {
      failures = static_cast<std::size_t>(
          std::partition(z_.begin(), z_.end(), [this](double u) { return u <= limit_; }) - z_.begin());
      last_[0] = limit_;
    } else if (s_.plan.failures < z_.size()) {
      failures = s_.plan.failures;
      std::nth_element(z_.begin(), z_.begin() + static_cast<std::ptrdiff_t>(failures) - 1, z_.end());
      last_[0] = z_[failures - 1];
    }
    left_[0] = static_cast<double>(z_.size() - failures);
    rows_.size = 0;
    Rows exact, right;
    exact.kind = Kind::exact;
    exact.a = std::span<const double>(z_).first(failures);
    rows_.add(exact);
    if (failures == z_.size()) return;
    right.kind = Kind::right;
    right.a = last_;
    right.count = left_;
    rows_.add(right);
  }

  const Setup& s_;
  const Distribution& d_;
  RefitRows rows_;
  std::vector<double> weight_, z_, last_, left_;
  double mu_ = 0.0, log_sigma_ = 0.0, limit_ = kInfinity;
};

/// Any model: each replicate is a table of its own, fitted from the estimate on, and from everywhere when that fails.
class GeneralResampler final : public Resampler {
 public:
  explicit GeneralResampler(const Setup& s) : s_(s), table_(s.table) {
    table_.columns.clear();
    table_.line.clear();
    const Distribution& d = *s.fit.distribution;
    std::vector<Term> eta(static_cast<std::size_t>(d.size()));
    d.describe(s.fit.sample->axis, s.fit.estimate.theta, eta);
    for (const Term& t : eta) eta_.push_back(t.f);
    for (std::size_t i = 0; i < table_.rows(); ++i) units_.push_back(table_.count_at(i));
    weight_.resize(units_.size());
  }

  bool run(std::uint64_t k, double* phi, double* covariance) override {
    RandomStream random(s_.options.seed, purpose_of(s_.options), k);
    const LifeTable replicate = draw(random);
    // Units that never fail cannot be waited for.
    if (std::any_of(replicate.lower.begin(), replicate.lower.end(), [](double t) { return std::isinf(t); }))
      return false;
    const Distribution& d = *s_.fit.distribution;
    try {
      const Sample sample = prepare(replicate, d.log_axis());
      const Likelihood likelihood(d, sample);
      const Space space(d, sample.axis, s_.fit.space->fixed());
      Estimate e;
      std::vector<double> start(eta_.size());
      if (d.locate(sample.axis, eta_, start)) e = climb_from(likelihood, space, start);
      if (e.status != FitStatus::converged) e = estimate_mle(likelihood, space, Engine::newton);
      if (e.status != FitStatus::converged) return false;
      return carry_over(e, sample.axis, space, phi, covariance);
    } catch (const BadData&) {
      return false;  // a life that rounds to nothing
    }
  }

 private:
  LifeTable draw(RandomStream& random) {
    if (s_.options.kind == "parametric") return draw_test(random);
    if (s_.options.kind == "weights") {
      draw_weights(units_, s_.fit.sample->n, random, weight_);
    } else {
      s_.cases->draw(random, weight_);
    }
    LifeTable out = table_;
    out.count = weight_;
    return out;
  }

  LifeTable draw_test(RandomStream& random) const {
    const Distribution& d = *s_.fit.distribution;
    LifeTable out;
    for (std::size_t i = 0; i < s_.plan.n; ++i) {
      const double f = random.uniform();
      const double u = d.quantile(s_.fit.estimate.theta, std::log1p(-f), std::log(f));
      out.lower.push_back(s_.fit.sample->axis.to_time(u));
    }
    double end = s_.plan.censor_at;
    if (std::isnan(end) && s_.plan.failures < s_.plan.n) {
      std::vector<double> sorted = out.lower;
      std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(s_.plan.failures) - 1,
                       sorted.end());
      end = sorted[s_.plan.failures - 1];
    }
    out.upper = out.lower;
    for (std::size_t i = 0; i < s_.plan.n && !std::isnan(end); ++i) {
      if (out.lower[i] <= end) continue;
      out.lower[i] = end;
      out.upper[i] = kInfinity;
    }
    return out;
  }

  /// The estimate on the replicate's axis as phi of the fit's own.
  bool carry_over(const Estimate& e, const Axis& axis, const Space& space, double* phi, double* covariance) const {
    const Distribution& d = *s_.fit.distribution;
    const std::size_t k = eta_.size();
    std::vector<Term> there(k), here(k);
    std::vector<double> eta(k), theta(k);
    d.describe(axis, e.theta, there);
    for (std::size_t i = 0; i < k; ++i) eta[i] = there[i].f;
    if (!d.locate(s_.fit.sample->axis, eta, theta)) return false;
    const Eigen::VectorXd own = s_.fit.space->phi(theta);
    if (!own.allFinite()) return false;
    std::copy(own.begin(), own.end(), phi);
    if (covariance == nullptr) return true;
    Eigen::MatrixXd c = e.covariance;
    if (space.identity()) {
      d.describe(s_.fit.sample->axis, theta, here);
      const auto n = static_cast<Eigen::Index>(k);
      Eigen::MatrixXd from(n, n), to(n, n);
      for (Eigen::Index i = 0; i < n; ++i) {
        for (Eigen::Index j = 0; j < n; ++j) {
          from(i, j) = there[static_cast<std::size_t>(i)].d(static_cast<int>(j));
          to(i, j) = here[static_cast<std::size_t>(i)].d(static_cast<int>(j));
        }
      }
      const Eigen::MatrixXd map = to.partialPivLu().solve(from);
      c = map * c * map.transpose();
    }
    if (!c.allFinite()) return false;
    std::copy(c.reshaped().begin(), c.reshaped().end(), covariance);
    return true;
  }

  const Setup& s_;
  LifeTable table_;
  std::vector<double> units_, weight_, eta_;
};

bool fast(const ModelFit& fit) {
  return fit.distribution->concave() && fit.distribution->size() <= 2 && fit.space->identity() &&
         fit.sample->cells.size() == 1 && !fit.sample->truncated;
}

/// The influence of one unit of each row on phi: covariance times the gradient of its log-likelihood.
void add_influence(const ModelFit& fit, Replicates& out) {
  const Estimate& e = fit.estimate;
  const Distribution& d = *fit.distribution;
  const int k = d.size();
  std::vector<double> columns;
  for (const Segment& segment : fit.sample->cells.front().segments) {
    for (std::size_t i = 0; i < segment.a.size(); ++i) {
      Rows row = segment.rows(i, i + 1);
      out.units.push_back(row.count_at(0));
      row.count = {};
      Term t(k);
      d.accumulate(row, e.theta, t);
      Eigen::VectorXd g(k);
      for (int j = 0; j < k; ++j) g[j] = t.d(j);
      if (!fit.space->identity()) g = fit.space->pull_gradient(g, e.theta);
      const Eigen::VectorXd influence = e.covariance * g;
      columns.insert(columns.end(), influence.begin(), influence.end());
    }
  }
  out.influence =
      Eigen::Map<const Eigen::MatrixXd>(columns.data(), e.phi.size(), static_cast<Eigen::Index>(out.units.size()));
}

/// phi at which a quantity's percentiles are its pivotal bounds; see the head of this file's header.
bool turn_to_pivots(const ModelFit& fit, Replicates& out) {
  if (!fit.distribution->concave() || !fit.space->identity()) {
    out.reason = "pivotal bounds need a location-scale family (weibull, lognormal, ...) without held parameters";
    return false;
  }
  const Eigen::VectorXd& hat = fit.estimate.phi;
  for (Eigen::Index r = 0; r < out.phi.cols(); ++r) {
    auto p = out.phi.col(r);
    const double ratio = hat.size() == 2 ? std::exp(hat[1] - p[1]) : 1.0;
    p[0] = hat[0] + (hat[0] - p[0]) * ratio;
    if (hat.size() == 2) p[1] = hat[1] + (hat[1] - p[1]);
  }
  return true;
}

/// The order statistic at level alpha of sorted values, between two where it falls between; NaN outside of all.
double percentile(const std::vector<double>& sorted, double alpha) {
  const double at = alpha * (static_cast<double>(sorted.size()) + 1.0);
  if (!(at >= 1.0 && at <= static_cast<double>(sorted.size()))) return kNaN;
  const auto low = static_cast<std::size_t>(at);
  if (low == sorted.size()) return sorted.back();
  const double a = sorted[low - 1], b = sorted[low], part = at - static_cast<double>(low);
  return part == 0.0 || a == b ? a : a + part * (b - a);
}

double normal_cdf(double z) {
  return 0.5 * std::erfc(-z * 0.70710678118654752440);
}

/// dq/dphi at the estimate.
Eigen::VectorXd slope_of(const Target& target, const Eigen::VectorXd& phi, double q) {
  Constraint c;
  target.constraint(phi, q, c);
  return -c.c.g / c.c_q;
}

/// Values of the quantity in the replicates, infinite ones included; those that do not exist are left out.
std::vector<double> values_of(const Target& target, const Replicates& r) {
  const auto count = static_cast<std::size_t>(r.phi.cols());
  std::vector<double> q(count);
  Eigen::VectorXd phi(r.phi.rows());
  for (std::size_t i = 0; i < count; ++i) {
    phi = r.phi.col(static_cast<Eigen::Index>(i));
    q[i] = target.value(phi);
  }
  return q;
}

struct Ends {
  double lower = kNaN, upper = kNaN;
  std::string reason;
};

const char* const kTooFew = "too few replicates for a bound at this level; give more (--replicates)";

Ends percentile_ends(std::vector<double>& q, double low, double high) {
  std::sort(q.begin(), q.end());
  return {percentile(q, low), percentile(q, high), kTooFew};
}

Ends bca_ends(const Target& target, const BoundContext& context, double estimate, std::vector<double>& q, double tail) {
  const Replicates& r = *context.replicates;
  double below = 0.0;
  for (const double v : q) below += v < estimate ? 1.0 : v == estimate ? 0.5 : 0.0;
  const double fraction = below / static_cast<double>(q.size());
  if (!(fraction > 0.0 && fraction < 1.0)) return {kNaN, kNaN, "every replicate lies on one side of the estimate"};
  const double z0 = normal_quantile(fraction);
  const Eigen::VectorXd influence = r.influence.transpose() * slope_of(target, context.phi, estimate);
  double second = 0.0, third = 0.0;
  for (Eigen::Index i = 0; i < influence.size(); ++i) {
    const double u = influence[i], c = r.units[static_cast<std::size_t>(i)];
    second += c * u * u;
    third += c * u * u * u;
  }
  const double a = second > 0.0 ? third / (6.0 * second * std::sqrt(second)) : 0.0;
  const auto level = [&](double alpha) {
    const double w = z0 + normal_quantile(alpha);
    return normal_cdf(z0 + w / (1.0 - a * w));
  };
  return percentile_ends(q, level(tail), level(1.0 - tail));
}

Ends studentized_ends(const Target& target, const BoundContext& context, double estimate, double tail) {
  const Replicates& r = *context.replicates;
  const Eigen::Index k = r.phi.rows();
  const auto error = [&](const Eigen::VectorXd& phi, double q, const Eigen::MatrixXd& covariance) {
    const Eigen::VectorXd g = slope_of(target, phi, q);
    return std::sqrt(g.dot(covariance * g));
  };
  std::vector<double> t;
  for (Eigen::Index i = 0; i < r.phi.cols(); ++i) {
    const Eigen::VectorXd phi = r.phi.col(i);
    const double q = target.value(phi);
    const double value =
        (q - estimate) / error(phi, q, Eigen::Map<const Eigen::MatrixXd>(r.covariance.col(i).data(), k, k));
    if (std::isfinite(value)) t.push_back(value);
  }
  if (static_cast<double>(t.size()) < (1.0 - kMostFailed) * r.options.replicates) {
    return {kNaN, kNaN, "the quantity has no standard error in more than 5 % of the replicates"};
  }
  const Ends ends = percentile_ends(t, tail, 1.0 - tail);
  const double se = error(context.phi, estimate, context.covariance);
  return {estimate - ends.upper * se, estimate - ends.lower * se, ends.reason};
}

}  // namespace

std::shared_ptr<const Replicates> resample(const ModelFit& fit,
                                           const LifeTable& table,
                                           const BootstrapOptions& options,
                                           const Workers& workers) {
  auto out = std::make_shared<Replicates>();
  out->options = options;
  Setup setup{fit, table, options, {}, {}, {}, options.interval == "t"};
  if (options.kind == "parametric") {
    setup.plan = shown_plan(table, options);
    out->exact = options.interval == "pivotal" && std::isnan(options.censor_at) && fit.distribution->concave() &&
                 fit.space->identity();
  }
  if (fit.estimate.status != FitStatus::converged) {
    out->reason = "bounds by resampling need an estimate inside the parameter space, not on its boundary";
    return out;
  }
  if (options.interval == "pivotal" && !turn_to_pivots(fit, *out)) return out;
  if (fit.estimate.phi.size() == 0) return out;
  const bool quick = fast(fit);
  if (options.kind != "parametric") {
    if (quick) {
      for (const Segment& segment : fit.sample->cells.front().segments) {
        for (std::size_t i = 0; i < segment.a.size(); ++i) {
          setup.units.push_back(segment.count.empty() ? 1.0 : segment.count[i]);
        }
      }
    } else {
      for (std::size_t i = 0; i < table.rows(); ++i) setup.units.push_back(table.count_at(i));
    }
    if (options.kind == "cases") setup.cases.emplace(setup.units);
  }

  const Eigen::Index k = fit.estimate.phi.size();
  const auto count = static_cast<std::size_t>(options.replicates), size = static_cast<std::size_t>(k);
  // Of each replicate: whether it has a maximum, phi, and the covariance where it is asked for.
  const std::size_t width = 1 + size + (setup.covariance ? size * size : 0), together = quick ? 64 : 1;
  tbb::enumerable_thread_specific<std::unique_ptr<Resampler>> mine([&]() -> std::unique_ptr<Resampler> {
    if (quick) return std::make_unique<FastResampler>(setup);
    return std::make_unique<GeneralResampler>(setup);
  });
  const std::vector<double> parts = block_parts(
      (count + together - 1) / together, together * width, workers, [&](std::size_t block, std::span<double> part) {
        Resampler& resampler = *mine.local();
        for (std::size_t i = 0; i < together && block * together + i < count; ++i) {
          double* const at = part.data() + i * width;
          const bool found = resampler.run(block * together + i, at + 1, setup.covariance ? at + 1 + size : nullptr);
          at[0] = found ? 1.0 : 0.0;
        }
      });
  Eigen::MatrixXd phi(k, options.replicates), covariance(setup.covariance ? k * k : 0, options.replicates);
  Eigen::Index kept = 0;
  for (std::size_t r = 0; r < count; ++r) {
    const double* const at = parts.data() + r * width;
    if (at[0] == 0.0) continue;
    phi.col(kept) = Eigen::Map<const Eigen::VectorXd>(at + 1, k);
    if (setup.covariance) covariance.col(kept) = Eigen::Map<const Eigen::VectorXd>(at + 1 + k, k * k);
    ++kept;
  }
  out->failed = options.replicates - static_cast<int>(kept);
  out->phi = phi.leftCols(kept);
  if (setup.covariance) out->covariance = covariance.leftCols(kept);
  if (options.interval == "pivotal") turn_to_pivots(fit, *out);
  if (options.interval == "bca") add_influence(fit, *out);
  if (out->failed > kMostFailed * options.replicates) {
    out->reason = "more than 5 % of the replicates have no maximum";
  }
  return out;
}

void bootstrap_bounds(const Target& target, const BoundContext& context, double q, Quantity& out) {
  const Replicates& r = *context.replicates;
  const bool lower = context.sides != Sides::upper, upper = context.sides != Sides::lower;
  const auto refuse = [&](const std::string& reason) {
    if (lower) out.lower_reason = reason;
    if (upper) out.upper_reason = reason;
  };
  if (!r.reason.empty()) return refuse(r.reason);
  const double tail = context.sides == Sides::two ? 0.5 - 0.5 * context.confidence : 1.0 - context.confidence;
  Ends ends;
  if (r.options.interval == "t") {
    ends = studentized_ends(target, context, q, tail);
  } else {
    std::vector<double> values = values_of(target, r);
    std::erase_if(values, [](double v) { return std::isnan(v); });
    if (static_cast<double>(values.size()) < (1.0 - kMostFailed) * r.options.replicates) {
      return refuse("the quantity does not exist in more than 5 % of the replicates");
    }
    ends = r.options.interval == "bca" ? bca_ends(target, context, q, values, tail)
                                       : percentile_ends(values, tail, 1.0 - tail);
  }
  const auto put = [&](double at, double& bound, std::string& reason) {
    if (std::isnan(at)) {
      reason = ends.reason;
      return;
    }
    bound = target.reported(at);
    if (std::isfinite(bound)) return;
    bound = kAbsent;
    reason = "the bound runs to infinity";
  };
  if (lower) put(ends.lower, out.lower, out.lower_reason);
  if (upper) put(ends.upper, out.upper, out.upper_reason);
}

}  // namespace relia
