#include "cli/streamed.hpp"

#include <atomic>
#include <charconv>
#include <cmath>
#include <mutex>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include <relia/error.hpp>
#include <relia/io/store.hpp>

namespace relia::cli {
namespace {

constexpr std::string_view kLetters = "KMGT";

// Counts the superblocks that go by and shows it where somebody looks.
class WatchedBlocks final : public RowBlocks {
 public:
  explicit WatchedBlocks(std::unique_ptr<RowBlocks> rows)
      : rows_(std::move(rows)), shown_(::isatty(STDERR_FILENO) == 1) {}
  ~WatchedBlocks() override {
    if (started_) print("\r\x1b[K");
  }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_->rows(); }
  [[nodiscard]] const Provenance& provenance() const noexcept override { return rows_->provenance(); }
  [[nodiscard]] RowView block(std::size_t index, LifeTable& scratch) const override {
    const RowView out = rows_->block(index, scratch);
    if (shown_) show(++done_);
    return out;
  }

 private:
  static void print(std::string_view text) {
    if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody looks
  }
  void show(std::uint64_t done) const {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return;
    const std::uint64_t per_pass = rows_->blocks(), percent = done % per_pass * 100 / per_pass;
    if (started_ && percent == percent_) return;
    started_ = true;
    percent_ = percent;
    print(fmt::format("\r[{:<50}] {:3} % of pass {} over {} rows\x1b[K", std::string(percent / 2, '='), percent,
                      done / per_pass + 1, rows_->rows()));
  }

  std::unique_ptr<RowBlocks> rows_;
  bool shown_;
  mutable std::atomic<std::uint64_t> done_ = 0;
  mutable std::mutex mutex_;
  mutable bool started_ = false;
  mutable std::uint64_t percent_ = 0;
};

}  // namespace

std::uint64_t parse_memory(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  double unit = 1.0;
  if (rest.size() == 1) {
    const std::size_t letter = kLetters.find(rest.front());
    if (letter != std::string_view::npos) {
      unit = std::exp2(10.0 * static_cast<double>(letter + 1));
      rest = {};
    }
  }
  const double bytes = value * unit;
  if (error != std::errc() || !rest.empty() || !(bytes >= 1.0) || !(bytes < 1e18)) {
    throw UsageError(fmt::format("'{}' is no amount of memory such as 512M or 4G", text));
  }
  return static_cast<std::uint64_t>(bytes);
}

std::string memory_text(std::uint64_t bytes) {
  return fmt::format("{}M", (bytes + (1U << 20) - 1) >> 20);
}

std::unique_ptr<RowBlocks> open_streamed(const std::string& source, const DataOptions& options, LoadedTable& about) {
  const auto address = io::parse_store_address(source);
  if (!address || address->name.empty() || !address->result.empty()) {
    throw UsageError(fmt::format(
        "--memory: DATA '{}' is no data set in a store; bring it into one with relia data import STORE.h5 FILE --name "
        "NAME, which needs little memory whatever the size, and give STORE.h5:NAME",
        source));
  }
  for (const auto* given : {&options.time, &options.status, &options.lower, &options.upper, &options.count,
                            &options.entry, &options.exit, &options.failed_code}) {
    if (*given) {
      throw UsageError(fmt::format(
          "DATA '{}' is in a store, whose columns are settled; '{}' is an option for CSV files", source, **given));
    }
  }
  if (!options.units.empty()) throw UsageError("--unit does not combine with --memory: only the lives are read");
  const io::Store store(address->file, {.lock_timeout = options.lock_timeout.value_or(60.0), .threads = 1});
  io::StoredDataset dataset;
  std::unique_ptr<RowBlocks> rows = store.open_blocks(address->name, &dataset);
  about.table.provenance = rows->provenance();
  if (!options.time_unit.empty() && !dataset.time_unit.empty() && options.time_unit != dataset.time_unit) {
    throw UsageError(fmt::format("--time-unit {}: the store says that the times of '{}' are in {}", options.time_unit,
                                 source, dataset.time_unit));
  }
  if (!options.time_unit.empty()) about.table.provenance.time_unit = options.time_unit;
  about.data_hash = dataset.data_hash;
  return std::make_unique<WatchedBlocks>(std::move(rows));
}

}  // namespace relia::cli
