#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>

#include <relia/alt.hpp>
#include <relia/error.hpp>

#include "core/registry.hpp"
#include "core/stress_life/presets.hpp"
#include "core/stress_life/stress_life.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/alt_fit.hpp"
#include "solvers/alt_levels.hpp"
#include "solvers/alt_modes.hpp"
#include "solvers/alt_two_step.hpp"
#include "solvers/exposure.hpp"
#include "solvers/fit_parts.hpp"
#include "solvers/model_fit.hpp"
#include "solvers/rank_regression.hpp"

namespace relia {
namespace {

/// Levels above this number get no acceleration factor of their own: stresses that vary from unit to unit.
constexpr std::size_t kMostLevels = 200;

/// Lives whose parameters are linear in (mu, log sigma, rest); the first ones are tried by --dist best.
constexpr std::array<const char*, 5> kCandidates = {"exponential", "weibull", "lognormal", "loglogistic", "gamma"};
constexpr std::array<const char*, 6> kOthers = {"gengamma", "frechet", "normal", "logistic", "gumbel", "gumbel-max"};

struct Candidate {
  ModelResult result;
  AltModel extra;
  std::unique_ptr<AltFit> fit;
  std::unique_ptr<AltModes> modes;  ///< in place of `fit` with --mode
};

void check_combinations(const AltOptions& options) {
  const FitOptions& o = options.fit;
  if (options.stresses.empty() && options.factors.empty()) {
    throw UsageError("--stress COL:RELATION is missing: relia alt needs a stress (or --factor COL)");
  }
  if (o.limited_failure || o.mixture > 1) {
    throw UsageError("relia alt does not take --limited-failure or --mixture");
  }
  if (o.bounds == "none" && !o.requirements.empty()) {
    throw UsageError("--require is judged at a bound: it does not combine with --bounds none");
  }
  if (!(o.confidence > 0.0 && o.confidence < 1.0)) throw UsageError("--confidence takes a number between 0 and 1");
  if (!options.use.empty() && options.use_profile != nullptr) {
    throw UsageError("--use and --use-profile exclude each other");
  }
  if (options.profile != nullptr && !options.factors.empty()) {
    throw UsageError("--profile does not combine with --factor");
  }
  if (!o.mode_column.empty() && (options.profile != nullptr || o.method == "two-step")) {
    throw UsageError("--mode does not combine with --profile or --method two-step");
  }
  if (!o.mode_column.empty() && !options.acceleration.empty()) {
    throw UsageError("--af-from needs one life at each stress; with --mode every mode has its own");
  }
  const bool shaped = options.shape == "separate" || !options.shape_stresses.empty();
  if (shaped && (options.profile != nullptr || options.use_profile != nullptr)) {
    throw UsageError("--profile and --use-profile take one shape for all stresses");
  }
  if (o.method == "two-step") {
    if (shaped) throw UsageError("--method two-step takes one shape for all stresses");
    if (options.profile != nullptr) throw UsageError("--method two-step needs tests at constant stress, not --profile");
    if (!o.fixed.empty()) throw UsageError("--method two-step does not take --fix; use --method mle");
    if (!o.requirements.empty()) throw UsageError("--require is judged at a bound, and --method two-step has none");
  }
  if (options.use.empty() && options.use_profile == nullptr) {
    const bool only_parameters = std::all_of(o.requirements.begin(), o.requirements.end(), [](const Requirement& r) {
      return r.kind == Requirement::Kind::parameter;
    });
    if (!only_parameters) throw UsageError("--require is judged at the conditions of use: give --use COL=VALUE,...");
    if (!o.at.empty() || !o.given.empty() || !o.reliable_life.empty()) {
      throw UsageError(
          "--at, --given and --reliable-life ask for life at the conditions of use: give --use "
          "COL=VALUE,...");
    }
  }
  for (const double t : o.at) {
    if (!(t > 0.0 && std::isfinite(t))) throw UsageError("--at takes positive ages");
  }
  for (const double t : o.given) {
    if (!(t > 0.0 && std::isfinite(t))) throw UsageError("--given takes positive ages");
  }
  if (options.shape == "separate" && !options.shape_stresses.empty()) {
    throw UsageError("--shape separate and --shape-stress exclude each other");
  }
  if (options.shape == "separate" && !options.use.empty()) {
    throw UsageError(
        "--shape separate gives every tested level its own shape, so there is none at --use; take the common shape or "
        "--shape-stress COL:RELATION");
  }
}

/// Whether a shape may follow the stress: the distribution has a sigma and nothing besides it and mu.
void check_shape(const Distribution& d, const AltOptions& options) {
  if (options.shape != "separate" && options.shape_stresses.empty()) return;
  if (d.concave() && d.size() == 2) return;
  throw UsageError(
      "--dist " + d.name() +
      " has no sigma that could follow the stress; --shape separate and "
      "--shape-stress take weibull, lognormal, loglogistic, frechet, normal, logistic, gumbel or gumbel-max");
}

std::vector<std::shared_ptr<const Distribution>> chosen(const AltOptions& options) {
  const FitOptions& o = options.fit;
  std::vector<std::shared_ptr<const Distribution>> out;
  const std::vector<std::string> known = alt_distribution_names();
  if (o.selection == "best" || o.selection == "all") {
    const std::size_t count = o.selection == "best" ? kCandidates.size() : known.size();
    for (std::size_t i = 0; i < count; ++i) {
      std::shared_ptr<const Distribution> d = find_distribution(known[i]);
      const bool shaped = options.shape == "separate" || !options.shape_stresses.empty();
      if (shaped && !(d->concave() && d->size() == 2)) continue;
      if ((options.profile != nullptr || options.use_profile != nullptr) && !d->log_axis()) continue;
      if (o.method == "two-step" && !has_probability_paper(*d)) continue;
      out.push_back(std::move(d));
    }
    return out;
  }
  for (const std::string& name : o.distributions) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string list;
      for (const std::string& n : known) list.append(list.empty() ? "" : ", ").append(n);
      throw UsageError("--dist " + name + ": no life-stress relation is defined for it; relia alt takes best, all or " +
                       list);
    }
    out.push_back(find_distribution(name));
    check_shape(*out.back(), options);
    if ((options.profile != nullptr || options.use_profile != nullptr) && !out.back()->log_axis()) {
      throw UsageError("--profile and --use-profile: exposure adds up for lives on the positive axis, not for " + name);
    }
    if (o.method == "two-step" && !has_probability_paper(*out.back())) {
      throw UsageError("--method two-step: " + name + " has no straight line on probability paper; use --method mle");
    }
  }
  if (out.empty()) throw UsageError("--dist takes at least one distribution");
  return out;
}

void rank_models(std::vector<Candidate>& candidates, FitReport& report) {
  const auto usable = [](const Candidate& c) { return carries_estimates(c.result.convergence.status); };
  bool use_aic = false;
  if (!candidates.empty() && candidates.front().result.method == "two-step") {
    // A line through lines has no likelihood maximum: the order is that of the list.
    int place = 0;
    for (Candidate& c : candidates) c.result.rank = usable(c) ? ++place : 0;
    std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return (a.result.rank > 0 ? a.result.rank : 1000) < (b.result.rank > 0 ? b.result.rank : 1000);
    });
    report.criterion = "r_squared";
    return;
  }
  for (const Candidate& c : candidates)
    use_aic = use_aic || (usable(c) && std::isfinite(c.result.aic) && std::isnan(c.result.aicc));
  report.criterion = use_aic ? "aic" : "aicc";
  if (use_aic && candidates.size() > 1) {
    report.warnings.push_back(
        "AICc does not exist for every candidate with so few units (n - k - 1 <= 0): all are ranked by AIC.");
  }
  const auto key = [&](const Candidate& c) { return usable(c) ? use_aic ? c.result.aic : c.result.aicc : kInfinity; };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& a, const Candidate& b) { return key(a) < key(b); });
  int rank = 0;
  for (Candidate& c : candidates) c.result.rank = usable(c) ? ++rank : 0;
}

/// What all candidates of a call share.
struct Problem {
  const LifeTable& table;
  const AltOptions& options;
  const AltDesign& design;
  const UseCondition* use = nullptr;  ///< nullptr: none asked for
  std::map<bool, std::shared_ptr<const Sample>> samples;
  std::map<bool, std::shared_ptr<const Exposures>> exposures;
  const StressProfiles* profiles = nullptr;

  [[nodiscard]] std::shared_ptr<const Sample> sample(bool log_axis) {
    std::shared_ptr<const Sample>& out = samples[log_axis];
    if (out != nullptr) return out;
    if (profiles == nullptr) {
      return out = alt_sample(table, design, log_axis, {options.fit.threads, options.fit.processes});
    }
    const Axis axis = prepare(table, log_axis).axis;
    auto exposure = std::make_shared<Exposures>(profiles->exposures(table, axis, options.profile_column));
    const Design mean = StressProfiles::mean_design(*exposure, table, 1 + design.columns().size());
    exposures[log_axis] = std::move(exposure);
    return out = std::make_shared<const Sample>(prepare(table, log_axis, &mean));
  }
};

/// Fitted; `fit` is empty when a held name is not a parameter of the distribution, then `known` lists them.
Candidate fit_candidate(const std::shared_ptr<const Distribution>& d, Problem& problem, std::string& known) {
  const FitOptions& o = problem.options.fit;
  Candidate c;
  ModelResult& m = c.result;
  m.distribution = d->name();
  m.title = d->title();
  m.method = o.method;
  m.solver = o.solver;
  if (!o.mode_column.empty()) {
    m.modifier = "mode";
    c.modes = fit_alt_modes(d, problem.table, problem.design, problem.options);
    m.free_parameters = c.modes->free_parameters;
    m.convergence = c.modes->convergence;
    if (carries_estimates(m.convergence.status)) {
      m.log_likelihood = c.modes->log_likelihood;
      double n = 0.0;
      for (std::size_t i = 0; i < problem.table.rows(); ++i) n += problem.table.count_at(i);
      set_criteria(m, n);
    }
    return c;
  }
  std::shared_ptr<const Sample> sample = problem.sample(d->log_axis());
  const double n = sample->n;
  c.fit =
      prepare_alt(d, std::move(sample), problem.design, o.fixed, o.threads, known, problem.exposures[d->log_axis()]);
  if (c.fit == nullptr) return c;
  if (o.method == "two-step") {
    m.ranks = o.ranks;
    m.solver = "closed-form";
    TwoStep t = two_step(*c.fit, problem.table, true, o.ranks == "benard");
    c.fit->estimate = std::move(t.estimate);
    m.correlation = t.correlation;
    m.r_squared = t.r_squared;
  } else {
    estimate_alt(*c.fit, problem.table, o.solver == "ceres" ? Engine::ceres : Engine::newton);
  }
  m.free_parameters = c.fit->free_parameters();
  const Estimate& e = c.fit->estimate;
  m.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
  for (const std::string& w : e.warnings) m.warnings.push_back(w);
  if (e.usable()) {
    m.log_likelihood = e.log_likelihood;
    if (o.method != "two-step") set_criteria(m, n);
    return c;
  }
  // Weibayes at stress: every coefficient and the shape known, no failure. Contract section 4.
  if (c.fit->sample->failed > 0.0 || o.bounds == "none" || o.method == "two-step") return c;
  const BoundContext context = alt_context(*c.fit, problem.table, o);
  const bool one_end = std::isfinite(context.exact_lower) || std::isfinite(context.exact_upper);
  if (context.method == BoundMethod::exact && context.exact_reason.empty() && one_end) {
    m.convergence = {FitStatus::boundary, 0, kAbsent, "No unit failed: there is no estimate, only a bound on one side.",
                     ""};
  }
  return c;
}

std::string rounded(double v) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), v, std::chars_format::general, 4);
  return {text.data(), end.ptr};
}

void add_hazard_coefficients(Candidate& c, const BoundContext& context) {
  const std::vector<AltParameter>& list = c.fit->parameters;
  const auto shape = std::find_if(list.begin(), list.end(), [](const AltParameter& p) { return p.name == "shape"; });
  if (shape == list.end() || !context.has_estimate) return;
  for (const AltParameter& p : list) {
    if (!p.name.starts_with("coefficient[") || p.fixed || shape->fixed) continue;
    NamedQuantity q;
    q.name = "hazard_" + p.name;
    q.value = make_quantity(*hazard_coefficient_target(*c.fit, *shape, p), context);
    c.result.derived.push_back(std::move(q));
  }
}

void fill_metrics(Candidate& c, const Problem& problem, bool with_bounds) {
  const AltOptions& options = problem.options;
  const AltDesign& design = problem.design;
  FitOptions asked = options.fit;
  if (!with_bounds || asked.method == "two-step") asked.bounds = "none";
  if (c.modes != nullptr) {
    fill_alt_modes(*c.modes, problem.use, asked, c.result);
    return;
  }
  BoundContext context = alt_context(*c.fit, problem.table, asked);
  ModelResult& m = c.result;
  if (m.convergence.status == FitStatus::boundary && c.fit->sample->failed == 0.0) context.has_estimate = false;
  m.bounds = context.method == BoundMethod::exact ? "exact" : asked.bounds;
  if (!context.has_estimate) {
    m.warnings.push_back(
        "No unit failed: the bounds are exact chi-squared bounds on one side (Weibayes), whatever --bounds says.");
  }
  describe_alt_parameters(*c.fit, context, m.parameters, m.covariance, m.derived);
  if (options.model == "ph-weibull") add_hazard_coefficients(c, context);
  const Distribution& d = *c.fit->distribution;
  if (asked.bounds == "wald" && context.wald_scale == WaldScale::z && !asked.at.empty() &&
      (!d.concave() || !problem.use->mission.empty())) {
    throw UsageError("--wald-scale z: " + m.distribution + " has no standardized quantile here; use auto");
  }
  const auto accelerate = [&](const Setting& from, const UseCondition& to, bool named_to) {
    Acceleration a;
    a.stress = design.named(from);
    if (named_to) a.to = design.named(to.setting);
    const std::unique_ptr<Target> target = acceleration_target(*c.fit, from, to);
    const Eigen::VectorXd anywhere = context.has_estimate ? context.phi : Eigen::VectorXd::Zero(c.fit->space->size());
    Constraint known;
    const double q = target->value(anywhere);
    target->constraint(anywhere, q, known);
    if (known.c.g.size() == 0 || known.c.g.cwiseAbs().maxCoeff() < 1e-12) {
      // Every coefficient in it is held: the factor is a number, not an estimate.
      a.factor.estimate = a.factor.lower = a.factor.upper = target->reported(q);
      a.factor.std_error = 0.0;
      c.extra.acceleration.push_back(std::move(a));
      return;
    }
    a.factor = make_quantity(*target, context);
    if (!std::isfinite(a.factor.estimate) && context.has_estimate)
      a.factor.reason = "a median life is not positive, so there is no ratio";
    c.extra.acceleration.push_back(std::move(a));
  };
  if (problem.use != nullptr) {
    const std::unique_ptr<LifeView> view = c.fit->view(*problem.use);
    m.metrics = life_metrics(*view, context, asked, d.concave() ? &d : nullptr);
    if (design.levels().size() <= kMostLevels) {
      for (const Setting& level : design.levels()) accelerate(level, *problem.use, false);
    }
  }
  for (const auto& [from, to] : options.acceleration) {
    accelerate(design.setting(from, "--af-from"), {design.setting(to, "--af-to"), {}}, true);
  }
  if (with_bounds && context.has_estimate && options.profile == nullptr && asked.method == "mle") {
    analyse_levels(*c.fit, problem.table, options, c.extra);
    for (const LikelihoodRatioTest& t : c.extra.tests) {
      if (!(t.p_value < 0.01)) continue;
      m.warnings.push_back(
          t.name == "lack_of_fit"
              ? "The relation does not hold over the tested levels (likelihood ratio test, p = " + rounded(t.p_value) +
                    "): life at use by it is not to be trusted."
              : "The shape differs between the tested levels (likelihood ratio test, p = " + rounded(t.p_value) +
                    "): the failure mechanism may change with stress.");
    }
  }
}

/// The place of B10 among the quantiles asked for, else of the first one.
std::size_t telling_quantile(const LifeMetrics& metrics) {
  for (std::size_t i = 0; i < metrics.quantiles.size(); ++i) {
    if (metrics.quantiles[i].name == "B10") return i;
  }
  return 0;
}

/// The same life at use under the other one of Weibull and lognormal: the number behind "it depends on the tail".
void add_sensitivity(Candidate& c, Problem& problem, FitReport& report) {
  const bool shaped = problem.options.shape == "separate" || !problem.options.shape_stresses.empty();
  if (c.fit == nullptr || problem.use == nullptr || c.result.metrics.quantiles.empty() || c.result.method != "mle" ||
      shaped)
    return;
  const QuantileResult& own = c.result.metrics.quantiles[telling_quantile(c.result.metrics)];
  if (!std::isfinite(own.value.estimate)) return;
  for (const char* name : {"weibull", "lognormal"}) {
    if (c.result.distribution == name) continue;
    const std::shared_ptr<const Distribution> d = find_distribution(name);
    std::string known;
    Candidate other = fit_candidate(d, problem, known);
    if (other.fit == nullptr || !other.fit->estimate.usable()) continue;
    const double u =
        other.fit->view(*problem.use)->quantile(other.fit->estimate.phi, std::log1p(-own.p), std::log(own.p));
    Sensitivity s;
    s.distribution = name;
    s.quantity = own.name;
    s.estimate = other.fit->sample->axis.to_time(u);
    s.ratio = s.estimate / own.value.estimate;
    s.log_likelihood = other.result.log_likelihood;
    report.warnings.push_back(own.name + " at use is " + rounded(own.value.estimate) + " under " +
                              c.result.distribution + " and " + rounded(s.estimate) + " under " + name + " (" +
                              rounded(s.ratio) + " times): the choice of distribution is not in the bounds.");
    c.extra.sensitivity.push_back(std::move(s));
  }
}

/// Under a repeated profile life is reckoned at whole cycles; a warning where that is coarse.
void warn_of_long_cycle(const Candidate& c, const Problem& problem, FitReport& report) {
  constexpr double kCycles = 10.0;
  const LifeTable* const profile = problem.options.use_profile;
  if (profile == nullptr || c.result.metrics.quantiles.empty()) return;
  const double cycle = profile->lower.back();
  for (const QuantileResult& q : c.result.metrics.quantiles) {
    if (!(q.value.estimate < kCycles * cycle)) continue;
    report.warnings.push_back("A cycle of the profile in use lasts " + rounded(cycle) + " and " + q.name + " is " +
                              rounded(q.value.estimate / cycle) +
                              " cycles: life under a profile is reckoned at whole cycles and is good to one cycle.");
    return;
  }
}

/// How far use lies beyond the tested levels, term by term, on the scale on which life is linear.
void add_extrapolation(const Problem& problem, AltReport& out) {
  const AltDesign& design = problem.design;
  std::vector<std::vector<double>> use;
  if (problem.use->mission.empty()) {
    use.push_back(design.covariates(problem.use->setting, 1.0).x);
  } else {
    for (const ExposureNode& n : problem.use->mission) use.push_back(n.x);
  }
  for (std::size_t j = 0; j < design.columns().size(); ++j) {
    const DesignColumn& c = design.columns()[j];
    if (c.factor || c.parts.size() > 1) continue;
    double low = kInfinity, high = -kInfinity, beyond = 0.0;
    for (const Setting& s : design.levels()) {
      const double x = design.covariates(s, 1.0).x[j + 1];
      low = std::fmin(low, x);
      high = std::fmax(high, x);
    }
    if (!(high > low)) continue;
    for (const std::vector<double>& x : use)
      beyond = std::fmax(beyond, std::fmax(low - x[j + 1], x[j + 1] - high) / (high - low));
    Extrapolation e;
    e.column = design.variables()[c.parts[0].variable].column->name;
    e.ranges = beyond;
    if (beyond > 0.0) {
      out.fit.warnings.push_back(
          "Use lies outside the tested range of " + e.column + ", by " + rounded(beyond) +
          " times that range (on the scale of the " + relation_info(c.parts[0].relation).name +
          " relation); the bounds hold only if the relation and the failure mechanism do out there.");
    }
    out.extrapolation.push_back(std::move(e));
  }
}

void add_verdict(const Requirement& r, const Quantity& q, RequirementResult result, FitReport& report) {
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

void judge_requirements(const Candidate& c, const Problem& problem, FitReport& report) {
  const AltOptions& options = problem.options;
  for (const Requirement& r : options.fit.requirements) {
    RequirementResult result;
    result.expression = r.expression;
    result.confidence = r.confidence > 0.0 ? r.confidence : options.fit.confidence;
    if (!carries_estimates(c.result.convergence.status)) {
      result.reason = "the model carries no estimates";
      report.requirements.push_back(std::move(result));
      continue;
    }
    FitOptions asked = options.fit;
    asked.confidence = result.confidence;
    asked.sides = r.at_least ? "lower" : "upper";
    if (c.modes != nullptr) {
      if (problem.use == nullptr) {
        throw UsageError("--require " + r.expression + ": with --mode it is judged on the system at --use");
      }
      add_verdict(r, alt_modes_requirement(*c.modes, *problem.use, r, asked), std::move(result), report);
      continue;
    }
    BoundContext context = alt_context(*c.fit, problem.table, asked);
    if (c.result.convergence.status == FitStatus::boundary && c.fit->sample->failed == 0.0)
      context.has_estimate = false;
    Quantity q;
    if (r.kind == Requirement::Kind::parameter) {
      std::vector<NamedQuantity> parameters, derived;
      std::vector<std::vector<double>> covariance;
      describe_alt_parameters(*c.fit, context, parameters, covariance, derived);
      parameters.insert(parameters.end(), derived.begin(), derived.end());
      const auto p = std::find_if(parameters.begin(), parameters.end(),
                                  [&r](const NamedQuantity& x) { return x.name == r.parameter; });
      if (p == parameters.end()) {
        throw UsageError("--require " + r.expression + ": the model has no parameter " + r.parameter);
      }
      q = p->value;
      if (p->fixed) q.lower = q.upper = q.estimate;
    } else {
      const std::unique_ptr<LifeView> view = c.fit->view(*problem.use);
      q = make_quantity(*requirement_target(r, *view), context);
    }
    add_verdict(r, q, std::move(result), report);
  }
}

}  // namespace

std::vector<std::string> alt_distribution_names() {
  std::vector<std::string> out(kCandidates.begin(), kCandidates.end());
  out.insert(out.end(), kOthers.begin(), kOthers.end());
  return out;
}

std::vector<RelationHelp> alt_relations() {
  static const std::array<const char*, 6> formula = {"activation_energy_ev/(k_B T)",
                                                     "activation_energy_ev/(k_B T) - ln T",
                                                     "-exponent ln S",
                                                     "coefficient S",
                                                     "coefficient ln S",
                                                     "coefficient/S"};
  std::vector<RelationHelp> out;
  for (const RelationInfo& r : relations()) out.push_back({r.name, formula[out.size()]});
  return out;
}

std::vector<PresetHelp> alt_presets() {
  std::vector<PresetHelp> out;
  for (const PresetInfo& p : presets()) {
    PresetHelp h{p.name, p.formula, p.help, {}, p.any_number};
    for (const PresetRole& r : p.roles) h.roles.emplace_back(r.what);
    out.push_back(std::move(h));
  }
  return out;
}

std::vector<StressTerm> preset_terms(const std::string& preset, const std::vector<std::string>& columns) {
  const PresetInfo* info = find_preset(preset);
  if (info == nullptr) throw UsageError("--model " + preset + ": unknown model");
  const bool fits = info->any_number ? !columns.empty() : columns.size() == info->roles.size();
  if (!fits) {
    std::string roles;
    for (const PresetRole& r : info->roles) roles.append(roles.empty() ? "" : ", ").append(r.what);
    throw UsageError("--model " + preset + " (" + info->formula + ") takes --stress COL once for " +
                     (info->any_number ? "every " : "each of: ") + roles + (info->any_number ? "" : ", in this order"));
  }
  std::vector<StressTerm> out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const PresetRole& role = info->roles[info->any_number ? 0 : i];
    out.push_back({{{columns[i], relation_info(role.relation).name}}});
  }
  return out;
}

std::string preset_distribution(const std::string& preset) {
  const PresetInfo* info = find_preset(preset);
  return info == nullptr || info->distribution == nullptr ? "" : info->distribution;
}

AltReport alt(const LifeTable& table, const AltOptions& options) {
  check_combinations(options);
  const std::vector<std::shared_ptr<const Distribution>> distributions = chosen(options);
  refuse_zero_failures(table, distributions);
  const AltDesign design(options.profile != nullptr ? *options.profile : table, options);
  const FitOptions& o = options.fit;

  AltReport out;
  FitReport& report = out.fit;
  describe_data(table, report);
  report.confidence = o.confidence;
  report.bounds = o.bounds;
  report.wald_scale = o.wald_scale;
  report.sides = o.sides;
  report.selection = o.selection;
  report.warnings = design.warnings();
  out.stresses = design.terms();
  out.shape = options.shape == "separate" ? "separate" : options.shape_stresses.empty() ? "common" : "stress";
  out.model = options.model;

  UseCondition use;
  if (!options.use.empty()) {
    use.setting = design.setting(options.use, "--use");
    out.use = design.named(use.setting);
  } else if (options.use_profile != nullptr) {
    use.mission = StressProfiles(*options.use_profile, design, options.profile_column, true).mission();
    out.use_profile = options.use_profile->provenance.name;
  }
  out.has_use = !options.use.empty() || options.use_profile != nullptr;
  std::unique_ptr<StressProfiles> profiles;
  if (options.profile != nullptr) {
    profiles = std::make_unique<StressProfiles>(*options.profile, design, options.profile_column, false);
  }
  Problem problem{table, options, design, out.has_use ? &use : nullptr, {}, {}, profiles.get()};
  if (out.has_use) add_extrapolation(problem, out);

  std::vector<Candidate> candidates;
  std::string known;
  for (const auto& d : distributions) {
    Candidate c = fit_candidate(d, problem, known);
    if (c.fit != nullptr || c.modes != nullptr) {
      candidates.push_back(std::move(c));
    } else if (o.selection != "best" && o.selection != "all") {
      std::string strange = "a name";
      for (const auto& [name, value] : o.fixed) {
        if ((", " + known + ",").find(", " + name + ",") == std::string::npos) strange = name;
      }
      throw UsageError("--fix: " + strange + " is not a parameter of " + d->name() + " here, which has " + known);
    }
  }
  if (candidates.empty()) {
    throw UsageError("--fix: no candidate distribution has all of these parameters; the last one has " + known);
  }
  rank_models(candidates, report);
  const bool every = o.selection != "best" && o.selection != "all";
  for (Candidate& c : candidates) {
    if (carries_estimates(c.result.convergence.status)) fill_metrics(c, problem, every || c.result.rank == 1);
  }
  if (candidates.front().result.rank == 1) {
    add_sensitivity(candidates.front(), problem, report);
    warn_of_long_cycle(candidates.front(), problem, report);
  }
  if (out.has_use && design.levels().size() > kMostLevels) {
    report.warnings.push_back("The units were tested at " + std::to_string(design.levels().size()) +
                              " different settings: acceleration factors are given only for --af-from and --af-to.");
  }
  if (!o.requirements.empty()) {
    judge_requirements(candidates.front(), problem, report);
    if (!every) {
      report.warnings.push_back(
          "The distribution was chosen by the data; that choice is not in the bounds the requirements are judged at.");
    }
  }
  if (o.method == "two-step" && o.bounds != "none") {
    report.warnings.push_back("The two-step method gives no bounds; use --method mle for them.");
  }
  for (Candidate& c : candidates) {
    report.models.push_back(std::move(c.result));
    out.models.push_back(std::move(c.extra));
  }
  return out;
}

struct FittedAlt::State {
  State(const LifeTable& t, const AltOptions& o)
      : options(o), design(o.profile != nullptr ? *o.profile : t, o), problem{t, o, design, nullptr, {}, {}, nullptr} {
    check_combinations(o);
    const std::vector<std::shared_ptr<const Distribution>> distributions = chosen(o);
    refuse_zero_failures(t, distributions);
    if (o.profile != nullptr) {
      profiles = std::make_unique<StressProfiles>(*o.profile, design, o.profile_column, false);
      problem.profiles = profiles.get();
    }
    std::string known;
    candidate = fit_candidate(distributions.front(), problem, known);
    if (candidate.fit == nullptr && candidate.modes == nullptr) {
      throw UsageError("--fix: not all of these are parameters of " + distributions.front()->name() +
                       " here, which has " + known);
    }
  }
  [[nodiscard]] UseCondition condition(const StressValues& use) const {
    UseCondition out;
    if (!use.empty()) {
      out.setting = design.setting(use, "--use");
    } else if (options.use_profile != nullptr) {
      out.mission = StressProfiles(*options.use_profile, design, options.profile_column, true).mission();
    }
    return out;
  }

  const AltOptions& options;
  AltDesign design;
  Problem problem;
  std::unique_ptr<StressProfiles> profiles;
  Candidate candidate;
};

FittedAlt::FittedAlt(const LifeTable& table, const AltOptions& options)
    : state_(std::make_unique<State>(table, options)) {}
FittedAlt::~FittedAlt() = default;

std::vector<QuantileResult> FittedAlt::lives(const StressValues& use,
                                             const std::vector<double>& p,
                                             const std::string& bounds) const {
  const State& s = *state_;
  const Candidate& c = s.candidate;
  if (!carries_estimates(c.result.convergence.status)) return {};
  FitOptions asked = s.options.fit;
  asked.quantiles = p;
  asked.at = asked.given = asked.reliable_life = {};
  asked.bounds = asked.method == "two-step" ? "none" : bounds;
  const UseCondition condition = s.condition(use);
  if (c.modes != nullptr) {
    ModelResult system;
    fill_alt_modes(*c.modes, &condition, asked, system);
    return std::move(system.metrics.quantiles);
  }
  BoundContext context = alt_context(*c.fit, s.problem.table, asked);
  if (c.result.convergence.status == FitStatus::boundary && c.fit->sample->failed == 0.0) context.has_estimate = false;
  const Distribution& d = *c.fit->distribution;
  return life_metrics(*c.fit->view(condition), context, asked, d.concave() ? &d : nullptr).quantiles;
}

}  // namespace relia
