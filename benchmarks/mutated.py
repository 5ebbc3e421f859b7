"""Deliveries with damaged bytes: 100,000 of each format, and what the intake makes of them.

    .venv/bin/python -m benchmarks.mutated benchmarks/results/mutated.jsonl --until 300000

Trial n takes the good delivery of a record kind as CSV, fixed width or workbook, in turn, and damages it: bytes changed, removed, doubled, cut
off, cells swapped or replaced by what people and attackers write; in a workbook the parts inside, as well as the package. It is not well when the
reader raises, when a file with a problem gives records, when one without a problem gives none, or when any cell of the file stands in
what is said of it. May be stopped at any moment (benchmarks/campaign.py).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celwacht.tables.intake.check_delivery import check
from celwacht.tables.intake.delivered.file_names import Delivery
from celwacht.tables.intake.vault.key import Key

from benchmarks import campaign
from tests.intake.deliveries import GOOD, KEY, PERIODS, SAFE_HOME, Maker

FORMATS = ("csv", "asc", "xlsx")
ODD = (
    "",
    " ",
    "NULL",
    "#N/A",
    "=1+1",
    "Jansen-de Vries",
    "1e9",
    "9" * 40,
    "\u00a0",
    "\ufeff",
    "é",
    "\x00",
    '"',
    ";",
    "\r",
    "\n",
    "\t",
    "0",
    "-1",
    "٣",
)
CELL = re.compile(r"[^;,<>\"'\r\n\t ]{5,}")
HARMLESS = re.compile(r"[A-Za-z_]{5,}")
"""Words of headers and of XML: a cell that may not be told has a digit or a sign in it, or is not of the maker."""


def _bytes(content: bytes, draw: random.Random) -> bytes:
    """Some bytes changed, removed, doubled or put in; or the end cut off."""
    data = bytearray(content)
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8))):
        if not data:
            break
        at, how = draw.randrange(len(data)), draw.randrange(6)
        if how == 0:
            data[at] = draw.randrange(256)
        elif how == 1:
            del data[at : at + draw.choice((1, 1, 2, 9, 40))]
        elif how == 2:
            data[at:at] = data[at : at + draw.choice((1, 9, 60))]
        elif how == 3:
            data[at:at] = bytes(draw.randrange(256) for _ in range(draw.choice((1, 3))))
        elif how == 4:
            data[at:at] = draw.choice(ODD).encode("utf-8")
        elif draw.random() < 0.3:
            del data[at:]
    return bytes(data)


def _cells(content: bytes, draw: random.Random) -> bytes:
    """A cell of a text file replaced, or two swapped."""
    lines = [line.split(b";") for line in content.split(b"\r\n")]
    row = draw.choice([line for line in lines if line])
    at = draw.randrange(len(row))
    if draw.random() < 0.5:
        row[at] = draw.choice(ODD).encode("utf-8")
    else:
        other = draw.choice([line for line in lines if line])
        place = draw.randrange(len(other))
        row[at], other[place] = other[place], row[at]
    return b"\r\n".join(b";".join(line) for line in lines)


def _parts(content: bytes, draw: random.Random) -> bytes:
    """A part of a workbook damaged, left out or doubled, and the package made anew."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice(sorted(parts)) if draw.random() < 0.4 else next(one for one in parts if "sheet1" in one)
    if draw.random() < 0.1:
        parts.pop(name)
    elif draw.random() < 0.4:
        cells = list(re.finditer(rb"<t>([^<]*)</t>", parts[name]))
        if cells:
            one = draw.choice(cells)
            text = draw.choice(ODD).encode("utf-8").replace(b"\x00", b"")
            parts[name] = parts[name][: one.start(1)] + text + parts[name][one.end(1) :]
    else:
        parts[name] = _bytes(parts[name], draw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, data in parts.items():
            archive.writestr(one, data)
    return made.getvalue()


def damaged(content: bytes, form: str, draw: random.Random) -> bytes:
    """The delivery after one way of damage."""
    if form == "xlsx":
        return _parts(content, draw) if draw.random() < 0.7 else _bytes(content, draw)
    return _cells(content, draw) if form == "csv" and draw.random() < 0.5 else _bytes(content, draw)


def _texts(content: bytes, form: str) -> set[str]:
    """What stands in the cells, as far as it may not be told again."""
    texts = [content]
    if form == "xlsx":
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                texts = [b" ".join(re.findall(rb"<t>([^<]*)</t>", archive.read(one))) for one in archive.namelist() if "sheet" in one]
        except Exception:  # not an archive any more: nothing in it can be told
            return set()
    found: set[str] = set()
    for text in texts:
        for decoded in (text.decode("utf-8", "ignore"), text.decode("latin-1")):
            found |= {one for one in CELL.findall(decoded) if not HARMLESS.fullmatch(one)}
    return found


def trial_of(folder: Path) -> Callable[[int, random.Random], dict[str, Any]]:
    """The trial; nothing is written in the folder."""
    make, key = Maker(), Key(KEY)
    kinds = sorted({*GOOD, *SAFE_HOME})
    good = {(kind, form): {"csv": make.csv, "asc": make.asc, "xlsx": make.xlsx}[form](record=kind) for kind in kinds for form in FORMATS}

    def trial(number: int, draw: random.Random) -> dict[str, Any]:
        form, kind = FORMATS[number % len(FORMATS)], draw.choice(kinds)
        period = PERIODS.get(kind, "2024HJ01")
        name = f"{kind}_12345678_{period}.{form}"
        delivery = Delivery(kind, period, "12345678", 1, folder / name, name)
        content = damaged(good[kind, form], form, draw)
        try:
            checked = check(delivery, content, key)
        except BaseException as error:
            return {"what": form, "came": f"{form}: raised", "wrong": type(error).__name__}
        said = repr(checked) + " ".join(map(str, checked.problems))
        told = said.replace(name, "").replace("such as 1234AB", "")
        seen = sorted(one for one in _texts(content, form) if one in told)
        wrong = "a cell is told" if seen else "records beside problems" if checked.problems and checked.microdata is not None else ""
        if not checked.problems and checked.microdata is None:
            wrong = "neither records nor a problem"
        if any(one.rule == "lezen-mislukt" for one in checked.problems):
            wrong = wrong or "a fault that no rule foresees"
        return {"what": form, "came": f"{form}: {'refused' if checked.problems else 'taken in'}", "wrong": wrong}

    return trial


if __name__ == "__main__":
    campaign.main(__doc__ or "", "mutated", trial_of)
