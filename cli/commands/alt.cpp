// relia alt: from stressed units to life at the conditions of use.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/alt.hpp>
#include <relia/error.hpp>
#include <relia/io/alt_report.hpp>

#include "cli/command.hpp"
#include "cli/groups.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/suggest.hpp"
#include "cli/verdict.hpp"

namespace relia::cli {
namespace {

// COL:relation, or COL:relation*COL:relation.
StressTerm parse_term(const std::string& text, bool interactions) {
  std::vector<std::string> names;
  for (const RelationHelp& r : alt_relations()) names.push_back(r.name);
  StressTerm out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t star = std::min(text.find('*', from), text.size());
    const std::string part = text.substr(from, star - from);
    const std::size_t colon = part.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == part.size()) {
      throw UsageError(
          fmt::format("'{}' is not of the form COL:RELATION; relations are {}", part, fmt::join(names, ", ")));
    }
    const std::string relation = part.substr(colon + 1);
    if (std::find(names.begin(), names.end(), relation) == names.end()) {
      const std::string near = nearest_word(relation, names);
      throw UsageError(fmt::format("'{}' is not one of {}{}", relation, fmt::join(names, ", "),
                                   near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
    out.parts.push_back({part.substr(0, colon), relation});
    from = star + 1;
  }
  if (out.parts.size() > 2 || (out.parts.size() == 2 && !interactions)) {
    throw UsageError(interactions ? "an interaction has two parts" : "takes one COL:RELATION");
  }
  return out;
}

StressValues parse_values(const std::string& text) {
  StressValues out;
  for (const std::string_view item : split_list(text)) out.push_back(parse_assignment(item));
  return out;
}

class AltCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  void declare_model(Arguments& arguments);
  void take_distributions(const std::string& text);
  void take_fixed(const std::string& text);
  [[nodiscard]] AltOptions alt_options() const;
  [[nodiscard]] std::vector<std::string> text_columns() const;
  [[nodiscard]] std::vector<std::string> number_columns() const;
  [[nodiscard]] std::string rendered(const std::vector<AltReport>& reports) const;

  const Arguments* arguments_ = nullptr;
  DataOptions data_;
  GroupOptions group_;
  AltOptions model_;
  std::vector<StressValues> from_, to_;
  BoundOptions bounds_;
  QuantityOptions quantities_;
  RequirementOptions gate_;
  ThreadOptions machine_;
  OutputOptions output_;
};

void AltCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  data_.declare(arguments);
  group_.declare(arguments);
  declare_model(arguments);
  bounds_.declare(arguments, {"lr", "wald", "none"});
  quantities_.declare(arguments);
  gate_.declare(arguments);
  machine_.declare(arguments);
  output_.declare(arguments);
  arguments.example(
      "relia alt motors.csv --dist weibull --stress temperature_c:arrhenius --use temperature_c=40 --at 20000",
      "Fits a Weibull distribution whose scale follows the Arrhenius relation to lives at several\n"
      "temperatures (columns lower,upper,temperature_c), prints the activation energy and the shape with\n"
      "95 % bounds, and B1, B5, B10, B50, the mean and the reliability at age 20000 at 40 °C, with the\n"
      "acceleration factor of every tested temperature.");
}

void AltCommand::declare_model(Arguments& arguments) {
  arguments.heading("Model");
  std::string formulas;
  for (const RelationHelp& r : alt_relations())
    formulas += fmt::format("{}{}: {}", formulas.empty() ? "" : "; ", r.name, r.formula);
  arguments.repeatable("--stress", "COL:RELATION",
                       "life follows the stress in this column; ln(scale) or mu = intercept + the sum of terms: " +
                           formulas + ". A:REL*B:REL is an interaction, the product of the transformed stresses",
                       [this](const std::string& found) { model_.stresses.push_back(parse_term(found, true)); });
  arguments.repeatable("--factor", "COL", "an effect for every value of this column against its first one",
                       [this](const std::string& found) { model_.factors.push_back(found); });
  arguments.option("--use", "COL=VALUE,...", "the conditions of use at which life is asked for",
                   [this](const std::string& found) { model_.use = parse_values(found); });
  arguments.repeatable("--af-from", "COL=VALUE,...", "acceleration factor of these conditions against --af-to",
                       [this](const std::string& found) { from_.push_back(parse_values(found)); });
  arguments.repeatable("--af-to", "COL=VALUE,...", "the conditions whose life is divided by that at --af-from",
                       [this](const std::string& found) { to_.push_back(parse_values(found)); });
  arguments.choice("--shape", {"common", "separate"},
                   "one shape for all levels, or one for every tested level (default common)", model_.shape);
  arguments.repeatable("--shape-stress", "COL:RELATION", "ln sigma (Weibull: -ln shape) follows this stress",
                       [this](const std::string& found) { model_.shape_stresses.push_back(parse_term(found, false)); });
  arguments.option(
      "--dist", "NAME,...|best|all",
      fmt::format("best (default) ranks exponential, weibull, lognormal, loglogistic and gamma by AICc and "
                  "reports the first; all adds the others; names: {}",
                  fmt::join(alt_distribution_names(), ", ")),
      [this](const std::string& found) { take_distributions(found); });
  arguments.choice("--solver", {"newton", "ceres"}, "optimiser of the likelihood (default newton)", model_.fit.solver);
  arguments.repeatable("--fix", "NAME=VALUE",
                       "hold a parameter at a value (--fix activation_energy_ev=0.7, --fix shape=2)",
                       [this](const std::string& found) { take_fixed(found); });
}

void AltCommand::take_distributions(const std::string& text) {
  FitOptions& o = model_.fit;
  if (text == "best" || text == "all") {
    o.selection = text;
    return;
  }
  const std::vector<std::string> known = alt_distribution_names();
  for (const std::string_view item : split_list(text)) {
    const std::string name(item);
    if (name == "best" || name == "all") throw UsageError(fmt::format("'{}' stands alone, not in a list", name));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = nearest_word(name, known);
      throw UsageError(fmt::format("'{}' is not one of best, all, {}{}", name, fmt::join(known, ", "),
                                   near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
    if (std::find(o.distributions.begin(), o.distributions.end(), name) != o.distributions.end()) {
      throw UsageError(fmt::format("'{}' is listed twice", name));
    }
    o.distributions.push_back(name);
  }
  o.selection = o.distributions.size() == 1 ? "one" : "list";
}

void AltCommand::take_fixed(const std::string& text) {
  const auto [name, value] = parse_assignment(text);
  for (const auto& [other, ignored] : model_.fit.fixed) {
    if (other == name) throw UsageError(fmt::format("'{}' is held twice", name));
  }
  model_.fit.fixed.emplace_back(name, parse_number(value));
}

AltOptions AltCommand::alt_options() const {
  AltOptions out = model_;
  FitOptions& o = out.fit;
  o.bounds = bounds_.bounds;
  o.wald_scale = bounds_.wald_scale;
  o.termination = bounds_.termination;
  o.sides = bounds_.sides;
  o.confidence = bounds_.confidence;
  o.quantiles = quantities_.quantiles;
  o.at = quantities_.at;
  o.given = quantities_.given;
  o.reliable_life = quantities_.reliable_life;
  o.requirements = gate_.requirements;
  o.threads = machine_.threads;
  if (from_.size() != to_.size()) throw UsageError("--af-from and --af-to go together, as many of one as of the other");
  for (std::size_t i = 0; i < from_.size(); ++i) out.acceleration.emplace_back(from_[i], to_[i]);
  return out;
}

std::vector<std::string> AltCommand::text_columns() const {
  std::vector<std::string> out = model_.factors;
  if (!group_.by.empty()) out.push_back(group_.by);
  return out;
}

std::vector<std::string> AltCommand::number_columns() const {
  std::vector<std::string> out;
  for (const std::vector<StressTerm>* list : {&model_.stresses, &model_.shape_stresses}) {
    for (const StressTerm& t : *list) {
      for (const StressTerm::Part& p : t.parts) {
        if (std::find(out.begin(), out.end(), p.column) == out.end()) out.push_back(p.column);
      }
    }
  }
  return out;
}

std::string AltCommand::rendered(const std::vector<AltReport>& reports) const {
  const io::TextStyle style{.colour = colour_wanted(output_.file),
                            .language = output_.chinese ? io::Language::chinese : io::Language::english};
  std::string out = output_.format == Format::csv ? io::csv_header() : std::string();
  for (const AltReport& report : reports) {
    switch (output_.format) {
      case Format::json: out += io::render_json(report, !group_.by.empty()); break;
      case Format::csv: out += io::render_csv(report); break;
      case Format::text: out += (out.empty() ? "" : "\n\n") + io::render_text(report, style); break;
    }
  }
  return out;
}

ExitCode AltCommand::run(const Call& call) {
  if (arguments_->given("--wald-scale") && bounds_.bounds != "wald")
    throw UsageError("--wald-scale needs --bounds wald");
  if (arguments_->given("--termination")) throw UsageError("--termination needs --bounds exact, which alt has not");
  const AltOptions options = alt_options();
  if (options.stresses.empty() && options.factors.empty()) {
    throw UsageError("--stress COL:RELATION is missing: relia alt needs a stress (or --factor COL)");
  }
  LoadedTable loaded = load_table(data_.sources.front(), data_, text_columns(), number_columns());
  std::vector<AltReport> reports;
  for (const Group& group : split_by(std::move(loaded.table), group_.by)) {
    AltReport report = alt(group.table, options);
    report.fit.group_column = group_.by;
    report.fit.group = group.label;
    report.fit.warnings.insert(report.fit.warnings.begin(), loaded.warnings.begin(), loaded.warnings.end());
    report.fit.command = call.command_line;
    report.fit.version = version_number();
    reports.push_back(std::move(report));
  }
  write_output(rendered(reports), output_.file);
  std::vector<const FitReport*> fits;
  for (const AltReport& report : reports) fits.push_back(&report.fit);
  if (output_.format == Format::csv) {
    for (const AltReport& report : reports) {
      for (const std::string& w : io::all_warnings(report)) print_warning(group_prefix(report.fit) + w);
    }
  }
  return print_verdict(fits);
}

}  // namespace

std::unique_ptr<Command> make_alt() {
  return std::make_unique<AltCommand>();
}

}  // namespace relia::cli
