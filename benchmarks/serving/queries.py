"""What readers ask of the national table: varied filtered queries on v4, drawn from a seed, hardly one of them twice."""

from __future__ import annotations

import random
from urllib.parse import quote

from benchmarks.serving.made_set import CATALOG, FORMS, GEMEENTE, PERIODS, TABLE

BASE = f"/odata/v1/{CATALOG}/{TABLE}/Observations"
FORM = ["T001", *(f"A0{450 + n}" for n in range(FORMS))]
PERIOD = [code for code, _ in PERIODS]


def _one_region(draw: random.Random) -> str:
    """A reader's own gemeente: 63 to 189 rows."""
    return f"WijkenEnBuurten eq '{draw.choice(GEMEENTE)}' and Perioden eq '{draw.choice(PERIOD)}'"


def _regions(draw: random.Random) -> str:
    """Several, as the clients write lists."""
    chosen = " or ".join(f"WijkenEnBuurten eq '{g}'" for g in draw.sample(GEMEENTE, draw.randint(2, 12)))
    return f"({chosen}) and (contains(Perioden,'{draw.choice(('JJ', 'HJ', '2024HJ01'))}'))"


def _wijken(draw: random.Random) -> str:
    """All wijken of a gemeente."""
    return f"startswith(WijkenEnBuurten,'WK{draw.choice(GEMEENTE)[2:]}') and VormenVanJeugdhulp eq '{draw.choice(FORM)}'"


def _one_measure(draw: random.Random) -> str:
    """One measure for all gemeenten: 342 rows, as for a map."""
    return (
        f"startswith(WijkenEnBuurten,'GM') and Measure eq 'M00000{draw.randint(1, 3)}' and VormenVanJeugdhulp eq '{draw.choice(FORM)}'"
        f" and Perioden eq '{draw.choice(PERIOD)}'"
    )


def _large_figures(draw: random.Random) -> str:
    """By value, which no index helps with."""
    return f"Value ge {draw.randint(100, 400)} and VormenVanJeugdhulp in ('{draw.choice(FORM)}','{draw.choice(FORM)}')"


def _ends(draw: random.Random) -> str:
    return f"endswith(WijkenEnBuurten,'{draw.randint(0, 99):02d}') and Perioden eq '{draw.choice(PERIOD)}' and Measure eq 'M000001'"


FILTERS = (_one_region, _one_region, _regions, _wijken, _one_measure, _large_figures, _ends)
TAILS = ("", "", "&$count=true", "&$top=100", "&$top=500&$orderby=Value desc", "&$select=Measure,Value,WijkenEnBuurten,Perioden")


def first_pages(n: int, seed: int = 1) -> list[str]:
    """Request targets: a filter, and often something with it; at most 1,000 rows each."""
    draw = random.Random(seed)
    found = []
    for _ in range(n):
        text, tail = draw.choice(FILTERS)(draw), draw.choice(TAILS)
        if "$top" not in tail:
            tail += "&$top=1000"
        found.append(f"{BASE}?$filter={quote(text, safe='(),')}{tail.replace(' ', '%20')}")
    return found
