#!/bin/sh
# Makes the stores that store_fuzz starts from: store_seeds.sh RELIA DIRECTORY
set -eu
relia=$1
out=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk 'BEGIN {
  print "lower,upper,count,stress,lot"
  split("A B C", lot, " ")
  for (i = 0; i < 40; ++i) {
    life = 10.5 + i * i
    print life "," (i % 4 == 0 ? "" : life) "," 1 + i % 3 "," 3.25 * (i % 5) "," lot[1 + i % 3]
  }
}' > "$work/known.csv"
mkdir -p "$out"
rm -f "$out"/*.h5
add() {
  store=$1
  shift
  "$relia" data import "$store" "$work/known.csv" --unit stress=V "$@" > "$work/log"
}
add "$work/one.h5" --name b --time-unit h --source seed
add "$work/two.h5" --name fans/a --compression 0
add "$work/two.h5" --name b
add "$work/grown.h5" --name b
add "$work/grown.h5" --name b --append
add "$work/holes.h5" --name fans/a
add "$work/holes.h5" --name b
add "$work/holes.h5" --name fans/c
"$relia" data remove "$work/holes.h5:fans/a" > "$work/log"
add "$work/results.h5" --name fans/a
add "$work/results.h5" --name b
for id in first 2; do
  (cd "$work" && "$relia" fit results.h5:b --dist exponential --save=$id > log)
done
cp "$work"/*.h5 "$out"/
