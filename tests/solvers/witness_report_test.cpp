// Certifying a whole report: digits of a right answer, of a wrong one, and what cannot be certified.

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/witness.hpp>

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

relia::LifeTable bearings() {
  relia::LifeTable t;
  for (double x : {17.88, 28.92, 33.0, 41.52, 42.12, 45.6, 48.48, 51.84, 51.96, 54.12, 55.56, 67.8}) {
    t.lower.push_back(x);
    t.upper.push_back(x);
  }
  for (double x : {68.64, 105.12}) {
    t.lower.push_back(x);
    t.upper.push_back(kInfinity);
  }
  return t;
}

relia::FitOptions weibull(const char* bounds) {
  relia::FitOptions o;
  o.selection = "one";
  o.distributions = {"weibull"};
  o.bounds = bounds;
  o.at = {40.0};
  return o;
}

TEST(CertifyReport, FindsTheDigitsOfARightAnswer) {
  const auto table = bearings();
  for (const char* bounds : {"wald", "lr"}) {
    const auto options = weibull(bounds);
    const auto report = relia::fit(table, options);
    const auto all = relia::witness::certify_report(table, options, report);
    ASSERT_EQ(all.size(), 1U);
    const auto& d = all[0];
    EXPECT_EQ(d.reason, "");
    EXPECT_GE(d.log_likelihood, 13.0);
    ASSERT_EQ(d.parameters.size(), 2U);
    ASSERT_EQ(d.quantiles.size(), 4U);
    ASSERT_EQ(d.reliability.size(), 1U);
    for (const auto* list : {&d.parameters, &d.quantiles, &d.reliability})
      for (const auto& q : *list) {
        EXPECT_GE(q.estimate, 10.0) << q.name;
        EXPECT_GE(q.std_error, 8.0) << q.name;
        EXPECT_GE(q.lower, 8.0) << q.name << bounds;
        EXPECT_GE(q.upper, 8.0) << q.name << bounds;
      }
    EXPECT_GE(d.mean.estimate, 10.0);
    EXPECT_GE(d.least, 8.0);
  }
}

TEST(CertifyReport, ShowsAWrongNumber) {
  const auto table = bearings();
  const auto options = weibull("lr");
  auto report = relia::fit(table, options);
  report.models[0].parameters[0].value.upper *= 1 + 1e-4;
  report.models[0].metrics.quantiles[2].value.estimate *= 1 + 1e-6;
  report.models[0].log_likelihood += 1e-3;
  const auto d = relia::witness::certify_report(table, options, report).at(0);
  EXPECT_NEAR(d.parameters[0].upper, 4.0, 0.1);
  EXPECT_NEAR(d.quantiles[2].estimate, 6.0, 0.1);
  EXPECT_LT(d.log_likelihood, 5.0);
  EXPECT_LE(d.least, 4.1);
}

TEST(CertifyReport, SaysWhyItCannot) {
  const auto table = bearings();
  auto options = weibull("none");
  options.method = "rry";
  EXPECT_NE(relia::witness::certify_report(table, options, relia::fit(table, options)).at(0).reason, "");
  relia::LifeTable large;
  large.lower.assign(relia::witness::kCertifiableRows + 1, 1.0);
  large.upper = large.lower;
  EXPECT_THROW((void)relia::witness::certify_report(large, options, {}), relia::UsageError);
}

TEST(CertifyReport, HoldsAParameterOnItsLimit) {
  const auto table = bearings();
  auto options = weibull("none");
  options.distributions = {"exponential-2p"};
  const auto report = relia::fit(table, options);
  ASSERT_EQ(report.models.at(0).convergence.status, relia::FitStatus::boundary);
  const auto d = relia::witness::certify_report(table, options, report).at(0);
  EXPECT_EQ(d.reason, "");
  EXPECT_GE(d.least, 12.0);
}

TEST(CertifyReport, DoesNotDependOnThreads) {
  relia::LifeTable table;
  for (int i = 1; i <= 1500; ++i) {
    const double x = std::exp(std::sin(i * 12.9898) + 0.001 * i);
    table.lower.push_back(x);
    table.upper.push_back(i % 3 == 0 ? kInfinity : x);
  }
  relia::witness::Model model;
  model.distribution = "lognormal";
  relia::witness::Request request;
  request.profile = false;
  const auto one = relia::witness::certify(table, model, {1.0, 1.0}, request);
  request.threads = 3;
  const auto three = relia::witness::certify(table, model, {1.0, 1.0}, request);
  EXPECT_EQ(one.log_likelihood_digits, three.log_likelihood_digits);
  EXPECT_EQ(one.parameters[0].digits, three.parameters[0].digits);
}

}  // namespace
