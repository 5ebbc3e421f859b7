"""Functions for rows, as workers import them."""

import os
import signal
from pathlib import Path


def doubled(shared, row):
    return shared, row * 2


def dies_once(marker: str, row: int):
    """Ends its worker the first time that row 3 is met, as the system does for want of memory."""
    if row == 3 and not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return row * row


def dies(_, row):
    os.kill(os.getpid(), signal.SIGKILL)


def hungry(_, row):
    raise MemoryError


def faulty(_, row):
    raise ValueError(f"a text that quotes {row}")
