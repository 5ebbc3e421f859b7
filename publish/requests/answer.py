"""An order from specification to answer: the table as asked, or the finest coarser one that is safe and of use, or a refusal that tells nothing.

Whatever the answer, it is entered in the ledger; what was handed out counts as published from then on, for every set and every order that comes after.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.disclosure.ledger import chain
from celwacht.disclosure.policy.policy import read_policy
from celwacht.publish.requests.designs import Design, one_step_coarser
from celwacht.publish.requests.judge import Judged, judged
from celwacht.publish.review import handed_out, ledger_file, records
from celwacht.publish.review.handed_out import HandedOut
from celwacht.publish.sets import make_table
from celwacht.publish.sets.data_lock import locked
from celwacht.publish.sets.earlier import all_seen
from celwacht.publish.store import store
from celwacht.publish.terminal.console import Refused
from celwacht.tables.face import periods_name
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import TableSpec

DEPTH, MOST = 3, 12
"""Things given up at most, and tables tried at most."""
AS_ASKED, COARSER, REFUSED = "as asked", "coarser", "refused"
REFUSAL = "This table cannot be given in this form, nor in a coarser one that would be of use. That says nothing of what is in it."


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked. secret: as in publish; not in the repr."""

    spec: TableSpec
    periods: tuple[Period, ...]
    data: Path
    out: Path
    regions: frozenset[str] = frozenset()
    secret: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Answer:
    """kind: AS_ASKED, COARSER or REFUSED. given: what was handed out; others: other tables that could be asked instead, finest first."""

    kind: str
    given: Judged | None
    others: tuple[Judged, ...]
    number: int
    head: str


def answered(order: Order, progress: Callable[[int, int], None] = lambda *_: None, disk: store.Disk | None = None) -> Answer:
    """Finds the answer, writes it to OUT and enters it in the ledger; a failure leaves no half answer in OUT. ProblemsFound where the ledger is
    broken or the order does not fit."""
    disk = disk or store.Disk()
    with locked(order.data):
        whole = ledger_file.trusted(order.data)
        deliveries = records.list_deliveries(order.data)
        found = list(_tried(order, records.digest_of(deliveries), progress))
        usable = sorted((j for j in found if j.usable), key=lambda j: (len(j.design.steps), -_cells(j), j.design.steps))
        given = usable[0] if usable else None
        kind = REFUSED if given is None else COARSER if given.design.steps else AS_ASKED
        number = handed_out.number_in(whole, chain.REQUESTS)
        staged = order.out.with_name(f".{order.out.name[:100]}.partial-{os.getpid()}")
        try:  # files first: an order in the ledger that nobody could write would count as handed out
            _write(staged, given, kind, disk)
            head = _entered(order, given, kind, number, deliveries, whole, disk)
            try:
                disk.rename(staged, order.out)  # an empty folder may be there
            except OSError as error:
                raise Refused(
                    f"The order is in the ledger as number {number} and counts as handed out, but {order.out} could not be made "
                    f"({error.strerror}): give the same order again with another --out."
                ) from error
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    return Answer(kind, given, tuple(usable[1:]) if kind != AS_ASKED else (), number, head)


def _tried(order: Order, delivered: str, progress: Callable[[int, int], None]):
    """The table as asked and, where it is not usable, coarser ones step by step; below one that is usable nothing is tried."""
    earlier, policy = all_seen(order.data), read_policy(order.spec.policy)
    level, known = [Design(order.spec, order.periods)], set()
    tried = 0
    for _ in range(DEPTH + 1):
        below: list[Design] = []
        for design in level:
            if design.same_as in known or tried >= MOST:
                continue
            known.add(design.same_as)
            tried += 1
            progress(tried, MOST)
            found = judged(_job(order, design), design, policy, earlier, delivered)
            yield found
            if found.usable and not design.steps:
                return
            below += [] if found.usable else list(one_step_coarser(design))
        level = below


def _job(order: Order, design: Design) -> make_table.Job:
    nowhere = Path("nowhere")
    statuses = {p.code: "Voorlopig" for p in design.periods}
    modified = max(p.end for p in design.periods)
    return make_table.Job(design.spec, design.periods, statuses, modified, order.data, nowhere, nowhere, order.secret, order.regions)


def _cells(one: Judged) -> int:
    return sum(p.cube.cells.size for p in one.parts)


def _entered(order: Order, given: Judged | None, kind: str, number: int, deliveries: bytes, before: chain.Chain, disk: store.Disk) -> str:
    """Record and line; returns the head of the ledger."""
    name, periods = f"request-{number:04d}", [p.code for p in order.periods]

    def save(staged: Path) -> None:
        if given is not None:
            people = make_table.people_of(_job(order, given.design), given.parts)
            records.save(staged / given.design.spec.id, given.parts, given.design.spec, people)

    said = json.dumps([name, order.spec.model_dump(mode="json", by_alias=True), periods, kind], sort_keys=True).encode()
    tables = () if given is None else (given.design.spec.id,)
    reason = f"order {order.spec.id} for {', '.join(periods)}: {kind}"
    its = HandedOut(chain.REQUESTED, chain.REQUESTS, name, said, tables, deliveries, reason)
    return handed_out.enter(order.data, before, its, save, order.secret, disk).digest


def _write(out: Path, given: Judged | None, kind: str, disk: store.Disk) -> None:
    """The files of the table that is handed out, and answer.json; nothing of a table that is not."""
    disk.folder(out)
    told: dict[str, object] = {"answer": kind}
    if given is None or given.publication is None:
        told["said"] = REFUSAL
    else:
        told |= {"table": given.design.spec.id, "given_up": list(given.design.steps), "keeps": kept(given)}
        make_table.write(given.publication, out / given.design.spec.id, disk)
    disk.write(out / "answer.json", (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())


def kept(one: Judged) -> dict[str, list[str]]:
    """Per dimension the levels that a table shows; public."""
    cube = one.parts[0].cube
    found = {d.name: list(dict.fromkeys(c.level or c.code for c in d.codes)) for d in cube.dimensions[:-1]}
    return found | {periods_name(): [p.code for p in one.design.periods]}
