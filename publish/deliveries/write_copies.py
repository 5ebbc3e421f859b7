"""The copies of a period as files, one folder per gemeente; only of providers that consent, and only after their own reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.publish.deliveries.consent import CONSENT, read_consents, read_reported
from celwacht.publish.deliveries.figures import UNKNOWN_PLACE, Flow, mirrors
from celwacht.publish.deliveries.gemeente_copy import copy_for, figures_of
from celwacht.publish.deliveries.report import marked
from celwacht.publish.deliveries.write import forms_of, gemeente_names, write_report
from celwacht.tables.checks.fields import kind_of
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.calendar import Slot, copies_from
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.sources.provider_list import FILE, read_provider_list


@dataclass(frozen=True)
class Copies:
    """What was written."""

    files: int
    gemeenten: int
    providers: int
    waiting: tuple[str, ...]
    """Providers that consent, and whose own report of what they delivered last was not written yet."""


def write_copies(
    data: Path,
    slots: Iterable[Slot],
    period: Period,
    folder: Path,
    day: date,
    policy: DisclosurePolicy,
    *,
    pdf: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Copies:
    """Writes folder/GEMEENTE/RECORD-PERIOD-spiegelrapporten.{html,xlsx,json}.

    Copies on the period that an earlier run left in the folder, and that would not be made now (a consent was withdrawn), are removed.
    ProblemsFound where it is too early, or where no provider consents. Nothing is written then.
    """
    earlier = {path for record in kind_of() for path in folder.glob(f"*/{_stem(record, period)}.*")}
    try:
        agreed = _agreed(data, period, day)
    except ProblemsFound as problems:
        if problems.problems[0].rule == "no-consent":
            _remove(earlier)
        raise
    made: set[Path] = set()
    names = gemeente_names() | {number: row.get("naam") or "" for number, row in read_provider_list(data / FILE).items()}
    reported, forms = read_reported(data), forms_of(pdf)
    files, waiting, mine = 0, set(), list(slots)
    shown: set[str] = set()
    places: set[str] = set()
    for record in kind_of():
        ready, late = _ready(mine, record, period, agreed, reported)
        waiting |= late
        if not ready:
            continue
        found, layout = _by_gemeente(data, record, period), load_layout(record, period)
        for number, (gemeente, flows) in enumerate(sorted(found.items())):
            here = sorted(ready & set(flows))
            report = copy_for(gemeente, names, layout, period, figures_of(flows, here, layout), policy) if here else None
            if report:
                place = folder / gemeente
                place.mkdir(parents=True, exist_ok=True)
                files += write_report(place / _stem(record, period), marked(report, data), forms)
                made |= {place / f"{_stem(record, period)}.{form}" for form in forms}
                places, shown = places | {gemeente}, shown | set(here)
            if progress:
                progress(number + 1, len(found))
    _remove(earlier - made)
    return Copies(files, len(places), len(shown), tuple(sorted(waiting)))


def _stem(record: str, period: Period) -> str:
    return f"{record}-{period.code}-spiegelrapporten"


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _agreed(data: Path, period: Period, day: date) -> set[str]:
    """Providers that consent on that day; ProblemsFound where it is too early, or where there are none."""
    if day < copies_from(period):
        raise ProblemsFound(
            [
                Problem(
                    "PERIOD", 0, 0, "too-early", f"copies on {period.code} go to gemeenten from {copies_from(period)} on. Wait until then."
                )
            ]
        )
    agreed = {one.aanbieder for one in read_consents(data) if one.on(day)}
    if not agreed:
        raise ProblemsFound(
            [
                Problem(
                    CONSENT,
                    0,
                    0,
                    "no-consent",
                    f"no provider consents on {day}. Write who does, and from when, to this file in the data folder (aanbieder,vanaf,tot).",
                )
            ]
        )
    return agreed


def _ready(slots: list[Slot], record: str, period: Period, agreed: set[str], reported: set[tuple[str, str, str, str]]):
    """(providers whose own report was written, providers that still wait for theirs), of those that consent and delivered."""
    ready: set[str] = set()
    waiting: set[str] = set()
    for one in slots:
        if one.record == record and one.periode == period.code and one.delivery and one.aanbieder in agreed:
            own = (one.aanbieder, record, period.code, one.delivery)
            (ready if own in reported else waiting).add(one.aanbieder)
    return ready, waiting


def _by_gemeente(data: Path, record: str, period: Period) -> dict[str, dict[str, list[Flow]]]:
    """Gemeente -> provider -> its flows there. Records of which the gemeente is not known are in no copy."""
    found: dict[str, dict[str, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    for provider, mirror in mirrors(data, record, period).items():
        for one in mirror.flows:
            if one.place != UNKNOWN_PLACE:
                found[one.place][provider].append(one)
    return {place: dict(some) for place, some in found.items()}
