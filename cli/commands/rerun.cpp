// relia rerun: a saved result is made again from its data and compared to the last bit.

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>
#include <relia/io/store.hpp>

#include "cli/command.hpp"
#include "cli/compare_answers.hpp"
#include "cli/messages.hpp"
#include "cli/options.hpp"
#include "cli/output.hpp"
#include "cli/store_options.hpp"
#include "cli/text_table.hpp"

namespace relia::cli {
namespace {

struct Rerun {
  std::string place;  ///< STORE.h5:NAME#ID
  io::StoredResult saved;
  std::string data_hash;  ///< of the data now
  AnswerComparison comparison;

  [[nodiscard]] bool data_unchanged() const { return saved.data_hash == data_hash; }
  [[nodiscard]] bool identical() const { return comparison.differing == 0; }
};

BadData cannot_repeat(const std::string& place, const std::string& why) {
  DataErrors errors;
  errors.add({place, 0, "", "cannot be repeated: " + why});
  return BadData(std::move(errors));
}

// STORE.h5:NAME#ID, or STORE.h5:NAME/ID, which is plain since no data set's name goes on below another's.
io::StoreAddress result_address(const std::string& word, const StoreOptions& options) {
  auto address = io::parse_store_address(word);
  if (!address || address->name.empty()) {
    throw UsageError(fmt::format("'{}' names no result; expected STORE.h5:NAME#ID", word));
  }
  if (!address->result.empty()) return *std::move(address);
  const io::Store store = options.open(address->file);
  std::vector<std::string> ids;
  try {
    for (const io::StoredResult& r : store.results(address->name)) ids.push_back(r.id);
  } catch (const BadData& no_such_data) {
    const std::size_t slash = address->name.rfind('/');
    if (slash == std::string::npos) throw;
    address->result = address->name.substr(slash + 1);
    address->name.resize(slash);
    try {
      (void)store.info(address->name);
    } catch (const BadData&) {
      throw no_such_data;
    }
    return *std::move(address);
  }
  if (ids.empty())
    throw UsageError(fmt::format("'{}' is a data set without results; relia fit --save keeps one", word));
  throw UsageError(fmt::format("'{}' is a data set; expected one of its results: {}#{}", word, word,
                               fmt::join(ids, fmt::format(", {}#", word))));
}

// The analysis that `line` asks for, on `data`; its answer as JSON.
std::string repeated(const std::string& line, const std::string& data, const std::string& place) {
  std::vector<std::string> words = words_of_line(line);
  if (words.empty() || words.front() != "relia") throw cannot_repeat(place, "its command line is not relia's");
  words.erase(words.begin());
  const CommandEntry* const entry = take_command(words);
  // What a file says must not make this program remove or write anything.
  if (entry == nullptr || !entry->analysis) throw cannot_repeat(place, "its command is no analysis");
  const std::unique_ptr<Command> command = entry->make();
  Arguments arguments(entry->name, entry->job);
  command->declare(arguments);
  std::string answer;
  try {
    arguments.parse(words);
    (void)command->run({.command_line = line, .data = data, .answer = &answer});
  } catch (const UsageError& e) {
    throw cannot_repeat(place, e.what());
  }
  return answer;
}

std::string rerun_json(const Rerun& r) {
  using Json = nlohmann::ordered_json;
  const AnswerComparison& c = r.comparison;
  Json differences = Json::array();
  for (const AnswerDifference& d : c.first) {
    const auto value = [](const std::string& text) { return text.empty() ? Json() : Json::parse(text); };
    differences.push_back({{"path", d.path}, {"saved", value(d.saved)}, {"now", value(d.now)}});
  }
  const Json out = {{"schema", "relia.rerun/1"},
                    {"result", r.place},
                    {"command", r.saved.command},
                    {"saved_utc", r.saved.saved_utc},
                    {"seed", r.saved.seed},
                    {"version", {{"saved", r.saved.version}, {"now", version_number()}}},
                    {"data_hash", {{"saved", r.saved.data_hash}, {"now", r.data_hash}}},
                    {"data_unchanged", r.data_unchanged()},
                    {"identical", r.identical()},
                    {"numbers", c.numbers},
                    {"differing", c.differing},
                    {"largest_relative_difference", c.largest},
                    {"texts_differing", c.texts_differing},
                    {"added", c.added},
                    {"differences", std::move(differences)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string rerun_text(const Rerun& r, bool chinese) {
  const auto word = [chinese](const char* en, const char* zh) { return chinese ? zh : en; };
  const AnswerComparison& c = r.comparison;
  TextRows lines = {
      {word("command", "命令"), printable(r.saved.command, 400)},
      {word("saved", "保存"), fmt::format("{}, relia {}", printable(r.saved.saved_utc), printable(r.saved.version))},
      {word("repeated", "重算"), "relia " + version_number()},
      {word("seed", "种子"), std::to_string(r.saved.seed)},
      {word("data", "数据"), r.data_unchanged() ? word("unchanged", "未变")
                                                : fmt::format("{}: SHA-256 {} → {}", word("changed since", "已变"),
                                                              printable(r.saved.data_hash, 64), r.data_hash)}};
  std::string numbers;
  if (r.identical()) {
    numbers = fmt::format(fmt::runtime(word("{}, every one the same to the last bit", "{} 个，逐位相同")), c.numbers);
  } else {
    numbers = fmt::format(fmt::runtime(word("{}, of which {} differ; largest relative difference {:.3g}",
                                            "{} 个，其中 {} 个不同；最大相对差 {:.3g}")),
                          c.numbers, c.differing, c.largest);
  }
  lines.push_back({word("numbers", "数字"), numbers});
  if (c.texts_differing > 0) {
    lines.push_back(
        {word("texts", "文字"), fmt::format(fmt::runtime(word("{} differ", "{} 处不同")), c.texts_differing)});
  }
  std::string out = r.place + "\n\n" + aligned(lines, {false, false});
  if (c.first.empty()) return out;
  out += '\n';
  for (const AnswerDifference& d : c.first) {
    const auto side = [](const std::string& text) { return text.empty() ? std::string("-") : printable(text, 80); };
    out += fmt::format("  {}\n    {} {}\n    {} {}\n", printable(d.path, 200), word("saved", "保存"), side(d.saved),
                       word("now  ", "现在"), side(d.now));
  }
  if (c.differing + c.texts_differing > c.first.size()) out += "  …\n";
  return out;
}

class RerunCommand final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.positional("STORE.h5:NAME#ID", "a saved result; STORE.h5:NAME/ID means the same", 1, 1, words_);
    store_.declare(arguments);
    output_.declare(arguments, {"text", "json"});
    arguments.example("relia rerun lab.h5:fans/2026-07#1",
                      "Repeats the analysis that was saved as result 1 of fans/2026-07 and says whether every number\n"
                      "is the same to the last bit. Ends with exit code 5 when one is not, or when the data have\n"
                      "changed since. Nothing is saved or written; other files of the command are read again.");
  }

  ExitCode run(const Call&) override {
    const io::StoreAddress address = result_address(words_[0], store_);
    const io::Store store = store_.open(address.file);
    const std::string data = fmt::format("{}:{}", address.file, address.name);
    Rerun rerun;
    rerun.place = fmt::format("{}#{}", data, address.result);
    rerun.saved = store.result(address.name, address.result);
    rerun.data_hash = store.info(address.name).data_hash;
    const std::string now = repeated(rerun.saved.command, data, rerun.place);
    try {
      rerun.comparison = compare_answers(rerun.saved.json, now);
    } catch (const std::invalid_argument&) {
      throw cannot_repeat(rerun.place, "what is saved is not JSON");
    }
    write_output(output_.format == Format::json ? rerun_json(rerun) : rerun_text(rerun, output_.chinese), output_.file);
    if (!rerun.data_unchanged()) print_error(rerun.place + ": the data have changed since the result was saved");
    if (!rerun.identical()) {
      print_error(fmt::format("{}: {} of {} numbers are not the same", rerun.place, rerun.comparison.differing,
                              rerun.comparison.numbers));
    }
    return rerun.data_unchanged() && rerun.identical() ? kDone : kRequirementNotMet;
  }

 private:
  std::vector<std::string> words_;
  StoreOptions store_;
  OutputOptions output_;
};

}  // namespace

std::unique_ptr<Command> make_rerun() {
  return std::make_unique<RerunCommand>();
}

}  // namespace relia::cli
