// The options of one command: declared once, from which parsing, --help and "did you mean" all follow.
//
// An option that a command does not declare is refused, never ignored. CLI11 splits the words; it is included
// in arguments.cpp alone, because it costs seconds to compile.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace relia::cli {

class Arguments {
 public:
  /// Takes one value; throws UsageError with what was found and what is expected, without the option's name.
  using Setter = std::function<void(const std::string& value)>;

  /// @param command  as typed after "relia": "fit", "data import"
  Arguments(std::string command, std::string job);

  /// Options declared from here on stand under this heading in --help.
  void heading(std::string title);

  /// `--name VALUE`, at most once. `value` is what --help shows for it: "LEVEL", "text|json|csv".
  void option(std::string name, std::string value, std::string help, Setter set);
  /// `--name VALUE`, any number of times, in order.
  void repeatable(std::string name, std::string value, std::string help, Setter set);
  /// `--name` alone.
  void flag(std::string name, std::string help, bool& into);
  /// `--name` alone, or `--name=VALUE`; `into` is empty without a value. given() tells whether it stood there.
  void optional_value(std::string name, std::string value, std::string help, std::string& into);

  void text(std::string name, std::string value, std::string help, std::string& into);
  void number(std::string name, std::string value, std::string help, double& into);
  /// One of a fixed list of words; `into` holds the default.
  void choice(std::string name, std::vector<std::string> words, std::string help, std::string& into);

  /// Words that are not options, between `least` and `most` of them.
  void positional(
      std::string name, std::string help, std::size_t least, std::size_t most, std::vector<std::string>& into);

  /// The worked example of --help: a command line and what to see in its answer.
  void example(std::string command_line, std::string explanation);

  /// Fills everything declared. @throws UsageError naming the option and what it takes
  void parse(const std::vector<std::string>& words);

  /// True when the option stood on the command line.
  [[nodiscard]] bool given(std::string_view name) const;

  [[nodiscard]] std::string help() const;

 private:
  struct Option {
    std::string name, value, help, heading;
    Setter set;
    bool* flag = nullptr;
    bool value_is_optional = false;
    bool repeatable = false;
    std::vector<std::string> found;
    bool seen = false;
  };

  void split(std::vector<std::string> words, std::vector<std::string>& rest);
  void apply(Option& option);
  [[nodiscard]] static std::string explained(const Option& option, const std::string& problem);
  [[nodiscard]] static std::string meaning(const Option& option);
  [[noreturn]] void refuse_unknown(const std::string& word) const;
  [[nodiscard]] const Option* find(std::string_view name) const;
  [[nodiscard]] Option* find(std::string_view name);

  std::string command_, job_, heading_;
  std::vector<Option> options_;
  std::string positional_name_, positional_help_;
  std::size_t least_ = 0, most_ = 0;
  std::vector<std::string>* positional_ = nullptr;
  std::string example_, explanation_;
};

}  // namespace relia::cli
