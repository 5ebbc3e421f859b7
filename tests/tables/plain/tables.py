"""Every standard table in plain Python: which courses count in a period, and by which dimensions, in the words of the table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import product

from tests.tables.plain.classes import (
    Case,
    above,
    age,
    beginning,
    care,
    combination,
    contact,
    country,
    court_districts,
    crisis,
    district,
    duration,
    ending,
    every_region,
    forms,
    household,
    intervention,
    main_duration,
    main_reason,
    minor_year,
    one_year,
    orders,
    origin,
    perspective,
    probation,
    probation_total,
    protection,
    protection_all,
    protection_reason,
    provinces,
    reason,
    referred,
    referrer,
    region,
    risk,
    sex,
    start,
    stay,
    stay_of_protected,
    teams,
    transfer,
)
from tests.tables.plain.deliveries import Register
from tests.tables.plain.history import DAY, HELP, ORDER, PROBATION, PROTECTION, Course, Span


@dataclass(frozen=True)
class Table:
    """records: what counts; moment, letters of the periods; dimensions in order; touched: the one in which a person counts in every class
    touched (its place), None where courses are counted or nothing is touched; persons: whether persons are counted."""

    records: tuple[str, ...]
    moment: str
    periods: str
    dimensions: tuple[Callable, ...]
    persons: bool = False
    touched: int | None = None
    preventive: bool = False


def _table(record, moment, periods, *dimensions, touched=None, persons=False, preventive=False) -> Table:
    records = record if isinstance(record, tuple) else (record,)
    return Table(records, moment, periods, dimensions, persons or touched is not None, touched, preventive)


ALL_CARE = (HELP, PROTECTION, PROBATION)
TABLES = {
    "jeugdhulp_crisis": _table(HELP, "in", "HJ", crisis, teams, region),
    "jeugdhulp_gebruik_hulpvorm": _table(HELP, "use", "HJ", forms, age, sex, above, touched=0),
    "jeugdhulp_gebruik_jongeren": _table(HELP, "use", "HJ", age, sex, teams, region, touched=2),
    "jeugdhulp_gebruik_trajecten": _table(HELP, "use", "HJ", age, sex, teams, region),
    "jeugdhulp_herkomst": _table(HELP, "use", "J", origin, stay, region, touched=1),
    "jeugdhulp_huishouden": _table(HELP, "use", "J", household, stay, region, touched=1),
    "jeugdhulp_instroom_hulpvorm": _table(HELP, "in", "HJ", forms, referrer, above),
    "jeugdhulp_instroom_verwijzer": _table(HELP, "in", "HJ", referrer, teams, region),
    "jeugdhulp_perspectief": _table(HELP, "in", "HJ", perspective, forms, above),
    "jeugdhulp_soort_start": _table(HELP, "in", "HJ", start, teams, region),
    "jeugdhulp_stand_jongeren": _table(HELP, "on", "H", sex, age, stay, region, touched=2),
    "jeugdhulp_stand_trajecten": _table(HELP, "on", "H", forms, region),
    "jeugdhulp_uitstroom_duur_reden": _table(HELP, "out", "HJ", main_duration, main_reason, region),
    "jeugdhulp_uitstroom_hulpvorm": _table(HELP, "out", "HJ", forms, main_duration, main_reason, provinces),
    "jeugdhulp_uitstroom_reden": _table(HELP, "out", "HJ", reason, duration, above),
    "jeugdhulp_verloop": _table(HELP, "use", "HJ", beginning, ending, teams, region),
    "jeugdbescherming_eerste_contact": _table(PROTECTION, "in", "HJ", contact, protection, above),
    "jeugdbescherming_gebruik_trajecten": _table(PROTECTION, "use", "HJ", age, sex, protection, above),
    "jeugdbescherming_herkomst": _table(PROTECTION, "use", "J", origin, protection, region, touched=1),
    "jeugdbescherming_huishouden": _table(PROTECTION, "use", "J", household, protection, region, touched=1),
    "jeugdbescherming_instroom": _table(PROTECTION, "in", "HJ", protection_all, above),
    "jeugdbescherming_jongeren": _table(PROTECTION, "use", "J", age, sex, protection, region, touched=2),
    "jeugdbescherming_overdracht": _table(PROTECTION, "use", "HJ", transfer, protection, country),
    "jeugdbescherming_soort_start": _table(PROTECTION, "in", "HJ", start, protection, above),
    "jeugdbescherming_stand": _table(PROTECTION, "on", "H", protection_all, region),
    "jeugdbescherming_stand_jongeren": _table(PROTECTION, "on", "H", age, sex, protection, above, touched=2),
    "jeugdbescherming_stand_leeftijd": _table(PROTECTION, "on", "H", protection, minor_year, country, touched=0),
    "jeugdbescherming_uitstroom": _table(PROTECTION, "out", "HJ", protection, protection_reason, above),
    "jeugdbescherming_uitstroom_duur": _table(PROTECTION, "out", "HJ", protection, duration, above),
    "jeugdbescherming_verloop": _table(PROTECTION, "use", "HJ", beginning, ending, protection, above),
    "jeugdbescherming_verblijf": _table(ALL_CARE, "use", "HJ", stay_of_protected, region, touched=0),
    "jeugdreclassering_eerste_contact": _table(PROBATION, "in", "HJ", contact, probation, provinces),
    "jeugdreclassering_gebruik_trajecten": _table(PROBATION, "use", "HJ", age, sex, probation, above),
    "jeugdreclassering_herkomst": _table(PROBATION, "use", "J", origin, above, persons=True),
    "jeugdreclassering_huishouden": _table(PROBATION, "use", "J", household, above, persons=True),
    "jeugdreclassering_instroom": _table(PROBATION, "in", "HJ", probation, above),
    "jeugdreclassering_interventie": _table(PROBATION, "out", "HJ", intervention, probation, provinces),
    "jeugdreclassering_jongeren": _table(PROBATION, "use", "J", age, sex, probation, above, touched=2),
    "jeugdreclassering_kwartaal_instroom": _table(PROBATION, "in", "K", probation, age),
    "jeugdreclassering_kwartaal_stand": _table(PROBATION, "on", "K", probation, age),
    "jeugdreclassering_kwartaal_uitstroom": _table(PROBATION, "out", "K", probation, age),
    "jeugdreclassering_kwartaal_verloop": _table(PROBATION, "use", "K", beginning, ending, court_districts),
    "jeugdreclassering_overdracht": _table(PROBATION, "use", "HJ", transfer, probation_total, country),
    "jeugdreclassering_soort_start": _table(PROBATION, "in", "HJ", start, above),
    "jeugdreclassering_stand": _table(PROBATION, "on", "H", probation, region),
    "jeugdreclassering_stand_jongeren": _table(PROBATION, "on", "H", age, sex, above, persons=True),
    "jeugdreclassering_uitstroom": _table(PROBATION, "out", "HJ", risk, referred, above),
    "jeugdreclassering_uitstroom_duur": _table(PROBATION, "out", "J", probation, main_duration, above),
    "jeugdreclassering_verloop": _table(PROBATION, "use", "HJ", beginning, ending, probation, above),
    "jeugdzorg_stand_leeftijd": _table(ALL_CARE, "on", "H", care, one_year, country, touched=0),
    "kerncijfers_jeugdzorg": _table(ALL_CARE, "use", "HJ", care, every_region, touched=0),
    "machtiging_jongeren": _table(ORDER, "use", "J", orders, age, sex, above, touched=0),
    "machtiging_stand": _table(ORDER, "on", "H", orders, age, above),
    "machtiging_uithuisplaatsing": _table(ORDER, "in", "HJ", orders, age, provinces),
    "machtiging_uitstroom": _table(ORDER, "out", "HJ", orders, age, provinces),
    "preventief_kader_jeugdbescherming": _table(PROTECTION, "use", "HJ", beginning, ending, provinces, preventive=True),
    "preventief_kader_jeugdreclassering": _table(PROBATION, "use", "HJ", beginning, ending, provinces, preventive=True),
    "samenloop_jeugdzorg": _table(ALL_CARE, "use", "J", combination, age, sex, region, touched=0),
    "samenloop_stand": _table(ALL_CARE, "on", "H", combination, age, sex, region, touched=0),
    "wijk_jeugdhulp_jongeren": _table(HELP, "use", "J", stay, district, touched=0),
    "wijk_jeugdhulp_leeftijd": _table(HELP, "use", "J", age, district, persons=True),
    "wijk_jeugdhulp_trajecten": _table(HELP, "use", "J", teams, district),
    "wijk_jeugdzorg_jongeren": _table(ALL_CARE, "use", "J", care, district, touched=0),
}


def periods_of(table: Table, year: int) -> list[Span]:
    """The periods of a table within one year: quarters (K), half-years (H), the year (J)."""
    quarters = [Span(f"{year}KW0{i}", date(year, 3 * i - 2, 1), date(year + i // 4, 3 * i % 12 + 1, 1) - DAY) for i in (1, 2, 3, 4)]
    halves = [Span(f"{year}HJ0{i}", quarters[2 * i - 2].first, quarters[2 * i - 1].last) for i in (1, 2)]
    whole = [Span(f"{year}JJ00", halves[0].first, halves[1].last)]
    return [p for letter, some in (("K", quarters), ("H", halves), ("J", whole)) if letter in table.periods for p in some]


def counts(course: Course, moment: str, period: Span) -> bool:
    """in: begins in the period; out: ends in it; use: runs on a day of it; on: runs on its last day, and does not end on it."""
    if moment == "in":
        return course.begun is not None and period.first <= course.begun <= period.last
    if moment == "out":
        return course.end is not None and period.first <= course.end <= period.last
    running = course.first <= period.last
    if moment == "use":
        return running and (course.end is None or course.end >= period.first)
    return running and (course.end is None or course.end > period.last)


ORDER_OF = {HELP: 1, PROTECTION: 0, PROBATION: 2}


def count(name: str, register: Register) -> Counter:
    """All cells that are not 0: the codes of the dimensions, then the period."""
    table, found = TABLES[name], Counter()
    for period in periods_of(table, register.year):
        day = period.last if table.moment == "on" else date(register.year, 12, 31)
        cases = [
            Case(c, period, register, day)
            for c in register.courses
            if c.record in table.records
            and (c.kind == "31" and c.record in (PROTECTION, PROBATION)) == table.preventive
            and counts(c, table.moment, period)
        ]
        if not table.persons:
            for case in cases:
                found.update((*codes, period.code) for codes in product(*(d(case) for d in table.dimensions)))
            continue
        of_person: dict[int, list[Case]] = defaultdict(list)
        for case in cases:
            of_person[case.course.person.number].append(case)
        for mine in of_person.values():
            found.update((*codes, period.code) for codes in product(*_of_person(table, mine)))
    return found


def _of_person(table: Table, mine: list[Case]) -> list[set[str]]:
    """A person is of the class of the course that began last (of one day: of probation before help before protection, then the higher
    kind), and touches what any course touches."""
    last = max(mine, key=lambda case: (case.course.first, ORDER_OF.get(case.course.record, 0), case.course.kind))
    found = []
    for place, dimension in enumerate(table.dimensions):
        if place != table.touched:
            found.append(set(dimension(last)))
        elif dimension in (combination, stay_of_protected):
            found.append(set(dimension(mine)))
        else:
            found.append({code for case in mine for code in dimension(case)})
    return found
