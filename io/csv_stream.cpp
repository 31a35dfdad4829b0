#include <algorithm>
#include <optional>
#include <utility>

#include <unistd.h>

#include <relia/io/csv.hpp>
#include <relia/io/hash.hpp>

#include "io/csv_pass.hpp"

namespace relia::io {

struct CsvStream::State {
  State(const std::string& path, CsvOptions given) : name(path), options(std::move(given)) {
    open();
    learn();
    rewind();
  }

  bool next(LifeTable& block, std::size_t max_rows);

  std::string name;
  CsvOptions options;
  LifeCounts totals;
  Provenance provenance;
  std::uint64_t size = 0, done = 0;

 private:
  void open();
  void spool(FileHandle& from, Encoding encoding, std::size_t mark_bytes);
  bool spool_gb18030();
  void learn();
  bool learn_pass(TextColumns& text_columns);
  void rewind();
  [[noreturn]] void changed() const { throw MachineError(name + ": the file changed while it was being read"); }

  std::optional<TextSource> source_;
  std::uint64_t start_ = 0;  ///< length of the byte order mark
  std::string mark_;         ///< its bytes
  bool spooled_ = false;     ///< the source is our own copy
  bool transcoded_ = false;  ///< and no longer the bytes of the file
  bool marked_ = false;
  std::vector<std::string> extra_warnings_;
  std::unique_ptr<CsvParser> parser_;
  Sha256 check_;
  std::string_view window_;
  std::size_t used_ = 0;
  bool ended_ = false;
};

void CsvStream::State::open() {
  OpenedFile opened = open_for_reading(name);
  std::string head;
  if (!opened.regular) {
    FileHandle copy = open_spool();
    Sha256 hash;
    std::string buffer(std::size_t{1} << 18, '\0');
    while (const std::size_t got = read_some(opened.file, buffer.data(), buffer.size(), name)) {
      hash.update({buffer.data(), got});
      write_all(copy, {buffer.data(), got}, name);
      size += got;
    }
    provenance.sha256 = hash.hex();
    opened.file = std::move(copy);
    spooled_ = true;
    if (::lseek(opened.file.get(), 0, SEEK_SET) < 0) throw MachineError(name + ": the spool file cannot be read back");
  } else {
    size = opened.size;
  }
  head.resize(kSniffBytes);
  std::size_t got = 0;
  while (got < head.size()) {
    const std::size_t more = read_some(opened.file, head.data() + got, head.size() - got, name);
    if (more == 0) break;
    got += more;
  }
  head.resize(got);
  const Sniff sniffed = sniff(head);
  if (!sniffed.refusal.empty()) throw BadData(one_error(name, 1, sniffed.refusal));
  start_ = sniffed.mark_bytes;
  mark_ = head.substr(0, sniffed.mark_bytes);
  marked_ = sniffed.mark_bytes > 0;
  if (sniffed.encoding == Encoding::utf8) {
    source_.emplace(std::move(opened.file), name);
  } else {
    spool(opened.file, sniffed.encoding, sniffed.mark_bytes);
  }
}

/// Replaces the source by a UTF-8 copy of `from`. @throws BadData where the bytes are not of that encoding
void CsvStream::State::spool(FileHandle& from, Encoding encoding, std::size_t mark_bytes) {
  if (::lseek(from.get(), static_cast<off_t>(mark_bytes), SEEK_SET) < 0) changed();
  FileHandle copy = open_spool();
  Transcoder transcoder(encoding);
  Sha256 hash;
  hash.update(mark_);
  std::string buffer(std::size_t{1} << 18, '\0'), text;
  LineCounter lines;
  for (std::uint64_t written = 0;;) {
    const std::size_t got = read_some(from, buffer.data(), buffer.size(), name);
    hash.update({buffer.data(), got});
    text.clear();
    const bool good = transcoder.append({buffer.data(), got}, got == 0, text);
    lines.add(text);
    if (!good) throw BadData(broken_text(name, encoding, lines.line()));
    write_all(copy, text, name);
    written += text.size();
    size = written;
    if (got == 0) break;
  }
  if (encoding == Encoding::gb18030 && mark_bytes == 0 && !transcoder.plausible()) {
    throw BadData(broken_text(name, encoding, lines.line()));
  }
  provenance.sha256 = hash.hex();
  source_.emplace(std::move(copy), name);
  start_ = 0;
  mark_.clear();
  spooled_ = transcoded_ = true;
}

/// After a byte that is no UTF-8: the whole text as GB18030, if it is that.
bool CsvStream::State::spool_gb18030() {
  if (marked_ || transcoded_) return false;
  FileHandle original = source_->release();
  try {
    spool(original, Encoding::gb18030, 0);
  } catch (const BadData&) {
    source_.emplace(std::move(original), name);
    return false;
  }
  extra_warnings_.emplace_back(kGb18030Warning);
  return true;
}

/// One pass over all of the text. false: it must be repeated with what was learnt.
bool CsvStream::State::learn_pass(TextColumns& text_columns) {
  totals = {};
  parser_ = std::make_unique<CsvParser>(name, options, text_columns);
  Sha256 hash;
  hash.update(mark_);
  source_->hash_into(transcoded_ ? nullptr : &hash);
  const PassEnd end = run_pass(*source_, start_, *parser_, true, [&](CsvParser& parser, std::uint64_t bytes_done) {
    parser.add_counts(totals);
    parser.discard_rows();
    if (options.progress) options.progress(bytes_done, size);
  });
  source_->hash_into(nullptr);
  if (!end.utf8) {
    if (!spool_gb18030()) throw BadData(encoding_error(name, *source_, end.invalid_at));
    text_columns.clear();
    return false;
  }
  if (!parser_->errors().empty()) throw BadData(parser_->errors());
  if (!transcoded_) provenance.sha256 = hash.hex();
  text_columns = parser_->text_columns();
  return !parser_->needs_another_pass();
}

void CsvStream::State::learn() {
  TextColumns text_columns;
  CsvParser first(name, options);
  const PassEnd end = run_pass(*source_, start_, first, false, nullptr);
  if (end.utf8) text_columns = first.text_columns();
  while (!learn_pass(text_columns)) {
  }
  provenance.name = name;
  provenance.time_unit = parser_->time_unit();
  provenance.age_column = parser_->age_column();
  options.warnings.insert(options.warnings.end(), extra_warnings_.begin(), extra_warnings_.end());
  for (std::string& w : parser_->warnings()) options.warnings.push_back(std::move(w));
}

/// Makes ready for handing out the rows.
void CsvStream::State::rewind() {
  auto again = std::make_unique<CsvParser>(name, options, parser_->text_columns());
  again->drop_columns(parser_->dropped_columns());
  again->start_with_levels(parser_->take_levels());
  parser_ = std::move(again);
  source_->rewind(start_);
  if (!spooled_) {
    check_.update(mark_);
    source_->hash_into(&check_);
  }
}

bool CsvStream::State::next(LifeTable& block, std::size_t max_rows) {
  max_rows = std::max<std::size_t>(max_rows, 1);
  while (parser_->rows() < max_rows && !ended_) {
    used_ += parser_->feed(window_.substr(used_), source_->last(), max_rows);
    done = source_->offset() + used_;
    if (!parser_->errors().empty()) changed();
    if (parser_->rows() >= max_rows) break;
    if (source_->last()) {
      ended_ = true;
      if (!spooled_ && check_.hex() != provenance.sha256) changed();
      break;
    }
    window_ = source_->refill(used_);
    used_ = 0;
  }
  parser_->move_rows(block);
  block.provenance = provenance;
  return block.rows() > 0;
}

CsvStream::CsvStream(const std::string& path, CsvOptions options)
    : state_(std::make_unique<State>(path, std::move(options))) {}
CsvStream::~CsvStream() = default;
CsvStream::CsvStream(CsvStream&&) noexcept = default;
CsvStream& CsvStream::operator=(CsvStream&&) noexcept = default;

bool CsvStream::next(LifeTable& block, std::size_t max_rows) {
  return state_->next(block, max_rows);
}
const LifeCounts& CsvStream::counts() const noexcept {
  return state_->totals;
}
const Provenance& CsvStream::provenance() const noexcept {
  return state_->provenance;
}
const std::vector<std::string>& CsvStream::warnings() const noexcept {
  return state_->options.warnings;
}
std::uint64_t CsvStream::bytes_total() const noexcept {
  return state_->size;
}
std::uint64_t CsvStream::bytes_done() const noexcept {
  return state_->done;
}

}  // namespace relia::io
