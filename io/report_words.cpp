#include "io/report_words.hpp"

#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "io/alt_report_words.hpp"

namespace relia::io {
namespace {

constexpr Words kEnglish{
    .group = "Group {} = {}",
    .units_rows = "{} {} in {} {}",
    .unit = "unit",
    .units = "units",
    .row = "row",
    .rows = "rows",
    .counts = "F={} failed, S={} right-censored (suspended), L={} left-censored, I={} interval-censored",
    .truncated = "{} of them known only within a window of ages (truncated)",
    .first_last = "failures from {} to {}{}",
    .last_age = "last age {}{}",
    .candidates = "Candidates",
    .ranked_by = "ranked by {}",
    .distribution = "distribution",
    .rank = "rank",
    .delta = "delta",
    .log_likelihood = "log-likelihood",
    .verdict = "verdict",
    .no_rank = "-",
    .free_parameters = "k",
    .r_squared = "R squared",
    .model_by = "{}, {}",
    .method_mle = "maximum likelihood",
    .method_rrx = "rank regression on X",
    .method_rry = "rank regression on Y",
    .ranks_exact = "exact median ranks",
    .ranks_benard = "Benard's median ranks",
    .bounds_two = "two-sided {} % bounds, {}",
    .bounds_lower = "one-sided lower {} % bounds, {}",
    .bounds_upper = "one-sided upper {} % bounds, {}",
    .bounds_none = "no bounds asked for",
    .how_lr = "profile likelihood ratio",
    .how_wald = "Wald",
    .how_exact = "exact chi-squared",
    .parameter = "parameter",
    .estimate = "estimate",
    .std_error = "std. error",
    .lower = "lower",
    .upper = "upper",
    .meaning = "meaning",
    .held = "held by the user",
    .life = "life",
    .failed_fraction = "{} % failed",
    .mean_life = "mean life (MTTF)",
    .reliable_life = "reliability fallen to {}",
    .at_age = "At an age",
    .age = "age",
    .reliability = "reliability R",
    .failure_probability = "failure probability F",
    .hazard = "failure rate h",
    .given_age = "For a unit that has survived to age {}{}",
    .time_more = "life left",
    .time_after = "time after",
    .fit_quality = "Goodness of fit",
    .anderson_darling = "Anderson-Darling",
    .anderson_darling_adjusted = "Anderson-Darling (adjusted)",
    .mode = "failure mode",
    .system = "All modes together (the first to come ends the life)",
    .modes = "Failure modes",
    .mode_counts = "failures: {}",
    .converged = "converged",
    .boundary = "boundary",
    .unbounded = "no maximum",
    .flat = "undetermined",
    .iteration_limit = "not converged",
    .closed_form = "closed form",
    .bad_data = "bad data",
    .no_estimate = "No estimate for {}",
    .help = "what would help",
    .shape_says = "What the shape says",
    .shape_wear_out =
        "Wear-out: the failure rate rises with age. The whole interval of {} ({} to {}) lies above 1, so replacing old "
        "units before they fail can pay.",
    .shape_infant =
        "Infant mortality: the failure rate falls with age. The whole interval of {} ({} to {}) lies below 1; look for "
        "defects of manufacture, and screen or burn in rather than replace old units.",
    .shape_random =
        "Random failures are possible: the interval of {} ({} to {}) holds 1, a constant failure rate. "
        "These data show neither infant mortality nor wear-out.",
    .shape_rising_estimate =
        "{} is estimated at {}, above 1: a failure rate that rises with age (wear-out), but without "
        "a bound on the other side of 1 this is not shown.",
    .shape_falling_estimate =
        "{} is estimated at {}, below 1: a failure rate that falls with age (infant mortality), but "
        "without a bound on the other side of 1 this is not shown.",
    .shape_fixed = "{} was held at {}: the data had no say in whether failures are early, random or by wear-out.",
    .constant_assumed =
        "Random failures: this distribution takes the failure rate as the same at every age; the data did not have to "
        "agree.",
    .rising_by_form = "Wear-out: with this distribution the failure rate rises with age, whatever the data.",
    .trend_rising =
        "Wear-out over this range: averaged between the B-lives, the fitted failure rate rises from age {} to age "
        "{}{}.",
    .trend_falling =
        "Infant mortality over this range: averaged between the B-lives, the fitted failure rate falls from age {} to "
        "age {}{}.",
    .trend_constant =
        "Random failures over this range: averaged between the B-lives, the fitted failure rate hardly changes from "
        "age {} to age {}{}.",
    .trend_peak =
        "Averaged between the B-lives, the fitted failure rate rises up to an age of about {}{} and falls after it: "
        "those who survive that "
        "age fail more rarely.",
    .trend_valley =
        "Averaged between the B-lives, the fitted failure rate falls up to an age of about {}{} and rises after it: "
        "early failures "
        "first, wear-out later.",
    .falls_in_the_end =
        "With this distribution the failure rate of the oldest units falls in the end, as few products do: do not "
        "extrapolate far beyond the data.",
    .growth_rising = "Wear-out: the failure rate rises with age. The whole interval of {} ({} to {}) lies above 0.",
    .growth_falling =
        "Infant mortality: the failure rate falls with age. The whole interval of {} ({} to {}) lies below 0.",
    .growth_random = "Random failures are possible: the interval of {} ({} to {}) holds 0, a constant failure rate.",
    .limited = "By this fit only {} % of the units can ever fail of this cause.",
    .threshold_free = "No failure before the threshold, age {}{}; the shape describes the life after it.",
    .beware = "What to beware of",
    .few_failures = "Few failures ({}): bounds are wide, and the data say little about which distribution is right.",
    .very_few_failures = "Very few failures ({}): treat every number here as a rough indication.",
    .beyond_last =
        "{}: beyond the last age in the data ({}{}), where nobody has seen a unit and the distribution alone speaks.",
    .before_first =
        "{}: before the first failure ({}{}), an extrapolation to the early tail, where distributions differ most.",
    .not_told_apart = "The data cannot tell these apart (within 2 of the best): {}.",
    .not_told_apart_life = "Among them {} runs from {} to {}{}.",
    .left_out = "{}: {}. {}",
    .no_lower = "No lower bound for {}: {}",
    .no_upper = "No upper bound for {}: {}",
    .no_value = "No value for {}: {}",
    .requirements = "Requirements",
    .met = "met",
    .not_met = "NOT MET",
    .requirement_lower = "estimate {}, lower bound {} at {} % one-sided",
    .requirement_upper = "estimate {}, upper bound {} at {} % one-sided",
    .requirement_missing = "estimate {}, no bound at {} % one-sided: {}",
    .no_bounds = "No bounds for {}: {}",
    .gap = " ",
    .very_few_help = " A known shape (--fix shape=...) or more time on test would help most.",
    .weibull_candidate =
        "The Weibull distribution, which could show infant mortality or wear-out, puts its shape at {} and explains "
        "the data no better (delta {}).",
    .colon = ": ",
    .full_stop = ". ",
    .standard_input = "standard input",
    .list_comma = ", ",
    .clause_comma = ", ",
};

constexpr Words kChinese{
    .group = "分组 {} = {}",
    .units_rows = "{} {}，{} {}",
    .unit = "个样品",
    .units = "个样品",
    .row = "行记录",
    .rows = "行记录",
    .counts = "失效 F={}，右截尾 S={}，左截尾 L={}，区间截尾 I={}",
    .truncated = "其中 {} 个仅在某一年龄窗口内可观测（截断）",
    .first_last = "失效时间 {} 至 {}{}",
    .last_age = "最长年龄 {}{}",
    .candidates = "候选分布",
    .ranked_by = "按 {} 排序",
    .distribution = "分布",
    .rank = "名次",
    .delta = "差值",
    .log_likelihood = "对数似然",
    .verdict = "结论",
    .no_rank = "-",
    .free_parameters = "k",
    .r_squared = "决定系数",
    .model_by = "{}，{}",
    .method_mle = "极大似然估计",
    .method_rrx = "对 X 的秩回归",
    .method_rry = "对 Y 的秩回归",
    .ranks_exact = "精确中位秩",
    .ranks_benard = "贝纳德中位秩",
    .bounds_two = "双侧置信限，置信水平 {} %，{}",
    .bounds_lower = "单侧置信下限，置信水平 {} %，{}",
    .bounds_upper = "单侧置信上限，置信水平 {} %，{}",
    .bounds_none = "未要求置信限",
    .how_lr = "轮廓似然比法",
    .how_wald = "瓦尔德（Wald）法",
    .how_exact = "精确卡方法",
    .parameter = "参数",
    .estimate = "估计值",
    .std_error = "标准误",
    .lower = "置信下限",
    .upper = "置信上限",
    .meaning = "含义",
    .held = "由用户给定",
    .life = "寿命",
    .failed_fraction = "{} % 已失效",
    .mean_life = "平均寿命（MTTF）",
    .reliable_life = "可靠度为 {} 的可靠寿命",
    .at_age = "给定年龄处",
    .age = "年龄",
    .reliability = "可靠度 R",
    .failure_probability = "失效概率 F",
    .hazard = "失效率 h",
    .given_age = "已存活至年龄 {}{} 的产品",
    .time_more = "剩余寿命",
    .time_after = "此后时间",
    .fit_quality = "拟合优度",
    .anderson_darling = "安德森-达林统计量",
    .anderson_darling_adjusted = "修正安德森-达林统计量",
    .mode = "失效模式",
    .system = "全部失效模式合并（最先出现者决定寿命）",
    .modes = "失效模式",
    .mode_counts = "失效数：{}",
    .converged = "已收敛",
    .boundary = "位于边界",
    .unbounded = "无极大值",
    .flat = "不可估",
    .iteration_limit = "未收敛",
    .closed_form = "闭式解",
    .bad_data = "数据有误",
    .no_estimate = "{}：没有估计值",
    .help = "建议",
    .shape_says = "形状说明什么",
    .shape_wear_out = "耗损失效：失效率随年龄上升。{} 的整个置信区间（{} 至 {}）都大于 1，在失效前更换旧件可能有益。",
    .shape_infant =
        "早期失效：失效率随年龄下降。{} 的整个置信区间（{} 至 {}）都小于 "
        "1；应查找制造缺陷，采用筛选或老炼，而不是更换旧件。",
    .shape_random =
        "可能是偶然失效：{} 的置信区间（{} 至 {}）包含 1，即失效率恒定。这些数据既未显示早期失效，也未显示耗损失效。",
    .shape_rising_estimate =
        "{} 的估计值为 {}，大于 1：失效率随年龄上升（耗损失效），但在 1 的另一侧没有置信限，不能认定。",
    .shape_falling_estimate =
        "{} 的估计值为 {}，小于 1：失效率随年龄下降（早期失效），但在 1 的另一侧没有置信限，不能认定。",
    .shape_fixed = "{} 固定为 {}：是早期失效、偶然失效还是耗损失效，不由这些数据决定。",
    .constant_assumed = "偶然失效：该分布假定任何年龄的失效率都相同，数据未必如此。",
    .rising_by_form = "耗损失效：该分布的失效率总是随年龄上升，与数据无关。",
    .trend_rising = "在此范围内为耗损失效：按各 B 寿命之间的平均，拟合的失效率在年龄 {} 至 {}{} 之间上升。",
    .trend_falling = "在此范围内为早期失效：按各 B 寿命之间的平均，拟合的失效率在年龄 {} 至 {}{} 之间下降。",
    .trend_constant = "在此范围内为偶然失效：按各 B 寿命之间的平均，拟合的失效率在年龄 {} 至 {}{} 之间几乎不变。",
    .trend_peak = "按各 B 寿命之间的平均，拟合的失效率上升至年龄约 {}{}，此后下降：活过该年龄的产品更少失效。",
    .trend_valley = "按各 B 寿命之间的平均，拟合的失效率下降至年龄约 {}{}，此后上升：先早期失效，后耗损失效。",
    .falls_in_the_end = "该分布最老产品的失效率最终会下降，实际产品很少如此：不要远离数据外推。",
    .growth_rising = "耗损失效：失效率随年龄上升。{} 的整个置信区间（{} 至 {}）都大于 0。",
    .growth_falling = "早期失效：失效率随年龄下降。{} 的整个置信区间（{} 至 {}）都小于 0。",
    .growth_random = "可能是偶然失效：{} 的置信区间（{} 至 {}）包含 0，即失效率恒定。",
    .limited = "按此拟合，只有 {} % 的产品会因此原因失效。",
    .threshold_free = "阈值（年龄 {}{}）之前不会失效；形状参数描述其后的寿命。",
    .beware = "注意事项",
    .few_failures = "失效数少（{}）：置信区间较宽，数据难以说明哪种分布正确。",
    .very_few_failures = "失效数很少（{}）：所有数字仅供粗略参考。",
    .beyond_last = "{} 超出数据中的最长年龄（{}{}）：没有产品达到过该年龄，此处仅凭分布假设。",
    .before_first = "{} 早于首个失效（{}{}）：这是向早期尾部的外推，各分布之间差别最大。",
    .not_told_apart = "数据无法区分以下分布（与最优者相差不超过 2）：{}。",
    .not_told_apart_life = "其中 {} 介于 {} 与 {}{} 之间。",
    .left_out = "{}：{}。{}",
    .no_lower = "{} 没有置信下限：{}",
    .no_upper = "{} 没有置信上限：{}",
    .no_value = "{} 没有数值：{}",
    .requirements = "要求",
    .met = "满足",
    .not_met = "不满足",
    .requirement_lower = "估计值 {}，置信下限 {}（单侧，置信水平 {} %）",
    .requirement_upper = "估计值 {}，置信上限 {}（单侧，置信水平 {} %）",
    .requirement_missing = "估计值 {}，没有置信限（单侧，置信水平 {} %）：{}",
    .no_bounds = "{} 没有置信限：{}",
    .gap = "",
    .very_few_help = "已知的形状参数（--fix shape=...）或更长的试验时间最有帮助。",
    .weibull_candidate = "能够显示早期失效或耗损失效的威布尔分布给出的形状参数为 {}，对数据的解释并不更好（差值 {}）。",
    .colon = "：",
    .full_stop = "。",
    .standard_input = "标准输入",
    .list_comma = "、",
    .clause_comma = "，",
};

struct Name {
  std::string_view key;
  const char* english;
  const char* chinese;
};

constexpr std::array kDistributions{
    Name{"exponential", "", "指数分布"},
    Name{"weibull", "", "威布尔分布（双参数）"},
    Name{"normal", "", "正态分布"},
    Name{"logistic", "", "逻辑斯谛分布"},
    Name{"gumbel", "", "最小极值（耿贝尔）分布"},
    Name{"gumbel-max", "", "最大极值（耿贝尔）分布"},
    Name{"lognormal", "", "对数正态分布"},
    Name{"loglogistic", "", "对数逻辑斯谛分布"},
    Name{"frechet", "", "弗雷歇分布"},
    Name{"gamma", "", "伽马分布"},
    Name{"gengamma", "", "广义伽马分布"},
    Name{"birnbaum-saunders", "", "伯恩鲍姆-桑德斯分布"},
    Name{"inverse-gaussian", "", "逆高斯分布"},
    Name{"gompertz", "", "贡珀茨分布"},
    Name{"weibull-3p", "", "威布尔分布（三参数）"},
    Name{"lognormal-3p", "", "对数正态分布（三参数）"},
    Name{"loglogistic-3p", "", "对数逻辑斯谛分布（三参数）"},
    Name{"exponential-2p", "", "指数分布（双参数）"},
};

// By "distribution.parameter" first, then by the parameter alone.
constexpr std::array kParameters{
    Name{"exponential-2p.scale", "mean life after the threshold", "阈值之后的平均寿命"},
    Name{"exponential-2p.rate", "failure rate after the threshold, 1/scale", "阈值之后的失效率（尺度参数的倒数）"},
    Name{"weibull-3p.scale", "63.2 % have failed by threshold + scale", "阈值与尺度参数之和处 63.2 % 已失效"},
    Name{"lognormal-3p.mu", "mean of ln(t - threshold)", "ln(t - 阈值) 的均值"},
    Name{"lognormal-3p.sigma", "standard deviation of ln(t - threshold)", "ln(t - 阈值) 的标准差"},
    Name{"loglogistic-3p.mu", "ln of (median life - threshold)", "中位寿命与阈值之差的对数"},
    Name{"loglogistic-3p.sigma", "scale of ln(t - threshold)", "ln(t - 阈值) 的尺度参数"},
    Name{"weibull.shape", "slope beta", "形状参数 β"},
    Name{"weibull.scale", "characteristic life eta, 63.2 % failed", "特征寿命 η（63.2 % 已失效）"},
    Name{"exponential.scale", "mean life", "平均寿命"},
    Name{"exponential.rate", "failure rate, 1/scale", "失效率（尺度参数的倒数）"},
    Name{"lognormal.mu", "mean of ln t", "ln t 的均值"},
    Name{"lognormal.sigma", "standard deviation of ln t", "ln t 的标准差"},
    Name{"normal.mu", "mean", "均值"},
    Name{"normal.sigma", "standard deviation", "标准差"},
    Name{"loglogistic.mu", "ln of the median life", "中位寿命的对数"},
    Name{"logistic.mu", "median life", "中位寿命"},
    Name{"frechet.mu", "location of ln t", "ln t 的位置参数"},
    Name{"frechet.sigma", "scale of ln t", "ln t 的尺度参数"},
    Name{"loglogistic.sigma", "scale of ln t", "ln t 的尺度参数"},
    Name{"gengamma.mu", "location of ln t", "ln t 的位置参数"},
    Name{"gengamma.sigma", "scale of ln t", "ln t 的尺度参数"},
    Name{"birnbaum-saunders.scale", "median life", "中位寿命"},
    Name{"inverse-gaussian.mean", "mean life", "平均寿命"},
    Name{"gompertz.rate", "failure rate at age 0", "年龄 0 处的失效率"},
    Name{"gompertz.growth", "growth of ln(failure rate) per unit of time", "失效率对数的增长率"},
    Name{"threshold", "age before which nothing fails", "阈值（此前不失效）"},
    Name{"p", "fraction that can fail", "可失效的比例"},
    Name{"lambda", "1: Weibull, 0: lognormal", "1 为威布尔，0 为对数正态"},
    Name{"shape", "shape", "形状参数"},
    Name{"scale", "scale", "尺度参数"},
    Name{"mu", "location", "位置参数"},
    Name{"sigma", "scale", "尺度参数"},
};

constexpr std::array kMethods{
    Name{"kaplan-meier", "Kaplan-Meier", "Kaplan-Meier"},
    Name{"nelson-aalen", "Nelson-Aalen", "Nelson-Aalen"},
    Name{"turnbull", "Turnbull", "Turnbull"},
    Name{"life-table", "life-table", "寿命表"},
    Name{"ranks", "median-rank", "中位秩"},
};

constexpr std::array kTerms{
    Name{"arrhenius", "", "阿伦尼乌斯"},
    Name{"eyring", "", "艾林"},
    Name{"power", "", "幂律"},
    Name{"linear", "", "线性"},
    Name{"log", "", "对数"},
    Name{"reciprocal", "", "倒数"},
    Name{"celsius", "", "摄氏度"},
    Name{"kelvin", "", "开尔文"},
    Name{"fahrenheit", "", "华氏度"},
    Name{"log-log", "", "双对数"},
    Name{"logit", "", "logit"},
    Name{"plain", "", "原尺度"},
    Name{"arcsine", "", "反正弦"},
    Name{"pointwise", "", "逐点"},
    Name{"equal-precision", "", "等精度"},
    Name{"hall-wellner", "", "Hall-Wellner"},
    Name{"limited-failure", "", "有限失效总体"},
    Name{"mean", "", "均值"},
    Name{"simulation", "", "模拟"},
};

constexpr std::array kBounds{
    Name{"lr", "", "似然比"},
    Name{"wald", "", "正态近似"},
    Name{"exact", "", "精确"},
    Name{"bootstrap", "", "自助法"},
};

template <std::size_t N>
const Name* find(const std::array<Name, N>& names, std::string_view key) {
  for (const Name& n : names) {
    if (n.key == key) return &n;
  }
  return nullptr;
}

// "weibull-3p" and "exponential-2p" share the parameters of their family.
std::string_view family(std::string_view distribution) {
  if (distribution.ends_with("-3p") || distribution.ends_with("-2p"))
    return distribution.substr(0, distribution.size() - 3);
  return distribution;
}

}  // namespace

const Words& words(Language language) {
  return language == Language::chinese ? kChinese : kEnglish;
}

std::string verdict_word(const std::string& name, Language language) {
  for (const FitStatus status : {FitStatus::converged, FitStatus::boundary, FitStatus::unbounded, FitStatus::flat,
                                 FitStatus::iteration_limit, FitStatus::closed_form, FitStatus::bad_data}) {
    if (name == to_string(status)) return verdict_word(status, language);
  }
  return name;
}

std::string named_in_language(const std::string& name, Language language) {
  const bool chinese = language == Language::chinese;
  if (const Name* const method = find(kMethods, name)) return chinese ? method->chinese : method->english;
  if (!chinese) return name;
  const Name* found = find(kDistributions, name);
  if (found == nullptr) found = find(kTerms, name);
  return found == nullptr ? name : found->chinese;
}

std::string bounds_in_language(const std::string& kind, Language language) {
  const Name* const found =
      language == Language::chinese ? find(kBounds, kind.substr(0, kind.find_first_of(" -("))) : nullptr;
  return found == nullptr ? kind : fmt::format("{}（{}）", found->chinese, kind);
}

std::string distribution_title(const ModelResult& model, Language language) {
  const std::string own = model.title.empty() ? model.distribution : model.title;
  if (language == Language::english) return own;
  const Name* const name = find(kDistributions, model.distribution);
  if (name == nullptr) return own;
  if (model.modifier == "limited-failure") return std::string("有限失效总体 ") + name->chinese;
  if (model.modifier == "mixture") return fmt::format("{} 个{}的混合", model.components, name->chinese);
  if (model.modifier == "mode") return std::string("竞争失效 ") + name->chinese;
  return name->chinese;
}

std::string parameter_meaning(std::string_view distribution, std::string_view parameter, Language language) {
  // Components of a mixture: shape1, scale1, p1.
  std::string_view stem = parameter;
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') stem.remove_suffix(1);
  const bool component = stem.size() < parameter.size();
  const Name* name = nullptr;
  if (component && stem == "p") {
    const std::string number(parameter.substr(stem.size()));
    return language == Language::chinese ? "第 " + number + " 组的比例" : "fraction of component " + number;
  }
  name = find(kParameters, fmt::format("{}.{}", distribution, stem));
  if (name == nullptr) name = find(kParameters, fmt::format("{}.{}", family(distribution), stem));
  if (name == nullptr) name = find(kParameters, stem);
  if (name == nullptr) return alt_parameter_meaning(std::string(parameter), language);
  return language == Language::chinese ? name->chinese : name->english;
}

const char* verdict_word(FitStatus status, Language language) {
  const Words& w = words(language);
  switch (status) {
    case FitStatus::converged: return w.converged;
    case FitStatus::boundary: return w.boundary;
    case FitStatus::unbounded: return w.unbounded;
    case FitStatus::flat: return w.flat;
    case FitStatus::iteration_limit: return w.iteration_limit;
    case FitStatus::closed_form: return w.closed_form;
    case FitStatus::bad_data: return w.bad_data;
  }
  return "";
}

}  // namespace relia::io
