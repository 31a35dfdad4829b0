// The manual does not lie: every console block in README.md and docs/*.md is run, and prints what it shows.
//
// In a block ```console a line "$ command" is run by one shell after the other commands of its page, in a
// directory that holds the data sets shipped with the product; the lines up to the next "$ " are its output,
// standard error included. "…" alone on a line stands for lines left out.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cli/shell.hpp"

namespace relia::tests {
namespace {

namespace fs = std::filesystem;

struct Example {
  std::size_t line = 0;
  std::string command;
  std::vector<std::string> expected;
};

std::vector<Example> examples_of(const fs::path& page) {
  std::vector<Example> out;
  std::istringstream in(read_file(page));
  bool inside = false;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with("```")) {
      inside = line == "```console";
    } else if (inside && line.starts_with("$ ")) {
      out.push_back({.line = number, .command = line.substr(2), .expected = {}});
    } else if (inside && !out.empty()) {
      out.back().expected.push_back(line);
    }
  }
  for (Example& e : out) {
    while (!e.expected.empty() && e.expected.back().empty()) e.expected.pop_back();
  }
  return out;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> out{fs::path(RELIA_SOURCE_DIR) / "README.md"};
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(fs::path(RELIA_SOURCE_DIR) / "docs", missing)) {
    if (entry.path().extension() == ".md" && !examples_of(entry.path()).empty()) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

bool matches(const std::vector<std::string>& expected,
             std::size_t i,
             const std::vector<std::string>& found,
             std::size_t j) {
  if (i == expected.size()) return j == found.size();
  if (expected[i] == "…") {
    for (std::size_t k = j; k <= found.size(); ++k) {
      if (matches(expected, i + 1, found, k)) return true;
    }
    return false;
  }
  return j < found.size() && expected[i] == found[j] && matches(expected, i + 1, found, j + 1);
}

// What each example prints, in a directory of its own for the page.
std::vector<std::vector<std::string>> printed(const std::vector<Example>& examples) {
  const ScratchDirectory here;
  const fs::path data = fs::path(RELIA_SOURCE_DIR) / "data/reference/datasets";
  for (const auto& entry : fs::directory_iterator(data)) {
    fs::create_symlink(entry.path(), here.path() / entry.path().filename());
  }
  std::string script = "exec 2>&1\nlast=0\n";
  const std::string mark = "=== end of example";
  for (const Example& e : examples) {
    // The exit code of an example is still there for "echo $?" in the next one.
    script += "(exit $last)\n" + e.command + "\nlast=$?\necho '" + mark + "'\n";
  }
  std::istringstream in(run_shell(here.path(), script).out);
  std::vector<std::vector<std::string>> out;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    out.emplace_back();
    for (std::string line; std::getline(in, line) && line != mark;) out.back().push_back(line);
    while (!out.back().empty() && out.back().back().empty()) out.back().pop_back();
  }
  return out;
}

bool matches(const Example& e, const std::vector<std::string>& found) {
  return matches(e.expected, 0, found, 0);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + '\n';
  return out;
}

class ManualPage : public testing::TestWithParam<fs::path> {};

TEST_P(ManualPage, ShowsWhatTheProgramPrints) {
  const std::vector<Example> examples = examples_of(GetParam());
  const auto found = printed(examples);
  for (std::size_t i = 0; i < examples.size(); ++i) {
    EXPECT_TRUE(matches(examples[i], found[i]))
        << GetParam().string() << ':' << examples[i].line << ": " << examples[i].command << "\nprinted\n"
        << joined(found[i]);
  }
}

// RELIA_UPDATE_CASES=1: what is printed today takes the place of what no longer matches.
void update(const fs::path& page) {
  const std::vector<Example> examples = examples_of(page);
  const auto found = printed(examples);
  std::istringstream in(read_file(page));
  std::string out;
  bool inside = false, skipping = false;
  std::size_t next = 0;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("```")) {
      inside = line == "```console";
      skipping = false;
    } else if (inside && line.starts_with("$ ")) {
      skipping = !matches(examples[next], found[next]);
      if (skipping) line += '\n' + joined(found[next]);
      if (skipping) line.pop_back();
      ++next;
    } else if (skipping) {
      continue;
    }
    out += line + '\n';
  }
  std::ofstream(page, std::ios::binary) << out;
}

TEST(Manual, IsWrittenAnewOnlyWhenAskedFor) {
  if (std::getenv("RELIA_UPDATE_CASES") == nullptr) return;
  for (const fs::path& page : pages()) update(page);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ManualPage);

std::string page_name(const testing::TestParamInfo<fs::path>& page) {
  return page.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Pages, ManualPage, testing::ValuesIn(pages()), page_name);

}  // namespace
}  // namespace relia::tests
