// Renderers of one AltReport. All print the same numbers; none computes any.

#pragma once

#include <string>
#include <vector>

#include <relia/alt_result.hpp>
#include <relia/io/report.hpp>

namespace relia::io {

[[nodiscard]] std::string render_text(const AltReport& report, const TextStyle& style);

/// The contract's JSON ("relia.alt/1"): as render_json() of a fit, with the lives of each model under `use`.
[[nodiscard]] std::string render_json(const AltReport& report, bool one_line);

/// Rows under csv_header(); quantities besides those of a fit: acceleration (name: the level), test, level.
[[nodiscard]] std::string render_csv(const AltReport& report);

/// Warnings of the call and of every model, and why numbers are missing.
[[nodiscard]] std::vector<std::string> all_warnings(const AltReport& report);

}  // namespace relia::io
