#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/plotting_positions.hpp"
#include "core/nonparametric/sort_times.hpp"

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEps = std::numeric_limits<double>::epsilon();

RiskTable table_of(const std::vector<double>& failed, const std::vector<double>& suspended) {
  LifeTable table;
  for (double t : failed) {
    table.lower.push_back(t);
    table.upper.push_back(t);
  }
  for (double t : suspended) {
    table.lower.push_back(t);
    table.upper.push_back(kInfinity);
  }
  return risk_table(table);
}

TEST(PlottingPositions, BetaQuantilesAgreeWithFiftyDigitArithmetic) {
  std::ifstream file(RELIA_SOURCE_DIR "/tests/golden/nonparametric_median_ranks.csv");
  ASSERT_TRUE(file);
  std::string line;
  int seen = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#' || line[0] == 'r') continue;
    std::replace(line.begin(), line.end(), ',', ' ');
    std::istringstream cells(line);
    double rank = 0, n = 0, p = 0, x = 0;
    ASSERT_TRUE(cells >> rank >> n >> p >> x) << line;
    EXPECT_NEAR(beta_binomial_bound(rank, n, p) / x, 1.0, 2 * kEps) << line;
    if (p == 0.5) {
      EXPECT_NEAR(median_rank(rank, n) / x, 1.0, 2 * kEps) << line;
    }
    ++seen;
  }
  EXPECT_GE(seen, 100);
}

TEST(PlottingPositions, MedianRanksAreSymmetric) {
  for (double n : {5.0, 17.0, 1000.0}) {
    for (double i = 1; i <= n; i += n / 5) EXPECT_NEAR(median_rank(i, n) + median_rank(n + 1 - i, n), 1.0, 4 * kEps);
  }
}

TEST(PlottingPositions, CompleteDataHaveWholeRanks) {
  const JohnsonRanks ranks = johnson_ranks(table_of({5, 3, 3, 8, 1}, {}));
  ASSERT_EQ(ranks.runs.size(), 4u);
  EXPECT_EQ(ranks.runs[1].first, 2.0);
  EXPECT_EQ(ranks.runs[1].count, 2.0);
  EXPECT_EQ(ranks.runs[1].increment, 1.0);
  EXPECT_EQ(ranks.runs[3].first, 5.0);
  const PlottingPositions points = plotting_positions(ranks, RankMethod::benard);
  EXPECT_EQ(points.time, (std::vector<double>{1, 3, 3, 5, 8}));
  EXPECT_EQ(points.adjusted_rank, (std::vector<double>{1, 2, 3, 4, 5}));
  EXPECT_NEAR(points.position[2], 2.7 / 5.4, kEps);
}

// Worked by hand: F 10, S 30, F 45, S 49, F 82, S 90, F 96, S 100. The increments are (9-1)/7, then
// (9-2.142857…)/5 and so on.
TEST(PlottingPositions, SuspensionsStretchTheRanksAfterThem) {
  const JohnsonRanks ranks = johnson_ranks(table_of({10, 45, 82, 96}, {30, 49, 90, 100}));
  ASSERT_EQ(ranks.runs.size(), 4u);
  double rank = 1;
  EXPECT_EQ(ranks.runs[0].first, rank);
  rank += (9 - rank) / 7;
  EXPECT_NEAR(ranks.runs[1].first, rank, 4 * kEps);
  rank += (9 - rank) / 5;
  EXPECT_NEAR(ranks.runs[2].first, rank, 8 * kEps);
  rank += (9 - rank) / 3;
  EXPECT_NEAR(ranks.runs[3].first, rank, 8 * kEps);
}

TEST(PlottingPositions, AFailureAtTheTimeOfASuspensionComesFirst) {
  const JohnsonRanks ranks = johnson_ranks(table_of({10, 20}, {10}));
  EXPECT_EQ(ranks.runs[0].first, 1.0);
  EXPECT_NEAR(ranks.runs[1].first, 1.0 + 3.0 / 2.0, kEps);
}

TEST(PlottingPositions, CountsAreRunsAndEqualRepeatedRows) {
  LifeTable counted, repeated;
  std::mt19937_64 gen(7);
  for (int i = 0; i < 60; ++i) {
    const double t = static_cast<double>(gen() % 20 + 1);
    const double up = gen() % 3 == 0 ? kInfinity : t;
    const auto c = static_cast<int>(gen() % 4);
    counted.lower.push_back(t);
    counted.upper.push_back(up);
    counted.count.push_back(c);
    for (int k = 0; k < c; ++k) {
      repeated.lower.push_back(t);
      repeated.upper.push_back(up);
    }
  }
  const PlottingPositions a = plotting_positions(johnson_ranks(risk_table(counted)), RankMethod::exact);
  const PlottingPositions b = plotting_positions(johnson_ranks(risk_table(repeated)), RankMethod::exact);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.adjusted_rank, b.adjusted_rank);
  EXPECT_EQ(a.position, b.position);

  LifeTable many;
  many.lower = {1, 2, 3};
  many.upper = {1, kInfinity, 3};
  many.count = {1e12, 1e12, 1e12};
  const JohnsonRanks runs = johnson_ranks(risk_table(many));
  ASSERT_EQ(runs.runs.size(), 2u);
  EXPECT_EQ(runs.n, 3e12);
  EXPECT_NEAR(runs.runs[1].increment, (3e12 + 1 - 1e12) / (1 + 1e12), 1e-15);
}

TEST(SortTimes, OrdersWhatComparisonSortsOrder) {
  std::mt19937_64 gen(3);
  std::normal_distribution<double> normal(0, 1e3);
  for (std::size_t n : {std::size_t{0}, std::size_t{10}, std::size_t{50000}}) {
    std::vector<double> t(n), w(n);
    for (std::size_t i = 0; i < n; ++i) {
      t[i] = std::floor(normal(gen)) / 4;
      w[i] = static_cast<double>(i);
    }
    std::vector<std::pair<double, double>> want;
    for (std::size_t i = 0; i < n; ++i) want.emplace_back(t[i] + 0.0, w[i]);
    std::stable_sort(want.begin(), want.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<double> plain = t;
    sort_times(plain);
    sort_times(t, w);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_EQ(plain[i], want[i].first);
      EXPECT_EQ(t[i], want[i].first);
      EXPECT_EQ(w[i], want[i].second);
    }
  }
}

TEST(KaplanMeier, CompleteDataGiveTheFractionSurviving) {
  std::vector<double> t;
  for (int i = 1; i <= 1000; ++i) t.push_back(i);
  const KaplanMeier km = kaplan_meier(table_of(t, {}));
  for (std::size_t i = 0; i < t.size(); ++i) {
    const auto k = static_cast<double>(i + 1);
    EXPECT_EQ(km.survival[i], (1000 - k) / 1000);
    EXPECT_EQ(km.failure_probability[i], k / 1000);
  }
  EXPECT_EQ(km.greenwood.back(), kInfinity);
}

TEST(KaplanMeier, AUnitIsAtRiskAfterItsEntryOnly) {
  LifeTable table;
  table.lower = {5, 5, 8, 9};
  table.upper = {5, kInfinity, 8, 9};
  table.entry = {0, 0, 5, 2};
  const RiskTable risk = risk_table(table);
  ASSERT_EQ(risk.size(), 3u);
  EXPECT_EQ(risk.at_risk, (std::vector<double>{3, 2, 1}));
  const KaplanMeier km = kaplan_meier(risk);
  EXPECT_NEAR(km.survival[1], 2.0 / 3 * 0.5, kEps);
}

}  // namespace
}  // namespace relia
