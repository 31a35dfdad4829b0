#include "solvers/witness/regression.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include <relia/error.hpp>

namespace relia::witness {

namespace {

bool thermal(const std::string& relation) {
  return relation == "arrhenius" || relation == "eyring";
}

StressScale temperature_scale(const Column& column) {
  std::string word = column.unit;
  if (word.empty() && column.name.size() > 2 && column.name[column.name.size() - 2] == '_')
    word = column.name.substr(column.name.size() - 1);
  std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  for (const std::string prefix : {"°", "degrees ", "degree ", "deg ", "degrees", "degree", "deg"})
    if (word.starts_with(prefix)) {
      word.erase(0, prefix.size());
      break;
    }
  if (word == "k" || word == "kelvin") return StressScale::kelvin;
  if (word == "c" || word == "celsius" || word == "centigrade" || word == "℃") return StressScale::celsius;
  if (word == "f" || word == "fahrenheit" || word == "℉") return StressScale::fahrenheit;
  throw UsageError("the unit of the temperature " + column.name + " is not known");
}

const Column& column_named(const LifeTable& table, const std::string& name, Column::Type type) {
  const Column* column = table.find(name);
  if (column == nullptr || column->type != type) throw UsageError("no such column of stresses or levels: " + name);
  return *column;
}

std::size_t place_of(Regression& r, const Column& column) {
  const auto it = std::find(r.columns.begin(), r.columns.end(), &column);
  if (it != r.columns.end()) return static_cast<std::size_t>(it - r.columns.begin());
  r.columns.push_back(&column);
  return r.columns.size() - 1;
}

std::string coefficient_name(const StressTerm& term, bool several_energies) {
  if (term.parts.size() > 1) {
    std::string names;
    for (const auto& p : term.parts) names += (names.empty() ? "" : "*") + p.column;
    return "interaction[" + names + "]";
  }
  const auto& [column, relation] = term.parts.front();
  if (thermal(relation)) return "activation_energy_ev" + (several_energies ? "[" + column + "]" : std::string());
  return (relation == "power" ? "exponent[" : "coefficient[") + column + "]";
}

/// Every value inside the domain of every relation that takes it.
bool inside(const Regression& r, const std::vector<double>& values) {
  for (const auto& term : r.terms)
    for (const StressPart& part : term) {
      const double v = values[part.place];
      if (part.relation == "level" || (part.relation == "linear" && std::isfinite(v))) continue;
      if (!std::isfinite(v) || !((thermal(part.relation) ? kelvin(part, v) : v) > 0)) return false;
    }
  return true;
}

std::vector<double> values_at_use(const Regression& r, const StressValues& use) {
  std::vector<double> values;
  for (const Column* column : r.columns) {
    const auto it = std::find_if(use.begin(), use.end(), [&](const auto& v) { return v.first == column->name; });
    if (it == use.end()) throw UsageError("no value of " + column->name + " at use");
    if (column->type == Column::Type::text) {
      const auto level = std::find(column->levels.begin(), column->levels.end(), it->second);
      if (level == column->levels.end()) throw UsageError("no level '" + it->second + "' of " + column->name);
      values.push_back(static_cast<double>(level - column->levels.begin()));
      continue;
    }
    char* end = nullptr;
    values.push_back(std::strtod(it->second.c_str(), &end));
    if (end == it->second.c_str() || *end != '\0') throw UsageError("no number at use: " + it->second);
  }
  return values;
}

}  // namespace

Regression make_regression(const LifeTable& table, const Model& model) {
  Regression r;
  r.names.emplace_back("intercept");
  const auto energies = std::count_if(model.stresses.begin(), model.stresses.end(), [](const StressTerm& t) {
    return t.parts.size() == 1 && thermal(t.parts.front().relation);
  });
  static const std::set<std::string> known = {"arrhenius", "eyring", "power", "linear", "log", "reciprocal"};
  for (const StressTerm& term : model.stresses) {
    std::vector<StressPart> parts;
    for (const auto& p : term.parts) {
      if (!known.contains(p.relation)) throw UsageError("unknown relation '" + p.relation + "'");
      StressPart part;
      part.column = &column_named(table, p.column, Column::Type::number);
      part.relation = p.relation;
      part.place = place_of(r, *part.column);
      if (thermal(p.relation)) part.scale = temperature_scale(*part.column);
      parts.push_back(part);
    }
    if (parts.empty()) throw UsageError("a term without stresses");
    r.terms.push_back(parts);
    r.names.push_back(coefficient_name(term, energies > 1));
  }
  for (const std::string& name : model.factors) {
    const Column& column = column_named(table, name, Column::Type::text);
    std::map<std::string, std::size_t> levels;
    for (std::size_t i = 0; i < table.rows(); ++i)
      if (table.count_at(i) > 0) levels.emplace(column.levels[column.codes[i]], column.codes[i]);
    const std::size_t place = place_of(r, column);
    for (const auto& [level, code] : levels) {
      if (level == levels.begin()->first) continue;  // the others differ from the first
      StressPart part;
      part.column = &column;
      part.relation = "level";
      part.place = place;
      part.level = code;
      r.terms.push_back({part});
      r.names.push_back("factor[" + name + "=" + level + "]");
    }
  }
  std::map<std::vector<double>, std::size_t> seen;
  r.set_of.assign(table.rows(), 0);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!(table.count_at(i) > 0)) continue;
    std::vector<double> values;
    for (const Column* c : r.columns)
      values.push_back(c->type == Column::Type::text ? static_cast<double>(c->codes[i]) : c->numbers[i]);
    if (!inside(r, values)) throw UsageError("a stress is missing or outside the domain of its relation");
    const auto [it, fresh] = seen.try_emplace(values, r.sets.size());
    if (fresh) r.sets.push_back(values);
    r.set_of[i] = it->second;
  }
  if (!model.use.empty()) {
    r.use = values_at_use(r, model.use);
    if (!inside(r, r.use)) throw UsageError("a stress at use is outside the domain of its relation");
  }
  return r;
}

}  // namespace relia::witness
