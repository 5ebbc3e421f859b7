"""Words of the API that are the same for every table, in Dutch and English; the Dutch is that of texts.py."""

from __future__ import annotations

from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, Words

FREQUENCY = {"WE": "weekly", "MM": "monthly", "KW": "quarterly", "HJ": "half-yearly", "JJ": "yearly"}
FREQUENCY |= {"SJ": "by school year", "BJ": "by financial year"}


def frequency(publication: Publication) -> Words:
    kinds = {c.code[4:6] for c in publication.periods.codes}
    english = " and ".join(word for letters, word in FREQUENCY.items() if letters in kinds).capitalize()
    return Words(texts.frequency(publication), english)
