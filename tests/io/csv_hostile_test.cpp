// Files that nobody should write and everybody meets.

#include <chrono>

#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

using namespace std::string_literals;

TEST(CsvHostile, NothingToRead) {
  expect_refused("", 1, "", "empty");
  expect_refused("\n\n  \n\t\n", 1, "", "no data");
  expect_refused("# only\n# comments\n", 1, "", "empty");
  expect_refused("\xEF\xBB\xBF", 1, "", "empty");
  expect_refused("lower,upper,count\n", 2, "", "no data");
  expect_refused("lower,upper,count", 2, "", "no data");
  expect_refused("# a\nlower,upper,count\n\n# b\n", 3, "", "no data");
}

TEST(CsvHostile, TimesThatAreNone) {
  expect_refused("lower,upper,count\n10,10,1\n12,12,1\nNaN,15,1\n20,,3\n", 4, "lower", "NaN");
  expect_refused("lower,upper\n10,nan\n", 2, "upper", "NaN");
  expect_refused("lower,upper,count\n10,10,1\n-3.5,-3.5,1\n20,,3\n", 3, "lower", "negative");
  expect_refused("lower,upper\n1,-2\n", 2, "upper", "negative");
  expect_refused("lower,upper,count\n10,20,1\n20,30,1\n40,35,2\n50,,3\n", 4, "upper", "below");
  expect_refused("lower,upper,count\n10,10,1\n12,twelve,1\n", 3, "upper", "'twelve'");
  expect_refused("lower,upper,count\n10,10,1\n12,12,1\ninf,,2\n", 4, "lower", "infinite");
  expect_refused("time,status\ninf,S\n", 2, "time", "infinite");
  expect_refused("time,status\n,S\n", 2, "time", "empty");
  expect_refused("lower,upper\n-inf,5\n", 2, "lower", "not a number");
  expect_refused("lower,upper\n1,1e400\n", 2, "upper", "too large");
  expect_refused("lower,upper\n1e-400,1\n", 2, "lower", "too small");
  expect_refused("lower,upper\n1,1.8e308\n", 2, "upper", "too large");
}

TEST(CsvHostile, NumbersInDisguise) {
  for (const char* cell :
       {"0x10",       "1e",    "1e+",     "1.2.3", "--1",  "+-1",  "1_000", "1'000", "12h", "12 h", "50%", "$5",
        "2024-01-31", "12:30", "1 000",   "one",   "1d5",  "1f",   "１２",  "NA",    "N/A", ".",    "+",   "-",
        "e5",         "1e5.5", "infinit", "nano",  "=1+1", "#N/A", "<5",    ">5",    "(5)", "5*"}) {
    expect_refused("time,count\n1,1\n\""s + cell + "\",1\n", 3, "time", "not a number");
  }
  expect_refused("time,count\n1,1\n\"1,000\",1\n", 3, "time", "thousands");
  expect_refused("time;count\n1.000,5;1\n", 2, "time", "thousands");
  expect_refused("time\tcount\n1,5\t1\n", 2, "time", "decimal commas");
}

TEST(CsvHostile, BothCellsEmpty) {
  expect_refused("lower,upper,count\n10,10,1\n,,2\n", 3, "lower", "both empty");
  expect_refused("lower,upper\n,inf\n", 2, "lower", "infinite");
  expect_refused("lower,upper\n \t , \n", 2, "lower", "both empty");
  expect_refused("lower,upper\n0,0\n,0\n", 3, "upper", "left-censored at 0");
  expect_refused("time,status\n0,L\n", 2, "time", "left-censored at 0");
}

TEST(CsvHostile, RaggedRows) {
  expect_refused("lower,upper,count\n10,10,1\n12,12\n20,,3\n", 3, "count", "2 cells");
  expect_refused("lower,upper,count\n10,10,1\n12,12,1,7\n20,,3\n", 3, "", "'7'");
  expect_refused("lower,upper,count\n10,10,1,\n", 2, "", "4 cells");
  expect_refused("lower,upper\n10\n", 2, "upper", "1 cell");
  expect_refused("lower,upper\n10,10\r,20\n", 2, "", "3 cells");  // not a row of its own
  expect_refused("lower,upper\n10,10\r20,20\n", 2, "", "3 cells");
  expect_refused("lower,upper\r\n10,1\r0\r\n", 2, "upper", "'1\\r0'");
  expect_refused("time,status\n1;F\n", 2, "status", "1 cell");
}

TEST(CsvHostile, AllProblemsAtOnceUpToTwenty) {
  std::string text = "lower,upper,count\n";
  for (int i = 0; i < 30; ++i) text += "1,x,-1\n";
  const DataErrors errors = errors_of(text);
  EXPECT_EQ(errors.total, 60u);
  ASSERT_EQ(errors.first.size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(errors.first[i].line, 2 + i / 2);
    EXPECT_EQ(errors.first[i].column, i % 2 == 0 ? "upper" : "count");
  }
}

TEST(CsvHostile, MillionDigits) {
  const std::string digits(1'000'000, '9');
  const auto start = std::chrono::steady_clock::now();
  expect_refused("lower,upper,count\n10,10,1\n" + digits + ",,1\n", 3, "lower", "too large");
  expect_refused("lower,upper,count\n10,10,1\n10,,-" + digits + "\n", 3, "count", "too large");
  expect_refused("lower,upper\n10,1e" + digits + "\n", 2, "upper", "too large");
  expect_refused("lower,upper\n1e-" + digits + ",1\n", 2, "lower", "too small");
  expect_refused("time,status\n10," + digits + "\n", 2, "status", "…");
  expect_refused(digits + "x,status\n10,F\n", 1, "time", "…");
  // It fits a double, so it is read; correctly rounded whatever its length.
  EXPECT_EQ(table_of("time\n0." + std::string(1'000'000, '3') + "\n").lower[0], 1.0 / 3.0);
  EXPECT_EQ(table_of("time\n" + std::string(1'000'000, '0') + "7\n").lower[0], 7.0);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  RecordProperty("seconds", std::to_string(seconds.count()));
}

TEST(CsvHostile, LongLines) {
  const std::string note(1'000'000, 'n');
  const LifeTable t = table_of("time,note\n10," + note + "\n20,b\n");
  EXPECT_EQ(t.columns[0].levels[0].size(), 1'000'000u);
  EXPECT_EQ(table_of("#" + note + "\ntime\n10\n").rows(), 1u);
  EXPECT_EQ(table_of("time,\"" + note + "\"\n10,1\n").columns[0].name.size(), 1'000'000u);
  EXPECT_EQ(table_of("time" + std::string(1'000'000, ' ') + "\n10\n").rows(), 1u);
  const std::string huge(17'000'000, 'n');
  expect_refused("time,note\n10," + huge + "\n20,b\n", 2, "", "16 MiB");
  expect_refused("time,note\n10,\"" + huge + "\n20,b\n", 2, "note", "16 MiB");
  expect_refused("time,note\n10,a\n#" + huge, 3, "", "16 MiB");
}

TEST(CsvHostile, ManyColumns) {
  std::string header = "time", row = "1";
  for (int i = 0; i < 9'999; ++i) {
    header += ",c" + std::to_string(i);
    row += ",2";
  }
  EXPECT_EQ(table_of(header + "\n" + row + "\n").columns.size(), 9'999u);
  for (int i = 9'999; i < 100'000; ++i) header += ",c" + std::to_string(i);
  expect_refused(header + "\n1\n", 1, "", "at most 10000");
  expect_refused("time\n1" + std::string(100'000, ',') + "\n", 2, "", "100001 cells");
}

TEST(CsvHostile, MessagesHideControlCharactersAndLength) {
  expect_refused("time,status\n1,\"\x1B[31mred\x07\"\n", 2, "status", "\\x1b[31mred\\x07");
  expect_refused("time,status\n1,\"a\nb\"\n", 2, "status", "a\\nb");
  expect_refused("time,\"x\ny\"\n1\n", 3, "x\\ny", "1 cell");
  expect_refused("time,status\n1,\xC2\x9B\n", 2, "status", "\\u009b");
}

TEST(CsvHostile, ABadHeaderStopsWithAllThatIsWrongInIt) {
  const DataErrors errors = errors_of("lower,upper,lower,upper\n1,2,3,4\nx,y,z,a\n");
  EXPECT_EQ(errors.total, 2u);
}

}  // namespace
}  // namespace relia::io
