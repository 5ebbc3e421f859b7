"""`celwacht protect`: from files to a folder with the pattern and its proof."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import click
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.own_table.protect_own_table import Wishes, policy_of, protect_cells, protect_cube
from celwacht.disclosure.own_table.result import ProtectionResult
from celwacht.disclosure.policy.policy import DisclosurePolicy, read_policy
from celwacht.disclosure.problems import csv_format
from celwacht.disclosure.problems.counts import cube_of_counts
from celwacht.disclosure.problems.jj_format import read_jj, write_jj
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.disclosure.problems.trees import Trees, read_trees
from celwacht.publish.own_tables import folder as protection_folder
from celwacht.publish.own_tables import input_files, records_input
from celwacht.publish.store.store import digest
from celwacht.publish.terminal.console import Refused, say
from celwacht.tables.cubes.cube import Cube
from celwacht.tables.problems import Problem, ProblemsFound, nearest
from pydantic import ValidationError

POLICY_OPTIONS = ("threshold", "width", "zeros", "rounding_base", "cost")
DEFAULTS = {"threshold": 10, "width": 5}
LEAST_KEY = 16


@dataclass(frozen=True, slots=True)
class Order:
    """The command line, as given; None where an option was left out."""

    source: Path
    hierarchy: Path | None = None
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


@dataclass(frozen=True, slots=True)
class Source:
    """What was read: a cube with its trees and policy, or a problem (with trees, where it is a table of records)."""

    files: tuple[Path, ...]
    cube: Cube | None = None
    trees: Trees | None = None
    policy: DisclosurePolicy | None = None
    problem: SuppressionProblem | None = None


def protect(order: Order) -> None:
    """Reads, protects, writes and tells; ProblemsFound on bad input, Refused where not everything is proved."""
    if order.out is None and order.write_jj is None and order.write_csv is None:
        raise click.UsageError("Missing option '--out'.")
    if order.out is None:
        return _write_forms(order, read(order))
    _tell(order.out, _protected(order))


def protect_files(source: Path | str, hierarchy: Path | str | None = None, out: Path | str | None = None, **options) -> ProtectionResult:
    """The command from Python: protects what is in these files, and writes the folder `out` where one is named.

    options: those of the command line, as in `Order` and POLICY_OPTIONS: threshold=10, width=5, exact=True, ... Raises
    ProblemsFound with everything that is wrong. The result may be anything but SAFE: look at its verdict.
    """
    parts = {k: options.pop(k) for k in POLICY_OPTIONS if k in options}
    order = Order(Path(source), Path(hierarchy) if hierarchy else None, Path(out) if out else None, options=parts, **options)
    return _protected(order) if out else _run(order, read(order), _key(order.key))


def _protected(order: Order) -> ProtectionResult:
    """The result, in its folder."""
    with protection_folder.staged(order.out, order.force) as folder:
        source = read(order)
        key = _key(order.key)
        _write_forms(order, source)
        result = _run(order, source, key)
        inputs = [{"file": p.name, "sha256": digest(p)} for p in source.files]
        protection_folder.write(folder, result, {"input": inputs}, source.trees.text() if source.trees else None)
    return result


def read(order: Order) -> Source:
    """The input as a cube or a problem; ProblemsFound with everything that is wrong in all files and options."""
    name = order.source.name.removesuffix(".gz")
    of_cells, records = order.source.is_dir() or name.endswith(".jj"), records_input.wanted(order)
    if order.singletons and (of_cells or records or order.method == "optimal"):
        raise ProblemsFound(
            [
                Problem(
                    "--singletons",
                    0,
                    0,
                    "option",
                    "only counts tell who is alone in a cell, and only the fast "
                    "method protects against them; leave this option out, or give counts without "
                    "--method optimal",
                )
            ]
        )
    if of_cells:
        return _read_problem(order)
    if records:
        files, problem, trees = records_input.read(order)
        return Source(files, trees=trees, problem=problem)
    wrong: list[Problem] = []
    policy = _kept(wrong, _policy, order)
    if order.whole:
        wrong.append(Problem("--whole", 0, 0, "option", "counts are whole anyway; leave this option out"))
    trees = None
    if order.hierarchy is None:
        wrong.append(
            Problem(
                "--hierarchy",
                0,
                0,
                "option",
                "counts need a hierarchy: give --hierarchy TREES.json. (A problem is read from a file "
                "that ends in .jj or .jj.gz, or from a folder with cells.csv and relations.csv.)",
            )
        )
    else:
        trees = _kept(wrong, lambda: read_trees(input_files.read_text(order.hierarchy), str(order.hierarchy)))
    found = _kept(wrong, input_files.read_csv, order.source, wrong)
    cube = None
    if found and trees:
        cube = _kept(wrong, lambda: cube_of_counts(found[0], trees, str(order.source), freq=order.freq, lines=found[1]))
    if wrong:
        raise ProblemsFound(wrong)
    return Source((order.source, order.hierarchy), Cube(name, cube.dimensions, cube.atoms), trees, policy)


def _kept(wrong: list[Problem], work: Callable, *given):
    """The result of some work, or None with its problems noted."""
    try:
        return work(*given)
    except ProblemsFound as found:
        wrong.extend(found.problems)
        return None


def _policy(order: Order) -> DisclosurePolicy:
    """The policy that the options name, or make; ProblemsFound where they disagree."""
    given = dict(order.options)
    try:
        if order.policy is None:
            return policy_of(**{**DEFAULTS, **given})
        there = [
            p.name.removesuffix(".yaml")
            for p in (resources.files("celwacht.table_specs") / "policies").iterdir()
            if p.name.endswith(".yaml")
        ]
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
        )
    ]
    if order.options.get("cost", "file") not in ("file", "value", "count"):
        wrong.append(Problem("--cost", 0, 0, "option", "for a problem this is file (the weights in it), value or count"))
    if order.source.is_dir():
        files = tuple(order.source / name for name in csv_format.FILES)
        problem = _kept(wrong, _read_csv_problem, files, order)
    else:
        files = (order.source,)
        text = _kept(wrong, input_files.read_text, order.source)
        problem = text and _kept(wrong, lambda: read_jj(text, str(order.source), integral=order.whole))
    if wrong:
        raise ProblemsFound(wrong)
    return Source(files, problem=problem)


def _read_csv_problem(files: tuple[Path, ...], order: Order) -> SuppressionProblem:
    wrong: list[Problem] = []
    frames = [_kept(wrong, input_files.read_csv, path, wrong) for path in files]
    problem = None
    if all(frames):
        (cells, of_cells), (relations, of_relations) = frames
        problem = _kept(
            wrong, lambda: csv_format.read_problem(cells, relations, str(order.source), of_cells, of_relations, integral=order.whole)
        )
    if wrong:
        raise ProblemsFound(wrong)
    return problem


def _key(path: Path | None) -> bytes:
    """32 bytes made of the secret in a file; empty where none is named."""
    if path is None:
        return b""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise ProblemsFound(
            [Problem("--key", 0, 0, "key", f"{path} cannot be read ({error.strerror}); name a file with at least {LEAST_KEY} random bytes")]
        ) from None
    if len(secret) < LEAST_KEY:
        raise ProblemsFound(
            [
                Problem(
                    "--key",
                    0,
                    0,
                    "key",
                    f"{path} has fewer than {LEAST_KEY} bytes; write random ones, as with: head -c 32 /dev/urandom > {path}",
                )
            ]
        )
    return hashlib.sha256(b"celwacht/1/protect\0" + secret).digest()


def _write_forms(order: Order, source: Source) -> None:
    """--write-jj and --write-csv."""
    if order.write_jj is None and order.write_csv is None:
        return
    problem = source.problem or problem_of_cube(source.cube, source.policy)
    problem = problem.exactly() if order.exact else problem
    if order.write_jj is not None:
        try:
            text = write_jj(problem)
        except ValueError as error:
            raise ProblemsFound([Problem("--write-jj", 0, 0, "jj", f"{error}; use --write-csv")]) from None
        _write_new(order.write_jj, text, order.force)
    if order.write_csv is not None:
        order.write_csv.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, text in csv_format.write_problem(problem):
            _write_new(order.write_csv / name, text, order.force)


def _write_new(path: Path, text: str, force: bool) -> None:
    try:
        with open(path, "w" if force else "x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise ProblemsFound([Problem(str(path), 0, 0, "out", "this file exists; name another, or give --force")]) from None
    say(f"{path} holds the problem (confidential).")


def _run(order: Order, source: Source, key: bytes) -> ProtectionResult:
    from celwacht.publish.terminal.screen import counting, screen

    with counting(screen(), "protecting") as tick:
        wishes = Wishes(order.exact, order.method, order.seconds, order.singletons, key, tick)
        if source.cube is not None:
            return protect_cube(source.cube, source.policy, wishes)
        cost = "file" if records_input.wanted(order) else str(order.options.get("cost", "file"))
        dimensions = source.trees.classifications() if source.trees else ()
        return protect_cells(source.problem, wishes, cost, dimensions)


def _tell(out: Path, result: ProtectionResult) -> None:
    """What was done, in few lines; Refused where it may not be published."""
    audit = result.audit()
    cells, value, cost = audit["cells"], audit["value_withheld"], audit["cost"]
    bound = (
        ""
        if cost["lower_bound"] is None
        else (f"; cost {cost['withheld']:,.0f}, at least {cost['lower_bound']:,.0f} (gap {100 * cost['gap']:.2f} %)")
    )
    say(
        f"{cells['all']:,} cells: {cells['published']:,} published, {cells['primary']:,} primary, "
        f"{cells['secondary']:,} secondary; value withheld {value['all']:,}{bound}"
    )
    say(f"{result.verdict.value} in {result.seconds:.1f} s: {result.reason}. Written to {out} (confidential).")
    if not result.verdict.may_be_published:
        n = len(result.unproved)
        left = f" Without proof: {n:,} sensitive cell{'s' * (n != 1)}, named in audit.json." if n else ""
        raise Refused(f"NOT PROVED SAFE: this pattern must not be published.{left}")
