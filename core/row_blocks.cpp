#include <algorithm>
#include <limits>

#include <relia/ranks.hpp>
#include <relia/row_blocks.hpp>

namespace relia {

std::vector<std::size_t> slices_of(std::size_t items, int ranks) {
  const auto n = static_cast<std::size_t>(std::max(1, ranks));
  std::vector<std::size_t> first(n + 1);
  // The first items % n slices are one longer.
  for (std::size_t r = 0; r <= n; ++r) first[r] = r * (items / n) + std::min(r, items % n);
  return first;
}

double RowView::exit_at(std::size_t i) const noexcept {
  return exit.empty() ? std::numeric_limits<double>::infinity() : exit[i];
}

RowView TableBlocks::block(std::size_t index, LifeTable&) const {
  const std::size_t from = index * kSuperblockRows, n = std::min(kSuperblockRows, table_.rows() - from);
  const auto part = [from, n](const auto& column) {
    using Span = std::span<const typename std::decay_t<decltype(column)>::value_type>;
    return column.empty() ? Span{} : Span(column).subspan(from, n);
  };
  return {part(table_.lower),
          part(table_.upper),
          part(table_.count),
          part(table_.entry),
          part(table_.exit),
          part(table_.line),
          from};
}

}  // namespace relia
