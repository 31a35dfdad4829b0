// Coverage studies against what theory says of the bounds they study.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/coverage.hpp>
#include <relia/error.hpp>

namespace relia {
namespace {

CoverageOptions study(std::size_t n, const std::vector<std::string>& targets, const std::vector<std::string>& kinds) {
  CoverageOptions o;
  o.truth = {"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
  o.plan.n = n;
  o.targets = targets;
  for (const std::string& k : kinds) o.kinds.push_back(parse_bound_kind(k));
  o.replicates = 3000;
  o.threads = 2;
  return o;
}

/// Five binomial standard errors about the nominal share.
double five_errors(double share, int tests) {
  return 5.0 * std::sqrt(share * (1.0 - share) / tests);
}

TEST(Coverage, ExactBoundsOfExponentialLivesHoldTheirLevel) {
  CoverageOptions o = study(8, {"scale", "B10", "R(500)", "mean"}, {"exact"});
  o.truth = {"exponential", false, 1, {{"scale", 1000.0}}};
  o.plan.failures = 5;
  o.replicates = 20000;
  const CoverageReport r = coverage(o);
  EXPECT_EQ(r.without_estimate, 0);
  EXPECT_EQ(r.mean_failures, 5.0);
  ASSERT_EQ(r.rows.size(), 4U);
  for (const CoverageRow& row : r.rows) {
    EXPECT_NEAR(row.coverage.value, 0.95, five_errors(0.95, o.replicates)) << row.target;
    EXPECT_NEAR(row.missed_below.value, 0.025, five_errors(0.025, o.replicates)) << row.target;
    EXPECT_NEAR(row.missed_above.value, 0.025, five_errors(0.025, o.replicates)) << row.target;
    EXPECT_NEAR(row.coverage.error, std::sqrt(0.95 * 0.05 / o.replicates), 2e-4);
  }
  EXPECT_NEAR(r.rows[0].truth, 1000.0, 1e-9);
  EXPECT_NEAR(r.rows[1].truth, -1000.0 * std::log(0.9), 1e-9);
  EXPECT_NEAR(r.rows[2].truth, std::exp(-0.5), 1e-14);
  EXPECT_NEAR(r.rows[3].truth, 1000.0, 1e-9);
}

TEST(Coverage, PivotalBoundsOfTypeTwoDataHoldTheirLevelWhereWaldBoundsDoNot) {
  CoverageOptions o = study(10, {"B10", "shape", "R(300)"}, {"bootstrap:parametric/pivotal", "wald"});
  o.plan.failures = 6;
  o.resamples = 999;
  const CoverageReport r = coverage(o);
  ASSERT_EQ(r.rows.size(), 6U);
  for (std::size_t i = 0; i < r.rows.size(); i += 2) {
    const CoverageRow &pivotal = r.rows[i], &wald = r.rows[i + 1];
    EXPECT_EQ(pivotal.target, wald.target);
    EXPECT_NEAR(pivotal.coverage.value, 0.95, five_errors(0.95, o.replicates)) << pivotal.target;
    EXPECT_NEAR(pivotal.missed_below.value, 0.025, five_errors(0.025, o.replicates)) << pivotal.target;
    EXPECT_EQ(pivotal.without_lower + pivotal.without_upper, 0);
    if (wald.target == "R(300)") continue;  // on the logit scale these happen to hold
    EXPECT_LT(wald.coverage.value, 0.95 - five_errors(0.95, o.replicates)) << wald.target;
    EXPECT_NE(r.advice[i / 2].find("use bootstrap:parametric/pivotal"), std::string::npos) << r.advice[i / 2];
  }
}

TEST(Coverage, LikelihoodRatioBoundsComeNearTheirLevelWithManyFailures) {
  CoverageOptions o = study(200, {"B10", "scale"}, {"lr", "wald", "wald:plain"});
  o.plan.censor_at = 1000;
  o.replicates = 2000;
  for (const CoverageRow& row : coverage(o).rows) {
    EXPECT_NEAR(row.coverage.value, 0.95, five_errors(0.95, o.replicates)) << row.kind << ' ' << row.target;
  }
}

TEST(Coverage, OneSidedBoundsMissOnTheirSideAlone) {
  CoverageOptions o = study(8, {"scale"}, {"exact"});
  o.truth = {"exponential", false, 1, {{"scale", 1000.0}}};
  o.plan.failures = 5;
  o.sides = "lower";
  o.confidence = 0.9;
  const CoverageRow row = coverage(o).rows.front();
  EXPECT_NEAR(row.missed_below.value, 0.1, five_errors(0.1, o.replicates));
  EXPECT_EQ(row.missed_above.value, 0.0);
  EXPECT_EQ(row.without_upper, 0);
}

TEST(Coverage, TestsWithoutAnEstimateAreCounted) {
  CoverageOptions o = study(4, {"B10"}, {"lr"});
  o.plan.censor_at = 400;
  const CoverageReport r = coverage(o);
  // No maximum exactly when no unit fails: one failed age has the others' 400 beyond it.
  const double none = std::exp(-4.0 * 0.16);
  EXPECT_NEAR(r.without_estimate, none * o.replicates, 5.0 * std::sqrt(none * (1.0 - none) * o.replicates));
  ASSERT_EQ(r.why.size(), 1U);
  EXPECT_EQ(r.why.front().first, "unbounded");
  EXPECT_EQ(r.why.front().second, r.without_estimate);
  EXPECT_NEAR(
      r.rows.front().coverage.error,
      std::sqrt(r.rows.front().coverage.value * (1.0 - r.rows.front().coverage.value) / (r.tests - r.without_estimate)),
      1e-15);
}

TEST(Coverage, BitsDoNotDependOnThreads) {
  CoverageOptions o = study(12, {"B10", "R(500)"}, {"lr", "bootstrap", "bootstrap:cases/t"});
  o.plan.censor_at = 900;
  o.replicates = 150;
  o.resamples = 200;
  std::vector<CoverageRow> first;
  for (const int threads : {1, 2, 4}) {
    o.threads = threads;
    const CoverageReport r = coverage(o);
    if (first.empty()) first = r.rows;
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(r.rows[i].coverage.value, first[i].coverage.value);
      EXPECT_EQ(r.rows[i].mean_width, first[i].mean_width);
      EXPECT_EQ(r.rows[i].median_width, first[i].median_width);
    }
  }
}

TEST(Coverage, RefusesWhatHasNoMeaning) {
  CoverageOptions o = study(10, {"B10"}, {"lr"});
  o.targets = {"sigma"};
  EXPECT_THROW(static_cast<void>(coverage(o)), UsageError);
  o.targets = {"R(0.9"};
  EXPECT_THROW(static_cast<void>(coverage(o)), UsageError);
  o.targets = {"shape"};
  o.fixed = {{"shape", 2.0}};
  EXPECT_THROW(static_cast<void>(coverage(o)), UsageError);
  o = study(10, {"B10"}, {"bootstrap:parametric"});
  o.plan.inspections = {500, 1000};
  EXPECT_THROW(static_cast<void>(coverage(o)), UsageError);
  for (const char* kind : {"bayes", "lr:x", "bootstrap:weights/studentized", "bootstrap:all", "wald:z"}) {
    EXPECT_THROW(static_cast<void>(parse_bound_kind(kind)), UsageError) << kind;
  }
}

}  // namespace
}  // namespace relia
