"""A catalogue of publications that leak, and of neighbours of theirs that do not.

Seeds are data: tables (tables_*.py) and sets of equations (equations_*.py). variants.py makes more of each by
construction. The names T1..T16 are those of the list of attacks that the tests follow: T1 lines combined, T2 nothing
below zero, T3 what the mark tells, T4 whole numbers, T6 insiders, T7 coalitions, T8 groups, T10 regions, T11 periods,
T13 distinct persons, T14 rounding, T15 percentages, T16 means; `residual`: the known sum of what is withheld. T5 (the
pattern itself tells) is not a fault of one publication: benchmarks/kerckhoffs.py.
"""

from functools import cache

from tests.disclosure.intruder.leaks import equations_other, tables_codes, tables_lines, tables_marks, tables_rounded
from tests.disclosure.intruder.leaks.case import TableCase
from tests.disclosure.intruder.leaks.variants import divided, of_table


@cache
def seeds():
    """The cases as they were thought up."""
    return tuple(case for part in (tables_lines, tables_marks, tables_codes, tables_rounded, equations_other) for case in part.tables())


@cache
def made():
    """Their variants."""
    few = [case for case in seeds() if not case.name.startswith(("closed path", "corners", "base "))]
    return (
        *(v for case in few if isinstance(case, TableCase) for v in of_table(case)),
        *(divided(case.equations()) for case in seeds() if not case.name.startswith(("closed path", "corners"))),
    )
