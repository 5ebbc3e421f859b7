"""Words of the API that are the same for every table, in Dutch and English; the Dutch is that of texts.py."""

from __future__ import annotations

from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, Words

SYMBOLS = tuple(
    (symbol, Words(dutch, english))
    for (symbol, dutch), english in zip(
        texts.SYMBOLS,
        (
            "a figure cannot occur on logical grounds",
            "the figure is unknown, not reliable enough or confidential",
            "provisional figures",
            "revised provisional figures",
        ),
        strict=True,
    )
)
"""(symbol as texts.py writes it, meaning), in its order: blank, withheld, provisional, revised provisional."""

ROUNDING = Words(
    texts.ROUNDING_NOTE, "Figures may have been rounded. The sum of rounded parts can therefore differ from the total beside them."
)
FREQUENCY = {"KW": "quarterly", "HJ": "half-yearly", "JJ": "yearly"}


def general_notes() -> tuple[Words, ...]:
    """What holds for all figures of a table."""
    return (ROUNDING,)


def frequency(publication: Publication) -> Words:
    kinds = {c.code[4:6] for c in publication.periods.codes}
    english = " and ".join(word for letters, word in FREQUENCY.items() if letters in kinds).capitalize()
    return Words(texts.frequency(publication), english)
