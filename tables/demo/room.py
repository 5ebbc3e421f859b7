"""How much of a disk a demo takes: told before it is written, and held against what is free.

Example: ten countries over two years are 10 * 2 * 80 MB = 1.6 GB; on a disk with 1.2 GB free they are refused.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from celwacht.tables.problems import Problem, ProblemsFound

PER_YEAR = 80_000_000
"""Bytes of disk for the deliveries of the whole country in a year: 77 MB were measured over 2023 and 2024 (4,093 files, blocks of 4 KiB)."""


def room_for(folder: Path, times: int, years: int) -> str:
    """What deliveries of so many countries and years still take in the folder, and what is free there, as a sentence. ProblemsFound where
    there is not enough."""
    there = sum(path.stat().st_size for path in (folder / "deliveries").rglob("*") if path.is_file())  # of a demo --until
    needed = max(0, PER_YEAR * times * years - there)
    stands = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(stands).free
    if needed > free:
        raise ProblemsFound(
            [
                Problem(
                    str(folder),
                    0,
                    0,
                    "room",
                    f"the deliveries take {_told(needed)} and {_told(free)} are free on this disk. Make room, take a folder on another disk, "
                    "a smaller --scale or fewer --years; nothing was written.",
                )
            ]
        )
    return f"{_told(needed)} of disk to write, of {_told(free)} that are free; taking it in needs as much again."


def _told(count: int) -> str:
    return f"{count / 1e9:,.1f} GB"
