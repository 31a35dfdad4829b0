// Fuzzes relia::fit with small awkward samples and judges every verdict from outside.
//
//   fit_fuzz [--seed N] [--cases N] [--first I] [--threads N] [--case I] [--findings FILE] [--only NAME] [--allow N]
//            [--starts N]
//
// --only: models of that name, or all whose name ends so ("mixture"). --starts: random places from which each case's
// judge climbs (20); more of them are a stricter judge.
//
// Case I of seed N is the same on every machine and for any number of threads. A case is a random sample (1 to
// 30 rows, exact, right, left and interval censoring, truncation, ties, counts, scales 1e-12 to 1e12, heavy
// censoring, near-constant data, none or few failures) and a random model (every law, threshold forms, limited
// failure, mixtures of two, held parameters): fit_sampling.hpp. How answers are judged: fit_judgement.hpp.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <poll.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/fit_judgement.hpp"
#include "tests/fuzz/fit_sampling.hpp"

namespace relia::fuzz {

namespace {

/// Text of one judgement on one line, for the pipe between the processes.
std::string packed(const Judgement& j) {
  std::ostringstream s;
  s.precision(6);
  s << j.status << '\t' << j.finding << '\t' << j.borderline << '\t' << j.fit_seconds << '\t' << j.check_seconds
    << '\t';
  for (char c : j.detail) s << (c == '\n' || c == '\t' ? ' ' : c);
  return s.str();
}

Judgement unpacked(const std::string& text) {
  std::vector<std::string> cell;
  std::stringstream s(text);
  for (std::string x; cell.size() < 5 && std::getline(s, x, '\t');) cell.push_back(x);
  Judgement j;
  if (cell.size() < 5) return j;
  j.status = cell[0];
  j.finding = cell[1];
  j.borderline = cell[2] == "1";
  j.fit_seconds = std::stod(cell[3]);
  j.check_seconds = std::stod(cell[4]);
  std::getline(s, j.detail);
  return j;
}

/// Seconds of processor time after which a case counts as hanging.
constexpr unsigned kPatience = 60;

/// SIGPROF after this much processor time, so that a busy machine makes no findings.
void set_timer(unsigned seconds) {
  itimerval timer{};
  timer.it_value.tv_sec = static_cast<time_t>(seconds);
  setitimer(ITIMER_PROF, &timer, nullptr);
}

/// Set by SIGTERM and SIGINT: report what is known so far.
volatile std::sig_atomic_t stopped = 0;

/// A process that judges cases first, first + stride, ... below end and writes "> index" before and the judgement
/// after each. A crash takes only this process with it.
struct Worker {
  pid_t process = 0;
  int pipe = -1;
  std::uint64_t next = 0;  ///< the case after the last one that ended
  std::uint64_t at = 0;
  bool busy = false;
  std::string text;
};

struct Finding {
  std::uint64_t index;
  std::string label;
  Judgement judgement;
};

/// What `relia fit` is to be given to fit a case.
std::string given(const Case& c) {
  std::ostringstream s;
  s.precision(17);
  for (const auto& [name, value] : c.options.fixed) s << "--fix " << name << "=" << value << "\n";
  s << csv(c.table);
  return s.str();
}

/// A finding with all that it takes to see it again.
std::string described(std::uint64_t seed, const std::string& only, const Finding& f) {
  const Case c = make_case(seed, f.index, only);
  std::ostringstream s;
  s << "\n## " << f.judgement.finding << ": " << f.label << "\nseed " << seed << " case " << f.index << ", relia says "
    << f.judgement.status << "\n"
    << f.judgement.detail << "\n";
  s << given(c);
  return s.str();
}

int run(int argc, char** argv) {
  std::uint64_t seed = 1, cases = 1000, single = 0, first = 0, allow = 0;
  bool one = false;
  unsigned threads = static_cast<unsigned>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  std::string file, only;
  int starts = kStarts;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string key = argv[i], value = argv[i + 1];
    if (key == "--seed")
      seed = std::stoull(value);
    else if (key == "--cases")
      cases = std::stoull(value);
    else if (key == "--first")
      first = std::stoull(value);
    else if (key == "--threads")
      threads = static_cast<unsigned>(std::stoul(value));
    else if (key == "--case")
      single = std::stoull(value), one = true;
    else if (key == "--findings")
      file = value;
    else if (key == "--only")
      only = value;
    else if (key == "--allow")
      allow = std::stoull(value);
    else if (key == "--starts")
      starts = std::stoi(value);
    else {
      std::fprintf(stderr, "unknown option %s\n", key.c_str());
      return 2;
    }
  }
  const std::uint64_t begin = one ? single : first, end = one ? single + 1 : first + cases;
  std::map<std::string, std::map<std::string, std::uint64_t>> table;
  std::map<std::string, std::uint64_t> kinds;
  std::map<std::string, std::pair<double, double>> seconds;
  std::vector<Finding> findings;
  std::ofstream stream;
  if (!file.empty()) stream.open(file);
  std::uint64_t done = 0, borderline = 0;
  const auto record = [&](std::uint64_t i, const Judgement& j) {
    const std::string label = make_case(seed, i, only).label;
    ++done;
    borderline += j.borderline;
    ++table[label][j.status];
    seconds[label].first += j.fit_seconds;
    seconds[label].second += j.check_seconds;
    if (!j.finding.empty()) {
      ++table[label]["FINDING"];
      ++kinds[j.finding];
      findings.push_back({i, label, j});
      if (stream.is_open()) stream << described(seed, only, findings.back()) << std::flush;
    }
  };
  const auto start = [&](Worker& w) {
    int ends[2];
    if (pipe(ends) != 0) std::exit(6);
    w.text.clear();
    w.busy = false;
    w.process = fork();
    if (w.process < 0) std::exit(6);
    if (w.process == 0) {
      std::signal(SIGTERM, SIG_DFL);
      std::signal(SIGINT, SIG_DFL);
      close(ends[0]);
      FILE* out = fdopen(ends[1], "w");
      for (std::uint64_t i = w.next; i < end; i += threads) {
        const Case c = make_case(seed, i, only);
        if (c.table.rows() == 0) continue;
        std::fprintf(out, "> %llu\n", static_cast<unsigned long long>(i));
        std::fflush(out);
        set_timer(kPatience);
        const Judgement j = judge_case(c, seed, i, starts);
        set_timer(0);
        std::fprintf(out, "%s\n", packed(j).c_str());
      }
      std::fclose(out);
      std::_Exit(0);
    }
    close(ends[1]);
    w.pipe = ends[0];
  };
  for (const int signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stopped = 1; });
  std::vector<Worker> workers(threads);
  for (unsigned t = 0; t < threads; ++t) {
    workers[t].next = begin + t;
    start(workers[t]);
  }
  std::size_t alive = workers.size();
  while (alive > 0) {
    std::vector<pollfd> polls;
    for (const Worker& w : workers) polls.push_back({w.pipe, POLLIN, 0});  // a negative descriptor is skipped
    const int ready = poll(polls.data(), polls.size(), -1);
    if (stopped) {
      for (const Worker& w : workers)
        if (w.pipe >= 0) kill(w.process, SIGKILL);
      break;
    }
    if (ready < 0) continue;
    for (std::size_t t = 0; t < workers.size(); ++t) {
      Worker& w = workers[t];
      if (w.pipe < 0 || polls[t].revents == 0) continue;
      char buffer[65536];
      const ssize_t n = read(w.pipe, buffer, sizeof buffer);
      if (n > 0) w.text.append(buffer, static_cast<std::size_t>(n));
      std::size_t from = 0;
      for (std::size_t stop = 0; (stop = w.text.find('\n', from)) != std::string::npos; from = stop + 1) {
        const std::string line = w.text.substr(from, stop - from);
        if (line.rfind("> ", 0) == 0) {
          w.at = std::stoull(line.substr(2));
          w.busy = true;
        } else {
          record(w.at, unpacked(line));
          w.next = w.at + threads;
          w.busy = false;
        }
      }
      w.text.erase(0, from);
      if (n > 0) continue;
      close(w.pipe);
      w.pipe = -1;
      int state = 0;
      waitpid(w.process, &state, 0);
      if (w.busy) {
        Judgement j;
        const int signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
        j.status = signal == SIGPROF ? "hang" : "crash";
        j.finding = signal == SIGPROF ? "no answer in a minute" : "crash";
        j.detail = "signal " + std::to_string(signal);
        record(w.at, j);
        w.next = w.at + threads;
        start(w);
      } else {
        --alive;
      }
    }
  }

  const std::vector<std::string> columns = {"converged",       "boundary", "unbounded", "flat",
                                            "iteration_limit", "bad-data", "usage",     "exception",
                                            "crash",           "hang",     "FINDING"};
  std::printf("%-28s", "model");
  for (const auto& s : columns) std::printf("%11s", s.substr(0, 10).c_str());
  std::printf("%10s%10s\n", "fit ms", "check ms");
  for (auto& [label, row] : table) {
    std::printf("%-28s", label.c_str());
    std::uint64_t n = 0;
    for (const auto& s : columns) {
      std::printf("%11llu", static_cast<unsigned long long>(row[s]));
      if (s != "FINDING") n += row[s];
    }
    const double d = n ? 1e3 / static_cast<double>(n) : 0;
    std::printf("%10.2f%10.2f\n", seconds[label].first * d, seconds[label].second * d);
  }
  std::printf("seed %llu, %llu cases, %llu borderline, %zu findings\n", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(done), static_cast<unsigned long long>(borderline), findings.size());
  for (const auto& [kind, n] : kinds) std::printf("  %6llu  %s\n", static_cast<unsigned long long>(n), kind.c_str());

  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.judgement.finding, a.label, a.index) < std::tie(b.judgement.finding, b.label, b.index);
  });
  std::map<std::string, int> shown;
  for (const Finding& f : findings) {
    if (one || shown[f.judgement.finding + f.label]++ < 1) std::fputs(described(seed, only, f).c_str(), stdout);
  }
  if (one && findings.empty()) std::fputs(given(make_case(seed, single, only)).c_str(), stdout);
  return findings.size() > allow ? 5 : 0;
}

}  // namespace

}  // namespace relia::fuzz

int main(int argc, char** argv) {
  return relia::fuzz::run(argc, argv);
}
