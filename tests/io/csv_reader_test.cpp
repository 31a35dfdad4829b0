#include <fstream>
#include <vector>

#include <relia/io/hash.hpp>

#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

using Doubles = std::vector<double>;
using namespace std::string_literals;

TEST(Sha256, AgreesWithThePublishedVectors) {
  // FIPS 180-4 examples.
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  hash.update("abcdbcdecdefdefgefghfghighijhijk");
  hash.update("ijkljklmklmnlmnomnopnopq");
  EXPECT_EQ(hash.hex(), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  hash.update("abc");
  EXPECT_EQ(hash.hex(), sha256_hex("abc")) << "hex() starts anew";
}

TEST(CsvInterval, ReadsEveryKindOfRecord) {
  const LifeTable t = table_of("lower,upper,count\n10,10,1\n20,,3\n,5,2\n0,7,4\n1,2,1\n30,inf,1\n");
  EXPECT_EQ(t.lower, (Doubles{10, 20, 0, 0, 1, 30}));
  EXPECT_EQ(t.upper, (Doubles{10, kInf, 5, 7, 2, kInf}));
  EXPECT_EQ(t.count, (Doubles{1, 3, 2, 4, 1, 1}));
  EXPECT_EQ(t.line, (std::vector<std::uint32_t>{2, 3, 4, 5, 6, 7}));
  EXPECT_TRUE(t.entry.empty());
  EXPECT_TRUE(t.exit.empty());
  EXPECT_TRUE(t.columns.empty());
  const LifeCounts c = count_by_kind(t);
  EXPECT_EQ(c.failures, 1u);
  EXPECT_EQ(c.right_censored, 4u);
  EXPECT_EQ(c.left_censored, 6u);
  EXPECT_EQ(c.interval_censored, 1u);
  EXPECT_EQ(t.provenance.name, "test.csv");
  EXPECT_EQ(t.provenance.sha256, sha256_hex("lower,upper,count\n10,10,1\n20,,3\n,5,2\n0,7,4\n1,2,1\n30,inf,1\n"));
}

TEST(CsvInterval, CountIsOptional) {
  const LifeTable t = table_of("upper,lower\n10,10\n");
  EXPECT_TRUE(t.count.empty());
  EXPECT_EQ(t.lower, (Doubles{10}));
}

TEST(CsvInterval, TimesKeepAllTheirDigits) {
  const LifeTable t = table_of(
      "lower,upper\n1e-12,1E+15\n0.1,0.30000000000000004\n5e-324,1.7976931348623157e308\n"
      "123456789012345678,123456789012345680\n.5,5.\n+3,+4\n00.25,0000000000000000000000000000.5\n");
  EXPECT_EQ(t.lower, (Doubles{1e-12, 0.1, 5e-324, 123456789012345678.0, 0.5, 3, 0.25}));
  EXPECT_EQ(t.upper, (Doubles{1e15, 0.30000000000000004, 1.7976931348623157e308, 123456789012345680.0, 5, 4, 0.5}));
}

TEST(CsvInterval, MinusZeroIsZero) {
  const LifeTable t = table_of("lower,upper\n-0,5\n-0.0,\n");
  EXPECT_EQ(t.lower, (Doubles{0, 0}));
  EXPECT_FALSE(std::signbit(t.lower[0]));
  EXPECT_EQ(count_by_kind(t).left_censored, 1u);
}

TEST(CsvInterval, ZeroIsAllowedForSuspensionsAndLeftToTheFitForFailures) {
  const LifeTable t = table_of("lower,upper\n0,\n0,0\n");
  EXPECT_EQ(t.lower, (Doubles{0, 0}));
  EXPECT_EQ(t.upper, (Doubles{kInf, 0}));
}

TEST(CsvInterval, InfinityMayBeSpelledOut) {
  const LifeTable t = table_of("lower,upper\n1,inf\n2,INF\n3,+Inf\n4,Infinity\n5, inf \n6,\n7,∞\n");
  EXPECT_EQ(t.upper, (Doubles(7, kInf)));
}

TEST(CsvStatus, ReadsEveryWord) {
  const LifeTable t = table_of(
      "time,status\n1,F\n2,failed\n3,FAILURE\n4,Event\n5,dead\n6,失效\n7,S\n8,c\n9,suspended\n10,Censored\n11,alive\n"
      "12,right\n13,截尾\n14,L\n15,left\n16, f \n17,\"S\"\n18,right-censored\n");
  const LifeCounts c = count_by_kind(t);
  EXPECT_EQ(c.failures, 7u);
  EXPECT_EQ(c.right_censored, 9u);
  EXPECT_EQ(c.left_censored, 2u);
  EXPECT_EQ(t.lower[13], 0.0);
  EXPECT_EQ(t.upper[13], 14.0);
  EXPECT_EQ(t.lower[6], 7.0);
  EXPECT_EQ(t.upper[6], kInf);
  EXPECT_TRUE(t.columns.empty());
}

TEST(CsvStatus, WithoutStatusEveryTimeIsAFailure) {
  CsvOptions options;
  const LifeTable t = table_of("time\n10\n20\n30\n", options);
  EXPECT_EQ(count_by_kind(t).failures, 3u);
  EXPECT_TRUE(options.warnings.empty());
}

TEST(CsvStatus, TheNameDecidesWhatOneMeans) {
  for (const char* name : {"status", "event", "failed", "failure", "death", "Event", "STATUS", "失效"}) {
    const LifeTable t = table_of("time,"s + name + "\n10,1\n20,0\n");
    EXPECT_EQ(t.upper, (Doubles{10, kInf})) << name;
  }
  for (const char* name : {"censor", "censored", "suspended", "survived", "Censored", "截尾"}) {
    const LifeTable t = table_of("time,"s + name + "\n10,1\n20,0\n");
    EXPECT_EQ(t.upper, (Doubles{kInf, 20})) << name;
  }
  for (const char* name : {"cens", "状态", "f/s", "delta"}) {
    const std::string text = "time,"s + name + "\n10,1\n20,0\n";
    expect_refused(text, 2, name, "--failed-code");
    CsvOptions options;
    options.failed_code = "1";
    EXPECT_EQ(table_of(text, options).upper, (Doubles{10, kInf})) << name;
    options.failed_code = "0";
    EXPECT_EQ(table_of(text, options).upper, (Doubles{kInf, 20})) << name;
  }
}

TEST(CsvStatus, CodesAndWordsMayBeMixed) {
  const LifeTable t =
      table_of("time,status\n10,F\n12,failed\n13,FAILURE\n14,Suspended\n15,s\n16,Censored\n17,1\n18,0\n");
  expect_counts(t, 8, 4);
}

TEST(CsvStatus, FailedCodeOverrulesTheName) {
  CsvOptions options;
  options.failed_code = "0";
  EXPECT_EQ(table_of("time,status\n10,1\n20,0\n", options).upper, (Doubles{kInf, 20}));
  options.failed_code = "2";
  EXPECT_EQ(table_of("time,status\n10,1\n20,2\n", options).upper, (Doubles{kInf, 20}));
  expect_refused("time,status\n10,0\n20,2\n", 2, "status", "'0'", options);
  options.failed_code = "yes";
  EXPECT_THROW((void)table_of("time,status\n10,1\n", options), UsageError);
  options.failed_code = "1";
  EXPECT_THROW((void)table_of("time\n10\n", options), UsageError);
}

TEST(CsvStatus, TrueAndFalseFollowTheName) {
  EXPECT_EQ(table_of("time,event\n10,TRUE\n20,false\n").upper, (Doubles{10, kInf}));
  EXPECT_EQ(table_of("time,censored\n10,TRUE\n20,False\n").upper, (Doubles{kInf, 20}));
}

TEST(CsvStatus, UnknownWordsAreRefused) {
  expect_refused("time,status\n1,F\n2,broken\n", 3, "status", "'broken'");
  expect_refused("time,status\n1,F\n2,\n", 3, "status", "empty");
  expect_refused("time,status\n1,2\n", 2, "status", "'2'");
  expect_refused("time,status\n1,T\n", 2, "status", "'T'");
  expect_refused("time,status\n1,F\n2,0.5\n", 3, "status", "'0.5'");
}

TEST(CsvStatus, AStatusUnderAnotherNameIsNotLostInSilence) {
  expect_refused("time,F or S or what\n1,F\n2,S\n", 1, "F or S or what", "--status");
  CsvOptions options;
  options.status = "F or S or what";
  EXPECT_EQ(table_of("time,F or S or what\n1,F\n2,S\n", options).upper, (Doubles{1, kInf}));
  CsvOptions mode;
  mode.text = {"mode"};
  EXPECT_EQ(table_of("time,mode\n1,F\n2,S\n", mode).rows(), 2u) << "a column the user named is what he says";
  CsvOptions codes;
  EXPECT_EQ(table_of("time,x\n1,0\n2,1\n", codes).rows(), 2u);
  ASSERT_EQ(codes.warnings.size(), 1u);
  EXPECT_NE(codes.warnings[0].find("'x'"), std::string::npos);
}

TEST(CsvStatus, CodesUnderANameThatSpeaksOfTheStatusAreNeverAllFailures) {
  for (const std::string name : {"status_code", "failure_status", "StatusCode", "isFailed", "is_failed", "event_flag",
                                 "isEvent", "alive", "deaths", "failures", "censoring code", "suspension", "survival",
                                 "状态码", "产品状态", "失效标志", "是否死亡", "截尾标记"}) {
    for (const char* rows : {"10,1\n20,0\n", "10,1\n20,1\n", "10,0\n20,0\n", "10,1\n20,2\n", "10,1\n20,\n",
                             "10,TRUE\n20,FALSE\n", "10,yes\n20,yes\n", "10,F\n20,S\n", "10,S\n20,S\n"}) {
      expect_refused("time," + name + "\n" + rows, 1, name, "--status");
    }
    CsvOptions named;
    named.status = name;
    expect_refused("time," + name + "\n10,1\n20,0\n", 2, name, "--failed-code", named);
    named.failed_code = "1";
    EXPECT_EQ(table_of("time," + name + "\n10,1\n20,0\n", named).upper, (Doubles{10, kInf})) << name;
    // Beside the manual's own column, and where bounds say what happened, it rides along.
    EXPECT_EQ(table_of("time,status," + name + "\n10,F,0\n20,S,1\n").upper, (Doubles{10, kInf})) << name;
    EXPECT_EQ(table_of("lower,upper," + name + "\n10,10,0\n20,,1\n").upper, (Doubles{10, kInf})) << name;
    EXPECT_EQ(table_of("time," + name + "\n10,101\n20,0\n").columns.at(0).name, name) << "no code of a status";
    CsvOptions stress, mode;
    stress.numeric = {name};
    mode.text = {name};
    EXPECT_EQ(table_of("time," + name + "\n10,1\n20,0\n", stress).rows(), 2u) << "the user named it";
    EXPECT_EQ(table_of("time," + name + "\n10,1\n20,0\n", mode).rows(), 2u) << "the user named it";
  }
}

TEST(CsvStatus, OtherNamesWithCodesRideAlongWithAWord) {
  for (const std::string name :
       {"preventive", "eventual", "deadline", "supplier", "failureMode", "失效模式", "定期维护"}) {
    CsvOptions options;
    EXPECT_EQ(table_of("time," + name + "\n10,1\n20,0\n", options).columns.at(0).name, name);
    EXPECT_EQ(options.warnings.size(), 1u) << name;
  }
}

TEST(CsvHeader, SynonymsAndCase) {
  EXPECT_EQ(table_of("Lower , UPPER\n1,2\n").rows(), 1u);
  EXPECT_EQ(table_of("\"Time\",\" Status \"\n1,F\n").rows(), 1u);
  EXPECT_EQ(table_of("时间,状态,数量\n1,失效,2\n3,截尾,4\n").count, (Doubles{2, 4}));
  EXPECT_EQ(table_of("下限,上限,数量\n1,1,2\n3,,4\n").count, (Doubles{2, 4}));
  EXPECT_EQ(table_of("hours,event,qty\n1,1,2\n").count, (Doubles{2}));
  const LifeTable t = table_of("start,stop,event\n1,5,1\n2,6,0\n");
  EXPECT_EQ(t.entry, (Doubles{1, 2}));
  EXPECT_EQ(t.upper, (Doubles{5, kInf}));
}

TEST(CsvHeader, UnitsInNames) {
  const auto unit = [](const std::string& header) { return table_of(header + "\n1,F\n").provenance.time_unit; };
  EXPECT_EQ(unit("time_h,status"), "h");
  EXPECT_EQ(unit("Time (hours),status"), "h");
  EXPECT_EQ(unit("time [km],status"), "km");
  EXPECT_EQ(unit("time (million cycles),status"), "million cycles");
  EXPECT_EQ(unit("时间/h,状态"), "h");
  EXPECT_EQ(unit("时间（小时）,状态"), "h");
  EXPECT_EQ(unit("cycles,status"), "cycle");
  EXPECT_EQ(unit("time_d,status"), "d");
  EXPECT_EQ(unit("time,status"), "");
  EXPECT_EQ(table_of("lower_h,upper_h\n1,2\n").provenance.time_unit, "h");
  expect_refused("lower_h,upper_d\n1,2\n", 1, "upper_d", "one unit");
  CsvOptions options;
  options.time_unit = "km";
  EXPECT_EQ(table_of("time_h,status\n1,F\n", options).provenance.time_unit, "km");
  CsvOptions by_column;
  by_column.units = {{"voltage", "kV"}, {"time", "days"}};
  const LifeTable t = table_of("time,status,voltage,field [V/m],temperature_c\n1,F,3,4,5\n", by_column);
  EXPECT_EQ(t.provenance.time_unit, "d");
  EXPECT_EQ(t.columns[0].unit, "kV");
  EXPECT_EQ(t.columns[1].unit, "V/m");
  EXPECT_EQ(t.columns[1].name, "field [V/m]");
  EXPECT_EQ(t.columns[2].unit, "celsius");
  CsvOptions wrong;
  wrong.units = {{"nothing", "V"}};
  EXPECT_THROW((void)table_of("time\n1\n", wrong), UsageError);
}

TEST(CsvHeader, CanonicalNamesWinAndDoubtIsRefused) {
  const LifeTable t = table_of("time,status,age,sex\n1,1,70,m\n");
  ASSERT_EQ(t.columns.size(), 2u);
  EXPECT_EQ(t.columns[0].name, "age");
  expect_refused("cycles,days\n1,2\n", 1, "days", "could each be the time");
  expect_refused("trunc_lower,entry,time\n1,2,3\n", 1, "entry", "could each be");
  expect_refused("time,lower,upper\n1,1,1\n", 1, "lower", "one layout");
  expect_refused("lower,upper,status\n1,1,F\n", 1, "status", "one layout");
  EXPECT_EQ(table_of("lower,upper,cycles\n1,1,5\n").columns.size(), 1u) << "a weak name rides along";
}

TEST(CsvHeader, OptionsNameColumns) {
  CsvOptions options;
  options.time = "X";
  options.status = "y";
  options.count = "how many";
  options.entry = "from";
  options.exit = "to";
  const LifeTable t = table_of("x,Y,how many,from,to,lower\n10,F,2,1,20,z\n", options);
  EXPECT_EQ(t.lower, (Doubles{10}));
  EXPECT_EQ(t.count, (Doubles{2}));
  EXPECT_EQ(t.entry, (Doubles{1}));
  EXPECT_EQ(t.exit, (Doubles{20}));
  ASSERT_EQ(t.columns.size(), 1u);
  EXPECT_EQ(t.columns[0].name, "lower");
  CsvOptions missing;
  missing.time = "nothing";
  EXPECT_THROW((void)table_of("time,status\n1,F\n", missing), UsageError);
  CsvOptions both;
  both.time = "a";
  both.lower = "b";
  EXPECT_THROW((void)table_of("a,b\n1,2\n", both), UsageError);
  CsvOptions twice;
  twice.time = "a";
  twice.status = "a";
  EXPECT_THROW((void)table_of("a,b\n1,2\n", twice), UsageError);
}

TEST(CsvHeader, MissingColumns) {
  expect_refused("lower,count\n10,1\n", 1, "upper", "no column 'upper'");
  expect_refused("upper,count\n10,1\n", 1, "lower", "no column 'lower'");
  expect_refused("a,b\n10,1\n", 1, "time", "'time'");
  expect_refused("status,count\nF,1\n", 1, "time", "'time'");
  expect_refused("10,F\n20,S\n", 1, "time", "no header");
}

TEST(CsvHeader, NoHeader) {
  expect_refused("10,10,1\n20,,3\n", 1, "", "no header");
  expect_refused("# c\n\n10.5\n20\n", 3, "", "no header");
  expect_refused("10;20;inf\n", 1, "", "no header");
  expect_refused("10,5;10,5\n", 1, "", "no header");
}

TEST(CsvHeader, Duplicates) {
  expect_refused("lower,upper,count,lower\n10,10,1,11\n", 1, "lower", "twice");
  expect_refused("lower,upper,Lower\n10,10,1\n", 1, "Lower", "twice");
  expect_refused("time,a,b,a\n10,10,1,2\n", 1, "a", "twice");
}

TEST(CsvHeader, UnnamedColumns) {
  CsvOptions options;
  const LifeTable t = table_of("\"\",\"time\",\"status\"\n\"1\",10,1\n\"2\",20,0\n", options);
  ASSERT_EQ(t.columns.size(), 1u);
  EXPECT_EQ(t.columns[0].name, "column_1");
  ASSERT_EQ(options.warnings.size(), 1u);
  EXPECT_TRUE(table_of("time,status,\n10,F,\n20,S,\n").columns.empty()) << "a trailing delimiter throughout";
}

TEST(CsvColumns, RideAlongTyped) {
  const LifeTable t = table_of(
      "time,status,voltage,mode,note\n10,F,3.5,bearing,\n20,S,,,x y\n30,F,4,seal,\"a \"\"b\"\", c\"\n40,F,5,bearing, z "
      "\n");
  ASSERT_EQ(t.columns.size(), 3u);
  EXPECT_EQ(t.columns[0].type, Column::Type::number);
  EXPECT_EQ(t.columns[0].numbers[0], 3.5);
  EXPECT_TRUE(std::isnan(t.columns[0].numbers[1]));
  EXPECT_EQ(t.columns[1].type, Column::Type::text);
  EXPECT_EQ(t.columns[1].levels, (std::vector<std::string>{"bearing", "", "seal"}));
  EXPECT_EQ(t.columns[1].codes, (std::vector<std::uint32_t>{0, 1, 2, 0}));
  EXPECT_EQ(t.columns[2].levels, (std::vector<std::string>{"", "x y", "a \"b\", c", "z"}));
}

TEST(CsvColumns, SerialNumbersKeepTheirDigits) {
  const LifeTable t = table_of("time,serial,lot,x\n1,007,20230000000000012345,1.50\n2,012,20230000000000012346,2\n");
  EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"007", "012"}));
  EXPECT_EQ(t.columns[1].levels, (std::vector<std::string>{"20230000000000012345", "20230000000000012346"}));
  EXPECT_EQ(t.columns[2].numbers, (Doubles{1.5, 2}));
}

TEST(CsvColumns, TextMayComeLate) {
  std::string text = "time,a,b\n";
  for (int i = 1; i <= 100000; ++i) {
    text += std::to_string(i) + "," + std::to_string(i % 7) + ".50," + (i == 90000 ? "x" : "1.0") + "\n";
  }
  const LifeTable t = table_of(text);
  ASSERT_EQ(t.rows(), 100000u);
  EXPECT_EQ(t.columns[0].type, Column::Type::number);
  EXPECT_EQ(t.columns[1].type, Column::Type::text);
  EXPECT_EQ(t.columns[1].levels, (std::vector<std::string>{"1.0", "x"})) << "as written";
  EXPECT_EQ(t.columns[1].codes[89999], 1u);
  EXPECT_EQ(t.line.back(), 100001u);
}

TEST(CsvColumns, AskedTypes) {
  CsvOptions options;
  options.text = {"Mode"};
  options.numeric = {"v"};
  const LifeTable t = table_of("time,mode,v\n1,1,2.50\n2,02,\n", options);
  EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"1", "02"}));
  EXPECT_EQ(t.columns[1].numbers[0], 2.5);
  expect_refused("time,mode,v\n1,1,2\n2,2,high\n", 3, "v", "'high'", options);
  options.numeric = {"w"};
  EXPECT_THROW((void)table_of("time,mode,v\n1,1,2\n", options), UsageError);
  options.numeric = {"time"};
  EXPECT_THROW((void)table_of("time,mode,v\n1,1,2\n", options), UsageError);
}

TEST(CsvText, Delimiters) {
  EXPECT_EQ(table_of("time;status;count\n1,5;F;2\n2,25;S;3\n").lower, (Doubles{1.5, 2.25}));
  EXPECT_EQ(table_of("time\tstatus\tcount\n1.5\tF\t2\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("time;status\n1.5;F\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("sep=;\ntime;status\n1,5;F\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("\"sep=;\"\r\ntime;status\r\n1,5;F\r\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("sep=;\ntime\n1,5\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("time;status;note, remark\n1,5;F;x\n").lower, (Doubles{1.5}));
  EXPECT_EQ(table_of("time,status,\"a;b;c;d\"\n1.5,F,x\n").lower, (Doubles{1.5}));
  expect_refused("sep=|\ntime|status\n1|F\n", 1, "", "'|'");
  expect_refused("time|status\n1|F\n", 1, "time", "time|status");
  expect_refused("time\n1,5\n", 2, "", "2 cells");
}

TEST(CsvText, SemicolonFile) {
  const LifeTable t = table_of("lower;upper;count\n10,5;10,5;1\n12,25;12,25;2\n20,0;;3\n");
  expect_counts(t, 6, 3);
  EXPECT_EQ(t.lower[0], 10.5);
  expect_refused("lower;upper\n10,5;11,5\n10.5;11\n", 3, "lower", "decimal point");
  expect_refused("lower;upper\n1.000,5;2.000,5\n", 2, "lower", "not a number");
  CsvOptions options;
  const LifeTable mixed = table_of("time;a;b\n1,5;2.5;3,5\n", options);
  EXPECT_EQ(mixed.columns[0].type, Column::Type::text) << "a decimal point among commas could be thousands";
  EXPECT_EQ(mixed.columns[1].numbers, (Doubles{3.5}));
  EXPECT_EQ(options.warnings.size(), 1u);
  CsvOptions asked;
  asked.numeric = {"a"};
  expect_refused("time;a;b\n1,5;2.5;3,5\n", 2, "a", "mixes", asked);
}

TEST(CsvText, LineEndsMarksCommentsAndEmptyLines) {
  const Doubles expected{10, 20};
  for (const std::string& text :
       {"\xEF\xBB\xBFlower,upper\r\n10,10\r\n20,\r\n"s, "lower,upper\r10,10\r20,\r"s, "lower,upper\n10,10\n20,"s,
        "# note\n\n  \nlower,upper\n\n# a\n10,10\n   # b\n\t\n20,\n\n\n"s, "lower,upper\r\n10,10\r\n20,"s,
        "lower,upper\n10,10\n20,\n\x1A"s, "\xEF\xBB\xBF#x\nlower,upper\n10,10\n20,\n"s}) {
    EXPECT_EQ(table_of(text).lower, expected) << text;
  }
  EXPECT_EQ(table_of("# a\r\n\r\ntime\r\n# b\r\n10\r\n").line, (std::vector<std::uint32_t>{5}));
  EXPECT_EQ(table_of("time\r\r10\r").line, (std::vector<std::uint32_t>{3}));
  EXPECT_EQ(table_of("time,\"a\nb\"\n1,x\n").line, (std::vector<std::uint32_t>{3}));
}

TEST(CsvText, CommentsThatLookLikeDataAreCounted) {
  CsvOptions options;
  EXPECT_EQ(table_of("id,time\n#1,10\n2,20\n#3,30\n", options).rows(), 1u);
  ASSERT_EQ(options.warnings.size(), 1u);
  EXPECT_NE(options.warnings[0].find("line 2"), std::string::npos);
  EXPECT_EQ(table_of("id,time\n\"#1\",10\n").columns[0].levels, (std::vector<std::string>{"#1"}));
}

TEST(CsvText, Quotes) {
  const LifeTable t =
      table_of("lower,upper,count,group\n10,10,1,\"plant\nnorth\"\n12,12,2,\"a \"\"b\"\", c\"\n20,,3,south\n");
  expect_counts(t, 6, 3);
  EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"plant\nnorth", "a \"b\", c", "south"}));
  EXPECT_EQ(t.line, (std::vector<std::uint32_t>{2, 4, 5}));
  EXPECT_EQ(table_of("time,size\n1,3.5\" drive\n").columns[0].levels[0], "3.5\" drive");
  EXPECT_EQ(table_of("time,a\n 1 , \" x \" \n").columns[0].levels[0], " x ");
  EXPECT_EQ(table_of("time,status\n\"10\",\"F\"\n").lower, (Doubles{10}));
  expect_refused("time,a,b\n1,x,y\n2,\"open,z\n3,x,y\n", 3, "a", "never close");
  expect_refused("time,a,b\n1,\"x\"y,z\n2,x,z\n", 2, "a", "closes");
  expect_refused("time,a,b\n1,\"x,y\n2,\"y\",z\n", 2, "a", "line 3");
  expect_refused("time,\"a,b\n1,x,y\n", 1, "", "never close");
}

TEST(CsvText, QuotedLinesCount) {
  expect_refused("time,note\n1,\"a\r\nb\rc\nd\"\nx,y\n", 5, "time", "'x'");
  expect_refused("time,note\r1,\"a\r\nb\rc\nd\"\rx,y\r", 6, "time", "'x'");
  expect_refused("note,time\n\"a\nb\",-1\n", 3, "time", "negative");
}

TEST(CsvCount, WholeNumbersOnly) {
  EXPECT_EQ(table_of("time,count\n1,3.0\n2,1e3\n3,0\n4,5.\n").count, (Doubles{3, 1000, 5}));
  expect_refused("time,count\n1,1\n2,1.5\n", 3, "count", "'1.5'");
  expect_refused("time,count\n1,1\n2,-2\n", 3, "count", "negative");
  expect_refused("time,count\n1,1\n2,\n", 3, "count", "empty");
  expect_refused("time,count\n1,1\n2,99999999999999999999999\n", 3, "count", "too large");
  expect_refused("time,count\n1,1\n2,1e999\n", 3, "count", "too large");
  expect_refused("time,count\n1,1\n2,NaN\n", 3, "count", "whole");
  expect_refused("time,count\n1,1\n2,inf\n", 3, "count", "whole");
  expect_refused("time,count\n1,9007199254740992\n", 2, "count", "too large");
  expect_refused("time,count\n1,9007199254740991\n2,1\n3,1\n", 3, "count", "sum");
  EXPECT_EQ(table_of("time,count\n1,9007199254740991\n").rows(), 1u);
}

TEST(CsvCount, ZeroRowsAreCheckedAndDropped) {
  const LifeTable t = table_of("lower,upper,count,g\n10,10,1,a\n12,12,0,b\n20,,3,c\n");
  expect_counts(t, 4, 1);
  EXPECT_EQ(t.line, (std::vector<std::uint32_t>{2, 4}));
  EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"a", "c"}));
  expect_refused("lower,upper,count\n10,10,1\n12,x,0\n", 3, "upper", "'x'");
  expect_refused("lower,upper,count\n10,10,0\n12,12,0\n", 2, "count", "no data");
}

TEST(CsvTruncation, WindowsAreStoredAsRecorded) {
  const LifeTable t = table_of("lower,upper,trunc_lower,trunc_upper\n5,5,,100\n,8,3,\n4,,6,inf\n0,0,0,\n6,9,5,8\n");
  EXPECT_EQ(t.entry, (Doubles{0, 3, 6, 0, 5}));
  EXPECT_EQ(t.exit, (Doubles{100, kInf, kInf, kInf, 8}));
  EXPECT_EQ(t.lower[1], 0.0);
  EXPECT_EQ(count_by_kind(t).truncated, 4u);
  EXPECT_EQ(table_of("time,status,entry,exit\n5,F,1,9\n").exit, (Doubles{9}));
}

TEST(CsvTruncation, EventsOutsideTheirWindowAreRefused) {
  expect_refused("time,status,entry\n5,F,1\n5,F,5\n", 3, "time", "entry");
  expect_refused("time,status,entry\n5,F,1\n5,F,7\n", 3, "time", "outside");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n5,5,,4\n", 2, "lower", "trunc_upper");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n,3,3,\n", 2, "upper", "trunc_lower");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n1,3,5,\n", 2, "upper", "trunc_lower");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n5,9,,5\n", 2, "lower", "trunc_upper");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n7,,,5\n", 2, "lower", "trunc_upper");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n5,6,9,8\n", 2, "trunc_upper", "empty");
  expect_refused("lower,upper,trunc_lower,trunc_upper\n5,6,,0\n", 2, "trunc_upper", "empty");
  expect_refused("lower,upper,trunc_lower\n5,6,-1\n", 2, "trunc_lower", "negative");
  expect_refused("lower,upper,trunc_lower\n5,6,inf\n", 2, "trunc_lower", "infinite");
}

// The examples of docs/data-format.md.
TEST(CsvManual, ExamplesReadAsDescribed) {
  const LifeCounts interval = count_by_kind(table_of("lower,upper,count\n450,450,1\n460,,3\n,300,2\n300,500,4\n"));
  EXPECT_EQ(interval.failures, 1u);
  EXPECT_EQ(interval.right_censored, 3u);
  EXPECT_EQ(interval.left_censored, 2u);
  EXPECT_EQ(interval.interval_censored, 4u);
  const LifeTable truncated = table_of(
      "lower,upper,count,trunc_lower,group\n1200,1200,1,500,plant A\n,900,2,500,plant A\n"
      "1500,,40,500,\"plant B, line 2\"\n");
  expect_counts(truncated, 43, 3);
  EXPECT_EQ(count_by_kind(truncated).truncated, 43u);
  EXPECT_EQ(truncated.columns.at(0).levels, (std::vector<std::string>{"plant A", "plant B, line 2"}));
  CsvOptions options;
  options.time = "Zeit";
  const LifeTable german = table_of("sep=;\nZeit;status;Spannung\n10,5;F;3,3\n12,25;S;3,3\n", options);
  EXPECT_EQ(german.lower, (Doubles{10.5, 12.25}));
  EXPECT_EQ(german.columns.at(0).numbers, (Doubles{3.3, 3.3}));
  const LifeTable chinese = table_of("时间（小时）,状态,数量\n450,失效,1\n460,截尾,3\n");
  expect_counts(chinese, 4, 1);
  EXPECT_EQ(chinese.provenance.time_unit, "h");
}

TEST(CsvFile, MissingFileIsTheMachinesFault) {
  CsvOptions options;
  EXPECT_THROW((void)read_csv("/nonexistent/file.csv", options), MachineError);
  EXPECT_THROW((void)read_csv(testing::TempDir(), options), MachineError);
}

TEST(CsvFile, FileAndMemoryAgree) {
  const std::string path = testing::TempDir() + "csv_reader_test.csv";
  std::string text = "\xEF\xBB\xBFlower,upper,count,lot\n";
  for (int i = 0; i < 50000; ++i) text += std::to_string(i + 1) + ".25,,1,lot" + std::to_string(i % 10) + "\n";
  std::ofstream(path, std::ios::binary) << text;
  CsvOptions options;
  auto file = read_csv(path, options);
  ASSERT_TRUE(file.has_value());
  const LifeTable memory = table_of(text);
  EXPECT_EQ(file->lower, memory.lower);
  EXPECT_EQ(file->columns[0].codes, memory.columns[0].codes);
  EXPECT_EQ(file->provenance.name, path);
  EXPECT_EQ(file->provenance.sha256, sha256_hex(text));
  EXPECT_EQ(memory.provenance.sha256, sha256_hex(text));
  std::remove(path.c_str());
}

}  // namespace
}  // namespace relia::io
