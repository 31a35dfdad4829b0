#include "cli/alt_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/page.hpp>

#include "cli/messages.hpp"
#include "core/registry.hpp"
#include "core/stress_life/stress_life.hpp"

namespace relia::cli {
namespace {

constexpr std::size_t kStresses = 25, kMostPoints = 1500, kMostLevels = 12, kMostGroups = 7;

std::string text_of(double v) {
  return fmt::format("{}", v);
}

// A column on which life depends.
struct Variable {
  std::string column, relation, unit;
  bool factor = false;
  double low = kAbsent, high = kAbsent;  ///< tested
  std::vector<std::string> levels;       ///< of a factor, the reference first
};

// Units that were tested alike.
struct Level {
  StressValues setting;
  LifeTable table;
};

std::string in_words(const StressValues& values) {
  std::string out;
  for (const auto& [name, value] : values) out += (out.empty() ? "" : ", ") + name + " " + value;
  return out;
}

std::string* find_value(StressValues& values, const std::string& column) {
  const auto place = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == column; });
  return place == values.end() ? nullptr : &place->second;
}

class TestPictures {
 public:
  TestPictures(const LifeTable& table, const AltOptions& options, const AltReport& report)
      : table_(table), options_(options), report_(report) {
    for (const auto* const terms : {&options.stresses, &options.shape_stresses}) {
      for (const StressTerm& term : *terms) {
        for (const StressTerm::Part& part : term.parts) add_stress(part);
      }
    }
    for (const std::string& factor : options.factors) add_factor(factor);
    for (const Variable& v : variables_) {
      held_.emplace_back(v.column, v.factor ? v.levels.front() : text_of(0.5 * (v.low + v.high)));
    }
    for (auto& [column, value] : held_) {
      for (const auto& [name, used] : options.use) {
        if (name == column) value = used;
      }
    }
  }

  [[nodiscard]] std::vector<std::string> stresses() const {
    std::vector<std::string> out;
    for (const Variable& v : variables_) {
      if (!v.factor) out.push_back(v.column);
    }
    return out;
  }

  [[nodiscard]] io::Figure life_stress(const std::string& column, io::Language language) const {
    return io::life_stress_figure(life_stress_picture(column), report_.fit, language);
  }

  [[nodiscard]] io::LifeStressPicture life_stress_picture(const std::string& column) const {
    const auto place =
        std::find_if(variables_.begin(), variables_.end(), [&](const Variable& v) { return v.column == column; });
    if (place == variables_.end()) {
      throw UsageError("a life-stress picture needs a --stress; --plot-kind probability draws the levels of a factor");
    }
    const Variable& stress = *place;
    io::LifeStressPicture picture;
    picture.column = stress.column, picture.relation = stress.relation, picture.unit = stress.unit;
    picture.own_shapes = separate();
    picture.profiled = options_.profile != nullptr;
    picture.modes = !options_.fit.mode_column.empty();
    for (const auto& [name, value] : options_.use) {
      if (name == stress.column) picture.use = std::strtod(value.c_str(), nullptr);
    }
    const Variable* const factor = grouping();
    if (factor != nullptr) {
      for (const std::string& level : factor->levels) picture.groups.push_back(factor->column + " = " + level);
    }
    for (const auto& [name, value] : held_) {
      if (name == stress.column || (factor != nullptr && name == factor->column)) continue;
      picture.others += (picture.others.empty() ? "" : ", ") + name + " = " + value;
    }
    for (std::size_t g = 0; g < std::max<std::size_t>(1, picture.groups.size()); ++g) {
      StressValues setting = held_;
      if (factor != nullptr) *find_value(setting, factor->column) = factor->levels[g];
      // Of several groups only that of use has its bounds drawn, or bands would hide each other.
      put_lines(picture, stress, setting, g, setting == held_ ? options_.fit.bounds : "none");
    }
    if (!picture.profiled) put_points(picture, factor);
    return picture;
  }

  // Every tested level with its own points and the model's line there, and the line at use with its bounds.
  [[nodiscard]] io::Figure probability(io::Language language) const {
    std::deque<FitReport> reports;
    return io::fit_figure("probability", populations(reports, "", language), language);
  }

  // What its probability plot shows; the pictures point to `reports`.
  // @param prefix  before every name
  [[nodiscard]] std::vector<io::FitPicture> populations(std::deque<FitReport>& reports,
                                                        const std::string& prefix,
                                                        io::Language language) const {
    const bool chinese = language == io::Language::chinese;
    std::vector<io::FitPicture> populations;
    const auto add = [&](const std::string& kind, const std::string& name, const LifeTable* table, const auto& lives) {
      FitReport& r = reports.emplace_back();
      r.source = report_.fit.source;
      r.group_column = prefix + kind, r.group = name;
      r.confidence = report_.fit.confidence, r.sides = report_.fit.sides;
      r.selection = "one";
      ModelResult& m = r.models.emplace_back(report_.fit.models.front());
      m.parameters.clear();
      m.modes.clear();
      m.log_likelihood = m.aicc = m.anderson_darling = kAbsent;
      io::FitPicture picture;
      picture.report = &r;
      if (table != nullptr) {
        picture.data = io::plotted_data(*table);
        r.data = count_by_kind(*table);
      }
      picture.grid = io::curve_grid(picture.data, 25);
      picture.curves.resize(1);
      picture.curves[0].fine = lives(picture.grid.fine_probabilities, "none");
      if (table == nullptr) picture.curves[0].bounded = lives(picture.grid.bound_probabilities, options_.fit.bounds);
      populations.push_back(std::move(picture));
    };
    for (const Level& level : levels()) {
      const bool one = level.setting.size() == 1;
      add(one       ? level.setting[0].first
          : chinese ? "水平"
                    : "level",
          one ? level.setting[0].second : in_words(level.setting), &level.table,
          [&](const auto& p, const std::string& bounds) { return lives_at(level.setting, p, bounds); });
    }
    if (report_.has_use) {
      const std::string name = options_.use_profile != nullptr ? report_.use_profile : in_words(options_.use);
      add(chinese ? "使用条件" : "use", name, nullptr, [&](const auto& p, const std::string& bounds) {
        return options_.use_profile != nullptr ? lives_in_use(p, bounds) : lives_at(held_, p, bounds);
      });
    }
    if (populations.empty()) {
      throw UsageError(
          "units tested under a --profile have no life in common to draw: give --use COL=VALUE,... or --use-profile "
          "FILE, or --plot-kind events");
    }
    return populations;
  }

  [[nodiscard]] io::Figure events(io::Language language) const {
    io::FitPicture picture;
    picture.report = &report_.fit;
    picture.data = io::plotted_data(table_);
    return io::fit_figure("events", {picture}, language);
  }

 private:
  [[nodiscard]] bool separate() const { return options_.shape == "separate"; }

  void add_stress(const StressTerm::Part& part) {
    const Column* const column = (options_.profile != nullptr ? *options_.profile : table_).find(part.column);
    if (column == nullptr || column->type != Column::Type::number) {
      throw UsageError(fmt::format("{} has no numbers to draw", part.column));
    }
    const bool temperature = part.relation == "arrhenius" || part.relation == "eyring";
    auto place = std::find_if(variables_.begin(), variables_.end(),
                              [&](const Variable& v) { return v.column == column->name && !v.factor; });
    if (place == variables_.end()) {
      Variable v{.column = column->name, .relation = part.relation, .unit = column->unit, .levels = {}};
      for (const double x : column->numbers) v.low = std::fmin(v.low, x), v.high = std::fmax(v.high, x);
      place = variables_.insert(variables_.end(), std::move(v));
    }
    if (!temperature || (place->unit == "celsius" || place->unit == "fahrenheit" || place->unit == "kelvin")) return;
    // As the model reads it: by the reader's word, else by the last one of the name.
    const std::string last = place->column.substr(place->column.rfind('_') + 1);
    if (const auto unit = parse_temperature_unit(place->unit.empty() ? last : place->unit)) {
      place->unit = to_string(*unit);
    }
  }

  void add_factor(const std::string& name) {
    Variable v{.column = name, .relation = "factor", .unit = {}, .factor = true, .levels = {}};
    for (const StressTermInfo& s : report_.stresses) {
      if (s.column == name && !s.levels.empty()) v.levels = s.levels;
    }
    if (v.levels.empty()) throw UsageError(fmt::format("{} has no levels to draw", name));
    variables_.push_back(std::move(v));
  }

  // The first factor with levels few enough to tell their colours apart.
  [[nodiscard]] const Variable* grouping() const {
    for (const Variable& v : variables_) {
      if (v.factor && v.levels.size() <= kMostGroups) return &v;
    }
    return nullptr;
  }

  // B10, B50 and B90, or what was asked for.
  [[nodiscard]] std::vector<double> drawn_levels() const {
    std::vector<double> out;
    const std::vector<double>& asked = options_.fit.quantiles;
    const std::vector<QuantileResult>& answered = report_.fit.models.front().metrics.quantiles;
    for (const QuantileResult& q : answered) out.push_back(q.p);
    if (answered.empty()) out = asked;
    if (out.empty() || out.size() > 3) out = {0.1, 0.5, 0.9};
    return out;
  }

  void put_lines(io::LifeStressPicture& picture,
                 const Variable& stress,
                 StressValues setting,
                 std::size_t group,
                 const std::string& bounds) const {
    const std::vector<double> levels = drawn_levels();
    const std::size_t first = picture.lines.size();
    for (const double p : levels) {
      picture.lines.push_back(
          {.p = p, .name = fmt::format("B{:g}", 100.0 * p), .stress = {}, .life = {}, .group = group});
    }
    for (const double at : places(picture, stress, setting)) {
      *find_value(setting, stress.column) = text_of(at);
      const std::vector<QuantileResult> lives = lives_at(setting, levels, bounds);
      for (std::size_t k = 0; k < levels.size() && k < lives.size(); ++k) {
        picture.lines[first + k].name = lives[k].name;
        picture.lines[first + k].stress.push_back(at);
        picture.lines[first + k].life.push_back(lives[k].value);
      }
    }
  }

  // Stresses at which lines are reckoned: from the tested ones to use; with a shape a level the tested ones alone.
  [[nodiscard]] std::vector<double> places(const io::LifeStressPicture& picture,
                                           const Variable& stress,
                                           const StressValues& setting) const {
    std::vector<double> out;
    if (separate()) {
      if (stresses().size() > 1) {
        throw UsageError(
            "with --shape separate and several stresses there are no lines against one of them; --plot-kind "
            "probability draws every level");
      }
      for (const LevelResult& level : report_.models.front().levels) {
        StressValues at = values_of(level.stress);
        const std::string* const here = find_value(at, stress.column);
        bool same = here != nullptr;
        for (const auto& [name, value] : setting) {
          const std::string* const found = find_value(at, name);
          same = same && (name == stress.column || (found != nullptr && *found == value));
        }
        if (same) out.push_back(std::strtod(here->c_str(), nullptr));
      }
      std::sort(out.begin(), out.end());
      return out;
    }
    const double low = std::fmin(stress.low, picture.use), high = std::fmax(stress.high, picture.use);
    const bool geometric = low > 0.0 && (stress.relation == "power" || stress.relation == "log");
    for (std::size_t i = 0; i < kStresses; ++i) {
      const double share = static_cast<double>(i) / (kStresses - 1);
      out.push_back(geometric ? low * std::pow(high / low, share) : low + share * (high - low));
    }
    return out;
  }

  [[nodiscard]] static StressValues values_of(const std::vector<StressSetting>& settings) {
    StressValues out;
    for (const StressSetting& s : settings) out.emplace_back(s.column, s.level.empty() ? text_of(s.value) : s.level);
    return out;
  }

  [[nodiscard]] std::vector<QuantileResult> lives_at(const StressValues& setting,
                                                     const std::vector<double>& probabilities,
                                                     const std::string& bounds) const {
    if (separate()) return own_lives(setting, probabilities);
    return fitted().lives(setting, probabilities, bounds);
  }

  // Under the mission profile.
  [[nodiscard]] std::vector<QuantileResult> lives_in_use(const std::vector<double>& probabilities,
                                                         const std::string& bounds) const {
    return fitted().lives({}, probabilities, bounds);
  }

  // The model of the report; fitted when a picture first needs it.
  [[nodiscard]] const FittedAlt& fitted() const {
    if (fitted_ == nullptr) {
      asked_ = options_;
      asked_.fit.distributions = {report_.fit.models.front().distribution};
      asked_.fit.selection = "one";
      fitted_ = std::make_unique<const FittedAlt>(table_, asked_);
    }
    return *fitted_;
  }

  // With a shape a level the report has location and shape of each; such distributions are straight on their paper,
  // location + sigma z(p).
  [[nodiscard]] std::vector<QuantileResult> own_lives(const StressValues& setting,
                                                      const std::vector<double>& probabilities) const {
    const ModelResult& model = report_.fit.models.front();
    const std::vector<LevelResult>& levels = report_.models.front().levels;
    const auto distribution = find_distribution(model.distribution);
    std::vector<double> shapes;
    for (const NamedQuantity& p : model.parameters) {
      if (p.name.starts_with("shape[")) shapes.push_back(1.0 / p.value.estimate);
      if (p.name.starts_with("sigma[")) shapes.push_back(p.value.estimate);
    }
    if (shapes.size() != levels.size()) throw UsageError("there are too many levels to draw each with its own shape");
    std::vector<QuantileResult> out;
    for (std::size_t l = 0; l < levels.size(); ++l) {
      StressValues here = values_of(levels[l].stress);
      const bool same = std::all_of(setting.begin(), setting.end(), [&](const auto& v) {
        const std::string* const found = find_value(here, v.first);
        return found != nullptr && *found == v.second;
      });
      if (!same) continue;
      const double centre = levels[l].common_estimate;
      const bool scale = model.distribution == "weibull";  // the others say mu
      for (const double p : probabilities) {
        double z = kAbsent;
        if (!distribution->plot_quantile(std::log1p(-p), std::log(p), z)) continue;
        const double place = (scale ? std::log(centre) : centre) + shapes[l] * z;
        QuantileResult& q = out.emplace_back();
        q.p = p;
        q.name = fmt::format("B{:g}", 100.0 * p);
        q.value.estimate = distribution->log_axis() ? std::exp(place) : place;
      }
    }
    return out;
  }

  void put_points(io::LifeStressPicture& picture, const Variable* factor) const {
    const Column* const column = table_.find(picture.column);
    const Column* const group = factor != nullptr ? table_.find(factor->column) : nullptr;
    if (column == nullptr || column->type != Column::Type::number) return;
    const std::size_t stride = 1 + table_.rows() / kMostPoints;
    for (std::size_t i = 0; i < table_.rows(); i += stride) {
      if (table_.count_at(i) <= 0.0) continue;
      const bool failed = std::isfinite(table_.upper[i]);
      const double life = !failed                 ? table_.lower[i]
                          : table_.lower[i] > 0.0 ? std::sqrt(table_.lower[i] * table_.upper[i])
                                                  : table_.upper[i];
      std::size_t g = 0;
      if (group != nullptr) {
        const std::string& level = group->levels[group->codes[i]];
        g = static_cast<std::size_t>(std::find(factor->levels.begin(), factor->levels.end(), level) -
                                     factor->levels.begin());
      }
      picture.points.push_back({.stress = column->numbers[i], .life = life, .failed = failed, .group = g});
    }
  }

  [[nodiscard]] std::vector<Level> levels() const {
    std::vector<Level> out;
    if (options_.profile != nullptr) return out;
    for (std::size_t i = 0; i < table_.rows(); ++i) {
      if (table_.count_at(i) <= 0.0) continue;
      StressValues setting;
      for (const Variable& v : variables_) {
        const Column& c = *table_.find(v.column);
        setting.emplace_back(v.column, v.factor ? c.levels[c.codes[i]] : text_of(c.numbers[i]));
      }
      auto place = std::find_if(out.begin(), out.end(), [&](const Level& l) { return l.setting == setting; });
      if (place == out.end()) {
        if (out.size() == kMostLevels) continue;
        out.push_back({.setting = setting, .table = {}});
        place = out.end() - 1;
      }
      LifeTable& t = place->table;
      t.lower.push_back(table_.lower[i]);
      t.upper.push_back(table_.upper[i]);
      t.count.push_back(table_.count_at(i));
      t.entry.push_back(table_.entry_at(i));
      t.exit.push_back(table_.exit_at(i));
    }
    std::sort(out.begin(), out.end(), [this](const Level& a, const Level& b) {
      for (std::size_t k = 0; k < a.setting.size(); ++k) {
        const std::string &x = a.setting[k].second, &y = b.setting[k].second;
        if (x == y) continue;
        return variables_[k].factor ? x < y : std::strtod(x.c_str(), nullptr) < std::strtod(y.c_str(), nullptr);
      }
      return false;
    });
    return out;
  }

  const LifeTable& table_;
  const AltOptions& options_;
  const AltReport& report_;
  std::vector<Variable> variables_;
  StressValues held_;  ///< all at use; else stresses in the middle of their tested range, factors at their first level
  mutable AltOptions asked_;
  mutable std::unique_ptr<const FittedAlt> fitted_;
};

}  // namespace

std::vector<std::string> alt_picture_kinds() {
  return {"life-stress", "probability", "events"};
}

void AltPictures::add(const LifeTable& table, const AltOptions& options, const AltReport& report) {
  if (!wanted_.wanted()) return;
  std::vector<io::Figure>& drawn = drawn_.emplace_back();
  const io::Language language = output_.chinese ? io::Language::chinese : io::Language::english;
  if (report.fit.models.empty() || !carries_estimates(report.fit.models.front().convergence.status)) return;
  const TestPictures pictures(table, options, report);
  const std::vector<std::string> stresses = pictures.stresses();
  if (!wanted_.plot.empty()) {
    FitReport& kept = reports_.emplace_back(report.fit);
    const bool grouped = !report.fit.group_column.empty();
    const std::string group =
        grouped ? fmt::format("{} = {}", report.fit.group_column, report.fit.group) : std::string();
    if (wanted_.kind == "probability") {
      for (io::FitPicture& p : pictures.populations(reports_, grouped ? group + ", " : group, language)) {
        populations_.push_back(std::move(p));
      }
    } else if (wanted_.kind == "events") {
      io::FitPicture picture;
      picture.report = &kept;
      picture.data = io::plotted_data(table);
      populations_.push_back(std::move(picture));
    } else {
      add_life_stress(pictures.life_stress_picture(stresses.empty() ? "" : stresses.front()), group);
    }
  }
  if (wanted_.report.empty()) return;
  const auto draw_if_any = [&](const auto& make) {
    try {
      drawn.push_back(make());
    } catch (const UsageError&) {  // this test does not have that picture; its page has the others
    }
  };
  for (const std::string& column : stresses) draw_if_any([&] { return pictures.life_stress(column, language); });
  draw_if_any([&] { return pictures.probability(language); });
  draw_if_any([&] { return pictures.events(language); });
}

// Every group of --by has lines and points of its own, those of a factor's level besides.
void AltPictures::add_life_stress(io::LifeStressPicture picture, const std::string& group) {
  if (group.empty()) {
    life_stress_ = std::move(picture);
    return;
  }
  std::vector<std::string> names;
  if (picture.groups.empty()) names.push_back(group);
  for (const std::string& level : picture.groups) names.push_back(group + ", " + level);
  const std::size_t before = life_stress_.groups.size();
  for (io::LifeStressPicture::Line& line : picture.lines) line.group += before;
  for (io::LifeStressPicture::Point& point : picture.points) point.group += before;
  if (before == 0) {
    life_stress_ = std::move(picture);
    life_stress_.groups = std::move(names);
    return;
  }
  life_stress_.groups.insert(life_stress_.groups.end(), names.begin(), names.end());
  life_stress_.lines.insert(life_stress_.lines.end(), picture.lines.begin(), picture.lines.end());
  life_stress_.points.insert(life_stress_.points.end(), picture.points.begin(), picture.points.end());
}

MadePictures AltPictures::make(const std::vector<AltReport>& reports) && {
  MadePictures made;
  const io::Language language = output_.chinese ? io::Language::chinese : io::Language::english;
  if (!wanted_.plot.empty() && reports_.empty()) {
    print_warning("no model carries estimates, so there is no picture");
  } else if (!wanted_.plot.empty()) {
    FitReport shared = reports_.front();
    if (reports.size() > 1) shared.group_column.clear();
    const bool life_stress = wanted_.kind == "life-stress";
    if (life_stress && reports.size() > 1) {  // bands of several groups hide each other beyond two
      if (life_stress_.groups.size() > 2) {
        for (io::LifeStressPicture::Line& line : life_stress_.lines) {
          for (Quantity& q : line.life) {
            const double estimate = q.estimate;
            q = Quantity();
            q.estimate = estimate;
          }
        }
      }
      shared.models.front().parameters.clear();
    }
    add_plot(made, wanted_,
             life_stress ? io::life_stress_figure(life_stress_, shared, language)
                         : io::fit_figure(wanted_.kind, populations_, language),
             output_);
  }
  if (!wanted_.report.empty()) made.files.push_back({wanted_.report, io::render_html(reports, drawn_, language)});
  return made;
}

}  // namespace relia::cli
