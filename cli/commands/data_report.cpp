#include "cli/commands/data_report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/io/csv.hpp>

#include "cli/compare_answers.hpp"
#include "cli/text_table.hpp"

namespace relia::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string number(double v) {
  if (std::isnan(v)) return "";
  if (std::isinf(v)) return v > 0 ? "inf" : "-inf";
  return fmt::format("{}", v);
}

std::string kinds(const LifeCounts& c) {
  std::string out = fmt::format("F={}", c.failures);
  if (c.right_censored > 0) out += fmt::format(", S={}", c.right_censored);
  if (c.left_censored > 0) out += fmt::format(", L={}", c.left_censored);
  if (c.interval_censored > 0) out += fmt::format(", I={}", c.interval_censored);
  if (c.truncated > 0) out += fmt::format(", T={}", c.truncated);
  return out;
}

Json json_of(const io::StoredDataset& d) {
  Json columns = Json::array();
  for (const io::StoredColumn& c : d.columns) {
    Json j = {{"name", c.name}, {"role", c.role}, {"type", c.type},
              {"unit", c.unit}, {"rows", c.rows}, {"stored_bytes", c.stored_bytes}};
    if (c.type == "text") j["levels"] = c.levels;
    columns.push_back(std::move(j));
  }
  return {{"name", d.name},
          {"n", d.counts.n},
          {"failures", d.counts.failures},
          {"right_censored", d.counts.right_censored},
          {"left_censored", d.counts.left_censored},
          {"interval_censored", d.counts.interval_censored},
          {"truncated", d.counts.truncated},
          {"rows", d.counts.rows},
          {"time_unit", d.time_unit},
          {"source", d.source},
          {"source_file", d.source_file},
          {"source_sha256", d.source_sha256},
          {"data_hash", d.data_hash},
          {"imported_utc", d.imported_utc},
          {"appends", d.appends},
          {"relia_version", d.relia_version},
          {"schema_version", d.schema_version},
          {"results", d.results},
          {"columns", std::move(columns)}};
}

std::string dumped(const Json& j) {
  return j.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::string shell_word(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string imported_text(const std::string& store, const io::StoredDataset& d, bool chinese) {
  if (chinese) {
    return fmt::format("{}:{}：{} 行，n = {}（{}），{} 列\n", store, d.name, d.counts.rows, d.counts.n, kinds(d.counts),
                       d.columns.size());
  }
  return fmt::format("{}:{}: {} rows, n = {} ({}), {} columns\n", store, d.name, d.counts.rows, d.counts.n,
                     kinds(d.counts), d.columns.size());
}

std::string verified_text(const std::string& store, const io::StoreVerification& v, bool chinese) {
  return chinese ? fmt::format("{}：{} 个数据集，{} 列，{} 行，{} 个结果，完好\n", store, v.datasets, v.columns, v.rows,
                               v.results)
                 : fmt::format("{}: {} data sets, {} columns, {} rows, {} results: in order\n", store, v.datasets,
                               v.columns, v.rows, v.results);
}

std::string verified_json(const std::string& store, const io::StoreVerification& v) {
  return dumped({{"schema", "relia.verify/1"},
                 {"store", store},
                 {"datasets", v.datasets},
                 {"columns", v.columns},
                 {"rows", v.rows},
                 {"results", v.results},
                 {"bytes", v.bytes},
                 {"in_order", true}});
}

std::string list_text(const std::vector<io::StoredDataset>& datasets, bool chinese) {
  if (datasets.empty()) return chinese ? "没有数据集\n" : "no data sets\n";
  TextRows rows = {chinese ? std::vector<std::string>{"名称", "n", "失效", "单位", "导入时间", "结果"}
                           : std::vector<std::string>{"name", "n", "failures", "units", "imported", "results"}};
  for (const io::StoredDataset& d : datasets) {
    rows.push_back({printable(d.name), std::to_string(d.counts.n), std::to_string(d.counts.failures),
                    printable(d.time_unit), printable(d.imported_utc), std::to_string(d.results)});
  }
  return aligned(rows, {false, true, true, false, false, true});
}

std::string list_csv(const std::vector<io::StoredDataset>& datasets) {
  std::string out = "name,n,failures,time_unit,imported_utc,rows,results,source\n";
  for (const io::StoredDataset& d : datasets) {
    out += fmt::format("{},{},{},{},{},{},{},{}\n", csv_cell(d.name), d.counts.n, d.counts.failures,
                       csv_cell(d.time_unit), csv_cell(d.imported_utc), d.counts.rows, d.results, csv_cell(d.source));
  }
  return out;
}

std::string list_json(const std::string& store, const std::vector<io::StoredDataset>& datasets) {
  Json all = Json::array();
  for (const io::StoredDataset& d : datasets) all.push_back(json_of(d));
  return dumped({{"schema", "relia.datasets/1"}, {"store", store}, {"datasets", std::move(all)}});
}

std::string dataset_json(const std::string& store, const io::StoredDataset& dataset) {
  Json out = {{"schema", "relia.dataset/1"}, {"store", store}};
  out.update(json_of(dataset));
  return dumped(out);
}

std::string event_plot(const LifeTable& t, bool chinese) {
  constexpr std::size_t kWidth = 60;
  double longest = 0.0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    longest = std::max(longest, t.lower[i]);
    if (std::isfinite(t.upper[i])) longest = std::max(longest, t.upper[i]);
  }
  if (longest <= 0.0) longest = 1.0;
  const auto place = [&](double v) {
    return std::min(kWidth - 1, static_cast<std::size_t>(std::max(0.0, v) / longest * static_cast<double>(kWidth - 1)));
  };
  TextRows rows;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    const double lo = t.lower[i], up = t.upper[i];
    std::string line(kWidth, ' ');
    const std::size_t from = place(t.entry_at(i)), to = place(lo);
    for (std::size_t k = from; k < to; ++k) line[k] = '-';
    std::string label;
    if (lo == up) {
      line[to] = 'x';
      label = number(lo);
    } else if (std::isinf(up)) {
      line[to] = '>';
      label = number(lo) + '+';
    } else {
      for (std::size_t k = to; k <= place(up); ++k) line[k] = '=';
      line[place(up)] = ']';
      if (lo > 0.0) line[to] = '[';
      label = fmt::format("{}..{}", number(lo), number(up));
    }
    if (t.entry_at(i) > 0.0 && from < to) line[from] = '(';
    if (const double n = t.count_at(i); n != 1.0) label += fmt::format(" x{}", number(n));
    line.insert(line.begin(), '|');
    rows.push_back({std::to_string(i + 1), line, label});
  }
  const std::string legend = chinese ? "  x 失效   > 仍在运行   [==] 区间内失效   ==] 此前失效   ( 开始观察\n"
                                     : "  x failed   > still running   [==] failed between   ==] failed before   "
                                       "( observed from here\n";
  return aligned(rows, {true, false, false}) + legend;
}

std::string dataset_text(const std::string& store, const io::StoredDataset& d, const LifeTable& head, bool chinese) {
  const auto word = [chinese](const char* en, const char* zh) { return std::string(chinese ? zh : en); };
  std::string out = fmt::format("{}:{}\n\n", store, d.name);
  TextRows about = {{word("units", "样本数"), fmt::format("n = {} ({})", d.counts.n, kinds(d.counts))},
                    {word("rows", "行数"), std::to_string(d.counts.rows)},
                    {word("time unit", "时间单位"), printable(d.time_unit)},
                    {word("source", "来源"), printable(d.source)},
                    {word("file", "文件"), printable(d.source_file)},
                    {word("SHA-256 of the file", "文件 SHA-256"), printable(d.source_sha256, 64)},
                    {word("SHA-256 of the data", "数据 SHA-256"), printable(d.data_hash, 64)},
                    {word("imported", "导入时间"), printable(d.imported_utc)},
                    {word("appended", "追加次数"), std::to_string(d.appends)},
                    {word("written by", "写入程序"), printable("relia " + d.relia_version)},
                    {word("schema version", "格式版本"), std::to_string(d.schema_version)},
                    {word("results", "结果数"), std::to_string(d.results)}};
  out += aligned(about, {false, false}) + '\n';

  TextRows columns = {{word("column", "列"), word("type", "类型"), word("unit", "单位"), word("levels", "水平数"),
                       word("bytes stored", "存储字节")}};
  for (const io::StoredColumn& c : d.columns) {
    columns.push_back({printable(c.name), c.type, printable(c.unit), c.type == "text" ? std::to_string(c.levels) : "",
                       std::to_string(c.stored_bytes)});
  }
  out += aligned(columns, {false, false, false, true, true}) + '\n';
  if (head.rows() == 0) return out;

  out += head.rows() < d.counts.rows
             ? fmt::format(fmt::runtime(word("first {} of {} rows\n\n", "前 {} 行，共 {} 行\n\n")), head.rows(),
                           d.counts.rows)
             : word("all rows\n\n", "全部行\n\n");
  TextRows table(head.rows() + 1);
  std::vector<bool> right;
  const auto add = [&](const std::string& name, bool is_number, const auto& cell) {
    table[0].push_back(printable(name, 24));
    right.push_back(is_number);
    for (std::size_t i = 0; i < head.rows(); ++i) table[i + 1].push_back(cell(i));
  };
  const auto numbers = [&](const std::string& name, const std::vector<double>& v) {
    if (!v.empty()) add(name, true, [&](std::size_t i) { return number(v[i]); });
  };
  numbers("lower", head.lower);
  numbers("upper", head.upper);
  numbers("count", head.count);
  numbers("trunc_lower", head.entry);
  numbers("trunc_upper", head.exit);
  for (const Column& c : head.columns) {
    if (c.type == Column::Type::number) {
      numbers(c.name, c.numbers);
    } else {
      add(c.name, false, [&](std::size_t i) { return printable(c.levels[c.codes[i]], 24); });
    }
  }
  out += aligned(table, right) + '\n';
  return out + event_plot(head, chinese);
}

std::string results_text(const std::string& place,
                         const std::vector<io::StoredResult>& results,
                         const std::string& data_hash,
                         bool chinese) {
  if (results.empty()) return place + (chinese ? "：没有结果\n" : ": no results\n");
  TextRows rows = {chinese ? std::vector<std::string>{"结果", "保存时间", "版本", "种子", "数据", "命令"}
                           : std::vector<std::string>{"result", "saved", "version", "seed", "data", "command"}};
  for (const io::StoredResult& r : results) {
    const bool same = r.data_hash == data_hash;
    rows.push_back({"#" + printable(r.id), printable(r.saved_utc), printable(r.version), std::to_string(r.seed),
                    chinese ? (same ? "未变" : "已变") : (same ? "unchanged" : "changed"), printable(r.command, 200)});
  }
  return place + "\n\n" + aligned(rows, {false, false, false, true, false, false});
}

std::string results_json(const std::string& place,
                         const std::vector<io::StoredResult>& results,
                         const std::string& data_hash) {
  Json all = Json::array();
  for (const io::StoredResult& r : results) {
    Json answer = nested_too_deeply(r.json) ? Json(Json::value_t::discarded) : Json::parse(r.json, nullptr, false);
    if (answer.is_discarded()) answer = r.json;  // one object a line, with --by
    all.push_back({{"id", r.id},
                   {"saved_utc", r.saved_utc},
                   {"command", r.command},
                   {"relia_version", r.version},
                   {"seed", r.seed},
                   {"data_hash", r.data_hash},
                   {"data_unchanged", r.data_hash == data_hash},
                   {"result", std::move(answer)}});
  }
  return dumped({{"schema", "relia.results/1"}, {"data", place}, {"results", std::move(all)}});
}

std::string import_hint(const io::StoredDataset& d) {
  std::string out = "# relia data import STORE FILE --name " + d.name;
  if (!d.time_unit.empty()) out += " --time-unit " + shell_word(d.time_unit);
  if (!d.source.empty()) out += " --source " + shell_word(d.source);
  LifeTable shape;  // which columns there are, as the export of their rows sees it
  for (const io::StoredColumn& c : d.columns) {
    if (c.role == "count") shape.count = {1.0};
    if (c.role == "entry") shape.entry = {0.0};
    if (c.role == "exit") shape.exit = {1.0};
    if (c.role == "other") shape.columns.push_back({c.name, c.unit, Column::Type::number, {}, {}, {}});
  }
  const std::vector<std::string> headers = io::csv_headers(shape);
  std::size_t next = 0;
  for (const io::StoredColumn& c : d.columns) {
    if (c.role != "other") continue;
    const std::string& header = headers[next++];
    if (!c.unit.empty()) out += " --unit " + shell_word(header + "=" + c.unit);
    if (c.type == "text") out += " --text " + shell_word(header);
    if (header != c.name) out += " --rename " + shell_word(header + "=" + c.name);
  }
  // A line break would end the comment.
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out + '\n';
}

}  // namespace relia::cli
