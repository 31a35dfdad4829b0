// Small samples on which the climb once went astray, or where a maximum is too flat to be one.

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/alt.hpp>

namespace relia {
namespace {

struct Row {
  double lower, upper, count, a, b;
};

ModelResult fitted(const std::vector<Row>& rows, const std::string& distribution, bool two = false) {
  LifeTable t;
  Column a, b;
  a.name = "a";
  b.name = "b";
  for (const Row& r : rows) {
    t.lower.push_back(r.lower);
    t.upper.push_back(r.upper);
    t.count.push_back(r.count);
    a.numbers.push_back(r.a);
    b.numbers.push_back(r.b);
  }
  t.columns = {a, b};
  AltOptions o;
  o.fit.distributions = {distribution};
  o.fit.selection = "one";
  o.fit.bounds = "none";
  o.fit.threads = 1;
  o.stresses.push_back({{{"a", "linear"}}});
  if (two) o.stresses.push_back({{{"b", "linear"}}});
  return alt(t, o).fit.models.front();
}

constexpr double kAlive = std::numeric_limits<double>::infinity();

/// Ties make the plotted line so steep that the climb starts with every other row hundreds of sigmas away.
TEST(AltMaxima, AStartThatIsFarTooNarrowIsWidened) {
  struct Case {
    std::vector<Row> rows;
    double intercept, coefficient, shape, log_likelihood;  ///< by root finding on the score with 50 digits
  };
  const std::vector<Case> cases = {
      {{{3, 4, 2, 2, 0}, {9, kAlive, 1, 2, 0}, {6, kAlive, 2, 2, 0}, {11, kAlive, 1, 0, 0}, {0, 7, 1, 0, 0}},
       2.5702372612668695,
       -0.066158672406279454,
       1.3194496016410633,
       -8.9123623913664178},
      {{{10, kAlive, 1, 0, 0},
        {1, 1, 1, 0, 0},
        {11, kAlive, 1, 3, 0},
        {0, 2, 1, 3, 0},
        {10, kAlive, 1, 3, 0},
        {10, kAlive, 1, 3, 0}},
       3.4867786774070437,
       0.83056648498181651,
       0.32632133611717279,
       -5.9837216598548723},
      {{{1, kAlive, 1, 2, 0},
        {4, kAlive, 1, 1, 0},
        {3, kAlive, 1, 2, 0},
        {2, 2, 1, 1, 0},
        {11, kAlive, 1, 2, 0},
        {0, 4, 1, 2, 0}},
       0.75202860405366102,
       1.0345615305600755,
       1.0081934877619138,
       -5.2363079540325089},
      {{{0, 7, 1, 0, 0},
        {8, kAlive, 1, 0, 0},
        {1, kAlive, 1, 0, 0},
        {9, kAlive, 1, 0, 0},
        {1, kAlive, 1, 2, 0},
        {3, 4, 1, 2, 0},
        {12, kAlive, 1, 1, 0}},
       3.2761751819976861,
       -0.71584806848829106,
       1.3149331188760259,
       -5.5094884484521848},
      {{{0, 12, 1, 1, 0},
        {0, 4, 1, 3, 0},
        {6, 6, 1, 1, 0},
        {6, 6, 1, 1, 0},
        {16, 16, 1, 1, 0},
        {6, 6, 2, 1, 0},
        {2, 2, 1, 3, 0},
        {0, 12, 1, 1, 0}},
       2.9352239368195694,
       -0.75103778899313873,
       2.3694300450002295,
       -14.676327852059429}};
  for (const Case& c : cases) {
    const ModelResult m = fitted(c.rows, "weibull");
    ASSERT_EQ(m.convergence.status, FitStatus::converged) << c.intercept;
    EXPECT_NEAR(m.parameters[0].value.estimate, c.intercept, 1e-13 * std::fabs(c.intercept));
    EXPECT_NEAR(m.parameters[1].value.estimate, c.coefficient, 1e-12 * std::fabs(c.coefficient));
    EXPECT_NEAR(m.parameters[2].value.estimate, c.shape, 1e-13 * c.shape);
    EXPECT_NEAR(m.log_likelihood, c.log_likelihood, 1e-13 * std::fabs(c.log_likelihood));
    EXPECT_LT(m.convergence.iterations, 40);
  }
}

/// A far but true maximum: the coefficient's standard error is thousands of sigmas, and the score is zero there.
TEST(AltMaxima, AFlatMaximumIsStillOne) {
  const ModelResult m = fitted({{10, 14, 1, 3, 0},
                                {8, 8, 1, 3, 0},
                                {7, kAlive, 1, 3, 0},
                                {1, kAlive, 1, 2, 0},
                                {7, 7, 1, 3, 0},
                                {0, 11, 1, 2, 0}},
                               "lognormal");
  ASSERT_EQ(m.convergence.status, FitStatus::converged);
  EXPECT_NEAR(m.log_likelihood, -0.89142450175421416289 - std::log(8.0) - std::log(7.0), 1e-13);
}

/// In exact arithmetic there is a maximum, but the information about the coefficient there is 1e-17 of what one failure
/// holds: nobody may read an estimate from that.
TEST(AltMaxima, ARidgeIsNoMaximum) {
  const ModelResult m = fitted({{10, kAlive, 1, 1, 0},
                                {16, kAlive, 1, 1, 0},
                                {16, kAlive, 1, 2, 0},
                                {5, kAlive, 1, 2, 0},
                                {4, kAlive, 1, 2, 0},
                                {8, kAlive, 2, 2, 0},
                                {12, 15, 1, 1, 0},
                                {1, kAlive, 1, 0, 0}},
                               "lognormal");
  EXPECT_EQ(m.convergence.status, FitStatus::unbounded);
  EXPECT_NE(m.convergence.reason.find("as far as arithmetic can tell"), std::string::npos) << m.convergence.reason;
}

/// Failed-or-not units looked at once, or once a level: any spread of life gives the same fractions.
TEST(AltMaxima, OneInspectionALevelLeavesTheSpreadOpen) {
  for (const char* law : {"weibull", "lognormal", "loglogistic"}) {
    ModelResult m = fitted({{1, kAlive, 1, 0, 0}, {0, 1, 1, 1, 0}, {1, kAlive, 1, 3, 0}}, law);
    EXPECT_EQ(m.convergence.status, FitStatus::flat) << law;
    EXPECT_NE(m.convergence.reason.find("inspected at one age"), std::string::npos) << m.convergence.reason;
    m = fitted({{3, kAlive, 2, 0, 0}, {0, 3, 1, 0, 0}, {7, kAlive, 1, 1, 0}, {0, 7, 3, 1, 0}}, law);
    EXPECT_EQ(m.convergence.status, FitStatus::flat) << law;
    EXPECT_NE(m.convergence.reason.find("follow the stress"), std::string::npos) << m.convergence.reason;
    m = fitted({{3, kAlive, 2, 0, 0},
                {0, 3, 1, 0, 0},
                {5, kAlive, 2, 1, 0},
                {0, 7, 1, 1, 0},
                {8, kAlive, 1, 1, 0},
                {0, 9, 3, 1, 0}},
               law);
    EXPECT_EQ(m.convergence.status, FitStatus::converged) << law << ": " << m.convergence.reason;
  }
  EXPECT_EQ(fitted({{1, kAlive, 1, 0, 0}, {0, 1, 1, 1, 0}, {1, kAlive, 1, 3, 0}}, "exponential").convergence.status,
            FitStatus::converged);
}

/// Above a hundred thousand rows the climb starts from a thinned sample: the answer must not know.
TEST(AltMaxima, ManyRowsGiveWhatTheirCountsGive) {
  std::mt19937_64 random(5);
  std::vector<Row> few, many;
  for (int i = 0; i < 4000; ++i) {
    const double a = static_cast<double>(random() % 5), b = static_cast<double>(random() % 2);
    const double uniform = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
    const double scale = std::exp(6.0 - 0.7 * a - 0.9 * b), age = scale * std::pow(-std::log(uniform), 0.5);
    const Row row{std::fmin(age, scale), age < scale ? age : kAlive, 30, a, b};
    few.push_back(row);
    for (int k = 0; k < 30; ++k) {
      many.push_back(row);
      many.back().count = 1;
    }
  }
  for (const char* law : {"weibull", "lognormal"}) {
    const ModelResult x = fitted(few, law, true), y = fitted(many, law, true);
    ASSERT_EQ(x.convergence.status, FitStatus::converged);
    ASSERT_EQ(y.convergence.status, FitStatus::converged);
    for (std::size_t i = 0; i < x.parameters.size(); ++i) {
      const Quantity &p = x.parameters[i].value, &q = y.parameters[i].value;
      EXPECT_NEAR(p.estimate, q.estimate, 1e-11 * p.std_error) << law << " " << x.parameters[i].name;
      EXPECT_NEAR(p.std_error, q.std_error, 1e-11 * p.std_error);
    }
    EXPECT_LT(y.convergence.iterations, 12);
  }
}

}  // namespace
}  // namespace relia
