"""To which codes of a dimension a course belongs, by the words of the code lists and by hand.

Codes and classes stand here once more, so that nothing of a specification, a classification or a query is taken over.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from tests.tables.plain.deliveries import Register
from tests.tables.plain.history import DAY, HELP, POSTCODES, PROBATION, PROTECTION, Course, Span, whole_years

WITHOUT, WITH = ("01", "02", "03", "04"), ("11", "12", "13", "14")
SUPERVISION = ("11", "12")


def _listed(name: str) -> list[dict[str, str]]:
    with (files("celwacht.table_specs") / "regions" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


GEMEENTEN = {row["gemeente"]: row for row in _listed("gemeenten_2023.csv")}
WIJKEN = {row["wijk"] for row in _listed("wijken_2020.csv")}


@dataclass(frozen=True)
class Case:
    """A course in a period: what a dimension asks about."""

    course: Course
    period: Span
    register: Register
    day: date
    """On which the age counts."""


def gemeente(place: str) -> str | None:
    found = POSTCODES[place][1] if place in POSTCODES else "GM" + place[-4:]
    return found if found in GEMEENTEN else None


def region(case: Case, *, levels: str = "LPJG") -> list[str]:
    """L the country, P province, J youth region, G gemeente, D part of the country, C COROP, A court district, S class of size; unknown
    stands beside them."""
    found = gemeente(case.course.place)
    if found is None:
        return ["NL01", "GM9999"]
    row = GEMEENTEN[found]
    codes = {"L": "NL01", "P": row["provincie"], "J": row["jeugdregio"], "G": found}
    codes |= {"D": row["landsdeel"], "C": row["corop"], "A": row["arrondissement"], "S": row["grootteklasse"]}
    return [codes[level] for level in levels]


def above(case: Case) -> list[str]:
    return region(case, levels="LPJ")


def every_region(case: Case) -> list[str]:
    return region(case, levels="LDPCSJG")


def court_districts(case: Case) -> list[str]:
    return region(case, levels="LA")


def provinces(case: Case) -> list[str]:
    return region(case, levels="LP")


def country(case: Case) -> list[str]:
    return ["NL01"]


def district(case: Case) -> list[str]:
    place = case.course.place
    of = gemeente(place)
    wijk = POSTCODES[place][0] if place in POSTCODES else None
    if of is None:
        return ["NL00", "GM9999"]
    return ["NL00", of, wijk if wijk in WIJKEN else f"WK{of[2:]}XX"]


def age(case: Case) -> list[str]:
    years = max(0, whole_years(case.course.person.born, case.day))
    classes = [("CWLF01", 0, 3), ("CWLF02", 4, 11), ("CWLF03", 12, 17), ("CWLF04", 18, 22)]
    return ["10000", *(code for code, low, high in classes if low <= years <= high)]


def one_year(case: Case) -> list[str]:
    years = max(0, whole_years(case.course.person.born, case.day))
    return ["10000", *([f"CWLJ{years:02d}"] if years < 23 else [])]


def minor_year(case: Case) -> list[str]:
    return [code for code in one_year(case) if code == "10000" or code < "CWLJ18"]


def sex(case: Case) -> list[str]:
    return ["T001038", *{"M": ["3000"], "V": ["4000"]}.get(case.course.sex, [])]


def forms(case: Case, *, depth: int = 4) -> list[str]:
    form = case.course.kind
    if form in WITH:
        path = ["CWJH12", "A027918", None, f"CWHV{form}"]
    else:
        path = ["CWJH12", "A042503", "A017916" if form == "01" else "A027917", None if form == "01" else f"CWHV{form}"]
    return [code for code in path[:depth] if code]


def stay(case: Case) -> list[str]:
    return forms(case, depth=2)


def teams(case: Case) -> list[str]:
    return forms(case, depth=3)


def protection(case: Case) -> list[str]:
    return ["A027919", "CWJB10" if case.course.kind in SUPERVISION else "CWJB20"]


def protection_all(case: Case) -> list[str]:
    return [*protection(case), f"CWJB{case.course.kind}"]


def probation(case: Case) -> list[str]:
    return ["A027920", f"CWJR{case.course.kind}"]


def probation_total(case: Case) -> list[str]:
    return ["A027920"]


def orders(case: Case) -> list[str]:
    return ["CWMU00", f"CWMU{case.course.kind}"]


def coded(prefix: str, trait: str, known: tuple[str, ...], other: str = "99") -> Callable[[Case], list[str]]:
    """A total, a code per value, and another for all else, unknown among it."""

    def codes(case: Case) -> list[str]:
        value = case.course.traits.get(trait)
        return [f"{prefix}00", f"{prefix}{value}" if value in known else f"{prefix}{other}"]

    return codes


referrer = coded("CWVW", "verwijzer", ("01", "02", "03", "04", "05", "06", "08"))
crisis = coded("CWCR", "crisis", ("01", "02"))
perspective = coded("CWPS", "perspectief", ("01", "02", "03", "04"))
protection_reason = coded("CWRB", "reden", ("01", "02", "03", "04", "05", "06", "07", "11", "12", "13", "14", "15"))
risk = coded("CWDR", "drp", ("41", "43"), other="49")  # the same, or unknown
referred = coded("CWDV", "doorverwijzing", ("52",), other="59")  # no, or unknown
intervention = coded("CWEI", "interventie", ("01",), other="09")  # none, or unknown


def reason(case: Case, *, fine: bool = True) -> list[str]:
    value = case.course.traits.get("reden")
    early = ["CWRH10", *([f"CWRH{value}"] if fine else [])]
    return ["CWRH00", *({None: ["CWRH99"], "01": ["CWRH01"]}.get(value, early))]


def main_reason(case: Case) -> list[str]:
    return reason(case, fine=False)


def _class(number: int, classes: list[tuple[str, int]]) -> str:
    return next(code for code, low in reversed(classes) if number >= low or low == classes[0][1])


def duration(case: Case, *, fine: bool = True) -> list[str]:
    days = (case.course.end - case.course.first).days
    code = _class(days, [("CWDU01", 0), ("CWDU02", 91), ("CWDU03", 183), ("CWDU04", 365), ("CWDU10", 730)])
    longer = [_class(days, [("CWDU05", 730), ("CWDU06", 1096), ("CWDU07", 1461)])] if code == "CWDU10" and fine else []
    return ["CWDU00", code, *longer]


def main_duration(case: Case) -> list[str]:
    return duration(case, fine=False)


def contact(case: Case) -> list[str]:
    if case.course.contact is None:
        return ["CWEC00", "CWEC99"]
    days = (case.course.contact - case.course.first).days
    return ["CWEC00", _class(days, [("CWEC01", 0), ("CWEC02", 7), ("CWEC03", 14), ("CWEC04", 28), ("CWEC05", 91)])]


def start(case: Case) -> list[str]:
    """Repeated: something of the same register ended in the five years before, with a day at least in between."""
    mine = case.course
    since = (
        mine.first.replace(year=mine.first.year - 5) if (mine.first.month, mine.first.day) != (2, 29) else date(mine.first.year - 5, 2, 28)
    )
    earlier = any(
        other.person is mine.person
        and other.record == mine.record
        and other.kind != "31"
        and other.end
        and since <= other.end < mine.first - DAY
        for other in case.register.courses
    )
    return ["CWST00", "CWST02" if earlier else "CWST01"]


def beginning(case: Case) -> list[str]:
    course, period = case.course, case.period
    if course.begun is not None and course.begun >= period.first:
        return ["CWAV00", "CWAV02"]
    return ["CWAV00", "CWAV01" if course.first < period.first else "CWAV03"]


def ending(case: Case) -> list[str]:
    return ["CWAF00", "CWAF01" if case.course.end is not None and case.course.end <= case.period.last else "CWAF02"]


def transfer(case: Case) -> list[str]:
    return ["CWOD00", "CWOD01" if any(case.period.first <= day <= case.period.last for day in case.course.taken) else "CWOD02"]


def marked(prefix: str, place: int) -> Callable[[Case], list[str]]:
    def codes(case: Case) -> list[str]:
        value = case.register.marks.get(case.course.person.bsn or "", ("9", "9"))[place]
        return [f"{prefix}00", f"{prefix}99" if value == "9" else f"{prefix}0{value}"]

    return codes


household, origin = marked("CWHH", 0), marked("CWHK", 1)
CARE = {HELP: "CWJH12", PROTECTION: "A027919", PROBATION: "A027920"}


def care(case: Case) -> list[str]:
    return ["CWJZ12", CARE[case.course.record]]


def combination(cases: list[Case]) -> set[str]:
    """Of all that one person had in the period."""
    had = {case.course.record for case in cases}
    letters = "".join(short for record, short in ((HELP, "H"), (PROTECTION, "B"), (PROBATION, "R")) if record in had)
    whole = {"H": "CWSL01", "B": "CWSL02", "HB": "CWSL03", "R": "CWSL04", "HR": "CWSL05", "BR": "CWSL06", "HBR": "CWSL07"}[letters]
    return {"CWJZ12", whole, *(CARE[record] for record in had)}


def stay_of_protected(cases: list[Case]) -> set[str]:
    """Of who had protection in the period: whether with a stay, by any form of it; of nobody else."""
    if all(case.course.record != PROTECTION for case in cases):
        return set()
    return {"A027919", "CWVB01" if any(case.course.record == HELP and case.course.kind in WITH for case in cases) else "CWVB02"}
