#include "io/store_read.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <sys/uio.h>

#include <relia/io/hash.hpp>

#include "core/kernels/exp_lane.hpp"
#include "io/large_pages.hpp"
#include "io/store_codec.hpp"

namespace relia::io {

namespace {

// Runs task(i, thread) for i in [0, n); the first exception comes out.
void in_parallel(unsigned threads, std::size_t n, const std::function<void(std::size_t, unsigned)>& task) {
  threads = static_cast<unsigned>(std::min<std::size_t>(threads, n));
  if (threads <= 1) {
    for (std::size_t i = 0; i < n; ++i) task(i, 0);
    return;
  }
  std::atomic<std::size_t> next = 0;
  std::vector<std::exception_ptr> failed(threads);
  const auto work = [&](unsigned t) {
    try {
      for (std::size_t i; (i = next.fetch_add(1)) < n;) task(i, t);
    } catch (...) {
      failed[t] = std::current_exception();
      next = n;
    }
  };
  std::vector<std::thread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (std::thread& t : others) t.join();
  for (const std::exception_ptr& e : failed) {
    if (e) std::rethrow_exception(e);
  }
}

// What must hold of an array before a byte of it is fetched.
void check_array(const StoreFile& file, const StoredArray& a, const std::string& place, const std::string& what) {
  const auto fail = [&](const char* why) { throw damaged(place, "damaged: " + what + " " + why); };
  if (a.element == 0 || a.chunk_rows == 0 || a.element > kMaxChunk || a.chunk_rows > kMaxChunk ||
      a.element * a.chunk_rows > kMaxChunk || a.chunk_rows % std::min(a.chunk_rows, kChecksumRows) != 0) {
    fail("has chunks of an impossible shape");
  }
  const std::uint64_t chunks = a.rows / a.chunk_rows + (a.rows % a.chunk_rows != 0 ? 1 : 0);
  if (chunks != a.chunks.size()) fail("has not as many chunks as its rows need");
  const std::uint64_t raw = a.element * a.chunk_rows;
  for (const ChunkPlace& c : a.chunks) {
    if (c.size == 0 || c.size > raw + raw / 8 + 64 || c.address > file.eof() || c.size > file.eof() - c.address) {
      fail("has a chunk that cannot be");
    }
    // Deflate makes nothing more than 1032 times smaller.
    if (raw / 1040 > c.size) fail("has a chunk that is too small for what it should hold");
    if (c.mask >> a.filters.count() != 0) fail("has a chunk with an unknown filter mask");
  }
}

}  // namespace

// Fetches and decodes chunks; one a thread.
class ChunkReader {
 public:
  ChunkReader(const StoreFile& file, const std::string& place) : file_(&file), place_(&place) {}

  /// Makes the rows of a chunk ready to be taken.
  void open(const StoredArray& a, std::uint64_t k, const std::string& what) {
    const ChunkPlace& c = a.chunks[k];
    // Room for any chunk of the column but a few, so that it grows once.
    if (chunk_.size() < c.size) chunk_.resize(std::max<std::size_t>(c.size, a.chunk_rows * a.element));
    const auto bytes = std::span(chunk_).first(c.size);
    file_->read(bytes, c.address);
    if (!decoder_.open(bytes, c.mask, a.filters, a.element, a.chunk_rows * a.element)) fail(what);
  }
  [[nodiscard]] std::span<const std::byte> rows(std::size_t first, std::size_t n, std::byte* room) const noexcept {
    return decoder_.rows(first, n, room);
  }

  /// Fills `raw` with a whole chunk that no filter has changed, without a copy; false when there is none.
  bool read_plain(const StoredArray& a, std::uint64_t k, std::span<std::byte> raw, const std::string& what) {
    const ChunkPlace& c = a.chunks[k];
    if (!stored_plainly(a, c) || c.size != raw.size() + 4 || !file_->overlay().empty() || !fetch_plain(c, raw)) {
      return false;
    }
    std::uint32_t check = 0;
    std::memcpy(&check, trailer_.data(), 4);
    if (fletcher32(raw) != check) fail(what);
    return true;
  }

  /// Fills `raw`, the whole chunk.
  void read(const StoredArray& a, std::uint64_t k, std::span<std::byte> raw, const std::string& what) {
    if (read_plain(a, k, raw, what)) return;
    open(a, k, what);
    const auto bytes = decoder_.rows(0, a.chunk_rows, raw.data());
    if (bytes.data() != raw.data()) std::copy(bytes.begin(), bytes.end(), raw.begin());
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw damaged(*place_, "damaged: a chunk of " + what + " is not what was written");
  }

  static bool stored_plainly(const StoredArray& a, const ChunkPlace& c) noexcept {
    std::uint32_t bit = 1;
    bool plain = true;
    for (const bool present : {a.filters.shuffle, a.filters.deflate}) {
      if (!present) continue;
      plain = plain && (c.mask & bit) != 0;
      bit <<= 1;
    }
    return plain && a.filters.fletcher32 && (c.mask & bit) == 0;
  }

  // Straight into place, the four bytes of the checksum beside it.
  bool fetch_plain(const ChunkPlace& c, std::span<std::byte> raw) {
    const std::array<struct iovec, 2> parts = {{{raw.data(), raw.size()}, {trailer_.data(), 4}}};
    const ssize_t n = ::preadv(file_->fd(), parts.data(), 2, static_cast<off_t>(c.address));
    return n == static_cast<ssize_t>(c.size);
  }

  const StoreFile* file_;
  const std::string* place_;
  ChunkDecoder decoder_;
  std::vector<std::byte> chunk_;
  std::array<std::byte, 4> trailer_{};
};

namespace {

// A column of a table that grows to its length chunk by chunk, so that filling it with zeros stays in the cache and
// memory is first touched by the thread that uses it. Its place in memory does not change.
class Target {
 public:
  void attach(std::vector<double>& numbers, std::size_t rows) { numbers_ = attached(numbers, rows); }
  void attach(std::vector<std::uint32_t>& codes, std::size_t rows) { codes_ = attached(codes, rows); }
  /// Makes elements below `rows`; from any thread.
  void reach(std::size_t rows) {
    const std::lock_guard lock(growing_);
    if (numbers_ != nullptr && numbers_->size() < rows) numbers_->resize(rows);
    if (codes_ != nullptr && codes_->size() < rows) codes_->resize(rows);
  }
  /// The first element; null for a column of the other type.
  [[nodiscard]] double* numbers() const noexcept {
    return static_cast<double*>(numbers_ == nullptr ? nullptr : begin_);
  }
  [[nodiscard]] std::uint32_t* codes() const noexcept {
    return static_cast<std::uint32_t*>(codes_ == nullptr ? nullptr : begin_);
  }

 private:
  template <class T>
  std::vector<T>* attached(std::vector<T>& column, std::size_t rows) {
    if (column.size() > rows) column.resize(rows);
    reserve_large(column, rows);
    begin_ = column.data();
    return &column;
  }

  std::vector<double>* numbers_ = nullptr;
  std::vector<std::uint32_t>* codes_ = nullptr;
  void* begin_ = nullptr;
  std::mutex growing_;
};

std::size_t kind_of(const std::string& role) {
  static constexpr std::array<const char*, 5> kRoles = {"lower", "upper", "count", "entry", "exit"};
  for (std::size_t i = 0; i < kRoles.size(); ++i) {
    if (role == kRoles[i]) return i;
  }
  return 5;
}

std::vector<double>* target_of(LifeTable& t, std::size_t kind) {
  switch (kind) {
    case 0: return &t.lower;
    case 1: return &t.upper;
    case 2: return &t.count;
    case 3: return &t.entry;
    case 4: return &t.exit;
    default: return nullptr;
  }
}

// The first rows of the columns that say what a life was; null where a table has no such column.
struct LifeColumns {
  const double *lower = nullptr, *upper = nullptr, *count = nullptr, *entry = nullptr, *exit = nullptr;
};

// Whole numbers below 2^51 in size as doubles, several side by side: added to 1.5 * 2^52 they are its last digits.
// false when one is larger.
RELIA_CLONES bool small_numbers(const std::byte* bytes, std::size_t n, double* out) noexcept {
  constexpr std::uint64_t kBias = 0x4338000000000000;  // the bits of 1.5 * 2^52
  std::uint64_t beyond = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint64_t v = 0;
    std::memcpy(&v, bytes + i * 8, 8);
    beyond |= (v + (std::uint64_t{1} << 51)) >> 52;
    out[i] = std::bit_cast<double>(v + kBias) - 6755399441055744.0;
  }
  return beyond == 0;
}

constexpr std::size_t kLanes = 32;  // not so few that the compiler writes the loop out before it sees vectors in it

// Weights of rows by kind. Whole numbers below 2^53, so that sums of doubles are exact.
struct Weights {
  double n = 0.0, failures = 0.0, right = 0.0, left = 0.0, truncated = 0.0;
  std::uint64_t rows = 0;
  bool sound = true;

  void add(const Weights& more) noexcept {
    n += more.n;
    failures += more.failures;
    right += more.right;
    left += more.left;
    truncated += more.truncated;
    rows += more.rows;
    sound = sound && more.sound;
  }
};

// Of whole groups of rows, each with sums of its own place: the compiler makes vectors of them. (Its vector types
// would say the same, but GCC 12 compares the long ones number by number.)
template <bool kCount, bool kWindow>
[[gnu::always_inline]] inline Weights weigh_groups(const LifeColumns& t,
                                                   std::size_t first,
                                                   std::size_t groups) noexcept {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  using Lanes = std::array<double, kLanes>;
  Lanes n{}, failures{}, right{}, left{}, truncated{}, rows{}, unsound{};
  const double *lower = t.lower, *upper = t.upper, *count = t.count, *entry = t.entry, *exit = t.exit;
  Lanes from{}, to{};
  to.fill(kInf);
  for (std::size_t i = first, end = first + groups * kLanes; i < end; i += kLanes) {
    if constexpr (kWindow) {
      if (entry != nullptr) std::copy_n(entry + i, kLanes, from.begin());
      if (exit != nullptr) std::copy_n(exit + i, kLanes, to.begin());
    }
    for (std::size_t k = 0; k < kLanes; ++k) {
      const double lo = lower[i + k], up = upper[i + k], w = kCount ? count[i + k] : 1.0;
      // Without branches; a comparison with NaN is false.
      const bool sound = (lo <= up) & (lo < kInf) & (lo > -kInf) & (w >= 0.0);
      unsound[k] += sound ? 0.0 : 1.0;
      n[k] += w;
      rows[k] += w > 0.0 ? 1.0 : 0.0;
      failures[k] += lo == up ? w : 0.0;
      right[k] += up == kInf ? w : 0.0;
      left[k] += (lo == 0.0) & (up > 0.0) & (up < kInf) ? w : 0.0;
      if constexpr (kWindow) {
        const bool known = (from[k] == from[k]) & (to[k] == to[k]);
        unsound[k] += known ? 0.0 : 1.0;
        truncated[k] += (from[k] > 0.0) | (to[k] < kInf) ? w : 0.0;
      }
    }
  }
  Weights out;
  for (std::size_t k = 0; k < kLanes; ++k) {
    out.add(
        {n[k], failures[k], right[k], left[k], truncated[k], static_cast<std::uint64_t>(rows[k]), unsound[k] == 0.0});
  }
  return out;
}

// One for each instruction set and each choice of columns, so that neither is asked in the loop.
RELIA_CLONES Weights weigh_plain(const LifeColumns& t, std::size_t first, std::size_t groups) noexcept {
  return weigh_groups<false, false>(t, first, groups);
}
RELIA_CLONES Weights weigh_counted(const LifeColumns& t, std::size_t first, std::size_t groups) noexcept {
  return weigh_groups<true, false>(t, first, groups);
}
RELIA_CLONES Weights weigh_windows(const LifeColumns& t, std::size_t first, std::size_t groups) noexcept {
  return weigh_groups<false, true>(t, first, groups);
}
RELIA_CLONES Weights weigh_counted_windows(const LifeColumns& t, std::size_t first, std::size_t groups) noexcept {
  return weigh_groups<true, true>(t, first, groups);
}

Weights weigh(const LifeColumns& t, std::size_t first, std::size_t last) {
  const bool count = t.count != nullptr, window = t.entry != nullptr || t.exit != nullptr;
  const std::size_t groups = (last - first) / kLanes, rest = first + groups * kLanes;
  Weights out = window ? (count ? weigh_counted_windows : weigh_windows)(t, first, groups)
                       : (count ? weigh_counted : weigh_plain)(t, first, groups);
  if (rest == last) return out;
  // The last few beside failures of no units.
  using Group = std::array<double, kLanes>;
  const auto group = [rest, last](const double* column, double none) {
    Group g;
    g.fill(none);
    if (column != nullptr) std::copy(column + rest, column + last, g.begin());
    return g;
  };
  const Group lower = group(t.lower, 1.0), upper = group(t.upper, 1.0), entry = group(t.entry, 0.0),
              exit = group(t.exit, std::numeric_limits<double>::infinity());
  Group counts = group(t.count, 0.0);
  if (!count) std::fill_n(counts.begin(), last - rest, 1.0);
  out.add(weigh_counted_windows({lower.data(), upper.data(), counts.data(), entry.data(), exit.data()}, 0, 1));
  return out;
}

// Counts rows [first, last) by kind; false when one of them is no interval of a life.
bool tally(const LifeColumns& t, std::size_t first, std::size_t last, LifeCounts& out) {
  const Weights w = weigh(t, first, last);
  if (!w.sound || !(w.n < 9007199254740992.0)) return false;
  const auto whole = [](double v) { return static_cast<std::uint64_t>(v); };
  out.n = whole(w.n);
  out.failures = whole(w.failures);
  out.right_censored = whole(w.right);
  out.left_censored = whole(w.left);
  out.interval_censored = out.n - out.failures - out.right_censored - out.left_censored;
  out.truncated = whole(w.truncated);
  out.rows = w.rows;
  return true;
}

void add(LifeCounts& sum, const LifeCounts& more) {
  sum.n += more.n;
  sum.failures += more.failures;
  sum.right_censored += more.right_censored;
  sum.left_censored += more.left_censored;
  sum.interval_censored += more.interval_censored;
  sum.truncated += more.truncated;
  sum.rows += more.rows;
}

bool same(const LifeCounts& a, const LifeCounts& b) {
  return a.n == b.n && a.failures == b.failures && a.right_censored == b.right_censored &&
         a.left_censored == b.left_censored && a.interval_censored == b.interval_censored &&
         a.truncated == b.truncated && a.rows == b.rows;
}

}  // namespace

std::vector<std::byte> read_array(const StoreFile& file,
                                  const StoredArray& a,
                                  const std::string& place,
                                  const std::string& what) {
  check_array(file, a, place, what);
  const std::size_t chunk = a.chunk_rows * a.element;
  std::vector<std::byte> out(a.chunks.size() * chunk);
  ChunkReader reader(file, place);
  for (std::uint64_t k = 0; k < a.chunks.size(); ++k) {
    reader.read(a, k, std::span(out).subspan(k * chunk, chunk), what);
  }
  out.resize(a.rows * a.element);
  if (column_checksum(out, a.element, a.chunk_rows, 0) != a.checksum) {
    throw damaged(place, "damaged: " + what + " does not match its checksum");
  }
  return out;
}

std::vector<std::string> read_texts(const StoreFile& file,
                                    const StoredArray& a,
                                    const std::string& place,
                                    const std::string& what) {
  const std::vector<std::byte> bytes = read_array(file, a, place, what);
  std::vector<std::string> texts;
  texts.reserve(a.rows);
  const char* p = reinterpret_cast<const char*>(bytes.data());
  for (std::uint64_t i = 0; i < a.rows; ++i, p += a.element) {
    std::size_t n = a.element;
    while (n > 0 && p[n - 1] == '\0') --n;
    texts.emplace_back(p, n);
  }
  return texts;
}

DatasetReader::DatasetReader(const StoreFile& file, DatasetRecord record, std::string place, int threads)
    : file_(file),
      record_(std::move(record)),
      place_(std::move(place)),
      threads_(std::min(
          64U, threads > 0 ? static_cast<unsigned>(threads) : std::max(1U, std::thread::hardware_concurrency()))) {
  const auto fail = [&](const std::string& why) { throw damaged(place_, "damaged: " + why); };
  std::array<int, 5> seen{};
  if (record_.columns.empty()) fail("it has no columns");
  rows_ = record_.columns.front().data.rows;
  chunk_rows_ = record_.columns.front().data.chunk_rows;
  for (const ColumnRecord& c : record_.columns) {
    const std::string what = "column '" + c.column.name + "'";
    check_array(file_, c.data, place_, what);
    if (c.data.rows != rows_)
      fail(what + " has " + std::to_string(c.data.rows) + " rows, others have " + std::to_string(rows_));
    if (c.data.chunk_rows != chunk_rows_) fail(what + " has other chunks than the rest");
    const std::size_t kind = kind_of(c.column.role);
    if (kind < 5) ++seen[kind];
    if (kind == 5 && c.column.role != "other") fail(what + " has the unknown role '" + c.column.role + "'");
    const std::string& type = c.column.type;
    const bool fits = kind == 2 ? type == "int64" : (kind < 5 ? type == "float64" : true);
    if (!fits || (type == "text" ? 4U : 8U) != c.data.element) fail(what + " has the wrong type");
    levels_.emplace_back();
    if (type == "text") {
      levels_.back() = read_texts(file_, c.levels, place_, "the levels of " + what);
    }
  }
  if (seen[0] != 1 || seen[1] != 1 || *std::max_element(seen.begin(), seen.end()) > 1) {
    fail("the columns of the life itself are not there or there twice");
  }
  if (rows_ == 0) fail("it has no rows");
  chunks_ = (rows_ - 1) / chunk_rows_ + 1;
  checksums_.assign(record_.columns.size(), 0);
}

DatasetReader::~DatasetReader() = default;

std::uint64_t DatasetReader::bytes() const noexcept {
  std::uint64_t n = 0;
  for (const ColumnRecord& c : record_.columns) n += c.data.rows * c.data.element;
  return n;
}

// The checksum of `rows` rows of chunk k, which go to `numbers` or `codes` from element `at` on. In pieces, some blocks
// of the checksum each, so that a row is turned, summed, converted and looked at while it is in the first cache.
std::uint64_t DatasetReader::take_chunk(ChunkReader& reader,
                                        std::size_t c,
                                        std::uint64_t k,
                                        std::size_t rows,
                                        double* numbers,
                                        std::uint32_t* codes,
                                        std::size_t at) const {
  const ColumnRecord& column = record_.columns[c];
  const std::string what = "column '" + column.column.name + "'";
  constexpr std::size_t kBlocks = 4;
  const std::size_t element = column.data.element, block = std::min(kChecksumRows, chunk_rows_);
  const std::size_t piece = std::min<std::size_t>(kBlocks * block, chunk_rows_);
  const bool whole_numbers = column.column.type == "int64";
  std::byte* const place =
      codes != nullptr ? reinterpret_cast<std::byte*>(codes + at) : reinterpret_cast<std::byte*>(numbers + at);
  const bool in_place = !whole_numbers && rows == chunk_rows_ &&
                        reader.read_plain(column.data, k, std::span(place, rows * element), what);
  if (!in_place) reader.open(column.data, k, what);

  alignas(64) std::array<std::byte, kBlocks * kChecksumRows * 8> room;
  std::uint64_t sum = 0, number = k * chunk_rows_ / block;
  std::uint32_t top = 0;
  for (std::size_t i = 0; i < rows; i += piece, number += kBlocks) {
    const std::size_t n = std::min(piece, rows - i);
    std::byte* const out = place + i * element;
    const std::span<const std::byte> bytes =
        in_place ? std::span<const std::byte>(out, n * element) : reader.rows(i, n, whole_numbers ? room.data() : out);
    sum += sum_of_xxh64(bytes, block * element, number);
    if (whole_numbers) {
      if (!small_numbers(bytes.data(), n, numbers + at + i)) {
        for (std::size_t j = 0; j < n; ++j) {
          std::int64_t v = 0;
          std::memcpy(&v, bytes.data() + j * 8, 8);
          numbers[at + i + j] = static_cast<double>(v);
        }
      }
    } else if (bytes.data() != out) {
      std::memcpy(out, bytes.data(), bytes.size());
    }
    if (codes != nullptr) top = std::max(top, *std::max_element(codes + at + i, codes + at + i + n));
  }
  if (codes != nullptr && top >= levels_[c].size())
    throw damaged(place_, "damaged: " + what + " holds a code without a level");
  return sum;
}

void DatasetReader::read(std::uint64_t first, std::uint64_t last, LifeTable& table) {
  const std::uint64_t begin = first * chunk_rows_;
  const std::size_t n = std::min(last * chunk_rows_, rows_) - begin;
  const std::size_t columns = record_.columns.size();
  std::size_t others = 0;
  for (const ColumnRecord& c : record_.columns) others += kind_of(c.column.role) == 5 ? 1U : 0U;
  table.columns.resize(others);
  table.line.clear();
  std::array<const double*, 5> life{};
  std::vector<Target> targets(columns);
  for (std::size_t c = 0, o = 0; c < columns; ++c) {
    const StoredColumn& column = record_.columns[c].column;
    const std::size_t kind = kind_of(column.role);
    if (kind < 5) {
      targets[c].attach(*target_of(table, kind), n);
      life[kind] = targets[c].numbers();
      continue;
    }
    Column& t = table.columns[o++];
    t.name = column.name;
    t.unit = column.unit;
    if (column.type == "text") {
      t.type = Column::Type::text;
      if (t.levels != levels_[c]) t.levels = levels_[c];
      t.numbers.clear();
      targets[c].attach(t.codes, n);
    } else {
      t.type = Column::Type::number;
      t.codes.clear();
      t.levels.clear();
      targets[c].attach(t.numbers, n);
    }
  }
  for (std::size_t k = 2; k < 5; ++k) {
    if (life[k] == nullptr) target_of(table, k)->clear();
  }
  const LifeColumns lives{life[0], life[1], life[2], life[3], life[4]};

  const std::size_t per_column = last - first;
  while (readers_.size() < threads_) readers_.emplace_back(file_, place_);
  std::vector<std::uint64_t> sums(columns * per_column);
  std::vector<LifeCounts> parts(per_column);
  std::vector<std::atomic<std::size_t>> decoded(per_column);
  in_parallel(threads_, columns * per_column, [&](std::size_t task, unsigned t) {
    const std::size_t c = task % columns;
    const std::uint64_t k = first + task / columns;
    const std::uint64_t row = k * chunk_rows_;
    const std::size_t at = row - begin, rows = std::min(chunk_rows_, rows_ - row);
    targets[c].reach(at + rows);
    sums[task] = take_chunk(readers_[t], c, k, rows, targets[c].numbers(), targets[c].codes(), at);
    // Whoever completes these rows looks at them while they are still in the cache.
    if (++decoded[k - first] == columns && !tally(lives, at, at + rows, parts[k - first])) {
      throw damaged(place_, "damaged: a row is no interval with a whole count");
    }
  });
  for (std::size_t task = 0; task < sums.size(); ++task) checksums_[task % columns] += sums[task];
  for (const LifeCounts& p : parts) add(counts_, p);
}

void DatasetReader::Sums::add(const Sums& more) {
  checksums.resize(more.checksums.size());
  for (std::size_t c = 0; c < checksums.size(); ++c) checksums[c] += more.checksums[c];
  io::add(counts, more.counts);
}

void DatasetReader::restart() {
  checksums_.assign(checksums_.size(), 0);
  counts_ = {};
}

void DatasetReader::compare(const Sums& all) const {
  for (std::size_t c = 0; c < all.checksums.size(); ++c) {
    if (all.checksums[c] != record_.columns[c].data.checksum) {
      throw damaged(place_, "damaged: column '" + record_.columns[c].column.name + "' does not match its checksum");
    }
  }
  if (!same(all.counts, record_.dataset.counts)) {
    throw damaged(place_, "damaged: the counts of failures and censorings are not those of the rows");
  }
}

void DatasetReader::finish() const {
  compare(sums());
  std::string description;
  for (std::size_t c = 0; c < checksums_.size(); ++c) {
    describe_for_hash(description, record_.columns[c].column, rows_, checksums_[c], levels_[c]);
  }
  if (sha256_hex(description) != record_.dataset.data_hash) {
    throw damaged(place_, "damaged: its columns do not match the hash of the data");
  }
}

}  // namespace relia::io
