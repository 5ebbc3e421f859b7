"""Pictures of every page: `python -m benchmarks.serving.screenshots ADDRESS FOLDER [PART...] [--every]`, of a running `celwacht serve`.

Every kind of page (of the pages of one kind the first; with --every all) at three widths, light and dark, in Dutch at one and in English at
the other, whole; every kind of chart and map of three tables too; with parts of addresses only those that have one. FOLDER gets the pictures and an index.html with all of them side by side.
Told is what a program can see: what axe finds (if tests/serve/node_modules is there), what stands out of the page, errors of the console,
how far the page shifted while it came (CLS) and after how many ms it stood. It ends with 1 where anything is wrong.

    python -m benchmarks.serving.screenshots http://127.0.0.1:8000 pictures
"""

from __future__ import annotations

import re
import sys
import urllib.request
from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.test_access import faults
from tests.browser.test_server_pages import SHIFT
from tests.serve import node

WIDTHS = {1280: 720, 768: 1024, 390: 844}
LOOKS = (("light", "nl"), ("dark", "en"))
DRAWN = ("jeugdhulp_gebruik_jongeren", "kerncijfers_jeugdzorg", "jeugdhulp_uitstroom_duur_reden")
BY_HAND = ("/", "/#/table/{first}", "/#/table/geen", "/gebied/geen", "/embed#/table/{first}?v=chart")
MOST_SHIFT, MOST_MS = 0.1, 1000
HIGHEST = 6000
"""Pixels of a picture; of longer pages the upper part."""


def pages(address: str, every: bool) -> list[str]:
    """The addresses of the sitemap, one of each kind, and those that are in no sitemap."""
    with urllib.request.urlopen(f"{address}/sitemap.xml") as answer:
        listed = re.findall(r"<loc>([^<]*)</loc>", answer.read().decode())
    paths = [re.sub(r"^https?://[^/]*", "", one) for one in listed]
    kinds: dict[str, list[str]] = {}
    for path in paths:
        kind = re.sub(r"(/gebied/[A-Z]{2}|/(?:tabel|benchmark|dossier|lessen)/(?=.)).*", r"\1", path)
        kinds.setdefault(kind, []).append(path)
    tables = [path.rpartition("/")[2] for path in paths if path.startswith("/tabel/")]
    first = next((t for t in DRAWN if t in tables), tables[0])
    chosen = paths if every else [some[0] for some in kinds.values()]
    return list(dict.fromkeys([*chosen, *(path.format(first=first) for path in BY_HAND)]))


def charts(address: str, browser: Browser) -> list[tuple[str, str, str]]:
    """(path, name of the choice, value) of every kind of chart and map that the tables of DRAWN offer."""
    found = []
    page = browser.new_page()
    for table in DRAWN:
        for view in ("chart", "map"):
            path = f"/#/table/{table}?v={view}"
            page.goto("about:blank")
            page.goto(address + path)
            settled(page)
            told = page.evaluate("() => [...document.querySelectorAll('main input[type=radio]')].map(i => [i.name, i.value])")
            found += [(path, name, value) for name, value in told] or [(path, "", "")]
    page.close()
    return found


def settled(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")


class Pictures:
    """The pictures of a run, and what was wrong on them."""

    def __init__(self, address: str, folder: Path, browser: Browser):
        self.address, self.folder, self.browser = address, folder, browser
        self.wrong: list[str] = []
        self.rows: dict[str, list[str]] = {}
        try:
            self.axe = (node.modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        except OSError:
            self.axe = ""

    def take(self, path: str, choice: tuple[str, str] = ("", "")) -> None:
        """One page, or one choice on it, in every width and look."""
        for width, height in WIDTHS.items():
            for scheme, language in LOOKS:
                context = self.browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="nl-NL" if language == "nl" else "en-GB"
                )  # type: ignore[arg-type]
                page = context.new_page()
                said: list[str] = []
                page.on("console", lambda m, said=said: m.type == "error" and said.append(f"console: {m.text[:120]}"))  # type: ignore[misc]
                page.on("pageerror", lambda e, said=said: said.append(f"error: {e}"))  # type: ignore[misc]
                self._one(page, path, choice, said, f"{width}-{scheme}-{language}", language)
                context.close()

    def _one(self, page: Page, path: str, choice: tuple[str, str], said: list[str], look: str, language: str) -> None:
        mark = "&" if "?" in path else "?"
        page.goto(f"{self.address}{path}{mark}lang={language}")
        settled(page)
        times: Any = page.evaluate("() => { const n = performance.getEntriesByType('navigation')[0]; return n.loadEventEnd; }")
        shift = page.evaluate(SHIFT)
        if choice[1]:
            page.locator(f'main input[name="{choice[0]}"][value="{choice[1]}"]').first.evaluate("i => i.click()")
            settled(page)
        if shift > MOST_SHIFT:
            said.append(f"shift {shift:.3f}")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            said.append(f"{over} px wider than the screen")
        said += faults(page, self.axe) if self.axe else []
        name = re.sub(r"[^A-Za-z0-9]+", "_", f"{path} {' '.join(choice)}").strip("_") or "start"
        file = f"{name}-{look}.png"
        size = page.viewport_size or {"width": 0, "height": 0}
        high = min(HIGHEST, page.evaluate("document.documentElement.scrollHeight"))
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], high)})
        page.screenshot(path=self.folder / file)
        here = f"{path} {choice[1]} {look}"
        missing = "geen" in path  # a page that is not there is told to the console by the browser itself
        said = [one for one in said if not (missing and one.startswith("console:"))]
        self.wrong += [f"{here}: {one}" for one in said]
        self.rows.setdefault(f"{path} {choice[1]}", []).append(file)
        print(f"{here:<90} {times:6.0f} ms  CLS {shift:.3f}  {'; '.join(said) or 'nothing wrong'}", flush=True)

    def index(self) -> None:
        """All pictures side by side."""
        rows = (
            f"<h2>{escape(name)}</h2><p>" + "".join(f'<a href="{f}"><img src="{f}" alt="{escape(f)}"></a>' for f in files)
            for name, files in self.rows.items()
        )
        head = "<!doctype html><meta charset=utf-8><title>Pictures</title><style>img{height:300px;border:1px solid;margin:2px}</style>"
        told = "".join(f"<li>{escape(one)}" for one in self.wrong)
        (self.folder / "index.html").write_text(f"{head}<ul>{told}</ul>{''.join(rows)}", encoding="utf-8")


def main() -> int:
    address, folder, *rest = sys.argv[1].rstrip("/"), Path(sys.argv[2]), *sys.argv[3:]
    parts = [one for one in rest if not one.startswith("--")] or [""]
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        made = Pictures(address, folder, browser)
        for path in pages(address, "--every" in rest):
            if any(part in path for part in parts):
                made.take(path)
        for path, name, value in charts(address, browser):
            if any(part in path for part in parts):
                made.take(path, (name, value))
        browser.close()
    made.index()
    print(f"{sum(map(len, made.rows.values()))} pictures in {folder}; {len(made.wrong)} times something wrong")
    return bool(made.wrong)


if __name__ == "__main__":
    sys.exit(main())
