#include "cli/shared_data.hpp"

#include <bit>
#include <cstdint>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>

#include <relia/error.hpp>
#include <relia/io/store.hpp>

namespace relia::cli {
namespace {

// Tells tables apart that differ by accident.
class Fingerprint {
 public:
  void add(std::uint64_t v) { hash_ = std::rotl((hash_ ^ v) * 0x100000001B3U, 29); }
  void add(const std::vector<double>& column) {
    add(column.size());
    for (const double v : column) add(std::bit_cast<std::uint64_t>(v));
  }
  void add(const std::string& text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
  }
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", hash_); }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

}  // namespace

bool can_be_shared(const std::string& source) {
  if (io::parse_store_address(source)) return true;
  struct stat about {};
  return source != "-" && ::stat(source.c_str(), &about) == 0 && S_ISREG(about.st_mode);
}

void check_same_table(const Ranks& ranks, const LifeTable& table) {
  Fingerprint print;
  for (const auto* column : {&table.lower, &table.upper, &table.count, &table.entry, &table.exit}) print.add(*column);
  for (const Column& column : table.columns) {
    print.add(column.name);
    print.add(column.numbers);
    for (const std::uint32_t code : column.codes) print.add(code);
    for (const std::string& level : column.levels) print.add(level);
  }
  const std::string own = print.text();
  for (const std::string& other : ranks.gather(own, true)) {
    if (other == own) continue;
    throw MachineError(
        fmt::format("{}: the processes of the job have read different data under this name", table.provenance.name));
  }
}

}  // namespace relia::cli
