// relia data import, export, remove, verify, compact: what goes into a store, out of it, and its upkeep.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include <relia/error.hpp>
#include <relia/io/csv.hpp>
#include <relia/io/store.hpp>

#include "cli/command.hpp"
#include "cli/commands/data_report.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/progress_bar.hpp"
#include "cli/store_options.hpp"

namespace relia::cli {
namespace {

class ImportCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE DATA", "the store, made when there is none, and a CSV or TSV file or -", 2, 2, words_);
    arguments.heading("Data set");
    arguments.text("--name", "NAME", "its name in the store: parts of letters, digits, . _ - joined by /", name_);
    arguments.text("--source", "TEXT", "where the data are from: a book, a report, a laboratory", import_.source);
    arguments.flag("--replace", "put the new data in the place of those of that name; results stay", import_.replace);
    arguments.flag("--append", "add the rows to the data set of that name", import_.append);
    arguments.repeatable("--text", "COL", "keep a column as text, whatever it holds",
                         [this](const std::string& found) { text_.push_back(found); });
    arguments.repeatable("--rename", "COL=NAME", "keep a column that rides along under another name",
                         [this](const std::string& found) { renames_.push_back(parse_assignment(found)); });
    arguments.option(
        "--compression", "0..12", "deflate level; 0 stores plain numbers (default 1)",
        [this](const std::string& found) { import_.compression = static_cast<int>(parse_whole(found, 0, 12)); });
    data_.declare_columns(arguments);
    store_.declare(arguments);
    machine_.declare(arguments);
    output_.declare(arguments, {"text", "json"});
    arguments.example("relia data import lab.h5 fan.csv --name fans/2026-07 --unit h --source 'Nelson 1982'",
                      "Keeps the lives of fan.csv in lab.h5 under the name fans/2026-07, times in hours. From then on\n"
                      "lab.h5:fans/2026-07 stands wherever a command takes DATA.");
  }

  ExitCode run(const Call&) override {
    if (name_.empty()) throw UsageError("relia data import needs --name NAME");
    io::Store store = store_.open(words_[0], machine_.threads);
    io::CsvOptions csv = csv_options(data_);
    csv.text = text_;
    if (import_.append) take_types(store, csv);
    ProgressBar bar;
    csv.progress = [&bar](std::uint64_t done, std::uint64_t total) { bar.update(0, 2, done, total, "bytes checked"); };
    io::CsvStream stream(words_[1], csv);
    bar.clear();
    for (const std::string& warning : stream.warnings()) print_warning(warning);
    import_.source_file = words_[1];
    import_.time_unit = data_.time_unit;
    import_.units = data_.units;
    import_.progress = [&](std::uint64_t rows) { bar.update(1, 2, rows, stream.counts().rows, "rows written"); };
    store.import_blocks(
        name_,
        [&](LifeTable& block, std::size_t rows) {
          const bool more = stream.next(block, rows);
          if (more) rename(block);
          return more;
        },
        stream.provenance(), import_);
    bar.clear();
    const io::StoredDataset dataset = store.info(name_);
    write_output(output_.format == Format::json ? dataset_json(store.path(), dataset)
                                                : imported_text(store.path(), dataset, output_.chinese),
                 output_.file);
    return kDone;
  }

 private:
  // The columns of the data set say how those of the new rows are to be read.
  void take_types(const io::Store& store, io::CsvOptions& csv) const {
    for (const io::StoredColumn& c : store.info(name_).columns) {
      if (c.role != "other") continue;
      const auto renamed =
          std::find_if(renames_.begin(), renames_.end(), [&](const auto& pair) { return pair.second == c.name; });
      (c.type == "text" ? csv.text : csv.numeric).push_back(renamed == renames_.end() ? c.name : renamed->first);
    }
  }

  // Gives the columns of a block the names that were asked for.
  void rename(LifeTable& block) const {
    std::vector<std::string> names;
    for (const Column& c : block.columns) names.push_back(c.name);
    for (const auto& [from, to] : renames_) {
      const auto found =
          std::find_if(block.columns.begin(), block.columns.end(), [&](const Column& c) { return c.name == from; });
      if (found == block.columns.end()) {
        throw UsageError(fmt::format("--rename: no column '{}' rides along in {}", from, words_[1]));
      }
      names[static_cast<std::size_t>(found - block.columns.begin())] = to;
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find(names.begin(), end, names[i]) != end) {
        throw UsageError(fmt::format("--rename: two columns would be named '{}'", names[i]));
      }
      block.columns[i].name = names[i];
    }
  }

  std::vector<std::string> words_, text_;
  std::vector<std::pair<std::string, std::string>> renames_;
  std::string name_;
  io::StoreImport import_;
  DataOptions data_;
  StoreOptions store_;
  ThreadOptions machine_;
  OutputOptions output_;
};

class ExportCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE.h5:NAME", "a data set in a store", 1, 1, words_);
    store_.declare(arguments);
    machine_.declare(arguments);
    arguments.heading("Output");
    arguments.text("--output", "FILE", "the CSV to a file, written whole or not at all", file_);
    arguments.example("relia data export lab.h5:fans/2026-07 --output fan.csv",
                      "Writes the data set as CSV in the interval layout. Importing that file gives the same data to\n"
                      "the last bit; the command for it stands in the first line, as a comment.");
  }

  ExitCode run(const Call&) override {
    const io::StoreAddress address = data_address(words_[0]);
    const io::Store store = store_.open(address.file, machine_.threads);
    const io::StoredDataset dataset = store.info(address.name);
    OutputStream out(file_);
    std::string text = import_hint(dataset);
    bool header = true;
    store.read_blocks(address.name, [&](const LifeTable& block) {
      io::append_csv(text, block, header);
      header = false;
      out.write(text);
      text.clear();
      return true;
    });
    out.finish();
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  std::string file_;
  StoreOptions store_;
  ThreadOptions machine_;
};

class RemoveCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE.h5:NAME", "a data set in a store", 1, 1, words_);
    store_.declare(arguments);
    arguments.example("relia data remove lab.h5:fans/2026-07",
                      "Takes the data set and its results out of the store. Later imports use the space again;\n"
                      "relia data compact gives it back.");
  }

  ExitCode run(const Call&) override {
    const io::StoreAddress address = data_address(words_[0]);
    io::Store store = store_.open(address.file);
    store.remove(address.name);
    write_output(fmt::format("{}:{}: removed\n", address.file, address.name), "");
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  StoreOptions store_;
};

class VerifyCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE", "the store", 1, 1, words_);
    store_.declare(arguments);
    machine_.declare(arguments);
    output_.declare(arguments, {"text", "json"});
    arguments.example("relia data verify lab.h5",
                      "Reads everything in the store and checks its structure, every checksum, and that every row is\n"
                      "a life. Ends with exit code 3 and says what is wrong where when something is.");
  }

  ExitCode run(const Call&) override {
    const io::Store store = store_.open(words_[0], machine_.threads);
    io::StoreVerification found = store.verify();
    if (!found.errors.empty()) throw BadData(std::move(found.errors));
    write_output(output_.format == Format::json ? verified_json(store.path(), found)
                                                : verified_text(store.path(), found, output_.chinese),
                 output_.file);
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  StoreOptions store_;
  ThreadOptions machine_;
  OutputOptions output_;
};

class CompactCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE", "the store", 1, 1, words_);
    store_.declare(arguments);
    arguments.example("relia data compact lab.h5",
                      "Writes the store anew without the holes that removed data sets have left, beside the old file,\n"
                      "and puts it in its place. Needs as much free space as the data sets take.");
  }

  ExitCode run(const Call&) override {
    io::Store store = store_.open(words_[0]);
    const std::uint64_t saved = store.compact();
    write_output(fmt::format("{}: {} bytes given back\n", store.path(), saved), "");
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  StoreOptions store_;
};

}  // namespace

std::unique_ptr<Command> make_data_import() {
  return std::make_unique<ImportCommand>();
}
std::unique_ptr<Command> make_data_export() {
  return std::make_unique<ExportCommand>();
}
std::unique_ptr<Command> make_data_remove() {
  return std::make_unique<RemoveCommand>();
}
std::unique_ptr<Command> make_data_verify() {
  return std::make_unique<VerifyCommand>();
}
std::unique_ptr<Command> make_data_compact() {
  return std::make_unique<CompactCommand>();
}

}  // namespace relia::cli
