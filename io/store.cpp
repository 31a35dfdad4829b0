#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <new>
#include <utility>

#include <sys/stat.h>

#include <relia/io/store.hpp>

#include "io/store_child.hpp"
#include "io/store_codec.hpp"
#include "io/store_file.hpp"
#include "io/store_layout.hpp"
#include "io/store_read.hpp"
#include "io/store_write.hpp"

namespace relia::io {

namespace {

Deadline deadline_in(double seconds) {
  // Beyond a year a clock's arithmetic would overflow before anybody's patience ends.
  const double s = seconds >= 0.0 ? std::min(seconds, 3.0e7) : 0.0;
  return std::chrono::steady_clock::now() +
         std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(s));
}

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

void check_name(const std::string& name) {
  if (const std::string why = why_not_a_store_name(name); !why.empty()) {
    throw UsageError("'" + name + "' cannot name a data set: " + why);
  }
}

void put(WireWriter& w, const JournalTrailer& t) {
  for (const std::uint64_t v : {t.start, t.pages, t.old_eof, t.new_eof, t.checksum}) w.number(v);
}

JournalTrailer get_trailer(WireReader& r) {
  JournalTrailer t;
  for (std::uint64_t* v : {&t.start, &t.pages, &t.old_eof, &t.new_eof, &t.checksum}) *v = r.number();
  return t;
}

// An open store, locked for reading. Should a commit have been cut off, its completion is tried first, so that
// other HDF5 programs see a whole file again; where that is not permitted the journal is read along.
struct ReadAccess {
  StoreLock lock;
  StoreFile file;

  static ReadAccess open(const std::string& path, const Store::Options& options) {
    const Deadline deadline = deadline_in(options.lock_timeout);
    bool pending = false;
    {
      ReadAccess access = once(path, deadline);
      if (access.file.overlay().empty()) return access;
      pending = true;
    }
    if (pending) {
      try {
        StoreLock writer(path, StoreLock::Kind::write, deadline);
        (void)StoreFile::open(path, true, writer, deadline);
      } catch (const MachineError&) {
      }
    }
    return once(path, deadline);
  }

 private:
  static ReadAccess once(const std::string& path, Deadline deadline) {
    StoreLock lock(path, StoreLock::Kind::read, deadline);
    StoreFile file = StoreFile::open(path, false, lock, deadline);
    return {std::move(lock), std::move(file)};
  }
};

// Walks the file in the child and takes its answer apart here.
template <class Take>
auto ask(const StoreFile& file,
         const std::string& path,
         double patience,
         std::function<std::string(hid_t, StoreImage&, const Beat&)> work,
         Take take) {
  ChildJob job;
  job.path = path;
  job.silence = patience;
  job.work = [&](const Beat& beat) {
    StoreImage image(file, false, true);
    const Handle h5 = open_store(image, false, path);
    return work(h5, image, beat);
  };
  const std::string answer = run_in_child(job);
  try {
    WireReader wire(answer);
    return take(wire);
  } catch (const WireError& e) {
    throw damaged(path, e.what());
  }
}

DatasetRecord ask_one(
    const StoreFile& file, const std::string& path, double patience, const std::string& name, Depth depth) {
  return ask(
      file, path, patience,
      [&](hid_t h5, StoreImage& image, const Beat& beat) {
        WireWriter wire;
        put(wire, describe(h5, image, path, name, depth, beat));
        return wire.take();
      },
      [](WireReader& wire) { return get_dataset(wire); });
}

// One change: locked, made by the child, committed here.
template <class Change>
std::string change_store(const std::string& path,
                         const Store::Options& options,
                         bool may_create,
                         const std::function<void(std::uint64_t)>& progress,
                         Change change) {
  const Deadline deadline = deadline_in(options.lock_timeout);
  struct stat st {};
  if (!may_create && ::stat(path.c_str(), &st) != 0) refuse(path, "cannot be opened", errno);
  StoreLock lock(path, StoreLock::Kind::write, deadline);
  const bool create = may_create && ::stat(path.c_str(), &st) != 0 && errno == ENOENT;
  StoreFile file = create ? StoreFile::create(path) : StoreFile::open(path, true, lock, deadline);
  try {
    ChildJob job;
    job.path = path;
    job.writes = true;
    job.silence = 3.0 * options.patience;  // a block of rows is compressed between two signs
    job.memory = std::uint64_t{4} << 30;
    job.progress = progress;
    job.work = [&](const Beat& beat) {
      WireWriter wire;
      std::string note;
      put(wire, change(file, beat, note));
      wire.text(note);
      return wire.take();
    };
    const std::string answer = run_in_child(job);
    WireReader wire(answer);
    const JournalTrailer journal = get_trailer(wire);
    std::string note = wire.text();
    if (file.is_new()) {
      file.publish(false);
    } else {
      // A waiting time of its own: the change may have taken longer than a lock is waited for.
      file.commit(journal, lock, deadline_in(options.lock_timeout));
    }
    return note;
  } catch (const WireError& e) {
    file.roll_back();
    throw damaged(path, e.what());
  } catch (...) {
    file.roll_back();
    throw;
  }
}

// Superblocks decoded from the file, by as many threads as ask.
class StoredBlocks final : public RowBlocks {
 public:
  StoredBlocks(ReadAccess access, DatasetRecord record, std::string place)
      : access_(std::move(access)), place_(std::move(place)) {
    provenance_ = {place_, record.dataset.source_sha256, record.dataset.time_unit};
    std::erase_if(record.columns, [](const ColumnRecord& c) { return c.column.role == "other"; });
    record_ = std::move(record);
    const DatasetReader reader(access_.file, record_, place_, 1);
    rows_ = reader.rows();
    chunk_rows_ = reader.chunk_rows();
    seen_.resize(blocks());
    unseen_ = blocks();
  }
  [[nodiscard]] std::uint64_t rows() const noexcept override { return rows_; }
  [[nodiscard]] const Provenance& provenance() const noexcept override { return provenance_; }

  [[nodiscard]] RowView block(std::size_t index, LifeTable& scratch) const override {
    const std::uint64_t from = index * std::uint64_t{kSuperblockRows}, to = std::min(rows_, from + kSuperblockRows);
    std::unique_ptr<DatasetReader> reader = take_reader();
    reader->restart();
    const std::uint64_t first = from / chunk_rows_;
    reader->read(first, (to - 1) / chunk_rows_ + 1, scratch);
    note(index, std::move(reader));
    const auto skip = static_cast<std::size_t>(from - first * chunk_rows_);
    const auto n = static_cast<std::size_t>(to - from);
    const auto part = [&](const std::vector<double>& column) {
      return column.empty() ? std::span<const double>{} : std::span<const double>(column).subspan(skip, n);
    };
    return {part(scratch.lower),
            part(scratch.upper),
            part(scratch.count),
            part(scratch.entry),
            part(scratch.exit),
            {},
            from};
  }

 private:
  std::unique_ptr<DatasetReader> take_reader() const {
    {
      const std::lock_guard lock(mutex_);
      if (!readers_.empty()) {
        std::unique_ptr<DatasetReader> out = std::move(readers_.back());
        readers_.pop_back();
        return out;
      }
    }
    return std::make_unique<DatasetReader>(access_.file, record_, place_, 1);
  }

  // What the chunks alone cannot show: a column that is whole, but not the one that was written.
  void note(std::size_t index, std::unique_ptr<DatasetReader> used) const {
    const std::lock_guard lock(mutex_);
    if (seen_[index] == 0 && kSuperblockRows % chunk_rows_ == 0) {
      seen_[index] = 1;
      sums_.add(used->sums());
      if (--unseen_ == 0) used->compare(sums_);
    }
    readers_.push_back(std::move(used));
  }

  ReadAccess access_;
  DatasetRecord record_;
  std::string place_;
  Provenance provenance_;
  std::uint64_t rows_ = 0, chunk_rows_ = 1;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<DatasetReader>> readers_;
  mutable std::vector<char> seen_;
  mutable std::size_t unseen_ = 0;
  mutable DatasetReader::Sums sums_;
};

StoredResult finish_result(const StoreFile& file, const std::string& place, const ResultRecord& record) {
  StoredResult r = record.result;
  const std::vector<std::string> text = read_texts(file, record.json, place, "result '" + r.id + "'");
  if (text.size() != 1) throw damaged(place, "damaged: result '" + r.id + "' is not one text");
  r.json = text.front();
  return r;
}

}  // namespace

std::optional<StoreAddress> parse_store_address(std::string_view data) {
  const auto lower = [](std::string_view s) {
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::tolower(c); });
    return out;
  };
  const std::string low = lower(data);
  for (std::size_t colon = data.size(); (colon = data.rfind(':', colon)) != std::string_view::npos;) {
    const std::string_view file = data.substr(0, colon);
    const auto ends = [&](std::string_view e) {
      return file.size() > e.size() && low.compare(colon - e.size(), e.size(), e) == 0;
    };
    if (ends(".h5") || ends(".hdf5")) {
      StoreAddress a;
      a.file = file;
      a.name = data.substr(colon + 1);
      if (const std::size_t hash = a.name.find('#'); hash != std::string::npos) {
        a.result = a.name.substr(hash + 1);
        a.name.resize(hash);
      }
      return a;
    }
    if (colon == 0) break;
    --colon;
  }
  return std::nullopt;
}

std::string why_not_a_store_name(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > 255) return "it is longer than 255 characters";
  std::size_t parts = 0, from = 0;
  for (;;) {
    const std::size_t slash = name.find('/', from);
    const std::string_view part = name.substr(from, slash == std::string_view::npos ? slash : slash - from);
    ++parts;
    if (part.empty()) return "one of its parts is empty";
    if (part == "." || part == "..") return "one of its parts is '.' or '..'";
    for (const char c : part) {
      if (!name_character(c)) return "parts are made of letters, digits, '.', '_' and '-'";
    }
    if (slash == std::string_view::npos) break;
    from = slash + 1;
  }
  return parts > 8 ? "it has more than 8 parts" : "";
}

Store::Store(std::string path) : Store(std::move(path), Options{}) {}
Store::Store(std::string path, Options options) : path_(std::move(path)), options_(options) {}

void Store::import_blocks(const std::string& name,
                          const BlockSource& source,
                          const Provenance& provenance,
                          const StoreImport& options) {
  check_name(name);
  if (options.replace && options.append) throw UsageError("--replace and --append exclude each other");
  if (options.compression < 0 || options.compression > 12) throw UsageError("--compression takes 0 to 12");
  (void)change_store(path_, options_, true, options.progress, [&](StoreFile& file, const Beat& beat, std::string&) {
    return write_dataset(file, name, source, provenance, options, options_.threads, beat);
  });
}

void Store::import_table(const std::string& name, const LifeTable& table, const StoreImport& options) {
  std::size_t at = 0;
  const BlockSource source = [&](LifeTable& block, std::size_t max_rows) {
    const std::size_t n = std::min(max_rows, table.rows() - at);
    if (n == 0) return false;
    const auto slice = [&](const auto& from, auto& to) {
      using Difference = std::ptrdiff_t;
      to.clear();
      if (!from.empty()) to.assign(from.begin() + Difference(at), from.begin() + Difference(at + n));
    };
    slice(table.lower, block.lower);
    slice(table.upper, block.upper);
    slice(table.count, block.count);
    slice(table.entry, block.entry);
    slice(table.exit, block.exit);
    slice(table.line, block.line);
    block.columns.resize(table.columns.size());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const Column& from = table.columns[c];
      Column& to = block.columns[c];
      to.name = from.name;
      to.unit = from.unit;
      to.type = from.type;
      if (to.levels != from.levels) to.levels = from.levels;
      slice(from.numbers, to.numbers);
      slice(from.codes, to.codes);
    }
    at += n;
    return true;
  };
  const auto ragged = [&](const std::vector<double>& v) { return !v.empty() && v.size() != table.rows(); };
  bool bad = table.upper.size() != table.rows() || ragged(table.count) || ragged(table.entry) || ragged(table.exit) ||
             (!table.line.empty() && table.line.size() != table.rows());
  for (const Column& c : table.columns) bad = bad || c.rows() != table.rows();
  if (bad) throw damaged(table.provenance.name, "the table has columns of different lengths");
  import_blocks(name, source, table.provenance, options);
}

std::vector<StoredDataset> Store::list() const {
  const ReadAccess access = ReadAccess::open(path_, options_);
  return ask(
      access.file, path_, options_.patience,
      [&](hid_t h5, StoreImage& image, const Beat& beat) {
        WireWriter wire;
        const std::vector<std::string> names = walk_names(h5, path_, beat);
        wire.number(names.size());
        for (const std::string& name : names) {
          put(wire, describe(h5, image, path_, name, Depth::attributes, beat));
          beat(0);
        }
        return wire.take();
      },
      [](WireReader& wire) {
        std::vector<StoredDataset> out(wire.count(100));
        for (StoredDataset& d : out) d = get_dataset(wire).dataset;
        return out;
      });
}

StoredDataset Store::info(const std::string& name) const {
  check_name(name);
  const ReadAccess access = ReadAccess::open(path_, options_);
  return ask_one(access.file, path_, options_.patience, name, Depth::attributes).dataset;
}

Expected<LifeTable, DataErrors> Store::read(const std::string& name, StoredDataset* about) const {
  check_name(name);
  const std::string place = path_ + ":" + name;
  try {
    const ReadAccess access = ReadAccess::open(path_, options_);
    DatasetRecord record = ask_one(access.file, path_, options_.patience, name, Depth::columns);
    LifeTable table;
    table.provenance = {place, record.dataset.source_sha256, record.dataset.time_unit};
    if (about != nullptr) *about = record.dataset;
    DatasetReader reader(access.file, std::move(record), place, options_.threads);
    reader.read(0, reader.chunks(), table);
    reader.finish();
    return table;
  } catch (const BadData& e) {
    return Unexpected{e.errors()};
  } catch (const std::bad_alloc&) {
    throw MachineError(place + ": out of memory");
  }
}

void Store::read_blocks(const std::string& name, const std::function<bool(const LifeTable& block)>& take) const {
  check_name(name);
  const std::string place = path_ + ":" + name;
  const ReadAccess access = ReadAccess::open(path_, options_);
  DatasetRecord record = ask_one(access.file, path_, options_.patience, name, Depth::columns);
  LifeTable block;
  block.provenance = {place, record.dataset.source_sha256, record.dataset.time_unit};
  DatasetReader reader(access.file, std::move(record), place, options_.threads);
  const std::uint64_t step = std::max<std::uint64_t>(1, 262144 / reader.chunk_rows());
  for (std::uint64_t k = 0; k < reader.chunks(); k += step) {
    reader.read(k, std::min(k + step, reader.chunks()), block);
    if (!take(block)) return;
  }
  reader.finish();
}

std::unique_ptr<RowBlocks> Store::open_blocks(const std::string& name, StoredDataset* about) const {
  check_name(name);
  ReadAccess access = ReadAccess::open(path_, options_);
  DatasetRecord record = ask_one(access.file, path_, options_.patience, name, Depth::columns);
  if (about != nullptr) *about = record.dataset;
  return std::make_unique<StoredBlocks>(std::move(access), std::move(record), path_ + ":" + name);
}

std::string Store::save_result(const std::string& name, const StoredResult& result) {
  check_name(name);
  if (!result.id.empty() && (!why_not_a_store_name(result.id).empty() || result.id.find('/') != std::string::npos)) {
    throw UsageError("'" + result.id + "' cannot name a result: letters, digits, '.', '_' and '-'");
  }
  if (result.json.size() > kMaxChunk || result.command.size() > kMaxText ||
      result.json.find('\0') != std::string::npos || result.command.find('\0') != std::string::npos) {
    throw UsageError("the result is too long to be kept in " + path_);
  }
  return change_store(path_, options_, false, {}, [&](StoreFile& file, const Beat& beat, std::string& note) {
    StoredResult kept = result;
    if (kept.saved_utc.empty()) kept.saved_utc = utc_now();
    const JournalTrailer journal = write_result(file, name, kept, beat);
    note = kept.id;
    return journal;
  });
}

std::vector<StoredResult> Store::results(const std::string& name) const {
  check_name(name);
  const std::string place = path_ + ":" + name;
  const ReadAccess access = ReadAccess::open(path_, options_);
  const DatasetRecord record = ask_one(access.file, path_, options_.patience, name, Depth::results);
  std::vector<StoredResult> out;
  for (const ResultRecord& r : record.results) out.push_back(finish_result(access.file, place, r));
  return out;
}

StoredResult Store::result(const std::string& name, const std::string& id) const {
  check_name(name);
  const std::string place = path_ + ":" + name;
  const ReadAccess access = ReadAccess::open(path_, options_);
  const DatasetRecord record = ask_one(access.file, path_, options_.patience, name, Depth::results);
  for (const ResultRecord& r : record.results) {
    if (r.result.id == id) return finish_result(access.file, place, r);
  }
  throw damaged(place, "has no result '" + id + "'");
}

void Store::remove(const std::string& name) {
  check_name(name);
  (void)change_store(path_, options_, false, {},
                     [&](StoreFile& file, const Beat& beat, std::string&) { return remove_dataset(file, name, beat); });
}

std::uint64_t Store::compact() {
  const Deadline deadline = deadline_in(options_.lock_timeout);
  struct stat st {};
  if (::stat(path_.c_str(), &st) != 0) refuse(path_, "cannot be opened", errno);
  StoreLock lock(path_, StoreLock::Kind::write, deadline);
  StoreFile old = StoreFile::open(path_, true, lock, deadline);
  StoreFile fresh = StoreFile::create(path_);
  try {
    ChildJob job;
    job.path = path_;
    job.writes = true;
    job.silence = 3.0 * options_.patience;
    job.memory = std::uint64_t{4} << 30;
    job.work = [&](const Beat& beat) {
      WireWriter wire;
      put(wire, copy_store(old, fresh, beat));
      return wire.take();
    };
    const std::string answer = run_in_child(job);
    WireReader wire(answer);
    const JournalTrailer done = get_trailer(wire);
    fresh.publish(true);
    return old.eof() > done.new_eof ? old.eof() - done.new_eof : 0;
  } catch (const WireError& e) {
    fresh.roll_back();
    throw damaged(path_, e.what());
  } catch (...) {
    fresh.roll_back();
    throw;
  }
}

StoreVerification Store::verify() const {
  StoreVerification v;
  const auto note = [&v](const DataErrors& errors) {
    for (const DataError& e : errors.first) v.errors.add(e);
  };
  try {
    const ReadAccess access = ReadAccess::open(path_, options_);
    std::vector<DatasetRecord> records;
    ask(
        access.file, path_, options_.patience,
        [&](hid_t h5, StoreImage& image, const Beat& beat) {
          WireWriter wire;
          const std::vector<std::string> names = walk_names(h5, path_, beat);
          wire.number(names.size());
          for (const std::string& name : names) {
            try {
              const DatasetRecord record = describe(h5, image, path_, name, Depth::everything, beat);
              wire.number(1);
              put(wire, record);
            } catch (const BadData& e) {
              wire.number(0);
              wire.text(e.errors().first.front().message);
              wire.text(name);
            }
            beat(0);
          }
          return wire.take();
        },
        [&](WireReader& wire) {
          const std::uint64_t n = wire.count(8);
          for (std::uint64_t i = 0; i < n; ++i) {
            if (wire.number() == 1) {
              records.push_back(get_dataset(wire));
            } else {
              const std::string message = wire.text();
              v.errors.add({path_ + ":" + wire.text(), 0, "", message});
            }
          }
          return 0;
        });
    // No two chunks may share a byte.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> extents;
    const auto gather = [&extents](const StoredArray& a) {
      for (const ChunkPlace& c : a.chunks) extents.emplace_back(c.address, c.size);
    };
    for (DatasetRecord& record : records) {
      const std::string place = path_ + ":" + record.dataset.name;
      ++v.datasets;
      v.columns += record.columns.size();
      for (const ColumnRecord& c : record.columns) {
        gather(c.data);
        gather(c.levels);
      }
      for (const ResultRecord& r : record.results) {
        ++v.results;
        gather(r.json);
        try {
          (void)finish_result(access.file, place, r);
        } catch (const BadData& e) {
          note(e.errors());
        }
      }
      try {
        DatasetReader reader(access.file, std::move(record), place, options_.threads);
        LifeTable block;
        const std::uint64_t step = std::max<std::uint64_t>(1, 262144 / reader.chunk_rows());
        for (std::uint64_t k = 0; k < reader.chunks(); k += step) {
          reader.read(k, std::min(k + step, reader.chunks()), block);
        }
        reader.finish();
        v.rows += reader.rows();
        v.bytes += reader.bytes();
      } catch (const BadData& e) {
        note(e.errors());
      }
    }
    std::sort(extents.begin(), extents.end());
    for (std::size_t i = 1; i < extents.size(); ++i) {
      if (extents[i].first < extents[i - 1].first + extents[i - 1].second) {
        v.errors.add({path_, 0, "", "damaged: two chunks lie on the same bytes"});
        break;
      }
    }
  } catch (const BadData& e) {
    note(e.errors());
  } catch (const std::bad_alloc&) {
    throw MachineError(path_ + ": out of memory");
  }
  return v;
}

}  // namespace relia::io
