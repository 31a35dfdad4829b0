#include "core/distributions/mixture.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace relia {
namespace {

/// ln p_k for softmax weights (a_1 … a_{K-1}, 0) in the first K-1 of n places.
void weight_term(std::span<const double> theta, int components, int k, int n, Term& out) {
  double top = 0.0;
  for (int j = 0; j + 1 < components; ++j) top = std::fmax(top, theta[static_cast<std::size_t>(j)]);
  double sum = std::exp(-top);
  for (int j = 0; j + 1 < components; ++j) sum += std::exp(theta[static_cast<std::size_t>(j)] - top);
  const auto p = [&](int j) { return std::exp(theta[static_cast<std::size_t>(j)] - top) / sum; };
  out.reset(n, (k + 1 < components ? theta[static_cast<std::size_t>(k)] : 0.0) - top - std::log(sum));
  for (int i = 0; i + 1 < components; ++i) {
    out.d(i) = (i == k ? 1.0 : 0.0) - p(i);
    for (int j = 0; j <= i; ++j) out.dd(i, j) = p(i) * p(j) - (i == j ? p(i) : 0.0);
  }
}

class Law final : public BoundLaw {
 public:
  Law(const Mixture& mixture, std::span<const double> theta) : n_(mixture.size()), first_(mixture.components() - 1) {
    const int size = mixture.inner().size(), count = mixture.components();
    for (int k = 0; k < count; ++k) {
      parts_.push_back(mixture.inner().bind(
          theta.subspan(static_cast<std::size_t>(first_ + k * size), static_cast<std::size_t>(size))));
      weights_.emplace_back();
      weight_term(theta, count, k, n_, weights_.back());
    }
  }
  void log_pdf(double u, Term& out) const override {
    sum(out, [u](const BoundLaw& l, Term& t) { l.log_pdf(u, t); });
  }
  void log_sf(double u, Term& out) const override {
    sum(out, [u](const BoundLaw& l, Term& t) { l.log_sf(u, t); });
  }
  void log_cdf(double u, Term& out) const override {
    sum(out, [u](const BoundLaw& l, Term& t) { l.log_cdf(u, t); });
  }
  void log_interval(double lo, double up, double width, Term& out) const override {
    sum(out, [=](const BoundLaw& l, Term& t) { l.log_interval(lo, up, width, t); });
  }
  bool log_narrow(double lo, double up, double width, Term& out) const override {
    Term t;
    for (const auto& part : parts_)
      if (!part->log_narrow(lo, up, width, t)) return false;
    sum(out, [=](const BoundLaw& l, Term& narrow) { l.log_narrow(lo, up, width, narrow); });
    return true;
  }

 private:
  template <class F>
  void sum(Term& out, F f) const {
    thread_local std::vector<Term> terms;
    terms.resize(parts_.size());
    Term t;
    int offset = first_;
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      f(*parts_[k], t);
      embed(t, offset, n_, terms[k]);
      terms[k].add(1.0, weights_[k]);
      offset += t.n;
    }
    log_sum_exp(terms.data(), static_cast<int>(terms.size()), out);
  }
  int n_, first_;
  std::vector<std::unique_ptr<BoundLaw>> parts_;
  std::vector<Term> weights_;
};

}  // namespace

std::string Mixture::title() const {
  std::string out = "Mixture of ";
  return out.append(std::to_string(components_)).append(" x ").append(inner_->title());
}

std::span<const double> Mixture::component(std::span<const double> theta, int k) const noexcept {
  const auto size = static_cast<std::size_t>(inner_->size());
  return theta.subspan(static_cast<std::size_t>(components_ - 1) + static_cast<std::size_t>(k) * size, size);
}

std::vector<ParameterInfo> Mixture::parameters() const {
  std::vector<ParameterInfo> out;
  const auto numbered = [](std::string name, int k) { return name.append(std::to_string(k)); };
  for (int k = 1; k < components_; ++k) out.push_back({numbered("p", k), BoundScale::logit});
  for (int k = 1; k <= components_; ++k) {
    for (const ParameterInfo& p : inner_->parameters()) out.push_back({numbered(p.name, k), p.scale});
  }
  return out;
}

std::unique_ptr<BoundLaw> Mixture::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(*this, theta);
}

void Mixture::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  const int n = size();
  for (int k = 0; k + 1 < components_; ++k) {
    // logit p_k = ln p_k - ln(1 - p_k), the second the log of the sum of the other weights.
    std::vector<Term> others;
    for (int j = 0; j < components_; ++j) {
      if (j == k) continue;
      others.emplace_back();
      weight_term(theta, components_, j, n, others.back());
    }
    Term rest;
    log_sum_exp(others.data(), static_cast<int>(others.size()), rest);
    weight_term(theta, components_, k, n, eta[static_cast<std::size_t>(k)]);
    eta[static_cast<std::size_t>(k)].add(-1.0, rest);
  }
  const int size = inner_->size();
  std::vector<Term> inner(static_cast<std::size_t>(size));
  for (int k = 0; k < components_; ++k) {
    const int offset = components_ - 1 + k * size;
    inner_->describe(axis, component(theta, k), inner);
    for (int i = 0; i < size; ++i)
      embed(inner[static_cast<std::size_t>(i)], offset, n, eta[static_cast<std::size_t>(offset + i)]);
  }
}

bool Mixture::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  double rest = 1.0;
  for (int k = 0; k + 1 < components_; ++k) rest -= from_scale(BoundScale::logit, eta[static_cast<std::size_t>(k)]);
  if (components_ == 2) {
    theta[0] = eta[0];
  } else {
    if (!(rest > 0.0)) return false;
    for (int k = 0; k + 1 < components_; ++k) {
      const auto i = static_cast<std::size_t>(k);
      theta[i] = std::log(from_scale(BoundScale::logit, eta[i])) - std::log(rest);
    }
  }
  const auto size = static_cast<std::size_t>(inner_->size());
  for (int k = 0; k < components_; ++k) {
    const std::size_t offset = static_cast<std::size_t>(components_ - 1) + static_cast<std::size_t>(k) * size;
    if (!inner_->locate(axis, eta.subspan(offset, size), theta.subspan(offset, size))) return false;
  }
  return true;
}

bool Mixture::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  const int n = size();
  const bool logs = inner_->positive();
  std::vector<Term> terms(static_cast<std::size_t>(components_));
  Term inner;
  for (int k = 0; k < components_; ++k) {
    if (!inner_->mean(axis, component(theta, k), inner)) return false;
    Term weight, moved;
    weight_term(theta, components_, k, n, weight);
    embed(inner, components_ - 1 + k * inner_->size(), n, moved);
    if (logs) {
      terms[static_cast<std::size_t>(k)] = weight;
      terms[static_cast<std::size_t>(k)].add(1.0, moved);
    } else {
      // p m as a product of terms.
      const double p = std::exp(weight.f);
      Term w = weight;
      w.compose(p, p, p);
      Term& t = terms[static_cast<std::size_t>(k)];
      t.reset(n, p * moved.f);
      for (int i = 0; i < n; ++i) {
        t.d(i) = w.d(i) * moved.f + p * moved.d(i);
        for (int j = 0; j <= i; ++j) {
          t.dd(i, j) = w.dd(i, j) * moved.f + w.d(i) * moved.d(j) + w.d(j) * moved.d(i) + p * moved.dd(i, j);
        }
      }
    }
  }
  if (logs) {
    log_sum_exp(terms.data(), components_, out);
  } else {
    out.reset(n);
    for (const Term& t : terms) out.add(1.0, t);
  }
  return true;
}

double Mixture::log_weight(std::span<const double> theta, int k) const {
  Term weight;
  weight_term(theta, components_, k, components_ - 1, weight);
  return weight.f;
}

double Mixture::log_total(std::span<const double> theta) const {
  double total = -kInfinity;
  Term weight;
  bool proper = true;
  for (int k = 0; k < components_; ++k) {
    const double inner = inner_->log_total(component(theta, k));
    proper = proper && inner == 0.0;
    weight_term(theta, components_, k, components_ - 1, weight);
    total = log_sum_exp(total, weight.f + inner);
  }
  return proper ? 0.0 : total;
}

std::vector<std::vector<double>> Mixture::starts(const PlotSummary& plot) const {
  // Cut the plotted curve into K pieces at several places; each piece alone suggests a component.
  std::vector<std::vector<double>> out;
  if (plot.curve.size() < 2) return out;
  const double top = plot.curve.back().second;
  const auto add = [&](const std::vector<double>& cuts) {
    std::vector<double> theta(static_cast<std::size_t>(size()));
    double from = 0.0;
    std::vector<double> weight;
    for (int k = 0; k < components_; ++k) {
      const double to = k + 1 < components_ ? cuts[static_cast<std::size_t>(k)] * top : 1.0;
      std::vector<std::pair<double, double>> piece;
      for (const auto& [u, f] : plot.curve) {
        if (f > from && f <= to) piece.emplace_back(u, std::fmin((f - from) / (to - from), 0.999));
      }
      if (piece.empty()) piece.emplace_back(plot.middle, 0.5);
      const std::vector<double> t = inner_->starts(PlotSummary::of(piece)).front();
      std::copy(t.begin(), t.end(), theta.begin() + components_ - 1 + static_cast<std::ptrdiff_t>(t.size()) * k);
      weight.push_back(to - from);
      from = to;
    }
    for (int k = 0; k + 1 < components_; ++k) {
      theta[static_cast<std::size_t>(k)] = std::log(weight[static_cast<std::size_t>(k)] / weight.back());
    }
    out.push_back(std::move(theta));
  };
  if (components_ == 2) {
    for (const double cut : {0.5, 0.25, 0.75, 0.1, 0.9, 0.37, 0.63, 0.05, 0.95}) add({cut});
    // Components that overlap: one narrow inside one wide.
    const std::vector<double> whole = inner_->starts(plot).front();
    if (inner_->size() >= 2) {
      for (const double p : {0.2, 0.5, 0.8}) {
        for (const double change : {0.7, 1.5, -0.7}) {
          for (const double shift : {-0.7, 0.0, 0.7}) {
            std::vector<double> theta = {std::log(p / (1.0 - p))};
            theta.insert(theta.end(), whole.begin(), whole.end());
            theta.insert(theta.end(), whole.begin(), whole.end());
            theta[2] -= change;  // index 1 of the component: log-scale, or a shape that narrows it
            theta[1] += shift * plot.spread;
            out.push_back(std::move(theta));
          }
        }
      }
    }
    // Every pair of places on the plotted curve, tight and loose.
    if (inner_->size() >= 2) {
      const std::size_t points = std::min<std::size_t>(plot.curve.size(), 5);
      const auto place = [&](std::size_t k) {
        return plot.curve[points < 2 ? 0 : k * (plot.curve.size() - 1) / (points - 1)].first;
      };
      for (std::size_t i = 0; i < points; ++i) {
        for (std::size_t j = i + 1; j < points; ++j) {
          for (const auto& [a, b] : {std::pair{-1.5, -1.5}, std::pair{-2.5, 0.0}, std::pair{0.0, -2.5}}) {
            const double rise = plot.curve[i * (plot.curve.size() - 1) / (points - 1)].second;
            const double p = std::fmin(
                std::fmax(0.5 * (rise + plot.curve[j * (plot.curve.size() - 1) / (points - 1)].second), 0.1), 0.9);
            std::vector<double> theta = {std::log(p / (1.0 - p))};
            theta.insert(theta.end(), whole.begin(), whole.end());
            theta.insert(theta.end(), whole.begin(), whole.end());
            const auto second = static_cast<std::size_t>(1 + inner_->size());
            theta[1] += place(i) - plot.middle;
            theta[second] += place(j) - plot.middle;
            theta[2] += a;
            theta[second + 1] += b;
            out.push_back(std::move(theta));
          }
        }
      }
    }
  } else {
    std::vector<double> even;
    for (int k = 1; k < components_; ++k) even.push_back(static_cast<double>(k) / components_);
    add(even);
    for (const double bend : {0.5, 0.7, 1.5, 2.0, 3.0}) {
      std::vector<double> cuts = even;
      for (double& c : cuts) c = std::pow(c, bend);
      add(cuts);
    }
  }
  return out;
}

void Mixture::sort_components(std::span<double> theta) const {
  const auto size = static_cast<std::size_t>(inner_->size());
  std::vector<int> order(static_cast<std::size_t>(components_));
  std::iota(order.begin(), order.end(), 0);
  std::vector<double> median, log_p;
  Term weight;
  for (int k = 0; k < components_; ++k) {
    median.push_back(inner_->quantile(component(theta, k), -kLn2, -kLn2));
    weight_term(theta, components_, k, components_ - 1, weight);
    log_p.push_back(weight.f);
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return median[static_cast<std::size_t>(a)] < median[static_cast<std::size_t>(b)];
  });
  const std::vector<double> old(theta.begin(), theta.end());
  for (int k = 0; k < components_; ++k) {
    const auto from = static_cast<std::size_t>(order[static_cast<std::size_t>(k)]);
    if (k + 1 < components_)
      theta[static_cast<std::size_t>(k)] = log_p[from] - log_p[static_cast<std::size_t>(order.back())];
    const std::size_t first = static_cast<std::size_t>(components_ - 1);
    std::copy_n(old.begin() + static_cast<std::ptrdiff_t>(first + from * size), size,
                theta.begin() + static_cast<std::ptrdiff_t>(first + static_cast<std::size_t>(k) * size));
  }
}

}  // namespace relia
