"""Two sets of records that differ only in what is withheld give files that are the same to the byte."""

import hashlib
from dataclasses import replace

import numpy as np
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.sets.make_table import write
from celwacht.publish.store import store
from celwacht.tables.cubes.cube import Cube

from tests.publish import small


def twin_of(part: Protected, k: int) -> Protected:
    """The same printed table over other counts: world k of its certificate, with the truth as one of its worlds."""
    worlds, shape = part.worlds, part.cube.atoms.shape

    def change(j: int) -> np.ndarray:
        dense = np.zeros(part.cube.atoms.size, np.int64)
        rows = slice(worlds.first[j], worlds.first[j + 1])
        dense[worlds.unknown[rows]] = worlds.difference[rows]
        return dense

    away = change(k)
    others = [change(j) - away for j in range(len(worlds)) if j != k] + [-away]
    atoms = [np.flatnonzero(c) for c in others]
    moved = Worlds(
        np.cumsum([0] + [len(a) for a in atoms]),
        np.concatenate(atoms),
        np.concatenate([c[a] for c, a in zip(others, atoms)]).astype(np.int32),
    )
    cube = Cube(part.cube.table, part.cube.dimensions, part.cube.atoms + away.reshape(shape))
    # A sensitive cell of one twin need not be one in the other: the public side must not tell.
    status = np.where(part.withheld & part.policy.sensitive(cube.cells), 1, np.where(part.withheld, 2, 0)).astype(np.uint8)
    return replace(part, cube=cube, worlds=moved, status=status)


def all_bytes(folder):
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_twins_are_published_alike(tmp_path):
    """CSV, JSON, Parquet, Excel and manifest of twins are byte-identical, and so are their names and sizes."""
    part = small.protected()
    write(small.published(part=part), tmp_path / "truth", store.Disk())
    truth, differ = all_bytes(tmp_path / "truth"), 0
    for k in range(len(part.worlds)):
        twin = twin_of(part, k)
        differ += int((twin.cube.cells != part.cube.cells).sum())
        try:
            published = small.published(part=twin)
        except AssertionError:
            continue  # worlds that are not a proof for this twin as well: refused, so that nothing is written
        write(published, tmp_path / str(k), store.Disk())
        assert all_bytes(tmp_path / str(k)) == truth
    assert differ > 0 and len(list(tmp_path.iterdir())) > 1
    assert len(truth) == 11 + 10 + 8 + 1 + 1 + 8  # JSON, CSV, Parquet, Excel, publication.json, formats/table_files.py


def test_the_canary_of_a_withheld_cell_is_nowhere(tmp_path):
    """A withheld count that occurs nowhere else does not occur in any text file."""
    counts = small.atoms() * 7919
    counts[0, 0, 0] = 3
    part = small.protected(counts)
    value = int(part.cube.cells[part.withheld].max())
    write(small.published(part=part), tmp_path / "t", store.Disk())
    assert value not in part.cube.cells[~part.withheld]
    for path in (p for p in (tmp_path / "t").rglob("*") if p.suffix in {".json", ".csv", ".px", ".xml"}):
        assert str(value) not in path.read_text(encoding="utf-8"), path.name
