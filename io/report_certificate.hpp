// The digits of a certified model, as the text report shows them.

#pragma once

#include <string>

#include <relia/fit_result.hpp>
#include <relia/io/report.hpp>

#include "io/report_table.hpp"

namespace relia::io {

/// Heading and remark of the section.
[[nodiscard]] std::string certificate_title(Language language);
[[nodiscard]] std::string certificate_remark(const ModelResult& model, Language language);
/// One row a number with digits; empty when nothing was certified.
[[nodiscard]] Table certificate_table(const ModelResult& model, Language language);

}  // namespace relia::io
