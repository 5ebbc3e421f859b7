"""The microdata of a data folder, loaded for the tables that ask for them.

Each source and year gets a database of its own: its records are loaded once, and then no statement can read a file any more
(tables/engines). Only after that does the first statement that a specification had a part in run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from celwacht.tables.counting.plan import Plan
from celwacht.tables.counting.records_sql import persons_of, records_tree, years_back
from celwacht.tables.engines.duck import years_in
from celwacht.tables.engines.engine import DUCKDB, Records, engine_of
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.register.accounts import check_vault
from celwacht.tables.sources.source_spec import PersonSource
from celwacht.tables.sources.sources import registers_of


class Microdata:
    """The microdata of a data folder, loaded as tables ask for it. Use as a context manager; confidential.

    keep: how many loaded sources and years stay in memory; the one longest unused goes first.
    """

    def __init__(self, data: Path, *, keep: int = 2, engine: str = DUCKDB):
        self.data, self.keep, self._engine = Path(data), keep, engine_of(engine)
        self._loaded: OrderedDict[tuple, Records] = OrderedDict()

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
        place = registers_of(plan.spec.source)[0].place
        if place and set(plan.fields) & {place.area, place.district} and not self._postcodes.exists():
            problems.append(
                Problem(
                    "regions/postcodes.parquet",
                    0,
                    0,
                    "no-postcodes",
                    f"table {plan.spec.id} needs regions, and this file is not in the data folder.",
                )
            )
        return problems + [p for one in persons_of(plan.spec.source) for p in self._lacks_persons(plan, one)]

    def _lacks_persons(self, plan: Plan, one: PersonSource) -> list[Problem]:
        """Whether the plan reads a register of persons that is not there for its year."""
        used = sorted(set(plan.fields) & {field.name for field in one.fields})
        years = self._years_of(one) if used else [plan.year]
        if plan.year in years:
            return []
        there = ", ".join(map(str, years)) or "none"
        return [
            Problem(
                f"vault/microdata/{one.record}",
                0,
                0,
                "no-persons",
                f"table {plan.spec.id} needs {' and '.join(used)} of {plan.year}, and there is no extract of {one.title.en or one.title.nl} "
                f"for that year (there: {there}). Take it in first, or leave the table out with --without {plan.spec.id}.",
            )
        ]

    def _years_of(self, one: PersonSource) -> list[int]:
        """The years of which a register of persons knows anybody."""
        paths = [str(p) for p in _extracts(self._vault, one)]
        return years_in(paths, one.year) if paths else []

    @property
    def _postcodes(self) -> Path:
        return self.data / "regions" / "postcodes.parquet"

    @property
    def _vault(self) -> Path:
        """The microdata of this moment: intake replaces them by turning a link."""
        return (self.data / "vault" / "microdata").resolve()

    def deliveries(self, kind: str, periods: Iterable[Period], back: int, vault: Path | None = None) -> list[Period]:
        """The periods of the files of a record kind that together cover `periods`, from early to late, and those of the `back` years
        before, where they are there: what was reported then and not since is closed (trajectories_sql.py), a new trajectory may be a
        return, and a period must be counted from the same records in every set. ProblemsFound for a gap."""
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
        needed |= _history(needed, there, back)
        return sorted(needed, key=lambda p: (p.end, -p.begin.toordinal()))

    def records(self, source: str, year: int, periods: Iterable[Period]) -> Records:
        """A locked database with the table of one row per trajectory of the source, from these periods."""
        vault, periods = self._vault, tuple(periods)
        since = min([date(year, 1, 1), *(p.begin for p in periods if p.year == year)])  # week 1 may begin in December
        registers, beside, back = registers_of(source), persons_of(source), years_back(source)
        kinds = [*(one.record for one in registers), *(one.record for one in beside)]
        try:
            files = {one.id: tuple(self.deliveries(one.record, periods, back, vault)) for one in registers}
        except ProblemsFound:
            check_vault(self.data / "vault", kinds, vault)  # what is lost is not to be delivered again
            raise
        key = (source, year, since, tuple(files.items()), self._state(vault, source, files))
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        check_vault(self.data / "vault", kinds, vault)
        while len(self._loaded) >= self.keep:
            self._loaded.popitem(last=False)[1].close()
        self._loaded[key] = self._load(vault, source, year, since, files)
        return self._loaded[key]

    def _state(self, vault: Path, source: str, files: dict[str, tuple[Period, ...]]) -> tuple[tuple[str, int, int], ...]:
        """What is on disk now: a file that is replaced later is another file."""
        paths = [vault / one.record / f"{p.code}.parquet" for one in registers_of(source) for p in files[one.id]]
        paths += [path for one in persons_of(source) for path in _extracts(vault, one)]
        there = [(p, p.stat()) for p in [*paths, self._postcodes] if p.exists()]
        return tuple((str(p), found.st_mtime_ns, found.st_size) for p, found in there)

    def _load(self, vault: Path, source: str, year: int, since: date, files: dict[str, tuple[Period, ...]]) -> Records:
        loading = self._engine.begin(self.data / "vault" / "tmp")
        paths: dict[str, list[str]] = {}
        lists: dict[str, list[str]] = {}
        columns = {}
        for one in registers_of(source):
            paths[f"bestanden_{one.id}"] = [str(vault / one.record / f"{p.code}.parquet") for p in files[one.id]]
            lists[f"perioden_{one.id}"] = [p.code for p in files[one.id]]
            lists[f"eindes_{one.id}"] = [p.end.isoformat() for p in files[one.id]]
            columns[one.id] = loading.columns(paths[f"bestanden_{one.id}"])
        extracts = {one.id: [str(f) for f in _extracts(vault, one)] for one in persons_of(source)}
        paths |= {f"kenmerken_{name}": own for name, own in extracts.items() if own}
        regions = self._postcodes.exists() and any(one.place for one in registers_of(source))
        if regions:
            paths["postcodes"] = [str(self._postcodes)]
        personal = frozenset(name for name, own in extracts.items() if own)
        tree = records_tree(source, year, columns, personal=personal, regions=regions, since=since)
        return loading.records(f"{source}_{year}", tree, paths, lists)


def _extracts(vault: Path, one: PersonSource) -> list[Path]:
    return sorted((vault / one.record).glob("*.parquet"))


_shared: dict[tuple[Path, str], Microdata] = {}


def shared(data: Path, engine: str = DUCKDB) -> Microdata:
    """The microdata of a folder, one for the whole process: for a worker that makes one table after another.

    Keeps the source and year asked for last, so ask the tables of one source together.
    """
    data = Path(data).resolve()
    if (data, engine) not in _shared:
        _shared[data, engine] = Microdata(data, keep=1, engine=engine)
    return _shared[data, engine]


def _history(needed: set[Period], there: set[Period], back: int) -> set[Period]:
    """The files of the years before the earliest of `needed`, as far as a new trajectory looks back."""
    if not needed:
        return set()
    first = min(p.begin for p in needed)
    since = date(first.year - back, 1, 1)
    return {p for p in there if p.end < first and p.end >= since}


def _cover(period: Period, there: set[Period]) -> set[Period]:
    """Files that together cover a period: its own, or those of its parts, or all that overlap it, without a day between them; empty if
    some part is missing."""
    return _exactly(period, there) or _overlapping(period, there)


def _overlapping(period: Period, there: set[Period]) -> set[Period]:
    """For a month of a half-year, or a school year of two years: every file that has days of it; none where a day is in no file."""
    found = {p for p in there if p.begin <= period.end and p.end >= period.begin}
    day = period.begin
    for one in sorted(found, key=lambda p: p.begin):
        if one.begin <= day:
            day = max(day, one.end + timedelta(days=1))
    return found if day > period.end else set()


def _exactly(period: Period, there: set[Period]) -> set[Period]:
    """Its own file with those of its parts, or else those of its parts."""
    if period in there:
        return {period} | {p for p in there if period.contains(p)}
    found: set[Period] = set()
    for letters, parts in (("HJ", 2), ("KW", 4)):
        inner = [p for i in range(1, parts + 1) if period.contains(p := Period(period.year, letters, i))]
        covers = [_exactly(p, there) for p in inner if letters != period.letters]
        if covers and all(covers):
            found |= set().union(*covers)
    return found
