"""From checked texts to the columns of the microdata: pseudonyms instead of BSNs, days instead of texts.

This is the only place where a BSN is read; what leaves it holds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from celwacht.tables.intake.checks.check_fields import place_forms
from celwacht.tables.intake.delivered.batch import Batch
from celwacht.tables.intake.vault.key import Key

_PERSON = (
    ("persoon", "VARCHAR"),
    ("bsn_bekend", "BOOLEAN"),
    ("geboortedatum", "DATE"),
    ("ongeboren", "BOOLEAN"),
    ("geslacht", "VARCHAR"),
    ("postcode", "VARCHAR"),
    ("gemeente", "VARCHAR"),
    ("aanvang", "DATE"),
    ("einde", "DATE"),
)
_ORIGIN = (("aanbieder", "VARCHAR"), ("periode", "VARCHAR"), ("bestand", "VARCHAR"))
_COURSE = (("overgedragen", "DATE"), ("overgedragen_gekregen", "DATE"), ("eerste_contact", "DATE"))


def _texts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, "VARCHAR") for name in names)


COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "jeugdhulp": _PERSON + _ORIGIN + _texts("verwijzer", "hulpvorm", "crisis", "reden", "perspectief"),
    "jeugdbescherming": _PERSON + _ORIGIN + _texts("type", "reden") + _COURSE,
    "jeugdreclassering": _PERSON + _ORIGIN + _texts("type", "reden", "drp", "doorverwijzing", "interventie") + _COURSE,
    "machtiging_uhp": _PERSON + _ORIGIN + _texts("type"),
    "persoonskenmerken": _texts("persoon") + (("jaar", "SMALLINT"),) + _texts("huishouden", "herkomst") + _ORIGIN,
}
"""Columns of the microdata of each record kind, in order, with their type in Parquet."""


@dataclass(frozen=True)
class Origin:
    """Where records come from."""

    aanbieder: str
    periode: str
    bestand: str
    """Delivery id."""


def to_microdata(batch: Batch, key: Key, origin: Origin) -> dict[str, np.ndarray]:
    """The columns of COLUMNS[record] for checked records, one row each. The batch must be free of problems.

    Texts are object arrays with None for empty; days datetime64[s] with NaT.
    """
    made: dict[str, np.ndarray] = {"persoon": _persons(batch, key)}
    for name, text in (("aanbieder", origin.aanbieder), ("periode", origin.periode), ("bestand", origin.bestand)):
        made[name] = np.full(len(batch), text, dtype=object)
    if batch.layout.record == "persoonskenmerken":
        made["jaar"] = batch.columns["jaar"].number
    else:
        made |= _traits(batch)
    for name, kind in COLUMNS[batch.layout.record]:
        if name not in made:
            made[name] = _days(batch, name) if kind == "DATE" else _codes(batch, name)
    return {name: made[name] for name, _ in COLUMNS[batch.layout.record]}


def to_frame(pieces: Sequence[Mapping[str, np.ndarray]]) -> pd.DataFrame:
    """The pieces of several deliveries of one record kind under each other."""
    return pd.DataFrame({name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}, dtype=None)


def _traits(batch: Batch) -> dict[str, np.ndarray]:
    postal, municipal = place_forms(batch)
    texts = batch.columns["postcode"].array
    number = np.array([text[-4:] for text in texts.tolist()], dtype=object)
    return {
        "bsn_bekend": batch.bsn_known,
        "geboortedatum": batch.birth[1].astype("datetime64[s]"),
        "ongeboren": batch.unborn,
        "postcode": np.where(postal, texts.astype(object), None),
        "gemeente": np.where(municipal, "GM" + number, None),
        "aanvang": batch.begin.astype("datetime64[s]"),
        "einde": batch.end.astype("datetime64[s]"),
    }


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


def _persons(batch: Batch, key: Key) -> np.ndarray:
    """Pseudonyms. Each distinct BSN is keyed once; without BSN, sex, date of birth and place stand for the person."""
    known = batch.bsn_known
    texts, which = np.unique(batch.columns["bsn"].array[known], return_inverse=True)
    result = np.full(len(batch), "", dtype=object)
    result[known] = np.array(key.persons(texts.tolist()), dtype=object)[which]
    if not known.all():
        traits = _unnamed(batch, np.flatnonzero(~known))
        result[~known] = [key.person_without_bsn(one) for one in traits]
    return result


def _unnamed(batch: Batch, rows: np.ndarray) -> list[str]:
    """What stands for persons without BSN: what is meant, however it was written (0363 and GM0363 are one place).

    Records with the same key are twins, and get a number each: those that still run first, then those that ended later, and
    never by their place in the file, so that the same records give the same persons in every order of lines and delivery."""
    others = [name for name in batch.layout.key if name != "bsn"]
    persons = dict(zip(rows.tolist(), _meanings(batch, rows), strict=True))
    records: dict[tuple[str, ...], list[int]] = {}
    for row in rows.tolist():
        records.setdefault((persons[row], *(str(batch.columns[name].array[row]) for name in others)), []).append(row)
    rest = [name for name in sorted(batch.columns) if name != "bsn"]
    for twins in records.values():
        ordered = sorted(twins, key=lambda row: (_later_first(batch.end[row]), *(str(batch.columns[name].array[row]) for name in rest)))
        for number, row in enumerate(ordered[1:], 2):
            persons[row] = f"{persons[row]}|{number}"
    return [persons[row] for row in rows.tolist()]


def _later_first(day: np.datetime64) -> int:
    """Sorts days: none first, then from late to early."""
    return -(1 << 40) if np.isnat(day) else -int(day.astype("datetime64[D]").astype(np.int64))


def _meanings(batch: Batch, rows: np.ndarray) -> list[str]:
    """Sex, day of birth and place of each row, as meant."""
    traits = _traits(batch)
    born = batch.birth[1]
    found = []
    for row in rows.tolist():
        day = "ongeboren" if batch.unborn[row] else str(born[row].astype("datetime64[D]"))
        place = traits["postcode"][row] or traits["gemeente"][row] or ""
        found.append("|".join((str(batch.columns["geslacht"].array[row]), day, str(place))))
    return found
