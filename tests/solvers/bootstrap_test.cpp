// Bounds by resampling: the quick fit of replicates against the one that users call, bits against threads, and pivotal
// bounds against the laws they simulate.

#include "solvers/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/simulate.hpp>

#include "core/numeric/philox.hpp"
#include "core/registry.hpp"
#include "solvers/resample_draw.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

std::unique_ptr<ModelFit> fitted(const std::string& distribution, const LifeTable& table) {
  auto d = find_distribution(distribution);
  auto sample = std::make_shared<const Sample>(prepare(table, d->log_axis()));
  const std::vector<double> free(static_cast<std::size_t>(d->size()), std::nan(""));
  return fit_model(std::move(d), std::move(sample), free, Engine::newton, 1);
}

/// Exact, right, left and interval rows in the order in which a sample keeps them, some standing for several units.
LifeTable mixed() {
  LifeTable t =
      reference::failures_and_suspensions({112, 213, 250, 484, 500, 572, 580, 611, 690}, {600, 650, 720, 820});
  t.lower.insert(t.lower.end(), {0, 0, 300, 450});
  t.upper.insert(t.upper.end(), {150, 260, 480, 700});
  t.count = {1, 1, 2, 1, 1, 3, 1, 1, 1, 4, 1, 1, 12, 1, 1, 2, 1};
  return t;
}

TEST(Bootstrap, QuickFitsAreThoseOfTheGeneralEngine) {
  const LifeTable table = mixed();
  for (const char* name : {"exponential", "weibull", "lognormal", "loglogistic", "frechet", "normal", "logistic",
                           "gumbel", "gumbel-max"}) {
    for (const char* kind : {"weights", "cases"}) {
      SCOPED_TRACE(std::string(name) + ' ' + kind);
      const auto fit = fitted(name, table);
      BootstrapOptions options;
      options.kind = kind;
      options.interval = "t";
      options.replicates = 40;
      options.seed = 5;
      const auto r = resample(*fit, table, options, {1});
      ASSERT_EQ(r->failed, 0);
      const double n = fit->sample->n;
      const CaseDraw cases(table.count);
      for (int k = 0; k < options.replicates; ++k) {
        LifeTable replicate = table;
        const bool weights = options.kind == "weights";
        RandomStream random(options.seed, weights ? RandomPurpose::weight : RandomPurpose::choice,
                            static_cast<std::uint64_t>(k));
        if (weights) {
          draw_weights(table.count, n, random, replicate.count);
        } else {
          cases.draw(random, replicate.count);
        }
        double sum = 0.0;
        for (const double c : replicate.count) sum += c;
        EXPECT_NEAR(sum, n, 1e-9);
        // The general engine on the same axis.
        auto sample = std::make_shared<Sample>(*fit->sample);
        std::size_t row = 0;
        for (Segment& s : sample->cells.front().segments) {
          s.count.resize(s.a.size());
          for (double& c : s.count) c = replicate.count[row++];
        }
        const auto again = fit_model(fit->distribution, sample, fit->space->fixed(), Engine::newton, 1);
        ASSERT_EQ(again->estimate.status, FitStatus::converged);
        for (Eigen::Index i = 0; i < r->phi.rows(); ++i) {
          EXPECT_NEAR(r->phi(i, k), again->estimate.phi[i], 1e-11 * std::fmax(1.0, std::fabs(again->estimate.phi[i])));
          for (Eigen::Index j = 0; j < r->phi.rows(); ++j) {
            EXPECT_NEAR(r->covariance(i * r->phi.rows() + j, k), again->estimate.covariance(i, j), 1e-6);
          }
        }
      }
    }
  }
}

FitOptions asked(const std::string& distribution,
                 const std::string& kind,
                 const std::string& interval,
                 int replicates) {
  FitOptions o = reference::one(distribution, "bootstrap");
  o.bootstrap.kind = kind;
  o.bootstrap.interval = interval;
  o.bootstrap.replicates = replicates;
  o.at = {300};
  return o;
}

TEST(Bootstrap, BitsDoNotDependOnThreads) {
  for (const char* name : {"weibull", "lognormal", "gamma"}) {
    for (const char* interval : {"bca", "percentile", "t"}) {
      FitOptions o = asked(name, "weights", interval, name == std::string("gamma") ? 300 : 600);
      std::vector<Quantity> first;
      for (const int threads : {1, 2, 4}) {
        o.threads = threads;
        const ModelResult m = fit(mixed(), o).models.front();
        std::vector<Quantity> all = {m.parameters[0].value, m.parameters[1].value, m.metrics.quantiles[0].value,
                                     m.metrics.reliability[0].value};
        if (first.empty()) first = all;
        for (std::size_t i = 0; i < all.size(); ++i) {
          EXPECT_EQ(all[i].lower, first[i].lower) << name << ' ' << interval;
          EXPECT_EQ(all[i].upper, first[i].upper) << name << ' ' << interval;
          EXPECT_LT(all[i].lower, all[i].estimate);
          EXPECT_GT(all[i].upper, all[i].estimate);
        }
      }
      o.bootstrap.seed = 2;
      EXPECT_NE(fit(mixed(), o).models.front().parameters[0].value.lower, first[0].lower);
    }
  }
}

/// A percentile's Monte-Carlo error is sqrt(a (1 - a)/B) over the density; 1 % of the bound is more than five of them
/// everywhere below.
TEST(Bootstrap, PivotalBoundsOfExponentialLivesAreTheChiSquaredOnes) {
  // Type II: the test ended with the sixth of nine failures.
  const LifeTable table = reference::failures_and_suspensions({112, 213, 250, 484, 500, 572}, {572, 572, 572});
  const ModelResult m = fit(table, asked("exponential", "parametric", "pivotal", 400000)).models.front();
  FitOptions o = reference::one("exponential", "exact");
  o.termination = "failure";
  o.at = {300};
  const ModelResult exact = fit(table, o).models.front();
  EXPECT_TRUE(m.resampling.exact);
  EXPECT_EQ(m.bounds, "bootstrap");
  const auto same = [](const Quantity& a, const Quantity& b) {
    EXPECT_NEAR(a.lower, b.lower, 0.01 * b.lower);
    EXPECT_NEAR(a.upper, b.upper, 0.01 * b.upper);
  };
  same(m.parameters[0].value, exact.parameters[0].value);
  same(m.metrics.quantiles[0].value, exact.metrics.quantiles[0].value);
  same(m.metrics.mean, exact.metrics.mean);
  same(m.metrics.reliability[0].value, exact.metrics.reliability[0].value);
}

TEST(Bootstrap, PivotalBoundsOfNormalLivesAreStudentsAndTheChiSquaredOnes) {
  const std::vector<double> lives = {212, 231, 187, 244, 205, 218, 199, 251, 223, 208, 236, 195};
  const LifeTable table = reference::failures_and_suspensions(lives, {});
  const ModelResult m = fit(table, asked("normal", "parametric", "pivotal", 400000)).models.front();
  const double n = static_cast<double>(lives.size());
  double mean = 0.0, square = 0.0;
  for (const double x : lives) mean += x / n;
  for (const double x : lives) square += (x - mean) * (x - mean);
  const double s = std::sqrt(square / (n - 1.0));
  using boost::math::chi_squared, boost::math::non_central_t, boost::math::students_t, boost::math::quantile;
  const double t = quantile(students_t(n - 1.0), 0.975), half = t * s / std::sqrt(n);
  const Quantity& mu = reference::parameter(m, "mu");
  EXPECT_NEAR(mu.lower, mean - half, 0.01 * half);
  EXPECT_NEAR(mu.upper, mean + half, 0.01 * half);
  const Quantity& sigma = reference::parameter(m, "sigma");
  EXPECT_NEAR(sigma.lower, std::sqrt(square / quantile(chi_squared(n - 1.0), 0.975)), 0.01 * s);
  EXPECT_NEAR(sigma.upper, std::sqrt(square / quantile(chi_squared(n - 1.0), 0.025)), 0.02 * s);
  // B10: mean + z s with noncentral t (Hahn & Meeker 1991, section 4.4).
  const double shift = quantile(boost::math::normal(), 0.1) * std::sqrt(n);
  const non_central_t law(n - 1.0, -shift);
  const Quantity& b10 = m.metrics.quantiles[0].value;
  EXPECT_NEAR(b10.upper, mean - quantile(law, 0.025) * s / std::sqrt(n), 0.01 * s);
  EXPECT_NEAR(b10.lower, mean - quantile(law, 0.975) * s / std::sqrt(n), 0.02 * s);
}

/// The law of the pivots does not depend on the parameters: data of another scale and shape give the same bounds of z.
TEST(Bootstrap, PivotsAreFreeOfTheParameters) {
  const std::vector<double> lives = {112, 213, 250, 484, 500, 572, 611};
  std::vector<double> moved;
  for (const double t : lives) moved.push_back(3.0 * std::pow(t, 0.4));
  const auto bounds = [](const std::vector<double>& x) {
    const LifeTable table = reference::failures_and_suspensions(x, {x.back(), x.back()});
    return fit(table, asked("weibull", "parametric", "pivotal", 1000)).models.front();
  };
  const ModelResult a = bounds(lives), b = bounds(moved);
  const auto near = [](double x, double y) { EXPECT_NEAR(x, y, 1e-9 * std::fabs(y)); };
  near(reference::parameter(b, "shape").lower, reference::parameter(a, "shape").lower / 0.4);
  near(reference::parameter(b, "shape").upper, reference::parameter(a, "shape").upper / 0.4);
  near(b.metrics.quantiles[0].value.lower, 3.0 * std::pow(a.metrics.quantiles[0].value.lower, 0.4));
  near(b.metrics.quantiles[0].value.upper, 3.0 * std::pow(a.metrics.quantiles[0].value.upper, 0.4));
}

/// With every unit failed each replicate has a maximum. log L of some of these is near 0, its rounding is not.
TEST(Bootstrap, FindsEveryMaximumThatExists) {
  const std::vector<double> lives = {17.88, 28.92, 33,     41.52,  42.12,  45.6,   48.48, 51.84,
                                     51.96, 54.12, 55.56,  67.8,   68.64,  68.64,  68.88, 84.12,
                                     93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.4};
  for (const double power : {0.5, 0.7, 0.8, 1.0, 1.2, 1.5}) {
    std::vector<double> moved;
    for (const double t : lives) moved.push_back(std::pow(t, power));
    const ModelResult m =
        fit(reference::failures_and_suspensions(moved, {}), asked("weibull", "parametric", "pivotal", 20000))
            .models.front();
    EXPECT_EQ(m.resampling.failed, 0) << power;
    EXPECT_TRUE(std::isfinite(m.parameters[0].value.lower)) << power;
  }
}

/// The interval of the logarithm of an exponential scale, from the definitions: replicates ln(sum w x / n), the median
/// bias z0 of them, the acceleration of the influences (x - mean)/mean (Efron & Tibshirani 1993, equation 14.10).
TEST(Bootstrap, BcaFollowsItsDefinition) {
  RandomStream random(11, RandomPurpose::life, 0);
  std::vector<double> lives, ones(40, 1.0), weight(40);
  for (int i = 0; i < 40; ++i) lives.push_back(1000.0 * random.exponential());
  double mean = 0.0, second = 0.0, third = 0.0;
  for (const double x : lives) mean += x / 40.0;
  for (const double x : lives) {
    const double u = (x - mean) / mean;
    second += u * u;
    third += u * u * u;
  }
  const double a = third / (6.0 * std::pow(second, 1.5));
  constexpr int kReplicates = 3999;
  std::vector<double> q;
  int below = 0;
  for (int k = 0; k < kReplicates; ++k) {
    RandomStream r(1, RandomPurpose::weight, static_cast<std::uint64_t>(k));
    draw_weights(ones, 40.0, r, weight);
    double sum = 0.0;
    for (std::size_t i = 0; i < 40; ++i) sum += weight[i] * lives[i] / 40.0;
    q.push_back(sum);
    below += sum < mean;
  }
  std::sort(q.begin(), q.end());
  const boost::math::normal z;
  const double z0 = quantile(z, static_cast<double>(below) / kReplicates);
  const auto end = [&](double alpha) {
    const double w = z0 + quantile(z, alpha), place = (kReplicates + 1) * cdf(z, z0 + w / (1.0 - a * w));
    const auto low = static_cast<std::size_t>(place);
    // Between two order statistics on the scale of ln scale.
    return std::exp(std::log(q[low - 1]) + (place - std::floor(place)) * std::log(q[low] / q[low - 1]));
  };
  const LifeTable table = reference::failures_and_suspensions(lives, {});
  const ModelResult m = fit(table, asked("exponential", "weights", "bca", kReplicates)).models.front();
  EXPECT_NEAR(m.parameters[0].value.lower, end(0.025), 1e-10 * mean);
  EXPECT_NEAR(m.parameters[0].value.upper, end(0.975), 1e-10 * mean);
  EXPECT_GT(std::fabs(a), 0.01);
}

TEST(Bootstrap, LargeSamplesGiveTheLikelihoodRatioBounds) {
  LifeModel model{"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
  TestPlan plan;
  plan.n = 1500;
  plan.censor_at = 1100;
  const LifeTable table = Simulation(model, plan, 3).draw(0);
  FitOptions o = reference::one("weibull", "lr");
  o.at = {300};
  const ModelResult lr = fit(table, o).models.front();
  for (const char* kind : {"weights", "cases", "parametric"}) {
    for (const char* interval : {"bca", "percentile", "t", "pivotal"}) {
      FitOptions b = asked("weibull", kind, interval, 3000);
      if (kind == std::string("parametric")) b.bootstrap.censor_at = 1100;
      const ModelResult m = fit(table, b).models.front();
      SCOPED_TRACE(std::string(kind) + ' ' + interval);
      const auto near = [](const Quantity& x, const Quantity& y) {
        EXPECT_NEAR(x.lower, y.lower, 0.15 * (y.upper - y.lower));
        EXPECT_NEAR(x.upper, y.upper, 0.15 * (y.upper - y.lower));
      };
      near(m.parameters[0].value, lr.parameters[0].value);
      near(m.parameters[1].value, lr.parameters[1].value);
      near(m.metrics.quantiles[0].value, lr.metrics.quantiles[0].value);
      near(m.metrics.reliability[0].value, lr.metrics.reliability[0].value);
      near(m.metrics.mean, lr.metrics.mean);
      EXPECT_FALSE(m.resampling.exact);  // type I data have no exact pivots
    }
  }
}

TEST(Bootstrap, TakesModelsOutsideTheQuickPath) {
  const auto holds = [](const Quantity& q) {
    EXPECT_LT(q.lower, q.estimate);
    EXPECT_GT(q.upper, q.estimate);
  };
  FitOptions o = asked("weibull", "weights", "percentile", 100);
  o.mixture = 2;
  const LifeModel two{
      "weibull", false, 2, {{"p1", 0.4}, {"shape1", 2.0}, {"scale1", 100.0}, {"shape2", 4.0}, {"scale2", 2000.0}}};
  TestPlan plan;
  plan.n = 60;
  holds(fit(Simulation(two, plan, 1).draw(0), o).models.front().metrics.quantiles[0].value);
  o = asked("weibull", "parametric", "percentile", 100);
  o.limited_failure = true;
  o.bootstrap.censor_at = 1370;
  const ModelResult limited = fit(reference::dataset("ic_lfp"), o).models.front();
  holds(reference::parameter(limited, "p"));
  holds(fit(mixed(), asked("gamma", "weights", "t", 100)).models.front().metrics.quantiles[0].value);
}

TEST(Bootstrap, HoldsParameters) {
  FitOptions o = asked("weibull", "weights", "percentile", 200);
  o.fixed = {{"shape", 2.0}};
  const ModelResult held = fit(mixed(), o).models.front();
  EXPECT_TRUE(held.parameters[0].fixed);
  EXPECT_LT(held.parameters[1].value.lower, held.parameters[1].value.estimate);
  EXPECT_GT(held.parameters[1].value.upper, held.parameters[1].value.estimate);
  o.bootstrap.interval = "pivotal";
  const ModelResult none = fit(mixed(), o).models.front();
  EXPECT_TRUE(std::isnan(none.parameters[1].value.lower));
  EXPECT_NE(none.parameters[1].value.lower_reason.find("location-scale"), std::string::npos);
}

TEST(Bootstrap, ReplicatesWithoutAMaximumAreCountedAndBeyondFivePercentEndTheBound) {
  // Two failures of twenty: a tenth of the draws with replacement has none, and more have one alone.
  std::vector<double> suspensions(18, 500.0);
  const LifeTable table = reference::failures_and_suspensions({200, 300}, suspensions);
  const ModelResult cases = fit(table, asked("weibull", "cases", "percentile", 1000)).models.front();
  // P(no failure drawn) = 0.9^20 = 0.1216; one age alone still has a maximum, as 500 > 300.
  EXPECT_NEAR(cases.resampling.failed, 121.6, 5.0 * std::sqrt(1000 * 0.1216 * 0.8784));
  EXPECT_TRUE(std::isnan(cases.parameters[0].value.lower));
  EXPECT_NE(cases.parameters[0].value.lower_reason.find("5 %"), std::string::npos);
  const ModelResult weights = fit(table, asked("weibull", "weights", "percentile", 1000)).models.front();
  EXPECT_EQ(weights.resampling.failed, 0);
  EXPECT_TRUE(std::isfinite(weights.parameters[0].value.lower));
}

TEST(Bootstrap, AParametricOneNeedsAPlan) {
  const LifeTable random = reference::failures_and_suspensions({112, 213, 250}, {100, 600});
  EXPECT_THROW(static_cast<void>(fit(random, asked("weibull", "parametric", "bca", 100))), UsageError);
  const LifeTable timed = reference::failures_and_suspensions({112, 213, 250}, {600, 600});
  EXPECT_THROW(static_cast<void>(fit(timed, asked("weibull", "parametric", "bca", 100))), UsageError);
  FitOptions o = asked("weibull", "parametric", "percentile", 200);
  o.bootstrap.censor_at = 600;
  EXPECT_TRUE(std::isfinite(fit(timed, o).models.front().parameters[0].value.lower));
  o.bootstrap.censor_at = 240;
  EXPECT_THROW(static_cast<void>(fit(timed, o)), UsageError);
  LifeTable interval = timed;
  interval.lower.push_back(100);
  interval.upper.push_back(200);
  EXPECT_THROW(static_cast<void>(fit(interval, asked("weibull", "parametric", "bca", 100))), UsageError);
}

TEST(ResampleDraw, WeightsHaveTheMomentsOfTheDirichletLaw) {
  const std::vector<double> units = {1, 1, 3, 20, 1};
  const double n = 26.0;
  std::vector<double> weight(units.size()), sum(units.size()), square(units.size());
  constexpr int kDraws = 40000;
  for (int k = 0; k < kDraws; ++k) {
    RandomStream random(2, RandomPurpose::weight, static_cast<std::uint64_t>(k));
    draw_weights(units, n, random, weight);
    for (std::size_t i = 0; i < units.size(); ++i) {
      sum[i] += weight[i];
      square[i] += weight[i] * weight[i];
    }
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    // Dirichlet(c) times n: mean c, variance c (n - c)/(n + 1).
    const double variance = units[i] * (n - units[i]) / (n + 1.0);
    EXPECT_NEAR(sum[i] / kDraws, units[i], 5.0 * std::sqrt(variance / kDraws));
    EXPECT_NEAR(square[i] / kDraws - units[i] * units[i], variance,
                0.05 * variance + 10.0 * units[i] * std::sqrt(variance / kDraws));
  }
}

TEST(ResampleDraw, CasesComeUpAsOftenAsTheirUnits) {
  const std::vector<double> units = {1, 4, 5};
  const CaseDraw cases(units);
  std::vector<double> weight(3), sum(3);
  for (int k = 0; k < 20000; ++k) {
    RandomStream random(2, RandomPurpose::choice, static_cast<std::uint64_t>(k));
    cases.draw(random, weight);
    EXPECT_EQ(weight[0] + weight[1] + weight[2], 10.0);
    for (std::size_t i = 0; i < 3; ++i) sum[i] += weight[i];
  }
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(sum[i] / 20000, units[i], 5.0 * std::sqrt(units[i] * (10.0 - units[i]) / 10.0 / 20000));
  }
  EXPECT_THROW(CaseDraw(std::vector<double>{1e9}), UsageError);
}

}  // namespace
}  // namespace relia
