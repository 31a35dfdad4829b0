// Golden tables: comma-separated cells under one header line, comment lines beginning with '#'.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace relia::tests {

class CsvRows {
 public:
  explicit CsvRows(const std::string& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("no file " + file);
    bool header = true;
    for (std::string line; std::getline(in, line);) {
      if (line.empty() || line[0] == '#') continue;
      std::vector<std::string> cells;
      std::istringstream text(line);
      for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
      if (line.back() == ',') cells.emplace_back();
      if (header) {
        for (std::size_t i = 0; i < cells.size(); ++i) column_[cells[i]] = i;
      } else {
        rows_.push_back(cells);
      }
      header = false;
    }
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] const std::string& text(std::size_t row, const std::string& name) const {
    return rows_.at(row).at(column_.at(name));
  }
  /// NaN for an empty cell.
  [[nodiscard]] double number(std::size_t row, const std::string& name) const {
    const std::string& cell = text(row, name);
    return cell.empty() ? std::numeric_limits<double>::quiet_NaN() : std::strtod(cell.c_str(), nullptr);
  }

 private:
  std::map<std::string, std::size_t> column_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace relia::tests
