#!/bin/sh
# Random small accelerated samples: every verdict against a decision made apart from the engine.
exec "${RELIA_BUILD:-build}/tests/alt/alt_maxima" --seed 1 --cases "${1:-200000}"
