"""What a new release withholds because of those before it: differences between them must not tell what either withholds.

Where all that is printed of a region moves one way since an earlier release, readers will suppose that records there were only added, or only taken away; where
nothing moves, that nothing changed, so that what one release withholds the other tells. The
repair (disclosure/intruder/sets/successive.py) follows what that would tell of the sensitive cells of both, and withholds figures of the new release, those first
that were withheld before. What was printed stays printed: where only that would help, the table is refused. A cell that an earlier release told by itself,
under another policy say, no release can take back: it stays withheld, and is counted.

What was handed out from the very deliveries of the new release, an output of a researcher or a table on request, counts the same records: there nothing is
supposed, its figures are facts about the same cells, and lines between them and the new tables may tell no more than either tells by itself.

This is a repair, in part under a supposition, and no proof; `--together` proves a set beside the releases before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from celwacht.disclosure.audit.bounds.line_bounds import narrow
from celwacht.disclosure.intruder.sets.facts import SetFacts, facts_of_set
from celwacht.disclosure.intruder.sets.repair import repair
from celwacht.disclosure.intruder.sets.same import same_cells
from celwacht.disclosure.intruder.sets.seen import SeenTable, seen
from celwacht.disclosure.intruder.sets.successive import stop_differences
from celwacht.disclosure.intruder.sets.values import NotNamed
from celwacht.disclosure.ledger.chain import HANDED_OUT
from celwacht.disclosure.model.problem import UNBOUNDED
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.review.records import Recorded
from celwacht.publish.sets.earlier import Earlier, counts_the_same
from celwacht.publish.sets.make_table import Job
from celwacht.tables.counting.microdata import shared
from celwacht.tables.specs.table_spec import TableSpec

AGAIN = 0.1
"""Times its price, what it costs to withhold again what was withheld before."""
REFUSED = (
    "beside what was published before, differences would tell what is withheld, and nothing in this table can stop that. Publish it without the periods "
    "that were published before, or with the deliveries of that time; celwacht attack shows the reviewer what differences tell"
)


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """also: per table bool, cells to withhold as well. leaks: sensitive cells that differences told too closely. refused: tables in which some are left;
    left_out: releases whose record cannot be read as tables; beyond: sensitive cells around which no programme was asked; told_before: those that an earlier
    release told too closely by itself, where nothing that is printed moved since."""

    also: tuple[np.ndarray, ...] = field(repr=False)
    leaks: int = 0
    refused: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    beyond: int = 0
    told_before: int = 0


def beside_before(
    specs: Sequence[TableSpec],
    now: Sequence[SeenTable],
    kept: Sequence[Recorded],
    cost: Sequence[np.ndarray],
    headline: Sequence[np.ndarray],
    earlier: Sequence[Earlier],
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Beside:
    """now, kept, cost, headline: of each table of the new release, as it would be printed; headline figures are withheld last. tell(done, of): told as it goes on.
    ValueError where the tables are too many for one attack."""
    nothing = tuple(np.zeros(t.withheld.shape, bool) for t in now)
    before, records, left_out = _seen(specs, earlier)
    if not before:
        return Beside(nothing, left_out=left_out)
    plain = facts_of_set([*now, *before])
    price, fixed, last = _choices(plain, now, before, cost, headline)
    width = widths_of(plain, [its.parts for its in (*kept, *records)])
    found = stop_differences(plain, "", width, price, fixed, last, tell)
    shown_before = {t.spec.id for t in before}
    also, refused = _of_tables(plain, now, found.withhold, found.left, lambda spec: spec.id in shown_before)
    return Beside(also, int(found.leaks.sum()), refused, left_out, found.beyond, int(found.told_before.sum()))


def of_same_records(earlier: Sequence[Earlier], delivered: str, job: Job) -> list[Earlier]:
    """What was handed out from these deliveries, and counted from the records of them that the periods of a job of the set are counted from. delivered: their
    digest, as in the ledger; "" for none."""
    same = [one for one in earlier if delivered and one.line.delivered == delivered and one.line.folder in HANDED_OUT]
    return [one for one in same if counts_the_same(one, map(one.record, one.tables), job.periods, shared(job.data))]


def beside_handed_out(
    specs: Sequence[TableSpec],
    now: Sequence[SeenTable],
    kept: Sequence[Recorded],
    cost: Sequence[np.ndarray],
    headline: Sequence[np.ndarray],
    same: Sequence[Earlier],
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Beside:
    """What figures over the same records that were handed out ask; same: of `of_same_records`, the rest as above."""
    before, records, left_out = _seen(specs, same, "")
    if not before:
        return Beside(tuple(np.zeros(t.withheld.shape, bool) for t in now), left_out=left_out)
    plain = facts_of_set([*now, *before])
    price, fixed, last = _choices(plain, now, before, cost, headline)
    width = widths_of(plain, [its.parts for its in (*kept, *records)])
    for tables, places in ((now, plain.place), (before, plain.place[len(now) :])):  # what either tells by itself is not answered for here
        least, greatest = np.zeros(len(width), np.int64), np.full(len(width), UNBOUNDED)
        for its, place in zip(tables, places):
            np.maximum.at(least, place, its.least)
            np.minimum.at(greatest, place, its.greatest)
        found = narrow(least, greatest, plain.facts.relations)
        width = np.where(found.greatest - found.least < width, 0, width)
    done = repair(plain, width, price, fixed, last, tell=tell)
    sources = {t.spec.source for t in before}
    also, refused = _of_tables(plain, now, done.withhold, done.left, lambda spec: spec.source in sources)
    return Beside(also, int((done.leaks | done.together).sum()), refused, left_out, done.beyond)


def _of_tables(
    plain: SetFacts, now: Sequence[SeenTable], withhold: np.ndarray, left: np.ndarray, blamed: Callable[[TableSpec], bool]
) -> tuple[tuple[np.ndarray, ...], tuple[str, ...]]:
    """(per table of the new release what it withholds further, the tables that are refused: those that show what is left, or, where none does, the blamed
    ones). withhold, left: bool over the facts."""
    places = plain.place[: len(now)]
    refused = tuple(t.spec.id for t, place in zip(now, places) if left[place].any())
    if left.any() and not refused:
        refused = tuple(t.spec.id for t in now if blamed(t.spec))
    return tuple(withhold[place] & ~t.withheld for t, place in zip(now, places)), refused


def _choices(
    plain: SetFacts, now: Sequence[SeenTable], before: Sequence[SeenTable], cost: Sequence[np.ndarray], headline: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Over the cells of the facts: what withholding costs, those that cannot be withheld any more, those that are withheld last."""
    price = np.zeros(len(plain.facts))
    for place, its in zip(plain.place, cost):
        np.add.at(price, place, its)
    price[_withheld_before(plain, now, before)] *= AGAIN
    fixed, last = np.ones(len(price), bool), np.zeros(len(price), bool)
    for place, its in zip(plain.place, headline):
        fixed[place] = False
        last[place[its]] = True
    for place, then in zip(plain.place[len(now) :], before):
        fixed[place[~then.withheld]] = True  # also of a cell that the new release shows as well: it was printed
    return price, fixed, last


def _seen(
    specs: Sequence[TableSpec], earlier: Sequence[Earlier], name: str | None = None
) -> tuple[list[SeenTable], list[Recorded], tuple[str, ...]]:
    """The tables of earlier releases over the same sources, each under the name of its release or under `name`."""
    sources, before, kept, left_out = {s.source for s in specs}, [], [], []
    for release in earlier:
        for table in release.tables:
            its = release.record(table)
            if its.spec is None:
                left_out.append(release.line.release)
            elif its.spec.source in sources:
                then = released_as(its.spec, its.parts, release.line.release if name is None else name)
                if _described(then):
                    before.append(then)
                    kept.append(its)
                else:
                    left_out.append(release.line.release)
    return before, kept, tuple(dict.fromkeys(left_out))


def _described(table: SeenTable) -> bool:
    """Whether the classifications of today still name every class that the table showed: what they do not name cannot be compared."""
    try:
        same_cells([table])
    except NotNamed:
        return False
    return True


def widths_of(
    known: SetFacts, kept: Sequence[Sequence[Protected]], asked: Callable[[DisclosurePolicy], int] = lambda policy: policy.width
) -> np.ndarray:
    """int64 over the facts: how far apart the values of each cell must stay that is sensitive in any table, 0 for others. kept: the parts of each
    table of the facts, in that order; asked: how far, of a policy."""
    width = np.zeros(len(known.facts), np.int64)
    for place, parts in zip(known.place, kept, strict=True):
        np.maximum.at(width, place, np.concatenate([np.where(p.status == Status.PRIMARY, asked(p.policy), 0) for p in parts], axis=-1))
    return width


def _withheld_before(plain: SetFacts, now: Sequence[SeenTable], before: Sequence[SeenTable]) -> np.ndarray:
    """Positions of cells of the new release that an earlier one withheld."""
    alike = same_cells([*now, *(SeenTable("", t.spec, t.codes, t.least, t.greatest, t.withheld) for t in before)])
    dots = np.unique(np.concatenate([names[t.withheld] for names, t in zip(alike[len(now) :], before)]))
    return np.concatenate([place[np.isin(names, dots)] for place, names in zip(plain.place, alike[: len(now)])])


def released_as(spec: TableSpec, parts: Sequence[Protected], release: str) -> SeenTable:
    """A table as readers have it, under the name of a release."""
    first = parts[0].cube.dimensions
    codes = tuple(tuple(c.code for c in d.codes) for d in first[:-1])
    periods = tuple(c.code for p in parts for c in p.cube.dimensions[-1].codes)
    shown, withheld = (np.concatenate(a, axis=-1) for a in ([p.shown for p in parts], [p.withheld for p in parts]))
    return seen(release, spec, (*codes, periods), shown, withheld, parts[0].policy.rounding_base)
