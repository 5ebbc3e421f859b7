"""Publications for the tests of formats: one with every trap, any at all by Hypothesis, the truth about each."""

from datetime import date
from decimal import Decimal

import numpy as np
from celwacht.publish.publication.publication import (
    IMPOSSIBLE,
    PRINTED,
    WITHHELD,
    Publication,
    PublicCode,
    PublicDimension,
    PublicMeasure,
    Words,
)
from hypothesis import strategies as st

WORD = {PRINTED: "None", WITHHELD: "Confidential", IMPOSSIBLE: "Impossible"}
TRAPS = (
    '"tussen" ;, aanhaling',
    "regel een\nregel twee",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "+31",
    "@SUM(A1)",
    "Fryslân – ‘t Súdwest, 日本 🦆",
    "tab\there",
    "O'Brien & <b>",
    "1e3",
    "NULL",
    "#dit is geen commentaar",
    "back\\slash \\n",
    "een titel die " + "lang is " * 60,
    "None",
    "Totaal",
    "Totaal",
)


def truth(publication):
    """Every figure by the definition: (codes, measure code, state, Decimal or None), in the order of Id."""
    found = []
    for cell in np.ndindex(publication.shape):
        codes = tuple(d.codes[i].code for d, i in zip(publication.dimensions, cell))
        for m in publication.measures:
            state = int(m.state[cell])
            value = Decimal(int(m.values[cell])).scaleb(-m.decimals) if state == PRINTED else None
            found.append((codes, m.code, state, value))
    return found


def figures(shape, seed, most=5000):
    """Values and states of a measure: every state occurs, and zeros are printed among them."""
    draw = np.random.default_rng(seed)
    state = draw.choice(np.array([PRINTED, WITHHELD, IMPOSSIBLE], np.uint8), shape, p=[0.6, 0.3, 0.1])
    values = np.where(draw.random(shape) < 0.2, 0, draw.integers(0, most, shape)).astype(np.int64)
    values[state != PRINTED] = 0
    return values, state


def hostile():
    """A table with a trap in every place where a text can stand."""
    regions = (
        PublicCode("NL01", Words("Nederland", "The Netherlands")),
        PublicCode("PV20", Words("Groningen (PV)", ""), "NL01", 1, 'Toelichting met "; en\neen regel'),
        PublicCode("GM0014", Words("Groningen"), "PV20", 2),
        PublicCode("GM0034", Words("Almere"), "NL01", 1),
    )
    forms = tuple(PublicCode(f"A{i:02d}", Words(trap, trap[::-1]), "A00" if i else "", int(i > 0)) for i, trap in enumerate(TRAPS))
    odd = (PublicCode("=1+1", Words("formule")), PublicCode("a;b", Words("puntkomma", "semicolon")), PublicCode("ï/2", Words("vreemd")))
    periods = (
        PublicCode("2023JJ00", Words("2023", "2023"), status="Definitief"),
        PublicCode("2024HJ01", Words("2024 1e halfjaar", "2024 1st half-year"), status="NaderVoorlopig"),
        PublicCode("2024JJ00", Words("2024", "2024"), status="Voorlopig"),
    )
    dimensions = (
        PublicDimension("RegioS", Words("Regio's", "Regions"), "GeoDimension", regions),
        PublicDimension("Hulpvorm", Words('Vorm van "hulp"; soort', "Form of help"), "Dimension", forms),
        PublicDimension("Vreemd", Words("Vreemde codes", "Strange codes"), "Dimension", odd),
        PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", periods),
    )
    shape = tuple(len(d.codes) for d in dimensions)
    measures = (
        PublicMeasure(
            "M000001", "Jongeren", Words("Jongeren; totaal", "Young people"), "Aantal jongeren.", "jongeren", 0, *figures(shape, 1)
        ),
        PublicMeasure("M000002", "Aandeel", Words('=Aandeel "x"', "Share"), "", "%", 1, *figures(shape, 2, 1001)),
        PublicMeasure(
            "M000003", "Per1000", Words("Per 1 000", "Per 1,000"), "Uitleg <b>vet</b>.", "per 1 000 inwoners", 2, *figures(shape, 3)
        ),
    )
    notes = (
        ("", Words('Noot bij de tabel: "aanhaling"; met\nregeleinde', "Note on the table")),
        ("Hulpvorm", Words("=Noot bij hulpvorm", "Note on help")),
        ("Per1000", Words("Noot bij de meting", "Note on the measure")),
        ("", Words("Alleen Nederlands <img src=x>")),
    )
    return Publication(
        "vreemde_tabel",
        "85097NED",
        Words('Jeugdhulp; "vreemd" & <b>', "Youth care; strange"),
        Words("Eerste alinea.\n\nTweede; alinea.", "First.\n\nSecond."),
        "jongeren",
        'Bron "x"; y',
        date(2025, 4, 30),
        dimensions,
        measures,
        notes,
    )


def texts(bad=""):
    """Any text that can be written as UTF-8, without the characters in `bad`, and often a trap."""
    any_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters=bad), min_size=1, max_size=12)
    return st.one_of(any_text, st.sampled_from([t for t in TRAPS if not set(t) & set(bad)]))


@st.composite
def publications(draw, bad="", codes="ABCabc0189_-"):
    """Any small publication. bad: characters that no title has; codes: the characters of which codes are made."""
    words = st.builds(Words, texts(bad), st.one_of(st.just(""), texts(bad)))
    names = ["RegioS", "Hulpvorm"][: draw(st.integers(0, 2))]
    dimensions = []
    for name in names:
        known = draw(st.lists(st.text(codes, min_size=1, max_size=5), min_size=1, max_size=4, unique=True))
        group = draw(st.booleans())
        kind = "GeoDimension" if name == "RegioS" else "Dimension"
        dimensions.append(
            PublicDimension(
                name,
                draw(words),
                kind,
                tuple(PublicCode(c, draw(words), known[0] if group and i else "", int(group and i > 0)) for i, c in enumerate(known)),
            )
        )
    n = draw(st.integers(1, 3))
    statuses = draw(st.lists(st.sampled_from(["Voorlopig", "NaderVoorlopig", "Definitief"]), min_size=n, max_size=n))
    periods = tuple(PublicCode(f"{2020 + i}JJ00", Words(str(2020 + i)), status=s) for i, s in enumerate(statuses))
    dimensions.append(PublicDimension("Perioden", Words("Perioden", "Periods"), "TimeDimension", periods))
    shape = tuple(len(d.codes) for d in dimensions)
    seed = draw(st.integers(0, 2**31))
    measures = tuple(
        PublicMeasure(
            f"M{i:06d}", f"Meting{i}", draw(words), draw(texts(bad)), draw(texts(bad)), draw(st.integers(0, 2)), *figures(shape, seed + i)
        )
        for i in range(1, draw(st.integers(1, 2)) + 1)
    )
    notes = tuple((draw(st.sampled_from(["", *names, "Meting1"])), draw(words)) for _ in range(draw(st.integers(0, 2))))
    unit = draw(st.sampled_from(["jongeren", "trajecten"]))
    return Publication(
        "tabel", "", draw(words), draw(words), unit, draw(texts(bad)), date(2024, 10, 31), tuple(dimensions), measures, notes
    )
