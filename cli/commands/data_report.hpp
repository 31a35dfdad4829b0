// What the data commands print.

#pragma once

#include <string>
#include <vector>

#include <relia/io/store.hpp>

namespace relia::cli {

[[nodiscard]] std::string imported_text(const std::string& store, const io::StoredDataset& dataset, bool chinese);
[[nodiscard]] std::string verified_text(const std::string& store, const io::StoreVerification& found, bool chinese);
[[nodiscard]] std::string verified_json(const std::string& store, const io::StoreVerification& found);

/// One line a data set.
[[nodiscard]] std::string list_text(const std::vector<io::StoredDataset>& datasets, bool chinese);
[[nodiscard]] std::string list_csv(const std::vector<io::StoredDataset>& datasets);
[[nodiscard]] std::string list_json(const std::string& store, const std::vector<io::StoredDataset>& datasets);

/// Attributes, columns, first rows and an event plot. `head` holds the first rows.
[[nodiscard]] std::string dataset_text(const std::string& store,
                                       const io::StoredDataset& dataset,
                                       const LifeTable& head,
                                       bool chinese);
[[nodiscard]] std::string dataset_json(const std::string& store, const io::StoredDataset& dataset);
[[nodiscard]] std::string results_text(const std::string& place,
                                       const std::vector<io::StoredResult>& results,
                                       const std::string& data_hash,
                                       bool chinese);
[[nodiscard]] std::string results_json(const std::string& place,
                                       const std::vector<io::StoredResult>& results,
                                       const std::string& data_hash);

/// A line for every row: where it ran, how it ended.
[[nodiscard]] std::string event_plot(const LifeTable& rows, bool chinese);

/// A comment line that says with which command the exported file is imported again.
[[nodiscard]] std::string import_hint(const io::StoredDataset& dataset);

}  // namespace relia::cli
