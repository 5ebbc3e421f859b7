"""The page over a whole set, for the reviewer: what each table loses and all of them together, verdicts, the set before, and cells that
several tables share. CONFIDENTIAL, as the pages that it leads to.

<record of a set>/index.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from celwacht.publish.review.loss_report.charts import legend, level_bars, small_bar
from celwacht.publish.review.loss_report.markup import Figures, el
from celwacht.publish.review.loss_report.report_files import NUMBERS, PAGE, put
from celwacht.publish.review.loss_report.sections import banner, document, table_of, wide
from celwacht.publish.review.loss_report.words import words

INDEX = "index.html"
KINDS = ("published", "primary", "secondary", "zero")
SUMMED = ("cells", *KINDS, "value", "value_primary", "value_secondary")


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page says of a table beside its losses. Each is by table; a table that is not in it gets an empty cell."""

    verdicts: Mapping[str, str] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)
    """Cells that another table of the set shows too."""
    alike: Mapping[str, int] = field(default_factory=dict)
    """Cells that are withheld for other tables' sake."""
    before: str = ""
    """Name of the set before, with the losses of the same tables then."""
    losses: Mapping[str, float] = field(default_factory=dict)


def losses_of(folder: Path) -> dict[str, float]:
    """Share of value that each table of a record lost."""
    return {name: float(its["total"]["share_value"]) for name, its in _read(folder).items()}


def beside(outcomes: Sequence[Any], mended: Any, earlier: Sequence[Any]) -> Beside:
    """All of it, from what made the set (publish/sets, which this room may not name): TableOutcome, Mended, Earlier, oldest first. The losses
    are those of the newest release before that has one of the tables."""
    verdicts = {o.table: o.verdict for o in outcomes}
    last = next((e for e in reversed(earlier) if set(verdicts) & set(e.tables)), None)
    losses = losses_of(last.folder) if last else {}
    return Beside(verdicts, mended.shared, mended.changed, last.line.set if last and losses else "", losses)


def told(record: Path) -> str:
    """Where the reviewer looks at a set that was published or refused just now; '' where there is no such page."""
    page = record / INDEX
    return f"\nWhat it costs, table by table, for the reviewer (confidential): {page}" if page.exists() else ""


def write_index(folder: Path, beside: Beside | None = None) -> None:
    """One page over the tables whose reports are in the folders of a record; nothing where there are none."""
    found = _read(folder)
    if found:
        put(folder / INDEX, index_page(found, beside=beside).encode())


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    return {p.parent.name: json.loads(p.read_bytes()) for p in sorted(folder.glob(f"*/{NUMBERS}"))}


def sum_of(found: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The losses of all tables together, a cell of two tables counted twice."""
    total: dict[str, Any] = {key: sum(its["total"][key] for its in found.values()) for key in SUMMED}
    withheld, gone = total["cells"] - total["published"], total["value_primary"] + total["value_secondary"]
    return total | {"share_cells": withheld / max(total["cells"], 1), "share_value": gone / max(total["value"], 1)}


def index_page(found: Mapping[str, dict[str, Any]], language: str = "nl", beside: Beside | None = None) -> str:
    """found: what the loss.json in each folder holds. Dearest first, all of them together in front."""
    word, figures, its = words(language), Figures(language), beside or Beside()
    order = sorted(found, key=lambda folder: (-found[folder]["total"]["share_value"], folder))
    bars = [("", f["table"], tuple(f["total"][k] for k in KINDS), f["total"]["share_value"]) for f in (found[name] for name in order)]
    keys = ("cells", "primary_short", "secondary_short", "zero_short", "withheld", "value_withheld")
    heads = [(word("table"), False), (word("verdict"), False), *((word(k), True) for k in keys), ("", True)]
    extra = ((its.before, word("then", name=its.before)), (its.shared, word("shared")), (its.alike, word("alike")))
    heads += [(said, True) for there, said in extra if there]
    rows = []
    for folder in order:
        title = found[folder]["title"] or found[folder]["table"]
        name = el("a", title, href=f"./{quote(folder, safe='')}/{PAGE}")
        rows.append([name, its.verdicts.get(folder, ""), *_figures(found[folder]["total"], figures), *_besides(folder, its, figures)])
    if len(order) > 1:
        gone = [figures.whole(sum(m.get(f, 0) for f in order)) for m in (its.shared, its.alike) if m]
        worst = next((v for v in ("UNSAFE", "INCONCLUSIVE") if v in its.verdicts.values()), "SAFE" if its.verdicts else "")
        then = [""] if its.before else []
        rows.insert(0, [el("b", word("all_tables")), worst, *_figures(sum_of(found), figures), *then, *gone])
    return document(
        word("h_index"),
        language,
        banner(word),
        el("h1", word("h_index")),
        el("p", word("index_text"), class_="soft"),
        el("p", word("shared_text"), class_="soft") if its.shared else None,
        table_of(heads, rows),
        el("h2", word("h_set")),
        legend([*((k, word(k)) for k in KINDS), ("ink", word("value_withheld"))]),
        wide(level_bars(bars, "published", figures, word("h_set"))),
    )


def _figures(total: Mapping[str, Any], figures: Figures) -> list[object]:
    counts = [figures.whole(total[k]) for k in ("cells", *KINDS[1:])]
    return [*counts, figures.percent(total["share_cells"]), figures.percent(total["share_value"]), small_bar(total["share_value"])]


def _besides(folder: str, its: Beside, figures: Figures) -> list[object]:
    then = [figures.percent(its.losses[folder]) if folder in its.losses else ""] if its.before else []
    return [*then, *(figures.whole(m[folder]) if folder in m else "" for m in (its.shared, its.alike) if m)]
