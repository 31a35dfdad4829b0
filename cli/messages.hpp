// What goes to standard error: one line a message, beginning "relia: error:" or "relia: warning:".

#pragma once

#include <string_view>

#include <relia/error.hpp>

namespace relia::cli {

/// Control characters (line breaks and terminal escapes in file names or cells) are shown as \xNN, so that a
/// message stays one line and cannot steer the terminal.
void print_error(std::string_view message);
void print_warning(std::string_view message);

/// One line a problem with its place, then how many more there are.
void print_data_errors(const DataErrors& errors);

}  // namespace relia::cli
