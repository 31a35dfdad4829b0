#include "cli/compare_answers.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace relia::cli {
namespace {

using Json = nlohmann::ordered_json;

std::vector<Json> objects_of(const std::string& text) {
  std::vector<Json> out;
  if (Json whole = Json::parse(text, nullptr, false); !whole.is_discarded()) {
    out.push_back(std::move(whole));
    return out;
  }
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    Json one = Json::parse(rest.substr(0, end), nullptr, false);
    if (one.is_discarded()) throw std::invalid_argument("not JSON");
    out.push_back(std::move(one));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string shown(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A null stands where a number could not be given.
bool numeric(const Json& v) {
  return v.is_number() || v.is_null();
}

bool same_number(const Json& a, const Json& b) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.is_number_integer() && b.is_number_integer()) return a == b;
  return std::bit_cast<std::uint64_t>(a.get<double>()) == std::bit_cast<std::uint64_t>(b.get<double>());
}

class Comparer {
 public:
  void compare(const Json& saved, const Json& now, const std::string& path) {
    if (saved.is_object() && now.is_object()) return compare_objects(saved, now, path);
    if (saved.is_array() && now.is_array()) return compare_arrays(saved, now, path);
    if (numeric(saved) && numeric(now)) {
      ++out_.numbers;
      if (same_number(saved, now)) return;
      ++out_.differing;
      if (saved.is_number() && now.is_number()) {
        const double a = saved.get<double>(), b = now.get<double>();
        out_.largest = std::max(out_.largest, std::fabs(a - b) / std::max(std::fabs(a), std::fabs(b)));
      }
      return note(path, shown(saved), shown(now));
    }
    if (saved == now) return;
    count(saved, true);
    if (!holds_number(saved)) count(now, true);
    if (!holds_number(saved) && !holds_number(now)) ++out_.texts_differing;
    note(path, shown(saved), shown(now));
  }

  // What only one of them has.
  void lone(const Json& value, const std::string& path, bool is_saved) {
    count(value, true);
    if (!holds_number(value)) ++out_.texts_differing;
    note(path, is_saved ? shown(value) : "", is_saved ? "" : shown(value));
  }

  [[nodiscard]] AnswerComparison take() { return std::move(out_); }

 private:
  void compare_objects(const Json& saved, const Json& now, const std::string& path) {
    for (const auto& [key, value] : saved.items()) {
      const std::string place = path + '/' + key;
      if (place.ends_with("/data/source")) continue;
      if (const auto other = now.find(key); other != now.end()) {
        compare(value, *other, place);
      } else {
        lone(value, place, true);
      }
    }
    for (const auto& [key, ignored] : now.items()) {
      if (!saved.contains(key)) ++out_.added;
    }
  }

  void compare_arrays(const Json& saved, const Json& now, const std::string& path) {
    const std::size_t both = std::min(saved.size(), now.size());
    for (std::size_t i = 0; i < both; ++i) compare(saved[i], now[i], path + '/' + std::to_string(i));
    for (std::size_t i = both; i < saved.size(); ++i) lone(saved[i], path + '/' + std::to_string(i), true);
    for (std::size_t i = both; i < now.size(); ++i) lone(now[i], path + '/' + std::to_string(i), false);
  }

  static bool holds_number(const Json& v) {
    return v.is_structured() ? std::any_of(v.begin(), v.end(), holds_number) : numeric(v);
  }

  void count(const Json& v, bool differing) {
    if (v.is_structured()) {
      for (const Json& e : v) count(e, differing);
    } else if (numeric(v)) {
      ++out_.numbers;
      if (differing) ++out_.differing;
    }
  }

  void note(const std::string& path, std::string saved, std::string now) {
    if (out_.first.size() < AnswerComparison::kShown) out_.first.push_back({path, std::move(saved), std::move(now)});
  }

  AnswerComparison out_;
};

}  // namespace

bool nested_too_deeply(std::string_view json) {
  constexpr int kDeepest = 100;
  int depth = 0;
  bool text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (text) {
      if (c == '\\') ++i;
      if (c == '"') text = false;
    } else if (c == '"') {
      text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDeepest) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

AnswerComparison compare_answers(const std::string& saved, const std::string& now) {
  if (nested_too_deeply(saved)) throw std::invalid_argument("nested too deeply");
  const std::vector<Json> a = objects_of(saved), b = objects_of(now);
  const bool many = a.size() > 1 || b.size() > 1;
  Comparer comparer;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const std::string path = many ? '/' + std::to_string(i) : std::string();
    if (i < a.size() && i < b.size()) {
      comparer.compare(a[i], b[i], path);
    } else {
      comparer.lone(i < a.size() ? a[i] : b[i], path, i < a.size());
    }
  }
  return comparer.take();
}

}  // namespace relia::cli
