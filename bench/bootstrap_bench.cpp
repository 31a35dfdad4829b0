// Bounds by resampling: ten thousand replicates of a Weibull or lognormal fit to a hundred lives, on one core.

#include <memory>
#include <string>

#include <benchmark/benchmark.h>

#include <relia/simulate.hpp>

#include "core/registry.hpp"
#include "solvers/bootstrap.hpp"

namespace {

void replicates(benchmark::State& state, const std::string& distribution, const std::string& kind) {
  relia::TestPlan plan;
  plan.n = 100;
  plan.censor_at = 1100;
  const relia::LifeModel model{"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
  const relia::LifeTable table = relia::Simulation(model, plan, 1).draw(0);
  auto d = relia::find_distribution(distribution);
  auto sample = std::make_shared<const relia::Sample>(relia::prepare(table, d->log_axis()));
  const auto fit = relia::fit_model(d, sample, {relia::kNaN, relia::kNaN}, relia::Engine::newton, 1);
  relia::BootstrapOptions options;
  options.kind = kind;
  options.interval = "percentile";
  options.replicates = static_cast<int>(state.range(0));
  if (kind == "parametric") options.censor_at = 1100;
  int failed = 0;
  for (auto _ : state) failed = relia::resample(*fit, table, options, {1, nullptr})->failed;
  state.counters["failed"] = failed;
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(replicates, weibull / weights, "weibull", "weights")->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replicates, weibull / cases, "weibull", "cases")->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replicates, weibull / parametric, "weibull", "parametric")->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replicates, lognormal / weights, "lognormal", "weights")->Arg(10000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(replicates, gamma / weights, "gamma", "weights")->Arg(500)->Unit(benchmark::kMillisecond);

}  // namespace
