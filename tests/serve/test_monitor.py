"""The file for a monitor: the stated columns, every number one that a table prints, a dot where it does not, and nothing of what is not published."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from celwacht.publish.areas.monitor import HEADER, MADE_UP, monitor_csv
from celwacht.publish.publication.publication import PRINTED
from celwacht.tables.indicators.monitor_spec import Monitor, monitors
from celwacht.tables.specs.processing_spec import record_of
from celwacht.tables.specs.read_spec import read_tables

from tests.publish import small

TITLE = {"nl": "Trajecten"}
OWN = Monitor.model_validate(
    {
        "version": 1,
        "id": "eigen",
        "title": TITLE,
        "description": TITLE,
        "level": "GM",
        "figures": [
            {"code": "alle", "title": TITLE, "unit": TITLE, "table": "kleine_tabel", "measure": "Trajecten"},
            {"code": "een", "title": TITLE, "unit": TITLE, "table": "kleine_tabel", "measure": "Aandeel", "at": {"Hulpvorm": "1"}},
        ],
    }
)


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_every_number_is_one_that_is_printed():
    """Held against the Publication cell by cell, rows in the stated order, one for each figure, period and gemeente."""
    table = small.published()
    found = rows(monitor_csv(OWN, {"kleine_tabel": table}))
    geo, help_, periods = ([c.code for c in d.codes] for d in table.dimensions)
    places = [c for c in geo if c.startswith("GM")]
    assert [(r["Cijfer"], r["Periode"], r["RegioCode"]) for r in found] == [
        (f, p, g) for f in ("alle", "een") for p in periods for g in places
    ]
    for r in found:
        measure = next(m for m in table.measures if m.name == ("Trajecten" if r["Cijfer"] == "alle" else "Aandeel"))
        at = geo.index(r["RegioCode"]), 0 if r["Cijfer"] == "alle" else help_.index("1"), periods.index(r["Periode"])
        if measure.state[at] == PRINTED:
            assert float(r["Waarde"].replace(",", ".")) == pytest.approx(measure.values[at] / 10**measure.decimals)
        else:
            assert r["Waarde"] in (".", "")
    assert any(r["Waarde"] == "." for r in found) and np.isin([r["Status"] for r in found], list(small.STATUSES.values())).all()


def test_the_columns_are_those_that_are_stated():
    assert monitor_csv(OWN, {"kleine_tabel": small.published()}).decode("utf-8-sig").splitlines()[0] == ";".join(HEADER)


def test_made_up_figures_say_so():
    found = rows(monitor_csv(OWN, {"kleine_tabel": replace(small.published(), made_up=True)}))
    assert {r["Status"] for r in found} == {MADE_UP}


@pytest.mark.parametrize(
    ("change", "told"), [({"table": "andere"}, "andere"), ({"measure": "Meer"}, "Meer"), ({"at": {"Hulpvorm": "9"}}, "een")]
)
def test_what_is_not_published_is_told(change, told):
    spec = OWN.model_dump(exclude_unset=True)
    spec["figures"] = list(spec["figures"])
    spec["figures"][1].update(change)
    with pytest.raises(LookupError, match=told):
        monitor_csv(Monitor.model_validate(spec), {"kleine_tabel": small.published()})


def test_ours_names_tables_measures_and_regions_that_are_there():
    (one,) = monitors().values()
    tables = read_tables()
    for f in one.figures:
        table = tables[f.table]
        assert f.measure in {m.name for m in table.measures} and set(f.at) <= {d.name for d in table.dimensions}
        assert "RegioS" in {d.name for d in table.dimensions} and f.title.en and f.unit.en
    assert record_of("monitor", one.id) is not None
