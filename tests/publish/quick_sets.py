"""Sets that are made in some milliseconds: real records, ledger, store and order of steps, with one small public file a table."""

from functools import cache

from celwacht.publish.review import records
from celwacht.publish.sets import make_set, make_table, same_cells
from celwacht.publish.store import store
from celwacht.publish.verify import public_table, verify_set

from tests.publish import small
from tests.publish.sets.test_pipeline import SET, order, spec

CONTENT = {"now": b"first"}
"""What the public file of every table holds; a test changes it between two publications."""


@cache
def protected():
    return small.protected()


def made(job, progress=lambda *_: None, disk=None):
    """As make_table.make, in short."""
    disk = disk or store.Disk()
    part = protected()
    records.save(job.record, [part], job.spec)
    store.stage(job.folder, iter([("een.txt", CONTENT["now"])]), disk)
    return make_table.TableOutcome(job.spec.id, 1, 1, 1, 1, 1, "SAFE", 0.0, "Titel")


def stand_in(patch, *more: str) -> None:
    """Patches the making of sets; more: tables beside kleine_tabel."""
    specs = {name: spec(id=name) for name in ("kleine_tabel", *more)}
    patch.setattr(make_set, "read_set", lambda name: SET.model_copy(update={"id": name, "tables": tuple(specs)}))
    patch.setattr(make_set, "read_tables", lambda **_: specs)
    patch.setattr(make_table, "read_policy", lambda name: small.POLICY)
    patch.setattr(make_table, "make", made)
    patch.setattr(same_cells, "headlines_elsewhere", lambda *_: {})  # their policy is in no file
    patch.setattr(same_cells, "mended", lambda *_: same_cells.Mended({}))  # the specifications do not say what stands in for counts
    patch.setattr(make_set.set_files, "files", lambda *_: iter(()))
    patch.setattr(make_set.set_index, "write_index", lambda *_: None)
    patch.setattr(make_set.set_index, "beside", lambda *_: None)
    patch.setattr(public_table, "problems_of", lambda *_: [])  # figures are judged in test_forged.py


def publish(folder, content=b"first", disk=None, **changes):
    """One publication of `2024-april` (or set_name=...)."""
    CONTENT["now"] = content
    (folder / "data").mkdir(exist_ok=True)
    return make_set.publish(order(folder, **changes), disk=disk)


def problems(folder, name="2024-april", out="out"):
    """What verify says."""
    reports, trial = verify_set.root_of(folder / "data", folder / out)
    return verify_set.verify(folder / "data", reports, name, folder / out, trial=trial, key=b"geheim").problems
