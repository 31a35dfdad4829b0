// Whole fits, from a table in memory to a report: what a user waits for.
//
// `loglik` tells that the answer is the same from run to run; `error` is the distance of the estimated shape from the
// one that the sample was drawn with, in standard errors.

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <relia/fit.hpp>

namespace {

relia::LifeTable weibull_sample(std::size_t rows) {
  std::mt19937_64 random(42);
  std::uniform_real_distribution<double> uniform(1e-12, 1.0);
  relia::LifeTable t;
  for (std::size_t i = 0; i < rows; ++i) {
    const double age = 1000.0 * std::sqrt(-std::log(uniform(random))), end = 1200.0;
    t.lower.push_back(std::fmin(age, end));
    t.upper.push_back(age < end ? age : std::numeric_limits<double>::infinity());
  }
  return t;
}

void whole_fit(benchmark::State& state, const std::string& name, const std::string& bounds, std::size_t rows) {
  const relia::LifeTable table = weibull_sample(rows);
  relia::FitOptions o;
  if (name != "best") {
    o.distributions = {name};
    o.selection = "one";
  }
  o.bounds = bounds;
  o.threads = 1;
  relia::FitReport report;
  for (auto _ : state) {
    report = relia::fit(table, o);
    benchmark::DoNotOptimize(report);
  }
  const relia::ModelResult& m = report.models.front();
  state.counters["loglik"] = m.log_likelihood;
  if (name == "weibull") {
    const relia::Quantity& shape = m.parameters.front().value;
    state.counters["error"] = (shape.estimate - 2.0) / shape.std_error;
  }
}

const int kRegistered = [] {
  const std::pair<std::size_t, const char*> kRows[] = {{30, "30"}, {1000, "1e3"}, {1000000, "1e6"}};
  for (const auto& [rows, label] : kRows) {
    for (const char* name : {"weibull", "lognormal", "gamma", "weibull-3p", "best"}) {
      for (const char* bounds : {"wald", "lr"}) {
        if (rows == 1000000 && std::string(name) != "weibull" && std::string(name) != "lognormal") continue;
        benchmark::RegisterBenchmark((std::string("Fit/") + name + "/bounds:" + bounds + "/units:" + label).c_str(),
                                     [=, r = rows](benchmark::State& s) { whole_fit(s, name, bounds, r); })
            ->Unit(benchmark::kMillisecond);
      }
    }
  }
  return 0;
}();

}  // namespace
