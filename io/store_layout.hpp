// What is where in a store. The walk runs in the child and accepts only what this program writes: hard links,
// groups and one-dimensional chunked columns of four types with three filters. It hands the parent plain
// records; the parent decodes the chunks itself and never calls HDF5.
//
//   /                      relia_format, schema_version
//   /datasets/A/B/         relia_kind = "dataset"; counts, provenance
//   /datasets/A/B/lower …  one column each; name, role, unit, checksum
//   /datasets/A/B/results/ID/json

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <relia/io/store.hpp>

#include "io/hdf5_handle.hpp"
#include "io/store_child.hpp"
#include "io/store_codec.hpp"
#include "io/store_file.hpp"

namespace relia::io {

inline constexpr std::int64_t kSchemaVersion = 1;
inline constexpr const char* kFormat = "relia.store";
inline constexpr std::uint64_t kMaxColumns = 10000;
inline constexpr std::size_t kMaxText = std::size_t{1} << 20;  ///< longest text cell and attribute

inline constexpr std::uint64_t kMaxChunk = std::uint64_t{1} << 27;  ///< bytes of a decoded chunk, longest result

struct ChunkPlace {
  std::uint64_t address = 0, size = 0;
  std::uint32_t mask = 0;
};

/// One 1-D dataset: how to find and decode it.
struct StoredArray {
  std::uint64_t rows = 0;
  std::uint64_t element = 8;  ///< bytes
  std::uint64_t chunk_rows = 0;
  ChunkFilters filters;
  std::uint64_t checksum = 0;
  std::vector<ChunkPlace> chunks;
};

struct ColumnRecord {
  StoredColumn column;
  std::string place;  ///< link name in the group
  StoredArray data;
  StoredArray levels;  ///< text only
};

struct ResultRecord {
  StoredResult result;  ///< all but the JSON
  std::int64_t order = 0;
  StoredArray json;
};

struct DatasetRecord {
  StoredDataset dataset;
  std::vector<ColumnRecord> columns;
  std::vector<ResultRecord> results;
};

/// How much of a data set is wanted.
enum class Depth { attributes, columns, results, everything };

/// What the data hash covers: for every column its role, name, type, number of rows and checksum, and the levels
/// of text. Begin with an empty string; the hash is its SHA-256.
void describe_for_hash(std::string& out,
                       const StoredColumn& column,
                       std::uint64_t rows,
                       std::uint64_t checksum,
                       const std::vector<std::string>& levels);

// In the child.

/// Opens through `image` and checks that it is a store. @throws Hdf5Error, BadData
[[nodiscard]] Handle open_store(StoreImage& image, bool writable, const std::string& path);
/// The names of all data sets, in order. Unexpected objects are damage.
[[nodiscard]] std::vector<std::string> walk_names(hid_t file, const std::string& path, const Beat& beat);
/// @throws BadData when there is no such data set or it is damaged
[[nodiscard]] DatasetRecord describe(
    hid_t file, StoreImage& image, const std::string& path, const std::string& name, Depth depth, const Beat& beat);
/// What stands at /datasets/NAME.
enum class Presence { nothing, group, dataset };
[[nodiscard]] Presence presence(hid_t file, const std::string& path, const std::string& name);
/// The group of a data set that is there.
[[nodiscard]] Handle open_dataset_group(hid_t file, const std::string& path, const std::string& name);

[[nodiscard]] bool has_attribute(hid_t object, const char* name);
[[nodiscard]] std::string text_attribute(hid_t object, const char* name);
[[nodiscard]] std::int64_t integer_attribute(hid_t object, const char* name);

// Across the pipe.

void put(WireWriter& wire, const DatasetRecord& record);
[[nodiscard]] DatasetRecord get_dataset(WireReader& wire);

}  // namespace relia::io
