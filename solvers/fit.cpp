#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/fitted_model.hpp>

#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "core/parallel/for_each.hpp"
#include "core/registry.hpp"
#include "solvers/anderson_darling.hpp"
#include "solvers/bootstrap.hpp"
#include "solvers/competing_modes.hpp"
#include "solvers/fit_parts.hpp"
#include "solvers/model_fit.hpp"
#include "solvers/quick_fit.hpp"
#include "solvers/rank_regression.hpp"

namespace relia {
namespace {

/// Rows below which a pass over them stays on one thread (Likelihood divides sixteen chunks of 4096 and more).
constexpr std::size_t kShortSums = std::size_t{16} * 4096;

/// The rows of a fit.
struct FitData {
  const RowBlocks& rows;
  const LifeTable* table;                                 ///< all of them; null: they stream
  LifeCounts counts;                                      ///< of the rows
  std::uint64_t memory = 0;                               ///< bytes that a streamed sample may keep
  std::unique_ptr<const AgesInOrder> in_order = nullptr;  ///< made when the first candidate needs it
};

/// A fitted candidate with what its report needs; `result` is filled in two steps, ranking before bounds.
struct Candidate {
  ModelResult result;
  std::size_t law = 0;  ///< place among the distributions that were chosen
  bool quick = false;   ///< estimated by the quick fit: `fit` is empty
  std::unique_ptr<ModelFit> fit;
  std::unique_ptr<CompetingFit> modes;
  RankFit ranks;
  std::shared_ptr<const Replicates> replicates;  ///< bounds by resampling, made when first asked for
};

void check_combinations(const FitOptions& o) {
  const int modifiers = (o.limited_failure ? 1 : 0) + (o.mixture > 1 ? 1 : 0) + (o.mode_column.empty() ? 0 : 1);
  if (modifiers > 1) throw UsageError("--limited-failure, --mixture and --mode do not combine");
  if (o.method != "mle") {
    if (modifiers > 0) {
      throw UsageError("--method " + o.method +
                       " does not combine with --limited-failure, --mixture or --mode; use mle");
    }
    if (!o.fixed.empty()) throw UsageError("--method " + o.method + " does not take --fix; use --method mle");
    if (o.bounds == "exact" || o.bounds == "bootstrap") {
      throw UsageError("--bounds " + o.bounds + " needs --method mle");
    }
  }
  if (o.bounds == "bootstrap" && !o.mode_column.empty()) {
    throw UsageError("--bounds bootstrap does not combine with --mode; use lr or wald");
  }
  if (o.bounds == "none" && !o.requirements.empty()) {
    throw UsageError("--require is judged at a bound: it does not combine with --bounds none");
  }
  if (!(o.confidence > 0.0 && o.confidence < 1.0)) throw UsageError("--confidence takes a number between 0 and 1");
  for (const double p : o.quantiles) {
    if (!(p > 0.0 && p < 1.0)) throw UsageError("--quantiles takes failure probabilities between 0 and 1");
  }
  for (const double r : o.reliable_life) {
    if (!(r > 0.0 && r < 1.0)) throw UsageError("--reliable-life takes reliabilities between 0 and 1");
  }
  for (const double t : o.at) {
    if (!(t > 0.0 && std::isfinite(t))) throw UsageError("--at takes positive ages");
  }
  for (const double t : o.given) {
    if (!(t > 0.0 && std::isfinite(t))) throw UsageError("--given takes positive ages");
  }
}

/// The names to fit; with "best" and "all" from the registry.
std::vector<std::shared_ptr<const Distribution>> chosen(const FitOptions& o) {
  std::vector<std::shared_ptr<const Distribution>> out;
  const auto modified = [&o](std::shared_ptr<const Distribution> d) -> std::shared_ptr<const Distribution> {
    const bool threshold_form = !d->log_axis() && d->positive();
    if ((o.limited_failure || o.mixture > 1 || !o.mode_column.empty()) && threshold_form) {
      throw UsageError("--dist " + d->name() + " does not combine with --limited-failure, --mixture or --mode");
    }
    if (o.limited_failure) return std::make_shared<LimitedFailure>(std::move(d));
    if (o.mixture > 1) {
      if (o.mixture * d->size() + o.mixture - 1 > kMaxLawParameters) {
        throw UsageError("--mixture " + std::to_string(o.mixture) + ": too many components for " + d->name());
      }
      return std::make_shared<Mixture>(std::move(d), o.mixture);
    }
    return d;
  };
  if (o.selection == "best" || o.selection == "all") {
    for (const RegistryRow& row : registry()) {
      if (!row.candidate && o.selection == "best") continue;
      const bool threshold_form = !row.distribution->log_axis() && row.distribution->positive();
      if (threshold_form && (o.limited_failure || o.mixture > 1 || !o.mode_column.empty())) continue;
      if (o.method != "mle" && !has_probability_paper(*row.distribution)) continue;
      std::shared_ptr<const Distribution> d = modified(row.distribution);
      if (!fixed_values(*d, o.fixed)) continue;
      out.push_back(std::move(d));
    }
    if (out.empty()) throw UsageError("--fix: no candidate distribution has all of these parameters");
    return out;
  }
  for (const std::string& name : o.distributions) {
    std::shared_ptr<const Distribution> found = find_distribution(name);
    if (found == nullptr) {
      std::string known;
      for (const std::string& n : distribution_names()) known.append(known.empty() ? "" : ", ").append(n);
      throw UsageError("--dist " + name + ": unknown distribution; it takes best, all or " + known);
    }
    if (o.method != "mle" && !has_probability_paper(*found)) {
      throw UsageError("--method " + o.method + ": " + name +
                       " has no straight line on probability paper; use --method mle");
    }
    std::shared_ptr<const Distribution> d = modified(std::move(found));
    if (!fixed_values(*d, o.fixed)) {
      std::string known;
      for (const ParameterInfo& p : d->parameters()) known.append(known.empty() ? "" : ", ").append(p.name);
      throw UsageError("--fix: a name is not a parameter of " + name + ", which has " + known);
    }
    out.push_back(std::move(d));
  }
  if (out.empty()) throw UsageError("--dist takes at least one distribution");
  return out;
}

void set_verdict(const Estimate& e, ModelResult& m) {
  m.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
  for (const std::string& w : e.warnings) m.warnings.push_back(w);
}

/// What a result says before anything is fitted.
ModelResult unfitted(const Distribution& d, const FitOptions& o) {
  ModelResult m;
  m.distribution = d.name();
  m.title = d.title();
  m.modifier = o.limited_failure ? "limited-failure" : o.mixture > 1 ? "mixture" : !o.mode_column.empty() ? "mode" : "";
  m.components = o.mixture;
  m.method = o.method;
  m.solver = o.solver;
  m.free_parameters = d.size();
  return m;
}

Candidate fit_candidate(const std::shared_ptr<const Distribution>& d,
                        const std::shared_ptr<const Sample>& sample,
                        const FitData& data,
                        const FitOptions& o) {
  Candidate c;
  ModelResult& m = c.result;
  m = unfitted(*d, o);
  const std::vector<double> fixed = fixed_values(*d, o.fixed).value();
  const auto held = std::count_if(fixed.begin(), fixed.end(), [](double v) { return !std::isnan(v); });
  m.free_parameters = static_cast<int>(fixed.size()) - static_cast<int>(held);
  const Engine engine = o.solver == "ceres" ? Engine::ceres : Engine::newton;

  if (o.method != "mle") {
    m.ranks = o.ranks;
    m.solver = "closed-form";
    m.bounds = "none";
    if (!sample->truncated && sample->failed == sample->exact) {
      c.ranks = rank_regression(*data.table, *d, sample->axis, o.method == "rrx", o.ranks == "benard");
    } else {
      c.ranks.reason =
          "Rank regression plots exact failures: left- or interval-censored or truncated rows have no place on the "
          "plot.";
      c.ranks.advice = "Use --method mle.";
    }
    if (!c.ranks.estimable) {
      m.convergence = {FitStatus::flat, 0, kAbsent, c.ranks.reason, c.ranks.advice};
      return c;
    }
    c.fit = std::make_unique<ModelFit>();
    c.fit->distribution = d;
    c.fit->sample = sample;
    c.fit->likelihood = std::make_unique<Likelihood>(*d, *sample, o.threads);
    c.fit->space = std::make_unique<Space>(*d, sample->axis, fixed);
    Estimate& e = c.fit->estimate;
    e.status = FitStatus::closed_form;
    e.theta = c.ranks.theta;
    e.phi = c.fit->space->phi(e.theta);
    e.log_likelihood = c.fit->likelihood->evaluate(e.theta).f;
    m.log_likelihood = e.log_likelihood;
    m.correlation = c.ranks.correlation;
    m.r_squared = c.ranks.r_squared;
    set_verdict(e, m);
    return c;
  }
  if (!o.mode_column.empty()) {
    c.modes = fit_competing_modes(d, *data.table, o, engine);
    m.free_parameters = static_cast<int>(c.modes->modes.size()) * m.free_parameters;
    m.convergence = c.modes->convergence;
    if (carries_estimates(m.convergence.status)) {
      m.log_likelihood = c.modes->log_likelihood;
      set_criteria(m, sample->n);
    }
    return c;
  }
  c.fit = fit_model(d, sample, fixed, engine, o.threads);
  set_verdict(c.fit->estimate, m);
  if (carries_estimates(m.convergence.status)) {
    m.log_likelihood = c.fit->estimate.log_likelihood;
    set_criteria(m, sample->n);
  }
  return c;
}

/// Weibayes without a failure: no estimate, but exact one-sided bounds. Contract section 4.
bool exact_without_failures(Candidate& c, const FitData& data, const FitOptions& o) {
  if (c.fit == nullptr || c.fit->sample->failed > 0.0 || o.method != "mle" || o.bounds == "none") return false;
  const BoundContext context = bound_context(*c.fit, data.rows, data.counts, o);
  if (context.method != BoundMethod::exact || !context.exact_reason.empty() || !std::isfinite(context.exact_lower)) {
    return false;
  }
  c.result.convergence = {FitStatus::boundary, 0, kAbsent,
                          "No unit failed: there is no estimate, only a bound on one side.", ""};
  return true;
}

/// A model without estimates still says which parameters have none.
void name_parameters(const Distribution& d, const FitOptions& o, Candidate& c) {
  if (carries_estimates(c.result.convergence.status) || !o.mode_column.empty()) return;
  for (const ParameterInfo& p : d.parameters()) {
    NamedQuantity named{.name = p.name, .value = {}, .fixed = false};
    for (const auto& [name, value] : o.fixed) {
      if (name != p.name) continue;
      named.fixed = true;
      named.value.estimate = value;
    }
    c.result.parameters.push_back(std::move(named));
  }
}

/// How bounds are made, with the replicates where they are made by resampling.
BoundContext context_of(Candidate& c, const FitData& data, const FitOptions& o) {
  BoundContext context = bound_context(*c.fit, data.rows, data.counts, o);
  if (context.method != BoundMethod::bootstrap) return context;
  if (c.replicates == nullptr) c.replicates = resample(*c.fit, *data.table, o.bootstrap, {o.threads, o.processes});
  context.replicates = c.replicates;
  return context;
}

/// For mixtures and other laws of three parameters and more, whose likelihood may have several hills (not for
/// thresholds: there the other hill is the spike at the first failure, and the bound is that of the regular one): the
/// bounds of the parameters and of lives from early to late, computed once before those that were asked for, so that
/// each is held against all.
void survey_ends(const Candidate& c, const FitOptions& o, BoundContext& context) {
  if (context.method != BoundMethod::lr || !context.has_estimate || context.covariance.size() == 0) return;
  const Distribution& law = *c.fit->distribution;
  if (law.size() < 3 || (!law.log_axis() && law.positive())) return;
  context.ends = std::make_shared<std::vector<Eigen::VectorXd>>();
  FitOptions wide = o;
  for (const double p : {0.001, 0.1, 0.9}) wide.quantiles.push_back(p);
  const SingleView view(*c.fit->likelihood, *c.fit->space);
  std::vector<NamedQuantity> parameters, derived;
  std::vector<std::vector<double>> covariance;
  describe_parameters(*c.fit, context, parameters, covariance, &derived);
  (void)life_metrics(view, context, wide, nullptr);
}

/// Below so many failures, samples made of the units themselves vary less than tests do: in 4000 simulated tests with 9
/// failures of 20 on average, 95 % bounds of B10 from random weights held the truth in 89 % (docs/bootstrap.md).
constexpr double kFailuresToResample = 30.0;

void describe_resampling(const Replicates& r, double failed, ModelResult& m) {
  m.resampling = {r.options.kind, r.options.interval, r.options.seed, r.options.replicates, r.failed, r.exact};
  if (r.options.kind != "parametric" && failed < kFailuresToResample) {
    m.warnings.push_back(
        "With fewer than 30 failures, bounds from resampled units hold the truth less often than their level says; "
        "relia "
        "simulate coverage shows how often under a plan.");
  }
  if (r.failed > 0) {
    m.warnings.push_back("Left out: " + std::to_string(r.failed) + " of " + std::to_string(r.options.replicates) +
                         " replicates of the bootstrap, which have no maximum.");
  }
}

void fill_metrics(Candidate& c, FitData& data, const FitOptions& o, bool with_bounds) {
  ModelResult& m = c.result;
  if (c.modes != nullptr) {
    fill_competing_metrics(*c.modes, o, with_bounds, m);
    return;
  }
  FitOptions asked = o;
  if (!with_bounds || o.method != "mle") asked.bounds = "none";
  BoundContext context = context_of(c, data, asked);
  if (m.convergence.status == FitStatus::boundary && c.fit->sample->failed == 0.0) context.has_estimate = false;
  m.bounds = context.method == BoundMethod::none        ? "none"
             : context.method == BoundMethod::wald      ? "wald"
             : context.method == BoundMethod::exact     ? "exact"
             : context.method == BoundMethod::bootstrap ? "bootstrap"
                                                        : "lr";
  if (context.method == BoundMethod::bootstrap) describe_resampling(*context.replicates, c.fit->sample->failed, m);
  if (!context.has_estimate) {
    m.warnings.push_back(
        "No unit failed: the bounds are exact chi-squared bounds on one side (Weibayes), whatever --bounds says.");
  }
  survey_ends(c, asked, context);
  describe_parameters(*c.fit, context, m.parameters, m.covariance, &m.derived);
  const SingleView view(*c.fit->likelihood, *c.fit->space);
  const bool standard = c.fit->distribution->concave();
  if (asked.bounds == "wald" && context.wald_scale == WaldScale::z && !standard && !o.at.empty()) {
    throw UsageError("--wald-scale z: " + m.distribution + " has no standardized quantile; use auto");
  }
  m.metrics = life_metrics(view, context, asked, standard ? c.fit->distribution.get() : nullptr);
  if (!context.has_estimate || !has_anderson_darling(data.counts, data.rows.rows())) return;
  if (data.in_order == nullptr) data.in_order = std::make_unique<const AgesInOrder>(data.rows, data.counts);
  m.anderson_darling = anderson_darling(*data.in_order, data.counts, view, context.phi, o.threads);
}

// With one free parameter a density rises and falls with it: the least and the greatest over the interval of the
// parameter, whose ends are the bounds of that parameter.
Quantity density_over_interval(const Target& target, BoundContext context) {
  const Sides asked = context.sides;
  if (asked != Sides::two) {  // the end of a two-sided interval with that share on each side
    context.confidence = 2.0 * context.confidence - 1.0;
    context.sides = Sides::two;
  }
  BoundContext none = context;
  none.method = BoundMethod::none;
  Quantity out = make_quantity(target, none);
  if (!(context.confidence > 0.0)) return out;
  const Quantity ends = make_quantity(*linear_target(Eigen::VectorXd::Ones(1), 0.0, BoundScale::identity), context);
  const auto log_density = [&](double phi) { return target.value(Eigen::VectorXd::Constant(1, phi)); };
  const auto rises = [&](double phi) {
    Constraint c;
    target.constraint(Eigen::VectorXd::Constant(1, phi), 0.0, c);
    return c.c.g[0];
  };
  if (std::isnan(ends.lower) || std::isnan(ends.upper)) {
    out.lower_reason = out.upper_reason = "the interval of the parameter has an end only";
    return out;
  }
  double least = std::fmin(log_density(ends.lower), log_density(ends.upper));
  double greatest = std::fmax(log_density(ends.lower), log_density(ends.upper));
  double from = ends.lower, to = ends.upper;
  if (rises(from) * rises(to) < 0.0) {
    const double first = rises(from);
    for (int step = 0; step < 100 && to - from > 1e-15 * std::fabs(from); ++step) {
      const double middle = 0.5 * (from + to);
      (rises(middle) * first > 0.0 ? from : to) = middle;
    }
    least = std::fmin(least, log_density(from)), greatest = std::fmax(greatest, log_density(from));
  }
  if (asked != Sides::upper) out.lower = target.reported(least);
  if (asked != Sides::lower) out.upper = target.reported(greatest);
  return out;
}

void judge_requirements(Candidate& c, const FitData& data, const FitOptions& o, FitReport& report) {
  for (const Requirement& r : o.requirements) {
    RequirementResult result;
    result.expression = r.expression;
    result.confidence = r.confidence > 0.0 ? r.confidence : o.confidence;
    FitOptions asked = o;
    asked.confidence = result.confidence;
    asked.sides = r.at_least ? "lower" : "upper";
    if (!carries_estimates(c.result.convergence.status)) {
      result.reason = "the model carries no estimates";
      report.requirements.push_back(std::move(result));
      continue;
    }
    Quantity q;
    if (c.modes != nullptr) {
      q = competing_requirement(*c.modes, r, asked);
    } else {
      BoundContext context = context_of(c, data, asked);
      if (c.result.convergence.status == FitStatus::boundary && c.fit->sample->failed == 0.0) {
        context.has_estimate = false;
      }
      if (o.method != "mle") context.method = BoundMethod::none;
      survey_ends(c, asked, context);
      const SingleView view(*c.fit->likelihood, *c.fit->space);
      if (std::unique_ptr<Target> target = requirement_target(r, view)) {
        q = make_quantity(*target, context);
      } else {
        std::vector<NamedQuantity> parameters, derived;
        std::vector<std::vector<double>> covariance;
        describe_parameters(*c.fit, context, parameters, covariance, &derived);
        parameters.insert(parameters.end(), derived.begin(), derived.end());
        const auto p = std::find_if(parameters.begin(), parameters.end(),
                                    [&r](const NamedQuantity& x) { return x.name == r.parameter; });
        if (p == parameters.end()) {
          throw UsageError("--require " + r.expression + ": " + c.result.distribution + " has no parameter " +
                           r.parameter);
        }
        q = p->value;
        if (p->fixed) q.lower = q.upper = q.estimate;
      }
      if (o.method != "mle") q.lower_reason = q.upper_reason = "rank regression has no bounds here; use --method mle";
    }
    result.estimate = q.estimate;
    result.bound = r.at_least ? q.lower : q.upper;
    if (std::isfinite(result.bound)) {
      result.met = r.at_least ? result.bound >= r.limit : result.bound <= r.limit;
    } else {
      result.reason = r.at_least ? q.lower_reason : q.upper_reason;
      if (result.reason.empty()) result.reason = q.reason;
    }
    report.requirements.push_back(std::move(result));
  }
}

void rank_models(std::vector<Candidate>& candidates, const FitOptions& o, FitReport& report) {
  const auto usable = [](const Candidate& c) { return carries_estimates(c.result.convergence.status); };
  bool use_aic = false;
  if (o.method != "mle") {
    report.criterion = "r_squared";
  } else {
    for (const Candidate& c : candidates) {
      use_aic = use_aic || (usable(c) && std::isfinite(c.result.aic) && std::isnan(c.result.aicc));
    }
    report.criterion = use_aic ? "aic" : "aicc";
    if (use_aic && candidates.size() > 1) {
      report.warnings.push_back(
          "AICc does not exist for every candidate with so few units (n - k - 1 <= 0): all are ranked by AIC.");
    }
  }
  const auto key = [&](const Candidate& c) {
    if (!usable(c)) return kInfinity;
    const double v = o.method != "mle" ? -c.result.r_squared : use_aic ? c.result.aic : c.result.aicc;
    return std::isfinite(v) ? v : 1e300;
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
  int rank = 0;
  for (Candidate& c : candidates) c.result.rank = usable(c) ? ++rank : 0;
}

}  // namespace

std::vector<std::string> distribution_names() {
  std::vector<std::string> out;
  for (const RegistryRow& row : registry()) out.push_back(row.distribution->name());
  return out;
}

struct FittedModel::State {
  State(const LifeTable& table, FitOptions o, const ModelResult* known)
      : options((check_combinations(o), std::move(o))), rows(table) {
    const std::shared_ptr<const Distribution> law = chosen(options).front();
    const Workers workers{options.threads, options.processes};
    FitReport described;
    describe_data(rows, workers, law->positive(), described);
    data.table = &table;
    data.counts = described.data;
    const auto sample = std::make_shared<const Sample>(prepare(rows, law->log_axis(), workers, 0));
    if (known == nullptr || !climb_again(law, sample, *known)) c = fit_candidate(law, sample, data, options);
    (void)exact_without_failures(c, data, options);
    if (c.fit != nullptr) view = std::make_unique<const SingleView>(*c.fit->likelihood, *c.fit->space);
    unbounded.bounds = "none";
  }
  /// The maximum beside the known parameters, where it is the known one.
  bool climb_again(const std::shared_ptr<const Distribution>& law,
                   const std::shared_ptr<const Sample>& sample,
                   const ModelResult& known) {
    const std::vector<ParameterInfo> parameters = law->parameters();
    if (known.convergence.status != FitStatus::converged || options.method != "mle" || !options.mode_column.empty() ||
        known.parameters.size() != parameters.size()) {
      return false;
    }
    std::vector<double> eta, theta(parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      eta.push_back(to_scale(parameters[i].scale, known.parameters[i].value.estimate));
    }
    if (!law->locate(sample->axis, eta, theta)) return false;
    auto fit = std::make_unique<ModelFit>();
    fit->distribution = law;
    fit->sample = sample;
    fit->likelihood = std::make_unique<Likelihood>(*law, *sample, options.threads);
    fit->space = std::make_unique<Space>(*law, sample->axis, fixed_values(*law, options.fixed).value());
    if (fit->space->size() == 0) return false;
    fit->estimate = climb_from(*fit->likelihood, *fit->space, theta);
    const double apart = fit->estimate.log_likelihood - known.log_likelihood;
    if (fit->estimate.status != FitStatus::converged ||
        !(std::fabs(apart) <= 1e-10 * (1.0 + std::fabs(known.log_likelihood)))) {
      return false;
    }
    c.result = unfitted(*law, options);
    set_verdict(fit->estimate, c.result);
    c.fit = std::move(fit);
    return true;
  }
  [[nodiscard]] bool usable() const noexcept { return carries_estimates(c.result.convergence.status); }
  [[nodiscard]] bool failed() const noexcept { return c.modes != nullptr || c.fit->sample->failed > 0.0; }
  /// Made when first asked for: its survey or its replicates serve every bound.
  const BoundContext& context(bool bounds) {
    std::unique_ptr<const BoundContext>& made = contexts[bounds ? 1 : 0];
    if (made == nullptr) {
      BoundContext context = context_of(c, data, bounds && options.method == "mle" ? options : unbounded);
      context.has_estimate = failed();
      survey_ends(c, options, context);
      made = std::make_unique<const BoundContext>(std::move(context));
    }
    return *made;
  }
  /// One target's quantity at each age.
  std::vector<AtTimeResult> at(const std::vector<double>& ages,
                               bool bounds,
                               const std::function<std::unique_ptr<Target>(const LifeView&, double)>& target,
                               bool over_interval = false) {
    std::vector<AtTimeResult> out;
    if (!usable()) return out;
    if (c.modes != nullptr) {
      const std::vector<Quantity> found = competing_quantities(*c.modes, ages, bounds ? options : unbounded, target);
      for (std::size_t i = 0; i < ages.size(); ++i) out.push_back({ages[i], found[i], kAbsent});
      return out;
    }
    const BoundContext& how = context(bounds);
    const bool one = over_interval && how.method != BoundMethod::none && how.phi.size() == 1 &&
                     (how.covariance.size() > 0 || how.method == BoundMethod::exact);
    for (const double t : ages) {
      const std::unique_ptr<Target> found = target(*view, t);
      out.push_back({t, one ? density_over_interval(*found, how) : make_quantity(*found, how), kAbsent});
    }
    return out;
  }

  FitOptions options, unbounded = options;
  TableBlocks rows;
  FitData data{rows, nullptr, {}};
  Candidate c;
  std::unique_ptr<const SingleView> view;
  std::array<std::unique_ptr<const BoundContext>, 2> contexts;  ///< without and with bounds
};

FittedModel::FittedModel(const LifeTable& table, const FitOptions& options, const ModelResult* known)
    : state_(std::make_unique<State>(table, options, known)) {}
FittedModel::~FittedModel() = default;
FittedModel::FittedModel(FittedModel&&) noexcept = default;
FittedModel& FittedModel::operator=(FittedModel&&) noexcept = default;

bool FittedModel::usable() const noexcept {
  return state_->usable();
}

std::vector<QuantileResult> FittedModel::lives(const std::vector<double>& p, bool bounds) const {
  State& s = *state_;
  if (!s.usable()) return {};
  FitOptions asked = bounds ? s.options : s.unbounded;
  asked.quantiles = p;
  asked.at = asked.given = asked.reliable_life = {};
  if (s.c.modes == nullptr) return life_metrics(*s.view, s.context(bounds), asked, nullptr).quantiles;
  ModelResult system;
  fill_competing_metrics(*s.c.modes, asked, bounds, system);
  return std::move(system.metrics.quantiles);
}

std::vector<FittedModel::Mode> FittedModel::lives_of_modes(const std::vector<double>& p) const {
  State& s = *state_;
  if (!s.usable() || s.c.modes == nullptr) return {};
  FitOptions asked = s.unbounded;
  asked.quantiles = p;
  asked.at = asked.given = asked.reliable_life = {};
  ModelResult system;
  fill_competing_metrics(*s.c.modes, asked, false, system);
  std::vector<Mode> out;
  for (ModeResult& mode : system.modes) {
    if (carries_estimates(mode.convergence.status)) out.push_back({mode.mode, std::move(mode.metrics.quantiles)});
  }
  return out;
}

std::vector<AtTimeResult> FittedModel::reliability(const std::vector<double>& ages, bool bounds) const {
  return state_->at(ages, bounds, [](const LifeView& view, double t) { return reliability_target(view, t, false); });
}

std::vector<AtTimeResult> FittedModel::failure_probability(const std::vector<double>& ages, bool bounds) const {
  return state_->at(ages, bounds, [](const LifeView& view, double t) { return reliability_target(view, t, true); });
}

std::vector<AtTimeResult> FittedModel::hazard(const std::vector<double>& ages, bool bounds) const {
  return state_->at(ages, bounds, [](const LifeView& view, double t) { return hazard_target(view, t); });
}

std::vector<AtTimeResult> FittedModel::density(const std::vector<double>& ages, bool bounds) const {
  if (!state_->usable() || !state_->failed()) return {};
  return state_->at(
      ages, bounds, [](const LifeView& view, double t) { return density_target(view, t); }, true);
}

namespace {

/// What a report says of how it was asked for.
void set_options(const FitOptions& o, FitReport& report) {
  report.confidence = o.confidence;
  report.bounds = o.bounds;
  report.wald_scale = o.wald_scale;
  report.sides = o.sides;
  report.selection = o.selection;
}

}  // namespace

struct Fitter::State {
  explicit State(FitOptions o) : options((check_combinations(o), std::move(o))) {}

  /// The rows on the axis of a law: made once a table and axis.
  const std::shared_ptr<const Sample>& sample_of(std::size_t law, const FitData& data) {
    const bool log_axis = distributions[law]->log_axis();
    std::shared_ptr<const Sample>& sample = samples[log_axis ? 1 : 0];
    if (sample == nullptr) {
      sample = std::make_shared<const Sample>(
          prepare(data.rows, log_axis, {options.threads, options.processes}, data.memory));
    }
    return sample;
  }

  /// The general fit of a law.
  Candidate general(std::size_t law, const FitData& data) {
    const std::shared_ptr<const Distribution>& d = distributions[law];
    Candidate c = fit_candidate(d, sample_of(law, data), data, options);
    c.law = law;
    if (!exact_without_failures(c, data, options)) name_parameters(*d, options, c);
    return c;
  }

  /// Every law's estimate. Those that take the general fit are fitted side by side where their sums over rows are too
  /// short to be divided among threads.
  std::vector<Candidate> estimates(const FitData& data) {
    std::vector<Candidate> out(distributions.size());
    std::vector<std::size_t> rest;
    for (std::size_t law = 0; law < out.size(); ++law) {
      Candidate& c = out[law];
      c.law = law;
      c.result = unfitted(*distributions[law], options);
      c.quick = data.table != nullptr && quick.estimate(law, c.result);
      if (c.quick) continue;
      rest.push_back(law);
      sample_of(law, data);
    }
    const bool side_by_side = data.rows.rows() < kShortSums && !Workers{options.threads, options.processes}.shared();
    for_each_part(rest.size(), side_by_side ? options.threads : 1,
                  [&](std::size_t i) { out[rest[i]] = general(rest[i], data); });
    return out;
  }

  /// The same estimate by the general fit, for what the quick one leaves to it.
  void make_general(Candidate& c, const FitData& data) {
    const int rank = c.result.rank;
    c = general(c.law, data);
    c.result.rank = rank;
  }

  void fill(Candidate& c, FitData& data, bool with_bounds) {
    if (c.quick) {
      ModelResult described = c.result;
      if (quick.describe(c.law, with_bounds, described)) {
        c.result = std::move(described);
        return;
      }
      make_general(c, data);
    }
    if (carries_estimates(c.result.convergence.status)) fill_metrics(c, data, options, with_bounds);
  }

  FitReport fit(FitData data);

  FitOptions options;
  std::vector<std::shared_ptr<const Distribution>> distributions = chosen(options);
  QuickFitter quick{options, distributions};
  std::array<std::shared_ptr<const Sample>, 2> samples;  ///< line, log
};

Fitter::Fitter(FitOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Fitter::~Fitter() = default;
Fitter::Fitter(Fitter&&) noexcept = default;
Fitter& Fitter::operator=(Fitter&&) noexcept = default;

FitReport Fitter::fit(const LifeTable& table) {
  const TableBlocks rows(table);
  return state_->fit({rows, &table, {}});
}

FitReport Fitter::State::fit(FitData data) {
  State& s = *this;
  const bool positive =
      std::any_of(distributions.begin(), distributions.end(), [](const auto& d) { return d->positive(); });
  FitReport report;
  describe_data(data.rows, {options.threads, options.processes}, positive, report);
  data.counts = report.data;
  set_options(options, report);

  s.samples = {};
  if (data.table != nullptr) s.quick.begin(*data.table);
  std::vector<Candidate> candidates = s.estimates(data);
  rank_models(candidates, options, report);
  const bool every = options.selection != "best" && options.selection != "all";
  for (Candidate& c : candidates) {
    if (!carries_estimates(c.result.convergence.status)) continue;
    s.fill(c, data, every || c.result.rank == 1);
  }
  if (!options.requirements.empty()) {
    if (candidates.front().quick) {
      Candidate front = s.general(candidates.front().law, data);
      judge_requirements(front, data, options, report);
    } else {
      judge_requirements(candidates.front(), data, options, report);
    }
    if (!every) {
      report.warnings.push_back(
          "The distribution was chosen by the data; that choice is not in the bounds the requirements are judged at.");
    }
  }
  if (options.method != "mle" && options.bounds != "none") {
    report.warnings.push_back("Rank regression gives no bounds; use --method mle for them.");
  }
  if (has_anderson_darling(data.counts) && data.rows.rows() > kMostSortedRows && options.mode_column.empty()) {
    report.warnings.push_back(
        "The Anderson-Darling distance, for which all ages have to be in order, is left out above 10 million rows.");
  }
  report.models.reserve(candidates.size());
  for (Candidate& c : candidates) report.models.push_back(std::move(c.result));
  return report;
}

FitReport Fitter::outline() const {
  const FitOptions& o = state_->options;
  FitReport report;
  set_options(o, report);
  for (const auto& d : state_->distributions) {
    Candidate c;
    c.result = unfitted(*d, o);
    name_parameters(*d, o, c);
    if (d->name() == "exponential") c.result.derived.push_back({.name = "rate", .value = {}, .fixed = false});
    LifeMetrics& m = c.result.metrics;
    for (const double p : o.quantiles) m.quantiles.push_back({p, life_name(p), {}, kAbsent});
    for (const double r : o.reliable_life) m.reliable_life.push_back({r, {}});
    for (auto* const list : {&m.reliability, &m.failure_probability, &m.hazard}) {
      for (const double t : o.at) list->push_back({t, {}, kAbsent});
    }
    for (const double given : o.given) {
      for (const double t : o.at) m.conditional.push_back({t, {}, given});
      for (const double p : o.quantiles) m.residual_quantiles.push_back({p, life_name(p), {}, given});
    }
    report.models.push_back(std::move(c.result));
  }
  for (const Requirement& r : o.requirements) {
    RequirementResult result;
    result.expression = r.expression;
    result.confidence = r.confidence > 0.0 ? r.confidence : o.confidence;
    report.requirements.push_back(std::move(result));
  }
  return report;
}

FitReport Fitter::refused(const LifeTable& table, const DataErrors& errors) const {
  FitReport report = outline();
  describe_data(table, report);
  std::string reason;
  if (!errors.first.empty()) {
    const DataError& e = errors.first.front();
    if (e.line > 0) reason += "line " + std::to_string(e.line) + ": ";
    reason += e.message;
  }
  if (errors.total > 1) reason += "; and " + std::to_string(errors.total - 1) + " more";
  for (ModelResult& m : report.models) {
    m.convergence = {FitStatus::bad_data, 0, kAbsent, reason, {}};
    m.metrics = {};
    m.derived.clear();
  }
  for (RequirementResult& r : report.requirements) r.reason = "the model carries no estimates";
  return report;
}

FitReport fit(const LifeTable& table, const FitOptions& options) {
  return Fitter(options).fit(table);
}

std::string why_not_streamed(const FitOptions& o) {
  if (o.method != "mle") return "--method " + o.method + " puts all ages in order; use --method mle";
  if (o.bounds == "bootstrap") return "--bounds bootstrap draws from all rows; use lr or wald";
  if (o.mixture > 1) return "--mixture looks at all rows for its starting points";
  if (o.limited_failure) return "--limited-failure looks at all rows for its starting points";
  if (!o.mode_column.empty()) return "--mode makes a table of each failure mode";
  if (o.selection == "all") return "--dist all has laws that look at all rows for their starting points; use best";
  for (const std::string& name : o.distributions) {
    const std::shared_ptr<const Distribution> d = find_distribution(name);
    if (d != nullptr && (d->size() > 2 || (!d->log_axis() && d->positive()))) {
      return "--dist " + name +
             " looks at all rows for its starting points; use a law without threshold or third parameter";
    }
  }
  return {};
}

namespace {

/// The program, its libraries and what it holds whatever the data are.
constexpr std::uint64_t kProgramBytes = std::uint64_t{56} << 20;
/// One thread's superblock: columns as decoded and as segments.
constexpr std::uint64_t kThreadBytes = std::uint64_t{28} << 20;

/// What quantities need for which all ages have to be in order.
std::uint64_t sorted_bytes(std::uint64_t rows) noexcept {
  return rows > kMostSortedRows ? 0 : 16 * rows;
}

}  // namespace

std::uint64_t least_memory(std::uint64_t rows) noexcept {
  return kProgramBytes + kThreadBytes + sorted_bytes(rows);
}

FitReport fit(const RowBlocks& rows, const FitOptions& options, std::uint64_t memory) {
  if (const std::string why = why_not_streamed(options); !why.empty()) throw UsageError(why);
  if (memory < least_memory(rows.rows())) throw UsageError("too little memory to stream the rows");
  if (rows.rows() <= kSuperblockRows) {
    LifeTable scratch, table;
    const RowView all = rows.block(0, scratch);
    const auto copied = [](std::span<const double> column) {
      return std::vector<double>(column.begin(), column.end());
    };
    table.lower = copied(all.lower);
    table.upper = copied(all.upper);
    table.count = copied(all.count);
    table.entry = copied(all.entry);
    table.exit = copied(all.exit);
    table.provenance = rows.provenance();
    return fit(table, options);
  }
  FitOptions o = options;
  std::uint64_t left = memory - kProgramBytes - sorted_bytes(rows.rows());
  // At most half for threads at work; what is kept of the rows saves decoding them on every pass.
  const std::uint64_t most = std::max<std::uint64_t>(1, left / 2 / kThreadBytes);
  o.threads = static_cast<int>(std::min<std::uint64_t>(most, static_cast<std::uint64_t>(thread_count(o.threads))));
  left -= static_cast<std::uint64_t>(o.threads) * kThreadBytes;
  Fitter::State state(std::move(o));
  bool line = false, log = false;
  for (const auto& d : state.distributions) (d->log_axis() ? log : line) = true;
  return state.fit({rows, nullptr, {}, left / (line && log ? 2 : 1)});
}

}  // namespace relia
