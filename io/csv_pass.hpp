// One pass of the parser over a text, shared by whole and streamed reading.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "io/csv_encoding.hpp"
#include "io/csv_parser.hpp"
#include "io/csv_source.hpp"

namespace relia::io {

inline constexpr const char* kGb18030Warning = "the file is not UTF-8; it was read as GB18030";

/// How a pass over a text ended.
struct PassEnd {
  bool utf8 = true;              ///< false: a byte that is not UTF-8 stopped it
  std::uint64_t invalid_at = 0;  ///< its offset
};

/// Feeds the text from byte `start` on. After every window `after_window` may take the rows away.
/// `whole` false: only the first window is read, to learn the types of the columns.
PassEnd run_pass(TextSource& source,
                 std::uint64_t start,
                 CsvParser& parser,
                 bool whole,
                 const std::function<void(CsvParser&, std::uint64_t bytes_done)>& after_window);

/// What is wrong with a text that is no UTF-8 and no GB18030, at the line of its first such byte.
[[nodiscard]] DataErrors encoding_error(const std::string& file, TextSource& source, std::uint64_t invalid_at);

/// A UTF-16, UTF-32 or marked GB18030 text that breaks off on that line.
[[nodiscard]] DataErrors broken_text(const std::string& file, Encoding encoding, std::uint64_t line);

[[nodiscard]] inline DataErrors one_error(const std::string& file, std::uint64_t line, std::string message) {
  DataErrors errors;
  errors.add({file, line, {}, std::move(message)});
  return errors;
}

}  // namespace relia::io
