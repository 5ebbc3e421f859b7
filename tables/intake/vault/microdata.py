"""From checked texts to the columns of the microdata: pseudonyms instead of identifiers, days instead of texts.

This is the only place where an identifier of a person is read; what leaves it holds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from celwacht.tables import home
from celwacht.tables.intake.checks.check_fields import place_forms
from celwacht.tables.intake.delivered.batch import Batch
from celwacht.tables.intake.vault.key import Key
from celwacht.tables.regions.divisions import letters
from celwacht.tables.sources.source_spec import PersonSource, RegisterSource
from celwacht.tables.sources.sources import of_record

_ORIGIN = (("aanbieder", "VARCHAR"), ("periode", "VARCHAR"), ("bestand", "VARCHAR"))


@home.per_folder
def columns_of(record: str) -> tuple[tuple[str, str], ...]:
    """Columns of the microdata of a record kind, in order, with their type in Parquet."""
    one = of_record(record)
    who = (("persoon", "VARCHAR"),)
    if isinstance(one, PersonSource):
        return (*who, (one.year, "SMALLINT"), *((field.name, "VARCHAR") for field in one.fields), *_ORIGIN)
    known = ((one.person.known, "BOOLEAN"),) if one.person.known else ()
    born = (("geboortedatum", "DATE"), ("ongeboren", "BOOLEAN")) if one.person.birth else ()
    place = (("postcode", "VARCHAR"), (one.place.area, "VARCHAR")) if one.place else ()
    days = (("aanvang", "DATE"), ("einde", "DATE"))
    traits, kinds = ([(name, "VARCHAR") for name in names] for names in (one.traits, one.kinds))
    dates, others = ([(name, "DATE") for name in (*one.handed, *one.dates)], [(other.name, "VARCHAR") for other in one.names])
    numbers = [(name, "BIGINT") for name in one.numbers]
    return (*who, *known, *born, *traits, *place, *days, *_ORIGIN, *kinds, *dates, *others, *numbers)


@dataclass(frozen=True)
class Origin:
    """Where records come from."""

    aanbieder: str
    periode: str
    bestand: str
    """Delivery id."""


def to_microdata(batch: Batch, key: Key, origin: Origin) -> dict[str, np.ndarray]:
    """The columns that `columns_of` names, for checked records, one row each. The batch must be free of problems.

    Texts are object arrays with None for empty; days datetime64[s] with NaT.
    """
    columns, one = columns_of(batch.layout.record), of_record(batch.layout.record)
    made = {one.year: batch.columns[one.year].number} if isinstance(one, PersonSource) else _traits(batch, one)
    made["persoon"] = _persons(batch, key, made, origin.aanbieder)
    if isinstance(one, RegisterSource):
        made |= {other.name: _other_cases(batch, key, other.name, origin.aanbieder) for other in one.names}
    for name, text in (("aanbieder", origin.aanbieder), ("periode", origin.periode), ("bestand", origin.bestand)):
        made[name] = np.full(len(batch), text, dtype=object)
    for name, kind in columns:
        if name not in made:
            made[name] = {"DATE": _days, "BIGINT": _numbers}.get(kind, _codes)(batch, name)
    return {name: made[name] for name, _ in columns}


def to_frame(pieces: Sequence[Mapping[str, np.ndarray]]) -> pd.DataFrame:
    """The pieces of several deliveries of one record kind under each other."""
    return pd.DataFrame({name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}, dtype=None)


def _traits(batch: Batch, one: RegisterSource) -> dict[str, np.ndarray]:
    """The columns that are not taken over as they are: identifier, birth, place, begin and end."""
    found = {"aanvang": batch.begin.astype("datetime64[s]"), "einde": batch.end.astype("datetime64[s]")}
    if one.person.known:
        found[one.person.known] = batch.person_known
    if one.person.birth:
        found |= {"geboortedatum": batch.birth[1].astype("datetime64[s]"), "ongeboren": batch.unborn}
    if one.place:
        postal, municipal = place_forms(batch, one.place.field)
        texts = batch.columns[one.place.field].array
        number = np.array([text[-4:] for text in texts.tolist()], dtype=object)
        found |= {"postcode": np.where(postal, texts.astype(object), None), one.place.area: np.where(municipal, letters() + number, None)}
    return found


def _codes(batch: Batch, name: str) -> np.ndarray:
    """Texts of a coded field, None where it is empty or the period does not have it."""
    column = batch.columns.get(name)
    if column is None:
        return np.full(len(batch), None, dtype=object)
    return np.where(column.filled, column.array.astype(object), None)


def _days(batch: Batch, name: str) -> np.ndarray:
    """Days of a field, none where it is empty or the period does not have it."""
    if name not in batch.columns:
        return np.full(len(batch), np.datetime64("NaT", "s"))
    return batch.day(name).astype("datetime64[s]")


def _numbers(batch: Batch, name: str) -> np.ndarray:
    """Numbers of a field as they are kept, as texts; None where it is empty or the period does not have it."""
    numbers = batch.amounts.get(name, [None] * len(batch))
    return np.array([None if number is None else str(number) for number in numbers], dtype=object)


def _persons(batch: Batch, key: Key, traits: Mapping[str, np.ndarray], provider: str) -> np.ndarray:
    """Pseudonyms. Each distinct identifier is keyed once; where it is not known, other fields stand for the person. traits: of `_traits`."""
    known = batch.person_known
    texts, which = np.unique(batch.identifier[known], return_inverse=True)
    if of_record(batch.layout.record).person.per_provider:
        texts = np.array([f"{provider}|{text}" for text in texts.tolist()], dtype=object)
    result = np.full(len(batch), "", dtype=object)
    result[known] = np.array(key.persons(texts.tolist()), dtype=object)[which]
    if not known.all():
        result[~known] = [key.person_without_bsn(one) for one in _unnamed(batch, np.flatnonzero(~known), traits)]
    return result


def _other_cases(batch: Batch, key: Key, name: str, provider: str) -> np.ndarray:
    """The pseudonyms of the cases of another record kind that a field names, None where it is empty: those that such a case itself has."""
    found = np.full(len(batch), None, dtype=object)
    if name in batch.columns and batch.columns[name].filled.any():
        filled = batch.columns[name].filled
        texts, which = np.unique(batch.columns[name].array[filled], return_inverse=True)
        found[filled] = np.array(key.persons([f"{provider}|{text}" for text in texts.tolist()]), dtype=object)[which]
    return found


def _unnamed(batch: Batch, rows: np.ndarray, traits: Mapping[str, np.ndarray]) -> list[str]:
    """What stands for persons without identifier: what is meant, however it was written (0363 and GM0363 are one place).

    Records with the same key are twins, and get a number each: those that still run first, then those that ended later, and
    never by their place in the file, so that the same records give the same persons in every order of lines and delivery."""
    identifier = batch.layout.person.name
    others = [name for name in batch.layout.key if name != identifier]
    persons = dict(zip(rows.tolist(), _meanings(batch, rows, traits), strict=True))
    records: dict[tuple[str, ...], list[int]] = {}
    for row in rows.tolist():
        records.setdefault((persons[row], *(str(batch.columns[name].array[row]) for name in others)), []).append(row)
    rest = [name for name in sorted(batch.columns) if name != identifier]
    for twins in records.values():
        ordered = sorted(twins, key=lambda row: (_later_first(batch.end[row]), *(str(batch.columns[name].array[row]) for name in rest)))
        for number, row in enumerate(ordered[1:], 2):
            persons[row] = f"{persons[row]}|{number}"
    return [persons[row] for row in rows.tolist()]


def _later_first(day: np.datetime64) -> int:
    """Sorts days: none first, then from late to early."""
    return -(1 << 40) if np.isnat(day) else -int(day.astype("datetime64[D]").astype(np.int64))


def _meanings(batch: Batch, rows: np.ndarray, traits: Mapping[str, np.ndarray]) -> list[str]:
    """The fields that stand for a person, as meant, of each row: a day as a day, a place as a place."""
    one = of_record(batch.layout.record)
    if isinstance(one, PersonSource):
        return ["" for _ in rows]
    found = []
    for row in rows.tolist():
        parts = []
        for name in one.person.without:
            if name == one.person.birth:
                born = batch.birth[1][row].astype("datetime64[D]")
                parts.append("ongeboren" if batch.unborn[row] else str(born))
            elif one.place and name == one.place.field:
                parts.append(str(traits["postcode"][row] or traits[one.place.area][row] or ""))
            else:
                parts.append(str(batch.columns[name].array[row]))
        found.append("|".join(parts))
    return found
