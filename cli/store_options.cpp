#include "cli/store_options.hpp"

#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/options.hpp"

namespace relia::cli {

void StoreOptions::declare(Arguments& arguments) {
  arguments.heading("Store");
  arguments.option("--lock-timeout", "SECONDS", "how long to wait for another process that uses the store (default 60)",
                   [this](const std::string& found) { lock_timeout = parse_lock_timeout(found); });
}

io::Store StoreOptions::open(const std::string& path, int threads) const {
  return io::Store(path, {.lock_timeout = lock_timeout, .threads = threads});
}

io::StoreAddress data_address(const std::string& word) {
  auto address = io::parse_store_address(word);
  if (!address || address->name.empty()) {
    throw UsageError(fmt::format("'{}' names no data set; expected STORE.h5:NAME", word));
  }
  if (!address->result.empty()) {
    throw UsageError(fmt::format("'{}' names a result; expected a data set, STORE.h5:NAME", word));
  }
  return *std::move(address);
}

}  // namespace relia::cli
