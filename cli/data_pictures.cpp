#include "cli/data_pictures.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/fit.hpp>

#include "cli/messages.hpp"
#include "solvers/fit_parts.hpp"

namespace relia::cli {
namespace {

io::Language language_of(const OutputOptions& output) {
  return output.chinese ? io::Language::chinese : io::Language::english;
}

io::Figure events_of(const LifeTable& table, const FitReport& report, io::Language language) {
  io::FitPicture picture;
  picture.report = &report;
  picture.data = io::plotted_data(table);
  return io::fit_figure("events", {picture}, language);
}

// The law with its parameters as a model of the data: a fit in which every one is held.
io::FitPicture picture_of_truth(const LifeTable& table, const LifeModel& truth, FitReport& report) {
  io::FitPicture out;
  out.data = io::plotted_data(table);
  out.grid = io::curve_grid(out.data, 2);
  FitOptions ask;
  ask.distributions = {truth.distribution};
  ask.selection = "one";
  ask.limited_failure = truth.limited_failure;
  ask.mixture = truth.mixture;
  ask.fixed = truth.parameters;
  ask.bounds = "none";
  ask.quantiles = out.grid.fine_probabilities;
  FitReport found = fit(table, ask);
  if (!found.models.empty() && carries_estimates(found.models.front().convergence.status)) {
    ModelResult& model = found.models.front();
    out.curves.resize(1);
    out.curves[0].fine = model.metrics.quantiles;
    model.method = "truth";
    report.selection = "one";
    report.models.push_back(std::move(model));
  }
  out.report = &report;
  return out;
}

}  // namespace

FitReport report_of_data(const LifeTable& table) {
  FitReport out;
  describe_data(table, out);
  return out;
}

MadePictures data_pictures(const PictureOptions& wanted,
                           const LifeTable& table,
                           io::DataPage page,
                           const OutputOptions& output) {
  MadePictures made;
  if (!wanted.wanted()) return made;
  const io::Figure figure = events_of(table, page.report, language_of(output));
  if (!wanted.plot.empty()) add_plot(made, wanted, figure, output);
  if (!wanted.report.empty())
    made.files.push_back({wanted.report, io::render_html(page, {figure}, language_of(output))});
  return made;
}

std::vector<std::string> simulated_picture_kinds() {
  return {"probability", "survival", "events"};
}

MadePictures simulated_pictures(const PictureOptions& wanted,
                                const LifeTable& table,
                                const LifeModel* truth,
                                io::DataPage page,
                                const OutputOptions& output) {
  MadePictures made;
  if (!wanted.wanted()) return made;
  const io::Language language = language_of(output);
  io::FitPicture picture;
  FitReport report = page.report;
  if (truth != nullptr) picture = picture_of_truth(table, *truth, report);
  const auto draw_if_any = [&](const std::string& kind, std::vector<io::Figure>& out) {
    try {
      out.push_back(io::fit_figure(kind, {picture}, language));
    } catch (const UsageError& e) {  // a test without failures has no points
      if (kind == wanted.kind && !wanted.plot.empty()) print_warning(fmt::format("no picture: {}", e.what()));
    }
  };
  if (!wanted.plot.empty()) {
    std::vector<io::Figure> drawn;
    if (truth == nullptr || wanted.kind == "events") {
      drawn.push_back(events_of(table, page.report, language));
    } else {
      draw_if_any(wanted.kind, drawn);
    }
    if (!drawn.empty()) add_plot(made, wanted, drawn.front(), output);
  }
  if (!wanted.report.empty()) {
    std::vector<io::Figure> drawn;
    if (truth != nullptr) draw_if_any("probability", drawn), draw_if_any("survival", drawn);
    drawn.push_back(events_of(table, page.report, language));
    made.files.push_back({wanted.report, io::render_html(page, drawn, language)});
  }
  return made;
}

}  // namespace relia::cli
