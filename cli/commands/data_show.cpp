// relia data list and show: what is in a store.

#include <memory>
#include <string>
#include <vector>

#include <relia/error.hpp>
#include <relia/io/store.hpp>

#include "cli/command.hpp"
#include "cli/commands/data_report.hpp"
#include "cli/data_pictures.hpp"
#include "cli/load.hpp"
#include "cli/numbers.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/store_options.hpp"
#include "cli/text_table.hpp"

namespace relia::cli {
namespace {

class ListCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE", "the store", 1, 1, words_);
    store_.declare(arguments);
    output_.declare(arguments);
    arguments.example(
        "relia data list lab.h5",
        "One line a data set: its name, the number of units and of failures, the unit of its times, when\n"
        "it was imported, and how many results are kept beside it.");
  }

  ExitCode run(const Call&) override {
    const io::Store store = store_.open(words_[0]);
    const std::vector<io::StoredDataset> datasets = store.list();
    std::string text;
    switch (output_.format) {
      case Format::json: text = list_json(store.path(), datasets); break;
      case Format::csv: text = list_csv(datasets); break;
      case Format::text: text = list_text(datasets, output_.chinese); break;
    }
    write_output(text, output_.file);
    return kDone;
  }

 private:
  std::vector<std::string> words_;
  StoreOptions store_;
  OutputOptions output_;
};

class ShowCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE.h5:NAME", "a data set in a store, or STORE.h5:NAME#ID for one of its results", 1, 1,
                         words_);
    arguments.heading("Data set");
    arguments.option("--rows", "N", "how many of the first rows to show and draw (default 20)",
                     [this](const std::string& found) { rows_ = parse_whole(found, 0, 100000); });
    arguments.flag("--results", "list the results that are kept beside the data", results_);
    store_.declare(arguments);
    output_.declare(arguments, {"text", "json"});
    pictures_.declare_single(
        arguments, "the event plot of the records: how long each was watched and what happened; - draws it in text");
    arguments_ = &arguments;
    arguments.example("relia data show lab.h5:fans/2026-07 --rows 40",
                      "Shows what is known about the data set, its columns, its first 40 rows, and a line for each of\n"
                      "them: how long it ran and how it ended.");
  }

  ExitCode run(const Call& call) override {
    pictures_.check(*arguments_, output_);
    const auto address = io::parse_store_address(words_[0]);
    if (pictures_.wanted() && (results_ || (address && !address->result.empty()))) {
      throw UsageError("--plot and --report draw a data set; relia report makes the page of a result");
    }
    if (address && !address->result.empty()) return show_result(*address);
    const io::StoreAddress data = data_address(words_[0]);
    const io::Store store = store_.open(data.file);
    const io::StoredDataset dataset = store.info(data.name);
    const bool json = output_.format == Format::json;
    if (results_) {
      const std::vector<io::StoredResult> results = store.results(data.name);
      write_output(json ? results_json(words_[0], results, dataset.data_hash)
                        : results_text(words_[0], results, dataset.data_hash, output_.chinese),
                   output_.file);
      return kDone;
    }
    MadePictures made;
    if (pictures_.wanted()) {
      const LoadedTable loaded = load_table(words_[0], DataOptions{});
      io::DataPage page;
      page.report = report_of_data(loaded.table);
      page.json = dataset_json(store.path(), dataset);
      page.report.warnings = loaded.warnings;
      page.report.command = call.command_line;
      page.report.version = version_number();
      made = data_pictures(pictures_, loaded.table, std::move(page), output_);
    }
    if (json) {
      write_output(dataset_json(store.path(), dataset), output_.file);
      write_pictures(made, output_);
      return kDone;
    }
    LifeTable head;
    if (rows_ > 0) {
      store.read_blocks(data.name, [&](const LifeTable& block) {
        head = block;
        return false;
      });
      cut(head, rows_);
    }
    write_output(with_picture(dataset_text(store.path(), dataset, head, output_.chinese), output_.format, made),
                 output_.file);
    write_pictures(made, output_);
    return kDone;
  }

 private:
  // The answer as it was printed when it was saved.
  ExitCode show_result(const io::StoreAddress& address) {
    const io::Store store = store_.open(address.file);
    const io::StoredResult result = store.result(address.name, address.result);
    if (output_.format == Format::json) {
      write_output(result.json, output_.file);
    } else {
      const io::StoredDataset dataset = store.info(address.name);
      write_output(results_text(address.file + ":" + address.name, {result}, dataset.data_hash, output_.chinese) +
                       '\n' + printable_lines(result.json),
                   output_.file);
    }
    return kDone;
  }

  static void cut(LifeTable& t, std::size_t rows) {
    if (t.rows() <= rows) return;
    for (std::vector<double>* v : {&t.lower, &t.upper, &t.count, &t.entry, &t.exit}) {
      if (!v->empty()) v->resize(rows);
    }
    for (Column& c : t.columns) {
      if (!c.numbers.empty()) c.numbers.resize(rows);
      if (!c.codes.empty()) c.codes.resize(rows);
    }
  }

  std::vector<std::string> words_;
  std::size_t rows_ = 20;
  bool results_ = false;
  const Arguments* arguments_ = nullptr;
  StoreOptions store_;
  OutputOptions output_;
  PictureOptions pictures_;
};

}  // namespace

std::unique_ptr<Command> make_data_list() {
  return std::make_unique<ListCommand>();
}
std::unique_ptr<Command> make_data_show() {
  return std::make_unique<ShowCommand>();
}

}  // namespace relia::cli
