// Competing failure modes: what is drawn against the lives of the modes drawn one by one.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/simulate.hpp>

namespace relia {
namespace {

const double kInf = std::numeric_limits<double>::infinity();
constexpr std::size_t kUnits = 300;

FailureMode mode(const std::string& name, const std::string& law) {
  return {name, parse_life_model(law)};
}

FailureMode wear() {
  return mode("wear", "weibull:shape=3,scale=1000");
}
FailureMode shock() {
  return mode("shock", "exponential:scale=1500");
}
FailureMode crack() {
  return mode("crack", "lognormal:mu=7,sigma=0.5");
}
/// A mode that comes only after the end of every test.
FailureMode never() {
  return mode("never", "weibull:shape=5,scale=1e9");
}

TestPlan complete() {
  TestPlan plan;
  plan.n = kUnits;
  return plan;
}

std::vector<double> lives(const std::vector<FailureMode>& modes) {
  return Simulation(modes, complete(), 5).draw(2).lower;
}

/// Three modes, and each unit's life in each of them.
struct Known {
  std::vector<FailureMode> modes{wear(), shock(), crack()};
  std::vector<std::vector<double>> life{lives({wear(), never()}), lives({never(), shock()}),
                                        lives({never(), mode("nor this", "weibull:shape=5,scale=1e9"), crack()})};
};

std::string cause(const LifeTable& t, std::size_t i) {
  const Column& c = *t.find("mode");
  return c.levels.at(c.codes.at(i));
}

TEST(SimulatedModes, AUnitFailsOfTheFirstToCome) {
  const Known k;
  const LifeTable t = Simulation(k.modes, complete(), 5).draw(2);
  ASSERT_EQ(t.rows(), kUnits);
  ASSERT_EQ(t.columns.size(), 1U);
  std::vector<int> failures(3, 0);
  for (std::size_t i = 0; i < kUnits; ++i) {
    std::size_t first = 0;
    for (std::size_t m = 1; m < 3; ++m) first = k.life[m][i] < k.life[first][i] ? m : first;
    EXPECT_EQ(t.lower[i], k.life[first][i]);
    EXPECT_EQ(t.upper[i], t.lower[i]);
    EXPECT_EQ(cause(t, i), k.modes[first].name);
    ++failures[first];
  }
  for (const int r : failures) EXPECT_GT(r, 30);
}

TEST(SimulatedModes, AreAFunctionOfSeedAndReplicateAndPlace) {
  const std::vector<FailureMode> two{wear(), shock()};
  const Simulation s(two, complete(), 5);
  const LifeTable later = s.draw(7);
  EXPECT_EQ(s.draw(2).lower, Simulation(two, complete(), 5).draw(2).lower);
  EXPECT_EQ(s.draw(2).find("mode")->codes, Simulation(two, complete(), 5).draw(2).find("mode")->codes);
  EXPECT_EQ(s.draw(7).lower, later.lower);
  EXPECT_NE(s.draw(2).lower, later.lower);
  EXPECT_NE(s.draw(2).lower, Simulation(two, complete(), 6).draw(2).lower);
  // The first mode's numbers are those of its life by itself; the second's are others.
  EXPECT_EQ(lives({wear(), never()}), Simulation(wear().life, complete(), 5).draw(2).lower);
  EXPECT_NE(lives({never(), wear()}), Simulation(wear().life, complete(), 5).draw(2).lower);
}

/// Failures in units of which none depends on another's number: the correlation of two modes' ranks is noise.
TEST(SimulatedModes, AreIndependent) {
  TestPlan plan = complete();
  plan.n = 20000;
  const auto uniform = [&](const std::vector<FailureMode>& modes) {
    std::vector<double> u = Simulation(modes, plan, 1).draw(0).lower;
    for (double& t : u) t = std::exp(-t / 1500.0) - 0.5;
    return u;
  };
  const std::vector<double> a = uniform({shock(), never()}), b = uniform({never(), shock()});
  double sum = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += 12.0 * a[i] * b[i];
  EXPECT_LT(std::fabs(sum), 4.0 * std::sqrt(static_cast<double>(a.size())));
}

TEST(SimulatedModes, EveryPlanEndsThem) {
  const Known k;
  const std::vector<double> life = lives(k.modes);
  std::vector<double> sorted = life;
  std::sort(sorted.begin(), sorted.end());
  const LifeTable free = Simulation(k.modes, complete(), 5).draw(2);
  std::vector<TestPlan> plans(5, complete());
  plans[0].censor_at = 700;
  plans[1].failures = 120;
  plans[2].leaves = parse_life_model("uniform:from=100,to=1500");
  plans[3].stagger = 300;
  plans[3].censor_at = 900;
  plans[4].inspections = {200, 500, 700};
  plans[4].censor_at = 800;
  for (std::size_t p = 0; p < plans.size(); ++p) {
    const LifeTable t = Simulation(k.modes, plans[p], 5).draw(2);
    // Ages at which units leave at random: those of units that cannot fail before.
    const LifeTable leaving = Simulation(never().life, plans[2], 5).draw(2);
    std::size_t survivors = 0;
    for (std::size_t i = 0; i < kUnits; ++i) {
      const bool failed = t.upper[i] < kInf;
      survivors += failed ? 0 : 1;
      EXPECT_EQ(cause(t, i), failed ? cause(free, i) : "") << p << ' ' << i;
      const double x = life[i];
      if (p == 4) {
        const double seen = x <= 200 ? 200 : x <= 500 ? 500 : x <= 700 ? 700 : x <= 800 ? 800 : kInf;
        EXPECT_EQ(t.upper[i], seen) << i;
        continue;
      }
      const double end = p == 0   ? 700.0
                         : p == 1 ? sorted[119]
                         : p == 2 ? leaving.lower[i]
                                  : 900.0 - t.find("entered")->numbers[i];
      EXPECT_EQ(t.lower[i], std::fmin(x, end)) << p << ' ' << i;
      EXPECT_EQ(failed, x <= end) << p << ' ' << i;
    }
    EXPECT_GT(survivors, 10U) << p;
    EXPECT_LT(survivors, kUnits - 10) << p;
  }
}

/// Units that fail after the last of open inspections are survivors of unknown mode.
TEST(SimulatedModes, NobodySeesWhatComesAfterTheLastLook) {
  TestPlan plan = complete();
  plan.inspections = {300};
  const LifeTable t = Simulation({wear(), shock()}, plan, 5).draw(2);
  for (std::size_t i = 0; i < kUnits; ++i) EXPECT_EQ(cause(t, i).empty(), t.upper[i] == kInf);
}

/// Of two modes that need not come one comes all the same, unless it is censored.
TEST(SimulatedModes, MayNeverCome) {
  const FailureMode a = mode("a", "gompertz:rate=1e-3,growth=-1e-3"), b = mode("b", "gompertz:rate=2e-3,growth=-1e-3");
  EXPECT_THROW(Simulation({a, b}, complete(), 1), UsageError);
  EXPECT_EQ(Simulation({a, shock()}, complete(), 1).draw(0).rows(), kUnits);
  TestPlan plan = complete();
  plan.n = 4000;
  plan.censor_at = 1e6;
  // Cumulative hazards end at rate / -growth: 1 and 2.
  const double failures = 1.0 - std::exp(-3.0);
  EXPECT_NEAR(static_cast<double>(count_by_kind(Simulation({a, b}, plan, 1).draw(0)).failures), 4000 * failures,
              5.0 * std::sqrt(4000 * failures * (1.0 - failures)));
}

TEST(SimulatedModes, RefusesWhatMakesNoSense) {
  const auto refused = [](const std::vector<FailureMode>& modes, const TestPlan& plan = complete()) {
    EXPECT_THROW(Simulation(modes, plan, 1), UsageError);
  };
  refused({});
  refused({wear()});
  refused({wear(), mode("wear", "exponential:scale=5")});
  refused({wear(), mode("", "exponential:scale=5")});
  refused({wear(), mode("x", "exponential:shape=5")});
  refused({wear(), mode("x", "uniform:from=5,to=7")});
  TestPlan plan = complete();
  plan.inspections = {100};
  refused({wear(), mode("x", "normal:mu=500,sigma=50")}, plan);
  plan.n = 0;
  refused({wear(), shock()}, plan);
  EXPECT_THROW(static_cast<void>(parse_life_model("weibull:shape=1,shape=2,scale=3")), UsageError);
  const Simulation beyond({wear(), mode("x", "weibull:shape=1e-4,scale=1")}, complete(), 1);
  EXPECT_THROW(static_cast<void>(beyond.draw(0)), UsageError);
}

}  // namespace
}  // namespace relia
