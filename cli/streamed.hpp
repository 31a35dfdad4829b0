// DATA that need not fit into memory: --memory.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <relia/row_blocks.hpp>

#include "cli/load.hpp"
#include "cli/options.hpp"

namespace relia::cli {

/// "512M", "2G", "1.5G": bytes in powers of 1024 with a letter K, M, G or T. @throws UsageError
[[nodiscard]] std::uint64_t parse_memory(std::string_view text);
/// The shortest such text that is not less.
[[nodiscard]] std::string memory_text(std::uint64_t bytes);

/// A data set in a store, superblock by superblock, with a line on the terminal that tells how far a pass is.
/// @param about  provenance and hash of the data; the table stays empty
/// @throws UsageError (DATA is no data set of a store), BadData, MachineError
[[nodiscard]] std::unique_ptr<RowBlocks> open_streamed(const std::string& source,
                                                       const DataOptions& options,
                                                       LoadedTable& about);

}  // namespace relia::cli
