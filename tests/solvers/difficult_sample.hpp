// One sample whose right answer is known, and the test that the fit gives it and that the witness agrees in 50 digits.

#pragma once

#include <cmath>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>
#include <relia/witness.hpp>

namespace relia {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Row {
  double lower, upper, count, entry, exit;
};

struct DifficultSample {
  std::string name, distribution;
  bool limited_failure;
  int mixture;
  std::vector<std::pair<std::string, double>> fixed;
  FitStatus status;
  double log_likelihood;
  std::vector<double> estimates;
  std::vector<Row> rows;
};

inline void PrintTo(const DifficultSample& s, std::ostream* out) {
  *out << s.name;
}

inline LifeTable table_of(const DifficultSample& s) {
  LifeTable t;
  for (const Row& r : s.rows) {
    t.lower.push_back(r.lower);
    t.upper.push_back(r.upper);
    t.count.push_back(r.count);
    t.entry.push_back(r.entry);
    t.exit.push_back(r.exit);
  }
  return t;
}

/// Status, log L and estimates of `s` as it says; what converged is a maximum in 50 digits too, with those errors.
inline void expect_answer(const DifficultSample& s) {
  const LifeTable table = table_of(s);
  FitOptions o;
  o.distributions = {s.distribution};
  o.selection = "one";
  o.limited_failure = s.limited_failure;
  o.mixture = s.mixture;
  o.fixed = s.fixed;
  o.bounds = "none";
  o.threads = 1;
  const FitReport report = fit(table, o);
  ASSERT_EQ(report.models.size(), 1U);
  const ModelResult& m = report.models.front();
  ASSERT_EQ(to_string(m.convergence.status), std::string(to_string(s.status))) << m.convergence.reason;
  if (s.estimates.empty()) {
    EXPECT_FALSE(m.convergence.reason.empty());
    for (const NamedQuantity& p : m.parameters) EXPECT_TRUE(p.fixed || std::isnan(p.value.estimate)) << p.name;
    return;
  }
  EXPECT_NEAR(m.log_likelihood, s.log_likelihood, 1e-8 * (1.0 + std::fabs(s.log_likelihood)));
  ASSERT_EQ(m.parameters.size(), s.estimates.size());
  witness::Model model;
  model.distribution = s.distribution;
  model.limited_failure = s.limited_failure;
  model.mixture = s.mixture;
  model.fixed = s.fixed;
  std::vector<double> theta;
  for (std::size_t i = 0; i < s.estimates.size(); ++i) {
    theta.push_back(m.parameters[i].value.estimate);
    EXPECT_NEAR(theta[i], s.estimates[i], 1e-5 * std::fabs(s.estimates[i])) << m.parameters[i].name;
  }
  if (s.status != FitStatus::converged) return;
  witness::Request request;
  request.wald = request.profile = false;
  const witness::Certificate c = witness::certify(table, model, theta, request);
  ASSERT_EQ(c.status, witness::CertificateStatus::maximum);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    if (m.parameters[i].fixed) continue;
    EXPECT_NEAR(theta[i], c.parameters[i].estimate, 1e-5 * std::fabs(theta[i])) << m.parameters[i].name;
    EXPECT_NEAR(m.parameters[i].value.std_error, c.parameters[i].std_error, 1e-4 * c.parameters[i].std_error)
        << m.parameters[i].name;
  }
}

}  // namespace relia
