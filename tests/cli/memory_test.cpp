#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace relia::tests {
namespace {

// A sanitizer's shadow memory does not fit under any limit.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Memory, RunningOutIsTheMachinesRefusal) {
  const ScratchDirectory here;
  std::string text = "time\n";
  for (int i = 1; i <= 4'000'000; ++i) text += std::to_string(i) + '\n';
  here.write("big.csv", text);
  const ShellResult r =
      run_shell(here.path(), "ulimit -v 100000; relia fit big.csv --dist exponential --output out.txt");
  EXPECT_EQ(r.exit_code, 6);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err, "relia: error: out of memory\n");
  EXPECT_FALSE(here.holds("out.txt"));
}
#endif

}  // namespace
}  // namespace relia::tests
