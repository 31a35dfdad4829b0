#include "cli/alt_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/page.hpp>

#include "cli/messages.hpp"

namespace relia::cli {
namespace {

constexpr std::size_t kStresses = 25, kMostPoints = 1500, kMostLevels = 12;

std::string text_of(double v) {
  return fmt::format("{}", v);
}

// A report of one level that the probability plot can draw: the model's own law at that stress.
struct Level {
  StressValues setting;
  std::string label;
  LifeTable table;
};

class AltPictures {
 public:
  AltPictures(const LifeTable& table, const AltOptions& options, const AltReport& report)
      : table_(table), options_(options), report_(report) {
    refuse_what_has_no_picture();
    for (const StressTermInfo& s : report.stresses) {
      held_.emplace_back(s.column, text_of(0.5 * (s.lowest + s.highest)));
    }
    for (auto& [column, value] : held_) {
      for (const auto& [name, used] : options.use) {
        if (name == column) value = used;
      }
    }
  }

  [[nodiscard]] io::Figure life_stress(std::size_t which, io::Language language) const {
    const StressTermInfo& stress = report_.stresses[which];
    io::LifeStressPicture picture;
    picture.column = stress.column;
    picture.relation = stress.relation;
    picture.unit = stress.unit;
    double low = stress.lowest, high = stress.highest;
    for (const auto& [name, value] : options_.use) {
      if (name != stress.column) continue;
      picture.use = std::strtod(value.c_str(), nullptr);
      low = std::min(low, picture.use), high = std::max(high, picture.use);
    }
    for (const auto& [name, value] : held_) {
      if (name != stress.column) picture.others += (picture.others.empty() ? "" : ", ") + name + " = " + value;
    }
    const std::vector<QuantileResult>& asked = report_.fit.models.front().metrics.quantiles;
    std::vector<double> levels{0.1, 0.5, 0.9};
    if (!asked.empty() && asked.size() <= 3) {
      levels.clear();
      for (const QuantileResult& q : asked) levels.push_back(q.p);
    }
    for (const double p : levels) picture.lines.push_back({.p = p, .name = {}, .stress = {}, .life = {}});
    for (std::size_t i = 0; i < kStresses; ++i) {
      const double share = static_cast<double>(i) / (kStresses - 1);
      const bool geometric = low > 0.0 && (stress.relation == "power" || stress.relation == "log");
      const double at = geometric ? low * std::pow(high / low, share) : low + share * (high - low);
      StressValues use = held_;
      for (auto& [name, value] : use) {
        if (name == stress.column) value = text_of(at);
      }
      const std::vector<QuantileResult> lives = lives_at(use, levels, options_.fit.bounds);
      for (std::size_t k = 0; k < levels.size() && k < lives.size(); ++k) {
        picture.lines[k].name = lives[k].name;
        picture.lines[k].stress.push_back(at);
        picture.lines[k].life.push_back(lives[k].value);
      }
    }
    put_points(picture);
    return io::life_stress_figure(picture, report_.fit, language);
  }

  // Every tested level with its own points and the model's line there, and the line at use with its bounds.
  [[nodiscard]] io::Figure probability(io::Language language) const {
    std::deque<FitReport> reports;
    std::vector<io::FitPicture> populations;
    const ModelResult& model = report_.fit.models.front();
    const auto add = [&](const StressValues& setting, const std::string& label, const LifeTable* table, bool bounds) {
      FitReport& r = reports.emplace_back();
      r.source = report_.fit.source;
      r.group_column = label.substr(0, label.find(" = "));
      r.group = label.substr(label.find(" = ") + 3);
      r.confidence = report_.fit.confidence, r.sides = report_.fit.sides;
      r.selection = "one";
      ModelResult& m = r.models.emplace_back(model);
      m.parameters.clear();
      m.log_likelihood = m.aicc = m.anderson_darling = kAbsent;
      io::FitPicture picture;
      if (table != nullptr) {
        picture.data = io::plotted_data(*table);
        r.data = count_by_kind(*table);
      }
      picture.grid = io::curve_grid(picture.data, 25);
      picture.curves.resize(1);
      picture.curves[0].fine = lives_at(setting, picture.grid.fine_probabilities, "none");
      if (bounds) picture.curves[0].bounded = lives_at(setting, picture.grid.bound_probabilities, options_.fit.bounds);
      populations.push_back(std::move(picture));
    };
    for (const Level& level : levels()) add(level.setting, level.label, &level.table, false);
    if (report_.has_use) add(held_, "use = " + settings_text(options_.use), nullptr, true);
    for (std::size_t i = 0; i < populations.size(); ++i) populations[i].report = &reports[i];
    return io::fit_figure("probability", populations, language);
  }

  [[nodiscard]] std::size_t stresses() const { return report_.stresses.size(); }

 private:
  void refuse_what_has_no_picture() const {
    const bool plain = options_.profile == nullptr && options_.use_profile == nullptr && options_.factors.empty() &&
                       options_.fit.mode_column.empty() && options_.shape == "common" &&
                       options_.shape_stresses.empty();
    if (!plain) {
      throw UsageError(
          "pictures of accelerated tests are drawn for constant stresses and one common shape, without "
          "--factor, --profile, --use-profile and --mode");
    }
    for (const StressTerm& term : options_.stresses) {
      if (term.parts.size() != 1) throw UsageError("pictures of accelerated tests are not drawn for interactions");
    }
  }

  [[nodiscard]] static std::string settings_text(const StressValues& values) {
    std::string out;
    for (const auto& [name, value] : values) out += (out.empty() ? "" : ", ") + name + " " + value;
    return out;
  }

  [[nodiscard]] std::vector<QuantileResult> lives_at(const StressValues& use,
                                                     const std::vector<double>& probabilities,
                                                     const std::string& bounds) const {
    AltOptions ask = options_;
    ask.use = use;
    ask.acceleration.clear();
    ask.fit.distributions = {report_.fit.models.front().distribution};
    ask.fit.selection = "one";
    ask.fit.quantiles = probabilities;
    ask.fit.at = {};
    ask.fit.given = {};
    ask.fit.reliable_life = {};
    ask.fit.requirements = {};
    ask.fit.bounds = bounds;
    const AltReport report = alt(table_, ask);
    return report.fit.models.empty() ? std::vector<QuantileResult>{} : report.fit.models.front().metrics.quantiles;
  }

  void put_points(io::LifeStressPicture& picture) const {
    const Column* const column = table_.find(picture.column);
    if (column == nullptr || column->type != Column::Type::number) return;
    const std::size_t stride = 1 + table_.rows() / kMostPoints;
    for (std::size_t i = 0; i < table_.rows(); i += stride) {
      if (table_.count_at(i) <= 0.0) continue;
      const bool failed = std::isfinite(table_.upper[i]);
      const double life = !failed                 ? table_.lower[i]
                          : table_.lower[i] > 0.0 ? std::sqrt(table_.lower[i] * table_.upper[i])
                                                  : table_.upper[i];
      picture.points.push_back({.stress = column->numbers[i], .life = life, .failed = failed});
    }
  }

  [[nodiscard]] std::vector<Level> levels() const {
    std::vector<Level> out;
    std::vector<const Column*> columns;
    for (const StressTermInfo& s : report_.stresses) {
      const Column* const column = table_.find(s.column);
      if (column == nullptr || column->type != Column::Type::number) return {};
      if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
    }
    for (std::size_t i = 0; i < table_.rows(); ++i) {
      if (table_.count_at(i) <= 0.0) continue;
      StressValues setting;
      for (const Column* const c : columns) setting.emplace_back(c->name, text_of(c->numbers[i]));
      auto place = std::find_if(out.begin(), out.end(), [&](const Level& l) { return l.setting == setting; });
      if (place == out.end()) {
        if (out.size() == kMostLevels) continue;
        std::string label =
            columns.size() == 1 ? setting[0].first + " = " + setting[0].second : "level = " + settings_text(setting);
        out.push_back({.setting = setting, .label = std::move(label), .table = {}});
        place = out.end() - 1;
      }
      LifeTable& t = place->table;
      t.lower.push_back(table_.lower[i]);
      t.upper.push_back(table_.upper[i]);
      t.count.push_back(table_.count_at(i));
      t.entry.push_back(table_.entry_at(i));
      t.exit.push_back(table_.exit_at(i));
    }
    std::sort(out.begin(), out.end(), [](const Level& a, const Level& b) {
      for (std::size_t k = 0; k < a.setting.size(); ++k) {
        const double x = std::strtod(a.setting[k].second.c_str(), nullptr),
                     y = std::strtod(b.setting[k].second.c_str(), nullptr);
        if (x != y) return x < y;
      }
      return false;
    });
    return out;
  }

  const LifeTable& table_;
  const AltOptions& options_;
  const AltReport& report_;
  StressValues held_;  ///< every stress at use, or in the middle of its tested range
};

}  // namespace

std::vector<std::string> alt_picture_kinds() {
  return {"life-stress", "probability"};
}

MadePictures alt_pictures(const PictureOptions& wanted,
                          const LifeTable& table,
                          const AltOptions& options,
                          const AltReport& report,
                          const OutputOptions& output) {
  MadePictures made;
  if (!wanted.wanted()) return made;
  const io::Language language = output.chinese ? io::Language::chinese : io::Language::english;
  const bool estimates = !report.fit.models.empty() && carries_estimates(report.fit.models.front().convergence.status);
  if (!wanted.plot.empty() && !estimates) print_warning("no model carries estimates, so there is no picture");
  if (!wanted.plot.empty() && estimates) {
    const AltPictures pictures(table, options, report);
    add_plot(made, wanted,
             wanted.kind == "probability" ? pictures.probability(language) : pictures.life_stress(0, language), output);
  }
  if (!wanted.report.empty()) {
    std::vector<io::Figure> drawn;
    try {
      if (estimates) {
        const AltPictures pictures(table, options, report);
        for (std::size_t i = 0; i < pictures.stresses(); ++i) drawn.push_back(pictures.life_stress(i, language));
        drawn.push_back(pictures.probability(language));
      }
    } catch (const UsageError&) {  // a test of a kind that has no picture has a page all the same
      drawn.clear();
    }
    made.files.push_back({wanted.report, io::render_html(report, drawn, language)});
  }
  return made;
}

}  // namespace relia::cli
