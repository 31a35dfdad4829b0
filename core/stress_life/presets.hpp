// The named life-stress models of the field as lists of terms.

#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/stress_life/stress_life.hpp"

namespace relia {

struct PresetRole {
  const char* what;  ///< what the column holds, for messages
  Relation relation;
};

struct PresetInfo {
  const char* name;     ///< contract name
  const char* formula;  ///< life as a function of the stresses, in the order of the roles
  const char* help;     ///< one sentence
  std::vector<PresetRole> roles;
  bool any_number = false;             ///< the one role repeats for every column
  const char* distribution = nullptr;  ///< the only distribution it stands for
};

[[nodiscard]] std::span<const PresetInfo> presets();
/// nullptr for an unknown name.
[[nodiscard]] const PresetInfo* find_preset(std::string_view name);

}  // namespace relia
