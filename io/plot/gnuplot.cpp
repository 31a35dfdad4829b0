// Runs gnuplot as a child process without a shell, in a directory of its own that is gone afterwards.

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <relia/error.hpp>
#include <relia/io/figure.hpp>

#include "io/plot/palette.hpp"

namespace relia::io {
namespace {

constexpr int kMostSeconds = 60;

class WorkingDirectory {
 public:
  WorkingDirectory() {
    const char* const root = std::getenv("TMPDIR");
    path_ = std::string(root != nullptr && *root == '/' ? root : "/tmp") + "/relia-plot-XXXXXX";
    if (::mkdtemp(path_.data()) == nullptr) {
      throw MachineError(fmt::format("cannot make a directory {} for the picture: {}", path_, std::strerror(errno)));
    }
  }
  ~WorkingDirectory() {
    for (const char* const name : {"script", "picture", "messages"}) ::unlink((path_ + '/' + name).c_str());
    ::rmdir(path_.c_str());
  }
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

// Where gnuplot is; empty when it is not installed. Only absolute entries of PATH count.
std::string find_gnuplot() {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string candidate = std::string(rest.substr(0, colon)) + "/gnuplot";
    rest.remove_prefix(std::min(colon + 1, rest.size()));
    struct stat status {};
    if (candidate.front() == '/' && ::stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return {};
}

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Waits without a signal handler, which a library must not install.
int wait_for(pid_t child) {
  for (int waited = 0;; ++waited) {
    int status = 0;
    const pid_t found = ::waitpid(child, &status, WNOHANG);
    if (found == child) return status;
    if (found < 0 && errno != EINTR) throw MachineError(fmt::format("lost gnuplot: {}", std::strerror(errno)));
    if (waited > kMostSeconds * 200) {
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      throw MachineError(fmt::format("gnuplot did not finish a picture in {} seconds", kMostSeconds));
    }
    ::poll(nullptr, 0, 5);
  }
}

void run_gnuplot(const std::string& program, const std::string& script, const std::string& messages) {
  // Prepared before the fork: between it and exec only calls that are safe in a threaded program.
  std::vector<std::string> settings{"LC_ALL=C.UTF-8", "HOME=/nonexistent"};
  for (const char* const name : {"PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME"}) {
    if (const char* const value = std::getenv(name); value != nullptr)
      settings.push_back(std::string(name) + '=' + value);
  }
  std::vector<char*> environment;
  for (std::string& s : settings) environment.push_back(s.data());
  environment.push_back(nullptr);
  std::string name = "gnuplot", defaults = "--default-settings", file = script;
  std::array<char*, 4> arguments{name.data(), defaults.data(), file.data(), nullptr};
  const pid_t child = ::fork();
  if (child < 0) throw MachineError(fmt::format("cannot start gnuplot: {}", std::strerror(errno)));
  if (child == 0) {
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0 || ::dup2(in, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(out, 2) < 0) ::_exit(126);
    ::execve(program.c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  const int status = wait_for(child);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  std::string said = contents(messages).substr(0, 400);
  for (char& c : said) {
    if (c == '\n') c = ' ';
  }
  throw MachineError(fmt::format("gnuplot could not draw the picture: {}", said));
}

// The time a PDF was made: SOURCE_DATE_EPOCH, or blanks, so that the same call gives the same bytes.
void settle_pdf_date(std::string& bytes) {
  constexpr std::string_view kKey = "/CreationDate (";
  const std::size_t at = bytes.find(kKey);
  if (at == std::string::npos) return;
  const std::size_t end = bytes.find(')', at);
  if (end == std::string::npos) return;
  std::string date;
  if (const char* const epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr) {
    char* stop = nullptr;
    const long long seconds = std::strtoll(epoch, &stop, 10);
    if (stop != epoch && *stop == '\0') {
      date = fmt::format("{}D:{:%Y%m%d%H%M%S}Z)", kKey, fmt::gmtime(static_cast<std::time_t>(seconds)));
    }
  }
  const std::size_t length = end + 1 - at;
  if (date.size() != length) date.assign(length, ' ');
  bytes.replace(at, length, date);
}

}  // namespace

std::string draw(const Figure& figure, PictureFormat format) {
  const std::string program = find_gnuplot();
  if (program.empty()) {
    throw MachineError("gnuplot is not installed, and it draws the pictures: apt-get install gnuplot-nox");
  }
  const WorkingDirectory directory;
  {
    std::ofstream script(directory.file("script"), std::ios::binary);
    script << gnuplot_script(figure, format, directory.file("picture"));
    script.flush();
    if (!script) throw MachineError(fmt::format("cannot write {}", directory.file("script")));
  }
  run_gnuplot(program, directory.file("script"), directory.file("messages"));
  std::string out = contents(directory.file("picture"));
  if (out.empty()) throw MachineError("gnuplot drew no picture");
  if (format == PictureFormat::pdf) settle_pdf_date(out);
  return out;
}

std::string palette_colour(int colour) {
  return kPalette[palette_place(colour)].hex;
}

}  // namespace relia::io
