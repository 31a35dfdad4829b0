#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include <relia/requirement.hpp>

namespace relia {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr const char* kQuantities = "R(t), F(t), h(t), B<percent>, MTTF, MTBF, mean or a parameter's name";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// The whole of `text` as one finite number.
std::optional<double> number(std::string_view text) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

// Percent to fraction. Shifting the decimal exponent before the one rounding makes B0.1 the double nearest to
// 0.001, as --quantiles 0.001 is; dividing by 100 rounds twice.
std::optional<double> percent(std::string_view text) {
  if (text.empty() || !(is_digit(text.front()) || text.front() == '.')) return {};
  if (text.find_first_of("eE") == std::string_view::npos) return number(std::string(text) + "e-2");
  const std::optional<double> value = number(text);
  return value ? std::optional<double>(*value / 100.0) : std::nullopt;
}

std::string quote(std::string_view text) {
  return '\'' + std::string(text) + '\'';
}

using Parsed = Expected<Requirement, std::string>;

Unexpected<std::string> wrong(const Requirement& r, const std::string& what) {
  return Unexpected<std::string>{quote(r.expression) + ": " + what};
}

// R(t), F(t), h(t): the part before the operator.
std::string read_function(std::string_view text, Requirement& out) {
  const std::string_view name = trimmed(text.substr(0, text.find('(')));
  if (name == "R") {
    out.kind = Requirement::Kind::reliability;
  } else if (name == "F") {
    out.kind = Requirement::Kind::failure_probability;
  } else if (name == "h") {
    out.kind = Requirement::Kind::hazard;
  } else {
    return "expected R(t), F(t) or h(t), found " + quote(text);
  }
  if (text.back() != ')') return "expected ')' after the age in " + quote(text);
  const std::size_t open = text.find('(') + 1;
  const std::string_view age = trimmed(text.substr(open, text.size() - open - 1));
  const std::optional<double> t = number(age);
  if (!t || *t < 0.0) return "expected an age >= 0 between the parentheses, found " + quote(age);
  out.argument = *t;
  return {};
}

bool looks_like_quantile(std::string_view text) {
  return text.size() >= 2 && (text[0] == 'B' || text[0] == 'b') && (is_digit(text[1]) || text[1] == '.');
}

bool looks_like_parameter(std::string_view text) {
  const std::size_t bracket = text.find('[');
  const std::string_view stem = text.substr(0, bracket);
  if (stem.empty() || !is_letter(stem.front())) return false;
  for (const char c : stem) {
    if (!is_letter(c) && !is_digit(c)) return false;
  }
  return bracket == std::string_view::npos || (text.back() == ']' && text.size() > bracket + 2);
}

std::string read_quantity(std::string_view text, Requirement& out) {
  if (text.empty()) return std::string("expected ") + kQuantities + " before the comparison";
  const std::size_t bracket = text.find('['), parenthesis = text.find('(');
  if (parenthesis != std::string_view::npos && parenthesis < bracket) return read_function(text, out);
  if (looks_like_quantile(text)) {
    const std::optional<double> p = percent(text.substr(1));
    if (!p || !(*p > 0.0 && *p < 1.0)) return "expected B with a percentage between 0 and 100, found " + quote(text);
    out.kind = Requirement::Kind::life_quantile;
    out.argument = *p;
    return {};
  }
  const std::string word = lower_case(text);
  if (word == "mttf" || word == "mtbf" || word == "mean") {
    out.kind = Requirement::Kind::mean;
    return {};
  }
  if (!looks_like_parameter(text)) return std::string("expected ") + kQuantities + ", found " + quote(text);
  out.kind = Requirement::Kind::parameter;
  out.parameter = std::string(text);
  return {};
}

// What is on the right of >= or <=, up to '@'.
std::string read_limit(std::string_view text, Requirement& out) {
  const std::optional<double> limit = number(text);
  if (!limit) return "expected a number after the comparison, found " + quote(text);
  out.limit = *limit;
  const bool probability =
      out.kind == Requirement::Kind::reliability || out.kind == Requirement::Kind::failure_probability;
  if (probability && !(*limit >= 0.0 && *limit <= 1.0)) {
    return "a probability lies between 0 and 1, found " + quote(text);
  }
  return {};
}

}  // namespace

Parsed parse_requirement(std::string_view text) {
  Requirement out;
  out.expression = std::string(trimmed(text));
  const std::string_view whole = out.expression;
  // A name in brackets, as in factor[supplier=A], may hold any character.
  const std::size_t after_name = whole.find(']') == std::string_view::npos ? 0 : whole.find(']');
  const std::size_t comparison = whole.find_first_of("<>=", after_name);
  if (comparison == std::string_view::npos) return wrong(out, "expected >= or <= between a quantity and a number");
  const std::string_view sign = whole.substr(comparison, 2);
  if (sign != ">=" && sign != "<=") {
    const std::size_t end = whole.find_first_not_of("<>=", comparison);
    return wrong(out, "expected >= or <=, found " + quote(whole.substr(comparison, end - comparison)));
  }
  out.at_least = sign == ">=";

  if (std::string problem = read_quantity(trimmed(whole.substr(0, comparison)), out); !problem.empty()) {
    return wrong(out, problem);
  }
  const std::string_view right = whole.substr(comparison + 2);
  const std::size_t at = right.find('@');
  if (std::string problem = read_limit(trimmed(right.substr(0, at)), out); !problem.empty()) return wrong(out, problem);
  if (at != std::string_view::npos) {
    const std::string_view level_text = trimmed(right.substr(at + 1));
    const std::optional<double> level = number(level_text);
    if (!level || !(*level > 0.0 && *level < 1.0)) {
      return wrong(out, "expected a confidence level between 0 and 1 after '@', found " + quote(level_text));
    }
    out.confidence = *level;
  }
  return out;
}

}  // namespace relia
