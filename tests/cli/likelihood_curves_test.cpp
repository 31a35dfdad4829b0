// Contours and profiles of the likelihood, held against the likelihood written down again in long double.

#include "cli/likelihood_curves.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <relia/fit.hpp>
#include <relia/io/pictures.hpp>

namespace relia::cli {
namespace {

using Real = long double;

// Nelson's fans: hours to failure, and to suspension.
const std::vector<double> kFailed{450, 1150, 1150, 1600, 2070, 2070, 2080, 3100, 3450, 4600, 6100, 8750};
const std::vector<std::pair<double, double>> kSuspended{
    {460, 1},  {1560, 1}, {1660, 1}, {1850, 5}, {2030, 3}, {3000, 4}, {4300, 4}, {4600, 1},  {5000, 6}, {6100, 3},
    {6300, 1}, {7450, 1}, {7800, 2}, {8100, 4}, {8500, 3}, {8750, 4}, {9400, 4}, {10100, 4}, {11500, 5}};

LifeTable fans() {
  LifeTable out;
  for (const double t : kFailed) {
    out.lower.push_back(t), out.upper.push_back(t), out.count.push_back(1.0);
  }
  for (const auto& [t, n] : kSuspended) {
    out.lower.push_back(t), out.upper.push_back(HUGE_VAL), out.count.push_back(n);
  }
  return out;
}

Real weibull(Real shape, Real scale) {
  Real sum = 0;
  for (const double t : kFailed) {
    sum += std::log(shape / t) + shape * std::log(t / scale) - std::exp(shape * std::log(t / scale));
  }
  for (const auto& [t, n] : kSuspended) sum -= n * std::exp(shape * std::log(t / scale));
  return sum;
}

Real lognormal(Real mu, Real sigma) {
  Real sum = 0;
  const Real half_log_two_pi = 0.5L * std::log(2 * std::numbers::pi_v<Real>);
  for (const double t : kFailed) {
    const Real z = (std::log(Real(t)) - mu) / sigma;
    sum += -0.5L * z * z - half_log_two_pi - std::log(sigma * t);
  }
  for (const auto& [t, n] : kSuspended) {
    sum += n * std::log(0.5L * std::erfc((std::log(Real(t)) - mu) / sigma / std::sqrt(2.0L)));
  }
  return sum;
}

FitOptions one(const std::string& distribution) {
  FitOptions out;
  out.distributions = {distribution};
  out.selection = "one";
  out.quantiles = {};
  return out;
}

double estimate(const ModelResult& model, const std::string& name) {
  for (const NamedQuantity& p : model.parameters) {
    if (p.name == name) return p.value.estimate;
  }
  return kAbsent;
}

// Every point on its contour to 1e-9 in twice the drop, in the order of a walk around the estimate.
void expect_contours(const LifeTable& table,
                     const std::string& distribution,
                     const std::function<Real(Real, Real)>& l) {
  const ModelResult model = fit(table, one(distribution)).models.front();
  io::ModelCurves curves;
  add_contours(curves, table, one(distribution), model);
  const double a = estimate(model, curves.contour_x), b = estimate(model, curves.contour_y);
  const Real most = l(a, b);
  EXPECT_NEAR(static_cast<double>(most), model.log_likelihood, 1e-10);
  const std::vector<double> levels{0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
  ASSERT_EQ(curves.contours.size(), levels.size());
  for (std::size_t k = 0; k < levels.size(); ++k) {
    const io::ModelCurves::Contour& c = curves.contours[k];
    EXPECT_EQ(c.level, levels[k]);
    ASSERT_GE(c.x.size(), 70U);
    ASSERT_EQ(c.x.size(), c.y.size());
    Real worst = 0;
    for (std::size_t i = 0; i < c.x.size(); ++i) {
      const Real drop = 2 * (most - l(c.x[i], c.y[i]));
      worst = std::max(worst, std::abs(drop + 2 * std::log1p(-Real(levels[k]))));
    }
    EXPECT_LT(worst, 1e-9L) << distribution << " at " << levels[k];
  }
}

TEST(LikelihoodCurves, ContourPointsLieOnTheContour) {
  expect_contours(fans(), "weibull", weibull);
  expect_contours(fans(), "lognormal", lognormal);
}

TEST(LikelihoodCurves, ContoursLookSmooth) {
  const LifeTable table = fans();
  const ModelResult model = fit(table, one("weibull")).models.front();
  io::ModelCurves curves;
  add_contours(curves, table, one("weibull"), model);
  for (const io::ModelCurves::Contour& c : curves.contours) {
    const auto [left, right] = std::minmax_element(c.x.begin(), c.x.end());
    const auto [low, high] = std::minmax_element(c.y.begin(), c.y.end());
    const double wide = std::log(*right / *left), tall = std::log(*high / *low);
    for (std::size_t i = 0; i < c.x.size(); ++i) {
      const std::size_t next = (i + 1) % c.x.size();
      EXPECT_LT(std::hypot(std::log(c.x[next] / c.x[i]) / wide, std::log(c.y[next] / c.y[i]) / tall), 0.0401);
    }
  }
}

// The ends of a joint region are where the profile drops by the same amount.
TEST(LikelihoodCurves, ExtremesOfTheRegionAreThoseOfTheProfile) {
  const LifeTable table = fans();
  const ModelResult model = fit(table, one("weibull")).models.front();
  io::ModelCurves curves;
  add_contours(curves, table, one("weibull"), model);
  // Given the shape the best scale has a closed form.
  const auto profile = [](Real shape) {
    Real sum = 0;
    for (const double t : kFailed) sum += std::exp(shape * std::log(Real(t)));
    for (const auto& [t, n] : kSuspended) sum += n * std::exp(shape * std::log(Real(t)));
    return weibull(shape, std::exp(std::log(sum / kFailed.size()) / shape));
  };
  for (const io::ModelCurves::Contour& c : curves.contours) {
    const auto [left, right] = std::minmax_element(c.x.begin(), c.x.end());
    for (const double shape : {*left, *right}) {
      const Real drop = 2 * (model.log_likelihood - profile(shape)), wanted = -2 * std::log1p(-Real(c.level));
      EXPECT_LE(drop, wanted + 1e-9L);
      EXPECT_GT(drop, wanted - 1e-8L);
    }
  }
}

TEST(LikelihoodCurves, RegionsThatDoNotCloseAreDrawnOpen) {
  // Two inspections of ten units each: equal shares may have failed, so that the slope may be anything near zero.
  LifeTable table;
  table.lower = {0, 100, 0, 200}, table.upper = {100, HUGE_VAL, 200, HUGE_VAL}, table.count = {1, 9, 2, 8};
  const FitReport report = fit(table, one("weibull"));
  io::FitPicture picture;
  picture.report = &report;
  picture.data = io::plotted_data(table);
  picture.grid = io::curve_grid(picture.data, 5);
  picture.curves.resize(1);
  add_contours(picture.curves[0], table, one("weibull"), report.models.front());
  const std::vector<io::ModelCurves::Contour>& contours = picture.curves[0].contours;
  ASSERT_EQ(contours.size(), 6U);
  std::size_t absent = 0;
  for (const double x : contours.back().x) absent += std::isnan(x) ? 1U : 0U;
  ASSERT_GT(absent, 0U);
  EXPECT_LT(absent, contours.back().x.size());
  FitOptions fine = one("weibull");
  fine.bounds = "none";
  fine.quantiles = picture.grid.fine_probabilities;
  const FitReport lives = fit(table, fine);
  picture.curves[0].fine = lives.models.front().metrics.quantiles;
  const io::Figure figure = io::fit_figure("contour", {picture}, io::Language::english);
  EXPECT_FALSE(figure.notes.empty());
  for (const io::Mark& m : figure.marks) {
    for (const double v : m.x) EXPECT_TRUE(std::isfinite(v));
    for (const double v : m.y) EXPECT_TRUE(std::isfinite(v));
  }
}

TEST(LikelihoodCurves, ProfilesAreMaximaOverTheOtherParameter) {
  const LifeTable table = fans();
  const ModelResult model = fit(table, one("weibull")).models.front();
  io::ModelCurves curves;
  add_profiles(curves, table, one("weibull"), model);
  ASSERT_EQ(curves.profiles.size(), 2U);
  for (const io::ModelCurves::Profile& p : curves.profiles) {
    const bool of_shape = p.parameter == "shape";
    EXPECT_GE(p.value.size(), 55U);
    for (std::size_t i = 0; i < p.value.size(); ++i) {
      // Golden section over the logarithm of the other one, far wider than the region.
      const double other = estimate(model, of_shape ? "scale" : "shape");
      Real from = std::log(Real(other)) - 3, to = from + 6;
      const auto at = [&](Real log_other) {
        const Real o = std::exp(log_other);
        return of_shape ? weibull(p.value[i], o) : weibull(o, p.value[i]);
      };
      const Real share = (std::sqrt(5.0L) - 1) / 2;
      Real a = to - share * (to - from), b = from + share * (to - from), at_a = at(a), at_b = at(b);
      for (int step = 0; step < 70; ++step) {
        if (at_a > at_b) {
          to = b, b = a, at_b = at_a;
          a = to - share * (to - from), at_a = at(a);
        } else {
          from = a, a = b, at_a = at_b;
          b = from + share * (to - from), at_b = at(b);
        }
      }
      const Real relative =
          std::exp(std::max(at_a, at_b) - weibull(estimate(model, "shape"), estimate(model, "scale")));
      EXPECT_NEAR(p.relative[i], static_cast<double>(relative), 1e-10) << p.parameter << " = " << p.value[i];
    }
    // It comes down past both printed bounds, which stand where it is exp(-z^2/2).
    EXPECT_LT(p.value.front(), p.lower);
    EXPECT_GT(p.value.back(), p.upper);
    const double limit = std::exp(-0.5 * 3.841458820694124);
    EXPECT_LT(p.relative.front(), limit);
    EXPECT_LT(p.relative.back(), limit);
    EXPECT_EQ(p.relative[30], 1.0);
  }
}

}  // namespace
}  // namespace relia::cli
