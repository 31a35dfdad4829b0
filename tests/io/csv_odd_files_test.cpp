// Files as laboratories, spreadsheets and scripts write them, each with what the manual makes of it: the counts, or the
// line and column of the first complaint.

#include <ostream>
#include <string>
#include <vector>

#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

using namespace std::string_literals;

struct Counts {
  std::uint64_t failed = 0, suspended = 0, left = 0, interval = 0;
};

struct OddFile {
  std::string name, bytes;
  bool read = false;
  Counts counts;
  std::uint64_t line = 0;
  std::string column;
};

OddFile reads(std::string name, std::string bytes, Counts counts) {
  return {std::move(name), std::move(bytes), true, counts, 0, ""};
}
OddFile refused(std::string name, std::string bytes, std::uint64_t line, std::string column) {
  return {std::move(name), std::move(bytes), false, {}, line, std::move(column)};
}
void PrintTo(const OddFile& f, std::ostream* out) {
  *out << f.name;
}

std::string utf16(const std::string& ascii, bool big) {
  std::string out = big ? "\xFE\xFF"s : "\xFF\xFE"s;
  for (const char c : ascii) {
    if (big) out += '\0';
    out += c;
    if (!big) out += '\0';
  }
  return out;
}

std::string many(const std::string& row, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += row;
  return out;
}

const std::string kTimes = "\xCA\xB1\xBC\xE4", kStatus = "\xD7\xB4\xCC\xAC", kCount = "\xCA\xFD\xC1\xBF",
                  kFailed = "\xCA\xA7\xD0\xA7", kCensored = "\xBD\xD8\xCE\xB2";  // 时间 状态 数量 失效 截尾 in GBK

const std::vector<OddFile> kFiles = {
    // Line ends, marks, blank lines, comments.
    reads("LineFeeds", "time,status\n1,F\n2,S\n", {1, 1, 0, 0}),
    reads("CarriageReturnsAndLineFeeds", "time,status\r\n1,F\r\n2,S\r\n", {1, 1, 0, 0}),
    reads("CarriageReturnsAlone", "time,status\r1,F\r2,S\r", {1, 1, 0, 0}),
    reads("NoEndOfTheLastLine", "time,status\n1,F\n2,S", {1, 1, 0, 0}),
    reads("ByteOrderMark", "\xEF\xBB\xBFtime,status\n1,F\n2,S\n", {1, 1, 0, 0}),
    reads("ByteOrderMarkAndQuotes", "\xEF\xBB\xBF\"time\",\"status\"\n\"1\",\"F\"\n", {1, 0, 0, 0}),
    reads("BlankLinesEverywhere", "\n\ntime,status\n\n1,F\n\n\n2,S\n\n", {1, 1, 0, 0}),
    reads("CommentsEverywhere", "# from the laboratory\ntime,status\n# first unit\n1,F\n2,S\n# end\n", {1, 1, 0, 0}),
    reads("SeparatorLine", "sep=;\ntime;status\n1,5;F\n2;S\n", {1, 1, 0, 0}),
    refused("HeaderAlone", "time,status\n", 2, ""),
    refused("Nothing", "", 1, ""),
    refused("BlanksAlone", "  \n \n", 1, ""),
    // Delimiters and decimal marks.
    reads("Semicolons", "time;status\n1;F\n2;S\n", {1, 1, 0, 0}),
    reads("Tabs", "time\tstatus\n1\tF\n2\tS\n", {1, 1, 0, 0}),
    reads("DecimalCommas", "lower;upper;count\n1,5;1,5;2\n2,5;;3\n", {2, 3, 0, 0}),
    reads("DecimalCommasInQuotes", "lower;upper\n\"1,5\";\"2,5\"\n", {0, 0, 0, 1}),
    refused("DecimalMarksMixed", "time;status\n1,5;F\n2.5;F\n", 3, "time"),
    refused("DecimalCommasBetweenCommas", "time,status\n1,5,F\n", 2, ""),
    refused("ThousandsBetweenCommas", "time,status\n\"1,000\",F\n", 2, "time"),
    refused("ThousandsWithPoints", "time;status\n1.000,5;F\n", 2, "time"),
    refused("DelimitersMixed", "time,status\n1;F\n", 2, "status"),
    reads("OneColumn", "time\n1\n2\n", {2, 0, 0, 0}),
    // Encodings.
    reads("Utf16LittleEndian", utf16("time,status\n1,F\n2,S\n", false), {1, 1, 0, 0}),
    reads("Utf16BigEndian", utf16("time,status\r\n1,F\r\n2,S\r\n", true), {1, 1, 0, 0}),
    refused("Utf16WithoutMark", utf16("time,status\n1,F\n", false).substr(2), 1, ""),
    refused("Utf16CutInTheMiddle", utf16("time,status\n1,F\n", false) + "2", 3, ""),
    reads("Chinese", "时间,状态,数量\n100,失效,2\n200,截尾,3\n", {2, 3, 0, 0}),
    reads("ChineseInGbk",
          kTimes + "," + kStatus + "," + kCount + "\n100," + kFailed + ",2\n200," + kCensored + ",3\n",
          {2, 3, 0, 0}),
    reads("ChineseUnits", "时间（小时）,状态\n100,失效\n200,截尾\n", {1, 1, 0, 0}),
    reads("ChineseBounds", "下限,上限,数量\n10,10,1\n20,,2\n,5,3\n", {1, 2, 3, 0}),
    refused("Latin1", "time,status,caf\xE9\n1,F,x\n", 1, ""),
    refused("NulByte", "time,status\n1,F\n2\0,S\n"s, 3, "time"),
    // Cells.
    reads("Quotes", "\"time\",\"status\",\"note\"\n1,\"F\",\"a, \"\"b\"\"\"\n2,S,\"two\nlines\"\n", {1, 1, 0, 0}),
    refused("QuoteNeverClosed", "time,status\n1,F\n2,\"S\n3,S\n", 3, "status"),
    refused("TextBehindAQuote", "time,status\n\"1\"2,F\n", 2, "time"),
    reads("BlanksAroundCells", " time , status \n 1 , F \n 2 , S \n", {1, 1, 0, 0}),
    refused("DelimiterAtTheEndOfRows", "time,status\n1,F,\n", 2, ""),
    reads("DelimiterAtTheEndOfAllLines", "time,status,\n1,F,\n2,S,\n", {1, 1, 0, 0}),
    refused("RowTooShort", "time,status,count\n1,F,1\n2,S\n", 3, "count"),
    refused("RowTooLong", "time,status\n1,F\n2,S,7\n", 3, ""),
    refused("SameNameTwice", "time,status,time\n1,F,2\n", 1, "time"),
    refused("NoHeader", "1,F\n2,S\n", 1, "time"),
    refused("SpreadsheetError", "time,status\n#N/A,F\n", 2, ""),
    // Numbers.
    reads("Exponents", "time\n1e3\n2.5E-3\n+4\n.5\n6.\n", {5, 0, 0, 0}),
    reads("LargeAndSmall", "time\n1e-12\n1e15\n", {2, 0, 0, 0}),
    reads("SeventeenDigits", "time\n0.10000000000000001\n123456789.12345679\n", {2, 0, 0, 0}),
    refused("Hexadecimal", "time\n0x10\n", 2, "time"),
    refused("UnicodeMinus", "time\n−5\n", 2, "time"),
    refused("FullWidthDigits", "time\n１２\n", 2, "time"),
    refused("UnitInTheCell", "time\n12 h\n", 2, "time"),
    refused("Percent", "time\n50%\n", 2, "time"),
    refused("Date", "time\n2026-01-31\n", 2, "time"),
    refused("Negative", "time,status\n1,F\n-2,S\n", 3, "time"),
    refused("NotANumber", "time,status\n1,F\nnan,S\n", 3, "time"),
    refused("InfiniteTime", "time,status\n1,F\ninf,S\n", 3, "time"),
    refused("TooLarge", "time\n1e400\n", 2, "time"),
    refused("MillionDigits", "time\n" + std::string(1'000'000, '9') + "\n", 2, "time"),
    // Bounds.
    reads("EveryKind", "lower,upper\n5,5\n5,\n5,inf\n,5\n0,5\n3,5\n", {1, 2, 2, 1}),
    refused("UpperBelowLower", "lower,upper\n5,4\n", 2, "upper"),
    refused("BothEmpty", "lower,upper\n1,1\n,\n", 3, "lower"),
    refused("LowerAlone", "lower,count\n1,1\n", 1, "upper"),
    refused("TwoLayouts", "time,lower,upper\n1,1,1\n", 1, "lower"),
    // Counts.
    reads("Counts", "time,status,count\n1,F,3\n2,S,0\n3,S,4\n", {3, 4, 0, 0}),
    refused("NegativeCount", "time,status,count\n1,F,-3\n", 2, "count"),
    refused("HalfACount", "time,status,count\n1,F,2.5\n", 2, "count"),
    refused("EmptyCount", "time,status,count\n1,F,\n", 2, "count"),
    refused("EveryCountZero", "time,status,count\n1,F,0\n2,S,0\n", 2, "count"),
    refused("FaultInARowOfCountZero", "time,status,count\n1,F,1\n-2,S,0\n", 3, "time"),
    // Status.
    reads("Words", "time,status\n1,Failed\n2,suspended\n3,CENSORED\n4,left\n5,dead\n6,alive\n", {2, 3, 1, 0}),
    reads("OneMeansFailed", "time,event\n1,1\n2,0\n3,1\n", {2, 1, 0, 0}),
    reads("OneMeansCensored", "time,censored\n1,1\n2,0\n3,1\n", {1, 2, 0, 0}),
    refused("CodeUnderAStrangeName", "time,censoring_status\n1,1\n2,0\n", 2, "censoring_status"),
    refused("CodeInAColumnThatSpeaksOfStatus", "time,status_code\n1,0\n2,1\n", 1, "status_code"),
    refused("CodesAllAlike", "time,is_censored\n1,1\n2,1\n", 1, "is_censored"),
    refused("CodesOneAndTwo", "time,cens_code\n1,1\n2,2\n", 1, "cens_code"),
    refused("YesAndNo", "time,is_failed\n1,yes\n2,no\n", 1, "is_failed"),
    refused("ChineseFlag", "时间,失效标志\n1,1\n2,0\n", 1, "失效标志"),
    refused("WordsUnderAStrangeName", "time,outcome\n1,failed\n2,suspended\n", 1, "outcome"),
    refused("SuspensionsUnderAStrangeName", "time,outcome\n1,suspended\n2,suspended\n", 1, "outcome"),
    reads("CodeBesideAStatus", "time,status,status_code\n1,F,1\n2,S,0\n", {1, 1, 0, 0}),
    reads("ModesInNumbers", "time,failure_mode\n1,0\n2,1\n", {2, 0, 0, 0}),
    reads("SitesOfOneLetter", "time,site\n1,C\n2,S\n", {2, 0, 0, 0}),
    refused("UnknownWord", "time,status\n1,F\n2,broken\n", 3, "status"),
    refused("EmptyStatus", "time,status\n1,F\n2,\n", 3, "status"),
    refused("FailedAtSomethingElse", "time,status\n1,2\n2,1\n", 2, "status"),
    // Truncation.
    reads("Entry", "time,status,entry\n5,F,1\n6,S,2\n7,F,\n", {2, 1, 0, 0}),
    reads("Window", "lower,upper,trunc_lower,trunc_upper\n5,5,1,9\n5,,2,\n", {1, 1, 0, 0}),
    refused("EntryAboveTheFailure", "time,status,entry\n5,F,6\n", 2, "time"),
    refused("WindowUpsideDown", "lower,upper,trunc_lower,trunc_upper\n5,5,9,1\n", 2, "trunc_upper"),
    refused("NegativeEntry", "time,status,entry\n5,F,-1\n", 2, "entry"),
    // Size.
    reads("LongLine", "time,note\n1," + std::string(1'000'000, 'x') + "\n2,y\n", {2, 0, 0, 0}),
    refused("HundredThousandColumns", "time" + many(",c", 100'000) + "\n1" + many(",2", 100'000) + "\n", 1, ""),
    reads("ManyRows", "time,status\n" + many("1.5,F\n2.5,S\n", 20'000), {20'000, 20'000, 0, 0}),
};

class CsvOddFiles : public testing::TestWithParam<OddFile> {};

TEST_P(CsvOddFiles, AreReadOrRefusedAsTheManualSays) {
  const OddFile& f = GetParam();
  if (!f.read) {
    const DataErrors errors = errors_of(f.bytes);
    ASSERT_FALSE(errors.empty());
    EXPECT_EQ(errors.first.front().line, f.line) << errors.first.front().message;
    EXPECT_EQ(errors.first.front().column, f.column) << errors.first.front().message;
    return;
  }
  const LifeCounts counts = count_by_kind(table_of(f.bytes));
  EXPECT_EQ(counts.failures, f.counts.failed);
  EXPECT_EQ(counts.right_censored, f.counts.suspended);
  EXPECT_EQ(counts.left_censored, f.counts.left);
  EXPECT_EQ(counts.interval_censored, f.counts.interval);
}

INSTANTIATE_TEST_SUITE_P(Manual, CsvOddFiles, testing::ValuesIn(kFiles), [](const auto& each) {
  return each.param.name;
});

}  // namespace
}  // namespace relia::io
