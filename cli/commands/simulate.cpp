// relia simulate: life data drawn from a model under a test plan.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>
#include <relia/simulate.hpp>

#include "cli/command.hpp"
#include "cli/data_pictures.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pictures.hpp"
#include "cli/progress_bar.hpp"
#include "cli/simulate_options.hpp"
#include "core/registry.hpp"

namespace relia::cli {
namespace {

/// A text with line breaks in it (a file's name may have them) as comment lines.
std::string commented(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n' || c == '\r') out += "# ";
  }
  return out;
}

/// The law as pages name it.
ModelResult law_of(const LifeModel& life) {
  ModelResult out;
  out.distribution = life.distribution;
  if (const auto found = find_distribution(life.distribution)) out.title = found->title();
  out.modifier = life.limited_failure ? "limited-failure" : life.mixture > 1 ? "mixture" : "";
  out.components = life.mixture;
  for (const auto& [name, value] : life.parameters) {
    NamedQuantity& p = out.parameters.emplace_back();
    p.name = name;
    p.value.estimate = value;
  }
  return out;
}

/// Units drawn and written at once, and at most held for a picture of them all.
constexpr std::size_t kBlockRows = std::size_t{1} << 16, kMostDrawn = 100000000;

class SimulateCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  const Arguments* arguments_ = nullptr;
  void declare_stress(Arguments& arguments);
  void take_level(const std::string& text);
  [[nodiscard]] LifeTable accelerated_table(std::string& plan) const;
  /// The lines before the table.
  [[nodiscard]] std::string head(const Call& call, const std::string& plan) const;
  void write_blocks(const Call& call, const Simulation& simulation) const;

  SimulateOptions what_;
  AcceleratedTest accelerated_;
  std::vector<std::pair<std::string, std::string>> units_;
  SeedOptions seed_;
  std::uint64_t replicate_ = 0;
  OutputOptions output_;
  PictureOptions pictures_;
};

void SimulateCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  what_.declare(arguments, true);
  declare_stress(arguments);
  seed_.declare(arguments);
  arguments.option("--replicate", "K", "which of the tests of this seed, from 0 on (default 0)",
                   [this](const std::string& found) { replicate_ = parse_whole(found, 0, UINT32_MAX); });
  arguments.heading("Output");
  arguments.text("--output", "FILE", "the CSV to a file, written whole or not at all", output_.file);
  arguments.option("--lang", "en|zh", "language of pictures and page (default en)", [this](const std::string& found) {
    if (found != "en" && found != "zh") throw UsageError(fmt::format("'{}' is not en or zh", found));
    output_.chinese = found == "zh";
  });
  pictures_.declare(arguments, simulated_picture_kinds());
  arguments.example(
      "relia simulate --dist weibull --shape 2 --scale 1000 --n 20 --censor-at 800 --output test.csv",
      "Draws the lives of 20 units and ends the test at age 800: columns lower,upper, as relia fit reads\n"
      "them. With --mode NAME=LAW in place of --dist, repeated, units fail of the first of several modes,\n"
      "named in a column mode. The same seed gives the same bits; relia simulate coverage uses the same tests.");
}

void SimulateCommand::declare_stress(Arguments& arguments) {
  arguments.heading("Accelerated test");
  arguments.repeatable("--stress", "COL:RELATION",
                       "life follows this stress: arrhenius, eyring, power, linear, log or reciprocal, as in relia alt",
                       [this](const std::string& found) {
                         const std::size_t colon = found.rfind(':');
                         if (colon == std::string::npos || colon == 0 || colon + 1 == found.size()) {
                           throw UsageError(fmt::format("'{}' is not of the form COL:RELATION", found));
                         }
                         accelerated_.stresses.push_back({found.substr(0, colon), found.substr(colon + 1), ""});
                       });
  arguments.repeatable("--coefficient", "NAME=VALUE",
                       "intercept, activation_energy_ev, exponent[COL] or coefficient[COL], as relia alt prints them",
                       [this](const std::string& found) {
                         const auto [name, value] = parse_assignment(found);
                         accelerated_.coefficients.emplace_back(name, parse_number(value));
                       });
  arguments.repeatable("--level", "COL=VALUE,...:N", "N units are tested at these stresses, in place of --n",
                       [this](const std::string& found) { take_level(found); });
  arguments.repeatable("--unit", "COL=UNIT", "unit of a temperature, where its name (_c, _k, _f) does not say it",
                       [this](const std::string& found) { units_.push_back(parse_assignment(found)); });
}

void SimulateCommand::take_level(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw UsageError(fmt::format("'{}' is not of the form COL=VALUE,...:N", text));
  AcceleratedTest::Level level;
  level.n = parse_whole(text.substr(colon + 1), 1, 100000000);
  for (const std::string_view item : split_list(std::string_view(text).substr(0, colon))) {
    const auto [column, value] = parse_assignment(item);
    level.stress.emplace_back(column, parse_number(value));
  }
  accelerated_.levels.push_back(std::move(level));
}

std::string SimulateCommand::head(const Call& call, const std::string& plan) const {
  return fmt::format("# {}\n# {}; seed {}, replicate {}; relia {}\n", commented(call.command_line), plan, seed_.seed,
                     replicate_, version_number());
}

void SimulateCommand::write_blocks(const Call& call, const Simulation& simulation) const {
  OutputStream out(output_.file);
  ProgressBar bar;
  std::string text = head(call, simulation.describe_plan());
  std::uint64_t done = 0;
  simulation.draw_blocks(replicate_, kBlockRows, [&](const LifeTable& block) {
    io::append_csv(text, block, done == 0);
    done += block.rows();
    // A test of one block is written when all of it is known to be drawn.
    if (done < simulation.plan().n) {
      out.write(text);
      text.clear();
      bar.update(0, 1, done, simulation.plan().n, "units drawn");
    }
  });
  bar.clear();
  out.write(text);
  out.finish();
}

LifeTable SimulateCommand::accelerated_table(std::string& plan) const {
  AcceleratedTest test = accelerated_;
  for (const auto& [column, unit] : units_) {
    const auto stress = std::find_if(test.stresses.begin(), test.stresses.end(),
                                     [&column = column](const SimulatedStress& s) { return s.column == column; });
    if (stress == test.stresses.end()) throw UsageError(fmt::format("--unit {}: no such --stress", column));
    stress->unit = unit;
  }
  plan =
      fmt::format("accelerated test at {} level{} of stress", test.levels.size(), test.levels.size() == 1 ? "" : "s");
  return simulate_accelerated(what_.model, test, what_.plan, seed_.seed, replicate_);
}

ExitCode SimulateCommand::run(const Call& call) {
  if (!accelerated_.stresses.empty() && !what_.modes.empty()) throw UsageError("--stress and --mode do not combine");
  if (!accelerated_.stresses.empty() && arguments_->given("--n")) {
    throw UsageError("--n and --stress do not combine: --level COL=VALUE:N says how many units each level has");
  }
  what_.finish(*arguments_, accelerated_.stresses.empty());
  output_.format = Format::csv;
  pictures_.check(*arguments_, output_);
  const bool one_law = accelerated_.stresses.empty() && what_.modes.empty();
  if (arguments_->given("--plot-kind") && !one_law && pictures_.kind != "events") {
    throw UsageError("--stress and --mode have no one law to draw; take --plot-kind events");
  }
  std::string plan;
  LifeTable drawn;
  if (accelerated_.stresses.empty()) {
    for (const char* name : {"--coefficient", "--level", "--unit"}) {
      if (arguments_->given(name)) throw UsageError(fmt::format("{} needs --stress", name));
    }
    const Simulation simulation = what_.modes.empty() ? Simulation(what_.model, what_.plan, seed_.seed)
                                                      : Simulation(what_.modes, what_.plan, seed_.seed);
    if (!pictures_.wanted()) {
      write_blocks(call, simulation);
      return kDone;
    }
    if (what_.plan.n > kMostDrawn) {
      throw UsageError(fmt::format("--n: pictures and pages are made of at most {} units", kMostDrawn));
    }
    plan = simulation.describe_plan();
    drawn = simulation.draw(replicate_);
  } else {
    drawn = accelerated_table(plan);
  }
  std::string out = head(call, plan);
  io::append_csv(out, drawn, true);
  MadePictures made;
  if (pictures_.wanted()) {
    io::DataPage page;
    page.report = report_of_data(drawn);
    page.simulated = true;
    page.plan = plan;
    page.seed = fmt::format("{}", seed_.seed);
    page.report.source.name = "simulation";
    page.report.command = call.command_line;
    page.report.version = version_number();
    page.laws = one_law ? 1 : std::max(what_.modes.size(), accelerated_.levels.size());
    if (one_law) page.law = law_of(what_.model);
    const LifeCounts& n = page.report.data;
    const nlohmann::ordered_json json{{"schema", "relia.simulated/1"},
                                      {"command", call.command_line},
                                      {"version", version_number()},
                                      {"plan", plan},
                                      {"seed", seed_.seed},
                                      {"replicate", replicate_},
                                      {"data",
                                       {{"n", n.n},
                                        {"failures", n.failures},
                                        {"right_censored", n.right_censored},
                                        {"left_censored", n.left_censored},
                                        {"interval_censored", n.interval_censored}}}};
    page.json = json.dump(2);
    made = simulated_pictures(pictures_, drawn, one_law ? &what_.model : nullptr, std::move(page), output_);
  }
  write_output(out, output_.file);
  write_pictures(made, output_);
  return kDone;
}

}  // namespace

std::unique_ptr<Command> make_simulate() {
  return std::make_unique<SimulateCommand>();
}

}  // namespace relia::cli
