// Many small fits: Weibull lives of 30 units each, a third of them suspended, one after another on one core, with the
// whole report and its bounds; beside them the sum of the ages that every fit reads at least once.

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <relia/fit.hpp>
#include <relia/simulate.hpp>

namespace {

constexpr std::size_t kGroups = 2000;

const std::vector<relia::LifeTable>& groups() {
  static const std::vector<relia::LifeTable> kTables = [] {
    relia::TestPlan plan;
    plan.n = 30;
    plan.censor_at = 1100;
    const relia::LifeModel model{"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
    relia::Simulation simulation(model, plan, 1);
    std::vector<relia::LifeTable> out;
    for (std::size_t g = 0; g < kGroups; ++g) out.push_back(simulation.draw(g));
    return out;
  }();
  return kTables;
}

void many_fits(benchmark::State& state, const std::string& distribution, const std::string& bounds) {
  relia::FitOptions options;
  options.selection = "one";
  options.distributions = {distribution};
  options.bounds = bounds;
  options.threads = 1;
  relia::Fitter fitter(options);
  double sum = 0.0;
  for (auto _ : state) {
    for (const relia::LifeTable& table : groups()) {
      sum += fitter.fit(table).models.front().parameters.front().value.lower;
    }
  }
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kGroups));
}

BENCHMARK_CAPTURE(many_fits, weibull / wald, "weibull", "wald")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(many_fits, weibull / lr, "weibull", "lr")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(many_fits, exponential / wald, "exponential", "wald")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(many_fits, lognormal / wald, "lognormal", "wald")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(many_fits, lognormal / lr, "lognormal", "lr")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(many_fits, loglogistic / wald, "loglogistic", "wald")->Unit(benchmark::kMillisecond);

void plain_sums(benchmark::State& state) {
  double sum = 0.0;
  for (auto _ : state) {
    for (const relia::LifeTable& table : groups()) {
      for (const double t : table.lower) benchmark::DoNotOptimize(sum += t);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kGroups));
}
BENCHMARK(plain_sums)->Unit(benchmark::kMillisecond);

}  // namespace
