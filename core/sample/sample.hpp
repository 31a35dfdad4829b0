// What the arithmetic wants: the life table on a distribution's axis, sorted by kind into columns.
//
// Each row's event is cut to its truncation window first; a truncated row is kept with its window as one conditional
// row, because the two taken apart would have to cancel. Rows with the same covariates form a cell, because a
// law's location is constant there; a sample without covariates is one cell.

#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <relia/life_table.hpp>
#include <relia/row_blocks.hpp>

#include "core/distributions/distribution.hpp"
#include "core/sample/block_sums.hpp"

namespace relia {

/// Rows of one kind and sign, as columns on the axis.
struct Segment {
  Kind kind = Kind::exact;
  double sign = 1.0;
  std::vector<double> a, b, width;   ///< b and width only for intervals
  std::vector<double> count;         ///< empty: all one
  std::vector<double> c, d, window;  ///< the window of conditional rows and its width, infinity when it is open
  std::size_t block = 0;             ///< superblock of the rows; 0 in samples with covariates

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

/// The segments of a sample that is larger than memory, made anew from its rows on every visit but for those that fit
/// into the memory there is.
class SegmentBlocks {
 public:
  struct Scratch {
    LifeTable table;
    std::vector<Segment> segments;
  };
  /// @param memory  bytes that may be spent on keeping segments
  SegmentBlocks(const RowBlocks& rows, const Axis& axis, std::size_t memory);
  [[nodiscard]] std::size_t blocks() const noexcept { return kept_.size(); }
  /// Segments of one superblock, valid while `scratch` is left alone. By several threads with a scratch each.
  [[nodiscard]] const std::vector<Segment>& load(std::size_t block, Scratch& scratch) const;
  /// The same, with what else is asked of rows that are put on the axis for the first time.
  struct Wanted;
  [[nodiscard]] const std::vector<Segment>& load(std::size_t block, Scratch& scratch, Wanted* wanted) const;
  [[nodiscard]] Pool<Scratch>& scratch() const noexcept { return scratch_; }

 private:
  const RowBlocks& rows_;
  Axis axis_;
  mutable std::atomic<std::size_t> memory_;         ///< left
  mutable std::vector<std::vector<Segment>> kept_;  ///< each written once, by the thread that first loads it
  mutable std::vector<std::atomic<char>> is_kept_;
  mutable Pool<Scratch> scratch_;
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

  /// Rows larger than memory: the one cell has no segments of its own, they come from here.
  std::shared_ptr<const SegmentBlocks> stream;
  std::size_t blocks = 1;                  ///< superblocks; 1 with covariates
  std::vector<std::size_t> first_segment;  ///< of each superblock in the one cell, and their number; empty: one block
  std::array<std::uint64_t, 5> stored{};   ///< rows by kind after merging; without covariates
  Workers workers;                         ///< who sums over superblocks

  /// Shares `visit(segments of a superblock, part)` among the workers, for samples without covariates.
  /// @returns `width` numbers a superblock
  [[nodiscard]] std::vector<double> parts(
      std::size_t width,
      const std::function<void(std::span<const Segment> segments, std::span<double> part)>& visit) const;
  /// Segments of superblock `block` of a sample without covariates.
  [[nodiscard]] std::span<const Segment> block_segments(std::size_t block, SegmentBlocks::Scratch& scratch) const;
  /// Rows of all segments.
  [[nodiscard]] std::size_t rows() const noexcept;
};

/// Moves a table onto an axis. `log`: u = ln(t/c), c the geometric mean of the finite ages; otherwise
/// u = (t - m)/s with the mean and a power of two near the standard deviation.
/// @throws BadData for an event outside its window
[[nodiscard]] Sample prepare(const LifeTable& table, bool log, const Design* design = nullptr, Workers workers = {});

/// The same without covariates. Rows that are not resident are streamed; `rows` must then outlive the sample.
/// @param memory  bytes that a streamed sample may keep of its rows
[[nodiscard]] Sample prepare(const RowBlocks& rows, bool log, Workers workers, std::size_t memory);

}  // namespace relia
