// Reads the golden tables beside this file: comma separated, a comment with the generating command, a header.

#pragma once

#include <cstdlib>
#include <fstream>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace relia::golden {

using Record = std::vector<std::string>;

inline std::vector<Record> read(const std::string& name) {
  const std::string path = std::string(RELIA_SOURCE_DIR "/tests/golden/") + name;
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::vector<Record> out;
  bool header = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    if (header) {
      header = false;
      continue;
    }
    Record record;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) record.push_back(cell);
    out.push_back(std::move(record));
  }
  return out;
}

/// Correctly rounded; "-inf" and numbers below the smallest double are understood.
inline double number(const std::string& text) {
  return std::strtod(text.c_str(), nullptr);
}

inline constexpr double kEps = std::numeric_limits<double>::epsilon();

}  // namespace relia::golden
