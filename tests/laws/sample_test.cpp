// What a likelihood and a fit must obey whatever the life: counts are repeated rows, order does not matter, a change of
// the unit of time moves the parameters exactly as their dimensions say, rows that say nothing add nothing, truncation
// divides by the window's probability, and a model never fits worse than one nested in it.

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/likelihood/likelihood.hpp"
#include "tests/laws/law_cases.hpp"
#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

using laws::LawCase;

/// Rows of every kind around the middle of a life with u of order one: ages 0.2 to 20.
LifeTable mixed_table() {
  LifeTable t;
  const double inf = kInfinity;
  t.lower = {0.4, 0.9, 1.1, 1.7, 2.5, 3.1, 5.0, 0.7, 2.0, 0.0, 0.0, 1.0, 2.2, 4.0, 8.0};
  t.upper = {0.4, 0.9, 1.1, 1.7, 2.5, 3.1, 5.0, inf, inf, 0.8, 3.0, 1.6, 2.3, 9.0, inf};
  t.count = {1, 2, 1, 3, 1, 1, 1, 4, 1, 2, 1, 1, 5, 1, 2};
  return t;
}

/// log L of a table at parameters on their bound scales, whatever axis the table chose.
double log_likelihood(const Distribution& d, const LifeTable& table, const std::vector<double>& eta) {
  const Sample sample = prepare(table, d.log_axis());
  std::vector<double> theta(eta.size());
  if (!d.locate(sample.axis, eta, theta)) return kNaN;
  return Likelihood(d, sample).evaluate(theta).f;
}

/// Parameters that make the table above likely: theta of the case read on an axis like the table's.
std::vector<double> eta_of(const LawCase& c) {
  const Axis axis = c.law->log_axis() ? Axis{true, 0.0, 2.0} : Axis{false, 2.5, 2.0};
  std::vector<Term> eta(c.theta.size());
  c.law->describe(axis, c.theta, eta);
  std::vector<double> out;
  for (const Term& t : eta) out.push_back(t.f);
  return out;
}

class Samples : public testing::TestWithParam<LawCase> {};

TEST_P(Samples, AccumulateIsTheSumOverRows) {
  const LawCase& c = GetParam();
  const std::vector<double> a = laws::places(c, {0.05, 0.3, 0.5, 0.8, 0.97}), count = {1, 3, 2, 1, 7};
  if (a.size() < 5) return;
  std::vector<double> b = a, width;
  for (double& v : b) width.push_back(0.3), v += 0.3;
  for (const Kind kind : {Kind::exact, Kind::right, Kind::left, Kind::interval}) {
    for (const double sign : {1.0, -1.0}) {
      for (const bool counted : {false, true}) {
        const Rows rows{kind, sign, a, b, width, counted ? std::span<const double>(count) : std::span<const double>(),
                        {},   {},   {}};
        Term fast(c.law->size(), 0.25), slow(c.law->size(), 0.25);
        c.law->accumulate(rows, c.theta, fast);
        c.law->Distribution::accumulate(rows, c.theta, slow);
        double size = 1.0 + std::fabs(slow.f);
        for (int i = 0; i < slow.n; ++i) {
          for (int j = 0; j <= i; ++j) size = std::fmax(size, std::fabs(slow.dd(i, j)));
        }
        EXPECT_NEAR(fast.f, slow.f, 1e-14 * size);
        for (int i = 0; i < slow.n; ++i) {
          EXPECT_NEAR(fast.d(i), slow.d(i), 1e-14 * size);
          for (int j = 0; j <= i; ++j) EXPECT_NEAR(fast.dd(i, j), slow.dd(i, j), 1e-14 * size);
        }
      }
    }
  }
}

TEST_P(Samples, CountsAreRepeatedRowsAndOrderDoesNotMatter) {
  const LawCase& c = GetParam();
  const std::vector<double> eta = eta_of(c);
  const LifeTable table = mixed_table();
  const double whole = log_likelihood(*c.law, table, eta);
  if (!std::isfinite(whole)) return;  // a row below the threshold
  LifeTable repeated;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    for (int k = 0; k < static_cast<int>(table.count[i]); ++k) {
      repeated.lower.push_back(table.lower[i]);
      repeated.upper.push_back(table.upper[i]);
    }
  }
  std::vector<std::size_t> order(repeated.rows());
  std::iota(order.begin(), order.end(), 0U);
  std::shuffle(order.begin(), order.end(), std::mt19937_64(7));
  LifeTable shuffled;
  for (const std::size_t i : order) {
    shuffled.lower.push_back(repeated.lower[i]);
    shuffled.upper.push_back(repeated.upper[i]);
  }
  EXPECT_NEAR(log_likelihood(*c.law, repeated, eta), whole, 1e-12 * std::fabs(whole));
  EXPECT_NEAR(log_likelihood(*c.law, shuffled, eta), whole, 1e-12 * std::fabs(whole));
}

TEST_P(Samples, RowsThatSayNothingAddNothing) {
  const LawCase& c = GetParam();
  const std::vector<double> eta = eta_of(c);
  LifeTable table = mixed_table();
  const double whole = log_likelihood(*c.law, table, eta);
  if (!std::isfinite(whole)) return;
  const auto add = [&](double lower, double upper, double count) {
    table.lower.push_back(lower);
    table.upper.push_back(upper);
    table.count.push_back(count);
  };
  add(0.0, kInfinity, 50);  // right-censored at 0
  add(3.0, 3.0, 0);         // nobody
  EXPECT_NEAR(log_likelihood(*c.law, table, eta), whole, 1e-12 * std::fabs(whole));
  // Known only to lie in its own window.
  add(2.0, 6.0, 9);
  table.entry.assign(table.rows(), 0.0);
  table.exit.assign(table.rows(), kInfinity);
  table.entry.back() = 2.0;
  table.exit.back() = 6.0;
  EXPECT_NEAR(log_likelihood(*c.law, table, eta), whole, 1e-12 * std::fabs(whole));
}

TEST_P(Samples, TruncationDividesByTheProbabilityOfTheWindow) {
  const LawCase& c = GetParam();
  const std::vector<double> eta = eta_of(c);
  const LifeTable plain = mixed_table();
  const double whole = log_likelihood(*c.law, plain, eta);
  if (!std::isfinite(whole)) return;
  const auto single = [&](double lower, double upper) {
    return log_likelihood(*c.law, reference::table_of({{lower, upper}}), eta);
  };
  // A threshold 1/sigma away is a small difference of large numbers on every table's own axis.
  const double ridge = laws::threshold_form(*c.law) && c.theta.size() == 3 ? 1e-15 / c.theta[2] : 0.0;
  const double inf = kInfinity;
  struct Row {
    double lower, upper, entry, exit, want;
  };
  // Left-truncated, right-truncated, doubly; the event is cut to its window first.
  const Row rows[] = {{1.7, 1.7, 0.5, inf, single(1.7, 1.7) - single(0.5, inf)},
                      {2.0, inf, 0.5, inf, single(2.0, inf) - single(0.5, inf)},
                      {1.7, 1.7, 0.0, 6.0, single(1.7, 1.7) - single(0.0, 6.0)},
                      {1.7, 1.7, 0.5, 6.0, single(1.7, 1.7) - single(0.5, 6.0)},
                      {0.0, 3.0, 0.5, inf, single(0.5, 3.0) - single(0.5, inf)},
                      {2.0, inf, 0.5, 6.0, single(2.0, 6.0) - single(0.5, 6.0)},
                      {1.0, 9.0, 2.0, 6.0, 0.0}};
  for (const Row& row : rows) {
    LifeTable t = reference::table_of({{row.lower, row.upper}});
    t.entry = {row.entry};
    t.exit = {row.exit};
    EXPECT_NEAR(log_likelihood(*c.law, t, eta), row.want,
                (1e-12 + ridge) * (1.0 + std::fabs(single(row.lower, row.upper))))
        << row.lower << ' ' << row.upper << " in " << row.entry << ' ' << row.exit;
  }
}

TEST_P(Samples, DerivativesOfTheWholeLikelihoodAgreeWithDifferences) {
  const LawCase& c = GetParam();
  const std::vector<double> eta = eta_of(c);
  LifeTable table = mixed_table();
  table.entry.assign(table.rows(), 0.0);
  table.entry[3] = 0.3;
  const Sample sample = prepare(table, c.law->log_axis());
  std::vector<double> theta(eta.size());
  ASSERT_TRUE(c.law->locate(sample.axis, eta, theta));
  const Likelihood likelihood(*c.law, sample);
  const Jet at = likelihood.evaluate(theta);
  if (!std::isfinite(at.f)) return;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    const auto k = static_cast<Eigen::Index>(i);
    const double h = 3e-5 / std::sqrt(1.0 + std::fabs(at.h(k, k)) / 30.0);
    const auto moved = [&](double step) {
      std::vector<double> x = theta;
      x[i] += step;
      return likelihood.evaluate(x);
    };
    const Jet a = moved(-2 * h), b = moved(-h), d = moved(h), e = moved(2 * h);
    const double size = at.g.cwiseAbs().maxCoeff() + at.h.cwiseAbs().maxCoeff();
    EXPECT_NEAR(at.g[k], (a.f - 8 * b.f + 8 * d.f - e.f) / (12 * h), 1e-12 * std::fabs(at.f) / h + 1e-9 * size);
    for (Eigen::Index j = 0; j < at.g.size(); ++j) {
      EXPECT_NEAR(at.h(k, j), (a.g[j] - 8 * b.g[j] + 8 * d.g[j] - e.g[j]) / (12 * h), 1e-12 * size / h + 1e-8 * size);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Laws, Samples, testing::ValuesIn(laws::all_cases()), [](const auto& tested) {
  return laws::case_name(tested);
});

/// What a parameter becomes when the times are multiplied by c.
double in_other_unit(const Distribution& d, const std::string& name, double value, double c) {
  if (name == "scale" || name == "mean" || name == "threshold") return value * c;
  if (d.name() == "inverse-gaussian" && name == "shape") return value * c;
  if (name == "rate" || name == "growth") return value / c;
  if (name == "mu") return d.log_axis() || laws::threshold_form(d) ? value + std::log(c) : value * c;
  if (name == "sigma" && !d.log_axis() && !laws::threshold_form(d)) return value * c;
  return value;
}

TEST(FitLaws, AChangeOfTheTimeUnitMovesEveryParameterAsItsDimensionSays) {
  for (const char* name : {"ball_bearing", "shock_absorber"}) {
    const LifeTable hours = reference::dataset(name);
    for (const RegistryRow& row : registry()) {
      FitOptions options = reference::one(row.distribution->name(), "wald");
      const ModelResult a = fit(hours, options).models.front();
      for (const double c : {3600.0, 1.0 / 8760.0}) {
        LifeTable other = hours;
        for (auto* column : {&other.lower, &other.upper}) {
          for (double& t : *column) t *= c;
        }
        const ModelResult b = fit(other, options).models.front();
        ASSERT_EQ(a.convergence.status, b.convergence.status) << row.distribution->name() << ' ' << c;
        if (!carries_estimates(a.convergence.status)) continue;
        EXPECT_NEAR(b.log_likelihood,
                    a.log_likelihood - static_cast<double>(count_by_kind(hours).failures) * std::log(c),
                    1e-10 * std::fabs(a.log_likelihood));
        for (std::size_t i = 0; i < a.parameters.size(); ++i) {
          const auto& [parameter, value, fixed] = a.parameters[i];
          const double want = in_other_unit(*row.distribution, parameter, value.estimate, c);
          const double unit =
              std::isfinite(value.std_error)
                  ? std::fabs(in_other_unit(*row.distribution, parameter, value.estimate + value.std_error, c) - want)
                  : std::fabs(want);
          // gengamma near lambda = 0 and 3-parameter forms have ridges: the top is flat to a part of the standard
          // error.
          EXPECT_NEAR(b.parameters[i].value.estimate, want, 1e-7 * unit)
              << name << ' ' << row.distribution->name() << ' ' << parameter;
        }
      }
    }
  }
}

TEST(FitLaws, AModelNeverFitsWorseThanOneNestedInIt) {
  const std::pair<const char*, const char*> kNested[] = {{"exponential", "weibull"},
                                                         {"exponential", "gamma"},
                                                         {"weibull", "gengamma"},
                                                         {"lognormal", "gengamma"},
                                                         {"gamma", "gengamma"},
                                                         {"frechet", "gengamma"},
                                                         {"exponential", "gompertz"},
                                                         {"weibull", "weibull-3p"},
                                                         {"lognormal", "lognormal-3p"},
                                                         {"loglogistic", "loglogistic-3p"},
                                                         {"exponential", "exponential-2p"}};
  int compared = 0;
  for (const char* name : {"ball_bearing", "alloy_t7987", "diesel_fan", "snubber", "chemical_process", "alpha_200",
                           "mechanical_switch", "steel_fatigue"}) {
    const LifeTable table = reference::dataset(name);
    std::map<std::string, ModelResult> fits;
    for (const RegistryRow& row : registry()) {
      fits[row.distribution->name()] = fit(table, reference::one(row.distribution->name())).models.front();
    }
    for (const auto& [inner, outer] : kNested) {
      const ModelResult &a = fits.at(inner), &b = fits.at(outer);
      if (!carries_estimates(a.convergence.status) || b.convergence.status != FitStatus::converged) continue;
      EXPECT_GE(b.log_likelihood, a.log_likelihood - 1e-9 * std::fabs(a.log_likelihood))
          << name << ": " << outer << " below " << inner;
      ++compared;
    }
  }
  EXPECT_GE(compared, 40);
}

}  // namespace
}  // namespace relia
