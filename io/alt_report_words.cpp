#include "io/alt_report_words.hpp"

#include <array>

namespace relia::io {
namespace {

constexpr AltWords kEnglish{
    .stresses = "Life against stress",
    .stress = "stress",
    .relation = "relation",
    .unit = "unit",
    .tested = "tested",
    .range = "{} to {}",
    .preset = "model {}",
    .shape_separate = "a shape of its own at every level",
    .shape_stress = "the shape follows the stress",
    .life_at_use = "Life at use: {}",
    .life_at_profile = "Life at use under the profile of {}",
    .acceleration = "Acceleration factors",
    .acceleration_remark = "life at use divided by life at the level",
    .level = "level",
    .to = "against",
    .factor = "factor",
    .estimate = "estimate",
    .lower = "lower",
    .upper = "upper",
    .tests = "Does the model hold?",
    .test = "test",
    .statistic = "2 ln LR",
    .freedom = "df",
    .p_value = "p-value",
    .meaning = "meaning",
    .common_shape = "one shape at all levels",
    .lack_of_fit = "the relation",
    .common_shape_bad = "the shape differs between levels: the failure mechanism may change with stress",
    .common_shape_good = "no sign that the shape differs between levels",
    .lack_bad = "the relation does not hold over the tested levels",
    .lack_good = "no sign against the relation over the tested levels",
    .method_two_step = "two-step rank regression",
    .levels = "Every level by itself",
    .levels_remark = "the same distribution fitted to one level alone, beside what the relation gives",
    .units = "units",
    .failures = "failed",
    .by_relation = "by the relation",
    .verdict = "verdict",
};

constexpr AltWords kChinese{
    .stresses = "寿命与应力",
    .stress = "应力",
    .relation = "关系",
    .unit = "单位",
    .tested = "试验范围",
    .range = "{} 至 {}",
    .preset = "模型 {}",
    .shape_separate = "各应力水平的形状参数各自独立",
    .shape_stress = "形状参数随应力变化",
    .life_at_use = "使用条件下的寿命：{}",
    .life_at_profile = "任务剖面 {} 下的寿命",
    .acceleration = "加速系数",
    .acceleration_remark = "使用条件下的寿命与该水平下寿命之比",
    .level = "应力水平",
    .to = "对照",
    .factor = "系数",
    .estimate = "估计值",
    .lower = "下限",
    .upper = "上限",
    .tests = "模型是否成立？",
    .test = "检验",
    .statistic = "2 ln LR",
    .freedom = "自由度",
    .p_value = "p 值",
    .meaning = "含义",
    .common_shape = "各水平形状参数相同",
    .lack_of_fit = "加速关系",
    .common_shape_bad = "各水平的形状参数不同：失效机理可能随应力改变",
    .common_shape_good = "未见各水平形状参数不同的迹象",
    .lack_bad = "加速关系在试验范围内不成立",
    .lack_good = "未见加速关系在试验范围内不成立的迹象",
    .method_two_step = "两步秩回归（GB/T 2689.2）",
    .levels = "各水平单独拟合",
    .levels_remark = "对每一水平单独拟合同一分布，并列出按加速关系的值",
    .units = "样本数",
    .failures = "失效数",
    .by_relation = "按加速关系",
    .verdict = "结论",
};

struct Meaning {
  const char *prefix, *english, *chinese;
};

constexpr std::array<Meaning, 11> kMeanings = {{
    {"intercept", "constant of the link", "链接函数的常数项"},
    {"activation_energy_ev", "activation energy in eV", "激活能（eV）"},
    {"exponent", "life falls as the stress to this power", "寿命随应力的幂次下降"},
    {"coefficient", "of the stress in the link", "链接函数中应力的系数"},
    {"factor", "difference of the link from the first level", "与首个水平的链接值之差"},
    {"interaction", "of the product of the transformed stresses", "变换后应力乘积的系数"},
    {"hazard_coefficient", "of the stress in the logarithm of the hazard", "对数失效率中应力的系数"},
    {"log_sigma_intercept", "constant of ln sigma", "ln sigma 的常数项"},
    {"log_sigma_coefficient", "of the stress in ln sigma", "ln sigma 中应力的系数"},
    {"shape", "shape", "形状参数"},
    {"sigma", "scale", "尺度参数"},
}};

}  // namespace

const AltWords& alt_words(Language language) {
  return language == Language::chinese ? kChinese : kEnglish;
}

std::string alt_parameter_meaning(const std::string& name, Language language) {
  const std::string stem = name.substr(0, name.find('['));
  for (const Meaning& m : kMeanings) {
    if (stem == m.prefix) return language == Language::chinese ? m.chinese : m.english;
  }
  return {};
}

}  // namespace relia::io
