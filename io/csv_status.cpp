#include "io/csv_status.hpp"

#include <string>

#include "io/csv_cell.hpp"

namespace relia::io {
namespace {

struct Word {
  std::string_view text;
  Status status;
};

// Letters alone and the words of the manual first; blanks, hyphens and underscores inside a word count alike.
constexpr Word kWords[] = {
    {"f", Status::failed},
    {"s", Status::right_censored},
    {"c", Status::right_censored},
    {"l", Status::left_censored},
    {"failed", Status::failed},
    {"failure", Status::failed},
    {"fail", Status::failed},
    {"event", Status::failed},
    {"dead", Status::failed},
    {"died", Status::failed},
    {"death", Status::failed},
    {"exact", Status::failed},
    {"失效", Status::failed},
    {"故障", Status::failed},
    {"失败", Status::failed},
    {"死亡", Status::failed},
    {"suspended", Status::right_censored},
    {"suspension", Status::right_censored},
    {"censored", Status::right_censored},
    {"censor", Status::right_censored},
    {"alive", Status::right_censored},
    {"survived", Status::right_censored},
    {"survivor", Status::right_censored},
    {"right", Status::right_censored},
    {"right censored", Status::right_censored},
    {"截尾", Status::right_censored},
    {"删失", Status::right_censored},
    {"右截尾", Status::right_censored},
    {"右删失", Status::right_censored},
    {"中止", Status::right_censored},
    {"存活", Status::right_censored},
    {"left", Status::left_censored},
    {"left censored", Status::left_censored},
    {"左截尾", Status::left_censored},
    {"左删失", Status::left_censored},
    {"1", Status::one},
    {"1.0", Status::one},
    {"true", Status::one},
    {"yes", Status::one},
    {"是", Status::one},
    {"0", Status::zero},
    {"0.0", Status::zero},
    {"false", Status::zero},
    {"no", Status::zero},
    {"否", Status::zero},
    {"2", Status::two},
    {"2.0", Status::two},
};

}  // namespace

Status read_status(std::string_view cell) {
  const std::string_view bare = trimmed(cell);
  if (bare.empty() || bare.size() > 24) return Status::unknown;
  std::string word = folded(bare);
  for (char& c : word) {
    if (c == '-' || c == '_') c = ' ';
  }
  for (const Word& w : kWords) {
    if (w.text == word) return w.status;
  }
  return Status::unknown;
}

Status decide(Status status, CodeMeaning meaning) noexcept {
  const auto pair = [status](Status failed, Status censored) {
    if (status == failed) return Status::failed;
    return status == censored ? Status::right_censored : Status::unknown;
  };
  switch (status) {
    case Status::failed:
    case Status::right_censored:
    case Status::left_censored:
    case Status::unknown: return status;
    case Status::one:
    case Status::zero:
    case Status::two: break;
  }
  switch (meaning) {
    case CodeMeaning::one_failed: return pair(Status::one, Status::zero);
    case CodeMeaning::zero_failed: return pair(Status::zero, Status::one);
    case CodeMeaning::two_failed: return pair(Status::two, Status::one);
    case CodeMeaning::undecided: break;
  }
  return Status::unknown;
}

CodeMeaning meaning_of_name(std::string_view key) noexcept {
  for (const std::string_view name :
       {"status", "event", "failed", "failure", "death", "dead", "died", "失效", "故障", "死亡", "是否失效"}) {
    if (key == name) return CodeMeaning::one_failed;
  }
  for (const std::string_view name :
       {"censor", "censored", "suspended", "survived", "截尾", "删失", "右截尾", "右删失", "是否截尾", "是否删失"}) {
    if (key == name) return CodeMeaning::zero_failed;
  }
  return CodeMeaning::undecided;
}

}  // namespace relia::io
