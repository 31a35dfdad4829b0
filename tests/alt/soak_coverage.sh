#!/bin/sh
# The table of docs/coverage-alt.md.
exec "${RELIA_BUILD:-build}/tests/alt/alt_coverage" --seed 1 --replicates "${1:-2000}"
