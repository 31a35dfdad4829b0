// What can go wrong, in three kinds that never mix: the user's data, the user's options, the machine.

#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace relia {

/// One thing wrong with the user's data: where it is, what was found, what was expected.
struct DataError {
  std::string file;        ///< as the user named it; "-" is standard input
  std::uint64_t line = 0;  ///< physical line, 1 = first; 0 when the place is not a line
  std::string column;      ///< header name; empty when the whole line is meant
  std::string message;     ///< what was found and what was expected, one sentence without the place
};

/// Everything wrong with one input: the first 20 problems in file order and how many there are.
struct DataErrors {
  static constexpr std::size_t kShown = 20;
  std::vector<DataError> first;
  std::uint64_t total = 0;

  void add(DataError error) {
    if (first.size() < kShown) first.push_back(std::move(error));
    ++total;
  }
  [[nodiscard]] bool empty() const noexcept { return total == 0; }
};

/// A wrong option or a wrong combination of options (exit code 2). The message names the option.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The machine refused (exit code 6): file missing, unreadable, disk full, lock held, no memory.
/// The message names the file and the reason.
class MachineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Bad data met below a place that can return Expected (exit code 3).
class BadData : public std::runtime_error {
 public:
  explicit BadData(DataErrors errors)
      : std::runtime_error(errors.first.empty() ? "bad data" : errors.first.front().message),
        errors_(std::move(errors)) {}
  [[nodiscard]] const DataErrors& errors() const noexcept { return errors_; }

 private:
  DataErrors errors_;
};

}  // namespace relia
