"""Rows that institutions deliver of what happened, and the Course that the figures must make of them."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.tables.plain.history import (
    AGES,
    DAY,
    HELP,
    KINDS,
    ORDER,
    PROBATION,
    PROTECTION,
    Course,
    Person,
    Span,
    begin_day,
    end_day,
    make_person,
    spans,
    whole_years,
)

Row = dict[str, str]
REASONS = {HELP: ("01", "02", "03", "04", "05"), "order": ("01", "02", "03", "04"), "guardian": ("11", "12", "13", "14")}
OLD_REASONS = ("21", "22", "23", "25")
PROVIDERS = {HELP: ("10000001", "10000002", "10000003"), ORDER: ("20000001", "20000002")}
INSTITUTIONS = ("20000001", "20000002", "20000003", "20000009")
SILENT = "20000009"
"""An institution that never delivers anything."""


@dataclass
class Register:
    """courses: what is true. files: (record, provider, period) -> rows. again: the same for files that were delivered again, as they
    came first. marks: BSN -> (household, origin)."""

    year: int
    persons: list[Person]
    courses: list[Course] = field(default_factory=list)
    files: dict[tuple[str, str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    again: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)
    marks: dict[str, tuple[str, str]] = field(default_factory=dict)


def make_register(seed: int, *, year: int = 2024, persons: int = 60) -> Register:
    """The register of a seed: the same seed gives the same."""
    rnd = random.Random(seed)
    made = Register(year, [make_person(rnd, i, year) for i in range(1, persons + 1)])
    records = (HELP, PROTECTION, PROBATION, *([ORDER] if year >= 2022 else []))
    for person in made.persons:
        for record in records:
            taken: list[tuple[str, str, date, date]] = []
            for _ in range(rnd.choice([0, 1, 2, 3] if record in (HELP, PROTECTION) else [0, 0, 1, 2])):
                (_help if record == HELP else _order if record == ORDER else _measure)(rnd, made, record, person, taken)
        if person.bsn and rnd.random() < 0.8:
            made.marks[person.bsn] = (rnd.choice("1239"), rnd.choice("1239"))
    _deliver_again(rnd, made)
    return made


def _free(taken: list, kind: str, who: str, first: date, last: date | None) -> bool:
    """Whether nothing of this kind (and provider) overlaps; then it is taken."""
    until = last or date.max - DAY
    for other, whose, begin, end in taken:
        if other == kind and whose == who and begin <= until + DAY and end + DAY >= first:
            return False
    taken.append((kind, who, first, until))
    return True


def _old_enough(record: str, person: Person, *days: date) -> bool:
    low, high = AGES[record]
    return all(day >= person.born and low <= whole_years(person.born, day) <= high for day in days)


def _row(person: Person, period: Span, **values: str | date | None) -> Row:
    sex, place = person.at(period.last)
    texts = {k: v.strftime("%Y%m%d") if isinstance(v, date) else (v or "") for k, v in values.items()}
    return {"bsn": person.bsn or "", "geboortedatum": person.born.strftime("%Y%m%d"), "geslacht": sex, "postcode": place, **texts}


def _seen(rnd: random.Random, all_of: list[Span], first: date, end: date | None) -> tuple[list[Span], bool]:
    """The periods in which something that ran is delivered, and whether it stops being delivered although nothing ended: late, left out
    once, or never to return."""
    running = [p for p in all_of if first <= p.last and (end is None or end >= p.first)]
    lost, how = False, rnd.random()
    if how < 0.12 and len(running) > 1:
        running = running[1:]
    elif how < 0.24 and len(running) > 2:
        running.pop(rnd.randrange(1, len(running) - 1))
    elif how < 0.36 and len(running) > 1:
        running, lost = running[: rnd.randrange(1, len(running))], True
    return running, lost


def _other_begin(rnd: random.Random, periods: list[Span], all_of: list[Span], begin: date) -> tuple[date, int]:
    """A wrong first day, and in how many of the first deliveries it stands: none, or until it is corrected. The record ran in the first
    of them with either."""
    if len(periods) < 2 or rnd.random() > 0.35:
        return begin, 0
    low = begin - timedelta(days=40)
    if periods[0] is not all_of[0]:
        low = max(low, periods[0].first)
    wrong = low + timedelta(days=rnd.randrange((periods[0].last - low).days + 1))
    return (wrong, rnd.randrange(1, len(periods))) if wrong != begin else (begin, 0)


def _help(rnd: random.Random, made: Register, record: str, person: Person, taken: list) -> None:
    """Help by one provider, or the same by two at once."""
    all_of = spans(record, made.year)
    form, provider = rnd.choice(KINDS[record]), rnd.choice(PROVIDERS[record])
    begin = begin_day(rnd, all_of)
    end = end_day(rnd, begin, all_of)
    seen, lost = _seen(rnd, all_of, begin, end)
    if not seen or any(form == kind and begin == first for kind, _, first, _ in taken):
        return
    wrong, until = _other_begin(rnd, seen, all_of, begin)
    if not _old_enough(record, person, begin, wrong) or not _free(taken, form, provider, min(begin, wrong), end):
        return
    referrer = "06" if form == "01" else rnd.choice(["01", "02", "03", "04", "05"])
    old = made.year <= 2018
    traits = {"verwijzer": referrer, "hulpvorm": form, "crisis": rnd.choice(["01", "02", "02"])}
    traits |= {"perspectief": rnd.choice(["02", "03", "04"])} if old else {}
    reason, too_early = rnd.choice(REASONS[HELP]), rnd.random() < 0.1
    twin = next((p for p in PROVIDERS[record] if p != provider), provider) if rnd.random() < 0.15 else None
    if twin and not _free(taken, form, twin, min(begin, wrong), end):
        twin = None
    for who in (provider, *([twin] if twin else [])):
        for i, period in enumerate(seen):
            here = end is not None and end <= period.last
            last_day, why = (end, reason) if here else (None, "")
            first_day = wrong if i < until else begin
            if too_early and i + 1 < len(seen) and not i < until:  # said to have ended, and delivered again as running
                last_day, why = period.last, "01"
            row = _row(person, period, **traits, aanvang=first_day, einde=last_day, reden=why)
            made.files[record, who, period.code].append({k: v for k, v in row.items() if k != "crisis" or period.first.year >= 2018})
        made.courses.append(_course(record, person, form, begin, begin, all_of, seen, lost, end, traits | {"reden": reason}))


def _course(record, person, kind, first, begun, all_of, seen, lost, end, traits, taken=(), contact=None) -> Course:
    """What the figures must count of what was delivered last in `seen[-1]`; what is lost is closed on the day after, for no known reason,
    unless nothing later was delivered by anybody."""
    last, clears = seen[-1], {"reden": None, "drp": None, "doorverwijzing": None, "interventie": None}
    ended = end if end is not None and end <= last.last else None
    if ended is None:
        traits = traits | {k: None for k in clears if k in traits}
        ended = last.last + DAY if last.last < all_of[-1].last else None
        assert lost or ended is None, (record, person.number, seen)
    sex, place = person.at(last.last)
    return Course(record, person, kind, first, begun, ended, traits, sex, place, sorted(taken), contact)


def _order(rnd: random.Random, made: Register, record: str, person: Person, taken: list) -> None:
    """An authorisation, which another institution may report in later deliveries."""
    all_of = spans(record, made.year)
    kind, begin = rnd.choice(KINDS[record]), begin_day(rnd, all_of)
    end = end_day(rnd, begin, all_of)
    seen, lost = _seen(rnd, all_of, begin, end)
    if not seen:
        return
    wrong, until = _other_begin(rnd, seen, all_of, begin)
    if not _old_enough(record, person, begin, wrong) or not _free(taken, kind, "", min(begin, wrong), end):
        return
    first, second = rnd.sample(PROVIDERS[record], 2)
    turn = rnd.randrange(1, len(seen)) if len(seen) > 1 and not until and rnd.random() < 0.3 else len(seen)
    for i, period in enumerate(seen):
        row = _row(person, period, type=kind, aanvang=wrong if i < until else begin, einde=end if end and end <= period.last else None)
        made.files[record, first if i < turn else second, period.code].append(row)
    made.courses.append(_course(record, person, kind, begin, begin, all_of, seen, lost, end, {"type": kind}))


def _measure(rnd: random.Random, made: Register, record: str, person: Person, taken: list) -> None:
    """A measure, at one institution or handed over from one to the next."""
    from tests.tables.plain.measures import write_measure

    all_of = spans(record, made.year)
    kind, begin = rnd.choice(KINDS[record]), begin_day(rnd, all_of)
    end = end_day(rnd, begin, all_of)
    low = begin - timedelta(days=40)
    if _old_enough(record, person, low, all_of[-1].last) and _free(taken, kind, "", low, end):
        if not write_measure(rnd, made, record, person, kind, begin, end):
            taken.pop()


def reasons_of(record: str, kind: str, year: int) -> tuple[str, ...]:
    if kind == "31":
        return ("31",)
    if record == PROTECTION:
        return REASONS["order" if kind in ("11", "12") else "guardian"]
    return OLD_REASONS if year <= 2020 else ()


def _deliver_again(rnd: random.Random, made: Register) -> None:
    """Some files came twice: first with a row too few, another place, or another reason; what came second is what counts."""
    for place, rows in made.files.items():
        if len(rows) < 4 or rnd.random() > 0.35:
            continue
        first = [dict(row) for row in rows]
        first.pop(rnd.randrange(len(first)))
        for row in first:
            if row.get("crisis"):
                row["crisis"] = "01"
            if row.get("reden") in ("01", "02"):
                row["reden"] = "04"
        made.again[place] = first


def write(made: Register, folder: Path, *, first: bool) -> int:
    """Writes the deliveries as CSV: those that came first, or those that came again; how many."""
    special = "999999999" if made.year > 2020 else "000000000"
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for (record, provider, period), rows in made.files.items():
        place, version = (record, provider, period), ""
        if first:
            rows = made.again.get(place, rows)
        elif place in made.again:
            version = "_v2"
        else:
            continue
        columns = list(rows[0])
        lines = [";".join([row["bsn"] or special, *(row[c] for c in columns[1:])]) for row in rows]
        (folder / f"{record}_{provider}_{period}{version}.csv").write_text("\n".join([";".join(columns), *lines]) + "\n")
        count += 1
    if first:
        lines = [f"{bsn};{made.year};{home};{origin}" for bsn, (home, origin) in made.marks.items()]
        text = "\n".join(["bsn;jaar;huishouden;herkomst", *lines]) + "\n"
        (folder / f"persoonskenmerken_60000001_{made.year}JJ00.csv").write_text(text)
    return count
