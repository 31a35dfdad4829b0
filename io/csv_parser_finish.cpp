#include <algorithm>
#include <utility>

#include "io/csv_header_names.hpp"
#include "io/csv_parser.hpp"
#include "io/large_pages.hpp"

namespace relia::io {
void CsvParser::finish() {
  if (stopped_) return;
  if (!header_done_) {
    fail(1, {},
         rows_seen_ == 0 && line_ == 1
             ? "the file is empty; expected a header line and rows of data"
             : "the file is empty but for blank and comment lines, no data; expected a header line and rows");
    stopped_ = true;
    return;
  }
  if (rows_seen_ == 0) {
    fail(header_line_ + 1, {}, "no data: the header is the last line; expected at least one row");
    stopped_ = true;
    return;
  }
  if (!errors_.empty()) return;
  if (rows_kept_ == 0) {
    fail(first_row_line_, header_.name_of(Role::count), "no data: every row has count 0; expected at least one unit");
    stopped_ = true;
    return;
  }

  // One decimal mark a file: that of the life columns, else the comma if any column has it.
  char mark = mark_;
  if (delimiter_ == ';' && mark == 0) {
    for (const FreeColumn& c : free_) {
      if (c.found_comma && !c.found_text) mark = ',';
    }
  }
  for (FreeColumn& c : free_) {
    const HeaderColumn& named = header_.columns[c.field];
    if (delimiter_ == ';' && !c.text_only) {
      const bool mixed =
          (c.found_point && mark == ',') || (c.found_comma && mark == '.') || (c.found_point && c.found_comma);
      if (mixed && c.number_only) {
        fail(c.first_filled_line, named.name,
             "the column mixes decimal points and commas with the rest of the file; expected one mark throughout");
      } else if (mixed && !c.found_text) {
        c.found_text = true;
        warnings_.push_back("column '" + shown_name(named.name) +
                            "' is kept as text: its decimal mark differs from the rest of the file");
      }
    }
    if (!c.text_only && c.found_text != c.text) {
      text_columns_[c.field] = c.found_text ? 1 : 0;
      misjudged_ = true;
    }
    if (named.unnamed) {
      dropped_[c.field] = c.all_empty ? 1 : 0;
      if (!c.all_empty) {
        warnings_.push_back("column " + std::to_string(c.field + 1) + " has no name and is kept as '" +
                            shown_name(named.name) + "'");
      }
    }
  }
  if (!misjudged_) check_unclaimed_status();
}

/// Without a status column every time is a failure. A column that speaks of failures and suspensions under
/// another name would then be lost in silence.
void CsvParser::check_unclaimed_status() {
  if (header_.interval_layout || header_.has(Role::status)) return;
  const auto refuse = [this](const std::string& name, const char* what) {
    fail(header_line_, name,
         std::string("there is no status column, but ") + what +
             "; expected --status with its name (or the name 'status'), or another name if it is something else");
    stopped_ = true;
  };
  for (const FreeColumn& c : free_) {
    const std::string& name = header_.columns[c.field].name;
    if (c.text_only || c.number_only || c.all_empty) continue;
    if (c.text) {
      bool failed = false, censored = false, code = false, other = false, written_out = true;
      for (std::size_t i = 0; i < std::min<std::size_t>(c.levels.size(), 64); ++i) {
        const std::string_view word = c.levels.level(i);
        if (word.empty()) continue;
        const Status status = read_status(word);
        failed = failed || status == Status::failed;
        censored = censored || status == Status::right_censored || status == Status::left_censored;
        code = code || status == Status::zero || status == Status::one || status == Status::two;
        other = other || status == Status::unknown;
        written_out = written_out && word.size() > 1;
      }
      if (other) continue;
      if (!code && censored && (failed || written_out)) {
        refuse(name, "this column holds status words");
      } else if (speaks_of_status(name) && (censored || code)) {
        refuse(name, "the name of this one speaks of a status, and it holds words or codes of one");
      }
    } else if (!c.beyond && (c.zero || c.one || c.two) && speaks_of_status(name)) {
      refuse(name,
             "the name of this one speaks of a status, and it holds codes (--failed-code says which means failed)");
    } else if (c.zero && c.one && !c.two && !c.beyond) {
      warnings_.push_back("no status column: every time is taken as a failure; if column '" + shown_name(name) +
                          "' (0 and 1) is the status, name it by --status");
    }
  }
}

std::vector<std::string> CsvParser::warnings() const {
  std::vector<std::string> out = header_.warnings;
  out.insert(out.end(), warnings_.begin(), warnings_.end());
  if (data_like_comments_ > 0) {
    out.push_back(std::to_string(data_like_comments_) + (data_like_comments_ == 1 ? " line" : " lines") +
                  " that look like data begin with # and were skipped as comments (the first is line " +
                  std::to_string(first_data_like_comment_) + ")");
  }
  return out;
}

void CsvParser::move_rows(LifeTable& out) {
  out.lower.clear();
  out.upper.clear();
  out.count.clear();
  out.entry.clear();
  out.exit.clear();
  out.line.clear();
  out.lower.swap(table_.lower);
  out.upper.swap(table_.upper);
  out.count.swap(table_.count);
  out.entry.swap(table_.entry);
  out.exit.swap(table_.exit);
  out.line.swap(table_.line);
  std::size_t kept = 0;
  for (const FreeColumn& c : free_) kept += dropped_[c.field] == 0 ? std::size_t{1} : std::size_t{0};
  out.columns.resize(kept);
  std::size_t k = 0;
  for (FreeColumn& c : free_) {
    if (dropped_[c.field] != 0) {
      c.numbers.clear();
      c.codes.clear();
      continue;
    }
    Column& column = out.columns[k++];
    column.name = header_.columns[c.field].name;
    column.unit = header_.columns[c.field].unit;
    column.type = c.text ? Column::Type::text : Column::Type::number;
    column.numbers.clear();
    column.codes.clear();
    column.numbers.swap(c.numbers);
    column.codes.swap(c.codes);
    c.levels.copy_to(column.levels);
  }
}

void CsvParser::add_counts(LifeCounts& counts) const {
  const LifeCounts more = count_by_kind(table_);
  counts.n += more.n;
  counts.failures += more.failures;
  counts.right_censored += more.right_censored;
  counts.left_censored += more.left_censored;
  counts.interval_censored += more.interval_censored;
  counts.truncated += more.truncated;
  counts.rows += more.rows;
}

std::vector<LevelIndex> CsvParser::take_levels() {
  std::vector<LevelIndex> out;
  out.reserve(free_.size());
  for (FreeColumn& c : free_) out.push_back(std::move(c.levels));
  return out;
}

void CsvParser::discard_rows() noexcept {
  table_.lower.clear();
  table_.upper.clear();
  table_.count.clear();
  table_.entry.clear();
  table_.exit.clear();
  table_.line.clear();
  for (FreeColumn& c : free_) {
    c.numbers.clear();
    c.codes.clear();
  }
}

void CsvParser::reserve_rows(std::size_t rows) {
  reserve_large(table_.lower, rows);
  reserve_large(table_.upper, rows);
  if (header_.has(Role::count)) reserve_large(table_.count, rows);
  if (header_.has(Role::entry)) reserve_large(table_.entry, rows);
  if (header_.has(Role::exit)) reserve_large(table_.exit, rows);
  reserve_large(table_.line, rows);
  for (FreeColumn& c : free_) {
    if (c.text) {
      reserve_large(c.codes, rows);
    } else {
      reserve_large(c.numbers, rows);
    }
  }
}

}  // namespace relia::io
