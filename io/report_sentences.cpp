#include "io/report_sentences.hpp"

#include <array>
#include <string_view>
#include <vector>

#include "io/report_words.hpp"

namespace relia::io {
namespace {

// "{}" stands for any text, which is carried over, in order.
struct Sentence {
  std::string_view english;
  std::string_view chinese;
  unsigned laws = 0;  ///< bit i: what stands for hole i is the name of a distribution
};

constexpr std::array kSentences{
    // Verdicts
    Sentence{"The data say nothing: every row is certain whatever the life distribution is.",
             "数据不含信息：无论寿命分布如何，每一行都必然成立。"},
    Sentence{"No unit failed: the likelihood rises without end as the life grows.",
             "没有失效：寿命越长，似然越大，没有极大值。"},
    Sentence{"No unit failed: there is no estimate, only a bound on one side.",
             "没有失效：没有估计值，只有一侧的置信限。"},
    Sentence{"Every unit had failed before it was first looked at (all left-censored): the likelihood rises without "
             "end as the life shrinks to nothing.",
             "所有样品在首次检查前均已失效（全部左截尾）：寿命越趋于零，似然越大，没有极大值。"},
    Sentence{"The only exact failure agrees with every other row, so the likelihood grows without limit as the spread "
             "of life shrinks to zero.",
             "唯一的精确失效与其他各行都不矛盾，寿命的分散性趋于零时似然无限增大。"},
    Sentence{"All exact failures are at one age and every other row agrees with it, so the likelihood grows without "
             "limit as the spread of life shrinks to zero.",
             "所有精确失效都在同一年龄，其他各行也与之不矛盾，寿命的分散性趋于零时似然无限增大。"},
    Sentence{"All units were inspected at one age: only the fraction failed by that age is known, and every "
             "distribution through that point fits equally well.",
             "所有样品只在一个年龄检查过：只知道该年龄前的失效比例，通过该点的任何分布都同样拟合。"},
    Sentence{"One single age agrees with every row, so the likelihood has no maximum: it keeps rising as the spread of "
             "life shrinks to zero.",
             "有一个年龄与所有行都不矛盾，似然没有极大值：寿命的分散性趋于零时一直增大。"},
    Sentence{"Units found failed were no older than units found good, so the likelihood rises without end as the "
             "spread of life grows.",
             "检查时已失效的样品并不比完好的样品更老，寿命的分散性越大，似然越大，没有极大值。"},
    Sentence{"Every row agrees with all lives being equal to the value held, so the likelihood has no maximum in the "
             "spread of life.",
             "每一行都与全部寿命等于给定值不矛盾，似然对寿命的分散性没有极大值。"},
    Sentence{"The likelihood rises in the threshold up to the first failure, where it ends.",
             "似然随阈值一直上升到首个失效，并在那里终止。"},
    Sentence{"The likelihood keeps rising as the threshold or the scale runs to its limit.",
             "阈值或尺度参数趋于极限时似然一直上升。"},
    Sentence{"The data are impossible under the parameters that are held.", "在给定的参数下，这些数据不可能出现。"},
    Sentence{"The likelihood rises up to p = 1: the data show no fraction that cannot fail.",
             "似然一直上升到 p = 1：数据未显示存在不会失效的部分。"},
    Sentence{"No parameter values make these data possible.", "没有任何参数值能使这些数据成为可能。"},
    Sentence{"The likelihood does not change along some direction: the data cannot tell the parameters apart.",
             "似然沿某一方向不变：数据无法区分这些参数。"},
    Sentence{"The likelihood rises without end as the threshold runs to minus infinity: the data have no use for a "
             "threshold.",
             "阈值趋于负无穷时似然一直上升：数据不需要阈值。"},
    Sentence{"The threshold held lies so close to an age, beside the scale of life, that the distance between them has "
             "lost its digits.",
             "固定的门限值离某个年龄太近（与寿命尺度相比），两者之差已没有有效数字。"},
    Sentence{"Subtract the threshold from every age and fit the two-parameter form.",
             "请从每个年龄减去门限值，再拟合两参数形式。"},
    Sentence{
        "The best {} agrees with 1 in every digit of a number: the rest of the population is too small a part to be "
        "written down.",
        "最佳的 {} 在全部有效位上等于 1：总体的其余部分太小，无法写出。"},
    Sentence{"The likelihood has no regular maximum: the climb ends with a parameter running to its limit.",
             "似然没有正则极大值：搜索以某个参数趋于极限而告终。"},
    Sentence{"The likelihood has no regular maximum: the climb ends in a spike.",
             "似然没有正则极大值：搜索终止于一个尖峰。"},
    Sentence{"Rank regression plots exact failures: left- or interval-censored or truncated rows have no place on the "
             "plot.",
             "秩回归只画精确失效：左截尾、区间截尾或截断的行无法画在图上。"},
    Sentence{"There is no failure to plot.", "没有失效可画。"},
    Sentence{"One plotted point does not make a line.", "一个点不成一条线。"},
    Sentence{"All failures are at one age: the plotted points make no line.", "所有失效都在同一年龄：各点不成一条线。"},
    Sentence{"A left- or interval-censored failure has a mode, and its share in the modes is not modelled.",
             "左截尾或区间截尾的失效带有失效模式，其在各模式中的份额未建模。"},
    Sentence{"No failure has a mode.", "没有任何失效带有失效模式。"},
    Sentence{"Mode {}: {}", "失效模式 {}：{}"},
    Sentence{"The data fix only a curve of scale and threshold: every point of it fits equally well.",
             "数据只确定了尺度参数与阈值的一条曲线：其上每一点都同样拟合。"},
    Sentence{"All units were tested at one level, so nothing in the data says how life depends on the stress ({}).",
             "所有样品在同一应力水平下试验，数据不含寿命如何依赖应力（{}）的信息。"},
    Sentence{"The data say nothing about {}: its stress does not vary between the tested levels apart from what the "
             "other terms explain.",
             "数据不含 {} 的信息：除其他项已解释的部分外，其应力在各试验水平之间没有变化。"},
    Sentence{
        "The stresses move together over the tested levels, so {} cannot be told apart: the likelihood is the same "
        "along a line of them.",
        "各应力在试验水平之间同步变化，无法区分 {}：似然沿它们的一条直线不变。"},
    Sentence{"All failures happened at one level, and the likelihood keeps rising, as far as arithmetic can tell, as a "
             "coefficient or the spread of life runs to its limit: life at the other levels is known on one side only.",
             "所有失效都发生在同一应力水平，在计算精度内，某个系数或寿命的分散性趋于极限时似然一直增大：其他水平的"
             "寿命只有一侧的信息。"},
    Sentence{"No maximum was found: the likelihood keeps rising, as far as arithmetic can tell, while a coefficient or "
             "the spread of life runs to its limit.",
             "未找到极大值：在计算精度内，某个系数或寿命的分散性趋于极限时似然一直增大。"},
    Sentence{
        "No maximum was found: units found failed were hardly older than units found good, so the likelihood keeps "
        "rising, as far as arithmetic can tell, as the spread of life grows.",
        "未找到极大值：检查时已失效的样品几乎不比完好的样品更老，在计算精度内，寿命的分散性越大，似然越大。"},
    Sentence{
        "All units were inspected at one age: only the fractions failed by that age are known, and every spread of "
        "life fits them equally well.",
        "所有样品只在一个年龄检查过：只知道该年龄前的失效比例，任何分散性都同样拟合。"},
    Sentence{"Units were only seen failed or not, at ages that follow the stress: the fractions failed are known, but "
             "every spread of life fits them equally well.",
             "各水平只在随应力变化的年龄检查过失效与否：只知道失效比例，任何分散性都同样拟合。"},
    Sentence{"Exact failure ages or more inspections would help; so would holding the shape (--fix).",
             "精确的失效年龄或更多的检查会有帮助；固定形状参数（--fix）也会。"},
    Sentence{"Inspect at a second age at some level, or hold the shape (--fix).",
             "在某一水平的第二个年龄检查，或固定形状参数（--fix）。"},
    // Accelerated tests
    Sentence{"Use lies outside the tested range of {}, by {} times that range (on the scale of the {} relation); the "
             "bounds hold only if the relation and the failure mechanism do out there.",
             "使用条件超出 {} 的试验范围，超出量为该范围的 {} 倍（按 {} 关系的尺度）；只有加速关系和失效机理在该处"
             "仍成立，置信限才有效。"},
    Sentence{"A cycle of the profile in use lasts {} and {} is {} cycles: life under a profile is reckoned at whole "
             "cycles and is good to one cycle.",
             "任务剖面的一个循环为 {}，{} 为 {} 个循环：剖面下的寿命按整循环计算，误差不超过一个循环。"},
    Sentence{"{} at use is {} under {} and {} under {} ({} times): the choice of distribution is not in the bounds.",
             "使用条件下的 {} 为 {}（{}）和 {}（{}），后者为前者的 {} 倍：置信限未计入分布的选择。", 0b10100},
    Sentence{"{} is read in kelvin and {} K is {} °C; if the column is in degrees Celsius, say --unit {}.",
             "{} 按开尔文读取，{} K 即 {} °C；若该列单位为摄氏度，请用 --unit {}。"},
    Sentence{"The two-step method gives no bounds; use --method mle for them.",
             "两步法不给出置信限；请用 --method mle。"},
    Sentence{"the two-step method has no bounds; use --method mle", "两步法没有置信限；请用 --method mle"},
    Sentence{"The relation does not hold over the tested levels (likelihood ratio test, p = {}): life at use by it is "
             "not to be trusted.",
             "加速关系在试验范围内不成立（似然比检验，p = {}）：由它外推的使用寿命不可信。"},
    Sentence{"The shape differs between the tested levels (likelihood ratio test, p = {}): the failure mechanism may "
             "change with stress.",
             "各试验水平的形状参数不同（似然比检验，p = {}）：失效机理可能随应力改变。"},
    Sentence{"more than {} levels: no fit of every level by itself", "超过 {} 个应力水平：不逐一单独拟合"},
    Sentence{"fewer than two levels can be fitted by themselves", "能单独拟合的应力水平不足两个"},
    Sentence{"no maximum with one shape and a life of its own a level", "各水平寿命自由、形状相同的模型没有极大值"},
    Sentence{"no maximum with a common shape", "形状相同的模型没有极大值"},
    Sentence{"no maximum with a life of its own at every level", "各水平寿命自由的模型没有极大值"},
    Sentence{"as many coefficients as levels: nothing is left to test the relation",
             "系数与应力水平一样多：没有余量检验加速关系"},
    Sentence{"not every level with failures can be fitted by itself", "并非每个有失效的水平都能单独拟合"},
    Sentence{"nothing is left to test the relation", "没有余量检验加速关系"},
    Sentence{"exact bounds exist only when the intercept alone is free (every coefficient held, and exponential or a "
             "held Weibull shape)",
             "只有截距待估时（系数均固定，且为指数分布或固定威布尔形状参数）才有精确置信限"},
    // Advice
    Sentence{"Test at a second level, or hold the coefficient at a known value ({}).",
             "在第二个应力水平试验，或将系数固定为已知值（{}）。"},
    Sentence{"Test at levels in which it varies by itself, leave the term out, or hold it ({}).",
             "在该应力单独变化的水平试验，或去掉该项，或将其固定（{}）。"},
    Sentence{"Test at levels in which they vary separately, leave a term out, or hold one ({}).",
             "在各应力分别变化的水平试验，或去掉一项，或固定其一（{}）。"},
    Sentence{"Test longer at the other levels until some units fail, or hold the coefficient (--fix).",
             "在其他水平延长试验直至有样品失效，或固定系数（--fix）。"},
    Sentence{"More failures at more levels, fewer terms, or a held coefficient or shape (--fix) would help.",
             "更多水平上的更多失效、更少的项，或固定系数或形状参数（--fix）会有帮助。"},
    Sentence{"More inspections or exact failure times would help; so would holding the shape (--fix shape=...).",
             "更多的检查或精确的失效时间会有帮助；给定形状参数（--fix shape=...）也会。"},
    Sentence{"Record ages at which units were seen to have failed or survived.",
             "请记录观察到样品失效或存活时的年龄。"},
    Sentence{
        "With a shape known from earlier tests, --fix shape=... gives an exact lower bound on life (Weibayes); "
        "otherwise test longer or more units.",
        "若形状参数由以往试验已知，--fix shape=... 可给出寿命的精确置信下限（Weibayes）；否则应延长试验或增加样品。"},
    Sentence{"Inspect earlier, or record exact failure times.", "更早检查，或记录精确的失效时间。"},
    Sentence{"Hold the shape (--fix shape=..., Weibayes), test more units to failure, or record tied failures as the "
             "inspection interval in which they happened.",
             "给定形状参数（--fix shape=...，Weibayes），使更多样品试验至失效，或将同时的失效记录为其发生的检查区间。"},
    Sentence{"Inspect at a second age, or hold the shape (--fix shape=...).",
             "在第二个年龄检查，或给定形状参数（--fix shape=...）。"},
    Sentence{"Standard errors and likelihood-ratio bounds do not exist there.", "那里不存在标准误和似然比置信限。"},
    Sentence{"Check the values of --fix against the data.", "请对照数据检查 --fix 的数值。"},
    Sentence{"Use the distribution without --limited-failure; standard errors do not exist on the boundary.",
             "请不用 --limited-failure 拟合该分布；边界上不存在标准误。"},
    Sentence{"Check the held parameters and the truncation ages against the data.",
             "请对照数据检查给定的参数和截断年龄。"},
    Sentence{"A distribution with fewer parameters, a held parameter (--fix), or more failures spread over more ages "
             "would help.",
             "参数更少的分布、给定参数（--fix）或分布在更多年龄的更多失效会有帮助。"},
    Sentence{"Use the two-parameter form, or the family it tends to (gumbel, normal or logistic).",
             "请用双参数形式，或其趋近的分布族（gumbel、normal 或 logistic）。"},
    Sentence{"Use --method mle.", "请用 --method mle。"},
    Sentence{"Rank regression needs two failures at different ages; Weibayes (--fix shape=...) works with fewer.",
             "秩回归需要两个不同年龄的失效；失效更少时可用 Weibayes（--fix shape=...）。"},
    Sentence{"Record tied failures as intervals, or hold the shape (--fix shape=..., with --method mle).",
             "将同时的失效记录为区间，或给定形状参数（--fix shape=...，--method mle）。"},
    Sentence{"Give exact ages for failures with a mode, or fit without --mode.",
             "请给出带失效模式的失效的精确年龄，或不用 --mode 拟合。"},
    Sentence{"Check --mode.", "请检查 --mode。"},
    // Why a number is missing
    Sentence{"the quantity does not exist at the estimate", "在估计值处该量不存在"},
    Sentence{"no unit failed, so there is no estimate", "没有失效，因而没有估计值"},
    Sentence{"every parameter is held", "所有参数均为给定"},
    Sentence{"the bound runs to infinity", "置信限趋于无穷"},
    Sentence{"no failure bounds it on this side", "没有失效在这一侧加以限制"},
    Sentence{"no likelihood-ratio bound exists at a boundary", "边界上不存在似然比置信限"},
    Sentence{"standard errors and likelihood-ratio bounds do not exist at a boundary",
             "边界上不存在标准误和似然比置信限"},
    Sentence{"the data say nothing about this quantity", "数据不含该量的信息"},
    Sentence{"the law is so narrow beside its ages that the profile is lost in their last digits",
             "分布相对于年龄过窄，轮廓似然淹没在数字的最后几位"},
    Sentence{"the profile likelihood does not fall far enough on the upper side", "轮廓似然在上侧下降不足"},
    Sentence{"the profile likelihood does not fall far enough on the lower side", "轮廓似然在下侧下降不足"},
    Sentence{"exact bounds do not exist for a system of several modes", "多个失效模式的系统没有精确置信限"},
    Sentence{"exact bounds need exact or right-censored rows", "精确置信限要求各行为精确失效或右截尾"},
    Sentence{"exact bounds need rows without truncation", "精确置信限要求各行没有截断"},
    Sentence{"exact bounds exist only when the scale alone is free (exponential, or --fix shape=...)",
             "只有尺度参数待估时（exponential 或 --fix shape=...）才有精确置信限"},
    Sentence{"the mean does not exist for these parameters", "在这些参数下平均寿命不存在"},
    Sentence{"the failure probability never gets there", "失效概率永远达不到该值"},
    Sentence{"the reliability never falls that far", "可靠度永远不会降到该值"},
    Sentence{"rank regression has no bounds here; use --method mle", "此处秩回归没有置信限；请用 --method mle"},
    Sentence{"the model carries no estimates", "该模型没有估计值"},
    Sentence{"a bound on the log scale needs a positive estimate", "对数尺度上的置信限要求估计值为正"},
    Sentence{"the age lies outside the range of the fitted life", "该年龄超出拟合寿命的范围"},
    Sentence{"a median life is not positive, so there is no ratio", "有一个中位寿命不为正，因而没有比值"},
    Sentence{"too few replicates for a bound at this level; give more (--replicates)",
             "重复次数不足以给出该水平的置信限；请增加（--replicates）"},
    Sentence{"every replicate lies on one side of the estimate", "所有重复都在估计值的同一侧"},
    Sentence{"the quantity has no standard error in more than 5 % of the replicates",
             "超过 5 % 的重复中该量没有标准误"},
    Sentence{"the quantity does not exist in more than 5 % of the replicates", "超过 5 % 的重复中该量不存在"},
    Sentence{"more than 5 % of the replicates have no maximum", "超过 5 % 的重复没有极大值"},
    Sentence{"bounds by resampling need an estimate inside the parameter space, not on its boundary",
             "重抽样置信限要求估计值在参数空间内部，而不在边界上"},
    Sentence{"pivotal bounds need a location-scale family (weibull, lognormal, ...) without held parameters",
             "枢轴置信限要求没有给定参数的位置-尺度分布族（weibull、lognormal 等）"},
    Sentence{"only maximum-likelihood estimates can be certified", "只能核对极大似然估计"},
    Sentence{"50 digits find no maximum at the estimates: {}", "50 位算术在估计值处没有找到极大值：{}"},
    // Coverage studies
    Sentence{"{}: use {}, which covers {} % of {} % asked for, the narrowest that keeps its level.",
             "{}：请用 {}，覆盖率 {} %（要求 {} %），是达到水平的方法中最窄的。"},
    Sentence{"{}: use {}, which covers {} % of {} % asked for.", "{}：请用 {}，覆盖率 {} %（要求 {} %）。"},
    Sentence{"{}: no kind keeps its level under this plan; {} comes nearest with {} % of {} %. More failures, or a "
             "higher --confidence, would make up for it.",
             "{}：此方案下没有一种方法达到水平；{} 最接近，为 {} %（要求 {} %）。更多的失效或更高的 --confidence "
             "可以弥补。"},
    Sentence{"{}: no kind of bound exists in these tests.", "{}：这些试验中没有一种置信限存在。"},
    // What a nonparametric estimate cannot say
    Sentence{"{}: no estimate: {}", "{}：无估计值：{}"},
    Sentence{"{}: no lower bound: {}", "{}：无置信下限：{}"},
    Sentence{"{}: no upper bound: {}", "{}：无置信上限：{}"},
    Sentence{"the survival estimate only falls to {}", "可靠度的估计只降到 {}"},
    Sentence{"the lower bound of survival stays above {}", "可靠度的置信下限一直高于 {}"},
    Sentence{"the upper bound of survival stays above {}", "可靠度的置信上限一直高于 {}"},
    // Warnings
    Sentence{
        "With fewer than 30 failures, bounds from resampled units hold the truth less often than their level says; "
        "relia simulate coverage shows how often under a plan.",
        "失效少于 30 个时，对样品重抽样得到的置信限包含真值的频率低于其水平；relia simulate coverage "
        "可给出某一方案下的实际频率。"},
    Sentence{"Left out: {} of {} replicates of the bootstrap, which have no maximum.",
             "未计入：自助法 {} 次（共 {} 次）重复没有极大值。"},
    Sentence{"A number of this model has only {} digits in common with 50-digit arithmetic.",
             "该模型有一个数与 50 位算术只有 {} 位一致。"},
    Sentence{
        "A component of this mixture rests on fewer than two failures for each of its parameters; such maxima arise "
        "from any few neighbouring failures and say little.",
        "混合分布有一组的每个参数所依据的失效不足两个；任何几个相邻的失效都会产生这样的极大值，说明不了什么。"},
    Sentence{
        "A higher maximum exists, at log L = {}, in which a component rests on fewer than two failures for each of "
        "its parameters; it is taken for spurious.",
        "存在更高的极大值（对数似然 {}），但其中有一组的每个参数所依据的失效不足两个，视为虚假。"},
    Sentence{
        "The maximum was sought on some two thousand of the rows and then climbed to on all of them: of two maxima "
        "nearly as high as each other it may be the lower one.",
        "极大值先在约两千行数据上搜索，再用全部数据求得：若两个极大值几乎同高，所得可能是较低的一个。"},
    Sentence{"The units were tested at {} different settings: acceleration factors are given only for --af-from and "
             "--af-to.",
             "样品在 {} 种不同条件下试验：仅给出 --af-from 与 --af-to 的加速系数。"},
    Sentence{"no status column: every time is taken as a failure; if column '{}' (0 and 1) is the status, name it by "
             "--status",
             "没有状态列：每个时间都按失效处理；若列“{}”（0 和 1）是状态，请用 --status 指明"},
    Sentence{"column '{}' is kept as text: its decimal mark differs from the rest of the file",
             "列“{}”按文本保留：其小数点与文件其余部分不同"},
    Sentence{"column {} has no name and is kept as '{}'", "第 {} 列没有名称，保留为“{}”"},
    Sentence{"column {} is taken as the {}", "列 {} 按 {} 处理"},
    Sentence{"column {} is not used: the bounds say what happened", "未使用列 {}：由上下限说明结果"},
    Sentence{"{} lines that look like data begin with # and were skipped as comments (the first is line {})",
             "有 {} 行像数据但以 # 开头，作为注释跳过（首个在第 {} 行）"},
    Sentence{"{} line that look like data begin with # and were skipped as comments (the first is line {})",
             "有 {} 行像数据但以 # 开头，作为注释跳过（首个在第 {} 行）"},
    Sentence{"The likelihood is higher still where it has no regular maximum (a spike or a parameter running to its "
             "limit); the estimate is the highest regular local maximum.",
             "在没有正则极大值之处（尖峰或某参数趋于极限）似然更高；估计值取最高的正则局部极大值。"},
    Sentence{"No unit failed: the bounds are exact chi-squared bounds on one side (Weibayes), whatever --bounds says.",
             "没有失效：置信限为一侧的精确卡方限（Weibayes），与 --bounds 无关。"},
    Sentence{"AICc does not exist for every candidate with so few units (n - k - 1 <= 0): all are ranked by AIC.",
             "样品太少，部分候选分布的 AICc 不存在（n - k - 1 <= 0）：全部按 AIC 排序。"},
    Sentence{
        "The distribution was chosen by the data; that choice is not in the bounds the requirements are judged at.",
        "分布由数据选定；判断要求所用的置信限未计入这一选择。"},
    Sentence{"Rank regression gives no bounds; use --method mle for them.", "秩回归不给出置信限；请用 --method mle。"},
};

// The texts under the "{}" of `pattern`, shortest first fits; false when the sentence is another.
bool match(std::string_view pattern, std::string_view text, std::vector<std::string_view>& found) {
  const std::size_t hole = pattern.find("{}");
  if (hole == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, hole))) return false;
  const std::string_view rest = pattern.substr(hole + 2);
  for (std::size_t end = hole; end <= text.size(); ++end) {
    found.push_back(text.substr(hole, end - hole));
    if (match(rest, text.substr(end), found)) return true;
    found.pop_back();
  }
  return false;
}

}  // namespace

std::string in_language(const std::string& sentence, Language language) {
  if (language == Language::english) return sentence;
  for (const Sentence& s : kSentences) {
    std::vector<std::string_view> parts;
    if (!match(s.english, sentence, parts)) continue;
    std::string out;
    std::string_view rest = s.chinese;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::size_t hole = rest.find("{}");
      const std::string part(parts[i]);
      out += rest.substr(0, hole);
      out += (s.laws >> i & 1u) != 0 ? named_in_language(part, language) : in_language(part, language);
      rest.remove_prefix(hole + 2);
    }
    return out + std::string(rest);
  }
  return sentence;
}

}  // namespace relia::io
