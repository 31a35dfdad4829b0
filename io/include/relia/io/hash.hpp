// SHA-256 of source bytes, for provenance.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace relia::io {

/// Running SHA-256 (FIPS 180-4), by Nettle.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes);
  /// 64 lower-case hex digits of all bytes so far; starts anew.
  [[nodiscard]] std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace relia::io
