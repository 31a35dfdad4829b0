#include <cstddef>

#include "cli/command.hpp"

namespace relia::cli {
namespace {

std::string quoted(const std::string& word) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string quoted_line(const std::vector<std::string>& words) {
  std::string out = "relia";
  for (const std::string& word : words) out += ' ' + quoted(word);
  return out;
}

std::vector<std::string> words_of_line(std::string_view line) {
  std::vector<std::string> out;
  bool inside = false, quote = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (!quote && c == ' ') {
      inside = false;
      continue;
    }
    if (!inside) out.emplace_back();
    inside = true;
    if (c == '\'') {
      quote = !quote;
    } else if (!quote && c == '\\' && i + 1 < line.size()) {
      out.back() += line[++i];
    } else {
      out.back() += c;
    }
  }
  return out;
}

}  // namespace relia::cli
