#include "cli/arguments.hpp"

#include <algorithm>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/numbers.hpp"
#include "cli/suggest.hpp"

namespace relia::cli {
namespace {

constexpr std::size_t kHelpWidth = 100;
constexpr std::size_t kHelpIndent = 30;

std::string option_name(const std::string& word) {
  return word.substr(0, word.find('='));
}

// The text from `column` on, broken between words so that no line passes kHelpWidth.
std::string wrapped(const std::string& text, std::size_t column, std::size_t indent) {
  std::string out;
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t space = std::min(text.find(' ', start), text.size());
    const std::size_t length = space - start;
    if (column + length > kHelpWidth && column > indent) {
      while (!out.empty() && out.back() == ' ') out.pop_back();
      out += '\n' + std::string(indent, ' ');
      column = indent;
    }
    out += text.substr(start, length);
    column += length;
    if (space < text.size()) {
      out += ' ';
      ++column;
    }
    start = space + 1;
  }
  return out;
}

std::string help_row(const std::string& left, const std::string& text) {
  std::string out = "  " + left;
  if (out.size() + 2 > kHelpIndent) {
    out += '\n' + std::string(kHelpIndent, ' ');
  } else {
    out.resize(kHelpIndent, ' ');
  }
  return out + wrapped(text, kHelpIndent, kHelpIndent) + '\n';
}

}  // namespace

Arguments::Arguments(std::string command, std::string job) : command_(std::move(command)), job_(std::move(job)) {}

void Arguments::heading(std::string title) {
  heading_ = std::move(title);
}

void Arguments::option(std::string name, std::string value, std::string help, Setter set) {
  options_.push_back({.name = std::move(name),
                      .value = std::move(value),
                      .help = std::move(help),
                      .heading = heading_,
                      .set = std::move(set),
                      .found = {}});
}

void Arguments::repeatable(std::string name, std::string value, std::string help, Setter set) {
  option(std::move(name), std::move(value), std::move(help), std::move(set));
  options_.back().repeatable = true;
}

void Arguments::flag(std::string name, std::string help, bool& into) {
  option(std::move(name), "", std::move(help), [](const std::string&) {});
  options_.back().flag = &into;
}

void Arguments::optional_value(std::string name, std::string value, std::string help, std::string& into) {
  text(std::move(name), std::move(value), std::move(help), into);
  options_.back().value_is_optional = true;
}

void Arguments::text(std::string name, std::string value, std::string help, std::string& into) {
  option(std::move(name), std::move(value), std::move(help), [&into](const std::string& found) {
    if (found.empty()) throw UsageError("an empty text is no value");
    into = found;
  });
}

void Arguments::number(std::string name, std::string value, std::string help, double& into) {
  option(std::move(name), std::move(value), std::move(help),
         [&into](const std::string& found) { into = parse_number(found); });
}

void Arguments::choice(std::string name, std::vector<std::string> words, std::string help, std::string& into) {
  const std::string list = fmt::format("{}", fmt::join(words, "|"));
  option(std::move(name), list, std::move(help), [&into, words = std::move(words)](const std::string& found) {
    if (std::find(words.begin(), words.end(), found) == words.end()) {
      const std::string near = nearest_word(found, words);
      throw UsageError(fmt::format("'{}' is not one of {}{}", found, fmt::join(words, ", "),
                                   near.empty() ? "" : fmt::format("; did you mean {}?", near)));
    }
    into = found;
  });
}

void Arguments::positional(
    std::string name, std::string help, std::size_t least, std::size_t most, std::vector<std::string>& into) {
  positional_name_ = std::move(name);
  positional_help_ = std::move(help);
  least_ = least;
  most_ = most;
  positional_ = &into;
}

void Arguments::example(std::string command_line, std::string explanation) {
  example_ = std::move(command_line);
  explanation_ = std::move(explanation);
}

const Arguments::Option* Arguments::find(std::string_view name) const {
  const auto it = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  return it == options_.end() ? nullptr : &*it;
}

Arguments::Option* Arguments::find(std::string_view name) {
  return const_cast<Option*>(std::as_const(*this).find(name));
}

bool Arguments::given(std::string_view name) const {
  const Option* const option = find(name);
  return option != nullptr && option->seen;
}

void Arguments::refuse_unknown(const std::string& word) const {
  std::vector<std::string> names;
  for (const Option& o : options_) names.push_back(o.name);
  const std::string name = option_name(word);
  const std::string near = nearest_word(name, names);
  if (!near.empty()) {
    throw UsageError(fmt::format("relia {} has no option {}; did you mean {}?", command_, name, near));
  }
  std::vector<std::string> told;
  for (const Option& o : options_) {
    if (!o.help.empty()) told.push_back(o.name);
  }
  throw UsageError(fmt::format("relia {} has no option {}; it takes {}", command_, name, fmt::join(told, " ")));
}

void Arguments::split(std::vector<std::string> words, std::vector<std::string>& rest) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  for (Option& o : options_) {
    if (o.flag != nullptr || o.value_is_optional) {
      app.add_flag_callback(o.name, [&o] { o.seen = true; });
      continue;
    }
    app.add_option(o.name, CLI::callback_t([&o](const CLI::results_t& values) {
                     o.seen = true;
                     o.found = values;
                     return true;
                   }))
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  // Whatever follows "--" is no option, whatever it looks like.
  const auto mark = std::find(words.begin(), words.end(), "--");
  for (auto it = words.begin(); it != mark; ++it) {
    const std::size_t equals = it->find('=');
    if (!it->starts_with("--") || equals == std::string::npos) continue;
    Option* const o = find(it->substr(0, equals));
    if (o == nullptr) continue;
    if (o->flag != nullptr) throw UsageError(fmt::format("{} takes no value", o->name));
    if (equals + 1 == it->size())
      throw UsageError(fmt::format("{} needs a value, {}{}", o->name, o->value, meaning(*o)));
    if (o->value_is_optional) {  // the parser below sees the bare option
      o->found.push_back(it->substr(equals + 1));
      it->resize(equals);
    }
  }

  std::vector<std::string> reversed(std::make_reverse_iterator(mark), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& e) {
    const std::string what = e.what();
    const Option* const o = find(what.substr(0, what.find(':')));
    if (o == nullptr) throw UsageError(what);
    throw UsageError(fmt::format("{} needs a value, {}{}", o->name, o->value, meaning(*o)));
  }
  for (const std::string& word : app.remaining()) {
    if (word.size() > 1 && word.front() == '-') refuse_unknown(word);
    rest.push_back(word);
  }
  if (mark != words.end()) rest.insert(rest.end(), mark + 1, words.end());
}

void Arguments::apply(Option& o) {
  if (!o.seen) return;
  if (o.flag != nullptr) {
    *o.flag = true;
    return;
  }
  if (!o.repeatable && o.found.size() > 1) {
    throw UsageError(fmt::format("{} is given {} times; it takes one value: {}", o.name, o.found.size(), o.value));
  }
  for (const std::string& value : o.found) {
    if (value.starts_with("--")) {
      throw UsageError(fmt::format("{} needs a value ({}), but {} follows", o.name, o.value, value));
    }
    try {
      o.set(value);
    } catch (const UsageError& e) {
      throw UsageError(explained(o, e.what()));
    }
  }
}

// A message that names the choices or a better value needs no more; otherwise what the option takes is added.
std::string Arguments::explained(const Option& o, const std::string& problem) {
  for (const char* const enough : {" is not one of ", "did you mean", " is not of the form ", ": expected "}) {
    if (problem.find(enough) != std::string::npos) return fmt::format("{}: {}", o.name, problem);
  }
  return fmt::format("{}: {}; it takes {}{}", o.name, problem, o.value, meaning(o));
}

std::string Arguments::meaning(const Option& o) {
  constexpr std::size_t kLongest = 120;
  return o.help.size() > kLongest ? std::string() : ": " + o.help;
}

void Arguments::parse(const std::vector<std::string>& words) {
  std::vector<std::string> rest;
  split(words, rest);
  for (Option& o : options_) apply(o);
  if (rest.size() < least_) {
    throw UsageError(fmt::format("relia {} needs {}: {}", command_, positional_name_, positional_help_));
  }
  if (rest.size() > most_) {
    throw UsageError(most_ == 0 ? fmt::format("relia {} takes no '{}'", command_, rest.front())
                                : fmt::format("relia {} takes {} {}; '{}' is one too many", command_, most_,
                                              positional_name_, rest[most_]));
  }
  if (positional_ != nullptr) *positional_ = std::move(rest);
}

std::string Arguments::help() const {
  std::string out = fmt::format("relia {}: {}\n\nusage: relia {}", command_, job_, command_);
  if (!positional_name_.empty()) {
    const std::string word = positional_name_ + (most_ > 1 ? "..." : "");
    out += least_ == 0 ? " [" + word + ']' : ' ' + word;
  }
  out += options_.empty() ? "\n" : " [options]\n";
  if (!positional_name_.empty()) out += '\n' + help_row(positional_name_, positional_help_);
  std::string last;
  bool first = true;
  for (const Option& o : options_) {
    if (o.help.empty()) continue;  // one of many alike, explained with another
    if (first || o.heading != last) out += fmt::format("\n{}\n", o.heading.empty() ? "Options" : o.heading);
    first = false;
    last = o.heading;
    const std::string value = o.value_is_optional ? "[=" + o.value + ']' : (o.value.empty() ? "" : ' ' + o.value);
    out += help_row(o.name + value, o.help);
  }
  if (!example_.empty()) out += fmt::format("\nExample\n  {}\n\n{}\n", example_, explanation_);
  return out;
}

}  // namespace relia::cli
