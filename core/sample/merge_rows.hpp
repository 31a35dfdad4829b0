// Equal rows as one row with their counts added: the same likelihood, fewer terms. Inspection data are mostly ties, and
// so are the survivors of a test that ended at one age.

#pragma once

#include <span>
#include <vector>

namespace relia {

struct Segment;

/// Rows that agree to the bit in every column become one, where the first of them stood.
/// Decided by the rows alone, and only where it pays: from 64 rows on, and when they come down to a quarter or less
/// (guessed from a sample of the rows, so a column that is all different costs next to nothing).
/// @param columns what makes rows equal; of one length
/// @param count   one a row, or empty: all one; sums of whole counts are exact up to 2^53
/// @return whether the columns have become shorter (`count` is then a count a row)
bool merge_equal_rows(std::span<std::vector<double>* const> columns, std::vector<double>& count);

/// The same for the columns of a segment.
bool merge_equal_rows(Segment& segment);

}  // namespace relia
