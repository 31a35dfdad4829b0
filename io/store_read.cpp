#include "io/store_read.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <exception>
#include <functional>
#include <limits>
#include <optional>
#include <thread>
#include <utility>

#include <sys/uio.h>

#include <relia/io/hash.hpp>

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

// Fetches and decodes chunks; one a thread.
class ChunkReader {
 public:
  ChunkReader(const StoreFile& file, const std::string& place) : file_(&file), place_(&place) {}

  /// Fills `raw`, the whole chunk.
  void read(const StoredArray& a, std::uint64_t k, std::span<std::byte> raw, const std::string& what) {
    const ChunkPlace& c = a.chunks[k];
    if (stored_plainly(a, c) && c.size == raw.size() + 4 && file_->overlay().empty() && fetch_plain(c, raw)) {
      std::uint32_t check = 0;
      std::memcpy(&check, trailer_.data(), 4);
      if (fletcher32(raw) != check) throw damaged(*place_, "damaged: a chunk of " + what + " is not what was written");
      return;
    }
    if (chunk_.size() < c.size) chunk_.resize(c.size);
    const auto bytes = std::span(chunk_).first(c.size);
    file_->read(bytes, c.address);
    if (!decoder_.decode(bytes, c.mask, a.filters, a.element, raw)) {
      throw damaged(*place_, "damaged: a chunk of " + what + " is not what was written");
    }
  }

  std::vector<std::byte>& scratch(std::size_t n) {
    if (scratch_.size() < n) scratch_.resize(n);
    return scratch_;
  }

 private:
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
  std::vector<std::byte> chunk_, scratch_;
  std::array<std::byte, 4> trailer_{};
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

// Weights of rows by kind in lanes that a compiler can keep in vector registers. Whole numbers below 2^53, so that sums
// of doubles are exact.
struct Weights {
  static constexpr std::size_t kLanes = 4;
  using Lanes = std::array<double, kLanes>;
  Lanes n{}, failures{}, right{}, left{}, truncated{}, rows{}, faults{};

  template <bool kWindow>
  void take(std::size_t l, double lo, double up, double w, double entry, double exit) noexcept {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    const bool sound = lo <= up && std::fabs(lo) < kInf && w >= 0.0;
    faults[l] += sound ? 0.0 : 1.0;
    n[l] += w;
    rows[l] += w > 0.0 ? 1.0 : 0.0;
    failures[l] += lo == up ? w : 0.0;
    right[l] += up == kInf ? w : 0.0;
    left[l] += lo == 0.0 && up > 0.0 && up < kInf ? w : 0.0;
    if constexpr (kWindow) {
      faults[l] += std::isnan(entry) || std::isnan(exit) ? 1.0 : 0.0;
      truncated[l] += entry > 0.0 || exit < kInf ? w : 0.0;
    }
  }
};

double sum(const Weights::Lanes& lanes) {
  double total = 0.0;
  for (const double v : lanes) total += v;
  return total;
}

template <bool kCount, bool kWindow>
Weights weigh(const LifeTable& t, std::size_t first, std::size_t last) {
  Weights out;
  const auto row = [&](std::size_t i, std::size_t lane) {
    out.take<kWindow>(lane, t.lower[i], t.upper[i], kCount ? t.count[i] : 1.0, kWindow ? t.entry_at(i) : 0.0,
                      kWindow ? t.exit_at(i) : 0.0);
  };
  std::size_t i = first;
  for (; i + Weights::kLanes <= last; i += Weights::kLanes) {
    for (std::size_t l = 0; l < Weights::kLanes; ++l) row(i + l, l);
  }
  for (; i < last; ++i) row(i, 0);
  return out;
}

// Counts rows [first, last) by kind; false when one of them is no interval of a life.
bool tally(const LifeTable& t, std::size_t first, std::size_t last, LifeCounts& out) {
  const bool count = !t.count.empty(), window = !t.entry.empty() || !t.exit.empty();
  const Weights w = window ? (count ? weigh<true, true>(t, first, last) : weigh<false, true>(t, first, last))
                           : (count ? weigh<true, false>(t, first, last) : weigh<false, false>(t, first, last));
  const double n = sum(w.n);
  if (sum(w.faults) > 0.0 || !(n < 9007199254740992.0)) return false;
  const auto whole = [](double v) { return static_cast<std::uint64_t>(v); };
  out.n = whole(n);
  out.failures = whole(sum(w.failures));
  out.right_censored = whole(sum(w.right));
  out.left_censored = whole(sum(w.left));
  out.interval_censored = out.n - out.failures - out.right_censored - out.left_censored;
  out.truncated = whole(sum(w.truncated));
  out.rows = whole(sum(w.rows));
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

std::uint64_t DatasetReader::bytes() const noexcept {
  std::uint64_t n = 0;
  for (const ColumnRecord& c : record_.columns) n += c.data.rows * c.data.element;
  return n;
}

void DatasetReader::read(std::uint64_t first, std::uint64_t last, LifeTable& table) {
  const std::uint64_t begin = first * chunk_rows_;
  const std::size_t n = std::min(last * chunk_rows_, rows_) - begin;
  const std::size_t columns = record_.columns.size();
  // Where each column goes. Memory is first touched by the threads.
  struct Target {
    std::vector<double>* numbers = nullptr;
    std::vector<std::uint32_t>* codes = nullptr;
  };
  std::size_t others = 0;
  for (const ColumnRecord& c : record_.columns) others += kind_of(c.column.role) == 5 ? 1U : 0U;
  table.columns.resize(others);
  table.line.clear();
  bool has[5] = {};
  std::vector<Target> targets(columns);
  for (std::size_t c = 0, o = 0; c < columns; ++c) {
    const StoredColumn& column = record_.columns[c].column;
    const std::size_t kind = kind_of(column.role);
    if (kind < 5) {
      has[kind] = true;
      targets[c].numbers = target_of(table, kind);
      continue;
    }
    Column& t = table.columns[o++];
    t.name = column.name;
    t.unit = column.unit;
    if (column.type == "text") {
      t.type = Column::Type::text;
      if (t.levels != levels_[c]) t.levels = levels_[c];
      t.numbers.clear();
      targets[c].codes = &t.codes;
    } else {
      t.type = Column::Type::number;
      t.codes.clear();
      t.levels.clear();
      targets[c].numbers = &t.numbers;
    }
  }
  for (std::size_t k = 2; k < 5; ++k) {
    if (!has[k]) target_of(table, k)->clear();
  }
  in_parallel(threads_, columns, [&](std::size_t c, unsigned) {
    const auto resize = [n](auto* column) {
      if (column == nullptr) return;
      reserve_large(*column, n);
      column->resize(n);
    };
    resize(targets[c].numbers);
    resize(targets[c].codes);
  });

  const std::size_t per_column = last - first;
  std::vector<ChunkReader> readers;
  for (unsigned t = 0; t < threads_; ++t) readers.emplace_back(file_, place_);
  std::vector<std::uint64_t> sums(columns * per_column);
  std::vector<LifeCounts> parts(per_column);
  std::vector<std::atomic<std::size_t>> decoded(per_column);
  in_parallel(threads_, columns * per_column, [&](std::size_t task, unsigned t) {
    const std::size_t c = task % columns;
    const std::uint64_t k = first + task / columns;
    const ColumnRecord& column = record_.columns[c];
    const std::string what = "column '" + column.column.name + "'";
    const std::uint64_t row = k * chunk_rows_;
    const std::size_t at = row - begin, rows = std::min(chunk_rows_, rows_ - row);
    const std::size_t element = column.data.element;
    const bool whole = rows == chunk_rows_;
    std::byte* place = nullptr;
    if (targets[c].codes != nullptr) place = reinterpret_cast<std::byte*>(targets[c].codes->data() + at);
    if (targets[c].numbers != nullptr) place = reinterpret_cast<std::byte*>(targets[c].numbers->data() + at);
    const bool direct = whole && column.column.type != "int64";
    std::span<std::byte> raw = direct
                                   ? std::span(place, rows * element)
                                   : std::span(readers[t].scratch(chunk_rows_ * element)).first(chunk_rows_ * element);
    readers[t].read(column.data, k, raw, what);
    raw = raw.first(rows * element);
    sums[task] = column_checksum(raw, element, chunk_rows_, row);
    if (column.column.type == "int64") {
      double* out = targets[c].numbers->data() + at;
      for (std::size_t i = 0; i < rows; ++i) {
        std::int64_t v = 0;
        std::memcpy(&v, raw.data() + i * 8, 8);
        out[i] = static_cast<double>(v);
      }
    } else if (!direct) {
      std::memcpy(place, raw.data(), raw.size());
    }
    if (targets[c].codes != nullptr) {
      const std::uint32_t* codes = targets[c].codes->data() + at;
      const std::uint32_t top = rows == 0 ? 0 : *std::max_element(codes, codes + rows);
      if (top >= levels_[c].size()) throw damaged(place_, "damaged: " + what + " holds a code without a level");
    }
    // Whoever completes these rows looks at them while they are still in the cache.
    if (++decoded[k - first] == columns && !tally(table, at, at + rows, parts[k - first])) {
      throw damaged(place_, "damaged: a row is no interval with a whole count");
    }
  });
  for (std::size_t task = 0; task < sums.size(); ++task) checksums_[task % columns] += sums[task];
  for (const LifeCounts& p : parts) add(counts_, p);
}

void DatasetReader::finish() const {
  for (std::size_t c = 0; c < checksums_.size(); ++c) {
    if (checksums_[c] != record_.columns[c].data.checksum) {
      throw damaged(place_, "damaged: column '" + record_.columns[c].column.name + "' does not match its checksum");
    }
  }
  std::string description;
  for (std::size_t c = 0; c < checksums_.size(); ++c) {
    describe_for_hash(description, record_.columns[c].column, rows_, checksums_[c], levels_[c]);
  }
  if (sha256_hex(description) != record_.dataset.data_hash) {
    throw damaged(place_, "damaged: its columns do not match the hash of the data");
  }
  if (!same(counts_, record_.dataset.counts)) {
    throw damaged(place_, "damaged: the counts of failures and censorings are not those of the rows");
  }
}

}  // namespace relia::io
