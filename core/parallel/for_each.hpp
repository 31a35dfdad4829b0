// Work on independent parts by several threads. The one place that decides on how many.

#pragma once

#include <cstddef>
#include <functional>

namespace relia {

/// Threads for a number that may be 0 (all cores); never more than there are cores.
[[nodiscard]] int thread_count(int threads);

/// Calls work(i) once for every i < count, on thread_count(threads) threads, in any order.
///
/// Threads   safe, also from within work; what work writes must not be shared between two i.
/// Errors    what work threw for the smallest i that failed, whatever the threads; later i may then be left out.
void for_each_part(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace relia
