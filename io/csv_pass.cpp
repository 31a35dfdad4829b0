#include "io/csv_pass.hpp"

#include <algorithm>

namespace relia::io {

PassEnd run_pass(TextSource& source,
                 std::uint64_t start,
                 CsvParser& parser,
                 bool whole,
                 const std::function<void(CsvParser&, std::uint64_t)>& after_window) {
  PassEnd end;
  source.rewind(start);
  std::size_t consumed = 0, checked = 0;
  for (;;) {
    const std::string_view window = source.refill(consumed);
    checked -= consumed;
    std::size_t complete = 0;
    const std::size_t invalid = find_invalid_utf8(window.substr(checked), !source.last(), complete);
    if (invalid != kAllValid) {
      end.utf8 = false;
      end.invalid_at = source.offset() + checked + invalid;
      return end;
    }
    checked += complete;
    consumed = parser.feed(window, source.last());
    checked = std::max(checked, consumed);
    if (after_window) after_window(parser, source.offset() + consumed - start);
    if (source.last() || parser.stopped() || (!whole && parser.rows() > 0)) break;
  }
  parser.finish();
  return end;
}

DataErrors encoding_error(const std::string& file, TextSource& source, std::uint64_t invalid_at) {
  std::uint64_t left = invalid_at;
  LineCounter lines;
  unsigned char byte = 0;
  bool control = false;
  source.rewind(0);
  source.hash_into(nullptr);
  std::size_t consumed = 0;
  for (;;) {
    const std::string_view window = source.refill(consumed);
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, window.size()));
    lines.add(window.substr(0, size));
    for (const char c : window.substr(0, size)) {
      control = control || (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
    }
    if (size < window.size()) {
      byte = static_cast<unsigned char>(window[size]);
      break;
    }
    left -= size;
    consumed = window.size();
    if (source.last()) break;
  }
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string message = "encoding: byte 0x";
  message += kDigits[byte >> 4];
  message += kDigits[byte & 15];
  message += " is not UTF-8, and the file is not GB18030 text";
  message += control ? " (a binary file?)" : "";
  message += "; expected UTF-8, UTF-16 with its mark, or GB18030";
  return one_error(file, lines.line(), std::move(message));
}

DataErrors broken_text(const std::string& file, Encoding encoding, std::uint64_t line) {
  const char* name = encoding == Encoding::gb18030                                    ? "GB18030"
                     : encoding == Encoding::utf32le || encoding == Encoding::utf32be ? "UTF-32"
                                                                                      : "UTF-16";
  return one_error(
      file, line, std::string("encoding: the ") + name + " text is damaged or cut off here; expected whole characters");
}

}  // namespace relia::io
