"""The viewer on the largest table, measured in the browser: `python -m benchmarks.serving.viewer [--times 20] [--json FILE]`.

A synthetic table of all wijken of the Netherlands is published into a temporary folder and served as it would be. Per way, in
a browser without a cache:

    first view   from the start of the navigation until the cells that fit the window are painted with their figures
    pivot        from the click until the table stands there anew, painted: swap, move, open, filter, back

The limit beside it is the browser's own: the same server's smallest file, and the whole table as one plain HTML page, the way
of a site that sends a table ready-made. Aims: first view under 1 s, a pivot under 200 ms.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.browser import tables
from tests.browser.conftest import CHROMIUM, QUIET
from tests.serve import live

TABLE = "/#/table/wijken_proef"
SETTLED = """() => new Promise(done => {
  const there = () => document.querySelector('table.figures tbody td') && !document.querySelector('table.figures .pending');
  const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
  const look = () => there() ? painted() : requestAnimationFrame(look);
  look();
})"""
PRESS = """async ({selector, change}) => {
  const e = document.querySelector(selector), before = performance.now(), old = document.querySelector('table.figures').textContent;
  if (change === undefined) e.click(); else { e.value = change; e.dispatchEvent(new Event('change', {bubbles: true})); }
  const there = () => document.querySelector('table.figures tbody td') && !document.querySelector('table.figures .pending')
    && document.querySelector('table.figures').textContent !== old;
  await new Promise((done, fail) => {
    const look = () => there() ? requestAnimationFrame(() => requestAnimationFrame(done))
      : performance.now() - before > 10000 ? fail(new Error(`nothing changed after ${selector}`)) : requestAnimationFrame(look);
    look();
  });
  return performance.now() - before;
}"""
NAMED = """([selector, text]) => { document.getElementById('go')?.removeAttribute('id');
  [...document.querySelectorAll(selector)].find(e => e.textContent.trim() === text).id = 'go'; }"""
MENU = """name => { document.querySelector(`[data-item="${name}"] [data-part="menu"]`).click(); }"""


def spread(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "median": round(median(ordered), 1),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "max": round(ordered[-1], 1),
    }


def loads(browser, url: str, times: int, ready: str = SETTLED) -> list[float]:
    """Milliseconds from the start of the navigation, each in a context of its own: nothing is cached."""
    found = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.goto(url, wait_until="commit")
        found.append(page.evaluate(ready))
        context.close()
    return found


def pivots(browser, url: str, times: int) -> dict[str, list[float]]:
    """Milliseconds of each kind of change, one after the other on one page that is otherwise at rest."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.evaluate(SETTLED)
    page.wait_for_load_state("networkidle")
    found: dict[str, list[float]] = {}
    for turn in range(times):
        page.evaluate(NAMED, [".tools button", "Open alles"])
        found.setdefault("open all gemeenten", []).append(page.evaluate(PRESS, {"selector": "#go"}))
        found.setdefault("swap rows and columns", []).append(page.evaluate(PRESS, {"selector": '[data-part="swap"]'}))
        found.setdefault("swap back", []).append(page.evaluate(PRESS, {"selector": '[data-part="swap"]'}))
        for target, name in (("Naar kolommen", "a filter to the columns"), ("Naar filters", "and back")):
            page.evaluate(MENU, "VormenVanJeugdzorg")
            page.evaluate(NAMED, ["[role=menuitem]", target])
            found.setdefault(name, []).append(page.evaluate(PRESS, {"selector": "#go"}))
        code = tables.FORMS[1 + turn % 2].code
        found.setdefault("another code of a filter", []).append(
            page.evaluate(PRESS, {"selector": '[data-item="VormenVanJeugdzorg"] select', "change": code})
        )
        found.setdefault("start layout", []).append(page.evaluate(PRESS, {"selector": '[data-part="reset"]'}))
    page.close()
    return found


def plain(publication) -> str:
    """The same figures as one page of HTML: what a site pays that sends its tables ready-made."""
    wijken, measures = publication.dimensions[1].codes, publication.measures
    rows = "".join(
        f"<tr><th>{html.escape(c.title.nl)}</th>" + "".join(f"<td>{m.values[0, i, 0]}</td>" for m in measures) + "</tr>"
        for i, c in enumerate(wijken)
    )
    return f"<!DOCTYPE html><title>plain</title><table class=figures><tbody>{rows}</tbody></table>"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if CHROMIUM is None:
        print("benchmarks/serving/viewer: Chromium is not installed, so nothing was measured", file=sys.stderr)
        return 0
    from playwright.sync_api import sync_playwright

    publication, out = tables.districts(national=True), Path(tempfile.mkdtemp(prefix="celwacht-viewer-"))
    try:
        live.publish(out, publication)
        with live.serving(out) as server, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            report = measured(browser, server.url, publication, options.times)
            browser.close()
    finally:
        shutil.rmtree(out, ignore_errors=True)
    print(
        f"{publication.n_observations} figures, {len(publication.dimensions[1].codes)} regions; load of the machine {os.getloadavg()[0]:.1f}; milliseconds:"
    )
    for name, figures in report.items():
        print(f"  {name:32} median {figures['median']:7.1f}   p95 {figures['p95']:7.1f}   max {figures['max']:7.1f}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def measured(browser, url: str, publication, times: int) -> dict[str, dict[str, float]]:
    loads(browser, url + TABLE, 2)  # the server has read the table, the browser has started
    report = {
        "limit: smallest file": spread(loads(browser, url + "/icon.svg", times, "() => performance.now()")),
        "first view": spread(loads(browser, url + TABLE, times)),
    }
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    context.route("**/plain", lambda route: route.fulfill(body=plain(publication), content_type="text/html"))
    found = []
    for _ in range(min(times, 5)):
        page.goto(url + "/plain", wait_until="commit")
        found.append(page.evaluate(SETTLED))
    context.close()
    report["peer: all of it as plain HTML"] = spread(found)
    return report | {f"pivot: {name}": spread(figures) for name, figures in pivots(browser, url + TABLE, times).items()}


if __name__ == "__main__":
    raise SystemExit(main())
