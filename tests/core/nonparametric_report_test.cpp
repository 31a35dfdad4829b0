#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/nonparametric.hpp>

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

LifeTable failures(const std::vector<double>& times) {
  LifeTable table;
  table.lower = times;
  table.upper = times;
  return table;
}

void add(LifeTable& t, double lower, double upper, double count) {
  t.lower.push_back(lower);
  t.upper.push_back(upper);
  t.count.push_back(count);
}

TEST(Nonparametric, TwentyUnitsAfterTenDeathsAreAtTheMedian) {
  for (int n : {10, 20, 40, 100, 1000}) {
    std::vector<double> t;
    for (int i = 1; i <= n; ++i) t.push_back(i);
    NonparametricOptions o;
    o.quantiles = {0.1, 0.3, 0.5, 0.7, 0.9};
    const NonparametricReport r = nonparametric(failures(t), o);
    for (const auto& q : r.quantiles) EXPECT_EQ(q.quantile.value.estimate, std::round(q.quantile.p * n)) << n;
    EXPECT_EQ(r.quantiles[0].quantile.name, "B10");
    EXPECT_EQ(r.quantiles[3].quantile.name, "B70");
  }
}

TEST(Nonparametric, WhatIsNotReachedIsAbsentWithItsReason) {
  LifeTable table;
  add(table, 10, 10, 2);
  add(table, 20, kInfinity, 8);
  NonparametricOptions o;
  o.quantiles = {0.1, 0.5};
  o.at = {5, 10, 25};
  const NonparametricReport r = nonparametric(table, o);
  EXPECT_EQ(r.quantiles[0].quantile.value.estimate, 10);
  EXPECT_TRUE(std::isnan(r.quantiles[1].quantile.value.estimate));
  EXPECT_FALSE(r.quantiles[1].quantile.value.reason.empty());
  EXPECT_EQ(r.reliability[0].value.estimate, 1);
  EXPECT_TRUE(std::isnan(r.reliability[0].value.lower));
  EXPECT_EQ(r.reliability[1].value.estimate, 0.8);
  EXPECT_EQ(r.failure_probability[1].value.estimate, 0.2);
  EXPECT_NEAR(r.failure_probability[1].value.lower, 1 - r.reliability[1].value.upper, 1e-15);
  EXPECT_TRUE(std::isnan(r.reliability[2].value.estimate));
  EXPECT_FALSE(r.reliability[2].value.reason.empty());
}

TEST(Nonparametric, OneSidedBoundsHoldTheSideOfThePrintedQuantity) {
  LifeTable table;
  for (double t : {3.0, 5.0, 8.0, 13.0, 21.0, 34.0}) add(table, t, t, 1);
  NonparametricOptions two, lower;
  two.confidence = 0.9;
  two.at = lower.at = {8};
  lower.sides = "lower";
  lower.confidence = 0.95;
  const NonparametricReport a = nonparametric(table, two), b = nonparametric(table, lower);
  EXPECT_NEAR(b.reliability[0].value.lower, a.reliability[0].value.lower, 1e-14);
  EXPECT_NEAR(b.failure_probability[0].value.lower, a.failure_probability[0].value.lower, 1e-14);
  EXPECT_TRUE(std::isnan(b.reliability[0].value.upper));
  EXPECT_TRUE(std::isnan(b.failure_probability[0].value.upper));
  EXPECT_TRUE(std::isnan(b.find("upper")->values[2]));
}

// Worked by hand: ten units, intervals of 100; withdrawals inside an interval count half, those at its end whole.
TEST(Nonparametric, LifeTableExposesWithdrawalsForHalfAnInterval) {
  LifeTable table;
  add(table, 0, 100, 2);
  add(table, 40, kInfinity, 1);
  add(table, 100, kInfinity, 1);
  add(table, 100, 200, 3);
  add(table, 150, kInfinity, 1);
  add(table, 200, kInfinity, 2);
  NonparametricOptions o;
  o.method = "life-table";
  o.width = 100;
  o.quantiles = {0.1};
  const NonparametricReport r = nonparametric(table, o);
  const double q1 = 2 / 9.5, q2 = 3 / 5.5, s1 = 1 - q1, s2 = s1 * (1 - q2);
  EXPECT_EQ(r.find("at_risk")->values, (std::vector<double>{10, 6}));
  EXPECT_EQ(r.find("withdrawn")->values, (std::vector<double>{2, 3}));
  EXPECT_EQ(r.find("exposed")->values, (std::vector<double>{9.5, 5.5}));
  EXPECT_NEAR(r.find("survival")->values[0], s1, 1e-15);
  EXPECT_NEAR(r.find("survival")->values[1], s2, 1e-15);
  const double greenwood = q1 / (9.5 * (1 - q1)) + q2 / (5.5 * (1 - q2));
  EXPECT_NEAR(r.find("std_error")->values[1], s2 * std::sqrt(greenwood), 1e-15);
  EXPECT_NEAR(r.find("hazard")->values[0], 2 * q1 / (100 * (2 - q1)), 1e-16);
  EXPECT_NEAR(r.find("density")->values[1], s1 * q2 / 100, 1e-16);
  EXPECT_NEAR(r.quantiles[0].quantile.value.estimate, 100 * 0.1 / q1, 1e-12);  // a straight line within the interval
}

TEST(Nonparametric, RefusesWhatTheDataDoNotAllowAndNamesWhatDoes) {
  LifeTable intervals;
  add(intervals, 0, 5, 1);
  add(intervals, 3, 8, 1);
  for (const std::string method : {"kaplan-meier", "nelson-aalen", "fleming-harrington", "ranks", "life-table"}) {
    NonparametricOptions o;
    o.method = method;
    o.at = {2};
    const NonparametricReport r = nonparametric(intervals, o);
    EXPECT_FALSE(carries_estimates(r.convergence.status)) << method;
    EXPECT_NE(r.convergence.advice.find("turnbull"), std::string::npos) << method;
    EXPECT_TRUE(r.points.empty());
    EXPECT_EQ(r.quantiles.size(), 4u);
    EXPECT_TRUE(std::isnan(r.quantiles[0].quantile.value.estimate));
    EXPECT_EQ(r.reliability.size(), 1u);
  }
  LifeTable late = failures({5, 6});
  late.entry = {1, 2};
  NonparametricOptions ranks;
  ranks.method = "ranks";
  EXPECT_FALSE(carries_estimates(nonparametric(late, ranks).convergence.status));
  NonparametricOptions wellner;
  wellner.band = "hall-wellner";
  EXPECT_FALSE(carries_estimates(nonparametric(late, wellner).convergence.status));
}

TEST(Nonparametric, RefusesOptionsThatWouldDoNothing) {
  const LifeTable table = failures({1, 2, 3});
  const auto refused = [&](auto&& set) {
    NonparametricOptions o;
    set(o);
    EXPECT_THROW(static_cast<void>(nonparametric(table, o)), UsageError);
  };
  refused([](auto& o) { o.method = "kaplan"; });
  refused([](auto& o) { o.transform = "cubic"; });
  refused([](auto& o) { o.method = "turnbull", o.bounds = "lr"; });
  refused([](auto& o) { o.method = "turnbull", o.band = "hall-wellner"; });
  refused([](auto& o) { o.band = "equal-precision", o.sides = "lower"; });
  refused([](auto& o) { o.band = "equal-precision", o.bounds = "lr"; });
  refused([](auto& o) { o.band_from = 1; });
  refused([](auto& o) { o.method = "ranks", o.tau = 1; });
  refused([](auto& o) { o.width = 1; });
  refused([](auto& o) { o.method = "life-table", o.breaks = {1, 2}; });  // does not reach the last age
  refused([](auto& o) { o.method = "life-table", o.breaks = {0, 2, 2, 5}; });
  refused([](auto& o) { o.quantiles = {1.0}; });
}

TEST(Nonparametric, NoFailuresIsAnAnswer) {
  LifeTable table;
  add(table, 10, kInfinity, 5);
  for (const std::string method : {"kaplan-meier", "nelson-aalen", "ranks", "turnbull"}) {
    NonparametricOptions o;
    o.method = method;
    o.at = {5};
    const NonparametricReport r = nonparametric(table, o);
    EXPECT_TRUE(carries_estimates(r.convergence.status)) << method;
    EXPECT_EQ(r.reliability[0].value.estimate, 1.0) << method;
    EXPECT_TRUE(std::isnan(r.quantiles[3].quantile.value.estimate)) << method;
  }
}

TEST(Nonparametric, AQuantileOfTurnbullNamesItsInterval) {
  LifeTable table;
  add(table, 0, 100, 3);
  add(table, 100, 300, 7);
  add(table, 300, 500, 10);
  NonparametricOptions o;
  o.method = "turnbull";
  o.quantiles = {0.5};
  o.at = {200, 300};
  const NonparametricReport r = nonparametric(table, o);
  EXPECT_EQ(r.quantiles[0].quantile.value.estimate, 300);
  EXPECT_EQ(r.quantiles[0].interval_lower, 100);
  EXPECT_EQ(r.quantiles[0].interval_upper, 300);
  EXPECT_TRUE(std::isnan(r.reliability[0].value.estimate));
  EXPECT_NEAR(r.reliability[1].value.estimate, 0.5, 1e-15);
  EXPECT_NEAR(r.reliability[1].value.std_error, std::sqrt(0.25 / 20), 1e-15);
}

TEST(Nonparametric, EverythingDeadBeforeOthersEnterIsSaid) {
  LifeTable table = failures({1, 5, 6});
  table.entry = {0, 3, 3};
  const NonparametricReport r = nonparametric(table, {});
  EXPECT_EQ(r.find("survival")->values, (std::vector<double>{0, 0, 0}));
  ASSERT_FALSE(r.warnings.empty());
}

TEST(Nonparametric, ThreadsDoNotChangeABit) {
  LifeTable table;
  for (int i = 1; i < 5000; ++i)
    add(table, std::fmod(i * 0.618034, 1.0), i % 3 ? std::fmod(i * 0.618034, 1.0) : kInfinity, 1);
  add(table, 2, kInfinity, 1);  // keeps the curve above 0: every bound is a number
  for (const std::string bounds : {"wald", "lr"}) {
    NonparametricOptions one, two;
    one.bounds = two.bounds = bounds;
    one.threads = 1;
    two.threads = 2;
    const NonparametricReport a = nonparametric(table, one), b = nonparametric(table, two);
    EXPECT_EQ(a.find("lower")->values, b.find("lower")->values);
    EXPECT_EQ(a.find("upper")->values, b.find("upper")->values);
  }
}

}  // namespace
}  // namespace relia
