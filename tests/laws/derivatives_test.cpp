// The analytic gradient and Hessian of every log function against differences of it.
//
// Central differences on eight points (x +- h, 2h, 3h, 4h) have a truncation error of order h^8 and a rounding error of
// eps |f|/h; over a ladder of steps the two neighbours that agree best tell what the difference is worth. Hessians are
// differences of the analytic gradient, which is itself compared with differences of the value.

#include <array>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/laws/law_cases.hpp"

namespace relia {
namespace {

using laws::LawCase;
using Function = std::function<void(const BoundLaw&, Term&)>;
/// Probabilities at which to look; with a threshold not so near it that u - threshold has no digits left.
using Levels = std::vector<double>;

/// The eight-point central difference of every entry of (value, gradient) at step h in coordinate i.
std::vector<double> difference(const LawCase& c, const Function& function, std::size_t i, double h) {
  const auto n = static_cast<std::size_t>(c.law->size());
  constexpr std::array<double, 4> kWeights = {672.0, -168.0, 32.0, -3.0};
  std::vector<double> out(n + 1, 0.0);
  Term t;
  for (std::size_t k = 0; k < 4; ++k) {
    for (const double side : {1.0, -1.0}) {
      std::vector<double> theta = c.theta;
      theta[i] += side * static_cast<double>(k + 1) * h;
      function(*c.law->bind(theta), t);
      const double w = side * kWeights[k] / (840.0 * h);
      out[0] += w * t.f;
      for (std::size_t j = 0; j < n; ++j) out[j + 1] += w * t.d(static_cast<int>(j));
    }
  }
  return out;
}

void compare(const LawCase& c, const Function& function, const std::string& what) {
  const int n = c.law->size();
  Term at;
  function(*c.law->bind(c.theta), at);
  ASSERT_EQ(at.n, n) << what;
  if (!std::isfinite(at.f)) return;
  // A mixture's S is a sum, so log S has no relative accuracy where S is nearly one (its F has).
  const double floor = dynamic_cast<const Mixture*>(c.law.get()) != nullptr ? 1e-3 : 1e-290;
  double largest = 0.0;
  for (int k = 0; k < n; ++k) largest = std::fmax(largest, std::fabs(at.d(k)));
  for (int i = 0; i < n; ++i) {
    // Steps that follow the curvature; the two neighbouring steps that agree best tell what the difference is worth.
    const double height = std::fmax(std::fabs(at.f), std::fabs(at.d(i))) + 1e-300;
    const double scale = std::fmax(1e-3, 1.0 / std::sqrt(std::fmax(1.0, std::fabs(at.dd(i, i)) / height)));
    const auto entries = static_cast<std::size_t>(n) + 1;
    std::vector<double> best(entries), error(entries, kInfinity);
    std::vector<double> last = difference(c, function, static_cast<std::size_t>(i), 0.06 * scale);
    for (const double h : {0.02, 0.006, 0.0015, 0.0004}) {
      const std::vector<double> next = difference(c, function, static_cast<std::size_t>(i), h * scale);
      for (std::size_t j = 0; j < entries; ++j) {
        const double e = std::fabs(next[j] - last[j]);
        if (e < error[j]) {
          error[j] = e;
          best[j] = next[j];
        }
      }
      last = next;
    }
    for (int j = -1; j < n; ++j) {
      const auto entry = static_cast<std::size_t>(j + 1);
      const double analytic = j < 0 ? at.d(i) : at.dd(i, j);
      // A second derivative of a log tail is a difference of squares of first ones.
      const double size =
          floor + std::fabs(best[entry]) + 1e-3 * (j < 0 ? std::fabs(at.f) : largest * std::fmax(1.0, largest));
      EXPECT_NEAR(analytic, best[entry], 1e-9 * size + 4.0 * error[entry])
          << what << (j < 0 ? ": d/d" : ": d2/d") << i << (j < 0 ? "" : " d" + std::to_string(j)) << " at f = " << at.f;
      EXPECT_LE(error[entry], 1e-3 * size) << what << ": the difference itself says nothing, " << i << ' ' << j;
    }
  }
}

class Derivatives : public testing::TestWithParam<LawCase> {};

TEST_P(Derivatives, AgreeWithDifferencesInBothTails) {
  const LawCase& c = GetParam();
  for (const double u :
       laws::places(c, laws::threshold_form(*c.law) ? Levels{0.05, 0.6, 0.9999} : Levels{1e-9, 0.05, 0.6, 0.9999})) {
    const std::string where = " at u = " + std::to_string(u);
    compare(
        c, [u](const BoundLaw& l, Term& t) { l.log_pdf(u, t); }, "log f" + where);
    compare(
        c, [u](const BoundLaw& l, Term& t) { l.log_sf(u, t); }, "log S" + where);
    compare(
        c, [u](const BoundLaw& l, Term& t) { l.log_cdf(u, t); }, "log F" + where);
  }
}

TEST_P(Derivatives, OfIntervalsNarrowAndWide) {
  const LawCase& c = GetParam();
  const std::vector<double> at =
      laws::places(c, laws::threshold_form(*c.law) ? Levels{0.1, 0.3, 0.97} : Levels{1e-4, 0.3, 0.97});
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (std::size_t j = i + 1; j < at.size(); ++j) {
      const double lo = at[i], up = at[j];
      compare(
          c, [=](const BoundLaw& l, Term& t) { l.log_interval(lo, up, up - lo, t); },
          "log[F(" + std::to_string(up) + ") - F(" + std::to_string(lo) + ")]");
    }
    for (const double width : {1e-9, 1e-2}) {
      const double lo = at[i];
      compare(
          c, [=](const BoundLaw& l, Term& t) { l.log_interval(lo, lo + width, width, t); },
          "log of " + std::to_string(width) + " from " + std::to_string(lo));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Laws, Derivatives, testing::ValuesIn(laws::all_cases()), [](const auto& tested) {
  return laws::case_name(tested);
});

}  // namespace
}  // namespace relia
