// Rank regression against least squares written out, and the Anderson-Darling distance against the classical sum
// (complete data) and against numerical integration of its definition (censored data).

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <boost/math/special_functions/beta.hpp>
#include <gtest/gtest.h>

#include "core/numeric/special.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

struct Unit {
  double age;
  bool failed;
};

/// Johnson's adjusted ranks and median ranks, unit by unit.
std::vector<std::pair<double, double>> plotted(std::vector<Unit> units, bool benard) {
  std::stable_sort(units.begin(), units.end(),
                   [](const Unit& a, const Unit& b) { return a.age != b.age ? a.age < b.age : a.failed && !b.failed; });
  const auto n = static_cast<double>(units.size());
  double rank = 0.0;
  std::vector<std::pair<double, double>> out;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!units[i].failed) continue;
    const double left = n - static_cast<double>(i);  // this unit and those after it
    rank += (n + 1.0 - rank) / (1.0 + left);
    out.emplace_back(units[i].age,
                     benard ? (rank - 0.3) / (n + 0.4) : boost::math::ibeta_inv(rank, n - rank + 1.0, 0.5));
  }
  return out;
}

double standard(const std::string& name, double p) {
  if (name == "weibull") return std::log(-std::log1p(-p));
  if (name == "lognormal" || name == "normal") return normal_quantile(p);
  if (name == "frechet") return -std::log(-std::log(p));
  return std::log(p / (1.0 - p));
}

// The mean of equal logarithms is rounded for some ages: a slope from that rounding is no slope.
TEST(RankRegression, DrawsNoLineThroughOneAge) {
  for (int i = 1; i <= 300; ++i) {
    const double age = 0.1 * i;
    for (const int failures : {3, 5, 7}) {
      const LifeTable table = reference::failures_and_suspensions(
          std::vector<double>(static_cast<std::size_t>(failures), age), {0.5 * age});
      for (const std::string name : {"weibull", "normal"}) {
        FitOptions o = reference::one(name);
        o.method = "rrx";
        const ModelResult m = fit(table, o).models.front();
        EXPECT_FALSE(carries_estimates(m.convergence.status)) << name << " " << age << " " << failures;
      }
    }
  }
}

TEST(RankRegression, IsLeastSquaresThroughThePlottedPoints) {
  const std::vector<double> failures = {31, 47, 47, 82, 90, 96, 141}, suspensions = {40, 82, 100, 150};
  std::vector<Unit> units;
  for (const double t : failures) units.push_back({t, true});
  for (const double t : suspensions) units.push_back({t, false});
  const LifeTable table = reference::failures_and_suspensions(failures, suspensions);
  for (const std::string name : {"weibull", "lognormal", "loglogistic", "frechet", "normal", "logistic"}) {
    for (const bool on_x : {true, false}) {
      for (const bool benard : {true, false}) {
        double sx = 0, sz = 0, sxx = 0, szz = 0, sxz = 0, n = 0;
        for (const auto& [t, p] : plotted(units, benard)) {
          const double x = name == "normal" || name == "logistic" ? t : std::log(t), z = standard(name, p);
          sx += x, sz += z, sxx += x * x, szz += z * z, sxz += x * z, n += 1;
        }
        const double xx = sxx - sx * sx / n, zz = szz - sz * sz / n, xz = sxz - sx * sz / n;
        const double sigma = on_x ? xz / zz : xx / xz, mu = sx / n - sigma * sz / n;
        FitOptions o = reference::one(name);
        o.method = on_x ? "rrx" : "rry";
        o.ranks = benard ? "benard" : "exact";
        const ModelResult m = fit(table, o).models.front();
        ASSERT_EQ(m.convergence.status, FitStatus::closed_form);
        if (name == "weibull") {
          EXPECT_NEAR(reference::parameter(m, "shape").estimate, 1.0 / sigma, 1e-11 / sigma);
          EXPECT_NEAR(reference::parameter(m, "scale").estimate, std::exp(mu), 1e-11 * std::exp(mu));
        } else {
          EXPECT_NEAR(reference::parameter(m, "mu").estimate, mu, 1e-11 * std::fabs(mu)) << name;
          EXPECT_NEAR(reference::parameter(m, "sigma").estimate, sigma, 1e-11 * sigma) << name;
        }
        EXPECT_NEAR(m.r_squared, xz * xz / (xx * zz), 1e-11);
        EXPECT_NEAR(m.correlation, xz / std::sqrt(xx * zz), 1e-11);
        EXPECT_TRUE(std::isnan(m.aic) && std::isnan(m.aicc) && std::isnan(m.bic));
        EXPECT_TRUE(m.covariance.empty());
      }
    }
  }
}

TEST(RankRegression, TheExponentialsLineGoesThroughTheOrigin) {
  const std::vector<double> failures = {31, 47, 82, 90, 141};
  std::vector<Unit> units;
  for (const double t : failures) units.push_back({t, true});
  double tt = 0, yy = 0, ty = 0;
  for (const auto& [t, p] : plotted(units, false)) {
    const double y = -std::log1p(-p);
    tt += t * t, yy += y * y, ty += t * y;
  }
  const LifeTable table = reference::failures_and_suspensions(failures, {});
  FitOptions o = reference::one("exponential");
  o.method = "rrx";
  EXPECT_NEAR(reference::parameter(fit(table, o).models.front(), "scale").estimate, ty / yy, 1e-10);
  o.method = "rry";
  EXPECT_NEAR(reference::parameter(fit(table, o).models.front(), "scale").estimate, tt / ty, 1e-10);
}

/// F of a fitted weibull or lognormal.
double failure_probability(const ModelResult& m, double t) {
  if (m.distribution == "weibull") {
    return -std::expm1(
        -std::pow(t / reference::parameter(m, "scale").estimate, reference::parameter(m, "shape").estimate));
  }
  const double z = (std::log(t) - reference::parameter(m, "mu").estimate) / reference::parameter(m, "sigma").estimate;
  return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

TEST(AndersonDarling, IsTheClassicalSumForCompleteData) {
  const LifeTable table = reference::dataset("ball_bearing");
  for (const char* name : {"weibull", "lognormal"}) {
    const ModelResult m = fit(table, reference::one(name)).models.front();
    std::vector<double> f;
    for (std::size_t i = 0; i < table.rows(); ++i)
      f.insert(f.end(), static_cast<std::size_t>(table.count_at(i)), failure_probability(m, table.lower[i]));
    std::sort(f.begin(), f.end());
    const auto n = static_cast<double>(f.size());
    double sum = 0.0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      sum += (2.0 * static_cast<double>(i) + 1.0) * (std::log(f[i]) + std::log1p(-f[f.size() - 1 - i]));
    }
    EXPECT_NEAR(m.anderson_darling, -n - sum / n, 1e-11) << name;
  }
}

TEST(AndersonDarling, IsItsIntegralForCensoredData) {
  const LifeTable table = reference::failures_and_suspensions({31, 47, 47, 82, 90, 96, 141}, {40, 82, 100, 150});
  for (const char* name : {"weibull", "lognormal"}) {
    const ModelResult m = fit(table, reference::one(name)).models.front();
    // Kaplan-Meier by hand: age, at risk, failures (failures before suspensions at equal ages).
    const std::vector<std::vector<double>> steps = {{31, 11, 1}, {47, 9, 2}, {82, 7, 1},
                                                    {90, 5, 1},  {96, 4, 1}, {141, 2, 1}};
    double sum = 0.0, survival = 1.0, from = 0.0;
    const auto piece = [&](double a, double b, double c) {
      // Midpoint rule in x with F = a + (b-a) x^2 (3 - 2x), which tames the ends.
      const int points = 20000;
      for (int i = 0; i < points; ++i) {
        const double x = (i + 0.5) / points, f = a + (b - a) * x * x * (3 - 2 * x), df = (b - a) * 6 * x * (1 - x);
        sum += (c - f) * (c - f) / (f * (1 - f)) * df / points;
      }
    };
    for (const auto& s : steps) {
      const double to = failure_probability(m, s[0]);
      piece(from, to, 1.0 - survival);
      survival *= 1.0 - s[2] / s[1];
      from = to;
    }
    piece(from, failure_probability(m, 150), 1.0 - survival);
    EXPECT_NEAR(m.anderson_darling, 11.0 * sum, 1e-7) << name;
  }
}

TEST(AndersonDarling, IsAbsentWhereItIsNotDefined) {
  LifeTable interval = reference::table_of({{1, 2}, {3, 3}, {4, 4}, {2, 2}});
  EXPECT_TRUE(std::isnan(fit(interval, reference::one("weibull")).models.front().anderson_darling));
  LifeTable truncated = reference::table_of({{1.5, 1.5}, {3, 3}, {4, 4}, {2, 2}});
  truncated.entry = {1, 0, 0, 0};
  EXPECT_TRUE(std::isnan(fit(truncated, reference::one("weibull")).models.front().anderson_darling));
}

}  // namespace
}  // namespace relia
