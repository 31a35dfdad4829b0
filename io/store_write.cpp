#include "io/store_write.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <relia/io/hash.hpp>

#include "io/hdf5_driver.hpp"
#include "io/store_column.hpp"
#include "io/store_layout.hpp"

namespace relia::io {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm t{};
  (void)::gmtime_r(&now, &t);
  std::array<char, 32> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &t);
  return text.data();
}

namespace {

constexpr const char* kUnfinished = "~new";  // no name can hold a tilde

// HDF5's refusals while writing: the disk's fault when a write has failed, the file's otherwise.
template <class Work>
auto guarded(StoreImage& image, const std::string& path, Work work) {
  try {
    auto result = work();
    image.check();
    return result;
  } catch (const Hdf5Error& e) {
    image.check();
    throw damaged(path, std::string("damaged: ") + e.what());
  }
}

Handle create_store(StoreImage& image) {
  const Handle create(H5Pcreate(H5P_FILE_CREATE), "no file properties");
  // Freed space is remembered in the file and used again.
  checked(H5Pset_file_space_strategy(create, H5F_FSPACE_STRATEGY_FSM_AGGR, true, 1), "no space strategy");
  const Handle access = access_through(image);
  Handle file(H5Fcreate("store", H5F_ACC_TRUNC, create, access), "it cannot be made");
  set_text(file, "relia_format", kFormat);
  set_integer(file, "schema_version", kSchemaVersion);
  const Handle datasets(H5Gcreate2(file, "datasets", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "no group");
  return file;
}

Handle open_for_change(StoreImage& image, const std::string& path) {
  Handle file = open_store(image, true, path);
  const auto n = static_cast<std::size_t>(
      checked(H5Fget_free_sections(file, H5FD_MEM_DEFAULT, 0, nullptr), "free space cannot be read"));
  std::vector<H5F_sect_info_t> sections(n);
  if (n > 0) checked(H5Fget_free_sections(file, H5FD_MEM_DEFAULT, n, sections.data()), "free space cannot be read");
  std::vector<StoreImage::Extent> free;
  for (const H5F_sect_info_t& s : sections) free.push_back({s.addr, s.addr + s.size});
  image.allow_in_place(std::move(free));
  return file;
}

Handle open_or_create(StoreFile& file, StoreImage& image) {
  return file.is_new() ? create_store(image) : open_for_change(image, file.path());
}

JournalTrailer close_and_prepare(Handle& file, StoreImage& image) {
  checked(H5Fclose(file.release()), "it cannot be closed");
  return image.prepare();
}

// Makes the groups above `name` and says where its own link goes.
std::string make_parents(hid_t file, const std::string& path, const std::string& name) {
  std::string at = "datasets";
  std::size_t from = 0;
  for (std::size_t slash; (slash = name.find('/', from)) != std::string::npos; from = slash + 1) {
    const std::string part = name.substr(0, slash);
    at = "datasets/" + part;
    if (H5Lexists(file, at.c_str(), H5P_DEFAULT) > 0) {
      if (presence(file, path, part) == Presence::dataset) {
        throw UsageError("'" + part + "' is a data set in " + path + "; no name may go on below it: '" + name + "'");
      }
      continue;
    }
    const Handle group(H5Gcreate2(file, at.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "a group cannot be made");
  }
  return "datasets/" + name;
}

const char* numeric_name(const std::string& role) {
  if (role == "entry") return "trunc_lower";
  if (role == "exit") return "trunc_upper";
  return role.c_str();
}

// A data set that takes blocks.
class DatasetWriter {
 public:
  DatasetWriter(hid_t group, std::string place, const StoreImport& options, int threads)
      : group_(group), place_(std::move(place)), options_(options), pump_(threads, options.compression) {}

  /// Takes up a data set that is there.
  void resume(const DatasetRecord& record) {
    dataset_ = record.dataset;
    resumed_ = true;
    started_ = true;
    for (const ColumnRecord& c : record.columns) {
      auto writer = std::make_unique<ColumnWriter>(group_, c, options_.compression, place_);
      rows_ = c.data.rows;
      chunk_rows_ = c.data.chunk_rows;
      if (c.column.role == "other") {
        others_.push_back(std::move(writer));
      } else {
        life_[c.column.role] = std::move(writer);
      }
    }
  }

  void take(const LifeTable& block) {
    check(block);
    const std::size_t n = block.rows();
    if (n == 0) return;
    if (!started_) start(block);
    match(block);
    life("lower", block.lower, 0.0);
    life("upper", block.upper, 0.0);
    life("count", block.count, 1.0);
    life("entry", block.entry, 0.0);
    life("exit", block.exit, std::numeric_limits<double>::infinity());
    for (std::size_t i = 0; i < others_.size(); ++i) {
      const Column& c = block.columns[order_[i]];
      if (c.type == Column::Type::number) {
        others_[i]->append(c.numbers, pump_, place_);
      } else {
        others_[i]->append(c.codes, c.levels, place_);
      }
    }
    rows_ += n;
    const LifeCounts more = count_by_kind(block);
    LifeCounts& sum = dataset_.counts;
    sum.n += more.n;
    sum.failures += more.failures;
    sum.right_censored += more.right_censored;
    sum.left_censored += more.left_censored;
    sum.interval_censored += more.interval_censored;
    sum.truncated += more.truncated;
    sum.rows += more.rows;
    if (sum.n >= std::uint64_t{1} << 53) throw damaged(place_, "the counts add up to 2^53 or more");
    pump_.run(arrays(), false);
  }

  void finish(const Provenance& provenance) {
    if (!started_ || rows_ == 0) throw damaged(place_, "there are no rows to import");
    pump_.run(arrays(), true);
    std::string description;
    for (const char* role : {"lower", "upper", "count", "entry", "exit"}) {
      const auto it = life_.find(role);
      if (it != life_.end()) close(*it->second, description);
    }
    for (auto& c : others_) close(*c, description);

    StoredDataset& d = dataset_;
    const std::string file = options_.source_file.empty() ? provenance.name : options_.source_file;
    const std::string now = utc_now();
    if (resumed_) {
      ++d.appends;
      const std::string name = "append_" + std::to_string(d.appends);
      set_text(group_, name.c_str(), now + " " + provenance.sha256 + " " + std::to_string(rows_) + " rows " + file);
      d.source_sha256 = sha256_hex(d.source_sha256 + provenance.sha256);
    } else {
      d.source_sha256 = provenance.sha256;
    }
    if (!options_.source.empty()) d.source = options_.source;
    set_text(group_, "source", d.source);
    set_text(group_, "source_file", file);
    set_text(group_, "source_sha256", d.source_sha256);
    set_text(group_, "imported_utc", now);
    set_text(group_, "time_unit", d.time_unit);
    set_text(group_, "relia_version", RELIA_VERSION);
    set_text(group_, "data_hash", sha256_hex(description));
    set_integer(group_, "schema_version", kSchemaVersion);
    set_integer(group_, "appends", static_cast<std::int64_t>(d.appends));
    const std::array<std::pair<const char*, std::uint64_t>, 7> counts = {
        {{"n", d.counts.n},
         {"failures", d.counts.failures},
         {"right_censored", d.counts.right_censored},
         {"left_censored", d.counts.left_censored},
         {"interval_censored", d.counts.interval_censored},
         {"truncated", d.counts.truncated},
         {"rows", d.counts.rows}}};
    for (const auto& [name, value] : counts) set_integer(group_, name, static_cast<std::int64_t>(value));
    set_text(group_, "relia_kind", "dataset");
  }

  /// Unit of time of what comes in; two that differ are refused, since nothing is ever converted.
  void set_time_unit(const std::string& unit) {
    if (unit.empty()) return;
    if (!dataset_.time_unit.empty() && dataset_.time_unit != unit) {
      throw UsageError("--append: the times of " + place_ + " are in '" + dataset_.time_unit + "', the new ones in '" +
                       unit + "'; nothing is converted");
    }
    dataset_.time_unit = unit;
  }

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }

 private:
  void check(const LifeTable& block) const {
    const std::size_t n = block.rows();
    const auto fits = [n](const std::vector<double>& v) { return v.empty() || v.size() == n; };
    bool ok = block.upper.size() == n && fits(block.count) && fits(block.entry) && fits(block.exit);
    for (const Column& c : block.columns) {
      ok = ok && c.rows() == n;
      if (c.type == Column::Type::text) {
        ok = ok && std::all_of(c.codes.begin(), c.codes.end(), [&](std::uint32_t k) { return k < c.levels.size(); });
      }
    }
    if (!ok) throw damaged(place_, "the table has columns of different lengths");
    for (std::size_t i = 0; i < n; ++i) {
      const double count = block.count_at(i);
      if (!(block.lower[i] <= block.upper[i]) || std::isinf(block.lower[i]) || !(count >= 0.0) ||
          count != std::floor(count) || count > 9007199254740992.0) {
        DataErrors errors;
        errors.add({place_, line_of(block, i), "", "the row is no interval with a whole count"});
        throw BadData(std::move(errors));
      }
    }
  }

  void start(const LifeTable& block) {
    started_ = true;
    const std::size_t columns = block.columns.size() + 5;
    if (columns > kMaxColumns) {
      throw damaged(place_, std::to_string(block.columns.size()) + " columns are more than a data set keeps (" +
                                std::to_string(kMaxColumns - 5) + ")");
    }
    chunk_rows_ = chunk_rows_for(block.rows(), columns);
    for (std::size_t i = 0; i < block.columns.size(); ++i) {
      const Column& c = block.columns[i];
      std::string number = std::to_string(i + 1);
      number.insert(0, 5 - std::min<std::size_t>(number.size(), 5), '0');
      others_.push_back(std::make_unique<ColumnWriter>(
          group_, "column_" + number, StoredColumn{c.name, "other", "", unit_of(c.name, c.unit), 0, 0, 0},
          c.type == Column::Type::text, c.type == Column::Type::number, chunk_rows_, options_.compression));
    }
  }

  std::string unit_of(const std::string& name, const std::string& unit) const {
    for (const auto& [column, given] : options_.units) {
      if (column == name) return given;
    }
    return unit;
  }

  // Finds the block's column for each of ours. Nothing may be missing, new or of another type.
  void match(const LifeTable& block) {
    std::map<std::string, std::size_t> by_name;
    for (std::size_t i = 0; i < block.columns.size(); ++i) by_name.emplace(block.columns[i].name, i);
    DataErrors errors;
    order_.clear();
    for (const auto& c : others_) {
      const StoredColumn& ours = c->column();
      const auto it = by_name.find(ours.name);
      if (it == by_name.end()) {
        errors.add({place_, 0, ours.name, "the data set has this column, the new rows have not"});
        continue;
      }
      const Column& theirs = block.columns[it->second];
      const bool text = theirs.type == Column::Type::text;
      if (text != (ours.type == "text")) {
        errors.add({place_, 0, ours.name,
                    std::string("the data set holds ") + (text ? "numbers" : "text") + " here, the new rows " +
                        (text ? "text" : "numbers")});
      }
      const std::string unit = unit_of(theirs.name, theirs.unit);
      if (!unit.empty() && !ours.unit.empty() && unit != ours.unit) {
        errors.add({place_, 0, ours.name,
                    "the data set holds '" + ours.unit + "' here, the new rows '" + unit + "'; nothing is converted"});
      }
      if (!unit.empty() && ours.unit.empty()) c->set_unit(unit);
      order_.push_back(it->second);
      by_name.erase(it);
    }
    for (const auto& [name, index] : by_name) {
      errors.add({place_, 0, name, "the new rows have this column, the data set has not"});
    }
    if (!errors.empty()) throw BadData(std::move(errors));
  }

  // A column of the life itself. One that is absent means `otherwise` in every row.
  void life(const std::string& role, const std::vector<double>& values, double otherwise) {
    auto it = life_.find(role);
    if (it == life_.end()) {
      if (values.empty()) return;
      it = life_
               .emplace(role, std::make_unique<ColumnWriter>(
                                  group_, role,
                                  StoredColumn{numeric_name(role), role, "", unit_of(numeric_name(role), ""), 0, 0, 0},
                                  false, role == "count", chunk_rows_, options_.compression))
               .first;
      it->second->append_constant(otherwise, rows_, pump_, place_);
    }
    if (!values.empty()) {
      it->second->append(values, pump_, place_);
    } else {
      // As long as the column of lower ends, which has this block already.
      it->second->append_constant(otherwise, life_.at("lower")->array().rows() - it->second->array().rows(), pump_,
                                  place_);
    }
  }

  void close(ColumnWriter& column, std::string& description) {
    const bool time = column.column().role != "other" && column.column().role != "count";
    if (time && column.column().unit.empty()) column.set_unit(dataset_.time_unit);
    column.finish(pump_);
    column.describe(description);
  }

  std::vector<ArrayWriter*> arrays() {
    std::vector<ArrayWriter*> all;
    for (auto& [role, c] : life_) all.push_back(&c->array());
    for (auto& c : others_) all.push_back(&c->array());
    return all;
  }

  hid_t group_;
  std::string place_;
  const StoreImport& options_;
  ChunkPump pump_;
  StoredDataset dataset_;
  bool started_ = false, resumed_ = false;
  std::uint64_t rows_ = 0, chunk_rows_ = kChecksumRows;
  std::map<std::string, std::unique_ptr<ColumnWriter>> life_;
  std::vector<std::unique_ptr<ColumnWriter>> others_;
  std::vector<std::size_t> order_;  ///< column of the block for each of others_
};

// Rows of a block: four chunks, so that threads have something to share; fewer of a wide table.
std::size_t block_rows(std::size_t columns) {
  return 4 * chunk_rows_for(65536, columns);
}

}  // namespace

JournalTrailer write_dataset(StoreFile& store,
                             const std::string& name,
                             const BlockSource& source,
                             const Provenance& provenance,
                             const StoreImport& options,
                             int threads,
                             const Beat& beat) {
  const std::string place = store.path() + ":" + name;
  StoreImage image(store, true, false);
  return guarded(image, store.path(), [&] {
    Handle file = open_or_create(store, image);
    const Presence there = presence(file, store.path(), name);
    if (there == Presence::group) {
      throw UsageError("other data sets of " + store.path() + " have names below '" + name + "'; choose another name");
    }
    if (there == Presence::dataset && !options.replace && !options.append) {
      throw UsageError("'" + name + "' is already in " + store.path() +
                       "; --replace puts the new data in its place, --append adds the rows to it");
    }
    if (there != Presence::dataset && options.append) {
      throw UsageError("--append: " + store.path() + " has no data set '" + name + "' yet");
    }
    const std::string target = make_parents(file, store.path(), name);
    const bool append = there == Presence::dataset && options.append;
    {
      // What replaces is written beside what it replaces, so that the old bytes stay until the commit.
      Handle group = append ? open_dataset_group(file, store.path(), name)
                            : Handle(H5Gcreate2(file, kUnfinished, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                     "a data set cannot be made");
      DatasetWriter writer(group, place, options, threads);
      if (append) writer.resume(describe(file, image, store.path(), name, Depth::attributes, beat));
      writer.set_time_unit(options.time_unit.empty() ? provenance.time_unit : options.time_unit);
      LifeTable block;
      std::uint64_t done = 0;
      std::size_t rows = 65536;
      while (source(block, rows)) {
        writer.take(block);
        image.check();
        done += block.rows();
        beat(done);
        rows = block_rows(block.columns.size() + 5);
      }
      writer.finish(provenance);
    }
    if (!append) {
      if (there == Presence::dataset) {
        const std::string old_results = target + "/results", results = std::string(kUnfinished) + "/results";
        if (H5Lexists(file, old_results.c_str(), H5P_DEFAULT) > 0) {
          checked(H5Lmove(file, old_results.c_str(), file, results.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                  "results cannot be kept");
        }
        checked(H5Ldelete(file, target.c_str(), H5P_DEFAULT), "the old data set cannot be removed");
      }
      checked(H5Lmove(file, kUnfinished, file, target.c_str(), H5P_DEFAULT, H5P_DEFAULT), "it cannot be named");
    }
    return close_and_prepare(file, image);
  });
}

JournalTrailer write_result(StoreFile& store, const std::string& name, StoredResult& result, const Beat& beat) {
  StoreImage image(store, true, false);
  return guarded(image, store.path(), [&] {
    Handle file = open_for_change(image, store.path());
    {
      const Handle group = open_dataset_group(file, store.path(), name);
      Handle results;
      std::int64_t next = 1;
      if (H5Lexists(group, "results", H5P_DEFAULT) > 0) {
        results = Handle(H5Gopen2(group, "results", H5P_DEFAULT), "results cannot be opened");
        next = integer_attribute(results, "saved") + 1;
      } else {
        results = Handle(H5Gcreate2(group, "results", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "no group for results");
      }
      beat(0);
      if (result.id.empty()) {
        std::int64_t number = next;
        do {
          result.id = std::to_string(number++);
        } while (H5Lexists(results, result.id.c_str(), H5P_DEFAULT) > 0);
      } else if (H5Lexists(results, result.id.c_str(), H5P_DEFAULT) > 0) {
        throw UsageError("'" + store.path() + ":" + name + "' already has a result '" + result.id + "'");
      }
      set_integer(results, "saved", next);
      const Handle one(H5Gcreate2(results, result.id.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), "no result");
      set_text(one, "command", result.command);
      set_text(one, "data_hash", result.data_hash);
      set_text(one, "relia_version", result.version);
      set_text(one, "saved_utc", result.saved_utc);
      set_integer(one, "seed", result.seed);
      set_integer(one, "order", next);
      const Handle type(H5Tcopy(H5T_C_S1), "no text type");
      checked(H5Tset_size(type, std::max<std::size_t>(result.json.size(), 1)), "no text of that length");
      checked(H5Tset_strpad(type, H5T_STR_NULLPAD), "no padding");
      checked(H5Tset_cset(type, H5T_CSET_UTF8), "no UTF-8");
      ArrayWriter json(one, "json", type, 1, 6);
      std::string text = result.json;
      text.resize(std::max<std::size_t>(text.size(), 1));
      json.append(std::as_bytes(std::span(text)));
      ChunkPump pump(1, 6);
      ArrayWriter* const arrays[] = {&json};
      pump.run(arrays, true);
      json.finish();
    }
    return close_and_prepare(file, image);
  });
}

JournalTrailer remove_dataset(StoreFile& store, const std::string& name, const Beat& beat) {
  StoreImage image(store, true, false);
  return guarded(image, store.path(), [&] {
    Handle file = open_for_change(image, store.path());
    // Looked at first: what cannot be understood is not taken apart.
    (void)describe(file, image, store.path(), name, Depth::attributes, beat);
    std::string target = "datasets/" + name;
    checked(H5Ldelete(file, target.c_str(), H5P_DEFAULT), "the data set cannot be removed");
    for (std::size_t slash; (slash = target.rfind('/')) != std::string::npos && slash > 8;) {
      target.resize(slash);
      H5G_info_t info;
      checked(H5Gget_info_by_name(file, target.c_str(), &info, H5P_DEFAULT), "a group cannot be read");
      if (info.nlinks > 0) break;
      checked(H5Ldelete(file, target.c_str(), H5P_DEFAULT), "an empty group cannot be removed");
    }
    return close_and_prepare(file, image);
  });
}

JournalTrailer copy_store(StoreFile& old, StoreFile& fresh, const Beat& beat) {
  StoreImage from(old, false, false), to(fresh, true, false);
  return guarded(to, old.path(), [&] {
    const Handle source = open_store(from, false, old.path());
    Handle target = create_store(to);
    // A large copy shows life with every megabyte or so that it writes.
    to.beat = [&beat] { beat(0); };
    for (const std::string& name : walk_names(source, old.path(), beat)) {
      (void)describe(source, from, old.path(), name, Depth::attributes, beat);
      const std::string place = make_parents(target, old.path(), name);
      checked(H5Ocopy(source, place.c_str(), target, place.c_str(), H5P_DEFAULT, H5P_DEFAULT), "it cannot be copied");
      to.check();
    }
    to.beat = nullptr;
    return close_and_prepare(target, to);
  });
}

}  // namespace relia::io
