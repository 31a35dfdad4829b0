// Room for large columns.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sys/mman.h>

namespace relia::io {

/// Reserves `rows` elements in large pages of memory: a third to a half of the time of filling a large column goes into
/// faults of small ones. Where the system does not take the advice nothing changes.
template <class T>
void reserve_large(std::vector<T>& column, std::size_t rows) {
  constexpr std::size_t kHugePage = std::size_t{1} << 21;
  if (column.capacity() >= rows) return;
  column.reserve(rows);
  const auto begin = (reinterpret_cast<std::uintptr_t>(column.data()) + kHugePage - 1) & ~(kHugePage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(column.data() + column.capacity()) & ~(kHugePage - 1);
  if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace relia::io
