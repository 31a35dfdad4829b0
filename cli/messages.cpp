#include "cli/messages.hpp"

#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace relia::cli {
namespace {

std::string one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

void print_line(std::string_view kind, std::string_view message) {
  std::string line = fmt::format("relia: {}: {}\n", kind, one_line(message));
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (n <= 0) return;  // nobody left to tell
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

void print_error(std::string_view message) {
  print_line("error", message);
}

void print_warning(std::string_view message) {
  print_line("warning", message);
}

void print_data_errors(const DataErrors& errors) {
  for (const DataError& e : errors.first) {
    std::string place = e.file == "-" ? "standard input" : e.file;
    if (e.line > 0) place += fmt::format("{}line {}", place.empty() ? "" : ": ", e.line);
    if (!e.column.empty()) place += fmt::format("{}column '{}'", place.empty() ? "" : ", ", e.column);
    print_error(place.empty() ? e.message : fmt::format("{}: {}", place, e.message));
  }
  if (errors.total > errors.first.size()) {
    print_error(fmt::format("… and {} more", errors.total - errors.first.size()));
  }
}

}  // namespace relia::cli
