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

/// What ends a line of the file at hand; its first line end decides. In a file of line feeds a carriage return in
/// the middle of a line is damage, not a new row.
enum class LineEnds : std::uint8_t { undecided, feed, lone_return };

/// Settles `ends` by the first line end of the text. false: it is not in the text yet.
bool decide_line_ends(const char* p, const char* end, bool last, LineEnds& ends) noexcept;

/// Where the line at `p` ends (at the first character of its end, or at `end`).
[[nodiscard]] const char* find_line_end(const char* p, const char* end, LineEnds ends) noexcept;

/// Moves p behind the line end it stands on; at `end` it stays.
void skip_line_end(const char*& p, const char* end) noexcept;

/// Physical lines of a text that comes in blocks.
class LineCounter {
 public:
  void add(std::string_view block) noexcept;
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }  ///< of the next character

 private:
  std::uint64_t line_ = 1;
  LineEnds ends_ = LineEnds::undecided;
  bool after_return_ = false;
};

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
  Outcome scan(const char* p, const char* end, bool last, char delimiter, LineEnds ends, std::uint64_t line);

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

}  // namespace relia::io
