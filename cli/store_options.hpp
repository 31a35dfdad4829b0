// Options and addresses of stores, the same in every command that touches one.

#pragma once

#include <string>

#include <relia/io/store.hpp>

#include "cli/arguments.hpp"

namespace relia::cli {

/// --lock-timeout
struct StoreOptions {
  double lock_timeout = 60.0;
  void declare(Arguments& arguments);
  [[nodiscard]] io::Store open(const std::string& path, int threads = 0) const;
};

/// STORE.h5:NAME without #ID. @throws UsageError
[[nodiscard]] io::StoreAddress data_address(const std::string& word);

}  // namespace relia::cli
