"""The machine form of the quality report keeps to the ESS validation report (data-cleaning/ValidatReport, version 1.0.1)."""

import json
from datetime import date

import jsonschema
import pytest
from celwacht.publish.deliveries.write import write_reports
from celwacht.tables.periods import Period
from celwacht.tables.register.calendar import calendar
from celwacht.tables.register.register import read_register

from tests.intake.deliveries import GOOD, PERIODS, SAFE_HOME

TEXT, KEYS = {"type": "string", "minLength": 1}, {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1}}


def exactly(needed, optional=()):
    """An object with these members and no other; stricter than the standard, which lets an object lack any but a few."""
    return {"type": "object", "required": [*needed], "additionalProperties": False, "properties": {**needed, **dict(optional)}}


RULE = exactly(
    {"language": TEXT, "expression": TEXT, "severity": {"enum": ["information", "warning", "error"]}},
    {"description": TEXT, "explanation": TEXT, "change": {"enum": ["up", "down"]}},
)
VALIDATION = exactly(
    {
        "id": TEXT,
        "type": {"enum": ["validation"]},
        "event": exactly({"time": TEXT, "actor": TEXT}, {"agent": {}, "trigger": {}}),
        "rule": RULE,
        "data": exactly({"source": KEYS, "target": KEYS}, {"description": TEXT}),
        "value": {"enum": ["0", "1", "NA"]},
    }
)
STANDARD = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "array", "minItems": 1, "items": VALIDATION}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The reports of one delivery of every record kind."""
    from tests.checks.test_examples import lists
    from tests.intake.deliveries import Maker, Office

    office, out = Office(tmp_path_factory.mktemp("office")), tmp_path_factory.mktemp("reports")
    lists(office.data)
    for record in ({*GOOD} - {"persoonskenmerken"}) | {*SAFE_HOME}:
        office.put(f"{record}_12345678_{PERIODS.get(record, '2024HJ01')}.csv", Maker().csv(record=record))
    assert office.take_in().ok
    register = read_register(office.data / "vault" / "register.jsonl")
    slots = calendar(register, date(2024, 7, 31))
    for period in ("2024HJ01", "2024KW01"):
        write_reports(office.data, register, slots, Period.parse(period), out, "2024-07-31")
    return out / "12345678"


def test_every_validation_report_keeps_to_the_standard(written):
    """Of every record kind: valid, and each id once."""
    found = sorted(written.glob("*-validation.json"))
    assert len(found) == 7
    for path in found:
        told = json.loads(path.read_text())
        jsonschema.validate(told, STANDARD, jsonschema.Draft4Validator)
        assert len({one["id"] for one in told}) == len(told)


@pytest.mark.parametrize("spoil", [{"value": "2"}, {"value": 1}, {"data": {"source": ["x"], "target": [["x"]]}}, {"event": {"time": "x"}}])
def test_what_does_not_keep_to_it_is_seen(written, spoil):
    """The schema of this test is not blind: a report of version 1.0.0, with texts for identifiers, is not valid either."""
    told = json.loads((written / "jeugdhulp-2024HJ01-validation.json").read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{**told[0], **spoil}], STANDARD, jsonschema.Draft4Validator)


def sections(written, name):
    """Title -> rows of a report."""
    return {one["title"]: one["rows"] for one in json.loads((written / f"{name}.json").read_text())["sections"]}


def test_a_mirror_report_of_safe_home_tells_fields_and_how_they_are_filled(written):
    """A report has one record with all fields but the number of an investigation; it is an event, so that it has no begin and end."""
    found = sections(written, "vt_melding-2024HJ01-spiegelrapport")
    assert found["Totaal"] == [["N01 Lichamelijke mishandeling", 1], ["Totaal", 1]]
    assert {row[0]: row[1:4] for row in found["Vulling van velden"]} == {
        "Aard van het geweld": [1, 1, 100.0],
        "Hoedanigheid van de melder": [1, 1, 100.0],
        "Vervolg op de melding": [1, 1, 100.0],
        "Gemeente": [1, 1, 100.0],
        "Datum van het triagebesluit": [1, 1, 100.0],
        "Onderzoeksnummer": [1, 0, 0.0],
        "Identificatienummer van de melding": [1, 1, 100.0],
        "Datum van de melding": [1, 1, 100.0],
    }
    assert ["Vervolg op de melding", "N02 Overdracht aan derden", 1, 100.0] in found["Waarden van velden"]
    assert found["Per gemeente: vervolg op de melding"] == [["GM0363", "Amsterdam", "N02 Overdracht aan derden", 1]]


def test_a_quality_report_of_safe_home_tells_combinations_that_do_not_fit(written):
    """The investigation of the good delivery is named by no report, and the report is in order."""
    found = sections(written, "vt_onderzoek-2024HJ01-kwaliteitsrapport")
    assert [(row[0], row[5]) for row in found["Regels met opmerkingen"]] == [("W116", 1)]
    told = sections(written, "vt_melding-2024HJ01-kwaliteitsrapport")
    assert told["Regels met opmerkingen"] == []
