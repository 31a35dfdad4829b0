// Blocks of the page of a coverage study.

#pragma once

#include <vector>

#include <relia/io/page.hpp>

#include "io/html/result_blocks.hpp"

namespace relia::io {

/// The life, the plan and what came of the simulated tests.
[[nodiscard]] PageBlock plan_facts(const CoverageStudy& study, Language language);
/// A table a target: coverage of each kind of bound, on which side it misses, its width.
[[nodiscard]] PageBlocks coverage_blocks(const CoverageStudy& study, Language language);
/// What to do, in sentences.
[[nodiscard]] std::vector<std::string> coverage_advice(const CoverageStudy& study, Language language);
void add_methods(MethodList& methods, const CoverageStudy& study);

/// Coverage against the number of units, for each design and target that several of the studies share.
[[nodiscard]] std::vector<Figure> coverage_figures(const std::vector<CoverageStudy>& studies, Language language);

}  // namespace relia::io
