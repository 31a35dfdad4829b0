#!/usr/bin/env bash
# usage: soak_store.sh   (RELIA, RELIA_BUILD, SOAK_SEED, SOAK_KILLS as ./dev soak gives them)
#
# The store under kill -9: at 200 random moments of every operation, at 200 of its calls, and at every call of commit
# and replay; and 8 writers of 100 imports each into one store, all of which must be there in the end.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
build=${RELIA_BUILD:-$source/build/release}
relia=${RELIA:-$build/relia}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$build/tests/store/store_kill" "${SOAK_KILLS:-200}" "${SOAK_SEED:-1}" "$work"

writer() { # number
  local i
  for ((i = 1; i <= 100; ++i)); do
    "$relia" data import "$work/lab.h5" "$work/lives.csv" --name "writer-$1/import-$i" --lock-timeout 3600 >/dev/null
  done
}
cp "$source/data/reference/datasets/diesel_fan.csv" "$work/lives.csv"
pids=()
for w in 1 2 3 4 5 6 7 8; do
  writer "$w" &
  pids+=($!)
done
for pid in "${pids[@]}"; do wait "$pid"; done
"$relia" data verify "$work/lab.h5"
found=$("$relia" data list "$work/lab.h5" --format csv | grep -c '^writer-[1-8]/import-[0-9]*,70,12,')
echo "8 writers: $found of 800 imports are there"
[[ $found == 800 ]]
