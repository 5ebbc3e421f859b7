"""What a table may refer to by name: classifications, policies and tables, as far as they can be read.

A lenient look: a classification file that is itself broken counts as present, and its own check tells what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from celwacht.tables import home
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.sources.layouts import Layout, every_layout
from celwacht.tables.sources.populations import FOLDER, Population, read_population
from celwacht.tables.sources.source_spec import PersonSource, SourceSpec, Units
from celwacht.tables.sources.sources import FOLDER as SOURCES_FOLDER
from celwacht.tables.sources.sources import FieldType, fields_of, read_source
from celwacht.tables.specs.classification_spec import CLASSIFICATION, TreeSpec
from celwacht.tables.yaml.confront import confront
from celwacht.tables.yaml.parse import survey


@dataclass(frozen=True, slots=True)
class Listed:
    """What a table needs to know of a classification; None where its file cannot be read."""

    kind: str | None = None
    """codes, ranges, regio, wijk or combinaties."""
    field: str | None = None
    levels: tuple[str, ...] | None = None
    values: frozenset[str] = frozenset()
    """Values of the field that it lists, for kinds codes and combinaties."""
    codes: tuple[str, ...] = ()
    """Its codes, in order; of kinds regio and wijk none."""
    limits: frozenset[int] = frozenset()
    """Numbers at which its classes begin or end, for kind ranges."""


@dataclass(frozen=True)
class Library:
    """The files beside a table: `root` is a folder laid out as table_specs/."""

    root: Path = field(default_factory=home.specs)

    @cached_property
    def classifications(self) -> Mapping[str, Listed]:
        return {p.stem: _listed(p, p.stat().st_mtime_ns) for p in self._yaml("classifications")}

    @cached_property
    def policies(self) -> frozenset[str]:
        return frozenset(p.stem for p in self._yaml("policies"))

    @cached_property
    def tables(self) -> frozenset[str]:
        return frozenset(p.stem for p in self._yaml(""))

    @cached_property
    def populations(self) -> tuple[Population, ...]:
        """Those that can be read (as `home.files`)."""
        return tuple(p for path in home.files(FOLDER, root=self.root) if (p := read_population(path)[0]) is not None)

    @cached_property
    def sources(self) -> Mapping[str, SourceSpec | None]:
        """Every source by name; None for one that cannot be read."""
        return {path.stem: _source(path, path.stat().st_mtime_ns) for path in home.files(SOURCES_FOLDER, root=self.root)}

    @cached_property
    def layouts(self) -> tuple[Layout, ...] | None:
        """Every layout; None where one cannot be read."""
        with home.using(self.root):
            try:
                return every_layout()
            except ProblemsFound:
                return None

    def fields_of(self, source: str) -> Mapping[str, FieldType] | None:
        """The vocabulary of a source; None where its file does not tell."""
        spec = self.sources.get(source)
        return fields_of(spec, {name: one for name, one in self.sources.items() if one is not None}) if spec is not None else None

    def units_of(self, source: str) -> Units | None:
        """The units of a source; None where its file does not tell."""
        spec = self.sources.get(source)
        return None if spec is None or isinstance(spec, PersonSource) else spec.units

    def codes_of(self, field: str) -> frozenset[str] | None:
        """Every value of a field that some classification lists; None if there is no list for it."""
        lists = [c for c in self.classifications.values() if c.field == field and c.kind in ("codes", "combinaties")]
        values = frozenset().union(*(c.values for c in lists))
        return values or None

    def with_codes(self, fields: Mapping[str, FieldType]) -> dict[str, FieldType]:
        """Fields with the codes that some classification lists, where the vocabulary has none."""
        return {n: replace(f, codes=f.codes or self.codes_of(n)) if f.kind == "text" else f for n, f in fields.items()}

    def periods_of(self, table: str) -> tuple[str, ...] | None:
        """The kinds of period of a table of this library; None if its file does not tell."""
        path = self.root / f"{table}.yaml"
        document, _ = survey(path.read_bytes(), path.name) if path.is_file() else (None, [])
        periods = document.get(("periods",)) if document else None
        return tuple(map(str, periods)) if isinstance(periods, list) else None

    def _yaml(self, folder: str) -> list[Path]:
        return list(home.files(folder, root=self.root) if folder else sorted(self.root.glob("*.yaml")))


def library_of(file: Path) -> Library:
    """The library that a file belongs to: the folder it is in (or under) if that holds specifications of other kinds, else that of the project."""
    if home.is_own() and file.is_relative_to(home.PACKAGED):
        return Library()
    for folder in (file.parent, file.parent.parent):
        if (folder / "classifications").is_dir() or (folder / SOURCES_FOLDER).is_dir():
            return Library(folder)
    return Library()


@lru_cache(maxsize=64)
def _source(path: Path, changed: int) -> SourceSpec | None:
    """`changed` as for `_listed`."""
    return read_source(path)[0]


@lru_cache(maxsize=512)
def _listed(path: Path, changed: int) -> Listed:
    """`changed` (time of last change) keeps the memory honest while somebody edits."""
    document, _ = survey(path.read_bytes(), path.name)
    spec = confront(document, CLASSIFICATION)[0] if document else None
    if spec is None:
        return Listed()
    levels = tuple(spec.levels())
    if isinstance(spec, TreeSpec):
        nodes = [node for node, _ in spec.tree.walk()]
        limits = {n for node in nodes for n in (node.from_, node.below) if n}
        values = frozenset(v for node in nodes for v in node.values)
        return Listed(spec.kind, spec.field, levels, values, tuple(n.code for n in nodes), frozenset(limits))
    values = frozenset(v for base in getattr(spec, "base", ()) for v in base.values)
    return Listed(spec.kind, spec.field, levels, values, tuple(c.code for c in getattr(spec, "codes", ())))
