"""What a file name says: `<record>_<aanbieder>_<periode>[_v<n>].(csv|xlsx|asc)`, such as zorg_12345678_2024HJ01_v2.csv."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.periods import Period
from celwacht.tables.problems import nearest
from celwacht.tables.sources.layouts import load_layout
from celwacht.tables.sources.sources import record_kinds

KINDS = {"csv": "csv", "xlsx": "xlsx", "asc": "asc"}
OTHER_KINDS = frozenset({"pdf", "txt", "xls", "xlsb", "xlsm", "ods", "zip", "xml", "json", "doc", "docx", "dat", "tsv"})
FORM = "<record>_<aanbieder of 8 digits>_<period>[_v<number>].csv, .xlsx or .asc"

_NAME = re.compile(r"([a-z][a-z0-9_]{2,39})_([0-9]{8})_([0-9A-Z]{8})(?:_v([1-9][0-9]{0,3}))?\.([a-z]{3,4})", re.ASCII)
_LOOSE = re.compile(r"([A-Za-z][A-Za-z0-9_]{2,39})_([0-9]+)_([0-9A-Za-z]+)(?:_[vV]?([0-9]+))?\.([A-Za-z]{1,5})", re.ASCII)


@dataclass(frozen=True, order=True)
class Delivery:
    """One delivered file, by its name."""

    record: str
    periode: str
    aanbieder: str
    version: int
    path: Path = field(compare=False)
    shown: str = field(compare=False)
    """Path within the data folder, for messages."""

    @property
    def id(self) -> str:
        """Delivery id, such as `zorg_12345678_2024HJ01_v2`."""
        return f"{self.record}_{self.aanbieder}_{self.periode}_v{self.version}"

    @property
    def slot(self) -> tuple[str, str, str]:
        """Record kind, period and provider: what a redelivery replaces."""
        return self.record, self.periode, self.aanbieder

    @property
    def kind(self) -> str:
        """`csv`, `xlsx` or `asc`."""
        return KINDS[self.path.suffix[1:]]

    @property
    def period(self) -> Period:
        return Period.parse(self.periode)


def is_plain(name: str) -> bool:
    """Whether the name is that of a delivery, so that it can be shown: every part of it is of a list, but for a number of 8 digits."""
    match = _NAME.fullmatch(name)
    return match is not None and match[1] in record_kinds() and _period(match[3]) is not None and match[5] in KINDS


def is_plain_folder(name: str) -> bool:
    """Whether a folder is named after a record kind or a period, such as zorg or 2024HJ01: any other name may be anybody's."""
    return name in record_kinds() or _period(name) is not None


def _period(text: str) -> Period | None:
    try:
        return Period.parse(text) if len(text) == 8 else None
    except ValueError:
        return None


def delivery_of(path: Path, shown: str, findings: Findings) -> Delivery | None:
    """The delivery that the name tells; None, with a problem noted that repeats nothing of the name, when it tells none."""
    match = _NAME.fullmatch(path.name)
    if not match:
        findings.add("bestandsnaam", f"expected a name {FORM}; found another form.{_hint(path.name)}")
        return None
    record, provider, period, version, kind = match.groups()
    if kind not in KINDS:
        other = f".{kind}" if kind in OTHER_KINDS else "another ending"
        findings.add("bestandsnaam", f"expected a file .csv, .xlsx or .asc; found {other}. Save it in one of these.")
        return None
    if record not in record_kinds():
        findings.add("bestandsnaam", f"expected a record kind; found another word.{nearest(record, record_kinds())}")
        return None
    parsed = _period(period)
    if parsed is None:
        findings.add("periode", "expected a period such as 2024HJ01 in the file name; found another text. Rename the file.")
        return None
    try:
        load_layout(record, parsed)
    except ValueError as error:
        findings.add("periode", f"the period in the file name does not hold: {error}. Rename the file.")
        return None
    return Delivery(record, period, provider, int(version or 1), path, shown)


def _hint(name: str) -> str:
    """What exactly is odd, where it can be determined."""
    loose = _LOOSE.fullmatch(name)
    if not loose:
        return f" Rename the file, for example {record_kinds()[0]}_12345678_2024HJ01.csv."
    _record, provider, period, version, _kind = loose.groups()
    if len(provider) != 8:
        return f" The number of the aanbieder has {len(provider)} digits; give 8, with leading zeros."
    if len(period) != 8:
        return " The period is written such as 2024HJ01."
    if version is not None and not name.split("_")[-1].startswith("v"):
        return " The version is written _v2."
    if name != name.lower().replace(period.lower(), period.upper()):
        return " Letters are small, but for those of the period."
    return f" Rename the file, for example {record_kinds()[0]}_12345678_2024HJ01.csv."
