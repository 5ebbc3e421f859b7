"""The confidential record: what was published can be judged and explained again later."""

import stat

import numpy as np
import pytest
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.publish.review import explain, records
from celwacht.tables.problems import ProblemsFound

from tests.publish import small


@pytest.fixture(scope="module")
def part():
    return small.protected()


@pytest.fixture(scope="module")
def folder(part, tmp_path_factory):
    folder = tmp_path_factory.mktemp("vault") / "reports" / "id" / small.SPEC.id
    records.save(folder, [part])
    return folder


def cell_text(part, cell):
    return ", ".join(f"{d.name}={d.codes[i].code}" for d, i in zip(part.cube.dimensions, cell))


def test_a_record_comes_back_as_it_was(part, folder):
    """Counts, codes, statuses and worlds: all as saved."""
    (back,) = records.load(folder)
    assert np.array_equal(back.cube.atoms, part.cube.atoms) and np.array_equal(back.status, part.status)
    assert np.array_equal(back.shown, part.shown) and back.policy == part.policy
    assert [d.codes for d in back.cube.dimensions] == [d.codes for d in part.cube.dimensions]
    assert back.check().verdict is Verdict.SAFE


def test_records_are_private(folder):
    """Nobody but the owner reads them."""
    assert not stat.S_IMODE(folder.stat().st_mode) & 0o077
    assert not stat.S_IMODE((folder / "about.json").stat().st_mode) & 0o077


def test_a_damaged_record_proves_nothing(part, tmp_path):
    """A certificate that was cut short cannot be loaded, which is a clear error."""
    records.save(tmp_path / "t", [part])
    path = tmp_path / "t" / "0.certificate.npz"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="missing or damaged"):
        records.load(tmp_path / "t")


def test_the_last_set_is_found(tmp_path):
    """Links tell which set was published last."""
    assert records.latest(tmp_path) is None
    for name in ("2024-october", "2024-april"):
        (tmp_path / f"id-{name}").mkdir()
        records.point(tmp_path, name, f"id-{name}")
    assert records.latest(tmp_path) == "2024-april"


def test_sensitive_cell_is_explained(part, folder):
    """Its true value, why it is withheld, and an interval that is wide enough and holds the truth."""
    cell = tuple(np.argwhere(part.status == Status.PRIMARY)[0])
    found = explain.explain(folder, explain.parse_cell(cell_text(part, cell)))
    value = int(part.cube.cells[cell])
    assert found.cell == cell and found.lowest <= value <= found.highest
    assert found.highest - found.lowest >= part.policy.width
    assert found.interval.least <= found.lowest and (found.interval.greatest or 10**9) >= found.highest
    text = "\n".join(explain.lines(found))
    assert text.startswith("CONFIDENTIAL") and f"sensitive: {value}" in text and "threshold of 10" in text
    assert repr(found) == "<Explanation of a cell of kleine_tabel (confidential)>"


def test_secondary_and_printed_cells_are_explained(part, folder):
    """A secondary cell says that it protects others; a printed one says what the reader sees."""
    secondary = tuple(np.argwhere(part.status == Status.SECONDARY)[0])
    text = "\n".join(explain.lines(explain.explain(folder, explain.parse_cell(cell_text(part, secondary)))))
    assert "to protect sensitive cells" in text and "the reader sees         ." in text
    printed = "\n".join(explain.lines(explain.explain(folder, {})))
    assert f"the reader sees         {int(part.shown[0, 0, 2])}" in printed and "an intruder infers" not in printed


@pytest.mark.parametrize(
    "text, says",
    [
        ("RegioS", "as in: RegioS=GM0363"),
        ("Regio=GM0014", "Did you mean 'RegioS'?"),
        ("RegioS=GM0015", "Did you mean"),
        ("Perioden=2023JJ00", "no code '2023JJ00'"),
        ("RegioS=a, RegioS=b", "once"),
    ],
)
def test_cells_that_cannot_be_found(folder, text, says):
    """A cell that is misspelt is reported with the nearest name."""
    with pytest.raises(ProblemsFound, match=says.replace("?", r"\?")):
        explain.explain(folder, explain.parse_cell(text))


def test_large_cubes_get_bounds_from_outside(part, folder, monkeypatch):
    """Where the attacker's problem is too large to solve, the bounds of every line hold the interval that it would give."""
    cell = cell_text(part, np.argwhere(part.status == Status.PRIMARY)[0])
    exact = explain.explain(folder, explain.parse_cell(cell)).interval
    monkeypatch.setattr(explain, "MOST_ATTACKED", 0)
    found = explain.explain(folder, explain.parse_cell(cell))
    assert not found.interval.exact and found.interval.least <= exact.least
    assert found.interval.greatest is None or found.interval.greatest >= exact.greatest
    assert "from the lines of the table" in "\n".join(explain.lines(found))
