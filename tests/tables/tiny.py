"""A small vault for tests: seeded records in the layout of the vault, with every awkward case in it."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import duckdb

COMMON = {
    "persoon": "VARCHAR",
    "bsn_bekend": "BOOLEAN",
    "geboortedatum": "DATE",
    "ongeboren": "BOOLEAN",
    "geslacht": "VARCHAR",
    "postcode": "VARCHAR",
    "gemeente": "VARCHAR",
    "aanvang": "DATE",
    "einde": "DATE",
    "aanbieder": "VARCHAR",
    "periode": "VARCHAR",
    "bestand": "VARCHAR",
}
OWN = {
    "jeugdhulp": ("verwijzer", "hulpvorm", "crisis", "reden", "perspectief"),
    "jeugdbescherming": ("type", "reden", "overgedragen", "overgedragen_gekregen", "eerste_contact"),
    "jeugdreclassering": (
        "type",
        "reden",
        "drp",
        "doorverwijzing",
        "interventie",
        "overgedragen",
        "overgedragen_gekregen",
        "eerste_contact",
    ),
    "machtiging_uhp": ("type",),
}
CODES = {
    "verwijzer": ["01", "02", "03", "04", "05", "06", "07", "08", None],
    "crisis": ["01", "02", None],
    "hulpvorm": ["01", "02", "03", "04", "11", "12", "13", "14"],
    "perspectief": ["01", "02", "03", "04", None],
    ("jeugdhulp", "reden"): ["01", "02", "03", "04", "05", None],
    ("jeugdbescherming", "reden"): ["01", "04", "07", "11", "13", None],
    ("jeugdreclassering", "reden"): [None],
    "drp": ["41", "42", "43", None],
    "doorverwijzing": ["51", "52", None],
    "interventie": ["01", "02", None],
    ("jeugdbescherming", "type"): ["11", "12", "21", "22", "23", "31"],
    ("jeugdreclassering", "type"): ["41", "42", "50", "51", "61", "62", "63", "31"],
    ("machtiging_uhp", "type"): ["71", "72"],
}
PERIODS = {
    "jeugdhulp": ["HJ01", "HJ02"],
    "jeugdbescherming": ["HJ01", "HJ02"],
    "machtiging_uhp": ["HJ01", "HJ02"],
    "jeugdreclassering": ["KW01", "KW02", "KW03", "KW04"],
}
LAST_DAY = {"HJ01": (6, 30), "HJ02": (12, 31), "KW01": (3, 31), "KW02": (6, 30), "KW03": (9, 30), "KW04": (12, 31)}
FIRST_DAY = {"HJ01": (1, 1), "HJ02": (7, 1), "KW01": (1, 1), "KW02": (4, 1), "KW03": (7, 1), "KW04": (10, 1)}
PLACES = [  # postcode, wijk, gemeente: three provincies, both sides of a jeugdregio that crosses a border
    ("1011AB", "WK036300", "GM0363"),
    ("1012AB", "WK036301", "GM0363"),
    ("6711AB", "WK022800", "GM0228"),
    ("3901AB", "WK034500", "GM0345"),
    ("9901AB", "WK000300", "GM1979"),
    ("9902AB", "WK999901", "GM0014"),
]


DAYS = frozenset({"overgedragen", "overgedragen_gekregen", "eerste_contact"})


def make(data: Path, seed: int, *, year: int = 2024, persons: int = 60, order: int = 0, before: int = 0) -> Path:
    """Writes a vault under `data` and returns `data`. The same seed gives the same records, in an order by `order`. before: years
    before `year` of which there are deliveries too."""
    with duckdb.connect() as database:
        rnd = random.Random(seed)
        people = [_person(rnd, i, year) for i in range(persons)]
        (data / "regions").mkdir(parents=True, exist_ok=True)
        _write(
            database,
            data / "regions" / "postcodes.parquet",
            {"postcode": "VARCHAR", "wijk": "VARCHAR", "gemeente": "VARCHAR"},
            [list(p) for p in PLACES],
        )
        for kind, own in OWN.items():
            rows = _records(rnd, kind, own, people, year, before)
            columns = COMMON | {c: "DATE" if c in DAYS else "VARCHAR" for c in own}
            for period in periods_of(kind, year, before):
                mine = [r for r in rows if r["periode"] == period]
                random.Random(order).shuffle(mine)
                _write(
                    database,
                    data / "vault" / "microdata" / kind / f"{period}.parquet",
                    columns,
                    [[r.get(c) for c in columns] for r in mine],
                )
        known = [[p["persoon"], y, rnd.choice("1239"), rnd.choice("1239")] for p in people[::2] for y in (year - 1, year)]
        random.Random(order).shuffle(known)
        _write(
            database,
            data / "vault" / "microdata" / "persoonskenmerken" / f"{year}JJ00.parquet",
            {"persoon": "VARCHAR", "jaar": "INTEGER", "huishouden": "VARCHAR", "herkomst": "VARCHAR"},
            known,
        )
    return data


def _person(rnd: random.Random, i: int, year: int) -> dict:
    born = date(year, 12, 31) - timedelta(days=rnd.choice([0, 1, 200, 365 * 4, 365 * 4 + 1, 2500, 4384, 5000, 6574, 8400, 9000]))
    return {
        "persoon": f"{rnd.getrandbits(128):032x}",
        "bsn_bekend": rnd.random() < 0.9,
        "geboortedatum": rnd.choice([born] * 8 + [None]),
        "ongeboren": False,
        "geslacht": rnd.choice("VVVMMMO"),
    }


def periods_of(kind: str, year: int, before: int) -> list[str]:
    return [f"{y}{part}" for y in range(year - before, year + 1) for part in PERIODS[kind]]


def _records(rnd: random.Random, kind: str, own: tuple[str, ...], people: list[dict], year: int, before: int) -> list[dict]:
    found: dict[tuple, dict] = {}
    special = [date(year, 1, 1), date(year, 6, 30), date(year, 7, 1), date(year, 12, 31), date(year, 3, 31)]
    for person in people:
        for _ in range(rnd.choice([0, 1, 1, 2, 4])):
            begin = rnd.choice([date(year, 1, 1) + timedelta(days=rnd.randint(-500 - 365 * before, 360)), rnd.choice(special)])
            end = rnd.choice([None, rnd.choice(special), begin + timedelta(days=rnd.randint(0, 1700))])
            where = rnd.choice(
                [*[(p[0], None) for p in PLACES], ("0000ZZ", "GM0363"), (None, "GM0344"), (None, None), (None, "GM0003"), (None, "GM7777")]
            )
            row = {
                **person,
                "aanvang": begin,
                "einde": end if end and end >= begin else None,
                "postcode": where[0],
                "gemeente": where[1],
                "aanbieder": f"{rnd.randint(1, 9):08d}",
                "bestand": "tiny",
            }
            for c in own:
                row[c] = None if c in DAYS else rnd.choice(CODES.get(c) or CODES[kind, c])
            if "eerste_contact" in own:
                row["eerste_contact"] = rnd.choice([None, begin, begin + timedelta(days=rnd.choice([6, 7, 13, 14, 27, 28, 90, 91]))])
            _fit(kind, row)
            soort = row.get("hulpvorm") or row["type"]
            # an institution hands over one measure of a kind, so a person has that kind once
            key = (person["persoon"], soort) if "overgedragen" in own else (person["persoon"], begin, soort)
            found[key] = row
    return [r for row in found.values() for r in _delivered(rnd, kind, own, row, periods_of(kind, year, before))]


def _fit(kind: str, row: dict) -> None:
    """As the layouts have it: a referrer of the wijkteam, a reason that goes with the type, and nobody under 12 in probation."""
    if kind == "jeugdhulp" and row["hulpvorm"] == "01":
        row["verwijzer"] = "06"
    if kind == "jeugdbescherming" and row["reden"]:
        order = row["type"] in ("11", "12")
        fit = {"11": "01", "13": "04"} if order else {"01": "11", "04": "13", "07": "11"}
        row["reden"] = "01" if (row["type"], row["reden"]) == ("11", "07") else fit.get(row["reden"], row["reden"])
    born = row["geboortedatum"]
    if kind == "jeugdreclassering" and born is not None and row["aanvang"].year - born.year <= 12:
        row["geboortedatum"] = born - timedelta(days=14 * 365)


def _delivered(rnd: random.Random, kind: str, own: tuple[str, ...], row: dict, periods: list[str]) -> list[dict]:
    """The record in each period in which it runs; its end shows only from the period in which it falls.

    Some measures go to another institution, which may give the true begin or the day of taking over; some help is
    delivered by two providers, of whom one has closed it.
    """
    made = []
    handing = rnd.random() < 0.4 and "overgedragen" in own
    day = row["aanvang"] + timedelta(days=rnd.randint(3, 200))
    next_day = day + timedelta(days=1)
    after = dict(
        row, overgedragen_gekregen=next_day, aanvang=rnd.choice([row["aanvang"], next_day]), aanbieder="00000099", geslacht=rnd.choice("VM")
    )
    for period in periods:
        year, part = int(period[:4]), period[4:]
        first, last = date(year, *FIRST_DAY[part]), date(year, *LAST_DAY[part])
        if row["aanvang"] > last or (row["einde"] and row["einde"] < first):
            continue
        known = {} if row["einde"] is None or row["einde"] <= last else {"einde": None, "reden": None}
        now = {"periode": period} | known
        if not handing or day > last or (row["einde"] and row["einde"] <= next_day):
            made.append(row | now)
        else:
            made += [after | now] if next_day <= last else []
            silent = rnd.random() < 0.3  # the old institution may not have delivered at all
            made += [row | now | {"einde": None, "overgedragen": day}] if day >= first and not silent else []
        if kind == "jeugdhulp" and row["einde"] is None and rnd.random() < 0.2:
            made.append(row | now | {"aanbieder": "00000000", "einde": last, "reden": "01"})
    return made


def _write(database: duckdb.DuckDBPyConnection, path: Path, columns: dict[str, str], rows: list[list]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    database.execute(f"CREATE OR REPLACE TABLE t ({', '.join(f'{c} {t}' for c, t in columns.items())})")
    if rows:  # column by column: row by row takes a hundred times as long
        lists = ", ".join(f"unnest(CAST(${i} AS {kind}[]))" for i, kind in enumerate(columns.values(), 1))
        database.execute(f"INSERT INTO t SELECT {lists}", [list(column) for column in zip(*rows, strict=True)])
    database.execute(f"COPY t TO '{path}' (FORMAT parquet)")
