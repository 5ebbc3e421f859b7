"""The two examples of the handreiking (chapter 4) as tables of the standard set, with made-up figures: what a reader asks, and what must come."""

from datetime import date

import numpy as np
from celwacht.publish.gate import assemble
from celwacht.publish.publication.publication import PRINTED, WITHHELD, Publication, PublicMeasure, Words
from celwacht.tables.counting import codings

from tests.tables.standard import standard

FORMS = ("Totaal jeugdhulp in natura", "Uitgevoerd door wijkteam", "Niet uitgevoerd door wijkteam", "Totaal jeugdhulp met verblijf")
"""The columns of both examples, in the words of the table (StatLine's): all, without stay by a wijkteam and not by one, with stay."""
REFERRERS = (
    "Totaal",
    "Gemeentelijke toegang",
    "Huisarts",
    "Jeugdarts",
    "Medisch specialist",
    "Gecertificeerde instelling",
    "Geen verwijzer",
)
AGES = ("Totaal", "0 tot 4 jaar", "4 tot 12 jaar", "12 tot 18 jaar", "18 tot 23 jaar")
SEXES = ("Totaal mannen en vrouwen", "Mannen", "Vrouwen")
EXAMPLES = {"jeugdhulp_instroom_verwijzer": {"verwijzer": REFERRERS}, "jeugdhulp_gebruik_jongeren": {"leeftijd": AGES, "geslacht": SEXES}}


def publication(table: str, seed: int = 1) -> tuple[Publication, dict[str, str]]:
    """(the table with all its codes and made-up figures, field read -> name of the dimension)."""
    spec = standard()[table]
    names, dimensions = {}, []
    for d in spec.dimensions:
        coded = codings.coding(d.classification, dimension_name=d.name, levels=d.levels, field=d.field)
        names[coded.field] = d.name
        dimensions.append(assemble.dimension(coded.classification))
    statuses = {"2024HJ01": "NaderVoorlopig", "2024JJ00": "Voorlopig"}
    dimensions.append(assemble.periods("Perioden", tuple(statuses), statuses, reference_date=False))
    draw, shape = np.random.default_rng(seed), tuple(len(d.codes) for d in dimensions)
    state = np.where(draw.random(shape) < 0.1, WITHHELD, PRINTED).astype(np.uint8)
    values = np.where(state == PRINTED, 5 * draw.integers(2, 900, shape), 0).astype(np.int64)
    measure = PublicMeasure("M000001", spec.measures[0].name, Words(spec.measures[0].title.nl), "", spec.unit, 0, values, state)
    words = Words(spec.title.nl, spec.title.en), Words(spec.description.nl, spec.description.en)
    return Publication(table, "", *words, spec.unit, "proef", date(2025, 4, 30), tuple(dimensions), (measure,)), names


def position(codes: list[str], wanted: str) -> int:
    """Where a title is, in the words of the table: the very words, else the only title that ends or begins with them."""
    found = [i for i, title in enumerate(codes) if title == wanted] or [
        i for i, title in enumerate(codes) if title.endswith(wanted) or title.startswith(wanted + " ")
    ]
    assert len(found) == 1, f"{wanted}: {[codes[i] for i in found]}"
    return found[0]
