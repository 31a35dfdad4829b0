// A million units at ten levels of two stresses: one pass of the likelihood, and a whole fit in passes.

#include <cmath>
#include <memory>
#include <random>
#include <string>

#include <benchmark/benchmark.h>

#include <relia/alt.hpp>

#include "core/registry.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/alt_fit.hpp"

namespace relia {
namespace {

constexpr std::size_t kUnits = 1000000;

const LifeTable& units() {
  static const LifeTable table = [] {
    LifeTable t;
    Column temperature, volts;
    temperature.name = "temperature_c";
    temperature.unit = "celsius";
    volts.name = "volts";
    std::mt19937_64 random(7);
    for (std::size_t i = 0; i < kUnits; ++i) {
      const double c = 60.0 + 15.0 * static_cast<double>(random() % 5), v = random() % 2 == 0 ? 5.0 : 8.0;
      const double uniform = (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
      const double scale = std::exp(-15.0 + 0.7 / (8.617333262e-5 * (c + 273.15)) - 2.0 * std::log(v));
      const double life = scale * std::pow(-std::log(uniform), 0.5);
      const double end = 1.5 * scale;
      t.lower.push_back(std::fmin(life, end));
      t.upper.push_back(life < end ? life : kInfinity);
      temperature.numbers.push_back(c);
      volts.numbers.push_back(v);
    }
    t.columns = {std::move(temperature), std::move(volts)};
    return t;
  }();
  return table;
}

AltOptions options() {
  AltOptions o;
  o.stresses = {{{{"temperature_c", "arrhenius"}}}, {{{"volts", "power"}}}};
  return o;
}

void alt_pass(benchmark::State& state) {
  const AltDesign design(units(), options());
  const auto sample = alt_sample(units(), design, true);
  const auto d = find_distribution("weibull");
  const Likelihood likelihood(*d, *sample, 1);
  const std::vector<double> theta = {0.1, 0.5, 0.2, -0.6};
  for (auto _ : state) benchmark::DoNotOptimize(likelihood.evaluate(theta).f);
  state.counters["units/s"] = benchmark::Counter(kUnits, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(alt_pass)->Unit(benchmark::kMillisecond);

void alt_prepare(benchmark::State& state) {
  for (auto _ : state) {
    const AltDesign design(units(), options());
    benchmark::DoNotOptimize(alt_sample(units(), design, true)->n);
  }
}
BENCHMARK(alt_prepare)->Unit(benchmark::kMillisecond);

void alt_estimate(benchmark::State& state) {
  const AltDesign design(units(), options());
  const auto sample = alt_sample(units(), design, true);
  std::string known;
  int passes = 0;
  for (auto _ : state) {
    const auto fit = prepare_alt(find_distribution("weibull"), sample, design, {}, 1, known);
    estimate_alt(*fit, units(), Engine::newton);
    passes = fit->estimate.passes;
    benchmark::DoNotOptimize(fit->estimate.log_likelihood);
  }
  state.counters["passes"] = passes;
}
BENCHMARK(alt_estimate)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace relia
