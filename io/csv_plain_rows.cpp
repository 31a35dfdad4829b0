// Rows in which nothing is unusual, read at full speed: the cells of a batch of rows first, then what they
// mean, column by column. Whatever is unusual is left, from the start of its row, to the careful path, which
// alone knows errors; both give the same rows.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "io/csv_parser.hpp"
#include "io/csv_plain_number.hpp"

namespace relia::io {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kCountLimit = 9007199254740992.0;  // 2^53

/// A byte that trimmed() may take away.
bool may_be_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x80;
}

/// The first of `rows` for which the test holds, or `rows`. The loop without an exit vectorizes.
template <class Test>
std::size_t first_where(std::size_t rows, Test test) {
  unsigned any = 0;
  for (std::size_t r = 0; r < rows; ++r) any |= static_cast<unsigned>(test(r));
  if (any == 0) return rows;
  std::size_t r = 0;
  while (!test(r)) ++r;
  return r;
}

void replace_empty(double* values, std::size_t rows, double with) {
  for (std::size_t r = 0; r < rows; ++r) values[r] = values[r] != values[r] ? with : values[r];
}

}  // namespace

void CsvParser::plan_plain_rows() {
  // A batch of all columns stays in the first-level cache.
  batch_ = std::clamp<std::size_t>(2048 / header_.columns.size(), 8, 256);
  std::size_t next_free = 0;
  for (const HeaderColumn& c : header_.columns) {
    PlainColumn& column = plan_.emplace_back();
    if (c.role == Role::other) column.free = &free_[next_free++];
    const bool number = c.role != Role::status && (column.free == nullptr || !column.free->text);
    if (number) {
      number_columns_.emplace_back(batch_);
      column.values = number_columns_.back().data();
    } else {
      text_columns_of_plan_.emplace_back(batch_);
      column.texts = text_columns_of_plan_.back().data();
    }
  }
  plain_lower_.resize(batch_);
  plain_upper_.resize(batch_);
  row_starts_.resize(batch_);
}

/// The status in a cell without quotes, remembering the last words.
Status CsvParser::plain_status(std::string_view cell) {
  if (cell.empty()) return Status::unknown;
  if (cell.size() == 1) {
    auto& letter = letter_status_[static_cast<unsigned char>(cell.front())];
    if (!letter) letter = decide(read_status(cell), header_.codes);
    return *letter;
  }
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

/// Reads the cell at p, whatever it is, as row `r` of its column. @returns its end, or nullptr
const char* CsvParser::read_plain_cell(
    const char* p, const char* limit, char mark, const PlainColumn& column, std::size_t r) {
  const char delimiter = delimiter_;
  if (column.values != nullptr) {
    double& value = column.values[r];
    if (*p == delimiter || *p == '\n' || *p == '\r') {
      value = kNaN;
      return p;
    }
    if (column.free == nullptr) return read_any_number(p, limit, mark, WholeNumbers::any, value);
    const bool negative = *p == '-';
    const char* const end = read_any_number(negative ? p + 1 : p, limit, mark, WholeNumbers::exact_ids, value);
    if (negative) value = -value;
    return end;
  }
  const char* const begin = p;
  while (*p != delimiter && *p != '\n' && *p != '\r' && *p != '\0') ++p;
  std::string_view text(begin, static_cast<std::size_t>(p - begin));
  if (!text.empty()) {
    if (text.front() == '"' || text.front() == ' ') return nullptr;
    if (may_be_blank(text.front()) || may_be_blank(text.back())) text = trimmed(text);
  }
  column.texts[r] = text;
  return p;
}

/// Reads the cells of the row at p as row `r` of the batch. @returns the start of the next row, or nullptr
inline const char* CsvParser::read_plain_cells(const char* p, const char* limit, std::size_t r) {
  // One mark in files with semicolons, and none before the careful path has met the first.
  const char mark = delimiter_ == ';' ? mark_ : '.';
  const char short_number_mark = short_mark(mark);
  const char delimiter = delimiter_;
  const PlainColumn* column = plan_.data();
  const PlainColumn* const last = column + plan_.size() - 1;
  const auto read_short = [&] {
    if (!kShortNumbers || column->values == nullptr || limit - p < kShortReach)
      return static_cast<const char*>(nullptr);
    const auto whole = column->free == nullptr ? WholeNumbers::any : WholeNumbers::exact_ids;
    return read_short_number(p, short_number_mark, whole, column->values[r]);
  };
  for (; column != last; ++column) {
    const char* end = read_short();
    if (end == nullptr || *end != delimiter) {
      if (*p == delimiter && column->values != nullptr) {  // empty, which is common
        column->values[r] = kNaN;
        ++p;
        continue;
      }
      end = read_plain_cell(p, limit, mark, *column, r);
      if (end == nullptr || *end != delimiter) return nullptr;
    }
    p = end + 1;
  }
  const char* end = read_short();
  if (end != nullptr && *end == '\n') return end + 1;
  end = read_plain_cell(p, limit, mark, *last, r);
  if (end == nullptr) return nullptr;
  if (*end == '\r') ++end;
  return *end == '\n' ? end + 1 : nullptr;
}

/// Turns the cells of the batch into lives. @returns how many rows, from the first, are without anything unusual
std::size_t CsvParser::make_plain_lives(std::size_t rows) {
  const auto values = [this](Role role) { return plan_[header_.column_of(role)].values; };
  double* const lower = plain_lower_.data();
  double* const upper = plain_upper_.data();
  if (header_.interval_layout) {
    const double *const low = values(Role::lower), *const high = values(Role::upper);
    for (std::size_t r = 0; r < rows; ++r) {
      lower[r] = low[r] != low[r] ? 0.0 : low[r];
      upper[r] = high[r] != high[r] ? kInfinity : high[r];
    }
    // The bounds in order, and not both of them empty nor an empty one beside 0.
    rows = first_where(rows, [=](std::size_t r) {
      return !((upper[r] >= lower[r]) & ((low[r] == low[r]) | ((upper[r] > 0.0) & (upper[r] < kInfinity))));
    });
  } else {
    const double* const time = values(Role::time);
    std::copy_n(time, rows, lower);
    std::copy_n(time, rows, upper);
    rows = first_where(rows, [=](std::size_t r) { return time[r] != time[r]; });
    if (header_.has(Role::status)) {
      const std::string_view* const words = plan_[header_.column_of(Role::status)].texts;
      for (std::size_t r = 0; r < rows; ++r) {
        const Status status = plain_status(words[r]);
        if (status == Status::right_censored) {
          upper[r] = kInfinity;
        } else if (status == Status::left_censored && upper[r] > 0.0) {
          lower[r] = 0.0;
        } else if (status != Status::failed) {
          rows = r;
        }
      }
    }
  }
  if (header_.has(Role::entry) || header_.has(Role::exit)) {
    if (header_.has(Role::entry)) replace_empty(values(Role::entry), rows, 0.0);
    if (header_.has(Role::exit)) replace_empty(values(Role::exit), rows, kInfinity);
    rows = first_where(rows, [&](std::size_t r) {
      const double entry = header_.has(Role::entry) ? values(Role::entry)[r] : 0.0;
      const double exit = header_.has(Role::exit) ? values(Role::exit)[r] : kInfinity;
      const bool exact = lower[r] == upper[r];
      const bool inside = exact ? (lower[r] > entry || entry == 0.0) && lower[r] <= exit
                                : std::max(lower[r], entry) < std::min(upper[r], exit);
      return exit <= entry || !inside;
    });
  }
  if (header_.has(Role::count)) {
    const double* const count = values(Role::count);
    // Zeros are dropped and all but whole numbers refused elsewhere.
    rows = first_where(rows, [=](std::size_t r) {
      constexpr double kWhole = 4503599627370496.0;  // 2^52: a sum with it has no fraction
      return !((count[r] >= 1.0) & (count[r] < kCountLimit) & (count[r] + kWhole - kWhole == count[r]));
    });
    // Exact as long as it stays below 2^53, and never below that when the exact sum is not.
    double lanes[4] = {};
    std::size_t r = 0;
    for (; r + 4 <= rows; r += 4) {
      for (std::size_t l = 0; l < 4; ++l) lanes[l] += count[r + l];
    }
    for (; r < rows; ++r) lanes[0] += count[r];
    const double sum = static_cast<double>(count_sum_) + ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]));
    if (sum < kCountLimit) {
      count_sum_ = static_cast<std::uint64_t>(sum);
      return rows;
    }
    for (r = 0; r < rows; ++r) {
      const std::uint64_t all = count_sum_ + static_cast<std::uint64_t>(count[r]);
      if (all >= (std::uint64_t{1} << 53)) return r;
      count_sum_ = all;
    }
  }
  return rows;
}

/// Appends the first rows of the batch to the table.
void CsvParser::store_plain_rows(std::size_t rows) {
  const auto append = [rows](std::vector<double>& to, const double* from) { to.insert(to.end(), from, from + rows); };
  const auto values = [this](Role role) { return plan_[header_.column_of(role)].values; };
  append(table_.lower, plain_lower_.data());
  append(table_.upper, plain_upper_.data());
  if (header_.has(Role::count)) append(table_.count, values(Role::count));
  if (header_.has(Role::entry)) append(table_.entry, values(Role::entry));
  if (header_.has(Role::exit)) append(table_.exit, values(Role::exit));
  constexpr std::uint64_t kLastLine = std::numeric_limits<std::uint32_t>::max();
  for (std::size_t r = 0; r < rows; ++r) {
    table_.line.push_back(static_cast<std::uint32_t>(std::min(line_ + r, kLastLine)));
  }
  const bool watch_codes = !header_.interval_layout && !header_.has(Role::status);
  for (const PlainColumn& plain : plan_) {
    if (plain.free == nullptr) continue;
    FreeColumn& column = *plain.free;
    if (column.all_empty) {
      const std::size_t filled = first_where(rows, [&](std::size_t r) {
        return plain.values != nullptr ? plain.values[r] == plain.values[r] : !plain.texts[r].empty();
      });
      if (filled < rows) {
        column.all_empty = false;
        column.first_filled_line = line_ + filled;
      }
    }
    if (plain.values == nullptr) {
      for (std::size_t r = 0; r < rows; ++r) column.codes.push_back(column.levels.code_of(plain.texts[r]));
      continue;
    }
    append(column.numbers, plain.values);
    if (watch_codes && !column.beyond) {
      for (std::size_t r = 0; r < rows; ++r) {
        const double value = plain.values[r];
        column.zero |= value == 0.0;
        column.one |= value == 1.0;
        column.two |= value == 2.0;
        column.beyond |= (value != 0.0) & (value != 1.0) & (value != 2.0) & (value == value);
      }
    }
  }
  if (first_row_line_ == 0) first_row_line_ = line_;
  rows_seen_ += rows;
  rows_kept_ += rows;
  line_ += rows;
}

const char* CsvParser::read_plain_rows(const char* p, const char* end, std::size_t max_rows) {
  if (careful_only_ || line_ends_ != LineEnds::feed) return p;
  // Everything up to the last line feed can be read without looking for the end.
  const auto* const feed = static_cast<const char*>(memrchr(p, '\n', static_cast<std::size_t>(end - p)));
  if (feed == nullptr) return p;
  const char* const limit = feed + 1;
  if (plan_.empty()) plan_plain_rows();
  for (const PlainColumn& column : plan_) {
    // Whether a text column is one at all, the careful path finds out.
    if (column.free != nullptr && column.free->text && !column.free->found_text && !column.free->text_only) return p;
  }
  for (;;) {
    const std::size_t most = std::min(batch_, max_rows - rows());
    std::size_t read = 0;
    while (read < most && p < limit) {
      const char first = *p;
      if ((static_cast<unsigned char>(first) <= ' ' && first != delimiter_) || first == '#') break;
      const char* const next = read_plain_cells(p, limit, read);
      if (next == nullptr || static_cast<std::size_t>(next - p) > kMaxRecord) break;
      row_starts_[read++] = p;
      p = next;
    }
    const std::size_t good = make_plain_lives(read);
    if (good > 0) store_plain_rows(good);
    if (good < read) return row_starts_[good];
    if (read < most || most == 0) return p;
  }
}

}  // namespace relia::io
