// From columns of a life table to the design of a regression on stress.
//
// Columns are centred by the mean and divided by a power of two near the standard deviation, which conditions the
// arithmetic and is undone exactly: a reported coefficient is the working one over `scale`.

#pragma once

#include <string>
#include <vector>

#include <relia/alt.hpp>

#include "core/distributions/distribution.hpp"
#include "core/sample/sample.hpp"
#include "core/stress_life/stress_life.hpp"

namespace relia {

/// A data column that the model uses.
struct StressVariable {
  const Column* column = nullptr;
  bool factor = false;
  bool temperature = false;
  TemperatureUnit unit = TemperatureUnit::kelvin;
  std::vector<std::string> levels;  ///< of a factor, in text order, reference first
};

/// One value a variable: the stress in its own unit, or the index of a factor's level.
using Setting = std::vector<double>;

/// One column of a design.
struct DesignColumn {
  struct Part {
    std::size_t variable;
    Relation relation;
  };
  std::string name;  ///< contract name of the coefficient
  std::vector<Part> parts;
  bool factor = false;
  double level = 0.0;  ///< index of the factor's level
  double center = 0.0, scale = 1.0;
};

/// Covariates of one setting, ready for a view: centred, scaled, with the leading one.
struct Covariates {
  std::vector<double> x, w;
  double offset = 0.0;
};

class AltDesign {
 public:
  /// @throws UsageError (columns, relations, units), BadData (values outside a relation's domain)
  AltDesign(const LifeTable& table, const AltOptions& options);

  [[nodiscard]] const std::vector<StressVariable>& variables() const noexcept { return variables_; }
  [[nodiscard]] const std::vector<DesignColumn>& columns() const noexcept { return columns_; }
  [[nodiscard]] const std::vector<DesignColumn>& shape_columns() const noexcept { return shape_columns_; }
  [[nodiscard]] bool separate_shapes() const noexcept { return separate_; }
  [[nodiscard]] double offset_center() const noexcept { return offset_center_; }
  /// Some term enters with a known offset.
  [[nodiscard]] bool has_offset() const noexcept { return has_offset_; }
  /// Distinct settings of rows with units, ascending.
  [[nodiscard]] const std::vector<Setting>& levels() const noexcept { return levels_; }
  /// Index into levels() of every row (rows without units: 0).
  [[nodiscard]] const std::vector<std::size_t>& level_of() const noexcept { return level_of_; }

  /// @param unit  what one unit of u is on the link's scale (1 on the log axis)
  [[nodiscard]] Design rows(double unit) const;
  [[nodiscard]] Covariates covariates(const Setting& setting, double unit) const;
  /// @throws UsageError naming `option`
  [[nodiscard]] Setting setting(const StressValues& values, const char* option) const;
  /// The stresses in a row of another table, which has columns of the same names.
  /// @throws UsageError (missing columns, other units), BadData (outside a relation's domain)
  [[nodiscard]] Setting setting_at(const LifeTable& table, std::size_t row, const char* option) const;
  [[nodiscard]] std::vector<StressSetting> named(const Setting& setting) const;
  [[nodiscard]] std::vector<StressTermInfo> terms() const;
  /// "temperature_c=80, voltage=5"
  [[nodiscard]] std::string text(const Setting& setting) const;
  /// What looks wrong with the units of temperature.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  std::size_t variable(const std::string& column, bool factor, bool temperature, const char* option);
  DesignColumn column_of(const StressTerm& term, const char* option);
  void add_terms(const AltOptions& options);
  void find_levels(const LifeTable& table);
  void check_domain(const LifeTable& table) const;
  [[nodiscard]] std::string problem(std::size_t variable, double found) const;
  void standardize(std::vector<DesignColumn>& columns);
  [[nodiscard]] double value(std::size_t variable, double v) const;
  [[nodiscard]] double raw(const DesignColumn& column, const Setting& s) const;
  [[nodiscard]] double raw_offset(const Setting& s) const;

  const LifeTable& table_;
  std::vector<StressVariable> variables_;
  std::vector<DesignColumn> columns_, shape_columns_;
  std::vector<Setting> levels_;
  std::vector<double> weight_;  ///< units a level
  std::vector<std::size_t> level_of_;
  std::vector<std::string> warnings_;
  bool separate_ = false, has_offset_ = false;
  double offset_center_ = 0.0;
};

}  // namespace relia
