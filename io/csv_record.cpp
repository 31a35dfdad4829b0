#include "io/csv_record.hpp"

#include <cstring>
#include <utility>

namespace relia::io {

bool decide_line_ends(const char* p, const char* end, bool last, LineEnds& ends) noexcept {
  while (p < end && *p != '\n' && *p != '\r') ++p;
  if (p < end && *p == '\n') {
    ends = LineEnds::feed;
  } else if (p + 1 < end) {
    ends = p[1] == '\n' ? LineEnds::feed : LineEnds::lone_return;
  } else if (last) {
    ends = p < end ? LineEnds::lone_return : LineEnds::feed;
  }
  return ends != LineEnds::undecided;
}

const char* find_line_end(const char* p, const char* end, LineEnds ends) noexcept {
  if (ends == LineEnds::lone_return) {
    while (p < end && *p != '\n' && *p != '\r') ++p;
    return p;
  }
  const auto* feed = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
  if (feed == nullptr) return end;
  return feed > p && feed[-1] == '\r' ? feed - 1 : feed;
}

void skip_line_end(const char*& p, const char* end) noexcept {
  if (p == end) return;
  p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
}

void LineCounter::add(std::string_view block) noexcept {
  for (const char c : block) {
    const bool after_return = std::exchange(after_return_, c == '\r');
    if (ends_ == LineEnds::undecided && (c == '\n' || after_return)) {
      ends_ = c == '\n' ? LineEnds::feed : LineEnds::lone_return;
      ++line_;
      if (ends_ == LineEnds::lone_return && c == '\r') ++line_;
      continue;
    }
    if (ends_ == LineEnds::feed) {
      if (c == '\n') ++line_;
    } else if (ends_ == LineEnds::lone_return) {
      if (c == '\r' || (c == '\n' && !after_return)) ++line_;
    }
  }
}

RecordScanner::Outcome RecordScanner::scan(
    const char* p, const char* end, bool last, char delimiter, LineEnds ends, std::uint64_t line) {
  const bool lone_return = ends == LineEnds::lone_return;
  const char* const start = p;
  fields_.clear();
  arena_.clear();
  line_ = line;
  in_quotes_ = false;
  const auto at_line_end = [&](const char* q) {
    return *q == '\n' || (*q == '\r' && (lone_return || q + 1 == end || q[1] == '\n'));
  };
  const auto cut_off = [&] {
    if (static_cast<std::size_t>(end - start) > kMaxRecord) return Outcome::too_long;
    return last ? Outcome::open_quote : Outcome::more;
  };
  for (;;) {
    Field field;
    field.line = line_;
    const char* q = p;
    while (q < end && *q == ' ') ++q;  // blanks may stand before an opening quote
    if (q < end && *q == '"') {
      field.quoted = true;
      fault_line_ = line_;
      in_quotes_ = true;
      field.begin = ++q;
      bool doubled = false;
      std::size_t arena_start = 0;
      const char* copied = q;  // what is before it went to the arena
      for (;; ++q) {
        if (q == end) {
          next_ = end;
          return cut_off();
        }
        if (*q == '\n') {
          ++line_;
        } else if (*q == '\r' && lone_return) {
          if (q + 1 == end || q[1] != '\n') ++line_;
        } else if (*q == '"') {
          if (q + 1 == end && !last) {
            next_ = end;
            return cut_off();
          }
          if (q + 1 == end || q[1] != '"') break;
          if (!doubled) {
            doubled = true;
            // The whole window fits, so no later append moves what earlier cells point to.
            if (arena_.empty()) arena_.reserve(static_cast<std::size_t>(end - start));
            arena_start = arena_.size();
          }
          arena_.append(copied, q + 1);
          ++q;
          copied = q + 1;
        }
      }
      in_quotes_ = false;
      field.end = q;
      if (doubled) {
        arena_.append(copied, q);
        field.begin = arena_.data() + arena_start;
        field.end = arena_.data() + arena_.size();
      }
      p = q + 1;
      while (p < end && *p == ' ') ++p;
      if (p < end && *p == '\r' && p + 1 == end && !last) {
        next_ = end;
        return cut_off();
      }
      if (p < end && *p != delimiter && !at_line_end(p)) {
        fields_.push_back(field);
        next_ = p;
        return Outcome::text_after_quote;
      }
    } else {
      field.begin = p;
      while (p < end && *p != delimiter && *p != '\n' && (*p != '\r' || !at_line_end(p))) ++p;
      field.end = p;
    }
    fields_.push_back(field);
    if (p == end || *p != delimiter) break;
    ++p;
  }
  if (p == end) {
    next_ = end;
    if (!last) return static_cast<std::size_t>(end - start) > kMaxRecord ? Outcome::too_long : Outcome::more;
  } else if (*p == '\r' && p + 1 == end && !last) {
    next_ = end;
    return static_cast<std::size_t>(end - start) > kMaxRecord ? Outcome::too_long : Outcome::more;
  } else {
    skip_line_end(p, end);
    ++line_;
    next_ = p;
  }
  return static_cast<std::size_t>(next_ - start) > kMaxRecord ? Outcome::too_long : Outcome::record;
}

}  // namespace relia::io
