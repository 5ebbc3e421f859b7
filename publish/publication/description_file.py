"""Publications read back from a release, a part of one, or several releases of one table joined.

The gate (gate.py) makes a Publication from figures that are proved; this file is the only other maker. It takes what the
gate passed, byte for byte as the manifest of the release lists it, and leaves out or puts side by side; it computes nothing.

    TABLE/publication.json              everything but the figures
    TABLE/parquet/Observations.parquet  the figures, in the order of Id: cells in the order of the codes, measures together
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from celwacht.publish.publication.publication import (
    ATTRIBUTE,
    IMPOSSIBLE,
    PRINTED,
    Publication,
    PublicCode,
    PublicDimension,
    PublicMeasure,
    Words,
)

DESCRIPTION = "publication.json"
FIGURES = "parquet/Observations.parquet"
FORM = 1
"""Version of publication.json; a reader refuses one that it does not know."""


class Damaged(ValueError):
    """A released file is missing, or is not what its manifest says. The message names the file, never a figure."""


def write_description(publication: Publication) -> bytes:
    """publication.json: the words, codes and measures of a Publication, in the order in which they are shown."""
    measures = [
        {"code": m.code, "name": m.name, "title": _pair(m.title), "description": m.description, "unit": m.unit, "decimals": m.decimals}
        for m in publication.measures
    ]
    dimensions = [
        {
            "name": d.name,
            "title": _pair(d.title),
            "kind": d.kind,
            "codes": [[c.code, *_pair(c.title), c.group, c.depth, c.description, c.status] for c in d.codes],
        }
        for d in publication.dimensions
    ]
    whole = {
        "form": FORM,
        "table": publication.table,
        "statline": publication.statline,
        "title": _pair(publication.title),
        "description": _pair(publication.description),
        "unit": publication.unit,
        "source": publication.source,
        "modified": publication.modified.isoformat(),
        "measures": measures,
        "dimensions": dimensions,
        "footnotes": [[on, *_pair(text)] for on, text in publication.footnotes],
    }
    return (json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n").encode()


def _pair(words: Words) -> list[str]:
    return [words.nl, words.en]


def read_publication(folder: Path, listed: Mapping[str, tuple[int, str]]) -> Publication:
    """The Publication that was written to the folder of a table.

    listed: what the manifest says of the files below that folder: name -> (bytes, SHA-256). Damaged when one differs.
    """
    about = _json(_verified(folder, DESCRIPTION, listed))
    _verified(folder, FIGURES, listed)
    try:
        return _publication(about, folder / FIGURES)
    except (KeyError, TypeError, IndexError, ValueError) as error:
        raise Damaged(
            f"{folder.name}/{DESCRIPTION} and {FIGURES} do not fit together ({type(error).__name__}); publish the set again"
        ) from None


def _verified(folder: Path, name: str, listed: Mapping[str, tuple[int, str]]) -> bytes:
    if name not in listed:
        raise Damaged(f"{folder.name}/{name} is not in the manifest; the set was made by an older celwacht, publish it again")
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise Damaged(f"{folder.name}/{name} is missing; publish the set again") from None
    if (len(content), hashlib.sha256(content).hexdigest()) != listed[name]:
        raise Damaged(f"{folder.name}/{name} has been changed since it was published; publish the set again")
    return content


def _json(content: bytes) -> dict[str, Any]:
    about = json.loads(content)
    if about.get("form") != FORM:
        raise Damaged(f"{DESCRIPTION} has form {about.get('form')}, and this celwacht reads form {FORM}")
    return about


def _publication(about: dict[str, Any], figures: Path) -> Publication:
    dimensions = tuple(
        PublicDimension(
            d["name"],
            Words(*d["title"]),
            d["kind"],
            tuple(
                PublicCode(code, Words(nl, en), group, depth, description, status)
                for code, nl, en, group, depth, description, status in d["codes"]
            ),
        )
        for d in about["dimensions"]
    )
    shape = tuple(len(d.codes) for d in dimensions)
    columns = _figures(figures, shape, [m["decimals"] for m in about["measures"]])
    measures = tuple(
        PublicMeasure(m["code"], m["name"], Words(*m["title"]), m["description"], m["unit"], m["decimals"], values, state)
        for m, (values, state) in zip(about["measures"], columns, strict=True)
    )
    return Publication(
        about["table"],
        about["statline"],
        Words(*about["title"]),
        Words(*about["description"]),
        about["unit"],
        about["source"],
        date.fromisoformat(about["modified"]),
        dimensions,
        measures,
        tuple((on, Words(nl, en)) for on, nl, en in about["footnotes"]),
    )


def _figures(path: Path, shape: tuple[int, ...], decimals: list[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Per measure (values, state), of the shape of the table."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as database:
        found = database.execute(
            "SELECT coalesce(Value, 0) AS v, list_position(?, ValueAttribute) - 1 AS s FROM read_parquet(?) ORDER BY Id",
            [list(ATTRIBUTE), str(path)],
        ).fetchnumpy()
    values = np.asarray(found["v"], dtype=float).reshape(*shape, len(decimals))
    state = np.asarray(found["s"]).astype(np.uint8).reshape(*shape, len(decimals))
    for n, places in enumerate(decimals):
        yield (np.ascontiguousarray(np.rint(values[..., n] * 10**places).astype(np.int64)), np.ascontiguousarray(state[..., n]))


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
    return _with(
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
    return _with(newest, tuple(dimensions), tuple(_laid_out(n, dimensions, publications, source) for n in range(len(newest.measures))))


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
    return PublicMeasure(like.code, like.name, like.title, like.description, like.unit, like.decimals, values, state)


def _with(like: Publication, dimensions: tuple[PublicDimension, ...], measures: tuple[PublicMeasure, ...]) -> Publication:
    """The same table with other codes and figures; footnotes on what is no longer there fall away."""
    there = {"", *(d.name for d in dimensions), *(m.name for m in measures)}
    return Publication(
        like.table,
        like.statline,
        like.title,
        like.description,
        like.unit,
        like.source,
        like.modified,
        dimensions,
        measures,
        tuple(note for note in like.footnotes if note[0] in there),
    )


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
    return _with(before, after.dimensions, tuple(_measure(m, m.values[grid], m.state[grid]) for m in before.measures)), after
