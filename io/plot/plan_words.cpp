#include "io/plot/plan_words.hpp"

#include <regex>
#include <utility>

namespace relia::io {

std::string plan_in_language(std::string plan, Language language) {
  if (language == Language::english) return plan;
  // Clauses of Simulation::describe_plan() and of an accelerated test, in the order they stand in.
  constexpr std::pair<const char*, const char*> kClauses[] = {
      {R"(^accelerated test at (\d+) levels? of stress)", "$1 个应力水平的加速试验"},
      {R"(^(\d+) units?)", "$1 个样品"},
      {R"( with (\d+) failure modes)", "，$1 种失效模式"},
      {R"( entering over ([^ ,]+))", "，在 $1 内陆续投入"},
      {R"(, test ended at ([^ ,]+))", "，试验在 $1 结束"},
      {R"(, test ended with failure (\d+))", "，试验在第 $1 个失效时结束"},
      {R"( or with failure (\d+))", " 或在第 $1 个失效时结束"},
      {R"(, units leaving at ages from )", "，样品退出的年龄服从 "},
      {R"(, looked at (\d+) ages? from ([^ ]+) to ([^ ,]+))", "，在 $2 至 $3 之间的 $1 个年龄检查"},
  };
  for (const auto& [english, chinese] : kClauses) plan = std::regex_replace(plan, std::regex(english), chinese);
  return plan;
}

}  // namespace relia::io
