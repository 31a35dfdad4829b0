#include "cli/coverage_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <relia/io/page.hpp>

#include "cli/coverage_report.hpp"
#include "cli/messages.hpp"

namespace relia::cli {
namespace {

// The same plan with `factor` times as many units and failures.
CoverageOptions scaled(CoverageOptions options, double factor) {
  const auto times = [&](std::size_t n) {
    return static_cast<std::size_t>(std::llround(factor * static_cast<double>(n)));
  };
  options.plan.n = std::max<std::size_t>(3, times(options.plan.n));
  if (options.plan.failures > 0) {
    options.plan.failures = std::min(options.plan.n, std::max<std::size_t>(2, times(options.plan.failures)));
  }
  return options;
}

// The targets that are drawn, each at every size of test. @param all  else the first one
std::vector<io::CoveragePicture> drawn_targets(const CoverageReport& report, bool all) {
  const CoverageOptions& asked = report.options;
  std::vector<io::CoveragePicture> out;
  for (std::size_t i = 0; i < (all ? asked.targets.size() : 1); ++i) {
    io::CoveragePicture& picture = out.emplace_back();
    picture.target = asked.targets[i];
    picture.plan = report.plan;
    picture.confidence = asked.confidence;
    picture.replicates = asked.replicates;
    for (const BoundKind& kind : asked.kinds)
      picture.kinds.push_back({.name = kind.name, .n = {}, .coverage = {}, .error = {}});
  }
  std::size_t before = 0;
  for (const double factor : {0.25, 0.5, 1.0, 2.0, 4.0}) {
    CoverageOptions options = scaled(asked, factor);
    options.targets.resize(out.size());
    if (options.plan.n == before) continue;
    before = options.plan.n;
    const CoverageReport found = factor == 1.0 ? report : coverage(options);
    for (const CoverageRow& row : found.rows) {
      for (io::CoveragePicture& picture : out) {
        if (row.target != picture.target) continue;
        for (io::CoveragePicture::Kind& kind : picture.kinds) {
          if (kind.name != row.kind) continue;
          kind.n.push_back(static_cast<double>(options.plan.n));
          kind.coverage.push_back(row.coverage.value);
          kind.error.push_back(row.coverage.error);
        }
      }
    }
  }
  return out;
}

}  // namespace

MadePictures coverage_pictures(const PictureOptions& wanted,
                               const CoverageReport& report,
                               const OutputOptions& output) {
  MadePictures made;
  if (!wanted.wanted()) return made;
  const io::Language language = output.chinese ? io::Language::chinese : io::Language::english;
  const bool page = !wanted.report.empty(), nothing = report.without_estimate == report.tests;
  if (nothing && !wanted.plot.empty()) print_warning("no simulated test has an estimate, so there is no picture");
  std::vector<io::CoveragePicture> pictures;
  if (!nothing) pictures = drawn_targets(report, page);
  if (!nothing && !wanted.plot.empty()) add_plot(made, wanted, io::coverage_figure(pictures.front(), language), output);
  if (page) {
    std::vector<io::Figure> drawn;
    for (const io::CoveragePicture& picture : pictures) drawn.push_back(io::coverage_figure(picture, language));
    const io::EarlierResult result = io::read_results("", coverage_json(report)).front();
    made.files.push_back(
        {wanted.report, io::render_coverage_html(result, drawn, report.command, report.version, language)});
  }
  return made;
}

}  // namespace relia::cli
