// "Did you mean": the known word nearest to what was typed.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace relia::cli {

/// The candidate within a third of the word's length in edits (insert, delete, replace, swap neighbours), or
/// one that begins with it; empty when none is near.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace relia::cli
