// The JSON of a fit on one line, written as it stands: 1e5 groups make 1e5 objects, and a tree of each costs more than
// the fit. The bytes are those that the tree of report_json.hpp would print.

#include <array>
#include <charconv>
#include <cmath>
#include <concepts>
#include <string_view>
#include <vector>

#include <relia/io/report.hpp>

#include "io/report_json.hpp"

namespace relia::io {
namespace {

/// Values and keys one after another, with the commas between them.
class Line {
 public:
  explicit Line(std::string& out) : out_(out) {}

  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  Line& key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    first_ = true;  // no comma before the value
    return *this;
  }
  void null() {
    separate();
    out_ += "null";
  }
  void value(double x) {
    if (!std::isfinite(x)) return null();
    separate();
    std::array<char, 64> text{};
    // The digits that the tree prints.
    char* const end = nlohmann::detail::to_chars(text.data(), text.data() + text.size(), x);
    out_.append(text.data(), end);
  }
  void value(std::integral auto x) {
    separate();
    std::array<char, 24> text{};
    out_.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), x).ptr);
  }
  void value(bool x) {
    separate();
    out_ += x ? "true" : "false";
  }
  void value(const char* text) { value(std::string_view(text)); }
  void value(std::string_view text) {
    separate();
    bool plain = true;
    for (const char c : text) plain = plain && c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    if (plain) {
      out_ += '"';
      out_ += text;
      out_ += '"';
    } else {
      out_ += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
    }
  }
  void value(const std::string& text) { value(std::string_view(text)); }
  void reason(std::string_view name, const std::string& text) {
    if (!text.empty()) key(name).value(text);
  }

  template <class T, class F>
  void list(std::string_view name, const std::vector<T>& items, F&& one) {
    key(name).open('[');
    for (const T& item : items) one(item);
    close(']');
  }
  void list(std::string_view name, const std::vector<std::string>& items) {
    list(name, items, [this](const std::string& item) { value(item); });
  }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

class FitLine {
 public:
  explicit FitLine(std::string& out) : line_(out) {}

  void report(const FitReport& r) {
    line_.open('{');
    line_.key("schema").value("relia.fit/1");
    if (!r.group_column.empty()) {
      line_.key("by").value(r.group_column);
      line_.key("group").value(r.group);
    }
    line_.key("data").open('{');
    line_.key("source").value(r.source.name);
    line_.key("sha256").value(r.source.sha256);
    counts(r.data);
    line_.key("time_unit");
    r.source.time_unit.empty() ? line_.null() : line_.value(r.source.time_unit);
    line_.close('}');
    line_.key("confidence").value(r.confidence);
    line_.key("bounds").value(r.bounds);
    if (r.bounds == "wald") line_.key("wald_scale").value(r.wald_scale);
    line_.key("sides").value(r.sides);
    line_.key("criterion").value(r.criterion);
    line_.list("models", r.models, [this](const ModelResult& m) { model(m); });
    line_.list("requirements", r.requirements, [this](const RequirementResult& q) { requirement(q); });
    line_.list("warnings", all_warnings(r));
    line_.close('}');
  }

 private:
  void counts(const LifeCounts& c) {
    line_.key("n").value(c.n);
    line_.key("failures").value(c.failures);
    line_.key("right_censored").value(c.right_censored);
    line_.key("left_censored").value(c.left_censored);
    line_.key("interval_censored").value(c.interval_censored);
    line_.key("truncated").value(c.truncated);
    line_.key("rows").value(c.rows);
  }

  /// The rest of an object whose first keys are written.
  void close_with(const Quantity& q) {
    numbers(q);
    line_.close('}');
  }

  void numbers(const Quantity& q) {
    line_.key("estimate").value(q.estimate);
    line_.key("std_error").value(q.std_error);
    line_.key("lower").value(q.lower);
    line_.key("upper").value(q.upper);
    line_.reason("reason", q.reason);
    line_.reason("lower_reason", q.lower_reason);
    line_.reason("upper_reason", q.upper_reason);
    const Digits& d = q.digits;
    if (std::isfinite(d.estimate) || std::isfinite(d.std_error) || std::isfinite(d.lower) || std::isfinite(d.upper)) {
      line_.key("digits").open('{');
      line_.key("estimate").value(d.estimate);
      line_.key("std_error").value(d.std_error);
      line_.key("lower").value(d.lower);
      line_.key("upper").value(d.upper);
      line_.close('}');
    }
  }

  void parameters(std::string_view key, const std::vector<NamedQuantity>& list) {
    line_.list(key, list, [this](const NamedQuantity& p) {
      line_.open('{');
      line_.key("name").value(p.name);
      numbers(p.value);
      if (p.fixed) line_.key("fixed").value(true);
      line_.close('}');
    });
  }

  void covariance(const std::vector<std::vector<double>>& matrix) {
    line_.key("covariance");
    if (matrix.empty()) return line_.null();
    line_.open('[');
    for (const std::vector<double>& row : matrix) {
      line_.open('[');
      for (const double x : row) line_.value(x);
      line_.close(']');
    }
    line_.close(']');
  }

  void at_times(std::string_view key, const std::vector<AtTimeResult>& list, bool given = false) {
    line_.list(key, list, [&](const AtTimeResult& r) {
      line_.open('{');
      if (given) line_.key("given").value(r.given);
      line_.key("time").value(r.time);
      close_with(r.value);
    });
  }

  void lives(std::string_view key, const std::vector<QuantileResult>& list, bool given = false) {
    line_.list(key, list, [&](const QuantileResult& q) {
      line_.open('{');
      if (given) line_.key("given").value(q.given);
      line_.key("p").value(q.p);
      line_.key("name").value(q.name);
      close_with(q.value);
    });
  }

  void metrics(const LifeMetrics& m) {
    line_.key("mean").open('{');
    close_with(m.mean);
    lives("quantiles", m.quantiles);
    at_times("reliability", m.reliability);
    at_times("failure_probability", m.failure_probability);
    at_times("hazard", m.hazard);
    if (!m.conditional.empty()) at_times("conditional", m.conditional, true);
    if (!m.residual_quantiles.empty()) lives("residual_quantiles", m.residual_quantiles, true);
    if (m.reliable_life.empty()) return;
    line_.list("reliable_life", m.reliable_life, [this](const ReliableLifeResult& r) {
      line_.open('{');
      line_.key("reliability").value(r.reliability);
      close_with(r.value);
    });
  }

  void convergence(const Convergence& c) {
    line_.key("convergence").open('{');
    line_.key("status").value(to_string(c.status));
    line_.key("iterations").value(c.iterations);
    line_.key("gradient_norm").value(c.gradient_norm);
    line_.reason("reason", c.reason);
    line_.reason("advice", c.advice);
    line_.close('}');
  }

  void mode(const ModeResult& m) {
    line_.open('{');
    line_.key("mode").value(m.mode);
    line_.key("data").open('{');
    counts(m.data);
    line_.close('}');
    parameters("parameters", m.parameters);
    covariance(m.covariance);
    line_.key("log_likelihood").value(m.log_likelihood);
    metrics(m.metrics);
    convergence(m.convergence);
    line_.close('}');
  }

  void model(const ModelResult& m) {
    line_.open('{');
    line_.key("distribution").value(m.distribution);
    line_.reason("modifier", m.modifier);
    if (m.components > 1) line_.key("components").value(m.components);
    line_.key("method").value(m.method);
    line_.reason("ranks", m.ranks);
    line_.key("solver").value(m.solver);
    line_.key("bounds");
    m.bounds.empty() ? line_.null() : line_.value(m.bounds);
    line_.key("rank");
    m.rank > 0 ? line_.value(m.rank) : line_.null();
    line_.key("free_parameters").value(m.free_parameters);
    parameters("parameters", m.parameters);
    if (!m.derived.empty()) parameters("derived", m.derived);
    covariance(m.covariance);
    line_.key("log_likelihood").value(m.log_likelihood);
    line_.key("aic").value(m.aic);
    line_.key("aicc").value(m.aicc);
    line_.key("bic").value(m.bic);
    line_.key("anderson_darling").value(m.anderson_darling);
    if (m.anderson_darling_adjusted == m.anderson_darling_adjusted) {
      line_.key("anderson_darling_adjusted").value(m.anderson_darling_adjusted);
    }
    if (m.method != "mle") {
      line_.key("correlation").value(m.correlation);
      line_.key("r_squared").value(m.r_squared);
    }
    if (m.modifier == "mode") {
      line_.list("modes", m.modes, [this](const ModeResult& one) { mode(one); });
      line_.key("system").open('{');
      metrics(m.metrics);
      line_.close('}');
    } else {
      metrics(m.metrics);
    }
    convergence(m.convergence);
    if (const Resampling& r = m.resampling; !r.kind.empty()) {
      line_.key("bootstrap").open('{');
      line_.key("method").value(r.kind);
      line_.key("interval").value(r.interval);
      line_.key("seed").value(r.seed);
      line_.key("replicates").value(r.replicates);
      line_.key("failed").value(r.failed);
      line_.key("exact").value(r.exact);
      line_.close('}');
    }
    if (const Certification& c = m.certification; !c.status.empty()) {
      line_.key("certificate").open('{');
      line_.key("status").value(c.status);
      line_.key("digits").open('{');
      line_.key("log_likelihood").value(c.log_likelihood);
      line_.key("least").value(c.least);
      line_.close('}');
      line_.reason("reason", c.reason);
      line_.close('}');
    }
    if (!m.warnings.empty()) line_.list("warnings", m.warnings);
    line_.close('}');
  }

  void requirement(const RequirementResult& r) {
    line_.open('{');
    line_.key("expr").value(r.expression);
    line_.key("confidence").value(r.confidence);
    line_.key("estimate").value(r.estimate);
    line_.key("bound").value(r.bound);
    line_.key("met").value(r.met);
    line_.reason("reason", r.reason);
    line_.close('}');
  }

  Line line_;
};

}  // namespace

void append_json_line(std::string& out, const FitReport& report) {
  FitLine(out).report(report);
  out += '\n';
}

}  // namespace relia::io
