// relia simulate: life data drawn from a model under a test plan.

#include <cstdint>
#include <memory>
#include <string>

#include <fmt/format.h>

#include <relia/io/csv.hpp>
#include <relia/simulate.hpp>

#include "cli/command.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/simulate_options.hpp"

namespace relia::cli {
namespace {

class SimulateCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  const Arguments* arguments_ = nullptr;
  SimulateOptions what_;
  SeedOptions seed_;
  std::uint64_t replicate_ = 0;
  std::string file_;
};

void SimulateCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  what_.declare(arguments);
  seed_.declare(arguments);
  arguments.option("--replicate", "K", "which of the tests of this seed, from 0 on (default 0)",
                   [this](const std::string& found) { replicate_ = parse_whole(found, 0, UINT32_MAX); });
  arguments.heading("Output");
  arguments.text("--output", "FILE", "the CSV to a file, written whole or not at all", file_);
  arguments.example(
      "relia simulate --dist weibull --shape 2 --scale 1000 --n 20 --censor-at 800 --output test.csv",
      "Draws the lives of 20 units and ends the test at age 800: columns lower,upper, as relia fit reads\n"
      "them. The same seed gives the same bits; relia simulate coverage uses the same tests.");
}

ExitCode SimulateCommand::run(const Call& call) {
  what_.finish(*arguments_);
  const Simulation simulation(what_.model, what_.plan, seed_.seed);
  const LifeTable table = simulation.draw(replicate_);
  std::string out = fmt::format("# {}\n# {}; seed {}, replicate {}; relia {}\n", call.command_line,
                                simulation.describe_plan(), seed_.seed, replicate_, version_number());
  io::append_csv(out, table, true);
  write_output(out, file_);
  return kDone;
}

}  // namespace

std::unique_ptr<Command> make_simulate() {
  return std::make_unique<SimulateCommand>();
}

}  // namespace relia::cli
