// Rows in which nothing is unusual, read at full speed. Whatever is unusual is left, from the start of its
// row, to the careful path, which alone knows errors; both give the same rows.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "io/csv_parser.hpp"
#include "io/csv_plain_number.hpp"

namespace relia::io {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kCountLimit = 9007199254740992.0;  // 2^53

/// Ends of cells and what has no place in a plain one.
bool stops_cell(char c, char delimiter) noexcept {
  return c == delimiter || c == '\n' || c == '\r' || c == '\0';
}

/// A byte that trimmed() may take away.
bool may_be_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void CsvParser::plan_plain_rows() {
  plan_.clear();
  std::size_t next_free = 0;
  for (const HeaderColumn& c : header_.columns) {
    PlainCell cell;
    cell.role = c.role;
    if (c.role == Role::other) cell.free = &free_[next_free++];
    plan_.push_back(cell);
  }
  for (std::size_t c = 0; c < 256; ++c) {
    const char letter = static_cast<char>(static_cast<unsigned char>(c));
    letter_status_[c] = c < 0x80 ? decide(read_status({&letter, 1}), header_.codes) : Status::unknown;
  }
}

/// The status in a cell without quotes, remembering the last word.
Status CsvParser::plain_status(std::string_view cell) {
  if (cell.empty()) return Status::unknown;
  if (cell.size() == 1) return letter_status_[static_cast<unsigned char>(cell.front())];
  for (const auto& [word, status] : known_status_) {
    if (word == cell) return status;
  }
  const Status status = decide(read_status(cell), header_.codes);
  if (status != Status::unknown) {
    known_status_[next_known_status_] = {std::string(cell), status};
    next_known_status_ = (next_known_status_ + 1) % known_status_.size();
  }
  return status;
}

/// Reads the cells of the row at p into the plan. @returns the start of the next row, or nullptr
const char* CsvParser::read_plain_row(const char* p, const char* limit, LifeRow& row) {
  // One mark in files with semicolons, and none before the careful path has met the first.
  const char mark = delimiter_ == ';' ? mark_ : '.';
  const char delimiter = delimiter_;
  bool low_empty = false, left_censored = false;
  row.upper = row.exit = kInfinity;
  const std::size_t last = plan_.size() - 1;
  for (std::size_t k = 0; k <= last; ++k) {
    PlainCell& cell = plan_[k];
    if (cell.role == Role::status || (cell.role == Role::other && cell.free->text)) {
      const char* const begin = p;
      while (!stops_cell(*p, delimiter)) ++p;
      std::string_view text(begin, static_cast<std::size_t>(p - begin));
      if (!text.empty()) {
        if (text.front() == '"' || text.front() == ' ') return nullptr;
        if (may_be_blank(text.front()) || may_be_blank(text.back())) text = trimmed(text);
      }
      if (cell.role == Role::status) {
        const Status status = plain_status(text);
        if (status == Status::unknown) return nullptr;
        left_censored = status == Status::left_censored;
        status_ = status;
      } else {
        if (!cell.free->found_text && !cell.free->text_only) return nullptr;
        cell.text = text;
      }
    } else {
      const bool empty = *p == delimiter || *p == '\n' || *p == '\r';
      double value = 0.0;
      bool whole = false;
      if (!empty) {
        const bool negative = *p == '-' && cell.role == Role::other;
        const PlainNumber n = read_plain_number(p + (negative ? 1 : 0), limit, mark);
        if (n.end == nullptr) return nullptr;
        value = negative ? -n.value : n.value;
        whole = n.whole;
        p = n.end;
        if (cell.role == Role::other && !n.exact_id) return nullptr;
      }
      switch (cell.role) {
        case Role::time:
          if (empty) return nullptr;
          row.lower = value;
          break;
        case Role::lower:
          low_empty = empty;
          row.lower = value;
          break;
        case Role::upper: row.upper = empty ? kInfinity : value; break;
        case Role::entry: row.entry = value; break;
        case Role::exit: row.exit = empty ? kInfinity : value; break;
        case Role::count:
          if (!whole || value < 1.0 || value >= kCountLimit) return nullptr;
          row.count = value;
          break;
        case Role::other: cell.value = empty ? std::numeric_limits<double>::quiet_NaN() : value; break;
        case Role::status: break;
      }
    }
    if (k < last) {
      if (*p != delimiter) return nullptr;
      ++p;
    }
  }
  if (*p == '\r') ++p;
  if (*p != '\n') return nullptr;

  if (header_.interval_layout) {
    if (row.upper < row.lower || (low_empty && (row.upper == 0.0 || std::isinf(row.upper)))) return nullptr;
  } else {
    const double time = row.lower;
    if (left_censored && time == 0.0) return nullptr;
    row.upper = header_.has(Role::status) && status_ == Status::right_censored ? kInfinity : time;
    if (left_censored) row.lower = 0.0;
  }
  if (row.entry > 0.0 || row.exit < kInfinity) {
    if (row.exit <= row.entry) return nullptr;
    const bool exact = row.lower == row.upper;
    const bool inside = exact ? (row.lower > row.entry || row.entry == 0.0) && row.lower <= row.exit
                              : std::max(row.lower, row.entry) < std::min(row.upper, row.exit);
    if (!inside) return nullptr;
  }
  return p + 1;
}

const char* CsvParser::read_plain_rows(const char* p, const char* end, std::size_t max_rows) {
  if (careful_only_ || line_ends_ != LineEnds::feed) return p;
  // Everything up to the last line feed can be read without looking for the end.
  const auto* const feed = static_cast<const char*>(memrchr(p, '\n', static_cast<std::size_t>(end - p)));
  if (feed == nullptr) return p;
  const char* const limit = feed + 1;
  if (plan_.empty()) plan_plain_rows();
  const bool has_count = header_.has(Role::count), has_entry = header_.has(Role::entry),
             has_exit = header_.has(Role::exit);
  const bool watch_codes = !header_.interval_layout && !header_.has(Role::status);
  while (p < limit && rows() < max_rows) {
    const char first = *p;
    if ((static_cast<unsigned char>(first) <= ' ' && first != delimiter_) || first == '#') break;
    LifeRow row;
    const char* const next = read_plain_row(p, limit, row);
    if (next == nullptr || static_cast<std::size_t>(next - p) > kMaxRecord) break;
    if (has_count) {
      const auto count = static_cast<std::uint64_t>(row.count);
      if (count_sum_ + count >= (std::uint64_t{1} << 53)) break;
      count_sum_ += count;
      table_.count.push_back(row.count);
    }
    table_.lower.push_back(row.lower);
    table_.upper.push_back(row.upper);
    if (has_entry) table_.entry.push_back(row.entry);
    if (has_exit) table_.exit.push_back(row.exit);
    table_.line.push_back(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(line_, std::numeric_limits<std::uint32_t>::max())));
    for (PlainCell& cell : plan_) {
      if (cell.free == nullptr) continue;
      FreeColumn& column = *cell.free;
      const bool empty = column.text ? cell.text.empty() : std::isnan(cell.value);
      if (!empty && column.all_empty) {
        column.all_empty = false;
        column.first_filled_line = line_;
      }
      if (column.text) {
        column.codes.push_back(column.levels.code_of(cell.text));
      } else {
        column.numbers.push_back(cell.value);
        if (watch_codes && !empty) {
          column.zero = column.zero || cell.value == 0.0;
          column.one = column.one || cell.value == 1.0;
          column.beyond = column.beyond || (cell.value != 0.0 && cell.value != 1.0);
        }
      }
    }
    if (first_row_line_ == 0) first_row_line_ = line_;
    ++rows_seen_;
    ++rows_kept_;
    ++line_;
    p = next;
  }
  return p;
}

}  // namespace relia::io
