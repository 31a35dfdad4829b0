// Quantities derived from a fit: conditional reliability and residual life, competing modes, requirements.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/numeric/special.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

TEST(ConditionalLife, IsTheRatioOfReliabilities) {
  const LifeTable table = reference::dataset("shock_absorber");
  for (const char* name : {"weibull", "lognormal", "gamma", "gengamma", "normal"}) {
    FitOptions o = reference::one(name, "wald");
    o.given = {9000, 15000};
    o.at = {100, 4000};
    const ModelResult m = fit(table, o).models.front();
    if (!carries_estimates(m.convergence.status)) continue;
    FitOptions direct = o;
    direct.given.clear();
    for (const AtTimeResult& c : m.metrics.conditional) {
      direct.at = {c.given, c.given + c.time};
      const LifeMetrics x = fit(table, direct).models.front().metrics;
      EXPECT_NEAR(c.value.estimate, x.reliability[1].value.estimate / x.reliability[0].value.estimate, 1e-11) << name;
      EXPECT_LT(c.value.lower, c.value.estimate);
      EXPECT_GT(c.value.upper, c.value.estimate);
      EXPECT_LE(c.value.upper, 1.0);
    }
    for (const QuantileResult& q : m.metrics.residual_quantiles) {
      direct.at = {q.given, q.given + q.value.estimate};
      const LifeMetrics x = fit(table, direct).models.front().metrics;
      EXPECT_NEAR(x.reliability[1].value.estimate / x.reliability[0].value.estimate, 1.0 - q.p, 1e-11) << name;
    }
    ASSERT_EQ(m.metrics.conditional.size(), 4U);
    ASSERT_EQ(m.metrics.residual_quantiles.size(), 4U);
  }
}

// The exponential forgets: conditional reliability is R(t), residual life is life, with the same bounds.
TEST(ConditionalLife, OfTheExponentialForgetsItsAge) {
  const LifeTable table = reference::dataset("diesel_fan");
  for (const char* bounds : {"lr", "wald", "exact"}) {
    FitOptions o = reference::one("exponential", bounds);
    o.given = {3000};
    o.at = {500};
    const LifeMetrics m = fit(table, o).models.front().metrics;
    const auto same = [&](const Quantity& a, const Quantity& b) {
      EXPECT_NEAR(a.estimate, b.estimate, 1e-11 * b.estimate) << bounds;
      EXPECT_NEAR(a.std_error, b.std_error, 1e-10 * b.std_error) << bounds;
      EXPECT_NEAR(a.lower, b.lower, 1e-9 * b.lower) << bounds;
      EXPECT_NEAR(a.upper, b.upper, 1e-9 * b.upper) << bounds;
    };
    same(m.conditional[0].value, m.reliability[0].value);
    for (std::size_t k = 0; k < m.quantiles.size(); ++k) same(m.residual_quantiles[k].value, m.quantiles[k].value);
  }
}

TEST(CompetingModes, AreFitsThatSeeEachOtherAsCensored) {
  const LifeTable table = reference::dataset("device_g", {"failure_mode"});
  FitOptions o = reference::one("weibull", "wald");
  o.mode_column = "failure_mode";
  o.at = {100, 250};
  const ModelResult m = fit(table, o).models.front();
  ASSERT_EQ(m.convergence.status, FitStatus::converged);
  ASSERT_EQ(m.modes.size(), 2U);
  const Column& column = *table.find("failure_mode");
  FitOptions alone = o;
  alone.mode_column.clear();
  double log_likelihood = 0.0;
  std::vector<LifeMetrics> metrics;
  for (const ModeResult& mode : m.modes) {
    LifeTable own = table;
    own.columns.clear();
    for (std::size_t i = 0; i < own.rows(); ++i) {
      if (std::isfinite(own.upper[i]) && column.levels[column.codes[i]] != mode.mode) own.upper[i] = INFINITY;
    }
    const ModelResult single = fit(own, alone).models.front();
    for (std::size_t k = 0; k < single.parameters.size(); ++k) {
      EXPECT_NEAR(mode.parameters[k].value.estimate, single.parameters[k].value.estimate,
                  1e-10 * single.parameters[k].value.estimate);
      EXPECT_NEAR(mode.parameters[k].value.lower, single.parameters[k].value.lower,
                  1e-9 * single.parameters[k].value.lower);
    }
    log_likelihood += single.log_likelihood;
    metrics.push_back(single.metrics);
  }
  EXPECT_NEAR(m.log_likelihood, log_likelihood, 1e-10 * std::fabs(log_likelihood));
  EXPECT_EQ(m.free_parameters, 4);
  EXPECT_NEAR(m.aic, 8.0 - 2.0 * log_likelihood, 1e-8);
  const double z = normal_quantile(0.975);
  for (std::size_t k = 0; k < o.at.size(); ++k) {
    const Quantity &a = metrics[0].reliability[k].value, &b = metrics[1].reliability[k].value,
                   &s = m.metrics.reliability[k].value;
    const double r = a.estimate * b.estimate;
    // Independent modes: relative variances add; Wald bounds on the logit scale.
    const double se = r * std::hypot(a.std_error / a.estimate, b.std_error / b.estimate),
                 width = z * se / (r * (1 - r));
    EXPECT_NEAR(s.estimate, r, 1e-11);
    EXPECT_NEAR(s.std_error, se, 1e-9);
    EXPECT_NEAR(s.lower, 1.0 / (1.0 + std::exp(-(std::log(r / (1 - r)) - width))), 1e-9);
    EXPECT_NEAR(s.upper, 1.0 / (1.0 + std::exp(-(std::log(r / (1 - r)) + width))), 1e-9);
  }
  // The system's quantile solves R = 1 - p, its mean is the integral of R.
  FitOptions back = o;
  back.at = {m.metrics.quantiles[0].value.estimate, m.metrics.quantiles[1].value.estimate};
  const LifeMetrics at = fit(table, back).models.front().metrics;
  EXPECT_NEAR(at.reliability[0].value.estimate, 0.9, 1e-11);
  EXPECT_NEAR(at.reliability[1].value.estimate, 0.5, 1e-11);
  const auto shape = [&](std::size_t i) { return m.modes[i].parameters[0].value.estimate; };
  const auto scale = [&](std::size_t i) { return m.modes[i].parameters[1].value.estimate; };
  double mean = 0.0;
  const double h = 1e-3;  // trapezoid in ln t, which converges exponentially
  for (double u = -30.0; u < 12.0; u += h) {
    const double t = std::exp(u);
    mean += h * t * std::exp(-std::pow(t / scale(0), shape(0)) - std::pow(t / scale(1), shape(1)));
  }
  EXPECT_NEAR(m.metrics.mean.estimate, mean, 1e-9 * mean);
}

TEST(Requirements, AreJudgedAtTheOneSidedBoundThatCounts) {
  const LifeTable table = reference::dataset("shock_absorber");
  FitOptions o = reference::one("weibull", "lr");
  o.confidence = 0.95;
  for (const char* text :
       {"R(9000)>=0.9@0.8", "F(9000)<=0.1@0.8", "B10>=9000", "MTTF>=15000@0.7", "shape>=1.5", "h(9000)<=0.0001"}) {
    const auto r = parse_requirement(text);
    ASSERT_TRUE(r) << text;
    FitOptions asked = o;
    asked.requirements = {*r};
    const RequirementResult got = fit(table, asked).requirements.front();
    FitOptions sided = o;
    sided.confidence = r->confidence > 0.0 ? r->confidence : 0.95;
    sided.sides = r->at_least ? "lower" : "upper";
    sided.at = {9000};
    sided.quantiles = {0.1};
    const ModelResult m = fit(table, sided).models.front();
    const Quantity& q = r->kind == Requirement::Kind::reliability           ? m.metrics.reliability[0].value
                        : r->kind == Requirement::Kind::failure_probability ? m.metrics.failure_probability[0].value
                        : r->kind == Requirement::Kind::hazard              ? m.metrics.hazard[0].value
                        : r->kind == Requirement::Kind::life_quantile       ? m.metrics.quantiles[0].value
                        : r->kind == Requirement::Kind::mean                ? m.metrics.mean
                                                                            : reference::parameter(m, r->parameter);
    const double bound = r->at_least ? q.lower : q.upper;
    EXPECT_NEAR(got.bound, bound, 1e-9 * std::fabs(bound)) << text;
    EXPECT_NEAR(got.estimate, q.estimate, 1e-12 * std::fabs(q.estimate)) << text;
    EXPECT_EQ(got.met, r->at_least ? bound >= r->limit : bound <= r->limit) << text;
    // Equality is met.
    FitOptions equal = o;
    Requirement exact = *r;
    exact.limit = got.bound;
    equal.requirements = {exact};
    EXPECT_TRUE(fit(table, equal).requirements.front().met) << text;
  }
}

TEST(Probabilities, OutsideTheRangeOfTheLifeAreZeroAndOne) {
  FitOptions o = reference::one("weibull-3p", "lr");
  const LifeTable table = reference::dataset("alloy_t7987");
  o.at = {5};
  const ModelResult m = fit(table, o).models.front();
  ASSERT_EQ(m.convergence.status, FitStatus::converged);
  ASSERT_GT(reference::parameter(m, "threshold").estimate, 5.0);
  EXPECT_EQ(m.metrics.reliability[0].value.estimate, 1.0);
  EXPECT_EQ(m.metrics.failure_probability[0].value.estimate, 0.0);
}

// R = 1 - 1e-18 prints as 1, but its bounds exist and are those of F.
TEST(Probabilities, NearOneKeepTheirWaldBounds) {
  FitOptions o = reference::one("weibull", "wald");
  o.at = {1e-3};
  const ModelResult m = fit(reference::dataset("ball_bearing"), o).models.front();
  const Quantity &r = m.metrics.reliability[0].value, &f = m.metrics.failure_probability[0].value;
  EXPECT_GT(f.lower, 0.0);
  EXPECT_LT(f.lower, f.estimate);
  EXPECT_NEAR(r.lower, 1.0 - f.upper, 1e-15);
  EXPECT_NEAR(r.upper, 1.0 - f.lower, 1e-15);
}

}  // namespace
}  // namespace relia
