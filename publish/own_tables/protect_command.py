"""`celwacht protect`: from files to a folder with the pattern and its proof."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click
from celwacht.disclosure.own_table.protect_own_table import Wishes, protect_cells, protect_cube
from celwacht.disclosure.own_table.result import ProtectionResult
from celwacht.disclosure.problems import csv_format
from celwacht.disclosure.problems.jj_format import write_jj
from celwacht.disclosure.problems.of_cube import problem_of_cube
from celwacht.publish.own_tables import folder as protection_folder
from celwacht.publish.own_tables import linked_files, safe_files
from celwacht.publish.own_tables.inputs import records_input
from celwacht.publish.own_tables.protect_input import POLICY_OPTIONS, Order, Source, read
from celwacht.publish.store.store import digest
from celwacht.publish.terminal.console import Refused, say
from celwacht.tables.problems import Problem, ProblemsFound

LEAST_KEY = 16


def protect(order: Order) -> None:
    """Reads, protects, writes and tells; ProblemsFound on bad input, Refused where not everything is proved."""
    if order.out is None and order.write_jj is None and order.write_csv is None:
        raise click.UsageError("Missing option '--out'.")
    if order.out is None:
        return _write_forms(order, read(order))
    _tell(order.out, _protected(order))


def protect_files(
    source: Path | str, hierarchy: Path | str | Sequence[str] | None = None, out: Path | str | None = None, **options
) -> ProtectionResult:
    """The command from Python: protects what is in these files, and writes the folder `out` where one is named.

    hierarchy: a file with trees, or what --hierarchy says, such as ["region=kommune<fylke", "sex"]. options: those of the command line, as in `Order` and POLICY_OPTIONS: threshold=10, width=5, exact=True, ... Raises
    ProblemsFound with everything that is wrong. The result may be anything but SAFE: look at its verdict.
    """
    parts = {k: options.pop(k) for k in POLICY_OPTIONS if k in options}
    texts = [hierarchy] if isinstance(hierarchy, str | Path) else hierarchy or ()
    order = Order(Path(source), tuple(map(str, texts)), Path(out) if out else None, options=parts, **options)
    return _protected(order) if out else _run(order, read(order), _key(order.key))


def _protected(order: Order) -> ProtectionResult:
    """The result, in its folder."""
    with protection_folder.staged(order.out, order.force) as folder:
        source = read(order)
        for line in source.notes:
            say(line)
        key = _key(order.key)
        _write_forms(order, source)
        result = _run(order, source, key)
        inputs = [{"file": p.name, "sha256": digest(p)} for p in source.files]
        trees = linked_files.text(source.tables) if source.tables else source.trees.text() if source.trees else None
        protection_folder.write(folder, result, {"input": inputs}, trees, source.tables)
    return result


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
        return protect_cells(source.problem, wishes, "file" if source.tables or source.policy else cost, dimensions, source.policy)


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
    if not cells["primary"]:
        say("No cell is sensitive by what was asked, so that nothing had to be proved: is that what you meant?")
    say(f"{result.verdict.value} in {result.seconds:.1f} s: {result.reason}. Written to {out} (confidential).")
    if linked := sorted(p.name for p in out.glob(f"{linked_files.PREFIX}*.csv")):
        say(f"To hand on, from {out}: {', '.join(linked)} (the same as .xlsx and .json), and nothing else.")
    if (out / safe_files.NAMES[0]).is_file():
        say(f"To hand on: {out / safe_files.NAMES[0]} (the same as {', '.join(safe_files.NAMES[1:])}), and nothing else from that folder.")
    if not result.verdict.may_be_published:
        n = len(result.unproved)
        left = f" Without proof: {n:,} sensitive cell{'s' * (n != 1)}, named in audit.json." if n else ""
        raise Refused(f"NOT PROVED SAFE: this pattern must not be published.{left}")
