"""Fixed-width deliveries: one record per line, every field on the positions of the layout.

The positions are the project's own: the official specification is not public in the sources that were at hand.
"""

from __future__ import annotations

import numpy as np
from celwacht.tables.intake.delivered.batch import Raw
from celwacht.tables.intake.delivered.findings import Findings
from celwacht.tables.intake.readers.nothing import nothing_said
from celwacht.tables.sources.layouts import Layout


def read_ascii(content: bytes, layout: Layout, findings: Findings) -> Raw | None:
    """The records of a fixed-width file; None when there is nothing that can be checked further. Problems are noted."""
    text = _decode(content, findings)
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    numbered = [(number, line) for number, line in enumerate(lines, start=1) if line]
    if not any(line.strip() for _, line in numbered):
        findings.add("leeg-bestand", "expected records; found an empty file.")
        return None
    first = {cell.strip().strip('"').lower() for cell in numbered[0][1].replace(",", ";").split(";")}
    if len(first & {field.name for field in layout.fields}) > 1:
        findings.add(
            "regelbreedte",
            f"expected {layout.width} characters a line; found a CSV file with a header under the name .asc. Name it .csv.",
            numbered[0][0],
        )
        return None
    nothing = nothing_said([(number, [line]) for number, line in numbered if line.strip()], _places(layout), findings)
    if nothing is not None:
        return nothing
    wrong = [
        (number, f"expected {layout.width} characters; found {len(line):,}.") for number, line in numbered if len(line) != layout.width
    ]
    findings.many("regelbreedte", wrong)
    if wrong:
        numbered = [(number, line) for number, line in numbered if len(line) == layout.width]
    _between(numbered, layout, findings)
    if not numbered:
        return None
    return _columns(numbered, layout)


def _decode(content: bytes, findings: Findings) -> str | None:
    nul = content.find(b"\0")
    if nul >= 0:
        findings.add(
            "nul-teken",
            "expected text; found a NUL byte. The file is damaged or not of this kind; export it again.",
            content.count(b"\n", 0, nul) + 1,
        )
        return None
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        findings.add(
            "codering", "expected ASCII; found another character. Export the file anew as ASCII.", content.count(b"\n", 0, error.start) + 1
        )
        return None


def _between(numbered: list[tuple[int, str]], layout: Layout, findings: Findings) -> None:
    """Positions that belong to no field of the period must be blank: otherwise something would be lost."""
    used = {at for field in layout.fields for at in range(field.position - 1, field.position - 1 + field.length)}
    gaps = [at for at in range(layout.width) if at not in used]
    if gaps:
        places = ", ".join(str(at + 1) for at in gaps)
        findings.many(
            "tussenruimte",
            [
                (number, f"expected blanks on the positions that no field of this period has ({places}); found something.")
                for number, line in numbered
                if any(line[at] != " " for at in gaps)
            ],
        )


def _columns(numbered: list[tuple[int, str]], layout: Layout) -> Raw:
    columns = {}
    for field in layout.fields:
        first, after = field.position - 1, field.position - 1 + field.length
        columns[field.name] = [line[first:after].strip() for _, line in numbered]
    return Raw(columns, np.array([number for number, _ in numbered], dtype=np.int64), _places(layout))


def _places(layout: Layout) -> dict[str, int]:
    return {field.name: field.position for field in layout.fields}
