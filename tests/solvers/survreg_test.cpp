// R's survreg as a second witness: other code, other parametrization, other optimizer (tests/golden/survreg.R).

#include <cmath>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "tests/golden/golden_csv.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

TEST(Survreg, FindsTheSameMaxima) {
  const std::map<std::string, std::string> kNames = {{"gaussian", "normal"}, {"extreme", "gumbel"}};
  int compared = 0;
  for (const golden::Record& r : golden::read("survreg.csv")) {
    const std::string name = kNames.contains(r[1]) ? kNames.at(r[1]) : r[1];
    const double mu = golden::number(r[2]), se_mu = golden::number(r[3]), sigma = golden::number(r[4]),
                 se_log_sigma = golden::number(r[5]);
    const ModelResult m = fit(reference::dataset(r[0]), reference::one(name)).models.front();
    const std::string where = r[0] + " " + name;
    ASSERT_EQ(m.convergence.status, FitStatus::converged) << where;
    // survreg stops by the change of log L, so its estimates are good to about 1e-7 standard errors; log L to rounding.
    EXPECT_NEAR(m.log_likelihood, golden::number(r[6]), 1e-10 * std::fabs(m.log_likelihood)) << where;
    if (name == "exponential" || name == "weibull") {
      const Quantity& scale = reference::parameter(m, "scale");
      EXPECT_NEAR(std::log(scale.estimate), mu, 1e-5 * se_mu) << where;
      EXPECT_NEAR(scale.std_error / scale.estimate, se_mu, 1e-5 * se_mu) << where;
      if (name == "weibull") {
        const Quantity& shape = reference::parameter(m, "shape");
        EXPECT_NEAR(-std::log(shape.estimate), std::log(sigma), 1e-5 * se_log_sigma) << where;
        EXPECT_NEAR(shape.std_error / shape.estimate, se_log_sigma, 1e-5 * se_log_sigma) << where;
      }
    } else {
      const Quantity &a = reference::parameter(m, "mu"), &b = reference::parameter(m, "sigma");
      EXPECT_NEAR(a.estimate, mu, 1e-5 * se_mu) << where;
      EXPECT_NEAR(a.std_error, se_mu, 1e-5 * se_mu) << where;
      EXPECT_NEAR(std::log(b.estimate), std::log(sigma), 1e-5 * se_log_sigma) << where;
      EXPECT_NEAR(b.std_error / b.estimate, se_log_sigma, 1e-5 * se_log_sigma) << where;
    }
    ++compared;
  }
  EXPECT_EQ(compared, 42);
}

}  // namespace
}  // namespace relia
