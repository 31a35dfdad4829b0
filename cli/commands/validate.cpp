// relia validate: the certified problems through the same code that users call, and the digits that agree.

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/command.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/validation/certificate.hpp"

namespace relia::cli {
namespace {

class ValidateCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  ValidationOptions options_;
  Bars bars_ = default_bars();
  ThreadOptions machine_;
  std::string directory_, only_, format_ = "text", output_, report_;
};

void ValidateCommand::declare(Arguments& arguments) {
  arguments.heading("Problems");
  arguments.text("--problems", "DIR", "problems in this directory instead of those that came with relia", directory_);
  arguments.text("--only", "TEXT", "only problems with this text in their name (DATASET.MODEL)", only_);
  arguments.choice("--solver", {"newton", "ceres"}, "the optimiser of the fits (default newton)", options_.solver);
  arguments.flag(
      "--deep",
      "recompute every fit, with stress or without, with 50 digits, by code of its own, and hold them against that",
      options_.deep);
  arguments.heading("Bars");
  arguments.repeatable("--bar", "QUANTITY=DIGITS", "least digits of every number of a quantity, such as estimate=10",
                       [this](const std::string& found) {
                         const auto [name, value] = parse_assignment(found);
                         const auto it = bars_.find(name);
                         if (it == bars_.end()) {
                           std::string names;
                           for (const auto& [known, ignored] : bars_) names += (names.empty() ? "" : ", ") + known;
                           throw UsageError(fmt::format("no quantity is called '{}'; there are {}", name, names));
                         }
                         const double digits = parse_number(value);
                         if (!(digits >= 0 && digits <= 16))
                           throw UsageError(fmt::format("'{}' is not between 0 and 16 digits", value));
                         it->second = digits;
                       });
  arguments.heading("Output");
  arguments.choice("--format", {"text", "json", "junit"}, "what is printed (default text)", format_);
  arguments.text("--output", "FILE", "print to a file, written whole or not at all", output_);
  arguments.text("--report", "FILE.html", "the certificate as a page of its own", report_);
  machine_.declare(arguments);
  arguments.example(
      "relia validate --report certificate.html",
      "Solves every certified problem that came with relia and prints, for each module and quantity, the\n"
      "number of values, the least, 5 % and median digits of agreement, and the worst cases. Exit code 0\n"
      "when every quantity reaches its bar, else 5.");
}

ExitCode ValidateCommand::run(const Call& call) {
  options_.directory = directory_.empty() ? shipped_problems() : std::filesystem::path(directory_);
  if (directory_.empty()) options_.published = options_.directory.parent_path() / "published";
  options_.only = only_;
  options_.threads = machine_.threads;
  Certificate c = certificate(validate(options_), bars_);
  if (c.validation.problems + c.validation.examples == 0)
    throw UsageError(only_.empty() ? fmt::format("{} holds no problem", options_.directory.string())
                                   : fmt::format("--only: no problem has '{}' in its name", only_));
  c.command = call.command_line;
  c.version = version_number();
  c.solver = options_.solver;
  if (!report_.empty()) write_output(render_html(c), report_);
  write_output(format_ == "json" ? render_json(c) : format_ == "junit" ? render_junit(c) : render_text(c), output_);
  return c.passed ? kDone : kRequirementNotMet;
}

}  // namespace

std::unique_ptr<Command> make_validate() {
  return std::make_unique<ValidateCommand>();
}

}  // namespace relia::cli
