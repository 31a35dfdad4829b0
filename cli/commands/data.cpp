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
        name_, [&stream](LifeTable& block, std::size_t rows) { return stream.next(block, rows); }, stream.provenance(),
        import_);
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
      if (c.role == "other") (c.type == "text" ? csv.text : csv.numeric).push_back(c.name);
    }
  }

  std::vector<std::string> words_, text_;
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
