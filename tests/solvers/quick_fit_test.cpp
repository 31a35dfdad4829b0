// The quick fit of small samples against the general fit, on random samples of every kind that a group of rows can be.

#include "solvers/quick_fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>

#include "core/registry.hpp"

namespace relia {
namespace {

const std::vector<std::string> kLaws = {"exponential", "weibull",  "lognormal", "loglogistic", "frechet",
                                        "normal",      "logistic", "gumbel",    "gumbel-max"};

/// A random sample: few rows or some, failures with suspensions, inspections, ties, counts, windows, and the corners
/// where there is nothing to estimate.
LifeTable draw(std::mt19937_64& random) {
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  const auto pick = [&](int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); };
  const double shape = std::exp(2.0 * uniform(random) - 0.5), scale = std::pow(10.0, 6.0 * uniform(random) - 1.0);
  const int rows = 1 + (pick(3) == 0 ? pick(5) : pick(40)), kind = pick(12);
  const bool counts = pick(4) == 0, ties = pick(4) == 0;
  const double end = scale * (0.2 + 1.5 * uniform(random)), visit = scale * (0.1 + 0.9 * uniform(random));
  LifeTable t;
  for (int i = 0; i < rows; ++i) {
    double life = scale * std::pow(-std::log(1.0 - uniform(random)), 1.0 / shape);
    if (ties) life = std::fmax(0.1, std::round(10.0 * life / scale)) * scale / 10.0;
    double lower = life, upper = life;
    const auto censor = [&](double at) {
      if (life > at) lower = at, upper = kInfinity;
    };
    const auto inspect = [&] {
      lower = visit * std::floor(life / visit);
      upper = lower + visit;
    };
    switch (kind) {
      case 0: break;
      case 1: lower = 0.5 * life, upper = kInfinity; break;  // no failure
      case 2: i == 0 ? void() : censor(0.3 * end); break;    // hardly any
      case 3: lower = upper = scale; break;                  // one age
      case 4: inspect(); break;                              // inspections alone
      case 5: life <= visit ? (lower = 0.0, upper = visit) : (lower = visit, upper = kInfinity); break;
      case 6: lower = 0.0, upper = life; break;  // all failed before they were seen
      case 7: pick(2) == 0 ? inspect() : censor(end); break;
      case 8: censor(end * uniform(random)); break;  // each its own end
      default: censor(end); break;
    }
    t.lower.push_back(lower);
    t.upper.push_back(upper);
    if (counts) t.count.push_back(pick(4));
    if (kind == 11) {
      t.entry.push_back(pick(2) == 0 ? 0.0 : 0.5 * lower);
      t.exit.push_back(kInfinity);
    }
  }
  if (counts) t.count.front() = 1.0;
  return t;
}

/// Everything of one report by name.
std::map<std::string, Quantity> quantities(const ModelResult& m) {
  std::map<std::string, Quantity> out;
  for (const auto& p : m.parameters) out[p.name] = p.value;
  for (const auto& p : m.derived) out[p.name] = p.value;
  out["mean"] = m.metrics.mean;
  for (const auto& q : m.metrics.quantiles) out[q.name] = q.value;
  for (const auto& r : m.metrics.reliable_life) out["life " + std::to_string(r.reliability)] = r.value;
  for (const auto& r : m.metrics.reliability) out["R " + std::to_string(r.time)] = r.value;
  for (const auto& r : m.metrics.failure_probability) out["F " + std::to_string(r.time)] = r.value;
  for (const auto& r : m.metrics.hazard) out["h " + std::to_string(r.time)] = r.value;
  return out;
}

/// Equal to `digits` of the larger, or of the quantity's own uncertainty.
testing::AssertionResult near(double a, double b, double scale, double digits) {
  if (std::isnan(a) && std::isnan(b)) return testing::AssertionSuccess();
  if (std::fabs(a - b) <= digits * std::fmax(std::fmax(std::fabs(a), std::fabs(b)), scale)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << a << " and " << b << " differ by " << a - b;
}

void expect_same(const FitReport& quick, const FitReport& general) {
  ASSERT_EQ(quick.models.size(), general.models.size());
  for (std::size_t i = 0; i < quick.models.size(); ++i) {
    const ModelResult &a = quick.models[i], &b = general.models[i];
    SCOPED_TRACE(a.distribution + " " + a.bounds);
    ASSERT_EQ(a.distribution, b.distribution);
    ASSERT_STREQ(to_string(a.convergence.status), to_string(b.convergence.status));
    EXPECT_EQ(a.convergence.reason, b.convergence.reason);
    EXPECT_EQ(a.bounds, b.bounds);
    EXPECT_EQ(a.rank, b.rank);
    EXPECT_EQ(a.free_parameters, b.free_parameters);
    EXPECT_EQ(a.warnings, b.warnings);
    EXPECT_EQ(a.covariance.empty(), b.covariance.empty());
    EXPECT_TRUE(near(a.log_likelihood, b.log_likelihood, 1.0, 1e-12));
    EXPECT_TRUE(near(a.aicc, b.aicc, 1.0, 1e-12));
    EXPECT_TRUE(near(a.bic, b.bic, 1.0, 1e-12));
    EXPECT_TRUE(near(a.anderson_darling, b.anderson_darling, 1.0, 1e-10));
    const std::map<std::string, Quantity> all = quantities(b);
    for (const auto& [name, x] : quantities(a)) {
      SCOPED_TRACE(name);
      ASSERT_TRUE(all.contains(name));
      const Quantity& y = all.at(name);
      const double se = std::isfinite(x.std_error) ? x.std_error : 0.0;
      EXPECT_TRUE(near(x.estimate, y.estimate, se, 1e-12));
      EXPECT_TRUE(near(x.std_error, y.std_error, 0.0, 1e-9));
      EXPECT_TRUE(near(x.lower, y.lower, se, 1e-9));
      EXPECT_TRUE(near(x.upper, y.upper, se, 1e-9));
      EXPECT_EQ(x.reason, y.reason);
      EXPECT_EQ(x.lower_reason, y.lower_reason);
      EXPECT_EQ(x.upper_reason, y.upper_reason);
    }
  }
}

FitOptions options_for(const std::string& law, std::mt19937_64& random) {
  const auto pick = [&](int n) {
    return static_cast<std::size_t>(std::uniform_int_distribution<int>(0, n - 1)(random));
  };
  FitOptions o;
  o.selection = "one";
  o.distributions = {law};
  o.bounds = std::vector<std::string>{"wald", "lr", "none"}[pick(3)];
  o.sides = std::vector<std::string>{"two", "two", "lower", "upper"}[pick(4)];
  o.confidence = std::vector<double>{0.95, 0.9, 0.5, 0.99}[pick(4)];
  o.quantiles = {0.01, 0.1, 0.632};
  o.reliable_life = {0.95};
  return o;
}

TEST(QuickFit, AgreesWithTheGeneralFitOnRandomSamples) {
  std::mt19937_64 random(20261124);
  int quick_ones = 0, left = 0;
  for (int i = 0; i < 3000; ++i) {
    SCOPED_TRACE("sample " + std::to_string(i));
    const LifeTable table = draw(random);
    FitOptions o = options_for(kLaws[static_cast<std::size_t>(i) % kLaws.size()], random);
    if (i % 4 == 0) o.at = {table.lower.front() > 0.0 ? table.lower.front() : table.upper.front()};
    FitOptions general = o;
    general.given = {1e-9};  // what is asked for a survivor is the general fit's to answer, and all else with it
    const FitReport quick = fit(table, o);
    expect_same(quick, fit(table, general));
    QuickFitter fitter(o, {find_distribution(o.distributions.front())});
    fitter.begin(table);
    ModelResult m;
    (fitter.estimate(0, m) && fitter.describe(0, true, m) ? quick_ones : left) += 1;
    if (testing::Test::HasFailure()) break;
  }
  // Both ways have been taken often.
  EXPECT_GT(quick_ones, 1000);
  EXPECT_GT(left, 500);
}

TEST(QuickFit, OneFitterForAllSamplesGivesTheBitsOfEachAlone) {
  std::mt19937_64 random(7);
  for (const std::string& law : kLaws) {
    FitOptions o = options_for(law, random);
    Fitter fitter(o);
    for (int i = 0; i < 60; ++i) {
      const LifeTable table = draw(random);
      const FitReport together = fitter.fit(table), alone = fit(table, o);
      const std::map<std::string, Quantity> a = quantities(together.models[0]), b = quantities(alone.models[0]);
      ASSERT_EQ(a.size(), b.size());
      for (const auto& [name, x] : a) {
        const Quantity& y = b.at(name);
        for (const auto& [p, q] : {std::pair(x.estimate, y.estimate), std::pair(x.std_error, y.std_error),
                                   std::pair(x.lower, y.lower), std::pair(x.upper, y.upper)}) {
          ASSERT_TRUE(p == q || (std::isnan(p) && std::isnan(q))) << law << ' ' << name;
        }
      }
    }
  }
}

TEST(QuickFit, BestTakesTheSameEstimates) {
  std::mt19937_64 random(3);
  FitOptions best;
  FitOptions one;
  one.selection = "one";
  one.distributions = {"weibull"};
  one.bounds = "none";
  for (int i = 0; i < 20; ++i) {
    const LifeTable table = draw(random);
    const ModelResult alone = fit(table, one).models[0];
    for (const ModelResult& m : fit(table, best).models) {
      if (m.distribution != "weibull") continue;
      EXPECT_EQ(m.convergence.status, alone.convergence.status);
      for (std::size_t p = 0; p < m.parameters.size(); ++p) {
        const double a = m.parameters[p].value.estimate, b = alone.parameters[p].value.estimate;
        EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b)));
      }
    }
  }
}

TEST(QuickFit, RefusedTablesHaveTheirOwnVerdict) {
  FitOptions o;
  o.selection = "list";
  o.distributions = {"weibull", "normal"};
  Fitter fitter(o);
  LifeTable table;
  table.lower = table.upper = {0.0, 10.0, 20.0};
  table.line = {7, 8, 9};
  try {
    (void)fitter.fit(table);
    FAIL();
  } catch (const BadData& e) {
    const FitReport report = fitter.refused(table, e.errors());
    ASSERT_EQ(report.models.size(), 2u);
    for (const ModelResult& m : report.models) {
      EXPECT_STREQ(to_string(m.convergence.status), "bad_data");
      EXPECT_EQ(m.convergence.reason.rfind("line 7: a failure at time 0", 0), 0u) << m.convergence.reason;
      EXPECT_EQ(m.parameters.size(), 2u);
      EXPECT_TRUE(std::isnan(m.parameters[0].value.estimate));
    }
    EXPECT_EQ(report.data.failures, 3u);
  }
}

}  // namespace
}  // namespace relia
