// How high log L comes where no search meets it: as a life gathers at one age, or spreads beyond all ages.

#pragma once

#include <random>

#include "tests/fuzz/fit_sampling.hpp"
#include "tests/fuzz/maxima_search.hpp"

namespace relia::fuzz {

/// What log L tends to as all of the life gathers at one age, with nothing held to stop it, whatever random starts come
/// to see: 0 when the age makes every row certain; +infinity when the exact failures share an age that no other row
/// excludes, since about that age their density grows without limit and the others' probabilities stay above some
/// constant; -infinity when there is no such age. Certain is a row whose event holds the age, and also one whose event
/// begins with its window when the age lies before it, or ends with it when the age lies beyond: of a life that gathers
/// elsewhere, what is known to fall into a window falls at the end of it that is nearer.
double gathered_height(const Case& c);

/// What log L comes to as the spread of a location-scale life grows beyond the data: random starts end there only now
/// and then, although under truncation it may be the supremum. In the target's unit; -inf for other laws.
double at_endless_spread(const Target& target);

/// The highest log L that one component alone comes to, in the target's unit; -inf: no maximum. Held parameters of a
/// component stay held.
double one_component(const Target& target, int starts, std::mt19937_64& random);

}  // namespace relia::fuzz
