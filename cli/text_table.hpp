// Text for people in columns, and text of files made safe to print.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace relia::cli {

/// `text` with control characters as \xNN, so that what comes from a file cannot steer the terminal; cut off, with
/// "...", after `longest` characters.
[[nodiscard]] std::string printable(const std::string& text, std::size_t longest = 60);

/// The same for a text of lines, whole.
[[nodiscard]] std::string printable_lines(const std::string& text);

using TextRows = std::vector<std::vector<std::string>>;

/// A table with aligned columns, indented by two. `right` marks columns of numbers.
[[nodiscard]] std::string aligned(const TextRows& rows, const std::vector<bool>& right);

}  // namespace relia::cli
