// Reading CSV, end to end (open, hash, check, parse, store), beside the two things it cannot be faster than:
// reading the bytes, and std::from_chars on every cell.

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <relia/io/csv.hpp>
#include <relia/io/hash.hpp>

#include "bench/user_time.hpp"
#include "io/csv_encoding.hpp"

namespace {

using namespace relia;
using namespace relia::io;

enum class Kind { interval, stresses, digits17, status, text };
constexpr const char* kKinds[] = {"lower,upper,count", "lower,upper,count and 2 stresses", "17 digits", "time,status",
                                  "time,status and 1 text column"};

std::string number(double value, int precision) {
  char buffer[64];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, precision);
  return {buffer, done.ptr};
}

/// About 64 MB of one kind.
std::string make_text(Kind kind) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> life(1.0, 9999.0);
  std::string out;
  switch (kind) {
    case Kind::interval: out = "lower,upper,count\n"; break;
    case Kind::stresses: out = "lower,upper,count,temperature_c,voltage\n"; break;
    case Kind::digits17: out = "lower,upper\n"; break;
    case Kind::status: out = "time,status\n"; break;
    case Kind::text: out = "time,status,lot\n"; break;
  }
  while (out.size() < (std::size_t{1} << 26)) {
    const double t = life(random);
    const auto pick = random();
    const std::string time = number(t, kind == Kind::digits17 ? 13 : 3);
    const bool failed = pick % 3 == 0;
    switch (kind) {
      case Kind::interval:
      case Kind::stresses:
      case Kind::digits17:
        out += time + ',';
        if (failed) out += time;
        if (kind != Kind::digits17) out += "," + std::to_string(1 + pick % 9);
        if (kind == Kind::stresses)
          out += "," + number(40 + static_cast<double>(pick % 900) / 10, 1) + "," + number(t / 1000, 2);
        break;
      case Kind::status: out += time + (failed ? ",F" : ",S"); break;
      case Kind::text: out += time + (failed ? ",failed,lot-" : ",suspended,lot-") + std::to_string(pick % 40); break;
    }
    out += '\n';
  }
  return out;
}

/// The text and a file of it, made once.
struct Sample {
  explicit Sample(Kind kind) : text(make_text(kind)) {
    const char* directory = std::getenv("TMPDIR");
    path = std::string(directory != nullptr ? directory : "/tmp") + "/relia_csv_bench_" + std::to_string(::getpid()) +
           "_" + std::to_string(static_cast<int>(kind)) + ".csv";
    std::ofstream(path, std::ios::binary) << text;
  }
  ~Sample() { std::remove(path.c_str()); }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;
  std::string text, path;
};
const Sample& sample(int kind) {
  static const Sample samples[] = {Sample(Kind::interval), Sample(Kind::stresses), Sample(Kind::digits17),
                                   Sample(Kind::status), Sample(Kind::text)};
  return samples[kind];
}

void read_csv_file(benchmark::State& state) {
  const Sample& s = sample(static_cast<int>(state.range(0)));
  std::size_t rows = 0;
  const relia::bench::UserTime user;
  for (auto _ : state) {
    CsvOptions options;
    auto table = read_csv(s.path, options);
    if (!table) return state.SkipWithError(table.error().first[0].message.c_str());
    rows = table->rows();
    benchmark::DoNotOptimize(table->lower.data());
  }
  user.count(state, s.text.size());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(rows));
  state.SetLabel(kKinds[state.range(0)]);
}
BENCHMARK(read_csv_file)->Name("CsvRead/file")->DenseRange(0, 4)->Unit(benchmark::kMillisecond);

void stream_csv_file(benchmark::State& state) {
  const Sample& s = sample(static_cast<int>(state.range(0)));
  const relia::bench::UserTime user;
  for (auto _ : state) {
    CsvStream stream(s.path, {});
    LifeTable block;
    while (stream.next(block, 1 << 16)) benchmark::DoNotOptimize(block.lower.data());
  }
  user.count(state, s.text.size());
  state.SetLabel(std::string(kKinds[state.range(0)]) + " (both passes)");
}
BENCHMARK(stream_csv_file)->Name("CsvRead/stream")->DenseRange(0, 4)->Unit(benchmark::kMillisecond);

void read_bytes(benchmark::State& state) {
  const Sample& s = sample(0);
  std::vector<char> buffer(std::size_t{1} << 18);
  const relia::bench::UserTime user;
  for (auto _ : state) {
    const int fd = ::open(s.path.c_str(), O_RDONLY);
    while (::read(fd, buffer.data(), buffer.size()) > 0) benchmark::DoNotOptimize(buffer.data());
    ::close(fd);
  }
  user.count(state, s.text.size());
}
BENCHMARK(read_bytes)->Name("CsvRead/baseline:read")->Unit(benchmark::kMillisecond);

void hash_bytes(benchmark::State& state) {
  const Sample& s = sample(0);
  const relia::bench::UserTime user;
  for (auto _ : state) benchmark::DoNotOptimize(sha256_hex(s.text));
  user.count(state, s.text.size());
}
BENCHMARK(hash_bytes)->Name("CsvRead/baseline:sha256")->Unit(benchmark::kMillisecond);

void check_utf8(benchmark::State& state) {
  const Sample& s = sample(0);
  std::size_t complete = 0;
  const relia::bench::UserTime user;
  for (auto _ : state) benchmark::DoNotOptimize(find_invalid_utf8(s.text, false, complete));
  user.count(state, s.text.size());
}
BENCHMARK(check_utf8)->Name("CsvRead/baseline:utf8")->Unit(benchmark::kMillisecond);

/// from_chars on every number of the text in memory; cells found by where it stops, sums kept, nothing stored.
void from_chars_alone(benchmark::State& state) {
  const Sample& s = sample(static_cast<int>(state.range(0)));
  const relia::bench::UserTime user;
  for (auto _ : state) {
    const char* p = s.text.data() + s.text.find('\n') + 1;
    const char* const end = s.text.data() + s.text.size();
    double sum = 0.0;
    while (p < end) {
      double value = 0.0;
      p = std::from_chars(p, end, value).ptr + 1;
      sum += value;
    }
    benchmark::DoNotOptimize(sum);
  }
  user.count(state, s.text.size());
  state.SetLabel(kKinds[state.range(0)]);
}
BENCHMARK(from_chars_alone)->Name("CsvRead/baseline:from_chars")->DenseRange(0, 2)->Unit(benchmark::kMillisecond);

}  // namespace
