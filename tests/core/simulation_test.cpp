// Simulated lives against the laws they are drawn from, and plans against what they promise.

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/simulate.hpp>

#include "core/registry.hpp"
#include "core/simulation/life_law.hpp"

namespace relia {
namespace {

const double kInf = std::numeric_limits<double>::infinity();

/// Every distribution of the registry with parameters that make sense for it.
std::vector<LifeModel> models() {
  std::vector<LifeModel> out;
  for (const RegistryRow& row : registry()) {
    LifeModel m{row.distribution->name(), false, 1, {}};
    for (const std::string& name : parameter_names(m)) {
      const bool line = !row.distribution->positive();
      const double value = name == "scale"       ? 1000.0
                           : name == "shape"     ? 2.0
                           : name == "mu"        ? (line ? 50.0 : 6.0)
                           : name == "sigma"     ? (line ? 20.0 : 0.6)
                           : name == "lambda"    ? 0.5
                           : name == "mean"      ? 700.0
                           : name == "rate"      ? 1e-3
                           : name == "growth"    ? 2e-3
                           : name == "threshold" ? 150.0
                                                 : std::nan("");
      m.parameters.emplace_back(name, value);
    }
    out.push_back(m);
  }
  out.push_back({"weibull",
                 false,
                 2,
                 {{"p1", 0.3}, {"shape1", 0.8}, {"scale1", 100.0}, {"p2", 0.7}, {"shape2", 3.0}, {"scale2", 1000.0}}});
  return out;
}

/// Kolmogorov's distance to the model's own F stays below the 1 - 1e-6 quantile of its law.
TEST(Simulation, LivesFollowTheirLaw) {
  for (const LifeModel& model : models()) {
    TestPlan plan;
    plan.n = 4000;
    const LifeTable table = Simulation(model, plan, 1).draw(0);
    const LifeLaw law = life_law(model);
    const auto bound = law.distribution->bind(law.theta);
    std::vector<double> lives = table.lower;
    EXPECT_EQ(table.lower, table.upper);
    std::sort(lives.begin(), lives.end());
    double distance = 0.0;
    for (std::size_t i = 0; i < lives.size(); ++i) {
      Term t;
      bound->log_cdf(law.axis.to_u(lives[i]), t);
      const double f = std::exp(t.f), n = static_cast<double>(lives.size());
      distance = std::fmax(distance, std::fmax(std::fabs(f - static_cast<double>(i) / n),
                                               std::fabs(static_cast<double>(i + 1) / n - f)));
    }
    EXPECT_LT(distance * std::sqrt(static_cast<double>(lives.size())), 2.69) << model.distribution;
  }
}

LifeModel weibull() {
  return {"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
}

TEST(Simulation, IsAFunctionOfSeedAndReplicate) {
  TestPlan plan;
  plan.n = 50;
  plan.censor_at = 900;
  plan.leaves = parse_life_model("uniform:from=500,to=2000");
  const Simulation a(weibull(), plan, 9);
  const LifeTable later = a.draw(7);
  EXPECT_EQ(a.draw(3).lower, Simulation(weibull(), plan, 9).draw(3).lower);
  EXPECT_EQ(a.draw(7).lower, later.lower);
  EXPECT_NE(a.draw(3).lower, later.lower);
  EXPECT_NE(a.draw(3).lower, Simulation(weibull(), plan, 10).draw(3).lower);
}

TestPlan plan_of(std::size_t n, std::size_t failures = 0) {
  TestPlan out;
  out.n = n;
  out.failures = failures;
  return out;
}

/// Any number of units at a time give the rows of the whole test.
TEST(Simulation, BlocksAreTheTable) {
  const LifeModel life{"weibull", false, 1, {{"shape", 1.5}, {"scale", 800.0}}};
  const LifeModel other{"exponential", false, 1, {{"scale", 900.0}}};
  TestPlan ended = plan_of(1000);
  ended.censor_at = 700.0;
  ended.stagger = 300.0;
  ended.leaves = {"uniform", false, 1, {{"from", 10.0}, {"to", 2000.0}}};
  const TestPlan counted = plan_of(1000, 400);
  TestPlan inspected = plan_of(1000);
  inspected.inspections = {200.0, 500.0, 900.0};
  std::vector<Simulation> tests;
  for (const TestPlan& plan : {ended, counted, inspected}) {
    tests.emplace_back(life, plan, 3);
    tests.emplace_back(std::vector<FailureMode>{{"wear", life}, {"shock", other}}, plan, 3);
  }
  for (const Simulation& test : tests) {
    const LifeTable whole = test.draw(5);
    for (const std::size_t rows : {std::size_t{1}, std::size_t{7}, std::size_t{333}, std::size_t{1000}}) {
      std::size_t at = 0;
      test.draw_blocks(5, rows, [&](const LifeTable& block) {
        ASSERT_EQ(block.rows(), std::min(rows, whole.rows() - at));
        ASSERT_EQ(block.columns.size(), whole.columns.size());
        for (std::size_t i = 0; i < block.rows(); ++i, ++at) {
          EXPECT_EQ(block.lower[i], whole.lower[at]);
          EXPECT_EQ(block.upper[i], whole.upper[at]);
          for (std::size_t c = 0; c < block.columns.size(); ++c) {
            const Column &part = block.columns[c], &all = whole.columns[c];
            ASSERT_EQ(part.name, all.name);
            if (part.type == Column::Type::text) {
              EXPECT_EQ(part.levels[part.codes[i]], all.levels[all.codes[at]]);
            } else {
              EXPECT_EQ(part.numbers[i], all.numbers[at]);
            }
          }
        }
      });
      EXPECT_EQ(at, whole.rows());
    }
  }
}

/// The failure that ends a test is found by counting bits where the lives are too many to keep; some are below 0.
TEST(Simulation, FindsTheLastFailureOfManyUnits) {
  const LifeModel life{"gumbel", false, 1, {{"mu", 1.0}, {"sigma", 3.0}}};
  const std::size_t n = (std::size_t{1} << 22) + 1;
  std::vector<double> lives = Simulation(life, plan_of(n), 9).draw(0).lower;
  std::sort(lives.begin(), lives.end());
  const std::size_t failures = n / 10;
  double last = -kInf;
  std::size_t failed = 0;
  Simulation(life, plan_of(n, failures), 9).draw_blocks(0, 1U << 16U, [&](const LifeTable& block) {
    for (std::size_t i = 0; i < block.rows(); ++i) {
      last = std::fmax(last, block.lower[i]);
      if (block.lower[i] == block.upper[i]) ++failed;
    }
  });
  EXPECT_EQ(last, lives[failures - 1]);
  EXPECT_EQ(failed, failures);
}

TEST(Simulation, EndsTestsAsPlanned) {
  TestPlan complete;
  complete.n = 200;
  const std::vector<double> lives = Simulation(weibull(), complete, 1).draw(0).lower;
  std::vector<double> sorted = lives;
  std::sort(sorted.begin(), sorted.end());

  TestPlan timed = complete;
  timed.censor_at = 800;
  const LifeTable one = Simulation(weibull(), timed, 1).draw(0);
  TestPlan counted = complete;
  counted.failures = 60;
  const LifeTable two = Simulation(weibull(), counted, 1).draw(0);
  EXPECT_EQ(count_by_kind(two).failures, 60U);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    EXPECT_EQ(one.lower[i], std::fmin(lives[i], 800.0));
    EXPECT_EQ(one.upper[i], lives[i] <= 800.0 ? lives[i] : kInf);
    EXPECT_EQ(two.lower[i], std::fmin(lives[i], sorted[59]));
    EXPECT_EQ(two.upper[i], lives[i] <= sorted[59] ? lives[i] : kInf);
  }
}

TEST(Simulation, InspectionsHideWhenAUnitFailed) {
  TestPlan plan;
  plan.n = 300;
  const std::vector<double> lives = Simulation(weibull(), plan, 1).draw(0).lower;
  plan.inspections = {200, 500, 900};
  plan.censor_at = 1000;
  const LifeTable table = Simulation(weibull(), plan, 1).draw(0);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const double t = lives[i];
    EXPECT_EQ(table.lower[i], t <= 200 ? 0 : t <= 500 ? 200 : t <= 900 ? 500 : t <= 1000 ? 900 : 1000);
    EXPECT_EQ(table.upper[i], t <= 200 ? 200 : t <= 500 ? 500 : t <= 900 ? 900 : t <= 1000 ? 1000 : kInf);
  }
  plan.censor_at = kAbsent;
  const LifeTable open = Simulation(weibull(), plan, 1).draw(0);
  for (std::size_t i = 0; i < lives.size(); ++i) {
    if (lives[i] <= 900) continue;
    EXPECT_EQ(open.lower[i], 900);
    EXPECT_EQ(open.upper[i], kInf);
  }
}

TEST(Simulation, StaggeredUnitsAreAsOldAsTheirDateAllows) {
  TestPlan plan;
  plan.n = 400;
  const std::vector<double> lives = Simulation(weibull(), plan, 1).draw(0).lower;
  plan.stagger = 600;
  plan.censor_at = 1000;
  const LifeTable table = Simulation(weibull(), plan, 1).draw(0);
  ASSERT_EQ(table.columns.size(), 1U);
  EXPECT_EQ(table.columns[0].name, "entered");
  double mean = 0.0;
  for (std::size_t i = 0; i < lives.size(); ++i) {
    const double date = table.columns[0].numbers[i];
    EXPECT_GE(date, 0.0);
    EXPECT_LE(date, 600.0);
    EXPECT_EQ(table.lower[i], std::fmin(lives[i], 1000.0 - date));
    mean += date / 400.0;
  }
  EXPECT_NEAR(mean, 300.0, 5.0 * 600.0 / std::sqrt(12.0 * 400.0));
}

TEST(Simulation, UnitsLeaveAtRandom) {
  TestPlan plan;
  plan.n = 2000;
  plan.leaves = parse_life_model("exponential:scale=1000");
  const LifeModel life{"exponential", false, 1, {{"scale", 500.0}}};
  const LifeTable table = Simulation(life, plan, 1).draw(0);
  // Of two exponential ages the shorter is the life with probability 2/3.
  EXPECT_NEAR(static_cast<double>(count_by_kind(table).failures), 2000.0 * 2 / 3, 5.0 * std::sqrt(2000.0 * 2 / 9));
}

TEST(Simulation, OnlyAFractionFails) {
  LifeModel model = weibull();
  model.limited_failure = true;
  model.parameters.emplace_back("p", 0.3);
  TestPlan plan;
  plan.n = 3000;
  EXPECT_THROW(Simulation(model, plan, 1), UsageError);
  plan.failures = 1000;
  EXPECT_THROW(Simulation(model, plan, 1), UsageError);
  plan.failures = 0;
  plan.censor_at = 1e5;
  const LifeTable table = Simulation(model, plan, 1).draw(0);
  EXPECT_NEAR(static_cast<double>(count_by_kind(table).failures), 900.0, 5.0 * std::sqrt(3000 * 0.21));
}

AcceleratedTest two_levels() {
  AcceleratedTest test;
  test.stresses = {{"temperature_c", "arrhenius", ""}, {"volts", "power", ""}};
  test.coefficients = {{"intercept", -14.0}, {"activation_energy_ev", 0.7}, {"exponent[volts]", 1.5}};
  test.levels = {{{{"temperature_c", 85.0}, {"volts", 5.0}}, 30}, {{{"volts", 8.0}, {"temperature_c", 125.0}}, 40}};
  return test;
}

/// The first level is the simulation of a life with the scale that the link gives, number by number.
TEST(Simulation, StressMovesTheScaleAsTheLinkSays) {
  const LifeModel model{"weibull", false, 1, {{"shape", 2.0}}};
  TestPlan plan;
  plan.censor_at = 4000;
  const LifeTable table = simulate_accelerated(model, two_levels(), plan, 5, 2);
  ASSERT_EQ(table.rows(), 70U);
  ASSERT_EQ(table.columns.size(), 2U);
  EXPECT_EQ(table.columns[0].name, "temperature_c");
  EXPECT_EQ(table.columns[0].numbers[29], 85.0);
  EXPECT_EQ(table.columns[0].numbers[30], 125.0);
  EXPECT_EQ(table.columns[1].numbers[30], 8.0);
  const double scale = std::exp(-14.0 + 0.7 / (8.617333262e-5 * (85.0 + 273.15)) - 1.5 * std::log(5.0));
  plan.n = 30;
  const LifeTable alone = Simulation({"weibull", false, 1, {{"shape", 2.0}, {"scale", scale}}}, plan, 5).draw(2);
  for (std::size_t i = 0; i < 30; ++i) EXPECT_NEAR(table.lower[i], alone.lower[i], 1e-9 * alone.lower[i]);
  // The levels share no random numbers.
  const double other = std::exp(-14.0 + 0.7 / (8.617333262e-5 * (125.0 + 273.15)) - 1.5 * std::log(8.0));
  EXPECT_GT(std::fabs(table.lower[30] / other - table.lower[0] / scale), 1e-6);
}

TEST(Simulation, StressModelsAreComplete) {
  const LifeModel model{"weibull", false, 1, {{"shape", 2.0}}};
  const auto refused = [](const LifeModel& m, const AcceleratedTest& test) {
    EXPECT_THROW(static_cast<void>(simulate_accelerated(m, test, {}, 1, 0)), UsageError);
  };
  AcceleratedTest test = two_levels();
  test.coefficients.pop_back();
  refused(model, test);
  test = two_levels();
  test.coefficients.emplace_back("exponent[amps]", 1.0);
  refused(model, test);
  test = two_levels();
  test.levels[1].stress.pop_back();
  refused(model, test);
  test = two_levels();
  test.levels[0].stress[1].second = -5.0;
  refused(model, test);
  test = two_levels();
  test.stresses[0].column = "oven";
  refused(model, test);
  test = two_levels();
  test.stresses[1].relation = "cubic";
  refused(model, test);
  test = two_levels();
  test.levels.clear();
  refused(model, test);
  refused({"weibull", false, 1, {{"shape", 2.0}, {"scale", 9.0}}}, two_levels());
  refused({"gamma", false, 1, {{"shape", 2.0}}}, two_levels());
}

TEST(Simulation, RefusesLivesBeyondAllNumbers) {
  TestPlan plan;
  plan.n = 100;
  for (const double shape : {1e-4, 0.002}) {
    const Simulation s({"weibull", false, 1, {{"shape", shape}, {"scale", 1e3}}}, plan, 1);
    EXPECT_THROW(static_cast<void>(s.draw(0)), UsageError) << shape;
  }
}

TEST(Simulation, RefusesWhatDoesNotGoTogether) {
  const auto refused = [](const LifeModel& model, const TestPlan& plan) {
    EXPECT_THROW(Simulation(model, plan, 1), UsageError);
  };
  TestPlan plan;
  refused(weibull(), plan);  // no unit
  plan.n = 10;
  LifeModel m = weibull();
  m.parameters.pop_back();
  refused(m, plan);
  m.parameters.emplace_back("scale", -1.0);
  refused(m, plan);
  m = weibull();
  m.parameters.emplace_back("sigma", 1.0);
  refused(m, plan);
  m.distribution = "weibul";
  refused(m, plan);
  TestPlan p = plan;
  p.failures = 11;
  refused(weibull(), p);
  p.failures = 5;
  p.inspections = {100};
  refused(weibull(), p);
  p = plan;
  p.stagger = 100;
  refused(weibull(), p);
  p.censor_at = 50;
  refused(weibull(), p);
  p = plan;
  p.inspections = {100, 100};
  refused(weibull(), p);
  for (const char* law : {"uniform:from=5", "uniform:from=5,to=4", "normal:mu=1,sigma=1", "weibull:shape=1"}) {
    p = plan;
    p.leaves = parse_life_model(law);
    refused(weibull(), p);
  }
  m = {"weibull", false, 2, {{"p1", 0.3}, {"shape1", 1}, {"scale1", 1}, {"p2", 0.6}, {"shape2", 1}, {"scale2", 9}}};
  refused(m, plan);
  m.parameters[0].second = 0.4;
  EXPECT_EQ(Simulation(m, plan, 1).draw(0).lower.size(), 10U);
  m.parameters[0].second = 1.0;
  refused(m, plan);
  EXPECT_THROW(static_cast<void>(parse_life_model("weibull:shape")), UsageError);
  EXPECT_THROW(static_cast<void>(parse_life_model("weibull:shape=x")), UsageError);
}

}  // namespace
}  // namespace relia
