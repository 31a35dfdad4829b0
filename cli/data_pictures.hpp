// Pictures of data that no model has been fitted to.

#pragma once

#include <string>
#include <vector>

#include <relia/io/page.hpp>
#include <relia/life_table.hpp>
#include <relia/simulate.hpp>

#include "cli/pictures.hpp"

namespace relia::cli {

/// Counts, ages and source of a table, as pictures and pages say them.
[[nodiscard]] FitReport report_of_data(const LifeTable& table);

/// The event plot of the records, and the page of the data.
[[nodiscard]] MadePictures data_pictures(const PictureOptions& wanted,
                                         const LifeTable& table,
                                         io::DataPage page,
                                         const OutputOptions& output);

/// What relia simulate draws: "probability" and "survival", of one life at one level with the law the data were drawn
/// from; "events".
[[nodiscard]] std::vector<std::string> simulated_picture_kinds();

/// @param truth  the law the lives were drawn from; null: of several modes or levels
/// @throws UsageError for a kind that needs one law
[[nodiscard]] MadePictures simulated_pictures(const PictureOptions& wanted,
                                              const LifeTable& table,
                                              const LifeModel* truth,
                                              io::DataPage page,
                                              const OutputOptions& output);

}  // namespace relia::cli
