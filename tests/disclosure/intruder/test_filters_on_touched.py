"""Tables of persons by every class touched, with filters on that very field: the sets of classes that somebody can have differ between them, so that what is
numbered alike is not the same."""

from datetime import date

import numpy as np
import pytest
from celwacht.disclosure.intruder.sets.reading import read
from celwacht.disclosure.intruder.sets.same import same_cells
from celwacht.disclosure.intruder.sets.seen import seen
from celwacht.tables.specs.table_spec import DimensionSpec

from tests.disclosure import registers
from tests.disclosure.intruder.test_whole_set import HALVES, KIND
from tests.disclosure.registers import Trajectory, by_lines, printed, spec

LOW, HIGH = "hulpvorm in ('01', '02')", "hulpvorm in ('02', '11')"
REGISTER = [Trajectory(i, date(2024, 2, 1), None, kind) for i, kind in enumerate(["01"] * 3 + ["02"] * 2 + ["11"] * 7)]


@pytest.fixture(autouse=True)
def filters(monkeypatch):
    known = {LOW: lambda t: t.hulpvorm in ("01", "02"), HIGH: lambda t: t.hulpvorm in ("02", "11")}
    monkeypatch.setattr(registers, "FILTERS", registers.FILTERS | known)


def touched(name, where):
    return spec(name, "gebruik", [KIND], unit="jongeren", alle="Hulpvorm", where=where)


@pytest.mark.parametrize("order", [(LOW, HIGH), (HIGH, LOW), (LOW, None), (None, HIGH)])
def test_persons_of_one_filter_are_not_held_against_classes_of_another(order):
    """01 is the first class of one filter, 02 that of the other; three persons of 01 were held to be at most the two trajectories of 02."""
    tables = [touched(f"j_vorm{n}", where) for n, where in enumerate(order)] + [spec("t_vorm", "gebruik", [KIND])]
    made = [printed(t, HALVES[:1], REGISTER, lambda c: c < 0) for t in tables]
    known, found = by_lines([t for t, _ in made])
    for place, (_, cells) in zip(known.place, made):
        assert (found.least[place] == cells).all() and (cells == found.greatest[place]).all()


def test_persons_are_at_most_trajectories_under_each_filter():
    """With nothing but the trajectories printed, every class of either filter is bounded by its own."""
    plain, cells = printed(spec("t_vorm", "gebruik", [KIND]), HALVES[:1], REGISTER, lambda c: c < 0)
    tables = [printed(touched(f"j_vorm{n}", where), HALVES[:1], REGISTER, lambda c: c >= 0)[0] for n, where in enumerate((LOW, HIGH))]
    known, found = by_lines([plain, *tables])
    trajectories = dict(zip(plain.codes[0], cells[:, 0].tolist()))
    for place, table, its in zip(known.place[1:], tables, (("A017916", "CWHV02"), ("CWHV02", "CWHV11"))):
        for code in its:
            assert found.greatest[place][table.codes[0].index(code), 0] == trajectories[code]


def combinations(name, where):
    base = spec(name, "gebruik", [KIND], unit="jongeren")
    vorm = DimensionSpec(name="Vorm", classification="samenloop", per_person="alle")
    return base.model_copy(update={"source": "jeugdzorg", "dimensions": (vorm,), "where": where})


def test_combinations_of_two_filters_are_other_classes():
    """Both of JH and JB, and both of JH and JR, are the whole of what their table can show; they are not one class."""
    codes = (("CWJZ12", "CWJH12"), ("2024HJ01",))
    tables = [
        seen("r", combinations(n, where), codes, np.array([[9], [4]]), np.zeros((2, 1), bool), 1)
        for n, where in (("c_a", "vorm in ('JHA', 'JHV', 'JB')"), ("c_b", "vorm in ('JHA', 'JHV', 'JR')"), ("c_alle", None))
    ]
    reading = read(tables)
    fields = [[field for field, _ in grid.axes] for grids in reading.grids for grid in grids]
    assert len({its[0] for its in fields}) == 3
    names = same_cells(tables)
    assert len(np.unique(np.concatenate([n.ravel() for n in names]))) == 6
