// From windows of UTF-8 text to rows of a LifeTable, with every problem at its line and column.
//
// A pass learns what each free column is (numbers or text). A pass that was told wrongly goes on to the end,
// so that the next one, told by it, is the last: at most two passes read any text.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>
#include <relia/life_table.hpp>

#include "io/csv_cell.hpp"
#include "io/csv_header.hpp"
#include "io/csv_record.hpp"

namespace relia::io {

/// The distinct texts of a column in order of first appearance.
class LevelIndex {
 public:
  LevelIndex() = default;
  LevelIndex(LevelIndex&&) = default;
  LevelIndex& operator=(LevelIndex&&) = default;
  LevelIndex(const LevelIndex&) = delete;  // the index of a copy would point into the original
  LevelIndex& operator=(const LevelIndex&) = delete;

  [[nodiscard]] std::uint32_t code_of(std::string_view text);
  [[nodiscard]] std::size_t size() const noexcept { return levels_.size(); }
  [[nodiscard]] const std::string& level(std::size_t i) const { return levels_[i]; }
  /// All of them into `out`, unless it is the very list filled by the last call.
  void copy_to(std::vector<std::string>& out);

 private:
  std::deque<std::string> levels_;  // addresses stay, the index points to them
  std::unordered_map<std::string_view, std::uint32_t> index_;
  std::uint32_t last_ = 0;
  const std::string* filled_ = nullptr;  ///< first element of the list copy_to() filled last
};

/// One row while it is being made.
struct LifeRow {
  double lower = 0.0, upper = 0.0, count = 1.0, entry = 0.0, exit = 0.0;
};

/// Which free columns are text; empty before the first pass.
using TextColumns = std::vector<char>;

class CsvParser {
 public:
  /// @param text_columns  what an earlier pass learnt, one flag a column of the file
  CsvParser(std::string file, const CsvOptions& options, TextColumns text_columns = {});

  /// Reads whole records off the window's start until it, or the row limit, is exhausted.
  /// @returns the bytes used; fewer than the window's when a record is cut off (unless `last`)
  [[nodiscard]] std::size_t feed(std::string_view window,
                                 bool last,
                                 std::size_t max_rows = static_cast<std::size_t>(-1));
  /// After the last byte: what only the whole text shows (no rows, text where numbers were meant, …).
  void finish();

  /// Leaves every row to the careful path; for tests that compare it with the fast one.
  void be_careful() noexcept { careful_only_ = true; }

  [[nodiscard]] bool stopped() const noexcept { return stopped_; }  ///< a fault after which nothing can be read
  [[nodiscard]] const DataErrors& errors() const noexcept { return errors_; }
  [[nodiscard]] std::vector<std::string> warnings() const;
  /// After finish(): the flags a further pass needs, and whether this pass lacked them.
  [[nodiscard]] const TextColumns& text_columns() const noexcept { return text_columns_; }
  [[nodiscard]] bool needs_another_pass() const noexcept { return misjudged_; }
  /// Free columns that hold nothing and have no name are left out of tables; settled by finish() or by hand.
  [[nodiscard]] const std::vector<char>& dropped_columns() const noexcept { return dropped_; }
  void drop_columns(std::vector<char> dropped) { dropped_ = std::move(dropped); }
  [[nodiscard]] const std::string& time_unit() const noexcept { return header_.time_unit; }
  /// Header of the column of exact ages.
  [[nodiscard]] std::string age_column() const {
    const std::size_t time = header_.at[static_cast<std::size_t>(Role::time)],
                      lower = header_.at[static_cast<std::size_t>(Role::lower)];
    return time != kNoColumn ? header_.columns[time].name : lower != kNoColumn ? header_.columns[lower].name : "lower";
  }
  [[nodiscard]] std::uint64_t physical_line() const noexcept { return line_; }
  [[nodiscard]] std::size_t rows() const noexcept { return table_.lower.size(); }

  /// Moves the rows read so far into `out`; the parser goes on with none. Levels stay known.
  void move_rows(LifeTable& out);
  /// Adds the rows read so far to `counts`.
  void add_counts(LifeCounts& counts) const;
  /// The levels of every free column, for a further pass to start with; this parser has none then.
  [[nodiscard]] std::vector<LevelIndex> take_levels();
  void start_with_levels(std::vector<LevelIndex> levels) { known_levels_ = std::move(levels); }
  /// Forgets the rows read so far.
  void discard_rows() noexcept;
  /// Space for rows to come.
  void reserve_rows(std::size_t rows);

 private:
  /// A column without a part of its own.
  struct FreeColumn {
    std::size_t field = 0;
    bool text = false;         ///< kept as text in this pass
    bool number_only = false;  ///< anything else is an error
    bool text_only = false;    ///< by the user's wish
    bool found_text = false;   ///< a cell that is no number
    bool found_point = false, found_comma = false;
    bool all_empty = true;
    bool zero = false, one = false, two = false, beyond = false;  ///< whether a cell was 0, 1, 2, another number
    std::uint64_t first_filled_line = 0;
    LevelIndex levels;
    std::vector<double> numbers;
    std::vector<std::uint32_t> codes;
  };
  /// The cells of one column in the batch of the fast path.
  struct PlainColumn {
    double* values = nullptr;           ///< of a column of numbers; NaN: empty
    std::string_view* texts = nullptr;  ///< of any other
    FreeColumn* free = nullptr;         ///< of a column without a part
  };
  enum class Line : std::uint8_t { taken, cut_off, is_record };

  Line skip_line(const char*& p, const char* end, bool last);
  bool read_header(const char*& p, const char* end, bool last);
  void begin_rows();
  bool read_separator_line(std::string_view line);
  bool read_record(const char*& p, const char* end, bool last);
  void report_fault(RecordScanner::Outcome outcome, const char*& p, const char* end);
  void read_row();
  const char* read_plain_rows(const char* p, const char* end, std::size_t max_rows);
  const char* read_plain_cell(const char* p, const char* limit, char mark, const PlainColumn& column, std::size_t r);
  const char* read_plain_cells(const char* p, const char* limit, std::size_t r);
  std::size_t make_plain_lives(std::size_t rows);
  void store_plain_rows(std::size_t rows);
  void plan_plain_rows();
  Status plain_status(std::string_view cell);

  bool read_time(const RecordScanner::Field& field, Role role, double& value);
  bool read_count(const RecordScanner::Field& field, double& value);
  bool read_status_cell(const RecordScanner::Field& field, Status& status);
  bool read_life(LifeRow& row);
  bool check_window(const LifeRow& row, std::uint64_t line);
  void store_row(const LifeRow& row, std::uint64_t line);
  void store_free(FreeColumn& column, const RecordScanner::Field& field, bool keep);
  bool note_mark(char mark, const RecordScanner::Field& field);
  CellNumber number_in(const RecordScanner::Field& field) const;
  const RecordScanner::Field& field_of(Role role) const { return scanner_.fields()[header_.column_of(role)]; }

  void fail(std::uint64_t line, std::string_view column, std::string message);
  void check_unclaimed_status();

  std::string file_;
  const CsvOptions& options_;
  TextColumns text_columns_;
  std::vector<char> dropped_;
  Header header_;
  std::vector<FreeColumn> free_;
  std::vector<LevelIndex> known_levels_;
  std::vector<PlainColumn> plan_;
  std::size_t batch_ = 0;                           ///< rows of a batch
  std::deque<std::vector<double>> number_columns_;  ///< where the plan's cells are
  std::deque<std::vector<std::string_view>> text_columns_of_plan_;
  std::vector<double> plain_lower_, plain_upper_;
  std::vector<const char*> row_starts_;
  std::array<std::optional<Status>, 256> letter_status_;
  std::array<std::pair<std::string, Status>, 4> known_status_;  ///< words met lately
  std::size_t next_known_status_ = 0;
  RecordScanner scanner_;
  LifeTable table_;
  DataErrors errors_;
  std::vector<std::string> warnings_;
  std::uint64_t line_ = 1;  ///< physical line of the next byte
  std::uint64_t header_line_ = 0, first_row_line_ = 0;
  std::uint64_t rows_seen_ = 0, rows_kept_ = 0;
  std::uint64_t count_sum_ = 0;
  std::uint64_t data_like_comments_ = 0, first_data_like_comment_ = 0;
  LineEnds line_ends_ = LineEnds::undecided;
  char delimiter_ = 0;       ///< 0: not known yet
  char separator_line_ = 0;  ///< what a "sep=" line said
  char mark_ = 0;            ///< decimal mark of the life columns, once one was met
  std::uint64_t mark_line_ = 0;
  bool header_done_ = false, stopped_ = false, misjudged_ = false, count_overflow_ = false, careful_only_ = false;
};

}  // namespace relia::io
