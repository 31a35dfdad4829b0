// Saved results: kept beside their data, listed, repeated to the last bit, and what a hostile one can do.

#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <relia/io/store.hpp>

#include "tests/cli/shell.hpp"

namespace relia::tests {
namespace {

constexpr const char* kLives =
    "time,status,temp_c,team,mode of 'failure'\n"
    "105,F,80,A,seal\n210,F,80,B,bearing\n250,S,80,A,\n390,F,80,B,seal\n480,F,80,A,bearing\n500,S,80,B,\n"
    "55,F,120,A,seal\n61,F,120,B,bearing\n83,F,120,A,seal\n94,F,120,B,seal\n120,S,120,A,\n130,F,120,B,bearing\n";

class RerunTest : public ::testing::Test {
 protected:
  RerunTest() {
    here_.write("lives.csv", kLives);
    const ShellResult r = run("relia data import lab.h5 lives.csv --name fans/a --unit h --text team");
    EXPECT_EQ(r.exit_code, 0) << r.err;
  }
  [[nodiscard]] ShellResult run(const std::string& script) const { return run_shell(here_.path(), script); }
  [[nodiscard]] io::Store store() const { return io::Store((here_.path() / "lab.h5").string()); }

  // Keeps a copy of result "1" with another JSON or command.
  void forge(const std::string& id, const std::string& json, const std::string& command = "") const {
    io::StoredResult r = store().result("fans/a", "1");
    r.id = id;
    if (!json.empty()) r.json = json;
    if (!command.empty()) r.command = command;
    (void)store().save_result("fans/a", r);
  }

  ScratchDirectory here_;
};

TEST_F(RerunTest, EveryAnalysisGivesTheSameBitsAgain) {
  const char* const commands[] = {
      "relia fit lab.h5:fans/a --dist best --at 100,1000 --given 50",
      "relia fit lab.h5:fans/a --dist weibull --by team --format json",
      "relia fit lab.h5:fans/a --dist weibull --mode \"mode of 'failure'\" --threads 1",
      "relia fit lab.h5:fans/a --dist weibull --threads 2 --lang zh --format csv",
      "relia fit lab.h5:fans/a --dist weibull --require 'R(1000)>=0.9'",
      "relia fit lab.h5:fans/a --fix shape=2 --dist weibull --bounds exact --output fit.txt",
      "relia fit lab.h5:fans/a --dist weibull --bounds bootstrap --replicates 200 --seed 7 --plot fit.svg",
      "relia nonparametric lab.h5:fans/a --at 100",
      "relia nonparametric lab.h5:fans/a --method ranks --by team",
      "relia alt lab.h5:fans/a --dist weibull --stress temp_c:arrhenius --use temp_c=40 --at 1000",
  };
  int id = 0;
  for (const char* const command : commands) {
    const ShellResult first = run(std::string(command) + " --save");
    const std::string place = "lab.h5:fans/a#" + std::to_string(++id);
    ASSERT_EQ(first.exit_code, std::string(command).find("--require") == std::string::npos ? 0 : 5)
        << command << first.err;
    (void)run("rm -f fit.txt fit.svg");
    const ShellResult again = run("relia rerun " + place);
    EXPECT_EQ(again.exit_code, 0) << command << again.out << again.err;
    EXPECT_NE(again.out.find("every one the same to the last bit"), std::string::npos) << again.out;
    EXPECT_EQ(again.err, "");
    EXPECT_EQ(run("relia rerun " + place + " --format json | grep -c '\"identical\": true'").out, "1\n");
  }
  EXPECT_FALSE(here_.holds("fit.txt") || here_.holds("fit.svg")) << "a repetition writes nothing";
  EXPECT_EQ(store().result("fans/a", "7").seed, 7);
  EXPECT_EQ(store().results("fans/a").size(), std::size(commands)) << "and keeps nothing";
  // From elsewhere, under another name of the store, in the issue's spelling.
  const ShellResult moved =
      run("mkdir x && cp lab.h5 x/other.h5 && cd / && relia rerun \"$OLDPWD/x/other.h5:fans/a/1\"");
  EXPECT_EQ(moved.exit_code, 0) << moved.err;
}

TEST_F(RerunTest, TheAnswerSaysWhereItIsKept) {
  EXPECT_TRUE(run("relia fit lab.h5:fans/a --dist weibull --save").out.ends_with("\nkept as lab.h5:fans/a#1\n"));
  const ShellResult json = run("relia fit lab.h5:fans/a --dist weibull --save=b --format json");
  EXPECT_TRUE(json.out.ends_with(",\n  \"saved\": \"lab.h5:fans/a#b\"\n}\n")) << json.out;
  EXPECT_EQ(run("relia fit lab.h5:fans/a --dist weibull --by team --save=c --format json | grep -c "
                "'\"saved\":\"lab.h5:fans/a#c\"}$'")
                .out,
            "2\n");
  // What is kept is the answer itself, whatever form was printed.
  EXPECT_EQ(run("relia data show lab.h5:fans/a#1 --format json").out,
            run("relia fit lab.h5:fans/a --dist weibull --format json").out);
  const ShellResult list = run("relia data show lab.h5:fans/a --results");
  for (const char* const word : {"#1 ", "#b ", "#c ", "unchanged", "relia fit lab.h5:fans/a --dist weibull --save=b"}) {
    EXPECT_NE(list.out.find(word), std::string::npos) << word << list.out;
  }
}

TEST_F(RerunTest, ResultsWithoutEstimatesAreKeptAndRepeatedToo) {
  here_.write("one.csv", "time,status\n100,S\n200,S\n");
  (void)run("relia data import lab.h5 one.csv --name none");
  EXPECT_EQ(run("relia fit lab.h5:none --dist weibull --save").exit_code, 4);
  EXPECT_EQ(run("relia rerun lab.h5:none#1").exit_code, 0);
}

TEST_F(RerunTest, ChangedDataAndNumbersEndWithFive) {
  EXPECT_EQ(run("relia fit lab.h5:fans/a --dist weibull --save").exit_code, 0);
  std::string json = store().result("fans/a", "1").json;
  const std::size_t at = json.find("\"estimate\": ") + 12, dot = json.find('.', at);
  // The last digit of the first estimate, one up or down: at least one unit in the last place.
  const std::size_t last = json.find_first_not_of("0123456789", dot + 1) - 1;
  json[last] = json[last] == '5' ? '6' : '5';
  forge("digit", json);
  const ShellResult digit = run("relia rerun lab.h5:fans/a#digit");
  EXPECT_EQ(digit.exit_code, 5);
  EXPECT_NE(digit.out.find("of which 1 differ"), std::string::npos) << digit.out;
  EXPECT_NE(digit.out.find("/models/0/parameters/0/estimate\n"), std::string::npos) << digit.out;
  EXPECT_NE(digit.err.find("#digit: 1 of "), std::string::npos) << digit.err;

  // Another verdict is told, though no number has changed.
  json = store().result("fans/a", "1").json;
  json.replace(json.find("\"converged\""), 11, "\"boundary\"");
  forge("verdict", json);
  const ShellResult verdict = run("relia rerun lab.h5:fans/a#verdict");
  EXPECT_EQ(verdict.exit_code, 0);
  EXPECT_NE(verdict.out.find("now   \"converged\""), std::string::npos) << verdict.out;

  EXPECT_EQ(run("relia data import lab.h5 lives.csv --name fans/a --append --text team").exit_code, 0);
  const ShellResult changed = run("relia rerun lab.h5:fans/a#1");
  EXPECT_EQ(changed.exit_code, 5);
  EXPECT_NE(changed.out.find("changed since: SHA-256 "), std::string::npos) << changed.out;
  EXPECT_TRUE(changed.err.starts_with("relia: error: lab.h5:fans/a#1: the data have changed since")) << changed.err;
  EXPECT_NE(run("relia data show lab.h5:fans/a --results").out.find("   changed "), std::string::npos);
}

TEST_F(RerunTest, WhatAResultSaysCannotMakeReliaWriteOrCrash) {
  EXPECT_EQ(run("relia fit lab.h5:fans/a --dist weibull --save").exit_code, 0);
  const struct {
    const char *command, *message;
  } hostile[] = {
      {"relia data remove lab.h5:fans/a", "its command is no analysis"},
      {"relia rerun lab.h5:fans/a#1", "its command is no analysis"},
      {"rm -rf .", "its command line is not relia's"},
      {"", "its command line is not relia's"},
      {"relia fit lab.h5:fans/a --dist weibull --format json 'open quote", "is one too many"},
      {"relia fit", "needs DATA"},
      {"relia fit lab.h5:fans/a --no-such-option", "has no option"},
      {"relia fit --help", "has no option --help"},
  };
  int n = 0;
  for (const auto& h : hostile) {
    const std::string id = "h" + std::to_string(++n);
    io::StoredResult r = store().result("fans/a", "1");
    r.id = id;
    r.command = h.command;
    (void)store().save_result("fans/a", r);
    const ShellResult out = run("relia rerun lab.h5:fans/a#" + id);
    EXPECT_EQ(out.exit_code, 3) << h.command;
    EXPECT_NE(out.err.find(h.message), std::string::npos) << h.command << out.err;
    EXPECT_EQ(out.out, "");
  }
  forge("output", "", "relia fit lab.h5:fans/a --dist weibull --output stolen.txt --save");
  EXPECT_EQ(run("relia rerun lab.h5:fans/a#output").exit_code, 0);
  EXPECT_FALSE(here_.holds("stolen.txt"));

  forge("deep", std::string(200000, '[') + std::string(200000, ']'));
  forge("escape", "{\"a\": \"\x1b]0;title\x07\"}");
  forge("text", "not JSON");
  for (const char* const id : {"deep", "escape", "text"}) {
    EXPECT_EQ(run(std::string("relia rerun lab.h5:fans/a#") + id).exit_code, 3) << id;
    const ShellResult shown = run(std::string("relia data show lab.h5:fans/a#") + id);
    EXPECT_EQ(shown.exit_code, 0) << id;
    EXPECT_EQ(shown.out.find('\x1b'), std::string::npos) << id;
  }
  EXPECT_EQ(run("relia data show lab.h5:fans/a --results --format json | grep -c '\"id\"'").out, "13\n");
}

TEST_F(RerunTest, SaveNeedsAStoreAFreeNameAndTheWritersLock) {
  const struct {
    const char *command, *message;
  } refused[] = {
      {"relia fit lives.csv --save", "--save keeps a result beside data in a store; 'lives.csv' is not STORE.h5:NAME"},
      {"relia fit - --save < lives.csv", "'-' is not STORE.h5:NAME"},
      {"relia fit lab.h5:fans/a --save=a/b", "--save: 'a/b' cannot name a result"},
      {"relia fit lab.h5:fans/a --save=", "--save needs a value"},
      {"relia fit lives.csv --lock-timeout 1", "--lock-timeout: DATA 'lives.csv' is not in a store"},
      {"relia fit lab.h5:fans/a --lock-timeout -1", "--lock-timeout: '-1' is negative"},
      {"relia rerun lives.csv", "'lives.csv' names no result"},
      {"relia rerun lab.h5:fans/a", "is a data set without results"},
  };
  for (const auto& r : refused) {
    const ShellResult out = run(r.command);
    EXPECT_EQ(out.exit_code, 2) << r.command;
    EXPECT_NE(out.err.find(r.message), std::string::npos) << r.command << out.err;
    EXPECT_EQ(out.out, "") << r.command;
  }
  EXPECT_EQ(run("relia fit lab.h5:fans/a --dist weibull --save=once").exit_code, 0);
  EXPECT_EQ(run("relia fit lab.h5:fans/a --dist weibull --save=once").exit_code, 2);
  EXPECT_EQ(run("relia rerun lab.h5:fans/a").exit_code, 2);
  EXPECT_EQ(run("relia rerun lab.h5:fans/a#two").exit_code, 3);
  EXPECT_EQ(run("relia rerun lab.h5:fans/b/1").exit_code, 3);
  EXPECT_EQ(run("relia rerun nowhere.h5:fans/b#1").exit_code, 6);

  // Another writer at work: the answer is given all the same, and the exit code says that it is not kept.
  const int lock = ::open((here_.path() / "lab.h5.lock").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(lock, 0);
  struct flock writer {};
  writer.l_type = F_WRLCK;
  writer.l_whence = SEEK_SET;
  writer.l_len = 1;
  ASSERT_EQ(::fcntl(lock, F_OFD_SETLK, &writer), 0);
  const ShellResult out = run("relia fit lab.h5:fans/a --dist weibull --save --lock-timeout 0.2");
  EXPECT_EQ(out.exit_code, 6);
  EXPECT_NE(out.out.find("shape"), std::string::npos);
  EXPECT_EQ(out.out.find("kept as"), std::string::npos);
  EXPECT_NE(out.err.find("the result is printed but not kept"), std::string::npos) << out.err;
  EXPECT_NE(out.err.find("--lock-timeout"), std::string::npos) << out.err;
  (void)::close(lock);
  EXPECT_EQ(store().results("fans/a").size(), 1U);
}

}  // namespace
}  // namespace relia::tests
