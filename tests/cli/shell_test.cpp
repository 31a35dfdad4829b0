#include "tests/cli/shell.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace relia::tests {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

ScratchDirectory::ScratchDirectory() {
  std::string name = (fs::temp_directory_path() / "relia-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ScratchDirectory::write(const std::string& name, const std::string& content) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

std::string ScratchDirectory::read(const std::string& name) const {
  return read_file(path_ / name);
}

bool ScratchDirectory::holds(const std::string& name) const {
  return fs::exists(path_ / name);
}

ShellResult run_shell(const fs::path& directory, const std::string& script) {
  const ScratchDirectory streams;
  const std::string out = (streams.path() / "out").string(), err = (streams.path() / "err").string();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) {
    const int devices[] = {::open("/dev/null", O_RDONLY), ::open(out.c_str(), O_WRONLY | O_CREAT, 0600),
                           ::open(err.c_str(), O_WRONLY | O_CREAT, 0600)};
    for (int fd = 0; fd < 3; ++fd) {
      if (devices[fd] < 0 || ::dup2(devices[fd], fd) < 0) ::_exit(126);
    }
    const std::string path = fs::path(RELIA_BINARY).parent_path().string() + ":/usr/bin:/bin";
    ::setenv("PATH", path.c_str(), 1);
    ::unsetenv("NO_COLOR");
    if (::chdir(directory.c_str()) != 0) ::_exit(126);
    // A case that waits for ever is a failed case.
    ::execl("/usr/bin/timeout", "timeout", "-k", "5", "60", "/bin/sh", "-c", script.c_str(), nullptr);
    ::_exit(126);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid");
  ShellResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = read_file(out);
  result.err = read_file(err);
  return result;
}

TEST(Shell, KeepsTheStreamsAndTheExitCodeApart) {
  const ScratchDirectory here;
  here.write("a/b.txt", "kept\n");
  const ShellResult r = run_shell(here.path(), "cat a/b.txt; echo no >&2; exit 7");
  EXPECT_EQ(r.exit_code, 7);
  EXPECT_EQ(r.out, "kept\n");
  EXPECT_EQ(r.err, "no\n");
}

}  // namespace relia::tests
