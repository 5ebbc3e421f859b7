"""Tests that need an event loop bring their own, whatever runs in their worker already."""

import asyncio
import re
from pathlib import Path

from tests.serve import own_loop


async def _answer() -> int:
    await asyncio.sleep(0)
    return 42


def test_a_loop_within_a_running_loop():
    """As in a worker in which the browser's driver keeps a loop running: `asyncio.run` itself refuses there."""

    async def busy() -> int:
        return own_loop.run(_answer())

    assert asyncio.run(busy()) == 42


def test_no_other_test_takes_the_loop_of_its_worker():
    """Brothers looked for: every way to start a loop in the thread of the tests."""
    here = Path(__file__).resolve()
    ways = re.compile(r"asyncio\.run\(|get_event_loop\(|run_until_complete\(|uvloop\.run\(|asyncio\.Runner|anyio\.run\(")
    found = [
        p.name for p in here.parents[2].rglob("*.py") if p != here and "node_modules" not in p.parts and ways.search(p.read_text("utf-8"))
    ]
    assert found == []
