"""What DuckDB and Spark write differently, or where the same words mean another thing: a node each, that both dialects write.

Example. PlaceIn(list, value), the place of a value in a list (from 1), unknown where it is not there: DuckDB has LIST_POSITION, which
gives that; Spark's ARRAY_POSITION gives 0, so that there it is NULLIF(ARRAY_POSITION(...), 0).
"""

from __future__ import annotations

from typing import ClassVar

from sqlglot import exp


class Files(exp.Expression, exp.Func):
    """this: the name of a parameter. The rows of the Parquet files bound to it; a column that some of them lack is unknown there."""

    arg_types: ClassVar = {"this": True}


class ListRows(exp.Expression, exp.Func):
    """this: the name of a parameter. Its values, a row each; several side by side in one SELECT, which reads nothing else, go row by row."""

    arg_types: ClassVar = {"this": True}


class PlaceIn(exp.Expression, exp.Func):
    """Place of `expression` in the list `this`, from 1; unknown where it is not there."""

    arg_types: ClassVar = {"this": True, "expression": True}


class NthOf(exp.Expression, exp.Func):
    """What stands in the list `this` at the place `expression`, from 1; unknown for a place that is unknown."""

    arg_types: ClassVar = {"this": True, "expression": True}


class Known(exp.Expression, exp.AggFunc):
    """The list of the values of a group. Whether unknown ones are in it is left open: ask only whether a value is there."""

    arg_types: ClassVar = {"this": True}


class InOrder(exp.Expression, exp.Func):
    """The distinct values of a group, none of them unknown, in the order of their bytes."""

    arg_types: ClassVar = {"this": True}


class LatestOf(exp.Expression, exp.AggFunc):
    """`this` of the row of a group where `expression` is greatest, among those where `this` is known."""

    arg_types: ClassVar = {"this": True, "expression": True}


class Appended(exp.Expression, exp.Func):
    """The list `this` with `expression` as one more value."""

    arg_types: ClassVar = {"this": True, "expression": True}


class Flat(exp.Expression, exp.Func):
    """The values of the lists in the list `this`, as one list."""

    arg_types: ClassVar = {"this": True}


class Holds(exp.Expression, exp.Func):
    """Whether the list `this` has the known value `expression`."""

    arg_types: ClassVar = {"this": True, "expression": True}


class AnyDay(exp.Expression, exp.Func):
    """Whether the list of days `this` has a day from `first` up to and with `last`; unknown, or no, where it has none."""

    arg_types: ClassVar = {"this": True, "first": True, "last": True, "after": True}


class YearsLived(exp.Expression, exp.Func):
    """Whole years from the day `this` to the day `expression`, below 0 where that is a year or more before it: one more on every birthday;
    that of 29 February is 28 February in other years."""

    arg_types: ClassVar = {"this": True, "expression": True}


class Chains(exp.Expression, exp.Query):
    """A statement with the columns `by` and `nummer`, each with a _ behind its name, and `keten`: for every row of the table `this` the
    number of the first of its chain.

    vorige: the number of the row before, unknown for the first; always a lower one, among rows that are alike in the columns `by`. own: the
    name of this very step. Example: numbers 1, 2, 3, 4 of one person, before them -, -, 1, 3: chains 1, 2, 1, 1.
    """

    arg_types: ClassVar = {"this": True, "own": True, "by": True}
