// A command of relia and the table of all of them.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <relia/ranks.hpp>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"

namespace relia::cli {

/// What a command knows of the call besides its options.
struct Call {
  std::string command_line;  ///< as typed, quoted for a shell, beginning "relia"
  // A repetition of a saved result reads and writes elsewhere than its command line says.
  std::string data;                  ///< stands for DATA; empty: what the command line says
  std::string* answer = nullptr;     ///< takes the JSON; then nothing is printed, saved or written
  const Ranks* processes = nullptr;  ///< of this job; null: this one alone

  [[nodiscard]] const std::string& source(const std::vector<std::string>& words) const {
    return data.empty() ? words.front() : data;
  }
};

class Command {
 public:
  virtual ~Command() = default;
  /// Declares every option the command takes; what it does not declare is refused.
  virtual void declare(Arguments& arguments) = 0;
  /// Does the job and prints through write_output(); errors leave as exceptions. Returns the exit code.
  virtual ExitCode run(const Call& call) = 0;
  /// Under a launcher run() is called on every rank, and all take the same steps; else on the first alone.
  [[nodiscard]] virtual bool shares(const Call& call) const {
    static_cast<void>(call);
    return false;
  }
};

struct CommandEntry {
  const char* name;  ///< one word, or two for a command with verbs: "data import"
  const char* job;   ///< one sentence without a full stop
  std::unique_ptr<Command> (*make)();
  bool analysis = false;  ///< takes --save, and Call::answer: its results can be kept and repeated
};

/// In the order of --help. A command is one line here and one file under commands/.
[[nodiscard]] std::span<const CommandEntry> commands();

/// Takes the command with the longest name off the front of `words`; null, taking nothing, when there is none.
[[nodiscard]] const CommandEntry* take_command(std::vector<std::string>& words);

/// A command line as Call holds it, and its words again. An open quote runs to the end.
[[nodiscard]] std::string quoted_line(const std::vector<std::string>& words);
[[nodiscard]] std::vector<std::string> words_of_line(std::string_view line);

/// "relia 0.4.0", compiler and library versions, one a line.
[[nodiscard]] std::string version_text();
[[nodiscard]] std::string version_number();

}  // namespace relia::cli
