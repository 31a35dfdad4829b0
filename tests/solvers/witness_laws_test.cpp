// The witness's laws against each other: both tails, the density and all derivatives of every law must fit
// together to nearly 50 digits, and the double instantiation must follow the 50-digit one.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "solvers/witness/problem.hpp"

namespace {

using relia::witness::Jet;
using relia::witness::Likelihood;
using relia::witness::Real50;
using relia::witness::Row;
using relia::witness::Shape;

struct Point {
  std::string law;
  std::vector<double> theta;
  std::vector<double> times;
  bool limited = false;
  std::size_t components = 1;
};

std::vector<Point> points() {
  std::vector<Point> list = {
      {"exponential", {3.5}, {1e-9, 0.2, 3, 40, 900}},
      {"exponential-2p", {3.5, -1}, {1e-9, 0.2, 3, 40, 900}},
      {"weibull", {0.4, 3.0}, {1e-9, 0.2, 3, 40, 900}},
      {"weibull", {7.0, 3.0}, {1e-4, 0.2, 3, 4, 5.5}},
      {"weibull-3p", {1.7, 3.0, 2.5}, {2.50001, 3, 5, 12, 30}},
      {"normal", {3, 1.5}, {-40, -1, 3, 4.5, 50}},
      {"logistic", {3, 1.5}, {-90, -1, 3, 4.5, 200}},
      {"gumbel", {3, 1.5}, {-90, -1, 3, 4.5, 9}},
      {"gumbel-max", {3, 1.5}, {-4, -1, 3, 4.5, 90}},
      {"lognormal", {1, 0.8}, {1e-4, 0.2, 3, 40, 1e5}},
      {"lognormal-3p", {1, 0.8, -2}, {1e-4, 0.2, 3, 40, 1e5}},
      {"loglogistic", {1, 0.8}, {1e-6, 0.2, 3, 40, 1e9}},
      {"loglogistic-3p", {1, 0.8, 0.1}, {0.2, 3, 40, 1e9}},
      {"frechet", {1, 0.8}, {0.09, 0.2, 3, 40, 1e9}},
      {"gompertz", {0.3, 0.2}, {1e-8, 0.1, 3, 9, 20}},
      {"gompertz", {0.3, -0.2}, {1e-8, 0.1, 3, 9, 20}},
      {"gompertz", {0.3, 1e-9}, {1e-8, 0.1, 3, 9, 20}},
      {"birnbaum-saunders", {0.9, 2.0}, {0.004, 0.1, 2, 9, 400}},
      {"inverse-gaussian", {2.0, 5.0}, {0.01, 0.5, 2, 9, 120}},
      {"inverse-gaussian", {2.0, 0.002}, {1e-5, 0.5, 2, 9000, 1e6}},
      {"inverse-gaussian", {2.0, 5e4}, {1.9, 1.99, 2, 2.01, 2.2}},
  };
  for (double shape : {0.004, 0.7, 5.0, 40.0, 60.0, 240.0, 260.0, 5000.0}) {
    std::vector<double> times;
    for (double w : {-6.0, -1.0, -0.01, 0.3, 2.0, 7.0}) {
      const double x = shape + w * std::sqrt(shape);
      times.push_back(2.0 * (x > 0 ? x : shape * std::exp(w)));
    }
    list.push_back({"gamma", {shape, 2.0}, times});
  }
  for (double lambda : {-3.0, -0.5, -0.1, -1e-3, -1e-12, 1e-9, 0.02, 0.055, 0.065, 0.14, 0.16, 1.0, 6.0}) {
    std::vector<double> times;
    for (double w : {-5.0, -1.0, -0.001, 0.4, 2.0, 3.0}) times.push_back(std::exp(1 + 0.5 * w));
    list.push_back({"gengamma", {1.0, 0.5, lambda}, times});
  }
  list.push_back({"weibull", {1.5, 3.0, 0.3}, {1e-3, 1, 3, 9, 60}, true});
  list.push_back({"weibull", {0.3, 0.8, 2.0, 4.0, 9.0}, {1e-3, 1, 3, 9, 14}, false, 2});
  list.push_back({"lognormal", {0.3, 0.25, 0.8, 0.4, 2.0, 0.5, 3.0, 0.3}, {0.1, 1, 3, 9, 60}, false, 3});
  return list;
}

Shape shape_of(const Point& p) {
  Shape s;
  s.law = *relia::witness::parse_law(p.law);
  s.limited_failure = p.limited;
  s.components = p.components;
  return s;
}

Real50 size_of(const Real50& x) {
  return x < 0 ? Real50(-x) : x;
}

class Laws : public testing::TestWithParam<Point> {};

TEST_P(Laws, TailsDensityAndDerivativesFitTogether) {
  const Point& point = GetParam();
  const Likelihood<Real50> law(shape_of(point), {});
  std::vector<Real50> theta;
  for (double x : point.theta) theta.emplace_back(x);
  const std::size_t n = theta.size();
  for (double time : point.times) {
    const Real50 t(time);
    Jet<Real50> s, f;
    ASSERT_TRUE(law.log_survival(theta, t, s, true)) << time;
    ASSERT_TRUE(law.log_survival(theta, t, f, false)) << time;
    EXPECT_LT(size_of(exp(s.value) + exp(f.value) - 1), Real50(1e-40)) << time;
    Row<Real50> row;
    row.exact = true;
    row.lower = t;
    const Likelihood<Real50> exact(shape_of(point), {row});
    Jet<Real50> d;
    ASSERT_TRUE(exact.evaluate(theta, d)) << time;
    // -d log S / dt and d log F / dt are the density over the tail; the smaller tail keeps its digits.
    EXPECT_LT(size_of(-s.gradient[n] * exp(s.value - d.value) - 1), Real50(1e-33)) << time;
    EXPECT_LT(size_of(f.gradient[n] * exp(f.value - d.value) - 1), Real50(1e-33)) << time;
    // Central differences in 50 digits with a step of 1e-14: errors near 1e-28 of the third derivative.
    const Real50 h(1e-14);
    for (const bool upper : {true, false}) {
      const Jet<Real50>& j = upper ? s : f;
      Real50 top(0);
      for (const Real50& x : j.hessian) top = std::max(top, size_of(x));
      for (std::size_t i = 0; i <= n; ++i) {
        auto up = theta, down = theta;
        Real50 tu = t, td = t;
        const Real50 step = h * (i < n ? std::max(size_of(theta[i]), Real50(1e-3)) : t == 0 ? Real50(1) : size_of(t));
        if (i < n) {
          up[i] += step;
          down[i] -= step;
        } else {
          tu += step;
          td -= step;
        }
        Jet<Real50> a, b;
        ASSERT_TRUE(law.log_survival(up, tu, a, upper));
        ASSERT_TRUE(law.log_survival(down, td, b, upper));
        const Real50 slope = (a.value - b.value) / (2 * step);
        EXPECT_LT(size_of(slope - j.gradient[i]), Real50(1e-16) * (size_of(slope) + Real50(1e-6))) << time << " " << i;
        for (std::size_t k = 0; k <= n; ++k) {
          const Real50 curve = (a.gradient[k] - b.gradient[k]) / (2 * step);
          EXPECT_LT(size_of(curve - j.h(i, k)), Real50(1e-14) * (size_of(curve) + Real50(1e-3) * top + Real50(1e-8)))
              << time << " " << i << " " << k << (upper ? " S" : " F");
        }
      }
    }
  }
}

TEST_P(Laws, DoubleFollowsFiftyDigits) {
  const Point& point = GetParam();
  const Likelihood<Real50> fine(shape_of(point), {});
  const Likelihood<double> coarse(shape_of(point), {});
  std::vector<Real50> theta;
  for (double x : point.theta) theta.emplace_back(x);
  for (double time : point.times)
    for (const bool upper : {true, false}) {
      Jet<Real50> a;
      Jet<double> b;
      ASSERT_TRUE(fine.log_survival(theta, Real50(time), a, upper));
      ASSERT_TRUE(coarse.log_survival(point.theta, time, b, upper)) << time << upper;
      const double value = static_cast<double>(a.value);
      EXPECT_NEAR(b.value, value, 2e-12 * (1 + std::abs(value))) << time << (upper ? " S" : " F");
      if (value < -1e-12) {
        for (std::size_t i = 0; i < a.size(); ++i) {
          const double g = static_cast<double>(a.gradient[i]);
          EXPECT_NEAR(b.gradient[i], g, 1e-9 * (1 + std::abs(g))) << time << (upper ? " S " : " F ") << i;
        }
      }
    }
}

INSTANTIATE_TEST_SUITE_P(Witness, Laws, testing::ValuesIn(points()), [](const auto& row) {
  std::string name = row.param.law + "_" + std::to_string(row.index);
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  return name;
});

}  // namespace
