"""The gate of a set and its certificate on disk: two small tables of the same people, and what forged or other certificates get."""

from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import no_worlds
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.disclosure.sets import set_certificate
from celwacht.disclosure.sets.set_certificate import SetProof
from celwacht.publish.gate import assemble, set_gate
from celwacht.publish.gate.gate import Refusal, release
from celwacht.tables.cubes.classification import from_tree
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.specs.read_spec import read_tables

from tests.disclosure.cubes import policy
from tests.disclosure.sets.test_set_checker import types, worlds
from tests.publish import small


def table(name, counts, withheld):
    """Total, a and b of some people, under a threshold of 5 and a width of 2."""
    cube = Cube(name, (from_tree("Soort", {"T": ["a", "b"]}, "T"),), np.array(counts, np.int64))
    status = np.array(withheld, np.uint8)
    return Protected(cube, policy(threshold=5, width=2), status, np.where(status, 0, cube.cells), no_worlds())


SMALL = table("first", [2, 9], [0, 1, 2])
SAME = [(2, [(0, 0), (1, 0)]), (9, [(0, 1), (1, 1)])]
SWAP = worlds({0: -2, 1: 2})


@pytest.mark.parametrize(
    ("second", "its", "verdict", "beside"),
    [
        (table("second", [2, 9], [0, 1, 2]), SWAP, Verdict.SAFE, ("first", "second")),
        (table("second", [2, 9], [0, 1, 2]), worlds(), Verdict.INCONCLUSIVE, ()),
        (table("second", [2, 9], [0, 1, 0]), SWAP, Verdict.UNSAFE, ()),  # printed there what is withheld here
        (table("second", [2, 8], [0, 1, 2]), SWAP, Verdict.UNSAFE, ()),  # other people than those of the types
    ],
)
def test_the_gate_of_a_set(second, its, verdict, beside):
    parts = (SMALL, second)
    told = set_gate.judge(parts, SetProof(types(*SAME), its))
    assert told.verdict is verdict and set_gate.proved(parts, told) == beside


def test_only_tables_with_every_cell_proved_are_beside_the_others():
    """The second table tells a third class apart, which no world moves: it is promised by itself only."""
    other = table("second", [2, 9], [0, 1, 2])
    its = types((2, [(0, 0)]), (9, [(0, 1)]), (2, [(1, 0)]), (9, [(1, 1)]))
    told = set_gate.judge((SMALL, other), SetProof(its, SWAP))
    assert told.verdict is Verdict.INCONCLUSIVE and set_gate.proved((SMALL, other), told) == ("first",)


def test_the_certificate_comes_back_as_it_was_written(tmp_path):
    path = tmp_path / "set.certificate.npz"
    set_certificate.save(path, SetProof(types(*SAME), SWAP))
    again = set_certificate.read(path)
    assert set_gate.judge((SMALL, table("second", [2, 9], [0, 1, 2])), again).verdict is Verdict.SAFE
    with pytest.raises(FileExistsError):
        set_certificate.save(path, again)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not an archive", None])
def test_a_damaged_certificate_is_no_certificate(tmp_path, content):
    path = tmp_path / "set.certificate.npz"
    set_certificate.save(path, SetProof(types(*SAME), SWAP))
    path.write_bytes(path.read_bytes()[:-40] if content is None else content)
    with pytest.raises(ValueError, match="certificate of a set"):
        set_certificate.read(path)


def test_readers_are_told_of_a_table_by_itself():
    """A note at the table, in both languages; not where it is proved beside the others."""
    notes = []
    for alone in (True, False):
        made = release(small.SPEC, small.POLICY, [small.protected()], statuses=small.STATUSES, modified=date(2025, 4, 30), alone=alone)
        assert not isinstance(made, Refusal)
        notes.append([words.nl for _, words in made.footnotes])
    assert assemble.ALONE[0] in notes[0] and notes[1] == [n for n in notes[0] if n != assemble.ALONE[0]]


def test_readers_of_persons_are_told_why_a_figure_differs_between_tables():
    """A young person with help in one municipality and protection in another counts in one of them, by which trajectory a table has."""
    told = {name: assemble.ATTRIBUTED[0] in [w.nl for _, w in assemble.notes(spec, False)] for name, spec in read_tables().items()}
    assert (
        told["kerncijfers_jeugdzorg"]
        and told["jeugdhulp_gebruik_jongeren"]
        and told["wijk_jeugdzorg_jongeren"]
        and told["jeugdbescherming_verblijf"]
    )
    assert not told["jeugdhulp_gebruik_trajecten"] and sum(told.values()) == 23


def test_the_releases_before_are_named_in_the_certificate(tmp_path):
    """And a certificate of before there were any names none."""
    path = tmp_path / "set.certificate.npz"
    set_certificate.save(path, SetProof(types(*SAME), SWAP, ("release-1", "release-2.2")))
    assert set_certificate.read(path).earlier == ("release-1", "release-2.2")
    with np.load(path) as kept:
        old = {n: kept[n] for n in kept if n != "earlier"} | {"form": np.array(1)}
    np.savez(tmp_path / "old.npz", **old)
    assert set_certificate.read(tmp_path / "old.npz").earlier == ()
