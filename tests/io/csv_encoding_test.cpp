#include "io/csv_encoding.hpp"

#include <random>

#include "tests/io/csv_support.hpp"

namespace relia::io {
namespace {

using namespace std::string_literals;

/// UTF-16 or UTF-32 of UTF-8 text, with its mark.
std::string encoded(std::string_view utf8, int unit_bytes, bool little, bool mark = true) {
  std::string out;
  const auto put = [&](std::uint32_t unit) {
    for (int k = 0; k < unit_bytes; ++k) {
      const int shift = 8 * (little ? k : unit_bytes - 1 - k);
      out += static_cast<char>(unit >> shift & 0xFF);
    }
  };
  if (mark) put(0xFEFF);
  for (std::size_t i = 0; i < utf8.size();) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    const int length = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? c : c & (0xFFu >> (length + 1));
    for (int k = 1; k < length; ++k)
      code = code << 6 | (static_cast<unsigned char>(utf8[i + static_cast<std::size_t>(k)]) & 0x3Fu);
    i += static_cast<std::size_t>(length);
    if (unit_bytes == 2 && code >= 0x10000) {
      put(0xD800 + ((code - 0x10000) >> 10));
      put(0xDC00 + ((code - 0x10000) & 0x3FF));
    } else {
      put(code);
    }
  }
  return out;
}

const std::string kText = "lower,upper,count,批次\n10,10,1,甲𝄞\n20,,3,é\n";

TEST(CsvEncoding, Utf16AndUtf32WithTheirMarks) {
  for (const int bytes : {2, 4}) {
    for (const bool little : {true, false}) {
      const LifeTable t = table_of(encoded(kText, bytes, little));
      expect_counts(t, 4, 1);
      ASSERT_EQ(t.columns.size(), 1u);
      EXPECT_EQ(t.columns[0].name, "批次");
      EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"甲𝄞", "é"}));
    }
  }
}

TEST(CsvEncoding, DamagedUtf16IsNamed) {
  const std::string good = encoded(kText, 2, true);
  expect_refused(good.substr(0, good.size() - 1), 3, "", "UTF-16");
  std::string lone = encoded("lower,upper\n10,10\n", 2, true);
  lone += "\x00\xD8"s + encoded("\n", 2, true, false);
  expect_refused(lone, 3, "", "UTF-16");
  std::string low = encoded("lower,upper\n10,10\n", 2, false);
  expect_refused(low + "\xDC\x00"s, 3, "", "UTF-16");
  expect_refused("\xFF\xFE"s, 1, "", "empty");
  expect_refused("\xFF\xFE\x00\x00\x00\x00\x11\x00"s, 1, "", "UTF-32");
}

TEST(CsvEncoding, Utf16WithoutMarkIsNamed) {
  expect_refused(encoded(kText, 2, true, false), 1, "", "UTF-16");
  expect_refused(encoded(kText, 2, false, false), 1, "", "UTF-16");
}

TEST(CsvEncoding, Gb18030IsReadWithAWord) {
  // "下限,上限,数量,批次 / 甲 / 乙" in GBK.
  const std::string text =
      "\xCF\xC2\xCF\xDE,\xC9\xCF\xCF\xDE,\xCA\xFD\xC1\xBF,\xC5\xFA\xB4\xCE\n10,10,1,\xBC\xD7\n20,,3,\xD2\xD2\n";
  CsvOptions options;
  const LifeTable t = table_of(text, options);
  expect_counts(t, 4, 1);
  EXPECT_EQ(t.columns[0].name, "批次");
  EXPECT_EQ(t.columns[0].levels, (std::vector<std::string>{"甲", "乙"}));
  ASSERT_EQ(options.warnings.size(), 1u);
  EXPECT_NE(options.warnings[0].find("GB18030"), std::string::npos);
  // "时间,状态 / 失效 / 截尾".
  const LifeTable s = table_of("\xCA\xB1\xBC\xE4,\xD7\xB4\xCC\xAC\n10,\xCA\xA7\xD0\xA7\n20,\xBD\xD8\xCE\xB2\n");
  expect_counts(s, 2, 1);
  // A four-byte character, 㐀 (U+3400), among common ones.
  const LifeTable u = table_of("time,x\n1,\xBC\xD7\x81\x39\xEE\x39\n");
  EXPECT_EQ(u.columns[0].levels[0], "甲㐀");
}

TEST(CsvEncoding, GbkFarBehindAsciiIsStillRead) {
  std::string text = "time,x\n";
  for (int i = 1; i < 60000; ++i) text += std::to_string(i) + ",a\n";
  text += "60000,\xBC\xD7\n";
  const LifeTable t = table_of(text);
  EXPECT_EQ(t.rows(), 60000u);
  EXPECT_EQ(t.columns[0].levels[1], "甲");
}

TEST(CsvEncoding, WesternEightBitTextIsRefusedNotMangled) {
  expect_refused("time,x\n1,caf\xE9\n", 2, "", "encoding");
  expect_refused(
      "time,temp_\xB0"
      "C\n1,2\n",
      1, "", "encoding");                                             // °C: a rare GBK pair
  expect_refused("time,x\n1,ok\n2,M\xFCnchen\n", 3, "", "encoding");  // ü
  expect_refused("time,x\n1,\x80\n", 2, "", "encoding");
}

TEST(CsvEncoding, BrokenUtf8IsRefusedNotMangled) {
  expect_refused("time,x\n1,中文\n2,\xE4\xB8\n", 3, "", "encoding");
  expect_refused("\xEF\xBB\xBFtime,x\n1,\xBC\xD7\n", 2, "", "encoding");  // marked as UTF-8
  expect_refused("time,x\n1,\xC0\x80\n", 2, "", "encoding");              // overlong
  expect_refused("time,x\n1,\xED\xA0\x80\n", 2, "", "encoding");          // a surrogate
  expect_refused("time,x\n1,\xF5\x80\x80\x80\n", 2, "", "encoding");
}

TEST(CsvEncoding, BinaryFilesAreNamed) {
  expect_refused("\x89HDF\r\n\x1A\n\0\0\0\0\0\x08\x08\0\x04\0"s, 1, "", "binary");
  expect_refused("PK\x03\x04\x14\0\x06\0\x08\0"s, 1, "", "Excel");
  expect_refused("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"s, 1, "", "Excel");
  expect_refused("\x1F\x8B\x08\0\0\0\0\0"s, 1, "", "gzip");
  expect_refused("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n"s, 1, "", "PDF");
  expect_refused("SQLite format 3\0\x10\0\x01\x01"s, 1, "", "SQLite");
  std::string noise;
  std::mt19937 random(7);
  for (int i = 0; i < 5000; ++i) noise += static_cast<char>(random() & 0xFF);
  expect_refused(noise, 1, "", "binary");
  expect_refused(std::string(1000, '\0'), 1, "", "binary");
}

TEST(CsvEncoding, NulBytesInCellsAreNamedInPlace) {
  expect_refused("lower,upper,count\n10,10,1\n1\0"s + "2,12,1\n20,,3\n30,,4\n", 3, "lower", "NUL");
  expect_refused("lower,upper,note\n10,10,a\n12,12,b\0"s + "c\n20,,3\n30,,4\n", 3, "note", "NUL");
  expect_refused("lower,upper,no\0"s + "te\n10,10,a\n12,12,b\n20,,3\n30,,4\n", 1, "no\\x00te", "NUL");
}

TEST(Utf8, FindsTheFirstInvalidByteAtEveryOffset) {
  std::size_t complete = 0;
  for (std::size_t n = 0; n < 200; ++n) {
    const std::string ascii(n, 'a');
    EXPECT_EQ(find_invalid_utf8(ascii, false, complete), kAllValid);
    EXPECT_EQ(find_invalid_utf8(ascii + "\xE4\xB8\xAD" + ascii, false, complete), kAllValid);
    EXPECT_EQ(find_invalid_utf8(ascii + "\xFF" + ascii, false, complete), n);
    EXPECT_EQ(find_invalid_utf8(ascii + "\xE4\xB8", false, complete), n);
    EXPECT_EQ(find_invalid_utf8(ascii + "\xE4\xB8", true, complete), kAllValid);
    EXPECT_EQ(complete, n);
  }
}

}  // namespace
}  // namespace relia::io
