#include "io/csv_header.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "io/csv_cell.hpp"
#include "io/csv_header_names.hpp"

namespace relia::io {
namespace {

constexpr std::string_view kRoleNames[kRoles] = {"time",  "status",      "lower",      "upper",
                                                 "count", "trunc_lower", "trunc_upper"};

std::string quoted(std::string_view name) {
  return "'" + shown_name(name) + "'";
}

/// "a, b, c" for a message; at most a dozen names.
std::string listed(const std::vector<HeaderColumn>& columns) {
  std::string out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i == 12) return out + ", …";
    if (i > 0) out += ", ";
    out += shown_name(columns[i].name);
  }
  return out;
}

/// The column an option names: exactly, else without regard to case; kNoColumn when there is none.
std::size_t find_named(const std::vector<HeaderColumn>& columns, std::string_view wanted) {
  const std::string_view bare = trimmed(wanted);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == bare) return i;
  }
  const std::string small = folded(bare);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (folded(columns[i].name) == small) return i;
  }
  return kNoColumn;
}

class Resolver {
 public:
  Resolver(const std::vector<std::string>& names,
           std::uint64_t line,
           const std::string& file,
           const CsvOptions& options,
           DataErrors& errors)
      : names_(names), line_(line), file_(file), options_(options), errors_(errors) {
    header_.at.fill(kNoColumn);
  }

  Header run() {
    const std::uint64_t before = errors_.total;
    name_columns();
    if (errors_.total != before) return std::move(header_);
    take_options();
    take_names();
    if (errors_.total != before) return std::move(header_);
    check_layout();
    if (errors_.total != before) return std::move(header_);
    settle_codes();
    settle_units();
    settle_types();
    return std::move(header_);
  }

 private:
  void fail(std::string_view column, std::string message) {
    errors_.add({file_, line_, shown_name(column), std::move(message)});
  }

  std::size_t& at(Role role) { return header_.at[static_cast<std::size_t>(role)]; }
  HeaderColumn& column(Role role) { return header_.columns[at(role)]; }
  bool given(Role role) const { return given_[static_cast<std::size_t>(role)]; }

  void name_columns() {
    auto& columns = header_.columns;
    columns.resize(names_.size());
    readings_.resize(names_.size());
    std::unordered_map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const std::string_view bare = trimmed(names_[i]);
      columns[i].name = std::string(bare);
      if (bare.empty()) {
        columns[i].unnamed = true;
        continue;
      }
      if (bare.find('\0') != std::string_view::npos) {
        fail(bare, "binary: the header holds a NUL byte; expected text");
        continue;
      }
      const auto [other, fresh] = seen.emplace(folded(bare), i);
      if (!fresh) {
        fail(bare, "the column name " + quoted(bare) + " occurs twice, in columns " +
                       std::to_string(other->second + 1) + " and " + std::to_string(i + 1) +
                       "; expected each name once");
      }
      readings_[i] = read_header_name(bare);
      columns[i].unit = readings_[i].unit;
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!columns[i].unnamed) continue;
      std::string name = "column_" + std::to_string(i + 1);
      while (!seen.emplace(name, i).second) name += '_';
      columns[i].name = name;
    }
  }

  void take_options() {
    const std::pair<const std::optional<std::string>&, Role> asked[] = {
        {options_.time, Role::time},   {options_.status, Role::status}, {options_.lower, Role::lower},
        {options_.upper, Role::upper}, {options_.count, Role::count},   {options_.entry, Role::entry},
        {options_.exit, Role::exit}};
    for (const auto& [name, role] : asked) {
      if (!name) continue;
      const std::string option = role == Role::entry  ? "--entry"
                                 : role == Role::exit ? "--exit"
                                                      : "--" + std::string(kRoleNames[static_cast<std::size_t>(role)]);
      const std::size_t i = find_named(header_.columns, *name);
      if (i == kNoColumn) {
        throw UsageError(option + " " + *name + ": " + file_ + " has no such column; it has " +
                         listed(header_.columns));
      }
      if (header_.columns[i].role != Role::other) {
        throw UsageError(option + " " + *name + ": the column already is the " +
                         std::string(kRoleNames[static_cast<std::size_t>(header_.columns[i].role)]));
      }
      header_.columns[i].role = role;
      at(role) = i;
      given_[static_cast<std::size_t>(role)] = true;
    }
    if (given(Role::time) && (given(Role::lower) || given(Role::upper))) {
      throw UsageError("--time excludes --lower and --upper: they belong to different layouts");
    }
    if (given(Role::status) && (given(Role::lower) || given(Role::upper))) {
      throw UsageError("--status excludes --lower and --upper: they belong to different layouts");
    }
  }

  void take_names() {
    // A layout that the user chose by option leaves the other layout's names to ride along.
    const bool interval_chosen = given(Role::lower) || given(Role::upper);
    const bool status_chosen = given(Role::time) || given(Role::status);
    for (std::size_t r = 0; r < kRoles; ++r) {
      const Role role = static_cast<Role>(r);
      if (given(role)) continue;
      if (interval_chosen && (role == Role::time || role == Role::status)) continue;
      if (status_chosen && (role == Role::lower || role == Role::upper)) continue;
      take_name(role);
    }
    weigh_weak_layouts();
    for (std::size_t r = 0; r < kRoles; ++r) {
      const std::size_t i = header_.at[r];
      if (i == kNoColumn) continue;
      header_.columns[i].role = static_cast<Role>(r);
      if (!given_[r] && readings_[i].tier == 3) {
        header_.warnings.push_back("column " + quoted(header_.columns[i].name) + " is taken as the " +
                                   std::string(kRoleNames[r]));
      }
    }
  }

  void take_name(Role role) {
    int best = 4;
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < readings_.size(); ++i) {
      if (readings_[i].role != role || header_.columns[i].role != Role::other) continue;
      if (readings_[i].tier < best) {
        best = readings_[i].tier;
        found.clear();
      }
      if (readings_[i].tier == best) found.push_back(i);
    }
    if (found.empty()) return;
    if (found.size() > 1) {
      doubtful_.push_back({role, found});
    }
    at(role) = found.front();
  }

  /// A weak name (tier 3) must not make a second layout beside a clear one.
  void weigh_weak_layouts() {
    const auto tier = [&](Role role) {
      if (at(role) == kNoColumn) return 9;
      return given(role) ? 0 : readings_[at(role)].tier;
    };
    const auto drop = [&](Role role) {
      at(role) = kNoColumn;
      std::erase_if(doubtful_, [role](const auto& d) { return d.first == role; });
    };
    const int bounds = std::min(tier(Role::lower), tier(Role::upper));
    if (bounds <= 2) {
      if (tier(Role::time) == 3) drop(Role::time);
      if (tier(Role::status) == 3) drop(Role::status);
      if (tier(Role::time) == 9 && tier(Role::status) == 2) {
        header_.warnings.push_back("column " + quoted(column(Role::status).name) +
                                   " is not used: the bounds say what happened");
        drop(Role::status);
      }
    } else if (tier(Role::time) <= 2 && tier(Role::lower) == 3) {
      drop(Role::lower);
    }
    for (const auto& [role, found] : doubtful_) {
      std::string names;
      for (const std::size_t i : found) names += (names.empty() ? "" : ", ") + quoted(header_.columns[i].name);
      const std::string role_name(kRoleNames[static_cast<std::size_t>(role)]);
      fail(header_.columns[found[1]].name,
           "columns " + names + " could each be the " + role_name + "; expected one, or its name given by option");
    }
  }

  void check_layout() {
    const bool lower = header_.has(Role::lower), upper = header_.has(Role::upper), time = header_.has(Role::time),
               status = header_.has(Role::status);
    if (time && (lower || upper)) {
      const std::string& bound = lower ? column(Role::lower).name : column(Role::upper).name;
      fail(bound, "both " + quoted(column(Role::time).name) + " and " + quoted(bound) +
                      " are there; expected one layout, 'time,status' or 'lower,upper' (--time or --lower chooses)");
      return;
    }
    if (lower && upper) {
      if (status) {
        fail(column(Role::status).name, "a status column beside 'lower' and 'upper'; expected one layout, " +
                                            std::string("'time,status' or 'lower,upper'"));
      }
      header_.interval_layout = true;
      return;
    }
    if (lower || upper) {
      const std::string have = quoted(lower ? column(Role::lower).name : column(Role::upper).name);
      const std::string missing = lower ? "upper" : "lower";
      fail(missing, "there is " + have + " but no column '" + missing + "'; found columns " + listed(header_.columns));
      return;
    }
    if (!time) {
      const bool number = std::any_of(names_.begin(), names_.end(), [](const std::string& n) {
        return parse_number(n, DecimalMarks::either).kind == CellNumber::Kind::number;
      });
      fail("time", std::string(number ? "no header? " : "") +
                       "no column is named 'time', nor 'lower' and 'upper'; found columns " + listed(header_.columns));
    }
  }

  void settle_codes() {
    if (!header_.has(Role::status)) {
      if (options_.failed_code)
        throw UsageError("--failed-code: " + file_ + " has no status column; --status names it");
      return;
    }
    header_.codes = meaning_of_name(readings_[at(Role::status)].key);
    if (!options_.failed_code) return;
    const std::string_view code = trimmed(*options_.failed_code);
    if (code == "0") {
      header_.codes = CodeMeaning::zero_failed;
    } else if (code == "1") {
      header_.codes = CodeMeaning::one_failed;
    } else if (code == "2") {
      header_.codes = CodeMeaning::two_failed;
    } else {
      throw UsageError("--failed-code " + *options_.failed_code + ": takes 0 or 1, or 2 where the codes are 1 and 2");
    }
  }

  void settle_units() {
    for (const auto& [name, unit] : options_.units) {
      const std::size_t i = find_named(header_.columns, name);
      if (i == kNoColumn) {
        throw UsageError("--unit " + name + "=" + unit + ": " + file_ + " has no such column; it has " +
                         listed(header_.columns));
      }
      const bool life = header_.columns[i].role != Role::other;
      header_.columns[i].unit = life ? canonical_time_unit(unit) : unit;
    }
    header_.time_unit = canonical_time_unit(options_.time_unit);
    if (!header_.time_unit.empty()) return;
    std::size_t said_by = kNoColumn;
    for (const Role role : {Role::time, Role::lower, Role::upper, Role::entry, Role::exit}) {
      if (!header_.has(role)) continue;
      const HeaderColumn& c = column(role);
      if (c.unit.empty()) continue;
      if (said_by == kNoColumn) {
        said_by = at(role);
        header_.time_unit = c.unit;
      } else if (c.unit != header_.time_unit) {
        fail(c.name, quoted(c.name) + " is in " + c.unit + " but " + quoted(header_.columns[said_by].name) + " in " +
                         header_.time_unit + "; expected one unit, nothing is converted");
      }
    }
  }

  void settle_types() {
    const auto mark = [&](const std::vector<std::string>& wanted, bool HeaderColumn::*flag) {
      for (const std::string& name : wanted) {
        const std::size_t i = find_named(header_.columns, name);
        if (i == kNoColumn) {
          throw UsageError("column " + name + ": " + file_ + " has no such column; it has " + listed(header_.columns));
        }
        if (header_.columns[i].role != Role::other) {
          throw UsageError("column " + name + ": it already is the " +
                           std::string(kRoleNames[static_cast<std::size_t>(header_.columns[i].role)]));
        }
        header_.columns[i].*flag = true;
      }
    };
    mark(options_.numeric, &HeaderColumn::must_be_number);
    mark(options_.text, &HeaderColumn::must_be_text);
    for (HeaderColumn& c : header_.columns) {
      if (c.must_be_number && c.must_be_text) {
        throw UsageError("column " + c.name + ": asked for as numbers and as text");
      }
    }
  }

  const std::vector<std::string>& names_;
  std::uint64_t line_;
  const std::string& file_;
  const CsvOptions& options_;
  DataErrors& errors_;
  Header header_;
  std::vector<NameReading> readings_;
  std::array<bool, kRoles> given_{};
  std::vector<std::pair<Role, std::vector<std::size_t>>> doubtful_;
};

}  // namespace

std::size_t known_names(const std::vector<std::string>& names, const CsvOptions& options) {
  std::vector<std::string> asked;
  for (const auto* name : {&options.time, &options.status, &options.lower, &options.upper, &options.count,
                           &options.entry, &options.exit}) {
    if (*name) asked.push_back(folded(trimmed(**name)));
  }
  std::size_t known = 0;
  for (const std::string& name : names) {
    const bool by_option = std::find(asked.begin(), asked.end(), folded(trimmed(name))) != asked.end();
    if (by_option || read_header_name(name).role != Role::other) ++known;
  }
  return known;
}

Header resolve_header(const std::vector<std::string>& names,
                      std::uint64_t line,
                      const std::string& file,
                      const CsvOptions& options,
                      DataErrors& errors) {
  return Resolver(names, line, file, options, errors).run();
}

}  // namespace relia::io
