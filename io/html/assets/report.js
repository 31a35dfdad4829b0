// Draws the figures of a report with uPlot and makes its tables sortable. Every text comes from JSON in the page and is
// set as text, never as markup. `uPlot` is in scope.
"use strict";
const FIGURES = JSON.parse(document.getElementById("figures").textContent);
const DASHES = { solid: [], dashed: [12, 6], dotted: [2, 4] };
const FONT = '13px "DejaVu Sans", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", system-ui, sans-serif';

function interpolate(table, from, to, v) {
  let lo = 0, hi = table.length - 1;
  if (v <= table[lo][from]) return table[lo][to];
  if (v >= table[hi][from]) return table[hi][to];
  while (hi - lo > 1) {
    const mid = (lo + hi) >> 1;
    if (table[mid][from] <= v) lo = mid; else hi = mid;
  }
  const share = (v - table[lo][from]) / (table[hi][from] - table[lo][from]);
  return table[lo][to] + share * (table[hi][to] - table[lo][to]);
}
function valueAt(axis, at) {
  if (axis.scale === "log") return Math.exp(at);
  return axis.scale === "table" ? interpolate(axis.table, 0, 1, at) : at;
}
function placeOf(axis, value) {
  if (axis.scale === "log") return Math.log(value);
  return axis.scale === "table" ? interpolate(axis.table, 1, 0, value) : value;
}
function readable(v, digits) {
  if (!Number.isFinite(v)) return "";
  if (v === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(v)));
  return size < -4 || size >= 7 ? v.toExponential(digits - 1).replace(/\.?0+e/, "e") : String(Number(v.toPrecision(digits)));
}
function shown(axis, at) {
  const v = valueAt(axis, at);
  return axis.scale === "table" ? readable(100 * v, 4) + " %" : readable(v, 5);
}

// Ticks of the figure that fit; when a zoom leaves too few, round values in between.
function ticksIn(axis, min, max, pixels, gap) {
  const need = gap / pixels * (max - min), slack = 1e-9 * (max - min);
  const taken = [];
  const free = (at, label) => taken.every(t => Math.abs(t.at - at) >= (label && t.label ? need : need / 4));
  const take = list => {
    for (const t of list) if (t.label && free(t.at, true)) taken.push(t); else if (free(t.at, false)) taken.push({ at: t.at, label: "" });
  };
  const inside = axis.ticks.filter(t => t.at >= min - slack && t.at <= max + slack);
  const levels = [...new Set(inside.map(t => t.level))].sort((a, b) => a - b);
  for (const level of levels) take(inside.filter(t => t.level === level));
  if (taken.filter(t => t.label).length < 3) {
    const scale = axis.scale === "table" ? 100 : 1;
    const a = scale * valueAt(axis, min), b = scale * valueAt(axis, max);
    const raw = Math.abs(b - a) / 5, power = 10 ** Math.floor(Math.log10(raw)), m = raw / power;
    const step = power * (m < 1.5 ? 1 : m < 3.5 ? 2 : m < 7.5 ? 5 : 10);
    const extra = [];
    for (let k = Math.ceil(Math.min(a, b) / step); k * step <= Math.max(a, b) && extra.length < 50; ++k)
      extra.push({ at: placeOf(axis, k * step / scale), label: readable(k * step, 6) });
    take(extra);
  }
  return taken.sort((p, q) => p.at - q.at);
}

function symbol(ctx, kind, x, y, r) {
  ctx.beginPath();
  if (kind === 2) { ctx.moveTo(x, y - 1.2 * r); ctx.lineTo(x - r, y + .8 * r); ctx.lineTo(x + r, y + .8 * r); ctx.closePath(); }
  else if (kind === 3) ctx.rect(x - .9 * r, y - .9 * r, 1.8 * r, 1.8 * r);
  else if (kind === 4) { ctx.moveTo(x, y - 1.2 * r); ctx.lineTo(x + 1.2 * r, y); ctx.lineTo(x, y + 1.2 * r); ctx.lineTo(x - 1.2 * r, y); ctx.closePath(); }
  else if (kind === 5) { ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r); ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r); }
  else ctx.arc(x, y, r, 0, 2 * Math.PI);
  if (kind === 0) ctx.fill(); else ctx.stroke();
}

function paint(u, figure, hidden) {
  const ctx = u.ctx, { left, top, width, height } = u.bbox, ratio = uPlot.pxRatio;
  const X = v => u.valToPos(v, "x", true), Y = v => u.valToPos(v, "y", true);
  const far = v => Math.max(-1e5, Math.min(1e5, v));
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.lineJoin = "round";
  figure.marks.forEach((m, index) => {
    if (hidden.has(index)) return;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = m.colour;
    ctx.lineWidth = (m.width || 1.5) * ratio;
    ctx.setLineDash((DASHES[m.dash] || []).map(d => d * ratio));
    if (m.kind === "line" || m.kind === "area") {
      ctx.beginPath();
      m.x.forEach((x, i) => i ? ctx.lineTo(far(X(x)), far(Y(m.y[i]))) : ctx.moveTo(far(X(x)), far(Y(m.y[i]))));
      if (m.kind === "area") { ctx.globalAlpha = 0.18; ctx.closePath(); ctx.fill(); } else ctx.stroke();
    } else if (m.kind === "points") {
      ctx.lineWidth = 1.4 * ratio;
      m.x.forEach((x, i) => symbol(ctx, m.symbol, X(x), Y(m.y[i]), (m.emphasis ? 3.6 : 3.2) * ratio));
    } else if (m.kind === "span") {
      ctx.lineWidth = 1.5 * ratio;
      ctx.beginPath();
      m.x.forEach((x, i) => {
        const a = far(X(x)), b = far(X(m.x2[i])), y = Y(m.y[i]), cap = 4 * ratio;
        ctx.moveTo(a, y); ctx.lineTo(b, y);
        if (m.notes) { ctx.moveTo(a, y - cap); ctx.lineTo(a, y + cap); ctx.moveTo(b, y - cap); ctx.lineTo(b, y + cap); }
      });
      ctx.stroke();
    } else if (m.kind === "rug") {
      ctx.lineWidth = ratio;
      ctx.beginPath();
      m.x.forEach(x => { ctx.moveTo(X(x), top + height); ctx.lineTo(X(x), top + height - 12 * ratio); });
      ctx.stroke();
    } else if (m.kind === "guide") {
      ctx.strokeStyle = "#666";
      ctx.lineWidth = ratio;
      ctx.setLineDash([6 * ratio, 4 * ratio]);
      ctx.beginPath();
      if (m.x.length) { ctx.moveTo(X(m.x[0]), top); ctx.lineTo(X(m.x[0]), top + height); }
      else { ctx.moveTo(left, Y(m.y[0])); ctx.lineTo(left + width, Y(m.y[0])); }
      ctx.stroke();
      if (m.label) {
        ctx.setLineDash([]);
        ctx.fillStyle = "#444";
        ctx.font = FONT.replace("13px", 13 * ratio + "px");
        if (m.x.length) ctx.fillText(m.label, X(m.x[0]) + 4 * ratio, top + 16 * ratio);
        else { ctx.textAlign = "right"; ctx.fillText(m.label, left + width - 4 * ratio, Y(m.y[0]) - 4 * ratio); }
      }
    }
    ctx.restore();
  });
  ctx.restore();
}

// Where a path crosses the vertical at x: all y.
function crossings(m, x) {
  const out = [], n = m.x.length;
  for (let i = 1; i < n + (m.kind === "area" ? 1 : 0); ++i) {
    const a = i - 1, b = i % n;
    if ((m.x[a] - x) * (m.x[b] - x) > 0 || m.x[a] === m.x[b]) continue;
    out.push(m.y[a] + (x - m.x[a]) / (m.x[b] - m.x[a]) * (m.y[b] - m.y[a]));
  }
  return out;
}

function tipLines(u, figure, hidden, left, top) {
  const lines = [];
  let best = 14, note = null;
  figure.marks.forEach((m, index) => {
    if (!m.notes || hidden.has(index)) return;
    m.x.forEach((x, i) => {
      const a = u.valToPos(x, "x"), b = m.x2 ? u.valToPos(m.x2[i], "x") : a;
      const dx = left < a ? a - left : left > b ? left - b : 0;
      const distance = Math.hypot(dx, u.valToPos(m.y[i], "y") - top);
      if (distance < best) { best = distance; note = { colour: m.colour, text: m.notes[i] }; }
    });
  });
  if (note) lines.push(note);
  const x = u.posToVal(left, "x");
  lines.push({ text: `${figure.x.label}: ${shown(figure.x, x)}` });
  figure.marks.forEach((m, index) => {
    if (hidden.has(index) || m.kind !== "line" && m.kind !== "area" || !m.label) return;
    const ys = crossings(m, x).map(y => Math.min(Math.max(y, figure.y.low), figure.y.high));
    if (!ys.length) return;
    const name = m.label.length > 44 ? m.label.slice(0, 42) + "…" : m.label;
    if (m.kind === "line") lines.push({ colour: m.colour, text: `${name}: ${shown(figure.y, ys[ys.length - 1])}` });
    else lines.push({ colour: m.colour, text: `${name}: ${shown(figure.y, Math.min(...ys))} – ${shown(figure.y, Math.max(...ys))}` });
  });
  if (lines.length === 1 && !note) lines.push({ text: `${figure.y.label}: ${shown(figure.y, u.posToVal(top, "y"))}` });
  return lines;
}

function swatch(m) {
  const ns = "http://www.w3.org/2000/svg", svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 28 18");
  svg.setAttribute("aria-hidden", "true");
  const add = (name, attributes) => {
    const e = document.createElementNS(ns, name);
    for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
    svg.append(e);
  };
  if (m.kind === "area") add("rect", { x: 1, y: 3, width: 26, height: 12, fill: m.colour, opacity: .25 });
  else if (m.kind === "points") {
    const fill = m.symbol === 0 ? m.colour : "none", stroke = m.colour;
    if (m.symbol === 2) add("path", { d: "M14 4 L9 13 L19 13 Z", fill, stroke });
    else if (m.symbol === 3) add("rect", { x: 9.5, y: 4.5, width: 9, height: 9, fill, stroke });
    else if (m.symbol === 4) add("path", { d: "M14 3 L20 9 L14 15 L8 9 Z", fill, stroke });
    else if (m.symbol === 5) add("path", { d: "M9 4 L19 14 M9 14 L19 4", fill, stroke });
    else add("circle", { cx: 14, cy: 9, r: 4, fill, stroke });
  } else if (m.kind === "rug") add("path", { d: "M10 3 V15 M14 3 V15 M18 3 V15", stroke: m.colour });
  else add("path", { d: "M1 9 H27", stroke: m.colour, "stroke-width": 2, "stroke-dasharray": (DASHES[m.dash] || []).map(d => d / 2).join(" ") });
  return svg;
}

const ORDER = { points: 0, span: 1, rug: 2, line: 3, area: 4 };
function legend(box, figure, hidden, redraw) {
  const list = document.createElement("ul");
  list.className = "legend";
  const entries = figure.marks.map((m, index) => ({ m, index })).filter(e => e.m.label && e.m.kind !== "guide");
  entries.sort((a, b) => ORDER[a.m.kind] - ORDER[b.m.kind]);
  for (const { m, index } of entries) {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.textContent = m.label;
    button.addEventListener("click", () => {
      if (hidden.has(index)) hidden.delete(index); else hidden.add(index);
      button.setAttribute("aria-pressed", String(!hidden.has(index)));
      redraw();
    });
    item.append(swatch(m), button);
    list.append(item);
  }
  for (const note of figure.notes) {
    const item = document.createElement("li");
    item.className = "text";
    item.textContent = note;
    list.append(item);
  }
  box.append(list);
}

// On paper every figure is drawn at a size of its own, whatever the window had, and scaled to its column.
let printing = false;
const PRINTED = { first: { width: 640, height: 372 }, half: { width: 480, height: 320 } };
window.addEventListener("beforeprint", () => { printing = true; });
window.addEventListener("afterprint", () => { printing = false; });

function drawFigure(box, figure) {
  const holder = box.querySelector(".canvas"), hidden = new Set();
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  const size = () => {
    const width = Math.max(280, Math.floor(holder.clientWidth));
    return { width, height: Math.round(Math.min(width * (box.classList.contains("first") ? .66 : .74), 620)) };
  };
  const side = Math.max(...figure.y.ticks.map(t => t.label.length), 3) * 8 + 22;
  const axis = (which, extra) => ({
    scale: which, font: FONT, labelFont: FONT, label: figure[which].label, labelSize: 24, stroke: "#333", ticks: { show: true, stroke: "#888", size: 5, width: 1 },
    grid: { stroke: "#dfe3e7", width: 1 },
    splits: (u, i, min, max) => {
      const pixels = which === "x" ? u.width - side - 40 : u.height - 80;
      const widest = Math.max(...figure.x.ticks.map(t => t.label.length), 3);
      u.chosen = u.chosen || {};
      return (u.chosen[which] = ticksIn(figure[which], min, max, pixels, which === "x" ? widest * 8 + 12 : 18)).map(t => t.at);
    },
    filter: (u, splits) => splits,
    values: (u, splits) => splits.map((at, i) => u.chosen[which][i] ? u.chosen[which][i].label : ""), ...extra,
  });
  const home = u => u.batch(() => {
    u.setScale("x", { min: figure.x.low, max: figure.x.high });
    u.setScale("y", { min: figure.y.low, max: figure.y.high });
  });
  const plot = new uPlot({
    ...size(), pxAlign: 0, legend: { show: false },
    scales: { x: { time: false, auto: false, range: (u, min, max) => [min ?? figure.x.low, max ?? figure.x.high] },
              y: { auto: false, range: (u, min, max) => [min ?? figure.y.low, max ?? figure.y.high] } },
    series: [{}, { scale: "y", show: true, stroke: "transparent", points: { show: false } }],
    axes: [axis("x", { size: 34 }), axis("y", { size: side })],
    cursor: { drag: { x: true, y: true, uni: 12 }, points: { show: false },
              bind: { dblclick: u => () => { home(u); return null; } } },
    hooks: {
      drawSeries: [], draw: [u => paint(u, figure, hidden)],
      setCursor: [u => {
        const { left, top } = u.cursor;
        if (left == null || left < 0) { tip.hidden = true; return; }
        tip.replaceChildren(...tipLines(u, figure, hidden, left, top).map(l => {
          const row = document.createElement("div");
          if (l.colour) { const dot = document.createElement("i"); dot.style.background = l.colour; row.append(dot); }
          row.append(l.text);
          return row;
        }));
        tip.hidden = false;
        const room = u.over.clientWidth - left;
        tip.style.left = (room < tip.offsetWidth + 24 ? Math.max(0, left - tip.offsetWidth - 14) : left + 14) + "px";
        tip.style.top = Math.max(0, Math.min(top + 12, u.over.clientHeight - tip.offsetHeight - 4)) + "px";
      }],
    },
  }, [[figure.x.low, figure.x.high], [figure.y.low, figure.y.high]], holder);
  home(plot);
  plot.over.append(tip);
  plot.over.addEventListener("mouseleave", () => { tip.hidden = true; });
  legend(box, figure, hidden, () => plot.redraw(false));
  let width = holder.clientWidth;
  new ResizeObserver(() => {
    if (printing || Math.abs(holder.clientWidth - width) < 2) return;
    width = holder.clientWidth;
    plot.setSize(size());
  }).observe(holder);
  window.addEventListener("beforeprint", () => { home(plot); plot.setSize(PRINTED[box.classList.contains("first") ? "first" : "half"]); });
  window.addEventListener("afterprint", () => plot.setSize(size()));
  holder.plot = plot;
}

function sortable(table) {
  const body = table.tBodies[0];
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    head.querySelector("button")?.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") !== "ascending";
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const key = row => { const c = row.cells[column]; return c.dataset.v === undefined ? c.textContent : Number(c.dataset.v); };
      const rank = v => typeof v === "number" ? 0 : v === "" ? 2 : 1;
      const order = [...body.rows].sort((p, q) => {
        const a = key(p), b = key(q);
        if (rank(a) !== rank(b)) return rank(a) - rank(b);
        const c = typeof a === "number" ? a - b : a.localeCompare(b, document.documentElement.lang);
        return rising ? c : -c;
      });
      body.append(...order);
    });
  });
}

for (const box of document.querySelectorAll("figure[data-figure]")) drawFigure(box, FIGURES[Number(box.dataset.figure)]);
for (const table of document.querySelectorAll("table.sortable")) sortable(table);
document.documentElement.dataset.ready = "yes";
