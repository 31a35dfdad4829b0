// One row of the CSV output, for reports that are a fit with more to say.

#pragma once

#include <string>
#include <string_view>

#include <relia/fit_result.hpp>

namespace relia::io {

/// What is the same for all rows of a model.
struct CsvPlace {
  std::string group, distribution, rank, mode, status;
};

/// A cell, quoted where it must be.
[[nodiscard]] std::string csv_cell(std::string_view text);

/// A row under csv_header().
void add_csv_row(std::string& out,
                 const CsvPlace& at,
                 std::string_view quantity,
                 std::string_view name,
                 double argument,
                 const Quantity& value);

}  // namespace relia::io
