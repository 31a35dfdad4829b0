// Work that ranks divide, here threads of one process: the bits of one rank, and one error for all.

#include <algorithm>
#include <barrier>
#include <chrono>
#include <exception>
#include <functional>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <relia/alt.hpp>
#include <relia/coverage.hpp>
#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/simulate.hpp>

#include "core/rank_errors.hpp"
#include "core/sample/block_sums.hpp"

namespace relia {
namespace {

/// What the ranks of one job meet at.
struct Meeting {
  explicit Meeting(int ranks) : size(ranks), barrier(ranks), texts(static_cast<std::size_t>(ranks)) {}
  int size;
  std::barrier<> barrier;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

class ThreadRank final : public Ranks {
 public:
  ThreadRank(Meeting& meeting, int rank) : meeting_(meeting), rank_(rank) {}
  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return meeting_.size; }
  void share(std::span<double> values, std::span<const std::size_t> first) const override {
    const auto r = static_cast<std::size_t>(rank_);
    if (rank_ == 0) meeting_.numbers.assign(values.size(), 0.0);
    meeting_.barrier.arrive_and_wait();
    ASSERT_EQ(meeting_.numbers.size(), values.size());
    for (std::size_t i = first[r]; i < first[r + 1]; ++i) meeting_.numbers[i] = values[i];
    meeting_.barrier.arrive_and_wait();
    std::copy(meeting_.numbers.begin(), meeting_.numbers.end(), values.begin());
    meeting_.barrier.arrive_and_wait();
  }
  [[nodiscard]] std::vector<std::string> gather(const std::string& text, bool everywhere) const override {
    meeting_.texts[static_cast<std::size_t>(rank_)] = text;
    meeting_.barrier.arrive_and_wait();
    std::vector<std::string> out = meeting_.texts;
    meeting_.barrier.arrive_and_wait();
    for (std::size_t r = 0; r < out.size(); ++r) {
      if (!everywhere && rank_ != 0 && static_cast<int>(r) != rank_) out[r].clear();
    }
    return out;
  }

 private:
  Meeting& meeting_;
  int rank_;
};

void on_ranks(int ranks, const std::function<void(const Ranks&)>& work) {
  Meeting meeting(ranks);
  std::vector<std::jthread> threads;
  for (int r = 0; r < ranks; ++r) threads.emplace_back([&meeting, &work, r] { work(ThreadRank(meeting, r)); });
}

std::vector<double> numbers_of(const FitReport& report) {
  std::vector<double> out;
  for (const ModelResult& m : report.models) {
    out.push_back(m.log_likelihood);
    for (const NamedQuantity& p : m.parameters) {
      out.insert(out.end(), {p.value.estimate, p.value.std_error, p.value.lower, p.value.upper});
    }
    for (const QuantileResult& q : m.metrics.quantiles) {
      out.insert(out.end(), {q.value.estimate, q.value.lower, q.value.upper});
    }
  }
  return out;
}

TestPlan plan_of(std::size_t n, double censor_at) {
  TestPlan out;
  out.n = n;
  out.censor_at = censor_at;
  return out;
}

LifeTable lives(std::size_t n) {
  return Simulation({"weibull", false, 1, {{"shape", 1.5}, {"scale", 700.0}}}, plan_of(n, 900.0), 2).draw(0);
}

/// All ranks find `alone`, whatever their number.
template <class Find>
void expect_same(const Find& find) {
  const std::vector<double> alone = find(nullptr);
  ASSERT_FALSE(alone.empty());
  for (const int ranks : {2, 3, 4}) {
    on_ranks(ranks, [&](const Ranks& own) {
      const std::vector<double> here = find(&own);
      ASSERT_EQ(here.size(), alone.size());
      for (std::size_t i = 0; i < here.size(); ++i) EXPECT_EQ(here[i], alone[i]) << "rank " << own.rank() << ", " << i;
    });
  }
}

TEST(Ranks, DivideTheRowsOfAFit) {
  const LifeTable table = lives(100000);  // enough chunks to be sent
  expect_same([&](const Ranks* ranks) {
    FitOptions o;
    o.distributions = {"weibull"};
    o.selection = "one";
    o.bounds = "wald";
    o.processes = ranks;
    return numbers_of(fit(table, o));
  });
}

TEST(Ranks, DivideTheRowsOfAnAcceleratedTest) {
  AcceleratedTest test;
  test.stresses = {{"volts", "power", ""}};
  test.coefficients = {{"intercept", 20.0}, {"exponent[volts]", 3.0}};
  test.levels = {{{{"volts", 10.0}}, 40000}, {{{"volts", 20.0}}, 40001}};
  const LifeTable table =
      simulate_accelerated({"weibull", false, 1, {{"shape", 2.0}}}, test, plan_of(0, kAbsent), 1, 0);
  expect_same([&](const Ranks* ranks) {
    AltOptions o;
    o.fit.distributions = {"weibull"};
    o.fit.selection = "one";
    o.fit.bounds = "wald";
    o.fit.processes = ranks;
    o.stresses = {{{{"volts", "power"}}}};
    o.use = {{"volts", "5"}};
    return numbers_of(alt(table, o).fit);
  });
}

TEST(Ranks, DivideReplicates) {
  const LifeTable table = lives(80);
  for (const char* law : {"weibull", "gamma"}) {
    expect_same([&](const Ranks* ranks) {
      FitOptions o;
      o.distributions = {law};
      o.selection = "one";
      o.bounds = "bootstrap";
      o.bootstrap.replicates = 201;
      o.bootstrap.interval = "t";
      o.threads = 1;
      o.processes = ranks;
      return numbers_of(fit(table, o));
    });
  }
}

TEST(Ranks, DivideTheTestsOfACoverageStudy) {
  expect_same([&](const Ranks* ranks) {
    CoverageOptions o;
    o.truth = {"weibull", false, 1, {{"shape", 2.0}, {"scale", 1000.0}}};
    o.plan = plan_of(10, 700.0);
    o.targets = {"B10", "shape"};
    o.kinds = {parse_bound_kind("lr"), parse_bound_kind("bootstrap:weights/percentile")};
    o.replicates = 101;
    o.resamples = 100;
    o.processes = ranks;
    std::vector<double> out;
    const CoverageReport report = coverage(o);
    out.push_back(report.mean_failures);
    out.push_back(report.without_estimate);
    for (const CoverageRow& r : report.rows) {
      out.insert(out.end(), {r.coverage.value, r.missed_below.value, r.mean_width, r.median_width});
    }
    return out;
  });
}

/// The error of the first block, though a later one comes sooner; blocks 0 to 3 belong to the first two ranks.
TEST(Ranks, TellTheFirstErrorOnAll) {
  on_ranks(3, [](const Ranks& own) {
    try {
      (void)block_parts(6, 1, {1, &own}, [](std::size_t block, std::span<double> part) {
        part[0] = 1.0;
        if (block == 5) throw MachineError("the sixth block");
        if (block != 2 && block != 3) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        DataErrors errors;
        errors.add({"fleet", block, "lower", "no life"});
        errors.total = 7;
        throw BadData(std::move(errors));
      });
      ADD_FAILURE() << "rank " << own.rank() << " met no error";
    } catch (const BadData& e) {
      EXPECT_EQ(e.errors().total, 7U);
      ASSERT_EQ(e.errors().first.size(), 1U);
      EXPECT_EQ(e.errors().first[0].file, "fleet");
      EXPECT_EQ(e.errors().first[0].line, 2U);
      EXPECT_EQ(e.errors().first[0].column, "lower");
      EXPECT_EQ(e.errors().first[0].message, "no life");
    }
  });
}

TEST(Ranks, KeepTheKindOfAnError) {
  const auto thrown = [](const std::exception_ptr& error) {
    on_ranks(2, [&](const Ranks& own) {
      try {
        throw_first_error(own, own.rank() == 1 ? error : nullptr);
        EXPECT_FALSE(error);
      } catch (const UsageError& e) {
        EXPECT_STREQ(e.what(), "usage");
      } catch (const MachineError& e) {
        EXPECT_STREQ(e.what(), "machine");
      } catch (const std::bad_alloc&) {
      } catch (const std::runtime_error& e) {
        EXPECT_STREQ(e.what(), "other");
      }
    });
  };
  thrown(nullptr);
  thrown(std::make_exception_ptr(UsageError("usage")));
  thrown(std::make_exception_ptr(MachineError("machine")));
  thrown(std::make_exception_ptr(std::bad_alloc()));
  thrown(std::make_exception_ptr(std::runtime_error("other")));
}

}  // namespace
}  // namespace relia
