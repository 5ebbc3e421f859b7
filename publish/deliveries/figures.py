"""The figures of the mirror report, of all deliveries of a record kind and period at once: one statement each, over the vault.

Counts of records of the provider itself, per gemeente; nothing of any other provider and nothing of single persons but that they count.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.tables.checks.database import Connection, connect, quoted
from celwacht.tables.periods import Period
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.sources.sources import register_of_record

UNKNOWN_PLACE = "onbekend"


@dataclass(frozen=True)
class Flow:
    """One value of a field in one gemeente, or in all together."""

    field: str
    code: str
    place: str
    begin: int
    """Records that run on the day before the period."""
    inflow: int
    outflow: int
    end: int
    """Records that run on after the last day of the period."""
    used: int
    days: int
    """Days that those who left had been in, together."""


@dataclass
class Mirror:
    """The figures of one delivery."""

    flows: list[Flow] = field(default_factory=list)
    filling: list[tuple[str, int, int, str, int]] = field(default_factory=list)
    """Field, records, filled, the value that is most frequent ('' where values are personal), how often."""
    now: dict[str, int] = field(default_factory=dict)
    """Gemeente -> records in use."""
    before: dict[str, int] = field(default_factory=dict)
    """The same in the period before."""
    year_before: dict[str, int] = field(default_factory=dict)


def mirrors(data: Path, record: str, period: Period) -> dict[str, Mirror]:
    """Provider -> figures of its delivery that counts; only providers with records."""
    path = _file(data, record, period)
    found: dict[str, Mirror] = defaultdict(Mirror)
    if not path.is_file():
        return {}
    coded = [one.name for one in load_layout(record, period).fields if one.type == "code"]
    with connect() as connection:
        _places(connection, data)
        _load(connection, path, record)
        for provider, *rest in connection.execute(_flows(coded), {"first": period.begin, "last": period.end}).fetchall():
            found[provider].flows.append(Flow(*rest))
        for name in coded:
            _coded_filling(connection, name, found)
        born = [one.name for one in load_layout(record, period).fields if one.type == "geboortedatum"]
        _personal_filling(connection, record, born, found)
        year = Period(period.year - 1, period.letters, period.part)
        for attribute, other in (("now", period), ("before", period.before), ("year_before", year)):
            for provider, place, used in _used(connection, _file(data, record, other), record):
                if provider in found:
                    getattr(found[provider], attribute)[place] = used
    return dict(found)


def _file(data: Path, record: str, period: Period) -> Path:
    return data / "vault" / "microdata" / record / f"{period.code}.parquet"


def _places(connection: Connection, data: Path) -> None:
    path = data / "regions" / "postcodes.parquet"
    source = f"read_parquet({quoted(path)})" if path.is_file() else "(SELECT '' AS postcode, '' AS gemeente WHERE false)"
    connection.execute(f"CREATE TABLE places AS SELECT postcode, min(gemeente) AS place FROM {source} GROUP BY postcode")


def _load(connection: Connection, path: Path, record: str, name: str = "mine") -> None:
    """The records with the day until which each runs (`until`) and its gemeente (`place`), as a view; one day for what is an event."""
    one = register_of_record(record)
    until = f'coalesce(einde, "{one.handed[0]}")' if one.handed else "einde" if one.trajectories.end else "aanvang"
    area = one.place.area if one.place else next((field.name for field in one.fields if field.type == "area"), "")
    known = [f'file."{area}"'] * bool(area) + ["places.place"] * bool(one.place)
    joined = " LEFT JOIN places USING (postcode)" if one.place else ""
    connection.execute(
        f"CREATE OR REPLACE VIEW {name} AS SELECT file.*, {until} AS until, coalesce({', '.join([*known, repr(UNKNOWN_PLACE)])}) AS place "
        f"FROM read_parquet({quoted(path)}) AS file{joined}"
    )


def _flows(coded: list[str]) -> str:
    """One statement: every coded field but sex, by gemeente. Names are those of our layouts."""
    counts = (
        "count(*) FILTER (aanvang < $first AND (until IS NULL OR until >= $first)), count(*) FILTER (aanvang BETWEEN $first AND $last), "
        "count(*) FILTER (einde BETWEEN $first AND $last), count(*) FILTER (until IS NULL OR until > $last), count(*), "
        "coalesce(sum(date_diff('day', aanvang, einde)) FILTER (einde BETWEEN $first AND $last), 0)::BIGINT"
    )
    parts = [
        f"SELECT aanbieder, '{name}', coalesce(\"{name}\", ''), place, {counts} FROM mine GROUP BY aanbieder, \"{name}\", place"
        for name in coded
        if name != "geslacht"
    ]
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY ALL"


def _coded_filling(connection: Connection, name: str, found: dict[str, Mirror]) -> None:
    rows = connection.execute(f'SELECT aanbieder, count(*), count("{name}"), histogram("{name}") FROM mine GROUP BY aanbieder').fetchall()
    for provider, records, filled, values in rows:
        value, often = max((values or {}).items(), key=lambda item: (item[1], item[0]), default=("", 0))
        found[provider].filling.append((name, records, filled, value, often))


def _personal_filling(connection: Connection, record: str, born: list[str], found: dict[str, Mirror]) -> None:
    """Fields of which no value is shown: only how many are known."""
    one = register_of_record(record)
    names = {one.person.field: f'"{one.person.known}"'} if one.person.known else {}
    columns = ["postcode", one.place.area] if one.place else [field.name for field in one.fields if field.type == "area"]
    columns += born + ["einde"] * bool(one.trajectories.end) + [*one.dates, *(other.name for other in one.names)]
    there = {row[0] for row in connection.execute("DESCRIBE mine").fetchall()}
    names |= {name: f'"{name}" IS NOT NULL' if name in there else "false" for name in columns}
    counts = ", ".join(f"count(*) FILTER ({test})" for test in names.values())
    for provider, records, *known in connection.execute(f"SELECT aanbieder, count(*), {counts} FROM mine GROUP BY aanbieder").fetchall():
        found[provider].filling += [(name, records, filled, "", 0) for name, filled in zip(names, known)]


def _used(connection: Connection, path: Path, record: str) -> list[tuple[str, str, int]]:
    """(provider, gemeente, records in use) of a period; none where there is no file."""
    if not path.is_file():
        return []
    _load(connection, path, record, "other")
    return connection.execute("SELECT aanbieder, place, count(*) FROM other GROUP BY aanbieder, place ORDER BY ALL").fetchall()
