// The certified problems that ship with the program, as tables.

#pragma once

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <relia/fit.hpp>
#include <relia/io/csv.hpp>

namespace relia::reference {

inline LifeTable dataset(const std::string& name, const std::vector<std::string>& text = {}) {
  io::CsvOptions options;
  options.text = text;
  auto table = io::read_csv(RELIA_SOURCE_DIR "/data/reference/datasets/" + name + ".csv", options);
  if (!table) throw std::runtime_error(table.error().first.front().message);
  return std::move(*table);
}

inline FitOptions one(const std::string& distribution, const std::string& bounds = "none") {
  FitOptions o;
  o.distributions = {distribution};
  o.selection = "one";
  o.bounds = bounds;
  o.quantiles = {0.1, 0.5};
  o.threads = 1;
  return o;
}

/// Rows (lower, upper): equal for an exact failure.
inline LifeTable table_of(const std::vector<std::pair<double, double>>& rows) {
  LifeTable t;
  for (const auto& [lower, upper] : rows) {
    t.lower.push_back(lower);
    t.upper.push_back(upper);
  }
  return t;
}

inline LifeTable failures_and_suspensions(const std::vector<double>& failures, const std::vector<double>& suspensions) {
  LifeTable t;
  for (const double x : failures) {
    t.lower.push_back(x);
    t.upper.push_back(x);
  }
  for (const double x : suspensions) {
    t.lower.push_back(x);
    t.upper.push_back(std::numeric_limits<double>::infinity());
  }
  return t;
}

inline const Quantity& parameter(const ModelResult& m, const std::string& name) {
  for (const NamedQuantity& p : m.parameters) {
    if (p.name == name) return p.value;
  }
  throw std::runtime_error("no parameter " + name);
}

}  // namespace relia::reference
