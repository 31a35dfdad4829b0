#include "solvers/alt_levels.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/numeric/special.hpp"
#include "solvers/model_fit.hpp"

namespace relia {
namespace {

/// More levels than this are a regression on a continuous covariate, not a test at levels.
constexpr std::size_t kMostLevels = 50;

LikelihoodRatioTest no_test(std::string name, std::string reason) {
  LikelihoodRatioTest t;
  t.name = std::move(name);
  t.reason = std::move(reason);
  return t;
}

LikelihoodRatioTest ratio(std::string name, double larger, double smaller, int freedom) {
  LikelihoodRatioTest t;
  t.name = std::move(name);
  t.degrees_of_freedom = freedom;
  // Nested models: below zero only by rounding.
  t.statistic = std::fmax(0.0, 2.0 * (larger - smaller));
  t.p_value = gamma_q(0.5 * freedom, 0.5 * t.statistic);
  return t;
}

/// One location a level, one shape: the fit of some levels together.
Estimate saturated(const AltFit& fit,
                   const LifeTable& table,
                   const std::vector<std::size_t>& levels,
                   const std::vector<std::pair<std::string, double>>& fixed) {
  const AltDesign& design = *fit.design;
  LifeTable part = table;
  part.columns.clear();
  Design rows;
  rows.columns = levels.size();
  part.count.assign(table.rows(), 0.0);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    std::vector<double> x(levels.size(), 0.0);
    const auto at = std::find(levels.begin(), levels.end(), design.level_of()[i]);
    if (at != levels.end()) {
      x[static_cast<std::size_t>(at - levels.begin())] = 1.0;
      part.count[i] = table.count_at(i);
    }
    rows.x.insert(rows.x.end(), x.begin(), x.end());
  }
  const Sample sample = prepare(part, fit.distribution->log_axis(), &rows);
  const Likelihood likelihood(*fit.distribution, sample);
  // Held shapes stay held.
  std::vector<Eigen::VectorXd> held;
  std::vector<double> values;
  const std::vector<ParameterInfo> info = fit.distribution->parameters();
  std::vector<Term> eta(info.size());
  const std::vector<double> origin(static_cast<std::size_t>(fit.distribution->size()), 0.0);
  fit.distribution->describe(sample.axis, origin, eta);
  for (const auto& [name, value] : fixed) {
    for (std::size_t i = 0; i < info.size(); ++i) {
      if (info[i].name != name || eta[i].d(0) != 0.0) continue;
      Eigen::VectorXd row = Eigen::VectorXd::Zero(likelihood.size());
      for (int k = 1; k < eta[i].n; ++k) row[likelihood.location_size() + k - 1] = eta[i].d(k);
      held.push_back(row);
      values.push_back(to_scale(info[i].scale, value) - eta[i].f);
    }
  }
  Eigen::MatrixXd plane(static_cast<Eigen::Index>(held.size()), likelihood.size());
  for (std::size_t k = 0; k < held.size(); ++k) plane.row(static_cast<Eigen::Index>(k)) = held[k].transpose();
  const Space space(*fit.distribution, sample.axis, plane,
                    Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size())));
  return estimate_mle(likelihood, space, Engine::newton);
}

double failures_in(const LifeCounts& c) {
  return static_cast<double>(c.failures + c.left_censored + c.interval_censored);
}

/// What the relation gives for the distribution's location parameter (scale, mu) at a level.
double location_by_relation(const AltFit& fit, const Setting& level) {
  const Covariates at = fit.design->covariates(level, fit.unit);
  std::vector<double> law(static_cast<std::size_t>(fit.distribution->size()));
  fit.likelihood->law_parameters(fit.estimate.theta, at.x, at.offset, at.w, law);
  const std::vector<ParameterInfo> info = fit.distribution->parameters();
  std::vector<Term> eta(info.size());
  fit.distribution->describe(fit.sample->axis, law, eta);
  for (std::size_t i = 0; i < info.size(); ++i) {
    if (info[i].name == "scale" || info[i].name == "mu") return from_scale(info[i].scale, eta[i].f);
  }
  return kAbsent;
}

int free_shapes(const AltFit& fit) {
  return static_cast<int>(std::count_if(fit.parameters.begin(), fit.parameters.end(), [](const AltParameter& p) {
    return !p.fixed && (p.name == "shape" || p.name == "sigma" || p.name == "lambda");
  }));
}

}  // namespace

LifeTable table_of_level(const LifeTable& table, const AltDesign& design, std::size_t level) {
  LifeTable out;
  out.provenance = table.provenance;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0 || design.level_of()[i] != level) continue;
    out.lower.push_back(table.lower[i]);
    out.upper.push_back(table.upper[i]);
    out.count.push_back(table.count_at(i));
    out.entry.push_back(table.entry_at(i));
    out.exit.push_back(table.exit_at(i));
    out.line.push_back(static_cast<std::uint32_t>(line_of(table, i)));
  }
  return out;
}

void analyse_levels(const AltFit& fit, const LifeTable& table, const AltOptions& options, AltModel& extra) {
  const AltDesign& design = *fit.design;
  const bool common = !design.separate_shapes() && design.shape_columns().empty();
  const bool shaped = fit.distribution->size() > 1;
  if (design.levels().size() > kMostLevels) {
    const std::string reason = "more than " + std::to_string(kMostLevels) + " levels: no fit of every level by itself";
    if (shaped && common) extra.tests.push_back(no_test("common_shape", reason));
    extra.tests.push_back(no_test("lack_of_fit", reason));
    return;
  }
  // Parameters of the distribution itself that are held stay held at every level.
  std::vector<std::pair<std::string, double>> fixed;
  for (const auto& f : options.fit.fixed) {
    if (f.first == "shape" || f.first == "sigma" || f.first == "lambda") fixed.push_back(f);
  }
  const std::optional<std::vector<double>> held = fixed_values(*fit.distribution, fixed);
  std::vector<std::size_t> alone, failed;
  double sum_alone = 0.0;
  for (std::size_t l = 0; l < design.levels().size(); ++l) {
    const LifeTable part = table_of_level(table, design, l);
    LevelResult r;
    r.stress = design.named(design.levels()[l]);
    r.data = count_by_kind(part);
    r.common_estimate = location_by_relation(fit, design.levels()[l]);
    auto sample = std::make_shared<const Sample>(prepare(part, fit.distribution->log_axis()));
    const auto by_itself = fit_model(fit.distribution, std::move(sample), *held, Engine::newton, 1);
    const Estimate& e = by_itself->estimate;
    r.convergence = {e.status, e.passes, e.gradient_norm, e.reason, e.advice};
    if (failures_in(r.data) > 0.0) failed.push_back(l);
    if (e.usable()) {
      FitOptions plain = options.fit;
      plain.bounds = "none";
      std::vector<std::vector<double>> covariance;
      describe_parameters(*by_itself, bound_context(*by_itself, part, plain), r.parameters, covariance, nullptr);
      r.log_likelihood = e.log_likelihood;
      alone.push_back(l);
      sum_alone += e.log_likelihood;
    }
    extra.levels.push_back(std::move(r));
  }
  if (shaped && common && free_shapes(fit) > 0) {
    if (alone.size() < 2) {
      extra.tests.push_back(no_test("common_shape", "fewer than two levels can be fitted by themselves"));
    } else {
      const Estimate one_shape = saturated(fit, table, alone, fixed);
      extra.tests.push_back(one_shape.usable()
                                ? ratio("common_shape", sum_alone, one_shape.log_likelihood,
                                        static_cast<int>(alone.size() - 1) * free_shapes(fit))
                                : no_test("common_shape", "no maximum with one shape and a life of its own a level"));
    }
  }
  if (!common) {
    AltOptions plain = options;
    plain.shape = "common";
    plain.shape_stresses.clear();
    const AltDesign common_design(table, plain);
    std::string known;
    std::vector<std::pair<std::string, double>> coefficients;
    for (const auto& f : options.fit.fixed) {
      if (f.first.find("sigma") == std::string::npos && f.first.find("shape") == std::string::npos)
        coefficients.push_back(f);
    }
    const auto smaller = prepare_alt(fit.distribution, alt_sample(table, common_design, fit.distribution->log_axis()),
                                     common_design, coefficients, 1, known);
    if (smaller != nullptr) estimate_alt(*smaller, table, Engine::newton);
    const int freedom = smaller == nullptr ? 0 : fit.free_parameters() - smaller->free_parameters();
    extra.tests.push_back(
        smaller != nullptr && smaller->estimate.usable() && freedom > 0
            ? ratio("common_shape", fit.estimate.log_likelihood, smaller->estimate.log_likelihood, freedom)
            : no_test("common_shape", "no maximum with a common shape"));
  }
  // Lack of fit: every level has its own location; the shape is common, or each level's own.
  const int levels = static_cast<int>(design.levels().size());
  const int locations = static_cast<int>(std::count_if(fit.parameters.begin(), fit.parameters.end(), [](const auto& p) {
    return !p.fixed && p.name != "shape" && p.name != "sigma" && p.name != "lambda" &&
           p.name.find("log_sigma") == std::string::npos && !p.name.starts_with("shape[") &&
           !p.name.starts_with("sigma[");
  }));
  if (levels <= locations) {
    extra.tests.push_back(
        no_test("lack_of_fit", "as many coefficients as levels: nothing is left to test the relation"));
    return;
  }
  if (common) {
    const Estimate every = failed.empty() ? Estimate{} : saturated(fit, table, failed, fixed);
    extra.tests.push_back(
        every.usable() ? ratio("lack_of_fit", every.log_likelihood, fit.estimate.log_likelihood, levels - locations)
                       : no_test("lack_of_fit", "no maximum with a life of its own at every level"));
    return;
  }
  if (alone.size() < failed.size()) {
    extra.tests.push_back(no_test("lack_of_fit", "not every level with failures can be fitted by itself"));
    return;
  }
  const int larger = static_cast<int>(design.levels().size()) + static_cast<int>(alone.size());
  const int freedom = larger - fit.free_parameters();
  extra.tests.push_back(freedom > 0 ? ratio("lack_of_fit", sum_alone, fit.estimate.log_likelihood, freedom)
                                    : no_test("lack_of_fit", "nothing is left to test the relation"));
}

}  // namespace relia
