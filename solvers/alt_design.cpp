#include "solvers/alt_design.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include <relia/error.hpp>

namespace relia {
namespace {

std::string number(double v) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), v);
  return {text.data(), end.ptr};
}

std::string known_relations() {
  std::string out;
  for (const RelationInfo& r : relations()) out.append(out.empty() ? "" : ", ").append(r.name);
  return out;
}

std::string column_names(const LifeTable& table) {
  std::string out;
  for (const Column& c : table.columns) out.append(out.empty() ? "" : ", ").append(c.name);
  return out.empty() ? "none besides the lives" : out;
}

/// Every temperature of a product that works is warmer than this; below it the number was likely in Celsius.
constexpr double kColdestKelvin = 200.0;

}  // namespace

AltDesign::AltDesign(const LifeTable& table, const AltOptions& options) : table_(table) {
  separate_ = options.shape == "separate";
  add_terms(options);
  check_domain(table);
  find_levels(table);
  standardize(columns_);
  standardize(shape_columns_);
  double sum = 0.0, weight = 0.0;
  for (std::size_t l = 0; l < levels_.size(); ++l) {
    sum += weight_[l] * raw_offset(levels_[l]);
    weight += weight_[l];
  }
  offset_center_ = has_offset_ && weight > 0.0 ? sum / weight : 0.0;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const StressVariable& x = variables_[v];
    if (!x.temperature || x.unit != TemperatureUnit::kelvin) continue;
    for (const Setting& s : levels_) {
      if (s[v] >= kColdestKelvin) continue;
      warnings_.push_back(x.column->name + " is read in kelvin and " + number(s[v]) + " K is " +
                          number(std::round(100.0 * (s[v] - 273.15)) / 100.0) +
                          " °C; if the column is in degrees Celsius, say --unit " + x.column->name + "=celsius.");
      break;
    }
  }
}

std::size_t AltDesign::variable(const std::string& column, bool factor, bool temperature, const char* option) {
  const Column* found = table_.find(column);
  if (found == nullptr) {
    throw UsageError(std::string(option) + " " + column + ": the data have no such column; they have " +
                     column_names(table_));
  }
  if (factor != (found->type == Column::Type::text)) {
    throw UsageError(
        std::string(option) + " " + column +
        (factor ? ": the column must be read as text" : ": the column holds text, not numbers; use --factor"));
  }
  const auto it = std::find_if(variables_.begin(), variables_.end(), [&](const auto& v) { return v.column == found; });
  const auto at = static_cast<std::size_t>(it - variables_.begin());
  if (it == variables_.end()) {
    StressVariable v;
    v.column = found;
    v.factor = factor;
    variables_.push_back(std::move(v));
  }
  StressVariable& v = variables_[at];
  if (temperature && !v.temperature) {
    v.temperature = true;
    // The reader knows what temp_c says; any other column that is a temperature here says it by its last word too.
    const std::size_t cut = found->name.rfind('_');
    const std::string last = cut == std::string::npos ? std::string() : found->name.substr(cut + 1);
    const auto unit = parse_temperature_unit(found->unit.empty() && last.size() == 1 ? last : found->unit);
    if (!unit) {
      throw UsageError(std::string(option) + " " + column + ": the unit of this temperature is not known" +
                       (found->unit.empty() ? "" : " ('" + found->unit + "')") + "; say --unit " + found->name +
                       "=celsius (or kelvin, fahrenheit), or let the column's name end in _c, _k or _f");
    }
    v.unit = *unit;
  }
  return at;
}

DesignColumn AltDesign::column_of(const StressTerm& term, const char* option) {
  DesignColumn out;
  for (const StressTerm::Part& part : term.parts) {
    const RelationInfo* relation = find_relation(part.relation);
    if (relation == nullptr) {
      throw UsageError(std::string(option) + " " + part.column + ":" + part.relation + ": unknown relation; it takes " +
                       known_relations());
    }
    out.parts.push_back({variable(part.column, false, relation->temperature, option), relation->relation});
  }
  return out;
}

void AltDesign::add_terms(const AltOptions& options) {
  std::size_t energies = 0;
  for (const StressTerm& t : options.stresses) {
    if (t.parts.size() == 1 && (t.parts[0].relation == "arrhenius" || t.parts[0].relation == "eyring")) ++energies;
  }
  for (const StressTerm& t : options.stresses) {
    DesignColumn c = column_of(t, "--stress");
    if (t.parts.size() > 1) {
      std::string names;
      for (const DesignColumn::Part& p : c.parts)
        names.append(names.empty() ? "" : "*").append(variables_[p.variable].column->name);
      c.name = "interaction[" + names + "]";
    } else {
      const RelationInfo& r = relation_info(c.parts[0].relation);
      c.name = r.coefficient;
      if (!r.temperature || energies > 1) c.name += "[" + variables_[c.parts[0].variable].column->name + "]";
      has_offset_ = has_offset_ || r.relation == Relation::eyring;
    }
    columns_.push_back(std::move(c));
  }
  for (const std::string& name : options.factors) {
    const std::size_t v = variable(name, true, false, "--factor");
    const Column& column = *variables_[v].column;
    std::set<std::string> seen;
    for (std::size_t i = 0; i < table_.rows(); ++i) {
      if (table_.count_at(i) == 0.0) continue;
      const std::string& level = column.levels[column.codes[i]];
      if (level.empty()) {
        throw BadData({{{table_.provenance.name, line_of(table_, i), column.name, "the factor has no value here"}}, 1});
      }
      seen.insert(level);
    }
    variables_[v].levels.assign(seen.begin(), seen.end());
    for (std::size_t l = 1; l < variables_[v].levels.size(); ++l) {
      DesignColumn c;
      c.parts.push_back({v, Relation::linear});
      c.factor = true;
      c.level = static_cast<double>(l);
      c.name = "factor[" + column.name + "=" + variables_[v].levels[l] + "]";
      columns_.push_back(std::move(c));
    }
  }
  for (const StressTerm& t : options.shape_stresses) {
    if (t.parts.size() > 1) throw UsageError("--shape-stress takes single stresses, no interaction");
    DesignColumn c = column_of(t, "--shape-stress");
    c.name = "log_sigma_coefficient[" + variables_[c.parts[0].variable].column->name + "]";
    shape_columns_.push_back(std::move(c));
  }
  for (const std::vector<DesignColumn>* list : {&columns_, &shape_columns_}) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if ((*list)[i].name == (*list)[j].name) {
          throw UsageError("--stress: " + (*list)[i].name +
                           " would stand for two coefficients; give each stress one relation");
        }
      }
    }
  }
}

std::string AltDesign::problem(std::size_t variable, double found) const {
  const StressVariable& v = variables_[variable];
  if (!std::isfinite(found)) return "the stress has no value here; every unit needs one";
  for (const std::vector<DesignColumn>* list : {&columns_, &shape_columns_}) {
    for (const DesignColumn& c : *list) {
      if (c.factor) continue;
      for (const DesignColumn::Part& p : c.parts) {
        if (p.variable != variable) continue;
        const RelationInfo& r = relation_info(p.relation);
        if (r.temperature && !(to_kelvin(found, v.unit) > 0.0))
          return number(found) + " " + to_string(v.unit) + " is not above absolute zero";
        if (!r.temperature && r.positive && !(found > 0.0))
          return "the " + std::string(r.name) + " relation takes stresses above zero, found " + number(found);
      }
    }
  }
  return {};
}

void AltDesign::check_domain(const LifeTable& table) const {
  DataErrors errors;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      if (variables_[v].factor) continue;
      std::string wrong = problem(v, variables_[v].column->numbers[i]);
      if (!wrong.empty())
        errors.add({table.provenance.name, line_of(table, i), variables_[v].column->name, std::move(wrong)});
    }
  }
  if (!errors.empty()) throw BadData(std::move(errors));
}

Setting AltDesign::setting_at(const LifeTable& table, std::size_t row, const char* option) const {
  Setting out;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    const StressVariable& x = variables_[v];
    const Column* column = table.find(x.column->name);
    if (x.factor) throw UsageError(std::string(option) + " does not combine with --factor");
    if (column == nullptr || column->type != Column::Type::number) {
      throw UsageError(std::string(option) + " " + table.provenance.name + ": the profile needs a column " +
                       x.column->name + " of numbers");
    }
    if (x.temperature && !column->unit.empty() && parse_temperature_unit(column->unit) != x.unit) {
      throw UsageError(std::string(option) + " " + table.provenance.name + ": " + column->name + " is in " +
                       column->unit + " there and in " + to_string(x.unit) + " in the data");
    }
    std::string wrong = problem(v, column->numbers[row]);
    if (!wrong.empty())
      throw BadData({{{table.provenance.name, line_of(table, row), column->name, std::move(wrong)}}, 1});
    out.push_back(column->numbers[row]);
  }
  return out;
}

void AltDesign::find_levels(const LifeTable& table) {
  std::map<Setting, std::size_t> seen;
  level_of_.assign(table.rows(), 0);
  Setting s(variables_.size()), last;
  std::size_t at = 0;
  std::vector<std::map<std::string, double>> index(variables_.size());
  std::vector<std::vector<double>> code(variables_.size());
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    if (!variables_[v].factor) continue;
    const auto& levels = variables_[v].levels;
    for (const std::string& name : variables_[v].column->levels) {
      const auto it = std::lower_bound(levels.begin(), levels.end(), name);
      code[v].push_back(static_cast<double>(it - levels.begin()));
    }
  }
  std::vector<double> weight;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    for (std::size_t v = 0; v < variables_.size(); ++v) {
      const Column& c = *variables_[v].column;
      s[v] = variables_[v].factor ? code[v][c.codes[i]] : c.numbers[i];
    }
    if (s != last || weight.empty()) {
      const auto [it, fresh] = seen.try_emplace(s, seen.size());
      at = it->second;
      if (fresh) weight.push_back(0.0);
      last = s;
    }
    weight[at] += table.count_at(i);
    level_of_[i] = at;
  }
  // Renumber in ascending order.
  std::vector<std::size_t> place(seen.size());
  weight_.clear();
  for (const auto& [setting, k] : seen) {
    place[k] = levels_.size();
    levels_.push_back(setting);
    weight_.push_back(weight[k]);
  }
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!place.empty()) level_of_[i] = place[level_of_[i]];
  }
}

double AltDesign::value(std::size_t variable, double v) const {
  return to_kelvin(v, variables_[variable].unit);
}

double AltDesign::raw(const DesignColumn& column, const Setting& s) const {
  if (column.factor) return s[column.parts[0].variable] == column.level ? 1.0 : 0.0;
  double out = 1.0;
  for (const DesignColumn::Part& p : column.parts) {
    const double found = s[p.variable];
    const double x = relation_info(p.relation).temperature ? value(p.variable, found) : found;
    out *= column.parts.size() > 1 ? plain_term(p.relation, x) : stress_term(p.relation, x);
  }
  return out;
}

double AltDesign::raw_offset(const Setting& s) const {
  double out = 0.0;
  for (const DesignColumn& c : columns_) {
    if (c.factor || c.parts.size() > 1) continue;
    if (c.parts[0].relation == Relation::eyring)
      out += stress_offset(Relation::eyring, value(c.parts[0].variable, s[c.parts[0].variable]));
  }
  return out;
}

void AltDesign::standardize(std::vector<DesignColumn>& columns) {
  for (DesignColumn& c : columns) {
    if (levels_.empty()) continue;
    const double reference = raw(c, levels_.front());
    double sum = 0.0, weight = 0.0;
    for (std::size_t l = 0; l < levels_.size(); ++l) {
      sum += weight_[l] * (raw(c, levels_[l]) - reference);
      weight += weight_[l];
    }
    c.center = reference + sum / weight;
    double square = 0.0;
    for (std::size_t l = 0; l < levels_.size(); ++l) {
      const double d = raw(c, levels_[l]) - c.center;
      square += weight_[l] * d * d;
    }
    const double deviation = std::sqrt(square / weight);
    // A column that does not vary is left alone; it is found when the rank is judged.
    if (levels_.size() == 1 || !(deviation > 1e-14 * std::fabs(c.center))) continue;
    c.scale = std::exp2(std::round(std::log2(deviation)));
  }
}

Covariates AltDesign::covariates(const Setting& s, double unit) const {
  Covariates out;
  out.x.push_back(1.0);
  for (const DesignColumn& c : columns_) out.x.push_back((raw(c, s) - c.center) / c.scale);
  if (has_offset_) out.offset = (raw_offset(s) - offset_center_) / unit;
  if (separate_) {
    out.w.assign(levels_.size(), 0.0);
    const auto it = std::lower_bound(levels_.begin(), levels_.end(), s);
    if (it != levels_.end() && *it == s) out.w[static_cast<std::size_t>(it - levels_.begin())] = 1.0;
  } else if (!shape_columns_.empty()) {
    out.w.push_back(1.0);
    for (const DesignColumn& c : shape_columns_) out.w.push_back((raw(c, s) - c.center) / c.scale);
  }
  return out;
}

Design AltDesign::rows(double unit) const {
  Design d;
  d.columns = 1 + columns_.size();
  d.shape_columns = separate_ ? levels_.size() : shape_columns_.empty() ? 0 : 1 + shape_columns_.size();
  std::vector<Covariates> at;
  at.reserve(levels_.size());
  for (const Setting& s : levels_) at.push_back(covariates(s, unit));
  d.x.reserve(table_.rows() * d.columns);
  if (has_offset_) d.offset.reserve(table_.rows());
  for (std::size_t i = 0; i < table_.rows(); ++i) {
    const Covariates& c = at[level_of_[i]];
    d.x.insert(d.x.end(), c.x.begin(), c.x.end());
    if (has_offset_) d.offset.push_back(c.offset);
    d.w.insert(d.w.end(), c.w.begin(), c.w.end());
  }
  return d;
}

Setting AltDesign::setting(const StressValues& values, const char* option) const {
  Setting out(variables_.size(), kAbsent);
  std::string names;
  for (const StressVariable& v : variables_) names.append(names.empty() ? "" : ", ").append(v.column->name);
  for (const auto& [name, text] : values) {
    const Column* column = table_.find(name);
    const auto it =
        std::find_if(variables_.begin(), variables_.end(), [&](const auto& v) { return v.column == column; });
    if (column == nullptr || it == variables_.end()) {
      throw UsageError(std::string(option) + " " + name + "=" + text + ": the model has no such stress; it has " +
                       names);
    }
    const auto v = static_cast<std::size_t>(it - variables_.begin());
    if (!std::isnan(out[v])) throw UsageError(std::string(option) + ": " + name + " is given twice");
    if (it->factor) {
      const auto level = std::find(it->levels.begin(), it->levels.end(), text);
      if (level == it->levels.end()) {
        std::string known;
        for (const std::string& l : it->levels) known.append(known.empty() ? "" : ", ").append(l);
        throw UsageError(std::string(option) + " " + name + "=" + text + ": no unit had that level; levels are " +
                         known);
      }
      out[v] = static_cast<double>(level - it->levels.begin());
      continue;
    }
    double value = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
      throw UsageError(std::string(option) + " " + name + "=" + text + ": takes a number in the unit of the column");
    }
    if (it->temperature && !(to_kelvin(value, it->unit) > 0.0)) {
      throw UsageError(std::string(option) + " " + name + "=" + text + ": not above absolute zero (in " +
                       to_string(it->unit) + ")");
    }
    out[v] = value;
  }
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    if (std::isnan(out[v])) {
      throw UsageError(std::string(option) + ": " + variables_[v].column->name + " is missing; it takes " + names +
                       ", as in " + variables_[v].column->name + "=VALUE");
    }
  }
  for (const std::vector<DesignColumn>* list : {&columns_, &shape_columns_}) {
    for (const DesignColumn& c : *list) {
      if (c.factor) continue;
      for (const DesignColumn::Part& p : c.parts) {
        const RelationInfo& r = relation_info(p.relation);
        if (r.positive && !r.temperature && !(out[p.variable] > 0.0)) {
          throw UsageError(std::string(option) + " " + variables_[p.variable].column->name + ": the " + r.name +
                           " relation takes stresses above zero");
        }
      }
    }
  }
  return out;
}

std::vector<StressSetting> AltDesign::named(const Setting& setting) const {
  std::vector<StressSetting> out;
  for (std::size_t v = 0; v < variables_.size(); ++v) {
    StressSetting s;
    s.column = variables_[v].column->name;
    if (variables_[v].factor) {
      s.level = variables_[v].levels[static_cast<std::size_t>(setting[v])];
    } else {
      s.value = setting[v];
    }
    out.push_back(std::move(s));
  }
  return out;
}

std::string AltDesign::text(const Setting& setting) const {
  std::string out;
  for (const StressSetting& s : named(setting)) {
    out.append(out.empty() ? "" : ", ")
        .append(s.column)
        .append("=")
        .append(s.level.empty() ? number(s.value) : s.level);
  }
  return out;
}

std::vector<StressTermInfo> AltDesign::terms() const {
  std::vector<StressTermInfo> out;
  for (const DesignColumn& c : columns_) {
    const StressVariable& v = variables_[c.parts[0].variable];
    if (c.factor && c.level > 1.0) continue;
    StressTermInfo t;
    t.column = v.column->name;
    t.unit = v.temperature ? to_string(v.unit) : v.column->unit;
    if (c.factor) {
      t.relation = "factor";
      t.levels = v.levels;
    } else if (c.parts.size() == 1) {
      t.relation = relation_info(c.parts[0].relation).name;
      for (const Setting& s : levels_) {
        t.lowest = std::fmin(t.lowest, s[c.parts[0].variable]);
        t.highest = std::fmax(t.highest, s[c.parts[0].variable]);
      }
    } else {
      t.column.clear();
      t.unit.clear();
      for (const DesignColumn::Part& p : c.parts) {
        t.column.append(t.column.empty() ? "" : "*").append(variables_[p.variable].column->name);
        t.relation.append(t.relation.empty() ? "" : "*").append(relation_info(p.relation).name);
      }
    }
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace relia
