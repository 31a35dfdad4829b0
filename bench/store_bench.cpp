// Reading a data set back, end to end (open, walk, fetch, decode, check, convert), beside the codec alone on chunks of
// the same bytes; and importing it. Bytes are those of the decoded columns. A directory on tmpfs (TMPDIR) takes the
// disk out of it.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <relia/io/store.hpp>

#include "bench/user_time.hpp"
#include "io/store_codec.hpp"

namespace {

using namespace relia;
using namespace relia::io;

constexpr std::size_t kRows = std::size_t{1} << 22;

/// Lives to three decimals, a third of them suspended, with counts and two stresses: 5 columns.
const LifeTable& table() {
  static const LifeTable made = [] {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> uniform(0.0, 1.0);
    LifeTable t;
    t.provenance = {"bench.csv", std::string(64, 'a'), "h"};
    Column stress{"temperature_c", "celsius", Column::Type::number, {}, {}, {}};
    Column voltage{"voltage", "V", Column::Type::number, {}, {}, {}};
    for (std::size_t i = 0; i < kRows; ++i) {
      const double life = std::round(1e6 * -std::log(1.0 - uniform(random))) / 1000.0 + 0.001;
      t.lower.push_back(life);
      t.upper.push_back(random() % 3 == 0 ? std::numeric_limits<double>::infinity() : life);
      t.count.push_back(static_cast<double>(random() % 9 + 1));
      stress.numbers.push_back(40.0 + static_cast<double>(random() % 900) / 10.0);
      voltage.numbers.push_back(std::round(life) / 100.0);
    }
    t.columns = {stress, voltage};
    return t;
  }();
  return made;
}
constexpr std::size_t kColumns = 5, kBytes = kColumns * kRows * sizeof(double);

/// A store with the table once for each level of compression.
class Sample {
 public:
  Sample() {
    const char* const directory = std::getenv("TMPDIR");
    path_ = std::string(directory != nullptr ? directory : "/tmp") + "/relia_store_bench_" +
            std::to_string(::getpid()) + ".h5";
  }
  ~Sample() {
    for (const char* const end : {"", ".lock"}) (void)std::remove((path_ + end).c_str());
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  const std::string& with(int level) {
    if (!made_[static_cast<std::size_t>(level)]) {
      StoreImport options;
      options.compression = level;
      Store(path_).import_table(name(level), table(), options);
      made_[static_cast<std::size_t>(level)] = true;
    }
    return path_;
  }
  static std::string name(int level) { return "level-" + std::to_string(level); }

 private:
  std::string path_;
  bool made_[13] = {};
};
Sample& sample() {
  static Sample s;
  return s;
}

void read_store(benchmark::State& state) {
  const int level = static_cast<int>(state.range(0));
  const Store store(sample().with(level), {.threads = static_cast<int>(state.range(1))});
  const relia::bench::UserTime user;
  for (auto _ : state) {
    const auto t = store.read(Sample::name(level));
    if (!t || t->rows() != kRows) return state.SkipWithError("the data set cannot be read");
    benchmark::DoNotOptimize(t->lower.data());
  }
  user.count(state, kBytes);
}
BENCHMARK(read_store)
    ->Name("StoreRead/whole/level/threads")
    ->ArgsProduct({{0, 1, 6}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void stream_store(benchmark::State& state) {
  const int level = static_cast<int>(state.range(0));
  const Store store(sample().with(level), {.threads = static_cast<int>(state.range(1))});
  const relia::bench::UserTime user;
  for (auto _ : state) {
    store.read_blocks(Sample::name(level), [](const LifeTable& block) {
      benchmark::DoNotOptimize(block.lower.data());
      return true;
    });
  }
  user.count(state, kBytes);
}
BENCHMARK(stream_store)
    ->Name("StoreRead/blocks/level/threads")
    ->ArgsProduct({{0, 1, 6}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

/// The codec alone on the chunks of these columns, from memory, each into the same place in cache.
void codec_alone(benchmark::State& state) {
  const int level = static_cast<int>(state.range(0));
  constexpr std::size_t kChunkRows = 65536;
  struct Chunk {
    std::vector<std::byte> bytes;
    std::uint32_t mask = 0;
  };
  const ChunkFilters filters{level > 0, level > 0, true};
  ChunkEncoder encoder(filters, level);
  std::vector<Chunk> chunks;
  const LifeTable& t = table();
  for (const std::vector<double>* column :
       {&t.lower, &t.upper, &t.count, &t.columns[0].numbers, &t.columns[1].numbers}) {
    for (std::size_t at = 0; at < kRows; at += kChunkRows) {
      std::vector<double> piece(column->begin() + static_cast<std::ptrdiff_t>(at),
                                column->begin() + static_cast<std::ptrdiff_t>(at + kChunkRows));
      if (column == &t.count) {  // kept as integers
        for (double& v : piece) {
          const auto whole = static_cast<std::int64_t>(v);
          std::memcpy(&v, &whole, sizeof whole);
        }
      }
      Chunk c;
      c.mask = encoder.encode(std::as_bytes(std::span(piece)), sizeof(double), c.bytes);
      chunks.push_back(std::move(c));
    }
  }
  ChunkDecoder decoder;
  std::vector<std::byte> raw(kChunkRows * sizeof(double));
  const relia::bench::UserTime user;
  for (auto _ : state) {
    for (const Chunk& c : chunks) {
      if (!decoder.decode(c.bytes, c.mask, filters, sizeof(double), raw)) return state.SkipWithError("damaged");
      benchmark::DoNotOptimize(raw.data());
    }
  }
  user.count(state, kBytes);
}
BENCHMARK(codec_alone)
    ->Name("StoreRead/baseline:codec/level")
    ->Arg(0)
    ->Arg(1)
    ->Arg(6)
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

void import_store(benchmark::State& state) {
  StoreImport options;
  options.compression = static_cast<int>(state.range(0));
  options.replace = true;
  Store store(sample().with(1), {.threads = static_cast<int>(state.range(1))});
  (void)table();
  const relia::bench::UserTime user;
  for (auto _ : state) store.import_table("again", table(), options);
  store.remove("again");
  user.count(state, kBytes);
}
// The child does the work: wall time.
BENCHMARK(import_store)
    ->Name("StoreImport/level/threads")
    ->ArgsProduct({{0, 1, 6}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
