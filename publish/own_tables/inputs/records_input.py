"""`celwacht protect RECORDS.csv`: tables of amounts from records, with the rules on who contributes to a cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

FILE = click.Path(dir_okay=False, path_type=Path)


def record_options(command: Callable) -> Callable:
    """The options that make the input records of contributors."""
    for option in reversed(
        (
            click.option("--contributor", metavar="COLUMN", help="For records: the column that says whose a record is."),
            click.option("--amount", metavar="COLUMN", help="For records: the column that is added up; default: records are counted."),
            click.option("--holding", metavar="COLUMN", help="For records: contributors with the same word here count as one."),
            click.option("--asks", metavar="COLUMN", help="For records: yes where the contributor asked for protection."),
            click.option("--weight", metavar="COLUMN", help="For records: sampling weights, 1 or more."),
            click.option(
                "--negatives",
                type=click.Choice(["refuse", "absolute"]),
                default="refuse",
                help="For records: amounts below 0 are refused under rules on concentration (default), or count by their size.",
            ),
            click.option(
                "--rule",
                "rules",
                multiple=True,
                metavar="RULE",
                help="For records, as often as needed: contributors:3, frequency:3, dominance:2,85, p%:10, pq:10,50, request:p%:30, zero.",
            ),
            click.option(
                "--apriori",
                type=FILE,
                metavar="LIST.csv|.hst",
                help="Cells to publish or to withhold, their levels, and what they cost (.hst: of tau-ARGUS).",
            ),
        )
    ):
        command = option(command)
    return command


def wanted(order) -> bool:
    """Whether the command line speaks of records."""
    return any((order.contributor, order.amount, order.holding, order.asks, order.weight, order.rules)) or order.negatives != "refuse"


def read(order):
    """(files, problem, trees, what is to be said) from records, trees, rules and a list; ProblemsFound with everything that is wrong."""
    from celwacht.disclosure.policy.apriori import read_apriori
    from celwacht.disclosure.problems.microdata import Columns, contributions_of_records
    from celwacht.disclosure.problems.of_amounts import problem_of_magnitudes
    from celwacht.disclosure.rules.parse import rules_of_text
    from celwacht.publish.own_tables.inputs import input_files
    from celwacht.tables.problems import Problem, ProblemsFound, kept

    wrong = _unfit(order)
    rules = kept(wrong, rules_of_text, (*order.rules, *_threshold_rule(order)))
    columns = Columns(order.contributor or "", order.amount, order.holding, order.asks, order.weight)
    files, frame, lines, trees, notes = _table(order, columns, wrong)
    listed = made = None
    if trees and order.contributor:
        made = kept(wrong, lambda: contributions_of_records(frame, trees, columns, str(order.source), lines=lines))
    if order.apriori and trees:
        unit = 10 ** made[1] if made else 1
        listed = kept(wrong, lambda: read_apriori(input_files.read_text(order.apriori), str(order.apriori), trees.classifications(), unit))
    if wrong:
        raise ProblemsFound(wrong)
    contributions, decimals = made
    how = {
        "apriori": listed,
        "decimals": decimals,
        "cost": str(order.options.get("cost", "value")),
        "integral": order.whole,
        "negatives": order.negatives,
    }
    try:
        table = problem_of_magnitudes(order.source.name, contributions, rules, named=True, **how)
    except ProblemsFound:
        raise
    except ValueError as error:
        raise ProblemsFound([Problem(str(order.source), 0, 0, "records", str(error))]) from None
    return (*files, *([order.apriori] if order.apriori else [])), table.problem, trees, notes


def _table(order, columns, wrong: list):
    """(files, frame, lines, trees, what is to be said); None for trees where something is wrong."""
    from celwacht.publish.own_tables.inputs import hierarchy_input, input_files
    from celwacht.tables.problems import kept

    stated = kept(wrong, hierarchy_input.hierarchies, order.hierarchy)
    file = kept(wrong, hierarchy_input.one_file, stated) if stated else None
    trees = kept(wrong, hierarchy_input.read_tree_file, file) if file else None
    found = kept(wrong, input_files.read_table, order.source, wrong)
    made = None
    if found and stated and (trees or stated.columns):
        made = kept(wrong, hierarchy_input.with_trees, stated, trees, found, str(order.source), columns.named())
    trees, frame, notes = made or (None, None, ())
    return (order.source, *([file] if file else [])), frame, found[1] if found else None, trees, notes


def _unfit(order) -> list:
    """What the command line lacks, or has too much of, for records."""
    from celwacht.tables.problems import Problem

    def option(name: str, message: str) -> Problem:
        return Problem("--" + name.replace("_", "-"), 0, 0, "option", message)

    wrong = [
        option(name, "amounts of records are judged by --rule, and --threshold N as frequency:N; leave this option out")
        for name in (*(o for o in order.options if o not in ("cost", "threshold", "width")), *(["policy"] if order.policy else []))
    ]
    if order.options.get("cost", "value") not in ("value", "count", "records"):
        wrong.append(option("cost", "for records this is value, count or records"))
    if not order.contributor:
        wrong.append(option("contributor", "name the column that says whose a record is; rules look at contributors"))
    if not order.rules and not order.apriori and "threshold" not in order.options:
        wrong.append(option("rule", "name at least one rule, such as --rule p%:10, --rule contributors:3 or --threshold 10"))
    if "width" in order.options and "threshold" not in order.options:
        wrong.append(option("width", "for amounts this goes with --threshold; leave it out, or give both"))
    if not order.hierarchy:
        columns = "columns of the data (--hierarchy sex --hierarchy region=kommune<fylke) or a file (--hierarchy TREES.json)"
        wrong.append(option("hierarchy", f"records need the trees of their dimensions: give {columns}"))
    return wrong


def _threshold_rule(order) -> tuple[str, ...]:
    """--threshold and --width as a rule on the number of records."""
    if "threshold" not in order.options:
        return ()
    return (f"frequency:{order.options['threshold']},{order.options.get('width', 1)}",)
