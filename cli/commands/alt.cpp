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

#include "cli/alt_pictures.hpp"
#include "cli/command.hpp"
#include "cli/groups.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pictures.hpp"
#include "cli/save_options.hpp"
#include "cli/shared_data.hpp"
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
  [[nodiscard]] bool shares(const Call& call) const override;

 private:
  void declare_model(Arguments& arguments);
  void take_distributions(const std::string& text);
  void take_fixed(const std::string& text);
  [[nodiscard]] AltOptions alt_options() const;
  [[nodiscard]] std::vector<std::string> text_columns() const;
  [[nodiscard]] static std::vector<std::string> number_columns(const AltOptions& options);
  [[nodiscard]] LoadedTable load_profile(const std::string& file, const AltOptions& options, bool test) const;
  [[nodiscard]] std::string rendered(const std::vector<AltReport>& reports, Format format) const;

  const Arguments* arguments_ = nullptr;
  DataOptions data_;
  GroupOptions group_;
  AltOptions model_;
  std::vector<std::string> stresses_;  ///< as written: their reading depends on --model
  std::vector<StressValues> from_, to_;
  std::string profile_, use_profile_, unknown_mode_;
  BoundOptions bounds_;
  QuantityOptions quantities_;
  RequirementOptions gate_;
  ThreadOptions machine_;
  SaveOptions save_;
  OutputOptions output_;
  PictureOptions pictures_;
};

void AltCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  data_.declare(arguments);
  group_.declare(arguments);
  declare_model(arguments);
  bounds_.declare(arguments, {"lr", "wald", "exact", "none"});
  quantities_.declare(arguments);
  gate_.declare(arguments);
  machine_.declare(arguments);
  output_.declare(arguments);
  save_.declare(arguments);
  pictures_.declare(arguments, alt_picture_kinds());
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
                       [this](const std::string& found) { stresses_.push_back(found); });
  std::string models;
  std::vector<std::string> names;
  for (const PresetHelp& p : alt_presets()) {
    names.push_back(p.name);
    models += fmt::format("{}{}: {} ({})", models.empty() ? "" : "; ", p.name, p.formula, p.help);
  }
  arguments.option("--model", fmt::format("{}", fmt::join(names, "|")),
                   "a named model; --stress then takes columns alone, in the order of the formula. " + models,
                   [this, names](const std::string& found) {
                     if (std::find(names.begin(), names.end(), found) == names.end()) {
                       const std::string near = nearest_word(found, names);
                       throw UsageError(fmt::format("'{}' is not one of {}{}", found, fmt::join(names, ", "),
                                                    near.empty() ? "" : fmt::format("; did you mean {}?", near)));
                     }
                     model_.model = found;
                   });
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
  arguments.text("--profile", "FILE",
                 "stress over time during the test: a row a point (time and the stress columns), which holds until the "
                 "next row, or runs straight to it where a column ramp is 1; the last row holds for ever",
                 profile_);
  arguments.text("--profile-column", "COL", "the column that names the profile, in the profile's file and in DATA",
                 model_.profile_column);
  arguments.text("--use-profile", "FILE",
                 "stress over one cycle in use, in the same form; it repeats, and the last row only ends it",
                 use_profile_);
  arguments.text("--mode", "COL",
                 "competing failure modes: each follows the stress by itself; life at use is their series",
                 model_.fit.mode_column);
  arguments.choice("--unknown-mode", {"censor"}, "a failure whose mode is not known counts as censored", unknown_mode_);
  arguments.choice("--method", {"mle", "two-step"},
                   "maximum likelihood, or a line on probability paper for every level and a line through them "
                   "(default mle)",
                   model_.fit.method);
  arguments.choice("--ranks", {"exact", "benard"}, "median ranks of the two-step method (default exact)",
                   model_.fit.ranks);
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
  if (!out.model.empty()) {
    for (const std::string& s : stresses_) {
      if (s.find(':') != std::string::npos) {
        throw UsageError(
            fmt::format("--stress {}: with --model the relation follows from the model; give the column alone", s));
      }
    }
    out.stresses = preset_terms(out.model, stresses_);
    const std::string only = preset_distribution(out.model);
    if (!only.empty()) {
      if (arguments_->given("--dist") && o.distributions != std::vector<std::string>{only}) {
        throw UsageError(fmt::format("--model {} is a {} model; --dist takes {}", out.model, only, only));
      }
      o.distributions = {only};
      o.selection = "one";
    }
  } else {
    for (const std::string& s : stresses_) {
      try {
        out.stresses.push_back(parse_term(s, true));
      } catch (const UsageError& e) {
        throw UsageError(fmt::format("--stress {}: {}", s, e.what()));
      }
    }
  }
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
  o.unknown_mode_censor = unknown_mode_ == "censor";
  if (!unknown_mode_.empty() && o.mode_column.empty()) throw UsageError("--unknown-mode needs --mode COL");
  if (from_.size() != to_.size()) throw UsageError("--af-from and --af-to go together, as many of one as of the other");
  for (std::size_t i = 0; i < from_.size(); ++i) out.acceleration.emplace_back(from_[i], to_[i]);
  return out;
}

std::vector<std::string> AltCommand::text_columns() const {
  std::vector<std::string> out = model_.factors;
  if (!model_.profile_column.empty()) out.push_back(model_.profile_column);
  if (!model_.fit.mode_column.empty()) out.push_back(model_.fit.mode_column);
  if (!group_.by.empty()) out.push_back(group_.by);
  return out;
}

std::vector<std::string> AltCommand::number_columns(const AltOptions& options) {
  std::vector<std::string> out;
  for (const std::vector<StressTerm>* list : {&options.stresses, &options.shape_stresses}) {
    for (const StressTerm& t : *list) {
      for (const StressTerm::Part& p : t.parts) {
        if (std::find(out.begin(), out.end(), p.column) == out.end()) out.push_back(p.column);
      }
    }
  }
  return out;
}

std::string AltCommand::rendered(const std::vector<AltReport>& reports, Format format) const {
  const io::TextStyle style{.colour = colour_wanted(output_.file),
                            .language = output_.chinese ? io::Language::chinese : io::Language::english};
  std::string out = format == Format::csv ? io::csv_header() : std::string();
  for (const AltReport& report : reports) {
    switch (format) {
      case Format::json: out += io::render_json(report, !group_.by.empty()); break;
      case Format::csv: out += io::render_csv(report); break;
      case Format::text: out += (out.empty() ? "" : "\n\n") + io::render_text(report, style); break;
    }
  }
  return out;
}

// A profile is a table of times like any other; units of its stresses are given for the data's columns of that name.
LoadedTable AltCommand::load_profile(const std::string& file, const AltOptions& options, bool test) const {
  DataOptions form;
  const std::vector<std::string> numbers = number_columns(options);
  for (const auto& unit : data_.units) {
    if (std::find(numbers.begin(), numbers.end(), unit.first) != numbers.end()) form.units.push_back(unit);
  }
  std::vector<std::string> text;
  if (test && !options.profile_column.empty()) text.push_back(options.profile_column);
  return load_table(file, form, text, numbers);
}

bool AltCommand::shares(const Call& call) const {
  // Ranks divide the sums over rows. What is written besides the answer is the first rank's.
  for (const char* name : {"--plot", "--report", "--save", "--mode"}) {
    if (arguments_->given(name)) return false;
  }
  for (const std::string& file : {profile_, use_profile_}) {
    if (!file.empty() && !can_be_shared(file)) return false;
  }
  return can_be_shared(call.source(data_.sources));
}

ExitCode AltCommand::run(const Call& call) {
  const Ranks* const processes = call.processes != nullptr && shares(call) ? call.processes : nullptr;
  pictures_.check(*arguments_, output_);
  if (arguments_->given("--wald-scale") && bounds_.bounds != "wald")
    throw UsageError("--wald-scale needs --bounds wald");
  if (arguments_->given("--termination") && bounds_.bounds == "none") {
    throw UsageError("--termination needs bounds; --bounds none makes none");
  }
  if (arguments_->given("--ranks") && model_.fit.method != "two-step")
    throw UsageError("--ranks needs --method two-step");
  if (arguments_->given("--solver") && model_.fit.method != "mle") throw UsageError("--solver needs --method mle");
  if (!model_.profile_column.empty() && profile_.empty()) throw UsageError("--profile-column needs --profile FILE");
  AltOptions options = alt_options();
  options.fit.processes = processes;
  if (options.stresses.empty() && options.factors.empty()) {
    throw UsageError("--stress COL:RELATION is missing: relia alt needs a stress (or --factor COL)");
  }
  if (call.answer == nullptr) save_.check(data_);
  LoadedTable profile, use_profile;
  if (!profile_.empty()) {
    profile = load_profile(profile_, options, true);
    options.profile = &profile.table;
  }
  if (!use_profile_.empty()) {
    use_profile = load_profile(use_profile_, options, false);
    options.use_profile = &use_profile.table;
  }
  DataOptions form = data_;
  std::vector<std::string> numbers = number_columns(options);
  if (options.profile != nullptr) {
    // The stresses are columns of the profile; their units are not the data's to know.
    std::erase_if(form.units,
                  [&](const auto& u) { return std::find(numbers.begin(), numbers.end(), u.first) != numbers.end(); });
    numbers.clear();
  }
  LoadedTable loaded = load_table(call.source(form.sources), form, text_columns(), numbers, machine_.threads);
  if (processes != nullptr) check_same_table(*processes, loaded.table);
  std::vector<AltReport> reports;
  AltPictures pictures(pictures_, output_);
  for (const Group& group : split_by(std::move(loaded.table), group_.by)) {
    AltReport report = alt(group.table, options);
    report.fit.group_column = group_.by;
    report.fit.group = group.label;
    report.fit.warnings.insert(report.fit.warnings.begin(), loaded.warnings.begin(), loaded.warnings.end());
    report.fit.command = call.command_line;
    report.fit.version = version_number();
    if (call.answer == nullptr) pictures.add(group.table, options, report);
    reports.push_back(std::move(report));
  }
  if (call.answer != nullptr) {
    *call.answer = rendered(reports, Format::json);
    return kDone;
  }
  const MadePictures made = std::move(pictures).make(reports);
  const Answer answer{.render = [&](Format format) { return with_picture(rendered(reports, format), format, made); }};
  if (processes == nullptr || processes->rank() == 0) deliver(answer, call, save_, data_, loaded, output_);
  write_pictures(made, output_);
  if (output_.format == Format::csv) {
    for (const AltReport& report : reports) {
      for (const std::string& w : io::all_warnings(report)) print_warning(group_prefix(report.fit) + w);
    }
  }
  Verdict verdict;
  for (const AltReport& report : reports) verdict.add(report.fit);
  return verdict.print();
}

}  // namespace

std::unique_ptr<Command> make_alt() {
  return std::make_unique<AltCommand>();
}

}  // namespace relia::cli
