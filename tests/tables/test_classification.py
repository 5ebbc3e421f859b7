"""A dimension is refused for any set of leaves that is empty, out of order or out of range, and named by its code."""

import numpy as np
import pytest
from celwacht.tables.cubes.classification import Classification, Code
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 4), st.lists(st.lists(st.integers(-1, 4), max_size=4), max_size=4))
def test_sets_of_leaves(n, members):
    """Held against the definition, code by code."""
    wrong = [k for k, m in enumerate(members) if not m or sorted(set(m)) != m or m[0] < 0 or m[-1] >= n]
    codes = tuple(Code(f"c{k}", "") for k in range(len(members)))
    given_ = ("A", "", "", codes, tuple(map(str, range(n))), tuple(np.array(m, np.int32) for m in members))
    if not wrong:
        assert Classification(*given_).matrix().sum() == sum(map(len, members))
        return
    with pytest.raises(ValueError) as told:
        Classification(*given_)
    assert any(f"code c{k} has" in str(told.value) for k in wrong)
