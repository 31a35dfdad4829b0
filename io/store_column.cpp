#include "io/store_column.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <exception>
#include <limits>
#include <thread>

namespace relia::io {

namespace {

constexpr std::uint64_t kMaxLevelBytes = std::uint64_t{1} << 32;

Handle text_type(std::size_t size) {
  Handle type(H5Tcopy(H5T_C_S1), "no text type");
  checked(H5Tset_size(type, std::max<std::size_t>(size, 1)), "no text of that length");
  checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "no padding");
  checked(H5Tset_cset(type, H5T_CSET_UTF8), "no UTF-8");
  return type;
}

bool is_integer(double v) noexcept {
  // -0.0 would lose its sign.
  return std::fabs(v) <= 9007199254740992.0 && v == std::trunc(v) && !(v == 0.0 && std::signbit(v));
}

template <class T>
std::span<const std::byte> bytes_of(std::span<const T> values) {
  return std::as_bytes(values);
}

Handle create_dataset(hid_t group, const std::string& place, hid_t type, std::uint64_t chunk_rows, int level) {
  const Handle create(H5Pcreate(H5P_DATASET_CREATE), "no column properties");
  const hsize_t chunk = chunk_rows, none = 0, unlimited = H5S_UNLIMITED;
  checked(H5Pset_chunk(create, 1, &chunk), "no chunks");
  // Every chunk is written whole, by ourselves.
  checked(H5Pset_fill_time(create, H5D_FILL_TIME_NEVER), "no fill time");
  checked(H5Pset_obj_track_times(create, false), "no times");
  if (level > 0) {
    if (H5Tget_class(type) != H5T_STRING) checked(H5Pset_shuffle(create), "no shuffle");
    checked(H5Pset_deflate(create, static_cast<unsigned>(std::min(level, 9))), "no deflate");
  }
  checked(H5Pset_fletcher32(create), "no checksum");
  const Handle space(H5Screate_simple(1, &none, &unlimited), "no shape");
  return Handle(H5Dcreate2(group, place.c_str(), type, space, H5P_DEFAULT, create, H5P_DEFAULT),
                "a column cannot be made");
}

}  // namespace

void set_text(hid_t object, const char* name, const std::string& value) {
  if (H5Aexists(object, name) > 0) checked(H5Adelete(object, name), name);
  const Handle type = text_type(value.size());
  const Handle space(H5Screate(H5S_SCALAR), name);
  const Handle attribute(H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT), name);
  checked(H5Awrite(attribute, type, value.empty() ? "" : value.data()), name);
}

void set_integer(hid_t object, const char* name, std::int64_t value) {
  Handle attribute;
  if (H5Aexists(object, name) > 0) {
    attribute = Handle(H5Aopen(object, name, H5P_DEFAULT), name);
  } else {
    const Handle space(H5Screate(H5S_SCALAR), name);
    attribute = Handle(H5Acreate2(object, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT), name);
  }
  checked(H5Awrite(attribute, H5T_NATIVE_INT64, &value), name);
}

std::uint64_t chunk_rows_for(std::uint64_t rows, std::size_t columns) {
  // 2^16 rows are a quarter of a superblock. Small tables get small chunks, which are padded to full length and
  // decoded whole; wide tables too, so that a block of all columns stays near 64 MiB.
  std::uint64_t most = 65536;
  while (most > kChecksumRows && most * columns > 4 * 1024 * 1024) most /= 2;
  return std::clamp<std::uint64_t>(std::bit_ceil(rows), kChecksumRows, most);
}

ArrayWriter::ArrayWriter(hid_t group, const std::string& place, hid_t type, std::uint64_t chunk_rows, int level)
    : dataset_(create_dataset(group, place, type, chunk_rows, level)),
      element_(H5Tget_size(type)),
      chunk_rows_(chunk_rows),
      filters_{level > 0 && H5Tget_class(type) != H5T_STRING, level > 0, true},
      level_(level) {}

ArrayWriter::ArrayWriter(
    hid_t group, const std::string& place, const StoredArray& array, int level, const std::string& path)
    : dataset_(H5Dopen2(group, place.c_str(), H5P_DEFAULT), "a column cannot be opened"),
      element_(array.element),
      chunk_rows_(array.chunk_rows),
      filters_(array.filters),
      level_(level),
      first_waiting_(array.rows / array.chunk_rows * array.chunk_rows),
      extent_(array.rows),
      checksum_(array.checksum) {
  if (chunk_rows_ % kChecksumRows != 0) throw damaged(path, "damaged: a column has chunks of an unknown length");
  if (array.rows > first_waiting_) {
    read_chunk(first_waiting_ / chunk_rows_, waiting_, path);
    waiting_.resize((array.rows - first_waiting_) * element_);
    checksum_ -= column_checksum(waiting_, element_, chunk_rows_, first_waiting_);
  }
}

void ArrayWriter::append(std::span<const std::byte> rows) {
  waiting_.insert(waiting_.end(), rows.begin(), rows.end());
}

void ArrayWriter::collect(bool last, std::vector<Task>& tasks) {
  const std::size_t full = chunk_rows_ * element_;
  std::size_t at = 0;
  std::uint64_t chunk = first_waiting_ / chunk_rows_;
  for (; at + full <= waiting_.size(); at += full, ++chunk) tasks.push_back({this, chunk, at, full, {}, 0, 0});
  if (last && at < waiting_.size()) tasks.push_back({this, chunk, at, waiting_.size() - at, {}, 0, 0});
}

void ArrayWriter::encode(Task& task, ChunkEncoder& encoder) const {
  const std::span<const std::byte> rows = std::span(waiting_).subspan(task.offset, task.bytes);
  task.checksum = column_checksum(rows, element_, chunk_rows_, task.chunk * chunk_rows_);
  const std::size_t full = chunk_rows_ * element_;
  if (rows.size() == full) {
    task.mask = encoder.encode(rows, element_, task.out);
  } else {
    std::vector<std::byte> padded(full);
    std::copy(rows.begin(), rows.end(), padded.begin());
    task.mask = encoder.encode(padded, element_, task.out);
  }
}

void ArrayWriter::extend(std::uint64_t rows) {
  if (rows <= extent_) return;
  const hsize_t n = rows;
  checked(H5Dset_extent(dataset_, &n), "a column cannot grow");
  extent_ = rows;
}

void ArrayWriter::write(const Task& task) {
  extend(task.chunk * chunk_rows_ + task.bytes / element_);
  const hsize_t offset = task.chunk * chunk_rows_;
  checked(H5Dwrite_chunk(dataset_, H5P_DEFAULT, task.mask, &offset, task.out.size(), task.out.data()),
          "a chunk cannot be written");
  checksum_ += task.checksum;
}

void ArrayWriter::forget_written() {
  const std::size_t full = chunk_rows_ * element_;
  const std::size_t done = waiting_.size() / full;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done * full));
  first_waiting_ += done * chunk_rows_;
}

void ArrayWriter::finish() {
  set_integer(dataset_, "checksum", static_cast<std::int64_t>(checksum_));
}

void ArrayWriter::read_chunk(std::uint64_t chunk, std::vector<std::byte>& raw, const std::string& path) const {
  const hsize_t offset = chunk * chunk_rows_;
  hsize_t size = 0;
  checked(H5Dget_chunk_storage_size(dataset_, &offset, &size), "a chunk cannot be found");
  std::vector<std::byte> stored(size);
  std::uint32_t mask = 0;
  if (size > 0) checked(H5Dread_chunk(dataset_, H5P_DEFAULT, &offset, &mask, stored.data()), "a chunk cannot be read");
  raw.resize(chunk_rows_ * element_);
  ChunkDecoder decoder;
  if (!decoder.decode(stored, mask, filters_, element_, raw)) throw damaged(path, "damaged: a chunk cannot be decoded");
}

ChunkPump::ChunkPump(int threads, int level) {
  unsigned n = threads > 0 ? static_cast<unsigned>(threads) : std::max(1U, std::thread::hardware_concurrency());
  n = std::min(n, 64U);
  for (unsigned i = 0; i < n; ++i) {
    plain_.emplace_back(ChunkFilters{false, level > 0, true}, level);
    shuffled_.emplace_back(ChunkFilters{level > 0, level > 0, true}, level);
  }
}

void ChunkPump::run(std::span<ArrayWriter* const> arrays, bool last) {
  std::vector<ArrayWriter::Task> tasks;
  for (ArrayWriter* a : arrays) a->collect(last, tasks);
  // In rounds, so that the encoded chunks of a wide table never pile up.
  const std::size_t round = plain_.size() * 8;
  for (std::size_t first = 0; first < tasks.size(); first += round) {
    const std::size_t end = std::min(tasks.size(), first + round);
    std::atomic<std::size_t> next = first;
    std::vector<std::exception_ptr> failed(plain_.size());
    const auto work = [&](std::size_t t) {
      try {
        for (std::size_t i; (i = next.fetch_add(1)) < end;) {
          ArrayWriter& a = *tasks[i].array;
          const ChunkFilters f = a.filters();
          if (f.deflate == (a.level() > 0) && f.fletcher32 && (!f.shuffle || f.deflate)) {
            a.encode(tasks[i], f.shuffle ? shuffled_[t] : plain_[t]);
          } else {
            // A column that was made with other filters keeps them.
            ChunkEncoder own(f, std::max(a.level(), 1));
            a.encode(tasks[i], own);
          }
        }
      } catch (...) {
        failed[t] = std::current_exception();
      }
    };
    const std::size_t threads = std::min(plain_.size(), end - first);
    std::vector<std::thread> others;
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work, t);
    work(0);
    for (std::thread& t : others) t.join();
    for (const std::exception_ptr& e : failed) {
      if (e) std::rethrow_exception(e);
    }
    for (std::size_t i = first; i < end; ++i) {
      tasks[i].array->write(tasks[i]);
      tasks[i].out = {};
    }
  }
  for (ArrayWriter* a : arrays) a->forget_written();
}

ColumnWriter::ColumnWriter(
    hid_t group, std::string place, StoredColumn column, bool text, bool integers, std::uint64_t chunk_rows, int level)
    : group_(group),
      place_(std::move(place)),
      column_(std::move(column)),
      array_(group, place_, text ? H5T_STD_U32LE : (integers ? H5T_STD_I64LE : H5T_IEEE_F64LE), chunk_rows, level) {
  column_.type = text ? "text" : (integers ? "int64" : "float64");
  levels_changed_ = text;
}

ColumnWriter::ColumnWriter(hid_t group, const ColumnRecord& record, int level, const std::string& path)
    : group_(group), place_(record.place), column_(record.column), array_(group, place_, record.data, level, path) {
  if (column_.type != "text") return;
  const StoredArray& l = record.levels;
  if (l.rows * l.element > kMaxLevelBytes) throw damaged(path, "damaged: absurdly many levels");
  const Handle dataset(H5Dopen2(group, (place_ + "_levels").c_str(), H5P_DEFAULT), "levels cannot be opened");
  const Handle type(H5Dget_type(dataset), "levels have no type");
  std::vector<char> bytes(l.rows * l.element);
  checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), "levels cannot be read");
  if (column_checksum(std::as_bytes(std::span(bytes)), l.element, l.chunk_rows, 0) != l.checksum) {
    throw damaged(path, "damaged: the levels of column '" + column_.name + "' do not match their checksum");
  }
  for (std::uint64_t i = 0; i < l.rows; ++i) {
    const char* s = bytes.data() + i * l.element;
    levels_.emplace_back(s, static_cast<std::size_t>(std::find(s, s + l.element, '\0') - s));
    codes_.emplace(levels_.back(), static_cast<std::uint32_t>(i));
  }
}

void ColumnWriter::append(std::span<const double> numbers, ChunkPump& pump, const std::string& path) {
  if (column_.type == "int64") {
    if (std::all_of(numbers.begin(), numbers.end(), is_integer)) {
      std::vector<std::int64_t> whole(numbers.size());
      std::transform(numbers.begin(), numbers.end(), whole.begin(),
                     [](double v) { return static_cast<std::int64_t>(v); });
      array_.append(bytes_of<std::int64_t>(whole));
      return;
    }
    widen(pump, path);
  }
  array_.append(bytes_of(numbers));
}

void ColumnWriter::append_constant(double number, std::uint64_t rows, ChunkPump& pump, const std::string& path) {
  const std::vector<double> piece(std::min<std::uint64_t>(rows, array_.chunk_rows()), number);
  ArrayWriter* const arrays[] = {&array_};
  while (rows > 0) {
    const std::uint64_t n = std::min<std::uint64_t>(rows, piece.size());
    append(std::span(piece).first(n), pump, path);
    pump.run(arrays, false);
    rows -= n;
  }
}

void ColumnWriter::append(std::span<const std::uint32_t> codes,
                          const std::vector<std::string>& levels,
                          const std::string& path) {
  if (source_codes_.size() != levels.size() || source_levels_ != levels) {
    source_levels_ = levels;
    source_codes_.assign(levels.size(), 0);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const auto [it, fresh] = codes_.try_emplace(levels[i], static_cast<std::uint32_t>(levels_.size()));
      if (fresh) {
        if (levels[i].size() > kMaxText || levels[i].find('\0') != std::string::npos) {
          throw damaged(path, "column '" + column_.name + "' holds a text longer than " + std::to_string(kMaxText) +
                                  " bytes or with a NUL in it; the store takes neither");
        }
        levels_.push_back(levels[i]);
        levels_changed_ = true;
      }
      source_codes_[i] = it->second;
    }
  }
  std::vector<std::uint32_t> here(codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) here[i] = source_codes_.at(codes[i]);
  array_.append(bytes_of<std::uint32_t>(here));
}

void ColumnWriter::widen(ChunkPump& pump, const std::string& path) {
  const std::string wide_place = place_ + "~";
  ArrayWriter wide(group_, wide_place, H5T_IEEE_F64LE, array_.chunk_rows(), array_.level());
  ArrayWriter* const arrays[] = {&wide};
  std::vector<std::byte> raw;
  const auto convert = [&](std::span<const std::byte> whole) {
    std::vector<double> numbers(whole.size() / 8);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      std::int64_t v = 0;
      std::memcpy(&v, whole.data() + i * 8, 8);
      numbers[i] = static_cast<double>(v);
    }
    wide.append(bytes_of<double>(numbers));
    pump.run(arrays, false);
  };
  for (std::uint64_t k = 0; k < array_.written_chunks(); ++k) {
    array_.read_chunk(k, raw, path);
    convert(raw);
  }
  convert(array_.waiting());
  array_ = std::move(wide);
  checked(H5Ldelete(group_, place_.c_str(), H5P_DEFAULT), "a column cannot be replaced");
  checked(H5Lmove(group_, wide_place.c_str(), group_, place_.c_str(), H5P_DEFAULT, H5P_DEFAULT),
          "a column cannot be renamed");
  column_.type = "float64";
}

void ColumnWriter::finish(ChunkPump& pump) {
  set_text(array_.dataset(), "name", column_.name);
  set_text(array_.dataset(), "role", column_.role);
  set_text(array_.dataset(), "unit", column_.unit);
  array_.finish();
  if (!levels_changed_) return;
  const std::string place = place_ + "_levels";
  if (H5Lexists(group_, place.c_str(), H5P_DEFAULT) > 0) {
    checked(H5Ldelete(group_, place.c_str(), H5P_DEFAULT), "levels cannot be replaced");
  }
  std::size_t longest = 1;
  for (const std::string& s : levels_) longest = std::max(longest, s.size());
  if (longest * levels_.size() > kMaxLevelBytes) {
    DataErrors errors;
    errors.add({"", 0, column_.name,
                std::to_string(levels_.size()) + " distinct texts of up to " + std::to_string(longest) +
                    " bytes are more than the store keeps (4 GiB in all)"});
    throw BadData(std::move(errors));
  }
  const Handle type = text_type(longest);
  // A power of two of at most a mebibyte, as the checksum's blocks want it.
  const std::uint64_t chunk = std::min(std::bit_ceil(std::max<std::uint64_t>(levels_.size(), 1)),
                                       std::bit_floor(std::max<std::uint64_t>((std::uint64_t{1} << 20) / longest, 1)));
  ArrayWriter array(group_, place, type, chunk, array_.level());
  ArrayWriter* const arrays[] = {&array};
  std::vector<std::byte> padded(longest);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    std::fill(padded.begin(), padded.end(), std::byte{0});
    std::memcpy(padded.data(), levels_[i].data(), levels_[i].size());
    array.append(padded);
    if (i % 4096 == 4095) pump.run(arrays, false);
  }
  pump.run(arrays, true);
  array.finish();
}

void ColumnWriter::describe(std::string& out) const {
  describe_for_hash(out, column_, array_.rows(), array_.checksum(), levels_);
}

}  // namespace relia::io
