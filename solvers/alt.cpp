#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>

#include <relia/alt.hpp>
#include <relia/error.hpp>

#include "core/registry.hpp"
#include "core/stress_life/stress_life.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/alt_fit.hpp"
#include "solvers/fit_parts.hpp"
#include "solvers/model_fit.hpp"

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
  if (options.use.empty()) {
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
  }
  if (out.empty()) throw UsageError("--dist takes at least one distribution");
  return out;
}

void rank_models(std::vector<Candidate>& candidates, FitReport& report) {
  const auto usable = [](const Candidate& c) { return carries_estimates(c.result.convergence.status); };
  bool use_aic = false;
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
  if (rank < 2) return;
  std::string close;
  for (const Candidate& c : candidates) {
    if (c.result.rank > 1 && key(c) <= key(candidates.front()) + 2.0)
      close.append(close.empty() ? "" : ", ").append(c.result.distribution);
  }
  if (close.empty()) return;
  report.warnings.push_back("The data cannot tell " + candidates.front().result.distribution + " from " + close +
                            ": they lie within 2 units of the criterion.");
}

Candidate fit_candidate(const std::shared_ptr<const Distribution>& d,
                        const std::shared_ptr<const Sample>& sample,
                        const AltDesign& design,
                        const AltOptions& options) {
  const FitOptions& o = options.fit;
  Candidate c;
  ModelResult& m = c.result;
  m.distribution = d->name();
  m.title = d->title();
  m.method = o.method;
  m.solver = o.solver;
  std::string known;
  c.fit = fit_alt(d, sample, design, o.fixed, o.solver == "ceres" ? Engine::ceres : Engine::newton, o.threads, known);
  if (c.fit == nullptr) {
    if (o.selection == "best" || o.selection == "all") return c;
    throw UsageError("--fix: a name is not a parameter of " + d->name() + " here, which has " + known);
  }
  m.free_parameters = c.fit->free_parameters();
  const Estimate& e = c.fit->estimate;
  m.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
  for (const std::string& w : e.warnings) m.warnings.push_back(w);
  if (e.usable()) {
    m.log_likelihood = e.log_likelihood;
    set_criteria(m, sample->n);
  }
  return c;
}

void fill_metrics(Candidate& c,
                  const LifeTable& table,
                  const AltDesign& design,
                  const AltOptions& options,
                  const Setting* use,
                  bool with_bounds) {
  FitOptions asked = options.fit;
  if (!with_bounds) asked.bounds = "none";
  const BoundContext context = alt_context(*c.fit, table, asked);
  ModelResult& m = c.result;
  m.bounds = asked.bounds;
  describe_alt_parameters(*c.fit, context, m.parameters, m.covariance, m.derived);
  const Distribution& d = *c.fit->distribution;
  if (asked.bounds == "wald" && context.wald_scale == WaldScale::z && !d.concave() && !asked.at.empty()) {
    throw UsageError("--wald-scale z: " + m.distribution + " has no standardized quantile; use auto");
  }
  const auto accelerate = [&](const Setting& from, const Setting& to, bool named_to) {
    Acceleration a;
    a.stress = design.named(from);
    if (named_to) a.to = design.named(to);
    a.factor = make_quantity(*acceleration_target(*c.fit, from, to), context);
    if (!std::isfinite(a.factor.estimate)) a.factor.reason = "a median life is not positive, so there is no ratio";
    c.extra.acceleration.push_back(std::move(a));
  };
  if (use != nullptr) {
    const std::unique_ptr<SingleView> view = c.fit->view(*use);
    m.metrics = life_metrics(*view, context, asked, d.concave() ? &d : nullptr);
    if (design.levels().size() <= kMostLevels) {
      for (const Setting& level : design.levels()) accelerate(level, *use, false);
    }
  }
  for (const auto& [from, to] : options.acceleration) {
    accelerate(design.setting(from, "--af-from"), design.setting(to, "--af-to"), true);
  }
}

void judge_requirements(
    const Candidate& c, const LifeTable& table, const AltOptions& options, const Setting* use, FitReport& report) {
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
    const BoundContext context = alt_context(*c.fit, table, asked);
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
      const std::unique_ptr<SingleView> view = c.fit->view(*use);
      q = make_quantity(*requirement_target(r, *view), context);
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

AltReport alt(const LifeTable& table, const AltOptions& options) {
  check_combinations(options);
  const std::vector<std::shared_ptr<const Distribution>> distributions = chosen(options);
  refuse_zero_failures(table, distributions);
  const AltDesign design(table, options);
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
  Setting use;
  if (!options.use.empty()) {
    use = design.setting(options.use, "--use");
    out.has_use = true;
    out.use = design.named(use);
  }
  const Setting* const at_use = out.has_use ? &use : nullptr;

  std::map<bool, std::shared_ptr<const Sample>> samples;
  std::vector<Candidate> candidates;
  for (const auto& d : distributions) {
    std::shared_ptr<const Sample>& sample = samples[d->log_axis()];
    if (sample == nullptr) sample = alt_sample(table, design, d->log_axis());
    Candidate c = fit_candidate(d, sample, design, options);
    if (c.fit != nullptr) candidates.push_back(std::move(c));
  }
  if (candidates.empty()) throw UsageError("--fix: no candidate distribution has all of these parameters");
  rank_models(candidates, report);
  const bool every = o.selection != "best" && o.selection != "all";
  for (Candidate& c : candidates) {
    if (!carries_estimates(c.result.convergence.status)) continue;
    fill_metrics(c, table, design, options, at_use, every || c.result.rank == 1);
  }
  if (out.has_use && design.levels().size() > kMostLevels) {
    report.warnings.push_back("The units were tested at " + std::to_string(design.levels().size()) +
                              " different settings: acceleration factors are given only for --af-from and --af-to.");
  }
  if (!o.requirements.empty()) {
    judge_requirements(candidates.front(), table, options, at_use, report);
    if (!every) {
      report.warnings.push_back(
          "The distribution was chosen by the data; that choice is not in the bounds the requirements are judged at.");
    }
  }
  for (Candidate& c : candidates) {
    report.models.push_back(std::move(c.result));
    out.models.push_back(std::move(c.extra));
  }
  return out;
}

}  // namespace relia
