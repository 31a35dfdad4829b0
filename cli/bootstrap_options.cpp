#include "cli/bootstrap_options.hpp"

#include <cstdint>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/numbers.hpp"

namespace relia::cli {

void ResampleOptions::declare(Arguments& arguments) {
  arguments.heading("Bounds by resampling (--bounds bootstrap)");
  arguments.choice("--bootstrap", {"weights", "cases", "parametric"},
                   "what a replicate is: the units with random weights that sum to n (default), units drawn with "
                   "replacement, or a test of the fitted model (complete or type II data, or --censor-at)",
                   options.kind);
  arguments.choice("--interval", {"bca", "percentile", "t", "pivotal"},
                   "bias-corrected and accelerated (default), percentile, studentized, or pivotal (location-scale "
                   "families; exact with --bootstrap parametric for complete and type II data)",
                   options.interval);
  arguments.option(
      "--replicates", "N", "number of replicates, 100 to 1000000 (default 2000)",
      [this](const std::string& found) { options.replicates = static_cast<int>(parse_whole(found, 100, 1000000)); });
  arguments.option("--seed", "N", "seed of the random numbers (default 1)",
                   [this](const std::string& found) { options.seed = parse_whole(found, 0, UINT64_MAX); });
  arguments.option("--censor-at", "T", "--bootstrap parametric: the age at which the test ended for every unit",
                   [this](const std::string& found) {
                     options.censor_at = parse_number(found);
                     if (!(options.censor_at > 0.0)) throw UsageError(fmt::format("'{}' is not above 0", found));
                   });
}

void ResampleOptions::refuse_what_does_nothing(const Arguments& arguments, const std::string& bounds) const {
  for (const char* name : {"--bootstrap", "--interval", "--replicates", "--seed", "--censor-at"}) {
    if (bounds != "bootstrap" && arguments.given(name)) {
      throw UsageError(fmt::format("{} needs --bounds bootstrap", name));
    }
  }
  if (arguments.given("--censor-at") && options.kind != "parametric") {
    throw UsageError("--censor-at needs --bootstrap parametric");
  }
}

}  // namespace relia::cli
