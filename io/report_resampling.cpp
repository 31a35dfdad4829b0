#include "io/report_resampling.hpp"

#include <fmt/format.h>

namespace relia::io {

std::string how_resampled(const Resampling& r, Language language) {
  const bool zh = language == Language::chinese;
  const std::string kind = r.kind == "cases"        ? (zh ? "有放回抽样" : "units drawn again")
                           : r.kind == "parametric" ? (zh ? "参数抽样" : "tests of the fitted model")
                                                    : (zh ? "随机权重" : "random weights");
  const std::string interval = r.interval == "percentile" ? (zh ? "百分位" : "percentile")
                               : r.interval == "t"        ? (zh ? "学生化" : "studentized")
                               : r.interval == "pivotal"
                                   ? (r.exact ? (zh ? "精确枢轴量" : "exact pivotal") : (zh ? "枢轴量" : "pivotal"))
                                   : "BCa";
  return zh ? fmt::format("自助法（{}，{}，重复 {} 次，种子 {}）", kind, interval, r.replicates, r.seed)
            : fmt::format("bootstrap ({}, {}, {} replicates, seed {})", kind, interval, r.replicates, r.seed);
}

}  // namespace relia::io
