"""Ten thousand single changes to published sets, on either side: `celwacht verify` must notice each, or it is proved harmless.

    .venv/bin/python -m benchmarks.tamper benchmarks/results/tampering.jsonl --until 10000

A byte, a piece, a file, a link or a folder of the public folder, the records or the ledger is changed, and taken back again. May be
stopped at any moment (benchmarks/campaign.py).
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from benchmarks import campaign
from tests.publish import tampered_sets


def prepared(folder: Path) -> campaign.Trial:
    made = tampered_sets.made(folder)

    def trial(n: int, draw: random.Random) -> dict[str, Any]:
        what, came = made.changed_once(draw)
        if n % 200 == 0:
            assert made.is_back(), "a change was not taken back"
        return {"what": what.replace(str(folder), ""), "came": came, "wrong": "not noticed" * (came == "MISSED")}

    return trial


if __name__ == "__main__":
    campaign.main(__doc__ or "", "tampering", prepared)
