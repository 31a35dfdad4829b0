// Columns being written: rows in, chunks out, the checksum kept as they grow. Runs in the child.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/hdf5_handle.hpp"
#include "io/store_layout.hpp"

namespace relia::io {

void set_text(hid_t object, const char* name, const std::string& value);
void set_integer(hid_t object, const char* name, std::int64_t value);

/// Rows of a chunk for a column of `element` bytes that begins with `rows` rows, in a table of `columns`.
[[nodiscard]] std::uint64_t chunk_rows_for(std::uint64_t rows, std::size_t columns);

/// One 1-D dataset that grows. Rows wait in memory until a chunk is full.
class ArrayWriter {
 public:
  /// A new one. `type` is a file datatype.
  ArrayWriter(hid_t group, const std::string& place, hid_t type, std::uint64_t chunk_rows, int level);
  /// One that is there; its last chunk, when not full, is taken back into memory.
  ArrayWriter(hid_t group, const std::string& place, const StoredArray& array, int level, const std::string& path);

  void append(std::span<const std::byte> rows);

  /// A chunk on its way to the file.
  struct Task {
    ArrayWriter* array = nullptr;
    std::uint64_t chunk = 0;     ///< index
    std::size_t offset = 0;      ///< of its bytes in the waiting rows
    std::size_t bytes = 0;       ///< of rows; the rest of the chunk is zeros
    std::vector<std::byte> out;  ///< encoded
    std::uint32_t mask = 0;
    std::uint64_t checksum = 0;
  };
  /// The chunks that are ready (all, with `last`).
  void collect(bool last, std::vector<Task>& tasks);
  /// May run on several threads at once for different tasks.
  void encode(Task& task, ChunkEncoder& encoder) const;
  void write(const Task& task);
  /// Drops what has been written from the waiting rows.
  void forget_written();
  /// Sets the final extent and the checksum attribute.
  void finish();

  /// Decodes a full chunk that is in the file.
  void read_chunk(std::uint64_t chunk, std::vector<std::byte>& raw, const std::string& path) const;

  [[nodiscard]] std::uint64_t rows() const noexcept { return first_waiting_ + waiting_.size() / element_; }
  [[nodiscard]] std::uint64_t written_chunks() const noexcept { return first_waiting_ / chunk_rows_; }
  [[nodiscard]] std::span<const std::byte> waiting() const noexcept { return waiting_; }
  [[nodiscard]] std::uint64_t chunk_rows() const noexcept { return chunk_rows_; }
  [[nodiscard]] ChunkFilters filters() const noexcept { return filters_; }
  [[nodiscard]] std::uint64_t checksum() const noexcept { return checksum_; }
  [[nodiscard]] hid_t dataset() const noexcept { return dataset_; }
  [[nodiscard]] int level() const noexcept { return level_; }

 private:
  void extend(std::uint64_t rows);
  Handle dataset_;
  std::size_t element_;
  std::uint64_t chunk_rows_;
  ChunkFilters filters_;
  int level_;
  std::vector<std::byte> waiting_;   ///< rows from first_waiting_ on
  std::uint64_t first_waiting_ = 0;  ///< a multiple of chunk_rows_
  std::uint64_t extent_ = 0;
  std::uint64_t checksum_ = 0;  ///< of the chunks written
};

/// Encodes ready chunks of many arrays on some threads and writes them in order.
class ChunkPump {
 public:
  ChunkPump(int threads, int level);
  void run(std::span<ArrayWriter* const> arrays, bool last);

 private:
  std::vector<ChunkEncoder> plain_, shuffled_;  ///< one a thread
};

/// A column of a data set: numbers kept as integers while all of them are, or text as codes and levels.
class ColumnWriter {
 public:
  /// A new column.
  ColumnWriter(hid_t group,
               std::string place,
               StoredColumn column,
               bool text,
               bool integers,
               std::uint64_t chunk_rows,
               int level);
  /// One that is there.
  ColumnWriter(hid_t group, const ColumnRecord& record, int level, const std::string& path);

  /// Rows of numbers; turns an integer column into float64 when one of them is no integer.
  void append(std::span<const double> numbers, ChunkPump& pump, const std::string& path);
  void append_constant(double number, std::uint64_t rows, ChunkPump& pump, const std::string& path);
  /// Rows of text; codes are indices into `levels`.
  void append(std::span<const std::uint32_t> codes, const std::vector<std::string>& levels, const std::string& path);
  /// Writes attributes and levels; the chunks must have been pumped.
  void finish(ChunkPump& pump);

  [[nodiscard]] ArrayWriter& array() noexcept { return array_; }
  [[nodiscard]] const StoredColumn& column() const noexcept { return column_; }
  void set_unit(const std::string& unit) { column_.unit = unit; }
  /// Adds what the data hash covers.
  void describe(std::string& out) const;

 private:
  void widen(ChunkPump& pump, const std::string& path);
  hid_t group_;
  std::string place_;
  StoredColumn column_;
  ArrayWriter array_;
  std::vector<std::string> levels_;
  std::unordered_map<std::string, std::uint32_t> codes_;
  std::vector<std::string> source_levels_;   ///< of the last block
  std::vector<std::uint32_t> source_codes_;  ///< their codes here
  bool levels_changed_ = false;
};

}  // namespace relia::io
