"""Rules between the fields of a record, and between the records of one delivery."""

from __future__ import annotations

import numpy as np
from celwacht.tables.intake.checks.check_fields import for_type
from celwacht.tables.intake.delivered.batch import Batch
from celwacht.tables.sources.layouts import LayoutField
from celwacht.tables.sources.sources import of_record


def check_records(batch: Batch) -> None:
    """Notes every problem that shows only between fields or records. A field that is wrong by itself is left out."""
    _together(batch)
    _implied(batch)
    if batch.layout.role("begin"):
        _order(batch)
        _within_period(batch)
        _handed_over(batch)
    if batch.layout.birth:
        _unborn(batch)
        _age(batch)
    _whole_identifier(batch)
    if batch.layout.role("begin"):
        _one_person(batch)
    _same_key(batch)
    if batch.layout.role("begin") and batch.layout.overlap == "refused":
        _overlap(batch)


def _together(batch: Batch) -> None:
    """A reason of ending is given exactly when there is an end, for the types that have reasons."""
    for one in batch.layout.fields:
        if one.with_ is None:
            continue
        filled, other = batch.columns[one.name].filled, batch.columns[one.with_].filled
        batch.findings.records("hoort-bij-einde", one.name, filled & ~other, f"expected nothing, for {one.with_} is empty; found a value.")
        batch.findings.records(
            "hoort-bij-einde",
            one.name,
            other & ~filled & _has_codes(batch, one),
            f"expected a value, for {one.with_} is filled; found nothing.",
        )


def _has_codes(batch: Batch, one: LayoutField) -> np.ndarray:
    """Where the record is of a type for which the field has codes."""
    if batch.layout.type_field is None:
        return np.ones(len(batch), dtype=bool)
    kinds = [code.code for code in batch.layout.field(batch.layout.type_field).codes]
    return batch.columns[batch.layout.type_field].among([kind for kind in kinds if for_type(one, kind)])


def _implied(batch: Batch) -> None:
    for rule in batch.layout.implies:
        holds = np.ones(len(batch), dtype=bool)
        for name, text in rule.if_.items():
            holds &= batch.columns[name].equals(text)
        because = " and ".join(f"{name} is {text}" for name, text in rule.if_.items())
        for name, text in rule.then.items():
            column = batch.columns[name]
            wrong = holds & ~column.equals(text) & column.among([code.code for code in batch.layout.field(name).codes])
            batch.findings.records(
                "volgt-uit",
                name,
                wrong,
                lambda i, name=name, text=text, because=because: f"expected '{text}', for {because}; found '{batch.value(name, i)}'.",
            )


def _order(batch: Batch) -> None:
    end, begin = batch.layout.role("end"), batch.layout.role("begin")
    if end is not None:
        batch.findings.records(
            "einde-voor-aanvang", end.name, batch.end < batch.begin, f"expected a day on or after {begin.name}; found an earlier day."
        )
    if batch.layout.birth:
        batch.findings.records(
            "aanvang-voor-geboorte",
            begin.name,
            batch.begin < batch.birth[0],
            f"expected a day on or after {batch.layout.birth.name}; found an earlier day. Is the person unborn at "
            "the begin? Then give the special values of an unborn person.",
        )


def _within_period(batch: Batch) -> None:
    first, last = np.datetime64(batch.period.begin, "D"), np.datetime64(batch.period.end, "D")
    for one in batch.fields_of("datum"):
        if one.role == "end" and batch.layout.ends == "later":
            continue
        batch.findings.records(
            "na-periode",
            one.name,
            batch.day(one.name) > last,
            f"expected a day on or before {last}, the last of {batch.period.code}; found a later day.",
        )
    if batch.layout.holds == "history":
        return
    end = (batch.layout.role("end") or batch.layout.role("begin")).name
    batch.findings.records(
        "voor-periode", end, batch.end < first, f"expected a record that runs in {batch.period.code}; found an end before {first}."
    )
    over = batch.layout.role("handed_over")
    if over:
        gone = (batch.day(over.name) < first) & np.isnat(batch.end)
        batch.findings.records(
            "voor-periode",
            over.name,
            gone,
            f"expected a record that runs in {batch.period.code}; found that it was handed over before {first}.",
        )


def _handed_over(batch: Batch) -> None:
    """A measure is taken over on the day after it was handed over, or was taken over first and handed over later."""
    over, taken = batch.layout.role("handed_over"), batch.layout.role("taken_over")
    if over is None or taken is None:
        return
    given, got = batch.day(over.name), batch.day(taken.name)
    batch.findings.records(
        "overdracht",
        taken.name,
        got > given + 1,
        f"expected the day after {over.name}, or an earlier day where the measure was taken over and handed over again; found a later day.",
    )
    begin = batch.layout.role("begin").name
    for name, day in ((over.name, given), (taken.name, got)):
        batch.findings.records("overdracht", name, day < batch.day(begin), f"expected a day on or after {begin}; found an earlier day.")
        batch.findings.records(
            "overdracht", name, day > batch.end, f"expected a day on or before {batch.layout.role('end').name}; found a later day."
        )


def _unborn(batch: Batch) -> None:
    """An unborn person is told so by both fields, or by neither."""
    person, birth = batch.layout.person.name, batch.layout.birth.name
    by_person, by_birth = batch.special(person, "ongeboren"), batch.unborn
    readable = ~np.isnat(batch.birth[0])
    said = f"expected the value for unborn, as in {person}; found a date."
    batch.findings.records("ongeboren", birth, by_person & readable, said)
    batch.findings.records(
        "ongeboren",
        person,
        by_birth & (batch.person_known | batch.special(person, "onbekend")),
        f"expected the value for unborn, as in {birth}; found another value.",
    )


def _age(batch: Batch) -> None:
    """Age in whole years at the begin; where day or month of birth are unknown, any possible age will do."""
    if batch.layout.age is None:
        return
    low, high = batch.layout.age
    earliest, _, latest = batch.birth
    least, most = _years(latest, batch.begin), _years(earliest, batch.begin)
    known = ~np.isnat(earliest) & ~np.isnat(batch.begin) & (batch.begin >= earliest)
    batch.findings.records(
        "leeftijd",
        batch.layout.birth.name,
        known & ((most < low) | (least > high)),
        f"expected an age of {low} to {high} years at the begin of the record; found another age.",
    )


def _years(born: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whole years between two days; meaningless for NaT."""
    both = np.isnat(born) | np.isnat(day)
    first, last = (np.where(both, np.datetime64("2000-01-01", "D"), one) for one in (born, day))
    months = [one.astype("datetime64[M]") for one in (first, last)]
    early = (last - months[1].astype("datetime64[D]")) < (first - months[0].astype("datetime64[D]"))
    return ((months[1] - months[0]).astype(np.int64) - early) // 12


def _whole_identifier(batch: Batch) -> None:
    """Every part of an identifier of several fields is there, and not cut off: else two persons could become one."""
    for name in of_record(batch.layout.record).person.with_:
        column, longest = batch.columns[name], batch.layout.field(name).length
        said = f"expected a value, for only with it {batch.layout.person.name} tells persons apart; found nothing."
        batch.findings.records("nummer", name, ~column.filled, said)
        batch.findings.records("nummer", name, column.length > longest, f"expected at most {longest} characters; found more.")


def _one_person(batch: Batch) -> None:
    """One BSN has one date of birth and one sex in a delivery."""
    known = np.flatnonzero(batch.person_known)
    if not len(known):
        return
    person = batch.columns[batch.layout.person.name]
    numbers = person.number[known] if batch.layout.person.type == "bsn" else np.unique(batch.identifier[known], return_inverse=True)[1]
    order = np.argsort(numbers, kind="stable")
    rows, numbers = known[order], numbers[order]
    start = np.r_[True, numbers[1:] != numbers[:-1]]
    first = rows[np.maximum.accumulate(np.where(start, np.arange(len(rows)), 0))]
    for name in _of_person(batch):
        texts = batch.columns[name].array
        differs = np.zeros(len(batch), dtype=bool)
        differs[rows] = texts[rows] != texts[first]
        earlier = np.zeros(len(batch), dtype=np.int64)
        earlier[rows] = first
        batch.findings.records(
            f"persoon-{name}",
            name,
            differs,
            lambda i, earlier=earlier: (
                f"expected the value of the earlier record of the same person "
                f"(line {int(batch.raw.lines[earlier[i]])}); found another value."
            ),
        )


def _of_person(batch: Batch) -> list[str]:
    """The fields of which a person has one value: the day of birth, and what the source says is of the person."""
    one = of_record(batch.layout.record)
    traits = [field.name for field in one.fields if field.of_person and field.name in batch.columns]
    return [*([batch.layout.birth.name] if batch.layout.birth else []), *traits]


def _groups(batch: Batch, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Records with a known BSN ordered by the fields, the begin and their line; and a group number for each."""
    rows = np.flatnonzero(batch.person_known)
    group = np.zeros(len(rows), dtype=np.int64)
    for name in names:
        _, code = np.unique(batch.columns[name].array[rows], return_inverse=True)
        group = group * (int(code.max(initial=0)) + 1) + code
        _, group = np.unique(group, return_inverse=True)
    order = np.lexsort((rows, batch.begin[rows], group))
    return rows[order], group[order]


def _same_key(batch: Batch) -> None:
    """Each record key occurs once. Records without BSN may be twins, so for them nothing can be said."""
    rows, group = _groups(batch, [name for name in batch.layout.key if name != _begin_name(batch)])
    if len(rows) < 2:
        return
    begin = batch.begin[rows]
    same = (group[1:] == group[:-1]) & ((begin[1:] == begin[:-1]) | (batch.layout.role("begin") is None))
    _note_pairs(
        batch,
        "dubbel-record",
        batch.layout.person.name,
        rows[1:][same],
        rows[:-1][same],
        f"expected each {' + '.join(batch.layout.key)} once",
        "the same key",
    )


def _begin_name(batch: Batch) -> str:
    begin = batch.layout.role("begin")
    return begin.name if begin else ""


def _overlap(batch: Batch) -> None:
    """Records of one person and one form of help follow each other: each begins after the end of all before it."""
    names = [name for name in batch.layout.key if name != _begin_name(batch)]
    rows, group = _groups(batch, names)
    if len(rows) < 2:
        return
    begin = batch.begin[rows]
    # The latest end so far within the group: the group number in front keeps the running maximum inside it.
    until = group * 10_000_000 + _until(batch)[rows].astype(np.int64)
    latest = np.maximum.accumulate(until)
    holder = np.maximum.accumulate(np.where(until == latest, np.arange(len(rows)), 0))[:-1]
    same = (group[1:] == group[:-1]) & (begin[1:] > begin[:-1]) & (begin[1:] <= _until(batch)[rows[holder]])
    _note_pairs(
        batch,
        "overlap",
        _begin_name(batch),
        rows[1:][same],
        rows[holder][same],
        f"expected a begin after the end of the earlier record of the same {' + '.join(names)}",
        "an earlier day",
    )


def _until(batch: Batch) -> np.ndarray:
    """Last day of each record for this provider, far away where it runs on."""
    until, over = batch.end, batch.layout.role("handed_over")
    if over is not None:
        until = np.where(np.isnat(until), batch.day(over.name), until)
    return np.where(np.isnat(until), np.datetime64("9999-12-31", "D"), until)


def _note_pairs(batch: Batch, rule: str, name: str, later: np.ndarray, earlier: np.ndarray, expected: str, found: str) -> None:
    """Notes a problem at the later of two records, naming the line of the earlier."""
    partner = np.zeros(len(batch), dtype=np.int64)
    partner[later] = earlier
    where = np.zeros(len(batch), dtype=bool)
    where[later] = True
    batch.findings.records(rule, name, where, lambda i: f"{expected} (line {int(batch.raw.lines[partner[i]])}); found {found}.")
