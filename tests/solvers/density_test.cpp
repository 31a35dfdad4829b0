// Bounds of the density of life, held against the whole likelihood region.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/density.hpp>
#include <relia/fit.hpp>

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

TEST(Density, IsHazardTimesReliability) {
  for (const char* const name : {"weibull", "lognormal", "gamma", "weibull-3p"}) {
    FitOptions options = one(name, "none");
    options.at = kAges;
    const LifeMetrics m = fit(bearings(), options).models.front().metrics;
    const std::vector<AtTimeResult> found = density(bearings(), options, kAges);
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
  const std::vector<AtTimeResult> found = density(table, one("weibull", "lr"), kAges);
  ASSERT_EQ(found.size(), kAges.size());
  for (std::size_t i = 0; i < kAges.size(); ++i) {
    EXPECT_NEAR(found[i].value.lower / least[i], 1.0, 1e-5) << kAges[i];
    EXPECT_NEAR(found[i].value.upper / greatest[i], 1.0, 1e-5) << kAges[i];
  }
}

// Of one parameter the bounds are the extremes over its interval; the density at the mean has its peak inside.
TEST(Density, OfOneParameterIsTakenOverItsInterval) {
  for (const char* const bounds : {"lr", "wald", "exact"}) {
    const FitReport report = fit(bearings(), one("exponential", bounds));
    const Quantity& scale = report.models.front().parameters.front().value;
    const double t = scale.estimate;
    const auto f = [](double age, double s) { return std::exp(-age / s) / s; };
    for (const double age : {0.1 * t, 0.95 * t, t, 1.05 * t, 4.0 * t}) {
      const Quantity q = density(bearings(), one("exponential", bounds), {age}).front().value;
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
