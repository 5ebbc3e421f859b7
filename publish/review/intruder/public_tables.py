"""Public folders as the intruder sees them: every release that readers could ever see, table by table, from its own files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from celwacht.disclosure.intruder.sets.seen import SeenTable, seen
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.publish.publication.description_file import Damaged, read_publication
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD, Publication, PublicDimension, PublicMeasure
from celwacht.publish.store.store import MANIFEST, RELEASES, seen_of
from celwacht.tables.counting.denominators import denominators
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.periods import Period
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.table_spec import RateMeasure, ShareMeasure, TableSpec


@dataclass(frozen=True, slots=True)
class Release:
    """A release in the folder of public files: its id, the name of its set, and its place."""

    id: str
    name: str
    folder: Path


def releases(out: Path) -> list[Release]:
    """Everything that was ever to be seen in OUT, also what has been replaced since; a folder with a manifest is one release.

    ProblemsFound where there is none.
    """
    if (out / MANIFEST).is_file():
        return [Release(out.resolve().name, str(_about(out)["set"]), out)]
    names = sorted(p.name for p in out.iterdir() if p.is_symlink()) if out.is_dir() else []
    found = {i: Release(i, name, out / RELEASES / i) for name in names for i in seen_of(out, name)}
    if not found:
        raise ProblemsFound(
            [
                Problem(
                    str(out),
                    0,
                    0,
                    "no-release",
                    "there is no published set here; name the folder that was given to celwacht publish --out, or one of its releases.",
                )
            ]
        )
    return list(found.values())


def _about(folder: Path) -> dict:
    try:
        return json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        raise ProblemsFound([Problem(str(folder / MANIFEST), 0, 0, "manifest", "cannot be read; publish the set again.")]) from None


def tables_named(release: Release) -> list[str]:
    """The names of the tables of a release, in the order of its manifest."""
    return [str(entry["id"]) for entry in _about(release.folder)["tables"]]


def tables_of(release: Release, specs: Mapping[str, TableSpec]) -> list[tuple[str, SeenTable]]:
    """(id, counts as printed) of every table of a release. ProblemsFound with all tables that have no specification or are damaged."""
    about = _about(release.folder)
    found, problems = [], []
    for entry in about["tables"]:
        name = entry["id"]
        listed = {f["path"].removeprefix(f"{name}/"): (f["bytes"], f["sha256"]) for f in about["files"] if f["path"].startswith(f"{name}/")}
        if name not in specs:
            problems.append(
                Problem(
                    f"{release.name}/{name}",
                    0,
                    0,
                    "no-spec",
                    "there is no specification of this table any more; an "
                    "intruder has the one that it was made by. Put it back, or give --specs.",
                )
            )
            continue
        try:
            publication = read_publication(release.folder / name, listed)
        except Damaged as error:
            problems.append(Problem(release.name, 0, 0, "damaged", f"{error}."))
            continue
        found += [(name, t) for t in counts_of(f"{release.name} {release.id[:6]}", specs[name], publication)]
    if problems:
        raise ProblemsFound(problems)
    return found


def counts_of(release: str, spec: TableSpec, publication: Publication) -> list[SeenTable]:
    """The count of a table as everybody reads it, with what its shares and rates tell where the count itself is withheld."""
    policy = read_policy(spec.policy)
    codes = tuple(tuple(c.code for c in d.codes) for d in publication.dimensions)
    found = []
    for measure, shown in zip(spec.measures, publication.measures, strict=True):
        if measure.kind == "count":
            plain = seen(release, spec, codes, shown.values, shown.state == WITHHELD, policy.rounding_base)
            empty = shown.state == IMPOSSIBLE  # nobody can be there
            least, greatest = (np.where(empty, 0, end) for end in (plain.least, plain.greatest))
            plain = SeenTable(plain.release, plain.spec, plain.codes, least, greatest, plain.withheld)
            others = [(m, p) for m, p in zip(spec.measures, publication.measures) if getattr(m, "of", None) == measure.name]
            found.append(_with_ratios(plain, policy, publication, shown, others))
    return found[:1]  # every count of a table is the same number


def _with_ratios(
    plain: SeenTable, policy: DisclosurePolicy, publication: Publication, count: PublicMeasure, others: list[tuple]
) -> SeenTable:
    """A share or rate that is printed beside a withheld count tells between which printed counts that lies."""
    least, greatest = plain.least.copy(), plain.greatest.copy()
    for measure, shown in others:
        if not np.any((shown.state == PRINTED) & plain.withheld):
            continue  # as the gate lets them pass: nothing is reported
        whole, scale = _whole(plain.spec, measure, publication, count)
        telling = (shown.state == PRINTED) & plain.withheld & (whole > 0)
        base, step = policy.rounding_base, 2 * scale * 10**shown.decimals
        low = -(-(2 * shown.values - 1) * whole // step)  # least printed count that rounds to the ratio
        high = ((2 * shown.values + 1) * whole) // step
        least = np.where(telling, np.maximum(least, low - base // 2), least)
        greatest = np.where(telling, np.minimum(greatest, high + (base - 1) // 2), greatest)
    return SeenTable(plain.release, plain.spec, plain.codes, np.maximum(least, 0), np.minimum(greatest, UNBOUNDED), plain.withheld)


def _whole(spec: TableSpec, measure: RateMeasure | ShareMeasure, publication: Publication, count: PublicMeasure) -> tuple[np.ndarray, int]:
    """(what the ratio is of, as printed, 0 where it is not; how much of it is 1)."""
    names = [d.name for d in publication.dimensions]
    if isinstance(measure, ShareMeasure):
        axis = names.index(measure.within)
        return np.broadcast_to(np.take(count.values, [0], axis=axis), count.values.shape), 100
    dimensions = [_of_codes(d) for d in publication.dimensions[:-1]]
    people = denominators(spec, dimensions, [c.code for c in publication.dimensions[-1].codes])[measure.name].persons
    return np.broadcast_to(people, count.values.shape), measure.per


def _of_codes(dimension: PublicDimension) -> Classification:
    """A dimension with its codes only: a class of its own for each."""
    codes = tuple(Code(c.code, c.title.nl, unknown=True) for c in dimension.codes)
    members = tuple(np.array([i], np.int32) for i in range(len(codes)))
    return Classification(dimension.name, "", "", codes, tuple(c.code for c in codes), members, dimension.kind)


def unprinted(specs: list[TableSpec], periods: list[Period]) -> list[SeenTable]:
    """The tables of a set before there are figures: every cell withheld."""
    from celwacht.tables.counting.plan import plans

    found = []
    for spec in specs:
        made = plans(spec, periods)
        if not made:
            continue
        codes = (
            *(tuple(c.code for c in a.coding.classification.codes) for a in made[0].axes),
            tuple(p.code for plan in made for p in plan.periods),
        )
        shape = tuple(map(len, codes))
        found.append(SeenTable("set", spec, codes, np.zeros(shape, np.int64), np.full(shape, UNBOUNDED), np.ones(shape, bool)))
    return found
