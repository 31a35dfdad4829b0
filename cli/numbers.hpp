// Numbers in options: the whole text is one finite number in C notation, or it is refused. No locale, no
// trailing characters, no nan or inf.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace relia::cli {

/// @throws UsageError naming the text
[[nodiscard]] double parse_number(std::string_view text);

/// @throws UsageError when not a whole number within [least, most]
[[nodiscard]] std::uint64_t parse_whole(std::string_view text, std::uint64_t least, std::uint64_t most);

/// Numbers separated by commas, at least one, none empty. @throws UsageError
[[nodiscard]] std::vector<double> parse_numbers(std::string_view text);

/// Texts separated by commas, at least one, none empty, blanks around them dropped. @throws UsageError
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);

}  // namespace relia::cli
