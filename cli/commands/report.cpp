// relia report: one page from results made earlier.

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/page.hpp>
#include <relia/io/pictures.hpp>

#include "cli/command.hpp"
#include "cli/load.hpp"
#include "cli/messages.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"

namespace relia::cli {
namespace {

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw MachineError(fmt::format("cannot read {}", file));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) throw MachineError(fmt::format("cannot read {}", file));
  return text;
}

class ReportCommand final : public Command {
 public:
  void declare(Arguments& arguments) override;
  ExitCode run(const Call& call) override;

 private:
  std::vector<std::string> files_;
  std::string output_ = "report.html";
  bool chinese_ = false;
};

void ReportCommand::declare(Arguments& arguments) {
  arguments.positional("RESULT.json",
                       "results that fit, alt, nonparametric or simulate coverage made with --format json", 1, 100,
                       files_);
  arguments.heading("Output");
  arguments.text("--output", "FILE.html",
                 "the page, written whole or not at all; - is standard output (default report.html)", output_);
  arguments.option("--lang", "en|zh", "language of the page (default en)", [this](const std::string& found) {
    if (found != "en" && found != "zh") throw UsageError(fmt::format("'{}' is not one of en, zh", found));
    chinese_ = found == "zh";
  });
  arguments.example(
      "relia report supplier_a.json supplier_b.json --output suppliers.html",
      "Makes one page that shows both results side by side. Where a result's data file is still there with\n"
      "the same SHA-256, its points are drawn with the fitted line.");
}

// The data a result came from, when the file is still what it was; otherwise nothing.
io::PlottedData data_of(const io::EarlierResult& result) {
  if (result.schema != "relia.fit/1" || !result.fit.group_column.empty() || result.fit.source.name == "-") return {};
  try {
    const LoadedTable loaded = load_table(result.fit.source.name, DataOptions{});
    const LifeCounts now = count_by_kind(loaded.table), then = result.fit.data;
    const bool same = loaded.table.provenance.sha256 == result.fit.source.sha256 && now.n == then.n &&
                      now.failures == then.failures && now.right_censored == then.right_censored &&
                      now.left_censored == then.left_censored && now.interval_censored == then.interval_censored;
    if (same) return io::plotted_data(loaded.table);
    print_warning(
        fmt::format("{}: {} is not what it was; its points are left out", result.file, result.fit.source.name));
  } catch (const MachineError&) {
    print_warning(fmt::format("{}: {} cannot be read; its points are left out", result.file, result.fit.source.name));
  } catch (const BadData&) {
    print_warning(
        fmt::format("{}: {} was read with options; its points are left out", result.file, result.fit.source.name));
  }
  return {};
}

ExitCode ReportCommand::run(const Call& call) {
  std::vector<io::EarlierResult> results;
  for (const std::string& file : files_) {
    for (io::EarlierResult& r : io::read_results(file, contents(file))) results.push_back(std::move(r));
  }
  std::vector<io::PlottedData> data;
  for (const io::EarlierResult& r : results) data.push_back(data_of(r));
  write_output(io::render_html(results, data, call.command_line, version_number(),
                               chinese_ ? io::Language::chinese : io::Language::english),
               output_);
  return kDone;
}

}  // namespace

std::unique_ptr<Command> make_report() {
  return std::make_unique<ReportCommand>();
}

}  // namespace relia::cli
