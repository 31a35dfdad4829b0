// What the machine can do to a store: another writer, a full disk, permissions. Exit 6, and the old state intact.

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/cli/shell.hpp"

namespace relia::tests {
namespace {

class StoreMachineTest : public ::testing::Test {
 protected:
  StoreMachineTest() {
    std::string lives = "time,status\n", many = "time,status,note\n";
    for (int i = 1; i <= 20; ++i) lives += std::to_string(100 + 7 * i) + (i % 3 == 0 ? ",S\n" : ",F\n");
    // Numbers and words that do not compress to nothing.
    unsigned x = 1;
    for (int i = 1; i <= 6000; ++i) {
      x = x * 1664525U + 1013904223U;
      many += std::to_string(1 + x % 99991) + (x % 5 == 0 ? ",S,n" : ",F,n") + std::to_string(x % 977) + '\n';
    }
    here_.write("lives.csv", lives);
    here_.write("many.csv", many);
    const ShellResult r =
        run("relia data import lab.h5 lives.csv --name a && relia fit lab.h5:a --dist weibull --save");
    EXPECT_EQ(r.exit_code, 0) << r.err;
  }
  [[nodiscard]] ShellResult run(const std::string& script) const { return run_shell(here_.path(), script); }
  ScratchDirectory here_;
};

TEST_F(StoreMachineTest, AWriterThatHoldsTheLockIsWaitedForAndThenGivenUp) {
  const int lock = ::open((here_.path() / "lab.h5.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(lock, 0);
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_len = 1;
  ASSERT_EQ(::fcntl(lock, F_OFD_SETLK, &range), 0);
  for (const char* const change : {"import lab.h5 lives.csv --name b", "import lab.h5 lives.csv --name a --append",
                                   "import lab.h5 lives.csv --name a --replace", "remove lab.h5:a", "compact lab.h5"}) {
    const ShellResult r = run(std::string("relia data ") + change + " --lock-timeout 0.1");
    EXPECT_EQ(r.exit_code, 6) << change;
    EXPECT_EQ(r.out, "") << change;
    EXPECT_NE(r.err.find("lab.h5 is locked by another process (lock file "), std::string::npos) << r.err;
    EXPECT_NE(r.err.find("gave up after --lock-timeout"), std::string::npos) << r.err;
  }
  // Readers do not wait for writers that have not come to their commit.
  EXPECT_EQ(run("relia data verify lab.h5 --lock-timeout 0.1").exit_code, 0);
  (void)::close(lock);
  EXPECT_EQ(run("relia data import lab.h5 lives.csv --name b --lock-timeout 0").exit_code, 0);
}

TEST_F(StoreMachineTest, ManyWritersLoseNothing) {
  const ShellResult r =
      run("for w in 1 2 3 4 5 6 7 8; do\n"
          "  (for i in 1 2 3; do relia data import lab.h5 lives.csv --name w$w/i$i --lock-timeout 600 || echo lost; "
          "done) &\n"
          "done > log 2>&1\n"
          "wait; grep -c lost log; relia data verify lab.h5 && relia data list lab.h5 --format csv | grep -c '^w'\n");
  EXPECT_EQ(r.exit_code, 0) << r.err;
  EXPECT_EQ(r.out, "0\nlab.h5: 25 data sets, 50 columns, 500 rows, 1 results: in order\n24\n") << here_.read("log");
}

TEST_F(StoreMachineTest, AFileThatMayNotGrowIsLeftAsItWas) {
  const ShellResult r = run("sh " RELIA_SOURCE_DIR "/tests/cli/store_little_room.sh files");
  EXPECT_EQ(r.out, "refused and done\n") << r.err;
}

TEST_F(StoreMachineTest, AFullDiskIsLeftAsItWas) {
  // A mount namespace of our own.
  const std::string space = ::geteuid() == 0 ? "unshare -m sh " : "unshare -rm sh ";
  if (run(space + "-c 'mkdir -p disk && mount -t tmpfs -o size=64k tmpfs disk'").exit_code != 0) {
    GTEST_SKIP() << "no file system can be mounted here";
  }
  const ShellResult r = run(space + RELIA_SOURCE_DIR "/tests/cli/store_little_room.sh disk");
  EXPECT_EQ(r.out, "refused and done\n") << r.err;
}

TEST_F(StoreMachineTest, WhatIsNotPermittedIsRefusedAndChangesNothing) {
  const ShellResult r = run("sh " RELIA_SOURCE_DIR "/tests/cli/store_permissions.sh");
  EXPECT_EQ(r.out, "end\n") << r.err;
}

}  // namespace
}  // namespace relia::tests
