// relia nonparametric: from DATA to a survival curve that assumes no distribution.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/nonparametric_report.hpp>
#include <relia/nonparametric.hpp>

#include "cli/command.hpp"
#include "cli/groups.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pictures.hpp"
#include "cli/save_options.hpp"

namespace relia::cli {
namespace {

double positive(const std::string& text) {
  const double value = parse_number(text);
  if (!(value > 0)) throw UsageError(fmt::format("'{}' is not above 0", text));
  return value;
}

class NonparametricCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  void declare_method(Arguments& arguments);
  void declare_bounds(Arguments& arguments);
  void declare_quantities(Arguments& arguments);
  void refuse_what_does_nothing() const;
  [[nodiscard]] std::string rendered(const std::vector<NonparametricReport>& reports, Format format) const;

  const Arguments* arguments_ = nullptr;
  DataOptions data_;
  GroupOptions group_;
  BoundOptions bounds_;
  NonparametricOptions options_;
  ThreadOptions machine_;
  SaveOptions save_;
  OutputOptions output_;
  PictureOptions pictures_;
};

std::string group_prefix(const NonparametricReport& report) {
  return report.group_column.empty() ? std::string() : fmt::format("{}={}: ", report.group_column, report.group);
}

bool has_estimates(const NonparametricReport& report) {
  return carries_estimates(report.convergence.status);
}

void NonparametricCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  data_.declare(arguments);
  group_.declare(arguments);
  declare_method(arguments);
  declare_bounds(arguments);
  declare_quantities(arguments);
  machine_.declare(arguments);
  output_.declare(arguments);
  save_.declare(arguments);
  pictures_.declare(arguments, {"steps"});
  arguments.example("relia nonparametric fans.csv --at 5000",
                    "Prints the Kaplan-Meier estimate of the lives in fans.csv (columns time,status or lower,upper)\n"
                    "with 95 % bounds, the ages by which 1, 5, 10 and 50 % have failed, and the fraction that\n"
                    "survives age 5000.");
}

void NonparametricCommand::declare_method(Arguments& arguments) {
  arguments.heading("Method");
  arguments.choice("--method", nonparametric_methods(),
                   "kaplan-meier (default), nelson-aalen and fleming-harrington take exact and right-censored lives, "
                   "also with entry ages; turnbull takes everything; ranks gives Johnson's adjusted ranks with median "
                   "ranks; life-table is the actuarial estimate of grouped data",
                   options_.method);
  arguments.option("--breaks", "T,...", "life-table: ends of the intervals (default: the inspection times of the data)",
                   [this](const std::string& found) { options_.breaks = parse_ages(found); });
  arguments.option("--width", "LENGTH", "life-table: intervals of this length",
                   [this](const std::string& found) { options_.width = positive(found); });
}

void NonparametricCommand::declare_bounds(Arguments& arguments) {
  bounds_.declare(arguments, {});
  arguments.choice("--bounds", {"wald", "lr", "none"},
                   "wald (default): standard error on the scale of --transform; lr: likelihood ratio "
                   "(Thomas-Grunkemeier, kaplan-meier only); ranks always have beta-binomial bounds",
                   options_.bounds);
  arguments.choice("--transform", {"log-log", "logit", "log", "plain", "arcsine"},
                   "the scale of survival on which wald bounds are symmetric (default log-log)", options_.transform);
  arguments.choice("--band", {"pointwise", "equal-precision", "hall-wellner"},
                   "pointwise (default): each bound holds for its age; the others hold for the whole curve at once",
                   options_.band);
  arguments.option("--band-from", "T", "age from which a simultaneous band holds",
                   [this](const std::string& found) { options_.band_from = positive(found); });
  arguments.option("--band-to", "T", "age up to which a simultaneous band holds",
                   [this](const std::string& found) { options_.band_to = positive(found); });
}

void NonparametricCommand::declare_quantities(Arguments& arguments) {
  arguments.heading("Quantities");
  arguments.option("--quantiles", "P,...", "life by which a fraction P has failed (default 0.01,0.05,0.1,0.5)",
                   [this](const std::string& found) { options_.quantiles = parse_probabilities(found); });
  arguments.option("--at", "T,...", "reliability and failure probability at these ages",
                   [this](const std::string& found) { options_.at = parse_ages(found); });
  arguments.option("--tau", "T", "age to which the mean is restricted (default: the last age observed)",
                   [this](const std::string& found) { options_.tau = positive(found); });
}

void NonparametricCommand::refuse_what_does_nothing() const {
  if (arguments_->given("--transform") && (options_.bounds != "wald" || options_.method == "ranks")) {
    throw UsageError(options_.method == "ranks" ? "--transform does not go with --method ranks"
                                                : "--transform needs --bounds wald");
  }
  if (arguments_->given("--bounds") && options_.method == "ranks" && options_.bounds == "wald") {
    throw UsageError("--method ranks has beta-binomial bounds; --bounds wald does not go with it");
  }
}

std::string NonparametricCommand::rendered(const std::vector<NonparametricReport>& reports, Format format) const {
  const io::TextStyle style{.colour = colour_wanted(output_.file),
                            .language = output_.chinese ? io::Language::chinese : io::Language::english};
  std::string out = format == Format::csv ? io::csv_header(options_.method) : std::string();
  for (const NonparametricReport& report : reports) {
    switch (format) {
      case Format::json: out += io::render_json(report, !group_.by.empty()); break;
      case Format::csv: out += io::render_csv(report); break;
      case Format::text: out += (out.empty() ? "" : "\n\n") + io::render_text(report, style); break;
    }
  }
  return out;
}

ExitCode NonparametricCommand::run(const Call& call) {
  refuse_what_does_nothing();
  pictures_.check(*arguments_, output_);
  if (call.answer == nullptr) save_.check(data_);
  options_.confidence = bounds_.confidence;
  options_.sides = bounds_.sides;
  options_.threads = machine_.threads;
  LoadedTable loaded =
      load_table(call.source(data_.sources), data_,
                 group_.by.empty() ? std::vector<std::string>{} : std::vector{group_.by}, {}, machine_.threads);
  std::vector<NonparametricReport> reports;
  for (const Group& group : split_by(std::move(loaded.table), group_.by)) {
    NonparametricReport report = nonparametric(group.table, options_);
    report.group_column = group_.by;
    report.group = group.label;
    report.warnings.insert(report.warnings.begin(), loaded.warnings.begin(), loaded.warnings.end());
    report.command = call.command_line;
    report.version = version_number();
    reports.push_back(std::move(report));
  }
  if (call.answer != nullptr) {
    *call.answer = rendered(reports, Format::json);
    return kDone;
  }
  const MadePictures made = nonparametric_pictures(pictures_, reports, output_);
  const Answer answer{.render = [&](Format format) { return with_picture(rendered(reports, format), format, made); }};
  deliver(answer, call, save_, data_, loaded, output_);
  write_pictures(made, output_);
  for (const NonparametricReport& report : reports) {
    if (!has_estimates(report)) {
      print_error(fmt::format("{}no estimate: {}; {}", group_prefix(report), report.convergence.reason,
                              report.convergence.advice));
    } else if (output_.format == Format::csv) {
      for (const std::string& warning : io::all_warnings(report)) print_warning(group_prefix(report) + warning);
    }
  }
  return std::any_of(reports.begin(), reports.end(), has_estimates) ? kDone : kNotEstimable;
}

}  // namespace

std::unique_ptr<Command> make_nonparametric() {
  return std::make_unique<NonparametricCommand>();
}

}  // namespace relia::cli
