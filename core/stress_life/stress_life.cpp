#include "core/stress_life/stress_life.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace relia {
namespace {

constexpr std::array<RelationInfo, 6> kRelations = {{
    {Relation::arrhenius, "arrhenius", "activation_energy_ev", true, true},
    {Relation::eyring, "eyring", "activation_energy_ev", true, true},
    {Relation::power, "power", "exponent", false, true},
    {Relation::linear, "linear", "coefficient", false, false},
    {Relation::log, "log", "coefficient", false, true},
    {Relation::reciprocal, "reciprocal", "coefficient", false, true},
}};

}  // namespace

std::span<const RelationInfo> relations() {
  return kRelations;
}

const RelationInfo& relation_info(Relation relation) {
  return *std::find_if(kRelations.begin(), kRelations.end(), [&](const auto& r) { return r.relation == relation; });
}

const RelationInfo* find_relation(std::string_view name) {
  const auto it = std::find_if(kRelations.begin(), kRelations.end(), [&](const auto& r) { return name == r.name; });
  return it == kRelations.end() ? nullptr : &*it;
}

double stress_term(Relation relation, double s) {
  return relation == Relation::power ? -std::log(s) : plain_term(relation, s);
}

double stress_offset(Relation relation, double s) {
  return relation == Relation::eyring ? -std::log(s) : 0.0;
}

double plain_term(Relation relation, double s) {
  switch (relation) {
    case Relation::arrhenius:
    case Relation::eyring: return 1.0 / (kBoltzmannEv * s);
    case Relation::power:
    case Relation::log: return std::log(s);
    case Relation::linear: return s;
    case Relation::reciprocal: return 1.0 / s;
  }
  return s;
}

std::optional<TemperatureUnit> parse_temperature_unit(std::string_view text) {
  std::string word;
  for (const char c : text) {
    if (c != ' ') word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const std::string_view prefix : {"°", "degrees", "degree", "deg"}) {
    if (word.starts_with(prefix)) word.erase(0, prefix.size());
  }
  if (word == "k" || word == "kelvin") return TemperatureUnit::kelvin;
  if (word == "c" || word == "celsius" || word == "centigrade" || word == "℃") return TemperatureUnit::celsius;
  if (word == "f" || word == "fahrenheit" || word == "℉") return TemperatureUnit::fahrenheit;
  return std::nullopt;
}

const char* to_string(TemperatureUnit unit) noexcept {
  switch (unit) {
    case TemperatureUnit::kelvin: return "kelvin";
    case TemperatureUnit::celsius: return "celsius";
    case TemperatureUnit::fahrenheit: return "fahrenheit";
  }
  return "";
}

double to_kelvin(double value, TemperatureUnit unit) noexcept {
  switch (unit) {
    case TemperatureUnit::kelvin: return value;
    case TemperatureUnit::celsius: return value + 273.15;
    case TemperatureUnit::fahrenheit: return (value - 32.0) / 1.8 + 273.15;
  }
  return value;
}

}  // namespace relia
