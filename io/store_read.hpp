// Columns out of the file: chunks read by place, decoded on several threads, every checksum checked. Runs in the
// parent and trusts nothing the child has said.

#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include <relia/life_table.hpp>

#include "io/store_file.hpp"
#include "io/store_layout.hpp"

namespace relia::io {

/// The bytes of a whole array. @throws BadData, MachineError
[[nodiscard]] std::vector<std::byte> read_array(const StoreFile& file,
                                                const StoredArray& array,
                                                const std::string& place,
                                                const std::string& what);

/// The texts of an array of fixed-length strings.
[[nodiscard]] std::vector<std::string> read_texts(const StoreFile& file,
                                                  const StoredArray& array,
                                                  const std::string& place,
                                                  const std::string& what);

class ChunkReader;

/// One data set, chunk by chunk.
class DatasetReader {
 public:
  /// Checks that the record describes a data set that can be.
  DatasetReader(const StoreFile& file, DatasetRecord record, std::string place, int threads);
  ~DatasetReader();
  DatasetReader(const DatasetReader&) = delete;
  DatasetReader& operator=(const DatasetReader&) = delete;

  [[nodiscard]] std::uint64_t chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::uint64_t chunk_rows() const noexcept { return chunk_rows_; }
  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  /// Decoded bytes of all columns.
  [[nodiscard]] std::uint64_t bytes() const noexcept;

  /// Replaces `table` by the rows of chunks [first, last). Call in order, every chunk once.
  void read(std::uint64_t first, std::uint64_t last, LifeTable& table);
  /// Compares checksums and counts with what the store says.
  void finish() const;

  /// What has been read since the beginning, or the last restart, as numbers that add up over readers.
  struct Sums {
    std::vector<std::uint64_t> checksums;  ///< a column
    LifeCounts counts;
    void add(const Sums& more);
  };
  void restart();
  [[nodiscard]] Sums sums() const { return {checksums_, counts_}; }
  /// The same as finish() for a reader of some of the columns.
  void compare(const Sums& all) const;

 private:
  std::uint64_t take_chunk(ChunkReader& reader,
                           std::size_t column,
                           std::uint64_t chunk,
                           std::size_t rows,
                           double* numbers,
                           std::uint32_t* codes,
                           std::size_t at) const;

  const StoreFile& file_;
  DatasetRecord record_;
  std::string place_;
  unsigned threads_;
  std::uint64_t rows_ = 0, chunk_rows_ = 0, chunks_ = 0;
  std::vector<std::vector<std::string>> levels_;  ///< a column
  std::vector<std::uint64_t> checksums_;          ///< a column, of the chunks read
  LifeCounts counts_;
  std::vector<ChunkReader> readers_;  ///< a thread; they keep their memory from one block to the next
};

}  // namespace relia::io
