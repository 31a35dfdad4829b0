// One record of a CSV text cut into its cells, by the rules of RFC 4180 with every line end taken.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace relia::io {

/// Longer records are not table rows but a lost quote or another kind of file.
inline constexpr std::size_t kMaxRecord = std::size_t{1} << 24;

class RecordScanner {
 public:
  struct Field {
    const char* begin = nullptr;
    const char* end = nullptr;
    std::uint64_t line = 0;  ///< physical line on which the cell begins
    bool quoted = false;
    [[nodiscard]] std::string_view text() const noexcept { return {begin, static_cast<std::size_t>(end - begin)}; }
  };
  enum class Outcome : std::uint8_t {
    record,            ///< fields() hold it
    more,              ///< the text ends before the record does
    open_quote,        ///< the text ends inside quotes
    text_after_quote,  ///< something other than a delimiter follows a closing quote
    too_long           ///< beyond kMaxRecord
  };

  /// Cuts the record at `p`, the first character of physical line `line`. `last`: nothing follows `end`.
  Outcome scan(const char* p, const char* end, bool last, char delimiter, std::uint64_t line);

  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  [[nodiscard]] const char* next() const noexcept { return next_; }                ///< where the next record begins
  [[nodiscard]] std::uint64_t next_line() const noexcept { return line_; }         ///< its physical line
  [[nodiscard]] std::uint64_t fault_line() const noexcept { return fault_line_; }  ///< where the quotes open
  [[nodiscard]] bool in_quotes() const noexcept { return in_quotes_; }             ///< where the scan ended

 private:
  std::vector<Field> fields_;
  std::string arena_;  ///< cells with doubled quotes, undoubled
  const char* next_ = nullptr;
  std::uint64_t line_ = 0, fault_line_ = 0;
  bool in_quotes_ = false;
};

/// Where the line at `p` ends (at its line feed or carriage return, or at `end`).
[[nodiscard]] const char* find_line_end(const char* p, const char* end) noexcept;

}  // namespace relia::io
