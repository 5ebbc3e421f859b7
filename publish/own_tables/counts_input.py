"""Tables of counts, or records to be counted, as cubes: one table, or several that share variables."""

from __future__ import annotations

from pathlib import Path

from celwacht.disclosure.problems.counts import counts_of
from celwacht.disclosure.problems.trees import Trees
from celwacht.publish.own_tables import hierarchy_input, input_files
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, kept, option_problem


def read_counts(order, wrong: list[Problem]) -> tuple[tuple[Path, ...], Cube, Trees, tuple[str, ...]]:
    """(files, cube, trees, what is to be said) of one table; ProblemsFound with everything that is wrong, `wrong` included."""
    told = kept(wrong, hierarchy_input.hierarchies, order.hierarchy)
    file = kept(wrong, hierarchy_input.one_file, told) if told else None
    trees = kept(wrong, hierarchy_input.read_tree_file, file) if file else None
    found = kept(wrong, input_files.read_table, order.source, wrong)
    if not order.hierarchy:
        wrong.append(hierarchy_input.missing(found[0] if found else None, (order.freq,)))
    cube = None
    said: tuple[str, ...] = ()
    if found and told and (trees or told.columns):
        freq, name = None if order.microdata else order.freq, str(order.source)
        if order.microdata and order.freq in found[0].columns:
            said += (f"every row is counted as one record; the column {order.freq} is not looked at",)
        if freq and told.columns and freq not in found[0].columns:
            wrong.append(hierarchy_input.freq_problem(name, found[0], freq))
        made = kept(wrong, lambda: hierarchy_input.with_trees(told, trees, found, name, (order.freq,)))
        if made and not (freq and told.columns and freq not in found[0].columns):
            trees, frame, more = made
            counted = kept(wrong, lambda: counts_of(frame, trees, name, freq=freq, lines=found[1]))
            cube, done = counted or (None, [])
            said += (*more, *done)
    if wrong:
        raise ProblemsFound(wrong)
    name = order.source.name.removesuffix(".gz")
    files = (order.source, *([file] if file else []))
    return files, Cube(name, cube.dimensions, cube.atoms), trees, said


def unfit(order) -> list[Problem]:
    """Options that say nothing of counts."""
    if not order.whole:
        return []
    return [option_problem("--whole", "counts are whole anyway; leave this option out")]
