// Whether a maximum exists, against brute force: with b = 1/sigma and the location maximized out, log L is concave in
// b, so the maximum exists exactly where the profile over b is higher inside than at both ends of a very wide range.

#include "solvers/existence.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/kernels/gaussian.hpp"
#include "core/kernels/logistic.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "core/sample/sample.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

struct Row {
  double lower, upper;  ///< on the axis; infinite ends are open
};

/// log L at z = b u - a, from the kernel alone.
template <class K>
double log_likelihood(const std::vector<Row>& rows, double a, double b) {
  double sum = 0.0;
  for (const Row& r : rows) {
    const double lo = b * r.lower - a, up = b * r.upper - a;
    if (r.lower == r.upper) {
      sum += K::log_pdf(lo).f + std::log(b);
    } else if (std::isinf(r.upper)) {
      sum += K::log_sf(lo).f;
    } else if (std::isinf(r.lower)) {
      sum += K::log_cdf(up).f;
    } else {
      sum += K::log_sf(lo).f < K::log_cdf(up).f ? log_diff_exp(K::log_sf(lo).f, K::log_sf(up).f)
                                                : log_diff_exp(K::log_cdf(up).f, K::log_cdf(lo).f);
    }
  }
  return sum;
}

/// max over a: concave, by golden section over a bracket that holds every z of interest.
template <class K>
double profile(const std::vector<Row>& rows, double b, bool& inside) {
  double low = kInfinity, high = -kInfinity;
  for (const Row& r : rows) {
    for (const double u : {r.lower, r.upper}) {
      if (std::isfinite(u)) low = std::fmin(low, b * u), high = std::fmax(high, b * u);
    }
  }
  const double ratio = 0.61803398874989485;
  double from = low - 60.0, to = high + 60.0;
  const double left = from, right = to;
  double x = to - ratio * (to - from), y = from + ratio * (to - from);
  double fx = log_likelihood<K>(rows, x, b), fy = log_likelihood<K>(rows, y, b);
  for (int i = 0; i < 120; ++i) {
    if (fx < fy) {
      from = x, x = y, fx = fy, y = from + ratio * (to - from), fy = log_likelihood<K>(rows, y, b);
    } else {
      to = y, y = x, fy = fx, x = to - ratio * (to - from), fx = log_likelihood<K>(rows, x, b);
    }
  }
  inside = std::fabs(x - left) > 1.0 && std::fabs(x - right) > 1.0;
  return std::fmax(fx, fy);
}

template <class K>
bool brute_force(const std::vector<Row>& rows) {
  std::vector<double> values;
  bool inside_everywhere = true;
  for (double e = -16.0; e <= 5.5; e += 0.25) {
    bool inside = true;
    values.push_back(profile<K>(rows, std::exp(e), inside));
    inside_everywhere = inside_everywhere && inside;
  }
  double best = -kInfinity;
  for (const double v : values) best = std::fmax(best, v);
  return inside_everywhere && best > values.front() + 1e-9 && best > values.back() + 1e-9;
}

TEST(Existence, AgreesWithBruteForceOnSmallSamples) {
  std::mt19937_64 random(20261123);
  int existing = 0, missing = 0;
  for (int trial = 0; trial < 250; ++trial) {
    const int n = 1 + static_cast<int>(random() % 4);
    std::vector<Row> rows;
    LifeTable table;
    for (int i = 0; i < n; ++i) {
      const double age = static_cast<double>(1 + random() % 3), more = age + static_cast<double>(1 + random() % 2);
      double lower = age, upper = age;
      switch (random() % 5) {
        case 0: upper = kInfinity; break;
        case 1: lower = 0.0; break;
        case 2: upper = more; break;
        default: break;
      }
      table.lower.push_back(lower);
      table.upper.push_back(upper);
      rows.push_back({lower == 0.0 ? -kInfinity : std::log(lower), std::log(upper)});
    }
    std::string text;
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i);
      text += " (" + std::to_string(table.lower[k]) + ", " + std::to_string(table.upper[k]) + "]";
    }
    const Existence e = maximum_exists(prepare(table, true), true, true, 0.0);
    EXPECT_EQ(e.exists, brute_force<SmallestExtreme>(rows)) << "smallest extreme" << text << ' ' << e.reason;
    EXPECT_EQ(e.exists, brute_force<Gaussian>(rows)) << "gaussian" << text << ' ' << e.reason;
    EXPECT_EQ(e.exists, brute_force<Logistic>(rows)) << "logistic" << text << ' ' << e.reason;
    // The whole program must say the same, whatever path leads there.
    for (const char* name : {"weibull", "lognormal", "loglogistic"}) {
      const ModelResult m = fit(table, reference::one(name)).models.front();
      EXPECT_EQ(m.convergence.status == FitStatus::converged, e.exists) << name << text;
    }
    (e.exists ? existing : missing) += 1;
  }
  EXPECT_GT(existing, 40);
  EXPECT_GT(missing, 40);
}

// A climb that has run far enough towards infinity ends where nothing changes any more. That is no flat direction: the
// likelihood still rises towards it.
TEST(Verdict, TellsAFlatDirectionFromAParameterAtItsLimit) {
  const ModelResult at_limit =
      fit(reference::dataset("diesel_fan"), reference::one("birnbaum-saunders")).models.front();
  EXPECT_EQ(at_limit.convergence.status, FitStatus::unbounded) << at_limit.convergence.reason;
  // Failed or not, all inspected at one age: one fraction cannot give two parameters.
  std::vector<std::pair<double, double>> rows(6, {0.0, 100.0});
  rows.resize(10, {100.0, kInfinity});
  for (const char* name : {"weibull", "gamma", "birnbaum-saunders", "inverse-gaussian"}) {
    const ModelResult flat = fit(reference::table_of(rows), reference::one(name)).models.front();
    EXPECT_EQ(flat.convergence.status, FitStatus::flat) << name << ": " << flat.convergence.reason;
  }
}

}  // namespace
}  // namespace relia
