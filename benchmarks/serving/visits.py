"""What a visit asks of the server: `python -m benchmarks.serving.visits ADDRESS PATH…`, of a running `celwacht serve`.

For each path, in a browser with an empty cache: the first visit, the same again, and then the chart. Counted are the requests that
reach the server as the browser's own network log has them (those it answers from its cache are not), and the bytes that came.

    python -m benchmarks.serving.visits http://127.0.0.1:8000 / /#/table/jeugdhulp_gebruik_jongeren
"""

from __future__ import annotations

import sys
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET


class Counted:
    """Requests of a page since the last `told`: what was asked of the server, with its status and bytes."""

    def __init__(self, page: Page):
        log = page.context.new_cdp_session(page)
        self.asked: dict[str, list[Any]] = {}
        self.cached: set[str] = set()
        log.on("Network.responseReceived", self._answered)
        log.on("Network.requestServedFromCache", lambda e: self.cached.add(e["requestId"]))
        log.on("Network.loadingFinished", lambda e: self.asked.get(e["requestId"], [0, 0, 0]).__setitem__(2, e["encodedDataLength"]))
        log.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if not answer.get("fromDiskCache") and not answer["url"].startswith(("blob:", "data:")):
            self.asked[event["requestId"]] = [answer["url"], answer["status"], answer["encodedDataLength"]]

    def told(self) -> str:
        found = [one for key, one in self.asked.items() if key not in self.cached]
        self.asked.clear()
        self.cached.clear()
        names = ", ".join(f"{url.split('/', 3)[3] or '/'}{' (304)' if status == 304 else ''}" for url, status, _ in found)
        return f"{len(found)} requests, {sum(one[2] for one in found) / 1024:.0f} KiB: {names}"


def main(address: str, *paths: str) -> None:
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for path in paths:
            page = chromium.new_context(viewport={"width": 1280, "height": 720}).new_page()
            page.set_default_timeout(180_000)
            counted = Counted(page)
            for visit in ("first", "again"):
                page.goto("about:blank")
                page.goto(address + path)
                page.wait_for_load_state("networkidle")
                print(path, visit, counted.told())
            if "/table/" in path:
                for figure in ("chart", "map"):
                    page.goto("about:blank")
                    page.goto(f"{address}{path}{'&' if '?' in path else '?'}v={figure}")
                    page.wait_for_load_state("networkidle")
                    print(path, figure, counted.told())
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
