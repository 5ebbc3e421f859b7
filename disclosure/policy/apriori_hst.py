"""A-priori lists of tau-ARGUS (.hst): a line per cell, codes first, then what is known or decided of it.

    "North","boys",u,5        sensitive, protection level 5 below and above (u,3,5: 3 below, 5 above)
    "North","girls",s         safe: a conflict where a rule finds the cell sensitive
    "Total","girls",p         protected: printed, whatever else is withheld
    "South","boys",c,1        withholding it costs 1; w,1 is the same
    "South","girls",pl,3,5    protection levels, if it is sensitive

Held against what tau-ARGUS itself reads (sdcTools/tauargus, src/tauargus/model/APriori.java): codes first, the
empty one or the variable's own total code for the total; small or capital letters; s, u, p, m, ml, c or w with a cost (0 is taken as 1 there,
and here), pl with two levels, which may have decimals. Levels behind u are of older manuals, and are read. Two words have no meaning here and
are refused by name: m and ml, which withhold a cell as secondary, and ab, which tau-ARGUS refuses as well.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from io import StringIO

from celwacht.tables.problems import Problem

FORMS = "u, u,LEVEL, u,BELOW,ABOVE, s, p, c,COST, w,COST or pl,BELOW,ABOVE"
NOT_READ = {
    "m": "withheld to protect others, as somebody decided before: protect decides that itself. Say u,LEVEL where the cell must be withheld, "
    "or leave the line out",
    "ab": "a bound known beforehand, which tau-ARGUS does not read either. Leave the line out",
}
NOT_READ["ml"] = NOT_READ["m"]
_NUMBERS = {"u": (0, 1, 2), "s": (0,), "p": (0,), "c": (1,), "w": (1,), "pl": (1, 2)}


def rows_of(text: str, name: str, dims: Sequence[str], unit: int, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, texts by column of a list, see apriori.py) of every line that is right; the others are added to `problems`.

    unit: what a level of 1 in the file is in the smallest unit of the table.
    """
    first = text.split("\n", 1)[0]
    rows = csv.reader(StringIO(text, newline=""), delimiter=next((c for c in ";\t" if c in first), ","), skipinitialspace=True, strict=True)
    for row in rows:
        texts = [t.strip() for t in row]
        if not any(texts):
            continue
        line, codes, told = rows.line_num, texts[: len(dims)], texts[len(dims) :]
        kind, numbers = (told[0].casefold() if told else ""), told[1:]
        while numbers and not numbers[-1]:
            numbers = numbers[:-1]
        if kind in NOT_READ:
            problems.append(Problem(name, line, 0, "hst", f"'{kind}' says: {NOT_READ[kind]}."))
            continue
        if len(numbers) not in _NUMBERS.get(kind, ()):
            reason = f"expected {len(dims)} codes ({', '.join(dims)}) and then {FORMS}"
            problems.append(Problem(name, line, 0, "hst", f"{reason}. Mend the line."))
            continue
        found = dict(zip(dims, codes))
        if kind in ("c", "w"):
            found["cost"] = "1" if numbers[0].strip("0") in ("", ".") else numbers[0]
        elif kind in ("u", "pl") and numbers:
            found |= {"lpl": _scaled(numbers[0], unit), "upl": _scaled(numbers[-1], unit)}
        yield line, found | {"u": {"status": "withhold"}, "p": {"status": "publish"}, "s": {"status": "safe"}}.get(kind, {})


def _scaled(text: str, unit: int) -> str:
    """A level in the smallest unit, rounded up; the text itself where it is none."""
    try:
        level = Decimal(text) if len(text) < 16 and text.isascii() else None
    except InvalidOperation:
        level = None
    if level is None or not level.is_finite() or not 0 <= level < 10**15:
        return text
    return str(int((level * unit).to_integral_value(ROUND_CEILING)))
