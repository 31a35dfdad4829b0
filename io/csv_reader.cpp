#include <algorithm>

#include <relia/io/csv.hpp>
#include <relia/io/hash.hpp>

#include "io/csv_pass.hpp"

namespace relia::io {
namespace {

/// How many rows the text will have, from the part read so far.
std::size_t expected_rows(std::size_t rows, std::uint64_t bytes, std::uint64_t bytes_total) {
  if (bytes == 0) return rows;
  const double ratio = static_cast<double>(bytes_total) / static_cast<double>(bytes);
  return static_cast<std::size_t>(static_cast<double>(rows) * ratio * 1.02) + 64;
}

class Reader {
 public:
  Reader(const std::string& name, CsvOptions& options) : name_(name), options_(options) {}

  Expected<LifeTable, DataErrors> from_memory(std::string_view bytes) {
    const Sniff sniffed = sniff(bytes.substr(0, kSniffBytes));
    if (!sniffed.refusal.empty()) return Unexpected{one_error(name_, 1, sniffed.refusal)};
    if (sniffed.encoding != Encoding::utf8) {
      return transcoded(bytes, sniffed.encoding, sniffed.mark_bytes, 0);
    }
    TextSource source(bytes);
    const PassEnd end = read(source, sniffed.mark_bytes, bytes.size(), bytes.substr(0, sniffed.mark_bytes));
    if (end.utf8) return result();
    if (sniffed.mark_bytes > 0) return Unexpected{encoding_error(name_, source, end.invalid_at)};
    return transcoded(bytes, Encoding::gb18030, 0, end.invalid_at);
  }

  Expected<LifeTable, DataErrors> from_path(const std::string& path) {
    OpenedFile opened = open_for_reading(path);
    if (!opened.regular) return from_memory(read_rest(opened.file, path));
    std::string head(kSniffBytes, '\0');
    std::size_t size = 0;
    while (size < head.size()) {
      const std::size_t got = read_some(opened.file, head.data() + size, head.size() - size, path);
      if (got == 0) break;
      size += got;
    }
    head.resize(size);
    const Sniff sniffed = sniff(head);
    if (!sniffed.refusal.empty()) return Unexpected{one_error(name_, 1, sniffed.refusal)};
    if (size < kSniffBytes) return from_memory(head);  // the common case: all of it is here
    TextSource source(std::move(opened.file), path);
    if (sniffed.encoding == Encoding::utf8) {
      const PassEnd end =
          read(source, sniffed.mark_bytes, opened.size, std::string_view(head).substr(0, sniffed.mark_bytes));
      if (end.utf8) return result();
      if (sniffed.mark_bytes > 0) return Unexpected{encoding_error(name_, source, end.invalid_at)};
    }
    OpenedFile again = open_for_reading(path);
    return from_memory(read_rest(again.file, path));
  }

 private:
  /// Reads with as many passes as the types of the columns need; the last parser keeps the rows.
  PassEnd read(TextSource& source, std::uint64_t start, std::uint64_t size, std::string_view mark) {
    source.hash_into(nullptr);
    TextColumns text_columns;
    {
      CsvParser first(name_, options_);
      const PassEnd end = run_pass(source, start, first, false, nullptr);
      if (!end.utf8) return end;
      text_columns = first.text_columns();
    }
    for (;;) {
      parser_ = std::make_unique<CsvParser>(name_, options_, text_columns);
      Sha256 hash;
      hash.update(mark);
      source.hash_into(&hash);
      bool reserved = false;
      const PassEnd end = run_pass(source, start, *parser_, true, [&](CsvParser& parser, std::uint64_t done) {
        if (reserved || parser.rows() == 0 || !parser.errors().empty()) return;
        parser.reserve_rows(expected_rows(parser.rows(), done, size));
        reserved = true;
      });
      if (!end.utf8) return end;
      sha256_ = hash.hex();
      if (!parser_->errors().empty() || !parser_->needs_another_pass()) return end;
      text_columns = parser_->text_columns();
    }
  }

  Expected<LifeTable, DataErrors> transcoded(std::string_view bytes,
                                             Encoding encoding,
                                             std::size_t mark_bytes,
                                             std::uint64_t invalid_at) {
    Transcoder transcoder(encoding);
    std::string text;
    const bool good = transcoder.append(bytes.substr(mark_bytes), true, text);
    const bool guessed = encoding == Encoding::gb18030 && mark_bytes == 0;
    if (guessed && (!good || !transcoder.plausible())) {
      TextSource source(bytes);
      return Unexpected{encoding_error(name_, source, invalid_at)};
    }
    if (!good) {
      LineCounter lines;
      lines.add(text);
      return Unexpected{broken_text(name_, encoding, lines.line())};
    }
    TextSource source(text);
    (void)read(source, 0, text.size(), {});
    sha256_ = sha256_hex(bytes);
    if (guessed) extra_warnings_.emplace_back(kGb18030Warning);
    return result();
  }

  Expected<LifeTable, DataErrors> result() {
    if (!parser_->errors().empty()) return Unexpected{parser_->errors()};
    LifeTable table;
    parser_->move_rows(table);
    table.provenance.name = name_;
    table.provenance.sha256 = sha256_;
    table.provenance.time_unit = parser_->time_unit();
    table.provenance.age_column = parser_->age_column();
    for (std::string& w : extra_warnings_) options_.warnings.push_back(std::move(w));
    for (std::string& w : parser_->warnings()) options_.warnings.push_back(std::move(w));
    return table;
  }

  std::string name_;
  CsvOptions& options_;
  std::unique_ptr<CsvParser> parser_;
  std::string sha256_;
  std::vector<std::string> extra_warnings_;
};

}  // namespace

Expected<LifeTable, DataErrors> read_csv(const std::string& path, CsvOptions& options) {
  return Reader(path, options).from_path(path);
}

Expected<LifeTable, DataErrors> read_csv_text(std::string_view bytes, const std::string& name, CsvOptions& options) {
  return Reader(name, options).from_memory(bytes);
}

}  // namespace relia::io
