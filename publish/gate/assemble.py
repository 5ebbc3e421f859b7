"""The pieces of a Publication, from a specification and from what was protected: pure, and judged by nobody yet.

Several protected cubes of one table (one per year or per period) are joined over Perioden, its last dimension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from celwacht.disclosure.proof.protected_cube import Protected
from celwacht.publish.gate import rate_words
from celwacht.publish.publication import measures
from celwacht.publish.publication.publication import PublicCode, PublicDimension, PublicMeasure, Words
from celwacht.publish.publication.texts import STATUS_IN_ENGLISH, made_up_words
from celwacht.tables.counting.denominators import Denominator
from celwacht.tables.cubes.classification import Classification
from celwacht.tables.face import face
from celwacht.tables.periods import Period
from celwacht.tables.sources.data_source import DataSource
from celwacht.tables.sources.source_spec import PersonSource
from celwacht.tables.sources.sources import persons_unit, sources
from celwacht.tables.specs.table_spec import TableSpec

SOURCE = Words("Leveringen in het kader van Beleidsinformatie Jeugd, bewerkt met Celwacht", "Deliveries, processed with Celwacht")
"""Where no data folder names a source."""
ALONE = (
    "Deze tabel is op zichzelf beoordeeld: uit deze tabel alleen is niet af te leiden wat is weggelaten. Wat deze tabel naast andere tabellen en "
    "eerdere uitgaven zou verraden, is gezocht en ook weggelaten. Voor deze tabel naast andere tabellen is dat niet bewezen.",
    "This table was judged by itself: what is withheld cannot be derived from this table alone. What this table would tell beside other tables and "
    "earlier releases was sought and withheld as well. Beside other tables that has not been proved.",
)
"""The note to readers of a table that was proved by itself only."""

ATTRIBUTED = (
    "Waar iemand in één klasse telt, zoals één regio, is dat de klasse van wat het laatst begon van alles wat in deze tabel meetelt. In een "
    "tabel over iets anders kan dat een andere klasse zijn, zodat hetzelfde aantal tussen tabellen kan verschillen.",
    "Where a person counts in one class, such as one region, it is the class of what began last of all that counts in this table. In a "
    "table of something else it can be another class, so that the same figure can differ between tables.",
)
"""The note to readers of a table of persons: why a figure that it shares with another table can differ."""


def notes(spec: TableSpec, alone: bool) -> tuple[tuple[str, Words], ...]:
    """(dimension, or "", and text) of every note to readers. alone: whether the table was proved by itself only."""
    own = tuple((note.on or "", spoken(note.text.nl, note.text.en)) for note in spec.footnotes)
    return own + (("", spoken(*ATTRIBUTED)),) * _attributed(spec) + (("", spoken(*ALONE)),) * alone


def spoken(nl: str, en: str) -> Words:
    """A text in the languages of the project in force."""
    return Words(*face().spoken(nl, en))


def _attributed(spec: TableSpec) -> bool:
    """Whether a person counts in one class here whom tables of another source may count in another."""
    shared = sum(one.units.persons == spec.unit for one in sources().values() if not isinstance(one, PersonSource)) > 1
    return shared and any(d.per_person == "laatste" for d in spec.dimensions) and persons_unit(spec.source, spec.unit)


def sourced(description: Words, source: DataSource | None) -> tuple[str, Words, bool]:
    """(source, description, whether made up) of a table of this data folder; of made-up data both say so first."""
    if source is None:
        return face().of(SOURCE), description, False
    beside = source.source.en if face().languages != ("nl",) and source.source.en != source.source.nl else ""
    named = source.source.nl + (f" / {beside}" if beside else "")
    if not source.made_up:
        return f"{named}, {face().said('bewerkt met', 'processed with')} Celwacht", description, False
    told = made_up_words(face())
    english = f"{told.en} {description.en}" if description.en else ""
    return named, spoken(f"{told.nl} {description.nl}", english), True


def joined(parts: Sequence[Protected]) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]:
    """(codes of periods in order, shown, withheld, blank) over all parts; Perioden is the last axis. blank: nobody can be there."""
    codes = [c.code for p in parts for c in p.cube.dimensions[-1].codes]
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    shown = np.concatenate([p.shown for p in parts], axis=-1)[..., order]
    withheld = np.concatenate([p.withheld for p in parts], axis=-1)[..., order]
    blank = np.concatenate([p.cube.blank for p in parts], axis=-1)[..., order]
    return tuple(codes[i] for i in order), shown, withheld, blank


def dimension(source: Classification) -> PublicDimension:
    """Codes and titles of a dimension, without its leaves."""
    parent = {c.code: c.parent for c in source.codes}

    def depth(code: str) -> int:
        steps = 0
        while (code := parent.get(code, "")) and steps < len(parent):
            steps += 1
        return steps

    codes = tuple(PublicCode(c.code, spoken(c.title_nl, c.title_en), c.parent, depth(c.code), c.description_nl) for c in source.codes)
    return PublicDimension(source.name, spoken(source.title_nl, source.title_en), source.kind, codes)


def periods(name: str, codes: Sequence[str], statuses: Mapping[str, str], *, reference_date: bool) -> PublicDimension:
    """The dimension Perioden, with a status for each period."""
    listed = []
    for code in codes:
        period = Period.parse(code)
        title = spoken(period.title("nl", reference_date=reference_date), period.title("en", reference_date=reference_date))
        status = STATUS_IN_ENGLISH.get(statuses[code], statuses[code]) if face().english else statuses[code]
        listed.append(PublicCode(code, title, status=status))
    return PublicDimension(name, spoken("Perioden", "Periods"), "TimeDimension", tuple(listed))


def public_measures(
    spec: TableSpec, dimensions: tuple[PublicDimension, ...], counts: measures.Figures, people: Mapping[str, Denominator]
) -> tuple[PublicMeasure, ...]:
    """Every measure of the specification, in its order; only count, share and rate occur here (see gate.py).

    counts: as of `measures.count`. people: what each rate is divided by, as of `denominators`.
    """
    made = []
    for place, measure in enumerate(spec.measures, 1):
        unit: str = spec.unit
        decimals, figures = 0, counts
        explained = [measure.description.nl] if measure.description else []
        if measure.kind == "share":
            axis = next(i for i, d in enumerate(dimensions) if d.name == measure.within)
            unit, decimals, figures = "%", measure.decimals, measures.share(counts, axis, measure.decimals)
        elif measure.kind == "rate":
            unit, decimals = rate_words.unit(spec, measure), measure.decimals
            figures = measures.rate(counts, people[measure.name].persons, measure.per, decimals)
            explained.append(rate_words.explanation(spec, measure, people[measure.name], [c.code for c in dimensions[-1].codes]))
        values, state = (np.array(a, order="C") for a in figures)
        made.append(
            PublicMeasure(
                f"M{place:06d}",
                measure.name,
                spoken(measure.title.nl, measure.title.en),
                " ".join(explained),
                unit,
                decimals,
                values,
                state,
                measure.description.en if measure.description and not face().english else "",
            )
        )
    return tuple(made)
