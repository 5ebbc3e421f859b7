"""Which classes of one field add up: families found from what codes hold, whatever the tree says, in one table and between tables.

NL = {PV20, PV21, ...}           codes of one level that are apart and together are all of it
NL = {JZ01, ..., unknown}        jeugdregio's beside provincies: another level, another family
total >= men + women             those of unknown sex have no code: a rest that is not negative

Example:

    >>> groups({'T': 0b111, 'm': 0b011, 'v': 0b100}, {'T': '0', 'm': '1', 'v': '1'}, frozenset())
    (Group(total='T', parts=('m', 'v'), rest=0),)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from celwacht.disclosure.intruder.sets.space import Family, Space, plain
from celwacht.disclosure.intruder.sets.values import PLACE

MOST_CLASSES = 60
"""Classes of a field up to which every pair of them is looked at."""


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that are apart and lie in `total`; rest: what of it they leave out, as a bitmask of leaves (0: nothing)."""

    total: str
    parts: tuple[str, ...]
    rest: int


def groups(holds: Mapping[str, int], level: Mapping[str, str], unknown: frozenset[str]) -> tuple[Group, ...]:
    """holds: code -> bitmask of its leaves, for the codes that a table shows. Groups that follow from finer ones are left out."""
    return _groups(tuple(holds.items()), tuple(level[c] for c in holds), unknown)


@lru_cache(maxsize=128)
def _groups(items: tuple[tuple[str, int], ...], levels: tuple[str, ...], unknown: frozenset[str]) -> tuple[Group, ...]:
    """Kept, for most tables of a set show the same regions."""
    holds = dict(items)
    return tuple(_found(holds, dict(zip(holds, levels)), unknown))


def _found(holds: Mapping[str, int], level: Mapping[str, str], unknown: frozenset[str]) -> Iterator[Group]:
    for total, whole in holds.items():
        inside = {c: m for c, m in holds.items() if m != whole and m & ~whole == 0}
        found = [g for lv in dict.fromkeys(level[c] for c in inside) if (g := _of_level(inside, level, unknown, lv))]
        full = [g for g in found if _joined(g, inside) == whole]
        for g in found:
            if not any(h is not g and _refines(g, h, inside) for h in (full or found)):
                yield Group(total, tuple(g), whole & ~_joined(g, inside))


def _of_level(inside: Mapping[str, int], level: Mapping[str, str], unknown: frozenset[str], lv: str) -> list[str]:
    """The codes of a level and the unknown ones beside them; none where they overlap."""
    chosen: dict[int, str] = {}
    for c, m in inside.items():
        if level[c] == lv:
            chosen.setdefault(m, c)
    taken = 0
    for m in chosen:
        if m & taken:
            return []
        taken |= m
    for c, m in inside.items():
        if c in unknown and not m & taken:
            chosen[m] = c
            taken |= m
    return list(chosen.values())


def _joined(group: Sequence[str], holds: Mapping[str, int]) -> int:
    return sum(holds[c] for c in group)


def _refines(fine: Sequence[str], coarse: Sequence[str], holds: Mapping[str, int]) -> bool:
    return set(fine) != set(coarse) and all(any(holds[f] & ~holds[c] == 0 for c in coarse) for f in fine)


def touching(members: int, n: int) -> int:
    """The sets of classes that hold one of `members`, as a bitmask over all sets of n classes (bit s: the set s)."""
    return sum(1 << s for s in range(1, 1 << n) if s & members)


def combining(has: Sequence[int], lacks: int, n: int) -> int:
    """The sets of classes that hold one class at least of each of `has`, and none of `lacks`."""
    return sum(1 << s for s in range(1, 1 << n) if all(s & one for one in has) and not s & lacks)


def complements(masks: Mapping[int, int], filters: frozenset[int]) -> Iterator[tuple[int, tuple[int, ...], bool]]:
    """(total, parts, whole) among classes of one field, whatever tables and filters they are from: crisis yes, no and all.

    masks: class -> its values; filters: the classes that a filter asks for. Partitions into two classes; with a filter among them
    also into three, and single classes that lie in another.
    """
    by_mask = {m: c for c, m in masks.items()}
    for total, whole in masks.items() if len(masks) <= MOST_CLASSES else ():
        inside = {c: m for c, m in masks.items() if m != whole and m & ~whole == 0 and m}
        yield from ((total, (c,), False) for c in inside if {c, total} & filters)
        for n in (1, 2):
            for chosen in combinations(inside, n):
                joined = sum(inside[c] for c in chosen)
                disjoint = joined & ~whole == 0 and joined.bit_count() == sum(inside[c].bit_count() for c in chosen)
                last = by_mask.get(whole & ~joined) if disjoint else None
                if last is not None and last > max(chosen) and (n == 1 or {*chosen, last, total} & filters):
                    yield total, (*chosen, last), True


def without(masks: Mapping[int, int], filters: frozenset[int]) -> Iterator[tuple[int, tuple[int, ...], bool]]:
    """(total, parts, whole) for filters on places: all without Aalsmeer, and Aalsmeer, are all. Where a place is not known it is in neither."""
    for own in sorted(filters & masks.keys()):
        for total, of_all in masks.items():
            rest = of_all & ~masks[own]
            if of_all == masks[own] or masks[own] & ~of_all:
                continue
            inside = [n for n, m in masks.items() if m and m & ~rest == 0]
            for n in inside:
                if not any(k != n and masks[n] & ~masks[k] == 0 for k in inside):
                    yield total, (own, n), masks[n] == rest


def between_tables(space: Space, atoms: Mapping[str, Sequence[object]]) -> None:
    """Notes the families between classes of different tables and filters. atoms: field -> its values."""
    for name, of in space.classes.items():
        if plain(name) in atoms and name != PLACE:
            everything = (1 << len(atoms[plain(name)])) - 1
            masks = {n: everything if v is None else v for v, n in of.items() if v is None or isinstance(v, int)}
            for total, parts, whole in complements(masks, frozenset(space.filtered.get(name, ()))):
                space.add(Family(name, total, parts, whole, f"{name}: {'what one leaves the other has' if whole else 'part of it'}"))
        if name == PLACE and space.filtered.get(name):
            masks = {n: (1 << len(atoms[PLACE])) - 1 if v is None else v for v, n in of.items() if v is None or isinstance(v, int)}
            for total, parts, whole in without(masks, frozenset(space.filtered[PLACE])):
                space.add(Family(PLACE, total, parts, whole, f"{PLACE}: what one leaves the other has"))
