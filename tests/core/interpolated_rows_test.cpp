// Sums over many rows from a law's values at a few ages, against the sums taken row by row.

#include "core/distributions/interpolated_rows.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/registry.hpp"

namespace relia {
namespace {

/// A law that counts how often it is asked.
class Counted final : public BoundLaw {
 public:
  Counted(const BoundLaw& law, std::size_t& calls) : law_(law), calls_(calls) {}
  void log_pdf(double u, Term& out) const override {
    ++calls_;
    law_.log_pdf(u, out);
  }
  void log_sf(double u, Term& out) const override {
    ++calls_;
    law_.log_sf(u, out);
  }
  void log_cdf(double u, Term& out) const override {
    ++calls_;
    law_.log_cdf(u, out);
  }

 private:
  const BoundLaw& law_;
  std::size_t& calls_;
};

struct Case {
  std::string law;
  std::vector<double> theta;
};

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const double b : {-6.0, -2.0, -0.5, 0.0, 0.7, 1.5, 4.0, 9.0, 16.0}) out.push_back({"gamma", {0.3, b}});
  for (const double b : {-12.0, -4.0, -1.0, 0.0, 1.0, 3.0, 8.0}) out.push_back({"inverse-gaussian", {-0.2, b}});
  for (const double b : {-6.0, -1.5, -0.5, 0.0, 0.7, 1.8, 3.0}) out.push_back({"birnbaum-saunders", {0.1, b}});
  for (const double lambda : {-3.0, -1.0, -0.2, 0.0, 1e-5, 0.4, 1.0, 1.7, 4.0})
    out.push_back({"gengamma", {0.2, -0.4, lambda}});
  return out;
}

/// Ages spread about as the law has them: evenly between its quantiles.
std::vector<double> ages(const Distribution& law, const std::vector<double>& theta, std::size_t n) {
  std::vector<double> quantiles;
  for (double p = 1e-4; p < 1.0; p += p < 0.02 || p > 0.97 ? 1e-3 : 0.02)
    quantiles.push_back(law.quantile(theta, std::log1p(-p), std::log(p)));
  std::mt19937_64 random(7);
  std::vector<double> out(n);
  for (double& u : out) {
    const double x = std::ldexp(static_cast<double>(random() >> 11), -53) * static_cast<double>(quantiles.size() - 1);
    const auto i = static_cast<std::size_t>(x);
    u = std::lerp(quantiles[i], quantiles[i + 1], x - static_cast<double>(i));
  }
  return out;
}

TEST(InterpolatedRows, SumsAreThoseRowByRow) {
  constexpr std::size_t kRows = 4096;
  for (const Case& c : cases()) {
    const std::shared_ptr<const Distribution> law = find_distribution(c.law);
    const std::vector<double> u = ages(*law, c.theta, kRows);
    std::vector<double> counts(kRows);
    for (std::size_t i = 0; i < kRows; ++i) counts[i] = static_cast<double>(1 + i % 3);
    const auto bound = law->bind(c.theta);
    for (const Kind kind : {Kind::exact, Kind::right, Kind::left}) {
      SCOPED_TRACE(c.law + " " + std::to_string(c.theta.back()) + ", kind " + std::to_string(static_cast<int>(kind)));
      const Rows rows{kind, -1.0, u, {}, {}, counts, {}, {}, {}};
      Term plain(law->size()), sizes(law->size()), t;
      for (std::size_t i = 0; i < kRows; ++i) {
        if (kind == Kind::exact) {
          bound->log_pdf(u[i], t);
        } else if (kind == Kind::right) {
          bound->log_sf(u[i], t);
        } else {
          bound->log_cdf(u[i], t);
        }
        plain.add(-counts[i], t);
        t.f = std::fabs(t.f);
        for (double& g : t.g) g = std::fabs(g);
        for (double& h : t.h) h = std::fabs(h);
        sizes.add(counts[i], t);
      }
      Term sum(law->size());
      law->accumulate(rows, c.theta, sum);
      // The last coefficient kept is held to 1e-13 of the largest value; those left out are smaller still.
      constexpr double kTolerance = 1e-13;
      EXPECT_NEAR(sum.f, plain.f, kTolerance * sizes.f);
      for (int i = 0; i < law->size(); ++i) {
        EXPECT_NEAR(sum.d(i), plain.d(i), kTolerance * sizes.d(i)) << i;
        for (int j = 0; j <= i; ++j) EXPECT_NEAR(sum.dd(i, j), plain.dd(i, j), kTolerance * sizes.dd(i, j)) << i << j;
      }
    }
  }
}

TEST(InterpolatedRows, AskTheLawAtFewAges) {
  constexpr std::size_t kRows = 4096;
  for (const Case& c : cases()) {
    const std::shared_ptr<const Distribution> law = find_distribution(c.law);
    const std::vector<double> u = ages(*law, c.theta, kRows);
    const auto bound = law->bind(c.theta);
    // Twenty a panel, or up to twice as many rows of one that has few; some panels are halved.
    const auto [least, greatest] = std::minmax_element(u.begin(), u.end());
    const double most = 60.0 * std::ceil((*greatest - *least) / law->smooth_length(c.theta));
    for (const Kind kind : {Kind::exact, Kind::right, Kind::left}) {
      std::size_t calls = 0;
      Term sum(law->size());
      add_interpolated(Counted(*bound, calls), {kind, 1.0, u, {}, {}, {}, {}, {}, {}}, law->smooth_length(c.theta),
                       sum);
      EXPECT_LE(static_cast<double>(calls), std::fmin(most, kRows))
          << c.law << " " << c.theta.back() << ", kind " << static_cast<int>(kind);
    }
  }
}

TEST(InterpolatedRows, TailsAreThoseOfTheLaw) {
  constexpr std::size_t kRows = 4096;
  std::vector<double> log_f(kRows), log_s(kRows);
  Term t;
  for (const Case& c : cases()) {
    const std::shared_ptr<const Distribution> law = find_distribution(c.law);
    std::vector<double> u = ages(*law, c.theta, kRows);
    std::sort(u.begin(), u.end());
    const auto bound = law->bind(c.theta);
    tails_interpolated(*bound, u, law->smooth_length(c.theta), log_f, log_s);
    for (std::size_t i = 0; i < kRows; i += 7) {
      bound->log_cdf(u[i], t);
      EXPECT_NEAR(log_f[i], t.f, 2e-13 * (1.0 + std::fabs(t.f))) << c.law << " " << c.theta.back() << " at " << u[i];
      bound->log_sf(u[i], t);
      EXPECT_NEAR(log_s[i], t.f, 2e-13 * (1.0 + std::fabs(t.f))) << c.law << " " << c.theta.back() << " at " << u[i];
    }
  }
}

TEST(InterpolatedRows, WhatCannotBeLaidOutIsSummedRowByRow) {
  const std::shared_ptr<const Distribution> law = find_distribution("gamma");
  const std::vector<double> theta = {0.0, 1.0};
  const auto bound = law->bind(theta);
  Term t;
  std::vector<double> u(2000, 0.5);
  u.front() = -1e9;
  Term sum(2), plain(2);
  for (const double at : u) {
    bound->log_sf(at, t);
    plain.add(1.0, t);
  }
  law->accumulate({Kind::right, 1.0, u, {}, {}, {}, {}, {}, {}}, theta, sum);
  EXPECT_EQ(sum.f, plain.f);
  // All at one age: one panel.
  u.front() = 0.5;
  sum.reset(2);
  law->accumulate({Kind::right, 1.0, u, {}, {}, {}, {}, {}, {}}, theta, sum);
  bound->log_sf(0.5, t);
  EXPECT_NEAR(sum.f, 2000.0 * t.f, 1e-12 * std::fabs(sum.f));
}

}  // namespace
}  // namespace relia
