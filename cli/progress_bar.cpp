#include "cli/progress_bar.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>
#include <unistd.h>

namespace relia::cli {
namespace {

void print(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nobody looks
}

}  // namespace

ProgressBar::ProgressBar() : shown_(::isatty(STDERR_FILENO) == 1) {}

void ProgressBar::update(int part, int parts, std::uint64_t done, std::uint64_t total, const char* what) {
  if (!shown_ || total == 0) return;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto percent = static_cast<std::uint64_t>(100.0 * (part + share) / parts);
  if (started_ && percent == percent_) return;
  started_ = true;
  percent_ = percent;
  const std::string bar(percent / 2, '=');
  print(fmt::format("\r[{:<50}] {:3} %  {} {}\x1b[K", bar, percent, done, what));
}

void ProgressBar::clear() {
  if (started_) print("\r\x1b[K");
  started_ = false;
}

}  // namespace relia::cli
