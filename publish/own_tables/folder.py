"""The folder that `celwacht protect` makes: all at once, or not at all. CONFIDENTIAL: it holds every true value.

    DIR/safe.csv, safe.xlsx, safe.json   what may be handed on, if all is proved (safe_files.py). All else is confidential:

    DIR/pattern_CONFIDENTIAL.csv   one row per cell: its codes (or `cell`), value, status (published, primary, secondary)
    DIR/audit.json        what was asked, the verdict, what it cost, how wide the intervals are
    DIR/certificate.npz   what the solver-free checker needs
    DIR/hierarchy.json    the trees, for a table of counts
    DIR/report.html       what the protection costs, with pictures; DIR/loss.json: the same in numbers

It is prepared in a hidden folder beside DIR and renamed when complete. Folders 0700, files 0600.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from celwacht.disclosure.model.problem import SuppressionProblem
from celwacht.disclosure.model.status import Status
from celwacht.disclosure.own_table.result import ProtectionResult
from celwacht.publish.own_tables import linked_files, safe_files
from celwacht.publish.review.loss_report.report_files import NUMBERS, write_loss_report
from celwacht.publish.store.store import digest
from celwacht.tables.problems import Problem, ProblemsFound
from celwacht.tables.version import VERSION
from celwacht.tables.whole_file import sync

PATTERN, AUDIT, CERTIFICATE, HIERARCHY = "pattern_CONFIDENTIAL.csv", "audit.json", "certificate.npz", "hierarchy.json"
REPORT = "report.html"
FILES = (PATTERN, AUDIT, CERTIFICATE, HIERARCHY, REPORT, NUMBERS, *safe_files.NAMES)
_EARLIER = {"pattern.csv"}  # what versions before called the pattern
MAKER = "celwacht protect"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
WARNING = (
    "CONFIDENTIAL. This folder holds the true value of every cell, and tells which cells are sensitive. "
    "What may be handed on is in safe.csv, safe.xlsx and safe.json, which are there only if may_be_published is true."
)
FIRST_LINE = "# CONFIDENTIAL: true values, and which cells are sensitive. Hand on safe.csv instead."
UNPROVED_WARNING = "NOT PROVED SAFE: this pattern must not be published. "


def is_earlier_output(folder: Path) -> bool:
    """Whether a folder was made by `celwacht protect` and holds nothing else."""
    try:
        made_by = json.loads((folder / AUDIT).read_bytes()).get("made_by", "")
    except (OSError, ValueError, AttributeError):
        return False
    names = {p.name for p in folder.iterdir() if not p.name.startswith(linked_files.PREFIX)}
    return str(made_by).startswith(MAKER) and names <= {*FILES, *_EARLIER}


@contextmanager
def staged(out: Path, force: bool) -> Iterator[Path]:
    """An empty private folder beside `out`, which becomes `out` when the block ends well and goes away when it does
    not.

    An earlier output, or an empty folder, is replaced. Anything else in the way is refused (ProblemsFound); with
    `force` it is kept as OUT.before-1 (or 2, 3, ...).
    """
    out = Path(os.path.abspath(out.expanduser()))
    out = out.resolve() if out.is_symlink() else out
    if out.exists() and not force and not _may_replace(out):
        raise ProblemsFound(
            [
                Problem(
                    str(out),
                    0,
                    0,
                    "out",
                    "this exists, and is not the output of an earlier celwacht protect; name another "
                    "folder, or give --force (what is there is then kept under another name)",
                )
            ]
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out)
    folder = out.with_name(f".{out.name}.partial-{os.urandom(6).hex()}")
    folder.mkdir(mode=0o700)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield folder
        if any(folder.iterdir()):
            os.fsync(held)
            _put(folder, out)
    finally:
        os.close(held)
        shutil.rmtree(folder, ignore_errors=True)


def _may_replace(out: Path) -> bool:
    return out.is_dir() and (not any(out.iterdir()) or is_earlier_output(out))


def _sweep(out: Path) -> None:
    """Removes what killed runs left: staging folders of this name that nobody holds."""
    for rubbish in out.parent.glob(f".{out.name}.partial-*"):
        try:
            held = os.open(rubbish, os.O_RDONLY)
        except OSError:
            continue
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(rubbish, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(held)


def _put(folder: Path, out: Path) -> None:
    """Gives the staged folder its name; an earlier output is exchanged with it in one step, and goes when this
    returns."""
    if out.exists() and not _may_replace(out):
        n = next(i for i in range(1, 10_000) if not out.with_name(f"{out.name}.before-{i}").exists())
        os.rename(out, out.with_name(f"{out.name}.before-{n}"))
    if out.exists():
        if not _exchange(folder, out):
            os.rename(out, out.with_name(f"{folder.name}-earlier"))
            os.rename(folder, out)
    else:
        os.rename(folder, out)
    sync(out.parent)
    shutil.rmtree(out.with_name(f"{folder.name}-earlier"), ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchanges two folders in one step; False where the system has no way to."""
    try:
        return ctypes.CDLL(None).renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
    except (AttributeError, OSError):
        return False


def write(
    folder: Path,
    result: ProtectionResult,
    about: Mapping[str, object],
    hierarchy: str | None = None,
    linked: Sequence[linked_files.LinkedTable] = (),
) -> None:
    """Writes the files of one result into a private folder that is empty. about: what else audit.json says (the
    input). linked: the tables, where there are several."""
    pattern = result.table()
    with _fresh(folder / PATTERN) as file:
        file.write(FIRST_LINE + "\n")
        pattern.to_csv(file, index=False, lineterminator="\n")
    if hierarchy is not None:
        with _fresh(folder / HIERARCHY) as file:
            file.write(hierarchy)
    result.save_certificate(folder / CERTIFICATE)
    write_loss_report(folder / REPORT, result)
    safe = result.verdict.may_be_published
    shown = {}
    if safe and ("printed" in pattern or may_be_shown(getattr(result.proof, "problem", None), result.status)):
        shown = linked_files.files(pattern, linked) if linked else safe_files.files(pattern, result.name)
    for name, content in shown.items():
        with open(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as binary:
            binary.write(content)
    files = {name: {"sha256": digest(folder / name)} for name in (*FILES, *shown) if (folder / name).exists()}
    audit = {
        "about": WARNING if safe else UNPROVED_WARNING + WARNING,
        "made_by": f"{MAKER} {VERSION}",
        "table": result.name,
        **result.audit(),
        **about,
        "files": files,
    }
    with _fresh(folder / AUDIT) as file:
        json.dump(audit, file, ensure_ascii=False, indent=1)
        file.write("\n")
    for path in folder.iterdir():
        path.chmod(0o600)
        sync(path)


def may_be_shown(problem: SuppressionProblem | None, status: np.ndarray) -> bool:
    """Whether the proof is about the figures that the pattern prints. Where a problem only tells in what interval a printed figure lies,
    it is the owner's to print, and not ours to make up. status: Status of the table's cells, which come first; problem: None for a cube."""
    if problem is None:
        return True
    n = len(status)
    return not bool(((problem.printed_low[:n] < problem.printed_high[:n]) & (status == Status.PUBLISHED)).any())


def _fresh(path: Path):
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
