// How a stress enters the location of a life: one column of the design for one coefficient.
//
//   link = intercept + sum of coefficient * term(S) + sum of offsets,   link = ln(scale) or mu
//
//   arrhenius    activation_energy_ev * 1/(k_B T)            T in kelvin
//   eyring       activation_energy_ev * 1/(k_B T) - ln T     T in kelvin
//   power        exponent * (-ln S)                          life falls as S^-exponent
//   linear       coefficient * S
//   log          coefficient * ln S
//   reciprocal   coefficient * 1/S
//
// Source   Nelson (1990), Accelerated Testing, chapter 2; Meeker & Escobar (1998), chapter 18; k_B: CODATA 2018.

#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace relia {

inline constexpr double kBoltzmannEv = 8.617333262e-5;  ///< eV/K

enum class Relation { arrhenius, eyring, power, linear, log, reciprocal };

struct RelationInfo {
  Relation relation;
  const char* name;         ///< contract name
  const char* coefficient;  ///< contract name of its coefficient
  bool temperature;         ///< the stress is a temperature and enters in kelvin
  bool positive;            ///< the stress must be above zero
};

/// Every relation, in the order of the help.
[[nodiscard]] std::span<const RelationInfo> relations();
[[nodiscard]] const RelationInfo& relation_info(Relation relation);
/// nullptr for an unknown name.
[[nodiscard]] const RelationInfo* find_relation(std::string_view name);

/// The column of the design; S in kelvin for a temperature.
[[nodiscard]] double stress_term(Relation relation, double s);
/// What enters without a coefficient: -ln T of the eyring relation, otherwise 0.
[[nodiscard]] double stress_offset(Relation relation, double s);
/// The transformed stress of an interaction: 1/(k_B T), ln S, S or 1/S, all without sign or offset.
[[nodiscard]] double plain_term(Relation relation, double s);

enum class TemperatureUnit { kelvin, celsius, fahrenheit };
/// Takes K, kelvin, C, °C, celsius, degC, F, fahrenheit … in any case.
[[nodiscard]] std::optional<TemperatureUnit> parse_temperature_unit(std::string_view text);
[[nodiscard]] const char* to_string(TemperatureUnit unit) noexcept;
[[nodiscard]] double to_kelvin(double value, TemperatureUnit unit) noexcept;

}  // namespace relia
