#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/command.hpp"
#include "cli/messages.hpp"
#include "cli/output.hpp"
#include "cli/processes.hpp"
#include "cli/suggest.hpp"

namespace relia::cli {
namespace {

std::string overview() {
  std::string out = "relia: reliability test and life-data analysis\n\nusage: relia COMMAND DATA... [options]\n\n";
  for (const CommandEntry& c : commands()) out += fmt::format("  {:15} {}\n", c.name, c.job);
  return out +
         "\nDATA is a CSV or TSV file, - for standard input, or STORE.h5:NAME.\n"
         "relia COMMAND --help shows the options of a command and an example; relia --version what this is.\n";
}

bool stands_alone(const std::string& word) {
  const auto all = commands();
  return std::any_of(all.begin(), all.end(), [&word](const CommandEntry& c) { return word == c.name; });
}

// Commands of two words that begin with `word`.
std::string verbs_of(const std::string& word) {
  std::string out;
  for (const CommandEntry& c : commands()) {
    if (std::string_view(c.name).starts_with(word + ' ')) out += fmt::format("  {:15} {}\n", c.name, c.job);
  }
  return out;
}

[[noreturn]] void refuse_command(const std::vector<std::string>& words) {
  std::vector<std::string> names, verbs;
  for (const CommandEntry& c : commands()) {
    names.emplace_back(c.name);
    if (names.back().starts_with(words[0] + ' ')) verbs.push_back(names.back().substr(words[0].size() + 1));
  }
  if (!verbs.empty()) {
    throw UsageError(fmt::format("relia {} needs one of {}", words[0], fmt::join(verbs, ", ")));
  }
  if (words[0].starts_with('-')) {
    throw UsageError(fmt::format("relia has no option {}; it takes a command, --help or --version", words[0]));
  }
  for (std::string& name : names) name = name.substr(0, name.find(' '));
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const std::string near = nearest_word(words[0], names);
  throw UsageError(near.empty() ? fmt::format("relia has no command '{}'; it has {}", words[0], fmt::join(names, ", "))
                                : fmt::format("relia has no command '{}'; did you mean {}?", words[0], near));
}

bool asks_for_help(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find_if(words.begin(), end, [](const auto& w) { return w == "--help" || w == "-h"; }) != end;
}

ExitCode run(std::vector<std::string> words, const Ranks* processes) {
  const Call call{.command_line = quoted_line(words), .data = {}, .answer = nullptr, .processes = processes};
  if (words.empty()) throw UsageError("no command is given; relia --help lists them");
  if (words[0] == "--version") {
    write_output(version_text(), "");
    return kDone;
  }
  if (words[0] == "--help" || words[0] == "-h") {
    write_output(overview(), "");
    return kDone;
  }
  if (const std::string verbs = verbs_of(words[0]);
      !verbs.empty() && !stands_alone(words[0]) && words.size() > 1 && words[1] == "--help") {
    write_output(fmt::format("usage: relia {} VERB ...\n\n{}\nrelia {} VERB --help shows the options of one.\n",
                             words[0], verbs, words[0]),
                 "");
    return kDone;
  }
  const CommandEntry* const entry = take_command(words);
  if (entry == nullptr) refuse_command(words);
  const std::unique_ptr<Command> command = entry->make();
  Arguments arguments(entry->name, entry->job);
  command->declare(arguments);
  if (asks_for_help(words)) {
    write_output(arguments.help(), "");
    return kDone;
  }
  arguments.parse(words);
  // A command that does not divide its work is the first rank's alone.
  if (processes != nullptr && processes->rank() != 0 && !command->shares(call)) return kDone;
  return command->run(call);
}

// run(), and the whole job ends with an error that ends this process.
ExitCode joint_run(std::vector<std::string> words, Processes& processes, bool& failed) {
  try {
    processes.join(words);
    return run(std::move(words), processes.ranks());
  } catch (...) {
    failed = true;
    processes.before_error();
    throw;
  }
}

ExitCode guarded_run(std::vector<std::string> words, Processes& processes, bool& failed) {
  try {
    return joint_run(std::move(words), processes, failed);
  } catch (const UsageError& e) {
    print_error(e.what());
    return kWrongUsage;
  } catch (const BadData& e) {
    print_data_errors(e.errors());
    return kBadInput;
  } catch (const MachineError& e) {
    print_error(e.what());
    return kMachineRefused;
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
    return kMachineRefused;
  } catch (const std::exception& e) {
    print_error(fmt::format("a fault of relia itself, please report it: {}", e.what()));
    return kOurFault;
  }
}

}  // namespace
}  // namespace relia::cli

int main(int argc, char** argv) {
  relia::cli::guard_standard_streams();
  relia::cli::Processes processes;
  bool failed = false;
  const relia::cli::ExitCode code =
      relia::cli::guarded_run(std::vector<std::string>(argv + 1, argv + argc), processes, failed);
  if (failed) processes.after_error(code);
  return code;
}
