// Kaplan-Meier, Nelson-Aalen and Fleming-Harrington with their bounds, against R's survival package and against the
// definitions.

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/nonparametric.hpp>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/nelson_aalen.hpp"
#include "core/nonparametric/step_bounds.hpp"
#include "tests/support/csv_rows.hpp"

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::string kGolden = RELIA_SOURCE_DIR "/tests/golden/nonparametric_";

LifeTable witness_lives(bool entries) {
  const tests::CsvRows rows(kGolden + "lives.csv");
  LifeTable table;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    table.lower.push_back(rows.number(i, "time"));
    table.upper.push_back(rows.number(i, "failed") == 1 ? rows.number(i, "time") : kInfinity);
    table.count.push_back(rows.number(i, "count"));
    if (entries) table.entry.push_back(rows.number(i, "entry"));
  }
  return table;
}

/// The bounds of R are made by the same formulas on the scale named; "arcsin" is our arcsine.
NonparametricReport ours(const std::string& name, const std::string& method, const std::string& transform) {
  NonparametricOptions o;
  o.method = method;
  o.transform = transform == "arcsin" ? "arcsine" : transform;
  o.confidence = 0.9;
  o.quantiles = {0.1, 0.25, 0.5, 0.9};
  return nonparametric(witness_lives(name == "entry"), o);
}

void expect_relative(double got, double want, double tolerance, const std::string& what) {
  if (std::isnan(want)) return;
  EXPECT_NEAR(got, want, tolerance * std::fabs(want)) << what;
}

TEST(StepEstimates, AgreeWithTheSurvivalPackage) {
  const tests::CsvRows want(kGolden + "points.csv");
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<NonparametricReport, std::size_t>> found;
  for (std::size_t i = 0; i < want.size(); ++i) {
    const auto key = std::tuple(want.text(i, "case"), want.text(i, "method"), want.text(i, "transform"));
    if (!found.contains(key)) found[key] = {std::apply(ours, key), 0};
    auto& [report, k] = found[key];
    const std::string what = want.text(i, "case") + " " + want.text(i, "method") + " " + want.text(i, "transform") +
                             " at " + want.text(i, "time");
    const bool limit = want.text(i, "method") == "kaplan-meier";
    ASSERT_EQ(report.find("time")->values[k], want.number(i, "time")) << what;
    EXPECT_EQ(report.find("at_risk")->values[k], want.number(i, "at_risk")) << what;
    EXPECT_EQ(report.find("failures")->values[k], want.number(i, "failures")) << what;
    const double s = want.number(i, "survival");
    expect_relative(report.find("survival")->values[k], s, 1e-12, what);
    if (s > 1e-12) {  // R's product leaves 1e-17 where the estimate is 0
      const double error = want.number(i, "log_std_error");
      expect_relative(report.find("std_error")->values[k], limit ? error * s : error, 1e-12, what);
      const char* lower = limit ? "lower" : "survival_lower";
      const char* upper = limit ? "upper" : "survival_upper";
      expect_relative(report.find(lower)->values[k], want.number(i, "lower"), 1e-10, what + " lower");
      expect_relative(report.find(upper)->values[k], want.number(i, "upper"), 1e-10, what + " upper");
    }
    if (!limit) expect_relative(report.find("cumulative_hazard")->values[k], want.number(i, "hazard"), 1e-12, what);
    ++k;
  }
  EXPECT_EQ(found.size(), 30u);
}

TEST(StepEstimates, QuantilesAndRestrictedMeansAgreeWithTheSurvivalPackage) {
  const tests::CsvRows want(kGolden + "summaries.csv");
  for (std::size_t i = 0; i < want.size(); ++i) {
    const std::string quantity = want.text(i, "quantity"), method = want.text(i, "method");
    const std::string what = want.text(i, "case") + " " + method + " " + want.text(i, "transform") + " " + quantity;
    if (quantity[0] == 'B') {
      const NonparametricReport r = ours(want.text(i, "case"), method, want.text(i, "transform"));
      for (const auto& q : r.quantiles) {
        if (q.quantile.name != quantity) continue;
        const auto same = [&](double got, double expected) {
          if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(got)) << what;
          } else {
            EXPECT_EQ(got, expected) << what;
          }
        };
        same(q.quantile.value.estimate, want.number(i, "estimate"));
        same(q.quantile.value.lower, want.number(i, "lower"));
        same(q.quantile.value.upper, want.number(i, "upper"));
      }
      continue;
    }
    NonparametricOptions o;
    o.method = method;
    o.tau = std::stod(quantity.substr(4));
    const NonparametricReport r = nonparametric(witness_lives(want.text(i, "case") == "entry"), o);
    expect_relative(r.restricted_mean.estimate, want.number(i, "estimate"), 1e-12, what);
    // For S = exp(-H) R still takes Greenwood's increments; ours are those of Var H.
    if (method == "kaplan-meier") {
      expect_relative(r.restricted_mean.std_error, want.number(i, "std_error"), 1e-10, what);
    }
  }
}

TEST(NelsonAalen, HarmonicSumsOfLargeCountsAgreeWithTermByTermSums) {
  for (const double n : {50.0, 400.0, 1e5, 1e7}) {
    for (const double d : {1.0, 40.0, 90.0, 3000.0}) {
      if (d > n) continue;
      RiskTable risk;
      risk.time = {1};
      risk.failures = {d};
      risk.at_risk = {n};
      const CumulativeHazard h = fleming_harrington(risk);
      long double one = 0, two = 0;
      for (double k = n - d + 1; k <= n; ++k) {
        one += 1 / static_cast<long double>(k);
        two += 1 / (static_cast<long double>(k) * static_cast<long double>(k));
      }
      EXPECT_NEAR(h.hazard[0] / static_cast<double>(one), 1.0, 4e-16) << n << " " << d;
      EXPECT_NEAR(h.variance[0] / static_cast<double>(two), 1.0, 4e-16) << n << " " << d;
    }
  }
}

// The definition, summed plainly: the constrained estimate with multiplier u, bisected.
double thomas_grunkemeier(const RiskTable& risk, std::size_t last, double z, int side) {
  const auto drop = [&](long double u) {
    long double g = 0;
    for (std::size_t i = 0; i <= last; ++i) {
      const long double n = risk.at_risk[i], m = n - risk.failures[i];
      g += n * std::log1p(u / n) - m * std::log1p(u / m);
    }
    return 2 * g;
  };
  long double least = kInfinity;
  for (std::size_t i = 0; i <= last; ++i) {
    least = std::min(least, static_cast<long double>(risk.at_risk[i] - risk.failures[i]));
  }
  long double inner = 0, outer = side > 0 ? 1 : -least;
  if (side > 0) {
    while (drop(outer) < static_cast<long double>(z * z)) outer *= 2;
  }
  for (int k = 0; k < 200; ++k) {
    const long double middle = (inner + outer) / 2;
    (drop(middle) < static_cast<long double>(z * z) ? inner : outer) = middle;
  }
  long double log_s = 0;
  for (std::size_t i = 0; i <= last; ++i) {
    log_s +=
        std::log1p(-static_cast<long double>(risk.failures[i]) / (static_cast<long double>(risk.at_risk[i]) + inner));
  }
  return static_cast<double>(std::exp(log_s));
}

TEST(LikelihoodBounds, AgreeWithTheirDefinition) {
  std::mt19937_64 gen(12);
  for (const int rows : {1, 7, 300, 4000}) {
    LifeTable table;
    for (int i = 0; i < rows; ++i) {
      const auto t = static_cast<double>(gen() % 100000 + 1);
      table.lower.push_back(t);
      table.upper.push_back(gen() % 3 == 0 && i > 0 ? kInfinity : t);
      table.count.push_back(static_cast<double>(gen() % 4 + 1));
      table.entry.push_back(gen() % 5 == 0 ? std::floor(t / 2) : 0.0);
    }
    const RiskTable risk = risk_table(table);
    const KaplanMeier km = kaplan_meier(risk);
    const double z = 1.959963984540054;
    const LikelihoodBounds b = likelihood_bounds(risk, km, z);
    for (std::size_t k = 0; k < risk.size(); k += 1 + risk.size() / 97) {
      if (km.survival[k] == 0) {
        EXPECT_TRUE(std::isnan(b.lower[k]));
        continue;
      }
      EXPECT_NEAR(b.lower[k], thomas_grunkemeier(risk, k, z, -1), 1e-12) << rows << " " << k;
      EXPECT_NEAR(b.upper[k], thomas_grunkemeier(risk, k, z, +1), 1e-12) << rows << " " << k;
      EXPECT_LT(b.lower[k], km.survival[k]);
      EXPECT_GT(b.upper[k], km.survival[k]);
    }
  }
}

TEST(TransformedBounds, StayWithinZeroAndOneAndAroundTheEstimate) {
  for (const Transform t :
       {Transform::log_log, Transform::logit, Transform::log, Transform::plain, Transform::arcsine}) {
    for (const double f : {1e-12, 1e-3, 0.3, 0.9, 1 - 1e-9}) {
      for (const double half : {1e-9, 0.1, 3.0, 1e6}) {
        const SurvivalBounds b = transformed_bounds(t, 1 - f, f, half);
        EXPECT_GE(b.lower, 0);
        EXPECT_LE(b.lower, (1 - f) * (1 + 1e-15));
        EXPECT_GE(b.upper, (1 - f) * (1 - 1e-15));
        EXPECT_LE(b.upper, 1);
        EXPECT_NEAR(b.lower + b.failure_at_lower, 1, 1e-15);
        EXPECT_NEAR(b.upper + b.failure_at_upper, 1, 1e-15);
      }
    }
    EXPECT_TRUE(std::isnan(transformed_bounds(t, 1, 0, 1).lower));
    EXPECT_TRUE(std::isnan(transformed_bounds(t, 0, 1, kInfinity).upper));
  }
}

// Of lives with a true median of 1 the 90 % bounds of S(1) hold the true 0.5 in nine cases of ten.
TEST(StepEstimates, PointwiseBoundsCoverAsOftenAsTheySay) {
  std::mt19937_64 gen(77);
  std::uniform_real_distribution<double> u(0, 1);
  constexpr int kTrials = 2000;
  for (const std::string bounds : {"wald", "lr"}) {
    int held = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      LifeTable table;
      for (int i = 0; i < 60; ++i) {
        const double life = -std::log2(u(gen)), end = 3 * u(gen);
        table.lower.push_back(std::min(life, end));
        table.upper.push_back(life <= end ? life : kInfinity);
      }
      NonparametricOptions o;
      o.bounds = bounds;
      o.confidence = 0.9;
      o.at = {1.0};
      const Quantity q = nonparametric(table, o).reliability[0].value;
      held += q.lower <= 0.5 && 0.5 <= q.upper ? 1 : 0;
    }
    // five standard errors of a binomial count, and the small-sample departure of the method
    EXPECT_NEAR(held / static_cast<double>(kTrials), 0.9, 5 * std::sqrt(0.09 / kTrials) + 0.005) << bounds;
  }
}

}  // namespace
}  // namespace relia
