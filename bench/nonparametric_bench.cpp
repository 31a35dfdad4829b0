// Kaplan-Meier against the mere sorting of the same ages, Turnbull on overlapping intervals, median ranks.

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <relia/nonparametric.hpp>

#include "core/nonparametric/kaplan_meier.hpp"
#include "core/nonparametric/plotting_positions.hpp"
#include "core/nonparametric/sort_times.hpp"
#include "core/nonparametric/turnbull.hpp"

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Weibull lives of shape 2, one third suspended at a uniform age.
relia::LifeTable lives(std::size_t rows) {
  std::mt19937_64 gen(1);
  std::uniform_real_distribution<double> u(0, 1);
  relia::LifeTable table;
  table.lower.resize(rows);
  table.upper.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const double life = std::sqrt(-std::log1p(-u(gen))), end = 2.6 * u(gen);
    table.lower[i] = std::min(life, end);
    table.upper[i] = life <= end ? life : kInfinity;
  }
  return table;
}

relia::LifeTable intervals(std::size_t rows, double width, double exact) {
  std::mt19937_64 gen(1);
  std::uniform_real_distribution<double> u(0, 1);
  relia::LifeTable table;
  for (std::size_t i = 0; i < rows; ++i) {
    const double life = std::sqrt(-std::log1p(-u(gen)));
    const double lower = std::max(0.0, life - width * u(gen)), upper = life + width * u(gen);
    const bool is_exact = u(gen) < exact;
    table.lower.push_back(is_exact ? life : lower);
    table.upper.push_back(is_exact ? life : upper);
  }
  return table;
}

void sort_by_comparison(benchmark::State& state) {
  const relia::LifeTable table = lives(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    std::vector<double> t = table.lower;
    std::sort(t.begin(), t.end());
    benchmark::DoNotOptimize(t.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sort_by_radix(benchmark::State& state) {
  const relia::LifeTable table = lives(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    std::vector<double> t = table.lower;
    relia::sort_times(t);
    benchmark::DoNotOptimize(t.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void kaplan_meier_estimate(benchmark::State& state) {
  const relia::LifeTable table = lives(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const relia::KaplanMeier km = relia::kaplan_meier(relia::risk_table(table));
    benchmark::DoNotOptimize(km.survival.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// With bounds: range(1) chooses log-log, likelihood ratio, Hall-Wellner band.
void kaplan_meier_report(benchmark::State& state) {
  const relia::LifeTable table = lives(static_cast<std::size_t>(state.range(0)));
  relia::NonparametricOptions options;
  if (state.range(1) == 1) options.bounds = "lr";
  if (state.range(1) == 2) options.band = "hall-wellner";
  for (auto _ : state) {
    const relia::NonparametricReport report = relia::nonparametric(table, options);
    benchmark::DoNotOptimize(report.points.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// range(1): width of the intervals in 1e-4 of the scale; range(2): percent of exact lives.
void turnbull_estimate(benchmark::State& state) {
  const relia::LifeTable table =
      intervals(static_cast<std::size_t>(state.range(0)), static_cast<double>(state.range(1)) * 1e-4,
                static_cast<double>(state.range(2)) / 100);
  double violation = 0;
  for (auto _ : state) violation = relia::turnbull(table).gradient;
  state.counters["gradient"] = violation;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void exact_median_ranks(benchmark::State& state) {
  const auto n = static_cast<double>(state.range(0));
  for (auto _ : state) {
    for (int k = 0; k < 100; ++k) benchmark::DoNotOptimize(relia::median_rank(1 + k * (n - 1) / 99, n));
  }
  state.SetItemsProcessed(state.iterations() * 100);
}

BENCHMARK(sort_by_comparison)->Name("Sort/comparison/rows")->Arg(10000000)->Unit(benchmark::kMillisecond);
BENCHMARK(sort_by_radix)->Name("Sort/radix/rows")->Arg(10000000)->Unit(benchmark::kMillisecond);
BENCHMARK(kaplan_meier_estimate)->Name("KaplanMeier/estimate/rows")->Arg(10000000)->Unit(benchmark::kMillisecond);
BENCHMARK(kaplan_meier_report)
    ->Name("KaplanMeier/bounds/rows/kind")
    ->Args({10000000, 0})
    ->Args({1000000, 1})
    ->Args({1000000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(turnbull_estimate)
    ->Name("Turnbull/rows/width/exact")
    ->Args({10000, 10000, 0})
    ->Args({10000, 1000, 0})
    ->Args({10000, 100, 0})
    ->Args({10000, 10, 0})
    ->Args({10000, 3, 0})
    ->Args({10000, 10, 30})
    ->Unit(benchmark::kMillisecond);
BENCHMARK(exact_median_ranks)->Name("MedianRanks/n")->Arg(100)->Arg(10000)->Arg(1000000);

}  // namespace
