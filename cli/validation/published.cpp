#include "cli/validation/published.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>

#include "cli/command.hpp"
#include "cli/output.hpp"

namespace relia::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_json(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw MachineError(fmt::format("cannot read {}", path.string()));
  try {
    return json::parse(in);
  } catch (const json::exception& e) {
    throw BadData({{{path.string(), 0, "", e.what()}}, 1});
  }
}

/// A directory for questions and answers, gone with the object.
class Desk {
 public:
  Desk() {
    std::string name = (fs::temp_directory_path() / "relia-validate-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw MachineError(fmt::format("cannot make a directory {}", name));
    path_ = name;
  }
  ~Desk() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

std::string cell_text(const json& v) {
  return v.is_null() ? std::string() : v.dump();
}

/// The rows of one population, as lower,upper,count and what stands behind them.
void append_rows(const json& block, const std::string& behind, std::string& out) {
  const auto row = [&](const json& lower, const json& upper, const json& count) {
    if (count != 0) out += fmt::format("{},{},{}{}\n", cell_text(lower), cell_text(upper), count.dump(), behind);
  };
  const auto each = [&](const char* key, auto put) {
    if (!block.contains(key)) return;
    for (const json& x : block.at(key)) x.is_array() ? put(x.at(0), x.at(1)) : put(x, json(1));
  };
  each("failures", [&](const json& t, const json& n) { row(t, t, n); });
  each("suspensions", [&](const json& t, const json& n) { row(t, nullptr, n); });
  if (block.contains("inspections")) {
    for (const json& x : block.at("inspections")) {
      row(nullptr, x.at("hours_x100"), x.at("cracked"));
      row(x.at("hours_x100"), nullptr, x.at("uncracked"));
    }
  }
  if (block.contains("time")) row(block.at("time"), block.value("event", 1) != 0 ? block.at("time") : json(), 1);
  if (block.contains("time_each")) row(block.at("time_each"), nullptr, block.at("n"));
}

/// The data of an example, or of one of its cells, in the interval layout.
std::string table_of(const json& data, const json& asked, const json& cell) {
  std::string out = "lower,upper,count";
  const json stresses = asked.value("stresses", json::object());
  for (const auto& [column, key] : stresses.items()) out += "," + column;
  out += '\n';
  json blocks = json::array({data});
  for (const char* key : {"units", "cells"}) {
    if (data.contains(key)) blocks = data.at(key);
  }
  for (const json& block : blocks) {
    if (!cell.is_null() && !std::all_of(cell.items().begin(), cell.items().end(),
                                        [&](const auto& item) { return block.at(item.key()) == item.value(); })) {
      continue;
    }
    std::string behind;
    for (const auto& [column, key] : stresses.items()) behind += "," + block.at(key.get<std::string>()).dump();
    append_rows(block, behind, out);
  }
  return out;
}

/// The value at a path of keys, indices and conditions: parameters[name=shape] the first, points[time<=24] the last.
const json* find(const json& answer, std::string path) {
  const json* at = &answer;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    std::string step = path.substr(0, slash);
    path = slash == std::string::npos ? std::string() : path.substr(slash + 1);
    const std::size_t bracket = step.find('[');
    const std::string condition =
        bracket == std::string::npos ? std::string() : step.substr(bracket + 1, step.size() - bracket - 2);
    step = step.substr(0, bracket);
    if (at->is_array()) {
      const std::size_t i = std::stoul(step);
      if (i >= at->size()) return nullptr;
      at = &at->at(i);
    } else {
      if (!at->contains(step)) return nullptr;
      at = &at->at(step);
    }
    if (condition.empty()) continue;
    const json* hit = nullptr;
    if (const std::size_t limit = condition.find("<="); limit != std::string::npos) {
      const double most = std::stod(condition.substr(limit + 2));
      for (const json& item : *at) {
        if (item.at(condition.substr(0, limit)).get<double>() <= most) hit = &item;
      }
    } else {
      const std::size_t equals = condition.find('=');
      for (const json& item : *at) {
        if (hit == nullptr && item.at(condition.substr(0, equals)) == condition.substr(equals + 1)) hit = &item;
      }
    }
    if (hit == nullptr) return nullptr;
    at = hit;
  }
  return at;
}

/// The printed number as a function of ours.
struct Conversion {
  std::string function;
  double factor = 1.0;

  [[nodiscard]] double value(double x) const {
    const double y = function == "log"          ? std::log(x)
                     : function == "exp"        ? std::exp(x)
                     : function == "inverse"    ? 1.0 / x
                     : function == "minus"      ? -x
                     : function == "complement" ? 1.0 - x
                                                : x;
    return factor * y;
  }
  [[nodiscard]] double slope(double x) const {
    const double d = function == "log"                                 ? 1.0 / x
                     : function == "exp"                               ? std::exp(x)
                     : function == "inverse"                           ? -1.0 / (x * x)
                     : function == "minus" || function == "complement" ? -1.0
                                                                       : 1.0;
    return factor * d;
  }
};

/// Asks the commands and remembers their answers.
class Asker {
 public:
  Asker(const json& example, const json& asked, const std::string& solver, const Desk& desk)
      : example_(example), asked_(asked), solver_(solver), desk_(desk) {}

  /// NaN when the answer has no such number.
  [[nodiscard]] double figure(const json& question) {
    const json& reply = answer(question);
    const Conversion f{question.value("function", ""), question.value("factor", 1.0)};
    std::string path = question.at("at");
    const std::size_t last = path.rfind('/');
    std::string what = path.substr(last + 1);
    const std::string stem = path.substr(0, last + 1);
    double out = kAbsent;
    if (what == "std_error" || what == "variance") {
      const double estimate = number(reply, stem + "estimate"), error = number(reply, stem + "std_error");
      out = std::fabs(f.slope(estimate)) * error;
      if (what == "variance") out *= out;
    } else {
      const bool falls = f.slope(1.0) < 0.0;
      if (falls && (what == "lower" || what == "upper")) what = what == "lower" ? "upper" : "lower";
      out = f.value(number(reply, stem + what));
    }
    return question.contains("over") ? out / figure(question.at("over")) : out;
  }

 private:
  static double number(const json& reply, const std::string& path) {
    const json* const found = find(reply, path);
    return found != nullptr && found->is_number() ? found->get<double>() : kAbsent;
  }

  const json& answer(const json& question) {
    const json options = question.value("options", json::array()), cell = question.value("cell", json());
    const std::string key = options.dump() + cell.dump();
    const auto known = answers_.find(key);
    if (known != answers_.end()) return known->second;
    const std::string data = desk_.file("data.csv"), reply = desk_.file("answer.json");
    write_output(table_of(example_.at("data"), asked_, cell), data);
    std::vector<std::string> words = {data};
    bool likelihood = asked_.at("command") == "fit";
    for (const json& list : {asked_.at("options"), options}) {
      for (const json& word : list) {
        words.push_back(word.get<std::string>());
        likelihood = likelihood && words.back() != "--method";
      }
    }
    if (likelihood && solver_ != "newton") words.insert(words.end(), {"--solver", solver_});
    words.insert(words.end(), {"--format", "json", "--output", reply});
    const std::string name = asked_.at("command");
    for (const CommandEntry& entry : commands()) {
      if (entry.name != name) continue;
      const std::unique_ptr<Command> command = entry.make();
      Arguments arguments(entry.name, entry.job);
      command->declare(arguments);
      arguments.parse(words);
      Call call;
      call.command_line = "relia " + name;
      static_cast<void>(command->run(call));
      return answers_.emplace(key, read_json(reply)).first->second;
    }
    throw BadData({{{"questions.json", 0, "command", fmt::format("relia has no command '{}'", name)}}, 1});
  }

  const json& example_;
  const json& asked_;
  std::string solver_;
  const Desk& desk_;
  std::map<std::string, json> answers_;
};

double digits_between(double ours, double theirs) {
  if (!std::isfinite(ours)) return 0.0;
  if (ours == theirs) return 16.0;
  return std::clamp(-std::log10(std::fabs(ours - theirs) / (theirs != 0.0 ? std::fabs(theirs) : 1.0)), 0.0, 16.0);
}

void hold_example(
    const json& example, const json& asked, const std::string& solver, const Desk& desk, Validation& out) {
  const std::string id = example.at("id"), module = "published " + asked.at("command").get<std::string>();
  const std::string source = example.at("source").at("title");
  Asker asker(example, asked, solver, desk);
  std::size_t figures = 0;
  for (const json& printed : example.at("answers")) {
    const std::string name = printed.at("name");
    const json& question = asked.at("figures").at(name);
    if (question.contains("skip")) continue;
    ++figures;
    double ours = kAbsent;
    std::string problem;
    try {
      ours = asker.figure(question);
    } catch (const UsageError& e) {
      problem = e.what();
    } catch (const BadData& e) {
      problem = e.what();
    }
    const double value = printed.at("value"), tolerance = printed.at("tol_abs");
    const bool within = std::fabs(ours - value) <= tolerance;
    Comparison c{module, "printed-figure", id, name, ours, value, within ? 16.0 : digits_between(ours, value), problem};
    out.comparisons.push_back(c);
    const bool recomputed = printed.value("check_ok", false);
    if (recomputed && asked.at("command") != "alt") {
      // Those of accelerated tests used other roundings of Boltzmann's constant.
      c.quantity = "recomputed-figure";
      c.certified = printed.at("check");
      c.digits = digits_between(ours, c.certified);
      out.comparisons.push_back(c);
    }
    // Printed figures and their recomputations come from optimisers that stopped at seven to nine digits; the certified
    // problems say how many digits of ours hold.
    const double certified = ours;
    out.published.push_back({id, name, source, printed.at("published"), value, certified,
                             std::fabs(value - certified) / std::fabs(certified), true, true});
  }
  out.sources.push_back({id, example.value("title", ""), source, 1});
  ++out.examples;
  out.figures += figures;
}

}  // namespace

void hold_published(const ValidationOptions& options, Validation& out) {
  const json examples = read_json(options.published / "examples.json").at("examples");
  const json questions = read_json(options.published / "questions.json");
  const Desk desk;
  for (const json& example : examples) {
    const std::string id = example.at("id");
    if (id.find(options.only) == std::string::npos) continue;
    if (!questions.contains(id)) {
      throw BadData(
          {{{(options.published / "questions.json").string(), 0, "", fmt::format("no question for {}", id)}}, 1});
    }
    if (!questions.at(id).contains("skip")) hold_example(example, questions.at(id), options.solver, desk, out);
  }
}

}  // namespace relia::cli
