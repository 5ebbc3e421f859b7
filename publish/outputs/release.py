"""What leaves enters the ledger first: its tables count as published for every set, order and output that comes after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from celwacht.disclosure.ledger import chain
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.worlds import no_worlds
from celwacht.disclosure.policy.policy import DisclosurePolicy
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.outputs.check import Checked
from celwacht.publish.outputs.findings import FAIL
from celwacht.publish.outputs.folder import Came
from celwacht.publish.outputs.sheets import Sheet
from celwacht.publish.outputs.states import APPROVED, Request, mark, released
from celwacht.publish.review import handed_out, ledger_file, records
from celwacht.publish.review.handed_out import HandedOut
from celwacht.publish.store import store
from celwacht.publish.terminal.console import Refused
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.face import periods_name


def leave(request: Request, came: Came, found: Checked, policy: DisclosurePolicy, data: Path, to: Path, by: str, secret: bytes) -> str:
    """Enters the ledger, then writes the files to a new folder; returns the head of the ledger. Refused where anything is not as it was voted on.

    found: the check, made again under the lock of the data folder, so that it holds against the ledger as it is.
    """
    if request.state != APPROVED:
        raise Refused(f"{request.name} is {request.state}; it leaves when two checkers have approved every file.")
    changed = [f for f, m in request.marks.items() if mark(came, f) != m]
    if changed:
        raise Refused(f"{', '.join(changed)} changed since the votes; check the folder again.")
    failing = sorted({a.output.file for a in found.answers if a.verdict == FAIL})
    if failing:
        raise Refused(f"{', '.join(failing)} fails beside what was released since the votes; celwacht output check says by what.")
    head, number = _entered(request, found, policy, data, by, secret)
    to.mkdir(parents=True, exist_ok=True)
    disk = store.Disk()
    for name in request.marks:
        disk.write(to / name, came.files[name])
    released(request, by, number, head)
    return head


def _entered(request: Request, found: Checked, policy: DisclosurePolicy, data: Path, by: str, secret: bytes) -> tuple[str, int]:
    deliveries, before = records.list_deliveries(data), ledger_file.trusted(data)
    name = f"output-{handed_out.number_in(before, chain.OUTPUTS):04d}"
    sound = sorted(found.sound)

    def save(staged: Path) -> None:
        for n in sound:
            spec = found.sheets[n].table.spec
            records.save(staged / spec.id, [as_record(found.sheets[n], found.truth[n], policy)], spec)

    said = repr((name, request.name, sorted(request.marks.items()))).encode()
    reason = f"output {request.name}: {len(request.marks)} files, released by {by}"
    tables = [found.sheets[n].table.spec.id for n in sound]
    its = HandedOut(chain.CHECKED, chain.OUTPUTS, name, said, tables, deliveries, reason)
    line = handed_out.enter(data, before, its, save, secret, store.Disk())
    return line.digest, line.number


def as_record(sheet: Sheet, truth: np.ndarray, policy: DisclosurePolicy) -> Protected:
    """A table of an output as a record: only the cells that it has, each by itself. What it prints is printed; where it has a dot the count is that of the
    register. No proof comes with it: the check judged it."""
    base = sheet.rounded
    rule = policy.model_dump(exclude_unset=True) | {"rounding_base": base, "threshold": -(-policy.threshold // base) * base}
    if base > 1:
        rule["zeros"] = "withheld"
    own = DisclosurePolicy.model_validate(rule)
    table = sheet.table
    names = [*(d.name for d in table.spec.dimensions), periods_name()]
    dims = tuple(_each(name, codes) for name, codes in zip(names, table.codes))
    shown = np.where(table.dot, 0, table.low + base // 2 if base > 1 else table.low).astype(np.int64)
    shown = np.where(table.dot, 0, (shown // base) * base)
    status = np.where(table.dot, np.where(own.sensitive(truth), Status.PRIMARY, Status.SECONDARY), Status.PUBLISHED).astype(np.uint8)
    return Protected(Cube(table.spec.id, dims, truth.astype(np.int64), table.spec.unit), own, status, shown, no_worlds())


def _each(name: str, codes: tuple[str, ...]) -> Classification:
    """Codes without any relation, for what a table does not show of a classification is not in it."""
    members = tuple(np.array([i], np.int32) for i in range(len(codes)))
    kind = "TimeDimension" if name == periods_name() else "Dimension"
    return Classification(name, name, name, tuple(Code(c, c) for c in codes), codes, members, kind)
