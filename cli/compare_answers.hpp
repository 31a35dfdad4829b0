// Two JSON answers of one analysis, number by number.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace relia::cli {

struct AnswerDifference {
  std::string path;        ///< JSON pointer; with --by the number of the object stands first
  std::string saved, now;  ///< JSON of both values; empty where there is none
};

struct AnswerComparison {
  static constexpr std::size_t kShown = 20;
  std::uint64_t numbers = 0;            ///< saved, and more in longer lists; nulls that stand for numbers included
  std::uint64_t differing = 0;          ///< of them
  double largest = 0.0;                 ///< relative difference of two finite numbers
  std::uint64_t texts_differing = 0;    ///< verdicts, warnings, names
  std::uint64_t added = 0;              ///< keys that only the new answer has: a later version says more
  std::vector<AnswerDifference> first;  ///< the first kShown of both kinds
};

/// Whether the brackets of a JSON text stand deeper than any answer's; such a text could exhaust the stack.
[[nodiscard]] bool nested_too_deeply(std::string_view json);

/// Compares bit for bit. Where the data lie (data.source) is not looked at.
/// @param saved  one JSON object, or one a line
/// @throws std::invalid_argument when `saved` is not JSON
[[nodiscard]] AnswerComparison compare_answers(const std::string& saved, const std::string& now);

}  // namespace relia::cli
