#include "cli/coverage_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

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
  options.targets.resize(1);
  return options;
}

}  // namespace

MadePictures coverage_pictures(const PictureOptions& wanted,
                               const CoverageReport& report,
                               const OutputOptions& output) {
  MadePictures made;
  if (wanted.plot.empty()) return made;
  io::CoveragePicture picture;
  picture.target = report.options.targets.front();
  picture.plan = report.plan;
  picture.confidence = report.options.confidence;
  picture.replicates = report.options.replicates;
  for (const BoundKind& kind : report.options.kinds)
    picture.kinds.push_back({.name = kind.name, .n = {}, .coverage = {}, .error = {}});
  std::size_t before = 0;
  for (const double factor : {0.25, 0.5, 1.0, 2.0, 4.0}) {
    const CoverageOptions options = scaled(report.options, factor);
    if (options.plan.n == before) continue;
    before = options.plan.n;
    const CoverageReport found = factor == 1.0 ? report : coverage(options);
    for (const CoverageRow& row : found.rows) {
      if (row.target != picture.target) continue;
      for (io::CoveragePicture::Kind& kind : picture.kinds) {
        if (kind.name != row.kind) continue;
        kind.n.push_back(static_cast<double>(options.plan.n));
        kind.coverage.push_back(row.coverage.value);
        kind.error.push_back(row.coverage.error);
      }
    }
  }
  const io::Language language = output.chinese ? io::Language::chinese : io::Language::english;
  add_plot(made, wanted, io::coverage_figure(picture, language), output);
  return made;
}

}  // namespace relia::cli
