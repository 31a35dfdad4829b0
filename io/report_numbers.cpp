#include "io/report_numbers.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace relia::io {

std::string shortest(double value) {
  if (!std::isfinite(value)) return {};
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

std::string readable(double value, int digits) {
  if (std::isnan(value)) return {};
  if (std::isinf(value)) return value > 0.0 ? "inf" : "-inf";
  if (value == 0.0) return "0";
  const std::string scientific = fmt::format("{:.{}e}", value, digits - 1);
  const std::size_t e = scientific.find('e');
  const int exponent = std::stoi(scientific.substr(e + 1));  // after rounding: 9.9999999 counts as 10
  const auto without_zeros = [](std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  if (exponent < -4 || exponent >= 7) return without_zeros(scientific.substr(0, e)) + scientific.substr(e);
  const int decimals = digits - 1 - exponent;
  return without_zeros(fmt::format("{:.{}f}", value, decimals > 0 ? decimals : 0));
}

}  // namespace relia::io
