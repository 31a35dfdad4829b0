// Kills a change to a store at random moments, and at every kind of call that it makes, and looks at what is left:
//
//   store_kill KILLS SEED DIRECTORY      KILLS random moments, and as many aimed ones, of every operation
//
// From 50 KILLS on every call of the commit and of its replay is aimed at in every way; with fewer, a share of them.
// After each the store must open, verify, hold exactly the old or exactly the new state, and take the next change.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <relia/io/store.hpp>

#include "tests/store/stopping_calls.hpp"

namespace relia::tests {
namespace {

namespace fs = std::filesystem;
using io::Store;

LifeTable table_of(std::size_t rows, unsigned seed) {
  std::mt19937_64 random(seed);
  LifeTable t;
  t.provenance = {"kill.csv", std::string(64, 'a'), "h"};
  Column stress{"voltage", "V", Column::Type::number, {}, {}, {}};
  Column mode{"mode", "", Column::Type::text, {}, {}, {"", "bearing", "断裂"}};
  for (std::size_t i = 0; i < rows; ++i) {
    const double life = static_cast<double>(random() % 1000000 + 1) / 64.0;
    t.lower.push_back(life);
    t.upper.push_back(random() % 3 == 0 ? std::numeric_limits<double>::infinity() : life);
    t.count.push_back(static_cast<double>(random() % 5 + 1));
    stress.numbers.push_back(static_cast<double>(random() % 1000) / 8.0);
    mode.codes.push_back(static_cast<std::uint32_t>(random() % 3));
  }
  t.columns = {stress, mode};
  return t;
}

io::StoredResult a_result(std::size_t length) {
  io::StoredResult r;
  r.json = "{\"note\": \"" + std::string(length, 'x') + "\"}\n";
  r.command = "relia fit lab.h5:b --save";
  r.data_hash = std::string(64, 'b');
  r.version = "0";
  return r;
}

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "store_kill: %s\n", what.c_str());
  std::exit(1);
}

// Everything that a user can see, but for the times of day.
std::string state_of(const fs::path& path) {
  if (!fs::exists(path)) return "no store";
  const Store store(path.string(), {.lock_timeout = 60.0});
  const io::StoreVerification v = store.verify();
  if (!v.errors.empty()) fail(path.string() + ": does not verify: " + v.errors.first.front().message);
  std::string out;
  for (const io::StoredDataset& d : store.list()) {
    out += d.name + ' ' + d.data_hash + ' ' + std::to_string(d.counts.n) + ' ' + std::to_string(d.appends) + '\n';
    for (const io::StoredResult& r : store.results(d.name)) out += "  " + r.id + ' ' + r.json + r.command + '\n';
  }
  return out;
}

struct Operation {
  const char* name;
  bool on_nothing;  ///< the store does not exist yet
  std::function<void(Store&)> change;
};

std::vector<Operation> operations() {
  const auto import = [](const char* name, bool replace, bool append, std::size_t rows) {
    return [=](Store& s) {
      io::StoreImport options;
      options.replace = replace;
      options.append = append;
      s.import_table(name, table_of(rows, 7), options);
    };
  };
  return {
      {"import into nothing", true, import("fans/new", false, false, 5000)},
      {"import", false, import("fans/new", false, false, 5000)},
      {"append", false, import("fans/a", false, true, 3000)},
      {"replace", false, import("fans/a", true, false, 9000)},
      {"remove", false, [](Store& s) { s.remove("fans/a"); }},
      {"save", false, [](Store& s) { (void)s.save_result("b", a_result(20000)); }},
      {"compact", false, [](Store& s) { (void)s.compact(); }},
  };
}

// A store with everything in it: data sets below one another, results, holes.
void make_base(const fs::path& path) {
  Store s(path.string());
  s.import_table("gone", table_of(6000, 1), {});
  s.import_table("fans/a", table_of(8000, 2), {});
  s.import_table("b", table_of(300, 3), {});
  io::StoreImport append;
  append.append = true;
  s.import_table("b", table_of(10, 4), append);
  (void)s.save_result("b", a_result(1000));
  (void)s.save_result("fans/a", a_result(10));
  s.remove("gone");
}

void lay(const fs::path& from, const fs::path& to) {
  for (const char* const end : {"", ".new", ".lock"}) fs::remove(to.string() + end);
  if (!from.empty()) fs::copy_file(from, to);
}

// A process of its own group that makes the change; its number.
pid_t start(const fs::path& path, const std::function<void(Store&)>& change) {
  const pid_t id = ::fork();
  if (id < 0) fail("fork");
  if (id > 0) {
    (void)::setpgid(id, id);
    return id;
  }
  (void)::setpgid(0, 0);
  try {
    Store store(path.string(), {.lock_timeout = 60.0, .threads = 1});
    change(store);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "store_kill: the change is refused: %s\n", e.what());
    ::_exit(1);
  }
  ::_exit(0);
}

// Its wait status. 0: it came to its end.
int wait_for(pid_t id) {
  int status = 0;
  if (::waitpid(id, &status, 0) != id) fail("waitpid");
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) fail("the change failed");
  return status;
}

struct Tally {
  std::uint64_t kills = 0, finished = 0, old_state = 0, new_state = 0;
};

class Trial {
 public:
  Trial(const Operation& operation, const fs::path& directory, const fs::path& base)
      : operation_(operation), base_(operation.on_nothing ? fs::path() : base), path_(directory / "trial.h5") {
    lay(base_, path_);
    old_ = state_of(path_);
    stop_at(0, Stop::after, false, 0);  // counts, and never stops
    const auto begin = std::chrono::steady_clock::now();
    if (wait_for(start(path_, operation_.change)) != 0) fail("the change was killed by somebody else");
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    calls_ = calls_made();
    lay(base_, path_);
    stop_at(0, Stop::after, false, 0);
    change_as_caller(0, Stop::after, 0);
    own_calls_ = calls_made();
    stop_at(0, Stop::none, false, 0);
    new_ = state_of(path_);
    const bool compact = std::string_view(operation_.name) == "compact";
    if (compact != (new_ == old_)) fail("the change does not show");
  }

  // Killed from outside after some part of the time it takes.
  void at_random_moment(std::mt19937& random) {
    lay(base_, path_);
    stop_at(0, Stop::none, false, 0);
    const double wait = 1.1 * seconds_ * std::uniform_real_distribution<double>()(random);
    const pid_t id = start(path_, operation_.change);
    std::this_thread::sleep_for(std::chrono::duration<double>(wait));
    (void)::kill(-id, SIGKILL);
    judge(wait_for(id), "at a random moment");
  }

  // At one of the calls that change files: of all, or (the commit) of those of the process that was called.
  void at_call(std::uint64_t k, Stop how, bool commit, unsigned seed) {
    lay(base_, path_);
    if (commit) {
      judge(change_as_caller(k, how, seed), "in the commit, call " + std::to_string(k));
    } else {
      stop_at(k, how, false, seed);
      judge(wait_for(start(path_, operation_.change)), "at call " + std::to_string(k));
    }
  }

  // A commit that was cut off is completed by whoever comes next; that is cut off as well, again and again.
  void in_replay(std::uint64_t step, unsigned seed) {
    if (operation_.on_nothing || std::string_view(operation_.name) == "compact") return;  // no journal
    const fs::path pending = path_.string() + ".pending";
    // The second call of the commit makes the trailer durable.
    lay(base_, path_);
    if (change_as_caller(2, Stop::after, seed) == 0) fail("the commit was not cut off");
    fs::copy_file(path_, pending, fs::copy_options::overwrite_existing);
    const std::function<void(Store&)> look = [](Store& s) { (void)s.list(); };
    lay(pending, path_);
    stop_at(0, Stop::after, false, 0);
    (void)wait_for(start(path_, look));
    const std::uint64_t calls = calls_made();
    if (calls < 3) fail("there was nothing to replay");
    for (const Stop how : {Stop::before, Stop::half, Stop::after, Stop::power_loss}) {
      for (std::uint64_t k = 1 + (replays_ + seed) % step; k <= calls; k += step) {
        lay(pending, path_);
        for (std::uint64_t again = 0; again < 2; ++again) {
          stop_at(k, how, false, seed + static_cast<unsigned>(k));
          (void)wait_for(start(path_, look));
        }
        stop_at(0, Stop::none, false, 0);
        ++replays_;
        if (state_of(path_) != new_) fail(std::string(operation_.name) + ": a replay that was cut off lost the change");
      }
    }
    fs::remove(pending);
  }

  [[nodiscard]] std::uint64_t killed() const { return tally_.kills; }
  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t own_calls() const { return own_calls_; }
  void report() const {
    std::printf(
        "%-20s %4llu kills (%llu calls, %llu in the commit): old state %llu, new state %llu; %llu finished; "
        "%llu replays cut off\n",
        operation_.name, as_long(tally_.kills), as_long(calls_), as_long(own_calls_), as_long(tally_.old_state),
        as_long(tally_.new_state), as_long(tally_.finished), as_long(replays_));
    (void)std::fflush(stdout);
  }

 private:
  static unsigned long long as_long(std::uint64_t v) { return v; }

  int change_as_caller(std::uint64_t k, Stop how, unsigned seed) {
    return wait_for(start(path_, [&](Store& s) {
      stop_at(k, how, true, seed);
      operation_.change(s);
    }));
  }

  void judge(int status, const std::string& when) {
    stop_at(0, Stop::none, false, 0);
    ++(status == 0 ? tally_.finished : tally_.kills);
    const std::string now = state_of(path_);
    const bool is_new = now == new_;
    if (!is_new && (now != old_ || status == 0)) {
      fail(std::string(operation_.name) + ", killed " + when + ": neither the old state nor the new one");
    }
    ++(is_new ? tally_.new_state : tally_.old_state);
    if (++judged_ % 4 != 0) return;
    Store s(path_.string());
    s.import_table("after/all", table_of(2000, 9), {});
    const std::string more = state_of(path_);
    if (more.find("after/all ") == std::string::npos) fail("the next change does not show");
    s.remove("after/all");
    if (fs::exists(path_) && now != "no store" && state_of(path_) != now) fail("the change after a kill is not whole");
    if (fs::exists(path_.string() + ".new")) fail("a leftover stays");
  }

  const Operation& operation_;
  fs::path base_, path_;
  std::string old_, new_;
  double seconds_ = 0.0;
  std::uint64_t calls_ = 0, own_calls_ = 0, judged_ = 0, replays_ = 0;
  Tally tally_;
};

void run(std::uint64_t kills, unsigned seed, const fs::path& directory) {
  const fs::path base = directory / "base.h5";
  make_base(base);
  std::mt19937 random(seed);
  constexpr Stop kHow[] = {Stop::before, Stop::half, Stop::after, Stop::power_loss};
  const std::vector<Operation> all = operations();
  for (const Operation& operation : all) {
    Trial trial(operation, directory, base);
    while (trial.killed() < kills) trial.at_random_moment(random);
    for (std::uint64_t i = 0; i < kills; ++i) {
      trial.at_call(random() % trial.calls() + 1, kHow[i % 4], false, static_cast<unsigned>(random()));
    }
    const std::uint64_t step = kills >= 50 ? 1 : 50 / kills;
    for (std::uint64_t aim = random() % step; aim < 4 * trial.own_calls(); aim += step) {
      trial.at_call(aim / 4 + 1, kHow[aim % 4], true, static_cast<unsigned>(random()));
    }
    trial.in_replay(step, seed);
    trial.report();
  }
}

}  // namespace
}  // namespace relia::tests

int main(int argc, char** argv) {
  if (argc != 4 || std::strtoull(argv[1], nullptr, 10) == 0) {
    std::fprintf(stderr, "usage: store_kill KILLS SEED DIRECTORY\n");
    return 2;
  }
  const std::filesystem::path directory = std::string(argv[3]) + "/store_kill." + std::to_string(::getpid());
  std::filesystem::create_directories(directory);
  relia::tests::run(std::strtoull(argv[1], nullptr, 10), static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)),
                    directory);
  std::filesystem::remove_all(directory);
  return 0;
}
