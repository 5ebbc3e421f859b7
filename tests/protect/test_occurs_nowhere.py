"""What occurs nowhere is known to be empty: no method rests a proof on it, and no checker takes such a world."""

import numpy as np
import pandas as pd
import pytest
from celwacht.disclosure import protect_counts
from celwacht.disclosure.intruder.feasibility import Attack
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.verdict import Verdict

TREES = {
    "dims": ["D0", "D1", "D2"],
    "trees": {"D0": {"T": ["0", "1", "2", "3"]}, "D1": {"T": ["0", "1"]}, "D2": {"G1": ["0"], "G2": ["1", "2", "3"], "T": ["G1", "G2"]}},
    "root": {"D0": "T", "D1": "T", "D2": "T"},
}
ROWS = "0031 0111 0121 0131 1001 1111 1121 2011 2131 3002 3112 3132"
"""Leaves of the three dimensions and a count. 1 of D1 and 0 of D2 never meet."""


@pytest.mark.parametrize("method", ["fast", "optimal", "auto"])
def test_the_difference_of_two_printed_cells(method):
    """A SAFE pattern leaves every sensitive cell open, also to who knows that two classes never meet (the attacker's problem, exact)."""
    frame = pd.DataFrame([(*w[:3], int(w[3])) for w in ROWS.split()], columns=["D0", "D1", "D2", "freq"])
    done = protect_counts(frame, TREES, threshold=8, width=1, zeros="withheld", method=method)
    assert done.verdict is Verdict.SAFE and done.check().verdict is Verdict.SAFE
    shape = tuple(d.n_codes for d in done.dimensions)
    withheld = (done.status > 0).reshape(shape)
    possible = np.ones((4, 2, 4), bool)
    possible[:, 1, 0] = False
    attack = Attack(PrintedTable(done.dimensions, np.where(withheld, 0, done.value.reshape(shape)), withheld, possible=possible))
    for cell in np.argwhere(done.sensitive.reshape(shape)):
        assert attack.interval(tuple(map(int, cell))).width >= 1
