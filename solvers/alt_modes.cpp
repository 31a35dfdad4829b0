#include "solvers/alt_modes.hpp"

#include <cmath>

#include <relia/error.hpp>

#include "solvers/competing_modes.hpp"
#include "solvers/model_fit.hpp"

namespace relia {
namespace {

struct Joint {
  std::unique_ptr<SystemView> view;
  BoundContext context;
};

Joint joint_of(const AltModes& modes, const UseCondition& use, const FitOptions& asked) {
  Joint j;
  std::vector<std::unique_ptr<LifeView>> views;
  std::vector<JointPart> parts;
  for (const AltModes::Mode& m : modes.modes) {
    views.push_back(m.fit->view(use));
    parts.push_back({&m.fit->estimate, m.fit->objective()});
  }
  j.view = std::make_unique<SystemView>(std::move(views), modes.modes.front().fit->sample->axis);
  j.context = joint_context(std::move(parts), asked);
  return j;
}

}  // namespace

std::unique_ptr<AltModes> fit_alt_modes(const std::shared_ptr<const Distribution>& distribution,
                                        const LifeTable& table,
                                        const AltDesign& design,
                                        const AltOptions& options) {
  auto out = std::make_unique<AltModes>();
  std::vector<ModeTable> tables = split_by_mode(table, options.fit, out->convergence);
  if (tables.empty()) return out;
  const Engine engine = options.fit.solver == "ceres" ? Engine::ceres : Engine::newton;
  out->log_likelihood = 0.0;
  out->convergence = {FitStatus::converged, 0, 0.0, "", ""};
  for (ModeTable& part : tables) {
    AltModes::Mode mode;
    mode.name = std::move(part.name);
    mode.table = std::move(part.table);
    std::string known;
    mode.fit = prepare_alt(distribution, alt_sample(mode.table, design, distribution->log_axis()), design,
                           options.fit.fixed, options.fit.threads, known);
    if (mode.fit == nullptr) {
      throw UsageError("--fix: a name is not a parameter of " + distribution->name() + " here, which has " + known);
    }
    estimate_alt(*mode.fit, mode.table, engine);
    const Estimate& e = mode.fit->estimate;
    out->free_parameters += mode.fit->free_parameters();
    join_mode(mode.name, e, out->convergence, out->log_likelihood);
    out->modes.push_back(std::move(mode));
  }
  if (out->convergence.status != FitStatus::converged) out->log_likelihood = kAbsent;
  return out;
}

void fill_alt_modes(const AltModes& modes, const UseCondition* use, const FitOptions& asked, ModelResult& model) {
  model.bounds = asked.bounds;
  for (const AltModes::Mode& m : modes.modes) {
    ModeResult r;
    r.mode = m.name;
    r.data = count_by_kind(m.table);
    const BoundContext context = alt_context(*m.fit, m.table, asked);
    std::vector<NamedQuantity> derived;
    describe_alt_parameters(*m.fit, context, r.parameters, r.covariance, derived);
    const Estimate& e = m.fit->estimate;
    r.log_likelihood = e.log_likelihood;
    if (use != nullptr) {
      const Distribution& d = *m.fit->distribution;
      r.metrics = life_metrics(*m.fit->view(*use), context, asked, d.concave() ? &d : nullptr);
    }
    r.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
    model.modes.push_back(std::move(r));
  }
  if (use == nullptr) return;
  const Joint joint = joint_of(modes, *use, asked);
  model.metrics = life_metrics(*joint.view, joint.context, asked, nullptr);
}

Quantity alt_modes_requirement(const AltModes& modes,
                               const UseCondition& use,
                               const Requirement& requirement,
                               const FitOptions& asked) {
  const Joint joint = joint_of(modes, use, asked);
  const std::unique_ptr<Target> target = requirement_target(requirement, *joint.view);
  if (target == nullptr) {
    throw UsageError("--require " + requirement.expression +
                     ": with --mode a requirement is judged on the system, which has no parameters");
  }
  return make_quantity(*target, joint.context);
}

}  // namespace relia
