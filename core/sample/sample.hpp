// What the arithmetic wants: the life table on a distribution's axis, sorted by kind into columns.
//
// Each row's event is cut to its truncation window first; a truncated row is kept with its window as one conditional
// row, because the two taken apart would have to cancel. Rows with the same covariates form a cell, because a
// law's location is constant there; a sample without covariates is one cell.

#pragma once

#include <cstddef>
#include <vector>

#include <relia/life_table.hpp>

#include "core/distributions/distribution.hpp"

namespace relia {

/// Rows of one kind and sign, as columns on the axis.
struct Segment {
  Kind kind = Kind::exact;
  double sign = 1.0;
  std::vector<double> a, b, width;  ///< b and width only for intervals
  std::vector<double> count;        ///< empty: all one
  std::vector<double> c, d;         ///< the window of conditional rows

  [[nodiscard]] Rows rows(std::size_t from, std::size_t to) const noexcept;
};

/// One row of any segment as the event it records; conditional rows without their window. Left-censored: a is the
/// upper end.
struct Event {
  Kind kind = Kind::exact;
  double a = 0.0, b = 0.0, width = 0.0, count = 1.0;
};
[[nodiscard]] Event event_of(const Segment& segment, std::size_t row) noexcept;

struct Cell {
  std::vector<double> x;  ///< covariates of the location, one a column of the design; empty without design
  double offset = 0.0;    ///< known part of the location (Eyring's -ln T)
  std::vector<double> w;  ///< covariates of the log-scale; empty: common shape
  std::vector<Segment> segments;
};

/// Covariates a row: row-major, `columns` wide.
struct Design {
  std::size_t columns = 0;
  std::vector<double> x;
  std::vector<double> offset;  ///< empty: all zero
  std::size_t shape_columns = 0;
  std::vector<double> w;
};

struct Sample {
  Axis axis;
  std::vector<Cell> cells;
  double n = 0.0;       ///< sum of counts, every row
  double exact = 0.0;   ///< sum of counts of exact failures
  double failed = 0.0;  ///< exact, left- and interval-censored
  bool truncated = false;
  bool crowded = false;       ///< the axis' origin lies among ages that agree to a few parts in a million
  double log_jacobian = 0.0;  ///< sum over exact failures of count * log(du/dt)
  PlotSummary plot;           ///< of all rows; left and interval events at a point inside
};

/// Moves a table onto an axis. `log`: u = ln(t/c), c the geometric mean of the finite ages; otherwise
/// u = (t - m)/s with the mean and a power of two near the standard deviation.
/// @throws BadData for an event outside its window
[[nodiscard]] Sample prepare(const LifeTable& table, bool log, const Design* design = nullptr);

}  // namespace relia
