// An error of one rank becomes the error of all, so that nobody waits for a rank that has given up, and what is told is
// what a single process would have met first.

#pragma once

#include <exception>

#include <relia/ranks.hpp>

namespace relia {

/// Called by all ranks where each has done its slice of the work: throws on all of them what the lowest rank with an
/// error brings, BadData with all it says; returns when there is none.
/// @param own  what this rank's slice threw; null: nothing
void throw_first_error(const Ranks& ranks, const std::exception_ptr& own);

}  // namespace relia
