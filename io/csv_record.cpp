#include "io/csv_record.hpp"

namespace relia::io {

const char* find_line_end(const char* p, const char* end) noexcept {
  while (p < end && *p != '\n' && *p != '\r') ++p;
  return p;
}

RecordScanner::Outcome RecordScanner::scan(
    const char* p, const char* end, bool last, char delimiter, std::uint64_t line) {
  const char* const start = p;
  fields_.clear();
  arena_.clear();
  line_ = line;
  in_quotes_ = false;
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
        } else if (*q == '\r') {
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
      if (p < end && *p != delimiter && *p != '\n' && *p != '\r') {
        fields_.push_back(field);
        next_ = p;
        return Outcome::text_after_quote;
      }
    } else {
      field.begin = p;
      while (p < end && *p != delimiter && *p != '\n' && *p != '\r') ++p;
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
    p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
    ++line_;
    next_ = p;
  }
  return static_cast<std::size_t>(next_ - start) > kMaxRecord ? Outcome::too_long : Outcome::record;
}

}  // namespace relia::io
