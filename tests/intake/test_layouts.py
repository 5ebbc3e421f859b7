"""The layouts: consistent in themselves, and those of the protocols where these are at hand."""

import csv
import re
from pathlib import Path

import pytest
from celwacht.tables.intake import load_layout, to_fixed_width
from celwacht.tables.intake.vault.microdata import columns_of
from celwacht.tables.periods import KINDS, Period
from celwacht.tables.sources.layouts import Layout, codes_ever, expired_fields
from celwacht.tables.sources.sources import record_kinds
from pydantic import ValidationError

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "layouts"
YEARS = range(2015, 2028)


def every_layout():
    """(record, period code) of every period from 2015 to 2027 that has a layout."""
    for record in record_kinds():
        for year in YEARS:
            for letters, parts in KINDS.values():
                for part in range(1, parts + 1) if parts > 1 else (0,):
                    try:
                        yield load_layout(record, Period(year, letters, part)), Period(year, letters, part)
                    except ValueError:
                        pass


def test_every_period_since_2015_has_a_layout():
    """Half-years for help and protection, quarters for probation, years for the extract; orders from 2022."""
    found = {}
    for layout, period in every_layout():
        found.setdefault(layout.record, set()).add(period.code)
    for record, letters, count in (
        ("jeugdhulp", "HJ", 2),
        ("jeugdbescherming", "HJ", 2),
        ("jeugdreclassering", "KW", 4),
        ("persoonskenmerken", "JJ", 0),
    ):
        parts = range(1, count + 1) if count else (0,)
        want = {f"{year}{letters}{part:02d}" for year in YEARS for part in parts}
        assert found[record] - {"2015KW01"} == want - {"2015KW01"}
    assert min(found["machtiging_uhp"]) == "2022HJ01"
    assert {record for record, codes in found.items() if "2015KW01" in codes} == {"jeugdhulp", "jeugdbescherming", "jeugdreclassering"}


def test_every_layout_can_be_written_and_is_stored():
    """Positions fill the line without overlap, every code fits its field, and every coded field has its column."""
    for layout, _period in every_layout():
        line = to_fixed_width(layout, [["x" * field.length for field in layout.fields]])
        assert len(line) == layout.width + 2
        assert line.count(b"x") == sum(field.length for field in layout.fields)
        for field in layout.fields:
            assert (field.type == "code") == bool(field.codes)
            assert all(len(code.code) == field.length for code in field.codes)
            assert len({code.code for code in field.codes}) == len(field.codes)
            known = field.name in ("bsn", "eerste_contact") or field.type in ("nummer", "overig") or field.role is not None
            assert known or field.name in dict(columns_of(layout.record))


def test_what_changed_when():
    """Crisis from 2018, perspectief until 2018, other endings of probation from 2021, referrer 08 in version 7."""

    def header(record, code):
        return set(load_layout(record, Period.parse(code)).header)

    assert "crisis" not in header("jeugdhulp", "2017HJ02") and "crisis" in header("jeugdhulp", "2018HJ01")
    assert "perspectief" in header("jeugdhulp", "2018HJ02") and "perspectief" not in header("jeugdhulp", "2019HJ01")
    assert "perspectief" in expired_fields("jeugdhulp", Period.parse("2024HJ01"))
    assert "drp" not in header("jeugdreclassering", "2020KW04") and "drp" in header("jeugdreclassering", "2021KW01")
    for code, unknown in (("2020HJ02", "000000000"), ("2021HJ01", "999999999")):
        special = load_layout("jeugdhulp", Period.parse(code)).field("bsn").special
        assert [text for text, means in special.items() if means == "onbekend"] == [unknown]


@pytest.mark.parametrize(
    "record, code, said",
    [
        ("jeugdhulp", "2014HJ01", "jeugdhulp has no layout for 2014HJ01; it is delivered from 2015 on"),
        ("jeugdhulp", "2024JJ00", "jeugdhulp is delivered per halfjaar, not for 2024JJ00"),
        ("jeugdhulpp", "2024HJ01", "'jeugdhulpp' is not a record kind. Did you mean 'jeugdhulp'?"),
    ],
)
def test_no_layout(record, code, said):
    """Said why, and what is near."""
    with pytest.raises(ValueError) as found:
        load_layout(record, Period.parse(code))
    assert str(found.value) == said


FIELD = {"name": "bsn", "title": {"nl": "x"}, "type": "bsn", "position": 1, "length": 9}
LAYOUT = {
    "version": 1,
    "record": "jeugdhulp",
    "layout": "x",
    "title": {"nl": "x"},
    "source": "x",
    "valid": [2015, 2016],
    "periods": ["halfjaar"],
    "key": ["bsn"],
    "width": 9,
    "fields": [FIELD],
}


@pytest.mark.parametrize(
    "change, said",
    [
        ({"key": ["bsm"]}, "'bsm' is not a field of this layout. Did you mean 'bsn'?"),
        ({"width": 8}, "field 'bsn' ends past the width of 8"),
        ({"fields": [FIELD, dict(FIELD, name="bsn2", position=5)]}, "fields 'bsn' and 'bsn2' overlap"),
        ({"fields": [FIELD, dict(FIELD, position=10)], "width": 20}, "two fields have the same name"),
        ({"fields": [dict(FIELD, kolom=3)]}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_layout_is_refused(change, said):
    """A layout that contradicts itself does not load."""
    with pytest.raises(ValidationError, match=re.escape(said)):
        Layout.model_validate(LAYOUT | change)


LISTS = {
    "jeugdhulp.verwijzer": ("jeugdhulp", "verwijzer"),
    "jeugdhulp.hulpvorm": ("jeugdhulp", "hulpvorm"),
    "jeugdhulp.perspectief": ("jeugdhulp", "perspectief"),
    "jeugdhulp.gestart_met_crisis": ("jeugdhulp", "crisis"),
    "jeugdhulp.reden_beeindiging": ("jeugdhulp", "reden"),
    "jeugdige.geslacht": ("jeugdhulp", "geslacht"),
    "jeugdbescherming.type_maatregel": ("jeugdbescherming", "type"),
    "jeugdbescherming.type_machtiging_uhp": ("machtiging_uhp", "type"),
    "jeugdreclassering.type": ("jeugdreclassering", "type"),
    "reden_einde.ots": ("jeugdbescherming", "reden"),
    "reden_einde.voogdij": ("jeugdbescherming", "reden"),
    "reden_einde.jeugdreclassering": ("jeugdreclassering", "reden"),
    "wijze_einde.jr_risicoprofiel_drp": ("jeugdreclassering", "drp"),
    "wijze_einde.jr_doorverwijzing": ("jeugdreclassering", "doorverwijzing"),
    "jeugdreclassering.erkende_interventie": ("jeugdreclassering", "interventie"),
}
EXTRA = {
    ("jeugdbescherming", "type"): {"31"},
    ("jeugdreclassering", "type"): {"31"},
    ("jeugdbescherming", "reden"): {"31"},
    ("jeugdreclassering", "reden"): {"31"},
}
"""Preventive work is a type of its own in the protocol, on no list of either kind."""


@pytest.mark.skipif(not SHARED.exists(), reason="the verified code lists are not at hand")
def test_codes_are_those_of_the_protocols():
    """Every code of the verified lists is in a layout, valid in 2015 and in version 7 as the list says; and no other."""
    told: dict[tuple[str, str], set[str]] = {}
    with open(SHARED / "codelists_verified.csv", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["lijst"] not in LISTS:
                continue
            record, name = LISTS[row["lijst"]]
            told.setdefault((record, name), set()).add(row["code"])
            for year, holds in ((2015, row["in_2015"].startswith("ja")), (2024, row["in_v7_of_later"].startswith("ja"))):
                assert (row["code"] in valid_codes(record, name, year)) == holds, (row["lijst"], row["code"], year)
    assert len(told) == len(set(LISTS.values()))
    for (record, name), codes in told.items():
        assert codes_ever(record, name) == codes | EXTRA.get((record, name), set())


def valid_codes(record, name, year):
    """Codes of a field in the first period of a year; empty where it is not there."""
    code = f"{year}KW01" if record == "jeugdreclassering" else f"{year}HJ01"
    try:
        field = load_layout(record, Period.parse(code)).field(name)
    except ValueError:
        return set()
    return {one.code for one in field.codes} if field else set()


@pytest.mark.skipif(not SHARED.exists(), reason="the list of fields is not at hand")
def test_every_field_of_the_protocols_is_there():
    """Each layout has as many fields as the protocol names, but for the outcome measures, which it does not read."""
    with open(SHARED / "record_fields.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    help_v7 = [row for row in rows if row["record"] == "jeugdhulp (v7)" and not row["veld"].startswith(("outcome", "type inf"))]
    assert len(help_v7) == len(load_layout("jeugdhulp", Period.parse("2024HJ01")).fields)
    help_2015 = [row for row in rows if row["record"] == "jeugdhulp (2015)"]
    assert len(help_2015) == len(load_layout("jeugdhulp", Period.parse("2015HJ01")).fields)
