"""cbsodata4 (PyPI), the v4 client for Python: catalogues, metadata, observations, wide tables, downloads."""

from decimal import Decimal

import cbsodata4
import httpx
import numpy as np
import pandas as pd
import pytest

from tests.serve import truth

CATALOGS = ("Celwacht", "CBS")
"""Our own, and the one that every client takes where nobody says otherwise."""


@pytest.fixture
def at(house):
    """The arguments that every function gets."""
    return {"catalog": "Celwacht", "base_url": f"{house.server.url}/odata/v1"}


def shown(publication, frame):
    """Observations -> codes of the cell -> per measure (ValueAttribute, figure)."""
    order = {m.code: n for n, m in enumerate(publication.measures)}
    found = {}
    columns = [frame[d.name] for d in publication.dimensions]
    for measure, attribute, value, *key in zip(frame["Measure"], frame["ValueAttribute"], frame["Value"], *columns, strict=True):
        cell = found.setdefault(tuple(key), [None] * len(order))
        cell[order[measure]] = (attribute, None if pd.isna(value) else Decimal(str(value)).normalize())
    return {key: tuple(cell) for key, cell in found.items()}


def expected(table):
    return {key: tuple((a, None if v is None else v.normalize()) for a, v in cell) for key, cell in table.items()}


@pytest.mark.parametrize("catalog", CATALOGS)
def test_catalogs_and_datasets(house, at, catalog):
    """All tables, in either catalogue."""
    assert {c["Identifier"] for c in cbsodata4.get_catalogs(at["base_url"])["value"]} == set(CATALOGS)
    found = cbsodata4.get_datasets(catalog=catalog, base_url=at["base_url"]).set_index("Identifier")
    assert set(found.index) == set(house.tables)
    for table, publication in house.tables.items():
        assert found.loc[table, "Title"] == publication.title.nl
        assert found.loc[table, "ObservationCount"] == publication.n_observations
    assert {str(d) for d in found["Modified"].dt.date} == {"2025-04-30"}


@pytest.mark.parametrize("table", ["kleine_tabel", "gemaakte_tabel", "grote_tabel"])
def test_metadata(house, at, table):
    """Dimensions, codes and measures, as published and in order."""
    publication, meta = house.tables[table], cbsodata4.get_metadata(table, **at)
    assert meta.identifier == table and meta.title == publication.title.nl
    assert meta.dimension_identifiers == [d.name for d in publication.dimensions] and meta.time_dimension_identifiers == ["Perioden"]
    assert meta.measurecode_mapping == {m.code: m.title.nl for m in publication.measures}
    for dimension in publication.dimensions:
        assert list(meta.get_dimension_mapping(dimension.name).items()) == [(c.code, c.title.nl) for c in dimension.codes]


@pytest.mark.parametrize("table", ["kleine_tabel", "gemaakte_tabel", pytest.param("grote_tabel", marks=pytest.mark.long)])
def test_all_observations(house, at, table, tmp_path):
    """Every cell, over pages of 100,000; withheld is empty with its word beside it, and never 0."""
    frame = cbsodata4.get_observations(table, download_dir=tmp_path / table, **at)
    assert frame["Id"].tolist() == list(range(house.tables[table].n_observations))
    assert shown(house.tables[table], frame) == expected(house.truth(table))
    assert frame.loc[frame["ValueAttribute"] != "None", "Value"].isna().all()


def test_without_naming_a_catalogue(house, at, tmp_path):
    """As most people call it."""
    frame = cbsodata4.get_observations("kleine_tabel", download_dir=tmp_path / "k", base_url=at["base_url"])
    assert shown(house.tables["kleine_tabel"], frame) == expected(house.truth("kleine_tabel"))
    assert frame.attrs["meta"].meta_dict["Properties"]["Catalog"] == "CBS"


def test_filters_and_selections(house, at, tmp_path):
    """Its own way of asking for codes, one or several; a query of one's own; a selection of columns."""
    publication, whole = house.tables["gemaakte_tabel"], house.truth("gemaakte_tabel")
    frame = cbsodata4.get_observations("gemaakte_tabel", download_dir=tmp_path / "a", RegioS=["NL01", "GM0001"], Perioden="2024HJ01", **at)
    assert shown(publication, frame) == expected(truth.only(whole, publication, RegioS={"NL01", "GM0001"}, Perioden={"2024HJ01"}))
    query = "$filter=startswith(RegioS,'GM') and (contains(Perioden,'JJ') or Perioden eq '2024HJ02') and not (Hulpvorm ne 'A0')"
    frame = cbsodata4.get_observations("gemaakte_tabel", download_dir=tmp_path / "b", query=query, **at)
    wanted = {
        "RegioS": {c.code for c in publication.dimensions[0].codes if c.code.startswith("GM")},
        "Hulpvorm": {"A0"},
        "Perioden": {"2023JJ00", "2024HJ02"},
    }
    assert shown(publication, frame) == expected(truth.only(whole, publication, **wanted))
    few = cbsodata4.get_observations(
        "gemaakte_tabel", download_dir=tmp_path / "c", select=["Measure", "Value", "RegioS"], Perioden="2024HJ01", **at
    )
    assert list(few.columns) == ["Measure", "Value", "RegioS"] and len(few) == publication.n_observations // publication.shape[-1]


def test_wide_labels_and_units(house, at, tmp_path):
    """A column per measure; labels and units beside codes. Cells without a figure are NaN there, or no row at all."""
    publication, whole = house.tables["kleine_tabel"], house.truth("kleine_tabel")
    wide = cbsodata4.get_wide_data("kleine_tabel", download_dir=tmp_path / "w", **at)
    names, measures = [d.name for d in publication.dimensions], [m.title.nl for m in publication.measures]
    found = {tuple(row[n] for n in names): tuple(row[m] for m in measures) for row in wide.to_dict("records")}
    for key, cell in whole.items():
        values = [np.nan if v is None else float(v) for _, v in cell]
        np.testing.assert_array_equal(found.get(key, [np.nan] * len(values)), values)
    frame = cbsodata4.get_observations("kleine_tabel", download_dir=tmp_path / "w", **at)
    labelled = cbsodata4.add_unit_column(cbsodata4.add_label_columns(frame))
    for dimension in publication.dimensions:
        assert (labelled[f"{dimension.name}Label"] == labelled[dimension.name].map(truth.titles(publication, dimension.name))).all()
    assert set(labelled["Unit"]) == {m.unit for m in publication.measures} if "Unit" in labelled else True


def test_dates_of_years(house, at, tmp_path):
    """Its dates know years; half-years it refuses itself, for anybody's tables."""
    years = cbsodata4.get_observations("gemaakte_tabel", download_dir=tmp_path / "y", Perioden="2023JJ00", **at)
    dated = cbsodata4.add_date_column(years)
    assert set(dated["Perioden_date"]) == {pd.Timestamp("2023-01-01")} and set(dated["Perioden_freq"]) == {"Y"}
    with pytest.raises(ValueError):
        cbsodata4.add_date_column(cbsodata4.get_observations("gemaakte_tabel", download_dir=tmp_path / "h", Perioden="2024HJ01", **at))


def test_nothing_found(house, at, tmp_path):
    """No such table: the client's own word. No such code: no rows. No such column: an error of the server that it passes on."""
    with pytest.raises(ValueError, match="cannot be found"):
        cbsodata4.get_observations("geen_tabel", download_dir=tmp_path / "n", **at)
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        cbsodata4.get_metadata("geen_tabel", **at)
    assert len(cbsodata4.get_observations("kleine_tabel", download_dir=tmp_path / "e", RegioS="GM1111", **at)) == 0
    with pytest.raises(httpx.HTTPStatusError, match="400"):
        cbsodata4.get_observations("kleine_tabel", download_dir=tmp_path / "x", Streek="GM1111", **at)
