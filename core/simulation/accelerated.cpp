// Lives at levels of stress: each level is a simulation of its own whose location the life-stress model gives.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <relia/error.hpp>
#include <relia/simulate.hpp>

#include "core/registry.hpp"
#include "core/stress_life/stress_life.hpp"

namespace relia {
namespace {

/// A stress with its relation, the unit of a temperature, and the name of its coefficient.
struct Effect {
  const SimulatedStress* stress = nullptr;
  const RelationInfo* relation = nullptr;
  TemperatureUnit unit = TemperatureUnit::kelvin;
  std::string coefficient;
};

double value_of(const std::vector<std::pair<std::string, double>>& list, const std::string& name, const char* missing) {
  const auto it = std::find_if(list.begin(), list.end(), [&name](const auto& item) { return item.first == name; });
  if (it == list.end()) throw UsageError(missing + name + " is missing");
  return it->second;
}

std::vector<Effect> terms_of(const AcceleratedTest& test) {
  std::vector<Effect> out;
  std::size_t temperatures = 0;
  for (const SimulatedStress& s : test.stresses) {
    Effect t;
    t.stress = &s;
    t.relation = find_relation(s.relation);
    if (t.relation == nullptr) {
      std::string known;
      for (const RelationInfo& r : relations()) known += (known.empty() ? "" : ", ") + std::string(r.name);
      throw UsageError("--stress " + s.column + ":" + s.relation + ": the relation is not one of " + known);
    }
    temperatures += t.relation->temperature ? 1 : 0;
    out.push_back(t);
  }
  for (Effect& t : out) {
    const std::string& column = t.stress->column;
    t.coefficient = t.relation->coefficient;
    if (!t.relation->temperature || temperatures > 1) t.coefficient += "[" + column + "]";
    if (!t.relation->temperature) continue;
    const std::string unit = t.stress->unit.empty() ? column.substr(column.rfind('_') + 1) : t.stress->unit;
    const auto parsed = parse_temperature_unit(unit);
    if (!parsed) {
      throw UsageError("--stress " + column + ": its unit is not known; name the column " + column +
                       "_c, _k or _f, or " + "give --unit " + column + "=celsius");
    }
    t.unit = *parsed;
  }
  return out;
}

void refuse_unknown(const AcceleratedTest& test, const std::vector<Effect>& terms) {
  for (const auto& [name, value] : test.coefficients) {
    const auto known = [&name = name](const Effect& t) { return t.coefficient == name; };
    if (name == "intercept" || std::any_of(terms.begin(), terms.end(), known)) continue;
    std::string all = "intercept";
    for (const Effect& t : terms) all += ", " + t.coefficient;
    throw UsageError("--coefficient " + name + ": the model has " + all);
  }
  for (const AcceleratedTest::Level& level : test.levels) {
    for (const auto& [column, value] : level.stress) {
      const auto known = [&column = column](const Effect& t) { return t.stress->column == column; };
      if (!std::any_of(terms.begin(), terms.end(), known)) throw UsageError("--level " + column + ": no such --stress");
    }
  }
}

/// ln(scale) or mu at a level.
double link(const AcceleratedTest& test, const std::vector<Effect>& terms, const AcceleratedTest::Level& level) {
  double out = value_of(test.coefficients, "intercept", "--coefficient ");
  for (const Effect& t : terms) {
    double s = value_of(level.stress, t.stress->column, "--level ");
    if (t.relation->temperature) s = to_kelvin(s, t.unit);
    if (t.relation->positive && !(s > 0.0)) {
      throw UsageError("--level " + t.stress->column + ": " + t.relation->name + " takes a stress above " +
                       (t.relation->temperature ? "0 K" : "0"));
    }
    out += value_of(test.coefficients, t.coefficient, "--coefficient ") * stress_term(t.relation->relation, s) +
           stress_offset(t.relation->relation, s);
  }
  return out;
}

}  // namespace

LifeTable simulate_accelerated(const LifeModel& model,
                               const AcceleratedTest& test,
                               const TestPlan& plan,
                               std::uint64_t seed,
                               std::uint64_t replicate) {
  const auto distribution = find_distribution(model.distribution);
  if (distribution != nullptr && (!distribution->concave() || model.limited_failure || model.mixture > 1)) {
    throw UsageError(
        "--stress moves the location of exponential, weibull, lognormal, loglogistic, frechet, normal, "
        "logistic and gumbel lives, without --limited-failure or --mixture");
  }
  if (test.levels.empty()) throw UsageError("--stress needs levels to test at: --level COL=VALUE:N");
  const std::vector<Effect> terms = terms_of(test);
  refuse_unknown(test, terms);
  const std::vector<std::string> names = parameter_names(model);
  const bool scale = std::find(names.begin(), names.end(), "scale") != names.end();
  LifeTable out;
  std::vector<Column> columns(terms.size());
  for (std::size_t j = 0; j < terms.size(); ++j) {
    columns[j].name = terms[j].stress->column;
    columns[j].unit = terms[j].stress->unit;
  }
  Column entered;
  for (std::size_t k = 0; k < test.levels.size(); ++k) {
    const AcceleratedTest::Level& level = test.levels[k];
    LifeModel here = model;
    const double location = link(test, terms, level);
    for (const auto& [name, value] : model.parameters) {
      if (name == (scale ? "scale" : "mu")) throw UsageError("--" + name + " follows from --stress and --coefficient");
    }
    here.parameters.emplace_back(scale ? "scale" : "mu", scale ? std::exp(location) : location);
    TestPlan own = plan;
    own.n = level.n;
    // The upper half of the replicate's number is the level: every level has random numbers of its own.
    const LifeTable part = Simulation(here, own, seed).draw(replicate + (static_cast<std::uint64_t>(k) << 32U));
    out.lower.insert(out.lower.end(), part.lower.begin(), part.lower.end());
    out.upper.insert(out.upper.end(), part.upper.begin(), part.upper.end());
    for (std::size_t j = 0; j < terms.size(); ++j) {
      columns[j].numbers.resize(out.rows(), value_of(level.stress, terms[j].stress->column, "--level "));
    }
    for (const Column& c : part.columns) {
      entered.name = c.name;
      entered.numbers.insert(entered.numbers.end(), c.numbers.begin(), c.numbers.end());
    }
  }
  out.columns = std::move(columns);
  if (!entered.name.empty()) out.columns.push_back(std::move(entered));
  return out;
}

}  // namespace relia
