#include "io/csv_header_names.hpp"

#include <optional>

#include "io/csv_cell.hpp"

namespace relia::io {
namespace {

struct UnitWord {
  std::string_view word, unit;
};

constexpr UnitWord kTimeUnits[] = {
    {"h", "h"},
    {"hr", "h"},
    {"hrs", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"小时", "h"},
    {"时", "h"},
    {"kh", "kh"},
    {"khr", "kh"},
    {"khours", "kh"},
    {"d", "d"},
    {"day", "d"},
    {"days", "d"},
    {"天", "d"},
    {"日", "d"},
    {"wk", "week"},
    {"week", "week"},
    {"weeks", "week"},
    {"周", "week"},
    {"mo", "month"},
    {"month", "month"},
    {"months", "month"},
    {"月", "month"},
    {"y", "y"},
    {"yr", "y"},
    {"yrs", "y"},
    {"year", "y"},
    {"years", "y"},
    {"年", "y"},
    {"min", "min"},
    {"mins", "min"},
    {"minute", "min"},
    {"minutes", "min"},
    {"分", "min"},
    {"分钟", "min"},
    {"s", "s"},
    {"sec", "s"},
    {"secs", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"秒", "s"},
    {"ms", "ms"},
    {"us", "us"},
    {"ns", "ns"},
    {"cycle", "cycle"},
    {"cycles", "cycle"},
    {"cyc", "cycle"},
    {"循环", "cycle"},
    {"循环数", "cycle"},
    {"次", "cycle"},
    {"次数", "cycle"},
    {"kcycle", "kcycle"},
    {"kcycles", "kcycle"},
    {"mcycle", "Mcycle"},
    {"mcycles", "Mcycle"},
    {"km", "km"},
    {"kms", "km"},
    {"kilometer", "km"},
    {"kilometers", "km"},
    {"kilometre", "km"},
    {"kilometres", "km"},
    {"公里", "km"},
    {"千米", "km"},
    {"mi", "mi"},
    {"mile", "mi"},
    {"miles", "mi"},
    {"rev", "rev"},
    {"revs", "rev"},
    {"revolution", "rev"},
    {"revolutions", "rev"},
    {"转", "rev"},
    {"shot", "shot"},
    {"shots", "shot"},
    {"start", "start"},
    {"starts", "start"},
};

struct Synonym {
  std::string_view key;
  Role role;
  int tier;
  std::string_view unit = {};
};

constexpr Synonym kSynonyms[] = {
    {"time", Role::time, 1},
    {"ttf", Role::time, 2},
    {"tte", Role::time, 2},
    {"time_to_failure", Role::time, 2},
    {"time_to_event", Role::time, 2},
    {"time_to_f_or_s", Role::time, 2},
    {"time_to_fail", Role::time, 2},
    {"failure_time", Role::time, 2},
    {"fail_time", Role::time, 2},
    {"event_time", Role::time, 2},
    {"survival_time", Role::time, 2},
    {"lifetime", Role::time, 2},
    {"life_time", Role::time, 2},
    {"时间", Role::time, 2},
    {"寿命", Role::time, 2},
    {"失效时间", Role::time, 2},
    {"故障时间", Role::time, 2},
    {"试验时间", Role::time, 2},
    {"工作时间", Role::time, 2},
    {"运行时间", Role::time, 2},
    {"life", Role::time, 3},
    {"age", Role::time, 3},
    {"t", Role::time, 3},
    {"duration", Role::time, 3},
    {"stop", Role::time, 3},
    {"end", Role::time, 3},
    {"mileage", Role::time, 3},
    {"里程", Role::time, 3},
    {"hours", Role::time, 3, "h"},
    {"days", Role::time, 3, "d"},
    {"weeks", Role::time, 3, "week"},
    {"months", Role::time, 3, "month"},
    {"years", Role::time, 3, "y"},
    {"cycles", Role::time, 3, "cycle"},
    {"kilocycles", Role::time, 3, "kcycle"},
    {"km", Role::time, 3, "km"},
    {"kilometers", Role::time, 3, "km"},
    {"miles", Role::time, 3, "mi"},
    {"小时", Role::time, 3, "h"},
    {"循环数", Role::time, 3, "cycle"},
    {"循环次数", Role::time, 3, "cycle"},

    {"status", Role::status, 1},
    {"event", Role::status, 2},
    {"failed", Role::status, 2},
    {"failure", Role::status, 2},
    {"death", Role::status, 2},
    {"dead", Role::status, 2},
    {"died", Role::status, 2},
    {"censor", Role::status, 2},
    {"censored", Role::status, 2},
    {"suspended", Role::status, 2},
    {"survived", Role::status, 2},
    {"cens", Role::status, 2},
    {"censoring", Role::status, 2},
    {"censor_status", Role::status, 2},
    {"censoring_status", Role::status, 2},
    {"censor_indicator", Role::status, 2},
    {"censoring_indicator", Role::status, 2},
    {"event_indicator", Role::status, 2},
    {"event_observed", Role::status, 2},
    {"failure_indicator", Role::status, 2},
    {"f_s", Role::status, 2},
    {"f_or_s", Role::status, 2},
    {"state_f_s", Role::status, 2},
    {"state_f_or_s", Role::status, 2},
    {"状态", Role::status, 2},
    {"失效", Role::status, 2},
    {"故障", Role::status, 2},
    {"截尾", Role::status, 2},
    {"删失", Role::status, 2},
    {"右截尾", Role::status, 2},
    {"右删失", Role::status, 2},
    {"是否失效", Role::status, 2},
    {"是否截尾", Role::status, 2},
    {"是否删失", Role::status, 2},
    {"state", Role::status, 3},
    {"fail", Role::status, 3},
    {"delta", Role::status, 3},
    {"indicator", Role::status, 3},

    {"lower", Role::lower, 1},
    {"lower_bound", Role::lower, 2},
    {"lower_limit", Role::lower, 2},
    {"lower_time", Role::lower, 2},
    {"time_lower", Role::lower, 2},
    {"lower_age", Role::lower, 2},
    {"interval_lower", Role::lower, 2},
    {"interval_start", Role::lower, 2},
    {"last_inspected", Role::lower, 2},
    {"last_inspection", Role::lower, 2},
    {"left", Role::lower, 2},
    {"下限", Role::lower, 2},
    {"下界", Role::lower, 2},
    {"时间下限", Role::lower, 2},
    {"寿命下限", Role::lower, 2},
    {"区间下限", Role::lower, 2},
    {"time1", Role::lower, 3},
    {"time_1", Role::lower, 3},

    {"upper", Role::upper, 1},
    {"upper_bound", Role::upper, 2},
    {"upper_limit", Role::upper, 2},
    {"upper_time", Role::upper, 2},
    {"time_upper", Role::upper, 2},
    {"upper_age", Role::upper, 2},
    {"interval_upper", Role::upper, 2},
    {"interval_end", Role::upper, 2},
    {"right", Role::upper, 2},
    {"上限", Role::upper, 2},
    {"上界", Role::upper, 2},
    {"时间上限", Role::upper, 2},
    {"寿命上限", Role::upper, 2},
    {"区间上限", Role::upper, 2},
    {"time2", Role::upper, 2},
    {"time_2", Role::upper, 2},

    {"count", Role::count, 1},
    {"counts", Role::count, 2},
    {"freq", Role::count, 2},
    {"quantity", Role::count, 2},
    {"qty", Role::count, 2},
    {"number_in_state", Role::count, 2},
    {"数量", Role::count, 2},
    {"频数", Role::count, 2},
    {"件数", Role::count, 2},
    {"台数", Role::count, 2},
    {"个数", Role::count, 2},
    {"样本数", Role::count, 2},
    {"frequency", Role::count, 3},
    {"n", Role::count, 3},

    {"trunc_lower", Role::entry, 1},
    {"entry", Role::entry, 1},
    {"truncation_lower", Role::entry, 2},
    {"left_truncation", Role::entry, 2},
    {"left_trunc", Role::entry, 2},
    {"trunc_left", Role::entry, 2},
    {"entry_time", Role::entry, 2},
    {"entry_age", Role::entry, 2},
    {"delayed_entry", Role::entry, 2},
    {"左截断", Role::entry, 2},
    {"截断下限", Role::entry, 2},
    {"进入时间", Role::entry, 2},
    {"起始时间", Role::entry, 2},
    {"start", Role::entry, 3},
    {"start_time", Role::entry, 3},

    {"trunc_upper", Role::exit, 1},
    {"exit", Role::exit, 1},
    {"truncation_upper", Role::exit, 2},
    {"right_truncation", Role::exit, 2},
    {"right_trunc", Role::exit, 2},
    {"trunc_right", Role::exit, 2},
    {"右截断", Role::exit, 2},
    {"截断上限", Role::exit, 2},
};

constexpr bool is_time(Role role) noexcept {
  return role != Role::status && role != Role::count && role != Role::other;
}

std::optional<std::string_view> time_unit_of_word(std::string_view word) {
  for (const UnitWord& u : kTimeUnits) {
    if (u.word == word) return u.unit;
  }
  return std::nullopt;
}

const Synonym* find_synonym(std::string_view key) {
  for (const Synonym& s : kSynonyms) {
    if (s.key == key) return &s;
  }
  return nullptr;
}

/// Runs of blanks and of - . _ / \ become one underscore; none at the ends.
std::string joined(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool separator =
        c == ' ' || c == '-' || c == '.' || c == '_' || c == '\t' || c == '\n' || c == '\r' || c == '/' || c == '\\';
    if (!separator) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return out;
}

/// Cuts "(…)", "[…]" or "（…）" off the end of the name; what was inside, or nothing.
std::string_view take_brackets(std::string_view& name) {
  struct Pair {
    std::string_view open, close;
  };
  constexpr Pair kPairs[] = {{"(", ")"}, {"[", "]"}, {"（", "）"}, {"【", "】"}};
  for (const Pair& pair : kPairs) {
    if (!name.ends_with(pair.close)) continue;
    const std::size_t open = name.rfind(pair.open);
    if (open == std::string_view::npos || open == 0) continue;
    const std::string_view inside =
        name.substr(open + pair.open.size(), name.size() - open - pair.open.size() - pair.close.size());
    name = trimmed(name.substr(0, open));
    return trimmed(inside);
  }
  return {};
}

/// isFailed as is_Failed, StatusCode as Status_Code.
std::string humps_apart(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z' && !out.empty() && out.back() >= 'a' && out.back() <= 'z') out += '_';
    out += c;
  }
  return out;
}

}  // namespace

bool speaks_of_status(std::string_view name) {
  std::string_view bare = trimmed(name);
  if (bare.size() > 80) return false;
  take_brackets(bare);
  const std::string key = "_" + joined(folded(humps_apart(bare))) + "_";
  const auto holds = [&key](std::string_view text) { return key.find(text) != std::string::npos; };
  for (const std::string_view how : {"mode", "cause", "reason", "模式", "原因", "部位", "机理"}) {
    if (holds(how)) return false;
  }
  for (const std::string_view part :
       {"status", "censor",  "suspend",  "suspens",   "surviv",     "状态",      "失效",
        "故障",   "失败",    "死亡",     "截尾",      "删失",       "存活",      "中止",
        "_cens_", "_fail_",  "_failed_", "_failure_", "_failures_", "_event_",   "_events_",
        "_dead_", "_death_", "_deaths_", "_died_",    "_alive_",    "_failed?_", "_fail?_"}) {
    if (holds(part)) return true;
  }
  return false;
}

std::string canonical_time_unit(std::string_view unit) {
  const std::string_view bare = trimmed(unit);
  const auto known = time_unit_of_word(folded(bare));
  return std::string(known ? *known : bare);
}

NameReading read_header_name(std::string_view name) {
  NameReading out;
  std::string_view bare = trimmed(name);
  if (bare.size() > 80) {  // no synonym is that long
    out.key = std::string(bare);
    return out;
  }
  const std::string_view bracket = take_brackets(bare);
  const std::string key = joined(folded(bare));
  out.key = key;
  const auto take = [&](const Synonym& s, std::string_view unit) {
    out.key = std::string(s.key);
    out.role = s.role;
    out.tier = s.tier;
    out.unit = is_time(s.role) ? canonical_time_unit(unit.empty() ? s.unit : unit) : std::string();
  };
  if (const Synonym* s = find_synonym(key)) {
    take(*s, bracket);
    return out;
  }
  // A unit as the last word: time_h, time/h, 时间_小时.
  if (const std::size_t cut = key.rfind('_'); cut != std::string::npos && bracket.empty()) {
    const Synonym* s = find_synonym(std::string_view(key).substr(0, cut));
    if (s != nullptr && is_time(s->role) && s->unit.empty() && time_unit_of_word(key.substr(cut + 1))) {
      take(*s, std::string_view(key).substr(cut + 1));
      return out;
    }
    if (key.starts_with("temp")) {
      const std::string_view last = std::string_view(key).substr(cut + 1);
      if (last == "c") out.unit = "celsius";
      if (last == "k") out.unit = "kelvin";
      if (last == "f") out.unit = "fahrenheit";
    }
  }
  if (!bracket.empty()) out.unit = std::string(bracket);
  return out;
}

}  // namespace relia::io
