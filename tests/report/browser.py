#!/usr/bin/env python3
"""--report in a real browser with the network off: no error, figures drawn, hover reads values, zoom, sorting, A4 print.

usage: browser.py --relia PROGRAM --data DIR [--keep DIR]

Headless Chromium, spoken to in the DevTools protocol over its pipe (file descriptors 3 and 4, messages end in NUL).
"""
import argparse
import base64
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from cases import cases, coverage_calls, hostile_csv, mission_csv

FAILURES = []


def check(condition, what):
    if not condition: FAILURES.append(what)


class Browser:
    def __init__(self, program, profile):
        to_read, self.write = os.pipe()
        self.read, to_write = os.pipe()

        def descriptors():
            # Both ends may sit on 3 or 4 already, so they go out of the way first.
            a, b = os.dup2(to_read, 63), os.dup2(to_write, 62)
            os.dup2(a, 3), os.dup2(b, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            preexec_fn=descriptors, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read), os.close(to_write)
        self.buffer, self.count, self.events, self.session = b"", 0, [], None

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read], [], [], max(0, deadline - time.monotonic()))
            if not ready: raise TimeoutError("the browser does not answer")
            piece = os.read(self.read, 1 << 20)
            if not piece: raise RuntimeError("the browser has gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def __call__(self, method, seconds=90, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session: message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while True:
            got = self.receive(deadline)
            if got.get("id") == self.count:
                if "error" in got: raise RuntimeError(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)

    def open_tab(self):
        self.session = None
        target = self("Target.createTarget", url="about:blank")["targetId"]
        self.session = self("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"): self(f"{domain}.enable")
        self("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        self("Emulation.setDeviceMetricsOverride", width=1200, height=1000, deviceScaleFactor=1, mobile=False)
        self.events = []
        return target

    def close_tab(self, target):
        self.session = None
        self("Target.closeTarget", targetId=target)

    def js(self, expression):
        result = self("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result: raise RuntimeError(f"{expression[:80]}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def close(self):
        self.process.terminate()
        try: self.process.wait(10)
        except subprocess.TimeoutExpired: self.process.kill()


PICTURE = "document.querySelectorAll('figure[data-figure]')[0]"


def ink(browser, index):
    """pixels of a figure's canvas that are not white or transparent"""
    return browser.js(f"""(() => {{ const from = document.querySelectorAll('figure[data-figure] canvas')[{index}];
        const c = document.createElement('canvas'); c.width = from.width; c.height = from.height;
        const pen = c.getContext('2d', {{willReadFrequently: true}}); pen.drawImage(from, 0, 0); const d = pen.getImageData(0, 0, c.width, c.height).data; let n = 0;
        for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 0 && d[i] + d[i + 1] + d[i + 2] < 600) ++n; return n; }})()""")


def look_at(browser, name, page, figures, keep, tables=True):
    tab = browser.open_tab()
    browser("Page.navigate", url=page.as_uri())
    for _ in range(200):
        if browser.js("document.documentElement !== null && document.documentElement.dataset.ready === 'yes'"): break
        time.sleep(0.05)
    else:
        check(False, f"{name}: the page never became ready")
    count = browser.js("document.querySelectorAll('figure[data-figure]').length")
    check(count >= figures, f"{name}: {count} figures, not {figures}")
    for i in range(count): check(ink(browser, i) > 1500, f"{name}: figure {i + 1} is all but empty")
    hover(browser, name)
    for i in range(count): hover_over(browser, name, i)
    legend(browser, name, count)
    zoom(browser, name)
    if tables: sort(browser, name)
    check(browser.js("document.documentElement.scrollWidth <= innerWidth"), f"{name}: the page is wider than the window")
    browser("Emulation.setDeviceMetricsOverride", width=400, height=800, deviceScaleFactor=1, mobile=False)
    time.sleep(0.2)
    check(browser.js("document.documentElement.scrollWidth <= innerWidth"), f"{name}: wider than a window of 400 pixels")
    browser("Emulation.setDeviceMetricsOverride", width=1200, height=1000, deviceScaleFactor=1, mobile=False)
    time.sleep(0.2)
    pages = print_pages(browser, name, keep)
    if keep:
        shot = browser("Page.captureScreenshot", captureBeyondViewport=True, format="png",
                       clip={"x": 0, "y": 0, "width": 1200, "height": min(6000, browser.js("document.documentElement.scrollHeight")), "scale": 1})
        (keep / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method in ("Runtime.exceptionThrown", "Log.entryAdded"): check(False, f"{name}: {json.dumps(params)[:400]}")
        if method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"): check(False, f"{name}: console {params}"[:400])
        if method == "Network.requestWillBeSent": check(params["request"]["url"] == page.as_uri(), f"{name}: fetched {params['request']['url'][:200]}")
        if method == "Page.javascriptDialogOpening": check(False, f"{name}: a dialog: {params}")
    browser.close_tab(tab)
    return count, pages


def over(browser):
    browser.js(f"{PICTURE}.scrollIntoView({{block: 'start'}})")
    return browser.js(f"(() => {{ const r = {PICTURE}.querySelector('.u-over').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; }})()")


def hover(browser, name):
    left, top, width, height = over(browser)
    browser.mouse("mouseMoved", left + 0.5 * width, top + 0.5 * height)
    tip = browser.js(f"{PICTURE}.querySelector('.tip').innerText")
    check(re.search(r"\d", tip) and "\n" in tip, f"{name}: hovering shows {tip!r}")
    spot = browser.js(f"""(() => {{ const p = {PICTURE}.querySelector('.canvas').plot, f = JSON.parse(document.getElementById('figures').textContent)[0];
        const m = f.marks.find(m => m.notes && m.notes.length); if (!m) return null; const k = m.x.length >> 1;
        const x = m.x2 ? (m.x[k] + m.x2[k]) / 2 : m.x[k]; return [p.valToPos(x, 'x'), p.valToPos(m.y[k], 'y'), m.notes]; }})()""")
    check(spot is not None or name.startswith("np-"), f"{name}: no point of the first figure has a note")
    if spot:
        browser.mouse("mouseMoved", left + spot[0], top + spot[1])
        tip = browser.js(f"{PICTURE}.querySelector('.tip').innerText")
        check(any(note in tip for note in spot[2]), f"{name}: over a point stands {tip!r}")
    browser.mouse("mouseMoved", 2, 2)


def hover_over(browser, name, index):
    """the read-out of every figure: the age (or whatever the axis is) and a value"""
    box = f"document.querySelectorAll('figure[data-figure]')[{index}]"
    browser.js(f"{box}.scrollIntoView({{block: 'start'}})")
    left, top, width, height = browser.js(f"(() => {{ const r = {box}.querySelector('.u-over').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; }})()")
    browser.mouse("mouseMoved", left + 0.5 * width, top + 0.4 * height)
    tip, label = browser.js(f"[{box}.querySelector('.tip').innerText, JSON.parse(document.getElementById('figures').textContent)[Number({box}.dataset.figure)].x.label]")
    lines = tip.split("\n")
    check(any(line.startswith(label) and re.search(r"\d", line) for line in lines) and len(lines) >= 2, f"{name}: hovering over figure {index + 1} shows {tip!r}")
    browser.mouse("mouseMoved", 2, 2)


def legend(browser, name, count):
    """a click on a name takes its mark from the picture, a second brings it back"""
    for i in range(count):
        box = f"document.querySelectorAll('figure[data-figure]')[{i}]"
        names = browser.js(f"{box}.querySelectorAll('.legend button').length")
        check(names >= 1, f"{name}: figure {i + 1} has no legend")
        before, changed = ink(browser, i), False
        for which in range(names):
            button = f"{box}.querySelectorAll('.legend button')[{which}]"
            browser.js(f"{button}.click()")
            check(browser.js(f"{button}.getAttribute('aria-pressed')") == "false", f"{name}: figure {i + 1}: a click does not release {which}")
            changed = changed or ink(browser, i) != before
            browser.js(f"{button}.click()")
            check(browser.js(f"{button}.getAttribute('aria-pressed')") == "true", f"{name}: figure {i + 1}: a second click does not press {which}")
        check(changed, f"{name}: no name of the legend of figure {i + 1} takes anything away")
        check(ink(browser, i) == before, f"{name}: figure {i + 1} is not what it was after its legend was used")


def zoom(browser, name):
    left, top, width, height = over(browser)
    scale = lambda: browser.js(f"(() => {{ const s = {PICTURE}.querySelector('.canvas').plot.scales; return [s.x.min, s.x.max, s.y.min, s.y.max]; }})()")
    before = scale()
    a, b = (left + 0.3 * width, top + 0.3 * height), (left + 0.6 * width, top + 0.7 * height)
    browser.mouse("mouseMoved", *a)
    browser.mouse("mousePressed", *a, button="left", buttons=1, clickCount=1)
    browser.mouse("mouseMoved", (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, button="left", buttons=1)
    browser.mouse("mouseMoved", *b, button="left", buttons=1)
    browser.mouse("mouseReleased", *b, button="left", clickCount=1)
    after = scale()
    check(after[0] > before[0] and after[1] < before[1] and after[2] > before[2] and after[3] < before[3], f"{name}: dragging zooms {before} to {after}")
    check(ink(browser, 0) > 800, f"{name}: nothing left after zooming")
    for clicks in (1, 2):
        browser.mouse("mousePressed", *a, button="left", buttons=1, clickCount=clicks)
        browser.mouse("mouseReleased", *a, button="left", clickCount=clicks)
    check(all(abs(p - q) < 1e-9 * (1 + abs(p)) for p, q in zip(scale(), before)), f"{name}: a double click does not go back: {scale()} {before}")


def sort(browser, name):
    column = "[...document.querySelectorAll('table.sortable')].map(t => [t, [...t.tHead.rows[0].cells].findIndex(c => c.classList.contains('n') && c.querySelector('button'))]).filter(p => p[1] >= 0)"
    tables = browser.js(f"{column}.length")
    check(tables >= 1, f"{name}: no table sorts")
    for i in range(tables):
        values = lambda: browser.js(f"(() => {{ const [t, c] = {column}[{i}]; return [...t.tBodies[0].rows].map(r => r.cells[c].dataset.v).filter(v => v !== undefined).map(Number); }})()")
        start = values()
        for rising in (True, False):
            browser.js(f"(() => {{ const [t, c] = {column}[{i}]; t.tHead.rows[0].cells[c].querySelector('button').click(); }})()")
            check(values() == sorted(start, reverse=not rising), f"{name}: table {i} sorted {values()}")


def print_pages(browser, name, keep):
    pdf = base64.b64decode(browser("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])
    if keep: (keep / f"{name}.pdf").write_bytes(pdf)
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
    boxes = [tuple(map(float, m.split())) for m in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)]
    check(2 <= pages <= 12, f"{name}: {pages} pages in print")
    check(boxes and all(abs(b[2] - 595.3) < 2 and abs(b[3] - 841.9) < 2 for b in boxes), f"{name}: not A4: {boxes[:2]}")
    return pages


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--relia", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="a directory for screenshots and PDFs")
    args = parser.parse_args()
    program = shutil.which("chromium")
    if not program:
        print("SKIPPED report_browser: chromium is not installed")
        return 0
    if args.keep: args.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        where = Path(scratch)
        (where / "hostile.csv").write_text(hostile_csv())
        (where / "mission.csv").write_text(mission_csv())
        browser = Browser(program, where / "profile")
        try:
            for name, command, figures in cases(args.data):
                done = subprocess.run([args.relia, *command, "--report", f"{name}.html", "--format", "json"], cwd=where, capture_output=True, text=True, timeout=120)
                check(done.returncode in (0, 5), f"{name}: exit {done.returncode}: {done.stderr[:300]}")
                if done.returncode in (0, 5): print(name, *look_at(browser, name, where / f"{name}.html", figures, args.keep), flush=True)
            run = lambda *call: subprocess.run([args.relia, *call], cwd=where, capture_output=True, text=True, timeout=120)
            run("data", "import", "lab.h5", str(args.data / "datasets/diesel_fan.csv"), "--name", "fan")
            for name, command, figures in (("simulated", ["simulate", "--dist", "weibull", "--shape", "2", "--scale", "1000", "--n", "20", "--censor-at", "800"], 3),
                                           ("show", ["data", "show", "lab.h5:fan"], 1)):
                done = run(*command, "--report", f"{name}.html")
                check(done.returncode == 0, f"{name}: exit {done.returncode}: {done.stderr[:300]}")
                if done.returncode == 0: print(name, *look_at(browser, name, where / f"{name}.html", figures, args.keep, tables=False), flush=True)
            files = []
            for i, command in enumerate([c for n, c, _ in cases(args.data) if n in ("threshold", "alt", "np-steps")] + coverage_calls()):
                files.append(f"{i}.json")
                done = subprocess.run([args.relia, *command, "--format", "json", "--output", files[-1]], cwd=where, capture_output=True, text=True, timeout=120)
                check(done.returncode == 0, f"{command}: exit {done.returncode}: {done.stderr[:300]}")
            done = subprocess.run([args.relia, "report", *files, "--output", "earlier.html"], cwd=where, capture_output=True, text=True, timeout=120)
            check(done.returncode == 0, f"relia report: exit {done.returncode}: {done.stderr[:300]}")
            print("earlier", *look_at(browser, "earlier", where / "earlier.html", 3, args.keep), flush=True)
        finally:
            browser.close()
    print("\n".join(FAILURES + [f"{len(FAILURES)} failures"]))
    return 1 if FAILURES else 0


if __name__ == "__main__": sys.exit(main())
