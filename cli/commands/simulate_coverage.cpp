// relia simulate coverage: what each kind of bound is worth under a test plan.

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/coverage.hpp>
#include <relia/error.hpp>

#include "cli/command.hpp"
#include "cli/coverage_pictures.hpp"
#include "cli/coverage_report.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pictures.hpp"
#include "cli/simulate_options.hpp"

namespace relia::cli {
namespace {

class CoverageCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;
  /// Ranks divide the tests; pictures are the first one's.
  [[nodiscard]] bool shares(const Call& call) const override;

 private:
  void declare_bounds(Arguments& arguments);

  const Arguments* arguments_ = nullptr;
  SimulateOptions what_;
  CoverageOptions options_;
  SeedOptions seed_;
  ThreadOptions machine_;
  OutputOptions output_;
  PictureOptions pictures_;
};

void CoverageCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  what_.declare(arguments);
  declare_bounds(arguments);
  seed_.declare(arguments);
  machine_.declare(arguments);
  output_.declare(arguments);
  pictures_.declare_single(
      arguments,
      "coverage against the number of units: the study again at 1/4, 1/2, 2 and 4 times as many; - draws it in text");
  arguments.example("relia simulate coverage --dist weibull --shape 2 --scale 1000 --n 20 --censor-at 800 --target B10",
                    "Simulates 4000 tests of 20 units that end at age 800, fits each, and prints how often the 95 %\n"
                    "likelihood-ratio and Wald bounds of B10 hold the true B10, how wide they are, on which side they\n"
                    "miss it, and which to use.");
}

void CoverageCommand::declare_bounds(Arguments& arguments) {
  arguments.heading("Bounds");
  options_.kinds = {parse_bound_kind("lr"), parse_bound_kind("wald")};
  options_.targets = {"B10"};
  arguments.option("--bounds", "KIND,...",
                   "kinds to compare (default lr,wald): lr, wald, wald:SCALE, exact, bootstrap, "
                   "bootstrap:weights|cases|parametric[/bca|percentile|t|pivotal]",
                   [this](const std::string& found) {
                     options_.kinds.clear();
                     for (const std::string_view item : split_list(found)) {
                       options_.kinds.push_back(parse_bound_kind(std::string(item)));
                     }
                   });
  arguments.option("--target", "QUANTITY,...",
                   "quantities: B10, R(1000), F(500), h(200), mean, shape, ... (default B10)",
                   [this](const std::string& found) {
                     options_.targets.clear();
                     for (const std::string_view item : split_list(found)) options_.targets.emplace_back(item);
                   });
  arguments.repeatable("--fix", "NAME=VALUE", "the analysis holds a parameter at a value",
                       [this](const std::string& found) {
                         const auto [name, value] = parse_assignment(found);
                         options_.fixed.emplace_back(name, parse_number(value));
                       });
  arguments.option("--confidence", "LEVEL", "level of every bound, between 0 and 1 (default 0.95)",
                   [this](const std::string& found) { options_.confidence = parse_level(found); });
  arguments.choice("--sides", {"two", "lower", "upper"}, "two-sided bounds or one side only (default two)",
                   options_.sides);
  arguments.option(
      "--replicates", "N", "number of simulated tests, 100 to 10000000 (default 4000)",
      [this](const std::string& found) { options_.replicates = static_cast<int>(parse_whole(found, 100, 10000000)); });
  arguments.option(
      "--resamples", "N", "replicates of each bootstrap, 100 to 1000000 (default 1000)",
      [this](const std::string& found) { options_.resamples = static_cast<int>(parse_whole(found, 100, 1000000)); });
}

bool CoverageCommand::shares(const Call&) const {
  return !arguments_->given("--plot") && !arguments_->given("--report");
}

ExitCode CoverageCommand::run(const Call& call) {
  what_.finish(*arguments_);
  pictures_.check(*arguments_, output_);
  bool resampled = false;
  for (const BoundKind& kind : options_.kinds) resampled = resampled || kind.bounds == "bootstrap";
  if (arguments_->given("--resamples") && !resampled) throw UsageError("--resamples needs a bootstrap among --bounds");
  options_.truth = what_.model;
  options_.plan = what_.plan;
  options_.seed = seed_.seed;
  options_.threads = machine_.threads;
  if (call.processes != nullptr && shares(call)) options_.processes = call.processes;
  CoverageReport report = coverage(options_);
  report.command = call.command_line;
  report.version = version_number();
  const MadePictures made = coverage_pictures(pictures_, report, output_);
  const std::string answer = output_.format == Format::json  ? coverage_json(report)
                             : output_.format == Format::csv ? coverage_csv(report)
                                                             : coverage_text(report, output_.chinese);
  if (options_.processes == nullptr || options_.processes->rank() == 0) {
    write_output(with_picture(answer, output_.format, made), output_.file);
  }
  write_pictures(made, output_);
  return report.without_estimate == report.tests ? kNotEstimable : kDone;
}

}  // namespace

std::unique_ptr<Command> make_simulate_coverage() {
  return std::make_unique<CoverageCommand>();
}

}  // namespace relia::cli
