#include "cli/simulate_options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/fit.hpp>

#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/suggest.hpp"

namespace relia::cli {
namespace {

/// Of a test that is one table in memory, and of one that is written as it is drawn.
constexpr std::uint64_t kMostUnits = 100000000, kMostWritten = 100000000000;
constexpr std::uint64_t kMostLooks = 100000;

double positive(const std::string& text) {
  const double value = parse_number(text);
  if (!(value > 0.0)) throw UsageError(fmt::format("'{}' is not above 0", text));
  return value;
}

}  // namespace

void SimulateOptions::declare(Arguments& arguments, bool with_modes) {
  arguments.heading("Life");
  const std::vector<std::string> known = distribution_names();
  arguments.option("--dist", "NAME", fmt::format("the distribution (default weibull): {}", fmt::join(known, ", ")),
                   [this, known](const std::string& found) {
                     if (std::find(known.begin(), known.end(), found) == known.end()) {
                       const std::string near = nearest_word(found, known);
                       throw UsageError(fmt::format("'{}' is not one of {}{}", found, fmt::join(known, ", "),
                                                    near.empty() ? "" : fmt::format("; did you mean {}?", near)));
                     }
                     model.distribution = found;
                   });
  arguments.flag("--limited-failure", "only a fraction --p of the units can ever fail", model.limited_failure);
  arguments.option("--mixture", "K",
                   "a mixture of K populations, 2 to 9; parameters are numbered: --p1 --shape1 --scale1 --p2 ...",
                   [this](const std::string& found) { model.mixture = static_cast<int>(parse_whole(found, 2, 9)); });
  declare_parameters(arguments);
  if (with_modes) declare_modes(arguments);
  declare_plan(arguments, with_modes ? kMostWritten : kMostUnits);
}

void SimulateOptions::declare_modes(Arguments& arguments) {
  arguments.repeatable(
      "--mode", "NAME=LAW",
      "a failure mode with the law of its life, as wear=weibull:shape=3,scale=900, in place of "
      "--dist; a unit fails of the first of two or more",
      [this](const std::string& found) {
        const std::size_t equals = found.find('=');
        const std::size_t colon = found.find(':');
        if (equals == std::string::npos || equals == 0 || colon < equals || colon == std::string::npos) {
          throw UsageError(fmt::format("'{}' is not of the form NAME=LAW:PARAMETER=VALUE,...", found));
        }
        modes.push_back({found.substr(0, equals), parse_life_model(found.substr(equals + 1))});
      });
}

void SimulateOptions::check_modes(const Arguments& arguments) const {
  if (modes.empty()) return;
  for (const char* name : {"--dist", "--limited-failure", "--mixture"}) {
    if (arguments.given(name)) throw UsageError(fmt::format("{} and --mode do not combine", name));
  }
  if (!model.parameters.empty()) {
    throw UsageError(fmt::format("--{} and --mode do not combine: each mode has parameters of its own, --mode NAME=LAW",
                                 model.parameters.front().first));
  }
}

void SimulateOptions::declare_parameters(Arguments& arguments) {
  constexpr std::pair<const char*, const char*> kParameters[] = {
      {"shape", "of weibull, gamma, birnbaum-saunders, inverse-gaussian"},
      {"scale", "of exponential, weibull, gamma, birnbaum-saunders, in the unit of the ages"},
      {"mu", "location of normal, logistic and gumbel forms; of ln t for lognormal, loglogistic, frechet, gengamma"},
      {"sigma", "scale of the same"},
      {"lambda", "shape of gengamma"},
      {"mean", "of inverse-gaussian"},
      {"rate", "hazard of gompertz at age 0"},
      {"growth", "of the hazard of gompertz"},
      {"threshold", "of the -3p and -2p forms"},
      {"p", "fraction that can fail"}};
  const auto declare_one = [&](const std::string& name, const std::string& help) {
    arguments.option("--" + name, "VALUE", help, [this, name](const std::string& found) {
      model.parameters.emplace_back(name, parse_number(found));
    });
  };
  for (const auto& [name, help] : kParameters) declare_one(name, help);
  // Numbered forms of mixtures, explained with --mixture.
  for (int k = 1; k <= 9; ++k) {
    for (const auto& [name, help] : kParameters) declare_one(name + std::to_string(k), "");
  }
}

void SimulateOptions::declare_plan(Arguments& arguments, std::uint64_t most) {
  arguments.heading("Test");
  arguments.option("--n", "N", "number of units",
                   [this, most](const std::string& found) { plan.n = parse_whole(found, 1, most); });
  arguments.option("--censor-at", "T", "the test ends at this age (type I); with --stagger, at this date",
                   [this](const std::string& found) { plan.censor_at = positive(found); });
  arguments.option("--failures", "R", "the test ends with failure number R (type II)",
                   [this, most](const std::string& found) { plan.failures = parse_whole(found, 1, most); });
  arguments.option("--censor", "LAW",
                   "units leave at random ages from a law, as uniform:from=500,to=2000 or exponential:scale=3000",
                   [this](const std::string& found) { plan.leaves = parse_life_model(found); });
  arguments.option("--stagger", "SPAN", "units enter at random dates from 0 to SPAN; needs --censor-at",
                   [this](const std::string& found) { plan.stagger = positive(found); });
  arguments.option("--inspect", "T,...", "units are looked at only at these ages: failures are known to an interval",
                   [this](const std::string& found) { plan.inspections = parse_ages(found); });
  arguments.option("--inspect-every", "D,K", "the same, at D, 2D, ... K*D", [this](const std::string& found) {
    const std::vector<std::string_view> parts = split_list(found);
    if (parts.size() != 2) throw UsageError(fmt::format("'{}' is not of the form DISTANCE,NUMBER", found));
    every_ = positive(std::string(parts[0]));
    looks_ = static_cast<int>(parse_whole(parts[1], 1, kMostLooks));
  });
}

void SimulateOptions::finish(const Arguments& arguments, bool needs_n) {
  check_modes(arguments);
  if (needs_n && plan.n == 0) throw UsageError("--n is missing: the number of units on test");
  if (looks_ == 0) return;
  if (arguments.given("--inspect")) throw UsageError("--inspect and --inspect-every do not combine");
  for (int k = 1; k <= looks_; ++k) plan.inspections.push_back(every_ * k);
}

}  // namespace relia::cli
