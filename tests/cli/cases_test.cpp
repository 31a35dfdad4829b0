// Text cases: a command, its files, and exactly what it must print.
//
// A file under tests/cli/cases/ holds cases; a line beginning with "=== " starts one:
//
//   === a sentence: what is shown
//   --- file lives.csv
//   time,status
//   100,F
//   --- run
//   relia fit lives.csv --dist weibull
//   --- exit 0
//   --- stdout
//   (lines, compared whole; "…" at the end of a line stands for any rest of that line, a line "…" for any lines)
//   --- stderr
//   --- absent name        no such file is left
//
// A stream without a section of its own must be empty. RELIA_UPDATE_CASES=1 writes what the program prints
// today into the files; the difference is for a human to review.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace relia::tests {
namespace {

namespace fs = std::filesystem;

struct Case {
  fs::path source;
  std::size_t line = 0;
  std::string name;
  std::vector<std::pair<std::string, std::string>> sections;  ///< head without "--- ", text

  [[nodiscard]] std::string section(const std::string& head) const {
    for (const auto& [h, text] : sections) {
      if (h == head) return text;
    }
    return {};
  }
  [[nodiscard]] int exit_code() const {
    for (const auto& [h, text] : sections) {
      if (h.starts_with("exit ")) return std::atoi(h.c_str() + 5);
    }
    return 0;
  }
};

std::vector<Case> cases_of(const fs::path& file) {
  std::vector<Case> out;
  std::istringstream in(read_file(file));
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("=== ")) {
      out.push_back({.source = file, .line = number, .name = line.substr(4), .sections = {}});
    } else if (out.empty()) {
      continue;  // remarks before the first case
    } else if (line.starts_with("--- ")) {
      out.back().sections.emplace_back(line.substr(4), "");
    } else if (!out.back().sections.empty()) {
      out.back().sections.back().second += line + '\n';
    }
  }
  // The empty line that parts a case from the next belongs to neither.
  for (Case& c : out) {
    for (auto& [head, text] : c.sections) {
      if (!head.starts_with("file ") && text.ends_with("\n\n")) text.pop_back();
      if (text == "\n") text.clear();
    }
  }
  return out;
}

std::vector<fs::path> case_files() {
  std::vector<fs::path> out;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(fs::path(RELIA_SOURCE_DIR) / "tests/cli/cases", missing)) {
    if (entry.path().extension() == ".txt") out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<Case> all_cases() {
  std::vector<Case> out;
  for (const fs::path& file : case_files()) {
    for (Case& c : cases_of(file)) out.push_back(std::move(c));
  }
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

constexpr const char* kAnyRest = "…";

bool line_matches(const std::string& expected, const std::string& found) {
  if (!expected.ends_with(kAnyRest)) return expected == found;
  return found.starts_with(expected.substr(0, expected.size() - std::string(kAnyRest).size()));
}

// Position by position; a line "…" may stand for any number of lines.
// Full-precision numbers differ in their last digits between instruction sets; the promise is 1e-10 relative. Numbers
// written with fewer than 12 significant digits must agree to the letter.
bool same_but_for_last_digits(const std::string& expected, const std::string& found) {
  static const std::regex number(R"([0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?)");
  std::size_t e = 0, f = 0;
  const auto next = [](const std::string& text, std::size_t from, std::smatch& m) {
    return std::regex_search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), m, number);
  };
  std::smatch a, b;
  while (next(expected, e, a)) {
    if (!next(found, f, b) || a.prefix().str() != b.prefix().str()) return false;
    const std::string x = a.str(), y = b.str();
    if (x != y) {
      if (x.size() < 13 || y.size() < 13) return false;
      const double u = std::stod(x), v = std::stod(y);
      if (std::fabs(u - v) > 1e-10 * std::fabs(u)) return false;
    }
    e = static_cast<std::size_t>(a[0].second - expected.begin());
    f = static_cast<std::size_t>(b[0].second - found.begin());
  }
  return expected.substr(e) == found.substr(f);
}

bool matches(const std::vector<std::string>& expected,
             std::size_t i,
             const std::vector<std::string>& found,
             std::size_t j) {
  if (i == expected.size()) return j == found.size();
  if (expected[i] == kAnyRest) {
    for (std::size_t k = j; k <= found.size(); ++k) {
      if (matches(expected, i + 1, found, k)) return true;
    }
    return false;
  }
  return j < found.size() && (line_matches(expected[i], found[j]) || same_but_for_last_digits(expected[i], found[j])) &&
         matches(expected, i + 1, found, j + 1);
}

bool matches(const std::string& expected, const std::string& found) {
  return matches(lines_of(expected), 0, lines_of(found), 0);
}

ShellResult run_case(const Case& c, const ScratchDirectory& here) {
  for (const auto& [head, text] : c.sections) {
    if (head.starts_with("file ")) here.write(head.substr(5), text);
  }
  return run_shell(here.path(), c.section("run"));
}

void update(const fs::path& file) {
  std::string out;
  const std::string old = read_file(file);
  out = old.substr(0, old.find("=== "));
  for (const Case& c : cases_of(file)) {
    const ScratchDirectory here;
    const ShellResult r = run_case(c, here);
    out += "=== " + c.name + '\n';
    for (const auto& [head, text] : c.sections) {
      if (head.starts_with("exit ") || head == "stdout" || head == "stderr") continue;
      out += "--- " + head + '\n' + text;
    }
    out += "--- exit " + std::to_string(r.exit_code) + '\n';
    const auto put = [&](const char* head, const std::string& found) {
      if (found.empty()) return;
      const std::string expected = c.section(head);
      out += std::string("--- ") + head + '\n' + (matches(expected, found) ? expected : found);
    };
    put("stdout", r.out);
    put("stderr", r.err);
    out += '\n';
  }
  std::ofstream(file, std::ios::binary) << out;
}

class CliCase : public testing::TestWithParam<Case> {};

TEST_P(CliCase, PrintsAndEndsAsWritten) {
  const Case& c = GetParam();
  SCOPED_TRACE(c.source.string() + ':' + std::to_string(c.line) + ": " + c.name);
  ASSERT_FALSE(c.section("run").empty()) << "a case needs a command";
  const ScratchDirectory here;
  const ShellResult r = run_case(c, here);
  EXPECT_EQ(r.exit_code, c.exit_code());
  EXPECT_TRUE(matches(c.section("stdout"), r.out)) << "expected:\n" << c.section("stdout") << "found:\n" << r.out;
  EXPECT_TRUE(matches(c.section("stderr"), r.err)) << "expected:\n" << c.section("stderr") << "found:\n" << r.err;
  for (const auto& [head, text] : c.sections) {
    if (head.starts_with("absent ")) {
      EXPECT_FALSE(here.holds(head.substr(7))) << head;
    }
  }
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string out = info.param.source.stem().string() + "_line" + std::to_string(info.param.line);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return out;
}

INSTANTIATE_TEST_SUITE_P(Cases, CliCase, testing::ValuesIn(all_cases()), case_name);

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CliCase);

TEST(CliCases, AreWrittenAnewOnlyWhenAskedFor) {
  if (std::getenv("RELIA_UPDATE_CASES") == nullptr) return;
  for (const fs::path& file : case_files()) update(file);
}

}  // namespace
}  // namespace relia::tests
