// A model asked at many places: the numbers of fit(), and bounds of the density of life held against the whole
// likelihood region.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>
#include <relia/fitted_model.hpp>

namespace relia {
namespace {

const std::vector<double> kFailed{17.88, 28.92, 33.0,  41.52, 42.12, 45.6,  48.8,  51.84,  51.96,  54.12,  55.56,
                                  67.8,  68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04};
const std::vector<double> kSuspended{120, 140, 173.4};
const std::vector<double> kAges{5, 15, 30, 45, 60, 70, 75, 80, 85, 90, 100, 120, 150, 200};

LifeTable bearings() {
  LifeTable out;
  for (const double t : kFailed) out.lower.push_back(t), out.upper.push_back(t);
  for (const double t : kSuspended) out.lower.push_back(t), out.upper.push_back(HUGE_VAL);
  return out;
}

FitOptions one(const std::string& distribution, const std::string& bounds) {
  FitOptions out;
  out.distributions = {distribution};
  out.selection = "one";
  out.bounds = bounds;
  return out;
}

double log_weibull(double t, double shape, double scale) {
  return std::log(shape / t) + shape * std::log(t / scale) - std::pow(t / scale, shape);
}

double likelihood(double shape, double scale) {
  double sum = 0.0;
  for (const double t : kFailed) sum += log_weibull(t, shape, scale);
  for (const double t : kSuspended) sum -= std::pow(t / scale, shape);
  return sum;
}

// Every number is that of fit(); small data may reach it there by another way, to its last digits.
TEST(FittedModel, GivesTheNumbersOfTheFit) {
  LifeTable table = bearings();
  Column mode;
  mode.name = "mode";
  mode.type = Column::Type::text;
  mode.levels = {"", "a", "b"};
  for (std::size_t i = 0; i < table.rows(); ++i)
    mode.codes.push_back(table.lower[i] == table.upper[i] ? static_cast<std::uint32_t>(1 + i % 2) : 0);
  table.columns.push_back(std::move(mode));
  const std::vector<double> p{0.01, 0.1, 0.5}, ages{20, 60, 110};
  for (const auto& [modes, from_known] :
       std::vector<std::pair<bool, bool>>{{false, false}, {false, true}, {true, true}}) {
    for (const char* const bounds : {"lr", "wald"}) {
      FitOptions options = one("weibull", bounds);
      if (modes) options.mode_column = "mode";
      const ModelResult found = fit(table, options).models.front();
      const FittedModel model(table, options, from_known ? &found : nullptr);
      ASSERT_TRUE(model.usable());
      options.quantiles = p;
      options.at = ages;
      const ModelResult want = fit(table, options).models.front();
      const auto same = [&](const auto& got, const auto& all, bool with_bounds) {
        ASSERT_EQ(got.size(), all.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
          const Quantity &a = got[i].value, &b = all[i].value;
          EXPECT_NEAR(a.estimate / b.estimate, 1.0, 1e-12);
          if (with_bounds) {
            EXPECT_NEAR(a.lower / b.lower, 1.0, 1e-11);
            EXPECT_NEAR(a.upper / b.upper, 1.0, 1e-11);
          } else {
            EXPECT_TRUE(std::isnan(a.lower));
            EXPECT_TRUE(std::isnan(a.upper));
          }
        }
      };
      for (const bool with : {false, true}) {
        same(model.lives(p, with), want.metrics.quantiles, with);
        same(model.reliability(ages, with), want.metrics.reliability, with);
        same(model.failure_probability(ages, with), want.metrics.failure_probability, with);
        same(model.hazard(ages, with), want.metrics.hazard, with);
      }
      const std::vector<FittedModel::Mode> alone = model.lives_of_modes(p);
      ASSERT_EQ(alone.size(), want.modes.size());
      for (std::size_t m = 0; m < alone.size(); ++m) {
        EXPECT_EQ(alone[m].name, want.modes[m].mode);
        same(alone[m].lives, want.modes[m].metrics.quantiles, false);
      }
    }
  }
}

TEST(FittedModel, WithoutFailuresHasBoundsAlone) {
  LifeTable table;
  for (const double t : {100.0, 200.0, 300.0}) table.lower.push_back(t), table.upper.push_back(HUGE_VAL);
  FitOptions options = one("weibull", "lr");
  options.fixed = {{"shape", 2.0}};
  const FittedModel model(table, options);
  ASSERT_TRUE(model.usable());
  const Quantity b10 = model.lives({0.1}, true).front().value;
  EXPECT_TRUE(std::isnan(b10.estimate));
  EXPECT_GT(b10.lower, 0.0);
  EXPECT_TRUE(model.density({100.0}, true).empty());
}

TEST(Density, IsHazardTimesReliability) {
  const LifeTable table = bearings();
  for (const char* const name : {"weibull", "lognormal", "gamma", "weibull-3p"}) {
    FitOptions options = one(name, "none");
    options.at = kAges;
    const LifeMetrics m = fit(bearings(), options).models.front().metrics;
    const std::vector<AtTimeResult> found = FittedModel(table, options).density(kAges, true);
    ASSERT_EQ(found.size(), kAges.size());
    for (std::size_t i = 0; i < kAges.size(); ++i) {
      if (std::isnan(m.hazard[i].value.estimate)) continue;
      const double f = m.hazard[i].value.estimate * m.reliability[i].value.estimate;
      EXPECT_NEAR(found[i].value.estimate / f, 1.0, 1e-11) << name << " at " << kAges[i];
    }
  }
}

// The least and the greatest density over all parameters whose likelihood lies within the level: a fine grid around the
// whole region.
TEST(Density, LikelihoodRatioBoundsAreTheImageOfTheRegion) {
  const LifeTable table = bearings();
  const ModelResult model = fit(table, one("weibull", "none")).models.front();
  const double shape = model.parameters[0].value.estimate, scale = model.parameters[1].value.estimate;
  const double wanted = 3.841458820694124, most = likelihood(shape, scale);
  std::vector<double> least(kAges.size(), HUGE_VAL), greatest(kAges.size(), 0.0);
  constexpr int kRays = 20000;
  for (int r = 0; r < kRays; ++r) {
    const double angle = 2.0 * std::numbers::pi * r / kRays;
    double low = 0.0, high = 1.0;
    const auto shape_at = [&](double v) { return shape * std::exp(v * 0.5 * std::cos(angle)); };
    const auto scale_at = [&](double v) { return scale * std::exp(v * 0.3 * std::sin(angle)); };
    while (2.0 * (most - likelihood(shape_at(high), scale_at(high))) < wanted) high *= 2.0;
    for (int step = 0; step < 50; ++step) {
      const double middle = 0.5 * (low + high);
      (2.0 * (most - likelihood(shape_at(middle), scale_at(middle))) < wanted ? low : high) = middle;
    }
    for (std::size_t i = 0; i < kAges.size(); ++i) {
      const double f = std::exp(log_weibull(kAges[i], shape_at(low), scale_at(low)));
      least[i] = std::min(least[i], f), greatest[i] = std::max(greatest[i], f);
    }
  }
  const std::vector<AtTimeResult> found = FittedModel(table, one("weibull", "lr")).density(kAges, true);
  ASSERT_EQ(found.size(), kAges.size());
  for (std::size_t i = 0; i < kAges.size(); ++i) {
    EXPECT_NEAR(found[i].value.lower / least[i], 1.0, 1e-5) << kAges[i];
    EXPECT_NEAR(found[i].value.upper / greatest[i], 1.0, 1e-5) << kAges[i];
  }
}

// Of one parameter the bounds are the extremes over its interval; the density at the mean has its peak inside.
TEST(Density, OfOneParameterIsTakenOverItsInterval) {
  const LifeTable table = bearings();
  for (const char* const bounds : {"lr", "wald", "exact"}) {
    const FitReport report = fit(bearings(), one("exponential", bounds));
    const Quantity& scale = report.models.front().parameters.front().value;
    const double t = scale.estimate;
    const auto f = [](double age, double s) { return std::exp(-age / s) / s; };
    for (const double age : {0.1 * t, 0.95 * t, t, 1.05 * t, 4.0 * t}) {
      const Quantity q = FittedModel(table, one("exponential", bounds)).density({age}, true).front().value;
      double greatest = std::max(f(age, scale.lower), f(age, scale.upper));
      if (age > scale.lower && age < scale.upper) greatest = std::max(greatest, f(age, age));
      EXPECT_NEAR(q.estimate / f(age, t), 1.0, 1e-12) << bounds;
      EXPECT_NEAR(q.lower / std::min(f(age, scale.lower), f(age, scale.upper)), 1.0, 1e-9) << bounds << ' ' << age;
      EXPECT_NEAR(q.upper / greatest, 1.0, 1e-9) << bounds << ' ' << age;
    }
  }
}

}  // namespace
}  // namespace relia
