// Lives simulated from competing failure modes and fitted by mode find the truth again, whatever ends the test.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>
#include <relia/simulate.hpp>

namespace relia {
namespace {

constexpr std::size_t kUnits = 20000;

std::vector<std::pair<std::string, TestPlan>> plans() {
  TestPlan complete;
  complete.n = kUnits;
  std::vector<std::pair<std::string, TestPlan>> out;
  for (const char* name : {"complete", "type I", "type II", "random", "staggered"}) out.emplace_back(name, complete);
  out[1].second.censor_at = 900;
  out[2].second.failures = kUnits / 2;
  out[3].second.leaves = parse_life_model("weibull:shape=2,scale=900");
  out[4].second.stagger = 500;
  out[4].second.censor_at = 1200;
  return out;
}

void expect_within_errors(const ModeResult& mode, const LifeModel& truth, const std::string& plan) {
  ASSERT_EQ(mode.convergence.status, FitStatus::converged) << plan;
  for (const auto& [name, value] : truth.parameters) {
    bool found = false;
    for (const NamedQuantity& q : mode.parameters) {
      if (q.name != name) continue;
      found = true;
      EXPECT_NEAR(q.value.estimate, value, 4.0 * q.value.std_error) << plan << ": " << mode.mode << ' ' << name;
      // 20000 units leave no room for errors that hold anything.
      EXPECT_LT(q.value.std_error, 0.05 * value) << plan << ": " << mode.mode << ' ' << name;
    }
    EXPECT_TRUE(found) << plan << ": " << mode.mode << ' ' << name;
  }
}

TEST(SimulatedModes, AreFoundAgainByTheFit) {
  const std::vector<FailureMode> truth{{"wear", parse_life_model("weibull:shape=3,scale=1000")},
                                       {"early", parse_life_model("weibull:shape=0.8,scale=2500")}};
  const double t = 500.0;
  const double survival = std::exp(-std::pow(t / 1000.0, 3.0) - std::pow(t / 2500.0, 0.8));
  for (const auto& [name, plan] : plans()) {
    FitOptions options;
    options.distributions = {"weibull"};
    options.selection = "one";
    options.mode_column = "mode";
    options.bounds = "wald";
    options.at = {t};
    const ModelResult m = fit(Simulation(truth, plan, 1).draw(0), options).models.front();
    ASSERT_EQ(m.modes.size(), 2U) << name;
    for (const ModeResult& mode : m.modes) {
      const FailureMode& true_mode = truth[mode.mode == truth[0].name ? 0 : 1];
      EXPECT_EQ(mode.mode, true_mode.name);
      expect_within_errors(mode, true_mode.life, name);
    }
    const Quantity& r = m.metrics.reliability.front().value;
    EXPECT_NEAR(r.estimate, survival, 4.0 * r.std_error) << name;
    EXPECT_LT(r.std_error, 0.01) << name;
  }
}

}  // namespace
}  // namespace relia
