// The table of life distributions: one row each, in report order. Adding a distribution is one file in
// core/distributions and one row in registry.cpp.

#pragma once

#include <memory>
#include <span>
#include <string>

#include "core/distributions/distribution.hpp"

namespace relia {

struct RegistryRow {
  std::shared_ptr<const Distribution> distribution;
  bool candidate;  ///< tried by --dist best
};

[[nodiscard]] std::span<const RegistryRow> registry();

/// The distribution of that contract name, or nullptr.
[[nodiscard]] std::shared_ptr<const Distribution> find_distribution(const std::string& name);

}  // namespace relia
