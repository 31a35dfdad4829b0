// The two-step estimate as a start of maximum likelihood: near the maximum, climbed from where there may be several
// maxima, and not even looked for where there is one and the first climb finds it.

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/alt.hpp>
#include <relia/simulate.hpp>

#include "core/registry.hpp"
#include "solvers/alt_fit.hpp"
#include "solvers/alt_two_step.hpp"
#include "solvers/estimate_mle.hpp"

namespace relia {
namespace {

/// 600 units at three levels, the test of each level ended at age 6000.
LifeTable oven() {
  AcceleratedTest test;
  test.stresses = {{"temperature_c", "arrhenius", ""}};
  test.coefficients = {{"intercept", -14.0}, {"activation_energy_ev", 0.7}};
  for (const double t : {85.0, 105.0, 125.0}) test.levels.push_back({{{"temperature_c", t}}, 200});
  TestPlan plan;
  plan.censor_at = 6000;
  return simulate_accelerated({"weibull", false, 1, {{"shape", 2.0}}}, test, plan, 3, 0);
}

struct Prepared {
  LifeTable table = oven();
  AltOptions options;
  std::unique_ptr<AltDesign> design;
  std::unique_ptr<AltFit> fit;

  Prepared(const std::string& shape, bool shape_stress) {
    options.stresses = {{{{"temperature_c", "arrhenius"}}}};
    options.shape = shape;
    if (shape_stress) options.shape_stresses = {{{{"temperature_c", "arrhenius"}}}};
    design = std::make_unique<AltDesign>(table, options);
    std::string known;
    fit = prepare_alt(find_distribution("weibull"), alt_sample(table, *design, true), *design, {}, 1, known);
  }
};

TEST(AltStarts, TheTwoStepEstimateLiesNearTheMaximum) {
  for (const auto& [shape, shape_stress] : {std::pair{"common", false}, {"separate", false}, {"common", true}}) {
    const Prepared p(shape, shape_stress);
    const auto starts = two_step_starts(*p.fit, p.table);
    ASSERT_EQ(starts.size(), 1U) << shape << shape_stress;
    const Estimate e = estimate_mle(*p.fit->likelihood, *p.fit->space, Engine::newton);
    ASSERT_EQ(e.status, FitStatus::converged);
    ASSERT_EQ(starts[0].size(), e.theta.size());
    for (std::size_t j = 0; j < e.theta.size(); ++j) {
      const auto k = static_cast<Eigen::Index>(j);
      EXPECT_NEAR(starts[0][j], e.theta[j], 5.0 * std::sqrt(e.covariance(k, k))) << shape << shape_stress << ' ' << j;
    }
    EXPECT_LT(p.fit->likelihood->evaluate(starts[0]).f, e.log_likelihood);
    EXPECT_GT(p.fit->likelihood->evaluate(starts[0]).f, e.log_likelihood - 15.0);
    const Estimate again = climb_from(*p.fit->likelihood, *p.fit->space, starts[0]);
    ASSERT_EQ(again.status, FitStatus::converged);
    EXPECT_NEAR(again.log_likelihood, e.log_likelihood, 1e-9);
  }
}

TEST(AltStarts, IsTheTwoStepEstimateItself) {
  const Prepared p("common", false);
  EXPECT_EQ(two_step_starts(*p.fit, p.table)[0], two_step(*p.fit, p.table, true, false).estimate.theta);
}

/// With shapes that follow the stress log L need not be concave: its passes are those of every start and of this one,
/// but that the second climb to a maximum ends in sight of it.
TEST(AltStarts, IsClimbedFromWhereThereMayBeSeveralMaxima) {
  for (const auto& [shape, shape_stress] : {std::pair{"separate", false}, {"common", true}}) {
    const Prepared p(shape, shape_stress);
    const Estimate without = estimate_mle(*p.fit->likelihood, *p.fit->space, Engine::newton);
    const Estimate alone = climb_from(*p.fit->likelihood, *p.fit->space, two_step_starts(*p.fit, p.table).front());
    estimate_alt(*p.fit, p.table, Engine::newton);
    EXPECT_GT(alone.passes, 0);
    EXPECT_GT(p.fit->estimate.passes, without.passes) << shape << shape_stress;
    EXPECT_LE(p.fit->estimate.passes, without.passes + alone.passes) << shape << shape_stress;
    EXPECT_NEAR(p.fit->estimate.log_likelihood, without.log_likelihood, 1e-9);
  }
}

TEST(AltStarts, CostsNothingWhereTheFirstClimbFindsTheOnlyMaximum) {
  const Prepared p("common", false);
  int asked = 0;
  const Estimate e = estimate_mle(*p.fit->likelihood, *p.fit->space, Engine::newton, [&asked] {
    ++asked;
    return std::vector<std::vector<double>>{};
  });
  EXPECT_EQ(asked, 0);
  const Estimate without = estimate_mle(*p.fit->likelihood, *p.fit->space, Engine::newton);
  estimate_alt(*p.fit, p.table, Engine::newton);
  EXPECT_EQ(p.fit->estimate.theta, without.theta);
  EXPECT_EQ(p.fit->estimate.passes, without.passes);
  EXPECT_EQ(e.passes, without.passes);
}

/// Where no climb ends at a maximum, here because failures at one age at each level let sigma run to 0, it is asked
/// for.
TEST(AltStarts, IsTheLastResortOfAConcaveLikelihood) {
  Prepared p("common", false);
  for (double& x : p.table.columns[0].numbers) x = std::fmin(x, 105.0);
  for (std::size_t i = 0; i < p.table.rows(); ++i) {
    p.table.lower[i] = p.table.upper[i] = p.table.columns[0].numbers[i] < 100.0 ? 2000.0 : 1000.0;
  }
  const AltDesign design(p.table, p.options);
  std::string known;
  const auto fit = prepare_alt(find_distribution("weibull"), alt_sample(p.table, design, true), design, {}, 1, known);
  int asked = 0;
  const Estimate e = estimate_mle(*fit->likelihood, *fit->space, Engine::newton, [&asked] {
    ++asked;
    return std::vector<std::vector<double>>{};
  });
  EXPECT_FALSE(e.usable());
  EXPECT_EQ(asked, 1);
  // What the two-step method offers of such data does not make it a maximum.
  estimate_alt(*fit, p.table, Engine::newton);
  EXPECT_FALSE(fit->estimate.usable());
}

}  // namespace
}  // namespace relia
