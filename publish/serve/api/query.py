"""From the parameters of a request to a part of a table.

RegioS=NL01                       one code
RegioS=GM0014,GM0034              several; or the parameter more than once
RegioS=WK001400..WK001409         every code from one to the other, in the order of the table
RegioS=level:1                    every code at a depth (0 is the top)
RegioS=under:PV20                 every code right under a code
RegioS=*                          all, as when the dimension is not named
measures=M000001,M000002          measures; all when not named
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod

from celwacht.publish.publication import selection
from celwacht.publish.publication.publication import Publication, PublicDimension
from celwacht.publish.serve.api.http import Problem

MEASURES = "measures"
NAMED = 20
"""Most unknown codes named in an error."""


def chosen(publication: Publication, asked: Sequence[tuple[str, str]], own: frozenset[str] = frozenset()) -> Mapping:
    """Per dimension name (and MEASURES) the codes asked for, in the order of the table; only what is named.

    asked: (parameter, value) in order. own: parameters that are not about the selection. Problem: unknown name or code.
    """
    known = {d.name: d for d in publication.dimensions}
    found: dict[str, list[str]] = {}
    for name, value in asked:
        if name in own:
            continue
        if name not in known and name != MEASURES:
            raise Problem(
                "unknown-parameter",
                f"{publication.table} has no dimension {name[:80]!r}; choose from {', '.join([*known, MEASURES])}.",
                dimensions=[*known, MEASURES],
            )
        found.setdefault(name, []).append(value)
    return {name: _in_order(name, known.get(name), publication, values) for name, values in found.items()}


def _in_order(name: str, dimension: PublicDimension | None, publication: Publication, values: list[str]) -> list[str]:
    codes = [c.code for c in dimension.codes] if dimension else [m.code for m in publication.measures]
    place = {code: i for i, code in enumerate(codes)}
    wanted: set[str] = set()
    unknown: list[str] = []
    for token in (t for value in values for t in ([value] if value in place else value.split(","))):
        more = _meant(token, codes, place, dimension)
        unknown += [token] if more is None else []
        wanted.update(more or ())
    if unknown:
        raise Problem(
            "unknown-code",
            f"{name} of {publication.table} has no code {unknown[0][:80]!r}; see its codes at /api/v1/tables/{publication.table}.",
            parameter=name,
            unknown=[u[:80] for u in unknown[:NAMED]],
        )
    if not wanted:
        raise Problem("bad-parameter", f"No code of {name} is chosen; leave the parameter out for all.", parameter=name)
    return sorted(wanted, key=place.__getitem__)


def _meant(token: str, codes: list[str], place: dict[str, int], dimension: PublicDimension | None) -> list[str] | None:
    """The codes that a token stands for; None where it stands for nothing. A code by that very name comes first."""
    if token in place:
        return [token]
    if token == "*":
        return codes
    first, dots, last = token.partition("..")
    if dots and first in place and last in place and place[first] <= place[last]:
        return codes[place[first] : place[last] + 1]
    kind, colon, rest = token.partition(":")
    if colon and dimension and kind == "level":
        return [c.code for c in dimension.codes if str(c.depth) == rest] or None
    if colon and dimension and kind == "under" and rest in place:
        return [c.code for c in dimension.codes if c.group == rest] or None
    return None


def size(publication: Publication, wanted: Mapping[str, Sequence[str]]) -> int:
    """Number of observations of a selection."""
    return prod([len(wanted.get(d.name, d.codes)) for d in publication.dimensions] + [len(wanted.get(MEASURES, publication.measures))])


def part(publication: Publication, wanted: Mapping[str, Sequence[str]], most: int) -> Publication:
    """The selection as a Publication. Problem where it has more than `most` observations."""
    asked = size(publication, wanted)
    if asked > most:
        raise Problem(
            "too-many-cells",
            f"The selection has {asked} observations, and an answer holds at most {most}. Choose "
            f"fewer codes, or take the whole table from /api/v1/tables/{publication.table}/download.",
            asked=asked,
            limit=most,
        )
    if not wanted:
        return publication
    return selection.selection(publication, {n: c for n, c in wanted.items() if n != MEASURES}, wanted.get(MEASURES))
