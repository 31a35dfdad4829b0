// Merging equal rows: nothing is lost, nothing is moved, and what is all different is left alone.

#include "core/sample/merge_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/distributions/weibull.hpp"
#include "core/likelihood/likelihood.hpp"
#include "core/sample/sample.hpp"

namespace {

using Pairs = std::map<std::pair<double, double>, double>;

Pairs totals(const std::vector<double>& a, const std::vector<double>& b, const std::vector<double>& count) {
  Pairs out;
  for (std::size_t i = 0; i < a.size(); ++i) out[{a[i], b[i]}] += count.empty() ? 1.0 : count[i];
  return out;
}

TEST(MergeRowsTest, EveryDistinctRowKeepsItsSumAndItsPlace) {
  std::mt19937_64 random(5);
  for (const std::size_t rows : {std::size_t{64}, std::size_t{1000}, std::size_t{300000}}) {
    for (const bool counted : {false, true}) {
      std::vector<double> a, b, count;
      for (std::size_t i = 0; i < rows; ++i) {
        a.push_back(static_cast<double>(random() % 7));
        b.push_back(a.back() + static_cast<double>(random() % 2));
        if (counted) count.push_back(static_cast<double>(random() % 1000));
      }
      const Pairs before = totals(a, b, count);
      std::vector<std::pair<double, double>> order;
      for (std::size_t i = 0; i < rows; ++i) {
        const std::pair<double, double> row{a[i], b[i]};
        if (std::find(order.begin(), order.end(), row) == order.end()) order.push_back(row);
      }
      const std::array<std::vector<double>*, 2> columns = {&a, &b};
      ASSERT_TRUE(relia::merge_equal_rows(columns, count));
      ASSERT_EQ(a.size(), before.size());
      ASSERT_EQ(b.size(), before.size());
      ASSERT_EQ(count.size(), before.size());
      EXPECT_EQ(totals(a, b, count), before);
      for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(order[i], (std::pair<double, double>{a[i], b[i]}));
    }
  }
}

TEST(MergeRowsTest, RowsThatAreAllDifferentAreLeftAsTheyAre) {
  std::vector<double> a, count;
  for (int i = 0; i < 100000; ++i) a.push_back(std::sqrt(1.0 + i));
  const std::vector<double> before = a;
  const std::array<std::vector<double>*, 1> columns = {&a};
  EXPECT_FALSE(relia::merge_equal_rows(columns, count));
  EXPECT_EQ(a, before);
  EXPECT_TRUE(count.empty());
}

/// The sample of the rows sees ties only; the whole has too many different rows.
TEST(MergeRowsTest, AGuessThatWasWrongChangesNothing) {
  std::vector<double> a, count;
  for (int i = 0; i < 204800; ++i) a.push_back(i % 100 == 0 ? 1.0 : std::sqrt(2.0 + i));
  const std::vector<double> before = a;
  const std::array<std::vector<double>*, 1> columns = {&a};
  EXPECT_FALSE(relia::merge_equal_rows(columns, count));
  EXPECT_EQ(a, before);
  EXPECT_TRUE(count.empty());
}

TEST(MergeRowsTest, RowsThatDifferInAnyColumnStayApart) {
  std::vector<double> a(256, 1.0), b(256, 2.0), count;
  b[200] = std::nextafter(2.0, 3.0);
  a[100] = 0.0;
  a[101] = -0.0;
  const std::array<std::vector<double>*, 2> columns = {&a, &b};
  ASSERT_TRUE(relia::merge_equal_rows(columns, count));
  EXPECT_EQ(count, (std::vector<double>{253, 1, 1, 1}));
}

/// The likelihood of a table of ties is that of the table with counts, and the kinds do not mix.
TEST(MergeRowsTest, ASampleOfTiesIsTheSampleWithCounts) {
  std::mt19937_64 random(11);
  relia::LifeTable tied, counted;
  const std::array<std::pair<double, double>, 6> kinds = {
      {{100.0, 200.0}, {200.0, 400.0}, {100.0, 100.0}, {400.0, INFINITY}, {0.0, 100.0}, {200.0, 200.0}}};
  std::array<double, 6> n{};
  for (int i = 0; i < 5000; ++i) {
    const std::size_t k = random() % kinds.size();
    n[k] += 1.0;
    tied.lower.push_back(kinds[k].first);
    tied.upper.push_back(kinds[k].second);
  }
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    counted.lower.push_back(kinds[k].first);
    counted.upper.push_back(kinds[k].second);
    counted.count.push_back(n[k]);
  }
  const relia::Weibull law;
  const relia::Sample many = relia::prepare(tied, true), few = relia::prepare(counted, true);
  std::size_t rows = 0;
  for (const relia::Segment& s : many.cells.front().segments) rows += s.a.size();
  EXPECT_EQ(rows, 6u);
  EXPECT_EQ(many.n, few.n);
  EXPECT_EQ(many.exact, few.exact);
  const std::vector<double> theta = {0.1, -0.5};
  const relia::Jet x = relia::Likelihood(law, many, 1).evaluate(theta);
  const relia::Jet y = relia::Likelihood(law, few, 1).evaluate(theta);
  EXPECT_NEAR(x.f, y.f, 1e-11 * std::fabs(y.f));
  for (int i = 0; i < 2; ++i) {
    EXPECT_NEAR(x.g[i], y.g[i], 1e-10 * std::fabs(y.g[i]));
    for (int j = 0; j < 2; ++j) EXPECT_NEAR(x.h(i, j), y.h(i, j), 1e-10 * std::fabs(y.h(i, j)));
  }
}

}  // namespace
