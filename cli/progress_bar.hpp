// A line on the terminal that grows; nothing where standard error is none.

#pragma once

#include <cstdint>
#include <string>

namespace relia::cli {

class ProgressBar {
 public:
  ProgressBar();
  ~ProgressBar() { clear(); }
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// @param part  of `parts` passes of equal length, from 0
  /// @param what  that was done, such as "rows written"
  void update(int part, int parts, std::uint64_t done, std::uint64_t total, const char* what);
  /// Gives the line back to messages.
  void clear();

 private:
  std::uint64_t percent_ = 0;
  bool shown_, started_ = false;
};

}  // namespace relia::cli
