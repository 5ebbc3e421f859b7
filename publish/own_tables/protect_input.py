"""What `celwacht protect` was given, and its files as a cube or a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.own_table.protect_own_table import policy_of
from celwacht.disclosure.own_table.result import names_of
from celwacht.disclosure.policy.apriori import read_apriori
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.disclosure.policy.sensitivity import sensitive_cells
from celwacht.disclosure.problems import csv_format
from celwacht.disclosure.problems.counts import MOST_TOTAL
from celwacht.disclosure.problems.jj_format import read_jj
from celwacht.disclosure.problems.linked import linked_problem
from celwacht.disclosure.problems.listed import cells_as_codes, with_list
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.problems.trees import Trees
from celwacht.publish.own_tables import linked_files
from celwacht.publish.own_tables.inputs import counts_input, input_files, records_input
from celwacht.publish.own_tables.linked_files import LinkedTable
from celwacht.tables import home
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, kept, nearest, option_problem
from pydantic import ValidationError

POLICY_OPTIONS = ("threshold", "width", "zeros", "rounding_base", "cost")


DEFAULTS = {"threshold": 10, "width": 5}


@dataclass(frozen=True, slots=True)
class Order:
    """The command line, as given; None where an option was left out."""

    source: Path
    hierarchy: tuple[str, ...] = ()
    out: Path | None = None
    policy: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    """Those of POLICY_OPTIONS that were given."""
    freq: str = "freq"
    exact: bool = False
    method: str = "auto"
    seconds: float | None = None
    singletons: bool = False
    whole: bool = False
    key: Path | None = None
    force: bool = False
    write_jj: Path | None = None
    write_csv: Path | None = None
    contributor: str | None = None
    """From here on: for records (records_input.py)."""
    amount: str | None = None
    holding: str | None = None
    asks: str | None = None
    weight: str | None = None
    rules: tuple[str, ...] = ()
    apriori: Path | None = None
    microdata: bool = False
    """Whether every row is a record."""
    linked: tuple[Path, ...] = ()
    """Further tables over the same records."""
    most: int = MOST_TOTAL
    """What all counts together may be."""
    negatives: Literal["refuse", "absolute"] = "refuse"
    """For records: what a rule on concentration does with amounts below 0."""


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: a cube with its trees and policy, or a problem (with trees, where it is a table of records)."""

    files: tuple[Path, ...]
    cube: Cube | None = None
    trees: Trees | None = None
    policy: DisclosurePolicy | None = None
    problem: SuppressionProblem | None = None
    notes: tuple[str, ...] = ()
    """How it was read, in sentences."""
    tables: tuple[LinkedTable, ...] = ()
    """Of several tables: each of them. The problem is that of all."""

    def problem_there(self) -> SuppressionProblem:
        """The problem of an input that is one; ValueError where it is a table of counts."""
        if self.problem is None:
            raise ValueError("these are counts, not a problem of cells and relations; protect_counts is for them")
        return self.problem


def read(order: Order) -> Source:
    """The input as a cube or a problem; ProblemsFound with everything that is wrong in all files and options."""
    of_cells = _is_problem(order.source)
    records = records_input.wanted(order)
    if order.apriori and (order.linked or order.singletons):
        reason = "a list is for one table, and not beside --singletons; leave one of them out"
        raise ProblemsFound([option_problem("--apriori", reason)])
    if order.linked:
        return _read_linked(order)
    if order.singletons and (of_cells or records or order.method == "optimal"):
        reason = (
            "only counts tell who is alone in a cell, and only the fast method protects against them; leave this option "
            "out, or give counts without --method optimal"
        )
        raise ProblemsFound([option_problem("--singletons", reason)])
    if of_cells:
        return _listed(order, _read_problem(order))
    if records:
        files, problem, trees, notes = records_input.read(order)
        return Source(files, trees=trees, problem=problem, notes=notes)
    return _read_counts(order)


def _is_problem(path: Path) -> bool:
    return path.is_dir() or path.name.removesuffix(".gz").endswith(".jj")


def _read_linked(order: Order) -> Source:
    wrong: list[Problem] = []
    policy = kept(wrong, _policy, order)
    wrong += counts_input.unfit(order)
    if any(map(_is_problem, (order.source, *order.linked))) or records_input.wanted(order):
        reason = "several tables are tables of counts (or records with --microdata); a problem, or amounts of contributors, is one input"
        wrong.append(option_problem("INPUT", reason))
        raise ProblemsFound(wrong)
    if order.singletons:
        wrong.append(option_problem("--singletons", "this is for one table of counts; leave it out, or protect the tables apart"))
    files, cubes, trees, notes = counts_input.read_linked(order, wrong)
    problem = linked_problem(cubes, policy, " and ".join(c.table for c in cubes))
    shared = sum(c.cells.size for c in cubes) - len(problem)
    notes = (*notes, f"{len(cubes)} tables, with {shared:,} cells that stand in more than one; one pattern for all", *_remarks(policy))
    tables = linked_files.named([c.table for c in cubes], trees)
    return Source(files, policy=policy, problem=problem, notes=notes, tables=tables)


def _read_counts(order: Order) -> Source:
    wrong: list[Problem] = []
    policy = kept(wrong, _policy, order)
    wrong += counts_input.unfit(order)
    files, cube, trees, notes = counts_input.read_counts(order, wrong)
    notes = (*notes, *_remarks(policy))
    if order.apriori is None:
        return Source(files, cube, trees, policy, notes=notes)
    listed = read_apriori(input_files.read_text(order.apriori), str(order.apriori), cube.dimensions)
    if np.any(listed.waiver):
        reason = "a waiver is the word of contributors, and counts have none; take it out of the list"
        raise ProblemsFound([Problem(str(order.apriori), int(listed.line[listed.waiver][0]), 0, "waiver", reason)])
    problem = problem_of_cube(cube, policy, sensitive_cells(cube, policy, apriori=listed))
    return Source((*files, order.apriori), trees=trees, policy=policy, problem=problem, notes=notes)


def _remarks(policy: DisclosurePolicy | None) -> tuple[str, ...]:
    return policy.remarks if policy else ()


def _policy(order: Order) -> DisclosurePolicy:
    """The policy that the options name, or make; ProblemsFound where they disagree."""
    given = dict(order.options)
    try:
        if order.policy is None:
            return policy_of(**{**DEFAULTS, **given})
        there = [p.stem for p in home.files("policies")]
        if order.policy not in there:
            raise ProblemsFound(
                [Problem("--policy", 0, 0, "option", f"there is no policy '{order.policy[:60]}'.{nearest(order.policy, there)}")]
            )
        named = read_policy(order.policy)
        return DisclosurePolicy.model_validate({**named.model_dump(exclude_unset=True), **given}) if given else named
    except ValidationError as error:
        raise ProblemsFound([_option(e["loc"], e["msg"]) for e in error.errors()]) from None


def _option(place: tuple, message: str) -> Problem:
    """A complaint of the policy's model, in words of the command line."""
    name = "--" + str(place[0]).replace("_", "-") if place else "--threshold, --zeros, --rounding-base"
    for word in ("rounding_base", "zeros"):
        message = message.replace(f"{word}: ", f"--{word.replace('_', '-')} ")
    message = message.removeprefix("Value error, ").replace("Input should be", "this must be")
    return Problem(name, 0, 0, "option", message)


def _read_problem(order: Order) -> Source:
    wrong = [
        Problem(
            "--" + name.replace("_", "-"),
            0,
            0,
            "option",
            "the file itself says which cells are sensitive and how much they need; leave this option out",
        )
        for name in (
            *(n for n in order.options if n != "cost"),
            *(["policy"] if order.policy else []),
            *(["hierarchy"] if order.hierarchy else []),
            *(["microdata"] if order.microdata else []),
        )
    ]
    if order.options.get("cost", "file") not in ("file", "value", "count"):
        wrong.append(Problem("--cost", 0, 0, "option", "for a problem this is file (the weights in it), value or count"))
    if order.source.is_dir():
        files = tuple(order.source / name for name in csv_format.FILES)
        problem = kept(wrong, _read_csv_problem, files, order)
    else:
        files = (order.source,)
        text = kept(wrong, input_files.read_text, order.source)
        problem = text and kept(wrong, lambda: read_jj(text, str(order.source), integral=order.whole))
    if wrong:
        raise ProblemsFound(wrong)
    return Source(files, problem=problem)


def _listed(order: Order, source: Source) -> Source:
    """The problem with the a-priori list in it, where one is given: its cells are named as in the file."""
    if order.apriori is None:
        return source
    problem = source.problem_there()
    cells = cells_as_codes(names_of(problem))
    listed = read_apriori(input_files.read_text(order.apriori), str(order.apriori), (cells,), 10**problem.decimals)
    return Source((*source.files, order.apriori), problem=with_list(problem, listed), notes=source.notes)


def _read_csv_problem(files: tuple[Path, ...], order: Order) -> SuppressionProblem:
    wrong: list[Problem] = []
    frames = [kept(wrong, input_files.read_csv, path, wrong) for path in files]
    problem = None
    if all(frames):
        (cells, of_cells), (relations, of_relations) = frames
        problem = kept(
            wrong, lambda: csv_format.read_problem(cells, relations, str(order.source), of_cells, of_relations, integral=order.whole)
        )
    if wrong:
        raise ProblemsFound(wrong)
    return problem
