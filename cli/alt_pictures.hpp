// Pictures of accelerated life tests.

#pragma once

#include <vector>

#include <relia/alt.hpp>
#include <relia/alt_result.hpp>
#include <relia/life_table.hpp>

#include "cli/pictures.hpp"

namespace relia::cli {

/// What relia alt draws: "life-stress" and "probability".
[[nodiscard]] std::vector<std::string> alt_picture_kinds();

/// The picture and page of one accelerated test; the model is fitted again at other conditions of use.
/// @throws UsageError when this test has no such picture, MachineError
[[nodiscard]] MadePictures alt_pictures(const PictureOptions& wanted,
                                        const LifeTable& table,
                                        const AltOptions& options,
                                        const AltReport& report,
                                        const OutputOptions& output);

}  // namespace relia::cli
