// What an engineer reads: what was read, how it was estimated, the curve, what is read off it, what to beware of.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/io/nonparametric_report.hpp>

#include "io/report_numbers.hpp"
#include "io/report_table.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kMostPoints = 60;

/// A text in both languages.
struct Phrase {
  const char *english, *chinese;
};

struct Title {
  const char* key;
  Phrase phrase;
};
constexpr Title kMethods[] = {
    {"kaplan-meier", {"Kaplan-Meier estimate of survival", "Kaplan-Meier 生存估计"}},
    {"nelson-aalen", {"Nelson-Aalen estimate of the cumulative hazard", "Nelson-Aalen 累积危险率估计"}},
    {"fleming-harrington",
     {"Fleming-Harrington estimate of the cumulative hazard", "Fleming-Harrington 累积危险率估计"}},
    {"turnbull", {"Turnbull's maximum-likelihood estimate", "Turnbull 极大似然估计"}},
    {"ranks", {"Adjusted ranks and median ranks", "修正秩与中位秩"}},
    {"life-table", {"Life table (actuarial estimate)", "寿命表（精算法估计）"}},
};
constexpr Title kColumns[] = {
    {"time", {"time", "时间"}},
    {"at_risk", {"at risk", "在险数"}},
    {"failures", {"failed", "失效数"}},
    {"withdrawn", {"withdrawn", "退出数"}},
    {"exposed", {"exposed", "有效暴露数"}},
    {"survival", {"survival", "生存概率"}},
    {"cumulative_hazard", {"cum. hazard", "累积危险率"}},
    {"std_error", {"std error", "标准误"}},
    {"lower", {"lower", "下限"}},
    {"upper", {"upper", "上限"}},
    {"survival_lower", {"S lower", "S 下限"}},
    {"survival_upper", {"S upper", "S 上限"}},
    {"mass", {"mass", "概率质量"}},
    {"unique", {"unique", "唯一"}},
    {"adjusted_rank", {"adj. rank", "修正秩"}},
    {"median_rank", {"median rank", "中位秩"}},
    {"benard", {"Benard", "Benard"}},
    {"conditional_failure_probability", {"q", "q"}},
    {"hazard", {"hazard", "危险率"}},
    {"hazard_std_error", {"se hazard", "危险率标准误"}},
    {"density", {"density", "密度"}},
    {"density_std_error", {"se density", "密度标准误"}},
};

class NonparametricText {
 public:
  NonparametricText(const NonparametricReport& report, const TextStyle& style)
      : report_(report),
        style_(style),
        w_(words(style.language)),
        unit_(report.source.time_unit.empty() ? "" : ' ' + report.source.time_unit) {}

  std::string take() {
    put_data();
    put_heading(title(kMethods, report_.method));
    if (!carries_estimates(report_.convergence.status)) {
      put_line(say({"no estimate: ", "无估计："}) + report_.convergence.reason);
      put_line(say({"what helps: ", "建议："}) + report_.convergence.advice);
    } else {
      put_how();
      put_points();
      put_quantiles();
      put_ages();
      put_mean();
    }
    put_warnings();
    return std::move(out_);
  }

 private:
  [[nodiscard]] const char* say(const Phrase& phrase) const {
    return style_.language == Language::chinese ? phrase.chinese : phrase.english;
  }
  template <class... Args>
  [[nodiscard]] std::string say(const Phrase& phrase, Args&&... args) const {
    return fmt::format(fmt::runtime(say(phrase)), std::forward<Args>(args)...);
  }
  template <std::size_t N>
  [[nodiscard]] std::string title(const Title (&titles)[N], const std::string& key) const {
    for (const Title& t : titles) {
      if (key == t.key) return say(t.phrase);
    }
    return key;
  }
  [[nodiscard]] std::string bold(const std::string& text) const {
    return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  void put_heading(const std::string& text) { out_ += '\n' + bold(text) + '\n'; }
  void put_line(const std::string& text) { out_ += "  " + wrap(text, 2, 2, kWidth) + '\n'; }
  void put_table(const Table& table) {
    if (!table.empty()) out_ += table.text(2, style_.colour ? "\x1b[2m" : "", style_.colour ? "\x1b[0m" : "");
  }

  void put_data() {
    if (!report_.group_column.empty()) {
      out_ += bold(fmt::format(fmt::runtime(w_.group), report_.group_column, report_.group)) + '\n';
    }
    const LifeCounts& c = report_.data;
    std::string first = fmt::format(fmt::runtime(w_.units_rows), c.n, c.n == 1 ? w_.unit : w_.units, c.rows,
                                    c.rows == 1 ? w_.row : w_.rows);
    if (!report_.source.sha256.empty()) {
      first += w_.clause_comma + ("SHA-256 " + report_.source.sha256.substr(0, 12)) + "…";
    }
    out_ +=
        bold(report_.source.name == "-" ? std::string(w_.standard_input) : report_.source.name) + "  " + first + '\n';
    put_line(fmt::format(fmt::runtime(w_.counts), c.failures, c.right_censored, c.left_censored, c.interval_censored));
    if (c.truncated > 0) put_line(fmt::format(fmt::runtime(w_.truncated), c.truncated));
    if (std::isfinite(report_.last_time)) {
      put_line(fmt::format(fmt::runtime(w_.last_age), readable(report_.last_time), unit_));
    }
  }

  void put_how() {
    const std::string level = readable(100 * report_.confidence);
    const Phrase sides = report_.sides == "two"     ? Phrase{"two-sided", "双侧"}
                         : report_.sides == "lower" ? Phrase{"one-sided lower", "单侧下"}
                                                    : Phrase{"one-sided upper", "单侧上"};
    if (report_.bounds == "wald" && report_.band != "equal-precision" && report_.band != "hall-wellner") {
      const Phrase how = report_.method == "turnbull"
                             ? Phrase{"{} {} % bounds from the observed information on the {} scale, each for its age",
                                      "{} {} % 逐点界限，由观测信息量在 {} 尺度上得出"}
                             : Phrase{"{} {} % bounds by Greenwood's variance on the {} scale, each for its age",
                                      "{} {} % 逐点界限，Greenwood 方差，{} 尺度"};
      const bool hazard = report_.method == "nelson-aalen" || report_.method == "fleming-harrington";
      const Phrase by_hazard = {
          "{} {} % bounds by the variance of the cumulative hazard on the {} scale of survival, "
          "each for its age",
          "{} {} % 逐点界限，累积危险率方差，生存概率的 {} 尺度"};
      put_line(say(hazard ? by_hazard : how, say(sides), level, report_.transform));
    } else if (report_.bounds == "wald") {
      const Phrase how = report_.band == "hall-wellner"
                             ? Phrase{"Hall-Wellner band: the whole curve from age {} to {} lies inside with {} % "
                                      "confidence (critical value {}, {} scale)",
                                      "Hall-Wellner 同时置信带：年龄 {} 到 {} 的整条曲线以 {} % 置信度落在带内"
                                      "（临界值 {}，{} 尺度）"}
                             : Phrase{"equal-precision band: the whole curve from age {} to {} lies inside with {} % "
                                      "confidence (critical value {}, {} scale)",
                                      "等精度同时置信带：年龄 {} 到 {} 的整条曲线以 {} % 置信度落在带内"
                                      "（临界值 {}，{} 尺度）"};
      put_line(say(how, readable(report_.band_from), readable(report_.band_to), level, readable(report_.critical_value),
                   report_.transform));
    } else if (report_.bounds == "lr") {
      put_line(say({"{} {} % bounds by the likelihood ratio (Thomas-Grunkemeier), each for its age",
                    "{} {} % 逐点界限，似然比法（Thomas-Grunkemeier）"},
                   say(sides), level));
    } else if (report_.bounds == "beta-binomial") {
      put_line(say({"{} {} % beta-binomial bounds of the failure probability at each rank",
                    "{} {} % 各秩处失效概率的贝塔二项界限"},
                   say(sides), level));
    }
    if (report_.method == "turnbull") {
      put_line(say({"log-likelihood {}; gradient condition met to {} per unit after {} Newton steps",
                    "对数似然 {}；梯度条件满足到每单位 {}，牛顿步数 {}"},
                   readable(report_.log_likelihood, 10), readable(report_.convergence.gradient_norm, 2),
                   report_.convergence.iterations));
    }
  }

  /// Which points to show: all, or about kMostPoints spread evenly over them with the first and the last.
  [[nodiscard]] std::vector<std::size_t> shown() const {
    std::vector<std::size_t> candidates;
    const std::size_t n = report_.points.empty() ? 0 : report_.points.front().values.size();
    const PointSeries* const mass = report_.find("mass");
    for (std::size_t i = 0; i < n; ++i) {
      if (mass == nullptr || mass->values[i] > 0) candidates.push_back(i);
    }
    if (candidates.size() <= kMostPoints) return candidates;
    std::vector<std::size_t> out;
    for (std::size_t k = 0; k < kMostPoints; ++k) {
      out.push_back(candidates[k * (candidates.size() - 1) / (kMostPoints - 1)]);
    }
    return out;
  }

  [[nodiscard]] std::string value(const PointSeries& series, std::size_t i) const {
    const double x = series.values[i];
    if (series.kind == PointSeries::Kind::truth) return x != 0.0 ? say({"yes", "是"}) : say({"no", "否"});
    // the open end of Turnbull's last interval
    if (std::isnan(x) && report_.method == "turnbull" && series.name == "upper") return "inf";
    return readable(x);
  }

  void put_points() {
    const std::vector<std::size_t> rows = shown();
    if (rows.empty()) return;
    out_ += '\n';
    Table table;
    const bool intervals = report_.method == "turnbull" || report_.method == "life-table";
    std::vector<const PointSeries*> columns;
    for (const PointSeries& series : report_.points) {
      // the text leaves the rarer columns of the life table to JSON and CSV
      if (report_.method == "life-table" &&
          (series.name == "density" || series.name == "density_std_error" || series.name == "hazard_std_error" ||
           series.name == "conditional_failure_probability")) {
        continue;
      }
      columns.push_back(&series);
      std::string head = title(kColumns, series.name);
      if (intervals && series.name == "lower") head = say({"over", "大于"});
      if (intervals && series.name == "upper") head = say({"up to", "至"});
      table.column(head, series.kind == PointSeries::Kind::truth ? Table::Align::left : Table::Align::number);
    }
    for (const std::size_t i : rows) {
      std::vector<std::string> cells;
      for (const PointSeries* series : columns) cells.push_back(value(*series, i));
      table.row(std::move(cells));
    }
    put_table(table);
    const std::size_t all = report_.points.front().values.size();
    if (report_.method == "turnbull") {
      if (rows.size() < all) {
        put_line(say({"{} of {} innermost intervals are shown; --format csv or json gives all",
                      "显示 {} 个最内区间（共 {} 个）；--format csv 或 json 输出全部"},
                     rows.size(), all));
      }
    } else if (rows.size() < all) {
      put_line(say({"{} of {} points are shown; --format csv or json gives all",
                    "显示 {} 个点（共 {} 个）；--format csv 或 json 输出全部"},
                   rows.size(), all));
    }
  }

  void put_quantiles() {
    if (report_.quantiles.empty()) return;
    put_heading(say({"Life by which a fraction has failed", "达到给定失效比例的寿命"}));
    Table table;
    table.column(w_.life, Table::Align::left);
    table.column(w_.estimate + unit_, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
    table.column(say({"lies in", "所在区间"}), Table::Align::left);
    for (const auto& q : report_.quantiles) {
      const Quantity& v = q.quantile.value;
      std::string interval;
      if (!std::isnan(q.interval_lower) && q.interval_lower < q.interval_upper) {
        interval = fmt::format("({}, {}]", readable(q.interval_lower), readable(q.interval_upper));
      }
      table.row({q.quantile.name, v.reason.empty() ? readable(v.estimate) : "-", readable(v.lower), readable(v.upper),
                 interval});
    }
    put_table(table);
  }

  void put_ages() {
    if (report_.reliability.empty()) return;
    put_heading(say({"At given ages", "给定年龄处"}));
    Table table;
    table.column(w_.age + unit_, Table::Align::number);
    table.column(say({"quantity", "量"}), Table::Align::left);
    table.column(w_.estimate, Table::Align::number);
    table.column(w_.std_error, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
    const auto row = [&](const AtTimeResult& r, const char* name) {
      const Quantity& v = r.value;
      table.row({readable(r.time), name, v.reason.empty() ? readable(v.estimate) : "-", readable(v.std_error),
                 readable(v.lower), readable(v.upper)});
    };
    for (std::size_t i = 0; i < report_.reliability.size(); ++i) {
      row(report_.reliability[i], w_.reliability);
      row(report_.failure_probability[i], w_.failure_probability);
    }
    put_table(table);
  }

  void put_mean() {
    if (!report_.has_restricted_mean || !report_.restricted_mean.reason.empty()) return;
    const Quantity& m = report_.restricted_mean;
    put_heading(say({"Mean life up to age {}{}", "截至年龄 {}{} 的平均寿命"}, readable(report_.tau), unit_));
    std::string text = say({"{}, standard error {}", "{}，标准误 {}"}, readable(m.estimate), readable(m.std_error));
    if (!std::isnan(m.lower)) text += say({", not below {}", "，下限 {}"}, readable(m.lower));
    if (!std::isnan(m.upper)) text += say({", not above {}", "，上限 {}"}, readable(m.upper));
    put_line(text);
  }

  void put_warnings() {
    const std::vector<std::string> warnings = all_warnings(report_);
    if (warnings.empty() || !carries_estimates(report_.convergence.status)) return;
    put_heading(w_.beware);
    for (const std::string& w : warnings) out_ += "  - " + wrap(w, 4, 4, kWidth) + '\n';
  }

  const NonparametricReport& report_;
  TextStyle style_;
  const Words& w_;
  std::string unit_;
  std::string out_;
};

}  // namespace

std::string render_text(const NonparametricReport& report, const TextStyle& style) {
  return NonparametricText(report, style).take();
}

}  // namespace relia::io
