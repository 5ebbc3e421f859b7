"""The sets of OData v4 as Statistics Netherlands names them, from one Publication: what both JSON and CSV hold.

Rows of Observations run over the cells in the order of the codes, with the measures of a cell beside each other; Id is
that position. Every combination is a row, whatever its figure, so that the presence of a row tells nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np
from celwacht.publish.publication import texts
from celwacht.publish.publication.publication import Publication, PublicDimension, PublicMeasure

PAGE = 100_000
"""Most observations in one file of JSON, as in one answer of CBS."""


Row = dict[str, Any]


def small_sets(publication: Publication) -> dict[str, list[Row]]:
    """Every set but Observations and Properties: name -> rows, all rows of a set with the same keys.

    The Index of a measure counts the dimensions before it, as the ID of its Topic in OData v3 does.
    """
    sets = {
        "MeasureCodes": [_measure(publication, i, m) for i, m in enumerate(publication.measures, len(publication.dimensions))],
        "Dimensions": [_dimension(publication, d) for d in publication.dimensions],
    }
    for dimension in publication.dimensions:
        sets[f"{dimension.name}Codes"] = _codes(publication, dimension)
        sets[f"{dimension.name}Groups"] = _groups(publication, dimension)
    return sets


def _measure(publication: Publication, index: int, measure: PublicMeasure) -> Row:
    return {
        "Identifier": measure.code,
        "Index": index,
        "Title": measure.title.nl,
        "Description": texts.marked(publication, measure.description),
        "MeasureGroupId": None,
        "DataType": "Double" if measure.decimals else "Long",
        "Unit": measure.unit,
        "Format": None,
        "Decimals": measure.decimals,
        "PresentationType": "Relative" if measure.decimals else "Absolute",
    }


def _dimension(publication: Publication, dimension: PublicDimension) -> Row:
    grouped = bool(dimension.groups())
    return {
        "Identifier": dimension.name,
        "Title": dimension.title.nl,
        "Description": texts.marked(publication, ""),
        "Kind": dimension.kind,
        "MapYear": None,
        "ReleasePolicy": "True" if dimension.kind == "TimeDimension" else None,
        "ContainsGroups": grouped,
        "ContainsCodes": True,
        "GroupsUrl": f"{dimension.name}Groups",
        "CodesUrl": f"{dimension.name}Codes",
    }


def _codes(publication: Publication, dimension: PublicDimension) -> list[Row]:
    rows = []
    for index, code in enumerate(dimension.codes, 1):
        row: Row = {
            "Identifier": code.code,
            "Index": index,
            "Title": code.title.nl,
            "Description": texts.marked(publication, code.description or texts.STATUS_WORDS[code.status]),
            "DimensionGroupId": code.group or None,
        }
        if dimension.kind == "TimeDimension":
            row["Status"] = code.status
        if dimension.kind == "GeoDetail":
            row["DetailRegionCode"] = code.code
        rows.append(row)
    return rows


def _groups(publication: Publication, dimension: PublicDimension) -> list[Row]:
    return [
        {
            "Id": code.code,
            "Index": index,
            "Title": code.title.nl,
            "Description": texts.marked(publication, code.description),
            "ParentId": code.group or None,
        }
        for index, code in enumerate(dimension.groups(), 1)
    ]


GROUP_KEYS = ("Id", "Index", "Title", "Description", "ParentId")


def properties(publication: Publication) -> Row:
    """The singleton Properties: what the table is, how final, under which licence."""
    day = publication.modified.isoformat()
    return {
        "Identifier": publication.table,
        "Title": publication.title.nl,
        "Description": publication.description.nl,
        "Language": publication.face.main,
        "Catalog": "Celwacht",
        "Version": day.replace("-", ""),
        "Status": publication.face.said("Regulier", "Regular"),
        "Modified": day,
        "ObservationsModified": day,
        "ObservationCount": publication.n_observations,
        "DatasetType": "Numeric",
        "License": texts.LICENCE,
        "Source": publication.source,
        "Summary": publication.description.nl.split("\n\n")[0],
        "LongDescription": texts.chapters(publication),
        "Frequency": texts.frequency(publication),
        "TemporalCoverage": texts.coverage(publication),
        "RelatedSources": [
            {
                "Title": f"StatLine {publication.statline}",
                "Url": f"https://opendata.cbs.nl/statline/#/CBS/nl/dataset/{publication.statline}/table",
            }
        ]
        if publication.statline
        else [],
    }


def decimal_text(value: int, decimals: int, point: str) -> str:
    """Exact text of value / 10**decimals: decimal_text(125, 1, ',') == '12,5'. Values are never negative."""
    if not decimals:
        return str(value)
    whole, part = divmod(value, 10**decimals)
    return f"{whole}{point}{part:0{decimals}d}"


def observation_texts(publication: Publication, values: list[list[str]], tails: list[list[str]]) -> Iterator[str]:
    """Observations as text, in order of Id, without the Id itself.

    values: what `value_texts` made, one list per measure. tails: per dimension, the text of each code.
    """
    for cell, tail in zip(zip(*values), map("".join, product(*tails))):
        for text in cell:
            yield text + tail


def value_texts(measure: PublicMeasure, render: Callable[[int, int], str]) -> list[str]:
    """For each cell of a measure, in cell order: render(state, value)."""
    return rendered(measure.values, measure.state, render)


def rendered(values: np.ndarray, state: np.ndarray, render: Callable[[int, int], str]) -> list[str]:
    """render(state, value) of every cell in the order of the array; equal figures are rendered once."""
    distinct, place = np.unique(values.ravel() * 4 + state.ravel(), return_inverse=True)
    texts_of = np.array([render(key % 4, key // 4) for key in distinct.tolist()], dtype=object)
    return texts_of[place].tolist()
