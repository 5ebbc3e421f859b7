"""Plans run on DuckDB: the only file of the compiler that touches a database or the data folder.

Each source and year gets a database of its own in memory: its records are loaded once, and then the database is
locked. From there on no statement can read or write a file, attach, install or change a setting, and only then does
the first statement that a specification had a part in run.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
from celwacht.tables.counting.atoms_sql import (
    UNLISTED,
    UNLISTED_IN_SET,
    atoms_tree,
    names_of,
    one_line,
    parameters,
    table_of_records,
    write,
)
from celwacht.tables.counting.codings import of_sets
from celwacht.tables.counting.plan import OWN_FIELDS, PARTS, Plan, plans, time_dimension
from celwacht.tables.counting.records_sql import COMMON, HANDED_OVER, PERSONAL, TAKEN_OVER, records_tree
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.table_spec import TableSpec

MOST_ATOMS = 50_000_000
THREADS, MEMORY = 2, "2GB"
REGIONAL = ("gemeente", "wijk")


@dataclass(frozen=True, eq=False, repr=False)
class SummedCube(Cube):
    """A cube with sums of numeric fields over the same atoms, for sum and mean measures.

    sums: field -> int64 like atoms. known: field -> int64 like atoms, how many had the field known (divide by it).
    """

    sums: dict[str, np.ndarray] = field(default_factory=dict)
    known: dict[str, np.ndarray] = field(default_factory=dict)


class Microdata:
    """The microdata of a data folder, loaded as tables ask for it. Use as a context manager; confidential.

    keep: how many loaded sources and years stay in memory; the one longest unused goes first.
    """

    def __init__(self, data: Path, *, keep: int = 2):
        self.data, self.keep = Path(data), keep
        self._loaded: OrderedDict[tuple, duckdb.DuckDBPyConnection] = OrderedDict()

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
        if set(plan.fields) & set(PERSONAL) and not _characteristics(self._vault):
            problems.append(
                Problem(
                    "vault/microdata/persoonskenmerken",
                    0,
                    0,
                    "no-persoonskenmerken",
                    f"table {plan.spec.id} needs household or origin; take the extract in first.",
                )
            )
        return problems

    @property
    def _postcodes(self) -> Path:
        return self.data / "regions" / "postcodes.parquet"

    @property
    def _vault(self) -> Path:
        """The microdata of this moment: intake replaces them by turning a link."""
        return (self.data / "vault" / "microdata").resolve()

    def deliveries(self, kind: str, periods: Iterable[Period], vault: Path | None = None) -> list[Period]:
        """The periods of the files that together cover `periods`, from early to late; ProblemsFound for a gap."""
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
        return sorted(needed, key=lambda p: (p.end, -p.begin.toordinal()))

    def records(self, source: str, year: int, periods: Iterable[Period]) -> duckdb.DuckDBPyConnection:
        """A locked database with the table of one row per trajectory of the source, from these periods."""
        vault = self._vault
        files = {kind: tuple(self.deliveries(kind, periods, vault)) for kind in PARTS[source]}
        key = (source, year, tuple(files.items()), self._state(vault, files))
        if key in self._loaded:
            self._loaded.move_to_end(key)
            return self._loaded[key]
        while len(self._loaded) >= self.keep:
            self._loaded.popitem(last=False)[1].close()
        self._loaded[key] = self._load(vault, source, year, files)
        return self._loaded[key]

    def _state(self, vault: Path, files: dict[str, tuple[Period, ...]]) -> tuple[tuple[str, int, int], ...]:
        """What is on disk now: a file that is replaced later is another file."""
        paths = [vault / kind / f"{p.code}.parquet" for kind, periods in files.items() for p in periods]
        there = [(p, p.stat()) for p in [*paths, *_characteristics(vault), self._postcodes] if p.exists()]
        return tuple((str(p), found.st_mtime_ns, found.st_size) for p, found in there)

    def _load(self, vault: Path, source: str, year: int, files: dict[str, tuple[Period, ...]]) -> duckdb.DuckDBPyConnection:
        connection = _connect(self.data / "vault" / "tmp")
        bound: dict[str, list[str]] = {}
        columns = {}
        for kind, periods in files.items():
            bound[f"bestanden_{kind}"] = [str(vault / kind / f"{p.code}.parquet") for p in periods]
            bound[f"perioden_{kind}"] = [p.code for p in periods]
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


def _connect(temporary: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory; what does not fit goes to a folder inside the vault."""
    temporary.mkdir(mode=0o700, exist_ok=True)
    connection = duckdb.connect(
        config={
            "threads": THREADS,
            "memory_limit": MEMORY,
            "temp_directory": str(temporary),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    connection.execute("SET preserve_insertion_order = false")
    return connection


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on the database has no files, no network, no extensions and no other settings; cannot be undone."""
    connection.execute("SET allow_community_extensions = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def build_cube(spec: TableSpec, periods: Iterable[Period], data: Path, *, connection: Microdata | None = None) -> list[Cube]:
    """The cubes of a table for those of `periods` that it is made for, from the microdata in the folder `data`.

    Trajectories: one cube per year, Perioden last. Young persons (and running durations): one cube per period, with
    Perioden as a dimension of one code. The records of a year are those of all `periods` of that year, also where the
    table is not made for some of them, so that all tables of a set count the same records. `connection`: microdata
    already open, to load records once for many tables. ProblemsFound if the specification or the data do not fit.
    """
    asked = sorted(set(periods))
    made = plans(spec, asked)
    own = connection or Microdata(data)
    try:
        problems = [p for plan in made for p in own.missing(plan)]
        if problems:
            raise ProblemsFound(set(problems))
        return [_run(plan, own.records(spec.source, plan.year, [p for p in asked if p.year == plan.year])) for plan in made]
    finally:
        if connection is None:
            own.close()


def _run(plan: Plan, database: duckdb.DuckDBPyConnection) -> Cube:
    result = database.execute(write(atoms_tree(plan)), parameters(plan)).fetchnumpy()
    dimensions, places = located(plan, result)
    return _dense(plan, dimensions, places, result)


def located(plan: Plan, result: dict) -> tuple[tuple[Classification, ...], list[np.ndarray]]:
    """The dimensions of a result with the columns names_of(plan), and the leaf of each row in each of them.

    ProblemsFound where a value is of no class.
    """
    columns = [np.ma.filled(result[name], UNLISTED).astype(np.int64) for name in names_of(plan)]
    dimensions: list[Classification] = []
    places: list[np.ndarray] = []
    for axis, values in zip(plan.axes, columns):
        lost = values >> UNLISTED_IN_SET & 1 if axis.all_touched else values < 0
        if np.any(lost):
            raise ProblemsFound([_unlisted(plan, axis)])
        dimension, place = of_sets(axis.coding, np.unique(values)) if axis.all_touched else (axis.coding.classification, None)
        dimensions.append(dimension)
        places.append(values if place is None else _placed(values, place))
    time, place = time_dimension(plan)
    dimensions.append(time)
    places.append(np.zeros_like(result["aantal"], dtype=np.int64) if plan.persons else _placed(columns[-1], place))
    return tuple(dimensions), places


def _placed(masks: np.ndarray, place: dict[int, int]) -> np.ndarray:
    found, inverse = np.unique(masks, return_inverse=True)
    return np.array([place[int(m)] for m in found], dtype=np.int64)[inverse]


def _dense(plan: Plan, dimensions: tuple[Classification, ...], places: list[np.ndarray], result: dict) -> Cube:
    shape = tuple(d.n_leaves for d in dimensions)
    if np.prod(shape, dtype=float) > MOST_ATOMS:
        raise ProblemsFound(
            [
                Problem(
                    f"table_specs/{plan.spec.id}.yaml",
                    0,
                    0,
                    "too-large",
                    f"the table has "
                    f"{np.prod(shape, dtype=float):,.0f} atoms, at most {MOST_ATOMS:,} are held; "
                    "publish fewer levels or dimensions.",
                )
            ]
        )
    flat = np.ravel_multi_index(places, shape) if len(result["aantal"]) else np.zeros(0, dtype=np.int64)

    def spread(name: str) -> np.ndarray:
        atoms = np.zeros(int(np.prod(shape)), dtype=np.int64)
        # several rows can fall on one atom, where sets of classes share a leaf
        np.add.at(atoms, flat, np.ma.filled(result[name], 0).astype(np.int64))
        return atoms.reshape(shape)

    atoms = spread("aantal")
    if not plan.sums:
        return Cube(plan.spec.id, dimensions, atoms, plan.spec.unit)
    return SummedCube(
        plan.spec.id,
        dimensions,
        atoms,
        plan.spec.unit,
        sums={f: spread(f"som_{f}") for f in plan.sums},
        known={f: spread(f"bekend_{f}") for f in plan.sums},
    )


def _unlisted(plan: Plan, axis) -> Problem:
    return Problem(
        f"table_specs/{plan.spec.id}.yaml",
        0,
        0,
        "unlisted-value",
        f"dimension {axis.name}: the records hold a value of '{axis.coding.field}' that the classification "
        "does not list and that has no unknown leaf. List it, add a leaf with unknown: true, or leave such "
        "records out with `where`.",
    )


def sql_of(spec: TableSpec, periods: Iterable[Period]) -> str:
    """The statements that build_cube would run, with a comment per step: records (once per source and year), atoms."""
    asked = sorted(set(periods))
    texts: dict[str, None] = {}
    for plan in plans(spec, asked):
        kinds = PARTS[spec.source]
        columns = {k: frozenset({*COMMON, *_columns_of(k)}) for k in kinds}
        records = write(records_tree(spec.source, plan.year, columns, personal=True, regions=True), explained=True)
        name = table_of_records(plan)
        head = one_line(f"Records of {spec.source}, loaded once for {plan.year}; then the database is locked")
        texts[f'-- {head}\nCREATE TABLE "{name}" AS\n{records}'] = None
        head = one_line(f"Table {spec.id}: {', '.join(p.code for p in plan.periods)}")
        texts[f"-- {head}\n{write(atoms_tree(plan), explained=True)}"] = None
    return "\n".join(texts)


def _columns_of(kind: str) -> tuple[str, ...]:
    handed = (HANDED_OVER, TAKEN_OVER) if kind in ("jeugdbescherming", "jeugdreclassering") else ()
    return (*OWN_FIELDS[kind], *handed)
