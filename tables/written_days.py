"""How days may be written in deliveries, and each of them as eight digits.

DD-MMM-JJJJ   12-Mar-2024  ->  20240312
MMM DD, JJJJ  March 12, 2024  ->  20240312
JJJJ-Www-D    2024-W11-2   ->  20240312   the second day of an ISO week
DD.MM.JJJJ    12.03.2024   ->  20240312
MM/DD/JJJJ    3/12/2024    ->  20240312
JJJJ-MM-DD    2024-03-12T13:45:00Z  ->  20240312

Where the day or the month goes first they may have one digit, and an hour may follow, which is not looked at.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

Written = Literal[
    "JJJJMMDD",
    "JJJJ-MM-DD",
    "DD-MM-JJJJ",
    "DD/MM/JJJJ",
    "DD.MM.JJJJ",
    "JJJJ/MM/DD",
    "DD-MMM-JJJJ",
    "DD MMM JJJJ",
    "MMM DD, JJJJ",
    "JJJJ-Www-D",
    "MM/DD/JJJJ",
]
PLAIN_DAY = "JJJJMMDD"
_YEAR, _MONTH, _DAY = r"(?P<y>\d{4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_SPELLED = r"(?P<m>[A-Za-z\u00e4\u00e9\u00fb]{3,9})"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH_OF = {name: f"{i:02d}" for i, name in enumerate(_MONTHS, 1)} | {"mrt": "03", "mei": "05", "okt": "10"}
_MONTH_OF |= {"mrz": "03", "mai": "05", "des": "12", "dez": "12"}
_IN_FULL = """
    january february march april may june july august september october november december
    januari februari maart april mei juni juli augustus september oktober november december
    januar februar m\u00e4rz april mai juni juli august september oktober november dezember
    januar februar mars april mai juni juli august september oktober november desember
    janvier f\u00e9vrier mars avril mai juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre
"""
_MONTH_OF |= {name: f"{i % 12 + 1:02d}" for i, name in enumerate(_IN_FULL.split())}
_HOUR = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
FORMS: dict[str, re.Pattern[str]] = {  # of two that fit all days of a file, the first is guessed
    form: re.compile(pattern, re.ASCII)
    for form, pattern in {
        "JJJJ-MM-DD": r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})",
        PLAIN_DAY: r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})",
        "DD-MM-JJJJ": f"{_DAY}-{_MONTH}-{_YEAR}",
        "DD/MM/JJJJ": f"{_DAY}/{_MONTH}/{_YEAR}",
        "DD.MM.JJJJ": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
        "JJJJ/MM/DD": f"{_YEAR}/{_MONTH}/{_DAY}",
        "DD-MMM-JJJJ": f"{_DAY}-{_SPELLED}-{_YEAR}",
        "DD MMM JJJJ": rf"{_DAY}\.? {_SPELLED} {_YEAR}",
        "MMM DD, JJJJ": f"{_SPELLED} {_DAY},? {_YEAR}",
        "JJJJ-Www-D": r"(?P<y>\d{4})-W(?P<m>\d{2})-(?P<d>[1-7])",
        "MM/DD/JJJJ": f"{_MONTH}/{_DAY}/{_YEAR}",
    }.items()
}
"""Form -> what a day in it looks like. MMM: three letters of the month in English, Dutch, German or Norwegian, or its name in these or French."""


def digits_of(text: str, form: str) -> str | None:
    """A day as YYYYMMDD; None where it is not written in that form. Whether there is such a day is not asked."""
    found = FORMS[form].match(text)
    if found is None or (found.end() < len(text) and (form == PLAIN_DAY or not _HOUR.fullmatch(text, found.end()))):
        return None
    if form == "JJJJ-Www-D":
        return _of_week(int(found["y"]), int(found["m"]), int(found["d"]))
    month = _MONTH_OF.get(found["m"].lower(), "") if found["m"].isalpha() else found["m"]
    return f"{found['y']}{month:0>2}{found['d']:0>2}" if month else None


def _of_week(year: int, week: int, day: int) -> str | None:
    try:
        return date.fromisocalendar(year, week, day).strftime("%Y%m%d")
    except ValueError:
        return None
