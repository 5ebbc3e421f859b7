"""What a reader of a rate is told of its denominator: of whom, of which year, from which source."""

from __future__ import annotations

from collections.abc import Sequence

from celwacht.tables.counting.denominators import Denominator, axis_of
from celwacht.tables.face import face
from celwacht.tables.periods import Period
from celwacht.tables.specs.table_spec import RateMeasure, TableSpec

YOUNG = 25
"""Classes that end at this age or before are called jongeren."""


def of_whom(first: int | None, below: int | None) -> str:
    """The people of an interval of ages, in words."""
    if face().english:
        people = "young people" if below is not None and below <= YOUNG else "inhabitants"
        if below is None:
            return f"{people} aged {first} and over" if first else people
        return f"{people} aged {first or 0} to {below}"
    if below is None:
        return f"inwoners van {first} jaar en ouder" if first else "inwoners"
    return f"{'jongeren' if below <= YOUNG else 'inwoners'} van {first or 0} tot {below} jaar"


def unit(spec: TableSpec, measure: RateMeasure) -> str:
    """The unit: per how many of whom, such as `per 1.000 jongeren van 12 tot 23 jaar`."""
    whom = of_whom(measure.from_, measure.below)
    axes = [axis_of(d, spec.source) for d in spec.dimensions]
    if face().english:
        whom = f"{whom.partition(' aged')[0]} of the class of age" if measure.ages else whom
        own = [said for said, there in (("age", "ages"), ("sex", "sexes")) if any(getattr(a, there) for a in axes)]
        return ("% of the " if measure.per == 100 else "per 1,000 ") + whom + (f", of the {' and '.join(own)} of the row" if own else "")
    if measure.ages:
        whom = f"{whom.split()[0]} in de leeftijdsklasse"
    own = [said for said, there in (("leeftijd", "ages"), ("geslacht", "sexes")) if any(getattr(a, there) for a in axes)]
    row = f", van {' en '.join(own)} van de rij" if own else ""
    return ("% van de " if measure.per == 100 else "per 1.000 ") + whom + row


def explanation(spec: TableSpec, measure: RateMeasure, people: Denominator, periods: Sequence[str]) -> str:
    """Of whom, the day of the population for each year, its source and licence, and whether it is made up."""
    titles = _titles(spec, measure)
    others = [
        f"{titles.get(a.code, a.code)}: {of_whom(*_ages(measure, a))}"
        for a in measure.ages
        if _ages(measure, a) != (measure.from_, measure.below)
    ]
    whom = of_whom(measure.from_, measure.below) + (f"; {'; '.join(others)}" if others else "")
    said = face().said
    years: dict[str, set[int]] = {}
    for about, code in zip(people.of, periods):
        years.setdefault(about.id, set()).add(Period.parse(code).year)
    abouts = {about.id: about for about in people.of}
    days = []
    for name, of in years.items():
        plain = of == {abouts[name].year} and len(years) == 1
        of_years = said(" en ", " and ").join(map(str, sorted(of)))
        days.append(f"{said('1 januari', '1 January')} {abouts[name].year}" + ("" if plain else f" {said('voor', 'for')} {of_years}"))
    source = said("Bron van de bevolking", "Source of the population")
    sources = dict.fromkeys(f"{source}: {a.source.nl.rstrip('.')} ({a.licence})." for a in abouts.values())
    notes = dict.fromkeys(a.note.nl for a in abouts.values() if a.note)
    made_up = said("Deze bevolkingscijfers zijn verzonnen.", "These figures of the population are made up.")
    warning = [made_up] if any(a.made_up for a in abouts.values()) else []
    return " ".join(
        [f"{said('Noemer', 'Divided by')}: {whom}; {said('stand van', 'as of')} {', '.join(days)}.", *sources, *warning, *notes]
    )


def _ages(measure: RateMeasure, own) -> tuple[int | None, int | None]:
    return (measure.from_ if own.from_ is None else own.from_), (measure.below if own.below is None else own.below)


def _titles(spec: TableSpec, measure: RateMeasure) -> dict[str, str]:
    """Code -> title, for the codes that have their own ages."""
    dimension = next((d for d in spec.dimensions if d.name == measure.by), None)
    return axis_of(dimension, spec.source).titles if dimension else {}
