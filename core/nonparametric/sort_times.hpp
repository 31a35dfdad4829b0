// Sorting ages: a radix sort on the bits of the double, so that ten million rows are a matter of memory
// bandwidth and not of comparisons.

#pragma once

#include <vector>

namespace relia {

/// Sorts ages in ascending order. No NaN; -0 counts as +0 and is returned as +0.
void sort_times(std::vector<double>& times);

/// Sorts (age, weight) pairs by age; equal ages keep their order. Both vectors have the same length.
void sort_times(std::vector<double>& times, std::vector<double>& weights);

}  // namespace relia
