"""The life of a request for release: who sent it in, what the check said, who voted, what became of it.

    DATA/vault/outputs/NAME/files/      the folder as it came
    DATA/vault/outputs/NAME/report.json what the check found; confidential
    DATA/vault/outputs/NAME/log.jsonl   every step, each line holding the keyed digest of the one before it

States: SUBMITTED, PARTIALLY_REVIEWED, REVIEWED (two votes on every file), APPROVED (two votes for every file), RELEASED; or RETURNED, REJECTED, WITHDRAWN.
Two checkers of the office's list vote on each file; whoever asked, now or in a version before, is never one of them. A vote is for the bytes of a file and what the form says of it: when either changes, it is gone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any

from celwacht.publish.outputs.checkers import Checker, one_person
from celwacht.publish.outputs.findings import FAIL
from celwacht.publish.outputs.folder import Came
from celwacht.publish.portal.keeping.log import Log
from celwacht.publish.terminal.console import Refused

SUBMITTED, PARTIALLY, REVIEWED, APPROVED, RELEASED = "SUBMITTED", "PARTIALLY_REVIEWED", "REVIEWED", "APPROVED", "RELEASED"
ENDS = {"returned": "RETURNED", "rejected": "REJECTED", "withdrawn": "WITHDRAWN"}
NEEDED = 2
"""Checkers per file."""
_PURPOSE = b"celwacht/1/outputs"


def root_of(data: Path) -> Path:
    """The folder of all requests, made private."""
    folder = data / "vault" / "outputs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def mark(came: Came, name: str) -> str:
    """What a vote is for: the bytes of the file, and what the form says of it."""
    said = [o.model_dump_json() for o in came.form.outputs if o.file == name]
    return hashlib.sha256("\n".join([came.digest(name), *said]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as its log tells. marks: file -> mark as it is now; votes: file -> who votes by that -> approve; verdicts: file -> of the check."""

    name: str
    folder: Path
    log: Log = field(repr=False)
    state: str = ""
    researchers: frozenset[str] = frozenset()
    """Who asked: of this version and of those before it."""
    researcher: str = ""
    marks: dict[str, str] = field(default_factory=dict)
    votes: dict[str, dict[str, bool]] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    head: str = ""
    """Of the ledger when it was checked."""


def request_of(data: Path, name: str, secret: bytes) -> Request:
    """ValueError where a line of the log was changed."""
    folder = root_of(data) / name
    log = Log(folder / "log.jsonl", hmac.digest(secret, _PURPOSE, "sha256"))
    lines = log.lines() if folder.is_dir() else []
    marks: dict[str, str] = {}
    votes: dict[tuple[str, str], dict[str, bool]] = {}
    names: dict[str, str] = {}
    asked: set[str] = set()
    who, verdicts, head, end = "", {}, "", ""
    for line in lines:
        what = line["what"]
        if what == "submitted":
            marks, who, end = json.loads(line["files"]), line["by"], ""
            asked.add(who)
        elif what == "checked":
            verdicts, head = json.loads(line["verdicts"]), line["head"]
        elif what == "vote":
            if "checker" in line:  # one without was given by a name alone, before there was a list
                names[line["checker"]] = line["by"]
                votes.setdefault((line["file"], line["mark"]), {})[line["checker"]] = line["say"] == "approve"
        else:
            end = RELEASED if what == "released" else ENDS[what]
    out = {login for login, its in names.items() if any(one_person(its, one) for one in asked)}
    valid = {f: {c: say for c, say in votes.get((f, m), {}).items() if c not in out} for f, m in marks.items()}
    return Request(name, folder, log, end or _state(valid, bool(lines)), frozenset(asked), who, marks, valid, verdicts, head)


def _state(votes: dict[str, dict[str, bool]], there: bool) -> str:
    if not there:
        return ""
    if all(len(v) >= NEEDED for v in votes.values()):
        return APPROVED if all(all(v.values()) for v in votes.values()) else REVIEWED
    return PARTIALLY if any(votes.values()) else SUBMITTED


def submit(request: Request, came: Came, verdicts: dict[str, str], head: str) -> None:
    """Enters a folder, new or changed, and what the check said of it."""
    now = {name: mark(came, name) for name in sorted({o.file for o in came.form.outputs})}
    if now != request.marks or request.state in ENDS.values():
        _write(request, "submitted", by=came.form.researcher, files=json.dumps(now))
    _write(request, "checked", head=head, verdicts=json.dumps(verdicts))


def vote(request: Request, file: str, checker: Checker, approve: bool, reason: str) -> None:
    """Refused for who asked, for a file that is not there or fails, and when the request has ended."""
    _open(request)
    if file not in request.marks:
        raise Refused(f"{request.name} has no file {file}; it has {', '.join(request.marks)}.")
    for one in sorted(request.researchers):
        if one_person(checker.name, one):
            raise Refused(f"{checker.name} may be {one}, who asked for this release, and cannot be one of its checkers.")
    if approve and request.verdicts.get(file) == FAIL:
        raise Refused(
            f"{file} fails the check, and cannot be approved: what follows from it cannot be taken back. Return it to the researcher."
        )
    said = {"say": "approve" if approve else "reject", "reason": reason}
    _write(request, "vote", by=checker.name, checker=checker.login, file=file, mark=request.marks[file], **said)


def end(request: Request, what: str, by: str, reason: str) -> None:
    """Ends a request: returned, rejected or withdrawn."""
    _open(request)
    _write(request, what, by=by.strip(), reason=reason)


def released(request: Request, by: str, number: int, head: str) -> None:
    _write(request, "released", by=by.strip(), line=number, head=head)


def _open(request: Request) -> None:
    if not request.state:
        raise Refused(f"there is no request {request.name}; celwacht output list names them.")
    if request.state in (RELEASED, *ENDS.values()):
        raise Refused(f"{request.name} is {request.state}; check it again to begin anew.")


def _write(request: Request, what: str, **told: Any) -> None:
    request.log.write(what, time(), **told)
