# usage: store_permissions.sh      in a directory with lab.h5 (data set a, one result) and lives.csv
#
# What somebody may not do with a store. Prints what is wrong, and "end".
cp "$(command -v relia)" ./relia
chmod 755 . relia
# Root may do anything, so the program runs as somebody else.
if [ "$(id -u)" = 0 ]; then
  as() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
else
  as() { "$@"; }
fi
: > out > err
as ./relia --version > out || { echo 'cannot run as somebody else'; exit 1; }
sum=$(sha256sum < lab.h5)

try() { # expected exit code, expected words, command
  code=$1 words=$2
  shift 2
  as "$@" > out 2> err
  found=$?
  [ $found = "$code" ] || { echo "exit $found, not $code: $*"; cat err; }
  grep -q "$words" err || [ -z "$words" ] || { echo "other words: $*"; cat err; }
  [ "$(id -u)" != 0 ] || [ "$(sha256sum < lab.h5)" = "$sum" ] || echo "changed: $*"
}

rm -f lab.h5.lock
chmod 444 lab.h5
chmod 555 .
try 0 '' ./relia data verify lab.h5
try 0 '' ./relia fit lab.h5:a --dist weibull
denied='lab.h5: cannot be opened for writing: Permission denied'
try 6 "$denied" ./relia data import lab.h5 lives.csv --name b
try 6 'the lock file cannot be made: Permission denied' ./relia data import other.h5 lives.csv --name b
try 6 'printed but not kept: .*Permission denied' ./relia fit lab.h5:a --dist weibull --save
chmod 777 .
try 6 "$denied" ./relia data import lab.h5 lives.csv --name b
try 6 "$denied" ./relia data import lab.h5 lives.csv --name a --replace
try 6 "$denied" ./relia data remove lab.h5:a
try 6 "$denied" ./relia data compact lab.h5
try 6 "$denied" ./relia fit lab.h5:a --dist weibull --save
try 0 '' ./relia data list lab.h5
rm -f lab.h5.lock
chmod 000 lab.h5
try 6 'lab.h5: cannot be opened: Permission denied' ./relia data list lab.h5
try 6 'lab.h5: cannot be opened: Permission denied' ./relia fit lab.h5:a
[ ! -e lab.h5.lock ] || echo 'a lock file is left by somebody who may not even read'
chmod 644 lab.h5
rm -f lab.h5.lock
(umask 077; : > lab.h5.lock)
[ "$(id -u)" = 0 ] || chmod 000 lab.h5.lock
try 6 'lab.h5.lock: the lock file cannot be opened: Permission denied' ./relia data list lab.h5
chmod 666 lab.h5
try 6 'the lock file cannot be made: Permission denied' ./relia data import lab.h5 lives.csv --name b
if [ "$(id -u)" = 0 ]; then
  # The lock file that a reader has made does not keep the owner out.
  rm -f lab.h5.lock
  chown 65533 lab.h5
  chmod 644 lab.h5
  try 0 '' ./relia data list lab.h5
  setpriv --reuid=65533 --regid=65533 --clear-groups ./relia data import lab.h5 lives.csv --name b > out || cat out
fi
chmod 755 .
echo end
