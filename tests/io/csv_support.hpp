// What the tests of the CSV reader share.

#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include <relia/io/csv.hpp>

namespace relia::io {

inline constexpr double kInf = std::numeric_limits<double>::infinity();

/// The table, or a test failure with every message.
inline LifeTable table_of(std::string_view text, CsvOptions& options) {
  auto read = read_csv_text(text, "test.csv", options);
  if (read) return std::move(read).value();
  for (const DataError& e : read.error().first) {
    ADD_FAILURE() << e.file << ":" << e.line << ": " << e.column << ": " << e.message;
  }
  return {};
}
inline LifeTable table_of(std::string_view text) {
  CsvOptions options;
  return table_of(text, options);
}

/// The problems; a test failure when the text is read.
inline DataErrors errors_of(std::string_view text, CsvOptions options = {}) {
  auto read = read_csv_text(text, "test.csv", options);
  if (!read) return read.error();
  ADD_FAILURE() << "was read: " << text.substr(0, 200);
  return {};
}

/// Expects the first problem at this place, its message holding `word`.
inline void expect_refused(std::string_view text,
                           std::uint64_t line,
                           std::string_view column,
                           std::string_view word,
                           const CsvOptions& options = {}) {
  const DataErrors errors = errors_of(text, options);
  ASSERT_FALSE(errors.empty()) << text.substr(0, 200);
  const DataError& first = errors.first.front();
  EXPECT_EQ(first.file, "test.csv");
  EXPECT_EQ(first.line, line) << first.message;
  EXPECT_EQ(first.column, column) << first.message;
  EXPECT_NE(first.message.find(word), std::string::npos) << first.message;
  EXPECT_LT(first.message.size(), 600u);
  for (const char c : first.message + first.column)
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << first.message;
}

/// n and all failures (exact, left, interval), as the reference index counts them.
inline void expect_counts(const LifeTable& table, std::uint64_t n, std::uint64_t failures) {
  const LifeCounts counts = count_by_kind(table);
  EXPECT_EQ(counts.n, n);
  EXPECT_EQ(counts.failures + counts.left_censored + counts.interval_censored, failures);
}

}  // namespace relia::io
