"""No sensitive cell can be inferred too closely: judged by an intruder who tries every table."""

import numpy as np
import pytest
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.search.cubes.protect_cube import protect
from celwacht.tables.cubes.cube import Cube
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.disclosure.cubes import cubes, flat, leaf_sets, policy
from tests.disclosure.judge import TooLarge, facts_of_table, narrow
from tests.examples import drawn

POLICIES = [
    policy(threshold=3, width=2),
    policy(threshold=5, width=3),
    policy(threshold=4, width=4),
    policy(threshold=3, width=1),
    policy(threshold=5, width=3, cost="count"),
    policy(threshold=2, width=6),
    policy(threshold=5, width=3, zeros="withheld"),
    policy(threshold=5, width=2, base=5, zeros="withheld"),
    policy(threshold=6, width=3, base=3, zeros="withheld"),
    policy(threshold=10, width=5, base=5, zeros="withheld"),
    policy(threshold=10, width=4, base=5, zeros="withheld", cost="count"),
]
SLOW = {"deadline": None, "suppress_health_check": list(HealthCheck)}
TRIED = {"judged": 0, "too large": 0}


def _judge(cube, chosen, key):
    """The checker's verdict and the cells that the intruder narrows; None for the cells where the intruder gives up."""
    protected = protect(cube, chosen, key=key)
    result = protected.check()
    most = int(cube.atoms.max(initial=0)) + 3 * chosen.width
    its, atoms = facts_of_table(leaf_sets(cube), protected.shown, protected.withheld, chosen.rounding_base, most)
    wanted = [tuple(map(int, c)) for c in np.argwhere(chosen.sensitive(cube.cells))]
    TRIED["judged"] += 1
    try:
        found = narrow(its, cube.atoms.ravel(), {c: (atoms[c], [1] * len(atoms[c])) for c in wanted}, chosen.width)
    except TooLarge:
        TRIED["too large"] += 1
        return result.verdict, None
    assert not (result.verdict is Verdict.SAFE and found), f"called safe, but too narrow: {found}"
    return result.verdict, found


@settings(max_examples=drawn(32, long=250), **SLOW)
@given(cubes(), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_what_is_called_safe_is_safe(cube, chosen, key):
    """Whatever the certificate calls SAFE, the intruder who tries every table cannot narrow."""
    _judge(cube, chosen, key)


@settings(max_examples=drawn(20, long=120), **SLOW)
@given(cubes(), st.sampled_from(POLICIES))
def test_a_pattern_is_always_found(cube, chosen):
    """There is always a way to be safe (withhold more), and the engine finds one and its proof."""
    assert protect(cube, chosen).check().verdict is Verdict.SAFE


@pytest.mark.long
@settings(max_examples=10_000, **SLOW)
@given(cubes(most=9), st.sampled_from(POLICIES), st.binary(max_size=4))
def test_ten_thousand_publications(cube, chosen, key):
    """The same at length; and always with a proof."""
    verdict, found = _judge(cube, chosen, key)
    assert verdict is Verdict.SAFE and not found


@pytest.mark.long
def test_the_intruder_seldom_gives_up():
    """Of all publications judged above, at most one in a thousand was too large to try every table."""
    assert TRIED["too large"] <= TRIED["judged"] // 1000, TRIED


@settings(max_examples=drawn(8, long=40), **SLOW)
@given(cubes(), st.sampled_from(POLICIES))
def test_the_same_input_and_key_give_the_same_pattern(cube, chosen):
    """Deterministic: pattern and proof."""
    one, two = protect(cube, chosen, key=b"sleutel"), protect(cube, chosen, key=b"sleutel")
    assert np.array_equal(one.status, two.status)
    assert np.array_equal(one.worlds.unknown, two.worlds.unknown)
    assert np.array_equal(one.worlds.difference, two.worlds.difference)


def test_printing_a_protected_cube_tells_nothing():
    """A log line with the object in it leaks no count."""
    cube = Cube("geheim", (flat("A", 2), flat("B", 2)), np.array([[7919, 3], [4, 7907]]))
    protected = protect(cube, policy())
    for text in (repr(cube), repr(protected), repr(protected.worlds), repr(protected.printed())):
        assert "7919" not in text and "7907" not in text and "[" not in text
