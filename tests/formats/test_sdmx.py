"""SDMX-CSV and its structure message read back by sdmx1: every observation against the data structure definition."""

import csv
import io
from decimal import Decimal
from xml.etree import ElementTree

import pytest
import sdmx
from celwacht.publish.formats.excel import xlsx_writer
from celwacht.publish.formats.parts import words
from celwacht.publish.formats.sdmx import sdmx_csv, sdmx_ids, sdmx_structure, sdmx_structure21
from celwacht.publish.publication.publication import IMPOSSIBLE, PRINTED, WITHHELD
from hypothesis import given, settings
from sdmx.reader.csv import Reader

from tests.formats import made
from tests.publish import small

STATUSES = {PRINTED: {"A", "P"}, WITHHELD: {"Q"}, IMPOSSIBLE: {"M"}}


def structure(publication, writer=sdmx_structure):
    """The message as sdmx1 understands it, with the dataflow that the data name."""
    message = sdmx.read_sdmx(io.BytesIO(writer.encode(publication)))
    (flow,) = message.dataflow.values()
    return message, flow


def observations(publication, flow):
    message = Reader().convert(io.BytesIO(sdmx_csv.encode(publication)), structure=flow)
    (data,) = message.data
    return data.obs


def localized(words_):
    return {language: text for language, text in (("en", words_.en), ("nl", words_.nl)) if text.strip()}


def flat(texts):
    """As an XML reader gives them: one kind of line end, and a mark for what XML cannot hold."""
    return {k: v.replace("\r\n", "\n").replace("\r", "\n") for k, v in texts.items()}


def check_data(publication):
    """Every figure at its codes, exact or NaN with its statuses; what one knows of a period or a measure beside it."""
    _, flow = structure(publication)
    names = sdmx_ids.dimension_ids(publication)
    of_period = {sdmx_ids.time_id(c.code): c for c in publication.periods.codes}
    measures = {m.code: m for m in publication.measures}
    rows = zip(observations(publication, flow), made.truth(publication), strict=True)
    for found, (codes, measure, state, value) in rows:
        key = {k: str(v.value) for k, v in found.dimension.values.items()}
        ids = [*map(sdmx_ids.code_id, codes[:-1]), sdmx_ids.time_id(codes[-1])]
        assert key == {**dict(zip(names, ids)), "MEASURE": measure}
        assert found.value == ("NaN" if value is None else format(value, "f"))
        said = {name: a.value for name, a in found.attached_attribute.items()}
        assert said["OBS_STATUS"] in STATUSES[state] and said["CONF_STATUS"] == ("C" if state == WITHHELD else "F")
        if state == PRINTED:
            final = of_period[key["TIME_PERIOD"]].status == "Definitief"
            assert said["OBS_STATUS"] == ("A" if final else "P")
        assert said["PERIOD_STATUS"] == sdmx_ids.PERIOD_STATUS[of_period[key["TIME_PERIOD"]].status]
        assert said["UNIT_MEASURE"].split() == measures[measure].unit.split()
        assert said["DECIMALS"] == str(measures[measure].decimals)


def check_structure(publication, writer=sdmx_structure):
    """Codes with titles, descriptions and parents; components; every code and status of the data in its list; notes."""
    _message, flow = structure(publication, writer)
    definition = flow.structure
    names = sdmx_ids.dimension_ids(publication)[:-1]
    assert [d.id for d in definition.dimensions] == [*names, "MEASURE", "TIME_PERIOD"]
    for dimension, name in zip(publication.dimensions[:-1], sdmx_ids.dimension_ids(publication)):
        codes = definition.dimensions.get(name).local_representation.enumerated
        assert [c.id for c in codes] == [sdmx_ids.code_id(c.code) for c in dimension.codes]
        for found, code in zip(codes, dimension.codes):
            want = localized(code.title) or {"nl": found.id}
            assert dict(found.name.localizations) == flat({k: xlsx_writer.clean(v) for k, v in want.items()})
            parent = found.parent.id if isinstance(found.parent, type(found)) else ""
            assert parent == (sdmx_ids.code_id(code.group) if code.group else "")
    notes = [a for a in flow.annotations if a.type == "NOTE"]
    want = [flat({k: xlsx_writer.clean(v) for k, v in localized(n.text).items()}) for n in words.notes(publication)]
    assert [dict(a.text.localizations) for a in notes] == want
    symbols = {a.title: dict(a.text.localizations) for a in flow.annotations if a.type == "SYMBOL"}
    assert symbols == {sdmx_ids.OBS_STATUS[s]: localized(m) for s, m in words.MEANING.items()}
    assert {a.id for a in flow.annotations if a.type == "PERIOD"} == {
        f"PERIOD_{sdmx_ids.code_id(c.code)}" for c in publication.periods.codes
    }
    for attribute in ("OBS_STATUS", "CONF_STATUS", "PERIOD_STATUS"):
        listed = {c.id for c in definition.attributes.get(attribute).local_representation.enumerated}
        assert {o.attached_attribute[attribute].value for o in observations(publication, flow)} <= listed


@pytest.mark.parametrize("publication", [made.hostile(), small.published()], ids=["hostile", "small"])
def test_read_back(publication):
    check_data(publication)
    check_structure(publication)


@settings(max_examples=40, deadline=None)
@given(made.publications(codes='Aa1_- /é;=\n"'))
def test_any_table(publication):
    check_data(publication)
    check_structure(publication)


@pytest.mark.parametrize("publication", [made.hostile(), small.published()], ids=["hostile", "small"])
def test_structure_of_21_says_the_same(publication):
    """SDMX-ML 2.1 as sdmx1 reads it: the same lists, components and notes; its data structure takes the data."""
    check_structure(publication, sdmx_structure21)
    root = ElementTree.fromstring(sdmx_structure21.encode(publication))
    assert {n.tag.split("}")[0].rsplit("/", 2)[1] for n in root.iter() if n.tag.startswith("{")} == {"v2_1"}
    blocks = [n.tag.split("}")[1] for n in root.find("{*}Structures")]
    assert blocks == ["Dataflows", "Codelists", "Concepts", "DataStructures"]
    left = [
        n for n in root.iter() if (n.text or "").startswith("urn:sdmx") and not n.tag.endswith(("Name", "Description", "AnnotationText"))
    ]
    assert left == [], "every reference is an element"


def test_primary_and_secondary_look_alike():
    """One code for every withheld figure: none of those that tell why."""
    rows = list(csv.DictReader(io.StringIO(sdmx_csv.encode(made.hostile()).decode(), newline="")))
    assert {(r["OBS_STATUS"], r["CONF_STATUS"]) for r in rows if r["OBS_VALUE"] == "NaN"} == {("Q", "C"), ("M", "F")}
    assert all(Decimal(r["OBS_VALUE"]) >= 0 for r in rows if r["OBS_VALUE"] != "NaN")


def test_times():
    """Period codes become periods of SDMX."""
    times = {"2024JJ00": "2024", "2024HJ01": "2024-S1", "2024HJ02": "2024-S2", "2024KW03": "2024-Q3"}
    assert {code: sdmx_ids.time_id(code) for code in times} == times


def test_different_codes_stay_different():
    codes = ["a/b", "a$2Fb", "a b", "a_b", "", "$", "é", "e"]
    assert len({sdmx_ids.code_id(c) for c in codes}) == len(codes)


def test_message_is_plain_xml():
    """No clock and no texts of ours outside their escapes."""
    root = ElementTree.fromstring(sdmx_structure.encode(made.hostile()))
    (prepared,) = root.iter("{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message}Prepared")
    assert prepared.text == "2025-04-30T00:00:00Z" and not list(root.iter("img"))
