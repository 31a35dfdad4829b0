// Fuzz target of the CSV reader: libFuzzer calls LLVMFuzzerTestOneInput, csv_replay.cpp does without libFuzzer.
//
// Besides "no crash", every input holds these: what is read keeps the invariants of a LifeTable; what is refused
// says where; the fast and the careful path agree; reading a file in blocks gives the same as reading it at
// once; a table written as CSV reads back as itself.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

#include <unistd.h>

#include <relia/io/csv.hpp>

#include "io/csv_header_names.hpp"
#include "io/csv_pass.hpp"

namespace {

using namespace relia;
using namespace relia::io;

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "csv_fuzz: %s\n", what);
  std::abort();
}
void require(bool holds, const char* what) {
  if (!holds) fail(what);
}

/// Options made of the first byte, so that inputs reach the parts that options open.
CsvOptions options_of(std::uint8_t byte) {
  CsvOptions options;
  switch (byte & 7) {
    case 1: options.failed_code = "1"; break;
    case 2: options.numeric = {"a"}; break;
    case 3: options.text = {"a"}; break;
    case 4: options.time = "a"; break;
    case 5: options.lower = "a"; break;
    case 6: options.count = "a"; break;
    default: break;
  }
  return options;
}

void check_table(const LifeTable& table) {
  const std::size_t rows = table.rows();
  require(rows > 0, "an empty table was returned");
  require(table.upper.size() == rows && table.line.size() == rows, "columns differ in length");
  require(table.count.empty() || table.count.size() == rows, "count has another length");
  require(table.entry.empty() || table.entry.size() == rows, "entry has another length");
  require(table.exit.empty() || table.exit.size() == rows, "exit has another length");
  double sum = 0.0;
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < rows; ++i) {
    const double lower = table.lower[i], upper = table.upper[i];
    require(std::isfinite(lower) && lower >= 0.0 && !std::signbit(lower), "lower is not a finite time");
    require(upper >= lower && !std::signbit(upper), "upper is below lower");
    const double count = table.count_at(i);
    require(count >= 1.0 && count == std::floor(count), "count is not a whole number above 0");
    sum += count;
    const double entry = table.entry_at(i), exit = table.exit_at(i);
    require(std::isfinite(entry) && entry >= 0.0 && exit > entry, "the truncation window is empty");
    if (lower == upper) {
      require((lower > entry || entry == 0.0) && lower <= exit, "an exact time lies outside its window");
    } else {
      require(std::fmax(lower, entry) < std::fmin(upper, exit), "an interval lies outside its window");
    }
    require(table.line[i] > line, "lines do not grow");
    line = table.line[i];
  }
  require(sum < 9007199254740992.0, "the counts sum to 2^53 or more");
  for (const Column& column : table.columns) {
    require(column.rows() == rows, "a free column has another length");
    require(!column.name.empty(), "a column without a name");
    if (column.type == Column::Type::number) {
      for (const double x : column.numbers) require(!std::isinf(x), "an infinite number in a free column");
      require(column.codes.empty() && column.levels.empty(), "a number column with levels");
    } else {
      require(column.numbers.empty(), "a text column with numbers");
      std::uint32_t known = 0;
      for (const std::uint32_t code : column.codes) {
        require(code <= known && code < column.levels.size(), "codes are not in order of first appearance");
        if (code == known) ++known;
      }
      require(known == column.levels.size(), "a level that no row has");
    }
  }
}

void check_errors(const DataErrors& errors) {
  require(!errors.empty() && errors.first.size() == std::min<std::uint64_t>(errors.total, DataErrors::kShown),
          "errors are miscounted");
  for (const DataError& e : errors.first) {
    require(e.line >= 1 && !e.message.empty(), "an error without its place");
    require(e.message.size() < 4000, "an endless message");
    for (const char c : e.message)
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "a control character in a message");
    for (const char c : e.column)
      require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "a control character in a column");
  }
}

bool same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

void require_same(const LifeTable& a, const LifeTable& b, bool lines, const char* what) {
  require(a.lower == b.lower && a.upper == b.upper && a.count == b.count && a.entry == b.entry && a.exit == b.exit,
          what);
  if (lines) require(a.line == b.line, what);
  require(a.columns.size() == b.columns.size(), what);
  for (std::size_t k = 0; k < a.columns.size(); ++k) {
    const Column &x = a.columns[k], &y = b.columns[k];
    require(x.type == y.type && x.codes == y.codes && x.levels == y.levels && x.numbers.size() == y.numbers.size(),
            what);
    for (std::size_t i = 0; i < x.numbers.size(); ++i) require(same(x.numbers[i], y.numbers[i]), what);
  }
}

void require_same(const DataErrors& a, const DataErrors& b, const char* what) {
  require(a.total == b.total && a.first.size() == b.first.size(), what);
  for (std::size_t i = 0; i < a.first.size(); ++i) {
    require(a.first[i].line == b.first[i].line && a.first[i].column == b.first[i].column &&
                a.first[i].message == b.first[i].message,
            what);
  }
}

/// The fast path against the careful one, over the same windows.
void compare_paths(std::string_view text, const CsvOptions& options) {
  TextSource source(text);
  CsvParser fast("fuzz", options), careful("fuzz", options);
  careful.be_careful();
  const PassEnd a = run_pass(source, 0, fast, true, nullptr);
  const PassEnd b = run_pass(source, 0, careful, true, nullptr);
  require(a.utf8 == b.utf8, "the paths disagree on the encoding");
  if (!a.utf8) return;
  if (!fast.errors().empty() || !careful.errors().empty()) {
    require_same(fast.errors(), careful.errors(), "the paths report different problems");
    return;
  }
  require(fast.text_columns() == careful.text_columns() && fast.warnings() == careful.warnings(),
          "the paths learn different things");
  LifeTable x, y;
  fast.move_rows(x);
  careful.move_rows(y);
  require_same(x, y, true, "the paths read different rows");
}

void compare_stream(std::string_view bytes,
                    const CsvOptions& options,
                    const LifeTable* table,
                    const DataErrors* errors,
                    std::size_t block_rows) {
  static const std::string path = [] {
    const char* directory = std::getenv("TMPDIR");
    return std::string(directory != nullptr ? directory : "/tmp") + "/relia_csv_fuzz_" + std::to_string(::getpid());
  }();
  {
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  try {
    CsvStream stream(path, options);
    require(table != nullptr, "the stream reads what is refused as a whole");
    LifeTable all, block;
    while (stream.next(block, block_rows)) {
      const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
      add(all.lower, block.lower);
      add(all.upper, block.upper);
      add(all.count, block.count);
      add(all.entry, block.entry);
      add(all.exit, block.exit);
      add(all.line, block.line);
      if (all.columns.empty()) {
        all.columns = block.columns;
      } else {
        for (std::size_t k = 0; k < all.columns.size(); ++k) {
          add(all.columns[k].numbers, block.columns[k].numbers);
          add(all.columns[k].codes, block.columns[k].codes);
        }
      }
    }
    require_same(all, *table, true, "the stream reads other rows than the whole");
    const LifeCounts counts = count_by_kind(*table);
    require(stream.counts().n == counts.n && stream.counts().rows == counts.rows &&
                stream.counts().failures == counts.failures,
            "the stream counts otherwise");
    require(stream.provenance().sha256 == table->provenance.sha256, "the stream hashes otherwise");
  } catch (const BadData& bad) {
    require(errors != nullptr, "the stream refuses what is read as a whole");
    DataErrors mine = bad.errors();
    require(mine.total == errors->total && mine.first.front().line == errors->first.front().line &&
                mine.first.front().message == errors->first.front().message,
            "the stream reports other problems");
  }
  ::unlink(path.c_str());
}

void compare_written(const LifeTable& table) {
  CsvOptions options;
  for (const Column& c : table.columns) {
    // Names with another delimiter in them, or told apart by case or a prefix only, have no faithful header.
    if (c.name.find_first_of(";\t\"\n\r") != std::string::npos) return;
    if (c.name.starts_with("recorded ") || c.name.starts_with("column_")) return;
    if (c.type == Column::Type::text && read_header_name(c.name).role != Role::other) return;
    if (c.type == Column::Type::text) options.text.push_back(c.name);
  }
  std::string text;
  append_csv(text, table, true);
  auto again = read_csv_text(text, "again", options);
  if (!again) fail(("a written table is refused: " + again.error().first.front().message + "\n" + text).c_str());
  require_same(*again, table, false, "a written table reads otherwise");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const CsvOptions options = options_of(data[0]);
  try {
    CsvOptions filled = options;
    auto read = read_csv_text(bytes, "fuzz", filled);
    if (read) {
      check_table(*read);
      compare_written(*read);
    } else {
      check_errors(read.error());
    }
    if (sniff(bytes.substr(0, kSniffBytes)).refusal.empty()) compare_paths(bytes, options);
    // Files are slower by far than memory; a part of the inputs is enough.
    if ((data[0] & 0x38) == 0) {
      compare_stream(bytes, options, read ? &read.value() : nullptr, read ? nullptr : &read.error(),
                     1 + (data[0] >> 6));
    }
  } catch (const UsageError&) {
    // An option named a column that is not there.
  }
  return 0;
}
