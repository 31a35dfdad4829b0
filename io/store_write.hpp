// Changes to a store. All of this runs in the child, through a StoreImage; each function returns what the
// parent needs to commit.

#pragma once

#include <string>

#include <relia/io/store.hpp>

#include "io/store_child.hpp"
#include "io/store_file.hpp"

namespace relia::io {

/// "2026-07-31T12:00:00Z"
[[nodiscard]] std::string utc_now();

[[nodiscard]] JournalTrailer write_dataset(StoreFile& file,
                                           const std::string& name,
                                           const BlockSource& source,
                                           const Provenance& provenance,
                                           const StoreImport& options,
                                           int threads,
                                           const Beat& beat);
/// `result.id` is the one to be used, or empty; then it is set.
[[nodiscard]] JournalTrailer write_result(StoreFile& file,
                                          const std::string& name,
                                          StoredResult& result,
                                          const Beat& beat);
[[nodiscard]] JournalTrailer remove_dataset(StoreFile& file, const std::string& name, const Beat& beat);
/// Copies everything from `old` into `fresh`, without holes.
[[nodiscard]] JournalTrailer copy_store(StoreFile& old, StoreFile& fresh, const Beat& beat);

}  // namespace relia::io
