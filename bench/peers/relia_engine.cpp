// The tasks of bench/peers in the library: data read, then one call timed by CPU time as the peers' scripts do it.
//
//   relia_peers engine TASK FILE   prints one line of JSON: seconds, runs, values, loglik, random

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <time.h>

#include <relia/alt.hpp>
#include <relia/fit.hpp>
#include <relia/io/csv.hpp>
#include <relia/nonparametric.hpp>

namespace {

double cpu() {
  timespec t{};
  (void)::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Answer {
  std::vector<double> values, loglik, random;
};

bool begins(const std::string& text, const char* with) {
  return text.rfind(with, 0) == 0;
}

void add(const relia::ModelResult& m, Answer& out) {
  for (const auto& p : m.parameters) out.values.push_back(p.value.estimate);
  out.loglik.push_back(m.log_likelihood);
}

std::vector<relia::LifeTable> split(const relia::LifeTable& table, const std::vector<double>& part) {
  std::vector<relia::LifeTable> out(1 + static_cast<std::size_t>(*std::max_element(part.begin(), part.end())));
  for (std::size_t i = 0; i < table.rows(); ++i) {
    relia::LifeTable& t = out[static_cast<std::size_t>(part[i])];
    t.lower.push_back(table.lower[i]);
    t.upper.push_back(table.upper[i]);
  }
  return out;
}

std::function<Answer()> prepare(const std::string& task, const relia::LifeTable& table) {
  relia::FitOptions o;
  o.distributions = {begins(task, "lognormal") ? "lognormal" : "weibull"};
  o.selection = "one";
  o.bounds = "wald";
  o.threads = 1;
  if (begins(task, "kaplan_meier")) {
    return [&table] {
      relia::NonparametricOptions n;
      n.threads = 1;
      n.at = {100, 200, 400, 600, 800, 1000, 1200, 1400};
      const relia::NonparametricReport report = relia::nonparametric(table, n);
      Answer a;
      for (const auto& r : report.reliability) a.values.push_back(r.value.estimate);
      for (const auto& r : report.reliability) a.values.push_back(r.value.std_error);
      return a;
    };
  }
  if (begins(task, "arrhenius")) {
    return [&table, o] {
      relia::AltOptions alt;
      alt.fit = o;
      alt.stresses = {{{{"temperature_c", "arrhenius"}}}};
      Answer a;
      add(relia::alt(table, alt).fit.models.front(), a);
      return a;
    };
  }
  if (begins(task, "many")) {
    return [o, groups = split(table, table.find("part")->numbers)] {
      Answer a;
      for (const relia::LifeTable& g : groups) add(relia::fit(g, o).models.front(), a);
      return a;
    };
  }
  if (begins(task, "bootstrap")) {
    o.bounds = "bootstrap";
    o.bootstrap.kind = "cases";
    o.bootstrap.interval = "percentile";
    o.bootstrap.replicates = 1000;
    return [&table, o] {
      const relia::FitReport report = relia::fit(table, o);
      Answer a;
      add(report.models.front(), a);
      for (const auto& p : report.models.front().parameters) {
        a.random.push_back(p.value.lower);
        a.random.push_back(p.value.upper);
      }
      return a;
    };
  }
  return [&table, o] {
    Answer a;
    add(relia::fit(table, o).models.front(), a);
    return a;
  };
}

std::string json(const std::vector<double>& v) {
  std::string out = "[";
  char text[32];
  for (const double x : v) {
    (void)std::snprintf(text, sizeof text, "%.17g", x);
    out += (out.size() > 1 ? ", " : "") + std::string(std::isfinite(x) ? text : "null");
  }
  return out + "]";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 || std::string(argv[1]) != "engine") {
    (void)std::fprintf(stderr, "usage: relia_peers engine TASK FILE\n");
    return 2;
  }
  relia::io::CsvOptions csv;
  const auto read = relia::io::read_csv(argv[3], csv);
  if (!read) {
    (void)std::fprintf(stderr, "relia_peers: %s is not life data\n", argv[3]);
    return 3;
  }
  const std::function<Answer()> call = prepare(argv[2], *read);
  double before = cpu();
  const Answer answer = call();
  const double first = cpu() - before;
  const int batch = std::max(1, static_cast<int>(std::ceil(0.1 / std::max(first, 1e-6))));
  std::vector<double> seconds(5);
  for (double& s : seconds) {
    before = cpu();
    for (int i = 0; i < batch; ++i) (void)call();
    s = (cpu() - before) / batch;
  }
  std::nth_element(seconds.begin(), seconds.begin() + 2, seconds.end());
  (void)std::printf("{\"seconds\": %.9g, \"runs\": 5, \"values\": %s, \"loglik\": %s, \"random\": %s}\n", seconds[2],
                    json(answer.values).c_str(), json(answer.loglik).c_str(), json(answer.random).c_str());
  return 0;
}
