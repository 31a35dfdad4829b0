#include "io/report_certificate.hpp"

#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/report_numbers.hpp"
#include "io/report_sentences.hpp"

namespace relia::io {
namespace {

struct CertificateWords {
  const char *title, *least, *none, *disagrees;
  const char *number, *estimate, *std_error, *lower, *upper, *log_likelihood;
};
constexpr CertificateWords kEnglish{"Certificate",
                                    "digits that agree with 50-digit arithmetic; the fewest: {}",
                                    "nothing was certified: {}",
                                    "50-digit arithmetic disagrees: {}",
                                    "digits of",
                                    "estimate",
                                    "std. error",
                                    "lower",
                                    "upper",
                                    "log-likelihood"};
constexpr CertificateWords kChinese{"精度证书",     "与 50 位算术一致的位数；最少 {} 位",
                                    "未作核对：{}", "50 位算术不一致：{}",
                                    "一致的位数",   "估计值",
                                    "标准误",       "下限",
                                    "上限",         "对数似然"};

const CertificateWords& words_in(Language language) {
  return language == Language::chinese ? kChinese : kEnglish;
}

std::string digits(double d) {
  return std::isfinite(d) ? fmt::format("{:.1f}", d) : std::string();
}

}  // namespace

std::string certificate_title(Language language) {
  return words_in(language).title;
}

std::string certificate_remark(const ModelResult& model, Language language) {
  const CertificateWords& w = words_in(language);
  const Certification& c = model.certification;
  if (c.status == "maximum") return fmt::format(fmt::runtime(w.least), digits(c.least));
  return fmt::format(fmt::runtime(c.status == "none" ? w.none : w.disagrees), in_language(c.reason, language));
}

Table certificate_table(const ModelResult& m, Language language) {
  const CertificateWords& w = words_in(language);
  Table table;
  table.column(w.number, Table::Align::left);
  for (const char* head : {w.estimate, w.std_error, w.lower, w.upper}) table.column(head, Table::Align::number);
  const auto add = [&](const std::string& name, const Digits& d) {
    const std::vector<std::string> cells = {name, digits(d.estimate), digits(d.std_error), digits(d.lower),
                                            digits(d.upper)};
    for (std::size_t i = 1; i < cells.size(); ++i) {
      if (cells[i].empty()) continue;
      table.row(cells);
      return;
    }
  };
  for (const NamedQuantity& p : m.parameters) add(p.name, p.value.digits);
  for (const ModeResult& mode : m.modes) {
    for (const NamedQuantity& p : mode.parameters) add(mode.mode + ": " + p.name, p.value.digits);
  }
  for (const QuantileResult& q : m.metrics.quantiles) add(q.name, q.value.digits);
  add("mean", m.metrics.mean.digits);
  for (const AtTimeResult& r : m.metrics.reliability) add(fmt::format("R({})", readable(r.time)), r.value.digits);
  if (std::isfinite(m.certification.log_likelihood)) {
    table.row({w.log_likelihood, digits(m.certification.log_likelihood), "", "", ""});
  }
  return table;
}

}  // namespace relia::io
