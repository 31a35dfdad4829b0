// The accelerated engine against published numbers, hand formulas and itself by another road.

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/alt.hpp>
#include <relia/error.hpp>
#include <relia/fit.hpp>

#include "core/distributions/distribution.hpp"
#include "core/numeric/special.hpp"
#include "core/registry.hpp"
#include "core/stress_life/stress_life.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/exposure.hpp"

namespace relia {
namespace {

Column numbers(std::string name, std::vector<double> values, std::string unit = "") {
  Column c;
  c.name = std::move(name);
  c.unit = std::move(unit);
  c.numbers = std::move(values);
  return c;
}

Column texts(std::string name, const std::vector<std::string>& values) {
  Column c;
  c.name = std::move(name);
  c.type = Column::Type::text;
  for (const std::string& v : values) {
    auto it = std::find(c.levels.begin(), c.levels.end(), v);
    if (it == c.levels.end()) it = c.levels.insert(c.levels.end(), v);
    c.codes.push_back(static_cast<std::uint32_t>(it - c.levels.begin()));
  }
  return c;
}

struct Unit {
  double lower, upper, stress;
  double count = 1.0;
};

LifeTable table_of(const std::vector<Unit>& units, const std::string& name, const std::string& unit = "") {
  LifeTable t;
  std::vector<double> stress;
  for (const Unit& u : units) {
    t.lower.push_back(u.lower);
    t.upper.push_back(u.upper);
    t.count.push_back(u.count);
    stress.push_back(u.stress);
  }
  t.columns.push_back(numbers(name, stress, unit));
  return t;
}

Unit failed(double t, double stress) {
  return {t, t, stress};
}
Unit alive(double t, double stress, double count = 1.0) {
  return {t, kInfinity, stress, count};
}

AltOptions asked(const std::string& dist, const std::string& column, const std::string& relation) {
  AltOptions o;
  o.fit.distributions = {dist};
  o.fit.selection = "one";
  o.fit.threads = 1;
  o.stresses.push_back({{{column, relation}}});
  return o;
}

const NamedQuantity& parameter(const ModelResult& m, const std::string& name) {
  for (const NamedQuantity& p : m.parameters) {
    if (p.name == name) return p;
  }
  for (const NamedQuantity& p : m.derived) {
    if (p.name == name) return p;
  }
  ADD_FAILURE() << "no parameter " << name;
  static const NamedQuantity none;
  return none;
}

const LikelihoodRatioTest& test_named(const AltReport& r, const std::string& name) {
  for (const LikelihoodRatioTest& t : r.models.front().tests) {
    if (t.name == name) return t;
  }
  ADD_FAILURE() << "no test " << name;
  static const LikelihoodRatioTest none;
  return none;
}

// Lives at three loads; failures at every level and some suspensions.
std::vector<Unit> loads() {
  std::vector<Unit> out;
  for (const double t : {245.0, 312.0, 409.0}) out.push_back(failed(t, 100));
  out.push_back(alive(500, 100, 3));
  for (const double t : {110.0, 180.0, 200.0, 222.0}) out.push_back(failed(t, 200));
  out.push_back(alive(250, 200, 2));
  for (const double t : {50.0, 70.0, 88.0, 112.0, 140.0, 160.0}) out.push_back(failed(t, 300));
  return out;
}

// NIST/SEMATECH e-Handbook 8.4.2.1: three temperatures, read out to 1000 h.
std::vector<Unit> nist_cells() {
  std::vector<Unit> out;
  for (const double t : {401, 428, 695, 725, 738}) out.push_back(failed(t, 85));
  out.push_back(alive(1000, 85, 95));
  for (const double t : {171, 187, 189, 266, 275, 285, 301, 302, 305, 316, 317, 324, 349, 350, 386, 405, 480, 493,
                         530, 534, 536, 567, 589, 598, 599, 614, 620, 650, 668, 685, 718, 795, 854, 917, 926})
    out.push_back(failed(t, 105));
  out.push_back(alive(1000, 105, 15));
  for (const double t : {24,  42,  92,  93,  141, 142, 143, 159, 181, 188, 194, 199,
                         207, 213, 243, 256, 259, 290, 294, 305, 392, 454, 502, 696})
    out.push_back(failed(t, 125));
  out.push_back(alive(1000, 125));
  return out;
}

TEST(Alt, TwoStepGivesTheHandbooksArrheniusLine) {
  AltOptions o = asked("lognormal", "temp_c", "arrhenius");
  o.fit.method = "two-step";
  o.fit.ranks = "benard";
  const AltReport r = alt(table_of(nist_cells(), "temp_c", "celsius"), o);
  const ModelResult& m = r.fit.models.front();
  EXPECT_EQ(m.convergence.status, FitStatus::closed_form);
  // The handbook writes ln T50 = ln A + dH * 11605/T.
  EXPECT_NEAR(parameter(m, "intercept").value.estimate, -18.3113408, 1e-5);
  EXPECT_NEAR(parameter(m, "activation_energy_ev").value.estimate / (11605.0 * kBoltzmannEv), 0.8084907, 5.1e-8);
}

TEST(Alt, StepStressGivesThePublishedExponent) {
  // ReliaSoft, time-varying stress example: eleven units on a six-step profile.
  LifeTable profile;
  profile.lower = profile.upper = {0, 250, 350, 370, 380, 390};
  profile.columns.push_back(numbers("volts", {2, 3, 4, 5, 6, 7}));
  LifeTable data;
  data.lower = data.upper = {280, 310, 330, 352, 360, 366, 371, 374, 378, 381, 385};
  AltOptions o = asked("weibull", "volts", "power");
  o.profile = &profile;
  o.use = {{"volts", "2"}};
  o.fit.bounds = "wald";
  const AltReport r = alt(data, o);
  const ModelResult& m = r.fit.models.front();
  ASSERT_EQ(m.convergence.status, FitStatus::converged);
  EXPECT_NEAR(parameter(m, "exponent[volts]").value.estimate, 3.9984681, 1e-4);
  // An independent optimiser, stopped a little short of the maximum.
  EXPECT_NEAR(parameter(m, "shape").value.estimate, 2.67825256588274, 1e-4);
  EXPECT_NEAR(m.log_likelihood, -48.88882088144263, 1e-8);
  EXPECT_GE(m.log_likelihood, -48.88882088144263);
}

TEST(Alt, AProfileOfEqualStepsIsAConstantStress) {
  const std::vector<Unit> units = loads();
  AltOptions o = asked("weibull", "load", "power");
  o.use = {{"load", "60"}};
  o.fit.at = {700};
  LifeTable constant = table_of(units, "load");
  const AltReport a = alt(constant, o);

  LifeTable profile;
  std::vector<std::string> names;
  std::vector<double> load;
  for (const double level : {100.0, 200.0, 300.0}) {
    for (const double start : {0.0, 60.0, 130.0, 300.0}) {
      profile.lower.push_back(start);
      load.push_back(level);
      names.push_back(std::to_string(static_cast<int>(level)));
    }
  }
  profile.upper = profile.lower;
  profile.columns = {numbers("load", load), texts("test", names)};
  std::vector<std::string> which;
  for (const Unit& u : units) which.push_back(std::to_string(static_cast<int>(u.stress)));
  LifeTable data = constant;
  data.columns = {texts("test", which)};
  AltOptions p = o;
  p.profile = &profile;
  p.profile_column = "test";
  const AltReport b = alt(data, p);
  const ModelResult &x = a.fit.models.front(), &y = b.fit.models.front();
  ASSERT_EQ(y.convergence.status, FitStatus::converged);
  EXPECT_NEAR(y.log_likelihood / x.log_likelihood, 1.0, 1e-13);
  for (const char* name : {"intercept", "exponent[load]", "shape"}) {
    const Quantity &u = parameter(x, name).value, &v = parameter(y, name).value;
    EXPECT_NEAR(v.estimate / u.estimate, 1.0, 1e-10) << name;
    EXPECT_NEAR(v.std_error / u.std_error, 1.0, 1e-10) << name;
    EXPECT_NEAR(v.lower / u.lower, 1.0, 1e-10) << name;
    EXPECT_NEAR(v.upper / u.upper, 1.0, 1e-10) << name;
  }
  const Quantity &u = x.metrics.reliability.front().value, &v = y.metrics.reliability.front().value;
  EXPECT_NEAR(v.lower / u.lower, 1.0, 1e-10);
  EXPECT_NEAR(v.upper / u.upper, 1.0, 1e-10);
}

TEST(Alt, AMissionAtOneStressIsThatStress) {
  LifeTable mission;
  mission.lower = mission.upper = {0, 6, 24};
  mission.columns.push_back(numbers("load", {60, 60, 60}));
  AltOptions o = asked("lognormal", "load", "power");
  o.use = {{"load", "60"}};
  const LifeTable data = table_of(loads(), "load");
  const AltReport a = alt(data, o);
  AltOptions p = o;
  p.use.clear();
  p.use_profile = &mission;
  const AltReport b = alt(data, p);
  for (std::size_t i = 0; i < 4; ++i) {
    const Quantity& u = a.fit.models.front().metrics.quantiles[i].value;
    const Quantity& v = b.fit.models.front().metrics.quantiles[i].value;
    EXPECT_NEAR(v.estimate / u.estimate, 1.0, 1e-12);
    EXPECT_NEAR(v.lower / u.lower, 1.0, 1e-10);
    EXPECT_NEAR(v.upper / u.upper, 1.0, 1e-10);
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(a.models.front().acceleration[i].factor.upper / b.models.front().acceleration[i].factor.upper, 1.0,
                1e-10);
  }
}

TEST(Alt, AMissionOfTwoLoadsAveragesDamage) {
  // Miner's rule for a power law: life^-1 is the mean of the lives' inverses.
  LifeTable mission;
  mission.lower = mission.upper = {0, 6, 24};
  mission.columns.push_back(numbers("load", {200, 60, 60}));
  const LifeTable data = table_of(loads(), "load");
  const auto median = [&](const StressValues& use, const LifeTable* profile) {
    AltOptions o = asked("weibull", "load", "power");
    o.fit.quantiles = {0.5};
    o.use = use;
    o.use_profile = profile;
    return alt(data, o).fit.models.front().metrics.quantiles.front().value.estimate;
  };
  const double high = median({{"load", "200"}}, nullptr), low = median({{"load", "60"}}, nullptr);
  EXPECT_NEAR(median({}, &mission) * (0.25 / high + 0.75 / low), 1.0, 1e-12);
}

TEST(Alt, ARampIsTheLimitOfManySteps) {
  LifeTable ramp, steps;
  ramp.lower = ramp.upper = {0, 400};
  ramp.columns = {numbers("load", {100, 300}), numbers("ramp", {1, 0})};
  std::vector<double> load;
  constexpr int kSteps = 4000;
  for (int i = 0; i < kSteps; ++i) {
    steps.lower.push_back(400.0 * i / kSteps);
    load.push_back(100 + 200 * (i + 0.5) / kSteps);
  }
  steps.lower.push_back(400);
  load.push_back(300);
  steps.upper = steps.lower;
  steps.columns = {numbers("load", load)};
  LifeTable data;
  data.lower = {120, 150, 190, 205, 230, 260, 275, 290, 330, 420};
  data.upper = {120, 150, 190, 205, 230, 260, 275, 290, 330, kInfinity};
  // One ramp says little about the exponent: hold it, so that the comparison is sharp.
  AltOptions o = asked("weibull", "load", "power");
  o.fit.fixed = {{"exponent[load]", 3.0}};
  o.fit.bounds = "wald";
  o.profile = &ramp;
  const ModelResult a = alt(data, o).fit.models.front();
  o.profile = &steps;
  const ModelResult b = alt(data, o).fit.models.front();
  ASSERT_EQ(a.convergence.status, FitStatus::converged);
  EXPECT_NEAR(parameter(a, "intercept").value.estimate / parameter(b, "intercept").value.estimate, 1.0, 1e-6);
  EXPECT_NEAR(parameter(a, "shape").value.estimate / parameter(b, "shape").value.estimate, 1.0, 1e-3);
}

TEST(Alt, ExposureDerivativesAgreeWithDifferences) {
  LifeTable profile;
  profile.lower = profile.upper = {0, 2, 5, 9};
  profile.columns = {numbers("s", {1, 2, 1.5, 3}), numbers("ramp", {0, 1, 0, 0})};
  LifeTable data;
  data.lower = {1, 3, 4, 0, 6, 10, 12};
  data.upper = {1, 3, 7, 5, kInfinity, 10, 15};
  AltOptions o = asked("weibull", "s", "power");
  const AltDesign design(profile, o);
  const StressProfiles profiles(profile, design, "", false);
  const Axis axis = prepare(data, true).axis;
  const Exposures e = profiles.exposures(data, axis, "");
  const Design mean = StressProfiles::mean_design(e, data, 2);
  const Sample sample = prepare(data, true, &mean);
  for (const char* name : {"weibull", "lognormal", "loglogistic"}) {
    const auto d = find_distribution(name);
    const ExposureLikelihood l(*d, sample, e);
    const std::vector<double> theta = {0.3, 0.4, -0.2};
    const Jet at = l.evaluate(theta);
    for (std::size_t i = 0; i < 3; ++i) {
      constexpr double kStep = 1e-5;
      std::vector<double> up = theta, down = theta;
      up[i] += kStep;
      down[i] -= kStep;
      const Jet a = l.evaluate(up), b = l.evaluate(down);
      const auto k = static_cast<Eigen::Index>(i);
      EXPECT_NEAR(at.g[k], (a.f - b.f) / (2 * kStep), 1e-7 * (1 + std::fabs(at.g[k]))) << name;
      for (Eigen::Index j = 0; j < 3; ++j) {
        EXPECT_NEAR(at.h(k, j), (a.g[j] - b.g[j]) / (2 * kStep), 1e-7 * (1 + std::fabs(at.h(k, j)))) << name;
      }
    }
  }
}

TEST(Alt, LikelihoodRatioBoundsDropTheLikelihoodByTheRightAmount) {
  const LifeTable data = table_of(loads(), "load");
  AltOptions o = asked("weibull", "load", "power");
  const ModelResult whole = alt(data, o).fit.models.front();
  const double z = normal_quantile(0.975);
  for (const char* name : {"intercept", "exponent[load]", "shape"}) {
    for (const bool upper : {false, true}) {
      AltOptions held = o;
      const Quantity& q = parameter(whole, name).value;
      held.fit.fixed = {{name, upper ? q.upper : q.lower}};
      const ModelResult m = alt(data, held).fit.models.front();
      ASSERT_EQ(m.convergence.status, FitStatus::converged);
      EXPECT_EQ(m.free_parameters, 2);
      EXPECT_NEAR(2 * (whole.log_likelihood - m.log_likelihood), z * z, 1e-9) << name;
      EXPECT_TRUE(parameter(m, name).fixed);
    }
  }
}

TEST(Alt, AccelerationFactorOfAPowerLawFollowsItsExponent) {
  AltOptions o = asked("lognormal", "load", "power");
  o.use = {{"load", "50"}};
  o.acceleration = {{{{"load", "300"}}, {{"load", "100"}}}};
  const AltReport r = alt(table_of(loads(), "load"), o);
  const Quantity& n = parameter(r.fit.models.front(), "exponent[load]").value;
  const std::vector<Acceleration>& a = r.models.front().acceleration;
  ASSERT_EQ(a.size(), 4U);
  EXPECT_NEAR(a[1].factor.estimate / std::pow(4.0, n.estimate), 1.0, 1e-12);
  EXPECT_NEAR(a[1].factor.lower / std::pow(4.0, n.lower), 1.0, 1e-9);
  EXPECT_NEAR(a[1].factor.upper / std::pow(4.0, n.upper), 1.0, 1e-9);
  EXPECT_NEAR(a[3].factor.upper / std::pow(3.0, n.upper), 1.0, 1e-9);
  EXPECT_EQ(a[3].to.front().value, 100.0);
}

TEST(Alt, TestsOfTheModelAreLikelihoodRatios) {
  const std::vector<Unit> units = loads();
  const AltReport r = alt(table_of(units, "load"), asked("weibull", "load", "power"));
  double alone = 0.0;
  for (const double level : {100.0, 200.0, 300.0}) {
    std::vector<Unit> part;
    for (const Unit& u : units) {
      if (u.stress == level) part.push_back(u);
    }
    FitOptions f;
    f.distributions = {"weibull"};
    f.selection = "one";
    f.bounds = "none";
    alone += fit(table_of(part, "load"), f).models.front().log_likelihood;
  }
  // With a factor in place of the relation every level has its own scale.
  LifeTable by_level = table_of(units, "load");
  std::vector<std::string> names;
  for (const Unit& u : units) names.push_back(std::to_string(static_cast<int>(u.stress)));
  by_level.columns = {texts("level", names)};
  AltOptions factors;
  factors.fit.distributions = {"weibull"};
  factors.fit.selection = "one";
  factors.factors = {"level"};
  const double scales = alt(by_level, factors).fit.models.front().log_likelihood;
  const LikelihoodRatioTest& shape = test_named(r, "common_shape");
  EXPECT_EQ(shape.degrees_of_freedom, 2);
  EXPECT_NEAR(shape.statistic, 2 * (alone - scales), 1e-9);
  EXPECT_NEAR(shape.p_value, std::exp(-0.5 * shape.statistic), 1e-12);
  const LikelihoodRatioTest& fit_test = test_named(r, "lack_of_fit");
  EXPECT_EQ(fit_test.degrees_of_freedom, 1);
  EXPECT_NEAR(fit_test.statistic, 2 * (scales - r.fit.models.front().log_likelihood), 1e-9);
  ASSERT_EQ(r.models.front().levels.size(), 3U);
  EXPECT_EQ(r.models.front().levels[1].data.n, 6U);
}

TEST(Alt, SeparateShapesGiveTheSumOfTheLevels) {
  // Two levels, so that the relation passes through both: the model is the two individual fits.
  std::vector<Unit> units;
  for (const Unit& u : loads()) {
    if (u.stress < 250) units.push_back(u);
  }
  AltOptions o = asked("weibull", "load", "power");
  o.shape = "separate";
  const AltReport r = alt(table_of(units, "load"), o);
  ASSERT_EQ(r.fit.models.front().convergence.status, FitStatus::converged);
  double alone = 0.0;
  for (const LevelResult& l : r.models.front().levels) {
    alone += l.log_likelihood;
    const std::string name = "shape[load=" + std::to_string(static_cast<int>(l.stress.front().value)) + "]";
    EXPECT_NEAR(parameter(r.fit.models.front(), name).value.estimate / l.parameters.front().value.estimate, 1.0, 1e-9);
    EXPECT_NEAR(l.common_estimate / l.parameters[1].value.estimate, 1.0, 1e-9);
  }
  EXPECT_NEAR(r.fit.models.front().log_likelihood, alone, 1e-10);
  AltOptions follows = asked("weibull", "load", "power");
  follows.shape_stresses.push_back({{{"load", "log"}}});
  const AltReport s = alt(table_of(units, "load"), follows);
  EXPECT_NEAR(s.fit.models.front().log_likelihood, alone, 1e-10);
  EXPECT_EQ(test_named(s, "common_shape").degrees_of_freedom, 1);
}

TEST(Alt, WeibayesAtStressIsChiSquared) {
  // No failure; shape and activation energy known: lives moved to use by their factor, then 2 sum t^b / chi2.
  const std::vector<Unit> units = {alive(1000, 85, 10), alive(800, 125, 20)};
  AltOptions o = asked("weibull", "temp_c", "arrhenius");
  o.fit.fixed = {{"shape", 1.5}, {"activation_energy_ev", 0.7}};
  o.use = {{"temp_c", "55"}};
  o.fit.confidence = 0.9;
  o.fit.sides = "lower";
  o.fit.quantiles = {0.1};
  const AltReport r = alt(table_of(units, "temp_c", "celsius"), o);
  const ModelResult& m = r.fit.models.front();
  EXPECT_EQ(m.convergence.status, FitStatus::boundary);
  const auto factor = [](double c) { return std::exp(0.7 / kBoltzmannEv * (1 / (55 + 273.15) - 1 / (c + 273.15))); };
  const double sum = 10 * std::pow(1000 * factor(85), 1.5) + 20 * std::pow(800 * factor(125), 1.5);
  const double scale = std::pow(2 * sum / chi_squared_quantile(0.9, 2), 1 / 1.5);
  EXPECT_NEAR(m.metrics.quantiles.front().value.lower / (scale * std::pow(-std::log(0.9), 1 / 1.5)), 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(m.metrics.quantiles.front().value.estimate));
}

TEST(Alt, ProportionalHazardsReportsTheCoefficientsOfTheHazard) {
  AltOptions o = asked("weibull", "load", "linear");
  o.model = "ph-weibull";
  const ModelResult m = alt(table_of(loads(), "load"), o).fit.models.front();
  const double b = parameter(m, "shape").value.estimate, c = parameter(m, "coefficient[load]").value.estimate;
  const Quantity& h = parameter(m, "hazard_coefficient[load]").value;
  EXPECT_NEAR(h.estimate / (-b * c), 1.0, 1e-14);
  EXPECT_LT(h.lower, h.estimate);
  EXPECT_GT(h.upper, h.estimate);
}

FitStatus verdict(const std::vector<Unit>& units, std::string* reason = nullptr, const std::string& dist = "weibull") {
  AltOptions o = asked(dist, "load", "power");
  o.fit.bounds = "none";
  const ModelResult m = alt(table_of(units, "load"), o).fit.models.front();
  if (reason != nullptr) *reason = m.convergence.reason;
  return m.convergence.status;
}

TEST(Alt, VerdictsAreTrue) {
  std::string why;
  EXPECT_EQ(verdict({failed(10, 1), failed(20, 1), alive(30, 1)}, &why), FitStatus::flat);
  EXPECT_NE(why.find("one level"), std::string::npos) << why;
  EXPECT_EQ(verdict({alive(10, 1), alive(20, 2)}), FitStatus::unbounded);
  // Failures at the highest level only: the exponent can grow without end.
  EXPECT_EQ(verdict({failed(10, 3), failed(20, 3), alive(30, 1), alive(30, 2)}, &why), FitStatus::unbounded);
  EXPECT_NE(why.find("All failures happened at one level"), std::string::npos) << why;
  // At a middle level only, with survivors below and above: there is a maximum.
  EXPECT_EQ(verdict({failed(10, 2), failed(20, 2), alive(30, 1), alive(3, 3)}), FitStatus::converged);
  // One failure a level, on a line: the spread can shrink to nothing.
  EXPECT_EQ(verdict({failed(10, 1), failed(5, 2)}), FitStatus::unbounded);
  EXPECT_EQ(verdict({failed(10, 1), failed(5, 2)}, nullptr, "exponential"), FitStatus::converged);
  EXPECT_EQ(verdict({failed(10, 1), failed(5, 2), failed(3, 4)}), FitStatus::converged);
  EXPECT_EQ(verdict({failed(8, 1), failed(4, 2), failed(2, 4)}), FitStatus::unbounded);
  // A level without failures is no obstacle.
  EXPECT_EQ(verdict({failed(10, 2), failed(20, 2), failed(4, 3), failed(6, 3), alive(30, 1)}), FitStatus::converged);
}

TEST(Alt, StressesThatMoveTogetherAreNamed) {
  LifeTable t = table_of(loads(), "load");
  std::vector<double> twice;
  for (const double v : t.columns.front().numbers) twice.push_back(v * v);
  t.columns.push_back(numbers("square", twice));
  AltOptions o = asked("weibull", "load", "log");
  o.stresses.push_back({{{"square", "log"}}});
  const ModelResult m = alt(t, o).fit.models.front();
  EXPECT_EQ(m.convergence.status, FitStatus::flat);
  EXPECT_NE(m.convergence.reason.find("coefficient[load] and coefficient[square]"), std::string::npos)
      << m.convergence.reason;
  o.fit.fixed = {{"coefficient[square]", 0.0}};
  const ModelResult held = alt(t, o).fit.models.front();
  EXPECT_EQ(held.convergence.status, FitStatus::converged);
  EXPECT_NEAR(held.log_likelihood,
              alt(table_of(loads(), "load"), asked("weibull", "load", "log")).fit.models.front().log_likelihood, 1e-11);
}

TEST(Alt, UnitsOfTemperatureAreHandled) {
  std::vector<Unit> celsius = nist_cells(), kelvin = celsius, fahrenheit = celsius;
  for (Unit& u : kelvin) u.stress += 273.15;
  for (Unit& u : fahrenheit) u.stress = u.stress * 1.8 + 32;
  const auto energy = [](const std::vector<Unit>& units, const std::string& unit) {
    return parameter(alt(table_of(units, "temp", unit), asked("weibull", "temp", "arrhenius")).fit.models.front(),
                     "activation_energy_ev")
        .value.estimate;
  };
  const double e = energy(celsius, "celsius");
  EXPECT_NEAR(energy(kelvin, "kelvin") / e, 1.0, 1e-10);
  EXPECT_NEAR(energy(fahrenheit, "fahrenheit") / e, 1.0, 1e-10);
  EXPECT_THROW(static_cast<void>(energy(celsius, "")), UsageError);
  // Any name says its unit by its last word, not only those that begin with temp.
  for (const char* name : {"tmax_c", "junction_C", "t_c"}) {
    const AltReport named = alt(table_of(celsius, name), asked("weibull", name, "arrhenius"));
    EXPECT_EQ(parameter(named.fit.models.front(), "activation_energy_ev").value.estimate, e) << name;
    EXPECT_EQ(named.stresses.front().unit, "celsius");
  }
  const AltReport cold = alt(table_of(celsius, "temp", "kelvin"), asked("weibull", "temp", "arrhenius"));
  ASSERT_FALSE(cold.fit.warnings.empty());
  EXPECT_NE(cold.fit.warnings.front().find("--unit temp=celsius"), std::string::npos);
}

TEST(Alt, TimesInOtherUnitsMoveTheInterceptOnly) {
  std::vector<Unit> seconds = loads();
  for (Unit& u : seconds) {
    u.lower *= 3600;
    u.upper *= 3600;
  }
  for (const char* dist : {"weibull", "lognormal", "gamma"}) {
    const ModelResult a = alt(table_of(loads(), "load"), asked(dist, "load", "power")).fit.models.front();
    const ModelResult b = alt(table_of(seconds, "load"), asked(dist, "load", "power")).fit.models.front();
    EXPECT_NEAR(parameter(b, "intercept").value.estimate - parameter(a, "intercept").value.estimate, std::log(3600.0),
                1e-8);
    EXPECT_NEAR(parameter(b, "exponent[load]").value.upper / parameter(a, "exponent[load]").value.upper, 1.0, 1e-9);
  }
}

TEST(Alt, SimulatedStepStressRecoversTheTruthAtTheNominalRate) {
  // Stress 1 for 40 h, 1.5 for 15 h, then 2; exponent 3, shape 2, scale at stress 1: 100 h; suspended at 75 h.
  LifeTable profile;
  profile.lower = profile.upper = {0, 40, 55};
  profile.columns.push_back(numbers("s", {1, 1.5, 2}));
  std::mt19937_64 random(20);
  std::exponential_distribution<double> unit;
  int covered = 0;
  constexpr int kReplicates = 400;
  for (int r = 0; r < kReplicates; ++r) {
    LifeTable data;
    for (int i = 0; i < 40; ++i) {
      double exposure = 100 * std::sqrt(unit(random)), t = 0;
      for (const auto& [s, hours] : {std::pair{1.0, 40.0}, std::pair{1.5, 15.0}}) {
        const double used = std::fmin(exposure / std::pow(s, 3), hours);
        t += used;
        exposure -= used * std::pow(s, 3);
      }
      t += exposure / 8;
      data.lower.push_back(std::fmin(t, 75));
      data.upper.push_back(t < 75 ? t : kInfinity);
    }
    AltOptions o = asked("weibull", "s", "power");
    o.profile = &profile;
    o.fit.confidence = 0.9;
    o.fit.quantiles = {};
    const ModelResult m = alt(data, o).fit.models.front();
    ASSERT_EQ(m.convergence.status, FitStatus::converged);
    const Quantity& n = parameter(m, "exponent[s]").value;
    covered += n.lower <= 3.0 && 3.0 <= n.upper ? 1 : 0;
  }
  // 90 % of 400 with a standard deviation of 6; small-sample likelihood-ratio bounds run a little short.
  EXPECT_GE(covered, 338);
  EXPECT_LE(covered, 378);
}

TEST(AltFitted, LivesAreThoseOfAltAtEachUse) {
  const LifeTable data = table_of({failed(120, 60), failed(300, 60), alive(500, 60, 4), failed(40, 80), failed(75, 80),
                                   failed(90, 80), alive(200, 80), failed(11, 100), failed(17, 100), failed(29, 100)},
                                  "temp", "celsius");
  for (const char* const dist : {"weibull", "lognormal", "exponential"}) {
    AltOptions o = asked(dist, "temp", "arrhenius");
    const FittedAlt fitted(data, o);
    for (const char* const bounds : {"lr", "wald", "none"}) {
      for (const char* const use : {"25", "60", "90"}) {
        o.use = {{"temp", use}};
        o.fit.bounds = bounds;
        o.fit.quantiles = {0.01, 0.1, 0.9};
        const std::vector<QuantileResult> want = alt(data, o).fit.models.front().metrics.quantiles;
        const std::vector<QuantileResult> got = fitted.lives(o.use, o.fit.quantiles, bounds);
        ASSERT_EQ(got.size(), 3U);
        ASSERT_EQ(want.size(), 3U);
        const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
        for (std::size_t i = 0; i < 3; ++i) {
          EXPECT_EQ(got[i].value.estimate, want[i].value.estimate) << dist << ' ' << bounds << ' ' << use;
          EXPECT_TRUE(same(got[i].value.lower, want[i].value.lower)) << dist << ' ' << bounds << ' ' << use;
          EXPECT_TRUE(same(got[i].value.upper, want[i].value.upper)) << dist << ' ' << bounds << ' ' << use;
          EXPECT_EQ(std::isfinite(got[i].value.lower), bounds != std::string("none"));
        }
      }
    }
  }
}

TEST(AltFitted, AModelWithoutAMaximumHasNoLives) {
  const LifeTable data = table_of({alive(100, 60), alive(100, 80)}, "temp", "celsius");
  const AltOptions o = asked("weibull", "temp", "arrhenius");
  EXPECT_TRUE(FittedAlt(data, o).lives({{"temp", "25"}}, {0.1}, "lr").empty());
}

}  // namespace
}  // namespace relia
