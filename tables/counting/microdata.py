"""The microdata of a data folder, loaded for the tables that ask for them.

Each source and year gets a database of its own in memory: its records are loaded once, and then the database is
locked (engine.py). Only after that does the first statement that a specification had a part in run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from celwacht.tables.counting.atoms_sql import write
from celwacht.tables.counting.engine import Connection, connect, lock, years_in
from celwacht.tables.counting.plan import PARTS, Plan
from celwacht.tables.counting.records_sql import PERSONAL, YEARS_BACK, records_tree
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import check_vault

REGIONAL = ("gemeente", "wijk")


class Microdata:
    """The microdata of a data folder, loaded as tables ask for it. Use as a context manager; confidential.

    keep: how many loaded sources and years stay in memory; the one longest unused goes first.
    """

    def __init__(self, data: Path, *, keep: int = 2):
        self.data, self.keep = Path(data), keep
        self._loaded: OrderedDict[tuple, Connection] = OrderedDict()

    def __enter__(self) -> Microdata:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Microdata, {len(self._loaded)} sources loaded (confidential)>"

    def close(self) -> None:
        while self._loaded:
            self._loaded.popitem()[1].close()

    def missing(self, plan: Plan) -> list[Problem]:
        """What the data folder lacks for a plan."""
        problems = []
        if set(plan.fields) & set(REGIONAL) and not self._postcodes.exists():
            problems.append(
                Problem(
                    "regions/postcodes.parquet",
                    0,
                    0,
                    "no-postcodes",
                    f"table {plan.spec.id} needs regions, and this file is not in the data folder.",
                )
            )
        if set(plan.fields) & set(PERSONAL) and plan.year not in self._years_of_extracts():
            there = ", ".join(map(str, self._years_of_extracts())) or "none"
            problems.append(
                Problem(
                    "vault/microdata/persoonskenmerken",
                    0,
                    0,
                    "no-persoonskenmerken",
                    f"table {plan.spec.id} needs household or origin of {plan.year}, and there is no extract of the population register for "
                    f"that year (there: {there}). Take it in first, or leave the table out with --without {plan.spec.id}.",
                )
            )
        return problems

    def _years_of_extracts(self) -> list[int]:
        """The years of which there are household and origin of anybody."""
        paths = [str(p) for p in _characteristics(self._vault)]
        return years_in(paths) if paths else []

    @property
    def _postcodes(self) -> Path:
        return self.data / "regions" / "postcodes.parquet"

    @property
    def _vault(self) -> Path:
        """The microdata of this moment: intake replaces them by turning a link."""
        return (self.data / "vault" / "microdata").resolve()

    def deliveries(self, kind: str, periods: Iterable[Period], vault: Path | None = None) -> list[Period]:
        """The periods of the files that together cover `periods`, from early to late, and those of the five years before, where they
        are there: what was reported then and not since is closed (trajectories_sql.py), a new trajectory may be a return, and a
        period must be counted from the same records in every set. ProblemsFound for a gap."""
        folder = (vault or self._vault) / kind
        there = {Period.parse(f.stem) for f in folder.glob("*.parquet")} if folder.is_dir() else set()
        needed: set[Period] = set()
        problems = []
        for period in periods:
            files = _cover(period, there)
            needed.update(files)
            if not files:
                problems.append(
                    Problem(
                        f"vault/microdata/{kind}",
                        0,
                        0,
                        "no-microdata",
                        f"there are no records of {kind} for the whole of {period.code}; take the "
                        "deliveries in, or ask for another period.",
                    )
                )
        if problems:
            raise ProblemsFound(set(problems))
        needed |= _history(needed, there)
        return sorted(needed, key=lambda p: (p.end, -p.begin.toordinal()))

    def records(self, source: str, year: int, periods: Iterable[Period]) -> Connection:
        """A locked database with the table of one row per trajectory of the source, from these periods."""
        vault = self._vault
        kinds = [*PARTS[source], "persoonskenmerken"]
        try:
            files = {kind: tuple(self.deliveries(kind, periods, vault)) for kind in PARTS[source]}
        except ProblemsFound:
            check_vault(self.data / "vault", kinds, vault)  # what is lost is not to be delivered again
            raise
        key = (source, year, tuple(files.items()), self._state(vault, files))
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        check_vault(self.data / "vault", kinds, vault)
        while len(self._loaded) >= self.keep:
            self._loaded.popitem(last=False)[1].close()
        self._loaded[key] = self._load(vault, source, year, files)
        return self._loaded[key]

    def _state(self, vault: Path, files: dict[str, tuple[Period, ...]]) -> tuple[tuple[str, int, int], ...]:
        """What is on disk now: a file that is replaced later is another file."""
        paths = [vault / kind / f"{p.code}.parquet" for kind, periods in files.items() for p in periods]
        there = [(p, p.stat()) for p in [*paths, *_characteristics(vault), self._postcodes] if p.exists()]
        return tuple((str(p), found.st_mtime_ns, found.st_size) for p, found in there)

    def _load(self, vault: Path, source: str, year: int, files: dict[str, tuple[Period, ...]]) -> Connection:
        connection = connect(self.data / "vault" / "tmp")
        bound: dict[str, list[str]] = {}
        columns = {}
        for kind, periods in files.items():
            bound[f"bestanden_{kind}"] = [str(vault / kind / f"{p.code}.parquet") for p in periods]
            bound[f"perioden_{kind}"] = [p.code for p in periods]
            bound[f"eindes_{kind}"] = [p.end.isoformat() for p in periods]
            described = connection.execute(
                "DESCRIBE SELECT * FROM read_parquet($1, union_by_name = TRUE)", [bound[f"bestanden_{kind}"]]
            ).fetchall()
            columns[kind] = frozenset(row[0] for row in described)
        if _characteristics(vault):
            bound["kenmerken"] = [str(f) for f in _characteristics(vault)]
        if self._postcodes.exists():
            bound["postcodes"] = [str(self._postcodes)]
        tree = records_tree(source, year, columns, personal="kenmerken" in bound, regions="postcodes" in bound)
        connection.execute(f'CREATE TABLE "{source}_{year}" AS {write(tree)}', bound)
        lock(connection)
        return connection


def _characteristics(vault: Path) -> list[Path]:
    return sorted((vault / "persoonskenmerken").glob("*.parquet"))


_shared: dict[Path, Microdata] = {}


def shared(data: Path) -> Microdata:
    """The microdata of a folder, one for the whole process: for a worker that makes one table after another.

    Keeps the source and year asked for last, so ask the tables of one source together.
    """
    data = Path(data).resolve()
    return _shared.setdefault(data, Microdata(data, keep=1))


def _history(needed: set[Period], there: set[Period]) -> set[Period]:
    """The files of the years before the earliest of `needed`, as far as a new trajectory looks back."""
    if not needed:
        return set()
    first = min(p.begin for p in needed)
    since = date(first.year - YEARS_BACK, 1, 1)
    return {p for p in there if p.end < first and p.end >= since}


def _cover(period: Period, there: set[Period]) -> set[Period]:
    """Files that together cover a period: its own, or those of its parts; empty if some part is missing."""
    if period in there:
        return {period} | {p for p in there if period.contains(p)}
    found: set[Period] = set()
    for letters, parts in (("HJ", 2), ("KW", 4)):
        inner = [p for i in range(1, parts + 1) if period.contains(p := Period(period.year, letters, i))]
        covers = [_cover(p, there) for p in inner if letters != period.letters]
        if covers and all(covers):
            found |= set().union(*covers)
    return found
