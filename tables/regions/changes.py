"""What changed since a list of regions was made: changes_YEAR.csv and the like, read strictly and applied in the order of their days.

    kind      old     new     share   since        name            what it says
    merger    GM0501  GM1992  1       2023-01-01   Voorne aan Zee  goes up in another one, which may be new
    split     GM0788  GM0865  0.3388  2021-01-01                   one of the parts into which it falls; their shares are 1
    renaming  GM0370  GM0371  1       2027-01-01   Nieuwnaam       another code or name, the same region
    border    GM0363  GM0384  0.0010  2022-03-24                   a part goes over; both regions stay

`kind` may be left out: share 1 is then a merger, less a split. A new region needs a name. Its larger regions are those of the columns of
its row, or else those of the regions that go up in it, which must then agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from celwacht.tables import region_files
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from celwacht.tables.regions.region_spec import RegionsFile

KINDS = ("merger", "split", "renaming", "border")
COLUMNS = ("old", "new", "share", "since")
Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One row. share: of the inhabitants of `old`, above 0 and at most 1."""

    file: str
    line: int
    kind: str
    old: str
    new: str
    share: float
    since: date
    row: Mapping[str, str] = field(repr=False)

    @property
    def whole(self) -> bool:
        """Whether all that was in `old` is in `new` since."""
        return self.kind in ("merger", "renaming")

    @property
    def year(self) -> int:
        """The first year on whose 1 January it holds."""
        return self.since.year if (self.since.month, self.since.day) == (1, 1) else self.since.year + 1

    def problem(self, rule: str, message: str) -> Problem:
        return Problem(self.file, self.line, 0, rule, message)


def read_changes(files: str = "changes") -> tuple[Change, ...]:
    """Every change in the files of that name (`<files>_2027.csv`), by day; ProblemsFound with all that is wrong in any of them."""
    found: list[Change] = []
    problems: list[Problem] = []
    for name in region_files.names(f"{files}_[0-9]*.csv"):
        for line, row in enumerate(region_files.rows(name, *COLUMNS), 2):
            one, wrong = _change(f"{region_files.FOLDER}/{name}", line, row)
            problems += wrong
            if one is not None:
                found.append(one)
    problems = problems or _shares(found)
    if problems:
        raise ProblemsFound(problems)
    return tuple(sorted(found, key=lambda one: (one.since, one.file, one.line)))


def _change(file: str, line: int, row: Row) -> tuple[Change | None, list[Problem]]:
    wrong: list[str] = []
    old, new = (row["old"] or "").strip(), (row["new"] or "").strip()
    if not old or not new:
        wrong.append(f"{'old' if not old else 'new'} is empty. Give the code of a region.")
    share, since = _number(row["share"]), _day(row["since"])
    if share is None or not 0 < share <= 1:
        wrong.append("share must be a number above 0 and at most 1: the part of the inhabitants of old that went to new.")
    if since is None:
        wrong.append(f"since must be a day such as 2027-01-01; found '{(row['since'] or '')[:20]}'.")
    kind = (row.get("kind") or "").strip() or ("merger" if share == 1 else "split")
    if kind not in KINDS:
        wrong.append(f"kind '{kind[:20]}' is none of {', '.join(KINDS)}.{nearest(kind[:20], KINDS)}")
    elif share is not None and kind in ("merger", "renaming") and share != 1:
        wrong.append(f"a {kind} takes the whole region: its share is 1. Part of a region goes by split, or by border.")
    elif kind in ("merger", "border") and old == new:
        wrong.append(f"a {kind} is between two regions, and old and new are the same. Give the other one, or remove the row.")
    if wrong or share is None or since is None:
        return None, [Problem(file, line, 0, "region-change", text) for text in wrong]
    return Change(file, line, kind, old, new, share, since, row), []


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "") if len(text or "") == 10 else None
    except ValueError:
        return None


def _shares(found: Iterable[Change]) -> list[Problem]:
    """A region that falls apart falls wholly apart, and nothing goes up as a whole in two."""
    parts: dict[tuple[str, date], list[Change]] = {}
    for one in found:
        if one.kind != "border":
            parts.setdefault((one.old, one.since), []).append(one)
    problems = []
    for (old, _), rows in parts.items():
        total = sum(one.share for one in rows)
        if abs(total - 1) > 0.001:
            said = f"the shares of {old} on this day add up to {total:.4f}, and must be 1. Give every part, each once."
            problems.append(rows[-1].problem("region-change", said))
    return problems


def applied(spec: RegionsFile, rows: Iterable[Row], changes: Iterable[Change]) -> tuple[Row, ...]:
    """The regions after these changes, by code; ProblemsFound where a change does not fit the regions of its day."""
    there = {row[spec.region.code]: dict(row) for row in rows}
    problems: list[Problem] = []
    days: dict[date, list[Change]] = {}
    for one in changes:
        days.setdefault(one.since, []).append(one)
    for _, those in sorted(days.items()):
        problems += _one_day(spec, there, those)
    if problems:
        raise ProblemsFound(problems)
    return tuple(there[code] for code in sorted(there))


def _one_day(spec: RegionsFile, there: dict[str, Row], changes: list[Change]) -> list[Problem]:
    """Applies what holds from one day on, all at once: what goes is what was there the day before."""
    before = dict(there)
    problems = []
    stays = {one.new for one in changes if one.old == one.new}
    made = {one.new for one in changes if one.kind != "border"}
    for one in changes:
        if one.old not in before:
            said = f"region {one.old} is not there on the day before {one.since}.{nearest(one.old, before)}"
            problems.append(one.problem("region-change", said))
        elif one.kind == "border" and one.new not in before and one.new not in made:
            said = f"region {one.new} is not there; a correction of a border is between two that are.{nearest(one.new, before)}"
            problems.append(one.problem("region-change", said))
        elif one.kind == "renaming" and one.new != one.old and one.new in before:
            problems.append(one.problem("region-change", f"region {one.new} is there already. Two that become one are a merger."))
        elif one.kind != "border" and one.old not in stays:
            there.pop(one.old, None)
    for code in sorted(made):
        into = [one for one in changes if one.new == code and one.kind != "border" and one.old in before]
        if into and (code not in before or any(one.kind == "renaming" for one in into)):
            problems += _made(spec, there, before, code, into)
    return problems


def _made(spec: RegionsFile, there: dict[str, Row], before: Mapping[str, Row], code: str, into: list[Change]) -> list[Problem]:
    """A region that is new, or has a new name."""
    name = next((text for one in into if (text := (one.row.get("name") or "").strip())), "")
    if not name:
        return [into[0].problem("region-change", f"region {code} is new, and has no name. Give its name in the column name.")]
    row = {**before[into[0].old], spec.region.code: code, spec.region.name: name}
    problems = []
    for level in spec.larger:
        for column in (level.code, level.name):
            given = {text for one in into if (text := (one.row.get(column) or "").strip())}
            said = given or {before[one.old].get(column) or "" for one in into}
            if len(said) > 1:
                text = (
                    f"region {code} comes from more than one {level.level} ({', '.join(sorted(said))}). Say which in the column {column}."
                )
                problems.append(into[0].problem("region-change", text))
            row[column] = min(said)
    there[code] = row
    return problems
