// Every part once, and the same error whatever the number of threads.

#include "core/parallel/for_each.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace relia {
namespace {

TEST(ForEachPart, CallsEveryPartOnce) {
  for (const int threads : {0, 1, 2, 64}) {
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
      std::vector<std::atomic<int>> calls(count);
      for_each_part(count, threads, [&](std::size_t i) { ++calls[i]; });
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(calls[i], 1) << i << " of " << count;
    }
  }
}

TEST(ForEachPart, WorkMayDivideItsOwnWork) {
  std::vector<std::size_t> sums(100, 0);
  for_each_part(sums.size(), 0, [&](std::size_t i) {
    std::vector<std::size_t> squares(50);
    for_each_part(squares.size(), 0, [&](std::size_t k) { squares[k] = k * k + i; });
    for (const std::size_t s : squares) sums[i] += s;
  });
  for (std::size_t i = 0; i < sums.size(); ++i) EXPECT_EQ(sums[i], 40425 + 50 * i);
}

TEST(ForEachPart, ThrowsWhatTheFirstPartThatFailedThrew) {
  for (const int threads : {0, 1, 2}) {
    for (int again = 0; again < 100; ++again) {
      std::string said;
      try {
        for_each_part(200, threads, [](std::size_t i) {
          if (i >= 37 && i % 2 == 1) throw std::runtime_error(std::to_string(i));
        });
      } catch (const std::runtime_error& e) {
        said = e.what();
      }
      EXPECT_EQ(said, "37") << threads << " threads";
    }
  }
}

TEST(ForEachPart, ThreadsAreNeverMoreThanCores) {
  EXPECT_GE(thread_count(0), 1);
  EXPECT_EQ(thread_count(1), 1);
  EXPECT_EQ(thread_count(100000), thread_count(0));
}

}  // namespace
}  // namespace relia
