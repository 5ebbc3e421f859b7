"""A part of a Publication, or several releases of one table joined. It leaves out or puts side by side; it computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from celwacht.publish.publication.description_file import remade
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, Publication, PublicCode, PublicDimension, PublicMeasure


def selection(publication: Publication, codes: Mapping[str, Sequence[str]], measures: Sequence[str] | None = None) -> Publication:
    """The part of a Publication with these codes and measures, in its own order.

    codes: per dimension the codes to keep; a dimension that is not named stays whole. A code whose group falls out is
    shown under the nearest group that stays. ValueError: an unknown name, or nothing left.
    """
    known = {d.name: d for d in publication.dimensions}
    unknown = sorted(codes.keys() - known.keys())
    if unknown:
        raise ValueError(f"the table has no dimension {', '.join(unknown)}; it has {', '.join(known)}")
    places = [_places(d.name, [c.code for c in d.codes], codes.get(d.name)) for d in publication.dimensions]
    which = _places("the measures", [m.code for m in publication.measures], measures)
    dimensions = tuple(
        PublicDimension(d.name, d.title, d.kind, _rehung(d.codes, place)) for d, place in zip(publication.dimensions, places)
    )
    grid = np.ix_(*places)
    return remade(
        publication, dimensions, tuple(_measure(m, m.values[grid], m.state[grid]) for m in (publication.measures[i] for i in which))
    )


def _places(name: str, known: list[str], wanted: Sequence[str] | None) -> list[int]:
    if wanted is None:
        return list(range(len(known)))
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise ValueError(f"{name} has no code {', '.join(unknown[:5])}{', …' if len(unknown) > 5 else ''}")
    if not wanted:
        raise ValueError(f"no code of {name} is chosen")
    chosen = set(wanted)
    return [i for i, code in enumerate(known) if code in chosen]


def _rehung(codes: tuple[PublicCode, ...], place: list[int]) -> tuple[PublicCode, ...]:
    """The codes at these places, each under the nearest of its groups that is among them."""
    group_of = {c.code: c.group for c in codes}
    kept: dict[str, PublicCode] = {}
    for code in (codes[i] for i in place):
        group, seen = code.group, {code.code}
        while group and group not in kept and group not in seen:
            seen.add(group)
            group = group_of.get(group, "")
        group = group if group in kept else ""
        depth = kept[group].depth + 1 if group else 0
        kept[code.code] = PublicCode(code.code, code.title, group, depth, code.description, code.status)
    return tuple(kept.values())


def joinable(older: Publication, newer: Publication) -> bool:
    """Are these the same table: the same dimensions, and measures of the same name, unit and decimals?"""

    def form(publication: Publication) -> tuple:
        return ([(d.name, d.kind) for d in publication.dimensions], [(m.code, m.name, m.unit, m.decimals) for m in publication.measures])

    return older.table == newer.table and form(older) == form(newer)


def joined(publications: Sequence[Publication]) -> Publication:
    """One table from its releases, oldest first: for each period the figures of the newest release that has it.

    Words, footnotes and order are those of the newest. A code that a release does not have cannot occur there: IMPOSSIBLE.
    ValueError where two releases are not `joinable`.
    """
    *older, newest = publications
    if any(not joinable(p, newest) for p in older):
        raise ValueError(f"{newest.table}: releases with other dimensions or measures cannot be one table")
    if not older:
        return newest
    dimensions = [_union([p.dimensions[i] for p in reversed(publications)]) for i in range(len(newest.dimensions) - 1)]
    source = {c.code: p for p in publications for c in p.periods.codes}
    periods = sorted((next(c for c in p.periods.codes if c.code == code) for code, p in source.items()), key=lambda c: (c.code[:4], c.code))
    dimensions.append(PublicDimension(newest.periods.name, newest.periods.title, newest.periods.kind, tuple(periods)))
    return remade(newest, tuple(dimensions), tuple(_laid_out(n, dimensions, publications, source) for n in range(len(newest.measures))))


def _union(dimensions: Sequence[PublicDimension]) -> PublicDimension:
    """Codes of the first, then what only later ones have, each behind the last of its own group."""
    first, *others = dimensions
    codes = list(first.codes)
    there = {c.code for c in codes}
    for code in (c for d in others for c in d.codes):
        if code.code not in there:
            there.add(code.code)
            codes.insert(_behind(codes, code.group), code)
    return PublicDimension(first.name, first.title, first.kind, tuple(codes))


def _behind(codes: list[PublicCode], group: str) -> int:
    """The place after a group and all that is shown under it; the end, where the group is not there."""
    inside = {group}
    last = -1
    for i, code in enumerate(codes):
        if code.code == group or (code.group and code.group in inside):
            inside.add(code.code)
            last = i
    return last + 1 if group and last >= 0 else len(codes)


def _laid_out(
    n: int, dimensions: list[PublicDimension], publications: Sequence[Publication], source: dict[str, Publication]
) -> PublicMeasure:
    """Measure n over the joined dimensions: each release fills the periods that are taken from it."""
    at = [{c.code: i for i, c in enumerate(d.codes)} for d in dimensions]
    shape = tuple(len(d.codes) for d in dimensions)
    values = np.zeros(shape, np.int64)
    state = np.full(shape, IMPOSSIBLE, np.uint8)
    for publication in publications:
        own = [i for i, c in enumerate(publication.periods.codes) if source[c.code] is publication]
        if not own:
            continue
        rows = [[place[c.code] for c in d.codes] for place, d in zip(at, publication.dimensions[:-1])]
        grid = np.ix_(*rows, [at[-1][publication.periods.codes[i].code] for i in own])
        values[grid] = publication.measures[n].values[..., own]
        state[grid] = publication.measures[n].state[..., own]
    return _measure(publications[-1].measures[n], values, state)


def _measure(like: PublicMeasure, values: np.ndarray, state: np.ndarray) -> PublicMeasure:
    return PublicMeasure(like.code, like.name, like.title, like.description, like.unit, like.decimals, values, state, like.description_en)


def differences(older: Publication, newer: Publication) -> dict[str, int]:
    """What changed for readers between two releases of a table, in numbers of observations.

    periods: periods that are new. revised: printed in both, with another figure. withheld: printed before, now not.
    printed: not printed before, now printed. Only observations that both have are compared.
    """
    found = {
        "periods": len({c.code for c in newer.periods.codes} - {c.code for c in older.periods.codes}),
        "revised": 0,
        "withheld": 0,
        "printed": 0,
    }
    if not joinable(older, newer):
        return found
    shared = [{c.code for c in a.codes} & {c.code for c in b.codes} for a, b in zip(older.dimensions, newer.dimensions)]
    if not all(shared):
        return found
    common = {d.name: sorted(codes) for d, codes in zip(newer.dimensions, shared)}
    before, after = _aligned(older, newer, common)
    for old, new in zip(before.measures, after.measures):
        was, now = old.state == PRINTED, new.state == PRINTED
        found["revised"] += int(np.sum(was & now & (old.values != new.values)))
        found["withheld"] += int(np.sum(was & ~now))
        found["printed"] += int(np.sum(~was & now))
    return found


def _aligned(older: Publication, newer: Publication, common: Mapping[str, Sequence[str]]) -> tuple[Publication, Publication]:
    """The common part of both, the older one in the order of the newer."""
    after, before = selection(newer, common), selection(older, common)
    at = [{c.code: i for i, c in enumerate(d.codes)} for d in before.dimensions]
    grid = np.ix_(*[[place[c.code] for c in like.codes] for place, like in zip(at, after.dimensions)])
    return remade(before, after.dimensions, tuple(_measure(m, m.values[grid], m.state[grid]) for m in before.measures)), after
