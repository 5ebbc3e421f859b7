"""The certificate checker refuses every forged certificate, and needs no solver."""

import ast
from dataclasses import replace
from pathlib import Path

import celwacht.disclosure.proof.checker as checker
import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.proof.certificate import read_certificate
from celwacht.disclosure.proof.protected_cube import members_of
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube

from tests.disclosure.cubes import flat, judged, policy

STRICT = policy(threshold=5, width=3)
ROUNDED = policy(threshold=5, width=3, base=5, zeros="withheld")


@pytest.fixture(params=[STRICT, ROUNDED], ids=["exact", "rounded"])
def safe(request):
    """A protected cube with a good certificate."""
    atoms = np.random.Generator(np.random.PCG64(7)).integers(0, 30, (5, 4)).astype(np.int64)
    atoms[0, 0], atoms[2, 3] = 2, 1
    return protect(Cube("proef", (flat("A", 5), flat("B", 4)), atoms), request.param)


def _verdict(p, *, shown=None, withheld=None, worlds=None, atoms=None, width=None):
    return judged(
        p.cube.atoms if atoms is None else atoms,
        members_of(p.cube),
        p.shown if shown is None else shown,
        p.withheld if withheld is None else withheld,
        p.worlds if worlds is None else worlds,
        threshold=p.policy.threshold,
        base=p.policy.rounding_base,
        width=width or p.policy.width,
    )


def test_a_good_certificate_is_safe(safe):
    assert safe.check().verdict is Verdict.SAFE


def test_without_worlds_nothing_is_proved(safe):
    """Sensitive cells without worlds leave the verdict open, and are named."""
    none = Worlds(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))
    result = _verdict(safe, worlds=none)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert set(result.unproved) == set(np.flatnonzero(safe.policy.sensitive(safe.cube.cells)))


def test_a_greater_width_than_was_proved_is_not_proved(safe):
    assert _verdict(safe, width=10_000).verdict is Verdict.INCONCLUSIVE


def test_a_printed_sensitive_cell_is_unsafe(safe):
    sensitive = safe.policy.sensitive(safe.cube.cells)
    marks = safe.withheld & ~sensitive
    shown = np.where(marks, 0, safe.policy.printed(safe.cube.cells))
    assert "sensitive cell is printed" in _verdict(safe, withheld=marks, shown=shown).reason


def test_a_wrong_figure_is_unsafe(safe):
    """One printed figure altered by one."""
    place = tuple(np.argwhere(~safe.withheld)[0])
    shown = safe.shown.copy()
    shown[place] += 1
    result = _verdict(safe, shown=shown)
    assert result.verdict is Verdict.UNSAFE and "not what the policy prints" in result.reason


def test_figures_of_another_shape_are_unsafe(safe):
    assert _verdict(safe, shown=safe.shown[1:]).verdict is Verdict.UNSAFE
    assert _verdict(safe, withheld=safe.withheld[1:]).verdict is Verdict.UNSAFE
    assert _verdict(safe, atoms=np.where(safe.cube.atoms == 0, -1, safe.cube.atoms - 1)).verdict is Verdict.UNSAFE


def test_a_world_with_a_negative_count_is_refused(safe):
    forged = Worlds(np.array([0, 1]), np.array([0]), np.array([-1000], np.int32))
    assert "negative" in _verdict(safe, worlds=forged).reason


def test_a_world_that_would_be_printed_differently_is_refused(safe):
    forged = Worlds(np.array([0, 1]), np.array([0]), np.array([1000], np.int32))
    assert "printed differently" in _verdict(safe, worlds=forged).reason


def test_every_single_forgery_of_a_difference_is_noticed(safe):
    """Adding a hundred to any one difference of the certificate spoils it."""
    for row in range(len(safe.worlds.difference)):
        difference = safe.worlds.difference.copy()
        difference[row] += 100
        assert _verdict(safe, worlds=replace(safe.worlds, difference=difference)).verdict is not Verdict.SAFE


def test_a_certificate_survives_the_disk(safe, tmp_path):
    """Written, read back and judged without the objects that made it; a torn file is refused."""
    path = tmp_path / "proef.npz"
    safe.certificate().save(path)
    assert read_certificate(path).check().verdict is Verdict.SAFE
    torn = tmp_path / "torn.npz"
    torn.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match="torn.npz is not a certificate"):
        read_certificate(torn)


def test_the_checker_is_short_and_believes_nobody():
    """At most 100 lines of code, and no import of solver, search or policy."""
    source = Path(checker.__file__).read_text()
    tree = ast.parse(source)
    imported = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    model = {n for n in imported if n.startswith("celwacht.disclosure.model.")}
    assert imported == {"__future__", "collections.abc", "numpy", *model}
    assert len(source.splitlines()) <= 100


@pytest.mark.parametrize("chosen", [STRICT, ROUNDED], ids=["exact", "rounded"])
def test_an_empty_table_is_safe(chosen):
    """Nobody in it: nothing is sensitive, and there is nothing to prove."""
    empty = protect(Cube("leeg", (flat("A", 2), flat("B", 2)), np.zeros((2, 2), np.int64)), chosen)
    assert empty.check().verdict is Verdict.SAFE
