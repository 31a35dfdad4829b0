#include "cli/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/fitted_model.hpp>
#include <relia/io/page.hpp>

#include "cli/likelihood_curves.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"

namespace relia::cli {
namespace {

// Bounds are smooth in between; with very many rows each costs passes over all of them.
constexpr std::size_t kManyRows = 100000, kBoundPoints = 33, kFewBoundPoints = 13;
// A contour takes a thousand passes over the data and more: a page has one only where that takes no time.
constexpr std::size_t kMostRowsForLikelihood = 2000;
constexpr std::size_t kHazardPoints = 25, kFewHazardPoints = 7;

std::optional<io::PictureFormat> format_of(const std::string& file) {
  if (file.ends_with(".svg")) return io::PictureFormat::svg;
  if (file.ends_with(".png")) return io::PictureFormat::png;
  if (file.ends_with(".pdf")) return io::PictureFormat::pdf;
  return std::nullopt;
}

// The call that gave `model`, without the quantities that were asked for then.
FitOptions same_model(FitOptions options, const ModelResult& model) {
  options.distributions = {model.distribution};
  options.selection = "one";
  options.quantiles = {};
  options.at = {};
  options.given = {};
  options.reliable_life = {};
  options.requirements = {};
  return options;
}

}  // namespace

void PictureOptions::declare(Arguments& arguments, std::vector<std::string> kinds) {
  kinds_ = std::move(kinds);
  kind = kinds_.front();
  arguments.heading("Pictures");
  declare_plot_option(arguments,
                      "the picture an engineer would draw for this analysis; - draws it in text on standard output");
  if (kinds_.size() > 1) declare_kind(arguments);
  declare_report(arguments);
}

void PictureOptions::declare_single(Arguments& arguments, std::string help) {
  arguments.heading("Pictures");
  declare_plot_option(arguments, std::move(help));
  declare_report(arguments);
}

void PictureOptions::declare_report(Arguments& arguments) {
  arguments.option("--report", "FILE.html", "one page with data, results, pictures and provenance; opens offline",
                   [this](const std::string& found) {
                     if (!found.ends_with(".html") && !found.ends_with(".htm")) {
                       throw UsageError(fmt::format("'{}' does not end in .html", found));
                     }
                     report = found;
                   });
}

void PictureOptions::declare_plot_option(Arguments& arguments, std::string help) {
  arguments.option("--plot", "FILE.svg|.png|.pdf|-", std::move(help), [this](const std::string& found) {
    if (found != "-" && !format_of(found)) {
      throw UsageError(fmt::format("'{}' does not end in .svg, .png or .pdf", found));
    }
    plot = found;
  });
}

void PictureOptions::declare_kind(Arguments& arguments) {
  const bool profiles = std::find(kinds_.begin(), kinds_.end(), "profile") != kinds_.end();
  arguments.option("--plot-kind", fmt::format("{}", fmt::join(kinds_, "|")),
                   fmt::format("what --plot draws (default {}){}", kind,
                               profiles ? "; profile=NAME is the profile likelihood of that parameter" : ""),
                   [this, profiles](const std::string& found) {
                     if (!(profiles && found.starts_with("profile=")) &&
                         std::find(kinds_.begin(), kinds_.end(), found) == kinds_.end()) {
                       throw UsageError(fmt::format("'{}' is not one of {}", found, fmt::join(kinds_, ", ")));
                     }
                     kind = found;
                   });
}

void PictureOptions::check(const Arguments& arguments, const OutputOptions& output) const {
  if (kinds_.size() > 1 && arguments.given("--plot-kind") && plot.empty())
    throw UsageError("--plot-kind needs --plot FILE");
  if (plot == "-" && output.format != Format::text && (output.file.empty() || output.file == "-")) {
    throw UsageError("--plot - prints text on standard output, which --format has taken; add --output FILE");
  }
}

void add_plot(MadePictures& made,
              const PictureOptions& options,
              const io::Figure& figure,
              const OutputOptions& output) {
  if (options.plot == "-") {
    const std::string file = output.format == Format::text ? output.file : std::string();
    made.text = io::render_text(figure, {.colour = colour_wanted(file),
                                         .language = output.chinese ? io::Language::chinese : io::Language::english});
  } else {
    made.files.push_back({options.plot, io::draw(figure, *format_of(options.plot))});
  }
}

std::string with_picture(std::string answer, Format format, const MadePictures& made) {
  return made.text.empty() || format != Format::text ? answer : std::move(answer) + '\n' + made.text;
}

void write_pictures(const MadePictures& made, const OutputOptions& output) {
  if (!made.text.empty() && output.format != Format::text) write_output(made.text, "");
  for (const MadePictures::File& f : made.files) write_output(f.bytes, f.name);
}

namespace {

bool has_estimate(const ModelResult& model) {
  const auto known = [](const auto& q) { return std::isfinite(q.value.estimate); };
  const LifeMetrics& m = model.metrics;
  return std::any_of(m.quantiles.begin(), m.quantiles.end(), known) || std::isfinite(m.mean.estimate) ||
         std::any_of(model.parameters.begin(), model.parameters.end(),
                     [&](const NamedQuantity& p) { return known(p) && !p.fixed; });
}

// One mode's failures, with every other end as a suspension; nothing where modes are not known by exact failures.
io::PlottedData data_of_mode(const LifeTable& table, const std::string& column, const std::string& mode) {
  const Column* const modes = table.find(column);
  if (modes == nullptr || modes->type != Column::Type::text) return {};
  LifeTable out;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (std::isfinite(table.upper[i]) && table.lower[i] != table.upper[i]) return {};
    const bool its = std::isfinite(table.upper[i]) && modes->levels[modes->codes[i]] == mode;
    out.lower.push_back(table.lower[i]);
    out.upper.push_back(its ? table.upper[i] : HUGE_VAL);
    out.count.push_back(table.count_at(i));
    out.entry.push_back(table.entry_at(i));
    out.exit.push_back(table.exit_at(i));
  }
  return io::plotted_data(out);
}

// Lives at the picture's probabilities, and with `hazards` the functions of age at these lives.
void put_estimates(io::ModelCurves& curves,
                   const LifeTable& table,
                   const FittedModel& fitted,
                   const std::string& mode_column,
                   const std::vector<double>& probabilities,
                   bool hazards) {
  curves.fine = fitted.lives(probabilities, false);
  for (FittedModel::Mode& mode : fitted.lives_of_modes(probabilities))
    curves.modes.push_back({mode.name, std::move(mode.lives), data_of_mode(table, mode_column, mode.name)});
  if (!hazards) return;
  std::vector<double> ages;
  for (const QuantileResult& q : curves.fine) {
    if (std::isfinite(q.value.estimate) && q.value.estimate >= 0.0) ages.push_back(q.value.estimate);
  }
  curves.reliability = fitted.reliability(ages, false);
  curves.hazard = fitted.hazard(ages, false);
}

// The life at the lowest probability of the paper.
double paper_begins(const std::vector<QuantileResult>& lives, double low) {
  for (const QuantileResult& q : lives) {
    if (q.p >= low && q.value.estimate > 0.0) return q.value.estimate;
  }
  return kAbsent;
}

// The same bounds as the report's, at `n` places.
void put_bounds(io::ModelCurves& curves,
                const FittedModel& fitted,
                const io::CurveGrid& grid,
                const io::PlottedData& data,
                const ModelResult& model,
                const PictureOptions& wanted,
                bool many) {
  const bool page = !wanted.report.empty(), mixed = model.modifier == "mixture";
  const bool hazards = page || wanted.kind == "hazard", densities = (page || wanted.kind == "pdf") && !mixed;
  double last = kAbsent;
  for (const QuantileResult& q : curves.fine) {
    if (std::isfinite(q.value.estimate) && q.value.estimate > 0.0) last = q.value.estimate;
  }
  last = std::isfinite(last) ? 1.03 * std::min(std::max(last, data.largest), 3.0 * data.largest) : data.largest;
  if (model.modifier == "limited-failure" || mixed) {
    const std::size_t n = many ? kFewBoundPoints : kBoundPoints;
    double first = 0.3 * data.smallest;  // or where the curve comes onto the paper
    if (!curves.fine.empty()) first = std::min(first, paper_begins(curves.fine, grid.low));
    if (!(first > 1e-9 * last)) first = 0.3 * data.smallest;
    std::vector<double> ages;
    for (std::size_t k = 0; k < n; ++k)
      ages.push_back(first * std::pow(last / first, static_cast<double>(k) / static_cast<double>(n - 1)));
    curves.failure_bounded = fitted.failure_probability(ages, true);
  } else {
    curves.bounded = fitted.lives(grid.bound_probabilities, true);
  }
  if (!has_estimate(model) || !(last > 0.0)) return;
  std::vector<double> ages;
  const std::size_t n = many || mixed ? kFewHazardPoints : kHazardPoints;
  for (std::size_t k = 0; k < n; ++k) {
    // Closer together where hazards bend most.
    const double share = static_cast<double>(k + 1) / static_cast<double>(n);
    ages.push_back(last * share * share);
  }
  if (hazards) curves.hazard_bounded = fitted.hazard(ages, true);
  // A mixture's likelihood allows narrow components with hardly any limit to their density.
  if (densities) curves.density_bounded = fitted.density(ages, true);
}

// The fitted models of `report` at as many points as pictures need, by fitting them again as they were.
io::FitPicture fit_picture(const LifeTable& table,
                           const FitOptions& options,
                           const FitReport& report,
                           const PictureOptions& wanted) {
  const bool page = !wanted.report.empty();
  const bool hazards = page || wanted.kind == "hazard" || wanted.kind == "pdf";
  const bool few = table.rows() <= kMostRowsForLikelihood;
  const bool contours = wanted.kind == "contour" || (page && few);
  const bool profiles = wanted.kind.starts_with("profile") || (page && few);
  io::FitPicture out;
  out.report = &report;
  out.data = io::plotted_data(table);
  const bool many = table.rows() > kManyRows;
  out.grid = io::curve_grid(out.data, many ? kFewBoundPoints : kBoundPoints);
  out.curves.resize(report.models.size());
  const bool first_only = report.selection == "best" || report.selection == "all";
  for (std::size_t i = 0; i < report.models.size(); ++i) {
    const ModelResult& model = report.models[i];
    if (!carries_estimates(model.convergence.status) || (first_only && i > 0)) continue;
    io::ModelCurves& curves = out.curves[i];
    const FitOptions same = same_model(options, model);
    const FittedModel fitted(table, same, &model);
    // Without failures there are bounds and no estimate.
    if (has_estimate(model))
      put_estimates(curves, table, fitted, same.mode_column, out.grid.fine_probabilities, hazards);
    if (has_estimate(model) && contours) add_contours(curves, table, same, model);
    if (has_estimate(model) && profiles) add_profiles(curves, table, same, model);
    if (options.bounds == "none" || model.bounds == "none" || model.bounds.empty()) continue;
    put_bounds(curves, fitted, out.grid, out.data, model, wanted, many);
  }
  return out;
}

}  // namespace

void FitPictures::add(const LifeTable& table, const FitOptions& options, const FitReport& report) {
  if (!options_.wanted()) return;
  populations_.push_back(fit_picture(table, options, report, options_));
}

MadePictures nonparametric_pictures(const PictureOptions& options,
                                    const std::vector<NonparametricReport>& reports,
                                    const OutputOptions& output) {
  MadePictures made;
  if (!options.wanted()) return made;
  const io::Language language = output.chinese ? io::Language::chinese : io::Language::english;
  const bool nothing = std::none_of(reports.begin(), reports.end(),
                                    [](const auto& r) { return carries_estimates(r.convergence.status); });
  if (!options.plot.empty() && nothing) print_warning("there is no estimate, so there is no picture");
  if (!options.plot.empty() && !nothing) add_plot(made, options, io::nonparametric_figure(reports, language), output);
  if (!options.report.empty()) made.files.push_back({options.report, io::render_html(reports, language)});
  return made;
}

MadePictures FitPictures::make(const std::vector<FitReport>& reports, const OutputOptions& output) {
  MadePictures made;
  for (std::size_t i = 0; i < populations_.size(); ++i) populations_[i].report = &reports[i];
  if (populations_.empty()) return made;
  const bool nothing = std::all_of(populations_.begin(), populations_.end(), [](const io::FitPicture& p) {
    return std::none_of(p.report->models.begin(), p.report->models.end(),
                        [](const ModelResult& m) { return carries_estimates(m.convergence.status); });
  });
  const io::Language language = output.chinese ? io::Language::chinese : io::Language::english;
  if (!options_.plot.empty() && nothing) print_warning("no model carries estimates, so there is no picture");
  if (!options_.plot.empty() && !nothing)
    add_plot(made, options_, io::fit_figure(options_.kind, populations_, language), output);
  if (!options_.report.empty()) made.files.push_back({options_.report, io::render_html(populations_, language)});
  return made;
}

}  // namespace relia::cli
