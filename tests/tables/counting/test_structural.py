"""What cannot be: which atoms follow from layouts and specification, by trying every record; and records that contradict it."""

from datetime import date
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from celwacht.tables.counting.build_cube import build_cube
from celwacht.tables.counting.coding import Coding
from celwacht.tables.counting.structural import always, never, rules_of
from celwacht.tables.cubes.classification import Classification, Code
from celwacht.tables.cubes.province import narrowed
from celwacht.tables.periods import Period
from celwacht.tables.problems import ProblemsFound
from celwacht.tables.specs.filter_language import And, Compare, In, Known, Not, Or
from celwacht.tables.specs.read_spec import read_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tables import tiny
from tests.tables.counting.test_run import one_person
from tests.tables.standard import standard

VALUES = {"type": ["11", "12", "21", "?", None], "leeftijd": [*range(8), None]}
YEAR = Period.parse("2024JJ00")


def holds(expr, record):
    """A filter on a record, by its definition: no test holds for what is unknown but `is unknown`."""
    if isinstance(expr, And):
        return all(holds(p, record) for p in expr.parts)
    if isinstance(expr, Or):
        return any(holds(p, record) for p in expr.parts)
    if isinstance(expr, Not):
        return not holds(expr.part, record)
    value = record[expr.field]
    if isinstance(expr, Known):
        return (value is None) == expr.negated
    if value is None:
        return False
    if isinstance(expr, In):
        return (value in expr.values) != expr.negated
    a, b = value, expr.value
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[expr.op]


def axis(field, kind, leaves, unknown):
    """leaves: per leaf its values (codes) or its spans (ranges)."""
    names = [f"L{i}" for i in range(len(leaves) + unknown)]
    codes = tuple(Code(n, n) for n in names)
    dimension = Classification(field, field, field, codes, tuple(names), tuple(np.array([i], np.int32) for i in range(len(names))))
    values = {v: i for i, its in enumerate(leaves) for v in its} if kind == "codes" else {}
    spans = tuple((a, b, i) for i, its in enumerate(leaves) for a, b in its) if kind == "ranges" else ()
    coding = Coding(dimension, field, kind, values, spans, len(leaves) if unknown else None)
    return SimpleNamespace(coding=coding, all_touched=False)


def leaf_of(one, value):
    coding = one.coding
    if value in coding.values:
        return coding.values[value]
    for a, b, leaf in coding.ranges:
        if value is not None and (a is None or value >= a) and (b is None or value < b):
            return leaf
    return coding.unknown


TESTS = st.one_of(
    st.builds(In, st.just("type"), st.lists(st.sampled_from(["11", "12", "21", "?"]), min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(Compare, st.just("type"), st.sampled_from(["==", "!="]), st.sampled_from(["11", "21"])),
    st.builds(Compare, st.just("leeftijd"), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.integers(0, 8)),
    st.builds(In, st.just("leeftijd"), st.lists(st.integers(0, 8), min_size=1, max_size=4).map(tuple), st.booleans()),
    st.builds(Known, st.sampled_from(["type", "leeftijd"]), st.booleans()),
)
FILTERS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda p: And(tuple(p))),
        st.lists(inner, min_size=2, max_size=3).map(lambda p: Or(tuple(p))),
        inner.map(Not),
    ),
    max_leaves=5,
)
TYPES = st.sampled_from([[["11"], ["12"], ["21"]], [["11", "12"], ["21"]], [["21", "11"], ["12"]]])
AGES = st.sampled_from([[[(None, 4)], [(4, None)]], [[(0, 2), (4, 6)], [(2, 4)], [(6, 8)]], [[(0, 8)]]])


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(FILTERS, TYPES, AGES)
def test_no_atom_is_empty_that_a_record_could_be_in(expr, types, ages):
    """Every record that there could be, in its leaf: where it does not fit the filter, the leaf is not said to be impossible."""
    axes = [axis("type", "codes", types, True), axis("leeftijd", "ranges", ages, True)]
    shape = (len(types) + 1, len(ages) + 1)
    fit = np.broadcast_to(always(expr, axes, 2), shape)
    unfit = np.broadcast_to(never(expr, axes, 2), shape)
    for kind, age in product(*VALUES.values()):
        place = leaf_of(axes[0], kind), leaf_of(axes[1], age)
        held = holds(expr, {"type": kind, "leeftijd": age})
        assert held or not fit[place], (expr, kind, age)
        assert not held or not unfit[place], (expr, kind, age)


def test_what_follows_does_follow():
    """Not only never wrong: two codes of one leaf, a span below a limit, and the leaf for unknown, which never follows."""
    axes = [axis("type", "codes", [["11", "12"], ["21"]], True), axis("leeftijd", "ranges", [[(0, 4)], [(4, 8)]], True)]
    expr = And((In("type", ("11", "12", "31")), Compare("leeftijd", "<", 4)))
    assert always(expr, axes, 2).tolist() == [[True, False, False], [False] * 3, [False] * 3]
    assert not always(In("type", ("11",)), axes, 2).any()


def test_every_pair_of_the_layout_and_no_other():
    """Type against reason of youth protection, as the protocol has it (5.3.1): 65 pairs of 91 that nobody can have."""
    spec = read_tables(only=["jeugdbescherming_uitstroom"])["jeugdbescherming_uitstroom"]
    allowed = {"11": "01 02 03 04 05 06", "12": "01 02 03 04 05 06 07", "31": "31"} | dict.fromkeys(("21", "22", "23"), "11 12 13 14 15")
    types, reasons = sorted(allowed), [f"{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 31)]
    rules = [r.expr for r in rules_of(spec, 2024)]
    for kind, reason in product(types, reasons):
        said = any(holds(rule, {"type": kind, "reden": reason, "leeftijd": None}) for rule in rules)
        assert said == (reason not in allowed[kind].split()), (kind, reason)


def test_a_rule_of_one_year_only_is_none():
    """The wijkteam's referrer follows from layout 7 on: not for tables of 2021, which hold records of 2020 too."""
    spec = read_tables(only=["jeugdhulp_instroom_verwijzer"])["jeugdhulp_instroom_verwijzer"]
    assert len(rules_of(spec, 2022)) == 1 and rules_of(spec, 2021) == [] and rules_of(spec, 2019) == []


def test_cells_of_the_standard_table_are_blank(tmp_path):
    """Voogdij by reasons of ondertoezichtstelling: blank in every region; totals and `unknown` are not."""
    cube = build_cube(standard()["jeugdbescherming_uitstroom"], [YEAR], tiny.make(tmp_path, 3))[0]
    names = [d.name for d in cube.dimensions]
    of = {d.name: d for d in cube.dimensions}
    kind, reason = (next(i for i, n in enumerate(names) if part in n) for part in ("Maatregel", "Reden"))
    blank = np.moveaxis(cube.blank, (kind, reason), (0, 1))
    assert not cube.cells[cube.blank].any() and not blank[0].any() and not blank[:, 0].any()
    assert 0 < cube.blank.sum() < cube.blank.size
    smaller = narrowed(cube, frozenset({"PV20", "GM0014", "GM1979"}))
    assert smaller.blank.sum() * cube.shape[names.index("RegioS")] == cube.blank.sum() * smaller.shape[names.index("RegioS")]
    assert of["Perioden"].n_codes == 1


@pytest.mark.parametrize("impossible", ["verwijzer == '01'", "hulpvorm in ('02', '03') and verwijzer != '06'"])
def test_records_that_contradict_it_stop_the_table(tmp_path, impossible):
    """Told with the rule and about how many; never counted into a cell that is blank, and no value of a record."""
    data = one_person(tmp_path, [{"aanvang": date(2024, 1, 1), "hulpvorm": "02", "verwijzer": "01"}])
    spec = standard()["jeugdhulp_instroom_hulpvorm"]
    assert build_cube(spec, [Period.parse("2024HJ01")], data)[0].cells.max() == 1
    with pytest.raises(ProblemsFound) as found:
        build_cube(spec.model_copy(update={"impossible": (impossible,)}), [Period.parse("2024HJ01")], data)
    (problem,) = found.value.problems
    assert problem.rule == "impossible-record" and problem.message.startswith("fewer than 20 trajecten of 2024 fit what cannot be")
    assert impossible in problem.message and "Correct the deliveries" in problem.message
