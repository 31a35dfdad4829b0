// The store: one HDF5 file that holds many data sets and the results made from them.
//
//   Store("lab.h5").import_table("fans/2026-07", table, options)     Store("lab.h5").read("fans/2026-07") -> LifeTable
//
// Every change is whole or did not happen, also when the process is killed in the middle; its cost grows with
// what it writes, not with the store. Writers queue on the lock file STORE.h5.lock. The library HDF5 runs in a
// forked child with limits on memory, time and files, so that a damaged or hostile file can crash or hang
// nothing but that child; what the child says about the file is checked again before it is believed.
//
// A damaged file is BadData (or the DataErrors of read()); a name or option that cannot be is UsageError; a
// machine that refuses (no permission, disk full, lock held) is MachineError, and the old state is intact.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/error.hpp>
#include <relia/expected.hpp>
#include <relia/life_table.hpp>
#include <relia/row_blocks.hpp>

namespace relia::io {

/// STORE.h5:NAME or STORE.h5:NAME#ID, taken apart.
struct StoreAddress {
  std::string file, name;
  std::string result;  ///< ID of a saved result; empty when none is named
};

/// The parts of "STORE.h5:NAME" or "STORE.h5:NAME#ID"; nothing when `data` does not look like one (then it is
/// a file of its own). The file part must end in .h5 or .hdf5, without regard to case.
[[nodiscard]] std::optional<StoreAddress> parse_store_address(std::string_view data);

/// Why `name` cannot name a data set; empty when it can (1 to 8 parts of letters, digits, '.', '_', '-', joined
/// by '/'; no part is "." or ".."; at most 255 characters).
[[nodiscard]] std::string why_not_a_store_name(std::string_view name);

/// What a column of the store holds.
struct StoredColumn {
  std::string name;  ///< header as imported; lower, upper, count, trunc_lower, trunc_upper for the life itself
  std::string role;  ///< lower, upper, count, entry, exit; "other" for columns that ride along
  std::string type;  ///< "float64", "int64" or "text"
  std::string unit;
  std::uint64_t rows = 0;
  std::uint64_t levels = 0;        ///< text: number of distinct values
  std::uint64_t stored_bytes = 0;  ///< in the file, compressed
};

/// What the store knows about one data set without reading its rows.
struct StoredDataset {
  std::string name;
  LifeCounts counts;
  std::string time_unit;
  std::string source;         ///< the user's words: book, report, laboratory
  std::string source_file;    ///< file that was imported (last one appended)
  std::string source_sha256;  ///< of its bytes; after --append of the digests in order
  std::string imported_utc;   ///< 2026-07-31T12:00:00Z; of the last append
  std::string relia_version;  ///< that wrote it
  std::int64_t schema_version = 0;
  std::string data_hash;  ///< SHA-256 over names, types, levels and column checksums: equal data, equal hash
  std::vector<StoredColumn> columns;
  std::uint64_t results = 0;
  std::uint64_t appends = 0;
};

/// An analysis kept beside its data.
struct StoredResult {
  std::string id;
  std::string json;       ///< as it was printed
  std::string command;    ///< command line that made it
  std::string data_hash;  ///< of the data set when it was made
  std::string version;    ///< relia version
  std::int64_t seed = 1;
  std::string saved_utc;
};

/// How a data set is brought in. Without replace and append the name must be new.
struct StoreImport {
  bool replace = false;
  bool append = false;
  std::string source;                                      ///< --source; with append kept unless given
  std::string source_file;                                 ///< empty: provenance name of the table
  std::string time_unit;                                   ///< empty: provenance of the table
  std::vector<std::pair<std::string, std::string>> units;  ///< of columns, over those of the table
  int compression = 1;                                     ///< deflate level 1 to 12; 0 stores plain chunks
  /// Called now and then with the rows done so far.
  std::function<void(std::uint64_t rows)> progress;
};

/// What verify() found.
struct StoreVerification {
  DataErrors errors;  ///< empty: everything is in order
  std::uint64_t datasets = 0, columns = 0, results = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  ///< decoded
};

/// Fills `block` with the next at most `max_rows` rows; false, with no rows, at the end. Text columns carry
/// all levels of the whole source in every block.
using BlockSource = std::function<bool(LifeTable& block, std::size_t max_rows)>;

/// One store file. Opens nothing until an operation is asked for; every operation locks, works and unlocks.
/// A Store may be used by one thread at a time; different Stores on one file may be used at once.
class Store {
 public:
  struct Options {
    double lock_timeout = 60.0;  ///< seconds a lock is waited for
    /// Seconds without a sign of life after which HDF5 is held to hang on the file. It gives one with every column.
    double patience = 20.0;
    int threads = 0;  ///< for compression and decompression; 0: all cores
  };
  explicit Store(std::string path);
  Store(std::string path, Options options);

  /// Brings in a table of any size, block by block, in memory that does not grow with it. Creates the store
  /// when there is none.
  /// @throws UsageError (name taken or impossible), BadData (damaged store; rows that do not fit an append),
  ///         MachineError
  void import_blocks(const std::string& name,
                     const BlockSource& source,
                     const Provenance& provenance,
                     const StoreImport& options);
  /// The same from a table in memory.
  void import_table(const std::string& name, const LifeTable& table, const StoreImport& options);

  /// All data sets in order of their names.
  [[nodiscard]] std::vector<StoredDataset> list() const;
  /// One of them. @throws BadData when there is no such data set
  [[nodiscard]] StoredDataset info(const std::string& name) const;

  /// The data as they were imported, every checksum checked. provenance.name is "STORE.h5:NAME".
  /// @param about  filled with what is known about just these data; null: not wanted
  /// @throws MachineError (no such file, locked, unreadable), UsageError (impossible name)
  [[nodiscard]] Expected<LifeTable, DataErrors> read(const std::string& name, StoredDataset* about = nullptr) const;
  /// The same block by block, in order, in bounded memory; returning false from `take` ends it.
  void read_blocks(const std::string& name, const std::function<bool(const LifeTable& block)>& take) const;

  /// The lives of a data set, without its other columns, superblock by superblock: each is decoded when it is asked
  /// for, with its chunks' checksums checked; when all have been read once the columns' checksums and the counts are
  /// too. The store stays locked for reading as long as the result lives.
  /// @param about  filled with what is known about just these data; null: not wanted
  [[nodiscard]] std::unique_ptr<RowBlocks> open_blocks(const std::string& name, StoredDataset* about = nullptr) const;

  /// Keeps a result beside the data; an empty id gets the next free number. @returns the id
  std::string save_result(const std::string& name, const StoredResult& result);
  /// Results of a data set in order of saving.
  [[nodiscard]] std::vector<StoredResult> results(const std::string& name) const;
  /// One result. @throws BadData when there is none of that id
  [[nodiscard]] StoredResult result(const std::string& name, const std::string& id) const;

  /// Takes a data set and its results out; the space is used again by later writes.
  void remove(const std::string& name);
  /// Writes the store anew without its holes and puts it in place of the old one. @returns bytes saved
  std::uint64_t compact();
  /// Structure, checksums and invariants of everything in the file.
  [[nodiscard]] StoreVerification verify() const;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
  Options options_;
};

}  // namespace relia::io
