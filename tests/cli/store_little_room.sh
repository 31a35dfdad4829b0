# usage: store_little_room.sh files|disk      in a directory with lab.h5 (data set a, one result), lives.csv, many.csv
#
# Every change of a store with less and more room than it needs: in blocks of 512 bytes a file (files; the least is one
# for the message), or in pages of
# a file system of its own (disk; needs the right to mount). Prints what is wrong, and "refused and done" at its end.
case $1 in
  files)
    store=lab2.h5 new=new.h5 rooms='1 24 48 72 600'
    limited() { (ulimit -f "$1"; shift; "$@"); }
    ;;
  disk)
    mkdir -p disk && mount -t tmpfs -o size=4m tmpfs disk || exit 9
    store=disk/lab.h5 new=disk/new.h5 rooms='0 3 8 16 300'
    limited() {
      used=$(df -k --output=used disk | tail -1)
      mount -o "remount,size=$((used + 4 * $1))k" disk
      shift
      "$@"
      status=$?
      mount -o remount,size=4m disk
      return $status
    }
    ;;
esac

state() {
  relia data list $store --format csv | cut -d, -f1,2,6,7
  relia data show $store:a --results | cut -c1-8
}

cp lab.h5 $store
for i in 1 2 3 4 5 6; do relia data import $store lives.csv --name hole$i; done > log
for i in 1 2 3 5; do relia data remove $store:hole$i; done > log
relia data verify $store > log || echo 'the store is not sound'
cp $store full.h5
before=$(state)
refused=0
done=0
for room in $rooms; do
  for change in "data import $store many.csv --name b" "data import $store many.csv --name a --replace --compression 0" \
      "data import $store lives.csv --name hole6 --append" "data remove $store:a" "data compact $store" \
      "fit $store:hole4 --dist weibull --save" "data import $new many.csv --name b"; do
    rm -f $store $new
    cat full.h5 > $store
    limited "$room" relia $change > out 2> err
    code=$?
    case $code in
      0) done=$((done + 1)) ;;
      6)
        refused=$((refused + 1))
        [ "$(state)" = "$before" ] || echo "not the old state after: $change"
        [ -e $new ] && echo "a part of a store is left after: $change"
        grep -q '^relia: error: .*\(No space left on device\|File too large\)$' err || { echo "$change:"; cat err; }
        ;;
      *)
        echo "exit $code: $change"
        cat err
        ;;
    esac
    ls . disk 2> log | grep '\.new$'
    relia data verify $store > log || echo "the store is not sound after: $change"
  done
done
if [ "$1" = disk ]; then
  mount -o remount,ro disk
  relia data verify disk/lab.h5 > log || echo 'a read-only disk cannot be read'
  relia data import disk/lab.h5 lives.csv --name z > log 2>&1
  [ $? = 6 ] && grep -q 'Read-only file system' log || echo 'a read-only disk is not refused'
fi
[ $refused -gt 7 ] && [ $done -gt 7 ] && echo 'refused and done'
