#include "io/html/page.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/io/hash.hpp>

#include "io/html/assets.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

using Json = nlohmann::ordered_json;

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' ? ' ' : c; break;
    }
  }
  return out;
}

// JSON inside a script element: nothing in it can end the element or begin a comment.
std::string inside_script(const std::string& json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else {
      out += c;
    }
  }
  return out;
}

std::string dumped_json(const Json& value) {
  return inside_script(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Seven digits: a ten-thousandth of a pixel.
Json coordinates(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double v : values)
    out.push_back(std::isfinite(v) ? Json(std::strtod(fmt::format("{:.7g}", v).c_str(), nullptr)) : Json(nullptr));
  return out;
}

Json axis_json(const Axis& axis) {
  Json ticks = Json::array();
  for (const Tick& t : axis.ticks) ticks.push_back({{"at", t.at}, {"label", t.label}, {"level", t.level}});
  const char* const scale = axis.scale == Axis::Scale::log     ? "log"
                            : axis.scale == Axis::Scale::table ? "table"
                                                               : "linear";
  Json out = {{"label", axis.label}, {"scale", scale}, {"low", axis.low}, {"high", axis.high}, {"ticks", ticks}};
  if (axis.scale == Axis::Scale::table) {
    Json table = Json::array();
    for (const auto& [at, value] : axis.table) table.push_back({at, value});
    out["table"] = std::move(table);
  }
  return out;
}

const char* kind_name(Mark::Kind kind) {
  switch (kind) {
    case Mark::Kind::line: return "line";
    case Mark::Kind::area: return "area";
    case Mark::Kind::points: return "points";
    case Mark::Kind::rug: return "rug";
    case Mark::Kind::span: return "span";
    case Mark::Kind::guide: return "guide";
    case Mark::Kind::entry: break;
  }
  return "entry";
}

Json figure_json(const Figure& figure) {
  Json marks = Json::array();
  for (const Mark& m : figure.marks) {
    Json mark = {{"kind", kind_name(m.kind)}, {"label", m.label},     {"colour", palette_colour(m.colour)},
                 {"symbol", m.symbol},        {"width", m.width},     {"emphasis", m.emphasis},
                 {"x", coordinates(m.x)},     {"y", coordinates(m.y)}};
    mark["dash"] = m.dash == Mark::Dash::solid ? "solid" : m.dash == Mark::Dash::dashed ? "dashed" : "dotted";
    if (!m.x2.empty()) mark["x2"] = coordinates(m.x2);
    if (!m.notes.empty()) mark["notes"] = m.notes;
    marks.push_back(std::move(mark));
  }
  return {{"id", figure.id},
          {"x", axis_json(figure.x)},
          {"y", axis_json(figure.y)},
          {"marks", marks},
          {"notes", figure.notes}};
}

// For a content security policy: the script and style themselves, and no others.
std::string policy_hash(std::string_view bytes) {
  const std::string hex = sha256_hex(bytes);
  std::string raw;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    raw += static_cast<char>(std::strtoul(hex.substr(i, 2).c_str(), nullptr, 16));
  }
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "'sha256-";
  for (std::size_t i = 0; i < raw.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      bits = bits << 8U | (i + k < raw.size() ? static_cast<unsigned char>(raw[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += i + k <= raw.size() ? kDigits[bits >> (18U - 6U * k) & 63U] : '=';
    }
  }
  return out + '\'';
}

class Writer {
 public:
  explicit Writer(const Page& page) : page_(page) {}

  std::string take() {
    // uPlot reads the device's pixels once, here made two at least, so that print and PDF are sharp.
    const std::string script =
        fmt::format("(devicePixelRatio => {{\n{}\n{}}})(Math.max(2, window.devicePixelRatio || 1));",
                    assets::kUplotScript, assets::kReportScript);
    const std::string style = fmt::format("{}{}", assets::kUplotStyle, assets::kReportStyle);
    put_body();
    std::string out = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src {}; script-src {}; "
        "base-uri "
        "'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" "
        "content=\"relia\">\n"
        "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n",
        page_.language == Language::chinese ? "zh-CN" : "en", policy_hash(style), policy_hash(script),
        escaped(page_.title), style);
    out += body_;
    for (std::size_t i = 0; i < page_.results.size(); ++i) {
      out += fmt::format("<script type=\"application/json\" class=\"result\" id=\"result-{}\">{}</script>\n", i + 1,
                         inside_script(page_.results[i]));
    }
    out += fmt::format("<script type=\"application/json\" id=\"figures\">{}</script>\n", dumped_json(figures_));
    out += fmt::format("<!--\nuPlot, which draws the figures:\n{}-->\n<script>{}</script>\n</body>\n</html>\n",
                       assets::kUplotLicence, script);
    return out;
  }

 private:
  template <class... Args>
  void put(fmt::format_string<Args...> pattern, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), pattern, std::forward<Args>(args)...);
    body_ += '\n';
  }

  void put_body() {
    put("<main>\n<header>\n<h1>{}</h1>\n<p>{}</p>\n</header>", escaped(page_.title), escaped(page_.subtitle));
    if (!page_.answer.empty() || !page_.badges.empty()) {
      put("<div class=\"answer\" id=\"answer\">");
      for (const std::string& sentence : page_.answer) put("<p>{}</p>", escaped(sentence));
      for (const PageBadge& b : page_.badges) {
        put("<p><span class=\"badge {}\">{}</span><code>{}</code></p>", b.good ? "met" : "unmet", escaped(b.word),
            escaped(b.text));
      }
      put("</div>");
    }
    body_ += "<nav>";
    for (const PageSection& s : page_.sections)
      body_ += fmt::format("<a href=\"#{}\">{}</a> ", escaped(s.id), escaped(s.title));
    put("</nav>");
    for (const PageSection& s : page_.sections) {
      put("<section id=\"{}\">\n<h2>{}</h2>", escaped(s.id), escaped(s.title));
      for (const PageBlock& b : s.blocks) put_block(b);
      put("</section>");
    }
    put("</main>");
  }

  void put_block(const PageBlock& b) {
    switch (b.kind) {
      case PageBlock::Kind::paragraph: put("<p>{}</p>", escaped(b.text)); break;
      case PageBlock::Kind::note: put("<p class=\"note\">{}</p>", escaped(b.text)); break;
      case PageBlock::Kind::heading: put("<h3>{}</h3>", escaped(b.text)); break;
      case PageBlock::Kind::list:
        put("<ul>");
        for (const std::string& item : b.items) put("<li>{}</li>", escaped(item));
        put("</ul>");
        break;
      case PageBlock::Kind::table: put_table(b.table, true); break;
      case PageBlock::Kind::facts: put_table(b.table, false); break;
      case PageBlock::Kind::figures: put_figures(b.figures); break;
      case PageBlock::Kind::formulas:
        put("<ul>");
        for (const auto& [what, formula] : b.formulas) {
          put("<li>{} <span class=\"formula\">{}</span></li>", escaped(what), escaped(formula));
        }
        put("</ul>");
        break;
    }
  }

  void put_table(const PageTable& t, bool with_head) {
    if (t.rows.empty()) return;
    put("<div class=\"scroll\"><table{}>", with_head && t.rows.size() > 1 ? " class=\"sortable\"" : "");
    if (!t.caption.empty()) put("<caption>{}</caption>", escaped(t.caption));
    if (with_head) {
      body_ += "<thead><tr>";
      for (const PageTable::Column& c : t.columns) {
        const std::string title = t.rows.size() > 1 && !c.title.empty()
                                      ? fmt::format("<button type=\"button\">{}</button>", escaped(c.title))
                                      : escaped(c.title);
        body_ += fmt::format("<th scope=\"col\"{}>{}</th>", c.number ? " class=\"n\"" : "", title);
      }
      put("</tr></thead>");
    }
    put("<tbody>");
    for (const auto& row : t.rows) {
      body_ += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string value =
            std::isfinite(row[i].value) ? fmt::format(" data-v=\"{}\"", shortest(row[i].value)) : std::string();
        if (!with_head && i == 0) {
          body_ += fmt::format("<th scope=\"row\">{}</th>", escaped(row[i].text));
        } else {
          body_ += fmt::format("<td{}{}>{}</td>", i < t.columns.size() && t.columns[i].number ? " class=\"n\"" : "",
                               value, escaped(row[i].text));
        }
      }
      put("</tr>");
    }
    put("</tbody></table></div>");
  }

  void put_figures(const std::vector<Figure>& list) {
    put("<div class=\"figures\">");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Figure& f = list[i];
      const std::string title = f.subtitle.empty() ? f.title : f.title + " · " + f.subtitle;
      put("<figure id=\"figure-{}\" class=\"{}\" data-figure=\"{}\"><figcaption><h3>{}</h3></figcaption>"
          "<div class=\"canvas\" role=\"img\" aria-label=\"{}\"></div></figure>",
          figures_.size() + 1, i == 0 ? "first" : "half", figures_.size(), escaped(title), escaped(title));
      figures_.push_back(figure_json(f));
    }
    put("</div>");
  }

  const Page& page_;
  std::string body_;
  Json figures_ = Json::array();
};

}  // namespace

PageCell number_cell(double value, int digits) {
  return {.text = std::isnan(value) ? "–" : readable(value, digits), .value = value};
}

PageBlock paragraph(std::string text) {
  PageBlock b;
  b.text = std::move(text);
  return b;
}

PageBlock note(std::string text) {
  PageBlock b = paragraph(std::move(text));
  b.kind = PageBlock::Kind::note;
  return b;
}

PageBlock heading(std::string text) {
  PageBlock b = paragraph(std::move(text));
  b.kind = PageBlock::Kind::heading;
  return b;
}

PageBlock list(std::vector<std::string> items) {
  PageBlock b;
  b.kind = PageBlock::Kind::list;
  b.items = std::move(items);
  return b;
}

PageBlock table(PageTable content) {
  PageBlock b;
  b.kind = PageBlock::Kind::table;
  b.table = std::move(content);
  return b;
}

PageBlock facts(const std::vector<std::pair<std::string, std::string>>& rows) {
  PageBlock b;
  b.kind = PageBlock::Kind::facts;
  b.table.columns = {{"", false}, {"", false}};
  for (const auto& [name, value] : rows) {
    b.table.rows.push_back({PageCell{.text = name}, PageCell{.text = value}});
  }
  return b;
}

PageBlock figures(std::vector<Figure> content) {
  PageBlock b;
  b.kind = PageBlock::Kind::figures;
  b.figures = std::move(content);
  return b;
}

std::string html_of(const Page& page) {
  return Writer(page).take();
}

std::string page_time() {
  std::time_t time = std::time(nullptr);
  if (const char* const epoch = std::getenv("SOURCE_DATE_EPOCH"); epoch != nullptr) {
    char* stop = nullptr;
    const long long seconds = std::strtoll(epoch, &stop, 10);
    if (stop != epoch && *stop == '\0' && seconds >= 0 && seconds < 253402300800LL)
      time = static_cast<std::time_t>(seconds);
  }
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(time));
}

}  // namespace relia::io
