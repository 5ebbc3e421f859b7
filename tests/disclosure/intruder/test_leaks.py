"""Every planted leak is caught, and no safe neighbour is called a leak.

Each case is first judged by the intruder of judge.py, who looks for whole-numbered tables and knows nothing of the
product, so that no case leaks, or is safe, by name only. Then the auditors must find exactly the same cells, and the
checker of certificates must not call a leak safe, whatever worlds are shown to it.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from celwacht.disclosure.audit.audit import audit_published
from celwacht.disclosure.audit.model.facts import Inference, facts_of
from celwacht.disclosure.intruder.audit_printed import audit
from celwacht.disclosure.intruder.outer_bounds import outer_bounds
from celwacht.disclosure.model.printed import PrintedTable
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.model.verdict import Verdict
from celwacht.disclosure.model.worlds import Worlds
from celwacht.disclosure.search.cubes.protect_cube import protect

from tests.disclosure.intruder.leaks import made, seeds
from tests.disclosure.intruder.leaks.case import TableCase
from tests.disclosure.judge import facts_of_problem, interval

END = 400
SEEDS, MADE = seeds(), made()
TABLES = [case for case in (*SEEDS, *MADE) if isinstance(case, TableCase) and case.symbol == (0, None)]
LEAKING_TABLES = [case for case in TABLES if case.leaks and np.array_equal(case.sensitive, case.policy.sensitive(case.cube.cells))]


def _name(case):
    return f"{case.attack} {case.name}"


def _judged(case):
    """{sensitive withheld cell: its feasibility interval, cut off a little beyond the width}."""
    case = case.equations()
    problem = case.problem
    its = facts_of_problem(problem, case.pattern, END + 3 * int(problem.value.max()))
    cells = np.flatnonzero(problem.sensitive & (case.pattern > 0))
    return {int(c): interval(its, problem.value, ([c], [1]), case.width) for c in cells}


def _told(case):
    """{cell: interval} of what the auditor of patterns calls exact or narrow; it must be sure of all others."""
    case = case.equations()
    report = audit_published(facts_of(case.problem, case.pattern), case.width, recipes=False)
    assert report.count(Inference.INCONCLUSIVE) == 0 and not report.set_aside
    return {f.cell: (f.least, f.greatest) for f in report.findings if f.verdict in (Inference.EXACT, Inference.NARROW)}


def _printed(case):
    case = case.equations()
    return bool(np.any(case.problem.sensitive & (case.pattern == 0)))


@pytest.mark.parametrize("case", SEEDS, ids=_name)
def test_the_auditor_finds_what_there_is(case):
    """Cell for cell, with the same ends."""
    _agree(case)


@pytest.mark.long
@pytest.mark.parametrize("case", MADE, ids=_name)
def test_the_auditor_finds_what_there_is_in_variants(case):
    """The same for what was made of them."""
    _agree(case)


@pytest.mark.parametrize("case", MADE[::8], ids=_name)
def test_the_auditor_finds_what_there_is_in_some_variants(case):
    """Every eighth of them."""
    _agree(case)


def _agree(case):
    narrow = {cell: ends for cell, ends in _judged(case).items() if ends[1] - ends[0] < case.equations().width}
    assert bool(narrow or _printed(case)) == case.leaks, "the case is not what it says"
    assert _told(case) == narrow


@pytest.mark.parametrize("case", TABLES[::3], ids=_name)
def test_the_audit_of_a_printed_table(case):
    """The same cells again, by the other auditor, which has the atoms; and bounds by lines are never too narrow."""
    _audited(case)


@pytest.mark.long
@pytest.mark.parametrize("case", TABLES, ids=_name)
def test_the_audit_of_every_printed_table(case):
    """All of them."""
    _audited(case)


def _audited(case):
    printed = PrintedTable(case.cube.dimensions, case.shown, case.marks, case.policy.rounding_base)
    report = audit(printed, case.cube.cells, case.sensitive, case.policy.width)
    assert report.verdict is (Verdict.UNSAFE if case.leaks else Verdict.SAFE)
    if not _printed(case):
        judged = _judged(case)
        assert {f.cell for f in report.findings} == {
            np.unravel_index(c, case.marks.shape) for c, (least, greatest) in judged.items() if greatest - least < case.policy.width
        }
        low, high = (end.ravel() for end in outer_bounds(printed))
        for cell, (least, greatest) in judged.items():
            assert low[cell] <= least and (high[cell] < 0 or greatest <= high[cell])


def _certificates(case):
    """Worlds that somebody might show for a leaking pattern: none; those of a safe pattern; a move of the cell
    alone."""
    none = Worlds(np.zeros(1, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32))
    safe = protect(case.cube, case.policy)
    yield replace(safe, worlds=none)
    yield safe
    atoms = np.flatnonzero((case.cube.atoms > 0).ravel())
    for by in (case.policy.width, -1):
        yield replace(safe, worlds=Worlds(np.arange(len(atoms) + 1), atoms, np.full(len(atoms), by, np.int32)))


@pytest.mark.parametrize("case", LEAKING_TABLES[::4], ids=_name)
def test_no_certificate_makes_a_leak_safe(case):
    """The checker passes none of them."""
    _refused(case)


@pytest.mark.long
@pytest.mark.parametrize("case", LEAKING_TABLES, ids=_name)
def test_no_certificate_makes_any_leak_safe(case):
    """For all of them."""
    _refused(case)


def _refused(case):
    status = np.where(case.marks, Status.SECONDARY, Status.PUBLISHED).astype(np.uint8)
    for forged in _certificates(case):
        assert replace(forged, status=status, shown=case.shown).check().verdict is not Verdict.SAFE


def test_how_many_there_are():
    """At least two hundred leaks thought up, with and without variants; every attack has leaks and safe neighbours."""
    leaks = Counter(case.attack for case in SEEDS if case.leaks)
    safe = Counter(case.attack for case in SEEDS if not case.leaks)
    assert leaks.total() >= 200 and leaks.total() + sum(case.leaks for case in MADE) >= 500
    assert set(leaks) == set(safe) >= {"T1", "T2", "T3", "T4", "T6", "T7", "T8", "T10", "T11", "T13", "T14", "T15", "T16", "residual"}
    assert len({_name(case) for case in (*SEEDS, *MADE)}) == len(SEEDS) + len(MADE)
