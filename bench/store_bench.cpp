// Reading a data set back, end to end (open, walk, fetch, decode, check, convert), beside the codec alone on chunks of
// the same bytes; and importing it. Bytes are those of the decoded columns. A directory on tmpfs (TMPDIR) takes the
// disk out of it.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <unistd.h>

#include <relia/io/store.hpp>

#include "bench/user_time.hpp"
#include "io/large_pages.hpp"
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
    // In large pages: a store is walked by a child, and the child's copy of a process costs by the page.
    for (std::vector<double>* column : {&t.lower, &t.upper, &t.count}) reserve_large(*column, kRows);
    t.provenance = {"bench.csv", std::string(64, 'a'), "h"};
    Column stress{"temperature_c", "celsius", Column::Type::number, {}, {}, {}};
    Column voltage{"voltage", "V", Column::Type::number, {}, {}, {}};
    reserve_large(stress.numbers, kRows);
    reserve_large(voltage.numbers, kRows);
    for (std::size_t i = 0; i < kRows; ++i) {
      const double life = std::round(1e6 * -std::log(1.0 - uniform(random))) / 1000.0 + 0.001;
      t.lower.push_back(life);
      t.upper.push_back(random() % 3 == 0 ? std::numeric_limits<double>::infinity() : life);
      t.count.push_back(static_cast<double>(random() % 9 + 1));
      stress.numbers.push_back(40.0 + static_cast<double>(random() % 900) / 10.0);
      voltage.numbers.push_back(std::round(life) / 100.0);
    }
    t.columns.push_back(std::move(stress));
    t.columns.push_back(std::move(voltage));
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

constexpr std::size_t kChunkRows = 65536;

struct Chunk {
  std::vector<std::byte> bytes;
  std::uint32_t mask = 0;
};
ChunkFilters filters_of(int level) {
  return {level > 0, level > 0, true};
}

/// The chunks of these columns, one column after the other.
std::vector<Chunk> encoded_chunks(int level) {
  ChunkEncoder encoder(filters_of(level), level);
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
  return chunks;
}

/// The three filters of HDF5 as any reader runs them, with the checksums of both streams.
class Codec {
 public:
  Codec() : inflate_(libdeflate_alloc_decompressor()) {}
  ~Codec() { libdeflate_free_decompressor(inflate_); }
  Codec(const Codec&) = delete;
  Codec& operator=(const Codec&) = delete;

  bool decode(const Chunk& c, ChunkFilters filters, std::span<std::byte> raw) {
    const auto body = std::span(c.bytes).first(c.bytes.size() - 4);
    std::uint32_t check = 0;
    std::memcpy(&check, body.data() + body.size(), 4);
    if (fletcher32(body) != check) return false;
    if (!filters.deflate || (c.mask & 2U) != 0) {  // then not shuffled either
      if (body.size() != raw.size()) return false;
      std::copy(body.begin(), body.end(), raw.begin());
      return true;
    }
    inflated_.resize(raw.size());
    if (libdeflate_zlib_decompress(inflate_, body.data(), body.size(), inflated_.data(), raw.size(), nullptr) !=
        LIBDEFLATE_SUCCESS) {
      return false;
    }
    unshuffle_bytes(inflated_, sizeof(double), raw.data());
    return true;
  }

 private:
  libdeflate_decompressor* inflate_;
  std::vector<std::byte> inflated_;
};

/// The codec alone on the chunks of these columns, from memory, each into the same place in cache.
void codec_alone(benchmark::State& state) {
  const int level = static_cast<int>(state.range(0));
  const std::vector<Chunk> chunks = encoded_chunks(level);
  Codec codec;
  std::vector<std::byte> raw(kChunkRows * sizeof(double));
  const relia::bench::UserTime user;
  for (auto _ : state) {
    for (const Chunk& c : chunks) {
      if (!codec.decode(c, filters_of(level), raw)) {
        return state.SkipWithError("damaged");
      }
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

/// What no reader of a whole table can do without: the bytes of the chunks from a file, the codec, and columns in
/// memory that is fresh every time.
void codec_from_file_into_columns(benchmark::State& state) {
  const int level = static_cast<int>(state.range(0));
  const std::vector<Chunk> chunks = encoded_chunks(level);
  std::FILE* const file = std::tmpfile();
  if (file == nullptr) return state.SkipWithError("no temporary file");
  std::size_t longest = 0;
  for (const Chunk& c : chunks) {
    if (std::fwrite(c.bytes.data(), 1, c.bytes.size(), file) != c.bytes.size()) {
      return state.SkipWithError("the temporary file cannot be written");
    }
    longest = std::max(longest, c.bytes.size());
  }
  (void)std::fflush(file);
  std::vector<std::byte> bytes(longest);
  ChunkDecoder decoder;
  const relia::bench::UserTime user;
  for (auto _ : state) {
    std::size_t next = 0;
    off_t at = 0;
    std::array<std::unique_ptr<double[]>, kColumns> columns;
    for (auto& column : columns) {
      constexpr std::size_t kHugePage = std::size_t{1} << 21;
      column = std::make_unique_for_overwrite<double[]>(kRows);
      const auto begin = (reinterpret_cast<std::uintptr_t>(column.get()) + kHugePage - 1) & ~(kHugePage - 1);
      const auto end = reinterpret_cast<std::uintptr_t>(column.get() + kRows) & ~(kHugePage - 1);
      (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
      for (std::size_t row = 0; row < kRows; row += kChunkRows, ++next) {
        const Chunk& c = chunks[next];
        const auto stored = std::span(bytes).first(c.bytes.size());
        if (::pread(::fileno(file), stored.data(), stored.size(), at) != static_cast<ssize_t>(stored.size()) ||
            !decoder.decode(stored, c.mask, filters_of(level), sizeof(double),
                            std::as_writable_bytes(std::span(column.get() + row, kChunkRows)))) {
          return state.SkipWithError("damaged");
        }
        at += static_cast<off_t>(stored.size());
      }
    }
    benchmark::DoNotOptimize(columns[0].get());
  }
  user.count(state, kBytes);
  (void)std::fclose(file);
}
BENCHMARK(codec_from_file_into_columns)
    ->Name("StoreRead/baseline:file+codec+fresh columns/level")
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
