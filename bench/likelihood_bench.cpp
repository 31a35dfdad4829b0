// The inner loop: log L with gradient and Hessian, beside what the memory and the exponential alone cost.
//
// The counter per_row is the figure to watch; "sum" reads the same bytes and adds them, "exp" takes one exponential a
// row from the C library, "exp-vector" one in a vector. `error` is the relative error of log L against a compensated
// sum of long double terms over the same rows.

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/kernels/exp_lane.hpp"
#include "core/kernels/row_sums.hpp"
#include "core/likelihood/likelihood.hpp"
#include "core/registry.hpp"

namespace {

using relia::LifeTable;

/// Weibull(2, 1000) ages; `kind` chooses what is known of each.
LifeTable ages(std::size_t rows, const std::string& kind) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(1e-12, 1.0);
  LifeTable t;
  t.lower.reserve(rows);
  t.upper.reserve(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    const double age = 1000.0 * std::sqrt(-std::log(uniform(random)));
    const bool seen = kind == "exact" || (kind == "mixed" && i % 4 == 0);
    if (seen) {
      t.lower.push_back(age);
      t.upper.push_back(age);
    } else if (kind == "interval") {
      // Inspected every 100 hours, each unit at hours of its own: equal rows would be merged before the pass.
      t.lower.push_back(std::fmax(1.0, age - 100.0 * uniform(random)));
      t.upper.push_back(t.lower.back() + 100.0);
    } else {
      t.lower.push_back(age);
      t.upper.push_back(std::numeric_limits<double>::infinity());
    }
  }
  return t;
}

/// log L of exact and right-censored Weibull rows on the axis in long double.
double relative_error(const relia::Sample& sample, const std::vector<double>& theta, double value) {
  long double sum = 0.0L, lost = 0.0L;
  const long double mu = theta[0], log_sigma = theta[1], inverse = std::exp(-log_sigma);
  for (const relia::Segment& s : sample.cells.front().segments) {
    if (s.kind == relia::Kind::interval || s.kind == relia::Kind::left) return -1.0;
    for (const double u : s.a) {
      const long double z = (u - mu) * inverse, w = std::exp(z);
      const long double term = (s.kind == relia::Kind::exact ? z - w - log_sigma : -w) - lost, next = sum + term;
      lost = (next - sum) - term;
      sum = next;
    }
  }
  sum += sample.log_jacobian;
  return static_cast<double>(std::fabs((value - sum) / sum));
}

/// Time a row, which prints as "per_row=7.6ns".
void per_row(benchmark::State& state, std::size_t rows) {
  state.counters["per_row"] = benchmark::Counter(
      static_cast<double>(rows), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void log_likelihood(
    benchmark::State& state, const std::string& name, const std::string& kind, std::size_t rows, int threads) {
  const auto law = relia::find_distribution(name);
  const relia::Sample sample = relia::prepare(ages(rows, kind), law->log_axis());
  const relia::Likelihood likelihood(*law, sample, threads);
  std::vector<double> theta = law->starts(sample.plot).front();
  double value = 0.0;
  for (auto _ : state) {
    theta[0] += 1e-9;
    value = likelihood.evaluate(theta).f;
    benchmark::DoNotOptimize(value);
  }
  per_row(state, rows);
  if (name == "weibull") state.counters["error"] = relative_error(sample, theta, value);
}

/// Exponentials added up as a vector unit does it: the floor of every law that needs one a row.
RELIA_CLONES double exponentials(const double* u, std::size_t rows) noexcept {
  constexpr std::size_t kLanes = 32;
  double lanes[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= rows; i += kLanes) {
    for (std::size_t k = 0; k < kLanes; ++k) lanes[k] += relia::exp_lane(u[i + k]);
  }
  for (; i < rows; ++i) lanes[i % kLanes] += relia::exp_lane(u[i]);
  double sum = 0.0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

enum class Plain { sum, exp, exp_vector };

void plain(benchmark::State& state, Plain what, std::size_t rows) {
  // Not out of a sample, which may hold its rows in several pieces.
  std::vector<double> u = ages(rows, "exact").lower;
  for (double& x : u) x = std::log(x / 1000.0);
  for (auto _ : state) {
    double sum = 0.0;
    if (what == Plain::exp_vector) {
      sum = exponentials(u.data(), u.size());
    } else if (what == Plain::exp) {
      for (const double x : u) sum += std::exp(x);
    } else {
      for (const double x : u) sum += x;
    }
    benchmark::DoNotOptimize(sum);
  }
  per_row(state, rows);
}

const int kRegistered = [] {
  const auto label = [](std::size_t rows) { return rows == 1000000 ? std::string("1e6") : std::string("1e4"); };
  for (const std::size_t rows : {std::size_t{10000}, std::size_t{1000000}}) {
    for (const auto& [name, what] :
         {std::pair("sum", Plain::sum), std::pair("exp", Plain::exp), std::pair("exp-vector", Plain::exp_vector)}) {
      benchmark::RegisterBenchmark((std::string("Plain/") + name + "/rows:" + label(rows)).c_str(),
                                   [what = what, rows](benchmark::State& s) { plain(s, what, rows); });
    }
    for (const char* name : {"weibull", "lognormal", "loglogistic"}) {
      for (const char* kind : {"exact", "right", "mixed", "interval"}) {
        benchmark::RegisterBenchmark((std::string("LogLik/") + name + "/" + kind + "/rows:" + label(rows)).c_str(),
                                     [=](benchmark::State& s) { log_likelihood(s, name, kind, rows, 1); });
      }
    }
  }
  // As on a machine without AVX-512.
  for (const relia::InstructionSet set : relia::instruction_sets()) {
    if (set != relia::InstructionSet::avx2) continue;
    for (const char* name : {"weibull", "lognormal", "loglogistic"}) {
      for (const char* kind : {"exact", "right", "mixed"}) {
        benchmark::RegisterBenchmark((std::string("LogLik/") + name + "/" + kind + "/rows:1e4/avx2").c_str(),
                                     [=](benchmark::State& s) {
                                       relia::use_instruction_set(set);
                                       log_likelihood(s, name, kind, 10000, 1);
                                       relia::use_instruction_set(relia::instruction_sets().back());
                                     });
      }
    }
  }
  // Wall time: the processor time of one thread says nothing of two.
  for (const int threads : {1, 2}) {
    for (const auto& [name, rows] : {std::pair("1e5", std::size_t{100000}), std::pair("1e6", std::size_t{1000000})}) {
      for (const auto& [law, kind] : {std::pair("weibull", "exact"), std::pair("lognormal", "right")}) {
        benchmark::RegisterBenchmark(
            (std::string("LogLik/") + law + "/" + kind + "/rows:" + name + "/threads:" + std::to_string(threads))
                .c_str(),
            [law = law, kind = kind, rows = rows, threads](benchmark::State& s) {
              log_likelihood(s, law, kind, rows, threads);
            })
            ->UseRealTime();
      }
    }
  }
  for (const char* name : {"gamma", "gengamma", "inverse-gaussian", "birnbaum-saunders", "gompertz"}) {
    benchmark::RegisterBenchmark((std::string("LogLik/") + name + "/mixed/rows:1e4").c_str(),
                                 [=](benchmark::State& s) { log_likelihood(s, name, "mixed", 10000, 1); });
  }
  return 0;
}();

}  // namespace
