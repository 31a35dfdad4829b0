// A command of relia and the table of all of them.

#pragma once

#include <memory>
#include <span>
#include <string>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"

namespace relia::cli {

/// What a command knows of the call besides its options.
struct Call {
  std::string command_line;  ///< as typed, quoted for a shell, beginning "relia"
};

class Command {
 public:
  virtual ~Command() = default;
  /// Declares every option the command takes; what it does not declare is refused.
  virtual void declare(Arguments& arguments) = 0;
  /// Does the job and prints through write_output(); errors leave as exceptions. Returns the exit code.
  virtual ExitCode run(const Call& call) = 0;
};

struct CommandEntry {
  const char* name;  ///< one word, or two for a command with verbs: "data import"
  const char* job;   ///< one sentence without a full stop
  std::unique_ptr<Command> (*make)();
};

/// In the order of --help. A command is one line here and one file under commands/.
[[nodiscard]] std::span<const CommandEntry> commands();

/// "relia 0.4.0", compiler and library versions, one a line.
[[nodiscard]] std::string version_text();
[[nodiscard]] std::string version_number();

}  // namespace relia::cli
