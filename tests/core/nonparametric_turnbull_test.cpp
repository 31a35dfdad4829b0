#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/nonparametric.hpp>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/turnbull.hpp"
#include "tests/support/csv_rows.hpp"

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void add(LifeTable& t, double lower, double upper, double count = 1, double entry = 0, double exit = kInfinity) {
  t.lower.push_back(lower);
  t.upper.push_back(upper);
  t.count.push_back(count);
  t.entry.push_back(entry);
  t.exit.push_back(exit);
}

/// Mass that an estimate puts on (a, b], its intervals being wholly inside or outside; for an exact life a == b.
double mass_in(const Turnbull& t, double a, double b) {
  double sum = 0;
  for (std::size_t j = 0; j < t.mass.size(); ++j) {
    const bool point = t.lower[j] == t.upper[j];
    const bool inside =
        a == b ? point && t.lower[j] == a : (point ? a < t.lower[j] : a <= t.lower[j]) && t.upper[j] <= b;
    if (inside) sum += t.mass[j];
  }
  return sum;
}

/// Largest derivative of the log-likelihood per unit towards any interval, from the rows themselves; 0 at a maximum.
double steepest(const LifeTable& table, const Turnbull& t) {
  double worst = -kInfinity, units = 0;
  std::vector<double> event, window;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const bool exact = table.lower[i] == table.upper[i];
    event.push_back(
        exact ? mass_in(t, table.lower[i], table.lower[i])
              : mass_in(t, std::max(table.lower[i], table.entry[i]), std::min(table.upper[i], table.exit[i])));
    window.push_back(mass_in(t, table.entry[i], table.exit[i]));
    units += table.count[i];
  }
  for (std::size_t j = 0; j < t.mass.size(); ++j) {
    Turnbull unit = t;
    std::fill(unit.mass.begin(), unit.mass.end(), 0.0);
    unit.mass[j] = 1;
    double g = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      const bool exact = table.lower[i] == table.upper[i];
      const double in_event =
          exact ? mass_in(unit, table.lower[i], table.lower[i])
                : mass_in(unit, std::max(table.lower[i], table.entry[i]), std::min(table.upper[i], table.exit[i]));
      g += table.count[i] * (in_event / event[i] - mass_in(unit, table.entry[i], table.exit[i]) / window[i]);
    }
    worst = std::max(worst, g / units);
  }
  return worst;
}

TEST(Turnbull, AgreesWithFiftyDigitArithmetic) {
  const tests::CsvRows rows(RELIA_SOURCE_DIR "/tests/golden/nonparametric_turnbull_rows.csv");
  const tests::CsvRows want(RELIA_SOURCE_DIR "/tests/golden/nonparametric_turnbull_masses.csv");
  std::map<std::string, LifeTable> tables;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    add(tables[rows.text(i, "case")], rows.number(i, "lower"), rows.number(i, "upper"), rows.number(i, "count"),
        rows.number(i, "entry"), rows.number(i, "exit"));
  }
  ASSERT_EQ(tables.size(), 6u);
  for (const auto& [name, table] : tables) {
    const Turnbull t = turnbull(table);
    ASSERT_EQ(t.convergence.status, FitStatus::converged) << name;
    std::size_t support = 0, wanted = 0;
    for (const double m : t.mass) support += m > 0 ? 1u : 0u;
    for (std::size_t i = 0; i < want.size(); ++i) {
      if (want.text(i, "case") != name) continue;
      ++wanted;
      const double ll = want.number(i, "log_likelihood"), mass = want.number(i, "mass");
      EXPECT_NEAR(t.log_likelihood, ll, 2e-15 * std::fabs(ll)) << name;
      double got = 0;
      for (std::size_t j = 0; j < t.mass.size(); ++j) {
        // the witness names the cells that can carry the mass, which may reach beyond the innermost interval
        if (want.number(i, "lower") <= t.lower[j] && t.upper[j] <= want.number(i, "upper")) got += t.mass[j];
      }
      EXPECT_NEAR(got, mass, 1e-13 * mass) << name << " " << want.number(i, "lower");
    }
    EXPECT_EQ(support, wanted) << name;
  }
}

TEST(Turnbull, OfExactAndRightCensoredLivesIsKaplanMeierWithGreenwood) {
  std::mt19937_64 gen(4);
  for (const bool truncated : {false, true}) {
    LifeTable table;
    for (int i = 0; i < 150; ++i) {
      const double t = static_cast<double>(gen() % 60 + 10), entry = truncated ? static_cast<double>(gen() % 9) : 0.0;
      add(table, t, gen() % 3 == 0 ? kInfinity : t, static_cast<double>(gen() % 3 + 1), entry);
    }
    const RiskTable risk = risk_table(table);
    const KaplanMeier km = kaplan_meier(risk);
    const Turnbull t = turnbull(table);
    ASSERT_EQ(t.convergence.status, FitStatus::converged);
    for (std::size_t i = 0; i < risk.size(); ++i) {
      const auto j =
          static_cast<std::size_t>(std::find(t.upper.begin(), t.upper.end(), risk.time[i]) - t.upper.begin());
      ASSERT_LT(j, t.upper.size());
      EXPECT_EQ(t.lower[j], t.upper[j]);
      EXPECT_NEAR(t.survival[j], km.survival[i], 1e-13);
      if (km.survival[i] > 0) {
        EXPECT_NEAR(t.std_error[j], km.survival[i] * std::sqrt(km.greenwood[i]), 1e-12);
      }
      EXPECT_EQ(t.unique[j], 1);
    }
  }
}

TEST(Turnbull, MeetsTheGradientConditionOnRandomData) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 gen(seed);
    const auto uniform = [&](int n) { return static_cast<double>(gen() % static_cast<std::uint64_t>(n)); };
    const bool entries = seed % 4 == 1 || seed % 4 == 3, exits = seed % 4 >= 2;
    LifeTable table;
    while (table.rows() < 60) {
      const double life = 1 + uniform(40), entry = entries && gen() % 2 ? uniform(8) : 0.0;
      const double exit = exits && gen() % 2 ? 20 + uniform(30) : kInfinity;
      if (!(entry < life && life <= exit)) continue;
      const auto kind = gen() % 4;
      double lower = life, upper = life;
      if (kind == 1) upper = kInfinity, lower = std::max(entry, life - uniform(10));
      if (kind == 2) lower = 0, upper = life + uniform(10);
      if (kind == 3) lower = std::max(0.0, life - 1 - uniform(8)), upper = life + uniform(8);
      add(table, lower, upper, 1 + uniform(3), entry, exit);
    }
    const Turnbull t = turnbull(table);
    if (t.convergence.status == FitStatus::unbounded) continue;  // possible with entries; checked elsewhere
    ASSERT_EQ(t.convergence.status, FitStatus::converged) << seed;
    EXPECT_LE(t.gradient, 1e-12) << seed;
    EXPECT_LE(std::fabs(steepest(table, t)), 1e-10) << seed;
    double sum = 0;
    for (const double m : t.mass) sum += m;
    EXPECT_NEAR(sum, 1.0, 1e-14) << seed;
  }
}

// On a line every innermost interval is the last one of some event, so without truncation the events' probabilities
// determine every mass; with it, batches that were watched over ages without overlap say nothing about each other.
TEST(Turnbull, SaysWhichMassesAreNotDetermined) {
  LifeTable table;
  add(table, 2, 2, 1, 0, 10);
  add(table, 4, 4, 1, 0, 10);
  add(table, 14, 14, 1, 10, kInfinity);
  add(table, 16, 16, 1, 10, kInfinity);
  const Turnbull apart = turnbull(table);
  ASSERT_EQ(apart.convergence.status, FitStatus::converged);
  EXPECT_EQ(apart.unique, (std::vector<std::uint8_t>{0, 0, 0, 0}));
  EXPECT_FALSE(apart.std_error_reason.empty());
  EXPECT_NEAR(apart.mass[0] / (apart.mass[0] + apart.mass[1]), 0.5, 1e-14);
  EXPECT_NEAR(apart.log_likelihood, 4 * std::log(0.5), 1e-14);

  add(table, 3, 3);  // one unit watched all the time ties the batches together: half of it each
  add(table, 15, 15);
  const Turnbull tied = turnbull(table);
  ASSERT_EQ(tied.convergence.status, FitStatus::converged);
  EXPECT_EQ(tied.unique, (std::vector<std::uint8_t>(6, 1)));
  EXPECT_TRUE(tied.std_error_reason.empty());
  EXPECT_NEAR(mass_in(tied, 0, 10), 0.5, 1e-14);
}

TEST(Turnbull, OverlappingEventsWithoutTruncationDetermineEveryMass) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 gen(seed);
    LifeTable table;
    for (int i = 0; i < 12; ++i) {
      const double a = static_cast<double>(gen() % 8);
      add(table, a, a + 1 + static_cast<double>(gen() % 5));
    }
    const Turnbull t = turnbull(table);
    EXPECT_EQ(std::count(t.unique.begin(), t.unique.end(), 1), std::ssize(t.unique)) << seed;
    EXPECT_TRUE(t.std_error_reason.empty()) << seed;
    // the same rows in another order and weighted twice lead to the same masses
    LifeTable other;
    for (std::size_t i = table.rows(); i-- > 0;) add(other, table.lower[i], table.upper[i], 2);
    const Turnbull again = turnbull(other);
    ASSERT_EQ(again.mass.size(), t.mass.size());
    for (std::size_t j = 0; j < t.mass.size(); ++j) EXPECT_NEAR(again.mass[j], t.mass[j], 1e-13) << seed;
  }
}

TEST(Turnbull, HasNoMaximumWhenEveryoneFailsBeforeTheNextEnters) {
  LifeTable table;
  add(table, 1, 1, 1, 0);
  add(table, 3, 3, 1, 2);
  add(table, 4, 4, 1, 2);
  const Turnbull t = turnbull(table);
  EXPECT_EQ(t.convergence.status, FitStatus::unbounded);
  EXPECT_FALSE(t.convergence.reason.empty());
}

TEST(Turnbull, CountsAreRepeatedRowsAndUninformativeRowsChangeNothing) {
  LifeTable counted, repeated;
  std::mt19937_64 gen(9);
  for (int i = 0; i < 40; ++i) {
    const double a = static_cast<double>(gen() % 20), b = a + 1 + static_cast<double>(gen() % 8);
    const auto c = static_cast<int>(gen() % 3 + 1);
    add(counted, a, b, c);
    for (int k = 0; k < c; ++k) add(repeated, a, b);
  }
  const Turnbull one = turnbull(counted), many = turnbull(repeated);
  EXPECT_EQ(one.mass, many.mass);
  add(counted, 0, kInfinity, 5);                // right-censored at 0
  add(counted, 2, kInfinity, 5, 3, kInfinity);  // suspended before its entry
  const Turnbull more = turnbull(counted);
  ASSERT_EQ(more.mass.size(), one.mass.size());
  for (std::size_t j = 0; j < one.mass.size(); ++j) EXPECT_NEAR(more.mass[j], one.mass[j], 1e-15);
}

TEST(Turnbull, TakesTenThousandOverlappingIntervals) {
  std::mt19937_64 gen(2);
  std::uniform_real_distribution<double> u(0, 1);
  for (const double width : {1.0, 0.05}) {
    LifeTable table;
    for (int i = 0; i < 10000; ++i) {
      const double life = std::sqrt(-std::log1p(-u(gen)));
      add(table, std::max(0.0, life - width * u(gen)), life + width * u(gen));
    }
    const Turnbull t = turnbull(table);
    EXPECT_EQ(t.convergence.status, FitStatus::converged);
    EXPECT_LE(t.gradient, 1e-13);
    EXPECT_LT(t.convergence.iterations, 200);
  }
}

TEST(Turnbull, AWindowThatMissesItsEventIsBadData) {
  LifeTable table;
  add(table, 1, 2, 1, 3, kInfinity);
  add(table, 5, 5, 1, 5, kInfinity);
  NonparametricOptions options;
  options.method = "turnbull";
  try {
    static_cast<void>(nonparametric(table, options));
    FAIL();
  } catch (const BadData& bad) {
    EXPECT_EQ(bad.errors().total, 2u);
  }
}

}  // namespace
}  // namespace relia
