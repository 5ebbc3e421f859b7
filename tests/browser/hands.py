"""Small things that tests of the browser share."""

import time

SETTLED = "document.querySelector('table.figures tbody td') && !document.querySelector('table.figures .pending')"
"""The table is there, and none of its figures is still on its way."""


def until(page, expression: str, seconds: float = 60) -> None:
    """Waits until an expression holds in the page. Not wait_for_function: that one evals, which the page's policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        time.sleep(0.02)


def settled(page):
    """The same page, once every figure on its screen has come: a row that was just opened asks the server for its own."""
    until(page, SETTLED)
    return page


def arranging(page):
    """The same page, with the panel open in which parts are moved."""
    page.locator("details.arrange > summary").click()
    return page
