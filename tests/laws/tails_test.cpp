// What every life law must obey whatever its parameters: quantiles invert tails, S falls, S + F = 1, intervals tend to
// the density and to the tails.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/distributions/exponential_2p.hpp"
#include "core/distributions/generalized_gamma.hpp"
#include "core/registry.hpp"
#include "tests/laws/law_cases.hpp"

namespace relia {
namespace {

using laws::LawCase;

constexpr double kEps = std::numeric_limits<double>::epsilon();

double log_sf(const BoundLaw& law, double u) {
  Term t;
  law.log_sf(u, t);
  return t.f;
}
double log_cdf(const BoundLaw& law, double u) {
  Term t;
  law.log_cdf(u, t);
  return t.f;
}
double log_pdf(const BoundLaw& law, double u) {
  Term t;
  law.log_pdf(u, t);
  return t.f;
}

class Tails : public testing::TestWithParam<LawCase> {};

TEST_P(Tails, QuantileInvertsTheLowerTailAndTheUpperTail) {
  const LawCase& c = GetParam();
  const auto law = c.law->bind(c.theta);
  for (const double log_f : {-200.0, -50.0, -20.0, -5.0, -1.5, -0.7}) {
    // Nearer its threshold a life has no digits left in u - threshold.
    if (laws::threshold_form(*c.law) && log_f < -5.0) continue;
    const double u = c.law->quantile(c.theta, log1mexp(log_f), log_f);
    if (!std::isfinite(u)) continue;
    // Rounding u moves the log by eps |u| times the slope.
    const double slope = std::exp(log_pdf(*law, u) - log_cdf(*law, u));
    EXPECT_NEAR(log_cdf(*law, u), log_f, kEps * (64.0 * std::fabs(log_f) + 16.0 * slope * (1.0 + std::fabs(u))))
        << "log F at " << u;
  }
  if (c.law->log_total(c.theta) < 0.0) return;  // S never gets small
  for (const double log_s : {-0.69, -1.5, -5.0, -20.0, -50.0, -200.0}) {
    const double u = c.law->quantile(c.theta, log_s, log1mexp(log_s));
    ASSERT_TRUE(std::isfinite(u)) << log_s;
    const double slope = std::exp(log_pdf(*law, u) - log_sf(*law, u));
    EXPECT_NEAR(log_sf(*law, u), log_s, kEps * (64.0 * std::fabs(log_s) + 16.0 * slope * (1.0 + std::fabs(u))))
        << "log S at " << u;
  }
}

TEST_P(Tails, QuantilePassesTheTotalNever) {
  const LawCase& c = GetParam();
  const double total = c.law->log_total(c.theta);
  ASSERT_LE(total, 0.0);
  if (total == 0.0) return;
  EXPECT_TRUE(std::isinf(c.law->quantile(c.theta, log1mexp(0.5 * total), 0.5 * total)));
  const auto law = c.law->bind(c.theta);
  EXPECT_NEAR(log_cdf(*law, 690.0), total, 1e-12) << "F at the end of the line";
}

TEST_P(Tails, SurvivalFallsAndTheTwoTailsAddToOne) {
  const LawCase& c = GetParam();
  const auto law = c.law->bind(c.theta);
  std::vector<double> at = laws::places(c, {1e-9, 0.2, 0.8});
  ASSERT_FALSE(at.empty());
  const double low = at.front() - 0.1, high = at.back() + 2.0;
  double last_s = 0.0, last_f = -kInfinity;
  for (int i = 0; i <= 300; ++i) {
    const double u = low + (high - low) * i / 300.0, s = log_sf(*law, u), f = log_cdf(*law, u);
    EXPECT_LE(s, last_s + 8.0 * kEps * std::fabs(s)) << u;
    EXPECT_GE(f, last_f - 8.0 * kEps * std::fabs(last_f)) << u;
    EXPECT_NEAR(std::exp(s) + std::exp(f), 1.0, 16.0 * kEps) << u;
    last_s = s;
    last_f = f;
  }
  EXPECT_LT(last_s, 0.0);
}

// F(u + w) - F(u) -> f(u) w: over relative widths from a tenth to 1e-12 the quotient tends to one linearly in w.
TEST_P(Tails, AnIntervalTendsToTheDensityTimesItsWidth) {
  const LawCase& c = GetParam();
  const auto law = c.law->bind(c.theta);
  for (const double u : laws::places(c, {laws::threshold_form(*c.law) ? 0.2 : 0.05, 0.5, 0.99})) {
    Term t;
    const double h = 1e-5, here = log_pdf(*law, u), above = log_pdf(*law, u + h), below = log_pdf(*law, u - h);
    const double slope = (above - below) / (2.0 * h), bend = (above - 2.0 * here + below) / (h * h);
    for (double width = 1e-3; width > 1e-13; width *= 0.1) {
      law->log_interval(u, u + width, width, t);
      // The mean of f over the interval: 1 + slope w/2 + (slope^2 + bend) w^2/6 + ...
      const double want = here + std::log(width) + 0.5 * slope * width;
      const double curvature = (slope * slope + std::fabs(bend)) * width * width;
      EXPECT_NEAR(t.f, want,
                  2e-14 + 16.0 * kEps * (std::fabs(want) + (1.0 + std::fabs(u)) * std::fabs(slope)) + 0.5 * curvature +
                      (std::sqrt(std::fabs(bend)) * 1e-6 + 1e-5 * std::fabs(slope)) * width)
          << "width " << width << " at " << u << ", slope " << slope;
    }
  }
}

TEST_P(Tails, AnIntervalTendsToTheTailsAsItsEndsRunAway) {
  const LawCase& c = GetParam();
  const auto law = c.law->bind(c.theta);
  for (const double u : laws::places(c, {1e-3, 0.5, 0.97})) {
    Term interval, right, left;
    law->log_sf(u, right);
    law->log_cdf(u, left);
    law->log_interval(u, kInfinity, kInfinity, interval);
    EXPECT_EQ(interval.f, right.f);
    law->log_interval(-kInfinity, u, kInfinity, interval);
    EXPECT_NEAR(interval.f, left.f, 4.0 * kEps * std::fabs(left.f));
    for (int i = 0; i < c.law->size(); ++i) EXPECT_NEAR(interval.d(i), left.d(i), 1e-13 * (1 + std::fabs(left.d(i))));
    law->log_interval(-kInfinity, kInfinity, kInfinity, interval);
    EXPECT_EQ(interval.f, 0.0);
    EXPECT_EQ(interval.n, c.law->size());
    // Neighbouring intervals add to the interval over both.
    for (const double width : {1e-4, 0.1, 1.0}) {
      Term first, second, both;
      law->log_interval(u, u + width, width, first);
      law->log_interval(u + width, u + 3.0 * width, 2.0 * width, second);
      law->log_interval(u, u + 3.0 * width, 3.0 * width, both);
      EXPECT_NEAR(log_sum_exp(first.f, second.f), both.f, 2e-13 * (1.0 + std::fabs(both.f))) << u << ' ' << width;
    }
  }
}

// Densities that hardly change over an interval but for a small part at its end. Quadrature through points inside does
// not see that part.
TEST(NarrowIntervals, SeeALawThatEndsJustInside) {
  const GeneralizedGamma law;
  Term t;
  law.bind(std::vector<double>{1.895, std::log(0.02), 25.0})->log_interval(1.75, 1.8975, 0.1475, t);
  EXPECT_NEAR(t.f, -1.369261144089686608, 1e-13);  // mpmath, 60 digits
}

TEST(NarrowIntervals, SeeAThresholdJustOutside) {
  constexpr double kShape = 0.985, kScale = 50.0;
  const std::shared_ptr<const Distribution> law = find_distribution("weibull-3p");
  const Axis axis{.log = false, .shift = 0.0, .scale = 1.0};
  const std::vector<double> eta = {std::log(kShape), std::log(kScale), 2.0};
  std::vector<double> theta(3);
  ASSERT_TRUE(law->locate(axis, eta, theta));
  for (const double gap : {1e-2, 1e-4, 1e-6}) {
    const double lo = 2.0 + gap, up = lo + 1.0;
    const double h = std::pow((lo - 2.0) / kScale, kShape), more = std::pow((up - 2.0) / kScale, kShape) - h;
    Term t;
    law->bind(theta)->log_interval(lo, up, up - lo, t);
    EXPECT_NEAR(t.f, -h + std::log(-std::expm1(-more)), 1e-11) << gap;
  }
}

// The smaller of two probabilities may have derivatives as large as it is small: at the threshold its slope counts.
TEST(NarrowIntervals, KeepTheSlopeOfAVanishingPart) {
  const Exponential2p law;
  const double threshold = 0.5;
  Term t;
  law.bind(std::vector<double>{0.0, threshold})->log_interval(std::nextafter(threshold, 1.0), 1.5, 1.0, t);
  EXPECT_NEAR(t.d(1), 1.0, 1e-12);  // d/dt0 log(e^-(a - t0) - e^-(b - t0)) = 1
}

INSTANTIATE_TEST_SUITE_P(Laws, Tails, testing::ValuesIn(laws::all_cases()), [](const auto& tested) {
  return laws::case_name(tested);
});

}  // namespace
}  // namespace relia
