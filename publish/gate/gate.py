"""The release gate: the only maker of Publications.

What passes: a table whose every protected cube the certificate checker, run here, from the cube itself, proves SAFE
under the policy that its specification names. Whatever else it is, UNSAFE, INCONCLUSIVE, an error, or a kind of
figure for which there is no proof, is refused. The figures that are published are the very array that was checked.

Each table is judged by itself here; set_gate.py judges all tables of a set together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.gate import assemble
from celwacht.publish.publication import measures
from celwacht.publish.publication.publication import PRINTED, Publication
from celwacht.tables.counting.denominators import Denominator, denominators
from celwacht.tables.face import face
from celwacht.tables.sources.data_source import DataSource
from celwacht.tables.specs.table_spec import TableSpec
from celwacht.tables.spread import Spread

PROVABLE = ("count", "share", "rate")
"""Kinds of measure that follow from proved counts and public figures."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A table that does not pass, with reasons on public grounds only: no figure, no cell."""

    table: str
    verdict: Verdict
    reasons: tuple[str, ...]


def release(
    spec: TableSpec,
    policy: DisclosurePolicy,
    parts: Sequence[Protected],
    *,
    statuses: Mapping[str, str],
    modified: date,
    people: Mapping[str, Denominator] | None = None,
    source: DataSource | None = None,
    alone: bool = False,
    spread: Spread | None = None,
) -> Publication | Refusal:
    """Publication of one table, or Refusal.

    policy: the one that the specification names. parts: the protected cubes of the table, each with Perioden as its
    last dimension. statuses: for each period code Voorlopig, NaderVoorlopig or Definitief. people: what each rate is divided by
    (`denominators`); default: the populations of the project. source: of the data folder. ProblemsFound where there is no population that fits.
    alone: whether nobody judges it beside the other tables of its set, which readers are then told. spread: where worlds are looked at, if not
    here; the verdict is reached here.
    """
    unfit = _unfit(spec, policy, parts, statuses)
    if unfit:
        return Refusal(spec.id, Verdict.INCONCLUSIVE, tuple(unfit))
    verdicts = [part.check(spread).verdict for part in parts]
    if any(v is not Verdict.SAFE for v in verdicts):
        worst = Verdict.UNSAFE if Verdict.UNSAFE in verdicts else Verdict.INCONCLUSIVE
        return Refusal(
            spec.id, worst, ("the certificate does not prove every sensitive cell safe; see the report in the confidential folder",)
        )
    if people is None:
        people = denominators(spec, parts[0].cube.dimensions[:-1], assemble.joined(parts)[0])
    made = _publication(spec, parts, statuses, modified, people, source, alone)
    telling = [m.name for m in made.measures if np.any((m.state == PRINTED) & assemble.joined(parts)[2])]
    if telling:
        return Refusal(spec.id, Verdict.UNSAFE, tuple(f"measure {name} would be printed where its count is withheld" for name in telling))
    return made


def _unfit(spec: TableSpec, policy: DisclosurePolicy, parts: Sequence[Protected], statuses: Mapping[str, str]) -> list[str]:
    """Reasons for which these parts cannot even be judged as this table."""
    reasons = [
        f"measure {m.name} is a {m.kind}: there is no proof for it yet, only for counts and what follows from them"
        for m in spec.measures
        if m.kind not in PROVABLE
    ]
    if policy.id != spec.policy or any(p.policy != policy for p in parts):
        reasons.append(f"the table asks for policy {spec.policy}, and was protected under another")
    if policy.rounding is not None and policy.rounding.method != "conventional":
        reasons.append(
            f"policy {policy.id} rounds by {policy.rounding.method}, whose promise is another one, with no "
            "proof yet (disclosure/ROUNDING.md)"
        )
    if policy.rules is not None and any(p.levels is None for p in parts):
        reasons.append(f"policy {policy.id} has rules beside the threshold, and they were not applied")
    if policy.singletons and any(p.worlds.part is None for p in parts):
        reasons.append(f"policy {policy.id} asks for protection against singletons, and there is no proof of it")
    if policy.insiders and any(p.insiders is None or p.insiders.coalition < policy.insiders for p in parts):
        reasons.append(f"policy {policy.id} asks for protection against providers who know their own clients, and there is no proof of it")
    if not parts or any(p.cube.table != spec.id for p in parts):
        return [*reasons, "there are no figures of this table for the periods asked"]
    first = parts[0].cube.dimensions
    if policy.protects_nothing_in(tuple(d.name for d in first)):
        reasons.append(f"policy {policy.id} makes no count of this table sensitive, so that it protects nobody; raise its threshold")
    if any(p.cube.dimensions[-1].kind != "TimeDimension" for p in parts):
        return [*reasons, "a cube has no periods"]
    if any([_shape(d) for d in p.cube.dimensions[:-1]] != [_shape(d) for d in first[:-1]] for p in parts):
        reasons.append("the categories differ from one period to another")
    codes = [c.code for p in parts for c in p.cube.dimensions[-1].codes]
    if len(set(codes)) != len(codes):
        reasons.append("a period occurs twice")
    missing = sorted(set(codes) - set(statuses))
    if missing:
        reasons.append(f"no status is given for {', '.join(missing)}")
    if any(_misfit(p) for p in parts):
        reasons.append("the figures do not have the form of the table")
    return reasons + _unmeasurable(spec, first)


def _shape(dimension) -> tuple[str, str, tuple[str, ...]]:
    return dimension.name, dimension.kind, tuple(c.code for c in dimension.codes)


def _misfit(part: Protected) -> bool:
    shape = part.cube.shape
    return part.shown.shape != shape or part.status.shape != shape or part.shown.dtype != np.int64 or bool(np.any(part.shown < 0))


def _unmeasurable(spec: TableSpec, dimensions) -> list[str]:
    """Shares within a dimension that is not there, rates without regions."""
    names = {d.name for d in dimensions}
    regions = any(d.kind.startswith("Geo") for d in dimensions)
    found = [
        f"measure {m.name} is a share within {m.within}, which the table does not have"
        for m in spec.measures
        if m.kind == "share" and m.within not in names
    ]
    return found + [f"measure {m.name} is a rate, and the table has no regions" for m in spec.measures if m.kind == "rate" and not regions]


def _publication(
    spec: TableSpec,
    parts: Sequence[Protected],
    statuses: Mapping[str, str],
    modified: date,
    people: Mapping[str, Denominator],
    source: DataSource | None,
    alone: bool,
) -> Publication:
    codes, shown, withheld, blank = assemble.joined(parts)
    name = parts[0].cube.dimensions[-1].name
    dimensions = (
        *(assemble.dimension(d) for d in parts[0].cube.dimensions[:-1]),
        assemble.periods(name, codes, statuses, reference_date=spec.moment == "stand"),
    )
    named, description, made_up = assemble.sourced(assemble.spoken(spec.description.nl, spec.description.en), source)
    return Publication(
        table=spec.id,
        statline=spec.statline or "",
        title=assemble.spoken(spec.title.nl, spec.title.en),
        description=description,
        unit=spec.unit,
        source=named,
        modified=modified,
        dimensions=dimensions,
        measures=assemble.public_measures(spec, dimensions, measures.count(shown, withheld, blank), people),
        footnotes=assemble.notes(spec, alone),
        made_up=made_up,
        face=face(),
    )
