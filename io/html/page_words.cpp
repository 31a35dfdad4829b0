#include "io/html/page_words.hpp"

#include <array>
#include <string_view>

namespace relia::io {
namespace {

constexpr PageWords kEnglish{
    .fit_title = "Life data analysis: {}",
    .nonparametric_title = "Life data without a model: {}",
    .alt_title = "Accelerated life test: {}",
    .results_title = "Results of relia",
    .result_file = "result",
    .drawn_from_results =
        "Lines and bounds join the lives that the results hold; points are the data, unchanged since (same SHA-256).",
    .drawn_without_data =
        "Lines and bounds join the lives that the results hold; where the data are not at hand or not what they "
        "were, there are no points.",
    .points_shown =
        "{} of {} points; with more than 5000 the JSON in this page holds some of them too, --format json all",
    .answer_nonparametric = "The {} estimate of these lives assumes no distribution.",
    .data = "Data",
    .pictures = "Pictures",
    .results = "Results",
    .warnings = "Assumptions and warnings",
    .methods = "How each number was computed",
    .provenance = "Provenance",
    .requirements = "Requirements",
    .source = "source",
    .units = "units (n)",
    .rows = "rows",
    .failed = "exact failures (F)",
    .suspended = "right-censored, suspended (S)",
    .left = "left-censored (L)",
    .interval = "interval-censored (I)",
    .truncated = "truncated",
    .first_failure = "first failure",
    .last_failure = "last failure",
    .last_age = "last age",
    .time_unit = "unit of time",
    .not_stated = "not stated",
    .share_failed = "{} % of the {} units are known to have failed.",
    .nothing_found = "The reader found nothing to remark on.",
    .answer_best = "Of the {} distributions tried, {} describes these lives best.",
    .answer_one = "{} was fitted to these lives.",
    .answer_none = "The data cannot answer: {}",
    .answer_life = "{} % of the units fail by {}{} ({} % bounds {} to {})",
    .answer_life_plain = "{} % of the units fail by {}{}",
    .answer_mean = "; the mean life is {}{} ({} to {}).",
    .answer_mean_plain = "; the mean life is {}{}.",
    .bound_none = "no bound",
    .assumptions = "What was assumed",
    .cautions = "What to beware of",
    .assume_one = "All units belong to one population and were used alike.",
    .assume_independent = "Units fail independently of each other.",
    .assume_censoring =
        "Why a unit left observation (suspension, inspection, entry) had nothing to do with its remaining life.",
    .assume_model = "Life follows the fitted distribution, also where nobody has seen a unit.",
    .assume_modes = "Failure modes are independent; the first to come ends the life.",
    .assume_untested = "These assumptions are not tested by the numbers; the pictures show some departures.",
    .assume_relation =
        "The relation of life to stress holds at every stress drawn, down to use: the same way of failing.",
    .candidates = "Candidates",
    .parameters = "Parameters",
    .lives = "Lives",
    .at_ages = "At ages",
    .given_ages = "For units that have survived to an age",
    .fit_quality = "Goodness of fit",
    .shape = "What the shape says",
    .quantity = "quantity",
    .value = "value",
    .covariance = "Covariance of the parameters",
    .conditional = "reliability over {} more",
    .residual = "{} of the life left",
    .sha256 = "SHA-256 of the data",
    .version = "relia",
    .command = "command line",
    .settings = "settings",
    .seed = "seed",
    .no_seed = "none: nothing here is random",
    .made = "page made",
    .confidence_row = "confidence",
    .bounds_row = "bounds",
    .group = "group",
    .verdict = "verdict",
    .several = "{}: {} groups",
    .requirement = "requirement",
    .estimate = "estimate",
    .bound = "bound",
    .level = "level (%)",
    .met = "met",
    .hint =
        "Move over a picture to read values off; drag to zoom, double-click to go back; click a name in a legend to "
        "hide or show it.",
    .json_hint = "The complete result is in this file as JSON, in script elements of class \"result\".",
};

constexpr PageWords kChinese{
    .fit_title = "寿命数据分析：{}",
    .nonparametric_title = "寿命数据的非参数分析：{}",
    .alt_title = "加速寿命试验：{}",
    .results_title = "relia 结果",
    .result_file = "结果",
    .drawn_from_results = "曲线与置信限连接结果中的寿命值；点为数据，其 SHA-256 未变。",
    .drawn_without_data = "曲线与置信限连接结果中的寿命值；数据不在或已改变时不画点。",
    .points_shown = "共 {1} 点，列出 {0} 点；超过 5000 点时本页所含 JSON 也只有其中一部分，--format json 给出全部",
    .answer_nonparametric = "对这些寿命数据的 {} 估计不假定任何分布。",
    .data = "数据",
    .pictures = "图",
    .results = "结果",
    .warnings = "假设与警告",
    .methods = "各数值的计算方法",
    .provenance = "来源",
    .requirements = "要求",
    .source = "数据来源",
    .units = "样品数（n）",
    .rows = "行数",
    .failed = "精确失效（F）",
    .suspended = "右截尾（S）",
    .left = "左截尾（L）",
    .interval = "区间截尾（I）",
    .truncated = "截断",
    .first_failure = "首个失效",
    .last_failure = "最后失效",
    .last_age = "最长寿命",
    .time_unit = "时间单位",
    .not_stated = "未说明",
    .share_failed = "{1} 个样品中已知失效的占 {0} %。",
    .nothing_found = "读入时未发现需要说明的问题。",
    .answer_best = "在所试的 {} 种分布中，{}最符合这些寿命数据。",
    .answer_one = "对这些寿命数据拟合了{}。",
    .answer_none = "数据无法给出答案：{}",
    .answer_life = "到 {1}{2} 时失效 {0} %（{3} % 置信限 {4} 至 {5}）",
    .answer_life_plain = "到 {1}{2} 时失效 {0} %",
    .answer_mean = "；平均寿命为 {}{}（{} 至 {}）。",
    .answer_mean_plain = "；平均寿命为 {}{}。",
    .bound_none = "无置信限",
    .assumptions = "所作的假设",
    .cautions = "注意事项",
    .assume_one = "所有样品属于同一总体，使用条件相同。",
    .assume_independent = "各样品的失效相互独立。",
    .assume_censoring = "样品退出观察的原因（截尾、检查、进入）与其剩余寿命无关。",
    .assume_model = "寿命服从所拟合的分布，在没有观察到样品的范围内亦然。",
    .assume_modes = "各失效模式相互独立，最先发生者终结寿命。",
    .assume_untested = "上述假设未经数值检验；图可显示部分偏离。",
    .assume_relation = "寿命与应力的关系在图中所有应力水平直至使用条件均成立，失效机理相同。",
    .candidates = "候选分布",
    .parameters = "参数",
    .lives = "寿命",
    .at_ages = "给定时间",
    .given_ages = "对已工作到某时间的样品",
    .fit_quality = "拟合优度",
    .shape = "形状参数的含义",
    .quantity = "量",
    .value = "值",
    .covariance = "参数的协方差",
    .conditional = "再工作 {} 的可靠度",
    .residual = "剩余寿命的 {}",
    .sha256 = "数据的 SHA-256",
    .version = "relia",
    .command = "命令行",
    .settings = "设置",
    .seed = "随机种子",
    .no_seed = "无：结果不含随机成分",
    .made = "生成时间",
    .confidence_row = "置信水平",
    .bounds_row = "置信限",
    .group = "组",
    .verdict = "判定",
    .several = "{}：{} 组",
    .requirement = "要求",
    .estimate = "估计值",
    .bound = "置信限",
    .level = "置信水平（%）",
    .met = "满足",
    .hint = "将指针移到图上可读数；拖动放大，双击还原；点击图例可隐藏或显示。",
    .json_hint = "完整结果以 JSON 形式包含在本文件中（class 为 \"result\" 的 script 元素）。",
};

struct Method {
  std::string_view key;
  MethodText english, chinese;
};

constexpr std::array kMethods{
    Method{"mle",
           {"Maximum likelihood. The estimate is where log L is greatest, the gradient zero and the Hessian negative "
            "definite:",
            "log L = Σ n_i log f(t_i) [failures] + Σ n_i log R(t_i) [suspensions] + Σ n_i log(F(b_i) − F(a_i)) "
            "[intervals] − windows "
            "of truncated rows (Lawless 2003, ch. 2; Meeker, Escobar & Pascual 2021, ch. 7–8)"},
           {"极大似然法。估计值处对数似然最大，梯度为零，黑塞矩阵负定：",
            "log L = Σ n_i log f(t_i)［失效］+ Σ n_i log R(t_i)［右截尾］+ Σ n_i log(F(b_i) − F(a_i))［区间］− "
            "截断行的窗口（Lawless 2003，第 2 章；Meeker、Escobar 与 Pascual 2021，第 7–8 章）"}},
    Method{"rrx",
           {"Rank regression on X: the least-squares line of age on the reduced variate of the median rank,",
            "minimum of Σ (x_i − a − b y_i)² over the failures (Abernethy, The New Weibull Handbook)"},
           {"对 X 的秩回归：以中位秩的约化变量对时间作最小二乘直线，",
            "使 Σ (x_i − a − b y_i)² 最小（Abernethy, The New Weibull Handbook）"}},
    Method{"rry",
           {"Rank regression on Y: the least-squares line of the reduced variate of the median rank on age,",
            "minimum of Σ (y_i − a − b x_i)² over the failures"},
           {"对 Y 的秩回归：以时间对中位秩的约化变量作最小二乘直线，", "使 Σ (y_i − a − b x_i)² 最小"}},
    Method{"lr",
           {"Likelihood-ratio bounds: the values q of the quantity itself whose profile log-likelihood has dropped so "
            "far that",
            "2 (log L_max − max log L given q) = z², z = Φ⁻¹((1+C)/2) two-sided, Φ⁻¹(C) one-sided (Venzon & Moolgavkar "
            "1988)"},
           {"似然比置信限：使所求量的轮廓对数似然下降到下式的值 q，",
            "2 (log L_max − 给定 q 时的最大 log L) = z²，双侧 z = Φ⁻¹((1+C)/2)，单侧 z = Φ⁻¹(C)（Venzon 与 Moolgavkar "
            "1988）"}},
    Method{"wald",
           {"Wald bounds: symmetric on the scale on which the quantity is nearly normal (log of positive quantities, "
            "logit of "
            "probabilities),",
            "estimate ± z · standard error, the standard error from the inverse of the observed information by the "
            "delta method"},
           {"Wald 置信限：在该量接近正态的尺度上对称（正的量取对数，概率取 logit），",
            "估计值 ± z · 标准误，标准误由观测信息阵之逆按 delta 法得到"}},
    Method{"exact",
           {"Exact chi-squared bounds of the scale, from which the others follow:",
            "scale_L = (2 Σ n t^shape / χ²(C; 2r+2))^(1/shape), scale_U with χ²(1−C; 2r), r failures (Epstein & Sobel "
            "1953; "
            "IEC 60605-4)"},
           {"尺度参数的精确卡方置信限，其余由此得到：",
            "scale_L = (2 Σ n t^shape / χ²(C; 2r+2))^(1/shape)，scale_U 用 χ²(1−C; 2r)，r 为失效数（Epstein 与 Sobel "
            "1953；"
            "IEC 60605-4）"}},
    Method{"bootstrap",
           {"Bootstrap bounds: the model is fitted again to resampled data,",
            "see the settings below (Efron & Tibshirani 1993)"},
           {"自助法置信限：对重抽样的数据重新拟合，", "设置见下（Efron 与 Tibshirani 1993）"}},
    Method{"criteria",
           {"Candidates are ranked by the corrected Akaike criterion; n counts all units, censored ones included:",
            "AICc = 2k − 2 log L + 2k(k+1)/(n−k−1), BIC = k log n − 2 log L (Burnham & Anderson 2002)"},
           {"候选分布按修正的赤池信息准则排序，n 计入包括截尾在内的所有样品：",
            "AICc = 2k − 2 log L + 2k(k+1)/(n−k−1)，BIC = k log n − 2 log L（Burnham 与 Anderson 2002）"}},
    Method{"anderson-darling",
           {"Anderson-Darling statistic against the Kaplan-Meier estimate, up to the last age:",
            "n ∫ (F_n − F)² / (F (1 − F)) dF"},
           {"相对 Kaplan-Meier 估计、直到最长寿命的 Anderson-Darling 统计量：", "n ∫ (F_n − F)² / (F (1 − F)) dF"}},
    Method{"quantiles",
           {"B-lives, reliability and hazard follow from the fitted law:",
            "B(100p) = F⁻¹(p), R(t) = 1 − F(t), h(t) = f(t)/R(t)"},
           {"可靠寿命、可靠度与失效率由所拟合的分布得到：", "B(100p) = F⁻¹(p)，R(t) = 1 − F(t)，h(t) = f(t)/R(t)"}},
    Method{"positions",
           {"Points of the probability plot: the exact median rank of each failure's Johnson-adjusted rank i among n "
            "units,",
            "median of Beta(i, n − i + 1) (Johnson 1964)"},
           {"概率图上的点：各失效的 Johnson 修正秩 i（共 n 个样品）的精确中位秩，",
            "Beta(i, n − i + 1) 的中位数（Johnson 1964）"}},
    Method{
        "kaplan-meier",
        {"Steps: the Kaplan-Meier estimate,", "R(t) = Π (1 − d_i/n_i) over failure ages up to t (Kaplan & Meier 1958)"},
        {"阶梯：Kaplan-Meier 估计，", "R(t) = Π (1 − d_i/n_i)，对 t 及以前的失效时间（Kaplan 与 Meier 1958）"}},
    Method{"nelson-aalen",
           {"The Nelson-Aalen estimate of the cumulative hazard,", "H(t) = Σ d_i/n_i over failure ages up to t"},
           {"累积失效率的 Nelson-Aalen 估计，", "H(t) = Σ d_i/n_i，对 t 及以前的失效时间"}},
    Method{"turnbull",
           {"Points and steps of interval data: Turnbull's nonparametric maximum-likelihood estimate,",
            "masses of the innermost intervals that maximise Σ n_i log P(event_i | window_i) (Turnbull 1976)"},
           {"区间数据的点与阶梯：Turnbull 非参数极大似然估计，",
            "使 Σ n_i log P(事件_i | 窗口_i) 最大的最内区间质量（Turnbull 1976）"}},
    Method{"modes",
           {"Competing modes: each mode sees the failures of the others as suspensions,", "R(t) = Π R_m(t)"},
           {"竞争失效模式：对每一模式，其他模式的失效视为右截尾，", "R(t) = Π R_m(t)"}},
    Method{"coverage",
           {"Coverage: the share of simulated tests whose bounds hold the truth, each test analysed as data are,",
            "c = #(lower ≤ truth ≤ upper)/N, Monte-Carlo standard error √(c (1 − c)/N), N tests with an estimate"},
           {"覆盖率：置信限包含真值的模拟试验所占的比例，每次试验的分析与数据相同，",
            "c = #(下限 ≤ 真值 ≤ 上限)/N，蒙特卡罗标准误 √(c (1 − c)/N)，N 为有估计值的试验数"}},
    Method{"alt",
           {"Life-stress model: one common shape, and a scale that follows the stresses,",
            "ln(scale) or μ = intercept + Σ terms of the relations (Nelson 1990)"},
           {"寿命-应力模型：形状参数相同，尺度参数随应力变化，", "ln(scale) 或 μ = 截距 + Σ 各关系项（Nelson 1990）"}},
};

struct Law {
  std::string_view name;
  const char* formula;
};

constexpr std::array kLaws{
    Law{"exponential", "R(t) = exp(−t/scale)"},
    Law{"exponential-2p", "R(t) = exp(−(t − threshold)/scale)"},
    Law{"weibull", "R(t) = exp(−(t/scale)^shape)"},
    Law{"weibull-3p", "R(t) = exp(−((t − threshold)/scale)^shape)"},
    Law{"normal", "F(t) = Φ((t − mu)/sigma)"},
    Law{"lognormal", "F(t) = Φ((ln t − mu)/sigma)"},
    Law{"lognormal-3p", "F(t) = Φ((ln(t − threshold) − mu)/sigma)"},
    Law{"logistic", "F(t) = 1/(1 + exp(−(t − mu)/sigma))"},
    Law{"loglogistic", "F(t) = 1/(1 + exp(−(ln t − mu)/sigma))"},
    Law{"loglogistic-3p", "F(t) = 1/(1 + exp(−(ln(t − threshold) − mu)/sigma))"},
    Law{"gumbel", "R(t) = exp(−exp((t − mu)/sigma))"},
    Law{"gumbel-max", "F(t) = exp(−exp(−(t − mu)/sigma))"},
    Law{"frechet", "F(t) = exp(−exp(−(ln t − mu)/sigma))"},
    Law{"gamma", "f(t) = t^(shape−1) exp(−t/scale) / (scale^shape Γ(shape))"},
    Law{"gengamma", "ln t = mu + sigma w, exp(lambda w) lambda⁻² ~ Gamma(lambda⁻²)"},
    Law{"birnbaum-saunders", "F(t) = Φ((√(t/scale) − √(scale/t))/shape)"},
    Law{"inverse-gaussian", "f(t) = √(shape/(2π t³)) exp(−shape (t − mean)²/(2 mean² t))"},
    Law{"gompertz", "h(t) = rate · exp(growth · t)"},
};

}  // namespace

const PageWords& page_words(Language language) {
  return language == Language::chinese ? kChinese : kEnglish;
}

MethodText method_text(const char* key, Language language) {
  for (const Method& m : kMethods) {
    if (m.key == key) return language == Language::chinese ? m.chinese : m.english;
  }
  return {"", ""};
}

const char* law_formula(const char* distribution) {
  for (const Law& l : kLaws) {
    if (l.name == distribution) return l.formula;
  }
  return "";
}

}  // namespace relia::io
