#include "io/csv_parser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace relia::io {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string delimiter_name(char delimiter) {
  return delimiter == '\t' ? "tab" : delimiter == ';' ? "semicolon" : "comma";
}

/// A first line like that is data, not names.
bool all_numbers(const std::vector<std::string>& names) {
  bool number = false;
  for (const std::string& name : names) {
    const auto kind = parse_number(name, DecimalMarks::either).kind;
    if (kind == CellNumber::Kind::text) return false;
    number = number || kind == CellNumber::Kind::number;
  }
  return number;
}

}  // namespace

std::uint32_t LevelIndex::code_of(std::string_view text) {
  if (last_ < levels_.size() && levels_[last_] == text) return last_;
  if (const auto found = index_.find(text); found != index_.end()) return last_ = found->second;
  levels_.emplace_back(text);
  last_ = static_cast<std::uint32_t>(levels_.size() - 1);
  index_.emplace(levels_.back(), last_);
  return last_;
}

void LevelIndex::copy_to(std::vector<std::string>& out) {
  // Streams hand the same block out again and again; a million levels are copied once.
  if (!out.empty() && out.data() == filled_ && out.size() == levels_.size() && out.front() == levels_.front() &&
      out.back() == levels_.back()) {
    return;
  }
  out.assign(levels_.begin(), levels_.end());
  filled_ = out.data();
}

CsvParser::CsvParser(std::string file, const CsvOptions& options, TextColumns text_columns)
    : file_(std::move(file)), options_(options), text_columns_(std::move(text_columns)) {}

void CsvParser::fail(std::uint64_t line, std::string_view column, std::string message) {
  if (errors_.first.size() < DataErrors::kShown) {
    errors_.add({file_, line, shown_name(column), std::move(message)});
  } else {
    ++errors_.total;
  }
}

std::size_t CsvParser::feed(std::string_view window, bool last, std::size_t max_rows) {
  if (window.empty()) return 0;
  const char* p = window.data();
  const char* const end = p + window.size();
  if (line_ends_ == LineEnds::undecided && !decide_line_ends(p, end, last, line_ends_)) {
    if (window.size() <= kMaxRecord) return 0;
    fail(line_, {}, "a line longer than 16 MiB; expected a header line");
    stopped_ = true;
  }
  while (p < end && !stopped_ && rows() < max_rows) {
    if (header_done_) {
      p = read_plain_rows(p, end, max_rows);
      if (p == end || rows() >= max_rows) break;
    }
    const Line kind = skip_line(p, end, last);
    if (kind == Line::cut_off) break;
    if (kind == Line::taken) continue;
    if (!(header_done_ ? read_record(p, end, last) : read_header(p, end, last))) break;
  }
  if (stopped_) p = end;
  return static_cast<std::size_t>(p - window.data());
}

/// Takes an empty line, a comment or a "sep=" line.
CsvParser::Line CsvParser::skip_line(const char*& p, const char* end, bool last) {
  const char* q = p;
  const auto is_blank = [this](char c) {
    return c == ' ' || (c == '\t' && delimiter_ != '\t') || c == '\f' || c == '\x1A' ||
           (c == '\r' && line_ends_ == LineEnds::feed);
  };
  while (q < end && is_blank(*q)) ++q;
  const bool comment = q < end && *q == '#';
  const bool separator = line_ == 1 && !header_done_ && q < end && (*q == 's' || *q == 'S' || *q == '"');
  if (q < end && *q != '\n' && *q != '\r' && !comment && !separator) return Line::is_record;
  const char* stop = find_line_end(q, end, line_ends_);
  const bool open = !last && (stop == end || (*stop == '\r' && stop + 1 == end));
  if (static_cast<std::size_t>(stop - p) > kMaxRecord) {
    fail(line_, {}, "a line longer than 16 MiB; expected a row of a table");
    stopped_ = true;
    return Line::cut_off;
  }
  if (open) return Line::cut_off;
  if (separator && !read_separator_line({q, static_cast<std::size_t>(stop - q)})) return Line::is_record;
  if (comment && header_done_ && header_.columns.size() > 1) {
    const auto delimiters = static_cast<std::size_t>(std::count(q, stop, delimiter_));
    if (delimiters + 1 == header_.columns.size() && data_like_comments_++ == 0) first_data_like_comment_ = line_;
  }
  if (stop < end) ++line_;
  skip_line_end(stop, end);
  p = stop;
  return Line::taken;
}

/// Excel's first line "sep=;" names the delimiter.
bool CsvParser::read_separator_line(std::string_view line) {
  if (line.size() >= 2 && line.front() == '"' && line.back() == '"') line = line.substr(1, line.size() - 2);
  if (folded(line.substr(0, 4)) != "sep=" || line.size() < 5 || trimmed(line.substr(5)) != "") return false;
  const char c = line[4];
  if (c == ',' || c == ';' || c == '\t') {
    separator_line_ = c;
  } else {
    fail(line_, {}, "the delimiter " + shown(line.substr(4, 1)) + " is not taken; expected comma, semicolon or tab");
    stopped_ = true;
  }
  return true;
}

/// false: the header is cut off by the end of the window.
bool CsvParser::read_header(const char*& p, const char* end, bool last) {
  std::string_view candidates = "\t;,";
  if (separator_line_ != 0) candidates = candidates.substr(candidates.find(separator_line_), 1);
  std::vector<std::string> names;
  std::size_t best_known = 0;
  const char* next = nullptr;
  std::uint64_t next_line = 0;
  char faulty = 0;
  for (const char candidate : candidates) {
    const auto outcome = scanner_.scan(p, end, last, candidate, line_ends_, line_);
    if (outcome == RecordScanner::Outcome::more) return false;
    if (outcome != RecordScanner::Outcome::record) {
      faulty = candidate;
      continue;
    }
    const auto& fields = scanner_.fields();
    if (fields.size() > kMaxColumns) {
      fail(line_, {},
           std::to_string(fields.size()) + " columns; at most " + std::to_string(kMaxColumns) + " are taken");
      stopped_ = true;
      return true;
    }
    std::vector<std::string> these;
    these.reserve(fields.size());
    for (const auto& field : fields) these.emplace_back(field.text());
    if (all_numbers(these)) {
      fail(line_, {},
           "no header: the first line is all numbers; expected column names such as time,status or lower,upper");
      stopped_ = true;
      return true;
    }
    const std::size_t known = known_names(these, options_);
    if (names.empty() || known > best_known || (known == best_known && these.size() > names.size())) {
      names = std::move(these);
      best_known = known;
      delimiter_ = candidate;
      next = scanner_.next();
      next_line = scanner_.next_line();
    }
  }
  if (faulty != 0 && best_known == 0) {
    report_fault(scanner_.scan(p, end, last, faulty, line_ends_, line_), p, end);
    stopped_ = true;
    return true;
  }
  // Nothing to cut: a single column, whose decimal commas would be cuts.
  if (names.size() == 1 && separator_line_ == 0) delimiter_ = ',';

  header_line_ = line_;
  header_ = resolve_header(names, line_, file_, options_, errors_);
  if (!errors_.empty()) {
    stopped_ = true;
    return true;
  }
  line_ = next_line;
  p = next;
  begin_rows();
  return true;
}

void CsvParser::begin_rows() {
  header_done_ = true;
  const std::size_t columns = header_.columns.size();
  if (text_columns_.size() != columns) text_columns_.assign(columns, 0);
  if (dropped_.size() != columns) dropped_.assign(columns, 0);
  for (std::size_t i = 0; i < columns; ++i) {
    const HeaderColumn& c = header_.columns[i];
    if (c.role != Role::other) continue;
    FreeColumn& column = free_.emplace_back();
    column.field = i;
    column.number_only = c.must_be_number;
    column.text_only = c.must_be_text;
    column.text = c.must_be_text || text_columns_[i] != 0;
    if (free_.size() <= known_levels_.size()) column.levels = std::move(known_levels_[free_.size() - 1]);
  }
}

/// false: the record is cut off by the end of the window.
bool CsvParser::read_record(const char*& p, const char* end, bool last) {
  const auto outcome = scanner_.scan(p, end, last, delimiter_, line_ends_, line_);
  if (outcome == RecordScanner::Outcome::more) return false;
  if (first_row_line_ == 0) first_row_line_ = line_;
  if (outcome != RecordScanner::Outcome::record) {
    report_fault(outcome, p, end);
    return true;
  }
  ++rows_seen_;
  read_row();
  p = scanner_.next();
  line_ = scanner_.next_line();
  return true;
}

/// Says what is wrong with the shape of a record and moves behind it.
void CsvParser::report_fault(RecordScanner::Outcome outcome, const char*& p, const char* end) {
  const std::size_t i = scanner_.fields().size();
  const bool text_after = outcome == RecordScanner::Outcome::text_after_quote;
  const std::size_t at = text_after ? i - 1 : i;
  const std::string_view column =
      header_done_ && at < header_.columns.size() ? header_.columns[at].name : std::string_view();
  ++rows_seen_;
  if (text_after) {
    const char* stop = find_line_end(scanner_.next(), end, line_ends_);
    const std::string_view rest(scanner_.next(), static_cast<std::size_t>(stop - scanner_.next()));
    std::string where;
    if (scanner_.fault_line() != scanner_.next_line()) where = " on line " + std::to_string(scanner_.next_line());
    fail(scanner_.fault_line(), column,
         "the quoted cell that opens here closes" + where + " before " + shown(rest) + "; expected a " +
             delimiter_name(delimiter_) + " or the line's end after the quotes (quotes inside are doubled)");
    // The rest of the physical line belongs to the damage.
    line_ = scanner_.next_line();
    if (stop < end) ++line_;
    skip_line_end(stop, end);
    p = stop;
    return;
  }
  if (scanner_.in_quotes()) {
    fail(scanner_.fault_line(), column,
         outcome == RecordScanner::Outcome::too_long
             ? "the quotes that open here do not close within 16 MiB; expected closing quotes"
             : "the quotes that open here never close; expected closing quotes");
  } else {
    fail(line_, {}, "a record longer than 16 MiB; expected a row of a table");
  }
  stopped_ = true;
}

CellNumber CsvParser::number_in(const RecordScanner::Field& field) const {
  return parse_number(field.text(), delimiter_ == ';' ? DecimalMarks::either : DecimalMarks::point);
}

/// The life columns of a file use one decimal mark.
bool CsvParser::note_mark(char mark, const RecordScanner::Field& field) {
  if (mark == 0 || delimiter_ != ';' || mark == mark_) return true;
  if (mark_ == 0) {
    mark_ = mark;
    mark_line_ = field.line;
    return true;
  }
  const auto i = static_cast<std::size_t>(&field - scanner_.fields().data());
  fail(field.line, header_.columns[i].name,
       shown(field.text()) + " has a decimal " + (mark == ',' ? "comma" : "point") + " but line " +
           std::to_string(mark_line_) + " a decimal " + (mark_ == ',' ? "comma" : "point") +
           "; expected one of them throughout");
  return false;
}

bool CsvParser::read_time(const RecordScanner::Field& field, Role role, double& value) {
  using Kind = CellNumber::Kind;
  const std::string& column = header_.name_of(role);
  const bool open_above = role == Role::upper || role == Role::exit;
  const char* expected =
      open_above ? "a number, or an empty cell or inf for no limit" : "a finite number of at least 0";
  const CellNumber n = number_in(field);
  switch (n.kind) {
    case Kind::number:
      if (n.value < 0.0) {
        fail(field.line, column, shown(field.text()) + " is negative; expected a time of at least 0");
        return false;
      }
      value = n.value + 0.0;  // minus zero becomes zero
      return note_mark(n.mark, field);
    case Kind::empty:
      value = open_above ? kInfinity : 0.0;
      if (role != Role::time) return true;
      fail(field.line, column, "the cell is empty; expected a time");
      return false;
    case Kind::infinite:
      value = kInfinity;
      if (open_above) return true;
      fail(field.line, column,
           shown(field.text()) + " is infinite; expected " + expected +
               " (a unit that has not failed is right-censored at its age)");
      return false;
    case Kind::not_a_number:
      fail(field.line, column, shown(field.text()) + " (NaN) is not a time; expected " + expected);
      return false;
    case Kind::too_large:
      fail(field.line, column, shown(field.text()) + " is too large for a double (1.8e308); expected a time");
      return false;
    case Kind::too_small:
      fail(field.line, column,
           shown(field.text()) + " is not zero but too small for a double (4.9e-324); expected a time");
      return false;
    case Kind::text: break;
  }
  std::string message;
  if (field.text().find('\0') != std::string_view::npos) {
    message = "binary: the cell " + shown(field.text()) + " holds a NUL byte; expected " + expected;
  } else {
    message = shown(trimmed(field.text())) + " is not a number; expected " + expected;
    if (field.text().find(',') != std::string_view::npos) {
      message += delimiter_ == ';' ? " (no thousands separators)"
                                   : " (no thousands separators; decimal commas only between semicolons)";
    }
  }
  fail(field.line, column, std::move(message));
  return false;
}

bool CsvParser::read_count(const RecordScanner::Field& field, double& value) {
  constexpr double kLimit = 9007199254740992.0;  // 2^53
  const std::string& column = header_.name_of(Role::count);
  const CellNumber n = number_in(field);
  const char* wrong = nullptr;
  if (n.kind == CellNumber::Kind::empty) {
    fail(field.line, column, "the cell is empty; expected a whole number of at least 0");
    return false;
  }
  if (n.kind == CellNumber::Kind::too_large || (n.kind == CellNumber::Kind::number && n.value >= kLimit)) {
    wrong = " is too large; expected a count below 2^53";
  } else if (n.kind == CellNumber::Kind::number && n.value < 0.0) {
    wrong = " is negative; expected a count of at least 0";
  } else if (n.kind != CellNumber::Kind::number || n.value != std::floor(n.value)) {
    wrong = " is not a whole number; expected a count of at least 0";
  }
  if (wrong != nullptr) {
    fail(field.line, column, shown(trimmed(field.text())) + wrong);
    return false;
  }
  value = n.value + 0.0;
  return note_mark(n.mark, field);
}

bool CsvParser::read_status_cell(const RecordScanner::Field& field, Status& status) {
  const std::string& column = header_.name_of(Role::status);
  const Status raw = read_status(field.text());
  status = decide(raw, header_.codes);
  if (status != Status::unknown) return true;
  if (trimmed(field.text()).empty()) {
    fail(field.line, column, "the cell is empty; expected F (failed), S (suspended) or L (left-censored)");
  } else if (raw != Status::unknown && header_.codes == CodeMeaning::undecided) {
    fail(field.line, column,
         "the name '" + shown_name(column) + "' does not say what the code " + shown(trimmed(field.text())) +
             " means; expected --failed-code with the code of a failure, or words such as F and S");
  } else {
    fail(field.line, column,
         "the status " + shown(trimmed(field.text())) +
             " is unknown; expected F (failed), S (suspended), L (left-censored), their full words, or 0 and 1");
  }
  return false;
}

/// Lower and upper of the row at hand, from either layout. false: an error was reported.
bool CsvParser::read_life(LifeRow& row) {
  if (!header_.interval_layout) {
    double time = 0.0;
    Status status = Status::failed;
    const auto& field = field_of(Role::time);
    bool good = read_time(field, Role::time, time);
    if (header_.has(Role::status)) good = read_status_cell(field_of(Role::status), status) && good;
    if (!good) return false;
    row.lower = status == Status::left_censored ? 0.0 : time;
    row.upper = status == Status::right_censored ? kInfinity : time;
    if (status == Status::left_censored && time == 0.0) {
      fail(field.line, header_.name_of(Role::time),
           "a unit left-censored at 0 failed before its life began; expected a time above 0");
      return false;
    }
    return true;
  }
  const auto &low = field_of(Role::lower), &high = field_of(Role::upper);
  const bool low_good = read_time(low, Role::lower, row.lower);
  const bool high_good = read_time(high, Role::upper, row.upper);
  if (!low_good || !high_good) return false;
  const bool low_empty = trimmed(low.text()).empty();
  const std::string &low_name = header_.name_of(Role::lower), &high_name = header_.name_of(Role::upper);
  if (low_empty && std::isinf(row.upper)) {
    fail(low.line, low_name,
         trimmed(high.text()).empty()
             ? "'" + shown_name(low_name) + "' and '" + shown_name(high_name) +
                   "' are both empty; expected at least one time"
             : "the cell is empty and '" + shown_name(high_name) + "' infinite; expected at least one time");
    return false;
  }
  if (row.upper < row.lower) {
    fail(high.line, high_name,
         shown(trimmed(high.text())) + " is below '" + shown_name(low_name) + "' " + shown(trimmed(low.text())) +
             "; expected an upper bound of at least the lower one");
    return false;
  }
  if (low_empty && row.upper == 0.0) {
    fail(high.line, high_name,
         "a unit left-censored at 0 failed before its life began; expected an upper bound above 0");
    return false;
  }
  return true;
}

/// A row can only be in the sample when its event lies in its truncation window.
bool CsvParser::check_window(const LifeRow& row, std::uint64_t line) {
  if (row.entry == 0.0 && std::isinf(row.exit)) return true;
  const auto name = [&](Role role, const char* otherwise) {
    return "'" + (header_.has(role) ? shown_name(header_.name_of(role)) : std::string(otherwise)) + "'";
  };
  const auto number = [&](Role role) { return shown(trimmed(field_of(role).text())); };
  if (row.exit <= row.entry) {
    fail(field_of(Role::exit).line, header_.name_of(Role::exit),
         "the truncation window is empty: " + number(Role::exit) + " is not above " + name(Role::entry, "trunc_lower") +
             (header_.has(Role::entry) ? " " + number(Role::entry) : " 0") + "; expected a later upper end");
    return false;
  }
  const bool exact = row.lower == row.upper;
  // Exact at 0 without an entry age is left for the fit, whose law decides whether 0 is possible.
  const bool inside = exact ? (row.lower > row.entry || row.entry == 0.0) && row.lower <= row.exit
                            : std::max(row.lower, row.entry) < std::min(row.upper, row.exit);
  if (inside) return true;
  const bool below = exact ? row.lower <= row.entry : row.upper <= row.entry;
  const Role life = !header_.interval_layout ? Role::time : below && !exact ? Role::upper : Role::lower;
  const std::string limit = below ? name(Role::entry, "trunc_lower") + " " + number(Role::entry)
                                  : name(Role::exit, "trunc_upper") + " " + number(Role::exit);
  std::string what = exact ? "a failure at " : std::isinf(row.upper) ? "a unit suspended at " : "an event with bound ";
  fail(line, header_.name_of(life),
       what + number(life) + " lies outside its truncation window, " + (below ? "not above " : "beyond ") + limit +
           "; expected an event that the window could show");
  return false;
}

void CsvParser::read_row() {
  const auto& fields = scanner_.fields();
  const std::size_t columns = header_.columns.size();
  if (fields.size() != columns) {
    const bool fewer = fields.size() < columns;
    const std::string_view column = fewer ? std::string_view(header_.columns[fields.size()].name) : std::string_view();
    fail(fields.front().line, column,
         "the row has " + std::to_string(fields.size()) + (fields.size() == 1 ? " cell" : " cells") +
             " and the header " + std::to_string(columns) + "; expected as many" +
             (fewer ? std::string() : ", the first too many is " + shown(trimmed(fields[columns].text()))));
    return;
  }
  LifeRow row;
  row.exit = kInfinity;
  const std::uint64_t line = fields.front().line;
  const std::uint64_t errors_before = errors_.total;
  bool good = read_life(row);
  const bool window_good = (!header_.has(Role::entry) || read_time(field_of(Role::entry), Role::entry, row.entry)) &
                           (!header_.has(Role::exit) || read_time(field_of(Role::exit), Role::exit, row.exit));
  if (good && window_good) {
    const Role life = header_.interval_layout ? Role::lower : Role::time;
    good = check_window(row, field_of(life).line);
  }
  if (header_.has(Role::count) && read_count(field_of(Role::count), row.count)) {
    // A sum of two numbers below 2^53 cannot overflow, and after the first excess nothing is added.
    const auto count = static_cast<std::uint64_t>(row.count);
    if (count_sum_ + count >= (std::uint64_t{1} << 53)) {
      if (!count_overflow_) {
        fail(field_of(Role::count).line, header_.name_of(Role::count),
             "the counts up to here sum to 2^53 or more; expected a smaller sum");
      }
      count_overflow_ = true;
    } else {
      count_sum_ += count;
    }
  }
  const bool keep = errors_.total == errors_before && row.count > 0.0;
  for (FreeColumn& column : free_) store_free(column, fields[column.field], keep);
  if (keep && errors_.total == errors_before) store_row(row, line);
}

void CsvParser::store_row(const LifeRow& row, std::uint64_t line) {
  table_.lower.push_back(row.lower);
  table_.upper.push_back(row.upper);
  if (header_.has(Role::count)) table_.count.push_back(row.count);
  if (header_.has(Role::entry)) table_.entry.push_back(row.entry);
  if (header_.has(Role::exit)) table_.exit.push_back(row.exit);
  table_.line.push_back(
      static_cast<std::uint32_t>(std::min<std::uint64_t>(line, std::numeric_limits<std::uint32_t>::max())));
  ++rows_kept_;
}

/// Checks the cell and, when the row is kept, stores it.
void CsvParser::store_free(FreeColumn& column, const RecordScanner::Field& field, bool keep) {
  using Kind = CellNumber::Kind;
  const std::string& name = header_.columns[column.field].name;
  const std::string_view text = field.quoted ? field.text() : trimmed(field.text());
  if (text.find('\0') != std::string_view::npos) {
    fail(field.line, name, "binary: the cell " + shown(text) + " holds a NUL byte; expected text");
  }
  CellNumber n;
  if (!column.text_only) n = number_in(field);
  if (column.number_only && n.kind != Kind::number && n.kind != Kind::empty) {
    fail(field.line, name, shown(trimmed(text)) + " is not a number; expected a finite number");
  }
  if (!keep) return;
  if (!text.empty()) {
    if (column.all_empty) column.first_filled_line = field.line;
    column.all_empty = false;
  }
  if (!column.text_only) {
    if (n.kind == Kind::number && n.mark == '.') column.found_point = true;
    if (n.kind == Kind::number && n.mark == ',') column.found_comma = true;
    const bool number = n.kind == Kind::empty || (n.kind == Kind::number && (n.exact_id || column.number_only));
    if (!number) column.found_text = true;
    if (n.kind == Kind::number) {
      column.zero = column.zero || n.value == 0.0;
      column.one = column.one || n.value == 1.0;
      column.two = column.two || n.value == 2.0;
      column.beyond = column.beyond || (n.value != 0.0 && n.value != 1.0 && n.value != 2.0);
    }
  }
  if (column.text) {
    column.codes.push_back(column.levels.code_of(text));
  } else {
    column.numbers.push_back(n.kind == Kind::number ? n.value : std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace relia::io
