// Exact chi-squared bounds against their formula, Weibayes with no and one failure included.

#include <cmath>
#include <string>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>
#include <gtest/gtest.h>

#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

double chi_squared(double p, double dof) {
  return boost::math::quantile(boost::math::chi_squared(dof), p);
}

TEST(ExactBounds, FollowTheChiSquaredFormula) {
  const std::vector<double> failures = {112, 213, 250, 484, 500, 572}, suspensions = {600, 600, 820};
  for (const double shape : {1.0, 0.7, 2.0, 3.5}) {
    for (const std::string termination : {"time", "failure"}) {
      for (const std::string sides : {"two", "lower", "upper"}) {
        for (const double confidence : {0.8, 0.95, 0.999}) {
          for (const std::size_t r : {std::size_t{0}, std::size_t{1}, std::size_t{6}}) {
            const LifeTable table = reference::failures_and_suspensions(
                {failures.begin(), failures.begin() + static_cast<std::ptrdiff_t>(r)}, suspensions);
            double sum = 0.0;
            for (const double t : table.lower) sum += std::pow(t, shape);
            FitOptions o = reference::one(shape == 1.0 ? "exponential" : "weibull", "exact");
            if (shape != 1.0) o.fixed = {{"shape", shape}};
            o.termination = termination;
            o.sides = sides;
            o.confidence = confidence;
            o.at = {50, 300, 20000};
            const ModelResult m = fit(table, o).models.front();
            const double level = sides == "two" ? 0.5 + 0.5 * confidence : confidence, n = static_cast<double>(r);
            const double low = std::pow(
                2.0 * sum / chi_squared(level, termination == "failure" && r > 0 ? 2 * n : 2 * n + 2), 1.0 / shape);
            const double high = r == 0 ? kAbsent : std::pow(2.0 * sum / chi_squared(1.0 - level, 2 * n), 1.0 / shape);
            EXPECT_EQ(m.convergence.status, r == 0 ? FitStatus::boundary : FitStatus::converged);
            EXPECT_EQ(m.bounds, "exact");
            const auto check = [&](const char* what, const Quantity& q, double at_low, double at_high, bool rises,
                                   double loss = 0.0) {
              const double lower = rises ? at_low : at_high, upper = rises ? at_high : at_low;
              const auto side = [&](const char* name, double got, double want, bool asked) {
                if (!asked || std::isnan(want)) {
                  EXPECT_TRUE(std::isnan(got)) << what << ' ' << name << ' ' << got;
                } else {
                  EXPECT_NEAR(got, want, (2e-12 + loss) * std::fabs(want) + 1e-15)
                      << what << ' ' << name << " shape " << shape << ' ' << sides << " r " << r;
                }
              };
              side("lower", q.lower, lower, sides != "upper");
              side("upper", q.upper, upper, sides != "lower");
            };
            check("scale", reference::parameter(m, "scale"), low, high, true);
            check("B10", m.metrics.quantiles[0].value, low * std::pow(-std::log1p(-0.1), 1 / shape),
                  high * std::pow(-std::log1p(-0.1), 1 / shape), true);
            check("mean", m.metrics.mean, low * std::tgamma(1 + 1 / shape), high * std::tgamma(1 + 1 / shape), true);
            for (std::size_t k = 0; k < o.at.size(); ++k) {
              const double t = o.at[k];
              const auto reliability = [&](double scale) {
                return std::isnan(scale) ? kAbsent : std::exp(-std::pow(t / scale, shape));
              };
              const auto failure = [&](double scale) {
                return std::isnan(scale) ? kAbsent : -std::expm1(-std::pow(t / scale, shape));
              };
              const auto hazard = [&](double scale) {
                return std::isnan(scale) ? kAbsent : shape / scale * std::pow(t / scale, shape - 1);
              };
              check("R", m.metrics.reliability[k].value, reliability(low), reliability(high), true);
              check("F", m.metrics.failure_probability[k].value, failure(low), failure(high), false);
              // h = f/S loses what its two logarithms, of the size of the cumulative hazard, have in common.
              check("h", m.metrics.hazard[k].value, hazard(low), hazard(high), false, 1e-15 * std::pow(t / low, shape));
            }
          }
        }
      }
    }
  }
}

TEST(ExactBounds, ReplaceTheOthersWithoutAFailureAndSaySo) {
  const LifeTable table = reference::failures_and_suspensions({}, {500, 700});
  for (const char* bounds : {"lr", "wald"}) {
    FitOptions o = reference::one("weibull", bounds);
    o.fixed = {{"shape", 2.0}};
    const ModelResult m = fit(table, o).models.front();
    EXPECT_EQ(m.convergence.status, FitStatus::boundary);
    EXPECT_TRUE(std::isnan(reference::parameter(m, "scale").estimate));
    EXPECT_NEAR(reference::parameter(m, "scale").lower, std::sqrt((500.0 * 500 + 700.0 * 700) / -std::log(0.025)),
                1e-9);
    ASSERT_FALSE(m.warnings.empty());
  }
  FitOptions none = reference::one("weibull", "none");
  none.fixed = {{"shape", 2.0}};
  EXPECT_FALSE(carries_estimates(fit(table, none).models.front().convergence.status));
}

}  // namespace
}  // namespace relia
