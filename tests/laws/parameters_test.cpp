// describe(), locate() and mean(): the parameters engineers read are smooth functions of the working coordinates.

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/laws/law_cases.hpp"

namespace relia {
namespace {

using laws::LawCase;

const Axis kLogAxis{true, 0.0, 250.0};
const Axis kLineAxis{false, 1000.0, 64.0};

/// Thresholds must stay below the lives and means positive: the axis lies far to the right.
Axis axis_of(const LawCase& c) {
  return c.law->log_axis() ? kLogAxis : kLineAxis;
}

/// Differences of a term's value and gradient against its gradient and Hessian.
void compare(const std::vector<double>& theta,
             const std::function<bool(std::span<const double>, Term&)>& function,
             const std::string& what,
             double tolerance = 1e-7) {
  Term at;
  if (!function(theta, at)) return;
  const auto n = static_cast<int>(theta.size());
  double size = 1e-12;
  for (int i = 0; i < n; ++i) {
    size = std::fmax(size, std::fabs(at.d(i)));
    for (int j = 0; j <= i; ++j) size = std::fmax(size, std::fabs(at.dd(i, j)));
  }
  for (int i = 0; i < n; ++i) {
    const double h = 1e-3;
    Term moved[4];
    bool there = true;
    for (int k = 0; k < 4; ++k) {
      std::vector<double> x = theta;
      x[static_cast<std::size_t>(i)] += h * std::vector<double>{-2, -1, 1, 2}[static_cast<std::size_t>(k)];
      there = function(x, moved[k]) && there;
    }
    if (!there) continue;
    const auto slope = [h](double a, double b, double d, double e) { return (a - 8 * b + 8 * d - e) / (12 * h); };
    EXPECT_NEAR(at.d(i), slope(moved[0].f, moved[1].f, moved[2].f, moved[3].f), tolerance * size) << what << " d" << i;
    for (int j = 0; j < n; ++j) {
      EXPECT_NEAR(at.dd(i, j), slope(moved[0].d(j), moved[1].d(j), moved[2].d(j), moved[3].d(j)), tolerance * size)
          << what << " d" << i << " d" << j;
    }
  }
}

class Parameters : public testing::TestWithParam<LawCase> {};

TEST_P(Parameters, LocateUndoesDescribe) {
  const LawCase& c = GetParam();
  const Axis axis = axis_of(c);
  const std::vector<ParameterInfo> info = c.law->parameters();
  ASSERT_EQ(info.size(), c.theta.size());
  std::vector<Term> eta(info.size());
  c.law->describe(axis, c.theta, eta);
  std::vector<double> values, back(c.theta.size());
  for (const Term& t : eta) values.push_back(t.f);
  ASSERT_TRUE(c.law->locate(axis, values, back));
  for (std::size_t i = 0; i < back.size(); ++i) {
    // A threshold is a small difference of large numbers where sigma is tiny.
    const double tiny = laws::threshold_form(*c.law) && c.theta.size() == 3 ? 1e-14 / c.theta[2] : 0.0;
    EXPECT_NEAR(back[i], c.theta[i], 2e-14 * (1.0 + std::fabs(c.theta[i])) + tiny) << info[i].name;
  }
}

TEST_P(Parameters, DescribeHasItsOwnDerivatives) {
  const LawCase& c = GetParam();
  const Axis axis = axis_of(c);
  if (laws::threshold_form(*c.law) && c.theta.back() < 0.01 && c.theta.back() > 0.0) return;  // no room for the steps
  for (std::size_t p = 0; p < c.theta.size(); ++p) {
    compare(
        c.theta,
        [&](std::span<const double> theta, Term& out) {
          std::vector<Term> eta(c.theta.size());
          c.law->describe(axis, theta, eta);
          out = eta[p];
          return true;
        },
        c.law->parameters()[p].name);
  }
}

TEST_P(Parameters, MeanIsTheIntegralOfTimeOverTheDensity) {
  const LawCase& c = GetParam();
  const Axis axis = axis_of(c);
  Term mean;
  if (!c.law->mean(axis, c.theta, mean)) return;
  const double value = c.law->positive() ? std::exp(mean.f) : mean.f;
  // In terms of the survival function, from its own quantiles: E[T] = t(u0) + integral of S dt above - of F dt below.
  const auto law = c.law->bind(c.theta);
  const double middle = c.law->quantile(c.theta, -kLn2, -kLn2);
  const auto end = [&](double log_tail, bool upper) {
    return upper ? c.law->quantile(c.theta, log_tail, log1mexp(log_tail))
                 : c.law->quantile(c.theta, log1mexp(log_tail), log_tail);
  };
  // Heavy tails: t S(t) must have died out, not S alone.
  if (c.law->size() == 3 && laws::threshold_form(*c.law) && c.theta[2] > 0.5) return;  // too long for a line axis
  double top = -40.0;
  while (axis.log && std::exp(end(top, true) - middle + top) > 1e-16 && top > -4000.0) top *= 1.5;
  const auto integral = [&](double from, double to, bool upper) {
    // Tanh-sinh between two ages: kinks of the ends (thresholds) do no harm.
    const double half = 0.5 * (to - from), centre = 0.5 * (to + from);
    double sum = 0.0;
    const double h = 1.0 / 16;
    for (int k = -16 * 4; k <= 16 * 4; ++k) {
      const double s = h * k, x = std::tanh(0.5 * 3.14159265358979323846 * std::sinh(s));
      const double w = 0.5 * 3.14159265358979323846 * std::cosh(s) /
                       std::pow(std::cosh(0.5 * 3.14159265358979323846 * std::sinh(s)), 2);
      const double u = centre + half * x;
      Term t;
      upper ? law->log_sf(u, t) : law->log_cdf(u, t);
      const double dt = axis.log ? axis.scale * std::exp(u) : axis.scale;
      sum += w * std::exp(t.f) * dt;
    }
    return sum * h * half;
  };
  const double high = end(top, true), low = axis.log ? std::fmin(end(-40.0, false), middle - 45.0) : end(-40.0, false);
  double want = axis.to_time(middle);
  // Panels: the integrand changes its size by many orders over the whole range.
  const int panels = 30;
  for (int k = 0; k < panels; ++k) {
    const double from = std::pow(k / static_cast<double>(panels), 4),
                 to = std::pow((k + 1) / static_cast<double>(panels), 4);
    want += integral(middle + (high - middle) * from, middle + (high - middle) * to, true);
    want -= integral(middle - (middle - low) * to, middle - (middle - low) * from, false);
  }
  EXPECT_NEAR(value, want, 2e-11 * std::fabs(want)) << c;
}

TEST_P(Parameters, MeanHasItsOwnDerivatives) {
  const LawCase& c = GetParam();
  const Axis axis = axis_of(c);
  if (laws::threshold_form(*c.law) && c.theta.back() < 0.01 && c.theta.back() > 0.0) return;
  compare(
      c.theta, [&](std::span<const double> theta, Term& out) { return c.law->mean(axis, theta, out); }, "mean", 1e-7);
}

INSTANTIATE_TEST_SUITE_P(Laws, Parameters, testing::ValuesIn(laws::all_cases()), [](const auto& tested) {
  return laws::case_name(tested);
});

}  // namespace
}  // namespace relia
