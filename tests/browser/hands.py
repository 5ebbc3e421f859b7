"""Small things that tests of the browser share."""

import time


def until(page, expression: str, seconds: float = 8) -> None:
    """Waits until an expression holds in the page. Not wait_for_function: that one evals, which the page's policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        time.sleep(0.02)
