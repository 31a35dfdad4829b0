// Rows of a data set in superblocks: kSuperblockRows consecutive rows each, the last may be shorter.
//
// The size is a constant of the program. Sums over rows are made superblock by superblock and added in order, and equal
// rows are merged only inside one; so a data set read into memory, one that streams from disk and one dealt out to
// several processes give the same bits.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <relia/life_table.hpp>

namespace relia {

inline constexpr std::size_t kSuperblockRows = std::size_t{1} << 18;

/// Rows of a life table, a view. Empty count, entry, exit and line as in LifeTable.
struct RowView {
  std::span<const double> lower, upper, count, entry, exit;
  std::span<const std::uint32_t> line;
  std::uint64_t first = 0;  ///< number of the first row in the data set

  [[nodiscard]] std::size_t rows() const noexcept { return lower.size(); }
  [[nodiscard]] double count_at(std::size_t i) const noexcept { return count.empty() ? 1.0 : count[i]; }
  [[nodiscard]] double entry_at(std::size_t i) const noexcept { return entry.empty() ? 0.0 : entry[i]; }
  [[nodiscard]] double exit_at(std::size_t i) const noexcept;
  /// Physical line for messages; the row's number + 2 when the source had no lines.
  [[nodiscard]] std::uint64_t line_at(std::size_t i) const noexcept {
    return line.empty() ? first + i + 2 : std::uint64_t{line[i]};
  }
};

/// A data set that hands out its superblocks.
class RowBlocks {
 public:
  virtual ~RowBlocks() = default;
  [[nodiscard]] virtual std::uint64_t rows() const noexcept = 0;
  [[nodiscard]] virtual const Provenance& provenance() const noexcept = 0;
  /// The rows are in memory already, so that everything made from them may be too.
  [[nodiscard]] virtual bool resident() const noexcept { return false; }
  /// Superblock `index`, valid while `scratch` and this live. May be called by several threads with a scratch each.
  /// @throws BadData (damage), MachineError
  [[nodiscard]] virtual RowView block(std::size_t index, LifeTable& scratch) const = 0;

  [[nodiscard]] std::size_t blocks() const noexcept {
    return static_cast<std::size_t>((rows() + kSuperblockRows - 1) / kSuperblockRows);
  }
};

/// A table in memory as superblocks; it must outlive them.
class TableBlocks final : public RowBlocks {
 public:
  explicit TableBlocks(const LifeTable& table) : table_(table) {}
  [[nodiscard]] std::uint64_t rows() const noexcept override { return table_.rows(); }
  [[nodiscard]] const Provenance& provenance() const noexcept override { return table_.provenance; }
  [[nodiscard]] bool resident() const noexcept override { return true; }
  [[nodiscard]] RowView block(std::size_t index, LifeTable& scratch) const override;

 private:
  const LifeTable& table_;
};

}  // namespace relia
