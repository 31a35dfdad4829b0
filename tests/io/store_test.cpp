// The store: what goes in comes out, names, appends, results, removal, compaction.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <relia/io/store.hpp>

namespace relia::io {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "relia_store_XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
    path_ = directory_ / "lab.h5";
  }
  ~StoreTest() override { std::filesystem::remove_all(directory_); }
  [[nodiscard]] Store store() const { return Store(path_.string()); }

  std::filesystem::path directory_, path_;
};

// Rows of every kind, with the columns that real tables have.
LifeTable table_of(std::size_t rows, unsigned seed, bool everything = true) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  LifeTable t;
  t.provenance = {"lab.csv", std::string(64, 'a'), "h"};
  Column stress{"temperature_c", "celsius", Column::Type::number, {}, {}, {}};
  Column voltage{"voltage", "V", Column::Type::number, {}, {}, {}};
  Column mode{"mode/of \"failure\"", "", Column::Type::text, {}, {}, {"", "bearing", "winding, upper", "断裂"}};
  for (std::size_t i = 0; i < rows; ++i) {
    const double life = std::round(-1000.0 * std::log(1.0 - uniform(random)) * 1000.0) / 1000.0 + 0.001;
    const int kind = static_cast<int>(random() % 4);
    t.lower.push_back(kind == 2 ? 0.0 : life);
    t.upper.push_back(kind == 1 ? kInf : (kind == 3 ? life * 1.25 : life));
    if (everything) {
      t.count.push_back(static_cast<double>(random() % 5 + 1));
      t.entry.push_back(i % 7 == 0 && kind != 2 ? life / 2.0 : 0.0);
      t.exit.push_back(i % 11 == 0 && kind != 1 ? life * 3.0 : kInf);
      stress.numbers.push_back(static_cast<double>(random() % 3 * 20 + 40));
      voltage.numbers.push_back(i % 13 == 5 ? std::nan("") : uniform(random));
      mode.codes.push_back(static_cast<std::uint32_t>(random() % 4));
    }
  }
  if (everything) t.columns = {stress, voltage, mode};
  return t;
}

// Equal to the bit, NaN like NaN.
void expect_same(const std::vector<double>& a, const std::vector<double>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE((std::isnan(a[i]) && std::isnan(b[i])) || (a[i] == b[i] && std::signbit(a[i]) == std::signbit(b[i])))
        << i << ": " << a[i] << " " << b[i];
  }
}

void expect_same(const LifeTable& a, const LifeTable& b) {
  expect_same(a.lower, b.lower);
  expect_same(a.upper, b.upper);
  expect_same(a.count, b.count);
  expect_same(a.entry, b.entry);
  expect_same(a.exit, b.exit);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    EXPECT_EQ(a.columns[c].name, b.columns[c].name);
    EXPECT_EQ(a.columns[c].unit, b.columns[c].unit);
    ASSERT_EQ(a.columns[c].type, b.columns[c].type);
    expect_same(a.columns[c].numbers, b.columns[c].numbers);
    EXPECT_EQ(a.columns[c].codes, b.columns[c].codes);
    EXPECT_EQ(a.columns[c].levels, b.columns[c].levels);
  }
}

LifeTable read(const Store& store, const std::string& name) {
  auto t = store.read(name);
  if (!t) throw BadData(t.error());
  return std::move(t).value();
}

LifeTable joined(LifeTable a, const LifeTable& b) {
  const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  add(a.lower, b.lower);
  add(a.upper, b.upper);
  add(a.count, b.count);
  add(a.entry, b.entry);
  add(a.exit, b.exit);
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    add(a.columns[c].numbers, b.columns[c].numbers);
    add(a.columns[c].codes, b.columns[c].codes);
  }
  return a;
}

TEST_F(StoreTest, GivesBackWhatWasPutIn) {
  Store s = store();
  for (const std::size_t rows : {1UL, 20UL, 1023UL, 1024UL, 1025UL, 70000UL, 200000UL}) {
    const LifeTable t = table_of(rows, static_cast<unsigned>(rows));
    const std::string name = "sets/n" + std::to_string(rows);
    s.import_table(name, t, {});
    const LifeTable back = read(s, name);
    expect_same(t, back);
    EXPECT_EQ(back.provenance.name, path_.string() + ":" + name);
    EXPECT_EQ(back.provenance.sha256, t.provenance.sha256);
    EXPECT_EQ(back.provenance.time_unit, "h");
  }
  const StoreVerification v = s.verify();
  EXPECT_TRUE(v.errors.empty()) << v.errors.first.front().message;
  EXPECT_EQ(v.datasets, 7U);
  EXPECT_EQ(v.rows, 1U + 20 + 1023 + 1024 + 1025 + 70000 + 200000);
}

TEST_F(StoreTest, WholeNumbersOfEverySizeComeBack) {
  Store s = store();
  for (const double largest : {3.0, 2251799813685247.0, 2251799813685248.0, 9007199254740991.0}) {
    LifeTable t = table_of(5000, 3);
    std::vector<double>& x = t.columns[0].numbers;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto step = static_cast<double>(i % 7);
      x[i] = i % 3 == 0 ? largest - step : i % 3 == 1 ? step - largest : step;
    }
    const std::string name = "largest/n" + std::to_string(static_cast<long long>(largest));
    s.import_table(name, t, {});
    EXPECT_EQ(s.info(name).columns[5].type, "int64");
    expect_same(t, read(s, name));
  }
}

TEST_F(StoreTest, PlainChunksAndAllLevelsOfCompressionGiveTheSame) {
  Store s = store();
  const LifeTable t = table_of(100000, 5);
  std::string hash;
  for (const int level : {0, 1, 6, 12}) {
    StoreImport o;
    o.compression = level;
    const std::string name = "level-" + std::to_string(level);
    s.import_table(name, t, o);
    expect_same(t, read(s, name));
    const std::string h = s.info(name).data_hash;
    if (hash.empty()) hash = h;
    EXPECT_EQ(h, hash) << "the hash is of the data, not of their encoding";
  }
}

TEST_F(StoreTest, AppendsMakeWhatOneImportMakes) {
  Store s = store();
  LifeTable all;
  bool first = true;
  for (const std::size_t rows : {10UL, 1UL, 1013UL, 1UL, 5000UL, 70000UL, 3UL}) {
    const LifeTable t = table_of(rows, static_cast<unsigned>(rows) + 77);
    StoreImport o;
    o.append = !first;
    s.import_table("grown", t, o);
    all = first ? t : joined(all, t);
    first = false;
    expect_same(all, read(s, "grown"));
  }
  s.import_table("whole", all, {});
  EXPECT_EQ(s.info("grown").data_hash, s.info("whole").data_hash);
  EXPECT_EQ(s.info("grown").appends, 6U);
  EXPECT_EQ(s.info("grown").counts.n, count_by_kind(all).n);
  EXPECT_TRUE(s.verify().errors.empty());
}

TEST_F(StoreTest, AppendWidensIntegersFillsAbsentColumnsAndAddsLevels) {
  Store s = store();
  LifeTable a = table_of(70000, 1, false), b = table_of(10, 2, false);
  a.columns = {{"cycles", "", Column::Type::number, std::vector<double>(70000, 3.0), {}, {}},
               {"lot", "", Column::Type::text, {}, std::vector<std::uint32_t>(70000, 0), {"A"}}};
  b.columns = {{"cycles", "", Column::Type::number, std::vector<double>(10, 0.5), {}, {}},
               {"lot", "", Column::Type::text, {}, std::vector<std::uint32_t>(10, 0), {"a much longer level"}}};
  b.count.assign(10, 4.0);
  s.import_table("x", a, {});
  EXPECT_EQ(s.info("x").columns[2].type, "int64");
  StoreImport append;
  append.append = true;
  s.import_table("x", b, append);
  const LifeTable back = read(s, "x");
  ASSERT_EQ(back.rows(), 70010U);
  EXPECT_EQ(back.count.at(0), 1.0);
  EXPECT_EQ(back.count.at(70009), 4.0);
  EXPECT_EQ(back.columns[0].numbers[69999], 3.0);
  EXPECT_EQ(back.columns[0].numbers[70000], 0.5);
  EXPECT_EQ(back.columns[1].levels, (std::vector<std::string>{"A", "a much longer level"}));
  EXPECT_EQ(back.columns[1].codes[70000], 1U);
  EXPECT_EQ(s.info("x").columns[3].type, "float64");
  s.import_table("x", a, append);  // which has no counts: they are 1
  EXPECT_EQ(read(s, "x").count.back(), 1.0);
  EXPECT_TRUE(s.verify().errors.empty());
}

TEST_F(StoreTest, RefusesAppendsThatDoNotFit) {
  Store s = store();
  LifeTable a = table_of(10, 1);
  s.import_table("x", a, {});
  const std::string hash = s.info("x").data_hash;
  StoreImport append;
  append.append = true;
  LifeTable fewer = a;
  fewer.columns.pop_back();
  EXPECT_THROW(s.import_table("x", fewer, append), BadData);
  LifeTable other = a;
  other.columns[0].name = "temperature_k";
  EXPECT_THROW(s.import_table("x", other, append), BadData);
  LifeTable unit = a;
  unit.columns[0].unit = "kelvin";
  EXPECT_THROW(s.import_table("x", unit, append), BadData);
  LifeTable time = a;
  time.provenance.time_unit = "d";
  EXPECT_THROW(s.import_table("x", time, append), UsageError);
  EXPECT_THROW(s.import_table("y", a, append), UsageError);
  EXPECT_EQ(s.info("x").data_hash, hash);
  EXPECT_EQ(s.list().size(), 1U);
}

TEST_F(StoreTest, NamesAreCheckedAndNoneIsAPrefixOfAnother) {
  Store s = store();
  const LifeTable t = table_of(5, 1);
  for (const char* bad :
       {"", "/a", "a/", "a//b", ".", "..", "a/../b", "a b", "ä", "a/b/c/d/e/f/g/h/i", "~new", "a\nb"}) {
    EXPECT_THROW(s.import_table(bad, t, {}), UsageError) << bad;
  }
  s.import_table("a/b/c/d/e/f/g/h", t, {});
  s.import_table("fans/2026-07", t, {});
  EXPECT_THROW(s.import_table("fans", t, {}), UsageError);
  EXPECT_THROW(s.import_table("fans/2026-07/x", t, {}), UsageError);
  EXPECT_THROW(s.import_table("fans/2026-07", t, {}), UsageError);
  s.import_table("fans/lower", t, {});
  s.import_table("results", t, {});
  std::vector<std::string> names;
  for (const StoredDataset& d : s.list()) names.push_back(d.name);
  EXPECT_EQ(names, (std::vector<std::string>{"a/b/c/d/e/f/g/h", "fans/2026-07", "fans/lower", "results"}));
  EXPECT_THROW((void)s.info("fans"), BadData);
  EXPECT_THROW((void)s.info("nothing"), BadData);
  EXPECT_FALSE(s.read("nothing").has_value());
}

TEST_F(StoreTest, KeepsWhatIsKnownAboutTheData) {
  Store s = store();
  const LifeTable t = table_of(100, 3);
  StoreImport o;
  o.source = "Nelson 1982";
  o.units = {{"voltage", "kV"}};
  s.import_table("fans", t, o);
  const StoredDataset d = s.info("fans");
  EXPECT_EQ(d.source, "Nelson 1982");
  EXPECT_EQ(d.source_file, "lab.csv");
  EXPECT_EQ(d.source_sha256, std::string(64, 'a'));
  EXPECT_EQ(d.time_unit, "h");
  EXPECT_EQ(d.schema_version, 1);
  EXPECT_EQ(d.imported_utc.size(), 20U);
  const LifeCounts c = count_by_kind(t);
  EXPECT_EQ(d.counts.n, c.n);
  EXPECT_EQ(d.counts.failures, c.failures);
  EXPECT_EQ(d.counts.truncated, c.truncated);
  ASSERT_EQ(d.columns.size(), 8U);
  EXPECT_EQ(d.columns[0].name, "lower");
  EXPECT_EQ(d.columns[0].unit, "h");
  EXPECT_EQ(d.columns[2].type, "int64");
  EXPECT_EQ(d.columns[3].name, "trunc_lower");
  EXPECT_EQ(d.columns[5].type, "int64");
  EXPECT_EQ(d.columns[6].unit, "kV");
  EXPECT_EQ(d.columns[7].name, "mode/of \"failure\"");
  EXPECT_EQ(d.columns[7].levels, 4U);
}

TEST_F(StoreTest, ReplacesDataAndKeepsResults) {
  Store s = store();
  s.import_table("x", table_of(1000, 1), {});
  StoredResult r;
  r.json = "{\"schema\": \"relia.fit/1\"}\n";
  r.command = "relia fit lab.h5:x --save";
  r.data_hash = s.info("x").data_hash;
  r.version = "0.4.0";
  r.seed = -7;
  EXPECT_EQ(s.save_result("x", r), "1");
  EXPECT_EQ(s.save_result("x", r), "2");
  r.id = "final";
  EXPECT_EQ(s.save_result("x", r), "final");
  EXPECT_THROW((void)s.save_result("x", r), UsageError);
  r.id = "a/b";
  EXPECT_THROW((void)s.save_result("x", r), UsageError);
  StoreImport replace;
  replace.replace = true;
  const LifeTable t = table_of(2000, 2);
  s.import_table("x", t, replace);
  expect_same(t, read(s, "x"));
  const auto results = s.results("x");
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].id, "1");
  EXPECT_EQ(results[2].id, "final");
  EXPECT_EQ(results[2].json, r.json);
  EXPECT_EQ(results[2].command, r.command);
  EXPECT_EQ(results[2].seed, -7);
  EXPECT_NE(results[2].data_hash, s.info("x").data_hash);
  EXPECT_EQ(s.info("x").results, 3U);
  EXPECT_EQ(s.result("x", "2").json, r.json);
  EXPECT_THROW((void)s.result("x", "3"), BadData);
  EXPECT_TRUE(s.verify().errors.empty());
  EXPECT_EQ(s.verify().results, 3U);
}

TEST_F(StoreTest, RemovedSpaceIsUsedAgainAndCompactReturnsIt) {
  Store s = store();
  const LifeTable t = table_of(100000, 1);
  s.import_table("keep/me", table_of(1000, 9), {});
  s.import_table("a", t, {});
  s.import_table("b", table_of(10, 3), {});
  const auto full = std::filesystem::file_size(path_);
  for (int i = 0; i < 5; ++i) {
    s.remove("a");
    s.import_table("a", t, {});
    EXPECT_LT(std::filesystem::file_size(path_), full + full / 10) << i;
  }
  s.remove("a");
  EXPECT_THROW(s.remove("a"), BadData);
  EXPECT_GT(s.compact(), full / 2);
  EXPECT_LT(std::filesystem::file_size(path_), full / 2);
  expect_same(table_of(1000, 9), read(s, "keep/me"));
  s.remove("keep/me");
  s.import_table("keep", t, {});  // the empty group is gone with its last data set
  EXPECT_TRUE(s.verify().errors.empty());
}

TEST_F(StoreTest, StreamsBlocksInOrder) {
  Store s = store();
  const LifeTable t = table_of(600000, 4);
  s.import_table("x", t, {});
  LifeTable all;
  int blocks = 0;
  s.read_blocks("x", [&](const LifeTable& block) {
    if (blocks++ == 0) {
      all = block;
    } else {
      all = joined(all, block);
    }
    return true;
  });
  EXPECT_GT(blocks, 1);
  expect_same(t, all);
}

TEST_F(StoreTest, EmptyAndImpossibleTablesAreRefusedWithoutATrace) {
  Store s = store();
  EXPECT_THROW(s.import_table("x", LifeTable{}, {}), BadData);
  EXPECT_FALSE(std::filesystem::exists(path_));
  LifeTable t = table_of(10, 1);
  t.upper[3] = t.lower[3] / 2.0;
  EXPECT_THROW(s.import_table("x", t, {}), BadData);
  t = table_of(10, 1);
  t.columns[2].codes[1] = 4;
  EXPECT_THROW(s.import_table("x", t, {}), BadData);
  t = table_of(10, 1);
  t.columns[0].numbers.pop_back();
  EXPECT_THROW(s.import_table("x", t, {}), BadData);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".new"));
}

TEST_F(StoreTest, AddressesAreTakenApart) {
  const auto a = parse_store_address("dir:1/Lab.H5:fans/2026-07#3");
  ASSERT_TRUE(a.has_value());
  EXPECT_EQ(a->file, "dir:1/Lab.H5");
  EXPECT_EQ(a->name, "fans/2026-07");
  EXPECT_EQ(a->result, "3");
  EXPECT_EQ(parse_store_address("x.hdf5:a")->name, "a");
  EXPECT_FALSE(parse_store_address("x.csv").has_value());
  EXPECT_FALSE(parse_store_address("x.h5").has_value());
  EXPECT_FALSE(parse_store_address("a:b.csv").has_value());
  EXPECT_FALSE(parse_store_address(":a").has_value());
  EXPECT_FALSE(parse_store_address("").has_value());
}

}  // namespace
}  // namespace relia::io
