#include "cli/numbers.hpp"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

double parse_number(std::string_view text) {
  std::string_view digits = text;
  // from_chars takes no plus sign, people do; a second sign after it stays an error.
  if (digits.size() > 1 && digits.front() == '+' && digits[1] != '-' && digits[1] != '+') digits.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) {
    throw UsageError(fmt::format("'{}' is too large or too small for a double", text));
  }
  if (error != std::errc{} || end != digits.data() + digits.size() || !std::isfinite(value)) {
    throw UsageError(fmt::format("'{}' is not a number", text));
  }
  return value;
}

std::uint64_t parse_whole(std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most) {
    throw UsageError(fmt::format("'{}' is not a whole number from {} to {}", text, least, most));
  }
  return value;
}

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t start = 0;
  while (true) {
    const std::size_t comma = text.find(',', start);
    const std::string_view item =
        trimmed(text.substr(start, comma == std::string_view::npos ? std::string_view::npos : comma - start));
    if (item.empty())
      throw UsageError(fmt::format("'{}' has an empty item; items are separated by single commas", text));
    out.push_back(item);
    if (comma == std::string_view::npos) return out;
    start = comma + 1;
  }
}

std::vector<double> parse_numbers(std::string_view text) {
  std::vector<double> out;
  for (const std::string_view item : split_list(text)) out.push_back(parse_number(item));
  return out;
}

}  // namespace relia::cli
