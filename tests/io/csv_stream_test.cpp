#include <cstdio>
#include <fstream>
#include <random>

#include <fcntl.h>
#include <unistd.h>

#include <relia/io/hash.hpp>

#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

using namespace std::string_literals;

/// A file that is gone with the object.
class TempFile {
 public:
  explicit TempFile(std::string_view text, const char* name = "csv_stream_test.csv")
      : path_(testing::TempDir() + name) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string sample(int rows) {
  std::string text = "time_h,status,count,entry,voltage,lot\n";
  std::mt19937 random(3);
  for (int i = 0; i < rows; ++i) {
    text += std::to_string(100 + random() % 900) + "." + std::to_string(random() % 1000) +
            (i % 3 == 0 ? ",F," : ",S,") + std::to_string(i % 5) + "," + std::to_string(random() % 100) + "," +
            std::to_string(i % 4) + ".5,lot" + std::to_string(i % 11 + (i > rows / 2 ? 100 : 0)) + "\n";
  }
  return text;
}

void append(LifeTable& to, const LifeTable& block) {
  const auto add = [](auto& a, const auto& b) { a.insert(a.end(), b.begin(), b.end()); };
  add(to.lower, block.lower);
  add(to.upper, block.upper);
  add(to.count, block.count);
  add(to.entry, block.entry);
  add(to.exit, block.exit);
  add(to.line, block.line);
  if (to.columns.empty()) {
    to.columns = block.columns;
    return;
  }
  ASSERT_EQ(to.columns.size(), block.columns.size());
  for (std::size_t k = 0; k < to.columns.size(); ++k) {
    EXPECT_EQ(to.columns[k].levels, block.columns[k].levels);
    add(to.columns[k].numbers, block.columns[k].numbers);
    add(to.columns[k].codes, block.columns[k].codes);
  }
}

void expect_same(const LifeTable& a, const LifeTable& b) {
  EXPECT_EQ(a.lower, b.lower);
  EXPECT_EQ(a.upper, b.upper);
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.entry, b.entry);
  EXPECT_EQ(a.exit, b.exit);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t k = 0; k < a.columns.size(); ++k) {
    EXPECT_EQ(a.columns[k].name, b.columns[k].name);
    EXPECT_EQ(a.columns[k].type, b.columns[k].type);
    EXPECT_EQ(a.columns[k].codes, b.columns[k].codes);
    EXPECT_EQ(a.columns[k].levels, b.columns[k].levels);
    ASSERT_EQ(a.columns[k].numbers.size(), b.columns[k].numbers.size());
    for (std::size_t i = 0; i < a.columns[k].numbers.size(); ++i) {
      const double x = a.columns[k].numbers[i], y = b.columns[k].numbers[i];
      EXPECT_TRUE(x == y || (std::isnan(x) && std::isnan(y)));
    }
  }
}

TEST(CsvStream, BlocksTogetherAreTheWholeTable) {
  const std::string text = sample(20000);
  const TempFile file(text);
  const LifeTable whole = table_of(text);
  for (const std::size_t max_rows : {1000u, 4096u, 1000000u}) {
    CsvStream stream(file.path(), {});
    LifeTable all, block;
    while (stream.next(block, max_rows)) {
      EXPECT_LE(block.rows(), max_rows);
      EXPECT_EQ(block.provenance.time_unit, "h");
      append(all, block);
      EXPECT_LE(stream.bytes_done(), stream.bytes_total());
    }
    EXPECT_EQ(block.rows(), 0u);
    EXPECT_FALSE(stream.next(block, max_rows)) << "stays at the end";
    expect_same(all, whole);
    EXPECT_EQ(all.line, whole.line);
    EXPECT_EQ(stream.provenance().sha256, sha256_hex(text));
    EXPECT_EQ(stream.bytes_total(), text.size());
    EXPECT_EQ(stream.bytes_done(), text.size());
    const LifeCounts a = stream.counts(), b = count_by_kind(whole);
    EXPECT_EQ(a.n, b.n);
    EXPECT_EQ(a.failures, b.failures);
    EXPECT_EQ(a.right_censored, b.right_censored);
    EXPECT_EQ(a.truncated, b.truncated);
    EXPECT_EQ(a.rows, b.rows);
  }
}

TEST(CsvStream, FreshBlocksCarryAllLevels) {
  const TempFile file("time,lot\n1,a\n2,b\n3,c\n");
  CsvStream stream(file.path(), {});
  for (std::uint32_t i = 0; i < 3; ++i) {
    LifeTable block;
    ASSERT_TRUE(stream.next(block, 1));
    EXPECT_EQ(block.columns[0].levels, (std::vector<std::string>{"a", "b", "c"}));
    EXPECT_EQ(block.columns[0].codes, (std::vector<std::uint32_t>{i}));
  }
}

TEST(CsvStream, ManyTextColumnsKeepTheirLevels) {
  std::string text = "time";
  for (int k = 0; k < 9; ++k) text += ",c" + std::to_string(k);
  text += '\n';
  for (int i = 1; i <= 500; ++i) {
    text += std::to_string(i);
    for (int k = 0; k < 9; ++k) text += ",level" + std::to_string(i * (k + 1) % 13);
    text += '\n';
  }
  const TempFile file(text);
  CsvStream stream(file.path(), {});
  LifeTable all, block;
  while (stream.next(block, 7)) append(all, block);
  expect_same(all, table_of(text));
}

TEST(CsvStream, TheConstructorFindsEveryFault) {
  const TempFile file(sample(5000) + "5,F,1,9,1,x\n5,Q,1,1,1,x\n");
  try {
    CsvStream stream(file.path(), {});
    FAIL() << "bad data was taken";
  } catch (const BadData& bad) {
    ASSERT_EQ(bad.errors().total, 2u);
    EXPECT_EQ(bad.errors().first[0].line, 5002u);
    EXPECT_EQ(bad.errors().first[1].column, "status");
  }
  EXPECT_THROW(CsvStream("/nonexistent.csv", {}), MachineError);
  CsvOptions options;
  options.time = "nothing";
  EXPECT_THROW(CsvStream(file.path(), options), UsageError);
}

TEST(CsvStream, LateTextMakesTheWholeColumnText) {
  std::string text = "time,a\n";
  for (int i = 1; i <= 50000; ++i) text += std::to_string(i) + (i == 49000 ? ",x\n" : ",1.50\n");
  const TempFile file(text);
  CsvStream stream(file.path(), {});
  LifeTable block;
  ASSERT_TRUE(stream.next(block, 10));
  EXPECT_EQ(block.columns[0].levels, (std::vector<std::string>{"1.50", "x"}));
}

TEST(CsvStream, OtherEncodings) {
  std::string utf16 = "\xFF\xFE"s;
  for (const char c : sample(10000)) utf16 += c, utf16 += '\0';
  const TempFile file(utf16);
  CsvStream stream(file.path(), {});
  LifeTable all, block;
  while (stream.next(block, 777)) append(all, block);
  expect_same(all, table_of(sample(10000)));
  EXPECT_EQ(stream.provenance().sha256, sha256_hex(utf16));

  std::string gbk = "time,lot\n";
  for (int i = 1; i <= 60000; ++i) gbk += std::to_string(i) + (i < 50000 ? ",a\n" : ",\xBC\xD7\n");
  const TempFile second(gbk, "csv_stream_gbk.csv");
  CsvStream gb(second.path(), {});
  ASSERT_TRUE(gb.next(block, 5));
  EXPECT_EQ(block.columns[0].levels, (std::vector<std::string>{"a", "甲"}));
  EXPECT_EQ(gb.provenance().sha256, sha256_hex(gbk));
  ASSERT_EQ(gb.warnings().size(), 1u);

  const TempFile latin("time,lot\n1,a\n2,M\xFCnchen\n", "csv_stream_latin.csv");
  try {
    CsvStream bad(latin.path(), {});
    FAIL();
  } catch (const BadData& bad) {
    EXPECT_EQ(bad.errors().first.at(0).line, 3u);
    EXPECT_NE(bad.errors().first.at(0).message.find("encoding"), std::string::npos);
  }
}

TEST(CsvStream, PipesAreSpooled) {
  const std::string text = sample(2000);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const bool all = ::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::_exit(all ? 0 : 1);
  }
  ::close(ends[1]);
  CsvStream stream("/dev/fd/" + std::to_string(ends[0]), {});
  LifeTable all, block;
  while (stream.next(block, 500)) append(all, block);
  ::close(ends[0]);
  expect_same(all, table_of(text));
  EXPECT_EQ(stream.provenance().sha256, sha256_hex(text));
}

TEST(CsvStream, AFileThatChangesIsNoticed) {
  const TempFile file(sample(30000));
  CsvStream stream(file.path(), {});
  LifeTable block;
  ASSERT_TRUE(stream.next(block, 10));
  {
    std::fstream out(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(600000);
    out << "9";
    out.seekp(600010);
    out << "7";
  }
  EXPECT_THROW(
      {
        while (stream.next(block, 1000)) {
        }
      },
      MachineError);
}

TEST(CsvWrite, ReadsBackToTheSameTable) {
  const std::string text =
      "lower,upper,count,trunc_lower,trunc_upper,x,t,note,\"a,b\",time2\n"
      "10,10,1,,,1e300,a,\"say \"\"hi\"\"\",,5\n"
      ",5,2,1,,-0,b,\"two\nlines\",\" z \",6\n"
      "0,,1,,7,,\"\",#x,y,7\n"
      "0.1,0.30000000000000004,9007199254740000,,1e15,9007199254740994.0,c,;,\"\xC2\xA0q\",8\n"
      "5e-324,1.7976931348623157e308,1,,,0.1,c,,,9\n";
  CsvOptions options;
  options.upper = "upper";
  const LifeTable first = table_of(text, options);
  std::string out;
  append_csv(out, first, true);
  const LifeTable again = table_of(out);
  expect_same(again, first);
  std::string twice;
  append_csv(twice, again, true);
  EXPECT_EQ(out, twice);
}

TEST(CsvWrite, TheUnitOfTheTimesStandsInTheHeader) {
  for (const char* const unit : {"", "h", "cycle", "1000 km (road)", "odd] [unit", "h/d", "小时"}) {
    LifeTable t;
    t.lower = {1, 2};
    t.upper = {1, std::numeric_limits<double>::infinity()};
    t.provenance.time_unit = unit;
    std::string out;
    append_csv(out, t, true);
    const LifeTable back = table_of(out);
    expect_same(back, t);
    const std::string found = back.provenance.time_unit;
    EXPECT_TRUE(found == unit || (found.empty() && out.starts_with("lower,upper\n"))) << unit << ": " << out;
  }
  LifeTable hours;
  hours.lower = hours.upper = {1};
  hours.provenance.time_unit = "h";
  std::string out;
  append_csv(out, hours, true);
  EXPECT_EQ(out, "lower [h],upper [h]\n1,1\n");
}

TEST(CsvStream, TellsHowFarTheFirstPassIs) {
  const TempFile file("time\n" + std::string(3000000, '\n') + "5\n");
  std::uint64_t last = 0, total = 0;
  CsvOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    EXPECT_GE(done, last);
    last = done;
    total = all;
  };
  const CsvStream stream(file.path(), options);
  EXPECT_EQ(last, 3000007U);
  EXPECT_EQ(total, 3000007U);
}

TEST(CsvWrite, FreeColumnsNamedLikePartsComeBackAsColumns) {
  LifeTable t;
  t.lower = {1};
  t.upper = {2};
  for (const char* name :
       {"time", "Status", "n", "upper", "start", "count", "hours", "event", "left", "trunc_upper", "recorded Status"}) {
    Column c;
    c.name = name;
    c.numbers = {4};
    t.columns.push_back(c);
  }
  std::string out;
  append_csv(out, t, true);
  const LifeTable back = table_of(out);
  EXPECT_EQ(back.lower, t.lower);
  EXPECT_EQ(back.upper, t.upper);
  EXPECT_TRUE(back.count.empty());
  EXPECT_TRUE(back.entry.empty());
  EXPECT_TRUE(back.exit.empty());
  ASSERT_EQ(back.columns.size(), t.columns.size());
  EXPECT_EQ(back.columns[0].name, "recorded time");
  EXPECT_EQ(back.columns[1].name, "recorded recorded Status");
  EXPECT_EQ(back.columns[6].name, "hours");
  const std::vector<std::string> headers = csv_headers(t);
  ASSERT_EQ(headers.size(), back.columns.size());
  for (std::size_t i = 0; i < headers.size(); ++i) EXPECT_EQ(back.columns[i].name, headers[i]);
}

}  // namespace
}  // namespace relia::io
