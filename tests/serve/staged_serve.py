"""`celwacht serve` on a machine whose clocks a test sets: run as `python -m tests.serve.staged_serve serve DIR --port N`.

STAGED_CLOCK names a file with two numbers, seconds: how far the clock on the wall is off, and how much longer than it seems the
machine has been up. Time passes when both grow; somebody sets the clock when only the first does.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from celwacht.publish import cli
from celwacht.publish.store import shelf

REAL_UP = shelf.PublicClock._up


def offsets() -> tuple[float, float]:
    wall, up = Path(os.environ["STAGED_CLOCK"]).read_text().split()
    return float(wall), float(up)


class Wall(datetime):
    """The clock on the wall, as set."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(seconds=offsets()[0])


if __name__ == "__main__":
    shelf.datetime = Wall
    shelf.PublicClock._up = staticmethod(lambda: REAL_UP() + offsets()[1])
    cli.main()
