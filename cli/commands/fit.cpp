// relia fit: from DATA to a life distribution with bounds.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/io/pictures.hpp>
#include <relia/io/report.hpp>

#include "cli/bootstrap_options.hpp"
#include "cli/certify.hpp"
#include "cli/command.hpp"
#include "cli/fit_groups.hpp"
#include "cli/groups.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/pictures.hpp"
#include "cli/progress_bar.hpp"
#include "cli/save_options.hpp"
#include "cli/shared_data.hpp"
#include "cli/streamed.hpp"
#include "cli/suggest.hpp"
#include "cli/verdict.hpp"

namespace relia::cli {
namespace {

class FitCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;
  [[nodiscard]] bool shares(const Call& call) const override;

 private:
  void declare_model(Arguments& arguments);
  void take_distributions(const std::string& text);
  void take_fixed(const std::string& text);
  void refuse_what_does_nothing() const;
  [[nodiscard]] FitOptions fit_options() const;
  ExitCode run_streamed(const Call& call);
  ExitCode print(const Answer& answer, const Call& call, const LoadedTable& loaded, const Verdict& verdict) const;
  void refuse_what_does_not_stream() const;
  [[nodiscard]] std::vector<std::string> text_columns() const;
  [[nodiscard]] io::TextStyle text_style() const;
  /// With --format csv: one row a group in place of one a number.
  [[nodiscard]] bool wide_layout() const;
  [[nodiscard]] std::string header(Format format) const;
  void render(const FitReport& report, Format format, bool first, std::string& out) const;
  [[nodiscard]] std::string rendered(const std::vector<FitReport>& reports, Format format) const;
  void complete(const Call& call, const LoadedTable& loaded, FitReport& report) const;
  void judge(const FitReport& report, Verdict& verdict) const;
  /// Groups of which nothing but the answer is wanted: any number of them.
  [[nodiscard]] ExitCode run_groups(const Call& call, const LoadedTable& loaded);

  const Arguments* arguments_ = nullptr;
  DataOptions data_;
  GroupOptions group_;
  FitOptions model_;
  std::string unknown_mode_;
  BoundOptions bounds_;
  ResampleOptions resample_;
  bool certify_ = false;
  QuantityOptions quantities_;
  RequirementOptions gate_;
  ThreadOptions machine_;
  std::uint64_t memory_ = 0;  ///< bytes; 0: all rows are read into memory
  const Ranks* processes_ = nullptr;
  SaveOptions save_;
  OutputOptions output_;
  PictureOptions pictures_;
  std::string layout_;               ///< of CSV: long, wide; empty: wide with --by
  std::optional<io::WideCsv> wide_;  ///< set with that layout
};

void FitCommand::declare(Arguments& arguments) {
  arguments_ = &arguments;
  data_.declare(arguments);
  group_.declare(arguments);
  declare_model(arguments);
  bounds_.declare(arguments, {"lr", "wald", "exact", "bootstrap", "none"});
  resample_.declare(arguments);
  quantities_.declare(arguments);
  gate_.declare(arguments);
  machine_.declare(arguments);
  arguments.option(
      "--memory", "SIZE",
      "read the rows of STORE.h5:NAME again on every pass and hold no more than this in memory (512M, 4G); "
      "the answer is the same to the last bit",
      [this](const std::string& found) { memory_ = parse_memory(found); });
  arguments.flag("--certify", "recompute the answer with 50 digits and print beside each number how many agree",
                 certify_);
  output_.declare(arguments);
  arguments.choice("--csv-layout", {"long", "wide"},
                   "CSV with one row a number (default), or one a group and model (default with --by)", layout_);
  save_.declare(arguments);
  pictures_.declare(arguments, io::fit_picture_kinds());
  arguments.example(
      "relia fit fans.csv --dist weibull --at 1000 --require 'R(1000)>=0.95@0.9'",
      "Fits a Weibull distribution to the lives in fans.csv (columns time,status or lower,upper), prints\n"
      "its parameters, B1, B5, B10, B50, the mean and the reliability at age 1000 with 95 % bounds, and\n"
      "ends with exit code 5 unless the lower 90 % bound of the reliability at 1000 is at least 0.95.");
}

void FitCommand::declare_model(Arguments& arguments) {
  arguments.heading("Model");
  arguments.option(
      "--dist", "NAME,...|best|all",
      fmt::format("best (default) ranks the usual candidates by AICc and reports the first; all adds every "
                  "other single distribution; names: {}",
                  fmt::join(distribution_names(), ", ")),
      [this](const std::string& found) { take_distributions(found); });
  arguments.choice("--method", {"mle", "rrx", "rry"},
                   "maximum likelihood, or rank regression on X or on Y (default mle)", model_.method);
  arguments.choice("--ranks", {"exact", "benard"}, "median ranks of rank regression (default exact)", model_.ranks);
  arguments.choice("--solver", {"newton", "ceres"}, "optimiser of the likelihood (default newton)", model_.solver);
  arguments.repeatable("--fix", "NAME=VALUE", "hold a parameter at a value (Weibayes: --fix shape=2)",
                       [this](const std::string& found) { take_fixed(found); });
  arguments.flag("--limited-failure", "only a fraction p of the units can ever fail", model_.limited_failure);
  arguments.option("--mixture", "K", "a mixture of K populations, 2 to 9",
                   [this](const std::string& found) { model_.mixture = static_cast<int>(parse_whole(found, 2, 9)); });
  arguments.text("--mode", "COL", "competing failure modes: one model for every value of this column, and the system",
                 model_.mode_column);
  arguments.choice("--unknown-mode", {"censor"}, "a failure whose mode is not known counts as censored", unknown_mode_);
}

void FitCommand::take_distributions(const std::string& text) {
  if (text == "best" || text == "all") {
    model_.selection = text;
    return;
  }
  const std::vector<std::string> known = distribution_names();
  for (const std::string_view item : split_list(text)) {
    const std::string name(item);
    if (name == "best" || name == "all") throw UsageError(fmt::format("'{}' stands alone, not in a list", name));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = nearest_word(name, known);
      throw UsageError(fmt::format("'{}' is not one of best, all, {}{}", name, fmt::join(known, ", "),
                                   near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
    if (std::find(model_.distributions.begin(), model_.distributions.end(), name) != model_.distributions.end()) {
      throw UsageError(fmt::format("'{}' is listed twice", name));
    }
    model_.distributions.push_back(name);
  }
  model_.selection = model_.distributions.size() == 1 ? "one" : "list";
}

void FitCommand::take_fixed(const std::string& text) {
  const auto [name, value] = parse_assignment(text);
  for (const auto& [other, ignored] : model_.fixed) {
    if (other == name) throw UsageError(fmt::format("'{}' is held twice", name));
  }
  model_.fixed.emplace_back(name, parse_number(value));
}

void FitCommand::refuse_what_does_nothing() const {
  const bool regression = model_.method != "mle";
  if (arguments_->given("--ranks") && !regression) throw UsageError("--ranks needs --method rrx or rry");
  if (arguments_->given("--solver") && regression) throw UsageError("--solver needs --method mle");
  if (arguments_->given("--wald-scale") && bounds_.bounds != "wald")
    throw UsageError("--wald-scale needs --bounds wald");
  if (arguments_->given("--termination") && bounds_.bounds == "none") {
    throw UsageError("--termination needs bounds; --bounds none makes none");
  }
  resample_.refuse_what_does_nothing(*arguments_, bounds_.bounds);
  if (!layout_.empty() && output_.format != Format::csv) throw UsageError("--csv-layout needs --format csv");
  if (layout_ == "wide" && !model_.mode_column.empty()) {
    throw UsageError("--csv-layout wide does not combine with --mode: modes are rows of their own");
  }
  if (!unknown_mode_.empty() && model_.mode_column.empty()) throw UsageError("--unknown-mode needs --mode COL");
  if (bounds_.bounds == "none" && !gate_.requirements.empty()) {
    throw UsageError("--require is judged at a bound; --bounds none makes none");
  }
}

bool FitCommand::wide_layout() const {
  return layout_.empty() ? !group_.by.empty() && model_.mode_column.empty() : layout_ == "wide";
}

FitOptions FitCommand::fit_options() const {
  FitOptions out = model_;
  out.unknown_mode_censor = unknown_mode_ == "censor";
  out.bounds = bounds_.bounds;
  out.wald_scale = bounds_.wald_scale;
  out.termination = bounds_.termination;
  out.sides = bounds_.sides;
  out.confidence = bounds_.confidence;
  out.bootstrap = resample_.options;
  out.quantiles = quantities_.quantiles;
  out.at = quantities_.at;
  out.given = quantities_.given;
  out.reliable_life = quantities_.reliable_life;
  out.requirements = gate_.requirements;
  out.threads = machine_.threads;
  out.processes = processes_;
  return out;
}

std::vector<std::string> FitCommand::text_columns() const {
  std::vector<std::string> out;
  if (!model_.mode_column.empty()) out.push_back(model_.mode_column);
  if (!group_.by.empty()) out.push_back(group_.by);
  return out;
}

io::TextStyle FitCommand::text_style() const {
  return {.colour = colour_wanted(output_.file),
          .language = output_.chinese ? io::Language::chinese : io::Language::english};
}

void FitCommand::render(const FitReport& report, Format format, bool first, std::string& out) const {
  switch (format) {
    case Format::json:
      if (group_.by.empty()) {
        out += io::render_json(report, false);
      } else {
        io::append_json_line(out, report);
      }
      break;
    case Format::csv:
      if (wide_) {
        wide_->append(out, report);
      } else {
        out += io::render_csv(report);
      }
      break;
    case Format::text:
      if (!first) out += "\n\n";
      out += io::render_text(report, text_style());
      break;
  }
}

std::string FitCommand::header(Format format) const {
  if (format != Format::csv) return {};
  return wide_ ? wide_->header() : io::csv_header();
}

std::string FitCommand::rendered(const std::vector<FitReport>& reports, Format format) const {
  std::string out = header(format);
  for (const FitReport& report : reports) render(report, format, &report == reports.data(), out);
  return out;
}

void FitCommand::complete(const Call& call, const LoadedTable& loaded, FitReport& report) const {
  report.warnings.insert(report.warnings.begin(), loaded.warnings.begin(), loaded.warnings.end());
  report.command = call.command_line;
  report.version = version_number();
}

void FitCommand::judge(const FitReport& report, Verdict& verdict) const {
  if (output_.format == Format::csv) {
    verdict.add(report, io::all_warnings(report));
  } else {
    verdict.add(report);
  }
}

ExitCode FitCommand::run_groups(const Call& call, const LoadedTable& loaded) {
  const Grouping groups(loaded.table, group_.by);
  const bool writes = processes_ == nullptr || processes_->rank() == 0;
  OutputStream out(writes ? output_.file : std::string());
  std::string held = header(output_.format);
  ProgressBar bar;
  const Verdict verdict =
      fit_groups(groups, group_.by, fit_options(), machine_.threads,
                 {.render =
                      [&](FitReport& report, bool first, std::string& text, Verdict& of_piece) {
                        complete(call, loaded, report);
                        judge(report, of_piece);
                        render(report, output_.format, first, text);
                      },
                  .write =
                      [&](std::string_view text, const Verdict& so_far) {
                        // When all is bad data there is no answer, so nothing is printed before something is not.
                        if (so_far.all_bad() || !held.empty()) held += text;
                        if (so_far.all_bad()) return;
                        out.write(held.empty() ? text : held);
                        held.clear();
                      },
                  .progress = [&](std::size_t done) { bar.update(0, 1, done, groups.size(), "groups fitted"); }});
  bar.clear();
  if (!writes) return kDone;
  if (verdict.all_bad()) return verdict.print();
  out.write(held);
  out.finish();
  return verdict.print();
}

bool FitCommand::shares(const Call& call) const {
  // Ranks divide groups, replicates, and sums over the rows of one likelihood. What is written besides the answer is
  // the first rank's.
  for (const char* name : {"--certify", "--plot", "--report", "--save"}) {
    if (arguments_->given(name)) return false;
  }
  if (!model_.mode_column.empty() && group_.by.empty()) return false;
  return can_be_shared(call.source(data_.sources));
}

void FitCommand::refuse_what_does_not_stream() const {
  for (const char* name : {"--by", "--certify", "--plot", "--report"}) {
    if (arguments_->given(name)) throw UsageError(fmt::format("{} needs all rows in memory; leave out --memory", name));
  }
  if (const std::string why = why_not_streamed(fit_options()); !why.empty()) {
    throw UsageError(fmt::format("--memory: {}, or leave out --memory", why));
  }
}

ExitCode FitCommand::run_streamed(const Call& call) {
  refuse_what_does_not_stream();
  LoadedTable about;
  std::vector<FitReport> reports(1);
  {
    // The store is locked while its rows are open; a result can be saved in it afterwards.
    const std::unique_ptr<RowBlocks> rows = open_streamed(call.source(data_.sources), data_, about);
    if (const std::uint64_t least = least_memory(rows->rows()); memory_ < least) {
      throw UsageError(fmt::format("--memory takes at least {} for {} rows", memory_text(least), rows->rows()));
    }
    reports[0] = fit(*rows, fit_options(), memory_);
  }
  reports[0].source = about.table.provenance;
  reports[0].command = call.command_line;
  reports[0].version = version_number();
  if (call.answer != nullptr) {
    *call.answer = rendered(reports, Format::json);
    return kDone;
  }
  const Answer answer{.render = [&](Format format) { return rendered(reports, format); },
                      .seed = resample_.options.seed};
  Verdict verdict;
  judge(reports[0], verdict);
  return print(answer, call, about, verdict);
}

ExitCode FitCommand::print(const Answer& answer,
                           const Call& call,
                           const LoadedTable& loaded,
                           const Verdict& verdict) const {
  if (processes_ == nullptr || processes_->rank() == 0) deliver(answer, call, save_, data_, loaded, output_);
  return verdict.print();
}

ExitCode FitCommand::run(const Call& call) {
  refuse_what_does_nothing();
  if (call.processes != nullptr && shares(call)) processes_ = call.processes;
  pictures_.check(*arguments_, output_);
  if (call.answer == nullptr) save_.check(data_);
  if (memory_ > 0) return run_streamed(call);
  LoadedTable loaded = load_table(call.source(data_.sources), data_, text_columns(), {}, machine_.threads);
  if (processes_ != nullptr) check_same_table(*processes_, loaded.table);
  Fitter fitter(fit_options());
  if (wide_layout()) wide_.emplace(fitter.outline());
  const bool one_by_one = pictures_.wanted() || certify_ || save_.wanted() || call.answer != nullptr;
  if (!group_.by.empty() && !one_by_one) return run_groups(call, loaded);

  std::vector<FitReport> reports;
  Verdict verdict;
  FitPictures pictures(pictures_);
  const auto take = [&](const LifeTable& table, std::string label) {
    if (certify_) refuse_uncertifiable(table);
    FitReport report = fit_group(fitter, table, group_.by, std::move(label));
    if (certify_) certify_fit(table, fit_options(), report);
    complete(call, loaded, report);
    if (call.answer == nullptr) pictures.add(table, fit_options(), report);
    judge(report, verdict);
    reports.push_back(std::move(report));
  };
  if (group_.by.empty()) {
    take(loaded.table, {});
  } else {
    const Grouping groups(loaded.table, group_.by);
    LifeTable table;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      groups.take(g, true, table);
      take(table, groups.label(g));
    }
  }
  if (verdict.all_bad()) return verdict.print();
  if (call.answer != nullptr) {
    *call.answer = rendered(reports, Format::json);
    return kDone;
  }
  const MadePictures made = pictures.make(reports, output_);
  const Answer answer{.render = [&](Format format) { return with_picture(rendered(reports, format), format, made); },
                      .seed = resample_.options.seed};
  const ExitCode code = print(answer, call, loaded, verdict);
  write_pictures(made, output_);
  return code;
}

}  // namespace

std::unique_ptr<Command> make_fit() {
  return std::make_unique<FitCommand>();
}

}  // namespace relia::cli
