// A fit of rows that stream is that of the same rows in memory, to the last bit.

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/row_blocks.hpp>
#include <relia/simulate.hpp>

#include "core/numeric/philox.hpp"

namespace relia {
namespace {

/// A table that gives out its rows as a store does.
class Streamed final : public RowBlocks {
 public:
  explicit Streamed(const LifeTable& table) : rows_(table) {}
  [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_.rows(); }
  [[nodiscard]] const Provenance& provenance() const noexcept override { return rows_.provenance(); }
  [[nodiscard]] RowView block(std::size_t index, LifeTable& scratch) const override {
    return rows_.block(index, scratch);
  }

 private:
  TableBlocks rows_;
};

/// Some 330,000 rows in two superblocks, the last of which is short.
constexpr double kNever = std::numeric_limits<double>::infinity();

LifeTable some_rows(const std::string& kind) {
  constexpr std::size_t kRows = kSuperblockRows + 70001;
  RandomStream random(7, RandomPurpose{1}, 0);
  LifeTable t;
  t.provenance.name = "some.csv";
  for (std::size_t i = 0; i < kRows; ++i) {
    double life = 1000.0 * std::pow(-std::log(random.uniform()), 1.0 / 1.7);
    if (kind == "ties") life = std::ceil(life / 24.0) * 24.0;
    const double end = 300.0 + 900.0 * random.uniform();
    const bool censored = life > end;
    t.lower.push_back(censored ? end : life);
    t.upper.push_back(censored ? kNever : life);
    if (kind == "counts" || kind == "mixed") t.count.push_back(static_cast<double>(i % 3));
    if (kind == "mixed") {
      if (i % 5 == 0 && !censored) t.lower.back() = 0.0;
      if (i % 5 == 1 && !censored) t.lower.back() = 0.5 * life;
      t.entry.push_back(i % 7 == 0 ? 0.1 * t.upper.back() : 0.0);
      if (std::isinf(t.entry.back())) t.entry.back() = 0.1 * t.lower.back();
    }
  }
  return t;
}

void expect_same(double a, double b, const std::string& what) {
  EXPECT_TRUE(std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b) || (std::isnan(a) && std::isnan(b)))
      << what << ": " << a << " and " << b;
}

void expect_same(const Quantity& a, const Quantity& b, const std::string& what) {
  expect_same(a.estimate, b.estimate, what);
  expect_same(a.std_error, b.std_error, what + " (standard error)");
  expect_same(a.lower, b.lower, what + " (lower)");
  expect_same(a.upper, b.upper, what + " (upper)");
}

void expect_same(const FitReport& a, const FitReport& b) {
  EXPECT_EQ(a.data.n, b.data.n);
  EXPECT_EQ(a.data.failures, b.data.failures);
  EXPECT_EQ(a.data.truncated, b.data.truncated);
  EXPECT_EQ(a.warnings, b.warnings);
  ASSERT_EQ(a.models.size(), b.models.size());
  for (std::size_t i = 0; i < a.models.size(); ++i) {
    const ModelResult &m = a.models[i], &n = b.models[i];
    ASSERT_EQ(m.distribution, n.distribution);
    EXPECT_EQ(m.convergence.status, n.convergence.status) << m.distribution;
    EXPECT_EQ(m.convergence.iterations, n.convergence.iterations) << m.distribution;
    expect_same(m.log_likelihood, n.log_likelihood, m.distribution + " log L");
    expect_same(m.anderson_darling, n.anderson_darling, m.distribution + " A2");
    ASSERT_EQ(m.parameters.size(), n.parameters.size());
    for (std::size_t p = 0; p < m.parameters.size(); ++p) {
      expect_same(m.parameters[p].value, n.parameters[p].value, m.distribution + " " + m.parameters[p].name);
    }
    ASSERT_EQ(m.metrics.quantiles.size(), n.metrics.quantiles.size());
    for (std::size_t q = 0; q < m.metrics.quantiles.size(); ++q) {
      expect_same(m.metrics.quantiles[q].value, n.metrics.quantiles[q].value, m.distribution);
    }
  }
}

FitOptions options_of(std::vector<std::string> names, const std::string& bounds) {
  FitOptions o;
  o.distributions = std::move(names);
  o.selection = "list";
  o.bounds = bounds;
  return o;
}

TEST(StreamedFit, IsTheFitInMemoryToTheLastBit) {
  for (const std::string kind : {"plain", "ties", "counts", "mixed"}) {
    SCOPED_TRACE(kind);
    const LifeTable table = some_rows(kind);
    const FitOptions options = options_of({"weibull", "lognormal", "normal"}, kind == "mixed" ? "wald" : "lr");
    const FitReport in_memory = fit(table, options);
    EXPECT_EQ(in_memory.models.front().convergence.status, FitStatus::converged);
    const std::uint64_t least = least_memory(table.rows());
    // With all superblocks decoded on every pass, and with all of them kept.
    for (const std::uint64_t memory : {least, least + (std::uint64_t{1} << 30)}) {
      expect_same(fit(Streamed(table), options, memory), in_memory);
    }
  }
}

TEST(StreamedFit, DoesNotDependOnThreads) {
  const LifeTable table = some_rows("counts");
  FitOptions options = options_of({"weibull", "logistic"}, "wald");
  options.threads = 1;
  const FitReport one = fit(Streamed(table), options, std::uint64_t{1} << 30);
  options.threads = 2;
  expect_same(fit(Streamed(table), options, std::uint64_t{1} << 30), one);
  expect_same(fit(table, options), one);
}

TEST(StreamedFit, RefusesWhatNeedsAllRows) {
  const LifeTable table = some_rows("plain");
  const auto refused = [&](auto change) {
    FitOptions options = options_of({"weibull"}, "lr");
    change(options);
    EXPECT_THROW((void)fit(Streamed(table), options, std::uint64_t{1} << 30), UsageError);
  };
  refused([](FitOptions& o) { o.method = "rrx"; });
  refused([](FitOptions& o) { o.bounds = "bootstrap"; });
  refused([](FitOptions& o) { o.mixture = 2; });
  refused([](FitOptions& o) { o.distributions = {"weibull-3p"}; });
  EXPECT_THROW((void)fit(Streamed(table), options_of({"weibull"}, "lr"), least_memory(table.rows()) - 1), UsageError);
}

TEST(StreamedFit, FindsBadRowsOfAnySuperblock) {
  LifeTable table = some_rows("plain");
  table.lower[kSuperblockRows + 5] = table.upper[kSuperblockRows + 5] = 0.0;
  try {
    (void)fit(Streamed(table), options_of({"weibull"}, "none"), std::uint64_t{1} << 30);
    FAIL() << "a failure at age 0 was taken";
  } catch (const BadData& e) {
    EXPECT_EQ(e.errors().total, 1U);
    EXPECT_EQ(e.errors().first.front().line, kSuperblockRows + 7);
  }
}

}  // namespace
}  // namespace relia
