#include "solvers/competing_modes.hpp"

#include <algorithm>
#include <cmath>

#include <relia/error.hpp>

namespace relia {
namespace {

/// The modes' joint problem: phi one after another, log L the sum, covariance block by block.
struct Joint {
  std::unique_ptr<SystemView> view;
  BoundContext context;
};

Joint joint_of(const CompetingFit& fit, const FitOptions& options) {
  Joint j;
  std::vector<std::unique_ptr<LifeView>> views;
  std::vector<JointPart> parts;
  for (const CompetingFit::Mode& m : fit.modes) {
    views.push_back(std::make_unique<SingleView>(*m.fit->likelihood, *m.fit->space));
    parts.push_back({&m.fit->estimate, m.fit->objective()});
  }
  j.view = std::make_unique<SystemView>(std::move(views), fit.modes.front().fit->sample->axis);
  j.context = joint_context(std::move(parts), options);
  return j;
}

}  // namespace

void join_mode(const std::string& name, const Estimate& mode, Convergence& all, double& log_likelihood) {
  all.iterations += mode.passes;
  if (mode.status != FitStatus::converged && all.status == FitStatus::converged) {
    all.status = mode.usable() ? FitStatus::flat : mode.status;
    all.reason = "Mode " + name + ": " + mode.reason;
    all.advice = mode.advice;
  }
  all.gradient_norm = std::fmax(all.gradient_norm, mode.gradient_norm);
  log_likelihood += mode.log_likelihood;
}

BoundContext joint_context(std::vector<JointPart> parts, const FitOptions& options) {
  BoundContext c;
  Eigen::Index size = 0;
  for (const JointPart& p : parts) size += p.estimate->phi.size();
  c.method = options.bounds == "none"   ? BoundMethod::none
             : options.bounds == "wald" ? BoundMethod::wald
                                        : BoundMethod::lr;
  if (options.bounds == "exact") {
    c.method = BoundMethod::exact;
    c.exact_reason = "exact bounds do not exist for a system of several modes";
  }
  c.wald_scale = parse_wald_scale(options.wald_scale);
  c.sides = parse_sides(options.sides);
  c.confidence = options.confidence;
  c.phi.resize(size);
  c.covariance = Eigen::MatrixXd::Zero(size, size);
  Eigen::Index from = 0;
  for (const JointPart& p : parts) {
    const Eigen::Index k = p.estimate->phi.size();
    c.phi.segment(from, k) = p.estimate->phi;
    c.covariance.block(from, from, k, k) = p.estimate->covariance;
    from += k;
  }
  c.objective = [parts = std::move(parts), size](const Eigen::VectorXd& phi) {
    Jet out(size);
    Eigen::Index at = 0;
    for (const JointPart& p : parts) {
      const Eigen::Index k = p.estimate->phi.size();
      const Jet part = p.objective(phi.segment(at, k));
      out.f += part.f;
      out.g.segment(at, k) = part.g;
      out.h.block(at, at, k, k) = part.h;
      at += k;
    }
    return out;
  };
  c.at = c.objective(c.phi);
  return c;
}

std::vector<ModeTable> split_by_mode(const LifeTable& table, const FitOptions& options, Convergence& verdict) {
  const Column* column = table.find(options.mode_column);
  if (column == nullptr) throw UsageError("--mode " + options.mode_column + ": the data have no such column");
  if (column->type != Column::Type::text)
    throw UsageError("--mode " + options.mode_column + ": the column must be read as text");
  std::vector<ModeTable> out;
  DataErrors errors;
  std::vector<std::uint32_t> levels;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0 || std::isinf(table.upper[i])) continue;
    const std::string& name = column->levels[column->codes[i]];
    if (table.lower[i] != table.upper[i]) {
      verdict = {FitStatus::flat, 0, kAbsent,
                 "A left- or interval-censored failure has a mode, and its share in the modes is not modelled.",
                 "Give exact ages for failures with a mode, or fit without --mode."};
      return out;
    }
    if (name.empty()) {
      if (!options.unknown_mode_censor) {
        errors.add({table.provenance.name, line_of(table, i), column->name,
                    "the failure has no mode; name it, or count such failures as censored with --unknown-mode censor"});
      }
      continue;
    }
    if (std::find(levels.begin(), levels.end(), column->codes[i]) == levels.end()) levels.push_back(column->codes[i]);
  }
  if (!errors.empty()) throw BadData(std::move(errors));
  if (levels.empty()) {
    verdict = {FitStatus::unbounded, 0, kAbsent, "No failure has a mode.", "Check --mode."};
    return out;
  }
  std::sort(levels.begin(), levels.end(),
            [&](std::uint32_t a, std::uint32_t b) { return column->levels[a] < column->levels[b]; });
  for (const std::uint32_t level : levels) {
    ModeTable mode{column->levels[level], table};
    for (std::size_t i = 0; i < table.rows(); ++i) {
      // Another mode's failure ends the observation of this one.
      if (!std::isinf(table.upper[i]) && column->codes[i] != level) mode.table.upper[i] = kInfinity;
    }
    out.push_back(std::move(mode));
  }
  return out;
}

std::unique_ptr<CompetingFit> fit_competing_modes(const std::shared_ptr<const Distribution>& distribution,
                                                  const LifeTable& table,
                                                  const FitOptions& options,
                                                  Engine engine) {
  auto out = std::make_unique<CompetingFit>();
  std::vector<ModeTable> tables = split_by_mode(table, options, out->convergence);
  if (tables.empty()) return out;
  out->log_likelihood = 0.0;
  out->convergence = {FitStatus::converged, 0, 0.0, "", ""};
  for (ModeTable& part : tables) {
    CompetingFit::Mode mode;
    mode.name = std::move(part.name);
    mode.table = std::move(part.table);
    mode.table.columns.clear();
    auto sample = std::make_shared<const Sample>(prepare(mode.table, distribution->log_axis()));
    mode.fit = fit_model(distribution, std::move(sample), fixed_values(*distribution, options.fixed).value(), engine,
                         options.threads);
    const Estimate& e = mode.fit->estimate;
    join_mode(mode.name, e, out->convergence, out->log_likelihood);
    out->modes.push_back(std::move(mode));
  }
  if (out->convergence.status != FitStatus::converged) out->log_likelihood = kAbsent;
  return out;
}

void fill_competing_metrics(const CompetingFit& fit, const FitOptions& options, bool with_bounds, ModelResult& model) {
  FitOptions asked = options;
  if (!with_bounds) asked.bounds = "none";
  model.bounds = asked.bounds;
  for (const CompetingFit::Mode& m : fit.modes) {
    ModeResult r;
    r.mode = m.name;
    r.data = count_by_kind(m.table);
    const BoundContext context = bound_context(*m.fit, m.table, asked);
    describe_parameters(*m.fit, context, r.parameters, r.covariance, nullptr);
    r.log_likelihood = m.fit->estimate.log_likelihood;
    const SingleView view(*m.fit->likelihood, *m.fit->space);
    r.metrics =
        life_metrics(view, context, asked, m.fit->distribution->concave() ? m.fit->distribution.get() : nullptr);
    const Estimate& e = m.fit->estimate;
    r.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
    model.modes.push_back(std::move(r));
  }
  const Joint joint = joint_of(fit, asked);
  model.metrics = life_metrics(*joint.view, joint.context, asked, nullptr);
}

Quantity competing_requirement(const CompetingFit& fit, const Requirement& requirement, const FitOptions& options) {
  const Joint joint = joint_of(fit, options);
  const std::unique_ptr<Target> target = requirement_target(requirement, *joint.view);
  if (target == nullptr) {
    throw UsageError("--require " + requirement.expression +
                     ": with --mode a requirement is judged on the system, which has no parameters");
  }
  return make_quantity(*target, joint.context);
}

std::vector<Quantity> competing_quantities(
    const CompetingFit& fit,
    const std::vector<double>& ages,
    const FitOptions& options,
    const std::function<std::unique_ptr<Target>(const LifeView&, double)>& target) {
  const Joint joint = joint_of(fit, options);
  std::vector<Quantity> out;
  for (const double t : ages) out.push_back(make_quantity(*target(*joint.view, t), joint.context));
  return out;
}

}  // namespace relia
