// Opens mutated stores. Whatever the bytes, relia must end in an answer or in one of its three exceptions, and
// what it gives as data must be what was once imported.
//
// Random flips alone end at HDF5's own checksums, so the mutator sets the checksums of metadata blocks right again
// most of the time: what a hostile writer would do. The corpus (corpus/store) is made by store_seeds.sh.
//
// With Clang this is a libFuzzer target. With any compiler store_replay runs the corpus and a number of its
// mutations with fixed seeds, as a test.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <relia/io/store.hpp>

#include "io/store_codec.hpp"

namespace {

using relia::BadData;
using relia::LifeTable;
using relia::MachineError;
using relia::UsageError;
using relia::io::Store;

// Every data set of the seeds holds these rows once or twice: 40 lives of a known formula. An append makes it one more.
LifeTable known(int rounds) {
  LifeTable t;
  relia::Column stress{"stress", "V", relia::Column::Type::number, {}, {}, {}};
  relia::Column lot{"lot", "", relia::Column::Type::text, {}, {}, {"A", "B", "C"}};
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 40; ++i) {
      const double life = 10.5 + i * i;
      t.lower.push_back(life);
      t.upper.push_back(i % 4 == 0 ? HUGE_VAL : life);
      t.count.push_back(1 + i % 3);
      stress.numbers.push_back(3.25 * (i % 5));
      lot.codes.push_back(static_cast<std::uint32_t>(i % 3));
    }
  }
  t.columns = {stress, lot};
  return t;
}

bool is(const LifeTable& a, const LifeTable& b) {
  if (a.lower != b.lower || a.upper != b.upper || a.count != b.count || a.columns.size() != b.columns.size()) {
    return false;
  }
  if (!a.entry.empty() || !a.exit.empty()) return false;
  for (std::size_t c = 0; c < a.columns.size(); ++c) {
    const relia::Column &x = a.columns[c], &y = b.columns[c];
    if (x.name != y.name || x.numbers != y.numbers || x.codes != y.codes || x.levels != y.levels) return false;
  }
  return true;
}

relia::io::StoreImport with(bool replace, bool append) {
  relia::io::StoreImport options;
  options.replace = replace;
  options.append = append;
  return options;
}

relia::io::StoredResult empty_result() {
  relia::io::StoredResult result;
  result.json = "{}";
  return result;
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "store_fuzz: %s\n", what);
  std::abort();
}

void check(const LifeTable& t) {
  static const std::array<LifeTable, 3> imported = {known(1), known(2), known(3)};
  if (std::none_of(imported.begin(), imported.end(), [&](const LifeTable& x) { return is(t, x); })) {
    fail("data were read that nobody has imported");
  }
}

template <class Work>
bool attempt(Work work) {
  try {
    work();
    return true;
  } catch (const BadData&) {
  } catch (const MachineError&) {
  } catch (const UsageError&) {
  }
  return false;
}

const std::string& scratch() {
  static const std::string path = [] {
    const char* base = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    return std::string(base) + "/relia_store_fuzz_" + std::to_string(::getpid()) + ".h5";
  }();
  return path;
}

void put(std::span<const std::uint8_t> bytes) {
  const int fd = ::open(scratch().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) fail("no scratch file");
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t n = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (n <= 0) fail("no scratch file");
    at += static_cast<std::size_t>(n);
  }
  (void)::close(fd);
}

// The search for blocks looks at every byte of every input; what watches the code under test would only slow it down.
#if defined(RELIA_LIBFUZZER)
#define RELIA_UNWATCHED __attribute__((no_sanitize("address", "undefined", "coverage")))
#else
#define RELIA_UNWATCHED
#endif

RELIA_UNWATCHED std::uint32_t load32(const std::uint8_t* p) {
  std::uint32_t v = 0;
  std::memcpy(&v, p, 4);
  return v;
}

std::uint32_t metadata_checksum(const std::uint8_t* p, std::size_t n) {
  return relia::io::lookup3({reinterpret_cast<const std::byte*>(p), n});
}

RELIA_UNWATCHED bool starts_block(std::uint32_t v) {
  switch (v) {
    case 0x46444889:  // "\x89HDF"
    case 0x5244484f:  // OHDR
    case 0x4b48434f:  // OCHK
    case 0x50485246:  // FRHP
    case 0x42444846:  // FHDB
    case 0x42494846:  // FHIB
    case 0x44485442:  // BTHD
    case 0x4e495442:  // BTIN
    case 0x464c5442:  // BTLF
    case 0x44484145:  // EAHD
    case 0x42494145:  // EAIB
    case 0x44485346:  // FSHD
    case 0x45535346:  // FSSE
      return true;
    default: return false;
  }
}

// Blocks of HDF5 metadata that end with a right checksum: where they begin and how long they are without it.
struct Block {
  std::size_t begin, length;
};
RELIA_UNWATCHED std::vector<Block> checksummed_blocks(std::span<const std::uint8_t> b) {
  std::vector<Block> out;
  const std::uint8_t* const bytes = b.data();
  for (std::size_t i = 0; i + 8 < b.size(); ++i) {
    if (!starts_block(load32(bytes + i))) continue;
    const std::size_t most = std::min<std::size_t>(b.size() - i - 4, 2100);
    for (std::size_t n = 8; n <= most; ++n) {
      if (metadata_checksum(bytes + i, n) == load32(bytes + i + n)) {
        out.push_back({i, n});
        break;
      }
    }
  }
  return out;
}

void mutate_block(std::uint8_t* p, std::size_t n, std::mt19937& random) {
  static constexpr std::array<std::uint64_t, 8> kOdd = {0,      1,          0x7f,       0xff,
                                                        0xffff, 0x7fffffff, 0xffffffff, 0xffffffffffffffffULL};
  const std::size_t changes = 1 + random() % 3;
  for (std::size_t k = 0; k < changes; ++k) {
    const std::size_t at = random() % n;
    switch (random() % 4) {
      case 0: p[at] = static_cast<std::uint8_t>(p[at] ^ (1U << (random() % 8))); break;
      case 1: p[at] = static_cast<std::uint8_t>(random()); break;
      case 2: {
        const std::uint64_t v = kOdd[random() % kOdd.size()];
        const std::size_t width = std::min<std::size_t>(n - at, std::size_t{1} << (random() % 4));
        std::memcpy(p + at, &v, width);
        break;
      }
      default: {
        const std::size_t from = random() % n, width = std::min({n - at, n - from, std::size_t{8}});
        std::memmove(p + at, p + from, width);
      }
    }
  }
}

std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t max_size, std::mt19937& random) {
  const unsigned kind = random() % 16;
  if (kind == 0) return size - random() % (size / 2 + 1);  // cut off
  if (kind == 1) {                                         // anywhere, checksums left wrong
    mutate_block(data, size, random);
    return size;
  }
  if (kind == 2 && size + 64 <= max_size) {  // something behind the end
    for (std::size_t i = 0; i < 64; ++i) data[size + i] = static_cast<std::uint8_t>(random());
    return size + 64;
  }
  const std::vector<Block> blocks = checksummed_blocks({data, size});
  if (blocks.empty()) {
    mutate_block(data, size, random);
    return size;
  }
  const std::size_t times = 1 + random() % 2;
  for (std::size_t k = 0; k < times; ++k) {
    const Block& b = blocks[random() % blocks.size()];
    // The signature stays, or the block would not be looked at.
    mutate_block(data + b.begin + 4, b.length - 4, random);
    const std::uint32_t sum = metadata_checksum(data + b.begin, b.length);
    std::memcpy(data + b.begin + b.length, &sum, 4);
  }
  return size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  put({data, size});
  Store store(scratch(), {.lock_timeout = 0.2, .patience = 1.0, .threads = 1});
  std::uint64_t choice = 0;
  for (std::size_t i = 0; i < size; ++i) choice = choice * 31 + data[i];

  bool sound = false;
  attempt([&] { sound = store.verify().errors.empty(); });
  std::vector<std::string> names = {"fans/a", "b"};
  attempt([&] {
    for (const auto& d : store.list()) {
      if (names.size() < 4 && d.name != "fans/a" && d.name != "b") names.push_back(d.name);
    }
  });
  const std::string& name = names[choice % names.size()];
  attempt([&] {
    const auto table = store.read(name);
    if (table) check(*table);
    if (sound && !table && table.error().first.front().message.rfind("has no", 0) != 0) {
      fail("a store that verifies cannot be read");
    }
  });
  attempt([&] { (void)store.results(name); });
  // A change may be refused or done; no other data appear.
  bool changed = false;
  switch (choice / 7 % 6) {
    case 0: changed = attempt([&] { store.import_table("new", known(1), {}); }); break;
    case 1: changed = attempt([&] { store.import_table(name, known(1), with(true, false)); }); break;
    case 2: changed = attempt([&] { store.import_table(name, known(1), with(false, true)); }); break;
    case 3: changed = attempt([&] { store.remove(name); }); break;
    case 4: changed = attempt([&] { (void)store.save_result(name, empty_result()); }); break;
    default: changed = attempt([&] { (void)store.compact(); }); break;
  }
  // A hostile writer can have called used space free, in a store that is otherwise sound. A change then spoils
  // what lies there, and that must come out as damage, not as data.
  attempt([&] { (void)store.verify(); });
  attempt([&] {
    const auto table = store.read(changed ? "b" : name);
    if (table) check(*table);
  });
  (void)::unlink(scratch().c_str());
  (void)::unlink((scratch() + ".lock").c_str());
  (void)::unlink((scratch() + ".new").c_str());
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned seed) {
  std::mt19937 random(seed);
  if (size < 64) return size;
  return mutate(data, size, max_size, random);
}

#if !defined(RELIA_LIBFUZZER)

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: store_replay MUTATIONS FILE...\n");
    return 2;
  }
  const unsigned mutations = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
  for (int i = 2; i < argc; ++i) {
    std::FILE* f = std::fopen(argv[i], "rb");
    if (f == nullptr) return 2;
    std::vector<std::uint8_t> seed(std::size_t{1} << 20);
    seed.resize(std::fread(seed.data(), 1, seed.size(), f));
    (void)std::fclose(f);
    LLVMFuzzerTestOneInput(seed.data(), seed.size());
    for (unsigned k = 0; k < mutations; ++k) {
      std::vector<std::uint8_t> bytes = seed;
      bytes.resize(seed.size() + 4096);
      bytes.resize(LLVMFuzzerCustomMutator(bytes.data(), seed.size(), bytes.size(), k + 1));
      LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
  }
  return 0;
}

#endif
