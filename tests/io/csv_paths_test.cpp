// The fast path of the CSV reader against the careful one, on random files of every kind of cell.

#include <array>
#include <charconv>
#include <cstring>
#include <random>

#include "io/csv_pass.hpp"
#include "io/csv_plain_number.hpp"
#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

class RandomFile {
 public:
  explicit RandomFile(unsigned seed) : random_(seed) {}

  std::string make() {
    const bool interval = chance(2);
    delimiter_ = ",;\t"[random_() % 3];
    mark_ = delimiter_ == ';' && chance(2) ? ',' : '.';
    oddity_ = chance(3) ? 0 : 1 + random_() % 60;
    end_ = chance(4) ? "\r\n" : "\n";
    std::vector<std::string> header =
        interval ? std::vector<std::string>{"lower", "upper"} : std::vector<std::string>{"time"};
    if (!interval && chance(2)) header.emplace_back(chance(4) ? "censored" : "status");
    if (chance(2)) header.emplace_back("count");
    if (chance(4)) header.emplace_back("entry");
    if (chance(4)) header.emplace_back("exit");
    for (const char* name : {"voltage", "lot", "note"}) {
      if (chance(2)) header.emplace_back(name);
    }
    std::shuffle(header.begin(), header.end(), random_);
    std::string out = line(header);
    const std::size_t rows = 1 + random_() % 700;
    for (std::size_t i = 0; i < rows; ++i) {
      if (odd()) out += std::array<const char*, 5>{"\n", "# c\n", "  \n", "#1,2\n", "\r\n"}[random_() % 5];
      const std::string exact = number();
      std::vector<std::string> cells;
      for (const std::string& name : header) cells.push_back(cell(name, exact));
      if (odd()) cells.emplace_back("9");
      if (odd()) cells.pop_back();
      out += line(cells);
    }
    if (chance(3)) out.pop_back();
    return out;
  }

 private:
  bool chance(unsigned one_in) { return random_() % one_in == 0; }
  bool odd() { return oddity_ > 0 && random_() % 2000 < oddity_; }

  std::string number() {
    std::array<char, 64> buffer;
    const double value = std::exp(std::uniform_real_distribution<double>(-3, 9)(random_));
    const auto format = chance(12) ? std::chars_format::scientific : std::chars_format::fixed;
    const int precision = static_cast<int>(chance(8) ? random_() % 18 : random_() % 4);
    const auto done = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, precision);
    std::string out(buffer.data(), done.ptr);
    if (mark_ == ',') std::replace(out.begin(), out.end(), '.', ',');
    return out;
  }

  std::string cell(const std::string& name, const std::string& exact) {
    static constexpr std::array kOdd = {"x",
                                        "-1",
                                        "-0",
                                        "nan",
                                        "inf",
                                        "1e400",
                                        "0",
                                        "",
                                        "007",
                                        "1e3",
                                        "\"5\"",
                                        " 5 ",
                                        "1.5",
                                        "1,5",
                                        "5.",
                                        ".5",
                                        "5e-330",
                                        "1\r2",
                                        "'",
                                        "a\"b",
                                        "NA",
                                        "\"a\n,b\"",
                                        "3.0",
                                        "1e5x",
                                        "٣",
                                        "+5",
                                        "\"q",
                                        "0x1",
                                        "12345678901234567890",
                                        "0.1e1"};
    if (odd()) return kOdd[random_() % kOdd.size()];
    if (name == "lower") return chance(20) ? "" : exact;
    if (name == "upper") return chance(3) ? "" : exact;
    if (name == "time") return number();
    if (name == "status") return std::array<const char*, 6>{"F", "S", "failed", "suspended", "s", "1"}[random_() % 6];
    if (name == "censored") return chance(2) ? "0" : "1";
    if (name == "count") return std::to_string(random_() % 9 + (chance(6) ? 0 : 1));
    if (name == "entry") return chance(3) ? "" : "0";
    if (name == "exit") return chance(2) ? "" : "99999999";
    if (name == "voltage") return chance(9) ? "" : (chance(5) ? "-" : "") + number();
    if (name == "lot") return "lot " + std::to_string(random_() % 20);
    return chance(3) ? "" : std::to_string(random_() % 5);
  }

  std::string line(const std::vector<std::string>& cells) const {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) out += delimiter_;
      out += cells[i];
    }
    return out + end_;
  }

  std::mt19937 random_;
  char delimiter_ = ',', mark_ = '.';
  std::uint64_t oddity_ = 0;
  const char* end_ = "\n";
};

TEST(CsvPaths, FastAndCarefulAgreeOnRandomFiles) {
  std::size_t read = 0, refused = 0;
  for (unsigned seed = 1; seed <= 600; ++seed) {
    const std::string text = RandomFile(seed).make();
    TextColumns kinds;
    for (int pass = 0; pass < 2; ++pass) {  // the second with the types that the first learnt
      const CsvOptions options;
      CsvParser fast("f", options, kinds), careful("f", options, kinds);
      careful.be_careful();
      TextSource source(text);
      run_pass(source, 0, fast, true, nullptr);
      run_pass(source, 0, careful, true, nullptr);
      ASSERT_EQ(fast.errors().total, careful.errors().total) << text;
      for (std::size_t i = 0; i < fast.errors().first.size(); ++i) {
        ASSERT_EQ(fast.errors().first[i].line, careful.errors().first[i].line) << text;
        ASSERT_EQ(fast.errors().first[i].column, careful.errors().first[i].column) << text;
        ASSERT_EQ(fast.errors().first[i].message, careful.errors().first[i].message) << text;
      }
      if (!fast.errors().empty()) {
        ++refused;
        break;
      }
      ++read;
      ASSERT_EQ(fast.text_columns(), careful.text_columns()) << text;
      ASSERT_EQ(fast.warnings(), careful.warnings()) << text;
      kinds = fast.text_columns();
      LifeTable a, b;
      fast.move_rows(a);
      careful.move_rows(b);
      ASSERT_EQ(a.lower, b.lower) << text;
      ASSERT_EQ(a.upper, b.upper) << text;
      ASSERT_EQ(a.count, b.count) << text;
      ASSERT_EQ(a.entry, b.entry) << text;
      ASSERT_EQ(a.exit, b.exit) << text;
      ASSERT_EQ(a.line, b.line) << text;
      ASSERT_EQ(a.columns.size(), b.columns.size()) << text;
      for (std::size_t k = 0; k < a.columns.size(); ++k) {
        const Column &x = a.columns[k], &y = b.columns[k];
        ASSERT_EQ(x.codes, y.codes) << text;
        ASSERT_EQ(x.levels, y.levels) << text;
        ASSERT_EQ(x.numbers.size(), y.numbers.size()) << text;
        if (!x.numbers.empty()) {
          ASSERT_EQ(std::memcmp(x.numbers.data(), y.numbers.data(), x.numbers.size() * sizeof(double)), 0) << text;
        }
      }
    }
  }
  EXPECT_GT(read, 200u);
  EXPECT_GT(refused, 100u);
}

TEST(CsvPaths, PlainNumbersAreFromCharsToTheLastBit) {
  std::mt19937_64 random(5);
  int short_numbers = 0;
  for (int i = 0; i < 200000; ++i) {
    std::string text;
    const auto digits = [&](std::size_t n) {
      for (std::size_t k = 0; k < n; ++k) text += static_cast<char>('0' + random() % 10);
    };
    digits(random() % (random() % 4 == 0 ? 20 : 9));
    if (random() % 4 != 0) {
      text += '.';
      digits(random() % (random() % 4 == 0 ? 20 : 9));
    }
    if (random() % 16 == 0) text += "e" + std::to_string(static_cast<int>(random() % 40) - 20);
    const std::size_t length = text.size();
    double expected = 0.0, found = 0.0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + length, expected);
    const bool number = error == std::errc{} && end == text.data() + length;
    const std::string padded = text + ',' + std::string(kShortReach, '7');
    const char* const begin = padded.data();
    const char* stop = read_any_number(begin, begin + padded.size(), '.', WholeNumbers::any, found);
    ASSERT_EQ(number, stop == begin + length) << text;
    if (number) {
      ASSERT_EQ(expected, found) << text;
    }
    found = -1.0;
    stop = read_short_number(begin, '.', WholeNumbers::any, found);
    if (stop == begin + length) {
      ++short_numbers;
      ASSERT_TRUE(number) << text;
      ASSERT_EQ(expected, found) << text;
    } else if (stop != nullptr) {
      ASSERT_EQ(*stop, 'e') << text;
    }
  }
  EXPECT_GT(short_numbers, 50000);
}

TEST(CsvPaths, WithoutAMarkNoMarkIsTaken) {
  const std::string rest(kShortReach, ',');
  for (const char follows : {'.', ',', '\0', '0'}) {
    const std::string text = std::string("12") + follows + "5" + rest;
    double value = -1.0;
    const char* const stop = read_short_number(text.data(), short_mark(0), WholeNumbers::any, value);
    EXPECT_EQ(value, follows == '0' ? 1205.0 : 12.0);
    EXPECT_EQ(stop, text.data() + (follows == '0' ? 4 : 2));
  }
}

}  // namespace
}  // namespace relia::io
