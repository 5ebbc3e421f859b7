"""What v3 calls things: padded keys, names of topics, and the words of TableInfos. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, PublicDimension

LEAST_WIDTH = {"TimeDimension": 8, "GeoDimension": 6, "GeoDetail": 10, "Dimension": 1}
"""Keys are as wide as the longest of their classification; these classifications are known, whatever part is shown."""
_TOPIC = 33
"""Characters of a title in the key of a topic."""
_FREQUENCY = (
    ("MM", ("Permaand", "Monthly")),
    ("KW", ("Perkwartaal", "Quarterly")),
    ("HJ", ("Perhalfjaar", "Halfyearly")),
    ("JJ", ("Perjaar", "Yearly")),
)


def width(dimension: PublicDimension) -> int:
    """To how many characters the keys of a dimension are padded."""
    return max([LEAST_WIDTH[dimension.kind], *(len(c.code) for c in dimension.codes)])


def keys(dimension: PublicDimension) -> list[str]:
    """The padded keys of a dimension, in order."""
    n = width(dimension)
    return [c.code.ljust(n) for c in dimension.codes]


def topic_key(title: str, ordinal: int) -> str:
    """'Begonnen trajecten' as BegonnenTrajecten_1; a title that begins with a digit gets k_ in front."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    name = "".join(w[0].upper() + w[1:] for w in words)[:_TOPIC]
    return f"{'k_' if not name or name[0].isdigit() else ''}{name}_{ordinal}"


def topics(publication: Publication) -> list[str]:
    return [topic_key(m.title.nl, i) for i, m in enumerate(publication.measures, 1)]


def local(moment: datetime) -> str:
    """A moment as v3 writes it: local time, without zone."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def frequency(publication: Publication) -> str:
    kinds = {c.code[4:6] for c in publication.periods.codes}
    return publication.face.said(*next((words for letters, words in _FREQUENCY if letters in kinds), ("Onregelmatig", "Irregular")))


def default_selection(publication: Publication, topic: Sequence[str]) -> str:
    """The first code of each dimension over the last five periods, in the words of $filter and $select."""

    def of(name: str, codes: Sequence[str]) -> str:
        return "(" + " or ".join(f"({name} eq '{code}')" for code in codes) + ")"

    parts = [of(d.name, keys(d)[:1]) for d in publication.dimensions[:-1]]
    parts.append(of(publication.periods.name, keys(publication.periods)[-5:]))
    names = [*(d.name for d in publication.dimensions), *topic]
    return f"$filter={' and '.join(parts)}&$select={', '.join(names)}"


def table_info(publication: Publication, facts: Mapping[str, Any], modified: str, reason: str) -> dict[str, Any]:
    """The one row of TableInfos."""
    rows = ",".join(d.name for d in publication.dimensions[:-1])
    return {
        "ID": 0,
        "Title": publication.title.nl,
        "ShortTitle": publication.title.nl,
        "Identifier": publication.table,
        "Summary": facts["Summary"],
        "Modified": modified,
        "MetaDataModified": modified,
        "ReasonDelivery": reason,
        "ExplanatoryText": "",
        "OutputStatus": publication.face.said("Regulier", "Regular"),
        "Source": publication.source,
        "Language": publication.face.main,
        "Catalog": facts["Catalog"],
        "Frequency": frequency(publication),
        "Period": texts.coverage(publication),
        "ShortDescription": publication.description.nl,
        "Description": facts["LongDescription"],
        "DefaultPresentation": f"graphtype=Table&r={rows}&k=Topics,{publication.periods.name}",
        "DefaultSelection": default_selection(publication, topics(publication)),
        "GraphTypes": "Table,Bar,Line",
        "SearchPriority": "2",
    }
