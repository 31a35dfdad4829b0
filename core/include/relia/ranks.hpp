// Processes that share one analysis. Every one of them takes the same steps; what they divide is the work between two
// sums, and each then adds all parts in the same order. Without a launcher there is one.

#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace relia {

class Ranks {
 public:
  virtual ~Ranks() = default;
  [[nodiscard]] virtual int rank() const noexcept = 0;
  [[nodiscard]] virtual int size() const noexcept = 0;

  /// Fills `values` on every rank: rank r has brought values[first[r]] to values[first[r + 1]].
  /// Shapes  first: size() + 1, rising from 0 to values.size(). Called by all ranks in the same order, from one thread.
  /// @throws MachineError when a rank is lost
  virtual void share(std::span<double> values, std::span<const std::size_t> first) const = 0;
  /// The texts of all ranks, by rank; the same calling rules.
  /// @param everywhere  false: on the first rank; the others get their own alone
  [[nodiscard]] virtual std::vector<std::string> gather(const std::string& text, bool everywhere) const = 0;
};

/// Ends of the slices in which `items` things are dealt out to the ranks: rank r owns [first[r], first[r + 1]).
[[nodiscard]] std::vector<std::size_t> slices_of(std::size_t items, int ranks);

}  // namespace relia
