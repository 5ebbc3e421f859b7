"""What a filter means: both dialects against plain Python over the rows (oracle.py), with filters made by Hypothesis."""

import json
from urllib.parse import quote

import pytest
from celwacht.publish.publication.publication import PRINTED
from celwacht.publish.serve.catalogue.catalogue import Catalogue
from celwacht.publish.serve.http.errors import QueryError
from celwacht.publish.serve.http.limits import Limits
from celwacht.publish.serve.http.request import Ask
from celwacht.publish.serve.odata3.service3 import FEED, V3
from celwacht.publish.serve.odata4.service4 import V4
from hypothesis import HealthCheck, assume, given, settings

from tests.examples import drawn
from tests.publish import small
from tests.serve import oracle, stand_in, truth

PUBLICATION = small.published()
WIDTH = {"RegioS": 6, "Hulpvorm": 1, "Perioden": 8}
TOPICS = ("BegonnenTrajecten_1", "Aandeel_2", "Per100Jongeren_3")
DIMENSIONS = tuple(d.name for d in PUBLICATION.dimensions)


def v4_rows():
    codes = [m.code for m in PUBLICATION.measures]
    rows = []
    for places, cell in truth.figures(PUBLICATION).items():
        for code, (attribute, figure) in zip(codes, cell):
            rows.append(
                {
                    "Id": len(rows),
                    "Measure": code,
                    "ValueAttribute": attribute,
                    "StringValue": None,
                    "Value": None if figure is None else float(figure),
                    **dict(zip(DIMENSIONS, places)),
                }
            )
    return rows


def v3_rows(typed: bool):
    rows = []
    for i, (places, cell) in enumerate(truth.figures(PUBLICATION).items()):
        row = {"ID": i, **{name: code.ljust(WIDTH[name]) for name, code in zip(DIMENSIONS, places)}}
        for topic, (attribute, figure) in zip(TOPICS, cell):
            special = {"None": str(figure), "Confidential": ".", "Impossible": ""}[attribute].rjust(8)
            row[topic] = special if not typed else None if figure is None else float(figure)
        rows.append(row)
    return rows


V4_ROWS, TYPED, UNTYPED = v4_rows(), v3_rows(True), v3_rows(False)
V4_SET = oracle.Dialect((*DIMENSIONS, "Measure", "ValueAttribute", "StringValue"), ("Value",), ("Id",), False, tuple(V4_ROWS))
TYPED_SET = oracle.Dialect(DIMENSIONS, TOPICS[1:], ("ID", TOPICS[0]), True, tuple(TYPED))
UNTYPED_SET = oracle.Dialect((*DIMENSIONS, *TOPICS), (), ("ID",), True, tuple(UNTYPED))


@pytest.fixture(scope="module")
def catalogue():
    made = Catalogue(stand_in.Shelf(PUBLICATION), Limits())
    yield made
    made.close()


def asked(catalogue, service, path, text, key):
    """The keys of the rows that the server gives for a filter, in its order, and what $count says."""
    query = f"$filter={quote(text)}"
    made = V4(catalogue) if service == "v4" else V3(catalogue, FEED)
    body = made.answer(Ask("http://x", path, f"$select={key}&$format=json&{query}")).body
    count = made.answer(Ask("http://x", f"{path}/$count", query)).body
    return [row[key] for row in json.loads(body)["value"]], int(count)


def check(catalogue, service, path, part, rows, key):
    assume(len(part.text) < 4000)
    try:
        found, count = asked(catalogue, service, path, part.text, key)
    except QueryError as error:
        assert ("null" in error.message and "substring" in error.message) or "levels" in error.message, (part.text, error.text())
        return
    expected = [row[key] for row in rows if part.of(row) is True]
    assert expected == found, part.text
    assert count == len(expected)


MANY = settings(max_examples=drawn(20, long=150), deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(MANY, max_examples=8000)
SETS = {
    "v4": ("v4", "/Celwacht/kleine_tabel/Observations", V4_ROWS, "Id"),
    "typed": ("v3", "/odata/kleine_tabel/TypedDataSet", TYPED, "ID"),
    "untyped": ("v3", "/odata/kleine_tabel/UntypedDataSet", UNTYPED, "ID"),
}


def checked(catalogue, name, part):
    service, path, rows, key = SETS[name]
    check(catalogue, service, path, part, rows, key)


@MANY
@given(part=oracle.filters(V4_SET))
def test_v4(catalogue, part):
    """Observations: contains, in, every function and operator, null."""
    checked(catalogue, "v4", part)


@MANY
@given(part=oracle.filters(TYPED_SET))
def test_v3_typed(catalogue, part):
    """TypedDataSet: padded keys, substringof, 5L, null figures."""
    checked(catalogue, "typed", part)


@MANY
@given(part=oracle.filters(UNTYPED_SET))
def test_v3_untyped(catalogue, part):
    """UntypedDataSet: every figure a text aligned to the right."""
    checked(catalogue, "untyped", part)


@pytest.mark.long
@LONG
@given(part=oracle.filters(V4_SET))
def test_v4_long(catalogue, part):
    checked(catalogue, "v4", part)


@pytest.mark.long
@LONG
@given(part=oracle.filters(TYPED_SET))
def test_v3_typed_long(catalogue, part):
    checked(catalogue, "typed", part)


@pytest.mark.long
@LONG
@given(part=oracle.filters(UNTYPED_SET))
def test_v3_untyped_long(catalogue, part):
    checked(catalogue, "untyped", part)


def test_the_rows_are_as_they_should_be():
    """The oracle's rows have every state, so that a test that looks at them means something."""
    states = {s for m in PUBLICATION.measures for s in m.state.ravel().tolist()}
    assert PRINTED in states and len(states) >= 2
    assert any(row["Value"] is None for row in V4_ROWS) and any(row[TOPICS[0]] == "       ." for row in UNTYPED)
