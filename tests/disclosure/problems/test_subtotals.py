"""Codes that are sums of others in their column are not counted beside them: refused, with what they are the sum of."""

import pandas as pd
import pytest
from celwacht.disclosure.problems.subtotals import subtotals
from celwacht.publish.cli import celwacht
from celwacht.publish.terminal import console

PARTS = {"N1": (12, 8), "N2": (18, 11), "Z1": (20, 14), "Z2": (25, 9)}
NORTH, SOUTH = (30, 19), (45, 23)


def frame(rows):
    return pd.DataFrame([(code, sex, str(n)) for code, counts in rows for sex, n in zip("mv", counts)], columns=["region", "sex", "freq"])


def rows(*order, **more):
    return [(c, {**PARTS, **more}[c]) for c in order]


@pytest.mark.parametrize(
    "order, more, found",
    [
        (("N1", "N2", "Z1", "Z2"), {}, []),
        (("Noord", "N1", "N2", "Zuid", "Z1", "Z2"), {"Noord": NORTH, "Zuid": SOUTH}, ["Noord", "Zuid"]),
        (("N1", "N2", "Noord", "Z1", "Z2", "Zuid"), {"Noord": NORTH, "Zuid": SOUTH}, ["Noord", "Zuid"]),
        (("Land", "Noord", "N1", "N2", "Zuid", "Z1", "Z2"), {"Noord": NORTH, "Zuid": SOUTH, "Land": (75, 42)}, ["Noord", "Zuid", "Land"]),
        (("N1", "N2", "Totaal Noord"), {"Totaal Noord": NORTH}, ["Totaal Noord"]),
        (("N1", "N2", "Noord"), {"Noord": (30, 20)}, []),
    ],
)
def test_what_is_found(order, more, found):
    """Totals before or after their parts, one level or two; nothing where one line does not add up."""
    assert sorted(code for code, _ in subtotals(frame(rows(*order, **more)), "region", ["sex"], "freq")) == sorted(found)


def test_one_small_sum_may_be_chance():
    """2 + 1 = 3 in one line says nothing, unless the code is called a total."""
    one = pd.DataFrame({"region": ["a", "b", "c"], "freq": ["3", "2", "1"]})
    assert subtotals(one, "region", [], "freq") == []
    assert subtotals(one.replace("a", "Totaal"), "region", [], "freq") == [("Totaal", ("b", "c"))]


def protect(tmp_path, capsys, table, *more):
    table.to_csv(tmp_path / "counts.csv", index=False)
    args = ["protect", str(tmp_path / "counts.csv"), "--hierarchy", "region", "--hierarchy", "sex", "--out", str(tmp_path / "out"), *more]
    code = console.run(lambda: celwacht.main(args=args, prog_name="celwacht", standalone_mode=False))
    return code, "".join(capsys.readouterr())


def test_protect_refuses_to_count_them_twice(tmp_path, capsys):
    """It was SAFE with 234 of 117 people before; a row of the grand total does not hide it."""
    table = frame(rows("Noord", "N1", "N2", "Zuid", "Z1", "Z2", Noord=NORTH, Zuid=SOUTH))
    for given in (table, pd.concat([frame([("Totaal", (75, 42))]), table])):
        code, said = protect(tmp_path, capsys, given)
        assert code == 2 and "'Noord' is everywhere the sum of N1, N2" in said and "'Zuid'" in said and "Leave its rows out" in said
        assert not (tmp_path / "out").exists()


def test_the_same_without_them_is_protected(tmp_path, capsys):
    code, said = protect(tmp_path, capsys, frame(rows("N1", "N2", "Z1", "Z2")))
    assert code == 0 and "4 leaves under 'Total'" in said
