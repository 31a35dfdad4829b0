// The published worked examples: what books, standards and other programs print, put to the commands themselves.
//
// data/published/examples.json has data, figures and tolerances; questions.json beside it says for each figure which
// command line asks for it and where in the JSON of the answer it stands:
//
//   EXAMPLE: {command, options, stresses: {COLUMN: key in the data}, figures: {NAME: QUESTION}}, or {skip: why}
//   QUESTION: {at: "models/0/parameters[name=shape]/lower", options, cell: {key: value}, function, factor, over} or
//   {skip}
//
// `function` (log, exp, inverse, minus, complement) and `factor` turn our number into the printed one; `over` is the
// question whose answer divides this one's; `cell` takes one cell of the data alone.

#pragma once

#include "cli/validation/problems.hpp"

namespace relia::cli {

/// Adds the figures, each with its source, to `out`.
/// @throws MachineError when a file cannot be read, BadData when one is not what is said above
void hold_published(const ValidationOptions& options, Validation& out);

}  // namespace relia::cli
