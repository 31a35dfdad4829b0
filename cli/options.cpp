#include "cli/options.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include <relia/error.hpp>

#include "cli/numbers.hpp"

namespace relia::cli {
namespace {

Arguments::Setter optional_text(std::optional<std::string>& into) {
  return [&into](const std::string& found) {
    if (found.empty()) throw UsageError("an empty text is no value");
    into = found;
  };
}

}  // namespace

double parse_level(std::string_view text) {
  const double level = parse_number(text);
  if (level > 0.0 && level < 1.0) return level;
  if (level > 1.0 && level < 100.0) {
    throw UsageError(fmt::format("'{}' does not lie between 0 and 1; did you mean {:g}?", text, level / 100.0));
  }
  throw UsageError(fmt::format("'{}' does not lie between 0 and 1", text));
}

std::vector<double> parse_probabilities(std::string_view text) {
  std::vector<double> out;
  for (const std::string_view item : split_list(text)) out.push_back(parse_level(item));
  return out;
}

std::vector<double> parse_ages(std::string_view text) {
  std::vector<double> out = parse_numbers(text);
  for (const double age : out) {
    if (age < 0.0) throw UsageError(fmt::format("{:g} is negative", age));
  }
  return out;
}

std::pair<std::string, std::string> parse_assignment(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    throw UsageError(fmt::format("'{}' is not of the form NAME=VALUE", text));
  }
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

double parse_lock_timeout(std::string_view text) {
  const double seconds = parse_number(text);
  if (seconds < 0.0) throw UsageError(fmt::format("'{}' is negative", text));
  return seconds;
}

void OutputOptions::declare(Arguments& arguments, std::vector<std::string> formats) {
  arguments.heading("Output");
  const std::string list = fmt::format("{}", fmt::join(formats, "|"));
  const auto named = [](const std::string& name) {
    return name == "json" ? Format::json : name == "csv" ? Format::csv : Format::text;
  };
  format = named(formats.front());
  arguments.option("--format", list, fmt::format("what goes to standard output (default {})", formats.front()),
                   [this, formats, named](const std::string& found) {
                     for (const std::string& name : formats) {
                       if (found == name) {
                         format = named(name);
                         return;
                       }
                     }
                     throw UsageError(fmt::format("'{}' is not one of {}", found, fmt::join(formats, ", ")));
                   });
  arguments.text("--output", "FILE", "that output to a file, written whole or not at all", file);
  arguments.option("--lang", "en|zh", "language of text; JSON keys stay English (default en)",
                   [this](const std::string& found) {
                     if (found != "en" && found != "zh") {
                       throw UsageError(fmt::format("'{}' is not one of en, zh", found));
                     }
                     chinese = found == "zh";
                   });
}

void DataOptions::declare(Arguments& arguments, std::size_t most) {
  arguments.positional("DATA", "a CSV or TSV file, - for standard input, or STORE.h5:NAME", 1, most, sources);
  declare_columns(arguments);
  arguments.option("--lock-timeout", "SECONDS",
                   "how long to wait for another process that uses the store of DATA (default 60)",
                   [this](const std::string& found) { lock_timeout = parse_lock_timeout(found); });
}

void DataOptions::declare_columns(Arguments& arguments) {
  arguments.heading("Data, where column names do not say it");
  const auto column = [&](const char* name, const char* help, std::optional<std::string>& into) {
    arguments.option(name, "COL", help, optional_text(into));
  };
  column("--time", "column of times (with a status column)", time);
  column("--status", "column of status words or codes", status);
  column("--lower", "column of lower ends: the unit was known to be alive then", lower);
  column("--upper", "column of upper ends: empty where the unit was still alive at the lower end", upper);
  column("--count", "column of the number of units a row stands for", count);
  column("--entry", "column of ages before which a unit could not have been seen (left truncation)", entry);
  column("--exit", "column of ages after which a failure could not have been seen (right truncation)", exit);
  arguments.option("--failed-code", "CODE", "the status code that means failed, where 0/1 could mean either",
                   optional_text(failed_code));
  arguments.text("--time-unit", "UNIT", "unit of the times (h, d, cycle, km, ...); printed, never converted",
                 time_unit);
  arguments.repeatable("--unit", "COL=UNIT", "unit of a column; --unit UNIT is --time-unit UNIT",
                       [this](const std::string& found) {
                         if (found.find('=') != std::string::npos) {
                           units.push_back(parse_assignment(found));
                         } else if (found.empty() || (!time_unit.empty() && time_unit != found)) {
                           throw UsageError(fmt::format("'{}' is a second unit of the times", found));
                         } else {
                           time_unit = found;
                         }
                       });
}

void GroupOptions::declare(Arguments& arguments) {
  arguments.text("--by", "COL", "repeat the analysis for every value of this column", by);
}

void BoundOptions::declare(Arguments& arguments, std::vector<std::string> methods) {
  arguments.heading("Bounds");
  arguments.option("--confidence", "LEVEL", "level of every bound, between 0 and 1 (default 0.95)",
                   [this](const std::string& found) { confidence = parse_level(found); });
  arguments.choice("--sides", {"two", "lower", "upper"}, "two-sided bounds or one side only (default two)", sides);
  if (methods.empty()) return;
  bounds = methods.front();
  const bool resampled = std::find(methods.begin(), methods.end(), "bootstrap") != methods.end();
  arguments.choice("--bounds", std::move(methods),
                   fmt::format("how bounds are made: profile likelihood ratio, Wald, exact chi-squared (exponential, "
                               "or shape fixed), {}or not at all (default {})",
                               resampled ? "resampling, " : "", bounds),
                   bounds);
  arguments.choice("--wald-scale", {"auto", "z", "logit", "log", "plain"},
                   "the scale on which Wald bounds are symmetric (default auto)", wald_scale);
  arguments.choice("--termination", {"time", "failure"},
                   "exact bounds: whether the test ended at a time or at a failure (default time)", termination);
}

void QuantityOptions::declare(Arguments& arguments) {
  arguments.heading("Quantities");
  arguments.option("--quantiles", "P,...", "life by which a fraction P has failed (default 0.01,0.05,0.1,0.5)",
                   [this](const std::string& found) { quantiles = parse_probabilities(found); });
  arguments.option("--at", "T,...", "reliability, failure probability and hazard at these ages",
                   [this](const std::string& found) { at = parse_ages(found); });
  arguments.option("--given", "T0,...",
                   "for a unit that has survived to age T0: reliability over the next --at T,..., and the life left",
                   [this](const std::string& found) { given = parse_ages(found); });
  arguments.option("--reliable-life", "R,...", "age by which reliability has fallen to R",
                   [this](const std::string& found) { reliable_life = parse_probabilities(found); });
}

void RequirementOptions::declare(Arguments& arguments) {
  arguments.heading("Gate");
  arguments.repeatable("--require", "EXPR",
                       "a requirement such as 'R(1000)>=0.95@0.9' or 'B10>=2000'; exit 5 when a one-sided bound of "
                       "level @... (else --confidence) does not meet it",
                       [this](const std::string& found) {
                         Expected<Requirement, std::string> parsed = parse_requirement(found);
                         if (!parsed) throw UsageError(parsed.error());
                         requirements.push_back(std::move(parsed).value());
                       });
}

void ThreadOptions::declare(Arguments& arguments) {
  arguments.heading("Machine");
  arguments.option("--threads", "N", "threads to use (default: all cores); results do not depend on it",
                   [this](const std::string& found) { threads = static_cast<int>(parse_whole(found, 1, 4096)); });
}

void SeedOptions::declare(Arguments& arguments) {
  arguments.heading("Machine");
  arguments.option("--seed", "N", "seed of the random numbers (default 1)",
                   [this](const std::string& found) { seed = parse_whole(found, 0, UINT64_MAX); });
}

}  // namespace relia::cli
