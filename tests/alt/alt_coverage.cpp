// How often the 90 % bounds on B10 at use hold the truth: the table in docs/coverage-alt.md.
//
//   alt_coverage [--seed N] [--replicates N]
//
// Truth: Weibull, shape 2, ln scale = 8 - 2 x, tested at x = 0, 0.5 and 1 in equal numbers (the first levels get the
// odd units), use at x = -1, one tested range away. All units are suspended at one age, set so that the share of
// suspensions expected over the test is the one asked for. Replicates without a maximum are counted apart.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include <relia/alt.hpp>

#include "core/registry.hpp"
#include "solvers/alt_design.hpp"
#include "solvers/alt_fit.hpp"

namespace {

constexpr double kShape = 2.0, kIntercept = 8.0, kSlope = -2.0;
constexpr double kLevels[] = {0.0, 0.5, 1.0};
constexpr double kUse = -1.0;

double suspended_share(double age) {
  double sum = 0.0;
  for (const double x : kLevels) sum += std::exp(-std::pow(age * std::exp(-kIntercept - kSlope * x), kShape));
  return sum / 3.0;
}

double suspension_age(double share) {
  if (share == 0.0) return std::numeric_limits<double>::infinity();
  double low = 1e-3, high = 1e9;
  for (int i = 0; i < 200; ++i) {
    const double middle = std::sqrt(low * high);
    (suspended_share(middle) > share ? low : high) = middle;
  }
  return low;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1, replicates = 2000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0)
      seed = value;
    else if (std::strcmp(argv[i], "--replicates") == 0)
      replicates = value;
    else {
      std::fprintf(stderr, "usage: alt_coverage [--seed N] [--replicates N]\n");
      return 2;
    }
  }
  const double truth = std::exp(kIntercept + kSlope * kUse) * std::pow(-std::log(0.9), 1.0 / kShape);
  std::printf("| n | suspended | LR | LR below | LR above | Wald | Wald below | Wald above | no estimate |\n");
  std::printf("|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
  const auto weibull = relia::find_distribution("weibull");
  relia::AltOptions o;
  o.stresses.push_back({{{"x", "linear"}}});
  o.fit.confidence = 0.9;
  for (const int n : {10, 20, 50, 100}) {
    for (const double share : {0.0, 0.2, 0.4, 0.6}) {
      const double end = suspension_age(share);
      std::uint64_t used = 0, none = 0;
      std::uint64_t below[2] = {0, 0}, above[2] = {0, 0};
      for (std::uint64_t r = 0; r < replicates; ++r) {
        std::mt19937_64 random(seed * 1000003 + static_cast<std::uint64_t>(n) * 7919 +
                               static_cast<std::uint64_t>(share * 10) * 104729 + r * 15485863);
        // Uniform numbers by hand: the library's distributions differ between compilers.
        const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
        relia::LifeTable t;
        relia::Column x;
        x.name = "x";
        for (int i = 0; i < n; ++i) {
          const double level = kLevels[i % 3];
          const double life = std::exp(kIntercept + kSlope * level) * std::pow(-std::log(uniform()), 1.0 / kShape);
          t.lower.push_back(std::fmin(life, end));
          t.upper.push_back(life <= end ? life : std::numeric_limits<double>::infinity());
          x.numbers.push_back(level);
        }
        t.columns.push_back(std::move(x));
        const relia::AltDesign design(t, o);
        std::string known;
        const auto fit = relia::prepare_alt(weibull, relia::alt_sample(t, design, true), design, {}, 1, known);
        relia::estimate_alt(*fit, t, relia::Engine::newton);
        if (!fit->estimate.usable()) {
          ++none;
          continue;
        }
        ++used;
        const auto view = fit->view({{kUse}, {}});
        const auto b10 = relia::quantile_target(*view, std::log(0.9), std::log(0.1));
        for (const int how : {0, 1}) {
          o.fit.bounds = how == 0 ? "lr" : "wald";
          const relia::Quantity q = relia::make_quantity(*b10, relia::alt_context(*fit, t, o.fit));
          // A bound that does not exist excludes nothing.
          below[how] += q.upper < truth ? 1U : 0U;
          above[how] += q.lower > truth ? 1U : 0U;
        }
      }
      const auto percent = [&](std::uint64_t k) { return 100.0 * static_cast<double>(k) / static_cast<double>(used); };
      std::printf("| %d | %.0f %% | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f | %llu |\n", n, 100 * share,
                  100.0 - percent(below[0] + above[0]), percent(below[0]), percent(above[0]),
                  100.0 - percent(below[1] + above[1]), percent(below[1]), percent(above[1]),
                  static_cast<unsigned long long>(none));
      std::fflush(stdout);
    }
  }
  return 0;
}
