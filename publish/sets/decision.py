"""The last steps of a publication: seal, put in place, enter in the ledger, show.

Until the line in the ledger is on the disk nothing was published; from then on the set is, whatever fails after it, and what was
left to do is done by the next run (ground.repair).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from celwacht.disclosure.ledger import chain, seen
from celwacht.disclosure.ledger.chain import Chain, Line
from celwacht.publish.gate import assemble
from celwacht.publish.review import ledger_file, records
from celwacht.publish.sets import prove_set
from celwacht.publish.sets.ground import Ground, shown_in
from celwacht.publish.sets.make_table import TableOutcome
from celwacht.publish.store import embargo, store
from celwacht.publish.terminal.console import Refused
from celwacht.tables.face import PLAIN, face
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.specs.table_spec import SetSpec
from celwacht.tables.version import VERSION

if TYPE_CHECKING:
    from celwacht.publish.sets.make_set import Order


class Ordered(Protocol):
    """What of an order matters here."""

    secret: bytes
    withdraw: bool
    reason: str

    @property
    def name(self) -> str: ...


@dataclass(slots=True)
class Decision:
    """Made when the work begins, and carried out when every table is proved."""

    ground: Ground
    order: Ordered = field(repr=False)
    moment: datetime
    began: datetime
    head: str = ""
    """Digest of the last line of the ledger, once it is carried out."""

    def withdrawn(self, tables: list[str]) -> tuple[str, ...]:
        """Tables of the release that counts today which will not be there any more; ProblemsFound unless that was ordered."""
        before = self.ground.chain.of_set(self.order.name)
        missing = tuple(t for t in (before[-1].tables if before and not self.ground.trial else ()) if t not in tables)
        if missing and not self.order.withdraw:
            raise ProblemsFound(
                Problem(
                    self.order.name,
                    0,
                    0,
                    "withdrawal",
                    f"table {t} is in the release that counts today and would not be in this one. Add --withdraw to take it out of the "
                    "set (what readers saw they keep), or make the set with it.",
                )
                for t in missing
            )
        return missing

    def carried_out(self, place: store.Store, about: dict[str, object], staged: Path, withdrawn: tuple[str, ...], disk: store.Disk) -> Path:
        """Everything from sealed files to the public link; returns the folder of the release."""
        ground, tables = self.ground, [str(t["id"]) for t in about["tables"]]
        release_id = place.seal(about)
        manifest = store.id_of(ground.out / store.STAGING)
        deliveries = records.list_deliveries(ground.data)
        sealed = records.seal(
            staged,
            {"release": release_id, "manifest": manifest, "set": self.order.name, "tables": tables, "beside": _beside(about)},
            deliveries,
            disk,
        )
        record = records.place(staged, ground.reports, release_id, disk)
        release = place.settle()
        if ground.trial:
            place.show(self.order.name, release_id)
            records.point(ground.reports, self.order.name, record, disk)
            return release
        line = self._line(manifest, record, records.digest_of(sealed), deliveries, tables, withdrawn)
        whole = self._entered(line, disk)
        self.head = whole.head
        try:
            last = whole.of_set(self.order.name)[-1]
            place.show(self.order.name, release_id, last.unseen)
            records.point(ground.reports, self.order.name, record, disk)
        except BaseException as error:
            raise Refused(_decided(self.order.name, release_id, error, ground.out)) from error
        return release

    def _line(self, manifest: str, record: str, sealed: str, deliveries: bytes, tables: list[str], withdrawn: tuple[str, ...]) -> Line:
        ground = self.ground
        before = ground.chain.of_set(self.order.name)
        return Line(
            number=len(ground.chain.lines) + 1,
            before=ground.chain.head,
            what=chain.PUBLISHED,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
            set=self.order.name,
            release=manifest[:20],
            manifest=manifest,
            moment=embargo.written(self.moment),
            folder=ground.folder,
            record=record,
            sealed=sealed,
            tables=records.hashes_of(ground.reports / record, tables),
            deliveries=deliveries.count(b"\n"),
            delivered=records.digest_of(deliveries),
            replaces=before[-1].release if before else "",
            unseen=self._unseen(),
            withdrawn=withdrawn,
            reason=self.order.reason,
        )

    def _unseen(self) -> tuple[str, ...]:
        """Releases of this set that still wait for their moment, now as when the work began."""
        lines = self.ground.chain.lines
        waiting = seen.waiting_of(lines, self.order.name, self.began)
        if waiting != seen.waiting_of(lines, self.order.name, datetime.now(UTC)):
            raise Refused(
                f"Refused: a release of {self.order.name} became public while this one was made, so that readers have seen it. Nothing was "
                "published; run the command again."
            )
        return waiting

    def _entered(self, line: Line, disk: store.Disk) -> Chain:
        """The ledger with the line, unless it says already what the line would say."""
        ground = self.ground
        before = ground.chain.of_set(line.set)
        if before and (before[-1].release, before[-1].sealed, before[-1].record) == (line.release, line.sealed, line.record):
            return ground.chain
        if not ground.folder:
            line = chain.with_folder(line, ledger_file.mark(ground.out, ledger_file.OFFICIAL, disk))
        closed = chain.closed(line, self.order.secret)
        try:
            ledger_file.append(ground.data, ground.chain, closed, disk)
        except BaseException as error:
            if ledger_file.read(ground.data).head == closed.digest:
                raise Refused(_decided(line.set, line.release, error, ground.out)) from error
            raise
        return Chain((*ground.chain.lines, closed), "", ())


def _decided(name: str, release: str, error: BaseException, out: Path) -> str:
    """What is true when the line is in the ledger and the rest failed: whether readers are led to the release is looked up, not supposed."""
    why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    try:
        shown = shown_in(out).get(name) == release
    except OSError:
        shown = False
    state = f"It could not be shown, or not wholly{why}: readers may still find the release before it."
    if shown:
        state = f"Readers are led to it; what came after that failed{why}, so that the link in the vault may lead to the record before it."
    return (
        f"{name} is published: release {release} is in the ledger, and counts as seen. {state} The next celwacht publish into this folder "
        "finishes that, and so does celwacht ledger --repair."
    )


def _beside(said: Mapping[str, object]) -> list[str]:
    """The tables that the manifest says to be proved beside all others."""
    proof = said.get("proof")
    return list(proof.get("beside_all_others", [])) if isinstance(proof, dict) else []


def about(
    order: Order, wanted: SetSpec, moment: datetime, outcomes: tuple[TableOutcome, ...], told: prove_set.Together | None
) -> dict[str, object]:
    """What the manifest says beside its files: public, and free of clocks and machines."""
    return {
        "set": order.name,
        "title": wanted.title.nl.replace("{year}", str(order.year)),
        "title_en": wanted.title.en.replace("{year}", str(order.year)),
        "modified": (order.modified or moment.date()).isoformat(),
        embargo.KEY: embargo.written(moment),
        "province": order.province,
        "license": "CC BY 4.0",
        "generator": f"celwacht {VERSION}",
        "proof": _proof(outcomes, told),
        "tables": [{"id": o.table, "title": o.title} for o in outcomes],
        **({"face": face().to_json()} if face() != PLAIN else {}),
    }


def _proof(outcomes: tuple[TableOutcome, ...], told: prove_set.Together | None) -> dict[str, object]:
    """What the manifest says of the proof: each table by itself, which tables beside all others of the set as well, beside which
    releases before with the tables of those that are still proved, and which releases before are in no proof."""
    beside = [o.table for o in outcomes if o.beside]
    others: dict[str, object] = {"note": face().said(*assemble.ALONE)} if len(beside) < len(outcomes) else {}
    if told is not None and told.before:
        others["beside_releases"] = {release: list(tables) for release, tables in told.before.items()}
    if told is not None and told.left_out:
        others["not_beside_releases"] = list(told.left_out)
    return {"each_table": "SAFE", "beside_all_others": beside} | others
