// Words and codes that say whether a unit had failed.

#pragma once

#include <cstdint>
#include <string_view>

namespace relia::io {

/// What a status cell says.
enum class Status : std::uint8_t { failed, right_censored, left_censored, one, zero, two, unknown };

/// What the code 1 means; the column's name or the user decides.
enum class CodeMeaning : std::uint8_t {
  undecided,    ///< 0/1 is refused
  one_failed,   ///< 1 failed, 0 censored
  zero_failed,  ///< 0 failed, 1 censored
  two_failed    ///< 2 failed, 1 censored
};

/// Reads a word (F, failed, 失效, S, censored, 截尾, L, …) or a code (0, 1, 2, TRUE, FALSE), blanks around it and case
/// without meaning.
[[nodiscard]] Status read_status(std::string_view cell);

/// The same with codes turned into failed or right_censored where `meaning` decides.
[[nodiscard]] Status decide(Status status, CodeMeaning meaning) noexcept;

/// What 1 means in a status column of that (normalised) name.
[[nodiscard]] CodeMeaning meaning_of_name(std::string_view key) noexcept;

}  // namespace relia::io
